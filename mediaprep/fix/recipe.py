"""What a fix is, as values: a recipe says what to do, a plan why, at what cost, with what result.

A recipe holds literal solved numbers and nothing else, so it can be shown, saved, compared and
applied later. Executors carry one out in the order in which its fields stand here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from fractions import Fraction

from mediaprep.model import Finding, MediaInfo

# What a copy of the streams mends although no backend refuses it: rule -> fact.
MENDED_NOTES = {"CON004": "moov_at_end", "CON005": "fragmented"}

DEEPEST_BITS = 24  # of the samples that we write; deeper ones may be floating point


class Safety(IntEnum):
    """How much a step changes; the first two are applied without being asked for."""

    LOSSLESS = 0  # rename, remux, stream copy, tags
    REENCODE = 1  # same content, new encoding: downscale, transcode, retime
    CONTENT = 2  # something seen or heard changes: crop, pad, trim, loop, upscale, flatten


class Aspect(StrEnum):
    """How a picture of a forbidden shape is made to fit."""

    PAD = "pad"
    CROP = "crop"
    BLUR = "blur"  # pad with a blurred, enlarged copy of the picture itself


class Short(StrEnum):
    """How a clip or sound that is too short is made longer."""

    PAD = "pad"  # the last frame held; silence
    LOOP = "loop"


@dataclass(frozen=True, slots=True)
class Allow:
    """What the user lets a fix do, and the choices there are; the defaults are a contract."""

    content: bool = False  # --unsafe-fixes
    aspect: Aspect = Aspect.PAD
    pad_color: str = "black"  # CSS name or #rrggbb
    trim: str = "start"  # start | center | end | auto | seconds at which the window starts
    short: Short = Short.PAD
    alpha: str = "white"  # what transparent pixels are flattened on
    frame: int = 0  # which frame of an animation is kept
    strip_private: bool = False  # drop GPS, serial numbers and owner names
    notes: bool = False  # mend what is only noted as well, where that loses nothing


@dataclass(frozen=True, slots=True)
class Size:
    """Width and height in pixels."""

    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of the picture as displayed, in pixels from its upper left corner."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Framing:
    """How the displayed picture becomes the new one: crop, then scale, then centre on a canvas."""

    crop: Box | None = None
    scale: Size | None = None  # of the content, after the crop
    canvas: Size | None = None  # larger than the content on one axis: padded
    fill: str = "black"  # a colour, or "blur"

    @property
    def changes(self) -> bool:
        """Whether it changes anything at all."""
        return any((self.crop, self.scale, self.canvas))


@dataclass(frozen=True, slots=True)
class Window:
    """The part of a clip or sound that is kept, in seconds of its presentation time."""

    start_s: Fraction
    end_s: Fraction
    why: str = ""  # "from the start", "ends in silence at 14.2 s"


@dataclass(frozen=True, slots=True)
class ImageRecipe:
    """Change one picture; orientation is always baked in when it is encoded anew."""

    container: str  # what it becomes: "jpeg" "png" "webp" …
    encode: bool = True  # False: the bytes are copied, only the name changes
    frame: int | None = None  # the frame kept of several; None keeps them all
    framing: Framing = field(default_factory=Framing)
    srgb: bool = False  # convert the embedded profile, CMYK or LAB to sRGB
    flatten: str | None = None  # colour behind transparent pixels
    max_bytes: int | None = None  # largest size that every reading of the limits takes
    strip_private: bool = False


class Mode(StrEnum):
    """How much of a stream has to be touched."""

    RENAME = "rename"  # the bytes are right, the name is not
    REMUX = "remux"  # new container or index, streams copied
    CUT = "cut"  # streams copied up to the window's end; only from the start of the file
    ENCODE = "encode"  # one decode, one encode


@dataclass(frozen=True, slots=True)
class VideoRecipe:
    """Change one clip; rotation and sample aspect are always baked in when it is encoded."""

    container: str
    mode: Mode
    framing: Framing = field(default_factory=Framing)
    fps: Fraction | None = None  # constant rate; None keeps the clock as it is
    window: Window | None = None
    extend_to_s: Fraction | None = None
    extend: Short = Short.PAD
    tonemap: bool = False  # HDR to SDR BT.709
    flatten: str | None = None  # colour behind transparent pixels
    max_bytes: int | None = None
    strip_private: bool = False


@dataclass(frozen=True, slots=True)
class AudioRecipe:
    """Change one sound."""

    container: str  # "wav" or "mp3"
    mode: Mode
    window: Window | None = None
    extend_to_s: Fraction | None = None
    extend: Short = Short.PAD
    sample_rate: int | None = None  # None keeps it
    channels: int | None = None
    max_bytes: int | None = None
    strip_private: bool = False
    keep_depth: bool = False  # 8-bit samples stay so; a new encoding has 16 at least


Recipe = ImageRecipe | VideoRecipe | AudioRecipe


def copies(recipe: Recipe | None) -> bool:
    """Whether a recipe keeps every byte, so that nothing but the name changes."""
    if recipe is None:
        return True
    if recipe.strip_private:
        return False
    if isinstance(recipe, ImageRecipe):
        return not recipe.encode
    return recipe.mode is Mode.RENAME


class Action(StrEnum):
    """What is to be done with one file."""

    KEEP = "keep"  # compliant: copied (or linked) as it is
    APPLY = "apply"  # carry out the recipe
    LEAVE = "leave"  # cannot be fixed with what is allowed; see `refusal`


@dataclass(frozen=True, slots=True)
class Step:
    """One change in words, what it costs and which findings it settles."""

    words: str  # "scale 3840×2160 to 1280×720"
    safety: Safety
    codes: tuple[str, ...] = ()
    loss: str = ""  # "keeps 11 % of the pixels", "drops 4.20 s"; empty for none


@dataclass(frozen=True, slots=True)
class Conflict:
    """The smallest set of limits that cannot be met together: leave out any one and they can."""

    limits: tuple[str, ...]  # "atlascloud video.aspect [0.4, 2.5]"
    remedy: str = ""  # what would have to be allowed: "--unsafe-fixes"


@dataclass(frozen=True, slots=True)
class FixPlan:
    """Decided before anything is written; `expected` is what re-checking the result must show."""

    source: MediaInfo
    profiles: tuple[str, ...]
    action: Action
    findings: tuple[Finding, ...] = ()  # what is wrong now
    recipe: Recipe | None = None
    steps: tuple[Step, ...] = ()
    expected: MediaInfo | None = None
    predicted_bytes: int | None = None
    refusal: str = ""  # why it is left, in one line
    conflict: Conflict | None = None

    @property
    def safety(self) -> Safety:
        """The least safe of the steps."""
        return max((step.safety for step in self.steps), default=Safety.LOSSLESS)

"""The filters that carry out a recipe on pictures, as plain data in the order of the recipe."""

from __future__ import annotations

from fractions import Fraction

from mediaprep.fix.look import Look
from mediaprep.fix.recipe import Framing, Size, VideoRecipe
from mediaprep.fix.times import Timing
from mediaprep.model import MediaInfo

Filter = tuple[str, dict[str, object]]

BLUR = "blur"
_SHARP = "lanczos+accurate_rnd+full_chroma_int"
_REFERENCE_WHITE_NITS = 203  # ITU-R BT.2408: what an SDR white is in HDR
_PEAK_NITS = 1000  # what most HDR is mastered for
_BLURRED_AT = 8  # a blur is made on a picture smaller by this much


def weave(look: Look) -> list[Filter]:
    """Make a whole frame of each pair of fields; before frames are dropped or repeated."""
    return [("bwdif", {"mode": "send_frame", "deint": "interlaced"})] if look.interlaced else []


def retime(timing: Timing) -> list[Filter]:
    """Make the frames come at their new times: rate, end, and what follows the source's end."""
    filters: list[Filter] = []
    if timing.rate is not None:
        # From 0: a first frame that comes late is shown from the start, in step with the sound.
        filters.append(("fps", {"fps": timing.rate, "start_time": 0}))
    if timing.loops:
        count = timing.loop_frames
        filters += [
            ("tpad", {"stop_mode": "clone", "stop": -1}),
            ("trim", {"end_frame": count}),
            ("loop", {"loop": -1, "size": count}),
            ("setpts", {"expr": "N/FRAME_RATE/TB"}),
        ]
    elif timing.pads:
        filters.append(("tpad", {"stop_mode": "clone", "stop": -1}))
    if timing.frames is not None:
        filters.append(("trim", {"end_frame": timing.frames}))
    elif timing.length_s is not None:
        filters.append(("trim", {"end": decimal(timing.length_s)}))
    return filters


def reshape(recipe: VideoRecipe, info: MediaInfo, look: Look) -> list[Filter]:
    """Crop, scale, convert colours to BT.709 and pad; "blur" is left to the graph."""
    framing = recipe.framing
    filters: list[Filter] = []
    if crop := framing.crop:
        box: dict[str, object] = {
            "w": crop.width,
            "h": crop.height,
            "x": crop.x,
            "y": crop.y,
            "exact": 1,
        }
        filters.append(("crop", box))
    filters += _scale(content_size(framing, info), look)
    filters.append(("setsar", {"sar": 1}))
    if framing.canvas and framing.fill != BLUR:
        filters.append(_pad(framing.canvas, framing.fill))
    filters.append(("format", {"pix_fmts": "yuv420p"}))
    return filters


def see_through(look: Look) -> list[Filter]:
    """Bring pixels with alpha into 8-bit RGBA."""
    read: dict[str, object] = {
        "in_color_matrix": look.matrix,
        "in_range": "pc" if look.full_range else "tv",
    }
    return [("scale", {**read, "flags": _SHARP}), ("format", {"pix_fmts": "rgba"})]


def plain(colour: str) -> list[Filter]:
    """Make every pixel of an RGBA picture one opaque colour."""
    # Without alpha first: of RGBA, ffmpeg 5.1 does not survive that all of it is replaced.
    box: dict[str, object] = {"color": colour.replace("#", "0x"), "thickness": "fill"}
    return [("format", {"pix_fmts": "rgb24"}), ("drawbox", box)]


def required_filters(look: Look) -> tuple[str, ...]:
    """Name the filters that not every ffmpeg has."""
    return ("zscale", "tonemap") if look.transfer else ()


def content_size(framing: Framing, info: MediaInfo) -> Size | None:
    """Return the size of the picture after scaling, sample aspect baked in; None keeps it."""
    if framing.scale is not None:
        return framing.scale
    aspect = info.sample_aspect or Fraction(1)
    if aspect == 1:
        return None
    width = framing.crop.width if framing.crop else info.width
    height = framing.crop.height if framing.crop else info.height
    if not width or not height:
        return None
    if info.rotation in (90, 270):
        aspect = 1 / aspect
    return Size(max(round(width * aspect / 2) * 2, 2), height // 2 * 2)


def blurred(canvas: Size) -> list[Filter]:
    """Fill `canvas` with the picture enlarged and blurred."""
    width, height = (
        max(side // _BLURRED_AT // 2 * 2, 16) for side in (canvas.width, canvas.height)
    )
    return [
        ("scale", {"w": width, "h": height, "force_original_aspect_ratio": "increase"}),
        ("crop", {"w": width, "h": height}),
        ("gblur", {"sigma": max(min(width, height) // 16, 2)}),
        ("scale", {"w": canvas.width, "h": canvas.height, "flags": "bicubic"}),
        ("setsar", {"sar": 1}),
    ]


def decimal(seconds: Fraction) -> str:
    """Write seconds as ffmpeg reads them: to the microsecond, rounded down."""
    return f"{seconds.numerator * 1_000_000 // seconds.denominator / 1_000_000:.6f}"


def _scale(size: Size | None, look: Look) -> list[Filter]:
    options: dict[str, object] = {"flags": _SHARP}
    if size is not None:
        options |= {"w": size.width, "h": size.height}
    if look.transfer:
        resized: list[Filter] = [("scale", options)] if size is not None else []
        return [*resized, *_tonemap(look)]
    options |= {"in_color_matrix": look.matrix, "out_color_matrix": "bt709"}
    options |= {"in_range": "pc" if look.full_range else "tv", "out_range": "tv"}
    tags: dict[str, object] = dict.fromkeys(("colorspace", "color_primaries", "color_trc"), "bt709")
    tags["range"] = "tv"
    return [("scale", options), ("setparams", tags)]


def _tonemap(look: Look) -> list[Filter]:
    """Bring HDR to SDR in linear light: whites where SDR has them, highlights rolled off."""
    read = {
        "tin": look.transfer, "pin": "2020", "min": "2020_ncl",
        "rin": "full" if look.full_range else "limited",
    }  # fmt: skip
    return [
        ("zscale", {**read, "t": "linear", "npl": _REFERENCE_WHITE_NITS}),
        ("format", {"pix_fmts": "gbrpf32le"}),
        ("zscale", {"p": "709"}),
        ("tonemap", {"tonemap": "mobius", "desat": 0, "peak": _PEAK_NITS / _REFERENCE_WHITE_NITS}),
        ("zscale", {"t": "709", "m": "709", "r": "limited", "d": "error_diffusion"}),
    ]


def _pad(canvas: Size, fill: str) -> Filter:
    colour = fill.replace("#", "0x")
    place = {"x": "floor((ow-iw)/4)*2", "y": "floor((oh-ih)/4)*2"}
    return "pad", {"w": canvas.width, "h": canvas.height, **place, "color": colour}

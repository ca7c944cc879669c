"""Clips with transparent pixels: flattened on the stated colour with leave, and never silently."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import clips
import pytest

import mediaprep
from mediaprep.errors import FixFailed
from mediaprep.fix import av
from mediaprep.fix.outcome import Deed, Fixed
from mediaprep.fix.recipe import Mode, VideoRecipe
from mediaprep.probe import probe

_ORANGE = (255, 128, 0)
# Blue; transparent in the left half.
_HALF = "color=blue:s=640x360:r=24:d=2,format=rgba,geq=r=0:g=0:b=255:a='if(lt(X,W/2),0,255)'"
_FORMS = {
    "ProRes 4444": ("mov", ("prores_ks", "-profile:v", "4", "-pix_fmt", "yuva444p10le")),
    "animation": ("mov", ("qtrle", "-pix_fmt", "argb")),
    "PNG in a MOV": ("mov", ("png", "-pix_fmt", "rgba")),
    "VP9": ("webm", ("libvpx-vp9", "-pix_fmt", "yuva420p", "-auto-alt-ref", "0")),
    "VP8": ("webm", ("libvpx", "-pix_fmt", "yuva420p", "-auto-alt-ref", "0")),
}


def _clip(folder: Path, form: str) -> Path:
    extension, options = _FORMS[form]
    path = folder / f"half.{extension}"
    clips.run("-f", "lavfi", "-i", _HALF, "-c:v", *options, path)
    return path


def _fixed(path: Path, *, unsafe_fixes: bool = False, alpha: str = "white") -> Fixed:
    report = mediaprep.fix(  # 640×360 is too small: the picture is encoded anew
        [str(path)],
        ["atlascloud"],
        out=path.parent / "out",
        unsafe_fixes=unsafe_fixes,
        alpha=alpha,
        scores=False,
    )
    return report.results[0]


@pytest.mark.parametrize("form", _FORMS)
def test_with_leave_it_is_flattened_on_the_stated_colour(tmp_path: Path, form: str) -> None:
    path = _clip(tmp_path, form)
    assert probe(path).has_alpha
    fixed = _fixed(path, unsafe_fixes=True, alpha="#ff8000")
    assert fixed.deed is Deed.FIXED, fixed.why
    step = next(step for step in fixed.plan.steps if "flatten" in step.words)
    assert step.words == "flatten transparent pixels on #ff8000"
    shown, width, height = clips.pixels(Path(str(fixed.output)))
    row = height // 2 * width
    hole, solid = shown[row + width // 4], shown[row + width * 3 // 4]
    assert all(abs(a - b) < 12 for a, b in zip(hole, _ORANGE, strict=True)), hole
    assert all(abs(a - b) < 12 for a, b in zip(solid, (0, 0, 255), strict=True)), solid


def test_its_edge_has_no_halo(tmp_path: Path) -> None:
    fixed = _fixed(_clip(tmp_path, "animation"), unsafe_fixes=True, alpha="blue")
    shown, width, height = clips.pixels(Path(str(fixed.output)))
    row = shown[height // 2 * width : height // 2 * width + width]
    assert all(blue > 235 and max(red, green) < 20 for red, green, blue in row)


def test_without_leave_it_is_left_and_the_plan_says_what_would_do(tmp_path: Path) -> None:
    path = _clip(tmp_path, "VP8")
    left = _fixed(path)
    assert left.deed is Deed.LEFT
    assert "--unsafe-fixes" in left.why
    assert "flatten transparent pixels on white" in left.why


def test_transparency_that_no_header_told_is_not_dropped(tmp_path: Path) -> None:
    path = _clip(tmp_path, "animation")
    recipe = VideoRecipe("mp4", Mode.ENCODE, fps=Fraction(24))
    out = tmp_path / "out.mp4"
    with pytest.raises(FixFailed, match="transparent pixels") as refused:
        av.write(probe(path), recipe, str(path), str(out))
    assert "--unsafe-fixes" in (refused.value.hint or "")
    assert not out.exists()

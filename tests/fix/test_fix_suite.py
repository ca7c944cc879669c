"""A bounded run of what `scripts/fix-suite` does with thousands of files."""

from __future__ import annotations

from pathlib import Path

import pytest
from fix_offenders import Offender, failures, fix, offenders, unnamed, unstable

from mediaprep.errors import ToolMissing
from mediaprep.fix import ffmpeg
from mediaprep.fix.outcome import Deed


def _ffmpeg_is_missing() -> bool:
    try:
        ffmpeg.find()
    except ToolMissing:
        return True
    return False


@pytest.mark.slow
@pytest.mark.parametrize("unsafe", [True, False], ids=["unsafe fixes", "safe fixes"])
@pytest.mark.parametrize(
    ("kind", "count", "profile"),
    [
        pytest.param("image", 60, "atlascloud", id="pictures by a broad profile"),
        pytest.param("image", 60, "volcengine", id="pictures by open intervals"),
        pytest.param("sound", 26, "atlascloud", id="sounds"),
        pytest.param("clip", 16, "byteplus", id="clips"),
    ],
)
def test_offenders_come_out_clean_or_are_refused(
    tmp_path: Path, kind: str, count: int, profile: str, unsafe: bool
) -> None:
    if kind != "image" and _ffmpeg_is_missing():
        pytest.skip("no ffmpeg here")
    folder = tmp_path / "in"
    folder.mkdir()
    made: dict[str, Offender] = {}
    for number, offender in enumerate(offenders(kind, count)):
        made[offender.write(folder, number).name] = offender
    report = fix(folder, tmp_path / "once", profile, unsafe=unsafe)
    assert failures(report) == []
    assert len(report.results) + len(unnamed(folder, report)) == count
    settled = Deed.FIXED if unsafe else Deed.LEFT  # with leave there may be nothing left to leave
    assert {fixed.deed for fixed in report.results} >= {Deed.COPIED, settled}
    for fixed in report.results:
        if fixed.deed is Deed.COPIED and fixed.output:
            assert Path(fixed.before.path).read_bytes() == Path(fixed.output).read_bytes()
    again = fix(tmp_path / "once", tmp_path / "twice", profile, unsafe=unsafe)
    assert {fixed.deed for fixed in again.results} == {Deed.COPIED}
    assert unstable(tmp_path / "once", tmp_path / "twice") == []
    assert any(not made[Path(fixed.before.path).name].faults for fixed in report.results)

"""Every fixture measures what its manifest says, and is called what its manifest says."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import mediaprep
from mediaprep.model import MediaInfo, Severity

ROOT = Path(__file__).parent.parent
FIXTURES = ROOT / "fixtures"
MANIFEST: dict[str, Any] = tomllib.loads((FIXTURES / "manifest.toml").read_text(encoding="utf-8"))
PROFILES = ("atlascloud", "volcengine")
MEASURED = {field.name for field in fields(MediaInfo)}


def _codes_of(path: str, profile: str) -> list[str]:
    report = mediaprep.check([FIXTURES / path], profiles=[profile])
    (result,) = report.results
    return sorted({f.code for f in result.findings if f.severity is not Severity.NOTE})


def _each_verdict() -> Iterator[Any]:
    for path, entry in MANIFEST.items():
        for profile in PROFILES:
            yield pytest.param(path, profile, entry["codes"][profile], id=f"{path} for {profile}")


@pytest.mark.parametrize(("path", "profile", "codes"), list(_each_verdict()))
def test_errors_and_warnings_are_those_of_the_manifest(
    path: str, profile: str, codes: list[str]
) -> None:
    assert _codes_of(path, profile) == sorted(codes)


def _measured(info: MediaInfo, fact: str) -> object:
    """Read a fact under its name in the JSON output, which has two that `MediaInfo` derives."""
    if fact == "pixels":
        return (info.width or 0) * (info.height or 0)
    if fact == "aspect":
        return Fraction(info.width or 0, info.height or 1)
    return getattr(info, fact)


def _exact(value: object, found: object) -> object:
    """A number in the manifest is exact: 1.9 is nineteen tenths, "24000/1001" a fraction."""
    if isinstance(found, Fraction):
        return Fraction(str(value))
    return value


@pytest.mark.parametrize("path", MANIFEST)
def test_facts_are_those_of_the_manifest(path: str) -> None:
    info = mediaprep.probe(FIXTURES / path)
    expected = MANIFEST[path]["facts"]
    found = {fact: _measured(info, fact) for fact in expected}
    assert found == {fact: _exact(value, found[fact]) for fact, value in expected.items()}


@pytest.mark.parametrize("path", MANIFEST)
def test_what_was_not_read_says_why(path: str) -> None:
    info = mediaprep.probe(FIXTURES / path)
    for fact, reason in info.unread.items():
        assert fact in MEASURED
        assert reason
        assert getattr(info, fact) is None


def test_the_tour_shows_passing_and_failing_files_of_every_kind() -> None:
    tour = {path: entry for path, entry in MANIFEST.items() if path.startswith("tour/")}
    shown = {(e["facts"]["kind"], bool(e["codes"]["atlascloud"])) for e in tour.values()}
    assert shown == {
        (kind, fails) for kind in ("image", "video", "audio") for fails in (True, False)
    }


def test_every_file_is_small() -> None:
    sizes = {path: (FIXTURES / path).stat().st_size for path in MANIFEST}
    assert max(sizes.values()) < 50_000
    assert sum(sizes.values()) < 1_500_000


def test_recipes_manifest_and_files_agree() -> None:
    command = [sys.executable, str(ROOT / "scripts" / "fixtures"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")

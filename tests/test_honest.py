"""What the package says of itself is so: its names, its rules, and what it loads and when."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import png

import mediaprep
import mediaprep.model
import mediaprep.rules
from mediaprep.cli import COMMANDS
from mediaprep.formats import FORMATS
from mediaprep.report import FORMATS as OUTPUTS
from mediaprep.rules import RULES

PACKAGE = Path(mediaprep.__file__).parent
HEAVY = {
    *("av", "boto3", "botocore", "PIL", "pillow_heif", "pydantic", "rich", "asyncio", "urllib3"),
    *("requests", "http", "httpx", "mutagen", "ffmpeg", "pebble", "multiprocessing", "pathspec"),
}


def test_every_public_name_is_there_and_no_other() -> None:
    assert sorted(mediaprep.__all__) == mediaprep.__all__
    for name in mediaprep.__all__:
        assert getattr(mediaprep, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'smell'"):
        mediaprep.smell  # noqa: B018
    with pytest.raises(AttributeError):
        mediaprep._RANK  # noqa: B018


def test_a_star_import_gives_the_same() -> None:
    given: dict[str, object] = {}
    exec("from mediaprep import *", given)
    assert set(mediaprep.__all__) <= set(given)


@pytest.mark.parametrize("name", mediaprep.__all__)
def test_a_public_name_is_documented(name: str) -> None:
    value = getattr(mediaprep, name)
    assert name == "__version__" or value.__doc__


def _loaded(code: str) -> set[str]:
    """Run code in a new interpreter and return the top-level names of what it loaded."""
    command = [sys.executable, "-X", "importtime", "-c", f"{code}\nimport sys"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
    lines = done.stderr.splitlines()
    return {line.rpartition("|")[2].strip().partition(".")[0] for line in lines if "|" in line}


def _command(*arguments: str) -> str:
    return f"import sys; sys.argv[1:] = {list(arguments)!r}\nfrom mediaprep.cli import main\nmain()"


def test_importing_the_package_costs_nothing() -> None:
    ask = "import sys, mediaprep; print(*[m for m in sys.modules if m.startswith('mediaprep')])"
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["mediaprep"]
    assert not _loaded("import mediaprep") & (HEAVY | {"dataclasses", "json", "click", "sqlite3"})


def test_the_version_loads_no_library() -> None:
    assert not _loaded(_command("--version")) & HEAVY


@pytest.mark.parametrize("output", ["text", "json", "csv"])
def test_a_check_of_one_picture_loads_no_library(tmp_path: Path, output: str) -> None:
    jpeg = Path(__file__).parent.parent / "fixtures" / "tour" / "hero.jpg"
    names = _loaded(_command("check", str(jpeg), "--profile", "atlascloud", "--output", output))
    assert "mediaprep" in names
    assert not names & HEAVY


def test_a_check_that_finds_something_loads_none_either(tmp_path: Path) -> None:
    (tmp_path / "small.png").write_bytes(png(200, 400))
    assert not _loaded(_command("check", str(tmp_path), "--profile", "volcengine")) & HEAVY


def test_the_probe_stays_a_function_although_a_package_bears_its_name() -> None:
    import mediaprep.probe.sniff

    assert callable(mediaprep.probe)
    assert mediaprep.probe(__file__).container is None
    importlib.import_module("mediaprep.probe.jpeg")
    assert callable(mediaprep.probe)
    assert sys.modules["mediaprep.probe"].probe  # the package is still there for imports


def test_every_container_has_its_reader_and_every_command_and_output_its_module() -> None:
    for form in FORMATS.values():
        assert callable(importlib.import_module(f"mediaprep.probe.{form.reader}").read)
    for module in OUTPUTS.values():
        assert importlib.import_module(module).RENDERER
    for module, summary in COMMANDS.values():
        command = importlib.import_module(f"mediaprep.cli.{module}").command
        assert command.help
        assert summary.endswith(".")


def test_every_rule_has_a_case_that_fires_and_one_that_is_silent() -> None:
    here = Path(__file__).parent
    sys.path[:0] = [str(here / "rules"), str(here / "request")]
    try:
        cases = {
            *importlib.import_module("test_rules_each").CASES,
            *importlib.import_module("test_rules_url").CASES,
            *importlib.import_module("request_mutations").CODES,
        }
    finally:
        del sys.path[:2]
    assert cases == set(RULES)


@pytest.mark.parametrize("code", RULES)
def test_every_rule_has_its_page(code: str) -> None:
    docs = PACKAGE.parent / "docs"
    index = (docs / "rules.md").read_text(encoding="utf-8")
    page = docs / "rules" / f"{code}.md"
    text = page.read_text(encoding="utf-8") if page.exists() else index
    assert code in index
    assert RULES[code].name in text


def test_no_limit_is_written_in_python() -> None:
    """The numbers of the providers' tables stand in profiles alone.

    The sandbox is a reading of the providers' pages of its own, on purpose.
    """
    numbers = ("409600", "409_600", "927408", "927_408", "2086876", "2_086_876")
    for path in set(PACKAGE.rglob("*.py")) - set((PACKAGE / "sandbox").rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        assert [n for n in numbers if n in text] == [], path


def test_the_package_is_typed() -> None:
    assert (PACKAGE / "py.typed").exists()

"""Every example in README and docs runs: Python as it stands, consoles with what they print."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import yaml
from cli_run import COMMAND
from examples import ROOT, Example, commands, examples, is_like
from sandbox_up import sandbox_up

from mediaprep.cli import cli


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    with sandbox_up(tmp_path_factory.mktemp("sandbox")) as variables:
        yield variables


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """The folder that the examples speak of."""
    tour = ROOT / "fixtures" / "tour"
    shutil.copytree(tour, tmp_path / "refs")
    shutil.copytree(tour, tmp_path / "fixtures" / "tour")
    shutil.copyfile(tour / "clip-1080p.mp4", tmp_path / "clip.mp4")
    (tmp_path / "misspelt.toml").write_text(
        'name = "x"\nsource = "y"\nchecked = 2026-11-21\n\n[image]\nwidht = "[1, 2] px"\n'
    )
    return tmp_path


@pytest.mark.slow
@pytest.mark.parametrize("example", examples("python"), ids=str)
def test_python_runs(example: Example, here: Path, sandbox: dict[str, str]) -> None:
    # In a file of its own, as worker processes import what started them.
    lines = "".join(f"    {line}\n" if line else "\n" for line in example.text.split("\n"))
    script = here / "example.py"
    script.write_text(f"if __name__ == '__main__':\n{lines}")
    done = subprocess.run(
        [sys.executable, str(script)],
        cwd=here, env=os.environ | sandbox, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("page", sorted({e.page for e in examples("console")}))
def test_consoles_print_what_is_shown(page: str, here: Path, sandbox: dict[str, str]) -> None:
    for example in examples("console"):
        for shown in commands(example) if example.page == page else ():
            words = shlex.split(shown.command)
            assert words[0] == "mediaprep"
            done = subprocess.run(
                [*COMMAND, *words[1:]],
                cwd=here, env=os.environ | sandbox, check=False, text=True,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            )  # fmt: skip
            assert is_like(done.stdout, shown.output), f"{example}: {done.stdout}"


def _typed() -> Iterator[tuple[str, list[str]]]:
    """Yield every mediaprep command of a shell block, joined over line ends."""
    for example in examples("sh", "console", "yaml"):
        text = re.sub(r"\\?\n\s+--", " --", example.text)
        for match in re.finditer(r"(?<!`)\bmediaprep ([a-z][^\n]*)", text):
            words = shlex.split(re.split(r" [|&#;]|  +#|&&| >| <", match[1])[0], comments=True)
            if words:
                yield str(example), words


@pytest.mark.parametrize(
    ("place", "words"),
    [pytest.param(*each, id=f"{each[0]} {' '.join(each[1])}") for each in _typed()],
)
def test_a_command_in_the_docs_is_one(place: str, words: list[str]) -> None:
    command: click.Command = cli
    context = click.Context(cli, info_name="mediaprep")
    rest = [word for word in words if word not in ("…", "...")]
    while isinstance(command, click.Group) and rest:
        below = command.get_command(context, rest.pop(0))
        assert below is not None, f"{place}: no such command"
        command = below
    known = {option for parameter in command.params for option in parameter.opts}
    for word in rest:
        option = word.partition("=")[0]
        assert not option.startswith("--") or option in known | {"--help"}, f"{place}: {option}"


@pytest.mark.parametrize("example", examples("yaml", "json", "toml"), ids=str)
def test_a_file_in_the_docs_is_one(example: Example) -> None:
    if example.language == "yaml":
        assert yaml.safe_load(example.text)
    elif example.language == "toml":
        import tomllib

        assert tomllib.loads(example.text)
    elif "…" not in example.text:
        assert json.loads(example.text)


def test_the_profile_of_the_guide_loads(tmp_path: Path) -> None:
    from mediaprep.profiles import load_profile

    [text] = [e.text for e in examples("toml") if e.page.endswith("write-a-profile.md")]
    path = tmp_path / "studio.toml"
    path.write_text(text)
    assert load_profile(str(path)).name == "studio"


def test_every_command_is_in_the_docs() -> None:
    page = (ROOT / "docs" / "cli.md").read_text()
    context = click.Context(cli)

    def names(command: click.Command, words: str) -> Iterator[str]:
        yield words
        if isinstance(command, click.Group):
            for name in command.list_commands(context):
                below = command.get_command(context, name)
                assert below is not None
                yield from names(below, f"{words} {name}")

    for words in names(cli, "mediaprep"):
        assert re.search(rf"^##+ {re.escape(words)}$", page, re.MULTILINE), words


def test_every_rule_and_hook_is_named_in_the_readme() -> None:
    from mediaprep.rules import RULES

    readme = (ROOT / "README.md").read_text()
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    for name in [*RULES, *(hook["id"] for hook in hooks)]:
        assert name in readme, name


@pytest.mark.parametrize("page", [*sorted(ROOT.glob("docs/**/*.md")), ROOT / "README.md"], ids=str)
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text):
        if not re.match(r"[a-z]+:", target):
            assert (page.parent / target).exists(), target

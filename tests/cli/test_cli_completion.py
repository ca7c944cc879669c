"""Completion as the shells do it: bash and fish are really asked, zsh reads the script."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from cli_run import run


@pytest.fixture
def path(tmp_path: Path) -> str:
    """A PATH on which `mediaprep` is this one."""
    program = tmp_path / "bin" / "mediaprep"
    program.parent.mkdir()
    # The name under which click is asked is that of the program.
    program.write_text(
        f"#!{sys.executable}\nimport sys\nsys.argv[0] = 'mediaprep'\n"
        "from mediaprep.cli import main\nmain()\n"
    )
    program.chmod(0o755)
    return f"{program.parent}{os.pathsep}{os.environ['PATH']}"


def bash(path: str, *words: str) -> list[str]:
    script = (
        'eval "$(mediaprep completion bash)"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); '
        '_mediaprep_completion mediaprep; printf "%s\\n" "${COMPREPLY[@]}"'
    )
    done = subprocess.run(
        ["bash", "-c", script, "bash", *words],
        env=os.environ | {"PATH": path}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout.split()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        pytest.param(["mediaprep", "che"], ["check"], id="a command"),
        pytest.param(["mediaprep", "assets", "ren"], ["rename"], id="a command below"),
        pytest.param(["mediaprep", "check", "--unsafe"], ["--unsafe-fixes"], id="an option"),
        pytest.param(["mediaprep", "publish", "--backend", "agt"], ["agtcloud"], id="a backend"),
        pytest.param(["mediaprep", "check", "--profile", "sun"], ["sunra"], id="a profile"),
        pytest.param(
            ["mediaprep", "check", "--profile", "sunra,cr"], ["sunra,crun"], id="a second profile"
        ),
        pytest.param(["mediaprep", "check", "--ignore", "GEO00"], None, id="rules"),
    ],
)
def test_bash_completes(path: str, words: list[str], expected: list[str] | None) -> None:
    found = bash(path, *words)
    if expected is None:
        assert {"GEO001", "GEO002"} <= set(found)
        assert all(code.startswith("GEO00") for code in found)
    else:
        assert found == expected


@pytest.mark.tools
def test_fish_completes(path: str) -> None:
    script = 'mediaprep completion fish | source; complete -C "mediaprep che"'
    done = subprocess.run(
        ["fish", "--no-config", "-c", script],
        env=os.environ | {"PATH": path}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.startswith("check\t")


@pytest.mark.tools
def test_zsh_reads_the_script() -> None:
    script = run("completion", "zsh").out
    assert script.startswith("#compdef mediaprep")
    subprocess.run(["zsh", "-n"], input=script, text=True, check=True)


def test_an_unknown_shell() -> None:
    done = run("completion", "tcsh")
    assert done.code == 2
    assert "bash" in done.err

"""The pool inside whole programs: what they inherit, print and leave behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from engine_processes import eventually, gone, session

import mediaprep

linux = pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")

_IMPORTS = f"""
import sys
sys.path[:0] = [{str(Path(mediaprep.__file__).parents[1])!r}, {str(Path(__file__).parent)!r}]
import engine_work as work
from mediaprep.engine.pool import map_isolated
"""


def guarded(script: str) -> str:
    lines = textwrap.indent(textwrap.dedent(script), "    ")
    return f"{_IMPORTS}\nif __name__ == '__main__':\n{lines}\n"


def run(script: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", guarded(script)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, env=env, check=True)


def start(script: str, tmp_path: Path) -> subprocess.Popen[str]:
    path = tmp_path / "program.py"
    path.write_text(guarded(script))
    return subprocess.Popen(
        [sys.executable, path],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "given"
    path.write_text("the one given")
    return str(path)


def test_secrets_in_the_environment_do_not_reach_a_worker(file: str) -> None:
    # A process of its own: the workers of this one descend from a server that may run already.
    secrets = {
        "AWS_SECRET_ACCESS_KEY": "s1",
        "ATLASCLOUD_API_KEY": "s2",
        "VOLC_ACCESSKEY": "s3",
        "MEDIAPREP_STORE_SECRET": "s4",
        "MEDIAPREP_FFMPEG": "kept",
    }
    script = f"""
        answer = lambda f, p: next(map_isolated(f, [({file!r}, p)], jobs=1))
        env = answer(work.environment, None)
        print(sorted(set({sorted(secrets)}) & set(env)))
        print(answer(work.environment_of_c, {sorted(secrets)}))
    """
    done = run(script, env=os.environ | secrets)
    assert done.stdout.splitlines() == [
        "['MEDIAPREP_FFMPEG']",
        "[None, None, b'kept', None, None]",
    ]


def test_what_a_worker_prints_reaches_nobody(file: str) -> None:
    script = f"assert list(map_isolated(work.shout, [({file!r}, 'noise')])) == ['heard']"
    done = run(script)
    assert (done.stdout, done.stderr) == ("", "")


@linux
@pytest.mark.parametrize(
    "number",
    [
        pytest.param(signal.SIGINT, id="by Ctrl-C"),
        pytest.param(signal.SIGKILL, id="by force"),
    ],
)
def test_ending_the_program_leaves_no_process_behind(
    file: str, tmp_path: Path, number: signal.Signals
) -> None:
    script = f"""
        for pid in map_isolated(work.pid_or_hang, [({file!r}, w) for w in ("pid", *["hang"] * 9)],
                                jobs=2):
            print(pid, flush=True)
    """
    with start(script, tmp_path) as program:
        assert program.stdout is not None
        worker = int(program.stdout.readline())
        program.send_signal(number)
        program.wait(timeout=10)
        assert eventually(lambda: gone(worker))
        assert eventually(lambda: not session(program.pid))


def test_a_script_without_a_main_guard_is_told(file: str, tmp_path: Path) -> None:
    path = tmp_path / "unguarded.py"
    path.write_text(f"{_IMPORTS}\nlist(map_isolated(work.read_all, [({file!r}, 1)]))\n")
    done = subprocess.run(
        [sys.executable, path], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 1
    assert "the decoding workers do not start" in done.stderr

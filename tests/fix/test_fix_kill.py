"""`kill -9` at any moment of a run in place: every file is the old one or the new one, whole."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from fix_kills import finish, kill_once, leftovers, make_folder, problems

from mediaprep import check

KILLS = 20


@pytest.mark.slow
def test_no_kill_loses_or_tears_a_file(tmp_path: Path) -> None:
    rng = random.Random(7)
    folder, round_number, hits = tmp_path / "0", 0, 0
    originals = make_folder(folder)
    for _ in range(KILLS):
        alive = kill_once(folder, rng, 1.5)
        hits += alive
        assert problems(folder, originals) == []
        if not alive:
            round_number += 1
            folder = tmp_path / str(round_number)
            originals = make_folder(folder)
    assert hits
    assert finish(folder) == 0
    assert problems(folder, originals) == []
    assert leftovers(folder) == []
    assert check(folder, ["atlascloud"]).clean

"""Kill publish runs at random moments, and ask the sandbox what there is in the end.

A batch is a folder of new contents for one backend. Its runs are killed until one comes to its end;
then every content must be active exactly once, by the sandbox's own count.
"""

from __future__ import annotations

import json
import random
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from conftest import png
from publish_forks import Forks
from sandbox_up import sandbox_up

CAN_LIST = ("sunra", "agtcloud", "volcengine", "atlascloud")
BACKENDS = (*CAN_LIST, "agentsflare", "crun")
FAULTS = ("drop", "drop-after", "429", "500", "malformed", "html")
FILES = 12
_SETTLE_S = 20.0
_MOST_TRIES = 40
_POLL = {"MEDIAPREP_POLL_INTERVAL_S": "0.1"}


@contextmanager
def sandbox(folder: Path, *words: str) -> Iterator[dict[str, str]]:
    """Run the sandbox for as long as the block lasts; yields variables that also poll quickly."""
    folder.mkdir(parents=True)
    with sandbox_up(folder, *words) as found:
        yield found | _POLL


def told(found: dict[str, str], what: str, body: object = None, method: str = "") -> Any:
    """Ask the sandbox what it saw, or tell it what to do wrong."""
    url = f"{found['MEDIAPREP_SANDBOX_URL']}/_sandbox/{what}"
    data = None if body is None else json.dumps(body).encode()
    head = {"Content-Type": "application/json"}
    request = urllib.request.Request(url, data, head, method=method or None)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


@dataclass
class Batch:
    """New contents for one backend."""

    folder: Path
    backend: str
    found: dict[str, str]
    contents: dict[str, str] = field(default_factory=dict)  # hash -> file
    doubtful: set[str] = field(default_factory=set)  # hashes that a run said it could not tell of

    def fill(self, files: int = FILES) -> Batch:
        """Write the files."""
        self.folder.mkdir(parents=True)
        for number in range(files):
            content = png() + f"{self.folder}{number}".encode()
            (self.folder / f"{number}.png").write_bytes(content)
            self.contents[sha256(content).hexdigest()] = f"{number}.png"
        return self

    def command(self, *more: str) -> list[str]:
        """Return the words of a run."""
        given = ["publish", str(self.folder), "--backend", self.backend, "--output", "json"]
        return [*given, "--no-cache", *more]

    def run(self, forks: Forks, *more: str, **env: str) -> tuple[int, str]:
        """Let a run come to its end; return its exit code and what it wrote."""
        out = self.folder.with_suffix(".out")
        code = forks.start(self.command(*more), self.found | env, out).wait()
        return code, out.read_text()

    def kill(self, forks: Forks, after_s: float) -> bool:
        """Start a run and kill it; return whether it was still at work."""
        run = forks.start(self.command(), self.found, self.folder.with_suffix(".killed"))
        return run.kill_after(after_s)

    def finish(self, forks: Forks) -> list[str]:
        """Run until nothing is left to do, decide what is in doubt; return what is wrong."""
        code, said = self._until_told(forks)
        wrong = self.duplicates()  # before anybody chose to risk one
        if code == 3 and self.backend not in CAN_LIST:
            self._note_doubts(said)
            code, said = self._until_told(forks, "--retry-unknown")
        if code:
            wrong.append(f"{self.folder.name}: the last run ended with {code}: {said[-300:]}")
        return wrong + self.problems()

    def _until_told(self, forks: Forks, *more: str) -> tuple[int, str]:
        """Run again for as long as there is something that may go better the next time."""
        for _ in range(_MOST_TRIES):
            code, said = self.run(forks, *more)
            if code == 0 or not said.startswith("{"):
                break
            ends = Counter(item["publish"]["end"] for item in json.loads(said)["results"])
            if set(ends) <= {"active", "unknown"}:
                break
        return code, said

    def _note_doubts(self, said: str) -> None:
        for item in json.loads(said)["results"]:
            if item["publish"]["end"] == "unknown":
                content = (self.folder / Path(item["path"]).name).read_bytes()
                self.doubtful.add(sha256(content).hexdigest())

    def seen(self) -> tuple[Counter[str], Counter[str]]:
        """Ask how often each content was registered, and how often it is active now."""
        ends = time.monotonic() + _SETTLE_S
        while True:
            assets = told(self.found, "assets")["assets"]
            mine = [asset for asset in assets if asset["backend"] == self.backend]
            if all(a["status"] != "Processing" for a in mine) or time.monotonic() > ends:
                break
            time.sleep(0.1)
        of_mine = [asset for asset in mine if asset["sha256"] in self.contents]
        active = [a["sha256"] for a in of_mine if a["status"] == "Active" and not a["deleted"]]
        return Counter(a["sha256"] for a in of_mine), Counter(active)

    def duplicates(self) -> list[str]:
        """Name contents that were registered twice."""
        created, _ = self.seen()
        return [
            f"{self.folder.name}/{self.contents[each]}: registered {times} times"
            for each, times in created.items()
            if times > 1 and each not in self.doubtful
        ]

    def problems(self) -> list[str]:
        """Name contents that are not active, or were registered twice without a word."""
        _, active = self.seen()
        lost = [name for each, name in self.contents.items() if not active[each]]
        return self.duplicates() + [f"{self.folder.name}/{name}: lost" for name in lost]


def order_faults(found: dict[str, str], backend: str, rate: float, faults: Any = FAULTS) -> None:
    """Let a share of a backend's calls go wrong in each of the ways."""
    for mode in faults:
        order = {"backend": backend, "action": "*", "mode": mode, "rate": rate}
        told(found, "faults", order, "POST")


def slow_down(found: dict[str, str], backend: str) -> None:
    """Let half of the answers come late, so that kills meet runs that wait for one."""
    order = {"backend": backend, "action": "*", "mode": "slow", "rate": 0.5, "delay_s": 0.25}
    told(found, "faults", order, "POST")


def no_faults(found: dict[str, str]) -> None:
    """Let all calls go well again."""
    told(found, "faults", None, "DELETE")


def kill_batch(
    batch: Batch, forks: Forks, rng: random.Random, longest_s: float, most: int = _MOST_TRIES
) -> int:
    """Kill the batch's runs until one comes to its end; return how many were at work."""
    hits = 0
    while hits < most and batch.kill(forks, rng.uniform(0.02, longest_s)):
        hits += 1
    return hits

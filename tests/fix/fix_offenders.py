"""Files with one, two or three faults at a time, and what a fix must do with them.

Single faults come first, then pairs and triples at random.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import fix_makers
from fix_faults import BASE, FAULTS

import mediaprep
from mediaprep.fix.outcome import Deed, Fixed, FixReport
from mediaprep.fix.recipe import Action, Aspect, Short
from mediaprep.inputs import is_media_name
from mediaprep.model import Fixability
from mediaprep.probe.sniff import sniff
from mediaprep.rules import RULES

STRICT = str(Path(__file__).with_name("strict.toml"))
# What a person may choose; each profile is run with another set of these.
CHOICES: tuple[dict[str, Any], ...] = (
    {},
    {"aspect": Aspect.CROP, "trim": "end", "short": Short.LOOP},
    {"aspect": Aspect.BLUR, "trim": "center", "strip_private": True},
    {"trim": "auto", "pad_color": "#204060", "alpha": "#ff00ff", "frame": 1},
)
# Of several files together, and of addresses: nothing that changing one file settles.
_NOT_OURS = ("SET", "URL")


@dataclass(frozen=True)
class Offender:
    """One file to be made: its kind and its faults."""

    kind: str
    faults: tuple[str, ...]
    facts: Mapping[str, Any]

    def write(self, folder: Path, number: int) -> Path:
        """Make the file; returns its path."""
        stem = f"{number:05}-{self.kind}-{'-'.join(self.faults) or 'good'}"
        path = folder / f"{stem}.{self.facts['ext']}"
        fix_makers.make(path, self.kind, self.facts)
        return path.rename(path.with_suffix(f".{self.facts.get('name', self.facts['ext'])}"))


def offenders(kind: str, count: int, seed: int = 0) -> Iterator[Offender]:
    """Yield a compliant file, single faults, then pairs and triples at random.

    Where `count` has no room for all single faults, half of it are, and other ones by each seed.
    """
    rng = random.Random(f"{kind} {seed}")
    groups = FAULTS[kind]
    singles = [(group, name) for group, faults in groups.items() for name in faults]
    alone = len(singles) if count > len(singles) else count // 2
    first = seed * alone % len(singles)
    singles = singles[first:] + singles[:first]
    yield Offender(kind, (), BASE[kind])
    for made in range(1, count):
        if made <= alone:
            chosen = [singles[made - 1]]
        else:
            names = rng.sample(sorted(groups), rng.choice((2, 3)))
            chosen = [(group, rng.choice(sorted(groups[group]))) for group in sorted(names)]
        facts = dict(BASE[kind])
        for group, name in chosen:
            facts |= groups[group][name]
        yield Offender(kind, tuple(name for _, name in chosen), facts)


def fix(folder: Path, out: Path, profile: str, *, unsafe: bool, **choices: Any) -> FixReport:
    """Fix a folder into a tree."""
    return mediaprep.fix(folder, [profile], out=out, unsafe_fixes=unsafe, scores=False, **choices)


def failures(report: FixReport) -> list[str]:
    """Name what neither came out clean nor was refused for a reason, and what needed no change."""
    return [line for fixed in report.results if (line := _failure(fixed))]


def _failure(fixed: Fixed) -> str:
    name = Path(fixed.before.path).name
    if fixed.deed is Deed.FAILED:
        return f"{name}: {fixed.why} ({'; '.join(step.words for step in fixed.plan.steps)})"
    if fixed.deed is Deed.LEFT:
        # A kind that is not taken, and bytes that cannot be read, are in conflict with no limit.
        reasons = ("PRB", "CON001")
        broken = any(finding.code.startswith(reasons) for finding in fixed.before.findings)
        limits = fixed.plan.conflict.limits if fixed.plan.conflict else ()
        return (
            "" if fixed.why and (limits or broken) else f"{name}: left for no reason: {fixed.why}"
        )
    if fixed.plan.action is Action.KEEP and not _same_bytes(fixed):
        return f"{name}: compliant, and changed"
    errors = [f for f in fixed.after.findings if f.verdict is not mediaprep.Verdict.PASS]
    return f"{name}: {fixed.deed}, but {errors[0].message}" if errors else ""


def _same_bytes(fixed: Fixed) -> bool:
    assert fixed.output
    return Path(fixed.before.path).read_bytes() == Path(fixed.output).read_bytes()


def unnamed(folder: Path, report: FixReport) -> list[str]:
    """Name the files that neither name nor bytes call media; a folder's others must be reported."""
    reported = {Path(fixed.before.path).name for fixed in report.results}
    others = [path for path in sorted(folder.iterdir()) if path.name not in reported]
    for path in others:
        assert not is_media_name(path.name), path
        assert sniff(path.read_bytes()) is None, path
    return [path.name for path in others]


def unstable(once: Path, twice: Path) -> list[str]:
    """Name the files of a fixed tree that a second fix changes."""
    second = {path.name: path for path in twice.iterdir() if not path.name.startswith(".")}
    first = {path.name: path for path in once.iterdir() if not path.name.startswith(".")}
    names = first.keys() ^ second.keys()
    names |= {n for n in first.keys() & second if first[n].read_bytes() != second[n].read_bytes()}
    return sorted(names)


def settled(report: FixReport) -> list[str]:
    """List the codes that fixes settled, once for each file."""
    return [
        code
        for fixed in report.results
        if fixed.deed is Deed.FIXED
        for code in sorted({finding.code for finding in fixed.settled})
    ]


def mendable() -> set[str]:
    """Return the codes of the rules that say of themselves that a fix settles them."""
    return {
        code
        for code, rule in RULES.items()
        if rule.fix is not Fixability.NONE and not code.startswith(_NOT_OURS)
    }

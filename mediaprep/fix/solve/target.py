"""What all chosen profiles together ask of one file: every reading of every limit, intersected.

A value that is inside the target passes under each reading of each profile. A target can be built
from a part of the limits too, which is how the smallest set that cannot be met is found.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce

from mediaprep.fix.solve.bounds import ANYTHING, NO_LIMIT, Bounds, Range, meet, whole
from mediaprep.measures import CHOICES, FPS_NOMINAL, MEASURES
from mediaprep.model import Kind, MediaInfo
from mediaprep.profiles.profile import Limit, Profile
from mediaprep.rules import RULES, RuleSet
from mediaprep.units import Interval

# The rule that judges each limit; where the rule was not chosen, or is not about this kind of
# media, nobody asks for the limit to be met.
RULE_OF = {
    "container": "CON002",
    "size": "CON003",
    "width": "GEO001",
    "aspect": "GEO002",
    "height": "GEO003",
    "pixels": "GEO004",
    "duration": "TIM001",
    "fps": "TIM002",
    "frames": "PIC004",
    "video_codec": "COD001",
    "audio_codec": "COD002",
    "pix_fmt": "COD003",
    "bit_depth": "COD004",
    "sample_rate": "COD007",
    "channels": "COD008",
}
# A limit on the nominal rate is another one than a limit on the average.
NOMINAL = "fps_nominal"
_MEASURES = MEASURES | {NOMINAL: FPS_NOMINAL}
_SOUND = frozenset({"audio_codec", "sample_rate", "channels"})


@dataclass(frozen=True, slots=True)
class Demand:
    """One limit of one profile."""

    profile: str
    kind: Kind
    limit: Limit

    @property
    def measure(self) -> str:
        """The measure that is bounded, average and nominal frame rate told apart."""
        nominal = self.limit.measure == "fps" and self.limit.of == "nominal"
        return NOMINAL if nominal else self.limit.measure

    def __str__(self) -> str:
        return f"{self.profile} {self.kind}.{self.limit.measure} {self.limit.text}"


@dataclass(frozen=True, slots=True)
class Target:
    """The intersection of some demands on one kind of media."""

    demands: tuple[Demand, ...] = ()
    ranges: Mapping[str, Interval] = field(default_factory=dict)
    choices: Mapping[str, frozenset[str]] = field(default_factory=dict)
    bounds: Bounds = field(default_factory=Bounds)
    bytes: Range = (0, NO_LIMIT)
    codes: frozenset[str] = frozenset()  # of the rules that judge
    _parts: dict[tuple[int, ...], Target] = field(default_factory=dict, compare=False, repr=False)

    def part(self, demands: Sequence[Demand]) -> Target:
        """Intersect some of the demands alone; remembered, as every conflict asks for the same."""
        key = tuple(map(id, demands))  # they live as long as this does
        if key not in self._parts:
            self._parts[key] = make_target(demands, self.codes)
        return self._parts[key]

    @property
    def max_bytes(self) -> int | None:
        """The largest size that every reading takes, None where nothing limits it."""
        return None if self.bytes[1] == NO_LIMIT else self.bytes[1]

    def interval(self, measure: str) -> Interval:
        """Return what a measure may be; everything, where nothing limits it."""
        return self.ranges.get(measure, ANYTHING)

    def takes(self, choice: str, word: str | None) -> bool:
        """Whether every profile that lists words lists this one."""
        words = self.choices.get(choice)
        return words is None or word in words

    def broken(self, info: MediaInfo) -> frozenset[str]:
        """Name the measures that some reading of some limit does not take, unread ones too."""
        silent = info.kind is Kind.VIDEO and info.audio_tracks == 0
        found = []
        for name, interval in self.ranges.items():
            value = _MEASURES[name].value(info)
            if (value is None or interval.side(*value)) and not (silent and name in _SOUND):
                found.append(name)
        for name, words in self.choices.items():
            if CHOICES[name].value(info) not in words and not (silent and name in _SOUND):
                found.append(name)
        return frozenset(found)

    def disputed(self, info: MediaInfo) -> frozenset[str]:
        """Name the rules by which a file that meets the target does so for some readers only."""
        found = set()
        for code, size in (("GEO006", _stored(info)), ("GEO007", _stretched(info))):
            if size and not self.bounds.fits(*size):
                found.add(code)
        durations = self.interval("duration")
        timely = info.duration_s is not None and info.duration_s in durations
        if timely and any(clock not in durations for clock in info.clocks.values()):
            found.add("TIM004")
        return self.codes & found


def _stored(info: MediaInfo) -> tuple[int, int] | None:
    """Return the size for a reader that neither turns nor crops, None if there is no other."""
    width, height = info.coded_width, info.coded_height
    if not width or not height or (width, height) == (info.width, info.height):
        return None
    return width, height


def _stretched(info: MediaInfo) -> tuple[int, int] | None:
    """Return the size for a reader that applies the sample aspect, None if there is no other."""
    ratio = info.sample_aspect
    if info.kind is not Kind.VIDEO or ratio in (None, 1) or not info.width or not info.height:
        return None
    if info.rotation in (90, 270):
        return info.width, round(info.height * ratio)
    return round(info.width * ratio), info.height


def demands_of(profiles: Iterable[Profile], kind: Kind, rules: RuleSet) -> tuple[Demand, ...]:
    """List the limits of all profiles on a kind of media that some chosen rule judges."""
    return tuple(
        Demand(profile.name, kind, limit)
        for profile in profiles
        for measure, limit in profile.limits.get(kind, {}).items()
        if _judged(measure, kind, rules.codes)
    )


def _judged(measure: str, kind: Kind, codes: Collection[str]) -> bool:
    code = RULE_OF[measure]
    return code in codes and kind in RULES[code].kinds


def make_target(demands: Sequence[Demand], codes: frozenset[str] = frozenset()) -> Target:
    """Intersect all readings of some demands, as rules with these codes judge them."""
    ranges: dict[str, Interval] = {}
    choices: dict[str, frozenset[str]] = {}
    for demand in demands:
        name, limit = demand.measure, demand.limit
        if limit.choices:
            words = frozenset(limit.choices)
            choices[name] = choices.get(name, words) & words
        else:
            ranges[name] = reduce(meet, limit.readings, ranges.get(name, ANYTHING))
    bounds = Bounds(
        whole(ranges.get("width", ANYTHING)),
        whole(ranges.get("height", ANYTHING)),
        whole(ranges.get("pixels", ANYTHING)),
        ranges.get("aspect", ANYTHING),
    )
    size = whole(ranges.get("size", ANYTHING), 0)
    return Target(tuple(demands), ranges, choices, bounds, size, codes)


_kept: dict[tuple[object, ...], Target] = {}
_MOST_KEPT = 64


def target_of(profiles: Sequence[Profile], kind: Kind, rules: RuleSet) -> Target:
    """Intersect all limits of some profiles on a kind; remembered for profiles that were loaded."""
    key = (kind, rules.codes, *(profile.fingerprint for profile in profiles))
    target = _kept.get(key)
    if target is None:
        target = make_target(demands_of(profiles, kind, rules), rules.codes)
        if all(profile.fingerprint for profile in profiles):
            if len(_kept) >= _MOST_KEPT:
                _kept.clear()
            _kept[key] = target
    return target

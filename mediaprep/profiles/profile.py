"""What a provider takes, as values: a profile is a table of limits by kind of media."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import NamedTuple

from mediaprep.model import Kind, Verdict
from mediaprep.units import Interval


class Limit(NamedTuple):
    """One row of a provider's table: the readings of an interval, or the words that are taken."""

    measure: str  # a key of measures.MEASURES, measures.CHOICES or batch measures
    text: str  # as the profile writes it: "(0, 30 MB)"
    source: str
    checked: date
    readings: tuple[Interval, ...] = ()
    choices: tuple[str, ...] = ()
    observed: tuple[Interval, ...] = ()  # seen to be accepted; never decides
    observed_text: str = ""
    of: str = "average"  # which frame rate is bounded
    inherited_from: str = ""  # the profile that says so, when this one's provider does not

    def judge(self, numerator: int, denominator: int = 1) -> Verdict:
        """Judge a number against every reading: all, none, or only some take it."""
        outside = 0
        for reading in self.readings:
            if reading.side(numerator, denominator):
                outside += 1
        if not outside:
            return Verdict.PASS
        return Verdict.FAIL if outside == len(self.readings) else Verdict.CONTESTED


class Profile(NamedTuple):
    """One provider's documented limits; a kind that is absent from `limits` is not taken."""

    name: str
    source: str
    checked: date
    backend: str = ""
    extends: str = ""
    limits: Mapping[Kind, Mapping[str, Limit]] = MappingProxyType({})
    sets: Mapping[str, Limit] = MappingProxyType({})
    urls: Mapping[str, Limit] = MappingProxyType({})  # what a URL may be: its `length`
    fingerprint: str = ""  # changes when any limit does

"""Which costs are held against which, and what is asked of the quotient."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchlib.measure import Cost

PEAK_MB = 45.0  # of `check` over the tree
PEAK_GROWTH = 1.5  # of `check` over the many links, against the tree


@dataclass(frozen=True, slots=True)
class Ratio:
    """The CPU time of one row over another's, and the goal for it where there is one."""

    of: str
    to: str
    least: float | None = None
    most: float | None = None

    @property
    def goal(self) -> str:
        """Word the goal."""
        if self.least is not None:
            return f"≥ {self.least:g}"
        return f"≤ {self.most:g}" if self.most is not None else "–"

    def met(self, value: float) -> bool | None:
        """Tell whether `value` is what was asked for; None where nothing was."""
        if self.least is not None:
            return value >= self.least
        return value <= self.most if self.most is not None else None


RATIOS = (
    Ratio("ffprobe", "check", least=300),
    Ratio("exiftool", "check", least=20),
    Ratio("mediainfo", "check", least=14),
    Ratio("naive", "check", least=6),
    Ratio("identify", "check"),
    Ratio("check", "read", most=10),
    Ratio("warm", "stat", most=4),
    Ratio("warm", "check"),
    Ratio("version", "python", most=5),
    Ratio("one", "python", most=8),
)


def paired(ratio: Ratio, costs: Mapping[str, Sequence[Cost]]) -> list[float]:
    """Divide round by round: what disturbs a round disturbs both."""
    pairs = zip(costs.get(ratio.of, ()), costs.get(ratio.to, ()), strict=False)
    return [of.cpu_s / to.cpu_s for of, to in pairs if to.cpu_s > 0]


def median_cost(costs: Sequence[Cost]) -> Cost:
    """Return the medians of times, and the largest peak."""
    return Cost(
        statistics.median(cost.cpu_s for cost in costs),
        statistics.median(cost.wall_s for cost in costs),
        max(cost.peak_mb for cost in costs),
    )

"""Find the best quality whose encoding fits a number of bytes, in few encodings."""

from __future__ import annotations

import math
from collections.abc import Callable

CLOSE = 0.02  # below the limit is near enough
MOST = 8
_DOWN = 4  # the fourth encoding that is still too large is the last but the worst
_AIM = 0.992
_SLOPE = 0.035  # of log size over a point of quality, until two sizes tell


def largest_within(
    limit: int, encode: Callable[[float], bytes], best: float, worst: float, step: float
) -> bytes | None:
    """Return the largest encoding found of at most `limit` bytes, None if there is none.

    `encode` grows with quality, which counts in steps; the best quality is tried first.
    """
    data = encode(best)
    if len(data) <= limit:
        return data
    search = _Search(best, _excess(data, limit), worst, step)
    found: bytes | None = None
    for tried in range(1, MOST):
        quality = search.next(tried)
        if quality is None:
            break
        data = encode(quality)
        search.learn(quality, _excess(data, limit))
        if len(data) <= limit:
            found = data
            if len(data) >= limit * (1 - CLOSE):
                break
    return found


def _excess(data: bytes, limit: int) -> float:
    return math.log(len(data) / (limit * _AIM))


class _Search:
    """False position on log size, the Illinois way: an end that stays put counts half."""

    def __init__(self, best: float, excess: float, worst: float, step: float) -> None:
        self._over, self._over_by = best, excess
        self._fits: float | None = None
        self._fits_by = 0.0  # negative
        self._slope, self._worst, self._step = _SLOPE, worst, step
        self._last_fitted: bool | None = None

    def next(self, tried: int) -> float | None:
        """Return what to try, None when nothing is left between what fits and what does not."""
        if self._fits is None:
            quality = self._over - self._over_by / self._slope
            if tried >= _DOWN:
                quality = self._worst
            low = self._worst
        else:
            share = self._fits_by / (self._fits_by - self._over_by)
            quality = self._fits + (self._over - self._fits) * share
            low = self._fits + self._step
        quality = min(round(quality / self._step) * self._step, self._over - self._step)
        quality = max(quality, low)
        return quality if quality < self._over else None

    def learn(self, quality: float, excess: float) -> None:
        """Take in how far above (or, negative, below) the aim an encoding was."""
        fitted = excess <= -math.log(_AIM)
        if fitted:
            self._fits, self._fits_by = quality, min(excess, -1e-9)
            if self._last_fitted:
                self._over_by /= 2
        else:
            if self._fits is None:  # quality matters less, the lower it is
                self._slope = max((self._over_by - excess) / (self._over - quality), 1e-3) / 1.4
            elif self._last_fitted is False:
                self._fits_by /= 2
            self._over, self._over_by = quality, excess
        self._last_fitted = fitted

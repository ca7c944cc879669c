"""Find the best quality whose encoding fits a number of bytes, in few encodings."""

from __future__ import annotations

import math
from collections.abc import Callable

CLOSE = 0.02  # below the limit is near enough
MOST = 8
_AIM = 0.992
_SLOPE = 0.035  # of log size over a point of quality, before two sizes are known


def largest_within(
    limit: int, encode: Callable[[float], bytes], best: float, worst: float, step: float
) -> bytes | None:
    """Return the largest encoding found of at most `limit` bytes, None if there is none.

    `encode` grows with quality, which counts in steps; the best quality is tried first.
    """
    data = encode(best)
    if len(data) <= limit:
        return data
    over, over_log = best, math.log(len(data))
    fits, found = worst - step, None
    fits_log = over_log + (fits - over) * _SLOPE
    for left in range(MOST - 1, 0, -1):
        quality = _next(over, over_log, fits, fits_log, math.log(limit * _AIM), found is None)
        if found is None and left == 1:
            quality = worst
        quality = min(max(round(quality / step) * step, fits + step), over - step)
        if not fits < quality < over:
            break
        data = encode(quality)
        if len(data) > limit:
            over, over_log = quality, math.log(len(data))
        else:
            fits, fits_log, found = quality, math.log(len(data)), data
            if len(data) >= limit * (1 - CLOSE):
                break
    return found


def _next(
    over: float, over_log: float, fits: float, fits_log: float, aim: float, alone: bool
) -> float:
    if alone:  # nothing fitted yet: go by the usual slope, and a little further
        return over - max((over_log - aim) / _SLOPE, (over - fits) / 8)
    share = (aim - fits_log) / max(over_log - fits_log, 1e-9)
    return fits + (over - fits) * min(max(share, 0.1), 0.9)

"""How long a presigned URL lives, and what one is.

Signature Version 4 takes at most 7 days, and a URL dies with the credentials that signed it, so the
life asked for is not always the life one gets.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from mediaprep.secret import Secret

MAX_LIFE_S = 7 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Presigned:
    """A URL that anybody may use until `expires_at`; None: it does not end."""

    url: Secret
    expires_at: datetime | None

    def left_s(self, now: datetime | None = None) -> float:
        """Return the seconds that are left of its life."""
        if self.expires_at is None:
            return float("inf")
        return (self.expires_at - (now or datetime.now(UTC))).total_seconds()


@dataclass(frozen=True, slots=True)
class Life:
    """How many seconds a URL signed now would live, and what decided it."""

    seconds: int
    why: str


def effective_life(
    asked_s: int,
    credentials_end: datetime | None = None,
    *,
    temporary: bool = False,
    now: datetime | None = None,
) -> Life:
    """Return min(asked, 7 days, what is left of the credentials), never below zero."""
    life = Life(asked_s, "as asked")
    if temporary and credentials_end is None:
        life = Life(asked_s, "as asked, unless the session token ends sooner: its end is not known")
    if life.seconds > MAX_LIFE_S:
        life = Life(MAX_LIFE_S, "the most a signature takes: 7 days")
    if credentials_end is not None:
        # A second is kept back: both times are cut to whole seconds.
        left = int((credentials_end - (now or datetime.now(UTC))) / timedelta(seconds=1)) - 1
        if left < life.seconds:
            until = credentials_end.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
            life = Life(max(left, 0), f"the credentials end at {until}")
    return life

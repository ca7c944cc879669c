"""What the page needs and the reports below it have not: previews, and whose limits a file met."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from mediaprep.profiles.profile import Profile
from mediaprep.report.html.previews import Previews


@dataclass(frozen=True, slots=True)
class Beside:
    """Handed to the page by whoever starts the run."""

    previews: Previews | None = None
    profiles_of: Callable[[str], Sequence[Profile]] | None = None
    closing: ExitStack | None = None  # of the run: what the page holds is let go with it

"""Ask for a generation once, whatever happens to the answer, and wait for its end.

What was asked for before is gone on with: an open one is waited for, a finished one is fetched
again. An answer that was lost is an error until somebody has looked.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from mediaprep.backends.errors import BackendError, Category
from mediaprep.backends.generate.base import ENDED, Generation, Generator, State
from mediaprep.errors import MediaprepError
from mediaprep.generation import Ask
from mediaprep.publish.register import concerns_all
from mediaprep.publish.session import Session, Unsettled
from mediaprep.publish.transport import TransportFailed
from mediaprep.request.journal import Entry, InDoubt, Journal, Sent, Step, digest

_GROWTH = 1.3
_LONGEST_STEPS = 5
# A new task may not be known to every server of the backend at once.
_MISSING_STEPS = 10
_STEPS = {State.DONE: Step.DONE, State.REFUSED: Step.REFUSED, State.FAILED: Step.FAILED}
_GOES_ON = frozenset({Step.SUBMITTED, Step.DONE})
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Patience:
    """How often to ask, and for how long."""

    interval_s: float = 3.0
    deadline_s: float = 1800.0


class StillRunning(MediaprepError):  # noqa: N818
    """The generation has not ended within the deadline; it goes on at the backend."""


class Submission:
    """One generation at one backend, from the first byte to its end."""

    def __init__(
        self,
        session: Session,
        generator: Generator,
        journal: Journal,
        patience: Patience,
        say: Say = lambda words: None,
    ) -> None:
        self._session = session
        self._generator = generator
        self._journal = journal
        self._patience = patience
        self._say = say
        self._number = 0

    def submit(self, ask: Ask, *, again: bool = False) -> str:
        """Return the id of the generation: of an earlier one of the same bytes, or of a new one.

        Raises InDoubt where it may have been submitted and is not known to be; `again` submits a
        new one whatever was before, unless another process is at it.
        """
        sent = self._sent(ask)
        seen = self._journal.last(sent)
        self._refuse_doubt(seen, again)
        if seen and seen.step in _GOES_ON and not again:
            self._number = seen.number
            self._say(f"asked for before: {seen.generation_id}")
            return seen.generation_id
        self._number = self._journal.begin(sent, ask.request.file, seen)
        return self._send(ask)

    def is_new(self, ask: Ask) -> bool:
        """Whether there is no earlier generation to go on with."""
        seen = self._journal.last(self._sent(ask))
        return seen is None or seen.step not in _GOES_ON

    def wait(self, generation_id: str) -> Generation:
        """Ask until the generation has ended; raises StillRunning after the deadline."""
        began, interval_s, told = time.monotonic(), self._patience.interval_s, ""
        while True:
            now, words = self._look(generation_id, time.monotonic() - began)
            if now is not None and now.state in ENDED:
                self._journal.move(self._number, _STEPS[now.state])
                return now
            if words != told:
                self._say(words)
                told = words
            waited = time.monotonic() - began
            if waited >= self._patience.deadline_s:
                raise StillRunning(
                    f"{generation_id}: after {waited:,.0f} s {words}",
                    "run the command again to go on waiting: nothing is submitted anew",
                )
            self._session.stop.wait(interval_s)
            interval_s = min(interval_s * _GROWTH, _LONGEST_STEPS * self._patience.interval_s)

    def _sent(self, ask: Ask) -> Sent:
        generator = self._generator
        body = generator.submit(ask).content() or b""
        return Sent(digest(body), generator.name, generator.base_url, generator.account)

    def _send(self, ask: Ask) -> str:
        try:
            generation_id = self._session.ask(
                self._generator.submit(ask), self._generator.parse_submitted
            )
        except Unsettled as error:
            raise self._doubtful(str(error)) from None
        except MediaprepError:
            self._journal.move(self._number, Step.NOT_TAKEN)
            raise
        self._journal.move(self._number, Step.SUBMITTED, generation_id)
        self._say(f"submitted: {generation_id}")
        return generation_id

    def _refuse_doubt(self, seen: Entry | None, again: bool) -> None:
        if seen is None or seen.step is not Step.SUBMITTING:
            return
        if seen.is_held:
            raise InDoubt("another process is sending the same request", "wait for it")
        if not again:
            raise self._doubtful("an earlier run was cut off while it asked")

    def _doubtful(self, why: str) -> InDoubt:
        return InDoubt(
            f"{why}; {self._generator.name} may have taken the request",
            "look in the provider's console; --again submits it anew, and may be paid for twice",
        )

    def _look(self, generation_id: str, waited_s: float) -> tuple[Generation | None, str]:
        """Return how far it is, or None and why that cannot be told."""
        generator = self._generator
        try:
            now = self._session.ask(generator.poll(generation_id), generator.parse_poll)
            if now.state is State.DONE and now.url is None:
                now = self._session.ask(generator.result(generation_id), generator.parse_result)
        except BackendError as error:
            late = waited_s > _MISSING_STEPS * self._patience.interval_s
            if concerns_all(error) or (error.category is Category.NOT_FOUND and late):
                raise
            return None, str(error)
        except TransportFailed as error:
            return None, str(error)
        now = replace(now, id=now.id or generation_id)
        ahead = f", {now.ahead} before it" if now.ahead else ""
        return now, f"{now.raw_status}{ahead}"

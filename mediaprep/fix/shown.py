"""Plans as they are shown, remembered beside the facts: unchanged files are not solved again."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from mediaprep.fix.recipe import Action

if TYPE_CHECKING:
    from mediaprep.check import Check
    from mediaprep.fix.recipe import FixPlan
    from mediaprep.fix.run import Batch
    from mediaprep.model import FileResult


class Shown:
    """Says what would be done with a file, from memory where the cache has it."""

    def __init__(
        self,
        check: Check,
        batch: Batch,
        show: Callable[[FixPlan], Iterable[str]],
        *,
        remembers: bool = True,
    ) -> None:
        self._check = check
        self._batch = batch
        self._show = show
        self._cache = check.cache if remembers else None
        self._allow = repr(batch.allow)

    def of(self, result: FileResult) -> tuple[Action, list[str]]:
        """Return what would be done with the file that was checked last, and the lines about it."""
        path = result.path
        if self._cache is None:
            return self._made(result)[:2]
        key = f"{self._check.judge_of(path).key} {self._allow} {path}"
        if known := self._cache.get_plan(path, key):
            action, container, lines = json.loads(known)
            self._batch.enter(path, Action(action), container)
            return Action(action), lines
        action, lines, container = self._made(result)
        self._cache.put_plan(path, key, json.dumps((action, container, lines)))
        return action, lines

    def _made(self, result: FileResult) -> tuple[Action, list[str], str | None]:
        plan = self._batch.plan(result).plan
        return plan.action, list(self._show(plan)), plan.recipe.container if plan.recipe else None

"""Plans in a file: written by `fix --save-plan`, carried out by `fix --apply`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import file_digest
from pathlib import Path

from mediaprep.errors import UsageError
from mediaprep.fix.apply import Judging
from mediaprep.fix.recipe import Action, Allow, FixPlan
from mediaprep.fix.save import PlanFile, SavedPlan, dump_plans, parse_plans
from mediaprep.judge import Options
from mediaprep.model import FileResult


def write_plans(path: str, plans: Iterable[FixPlan], options: Options) -> None:
    """Write plans with the hashes of their sources; files that cannot be fixed are left out."""
    saved = [
        SavedPlan(plan, _sha256(plan.source.path))
        for plan in plans
        if plan.action is not Action.LEAVE
    ]
    file = PlanFile(saved, tuple(options.select), tuple(options.ignore))
    Path(path).write_text(dump_plans(file), encoding="utf-8")


class SavedPlans:
    """The plans in one file; a source that has changed since is refused."""

    def __init__(self, name: str, file: PlanFile) -> None:
        self._name = name
        self._plans = {saved.plan.source.path: saved for saved in file.plans}
        self.profiles = tuple(dict.fromkeys(n for saved in file.plans for n in saved.plan.profiles))
        self.select, self.ignore = file.select, file.ignore

    @classmethod
    def read(cls, path: str) -> SavedPlans:
        """Read a file of plans; raises ConfigError or UsageError."""
        try:
            text = Path(path).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"{path}: cannot be read: {error}") from error
        file = parse_plans(text, path)
        if not file.plans:
            raise UsageError(f"{path}: there is no plan in it", "nothing could be fixed then")
        return cls(path, file)

    def paths(self, given: Sequence[str]) -> tuple[str, ...]:
        """Return the files that there are plans for; all of them must be there."""
        if given:
            words = "the plans say which files are fixed"
            raise UsageError("--apply takes no paths", words)
        for path, saved in self._plans.items():
            if not Path(path).is_file():
                raise UsageError(f"{path}: planned in {self._name}, but not there")
            if _sha256(path) != saved.sha256:
                words = f"{path}: it is not the file that {self._name} was made for"
                raise UsageError(words, "plan again with --save-plan; nothing was written")
        return tuple(self._plans)

    def plan(self, result: FileResult, judging: Judging, allow: Allow) -> FixPlan:
        """Return the plan for a file."""
        return self._plans[result.path].plan


def _sha256(path: str) -> str:
    with open(path, "rb") as file:
        return file_digest(file, "sha256").hexdigest()

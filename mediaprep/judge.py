"""What a run is told, and the judge that follows from it: profiles and rules that go together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from mediaprep.config import Override, is_built_in
from mediaprep.inputs import Walk

if TYPE_CHECKING:
    from mediaprep.profiles.profile import Profile
    from mediaprep.rules import RuleSet

DEFAULT_PROFILE = "seedance-2.0"


@dataclass(slots=True)
class Options:
    """Everything that a check can be told; the defaults are those of the command line."""

    profiles: Sequence[str]
    select: Sequence[str] = ()
    ignore: Sequence[str] = ()
    overrides: Sequence[Override] = ()
    sets: dict[str, Sequence[str]] = field(default_factory=dict)  # name -> patterns
    root: str = "."  # the folder that the patterns of overrides and sets are seen from
    as_set: str = ""  # judge everything together, as the references of one request
    deep: bool = False
    jobs: int | None = None
    timeout_s: float = 60.0
    walk: Walk = field(default_factory=Walk)


class Judge:
    """Profiles and rules that go together; `key` names them, so that verdicts can be kept.

    Both are loaded when the first file needs them: a run that finds every file in the cache never
    does.
    """

    def __init__(self, options: Options, override: Override | None) -> None:
        self._names = tuple((override and override.profiles) or options.profiles)
        self._select = tuple((override and override.select) or options.select)
        self._ignore = (*options.ignore, *(override.ignore if override else ()))
        self.key = repr((self._fingerprints(), self._select, self._ignore))

    def _fingerprints(self) -> list[str]:
        """Name what verdicts rest on: built-in profiles change only with the program."""
        own = any("/" in name or name.endswith(".toml") for name in self._names)
        return [p.fingerprint for p in self.profiles] if own else list(self._names)

    def validate(self) -> None:
        """Raise ConfigError for a profile or rule that does not exist."""
        if not all(map(is_built_in, self._names)):
            _ = self.profiles
        if self._select or self._ignore:
            _ = self.rules

    @cached_property
    def profiles(self) -> list[Profile]:
        """The profiles, in the order given."""
        from mediaprep.profiles import load_profile

        return [load_profile(name) for name in self._names]

    @cached_property
    def rules(self) -> RuleSet:
        """The chosen rules."""
        from mediaprep.rules import select_rules

        return select_rules(self._select, self._ignore)

"""Judge files against profiles: every rule is declared in one of the modules listed here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from mediaprep.errors import ConfigError
from mediaprep.model import Finding, Kind, MediaInfo
from mediaprep.profiles.profile import Profile
from mediaprep.rules import (
    batch,
    codec,
    container,
    geometry,
    picture,
    probing,
    request,
    timing,
    urldocs,
)
from mediaprep.rules.probing import fault_findings
from mediaprep.rules.registry import RULES, FactCheck, LimitCheck, Rule

__all__ = ["RULES", "Rule", "RuleSet", "select_rules"]

MODULES = (probing, container, geometry, timing, codec, picture, batch, urldocs, request)
_KINDS: tuple[Kind | None, ...] = (*Kind, None)


class RuleSet(NamedTuple):
    """The chosen rules, sorted by the kind of media that they concern."""

    codes: frozenset[str]
    facts: dict[Kind | None, tuple[FactCheck, ...]]
    limits: dict[Kind | None, tuple[LimitCheck, ...]]

    def check(self, info: MediaInfo, profiles: Sequence[Profile]) -> list[Finding]:
        """Judge one file against every profile; the order of findings is that of the rules."""
        found: list[Finding] = []
        if info.faults:
            found += [f for f in fault_findings(info) if f.code in self.codes]
        for check_facts in self.facts[info.kind]:
            found += check_facts(info)
        for profile in profiles:
            for check_limits in self.limits[info.kind]:
                found += check_limits(info, profile)
        return found


def select_rules(select: Sequence[str] = (), ignore: Sequence[str] = ()) -> RuleSet:
    """Choose rules by code or by the start of a code ("GEO"); empty `select` chooses all.

    Rules about files that cannot be read stay, unless `ignore` names them: unknown is never a pass.
    Raises ConfigError for a word that no rule starts with.
    """
    for word in (*select, *ignore):
        if not any(code.startswith(word.upper()) for code in RULES) or not word:
            raise ConfigError(f"no rule starts with {word!r}", "`mediaprep rule` lists all codes")
    chosen = tuple(word.upper() for word in select) or ("",)
    ignored = tuple(word.upper() for word in ignore)
    rules = [
        rule
        for rule in RULES.values()
        if (rule.code.startswith(chosen) or rule.always)
        and not (ignored and rule.code.startswith(ignored))
    ]
    return RuleSet(
        codes=frozenset(rule.code for rule in rules),
        facts={
            kind: tuple(r.facts for r in rules if r.facts and kind in r.kinds) for kind in _KINDS
        },
        limits={
            kind: tuple(r.limits for r in rules if r.limits and kind in r.kinds) for kind in _KINDS
        },
    )

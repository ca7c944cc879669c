"""What a rule is, and the two decorators that make one of a function.

A rule's docstring is its documentation everywhere: `mediaprep rule CODE`, the docs page, SARIF.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from inspect import cleandoc
from typing import NamedTuple

from mediaprep.model import Finding, Fixability, Kind, MediaInfo, Severity, Verdict
from mediaprep.profiles.profile import Profile

FactCheck = Callable[[MediaInfo], Iterable[Finding]]
LimitCheck = Callable[[MediaInfo, Profile], Iterable[Finding]]

SEVERITY = {
    Verdict.PASS: Severity.NOTE,
    Verdict.CONTESTED: Severity.WARNING,
    Verdict.UNKNOWN: Severity.ERROR,
    Verdict.FAIL: Severity.ERROR,
}


class Rule(NamedTuple):
    """One rule: what it is called, whom it concerns and the function that checks it."""

    code: str  # three letters and three digits, never reused
    name: str  # kebab-case, names the offence: reads well after "allow"
    severity: Severity  # of its findings when the limit is broken
    kinds: frozenset[Kind | None]
    fix: Fixability
    raw_doc: str  # as it stands in the source
    facts: FactCheck | None = None  # judges the file alone, once
    limits: LimitCheck | None = None  # judges the file against one profile
    always: bool = False  # unreadable files are never selected away, only ignored by name

    @property
    def doc(self) -> str:
        """What the rule does, why it is refused, and the fix; Markdown."""
        return cleandoc(self.raw_doc)

    def finding(
        self,
        verdict: Verdict,
        message: str,
        *,
        severity: Severity | None = None,
        profile: str | None = None,
        measure: str | None = None,
        found: float | int | str | None = None,
        allowed: str | None = None,
        source: str | None = None,
        hint: str | None = None,
        fix: Fixability | None = None,
    ) -> Finding:
        """Make a finding of this rule; severity follows from the verdict unless given."""
        return Finding(
            code=self.code,
            name=self.name,
            severity=severity or SEVERITY[verdict],
            verdict=verdict,
            message=message,
            profile=profile,
            measure=measure,
            found=found,
            allowed=allowed,
            source=source,
            hint=hint,
            fix=self.fix if fix is None else fix,
        )


RULES: dict[str, Rule] = {}
_names: set[str] = set()
ANY = (Kind.IMAGE, Kind.VIDEO, Kind.AUDIO, None)


def declare(
    code: str,
    name: str,
    doc: str,
    *,
    kinds: Iterable[Kind | None] = ANY,
    severity: Severity = Severity.ERROR,
    fix: Fixability = Fixability.NONE,
    facts: FactCheck | None = None,
    limits: LimitCheck | None = None,
    always: bool = False,
) -> Rule:
    """Enter a rule in the registry; a code or name that is taken is a programming error."""
    if code in RULES or name in _names:
        raise ValueError(f"rule {code} {name} is declared twice")
    rule = Rule(
        code=code,
        name=name,
        severity=severity,
        kinds=frozenset(kinds),
        fix=fix,
        raw_doc=doc,
        facts=facts,
        limits=limits,
        always=always,
    )
    RULES[code] = rule
    _names.add(name)
    return rule


def fact_rule(
    code: str,
    name: str,
    *kinds: Kind,
    severity: Severity = Severity.NOTE,
    fix: Fixability = Fixability.NONE,
) -> Callable[[FactCheck], FactCheck]:
    """Make a rule of a function that judges a file alone; its docstring documents the rule."""

    def enter(check: FactCheck) -> FactCheck:
        doc = check.__doc__ or ""
        declare(code, name, doc, kinds=kinds or ANY, severity=severity, fix=fix, facts=check)
        return check

    return enter


def limit_rule(
    code: str,
    name: str,
    *kinds: Kind,
    severity: Severity = Severity.ERROR,
    fix: Fixability = Fixability.NONE,
) -> Callable[[LimitCheck], LimitCheck]:
    """Make a rule of a function that judges a file against a profile."""

    def enter(check: LimitCheck) -> LimitCheck:
        doc = check.__doc__ or ""
        declare(code, name, doc, kinds=kinds or ANY, severity=severity, fix=fix, limits=check)
        return check

    return enter

"""The path a file takes: walked, looked up or probed, decoded on request, judged, handed on.

Everything streams in walking order. A file that has not changed since it was last judged by the
same rules costs a `stat` and a look into the cache.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from fractions import Fraction
from functools import cached_property, partial
from typing import TYPE_CHECKING

from mediaprep.inputs import Entry, PathPatterns, is_media_name
from mediaprep.judge import Judge, Options
from mediaprep.model import (
    Fault,
    FileResult,
    Finding,
    MediaInfo,
    SetResult,
    Severity,
    Summary,
    Verdict,
    worst,
)
from mediaprep.stored import DAMAGED, dump_findings, dump_info, parse_findings, parse_info
from mediaprep.tally import Tallies, Tally, sha256_of

if TYPE_CHECKING:
    from mediaprep.baseline import Baseline
    from mediaprep.cache import Cache, Row

_SKIPPED = "skipped"  # the verdict in the cache of a file that is none of our business
# What a later run may find otherwise although the file's times have not changed.
_TRANSIENT = frozenset({Fault.CANNOT_OPEN, Fault.CHANGED, Fault.NOT_A_FILE})
_VERDICTS = {str(verdict): verdict for verdict in Verdict}


class Check:
    """One run over some paths: iterate `results()`; afterwards `summary` holds the counts."""

    def __init__(
        self, options: Options, cache: Cache | None = None, baseline: Baseline | None = None
    ) -> None:
        self.options = options
        self.summary = Summary()
        self.cache = cache
        self._baseline = baseline
        self._digest = cache.digest if cache else sha256_of
        self._tallies = Tallies(self._digest)
        self._default = Judge(options, None)
        self._overrides = [
            (PathPatterns(options.root, override.patterns), Judge(options, override))
            for override in options.overrides
        ]
        self._sets = [
            (name, PathPatterns(options.root, patterns)) for name, patterns in options.sets.items()
        ]

    def results(self, paths: Iterable[str]) -> Iterator[FileResult | SetResult]:
        """Yield a result for every file that is judged, then one for every set that fails.

        Raises UsageError or ConfigError before the first result where the call makes no sense.
        """
        for judge in (self._default, *(judge for _, judge in self._overrides)):
            judge.validate()
        files = self._decoded(paths) if self.options.deep else self._read(paths)
        for result in files:
            self._count(result)
            yield result
        for group in self._judged_sets():
            self._count_codes(group.findings)
            yield group
        walk = self.options.walk
        self.summary.skipped += walk.links_skipped
        self.summary.excluded = walk.excluded

    def _read(self, paths: Iterable[str]) -> Iterator[FileResult]:
        for entry in self.options.walk.files(paths):
            row = self._row(entry) if self.cache else None
            result = self._fresh(entry) if row is None else self._remembered(entry, row)
            if result is None:
                self.summary.skipped += 1
            else:
                yield result

    def _row(self, entry: Entry) -> Row | None:
        if self.cache is None or entry.status is None:
            return None
        row = self.cache.get(entry.path, entry.status)
        return None if row and row.verdict == _SKIPPED and entry.explicit else row

    def _remembered(self, entry: Entry, row: Row) -> FileResult | None:
        if row.verdict == _SKIPPED:
            return None
        path, judge = entry.path, self.judge_of(entry.path)
        info = partial(_recall, path, row.facts)
        try:
            duration_s = Fraction(row.duration) if row.duration else None
            findings, verdict = parse_findings(row.findings), _VERDICTS[row.verdict]
        except DAMAGED:
            return self._fresh(entry)
        if row.judged == judge.key:
            result = FileResult(path, info, findings, verdict)
        else:
            result = self._judged(info(), judge)
            self._remember(entry, result.info, judge, result)
        size_bytes = entry.status.st_size if entry.status else None
        return self._with_others(result, row.kind, duration_s, size_bytes, row.crc)

    @cached_property
    def _probe(self) -> Callable[[str], MediaInfo]:
        from mediaprep.probe import probe  # a run that finds every file in the cache needs it not

        return probe

    def _fresh(self, entry: Entry) -> FileResult | None:
        info = self._probe(entry.path)
        if _is_stray(entry, info):
            self._remember(entry, info, None, None)
            return None
        judge = self.judge_of(entry.path)
        result = self._judged(info, judge)
        if self.cache and not any(fault in _TRANSIENT for fault, _ in info.faults):
            self._remember(entry, info, judge, result)
        return self._with_others(result, info.kind, info.duration_s, info.size_bytes, info.head_crc)

    def _remember(
        self, entry: Entry, info: MediaInfo, judge: Judge | None, result: FileResult | None
    ) -> None:
        if self.cache is None or entry.status is None:
            return
        from mediaprep.cache import Row

        row = Row(
            kind=info.kind,
            duration=None if info.duration_s is None else str(info.duration_s),
            crc=info.head_crc,
            facts=dump_info(info),
            judged=judge.key if judge else "",
            verdict=result.verdict if result else _SKIPPED,
            findings=dump_findings(result.findings) if result else "",
        )
        self.cache.put(entry.path, entry.status, row)

    def _decoded(self, paths: Iterable[str]) -> Iterator[FileResult]:
        """Decode every file in isolated workers before it is judged; nothing is remembered."""
        from mediaprep.engine import decode_all

        options = self.options
        infos = self._probed(paths)
        for info, deep in decode_all(infos, jobs=options.jobs, timeout_s=options.timeout_s):
            info.faults += deep.faults
            yield self._with_others(
                self.judge(info), info.kind, info.duration_s, info.size_bytes, info.head_crc
            )

    def _probed(self, paths: Iterable[str]) -> Iterator[MediaInfo]:
        for entry in self.options.walk.files(paths):
            info = self._probe(entry.path)
            if _is_stray(entry, info):
                self.summary.skipped += 1
            else:
                yield info

    def judge(self, info: MediaInfo) -> FileResult:
        """Judge a file that was measured before; reads nothing."""
        return self._judged(info, self.judge_of(info.path))

    def _judged(self, info: MediaInfo, judge: Judge) -> FileResult:
        findings = judge.rules.check(info, judge.profiles)
        return FileResult(info.path, info, findings, worst(findings))

    def judge_of(self, path: str) -> Judge:
        """Return the profiles and rules that a path is judged by."""
        for patterns, judge in self._overrides:
            if patterns.match(path):
                return judge
        return self._default

    def _with_others(
        self,
        result: FileResult,
        kind: str | None,
        duration_s: Fraction | None,
        size_bytes: int | None,
        head_crc: int | None,
    ) -> FileResult:
        """Count a file in, and add what can be said of it beside the files before it."""
        path = result.path
        named = [self.options.as_set] if self.options.as_set else []
        if self._sets:
            named += [name for name, patterns in self._sets if patterns.match(path)]
        tallies = self._tallies
        tallies.add(path, kind, duration_s, named)
        twin = tallies.twin(path, size_bytes, head_crc)
        namesake = tallies.namesake(path)
        if twin or namesake:
            from mediaprep.rules.batch import pair_findings

            result.findings += pair_findings(twin, namesake, self.judge_of(path).rules.codes)
            result.verdict = worst(result.findings)
        return result

    def _judged_sets(self) -> Iterator[SetResult]:
        tallies = self._tallies
        for sets, severity in (
            (tallies.folders(), Severity.NOTE),
            (tallies.named(), Severity.ERROR),
        ):
            for name, tally in sets:
                if findings := self._judge_set(tally, severity):
                    yield SetResult(name, findings)

    def _judge_set(self, tally: Tally, severity: Severity) -> list[Finding]:
        """Judge what a set adds up to, or recall how such a sum was judged before."""
        judge = self._default
        key = f"{severity} {tally.key()}"
        known = self.cache.get_set(judge.key, key) if self.cache else None
        if known is not None:
            with suppress(*DAMAGED):
                return parse_findings(known)
        from mediaprep.rules.batch import judge_set

        findings = judge_set(tally, judge.profiles, judge.rules.codes, severity)
        if self.cache:
            self.cache.put_set(judge.key, key, dump_findings(findings))
        return findings

    def _count(self, result: FileResult) -> None:
        if self._baseline is not None and result.findings:
            self.summary.suppressed += self._baseline.hold_back(result, self._digest)
            result.verdict = worst(result.findings)
        self.summary.files += 1
        self.summary.verdicts[result.verdict] += 1
        if result.findings:
            self._count_codes(result.findings)

    def _count_codes(self, findings: Iterable[Finding]) -> None:
        codes = self.summary.codes
        for finding in findings:
            codes[finding.code] = codes.get(finding.code, 0) + 1


def _is_stray(entry: Entry, info: MediaInfo) -> bool:
    """Whether a file met while walking is none of our business: neither name nor bytes say media.

    An unfinished download counts by the name that it will have.
    """
    if entry.explicit or info.container is not None or is_media_name(entry.path):
        return False
    return not any(fault is Fault.PARTIAL for fault, _ in info.faults) or not is_media_name(
        entry.path.rpartition(".")[0]
    )


def _recall(path: str, facts: str) -> MediaInfo:
    """Read facts back from the cache; where they are damaged, from the file."""
    try:
        return parse_info(path, facts)
    except DAMAGED:
        from mediaprep.probe import probe

        return probe(path)

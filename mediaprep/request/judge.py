"""Judge a request and its local files: one result for the request file, one for each file."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence

from mediaprep.judge import Judge
from mediaprep.model import FileResult, MediaInfo, Severity, Summary, worst
from mediaprep.profiles.requests import load_request_limits
from mediaprep.request.gather import Gathered
from mediaprep.rules.reqjudge import judge_request


def judge(gathered: Gathered, judge_of: Callable[[str], Judge]) -> Iterator[FileResult]:
    """Yield the result of the request, then those of its files in the request's order."""
    request = gathered.request
    limits = load_request_limits(request.backend)
    codes = judge_of(request.file).rules.codes
    found = judge_request(gathered.facts, limits, codes)
    info = MediaInfo(request.file, size_bytes=os.path.getsize(request.file))
    yield FileResult(request.file, info, found, worst(found))
    for path, measured in gathered.files.items():
        own = judge_of(path)
        findings = own.rules.check(measured, own.profiles)
        yield FileResult(path, measured, findings, worst(findings))


def count(summary: Summary, result: FileResult) -> None:
    """Count a result in."""
    summary.files += 1
    summary.verdicts[result.verdict] += 1
    for finding in result.findings:
        summary.codes[finding.code] = summary.codes.get(finding.code, 0) + 1


def is_refused(results: Sequence[FileResult]) -> bool:
    """Whether a finding says that the request would be refused."""
    return any(f.severity is Severity.ERROR for result in results for f in result.findings)

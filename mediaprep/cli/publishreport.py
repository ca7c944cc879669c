"""What a publish run says: lines for people; for programs the JSON contract with `asset`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Protocol, TextIO

from mediaprep import __version__
from mediaprep.errors import UsageError
from mediaprep.model import SetResult, Severity, Summary
from mediaprep.publish.outcome import End, Published
from mediaprep.report.paths import printable
from mediaprep.report.shape import SCHEMA, encode, result_shape, set_shape, summary_shape

# The id of a request differs each time that the same is said.
_REQUEST = re.compile(r", request [^ ,)]+(?=\))| \(request [^ ,)]+\)")
FORMATS = ("text", "json", "jsonl", "html")
_WORDS = (
    (End.ACTIVE, "active"),
    (End.REGISTERED, "registered, not active yet"),
    (End.FAILED, "refused by the backend"),
    (End.BLOCKED, "stopped by findings"),
    (End.UNKNOWN, "of unknown outcome"),
    (End.COULD_NOT, "could not be published"),
    (End.STOPPED, "not begun or interrupted"),
)


class PublishRenderer(Protocol):
    """Takes what became of files as they end."""

    def file(self, published: Published) -> None:
        """Take the next file."""

    def set(self, group: SetResult) -> None:
        """Take a set of files that was judged together."""

    def close(self, summary: Summary, seconds: float) -> None:
        """Write what needs the whole run."""


def asset_shape(published: Published, backend: str) -> dict[str, Any] | None:
    """Shape the asset of a file, None where there is none."""
    record = published.record
    if record is None or not record.asset_id:
        return None
    return {
        "backend": backend,
        "id": record.asset_id,
        "uri": record.uri,
        "status": published.end if published.end is End.FAILED else record.state,
        "raw_status": record.raw_status,
        "sha256": record.key.sha256,
        "group": record.key.target.group,
        "reused": published.reused,
    }


def published_shape(published: Published, backend: str) -> dict[str, Any]:
    """Shape one file."""
    said = {"end": published.end, "why": published.why, "hint": published.hint}
    shape = {**result_shape(published.result), "asset": asset_shape(published, backend)}
    return {**shape, "publish": said, **({"output": published.output} if published.output else {})}


class PublishLines:
    """Says of every file its URI, or why it has none, and sums up."""

    def __init__(self, out: TextIO) -> None:
        self._write = out.write
        self._counts = dict.fromkeys(End, 0)
        self._reused = 0
        self._said: set[str] = set()  # an error that meets every file is explained once
        self._same: dict[str, int] = {}  # and told once; then counted

    def file(self, published: Published) -> None:
        """Say what became of a file."""
        self._counts[published.end] += 1
        self._reused += published.reused
        name, record = printable(published.result.path), published.record
        if published.end in (End.ACTIVE, End.REGISTERED) and record is not None and record.uri:
            self._write(f"{name}  {printable(record.uri)}  {published.end}\n")
        errors = [f for f in published.result.findings if f.severity is Severity.ERROR]
        for finding in errors if published.end is End.BLOCKED else ():
            self._write(f"{name}  {finding.code} {printable(finding.message)}\n")
            self._hint(finding.hint or "")
        if published.why and not (errors and published.end is End.BLOCKED):
            self._because(name, published)

    def _because(self, name: str, published: Published) -> None:
        if published.end in (End.COULD_NOT, End.STOPPED):
            same = f"{published.end}: {_REQUEST.sub('', published.why)}"
            self._same[same] = self._same.get(same, -1) + 1
            if self._same[same]:
                return
        self._write(f"{name}  {published.end}: {printable(published.why)}\n")
        self._hint(published.hint)

    def _hint(self, hint: str) -> None:
        if hint and hint not in self._said:
            self._said.add(hint)
            self._write(f"  → {printable(hint)}\n")

    def set(self, group: SetResult) -> None:
        """Say what is wrong with files taken together."""
        for finding in group.findings:
            if finding.severity is Severity.ERROR:
                message = printable(finding.message)
                self._write(f"{printable(group.path)}  {finding.code} {message}\n")

    def close(self, summary: Summary, seconds: float) -> None:
        """Write the summary line."""
        for why, more in self._same.items():
            if more:
                files = f"{more:,} more file{'' if more == 1 else 's'}"
                self._write(f"{files}  {printable(why)}\n")
        total = sum(self._counts.values())
        parts = [f"{self._counts[end]:,} {words}" for end, words in _WORDS if self._counts[end]]
        if self._reused:
            parts[0] += f" ({self._reused:,} known already)"
        line = f"{total:,} file{'' if total == 1 else 's'}: {', '.join(parts) or 'nothing to do'}"
        self._write(f"{line} in {seconds:.1f} s\n")


class PublishJson:
    """The object of `check --output json`, each result with `asset` and `publish`."""

    def __init__(self, out: TextIO, backend: str, profiles: Sequence[str]) -> None:
        self._write = out.write
        self._backend = backend
        head = {"schema": SCHEMA, "tool": "mediaprep", "version": __version__}
        head |= {"backend": backend, "profiles": list(profiles)}
        self._before = encode(head)[:-1] + ', "results": [\n'
        self._sets: list[str] = []
        self._counts = dict.fromkeys(End, 0)

    def file(self, published: Published) -> None:
        """Write a file's object."""
        self._counts[published.end] += 1
        self._write(self._before + encode(published_shape(published, self._backend)))
        self._before = ",\n"

    def set(self, group: SetResult) -> None:
        """Hold a set's object until the files are through."""
        self._sets.append(encode(set_shape(group)))

    def close(self, summary: Summary, seconds: float) -> None:
        """Write sets and counts, and end the document."""
        last = "" if self._before == ",\n" else self._before
        sets = ",\n".join(self._sets)
        counts = summary_shape(summary) | {"published": dict(self._counts)}
        self._write(f'{last}\n], "sets": [\n{sets}\n], "summary": {encode(counts)}}}\n')


class PublishJsonLines:
    """A line for each file and set, as `check --output jsonl`."""

    def __init__(self, out: TextIO, backend: str) -> None:
        self._out = out
        self._backend = backend

    def file(self, published: Published) -> None:
        """Write a file's line."""
        shape = {"schema": SCHEMA, **published_shape(published, self._backend)}
        self._out.write(encode(shape) + "\n")
        self._out.flush()

    def set(self, group: SetResult) -> None:
        """Write a set's line."""
        self._out.write(encode({"schema": SCHEMA, **set_shape(group)}) + "\n")

    def close(self, summary: Summary, seconds: float) -> None:
        """Write nothing: a reader of lines counts them itself."""


def open_report(name: str, out: TextIO, backend: str, profiles: Sequence[str]) -> PublishRenderer:
    """Open one format on a stream."""
    if name == "text":
        return PublishLines(out)
    if name == "json":
        return PublishJson(out, backend, profiles)
    if name == "jsonl":
        return PublishJsonLines(out, backend)
    raise UsageError(f"there is no output format {name!r} here", f"known: {', '.join(FORMATS)}")

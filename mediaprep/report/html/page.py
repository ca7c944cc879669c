"""Puts the page together: a fixed document, hashes of our own style and script, and the data.

The Content Security Policy (CSP Level 3) lets nothing be loaded and nothing run but what has these
hashes. Data blocks are not executed, and hold no `<`.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, TextIO

from mediaprep import __version__
from mediaprep.model import FileResult, MediaInfo, SetResult, Summary
from mediaprep.profiles import load_profile
from mediaprep.profiles.profile import Profile
from mediaprep.report.html import shape
from mediaprep.report.html.beside import Beside
from mediaprep.report.html.spool import Spool, Ticket, inert
from mediaprep.report.shape import encode, summary_shape

_STYLES = ("base.css", "sheet.css", "detail.css", "drawing.css")
_SCRIPTS = (
    *("tools.js", "data.js", "scale.js", "frame.js", "wave.js", "decide.js"),
    *("detail.js", "sheet.js", "filters.js", "keys.js", "start.js"),
)
_FOLDER = "page"


class Page:
    """One page on its way: add files as they come, then close."""

    def __init__(
        self,
        out: TextIO,
        mode: str,
        profiles: Sequence[str],
        beside: Beside | None = None,
        **more: Any,
    ) -> None:
        beside = beside or Beside()
        self._out = out
        self._head: dict[str, Any] = {
            "tool": "mediaprep",
            "version": __version__,
            "mode": mode,
            "profiles": list(profiles),
            **more,
        }
        self._profiles_of = beside.profiles_of or self._named
        self._profiles: dict[str, Profile] = {}
        self._codes: set[str] = set()
        self._sets: list[shape.Record] = []
        self._spool = Spool(beside.previews)
        if beside.closing is not None:
            beside.closing.callback(self._spool.close)

    def preview(self, info: MediaInfo, path: str) -> Ticket:
        """Begin a preview of the file at `path`."""
        return self._spool.preview(info, path)

    def settle(self) -> None:
        """Wait for every preview that was begun."""
        self._spool.settle()

    def add(
        self,
        record: shape.Record,
        result: FileResult,
        before: Ticket | None = None,
        after: Ticket | None = None,
    ) -> None:
        """Add a file."""
        profiles = self._profiles_of(result.path)
        self._profiles.update((profile.name, profile) for profile in profiles)
        record["profiles"] = [profile.name for profile in profiles]
        self._codes |= shape.codes_of(record)
        self._spool.add(record, before=before, after=after)

    def add_set(self, result: SetResult) -> None:
        """Add what is said of files together."""
        record = shape.set_record(result)
        self._codes |= shape.codes_of(record)
        self._sets.append(record)

    def note(self, **more: Any) -> None:
        """Tell the page more of the run."""
        self._head.update(more)

    def close(self, summary: Summary) -> None:
        """Write the page; the stream stays open."""
        try:
            self._spool.finish()
            for part in self._parts(summary):
                self._out.write(part)
        finally:
            self._spool.close()

    def _named(self, path: str) -> Sequence[Profile]:
        if not self._profiles:
            return [load_profile(name) for name in self._head["profiles"]]
        return list(self._profiles.values())

    def _parts(self, summary: Summary) -> Iterator[str]:
        style, script = _text(*_STYLES), _script()
        before, skeleton = _text("page.html").split("<!-- policy and style -->")
        body, after = skeleton.split("<!-- data and script -->")
        yield before
        yield f'<meta http-equiv="Content-Security-Policy" content="{_policy(style, script)}">\n'
        yield f"<style>{style}</style>"
        yield body
        yield f'<script type="application/json" id="run">{inert(encode(self._run(summary)))}'
        yield '</script>\n<script type="application/json" id="files">[\n'
        yield from self._spool.records()
        yield 'null]</script>\n<script type="text/plain" id="previews">'
        yield from self._spool.pictures()
        yield f"</script>\n<script>{script}</script>"
        yield after

    def _run(self, summary: Summary) -> dict[str, Any]:
        return {
            **self._head,
            "summary": summary_shape(summary),
            "limits": {name: shape.profile_shape(p) for name, p in self._profiles.items()},
            "measures": shape.measure_shapes(),
            "rules": shape.rule_shapes(self._codes),
            "sets": self._sets,
            "left_out": self._spool.left_out,
        }


def _policy(style: str, script: str) -> str:
    return (
        f"default-src 'none'; img-src data:; style-src {_hash(style)}; script-src {_hash(script)}; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode('ascii')}'"


@cache
def _text(*names: str) -> str:
    folder = files(__package__).joinpath(_FOLDER)
    return "\n".join(folder.joinpath(name).read_text(encoding="utf-8") for name in names)


def _script() -> str:
    return f'(() => {{\n"use strict";\n{_text(*_SCRIPTS)}}})();\n'

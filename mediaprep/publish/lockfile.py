"""The lock file: which content is which asset, for a team to commit and another machine to read.

JSON, one asset a line, sorted, so that a diff shows what changed. No URL, no secret; an account is
a fingerprint of its key. docs/lockfile.md has the fields.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any, TextIO

from mediaprep import __version__
from mediaprep.errors import UsageError
from mediaprep.model import Kind
from mediaprep.publish.ledger import Ledger
from mediaprep.publish.records import Key, Record, State, Target

SCHEMA = 1
_LARGEST = 256 << 20
_SHA256 = re.compile(r"[0-9a-f]{64}")
_LISTED = (State.ACTIVE, State.REGISTERED)
_WORDS = ("path", "name", "ref_id", "raw_status")
_NEEDED = ("sha256", "backend", "base_url", "account", "id", "uri", "status")


def export(ledger: Ledger, out: TextIO, target: Target | None = None) -> int:
    """Write the assets of one library or all that are registered or active; return how many."""
    head = json.dumps({"schema": SCHEMA, "tool": "mediaprep", "version": __version__})
    named = cache(ledger.wanted)
    listed = [record for record in ledger.records(target) if record.state in _LISTED]
    lines = [json.dumps(_shape(record, named(record.key.target))) for record in listed]
    out.write(f'{head[:-1]}, "assets": [\n' + ",\n".join(sorted(lines)) + "\n]}\n")
    return len(lines)


def adopt(text: str, ledger: Ledger, backend: str = "") -> tuple[int, int]:
    """Enter a lock file's assets, of one backend or all; return how many were new, and known.

    What the ledger knows already stays as it is. Raises UsageError, and enters nothing, if the
    file is not one.
    """
    pairs = [pair for pair in _read(text) if backend in ("", pair[0].key.target.backend)]
    new = sum(ledger.adopt(record) for record, _ in pairs)
    for target, name in {(record.key.target, name) for record, name in pairs}:
        for wanted in filter(None, {name, target.group}):
            _adopt_group(ledger, target._replace(group=wanted), target.group)
    return new, len(pairs) - new


def _adopt_group(ledger: Ledger, wanted: Target, group_id: str) -> None:
    """Let a group be known by a name, so that it is not looked up; what is known here stays."""
    if not ledger.group(wanted) and ledger.claim_group(wanted):
        ledger.remember_group(wanted, ledger.group(wanted) or group_id)


def _shape(record: Record, group_name: str) -> dict[str, Any]:
    target = record.key.target
    return {
        "path": record.path,
        "sha256": record.key.sha256,
        "backend": target.backend,
        "id": record.asset_id,
        "uri": record.uri,
        "status": record.state,
        "kind": record.kind,
        "size_bytes": record.size_bytes,
        "name": record.name,
        "ref_id": record.ref_id,
        "raw_status": record.raw_status,
        "base_url": target.base_url,
        "account": target.account,
        "project": target.project,
        "group": target.group,
        "group_name": group_name,
    }


def _read(text: str) -> Iterator[tuple[Record, str]]:
    if len(text) > _LARGEST:
        raise UsageError("the lock file is larger than 256 MiB")
    try:
        whole = json.loads(text)
        schema, assets = whole["schema"], whole["assets"]
    except (ValueError, KeyError, TypeError, RecursionError):
        hint = "write one with `mediaprep assets export`"
        raise UsageError("this is not a lock file of mediaprep", hint) from None
    if schema != SCHEMA or not isinstance(assets, list):
        raise UsageError(f"the lock file has schema {schema!r}, this mediaprep reads {SCHEMA}")
    return iter([_record(number, item) for number, item in enumerate(assets, 1)])


def _record(number: int, item: Any) -> tuple[Record, str]:
    def word(name: str) -> str:
        value = item.get(name) or ""
        if not isinstance(value, str) or (name in _NEEDED and not value):
            raise UsageError(f"asset {number} of the lock file: {name} is {value!r}")
        return value

    if not isinstance(item, dict):
        raise UsageError(f"asset {number} of the lock file is not an object")
    sha256, status, size = word("sha256"), word("status"), item.get("size_bytes") or 0
    if not _SHA256.fullmatch(sha256) or status not in _LISTED or not isinstance(size, int):
        raise UsageError(f"asset {number} of the lock file: sha256, status or size_bytes is wrong")
    target = Target(*map(word, ("backend", "base_url", "account", "project", "group")))
    kind = word("kind")
    record = Record(
        Key(sha256, target),
        State(status),
        Kind(kind) if kind in tuple(Kind) else None,
        size,
        asset_id=word("id"),
        uri=word("uri"),
        **{name: word(name) for name in _WORDS},  # type: ignore[arg-type]
    )
    return record, word("group_name")

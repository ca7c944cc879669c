"""The JSON Schemas of `--output json`, and of a line of `jsonl`: what mediaprep writes."""

from __future__ import annotations

from typing import Any

from genlib.draft import DRAFT, Schema, a_list, a_table, choice, either, home
from mediaprep.backends.generate.base import State as Progress
from mediaprep.doctor.answer import State as Standing
from mediaprep.fix.outcome import Deed
from mediaprep.fix.recipe import Safety
from mediaprep.measures import FACTS
from mediaprep.model import Fixability, Kind, MediaInfo, Severity, Verdict
from mediaprep.publish.outcome import End
from mediaprep.publish.records import State
from mediaprep.report.shape import SCHEMA

_TEXT: Schema = {"type": "string"}
_WHOLE: Schema = {"type": "integer", "minimum": 0}
_JSON_TYPES = {"int": "integer", "Fraction": "number", "float": "number", "bool": "boolean"}
_OR_NONE: Schema = {"type": ["string", "null"]}
_HEAD: dict[str, Schema] = {"schema": {"const": SCHEMA}, "tool": {"const": "mediaprep"}}


def report() -> Schema:
    """Return the schema of the whole run."""
    head: dict[str, Schema] = {
        "schema": {"const": SCHEMA},
        "tool": {"const": "mediaprep"},
        "version": _TEXT,
        "profiles": a_list(_TEXT),
        "results": a_list({"$ref": "#/$defs/result"}),
        "sets": a_list({"$ref": "#/$defs/set"}),
        "summary": {"$ref": "#/$defs/summary"},
    }
    only_publish = {"backend": _TEXT}
    return {
        **DRAFT,
        "$id": home("report-1"),
        "title": "mediaprep --output json",
        **a_table(head, also=only_publish),
        "$defs": _definitions(),
    }


def line() -> Schema:
    """Return the schema of one line of `--output jsonl`."""
    return {
        **DRAFT,
        "$id": home("line-1"),
        "title": "a line of mediaprep --output jsonl",
        "type": "object",
        "required": ["schema"],
        "properties": {"schema": {"const": SCHEMA}},
        "if": {"properties": {"kind": {"const": "set"}}, "required": ["kind"]},
        "then": {"$ref": "#/$defs/set"},
        "else": {"$ref": "#/$defs/result"},
        "$defs": _definitions(),
    }


def doctor() -> Schema:
    """Return the schema of `mediaprep doctor --output json`."""
    words = {"topic": _TEXT, "name": _TEXT, "words": _TEXT, "mend": _TEXT}
    return {
        **DRAFT,
        "$id": home("doctor-1"),
        "title": "mediaprep doctor --output json",
        **a_table(_HEAD | {"results": a_list(a_table(words | {"state": choice(Standing)}))}),
    }


def ran() -> Schema:
    """Return the schema of `mediaprep request run --output json`."""
    told = {"id": _TEXT, "state": choice(Progress), "raw_status": _TEXT, "reason": _TEXT}
    return {
        **DRAFT,
        "$id": home("run-1"),
        "title": "mediaprep request run --output json",
        **a_table(
            _HEAD
            | {"request": _TEXT, "backend": _TEXT}
            | {"generation": a_table(told), "output": _OR_NONE}
        ),
    }


def _definitions() -> dict[str, Schema]:
    return {
        "result": _result(),
        "set": a_table(
            {
                "path": _TEXT,
                "kind": {"const": "set"},
                "verdict": choice(Verdict),
                "findings": a_list({"$ref": "#/$defs/finding"}),
            },
            also={"path_bytes": _TEXT},
        ),
        "finding": _finding(),
        "facts": _facts(),
        "summary": a_table(
            {
                **dict.fromkeys(("files", *Verdict, "skipped", "excluded", "suppressed"), _WHOLE),
                "codes": {"type": "object", "additionalProperties": _WHOLE},
            },
            also={"published": a_table(dict.fromkeys(End, _WHOLE))},
        ),
        "fix": _fix(),
        "asset": _asset(),
        "publish": a_table({"end": choice(End), "why": _TEXT, "hint": _TEXT}),
    }


def _result() -> Schema:
    must = {
        "path": _TEXT,
        "kind": choice(Kind, None),
        "verdict": choice(Verdict),
        "facts": {"$ref": "#/$defs/facts"},
        "unread": {"type": "object", "additionalProperties": _TEXT},
        "findings": a_list({"$ref": "#/$defs/finding"}),
    }
    may = {
        "path_bytes": {"type": "string", "pattern": "^([0-9a-f]{2})*$"},
        "fix": {"$ref": "#/$defs/fix"},
        "asset": either({"$ref": "#/$defs/asset"}, {"type": "null"}),
        "publish": {"$ref": "#/$defs/publish"},
        "output": _TEXT,
    }
    return a_table(must, also=may)


def _finding() -> Schema:
    return a_table(
        {
            "code": {"type": "string", "pattern": "^[A-Z]{3}[0-9]{3}$"},
            "name": _TEXT,
            "severity": choice(Severity),
            "verdict": choice(Verdict),
            "profile": _OR_NONE,
            "measure": _OR_NONE,
            "found": {"type": ["number", "string", "null"]},
            "allowed": _OR_NONE,
            "source": _OR_NONE,
            "message": _TEXT,
            "hint": _OR_NONE,
            "fix": choice(Fixability),
        }
    )


def _facts() -> Schema:
    """Every fact of every kind, null where it was not read; which there are depends on the kind."""
    hints = MediaInfo.__annotations__ | {"pixels": "int | None", "aspect": "float | None"}
    names = {name for facts in FACTS.values() for name in facts}
    shapes = {name: _fact(str(hints[name])) for name in sorted(names)}
    must = {name: shapes[name] for name in FACTS[None]}
    return a_table(must, also={name: shapes[name] for name in shapes if name not in must})


def _fact(hint: str) -> Schema:
    kind = next((told for name, told in _JSON_TYPES.items() if hint.startswith(name)), "string")
    return {"type": [kind, "null"]}


def _fix() -> Schema:
    levels = [level.name.lower() for level in Safety]
    step = {"words": _TEXT, "safety": choice(levels), "codes": a_list(_TEXT), "loss": _OR_NONE}
    score: Schema = {"type": ["number", "null"]}
    maybe: dict[str, Any] = {"type": "null"}
    return a_table(
        {
            "action": choice(Deed),
            "safety": choice(levels, None),
            "steps": a_list(a_table(step)),
            "output": _OR_NONE,
            "settled": a_list(_TEXT),
            "before": {"$ref": "#/$defs/facts"},
            "after": either({"$ref": "#/$defs/facts"}, maybe),
            "expected": either({"$ref": "#/$defs/facts"}, maybe),
            "score": either(a_table({"ssim": score, "vmaf": score}), maybe),
            "seconds": {"type": "number", "minimum": 0},
            "why": _OR_NONE,
            "conflict": either(a_table({"limits": a_list(_TEXT), "remedy": _TEXT}), maybe),
            "command": _OR_NONE,
        }
    )


def _asset() -> Schema:
    return a_table(
        {
            "backend": _TEXT,
            "id": _TEXT,
            "uri": _TEXT,
            "status": choice(State),
            "raw_status": _TEXT,
            "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
            "group": _TEXT,
            "reused": {"type": "boolean"},
        }
    )

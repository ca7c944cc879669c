"""`mediaprep probe`: facts without verdicts."""

from __future__ import annotations

import json

import click

from mediaprep.inputs import Walk, require_paths
from mediaprep.measures import facts
from mediaprep.model import MediaInfo
from mediaprep.probe import probe
from mediaprep.report.paths import printable


@click.command()
@click.argument("paths", nargs=-1, required=True)
@click.option("--output", type=click.Choice(["text", "json", "jsonl"]), default="text")
def command(paths: tuple[str, ...], output: str) -> int:
    """Show what the files below PATHS measure; what could not be read is said, with the reason.

    Exits 1 when a file could not be read as media.
    """
    require_paths(paths)
    failed = False
    shown = []
    for entry in Walk().files(paths):
        info = probe(entry.path)
        if info.container is None and not entry.explicit:
            continue
        failed = failed or bool(info.faults)
        if output == "text":
            click.echo(_text(info))
        elif output == "jsonl":
            click.echo(json.dumps(_shape(info)))
        else:
            shown.append(_shape(info))
    if output == "json":
        click.echo(json.dumps({"schema": 1, "tool": "mediaprep", "results": shown}, indent=1))
    return int(failed)


def _shape(info: MediaInfo) -> dict[str, object]:
    return {
        "path": info.path.encode(errors="backslashreplace").decode(),
        "kind": info.kind,
        "facts": facts(info),
        "clocks": {name: round(float(value), 6) for name, value in info.clocks.items()},
        "marks": info.marks,
        "unread": info.unread,
        "faults": [{"fault": fault, "message": words} for fault, words in info.faults],
    }


def _text(info: MediaInfo) -> str:
    lines = [printable(info.path)]
    lines += [
        f"  {name:<14} {_word(value)}" for name, value in facts(info).items() if value is not None
    ]
    lines += [
        f"  {name:<14} {float(value):.6g} ({name} clock)" for name, value in info.clocks.items()
    ]
    lines += [f"  {name:<14} not read: {why}" for name, why in info.unread.items()]
    lines += [f"  {name:<14} {words}" for name, words in info.marks.items()]
    lines += [f"  {fault:<14} {words}" for fault, words in info.faults]
    return "\n".join(lines)


def _word(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)

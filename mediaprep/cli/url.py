"""`mediaprep url check`: what a backend would see when it fetches a URL."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from mediaprep.model import Finding, Kind, Severity, worst
from mediaprep.units import format_bytes

if TYPE_CHECKING:
    from mediaprep.publish.preflight import UrlReport

_KINDS = [kind.value for kind in Kind]


@click.group()
def command() -> None:
    """Look at URLs as a backend would."""


@command.command("check")
@click.argument("urls", nargs=-1, required=True, metavar="URL...")
@click.option(
    "--kind",
    type=click.Choice([kind.value for kind in Kind]),
    help="What it is to be registered as.",
)
@click.option(
    "--profile",
    "profiles",
    multiple=True,
    metavar="NAME[,NAME]",
    help="Hold kind, container and size against these limits.",
)
@click.option(
    "--allow-private",
    is_flag=True,
    envvar="MEDIAPREP_ALLOW_PRIVATE_URLS",
    help="Take addresses that are not public: for a sandbox on this machine.",
)
@click.option(
    "--deadline",
    "deadline_s",
    type=click.FloatRange(0.1, 600),
    default=20.0,
    show_default=True,
    metavar="SECONDS",
    help="How long one URL may take.",
)
@click.option("--output", type=click.Choice(["text", "json"]), default="text", show_default=True)
def check(
    urls: Sequence[str],
    kind: str | None,
    profiles: Sequence[str],
    allow_private: bool,
    deadline_s: float,
    output: str,
) -> int:
    """Fetch the first bytes of each URL as a backend would, and judge them.

    One plain GET of 4 KiB: no cookies, no proxy, no HEAD, at most three redirects, and public
    addresses alone. A query may be a signature, so none is ever shown.
    """
    from mediaprep.profiles import load_profile
    from mediaprep.publish.preflight import preflight

    names = [name.strip() for text in profiles for name in text.split(",") if name.strip()]
    loaded = [load_profile(name) for name in names]
    reports = []
    for url in urls:
        report = preflight(
            url,
            Kind(kind) if kind else None,
            profiles=loaded,
            allow_private=allow_private,
            deadline_s=deadline_s,
            ca_bundle=os.environ.get("MEDIAPREP_CA_BUNDLE", ""),
        )
        reports.append(report)
        if output == "text":
            _show(report)
    if output == "json":
        results = [_shape(report) for report in reports]
        click.echo(json.dumps({"schema": 1, "tool": "mediaprep", "results": results}, indent=1))
    return int(not all(report.ok for report in reports))


def _show(report: UrlReport) -> None:
    click.echo(f"{report.facts.shown}  {'ok' if report.ok else 'refused'}")
    if words := _seen(report):
        click.echo(f"  {words}")
    for finding in report.findings:
        click.echo(f"  {finding.severity:<7} {finding.code}  {finding.message}")
        if finding.hint and finding.severity is not Severity.NOTE:
            click.echo(f"          → {finding.hint}")


def _seen(report: UrlReport) -> str:
    facts = report.facts
    if facts.status is None:
        return ""
    seen = [f"HTTP {facts.status}"]
    if facts.container:
        seen.append(f"{facts.container} by its bytes")
    seen.append(facts.content_type or "no Content-Type")
    if facts.length is not None:
        seen.append(format_bytes(facts.length))
    if facts.first_byte_s is not None:
        seen.append(f"first byte after {facts.first_byte_s * 1000:.0f} ms")
    return ", ".join(seen)


def _shape(report: UrlReport) -> dict[str, Any]:
    facts = report.facts
    return {
        "url": facts.shown,
        "verdict": worst(report.findings),
        "ok": report.ok,
        "facts": {
            "status": facts.status,
            "content_type": facts.content_type,
            "length": facts.length,
            "container": facts.container,
            "kind": facts.found_kind,
            "redirects": list(facts.hops),
            "first_byte_s": None if facts.first_byte_s is None else round(facts.first_byte_s, 3),
            "url_chars": facts.chars,
        },
        "findings": [_finding(finding) for finding in report.findings],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    names = (
        "code",
        "name",
        "severity",
        "verdict",
        "profile",
        "found",
        "allowed",
        "message",
        "hint",
    )
    return {name: getattr(finding, name) for name in names}

"""`mediaprep rule`: a rule's documentation, which is its docstring."""

from __future__ import annotations

import json

import click

from mediaprep.errors import UsageError
from mediaprep.rules import RULES, Rule


@click.command()
@click.argument("code", required=False)
@click.option("--output", type=click.Choice(["text", "json"]), default="text")
def command(code: str | None, output: str) -> None:
    """Explain the rule CODE (or its name), or list all rules."""
    chosen = sorted(RULES.values(), key=lambda rule: rule.code)
    if code:
        chosen = [rule for rule in chosen if code.lower() in (rule.code.lower(), rule.name)]
        if not chosen:
            raise UsageError(f"there is no rule {code!r}", "`mediaprep rule` lists them all")
    if output == "json":
        click.echo(json.dumps([_shape(rule) for rule in chosen], indent=1))
    elif code:
        click.echo(
            f"{chosen[0].code} {chosen[0].name}\n\n{chosen[0].doc}\n\n"
            f"Severity: {chosen[0].severity}. Fix: {chosen[0].fix}."
        )
    else:
        for rule in chosen:
            summary = rule.doc.splitlines()[0]
            click.echo(f"{rule.code}  {rule.name:<28} {rule.severity:<8} {summary}")


def _shape(rule: Rule) -> dict[str, object]:
    return {
        "code": rule.code,
        "name": rule.name,
        "severity": rule.severity,
        "fix": rule.fix,
        "kinds": sorted(kind for kind in rule.kinds if kind),
        "doc": rule.doc,
    }

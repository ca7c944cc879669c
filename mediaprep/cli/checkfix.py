"""`check --fix` and `check --diff`: fix in place first, then judge what is there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from mediaprep.check import Check
from mediaprep.cli.console import ending_in_order, progress
from mediaprep.cli.fixreport import fixed_lines
from mediaprep.cli.fixshow import show_diff
from mediaprep.cli.options import open_cache
from mediaprep.fix.outcome import Deed, Settings
from mediaprep.fix.recipe import Allow
from mediaprep.flows import Fixing
from mediaprep.judge import Options


def fix_first(paths: Sequence[str], options: Options, given: dict[str, Any]) -> None:
    """Fix in place, with the default choices; what was done and what failed goes to stderr."""
    settings = Settings(_allow(given), in_place=True, jobs=options.jobs)
    with (
        open_cache(given["no_cache"], given["cache_dir"]) as cache,
        ending_in_order(),
        progress("fixing") as moving,
    ):
        for fixed in Fixing(Check(options, cache), settings, paths, watch=moving.part).run():
            moving.file(fixed.before.path)
            if fixed.deed in (Deed.FIXED, Deed.FAILED):
                for line in fixed_lines(fixed):
                    click.echo(line, err=True)


def show_changes(paths: Sequence[str], options: Options, given: dict[str, Any]) -> int:
    """Show the facts that `--fix` would change; exit 1 if there are any."""
    settings = Settings(_allow(given))
    with open_cache(given["no_cache"], given["cache_dir"]) as cache:
        return show_diff(Fixing(Check(options, cache), settings, paths))


def _allow(given: dict[str, Any]) -> Allow:
    return Allow(content=given["unsafe_fixes"], notes=given["fix_notes"])

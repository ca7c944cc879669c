"""`mediaprep profile`: the limits as tables that a person can hold against the provider's page."""

from __future__ import annotations

from collections.abc import Iterator

import click

from mediaprep.inputs import require_paths
from mediaprep.model import Kind
from mediaprep.profiles import Limit, Profile, built_in_names, load_profile
from mediaprep.report.paths import printable

_ROW = "  {:<15} {:<28} {}"


@click.group()
def command() -> None:
    """Show and compare the limits of backends."""


@command.command("list")
def list_profiles() -> None:
    """List the built-in profiles: what each takes, where it comes from and since when."""
    for name in built_in_names():
        profile = load_profile(name)
        kinds = ", ".join(profile.limits)
        click.echo(f"{name:<16} {kinds:<22} checked {profile.checked}  {profile.source}")


@command.command()
@click.argument("name")
def show(name: str) -> None:
    """Show the limits of the profile NAME, each with its source."""
    profile = load_profile(name)
    click.echo(f"{profile.name}, checked {profile.checked}\nsource: {profile.source}")
    if profile.extends:
        click.echo(f"extends: {profile.extends}")
    for section, limits in _sections(profile):
        click.echo(f"\n{section}")
        for limit in limits.values():
            click.echo(_ROW.format(limit.measure, limit.text, _remarks(limit, profile)).rstrip())


@command.command()
@click.argument("a")
@click.argument("b")
@click.argument("paths", nargs=-1)
def diff(a: str, b: str, paths: tuple[str, ...]) -> int:
    """Show where the limits of A and B differ; with PATHS, which files change their verdict.

    Files that were checked before are judged from the cache, without reading media.
    """
    one, other = load_profile(a), load_profile(b)
    if paths:
        require_paths(paths)
        return _diff_files(one, other, a, b, paths)
    changed = 0
    for section, measure, left, right in _pairs(one, other):
        if left == right:
            continue
        changed += 1
        click.echo(f"{section}.{measure}\n  - {left}\n  + {right}")
    return int(changed > 0)


def _diff_files(one: Profile, other: Profile, a: str, b: str, paths: tuple[str, ...]) -> int:
    from mediaprep.cache import Cache, default_path
    from mediaprep.check import Check
    from mediaprep.judge import Options
    from mediaprep.model import FileResult

    changed = 0
    cache = Cache(default_path())
    checks = [Check(Options(profiles=(name,))) for name in (a, b)]
    try:
        for result in Check(Options(profiles=(a,)), cache).results(paths):
            if not isinstance(result, FileResult):
                continue
            before, after = (check.judge(result.info).verdict for check in checks)
            if before is not after:
                changed += 1
                words = f"{one.name} {before} → {other.name} {after}"
                click.echo(f"{printable(result.path)}  {words}")
    finally:
        cache.close()
    click.echo(f"{changed} files change their verdict", err=True)
    return int(changed > 0)


def _sections(profile: Profile) -> Iterator[tuple[str, dict[str, Limit]]]:
    for kind, limits in profile.limits.items():
        yield kind, dict(limits)
    if profile.sets:
        yield "set (one request)", dict(profile.sets)
    if profile.urls:
        yield "url", dict(profile.urls)


def _remarks(limit: Limit, profile: Profile) -> str:
    remarks = []
    if limit.observed_text:
        remarks.append(f"seen to accept {limit.observed_text}")
    if len(limit.readings) > 1:
        remarks.append("two readings: 10³ or 2¹⁰ steps")
    if limit.of != "average":
        remarks.append(f"of the {limit.of} rate")
    if limit.inherited_from:
        remarks.append(f"inherited from {limit.inherited_from}")
    if limit.source != profile.source:
        remarks.append(f"source {limit.source}")
    return "; ".join(remarks)


def _pairs(one: Profile, other: Profile) -> Iterator[tuple[str, str, str, str]]:
    left, right = dict(_sections(one)), dict(_sections(other))
    for section in dict.fromkeys((*left, *right)):
        here, there = left.get(section, {}), right.get(section, {})
        for measure in dict.fromkeys((*here, *there)):
            left_text, right_text = (_text(side, section, measure) for side in (here, there))
            yield section, measure, left_text, right_text


def _text(limits: dict[str, Limit], section: str, measure: str) -> str:
    if measure in limits:
        return limits[measure].text
    return "not taken" if section in tuple(Kind) and not limits else "no limit"

"""`mediaprep assets`: what a backend's library holds, and changing it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import Any

import click

from mediaprep.backends import NAMES, get_backend
from mediaprep.backends.values import Asset, AssetStatus, Group, Query
from mediaprep.errors import UsageError
from mediaprep.publish.groups import library
from mediaprep.publish.ledger import Ledger, ledger_path
from mediaprep.publish.library import Library
from mediaprep.publish.lockfile import adopt, export
from mediaprep.publish.outcome import Settings
from mediaprep.publish.redact import scrubbed_logging
from mediaprep.publish.run import from_environment, open_session
from mediaprep.report.paths import printable
from mediaprep.report.shape import encode

_BACKEND = click.option(
    "--backend", required=True, type=click.Choice(NAMES), help="Whose asset library."
)
_OUTPUT = click.option(
    "--output", type=click.Choice(["text", "jsonl"]), default="text", show_default=True
)
_ID = click.argument("asset_id", metavar="ID")
_DEADLINE_S = 600.0


@click.group()
def command() -> None:
    """List, get and change what a backend's asset library holds."""


@contextmanager
def _opened(backend: str) -> Iterator[Library]:
    ledger = Ledger(ledger_path(os.environ))
    try:
        session = open_session(backend, os.environ)
        try:
            with scrubbed_logging(session.backend.secrets):
                yield Library(session, ledger)
        finally:
            session.close()
    finally:
        ledger.close()


def _narrowing(function: Callable[..., Any]) -> Callable[..., Any]:
    for option in (
        click.option("--name", default="", help="Part of the name."),
        click.option("--group", default="", metavar="ID", help="In this group only."),
        click.option("--status", type=click.Choice([s.value for s in AssetStatus])),
    ):
        function = option(function)
    return function


@command.command("list")
@_BACKEND
@_OUTPUT
@_narrowing
def list_(backend: str, output: str, name: str, group: str, status: str | None) -> int:
    """List assets."""
    return _list(backend, output, _query(name, group, status), trash=False)


@command.command()
@_BACKEND
@_OUTPUT
@_narrowing
def trash(backend: str, output: str, name: str, group: str, status: str | None) -> int:
    """List what was deleted and can be restored."""
    return _list(backend, output, _query(name, group, status), trash=True)


def _query(name: str, group: str, status: str | None) -> Query:
    return Query(name=name, group=group, status=AssetStatus(status) if status else None)


def _list(backend: str, output: str, query: Query, *, trash: bool) -> int:
    count = 0
    with _opened(backend) as library:
        for asset in library.assets(query, trash=trash):
            _show(asset, output)
            count += 1
    if not count:
        click.echo("0 assets in the trash" if trash else "0 assets", err=True)
    return 0


@command.command()
@_ID
@_BACKEND
@_OUTPUT
def get(asset_id: str, backend: str, output: str) -> int:
    """Show one asset as it is now."""
    with _opened(backend) as library:
        _show(library.get(asset_id), output)
    return 0


@command.command()
@click.argument("ids", metavar="ID...", nargs=-1, required=True)
@_BACKEND
@_OUTPUT
@click.option("--timeout", type=click.FloatRange(0), default=_DEADLINE_S, metavar="SECONDS")
def wait(ids: tuple[str, ...], backend: str, output: str, timeout: float) -> int:
    """Wait until assets are active; exits 3 if one is not."""
    interval_s = from_environment(Settings(), os.environ).poll_interval_s
    good = True
    with _opened(backend) as library:
        for asset_id in ids:
            asset = library.wait(asset_id, interval_s, timeout)
            _show(asset, output)
            good = good and asset.status is AssetStatus.ACTIVE
    return 0 if good else 3


@command.command()
@_ID
@click.argument("name")
@_BACKEND
def rename(asset_id: str, name: str, backend: str) -> int:
    """Give an asset another name; its id and URI stay."""
    with _opened(backend) as library:
        library.rename(asset_id, name)
    click.echo(f"{printable(asset_id)}  is now {printable(name)}")
    return 0


@command.command()
@click.argument("ids", metavar="ID...", nargs=-1, required=True)
@_BACKEND
@click.option("--recursive", is_flag=True, help="A container, too, with all that is in it.")
def delete(ids: tuple[str, ...], backend: str, recursive: bool) -> int:
    """Delete assets; no job that is still running may use them."""
    with _opened(backend) as library:
        what = "in the trash, `assets restore` takes it out" if library.has_trash else "deleted"
        for asset_id in ids:
            library.delete(asset_id, recursive=recursive)
            click.echo(f"{printable(asset_id)}  {what}")
    return 0


@command.command()
@click.argument("ids", metavar="ID...", nargs=-1, required=True)
@_BACKEND
@_OUTPUT
def restore(ids: tuple[str, ...], backend: str, output: str) -> int:
    """Take assets out of the trash; what this machine published counts as there again."""
    with _opened(backend) as library:
        for asset_id in ids:
            _show(library.restore(asset_id), output)
    return 0


@command.command()
@_BACKEND
@_OUTPUT
@click.option("--redirect-url", default="", metavar="URL", help="Where the person comes back to.")
@click.option("--name", default="", help="What the person's group is called.")
@click.option("--description", default="", help="What it is for.")
@click.option("--result", default="", metavar="URL", help="The address they came back to.")
def verify(
    backend: str, output: str, redirect_url: str, name: str, description: str, result: str
) -> int:
    """Have a person prove who they are, for a group of their likeness.

    First with --redirect-url: prints the page that the person opens. Once they are back, with
    --result and the address in their browser: prints the group for `publish --group`.
    """
    if bool(redirect_url) is bool(result):
        hint = "--redirect-url URL to begin, --result URL once the person is back"
        raise UsageError("one of --redirect-url and --result is needed", hint)
    group = ""
    with _opened(backend) as library:
        if result:
            group = library.verified_group(result)
            told, words = {"group": group}, f"{printable(group)}  verified"
        else:
            session = library.start_verification(redirect_url, name, description)
            url, h5_link = session.url.reveal(), session.h5_link.reveal()
            told, words = {"url": url, "h5_link": h5_link}, printable(url)
            if h5_link != url:
                words += f"\n{printable(h5_link)}  on a phone"
    click.echo(encode({"backend": backend, **told}) if output == "jsonl" else words)
    if output == "text":
        then = f"publish --group {printable(group)}" if result else "assets verify --result URL"
        click.echo(f"then: mediaprep {then} --backend {backend}", err=True)
    return 0


@command.command()
@_BACKEND
@_OUTPUT
@click.option("--name", default="", help="Part of the name.")
@click.option("--create", default="", metavar="NAME", help="Make a group.")
@click.option("--rename", nargs=2, metavar="ID NAME", help="Give a group another name.")
@click.option("--delete", "doomed", default="", metavar="ID", help="Delete a group.")
@click.option("--recursive", is_flag=True, help="With --delete: with all that is in it.")
def groups(
    backend: str,
    output: str,
    name: str,
    create: str,
    rename: tuple[str, str] | None,
    doomed: str,
    recursive: bool,
) -> int:
    """List groups, or make, rename or delete one."""
    if sum(map(bool, (create, rename, doomed))) > 1:
        raise UsageError("--create, --rename and --delete exclude each other", "choose one")
    with _opened(backend) as library:
        if create:
            _show(library.create_group(create), output)
        elif rename:
            library.rename_group(*rename)
            click.echo(f"{printable(rename[0])}  is now {printable(rename[1])}")
        elif doomed:
            library.delete_group(doomed, recursive=recursive)
            click.echo(f"{printable(doomed)}  deleted with all that was in it")
        else:
            for group in library.groups(Query(name=name)):
                _show(group, output)
    return 0


@command.command("export")
@click.option("--backend", type=click.Choice(NAMES), help="Of this backend, as it is set up now.")
@click.option("--out", metavar="FILE", help="Write it there instead of to stdout.")
def export_(backend: str | None, out: str | None) -> int:
    """Write a lock file of what the ledger knows; makes no call."""
    target = library(get_backend(backend, os.environ)) if backend else None
    ledger = Ledger(ledger_path(os.environ))
    try:
        if out is None:
            export(ledger, sys.stdout, target)
        else:
            with Path(out).open("w", encoding="utf-8", newline="\n") as file:
                count = export(ledger, file, target)
            click.echo(f"{printable(out)}: {count:,} assets", err=True)
    finally:
        ledger.close()
    return 0


@command.command("import")
@click.argument("file", type=click.File("r", encoding="utf-8"))
@click.option("--backend", type=click.Choice(NAMES), default=None, help="Of this backend alone.")
def import_(file: Any, backend: str | None) -> int:
    """Read a lock file into the ledger, so that its assets are not published again."""
    ledger = Ledger(ledger_path(os.environ))
    try:
        new, known = adopt(file.read(), ledger, backend or "")
    except UnicodeDecodeError:
        raise UsageError("the lock file is not UTF-8") from None
    finally:
        ledger.close()
    click.echo(f"{new:,} assets are new, {known:,} were known", err=True)
    return 0


def _show(item: Asset | Group, output: str) -> None:
    if output == "jsonl":
        assert is_dataclass(item)
        click.echo(encode(asdict(item)))
        return
    if isinstance(item, Group):
        words = [item.id, item.name or "", item.type, item.project]
    else:
        status = item.status.value
        if item.status is AssetStatus.UNKNOWN:
            status = f"unknown ({item.raw_status})"
        words = [item.id, item.uri, status, item.kind or "", item.name or "", item.reason]
    click.echo("  ".join(printable(word) for word in words if word))

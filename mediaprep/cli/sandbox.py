"""`mediaprep sandbox`: the six providers and an S3 server on this machine."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mediaprep.errors import ToolMissing, UsageError

if TYPE_CHECKING:
    from mediaprep.sandbox.run import Up


@click.command()
@click.option(
    "--env",
    "env_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the variables that make other commands talk to it.",
)
@click.option(
    "--dir",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Keep S3's data here; a temporary folder otherwise.",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65000),
    default=0,
    show_default="any",
    help="First of the 12 ports.",
)
@click.option("--ready-fd", type=click.IntRange(1), help="Descriptor to write READY to.")
@click.option(
    "--delay-s",
    type=click.FloatRange(0),
    default=0.3,
    show_default=True,
    help="From registered to active.",
)
@click.option(
    "--revision",
    type=click.Choice(["seed", "2026"]),
    default="seed",
    show_default=True,
    help="Which reading of the pages.",
)
@click.option(
    "--limit",
    "limits",
    multiple=True,
    metavar="BACKEND.ACTION=CALLS[/S]",
    help="Another rate limit.",
)
@click.option(
    "--in-flight", multiple=True, metavar="BACKEND=N", help="At most N creations at once."
)
@click.option(
    "--tasks-end",
    type=click.Choice(["active", "response"]),
    default="active",
    show_default=True,
    help="When a creation is over.",
)
@click.option("--quota", type=click.IntRange(0), default=0, help="Assets a library holds.")
@click.option("--no-s3", is_flag=True, help="The six APIs alone.")
def command(
    env_file: Path | None,
    folder: Path | None,
    port: int,
    ready_fd: int | None,
    delay_s: float,
    revision: str,
    limits: tuple[str, ...],
    in_flight: tuple[str, ...],
    tasks_end: str,
    quota: int,
    no_s3: bool,
) -> None:
    """Serve all six asset libraries and S3 on loopback until Ctrl-C.

    In another shell: set -a; . FILE; then every other command talks to it. Nothing leaves this
    machine but the URLs that it is told to fetch.
    """
    for package in ("starlette", "uvicorn"):
        if not find_spec(package):
            raise ToolMissing("the sandbox needs its extra", "pip install 'mediaprep[sandbox]'")
    from mediaprep.sandbox.rates import parse_rate
    from mediaprep.sandbox.run import run, tell
    from mediaprep.sandbox.settings import Settings

    settings = Settings(delay_s=delay_s, revision=revision, quota=quota, tasks_end=tasks_end)
    settings.limits.update(map(parse_rate, limits))
    settings.in_flight.update(map(_most, in_flight))

    def ready(up: Up) -> None:
        _say(up, env_file)
        if ready_fd is not None:
            tell(ready_fd)

    run(settings, ready, env_file=env_file, folder=folder, port=port, s3=not no_s3)


def _most(text: str) -> tuple[str, int]:
    backend, _, most = text.partition("=")
    if not most.isdecimal() or not int(most):
        raise UsageError(f"--in-flight {text}: expected BACKEND=N", "--in-flight volcengine=30")
    return backend, int(most)


def _say(up: Up, env_file: Path | None) -> None:
    for host, url in up.base_urls.items():
        click.echo(f"{host:<19} {url}")
    if up.store:
        click.echo(f"{'s3':<19} {up.store.endpoint}")
        for gap in up.store.gaps:
            click.echo(f"{'':<19} rclone {gap}")
    if env_file:
        click.echo(f"variables           {env_file}   (set -a; . {env_file}; set +a)")
    click.echo("READY: the sandbox is up; Ctrl-C ends it")
    sys.stdout.flush()

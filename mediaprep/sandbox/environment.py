"""The variables that make every other command talk to the sandbox."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

from mediaprep.sandbox.s3 import BUCKET, REGION, Store
from mediaprep.sandbox.settings import Credentials


def variables(
    base_urls: dict[str, str], made: Credentials, store: Store | None, folder: Path
) -> dict[str, str]:
    """Return credentials, base URLs, the store, and places of the sandbox's own to remember in.

    Empty values put out what the shell may hold for the real services.
    """
    found = {
        "SUNRA_API_KEY": made.sunra,
        "AGTCLOUD_API_KEY": made.agtcloud,
        "AGENTSFLARE_API_KEY": made.agentsflare,
        "CRUN_API_KEY": made.crun,
        "ATLASCLOUD_API_KEY": made.atlascloud,
        "VOLCENGINE_ACCESS_KEY": made.volcengine_key,
        "VOLCENGINE_SECRET_KEY": made.volcengine_secret,
        "VOLCENGINE_SESSION_TOKEN": "",
        "VOLCENGINE_ARK_API_KEY": made.volcengine_ark,
        "BYTEPLUS_ACCESS_KEY": made.byteplus_key,
        "BYTEPLUS_SECRET_KEY": made.byteplus_secret,
        "BYTEPLUS_SESSION_TOKEN": "",
        "BYTEPLUS_ARK_API_KEY": made.byteplus_ark,
    }
    for host, url in base_urls.items():
        backend, _, part = host.upper().partition("-")
        found[f"MEDIAPREP_{backend}_{part or 'BASE'}_URL"] = url
    found |= {
        "MEDIAPREP_SANDBOX_URL": base_urls["sunra"],
        "MEDIAPREP_ALLOW_PRIVATE_URLS": "1",
        "MEDIAPREP_LEDGER": str(folder / "ledger.sqlite"),
        "MEDIAPREP_CACHE_DIR": str(folder / "cache"),
    }
    if store:
        found |= _store(store, made.s3_secret)
    if any(os.environ.get(name) for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY")):
        others = os.environ.get("NO_PROXY") or os.environ.get("no_proxy") or ""
        found["NO_PROXY"] = ",".join(filter(None, (others, "127.0.0.1")))
    return found


def _store(store: Store, secret: str) -> dict[str, str]:
    return {
        "MEDIAPREP_STORE": f"s3://{BUCKET}",
        "AWS_ENDPOINT_URL_S3": store.endpoint,
        "AWS_ACCESS_KEY_ID": store.access_key,
        "AWS_SECRET_ACCESS_KEY": secret,
        "AWS_SESSION_TOKEN": "",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def write(path: Path, found: dict[str, str]) -> None:
    """Write `NAME=value` lines that a POSIX shell sources; only the owner may read them."""
    lines = "".join(f"{name}={shlex.quote(value)}\n" for name, value in found.items())
    beside = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    fd = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(fd, "w") as file:
        file.write("# Source me: set -a; . FILE; set +a\n" + lines)
    os.replace(beside, path)

"""Upload a folder once, by our store or by bare boto3, and say what that took.

    python -m benchlib.publish_upload ours|bare FOLDER PREFIX THREADS

The variables AWS_ENDPOINT_URL_S3, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY lead to the server.
Ours hashes each file, uploads it under its hash and makes sure of what arrived; bare opens it and
calls `put_object`. Imports and the client are made before the clock is started, for both.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

BUCKET = "mediaprep-sandbox"


def ours(prefix: str, threads: int) -> Callable[[Path], None]:
    """Return what takes a file to the store, as a publish run does."""
    from mediaprep.publish.prepare import hash_file
    from mediaprep.publish.store import open_store

    store = open_store(f"s3://{BUCKET}/{prefix}", os.environ, connections=threads)

    def put(path: Path) -> None:
        sha256, _ = hash_file(str(path))
        if not store.put(str(path), sha256, "image/png").uploaded:
            raise SystemExit(f"{path} was there already")

    return put


def bare(prefix: str, threads: int) -> Callable[[Path], None]:
    """Return what calls boto3 with a file and does nothing else."""
    import boto3
    from botocore.config import Config

    settings = Config(s3={"addressing_style": "path"}, max_pool_connections=threads)
    client = boto3.client("s3", region_name="us-east-1", config=settings)
    client.head_bucket(Bucket=BUCKET)

    def put(path: Path) -> None:
        with path.open("rb") as file:
            client.put_object(
                Bucket=BUCKET, Key=f"{prefix}/{path.name}", Body=file, ContentType="image/png"
            )

    return put


def main() -> None:
    """Upload and print seconds of wall and of CPU as JSON."""
    who, folder, prefix, threads = sys.argv[1:]
    put = {"ours": ours, "bare": bare}[who](prefix, int(threads))
    paths = sorted(Path(folder).iterdir())
    started, before = time.perf_counter(), _cpu_s()
    with ThreadPoolExecutor(int(threads)) as pool:
        list(pool.map(put, paths))
    wall_s, cpu_s = time.perf_counter() - started, _cpu_s() - before
    print(json.dumps({"wall_s": wall_s, "cpu_s": cpu_s, "files": len(paths)}))


def _cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()

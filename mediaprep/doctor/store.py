"""The bucket: it must take an object and give it to whoever has a presigned URL."""

from __future__ import annotations

import hashlib
import os
import struct
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from mediaprep.doctor.answer import Answer, State
from mediaprep.errors import MediaprepError
from mediaprep.model import Kind, Severity
from mediaprep.publish.preflight import preflight
from mediaprep.publish.run import is_on
from mediaprep.publish.store import S3Store, open_store
from mediaprep.publish.storing import StoredObject, StoreError

_TOPIC = "store"
_LIFE_S = 300
TELLING_SKEW_S = 60.0  # S3 refuses at 15 minutes, a URL is refused by any delay before its birth
_CLOCK = "set the clock of this machine (NTP)"


def examine(environ: Mapping[str, str], *, offline: bool) -> Iterator[Answer]:
    """Yield what becomes of one small picture that is put, fetched and removed."""
    url = environ.get("MEDIAPREP_STORE", "")
    if not url:
        mend = "set MEDIAPREP_STORE=s3://bucket/prefix and AWS_* credentials; docs/store.md"
        yield Answer(_TOPIC, "bucket", State.ABSENT, "none is named: `publish` wants one", mend)
        return
    place = url.partition("?")[0]
    if offline:
        yield Answer(_TOPIC, "bucket", State.UNTRIED, f"{place}, not tried offline")
        return
    try:
        store = open_store(url, environ, connections=1)
        if not isinstance(store, S3Store):
            yield Answer(_TOPIC, "URL base", State.OK, f"{place} serves the files, nothing is put")
            return
        yield from _tried(store, place, environ)
    except MediaprepError as error:
        yield Answer(_TOPIC, "bucket", State.BROKEN, str(error), error.hint)


def _tried(store: S3Store, place: str, environ: Mapping[str, str]) -> Iterator[Answer]:
    stored = _put(store)
    yield Answer(_TOPIC, "bucket", State.OK, f"{place} takes objects")
    try:
        yield from _fetched(store, stored, environ)
    finally:
        left = _remove(store, stored)
    if left:
        yield left
    if store.skew_s is not None:
        yield clock(_TOPIC, store.skew_s)


def _put(store: S3Store) -> StoredObject:
    picture = _one_pixel()
    with TemporaryDirectory(prefix="mediaprep-doctor-") as folder:
        path = Path(folder) / "doctor.png"
        path.write_bytes(picture)
        return store.put(str(path), hashlib.sha256(picture).hexdigest(), "image/png")


def _fetched(store: S3Store, stored: StoredObject, environ: Mapping[str, str]) -> Iterator[Answer]:
    signed = store.presign(stored.key, _LIFE_S)
    address = urlsplit(signed.url.reveal())
    own = f"{address.hostname}:{address.port or (443 if address.scheme == 'https' else 80)}"
    seen = preflight(
        signed.url,
        Kind.IMAGE,
        allow_private=is_on(environ, "MEDIAPREP_ALLOW_PRIVATE_URLS"),
        expected_bytes=stored.size_bytes,
        ca_bundle=environ.get("MEDIAPREP_CA_BUNDLE", ""),
    )
    if seen.ok:
        yield Answer(_TOPIC, "presigned URL", State.OK, f"fetched from {own} without credentials")
        return
    worst = next(finding for finding in seen.findings if finding.severity is Severity.ERROR)
    words = f"cannot be fetched from {own}: {worst.message}"
    yield Answer(_TOPIC, "presigned URL", State.BROKEN, words, worst.hint or "")


def _remove(store: S3Store, stored: StoredObject) -> Answer | None:
    try:
        store.remove(stored.key)
    except StoreError:
        words = f"{stored.key} ({stored.size_bytes} bytes) may not be deleted by this key: it stays"
        return Answer(_TOPIC, "deleting", State.ABSENT, words, "nothing, `publish` never deletes")
    return None


def clock(topic: str, skew_s: float) -> Answer:
    """Say how far this machine's clock is from a server's."""
    if abs(skew_s) <= TELLING_SKEW_S:
        return Answer(topic, "clock", State.OK, f"within {TELLING_SKEW_S:g} s of the server's")
    way = "behind" if skew_s > 0 else "ahead of"
    words = f"{abs(skew_s):.0f} s {way} the server's: signatures are refused for it"
    return Answer(topic, "clock", State.BROKEN, words, _CLOCK)


def _one_pixel() -> bytes:
    """Make a PNG of one pixel of a random colour, so that it is not there yet."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    header = struct.pack(">IIBBBBB", 1, 1, 16, 6, 0, 0, 0)
    body = zlib.compress(b"\0" + os.urandom(8))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    )

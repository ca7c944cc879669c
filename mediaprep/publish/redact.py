"""Keep what is secret out of everything that leaves: log records, errors, words of strangers.

A secret may come bare, behind a header's name, or inside a URL's query; a presigned URL is itself
a secret, and libraries log its path and query without scheme or host.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from mediaprep.secret import Secret, redact

_NAMES = (
    r"X-(?:Amz|Tos|Security)-[A-Za-z-]+|AWSAccessKeyId|Signature|Credential|"
    r"(?:access_?|api_?|security)?token|api_?key|sig"
)
_IN_QUERY = re.compile(rf"(?i)([?&\s,;\"']|^)({_NAMES})=([^&\s\"'<>,]+)")
_IN_HEADER = re.compile(
    r"(?i)\b(authorization|x-api-key|x-security-token)(['\"]?\s*[:=]\s*(?:b(?=['\"]))?['\"]?)"
    r"((?:(?:bearer|key|basic)\s+)?[^\s,'\"]+)"
)
_BEARER = re.compile(r"(?i)\b(bearer|credential=)\s*[A-Za-z0-9._~+/=-]{8,}")
_SIGNED = re.compile(r"(?i)\b(signature:\s*)[A-Za-z0-9+/=]{16,}")  # botocore, on a line of its own
# Who logs URLs and headers: never below these levels while secrets are about.
_TALKATIVE = ("urllib3", "botocore", "boto3", "s3transfer")


def scrub(text: str, secrets: Iterable[Secret] = ()) -> str:
    """Take out of `text` every secret, the query of every URL, and whatever looks like a proof."""
    text = redact(text, secrets)
    text = _IN_HEADER.sub(r"\1\2***", text)
    text = _IN_QUERY.sub(r"\1\2=***", text)
    text = _SIGNED.sub(r"\1***", text)
    return _BEARER.sub(r"\1 ***", text)


class SecretFilter(logging.Filter):
    """Rewrites records before any handler sees them."""

    def __init__(self, secrets: Iterable[Secret]) -> None:
        super().__init__()
        self._secrets = tuple(secrets)

    def filter(self, record: logging.LogRecord) -> bool:
        """Scrub the record's words and drop the trace, whose lines may quote a request."""
        try:
            words = record.getMessage()
        except (TypeError, ValueError):
            words = str(record.msg)
        record.msg, record.args = scrub(words, self._secrets), ()
        if record.exc_info:
            kind = record.exc_info[0]
            record.msg += f" ({kind.__name__})" if kind else ""
            record.exc_info, record.exc_text = None, None
        return True


@contextmanager
def scrubbed_logging(secrets: Iterable[Secret]) -> Iterator[None]:
    """Scrub what the libraries below us log for as long as the block runs."""
    added: list[tuple[logging.Filterer, SecretFilter]] = []
    guard = SecretFilter(secrets)
    for target in _targets():
        target.addFilter(guard)
        added.append((target, guard))
    try:
        yield
    finally:
        for target, one in added:
            target.removeFilter(one)


def _targets() -> Iterator[logging.Filterer]:
    """Every handler there is, since a logger's filter does not see what its children log."""
    yield from logging.getLogger().handlers
    known = list(logging.Logger.manager.loggerDict)
    for name in known:
        if name.split(".", 1)[0] in _TALKATIVE:
            logger = logging.getLogger(name)
            yield logger
            yield from logger.handlers
    if logging.lastResort is not None:
        yield logging.lastResort

"""Headers that prove who is calling, for the backends that take a key as it is."""

from __future__ import annotations

from dataclasses import replace

from mediaprep.backends.call import Call
from mediaprep.secret import Secret


def with_headers(call: Call, **headers: str | Secret) -> Call:
    """Return the call with these headers (`x_api_key` is x-api-key) and those of its content."""
    added: dict[str, str | Secret] = {"Accept": "application/json"}
    if call.json_body is not None:
        added["Content-Type"] = "application/json"
    added.update((name.replace("_", "-"), value) for name, value in headers.items())
    return replace(call, headers={**call.headers, **added})


def bearer(call: Call, key: Secret, scheme: str = "Bearer") -> Call:
    """Return the call with an Authorization header of that scheme."""
    return with_headers(call, Authorization=Secret(f"{scheme} {key.reveal()}"))

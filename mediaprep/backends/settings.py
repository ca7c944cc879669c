"""A backend's settings and credentials, from environment variables that an error can name.

Credentials have the provider's own names (`SUNRA_API_KEY`); settings are
`MEDIAPREP_<BACKEND>_<SETTING>`. Rates read `create=30/1x30,get=100/1`: a pool, then calls per
seconds, then at most how many in flight.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from ipaddress import ip_address
from urllib.parse import urlsplit

from mediaprep.backends.errors import CredentialsMissing
from mediaprep.backends.values import Rate
from mediaprep.errors import ConfigError
from mediaprep.secret import Secret

_RATE = re.compile(r"([a-z-]+)=([1-9]\d{0,5})/(\d{1,5}(?:\.\d{1,3})?)(?:x([1-9]\d{0,4}))?")


class Settings:
    """Reads one backend's variables and remembers what was set; never holds a credential."""

    def __init__(self, backend: str, environ: Mapping[str, str]) -> None:
        self.backend = backend
        self.shown: dict[str, str] = {}
        self._environ = environ

    def text(self, setting: str, default: str, choices: Sequence[str] = ()) -> str:
        """Return a setting; one that is not among `choices` is a `ConfigError`."""
        variable = f"MEDIAPREP_{self.backend.upper()}_{setting}"
        value = self._environ.get(variable, "").strip() or default
        if choices and value not in choices:
            raise ConfigError(f"{variable} is {value!r}", f"use one of {', '.join(choices)}")
        self.shown[variable] = value
        return value

    def words(self, setting: str, default: str, choices: Sequence[str]) -> tuple[str, ...]:
        """Return a setting that is a list with commas, each word one of `choices`."""
        value = self.text(setting, default)
        found = tuple(word.strip() for word in value.split(",") if word.strip())
        if not found or not set(found) <= set(choices):
            variable = f"MEDIAPREP_{self.backend.upper()}_{setting}"
            raise ConfigError(f"{variable} is {value!r}", f"list any of {', '.join(choices)}")
        return found

    def url(self, setting: str, default: str) -> str:
        """Return a base URL without its last slash; keys go over https or to this machine."""
        value = self.text(setting, default).rstrip("/")
        wrong = _wrong_with(value)
        if wrong:
            del self.shown[f"MEDIAPREP_{self.backend.upper()}_{setting}"]
            raise ConfigError(
                f"MEDIAPREP_{self.backend.upper()}_{setting} {wrong}",
                f"give a base URL like {default}",
            )
        return value

    def credential(self, variable: str, *, needed: bool = True) -> Secret:
        """Return a credential, empty if it is not needed and not set."""
        value = self._environ.get(variable, "").strip()
        if not value and needed:
            raise CredentialsMissing(
                f"{self.backend}: {variable} is not set", f"set {variable} in the environment"
            )
        if not (value.isascii() and value.isprintable()):
            raise ConfigError(f"{variable} holds characters that no key has", "copy the key again")
        return Secret(value)

    def rates(self, defaults: Mapping[str, Rate]) -> dict[str, Rate]:
        """Return the defaults with what the RATES setting says in their place."""
        variable = f"MEDIAPREP_{self.backend.upper()}_RATES"
        rates = dict(defaults)
        for part in filter(None, self.text("RATES", "").split(",")):
            found = _RATE.fullmatch(part.strip())
            if found is None or found[1] not in rates or not float(found[3]):
                raise ConfigError(
                    f"{variable}: {part.strip()!r} is not a rate",
                    f"write create=30/1x30, the pool one of {', '.join(rates)}",
                )
            rate = replace(rates[found[1]], calls=int(found[2]), seconds=float(found[3]))
            rates[found[1]] = replace(rate, in_flight=int(found[4])) if found[4] else rate
        return rates


def _wrong_with(url: str) -> str:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return "is not a URL"
    if parts.scheme not in ("http", "https") or not host or not url.isascii() or " " in url:
        return "is not an http or https URL"
    if "@" in parts.netloc or parts.query or parts.fragment:
        return "holds more than scheme, host and path"
    if parts.scheme == "http" and not _is_loopback(host):
        return "would send a key unencrypted"
    return ""


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"

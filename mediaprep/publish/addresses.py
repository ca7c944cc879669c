"""Decide which addresses a URL of somebody else's may lead to: public ones, and no other.

`ipaddress.is_global` (IANA special-purpose registries) calls some addresses global that lead to a
private one: NAT64 (RFC 6052), 6to4 (RFC 3056) and Teredo (RFC 4380) carry an IPv4 address inside,
and multicast is nobody's web server. Each is unwrapped or refused here, and so are ranges that a
Python's own table is too old for.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

# From a name and a port to addresses as text; a parameter wherever names are looked up.
Resolver = Callable[[str, int], Sequence[str]]

_NAT64 = IPv6Network("64:ff9b::/96")
_NOT_PUBLIC = tuple(
    ip_network(text)
    for text in (
        "192.0.0.0/24",  # protocol assignments
        "192.88.99.0/24",  # RFC 7526, the former relay of 6to4
        "168.63.129.16/32",  # Azure answers virtual machines here
        "fec0::/10",  # RFC 3879, site-local
        "64:ff9b:1::/48",  # RFC 8215: where in it an IPv4 address is, its network alone knows
        "3fff::/20",  # RFC 9637, documentation
    )
)
_IPV4_COMPATIBLE = IPv6Network("::/96")
_LOCAL_NAMES = (".localhost", ".local", ".internal", ".localdomain", ".home.arpa", ".lan")
# What inet_aton takes besides dotted decimals: 2130706433, 0x7f.1, 0177.0.0.1
_NUMBER = re.compile(r"(?i)(?:0x[0-9a-f]*|[0-9]+)(?:\.(?:0x[0-9a-f]*|[0-9]+)){0,3}\.?")

_WHAT = (
    ("is_loopback", "a loopback address"),
    ("is_unspecified", "an unspecified address"),
    ("is_link_local", "a link-local address"),
    ("is_multicast", "a multicast address"),
    ("is_reserved", "a reserved address"),
    ("is_private", "a private address"),
)


class Unresolved(Exception):  # noqa: N818
    """A name has no address, or is none."""


def look_up(host: str, port: int) -> list[str]:
    """Ask the system for every address of a name, in its order."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        words = getattr(error, "strerror", None) or "it is not a host name"
        raise Unresolved(str(words).lower()) from None
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def why_not_public(address: str) -> str:
    """Say what kind of address it is that must not be connected to; empty for a public one."""
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return "not an address"
    if any(ip in network for network in _NOT_PUBLIC):
        return "not a public address"
    inner = _embedded(ip)
    if inner is not None:
        why = why_not_public(str(inner))
        return f"{why} inside IPv6" if why else ""
    for flag, words in _WHAT:
        if getattr(ip, flag):
            return words
    return "" if ip.is_global else "not a public address"


def why_odd_host(host: str) -> str:
    """Say why a host is refused before it is looked up: a local name, or a number in disguise."""
    name = host.rstrip(".").lower()
    if name == "localhost" or name.endswith(_LOCAL_NAMES):
        return "a name of this machine or its own network"
    if _NUMBER.fullmatch(host) and not _is_plain_ipv4(host):
        return "an address in disguise (written as decimal, octal or hexadecimal number)"
    return ""


def is_address(host: str) -> bool:
    """Whether a URL's host is an address and no name."""
    try:
        ip_address(host.strip("[]").partition("%")[0])
    except ValueError:
        return bool(_NUMBER.fullmatch(host))
    return True


def _embedded(ip: IPv4Address | IPv6Address) -> IPv4Address | None:
    if isinstance(ip, IPv4Address):
        return None
    if ip.ipv4_mapped is not None:
        return ip.ipv4_mapped
    if ip.sixtofour is not None:
        return ip.sixtofour
    if ip.teredo is not None:
        return ip.teredo[1]
    if ip in _NAT64:
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    if ip in _IPV4_COMPATIBLE and int(ip) > 1:
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    return None


def _is_plain_ipv4(host: str) -> bool:
    try:
        return str(IPv4Address(host)) == host
    except ValueError:
        return False

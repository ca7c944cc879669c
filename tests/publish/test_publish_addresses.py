"""Addresses: public ones pass, and whatever leads elsewhere does not, in any disguise."""

from __future__ import annotations

from ipaddress import IPv4Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediaprep.publish.addresses import (
    Unresolved,
    is_address,
    look_up,
    why_not_public,
    why_odd_host,
)


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "64:ff9b::808:808"])
def test_a_public_address_passes(address: str) -> None:
    assert why_not_public(address) == ""


@pytest.mark.parametrize(
    ("address", "words"),
    [
        pytest.param("127.0.0.1", "loopback", id="loopback"),
        pytest.param("127.255.255.254", "loopback", id="the end of loopback"),
        pytest.param("::1", "loopback", id="loopback of IPv6"),
        pytest.param("0.0.0.0", "unspecified", id="this host"),
        pytest.param("::", "unspecified", id="this host in IPv6"),
        pytest.param("10.1.2.3", "private", id="RFC 1918, 10"),
        pytest.param("172.31.255.255", "private", id="RFC 1918, 172.16/12"),
        pytest.param("192.168.0.1", "private", id="RFC 1918, 192.168"),
        pytest.param("169.254.169.254", "link-local", id="a cloud's metadata"),
        pytest.param("fe80::1%eth0", "link-local", id="link-local with a zone"),
        pytest.param("fd00:ec2::254", "private", id="a cloud's metadata in IPv6"),
        pytest.param("100.64.0.1", "not a public", id="carrier-grade NAT"),
        pytest.param("100.100.100.200", "not a public", id="another cloud's metadata"),
        pytest.param("224.0.0.1", "multicast", id="multicast, which is_global takes"),
        pytest.param("ff0e::1", "multicast", id="global multicast of IPv6"),
        pytest.param("255.255.255.255", "reserved", id="broadcast"),
        pytest.param("240.0.0.1", "reserved", id="class E"),
        pytest.param("198.18.0.1", "private", id="benchmarks"),
        pytest.param("::ffff:127.0.0.1", "loopback address inside", id="mapped"),
        pytest.param("::ffff:a9fe:a9fe", "link-local address inside", id="mapped, in hexadecimal"),
        pytest.param(
            "64:ff9b::7f00:1", "loopback address inside", id="NAT64, which is_global takes"
        ),
        pytest.param("64:ff9b:1::a00:1", "not a public", id="local-use NAT64"),
        pytest.param(
            "64:ff9b:1:7f00:0:100:808:808", "not a public", id="NAT64 with loopback in its middle"
        ),
        pytest.param("fec0::1", "not a public", id="site-local, which is_global takes"),
        pytest.param("3fff::1", "not a public", id="documentation of RFC 9637"),
        pytest.param("192.0.0.8", "not a public", id="the IPv4 dummy address"),
        pytest.param("192.88.99.1", "not a public", id="the relay of 6to4"),
        pytest.param("168.63.129.16", "not a public", id="a cloud's own, at a public number"),
        pytest.param("2002:7f00:1::", "loopback address inside", id="6to4, which is_global takes"),
        pytest.param("2002:a00:1::1", "private address inside", id="6to4 of a private one"),
        pytest.param("2001:0:4136:e378:8000:63bf:80ff:fffe", "loopback", id="Teredo of loopback"),
        pytest.param("::127.0.0.1", "loopback address inside", id="IPv4-compatible"),
        pytest.param("media.example", "not an address", id="a name"),
    ],
)
def test_what_is_not_public_is_named(address: str, words: str) -> None:
    assert words in why_not_public(address)


@given(st.ip_addresses(v=4))
def test_an_address_inside_another_is_judged_as_itself(inner: IPv4Address) -> None:
    refused = bool(why_not_public(str(inner)))
    number = int(inner)
    forms = [f"::ffff:{inner}", str(ip_address((0x64FF9B << 96) | number))]
    forms.append(str(ip_address((0x2002 << 112) | (number << 80) | 1)))
    for form in forms:
        assert bool(why_not_public(form)) == refused, form


@given(st.ip_addresses())
def test_whatever_is_not_global_is_refused(address: object) -> None:
    text = str(address)
    if not ip_address(text).is_global and ip_address(text).version == 4:
        assert why_not_public(text)


@pytest.mark.parametrize(
    "host",
    [
        *("2130706433", "0x7f000001", "0x7f.0.0.1", "0177.0.0.1", "127.1", "017700000001", "0"),
        *("localhost", "LOCALHOST.", "a.localhost", "printer.local", "metadata.google.internal"),
        *("127.0.0.1.", "0x7f.1", "1.2.3.08"),
    ],
)
def test_a_host_in_disguise_is_refused_before_any_look_up(host: str) -> None:
    assert why_odd_host(host)


@pytest.mark.parametrize(
    "host", ["media.example", "127.0.0.1", "8.8.8.8", "::1", "0x.example", "1e100.net"]
)
def test_a_plain_host_is_left_to_the_look_up(host: str) -> None:
    assert why_odd_host(host) == ""


@pytest.mark.parametrize(
    ("host", "is_one"),
    [
        ("8.8.8.8", True),
        ("::1", True),
        ("2130706433", True),
        ("a.example", False),
        ("1e100.net", False),
    ],
)
def test_an_address_is_told_from_a_name(host: str, is_one: bool) -> None:
    assert is_address(host) == is_one


def test_the_system_is_asked_for_every_address() -> None:
    assert "127.0.0.1" in look_up("127.0.0.1", 80)
    with pytest.raises(Unresolved):
        look_up("does-not-exist.invalid", 80)
    with pytest.raises(Unresolved):
        look_up("a" * 300, 80)

"""Read which streams a transport stream carries from its tables.

ISO/IEC 13818-1 sections 2.4.4 (PAT, PMT) and 2.6.8 (registration); stream types from its table
2-34, ATSC A/53, the Blu-ray table and Apple's sample encryption; descriptors from ETSI EN 300 468.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from mediaprep.model import Kind
from mediaprep.probe.tspackets import Packet

_PAT_PID = 0
_PAT_ID, _PMT_ID = 0, 2
_REGISTRATION, _EXTENSION = 0x05, 0x7F
_PRIVATE_DATA = 0x06

_VIDEO: dict[int, str] = {
    0x01: "mpegvideo",
    0x02: "mpegvideo",
    0x10: "mpeg4",
    0x1B: "h264",
    0x24: "hevc",
    0x33: "vvc",
    0xD1: "dirac",
    0xDB: "h264",
    0xEA: "vc1",
}
_AUDIO: dict[int, str] = {
    0x03: "mpegaudio",
    0x04: "mpegaudio",
    0x0F: "aac",
    0x11: "aac",
    0x1C: "aac",
    0x2D: "mpegh_3d_audio",
    0x2E: "mpegh_3d_audio",
    0x81: "ac3",
    0x82: "dts",
    0x83: "truehd",
    0x84: "eac3",
    0x87: "eac3",
    0x8A: "dts",
    0xC1: "ac3",
    0xC2: "eac3",
    0xCF: "aac",
}
# Only where the program registers as Blu-ray; elsewhere these numbers mean subtitles and cues.
_BLU_RAY_AUDIO: dict[int, str] = {0x80: "pcm", 0x85: "dts", 0x86: "dts"}
_ENCRYPTED_TYPES = frozenset((0xCF, 0xC1, 0xC2, 0xDB))
# Private data says what it is by descriptor: (tag -> codec), (registered name -> codec).
_BY_DESCRIPTOR: dict[int, str] = {0x6A: "ac3", 0x7A: "eac3", 0x7B: "dts", 0x7C: "aac"}
_BY_EXTENSION: dict[int, str] = {0x0E: "dts", 0x15: "ac4", 0x20: "hevc", 0x80: "opus"}
_BY_NAME: dict[bytes, str] = {
    b"AC-3": "ac3",
    b"AC-4": "ac4",
    b"AV01": "av1",
    b"DTS1": "dts",
    b"DTS2": "dts",
    b"DTS3": "dts",
    b"EAC3": "eac3",
    b"HEVC": "hevc",
    b"Opus": "opus",
    b"VC-1": "vc1",
}
_VIDEO_CODECS = frozenset(("hevc", "av1", "vc1"))


class Stream(NamedTuple):
    """One elementary stream that carries pictures or sound."""

    pid: int
    kind: Kind
    codec: str
    encrypted: bool


def streams(packets: Iterable[Packet]) -> list[Stream] | None:
    """List the pictures and sound of every program, or return None where no table was found."""
    programs: set[int] = set()
    found: dict[int, list[Stream]] = {}
    sections: dict[int, bytearray] = {}
    for packet in packets:
        pid = packet.pid
        if pid != _PAT_PID and (pid not in programs or pid in found):
            continue
        section = _section(packet, sections)
        if not section:
            continue
        if pid == _PAT_PID and section[0] == _PAT_ID:
            programs.update(_program_pids(section))
        elif pid != _PAT_PID and section[0] == _PMT_ID:
            found[pid] = _program_streams(section)
        if programs and len(found) == len(programs):
            break
    return [stream for pid in found for stream in found[pid]] if found else None


def _section(packet: Packet, sections: dict[int, bytearray]) -> bytes:
    """Add a packet to its table section; return the section once it is whole."""
    payload = packet.payload
    if packet.starts and payload:
        sections[packet.pid] = bytearray(payload[1 + payload[0] :])
    elif packet.pid in sections:
        sections[packet.pid] += payload
    data = sections.get(packet.pid, b"")
    length = 3 + (int.from_bytes(data[1:3], "big") & 0x0FFF)
    if len(data) < max(length, 4):
        return b""
    del sections[packet.pid]
    return bytes(data[: length - 4])  # the checksum


def _program_pids(section: bytes) -> list[int]:
    entries = (section[at : at + 4] for at in range(8, len(section) - 3, 4))
    return [(e[2] & 0x1F) << 8 | e[3] for e in entries if e[:2] != b"\0\0"]  # 0: network


def _program_streams(section: bytes) -> list[Stream]:
    if len(section) < 12:
        return []
    at = 12 + (int.from_bytes(section[10:12], "big") & 0x0FFF)
    blu_ray = _registered(section[12:at]) == b"HDMV"
    found = []
    while at + 5 <= len(section):
        number, pid = section[at], int.from_bytes(section[at + 1 : at + 3], "big") & 0x1FFF
        end = at + 5 + (int.from_bytes(section[at + 3 : at + 5], "big") & 0x0FFF)
        named = _identify(number, section[at + 5 : end], blu_ray)
        if named:
            found.append(Stream(pid, *named, number in _ENCRYPTED_TYPES))
        at = end
    return found


def _identify(number: int, descriptors: bytes, blu_ray: bool) -> tuple[Kind, str] | None:
    if blu_ray and number in _BLU_RAY_AUDIO:
        return Kind.AUDIO, _BLU_RAY_AUDIO[number]
    if number in _VIDEO:
        return Kind.VIDEO, _VIDEO[number]
    if number in _AUDIO:
        return Kind.AUDIO, _AUDIO[number]
    codec = _by_descriptor(descriptors) if number == _PRIVATE_DATA else None
    if codec is None:
        return None
    return (Kind.VIDEO if codec in _VIDEO_CODECS else Kind.AUDIO), codec


def _by_descriptor(data: bytes) -> str | None:
    tags = _descriptors(data)
    for tag, body in tags:
        codec = _BY_DESCRIPTOR.get(tag)
        if tag == _EXTENSION and body:
            codec = _BY_EXTENSION.get(body[0])
        if codec:
            return codec
    return _BY_NAME.get(_registered(data))


def _registered(data: bytes) -> bytes:
    return next((body[:4] for tag, body in _descriptors(data) if tag == _REGISTRATION), b"")


def _descriptors(data: bytes) -> list[tuple[int, bytes]]:
    found, at = [], 0
    while at + 2 <= len(data):
        end = at + 2 + data[at + 1]
        found.append((data[at], data[at + 2 : end]))
        at = end
    return found

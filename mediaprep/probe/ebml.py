"""Walk the elements of an EBML document flat, one header at a time.

RFC 8794 sections 4 to 7. An identifier is written with its length marker, as the registries print
it: 0x1A45DFA3, not 0xA45DFA3.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Container, Iterator
from fractions import Fraction
from typing import NamedTuple

from mediaprep.probe.source import Malformed, Source, TooCostly

LONGEST_HEADER = 12  # four bytes of identifier, eight of size
MOST_ELEMENTS = 4096
LONGEST_TEXT = 64
_FLOATS = {4: struct.Struct(">f"), 8: struct.Struct(">d")}


class Element(NamedTuple):
    """One element's place in the file; `end` is None where its size is unknown (section 6.2)."""

    id: int
    start: int
    body: int
    end: int | None


def element_at(source: Source, start: int) -> Element | None:
    """Read the element header at `start`; None where no element can begin there."""
    header = source.at(start, LONGEST_HEADER)
    if not header or not header[0]:
        return None
    id_length = 9 - header[0].bit_length()
    if id_length > 4 or len(header) <= id_length or not header[id_length]:
        return None
    size_length = 9 - header[id_length].bit_length()
    length = id_length + size_length
    if len(header) < length:
        return None
    name = int.from_bytes(header[:id_length], "big")
    every_bit = (1 << 7 * size_length) - 1
    size = int.from_bytes(header[id_length:length], "big") & every_bit
    body = start + length
    return Element(name, start, body, None if size == every_bit else body + size)


def walk(source: Source, start: int, end: int, masters: Container[int]) -> Iterator[Element]:
    """Yield elements from `start` on, a master of `masters` just before the elements in it.

    Identifiers are unique over a whole document type, so the nesting need not be kept: a master is
    entered by not stepping over it, whatever size it gives itself. Ends at the first element of
    unknown size that is no master, and where no element can begin.
    """
    for _ in range(MOST_ELEMENTS):
        if start >= end:
            return
        element = element_at(source, start)
        if element is None:
            return
        yield element
        if element.id in masters:
            start = element.body
        elif element.end is None:
            return
        else:
            start = element.end
    message = f"gave up at byte {start}, after {MOST_ELEMENTS} elements"
    raise TooCostly(message)


def unsigned(source: Source, element: Element) -> int:
    """Return an unsigned integer element's value (section 7.2)."""
    return int.from_bytes(_body(source, element, 8), "big")


def floating(source: Source, element: Element) -> Fraction | None:
    """Return a float element's exact value (section 7.3); None where it is not a finite number."""
    data = _body(source, element, 8)
    if not data:
        return Fraction(0)
    if len(data) not in _FLOATS:
        message = f"a number of {len(data)} bytes at {element.start}"
        raise Malformed(message)
    (value,) = _FLOATS[len(data)].unpack(data)
    return Fraction(value) if math.isfinite(value) else None


def text(source: Source, element: Element) -> str:
    """Return a string element's value without its padding (sections 7.4 and 7.5)."""
    return _body(source, element, LONGEST_TEXT).split(b"\0", 1)[0].decode("utf-8", "replace")


def binary(source: Source, element: Element, most: int) -> bytes:
    """Return at most the first `most` bytes of an element; none where its size is unknown."""
    return source.at(element.body, min(most, (element.end or element.body) - element.body))


def _body(source: Source, element: Element, most: int) -> bytes:
    size = (element.end or element.body) - element.body
    if size > most:
        message = f"a value of {size} bytes at {element.start}, where {most} are the most"
        raise Malformed(message)
    return source.need(element.body, size)

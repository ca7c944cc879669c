"""Read the item tables of a `meta` box: which items there are, what they are and where they lie.

ISO/IEC 14496-12 section 8.11 (`pitm`, `iinf`, `iref`, `iloc`, `idat`) and ISO/IEC 23008-12 section
9.3 (`iprp`, `ipco`, `ipma`).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple

from mediaprep.probe.boxes import Child, Span, by_type, children
from mediaprep.probe.source import Malformed, Source

MAX_ITEM_BYTES = 1 << 20  # of one item held in memory; metadata has a few kilobytes
MAX_ITEMS = 1 << 16
_MAX_DEPTH = 4  # of items that lie inside items

IN_FILE, IN_IDAT, IN_ITEM = 0, 1, 2  # construction methods
_NUMBER_CODES = {0: "", 4: "I", 8: "Q"}  # size of a field -> struct code
# Of `infe` in versions 2 and 3, of `ipma` in versions 0 and 1.
_ENTRIES = (struct.Struct(">4xH2x4s"), struct.Struct(">4xI2x4s"))
_OWNERS = (struct.Struct(">HB"), struct.Struct(">IB"))
_XMP_TYPE = b"application/rdf+xml"


Extent = tuple[int, int, int]  # index, offset in the file or item, length
Row = tuple[int, ...]  # the fields of an item's entry in `iloc`, then those of its extents


class Layout(NamedTuple):
    """Which fields the rows of an `iloc` have; the first one is the item's number."""

    extents_at: int = 3  # in a row; before it stands how many there are
    methods: bool = False
    bases: bool = False
    indexes: bool = False
    offsets: bool = True
    lengths: bool = True


# Where the numbers of one item's properties stand, how many, and the `struct` code of one.
Association = tuple[int, int, str]
_NONE: Association = (0, 0, "B")


@dataclass(slots=True, repr=False, eq=False)
class Items:
    """The items of one file, each by its number."""

    data: bytes  # body of the `meta` box
    primary: int | None = None
    handler: bytes | None = None
    types: dict[int, bytes] = field(default_factory=dict)
    references: list[tuple[bytes, int, tuple[int, ...]]] = field(default_factory=list)
    properties: list[Child] = field(default_factory=list)
    associations: dict[int, Association] = field(default_factory=dict)
    locations: dict[int, Row] = field(default_factory=dict)
    layout: Layout = field(default_factory=Layout)
    idat: Span = (0, 0)
    exif: int | None = None
    xmp: int | None = None
    problems: set[str] = field(default_factory=set)

    def properties_of(self, item: int) -> list[Child]:
        """Return the properties of an item in their order; Malformed for one that is not there."""
        at, size, code = self.associations.get(item, _NONE)
        mask = 0x7FFF if code == "H" else 0x7F  # the bit before says: essential
        found = []
        for stored in struct.unpack_from(f">{size}{code}", self.data, at):
            number = stored & mask
            if number > len(self.properties):
                message = f"item {item} has property {number}, there are {len(self.properties)}"
                raise Malformed(message)
            if number:
                found.append(self.properties[number - 1])
        return found

    def references_of(self, item: int, kind: bytes) -> tuple[int, ...]:
        """Return the items that one item refers to."""
        return next((to for k, start, to in self.references if k == kind and start == item), ())

    def referring_to(self, item: int, kind: bytes) -> list[int]:
        """Return the items that refer to one item."""
        return [start for k, start, to in self.references if k == kind and item in to]


def read_items(data: bytes) -> Items:
    """Read the body of a `meta` box; where its lists contradict themselves, the first counts."""
    items = Items(data)
    boxes = by_type(data, (4, len(data)))
    at, end = boxes.get(b"hdlr", (0, 0))
    if end - at >= 12:
        items.handler = data[at + 8 : at + 12]
    at, end = boxes.get(b"pitm", (0, 0))
    if end - at >= 6:
        items.primary = int.from_bytes(data[at + 4 : min(end, at + (8 if data[at] else 6))])
    items.idat = boxes.get(b"idat", (0, 0))
    _read_types(items, boxes.get(b"iinf", (0, 0)))
    _read_references(items, boxes.get(b"iref", (0, 0)))
    for kind, at, end in children(data, *boxes.get(b"iprp", (0, 0))):
        if kind == b"ipco":
            items.properties = children(data, at, end)
        elif kind == b"ipma":
            _read_associations(items, (at, end))
    _read_locations(items, boxes.get(b"iloc", (0, 0)))
    return items


def _read_types(items: Items, span: Span) -> None:
    data, (at, end) = items.data, span
    if end - at < 6:
        return
    start = at + (8 if data[at] else 6)
    entries = children(data, start, end)
    if len(entries) < int.from_bytes(data[at + 4 : start]):
        items.problems.add("the list of items (iinf) ends before its entries do")
    for kind, start, stop in entries:
        if kind != b"infe" or stop - start < 12 or data[start] < 2:
            continue
        entry = _ENTRIES[data[start] > 2]
        if stop - start < entry.size:
            continue
        item, what = entry.unpack_from(data, start)
        items.types[item] = what
        if what == b"Exif":
            items.exif = item
        elif what == b"mime" and _XMP_TYPE in data[start + 12 : stop]:
            items.xmp = item


def _read_references(items: Items, span: Span) -> None:
    data, (at, end) = items.data, span
    if end - at < 4:
        return
    code, size = ("I", 4) if data[at] else ("H", 2)
    for kind, start, stop in children(data, at + 4, end):
        if stop - start < size + 2:
            continue
        item = int.from_bytes(data[start : start + size])
        count = int.from_bytes(data[start + size : start + size + 2])
        count = min(count, (stop - start - size - 2) // size)
        to = struct.unpack_from(f">{count}{code}", data, start + size + 2)
        items.references.append((kind, item, to))


def _read_associations(items: Items, span: Span) -> None:
    data, (at, end) = items.data, span
    if end - at < 8:
        return
    owner = _OWNERS[data[at] > 0]
    code, width = ("H", 2) if data[at + 3] & 1 else ("B", 1)
    count = int.from_bytes(data[at + 4 : at + 8])
    at += 8
    for _ in range(min(count, MAX_ITEMS)):
        start = at + owner.size
        item, size = owner.unpack_from(data, at) if start <= end else (0, 0)
        at = start + width * size
        if at > end:
            items.problems.add("the list of properties (ipma) ends before its entries do")
            return
        if item in items.associations:
            items.problems.add("an item has its properties listed twice (ipma)")
        else:
            items.associations[item] = start, size, code


def _read_locations(items: Items, span: Span) -> None:
    data, (at, end) = items.data, span
    if end - at < 8:
        return
    version, sizes, more = data[at], data[at + 4], data[at + 5]
    try:
        offset, length = _NUMBER_CODES[sizes >> 4], _NUMBER_CODES[sizes & 15]
        base, index = _NUMBER_CODES[more >> 4], _NUMBER_CODES[more & 15] if version else ""
    except KeyError:
        items.problems.add("the list of locations (iloc) has numbers of an odd size")
        return
    wide = "I" if version == 2 else "H"
    entry = f">{wide}{'H' if version else ''}H{base}H"
    extent = struct.Struct(f">{index}{offset}{length}")
    items.layout = Layout(
        len(entry) - 1, version > 0, base != "", index != "", offset != "", length != ""
    )
    start = at + 6 + struct.calcsize(wide)
    count = int.from_bytes(data[at + 6 : start])
    if count > MAX_ITEMS or not _read_rows(items, (start, end), count, entry, extent):
        items.problems.add("the list of locations (iloc) ends before its entries do")


def _read_rows(items: Items, span: Span, count: int, entry: str, extent: struct.Struct) -> bool:
    data, (at, end) = items.data, span
    row = struct.Struct(entry + extent.format[1:])
    if end - at == count * row.size:
        rows = list(row.iter_unpack(data[at:end]))
        extents = len(entry) - 2
        if all(found[extents] == 1 for found in rows):  # nearly always
            items.locations = {found[0]: found for found in rows}
            return True
    head = struct.Struct(entry)
    for _ in range(count):
        start = at + head.size
        if start > end:
            return False
        fields = head.unpack_from(data, at)
        at = start + fields[-1] * extent.size
        if at > end:
            return False
        found = extent.iter_unpack(data[start:at]) if at > start else ()
        items.locations[fields[0]] = (*fields, *chain.from_iterable(found))
    return True


def _extents(items: Items, row: Row) -> Iterator[Extent]:
    """Yield the extents of one item, a zero for what the table leaves out."""
    layout = items.layout
    base = row[layout.extents_at - 2] if layout.bases else 0
    stored = row[layout.extents_at :]
    numbers = iter(stored)
    for _ in range(min(row[layout.extents_at - 1], len(stored) or 1)):
        index = next(numbers, 0) if layout.indexes else 0
        offset = next(numbers, 0) if layout.offsets else 0
        yield index, base + offset, next(numbers, 0) if layout.lengths else 0


def _method(items: Items, row: Row) -> int:
    return row[1] & 15 if items.layout.methods else IN_FILE


def read_item(source: Source, items: Items, item: int, depth: int = _MAX_DEPTH) -> bytes:
    """Return the bytes of an item as far as they can be had, at most 1 MiB."""
    row = items.locations.get(item)
    if row is None or not depth:
        return b""
    found, method = b"", _method(items, row)
    for index, offset, length in _extents(items, row):
        length = min(length or MAX_ITEM_BYTES, MAX_ITEM_BYTES - len(found))
        if method == IN_FILE:
            found += source.at(offset, length)
        elif method == IN_IDAT:
            at, end = items.idat
            found += items.data[at + offset : min(end, at + offset + length)]
        elif method == IN_ITEM:
            inside = items.references_of(item, b"iloc")[max(index, 1) - 1 :]
            if inside:
                found += read_item(source, items, inside[0], depth - 1)[offset : offset + length]
        if len(found) >= MAX_ITEM_BYTES:
            break
    return found


def last_byte(items: Items) -> int:
    """Return where the last item ends in the file."""
    layout, last = items.layout, 0
    plain = layout.extents_at + 2 if layout.offsets and layout.lengths else 0
    for row in items.locations.values():
        if _method(items, row) != IN_FILE:
            continue
        if len(row) == plain and not layout.bases:  # one extent: nearly always
            end = row[-2] + row[-1]
        else:
            ends = (offset + length for _, offset, length in _extents(items, row))
            end = max(ends, default=0)
        if end > last:
            last = end
    return last

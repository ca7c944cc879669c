"""Build tiny files in the ISO base media file format, well formed unless told otherwise."""

from __future__ import annotations

from struct import pack

IDENTITY = (1, 0, 0, 1)

# Parameter sets of pictures of 96x64: 4:2:0 with 8 bits; and with 10 bits, BT.2020 and PQ.
AVC_SPS = bytes.fromhex("6764000aacd94626c044000003000400000300c83c489658")
HEVC_PQ_SPS = bytes.fromhex(
    "42010102200000030090000003000003001ea0308104d96566924caf016a12201208000003000800000300c840"
)
ALPHA = b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0"


def box(kind: bytes, *bodies: bytes, size: int | None = None) -> bytes:
    """One box; a `size` that is not its own makes it lie."""
    body = b"".join(bodies)
    return pack(">I4s", 8 + len(body) if size is None else size, kind) + body


def wide_box(kind: bytes, *bodies: bytes) -> bytes:
    """One box with a 64-bit size."""
    body = b"".join(bodies)
    return pack(">I4sQ", 1, kind, 16 + len(body)) + body


def full(kind: bytes, *bodies: bytes, version: int = 0, flags: int = 0) -> bytes:
    """One box with version and flags."""
    return box(kind, pack(">I", version << 24 | flags), *bodies)


def ftyp(major: bytes = b"isom", *compatible: bytes) -> bytes:
    return box(b"ftyp", major, bytes(4), *compatible)


# Sample entries ----------------------------------------------------------------------------------


def avcc(sps: bytes = AVC_SPS) -> bytes:
    return box(
        b"avcC", b"\1", sps[1:4], b"\xff\xe1", pack(">H", len(sps)), sps, b"\1\0\4\x68\0\0\0"
    )


def hvcc(sps: bytes = HEVC_PQ_SPS, *, chroma: int = 1, bits: int = 10) -> bytes:
    head = b"\1" + bytes(15) + bytes((0xFC | chroma, 0xF8 | bits - 8, 0xF8 | bits - 8)) + bytes(3)
    array = b"\x01\xa1\0\1" + pack(">H", len(sps)) + sps if sps else b"\0"
    return box(b"hvcC", head, array)


def av1c(*, bits: int = 8, gray: bool = False) -> bytes:
    flags = (0x40 if bits > 8 else 0) | (0x20 if bits > 10 else 0) | (0x10 if gray else 0) | 0x0C
    return box(b"av1C", bytes((0x81, 0, flags, 0)))


def visual(kind: bytes, *boxes: bytes, width: int = 96, height: int = 64) -> bytes:
    head = bytes(6) + b"\0\1" + bytes(16) + pack(">HH", width, height) + bytes(50)
    return box(kind, head, *boxes)


def sound(
    kind: bytes,
    *boxes: bytes,
    channels: int = 2,
    rate: int = 44100,
    bits: int = 16,
    version: int = 0,
    more: bytes = b"",
) -> bytes:
    head = bytes(6) + b"\0\1" + pack(">H6x", version) + pack(">HH4xI", channels, bits, rate << 16)
    return box(kind, head, more, *boxes)


def esds(object_type: int, specific: bytes = b"", bitrate: int = 0) -> bytes:
    """The descriptors of one stream, their lengths written in four bytes as QuickTime does."""
    inner = descriptor(5, specific) if specific else b""
    config = bytes((object_type, 0x15, 0, 0, 0)) + pack(">II", bitrate, bitrate) + inner
    return full(b"esds", descriptor(3, b"\0\1\0" + descriptor(4, config) + descriptor(6, b"\2")))


def descriptor(tag: int, body: bytes) -> bytes:
    return bytes((tag, 0x80, 0x80, 0x80 | len(body) >> 7, len(body) & 127)) + body


def encrypted(kind: bytes) -> bytes:
    return box(b"sinf", box(b"frma", kind), full(b"schm", b"cenc", bytes(4)))


# Tracks ------------------------------------------------------------------------------------------


def matrix(a: float, b: float, c: float, d: float) -> bytes:
    a, b, c, d = (round(number * 65536) for number in (a, b, c, d))
    return pack(">9i", a, b, 0, c, d, 0, 0, 0, 1 << 30)


def mvhd(timescale: int = 1000, ticks: int = 1000, turn: tuple[float, ...] = IDENTITY) -> bytes:
    clock = pack(">IIII", 0, 0, timescale, ticks)
    return full(b"mvhd", clock, bytes(16), matrix(*turn), bytes(28))


def tkhd(
    track: int = 1,
    turn: tuple[float, ...] = IDENTITY,
    shown: tuple[int, int] = (96, 64),
    enabled: bool = True,
) -> bytes:
    size = pack(">II", shown[0] << 16, shown[1] << 16)
    head = pack(">III", 0, 0, track)
    return full(b"tkhd", head, bytes(24), matrix(*turn), size, flags=3 if enabled else 2)


def elst(*edits: tuple[int, int]) -> bytes:
    entries = b"".join(pack(">IiI", ticks, media, 1 << 16) for ticks, media in edits)
    return box(b"edts", full(b"elst", pack(">I", len(edits)), entries))


def stts(*runs: tuple[int, int], stated: int | None = None) -> bytes:
    count = len(runs) if stated is None else stated
    return full(b"stts", pack(">I", count), b"".join(pack(">II", *run) for run in runs))


def stbl(
    entry: bytes,
    *runs: tuple[int, int],
    chunk: int = 0,
    size: int = 4,
    in_chunk: int | None = None,
    first_chunk: int = 1,
    times: bytes | None = None,
) -> bytes:
    """The tables of a track with all of its samples in one chunk."""
    samples = sum(count for count, _ in runs)
    in_chunk = samples if in_chunk is None else in_chunk
    tables = (
        full(b"stsd", pack(">I", 1), entry),
        stts(*runs) if times is None else times,
        full(b"stsz", pack(">II", size, samples)),
    )
    if not samples:
        return box(b"stbl", *tables)
    return box(
        b"stbl",
        *tables,
        full(b"stsc", pack(">4I", 1, first_chunk, in_chunk, 1)),
        full(b"stco", pack(">II", 1, chunk)),
    )


def trak(
    handler: bytes,
    tables: bytes,
    *boxes: bytes,
    timescale: int = 1000,
    ticks: int = 1000,
    header: bytes | None = None,
) -> bytes:
    return box(
        b"trak",
        tkhd() if header is None else header,
        *boxes,
        box(
            b"mdia",
            full(b"mdhd", pack(">IIII", 0, 0, timescale, ticks), bytes(4)),
            full(b"hdlr", bytes(4), handler, bytes(13)),
            box(b"minf", tables),
        ),
    )


VIDEO_ENTRY = visual(b"avc1", avcc())
SOUND_ENTRY = sound(b"mp4a", esds(0x40, b"\x12\x10"))  # AAC-LC, 44100 Hz, stereo


def video(*runs: tuple[int, int], entry: bytes = VIDEO_ENTRY, **track: object) -> bytes:
    """A track of 25 frames at 25 fps, unless told otherwise."""
    return trak(b"vide", stbl(entry, *(runs or ((25, 40),))), **track)  # type: ignore[arg-type]


def audio(*runs: tuple[int, int], entry: bytes = SOUND_ENTRY, **track: object) -> bytes:
    """A track of one second of sound, unless told otherwise."""
    tables = stbl(entry, *(runs or ((10, 100),)))
    return trak(b"soun", tables, **{"header": tkhd(2)} | track)  # type: ignore[arg-type]


def movie(*tracks: bytes, brand: bytes = b"isom", header: bytes | None = None) -> bytes:
    """A whole file: brand, index, and media data for a hundred samples."""
    moov = box(b"moov", mvhd() if header is None else header, *(tracks or (video(),)))
    return ftyp(brand) + moov + box(b"mdat", bytes(400))


# Fragments ---------------------------------------------------------------------------------------


def mvex(*tracks: int, step: int = 0, ticks: int = 0) -> bytes:
    stated = full(b"mehd", pack(">I", ticks)) if ticks else b""
    defaults = (full(b"trex", pack(">IIIII", track, 1, step, 0, 0)) for track in tracks)
    return box(b"mvex", stated, *defaults)


def moof(*tracks: bytes) -> bytes:
    return box(b"moof", full(b"mfhd", pack(">I", 1)), *tracks)


def traf(track: int, *runs: bytes, time: int | None = None, step: int | None = None) -> bytes:
    head = full(b"tfhd", pack(">I", track))
    if step is not None:
        head = full(b"tfhd", pack(">II", track, step), flags=0x8)
    start = b"" if time is None else full(b"tfdt", pack(">Q", time), version=1)
    return box(b"traf", head, start, *runs)


def trun(count: int, steps: tuple[int, ...] = ()) -> bytes:
    """A run of samples: with a step for each, or with the default step of the fragment."""
    if not steps:
        return full(b"trun", pack(">Ii", count, 8), flags=0x1)
    rows = b"".join(pack(">II", step, 4) for step in steps)
    return full(b"trun", pack(">I", len(steps)), rows, flags=0x300)


# Pictures ----------------------------------------------------------------------------------------


def ispe(width: int = 40, height: int = 30) -> bytes:
    return full(b"ispe", pack(">II", width, height))


def clap(*numbers: int) -> bytes:
    return box(b"clap", pack(">8i", *numbers))


def irot(turns: int) -> bytes:
    return box(b"irot", bytes((turns,)))


def pixi(*bits: int) -> bytes:
    return full(b"pixi", bytes((len(bits), *bits)))


def infe(item: int, kind: bytes, more: bytes = b"\0") -> bytes:
    return full(b"infe", pack(">HH", item, 0), kind, more, version=2)


def iref(kind: bytes, item: int, *to: int) -> bytes:
    return box(kind, pack(f">HH{len(to)}H", item, len(to), *to))


def ipma(associations: dict[int, list[int]], *, wide: bool = False) -> bytes:
    code = "H" if wide else "B"
    entries = (
        pack(f">HB{len(numbers)}{code}", item, len(numbers), *numbers)
        for item, numbers in associations.items()
    )
    return full(b"ipma", pack(">I", len(associations)), *entries, flags=int(wide))


def iloc(*items: tuple[int, int, int, int], version: int = 1) -> bytes:
    """Locations of items: number, construction method, offset, length."""
    rows = b""
    for item, method, offset, length in items:
        rows += pack(">H", item) + (pack(">H", method) if version else b"")
        rows += pack(">HHII", 0, 1, offset, length)
    return full(b"iloc", b"\x44\0", pack(">H", len(items)), rows, version=version)


def meta(
    properties: tuple[bytes, ...] = (),
    associations: dict[int, list[int]] | None = None,
    *boxes: bytes,
    items: tuple[bytes, ...] | None = None,
    references: tuple[bytes, ...] = (),
    primary: int | None = 1,
    handler: bytes = b"pict",
    where: bytes | None = None,
    wide: bool = False,
) -> bytes:
    """The tables of a file with one picture, number 1, of type `hvc1`."""
    entries = items or (infe(1, b"hvc1"),)
    if associations is None:
        associations = {1: list(range(1, len(properties) + 1))}
    return full(
        b"meta",
        full(b"hdlr", bytes(4), handler, bytes(13)),
        b"" if primary is None else full(b"pitm", pack(">H", primary)),
        full(b"iinf", pack(">H", len(entries)), *entries),
        full(b"iref", *references) if references else b"",
        box(b"iprp", box(b"ipco", *properties), ipma(associations, wide=wide)),
        iloc((1, 0, 0, 8)) if where is None else where,
        *boxes,
    )


def picture(*properties: bytes, brand: bytes = b"heic") -> bytes:
    """A whole file with one picture that has these properties, in this order."""
    head = ftyp(brand, b"mif1")
    data = len(head + meta(properties)) + 8
    return head + meta(properties, where=iloc((1, 0, data, 64))) + box(b"mdat", bytes(64))

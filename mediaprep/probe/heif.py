"""Measure pictures in the ISO base media file format: HEIF, HEIC, AVIF, single or in sequence.

ISO/IEC 23008-12, the AV1 Image File Format and MIAF (ISO/IEC 23000-22). EXIF orientation does not
turn these pictures: their own `irot` and `imir` do, and writers keep both.
"""

from __future__ import annotations

from mediaprep.model import Fault, Kind, MediaInfo
from mediaprep.probe.boxes import load, name
from mediaprep.probe.exif import read_exif
from mediaprep.probe.heif_items import Items, last_byte, read_item, read_items
from mediaprep.probe.heif_mini import MAX_BYTES, read_mini
from mediaprep.probe.heif_shape import ALPHA, Shape, grid_size, is_alpha, read_shape
from mediaprep.probe.mp4_matrix import placement
from mediaprep.probe.mp4_samples import find_end
from mediaprep.probe.mp4_top import Top, scan
from mediaprep.probe.mp4_tracks import PICTURE, SOUND, STILLS, Track
from mediaprep.probe.pixels import hdr_of_transfer, wide_gamut
from mediaprep.probe.source import Malformed, Source
from mediaprep.probe.xmp import read_xmp

_MAX_AUXILIARY = 64  # of one picture: alpha, depth, mattes, gain map
_MAX_DERIVED = 8  # pictures made of pictures made of pictures
_WITHOUT_DATA = frozenset((b"iden", b"tmap"))
_FAMILIES = {b"av01": "avif", b"hvc1": "heif", b"lhv1": "heif"}
_GAIN_MAP = b"urn:com:apple:photo:2020:aux:hdrgainmap"


def read(source: Source, info: MediaInfo) -> None:
    """Fill in what the primary picture says; Malformed when there is none."""
    top = scan(source, info)
    movie = top.movie
    if movie and not top.meta and any(t.handler in (PICTURE, SOUND) for t in movie.tracks):
        from mediaprep.probe import mp4  # it falls back on this module in the same way

        info.container = "mp4"
        return mp4.read_movies(source, info, top)
    read_pictures(source, info, top)


def read_pictures(source: Source, info: MediaInfo, top: Top) -> None:
    """Fill in what the pictures of a file say whose top was looked over before."""
    info.kind = Kind.IMAGE
    if top.mini:
        return read_mini(source.at(top.mini.body, MAX_BYTES), info)
    items = read_items(load(source, top.meta, frozenset())[0]) if top.meta else Items(b"")
    sequence = _sequence(top)
    if items.primary is not None and (items.associations or not sequence):
        _read_primary(source, items, info, sequence is not None)
    elif sequence:
        _read_track(sequence, info)
    else:
        raise Malformed("no primary picture")
    if sequence:
        _add_frames(sequence, top, info)
        if top.movie:
            end, _ = find_end(top.movie.data, sequence.tables, sequence.samples)
            _note_past(end, source, info)


def _read_primary(source: Source, items: Items, info: MediaInfo, sequence: bool) -> None:
    primary = items.primary
    assert primary is not None
    _find_faults(source, items, info, sequence)
    info.orientation, info.frames = 1, 1
    _read_metadata(source, items, info)
    shape = _shape(items, primary)
    _describe(shape, info)
    if items.types.get(primary) == b"grid":
        _check_grid(source, items, shape, info)
    info.has_alpha = shape.alpha or any(
        is_alpha(items.data, items.properties_of(item))
        for item in items.referring_to(primary, b"auxl")[:_MAX_AUXILIARY]
    )
    if b"tmap" in items.types.values() or _GAIN_MAP in items.data:
        info.marks["gain-map"] = "HDR gain map among the pictures"
    coded = _coded_type(items, primary)
    info.container = _FAMILIES.get(coded) or _image_container(info.container)


def _image_container(container: str | None) -> str:
    return container if container in ("heif", "avif") else "heif"


def _coded_type(items: Items, item: int) -> bytes:
    """Return the type of the first picture with pixels of its own that a picture is made of."""
    for _ in range(_MAX_DERIVED):
        inputs = items.references_of(item, b"dimg")
        if not inputs:
            break
        item = inputs[0]
    return items.types.get(item, b"")


def _shape(items: Items, item: int, depth: int = _MAX_DERIVED) -> Shape:
    properties = items.properties_of(item)
    shape = read_shape(items.data, properties)
    complete = shape.stored and shape.bit_depth and shape.chroma is not None
    inputs = () if complete or not depth else items.references_of(item, b"dimg")
    if inputs and inputs[0] != item:
        first = _shape(items, inputs[0], depth - 1)
        if shape.stored is None and items.types.get(item) in _WITHOUT_DATA:
            shape = read_shape(items.data, properties, (first.width, first.height))
        shape.bit_depth = shape.bit_depth or first.bit_depth
        shape.chroma = first.chroma if shape.chroma is None else shape.chroma
        shape.primaries = shape.primaries or first.primaries
        shape.transfer = shape.transfer or first.transfer
        shape.alpha = shape.alpha or first.alpha
    if shape.stored is None and shape.decoded:
        shape = read_shape(items.data, properties, shape.decoded)
    return shape


def _describe(shape: Shape, info: MediaInfo) -> None:
    if shape.problem:
        info.faults.append((Fault.MALFORMED, shape.problem))
    info.bit_depth, info.icc = shape.bit_depth, shape.icc
    info.hdr = hdr_of_transfer(shape.transfer)
    if not shape.icc and (gamut := wide_gamut(shape.primaries)):
        info.marks["wide-gamut"] = gamut
    gray = shape.chroma == 0 or shape.channels == 1
    info.color_mode = "gray" if gray else "rgb"
    if shape.bit_depth is None:
        info.unread["bit_depth"] = "neither pixi nor a codec configuration that we read"
    if not shape.stored or not all(shape.stored):
        info.unread["width"] = info.unread["height"] = "the primary picture has no size (ispe)"
        info.faults.append((Fault.MALFORMED, info.unread["width"]))
        return
    info.coded_width, info.coded_height = shape.stored
    info.width, info.height, info.rotation = shape.width, shape.height, shape.rotation
    info.frame_pixels = info.coded_width * info.coded_height


def _check_grid(source: Source, items: Items, shape: Shape, info: MediaInfo) -> None:
    assert items.primary is not None
    grid = read_item(source, items, items.primary)
    size = grid_size(grid)
    if size and shape.stored and size != shape.stored:
        message = (
            f"a grid of {size[0]}x{size[1]} in a picture of {'x'.join(map(str, shape.stored))}"
        )
        info.faults.append((Fault.MALFORMED, message))


def _read_metadata(source: Source, items: Items, info: MediaInfo) -> None:
    if items.exif is not None:
        blob = read_item(source, items, items.exif)
        read_exif(blob[4 + int.from_bytes(blob[:4]) :] or blob[4:], info)
    if items.xmp is not None:
        read_xmp(read_item(source, items, items.xmp), info)


def _find_faults(source: Source, items: Items, info: MediaInfo, sequence: bool) -> None:
    problems, primary = items.problems, items.primary
    kind = items.types.get(primary or 0)
    if items.handler != b"pict":
        handler = name(items.handler) if items.handler else "nothing"
        problems.add(f"its items are handled by {handler}, not by pict (hdlr)")
    if kind is None:
        problems.add(f"the primary item {primary} is not listed (iinf)")
    elif primary not in items.locations and kind not in _WITHOUT_DATA and not sequence:
        problems.add(f"the primary item {primary} has no data (iloc)")
    info.faults += [(Fault.MALFORMED, problem) for problem in sorted(problems)]
    _note_past(last_byte(items), source, info)


def _note_past(end: int, source: Source, info: MediaInfo) -> None:
    if end > source.size and not any(fault is Fault.TRUNCATED for fault, _ in info.faults):
        message = f"pictures are said to go on to byte {end}, the file ends at {source.size}"
        info.faults.append((Fault.TRUNCATED, message))


def _sequence(top: Top) -> Track | None:
    """Return the track of pictures that a file plays, None when it holds single ones."""
    tracks = top.movie.tracks if top.movie else []
    return next((t for t in tracks if t.handler == STILLS and t.samples and not t.auxiliary), None)


def _read_track(track: Track, info: MediaInfo) -> None:
    visual, placed = track.visual, placement(track.turning)
    if visual is None or not visual.width or not visual.height:
        raise Malformed("a sequence of pictures without a size")
    info.orientation, info.rotation = 1, placed.rotation
    info.coded_width, info.coded_height = visual.width, visual.height
    info.width, info.height = visual.width, visual.height
    if placed.sideways:
        info.width, info.height = info.height, info.width
    info.bit_depth, info.hdr = visual.bit_depth, visual.hdr
    info.color_mode = "gray" if (visual.pix_fmt or "").startswith("gray") else "rgb"
    info.container = "avif" if visual.codec == "av1" else _image_container(info.container)


def _add_frames(track: Track, top: Top, info: MediaInfo) -> None:
    info.frames, info.duration_s = track.samples, track.counted_s
    if info.coded_width and info.coded_height:
        info.frame_pixels = info.coded_width * info.coded_height * track.samples
    movie = top.movie
    if movie and not info.has_alpha:
        stsds = (t.tables.get(b"stsd", (0, 0)) for t in movie.tracks if t.auxiliary)
        info.has_alpha = any(urn in movie.data[slice(*stsd)] for stsd in stsds for urn in ALPHA)

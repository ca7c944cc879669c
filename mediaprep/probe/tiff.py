"""Read a TIFF or BigTIFF: its first picture, how many follow, and whether its data is there.

TIFF 6.0 sections 3-8 (baseline tags), 15 (tiles), 18 (alpha), 20-23 (YCbCr, Lab), Adobe's TIFF
technical notes (ICC, XMP), Exif 3.0 section 4.6 (pointers), C2PA 2.1 section A.3.
"""

from __future__ import annotations

from mediaprep.model import Fault, MediaInfo
from mediaprep.probe.exif import BLANK, SERIALS, show
from mediaprep.probe.icc import describe_profile
from mediaprep.probe.ifd import Directories, Directory
from mediaprep.probe.source import Malformed, ReadError, Source
from mediaprep.probe.xmp import read_xmp

MAX_PAGES = 1000
MAX_PARTS = 1024  # strips or tiles whose place is checked: the last ones
PROFILE_BYTES = 4096
XMP_BYTES = 1 << 16

_SUBFILE, _WIDTH, _HEIGHT, _BITS, _PHOTOMETRIC, _ORIENTATION = 254, 256, 257, 258, 262, 274
_SAMPLES, _ROWS, _PLANAR, _EXTRA_SAMPLES = 277, 278, 284, 338
_STRIPS, _TILES, _JPEG = (273, 279), (324, 325), (513, 514)  # offsets, byte counts
_XMP, _ICC, _EXIF, _GPS, _DNG, _C2PA = 700, 34675, 34665, 34853, 50706, 52545
_LATITUDE, _LONGITUDE = 2, 4

_MODES = {
    **{0: "gray", 1: "gray", 2: "rgb", 3: "palette", 4: "bilevel", 5: "cmyk", 6: "ycbcr"},
    **{8: "lab", 9: "lab", 10: "lab", 32844: "gray", 32845: "rgb"},  # CIE, ICC, ITU; LogL, LogLuv
}
_ALPHA = frozenset((1, 2))  # associated, unassociated
_REDUCED, _MASK = 1, 4  # bits of NewSubfileType


def read(source: Source, info: MediaInfo) -> None:
    """Read the first directory, count those linked behind it, and check where the data ends.

    The first picture is the one that counts, as everywhere. `frames` leaves out reduced copies and
    masks.
    """
    directories = Directories(source)
    page, following = directories.read(directories.first)
    width, height = _size(directories, page)
    if not (width and height):
        message = f"the first picture is {width} x {height}"
        raise Malformed(message)
    info.coded_width, info.coded_height = width, height
    info.frames, info.frame_pixels = 1, width * height
    xmp = read_xmp(directories.raw(page[_XMP], XMP_BYTES), info) if _XMP in page else None
    show(info, directories.number(page, _ORIENTATION), xmp)
    _read_colors(directories, page, info)
    _read_marks(directories, page, info)
    _check_data(directories, page, source.size, info)
    _read_pages(directories, following, info)


def _size(directories: Directories, page: Directory) -> tuple[int, int]:
    width, height = directories.number(page, _WIDTH), directories.number(page, _HEIGHT)
    return max(width or 0, 0), max(height or 0, 0)


def _read_colors(directories: Directories, page: Directory, info: MediaInfo) -> None:
    bits = max(directories.numbers(page, _BITS, 8), default=1)
    photometric = directories.number(page, _PHOTOMETRIC)
    mode = _MODES.get(-1 if photometric is None else photometric)
    if mode == "gray" and bits == 1 and directories.number(page, _SAMPLES) in (None, 1):
        mode = "bilevel"
    info.color_mode = mode
    if mode is None:
        info.unread["color_mode"] = f"photometric interpretation {photometric}"
    if 1 <= bits <= 64:
        info.bit_depth = 8 if mode == "palette" else bits
    else:
        info.unread["bit_depth"] = f"{bits} bits a sample"
    info.has_alpha = not _ALPHA.isdisjoint(directories.numbers(page, _EXTRA_SAMPLES, 8))
    if _ICC in page:
        info.icc = describe_profile(directories.raw(page[_ICC], PROFILE_BYTES))


def _read_marks(directories: Directories, page: Directory, info: MediaInfo) -> None:
    marks = info.marks
    if _DNG in page:
        marks["raw"] = "DNG: camera raw data, which few decoders develop"
        info.faults.append((Fault.NOT_MEDIA, "a camera raw file (DNG): develop it to a picture"))
    if _C2PA in page:
        marks["c2pa"] = "C2PA manifest in a TIFF tag"
    gps = _linked(directories, page, _GPS)
    if _LATITUDE in gps and _LONGITUDE in gps:
        marks["gps"] = "GPS position in EXIF"
    private = _linked(directories, page, _EXIF)
    for tag, name in SERIALS.items():
        if tag in private and directories.raw(private[tag], 256).strip(BLANK):
            marks.setdefault("serial", f"{name} in EXIF")


def _linked(directories: Directories, page: Directory, tag: int) -> Directory:
    # EXIF or GPS; a broken one is not the picture's fault.
    at = directories.number(page, tag)
    try:
        return directories.read(at)[0] if at else {}
    except ReadError:
        return {}


def _check_data(directories: Directories, page: Directory, size: int, info: MediaInfo) -> None:
    kinds = [tags for tags in (_STRIPS, _TILES, _JPEG) if tags[0] in page]
    offsets = directories.numbers(page, kinds[0][0], MAX_PARTS, tail=True) if kinds else ()
    if not offsets:
        message = "no strips and no tiles: there is no picture in it"
        raise Malformed(message)
    counts = directories.numbers(page, kinds[0][1], MAX_PARTS, tail=True)
    if len(counts) != len(offsets):  # optional in files without compression
        counts = (1,) * len(offsets)
    end = max(map(int.__add__, offsets, counts))
    if end > size:
        fault = f"the picture's data ends at {end}, the file ends at {size}"
        info.faults.append((Fault.TRUNCATED, fault))
    strips, expected = page[kinds[0][0]].items, _strips(directories, page)
    if kinds[0] == _STRIPS and strips < expected:
        info.faults.append((Fault.MALFORMED, f"{strips} strips, {expected} are needed"))


def _strips(directories: Directories, page: Directory) -> int:
    height = _size(directories, page)[1]
    rows = directories.number(page, _ROWS) or height
    planes = directories.number(page, _SAMPLES) if directories.number(page, _PLANAR) == 2 else 1
    return -(-height // rows) * (planes or 1)


def _read_pages(directories: Directories, at: int, info: MediaInfo) -> None:
    # A chain may lead back to itself.
    frames, pixels = 1, info.frame_pixels or 0
    seen = {directories.first}
    while at:
        if at in seen:
            fault = f"the page at byte {at} is linked twice"
            info.faults.append((Fault.MALFORMED, fault))
            break
        seen.add(at)
        if len(seen) > MAX_PAGES:
            info.frames = info.frame_pixels = None
            info.unread["frames"] = info.unread["frame_pixels"] = f"more than {MAX_PAGES} pages"
            return
        page, at = directories.read(at)
        if not (directories.number(page, _SUBFILE) or 0) & (_REDUCED | _MASK):
            width, height = _size(directories, page)
            frames += 1
            pixels += width * height
            info.frames, info.frame_pixels = frames, pixels

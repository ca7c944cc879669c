"""Read the orientation and the marks out of an XMP packet, by searching its bytes.

XMP part 1 (ISO 16684-1): a property is written either as an attribute or as an element, so each is
looked for as `name="value"` and as `name>value<`. An XML parser would cost more than all of the
rest of a probe, and hostile XML is not worth parsing for a mark.
"""

from __future__ import annotations

import re

from mediaprep.model import MediaInfo

MAX_BYTES = 1 << 18  # of one packet; the properties that matter stand near its start

# property -> the prefix that it must have (where the name alone is common), mark, what was found
_PROPERTIES = {
    b"GPSLatitude": (b"", "gps", "GPS position in XMP"),
    b"GPSLongitude": (b"", "gps", "GPS position in XMP"),
    b"SerialNumber": (b"", "serial", "SerialNumber in XMP"),
    b"BodySerialNumber": (b"", "serial", "BodySerialNumber in XMP"),
    b"LensSerialNumber": (b"", "serial", "LensSerialNumber in XMP"),
    b"OwnerName": (b"", "serial", "OwnerName in XMP"),
    b"CameraOwnerName": (b"", "serial", "CameraOwnerName in XMP"),
    b"MotionPhoto": (b"", "motion-photo", "MotionPhoto in XMP"),
    b"MicroVideo": (b"", "motion-photo", "MicroVideo in XMP"),
    b"Version": (b"hdrgm", "gain-map", "HDR gain map in XMP"),
    b"provenance": (b"dcterms", "c2pa", "C2PA manifest linked from XMP"),
}
_AI_SOURCE = b"lgorithmicMedia"  # algorithmic, trainedAlgorithmic, compositeWithTrainedAlgorithmic
_TURNS = frozenset(b"12345678"[i : i + 1] for i in range(8))
# The colon first: the search then stops at one byte in thirty instead of at each.
_PROPERTY = re.compile(
    rb":(%s|Orientation|DigitalSourceType)\s*+(?:=\s*+[\"']|>)\s*+([^\"'<]{0,128})"
    % b"|".join(_PROPERTIES)
)


def read_xmp(blob: bytes, info: MediaInfo) -> int | None:
    """Return the `tiff:Orientation` of an XMP packet, None when it has none, and mark the rest."""
    blob = blob[:MAX_BYTES]
    if b"\0" in blob[:8]:  # UTF-16 or UTF-32: what is looked for is ASCII in any of them
        blob = blob.replace(b"\0", b"")
    orientation = None
    for match in _PROPERTY.finditer(blob):
        name, value = match[1], match[2].strip()
        if name == b"Orientation":
            if value in _TURNS and blob.endswith(b"tiff", 0, match.start()):
                orientation = orientation or int(value)
        elif name == b"DigitalSourceType":
            if _AI_SOURCE in value:
                info.marks["ai-generated"] = "made by a model, says DigitalSourceType in XMP"
        elif value.strip(b"0"):
            prefix, mark, found = _PROPERTIES[name]
            if blob.endswith(prefix, 0, match.start()):
                info.marks.setdefault(mark, found)
    return orientation

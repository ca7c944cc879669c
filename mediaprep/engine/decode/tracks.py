"""What came out of the tracks of one file: counted, timed, and summed up."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from mediaprep.engine.decode import Decoded
from mediaprep.model import Fault


@dataclass(slots=True)
class Track:
    """What was read and decoded of one stream."""

    kind: str
    packets: int = 0
    frames: int = 0
    size: tuple[int, int] | None = None
    first_s: Fraction | None = None
    end_s: Fraction = Fraction(0)
    counted_s: Fraction = Fraction(0)

    def show(self, start_s: Fraction | None, length_s: Fraction) -> None:
        """Place a frame in time."""
        self.counted_s += length_s
        if start_s is not None:
            self.first_s = start_s if self.first_s is None else min(self.first_s, start_s)
            self.end_s = max(self.end_s, start_s + length_s)


@dataclass(slots=True)
class Tracks:
    """All of one file, and everything that went wrong with it."""

    by_index: dict[int, Track] = field(default_factory=dict)
    trouble: list[str] = field(default_factory=list)
    changed: str = ""  # how the picture's size changed on the way
    tail: str = ""  # what came after the last frame
    stopped: bool = False  # time was up

    def summary(self) -> Decoded:
        """Return it in the terms of a `Decoded`."""
        tracks = list(self.by_index.values())
        seen = [t for t in tracks if t.kind != "subtitle"]
        main = next((t for t in seen if t.kind == "video"), seen[0] if seen else None)
        found = Decoded(note=self.tail, faults=self._faults(seen))
        if main is not None:
            found.width, found.height = main.size or (None, None)
        if self.stopped:
            reached_s = max((float(t.end_s) for t in seen), default=0.0)
            found.note = f"the first {reached_s:.1f} s were decoded"
        elif main is not None:
            found.frames = main.frames if main.kind == "video" else None
            _time(found, main, tracks)
        return found

    def _faults(self, tracks: list[Track]) -> list[tuple[str, str]]:
        faults = []
        if self.trouble:
            more = f" (and {len(self.trouble) - 1} more)" if len(self.trouble) > 1 else ""
            reason = f"ffmpeg cannot decode it: {self.trouble[0]}{more}"
            faults.append((Fault.UNDECODABLE.value, reason))
        elif not any(t.frames for t in tracks):
            faults.append((Fault.UNDECODABLE.value, "not one frame came out"))
        elif barren := next((t for t in tracks if t.packets and not t.frames), None):
            reason = f"not one frame came out of an {barren.kind} track".replace("an v", "a v")
            faults.append((Fault.UNDECODABLE.value, reason))
        if self.changed:
            faults.append((Fault.MISMATCH.value, self.changed))
        return faults


def _time(found: Decoded, main: Track, tracks: list[Track]) -> None:
    if main.first_s is not None:
        found.span_s = float(main.end_s - main.first_s)
    found.counted_s = float(main.counted_s) or None
    starts = [t.first_s for t in tracks if t.first_s is not None]
    if starts:
        until_s = max(t.end_s for t in tracks)
        found.until_s, found.whole_s = float(until_s), float(until_s - min(starts))

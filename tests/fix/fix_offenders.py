"""Files with one, two or three faults at a time, made of a compliant one; and what a fix must do.

Faults are named changes to a recipe for a file. They are combined at random, but every single one
comes first, then pairs and triples.
"""

from __future__ import annotations

import random
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image
from pillow_heif import register_heif_opener

import mediaprep
from mediaprep.fix import ffmpeg
from mediaprep.fix.outcome import Deed, Fixed, FixReport

register_heif_opener()
Facts = dict[str, Any]

# Group -> name -> what it changes; of each group a file has one fault at most.
_IMAGE: dict[str, dict[str, Facts]] = {
    "shape": {
        "small": {"size": (120, 90)},
        "tiny": {"size": (16, 16)},
        "low": {"size": (640, 280)},
        "panorama": {"size": (1500, 400)},
        "strip": {"size": (3000, 310)},
        "tower": {"size": (310, 1201)},
        "large": {"size": (6100, 4001)},
        "long": {"size": (320, 6400)},
        "odd": {"size": (301, 751)},
    },
    "form": {
        "avif": {"form": "AVIF", "ext": "avif"},
        "webp": {"form": "WEBP", "ext": "webp"},
        "bmp": {"form": "BMP", "ext": "bmp"},
        "tiff": {"form": "TIFF", "ext": "tif"},
        "gif": {"form": "GIF", "ext": "gif"},
        "heic": {"form": "HEIF", "ext": "heic"},
        "jpeg2000": {"form": "JPEG2000", "ext": "jp2"},
    },
    "name": {"misnamed": {"ext": "png", "form": "JPEG"}, "unnamed": {"ext": "dat"}},
    "mode": {
        "gray": {"mode": "L"},
        "alpha": {"mode": "RGBA", "form": "PNG", "ext": "png"},
        "palette": {"mode": "P", "form": "PNG", "ext": "png"},
        "inks": {"mode": "CMYK", "form": "JPEG", "ext": "jpg"},
        "deep": {"mode": "I;16", "form": "PNG", "ext": "png"},
        "bilevel": {"mode": "1", "form": "PNG", "ext": "png"},
    },
    "turn": {"turned": {"orientation": 6}, "mirrored": {"orientation": 5}},
    "motion": {
        "animated": {"frames": 3, "form": "GIF", "ext": "gif"},
        "moving": {"frames": 3, "form": "WEBP", "ext": "webp"},
    },
    "bytes": {"torn": {"cut": 0.6}, "empty": {"cut": 0.0}},
}
_CLIP: dict[str, dict[str, Facts]] = {
    "shape": {
        "small": {"size": (320, 240)},
        "large": {"size": (1920, 1080)},
        "wide": {"size": (1600, 400)},
        "tall": {"size": (360, 1280)},
    },
    "rate": {"slow": {"fps": "12"}, "film": {"fps": "24000/1001"}, "fast": {"fps": "120"}},
    "time": {"short": {"seconds": 1.0}, "long": {"seconds": 17.0}},
    "form": {
        "mkv": {"ext": "mkv"},
        "webm": {"ext": "webm", "video": "libvpx", "sound": "libopus"},
        "avi": {"ext": "avi", "video": "mpeg4", "sound": "mp3"},
        "mov": {"ext": "mov"},
        "ts": {"ext": "ts"},
    },
    "codec": {"mpeg4": {"video": "mpeg4"}},
    "pixels": {"full": {"pix": "yuv444p"}, "ten": {"pix": "yuv420p10le"}},
    "sound": {"silent": {"sound": None}, "surround": {"channels": 6}},
    "aspect": {"anamorphic": {"sar": "4/3"}},
    "index": {"fragmented": {"flags": "frag_keyframe+empty_moov"}, "late": {"flags": ""}},
    "bytes": {"torn": {"cut": 0.5}},
}
_SOUND: dict[str, dict[str, Facts]] = {
    "time": {"short": {"seconds": 0.4}, "long": {"seconds": 31.0}, "hair": {"seconds": 15.05}},
    "form": {
        "flac": {"ext": "flac"},
        "ogg": {"ext": "ogg", "codec": "libvorbis"},
        "m4a": {"ext": "m4a"},
        "aiff": {"ext": "aiff"},
        "mp3": {"ext": "mp3"},
        "aac": {"ext": "aac"},
    },
    "rate": {"telephone": {"rate": 8000}, "studio": {"rate": 96000}},
    "channels": {"stereo": {"channels": 2}, "surround": {"channels": 6}},
    "bytes": {"torn": {"cut": 0.5}, "empty": {"cut": 0.0}},
}
_FAULTS = {"image": _IMAGE, "clip": _CLIP, "sound": _SOUND}
_BASE: dict[str, Facts] = {
    "image": {"size": (640, 480), "form": "JPEG", "ext": "jpg", "mode": "RGB"},
    "clip": {"size": (960, 540), "fps": "25", "seconds": 2.4, "ext": "mp4", "sar": "1"},
    "sound": {"seconds": 3.0, "ext": "wav", "rate": 44100, "channels": 1},
}
_FORMS = {"JPEG": "RGB L CMYK", "PNG": "RGB L RGBA P 1 I;16", "GIF": "P", "BMP": "RGB L P 1"}


@dataclass(frozen=True)
class Offender:
    """One file to be made: its kind and its faults."""

    kind: str
    faults: tuple[str, ...]
    facts: Mapping[str, Any]

    def write(self, folder: Path, number: int) -> Path:
        """Make the file; returns its path."""
        path = folder / f"{number:05}-{self.kind}-{'-'.join(self.faults) or 'good'}"
        path = path.with_name(f"{path.name}.{self.facts['ext']}")
        {"image": _write_image, "clip": _write_clip, "sound": _write_sound}[self.kind](
            path, self.facts
        )
        if (share := self.facts.get("cut")) is not None:
            data = path.read_bytes()
            path.write_bytes(data[: int(len(data) * share)])
        return path


def offenders(kind: str, count: int, seed: int = 0) -> Iterator[Offender]:
    """Yield a compliant file, each fault alone, then pairs and triples at random."""
    rng = random.Random(f"{kind} {seed}")
    groups = _FAULTS[kind]
    yield Offender(kind, (), _BASE[kind])
    singles = [(group, name) for group, faults in groups.items() for name in faults]
    for made in range(1, count):
        if made <= len(singles):
            chosen = [singles[made - 1]]
        else:
            names = rng.sample(sorted(groups), rng.choice((2, 3)))
            chosen = [(group, rng.choice(sorted(groups[group]))) for group in sorted(names)]
        facts = dict(_BASE[kind])
        for group, name in chosen:
            facts |= groups[group][name]
        yield Offender(kind, tuple(name for _, name in chosen), facts)


def _write_image(path: Path, facts: Mapping[str, Any]) -> None:
    picture = Image.radial_gradient("L").resize(facts["size"])
    form, mode = facts["form"], facts["mode"]
    picture = picture.convert("RGB").convert("L") if mode == "L" else picture.convert("RGB")
    if mode == "I;16":
        picture = picture.convert("I").point(lambda value: value * 256).convert("I;16")
    elif mode not in ("RGB", "L"):
        picture = picture.convert(mode)
    if mode == "RGBA":
        picture.putalpha(Image.radial_gradient("L").resize(facts["size"]))
    if mode not in _FORMS.get(form, "RGB L"):
        picture = picture.convert("RGB")
    options: Facts = {}
    if "orientation" in facts and form in ("JPEG", "WEBP", "PNG", "TIFF"):
        exif = Image.Exif()
        exif[0x0112] = facts["orientation"]
        options["exif"] = exif
    if "frames" in facts and form in ("GIF", "WEBP", "PNG", "TIFF"):
        others = [picture.transpose(turn) for turn in list(Image.Transpose)[: facts["frames"]][:2]]
        options |= {"save_all": True, "append_images": others}
    picture.save(path, form, **options)


def _write_clip(path: Path, facts: Mapping[str, Any]) -> None:
    width, height = facts["size"]
    seconds, ext = facts["seconds"], facts["ext"]
    source = f"gradients=s={width}x{height}:r={facts['fps']}:d={seconds}:seed=1"
    words = ["-f", "lavfi", "-i", source]
    sound = facts.get("sound", "aac")
    if sound:
        layout = "5.1" if facts.get("channels") == 6 else "mono"
        tone = f"sine=f=440:r=48000:d={seconds},aformat=channel_layouts={layout}"
        words += ["-f", "lavfi", "-i", tone, "-c:a", sound]
    video = facts.get("video", "libx264")
    words += ["-vf", f"setsar={facts['sar']}", "-c:v", video]
    words += ["-pix_fmt", facts.get("pix", "yuv420p") if video == "libx264" else "yuv420p"]
    if video == "libx264":
        words += ["-preset", "ultrafast"]
    if ext in ("mp4", "mov"):
        words += ["-movflags", facts.get("flags", "faststart")]
    if ext == "webm":
        words += ["-c:v", "libvpx", "-deadline", "realtime"]
    if ext == "webm" and sound:
        words += ["-c:a", "libopus"]
    _run(*words, str(path))


def _write_sound(path: Path, facts: Mapping[str, Any]) -> None:
    layout = {1: "mono", 2: "stereo", 6: "5.1"}[facts["channels"]]
    rate = facts["rate"]
    if facts["ext"] == "mp3":
        layout, rate = ("stereo" if layout == "5.1" else layout), min(rate, 48000)
    tone = f"sine=f=440:r={rate}:d={facts['seconds']},aformat=channel_layouts={layout}"
    words = ["-f", "lavfi", "-i", tone]
    if "codec" in facts:
        words += ["-c:a", facts["codec"]]
    _run(*words, str(path))


def _run(*words: str) -> None:
    command = [ffmpeg.find(), "-nostdin", "-loglevel", "error", "-y", *words]
    done = subprocess.run(command, capture_output=True, timeout=120, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr.decode(errors="replace"))


def fix(folder: Path, out: Path, profile: str, *, unsafe: bool) -> FixReport:
    """Fix a folder into a tree."""
    return mediaprep.fix(folder, [profile], out=out, unsafe_fixes=unsafe, scores=False)


def failures(report: FixReport) -> list[str]:
    """Name what neither came out clean nor was refused for a reason."""
    return [line for fixed in report.results if (line := _failure(fixed))]


def _failure(fixed: Fixed) -> str:
    name = Path(fixed.before.path).name
    if fixed.deed is Deed.FAILED:
        return f"{name}: {fixed.why} ({'; '.join(step.words for step in fixed.plan.steps)})"
    if fixed.deed is Deed.LEFT:
        # A kind that is not taken, and bytes that cannot be read, are in conflict with no limit.
        reasons = ("PRB", "CON001")
        broken = any(finding.code.startswith(reasons) for finding in fixed.before.findings)
        limits = fixed.plan.conflict.limits if fixed.plan.conflict else ()
        return "" if fixed.why and (limits or broken) else f"{name}: left for no reason"
    errors = [f for f in fixed.after.findings if f.verdict is not mediaprep.Verdict.PASS]
    return f"{name}: {fixed.deed}, but {errors[0].message}" if errors else ""


def unstable(once: Path, twice: Path) -> list[str]:
    """Name the files of a fixed tree that a second fix changes."""
    second = {path.name: path for path in twice.iterdir() if not path.name.startswith(".")}
    first = {path.name: path for path in once.iterdir() if not path.name.startswith(".")}
    names = first.keys() ^ second.keys()
    names |= {n for n in first.keys() & second if first[n].read_bytes() != second[n].read_bytes()}
    return sorted(names)

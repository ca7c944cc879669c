"""Small media files made on the spot, sound ones and hostile ones."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import av
import pillow_heif
from PIL import Image

pillow_heif.register_heif_opener()

SIZE = (48, 32)


def picture(kind: str, size: tuple[int, int] = SIZE, frames: int = 1, **options: Any) -> bytes:
    """Return a picture of noise, or an animation of different noises."""
    width, height = size
    noise = bytes((x * 37 + y * 11) % 251 for y in range(height) for x in range(width * 3))
    first = Image.frombytes("RGB", size, noise)
    if frames > 1:
        turned = [first.rotate(90 * number) for number in range(1, frames)]
        options |= {"save_all": True, "append_images": turned}
    out = io.BytesIO()
    first.save(out, kind, **options)
    return out.getvalue()


def fax() -> bytes:
    """Return a bilevel TIFF in CCITT Group 4."""
    lines = bytes((n * 7919) % 256 for n in range(50 * 300))
    out = io.BytesIO()
    Image.frombytes("1", (400, 300), lines).save(out, "TIFF", compression="group4")
    return out.getvalue()


def film(container: str, codec: str, sound: str = "", seconds: float = 1.0) -> bytes:
    """Return a film of 25 frames a second; with `sound`, it has a track of silence."""
    out = io.BytesIO()
    with av.open(out, "w", format=container) as target:
        video: Any = target.add_stream(codec, rate=25, options={"strict": "-2"})
        video.width, video.height, video.pix_fmt = *SIZE, "yuv420p"
        audio: Any = target.add_stream(sound, rate=8000) if sound else None
        for number in range(int(25 * seconds)):
            image = Image.effect_noise(SIZE, 60 + number).convert("RGBA")
            frame = av.VideoFrame.from_bytes(image.tobytes(), *SIZE, format="rgba")
            target.mux(video.encode(frame.reformat(format="yuv420p")))
        target.mux(video.encode())
        if audio is not None:
            _silence(target, audio, seconds)
    return out.getvalue()


def sound(container: str, codec: str, rate: int) -> bytes:
    """Return a second of silence."""
    out = io.BytesIO()
    with av.open(out, "w", format=container) as target:
        _silence(target, target.add_stream(codec, rate=rate), 1.0)
    return out.getvalue()


def _silence(target: Any, stream: Any, seconds: float) -> None:
    rate = stream.rate
    for number in range(int(10 * seconds)):
        frame = av.AudioFrame(format="s16", layout="mono", samples=rate // 10)
        frame.sample_rate, frame.pts = rate, number * (rate // 10)
        frame.planes[0].update(bytes(frame.planes[0].buffer_size))
        target.mux(stream.encode(frame))
    target.mux(stream.encode())


def wav(seconds: float = 1.0) -> bytes:
    data = bytes(int(8000 * seconds) * 2)
    form = struct.pack("<IHHIIHH", 16, 1, 1, 8000, 16000, 2, 16)
    body = b"WAVEfmt " + form + b"data" + struct.pack("<I", len(data)) + data
    return b"RIFF" + struct.pack("<I", len(body)) + body


def png_bomb(side: int) -> bytes:
    """Return a few kilobytes that unfold to a bilevel picture of `side` squared."""
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    data = zlib.compress(bytes(side // 8 * 64))
    chunks = ((b"IHDR", header), (b"IDAT", data), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


def jpeg_bomb(side: int) -> bytes:
    """Return a JPEG whose frame header announces `side` squared."""
    data = bytearray(picture("JPEG"))
    struct.pack_into(">HH", data, data.index(b"\xff\xc0") + 5, side, side)
    return bytes(data)


def lack(data: bytes, at: float, length: int) -> bytes:
    """Leave some bytes out, as a lost packet does."""
    start = int(len(data) * at)
    return data[:start] + data[start + length :]


def hole(data: bytes, at: float, length: int) -> bytes:
    """Zero some bytes, as a bad sector does."""
    start = int(len(data) * at)
    return data[:start] + bytes(length) + data[start + length :]

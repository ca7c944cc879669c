"""Build ffmpeg's arguments for a recipe: the one place where a graph is put together."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import ffmpeg

from mediaprep.engine.decode.formats import DEMUXERS
from mediaprep.errors import FixFailed
from mediaprep.fix import picture, sound
from mediaprep.fix.look import Look, assumed
from mediaprep.fix.picture import BLUR, Filter, decimal
from mediaprep.fix.recipe import AudioRecipe, Mode, VideoRecipe
from mediaprep.fix.times import Timing, even_rate, timing
from mediaprep.model import MediaInfo

GLOBAL = ("-nostdin", "-hide_banner", "-nostats", "-y", "-loglevel")

MUXERS = {
    "mp4": "mp4", "m4v": "mp4", "mov": "mov", "3gp": "3gp", "m4a": "ipod", "matroska": "matroska",
    "webm": "webm", "wav": "wav", "mp3": "mp3",
}  # fmt: skip
# ffmpeg's own decoders pass over the stream that holds the alpha.
_ALPHA_DECODERS = {"vp8": "libvpx", "vp9": "libvpx-vp9"}
_INDEXED = frozenset({"mp4", "m4v", "mov", "3gp", "m4a"})  # their index can stand first
_THREADS = 8  # x264's result depends on their number: the same everywhere
_SLACK_S = 1  # read past the window, so that the filters decide where it ends
_FINE_TICKS = 10_000  # a second at the least, for a start between two frames
_QUEUE = 4096  # packets of one track that wait for the first of the other


@dataclass(frozen=True, slots=True)
class Coding:
    """How well and how large to encode; quality decides as long as it fits below `maxrate`."""

    crf: float = 12.0  # VMAF 97 and more at 720 lines; byte limits are generous
    preset: str = "fast"
    maxrate: int | None = None  # bit/s of pictures
    gain_db: float = 0.0
    spare_s: Fraction = Fraction(0)  # left off the end, as the container adds to it
    frames: int | None = None  # of a copied cut: as many as show without a hole
    evens: bool = True  # whether this ffmpeg can space copied frames evenly


@dataclass(frozen=True, slots=True)
class Job:
    """One file, what is to become of it, and what was found out on the way."""

    info: MediaInfo
    recipe: VideoRecipe | AudioRecipe
    out_path: str
    look: Look | None = None
    coding: Coding = field(default_factory=Coding)

    @property
    def timing(self) -> Timing:
        """The exact times."""
        return timing(self.recipe, self.info, self.coding.spare_s)


def arguments(job: Job, log: str = "error") -> list[str]:
    """Return ffmpeg's arguments, without the program, that carry out the job."""
    if job.recipe.mode is not Mode.ENCODE:
        output = _copy(job)
    elif isinstance(job.recipe, VideoRecipe):
        output = _encode_video(job, job.recipe)
    else:
        output = _encode_sound(job, job.recipe)
    return [*GLOBAL, log, "-progress", "pipe:1", *ffmpeg.get_args(output)]


def look_arguments(info: MediaInfo) -> list[str]:
    """Return the arguments that have ffmpeg describe the first frame."""
    shown = _source(info)["V:0"].filter("showinfo", checksum=0)
    output = ffmpeg.output(shown, "-", f="null", **{"frames:v": 1})
    return [*GLOBAL, "info", *ffmpeg.get_args(output)]


def packets_arguments(info: MediaInfo, end_s: float) -> list[str]:
    """Return the arguments that have ffmpeg list the pictures' packets on stdout."""
    source = _source(info, t=f"{end_s:.6f}")["V:0"]
    return [*GLOBAL, "error", *ffmpeg.get_args(ffmpeg.output(source, "-", f="framecrc", c="copy"))]


def peak_arguments(job: Job) -> list[str]:
    """Return the arguments that have ffmpeg measure the highest sample of the result."""
    assert isinstance(job.recipe, AudioRecipe)
    chain = _sound_filters(job, job.recipe)
    chain.append(("aformat", {"sample_fmts": "fltp"}))
    chain.append(("astats", {"measure_perchannel": "none", "measure_overall": "Peak_level"}))
    output = ffmpeg.output(_through(_source(job.info, job.timing)["a:0"], chain), "-", f="null")
    return [*GLOBAL, "info", *ffmpeg.get_args(output)]


def samples_arguments(info: MediaInfo, rate: int, end_s: float) -> list[str]:
    """Return the arguments that have ffmpeg write the sound as mono 16-bit samples to stdout."""
    source = _source(info, t=f"{end_s:.6f}")["a:0"]
    output = ffmpeg.output(source, "pipe:1", f="s16le", ac=1, ar=rate, **{"c:a": "pcm_s16le"})
    return [*GLOBAL, "error", *ffmpeg.get_args(output)]


def scenes_arguments(info: MediaInfo, end_s: float, threshold: float) -> list[str]:
    """Return the arguments that have ffmpeg print when a new scene starts."""
    chain: list[Filter] = [
        ("scale", {"w": 320, "h": -2, "flags": "fast_bilinear"}),
        ("select", {"expr": f"gt(scene,{threshold})"}),
        ("metadata", {"mode": "print", "file": "-"}),
    ]
    found = _through(_source(info, t=f"{end_s:.6f}")["V:0"], chain)
    return [*GLOBAL, "error", *ffmpeg.get_args(ffmpeg.output(found, "-", f="null"))]


def poster_arguments(info: MediaInfo, at_s: float, side: int, quality: int) -> list[str]:
    """Return the arguments that have ffmpeg write one frame to stdout as a small JPEG."""
    within = {"w": f"min({side},iw)", "h": f"min({side},ih)"}
    chain: list[Filter] = [
        ("scale", {"w": "iw*sar", "h": "ih"}),
        ("setsar", {"sar": 1}),
        ("scale", {**within, "force_original_aspect_ratio": "decrease"}),
        ("format", {"pix_fmts": "yuvj420p"}),
    ]
    shown = _through(_source(info, ss=f"{at_s:.6f}")["V:0"], chain)
    options = {"f": "image2pipe", "c:v": "mjpeg", "q:v": quality, "frames:v": 1}
    return [*GLOBAL, "error", *ffmpeg.get_args(ffmpeg.output(shown, "pipe:1", **options))]


def compare_arguments(job: Job, measure: str) -> list[str]:
    """Return the arguments that hold the result against its source brought to the same shape."""
    assert isinstance(job.recipe, VideoRecipe)
    made = ffmpeg.input(f"file:{job.out_path}", **_opened(job.recipe.container))["V:0"]
    wanted = _pictures(job, job.recipe, _source(job.info, job.timing))
    from_zero: list[Filter] = [
        ("settb", {"expr": "1/90000"}),
        ("setpts", {"expr": "PTS-STARTPTS"}),
    ]
    made, wanted = (_through(side, from_zero) for side in (made, wanted))
    compared = ffmpeg.filter([made, wanted], measure, shortest=1)
    return [*GLOBAL, "info", *ffmpeg.get_args(ffmpeg.output(compared, "-", f="null"))]


def _copy(job: Job) -> Any:
    end_s = job.timing.length_s
    until = {"t": decimal(end_s)} if job.recipe.mode is Mode.CUT and end_s is not None else {}
    counted = {} if job.coding.frames is None else {"frames:v": job.coding.frames}
    options = {"c": "copy", **until, **counted, **_evened(job), **_tag(job), **_container(job)}
    return ffmpeg.output(*_tracks(job, _source(job.info)), f"file:{job.out_path}", **options)


def _evened(job: Job) -> dict[str, Any]:
    """Put the frames of a clock that ticks in milliseconds back where they were, by their rate."""
    rate = even_rate(job.info, job.recipe.container)
    if rate is None or not job.coding.evens or not isinstance(job.recipe, VideoRecipe):
        return {}
    times = -(-_FINE_TICKS // rate.numerator)
    second, frame = rate.numerator * times, rate.denominator * times
    pts, dts = (f"STARTPTS+round(({name}-STARTPTS)/{frame})*{frame}" for name in ("PTS", "DTS"))
    # Apart, since releases differ in which base the numbers count while it is changed.
    finer = f"setts=time_base=1/{second}:pts=PTS:dts=DTS"
    return {"bsf:v": f"{finer},setts=pts={pts}:dts={dts}:duration={frame}"}


def _tracks(job: Job, source: Any) -> list[Any]:
    """Return the first picture track, cover art aside, and the first sound track."""
    tracks = [source["V:0"]] if isinstance(job.recipe, VideoRecipe) else []
    return [*tracks, source["a:0"]] if has_sound(job.info) else tracks


def _encode_video(job: Job, recipe: VideoRecipe) -> Any:
    source, coding = _source(job.info, job.timing), job.coding
    streams = [_pictures(job, recipe, source)]
    options: dict[str, Any] = {
        "c:v": "libx264", "preset": coding.preset, "crf": f"{coding.crf:g}", "pix_fmt": "yuv420p",
        "threads:v": _THREADS, "flags:v": "+bitexact", "max_muxing_queue_size": _QUEUE,
    }  # fmt: skip
    if coding.maxrate is not None:
        options |= {"maxrate": coding.maxrate, "bufsize": coding.maxrate}
    if has_sound(job.info):
        if keeps_sound(job):
            streams.append(source["a:0"])
            options["c:a"] = "copy"
        else:
            # Gaps are filled and a late start with silence, so that it stays in step.
            chain: list[Filter] = [("aresample", {"async": 1, "first_pts": 0})]
            chain += sound.retime(job.timing, job.info.sample_rate)
            streams.append(_through(source["a:0"], chain))
            options |= {"c:a": "aac", "b:a": sound_bits_s(job), "flags:a": "+bitexact"}
    return ffmpeg.output(*streams, f"file:{job.out_path}", **options, **_container(job))


def _pictures(job: Job, recipe: VideoRecipe, source: Any) -> Any:
    look = job.look or assumed(job.info)
    shown = _through(source["V:0"], picture.weave(look) + picture.retime(job.timing))
    if recipe.flatten is not None and look.alpha:
        shown = _flattened(shown, recipe.flatten, look)
    shown = _through(shown, picture.reshape(recipe, job.info, look))
    if recipe.framing.fill != BLUR or recipe.framing.canvas is None:
        return shown
    sides = shown.filter_multi_output("split")
    behind = _through(sides[1], picture.blurred(recipe.framing.canvas))
    placed = ffmpeg.overlay(behind, sides[0], x="(W-w)/2", y="(H-h)/2", format="yuv420")
    return placed.filter("format", pix_fmts="yuv420p")


def _flattened(shown: Any, colour: str, look: Look) -> Any:
    """Put a colour behind transparent pixels, before they are scaled: no halo at their edges."""
    sides = _through(shown, picture.see_through(look)).filter_multi_output("split")
    behind = _through(sides[1], picture.plain(colour))
    return ffmpeg.overlay(behind, sides[0], format="rgb").filter("format", pix_fmts="rgb24")


def _encode_sound(job: Job, recipe: AudioRecipe) -> Any:
    stream = _through(_source(job.info, job.timing)["a:0"], _sound_filters(job, recipe))
    if job.coding.gain_db:
        stream = stream.filter("volume", volume=f"{job.coding.gain_db:.3f}dB")
    length_s = job.timing.length_s or job.info.duration_s
    options = sound.encoder(recipe, job.info, length_s) | {"flags:a": "+bitexact"}
    return ffmpeg.output(stream, f"file:{job.out_path}", **options, **_container(job))


def _sound_filters(job: Job, recipe: AudioRecipe) -> list[Filter]:
    rate = sound.sample_rate(recipe, job.info)
    # No picture to stay in step with: what counts is how long it sounds, not when it starts.
    from_zero: list[Filter] = [("asetpts", {"expr": "PTS-STARTPTS"})]
    if job.info.audio_codec != "pcm":
        from_zero.append(("aresample", {"async": 1}))  # packets that decode to less leave gaps
    return sound.convert(recipe, job.info) + from_zero + sound.retime(job.timing, rate)


def _container(job: Job) -> dict[str, Any]:
    options: dict[str, Any] = {
        "f": MUXERS.get(job.recipe.container, job.recipe.container),
        "map_chapters": -1, "fflags": "+bitexact",
        "map_metadata": 0,  # said, ffmpeg keeps the time of recording, too
    }  # fmt: skip
    if _indexed(job):
        options["movflags"] = "+faststart"
    if job.recipe.strip_private:
        options["map_metadata"] = -1  # names and places hide under any key
    return options


def _tag(job: Job) -> dict[str, Any]:
    """Name copied HEVC as players want it in an MP4."""
    return {"tag:v": "hvc1"} if job.info.video_codec == "hevc" and _indexed(job) else {}


def _indexed(job: Job) -> bool:
    return job.recipe.container in _INDEXED


def has_sound(info: MediaInfo) -> bool:
    """Whether there is a sound track to keep."""
    return bool(info.audio_tracks if info.audio_tracks is not None else info.audio_codec)


def keeps_sound(job: Job) -> bool:
    """Whether the sound of a clip that is encoded can be copied as it is."""
    untouched = job.recipe.window is None and job.recipe.extend_to_s is None
    return untouched and job.info.audio_codec == "aac" and not job.coding.spare_s


def sound_bits_s(job: Job) -> int:
    """Return the bit rate at which the sound of a clip is encoded."""
    return sound.AAC_BITS_S * (job.info.channels or sound.STEREO) // sound.STEREO


def _source(info: MediaInfo, taken: Timing | None = None, **options: Any) -> Any:
    if taken is not None and taken.start_s:
        options["ss"] = decimal(taken.start_s)
    if taken is not None and taken.end_s is not None:
        options["t"] = decimal(taken.end_s - taken.start_s + _SLACK_S)
    if info.has_alpha and info.video_codec in _ALPHA_DECODERS:
        options["c:v"] = _ALPHA_DECODERS[info.video_codec]
    return ffmpeg.input(f"file:{info.path}", **_opened(info.container), **options)


def _opened(container: str | None) -> dict[str, Any]:
    """Bind ffmpeg to one demuxer: a playlist would have it open what the playlist names."""
    demuxer = DEMUXERS.get(container or "")
    if demuxer is None:
        raise FixFailed(f"no demuxer of ffmpeg is used for {container or 'its content'}")
    named = {} if "," in demuxer else {"f": demuxer}
    return {**named, "format_whitelist": demuxer, "protocol_whitelist": "file"}


def _through(stream: Any, filters: list[Filter]) -> Any:
    for name, options in filters:
        stream = stream.filter(name, **options)
    return stream

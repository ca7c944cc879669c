"""REQ: a generation request. The rules as they are declared; `rules.reqjudge` applies them.

Most commands judge no request, and load no more than this.
"""

from __future__ import annotations

from mediaprep.model import Severity
from mediaprep.rules.registry import declare

_WHY = "\n\n## Why it is refused\n"
_FIX = "\n\n## Fix\n"
_WARNING, _ERROR = Severity.WARNING, Severity.ERROR

_DECLARED: tuple[tuple[str, str, Severity, str, str, str], ...] = (
    (
        "REQ001",
        "reference-not-there",
        _ERROR,
        "Checks that whatever the prompt names (`@Image1`, `[Video2]`, `Audio 1`) is in the "
        "request.",
        "The model is told to look at something that it is not given, and makes something up. "
        "Numbers count from 1, within images, videos and audios each. Frames have no number.",
        "Correct the number, or add the reference.",
    ),
    (
        "REQ002",
        "reference-not-used",
        _ERROR,
        "Checks that the prompt names every reference image, video and audio.",
        "Backends take it, and it counts, but the model does not know what it is for: what comes "
        "is paid for and wrong.",
        "Name it in the prompt, or leave it out; `--ignore REQ002` if it is meant.",
    ),
    (
        "REQ003",
        "reference-misspelled",
        _ERROR,
        "Checks that the prompt names references as the backend's page does.",
        "Sunra reads `@Image1`, Crun `[Image1]`, Ark (Volcengine, BytePlus, Agentsflare) `Image 1` "
        "or `图片1`, in brackets or not. Another spelling is prose to them. Where no page says, "
        "none is held against you.",
        "Write it as the message shows. A prompt is never rewritten.",
    ),
    (
        "REQ004",
        "too-many-reference-images",
        _ERROR,
        "Counts the reference images.",
        "A request takes so many and no more; the same image twice counts twice.",
        "Leave some out.",
    ),
    (
        "REQ005",
        "too-many-reference-videos",
        _ERROR,
        "Counts the reference videos.",
        "A request takes so many and no more; the same video twice counts twice.",
        "Leave some out.",
    ),
    (
        "REQ006",
        "too-many-reference-audios",
        _ERROR,
        "Counts the reference audios.",
        "A request takes so many and no more; the same sound twice counts twice.",
        "Leave some out.",
    ),
    (
        "REQ007",
        "reference-videos-too-long",
        _ERROR,
        "Adds up how long the reference videos play.",
        "Their sum is limited, duplicates counted each time. A length that is not known (a URL, "
        "an asset whose file is gone) makes the sum unknown: no pass, and a warning.",
        "Trim them with `mediaprep fix`, or leave one out; give files instead of URLs.",
    ),
    (
        "REQ008",
        "reference-audios-too-long",
        _ERROR,
        "Adds up how long the reference audios play.",
        "Their sum is limited, duplicates counted each time. A length that is not known (a URL, "
        "an asset whose file is gone) makes the sum unknown: no pass, and a warning.",
        "Trim them with `mediaprep fix`, or leave one out; give files instead of URLs.",
    ),
    (
        "REQ009",
        "audio-alone",
        _ERROR,
        "Checks that reference audios come with an image or a video.",
        "The model takes sound only beside something to look at.",
        "Add a reference image or video.",
    ),
    (
        "REQ010",
        "frames-with-references",
        _ERROR,
        "Checks that a first or last frame is not mixed with reference images, videos or audios.",
        "They are different ways of asking, and a request takes one.",
        "Give the frame as a reference image and say in the prompt that it is the first frame.",
    ),
    (
        "REQ011",
        "frames-differ-in-size",
        _ERROR,
        "Checks that first and last frame are equally wide and high.",
        "The clip has one size: one of the two would be cropped or stretched on the way. Sizes "
        "that cannot be measured are unknown: no pass, and a warning.",
        "Make both the same size; give files, so that they can be measured.",
    ),
    (
        "REQ012",
        "resolution-not-offered",
        _ERROR,
        "Checks that the resolution is one that the backend lists.",
        "It is refused, or another is taken silently.",
        "Choose a listed one, or leave it out.",
    ),
    (
        "REQ013",
        "ratio-not-offered",
        _ERROR,
        "Checks that the ratio is one that the backend lists.",
        "It is refused, or another is taken silently.",
        "Choose a listed one, `adaptive`, or leave it out.",
    ),
    (
        "REQ014",
        "duration-not-offered",
        _ERROR,
        "Checks the length that is asked for, in whole seconds; -1 lets the model choose.",
        "It is refused.",
        "Choose a length in the range, or -1.",
    ),
    (
        "REQ015",
        "model-takes-no-assets",
        _ERROR,
        "Checks that the model takes `asset://` references where there are any.",
        "Sunra's relay models alone know assets; the others answer `InvalidParameter`. A file is "
        "published as an asset, so it counts.",
        "Choose a relay model, or give URLs.",
    ),
    (
        "REQ016",
        "must-be-an-asset",
        _ERROR,
        "Checks that what is given as a URL or as `data:` may be given so.",
        "Atlas Cloud takes images inline, and video and audio as assets alone; `data:` is for "
        "Ark's images and audio.",
        "Give the file, or an `asset://` URI: `mediaprep publish` makes one.",
    ),
    (
        "REQ017",
        "asset-not-known",
        _ERROR,
        "Looks every `asset://` URI up in the ledger.",
        "Whether an asset exists, is active and of which kind it is cannot be told offline unless "
        "it was published from here. Unknown is no pass.",
        "Give the file instead of the URI, adopt a lockfile, or look with `mediaprep assets get` "
        "and go on with `--ignore REQ017`.",
    ),
    (
        "REQ018",
        "asset-not-active",
        _ERROR,
        "Checks that assets are active, as far as the ledger knows.",
        "A request with an asset that is still processed, or that failed, is refused.",
        "`mediaprep publish` waits, and tells why an asset failed.",
    ),
    (
        "REQ019",
        "reference-of-another-kind",
        _ERROR,
        "Checks that images stand among images, videos among videos, sound among sound.",
        "An asset of another type is refused, or fails when it is used.",
        "Move it to the list of its kind.",
    ),
    (
        "REQ020",
        "not-published-yet",
        _WARNING,
        "Says which files have to be published first.",
        "Whether the backend takes them is not known before. `request run` publishes them; "
        "`request emit` needs their URIs.",
        "`mediaprep publish`, or `mediaprep request run`.",
    ),
    (
        "REQ021",
        "body-too-large",
        _ERROR,
        "Measures the body that would be sent.",
        "A larger one is not read. URLs and URIs weigh nothing; `data:` does.",
        "Publish what is given as `data:`.",
    ),
    (
        "REQ022",
        "last-frame-alone",
        _ERROR,
        "Checks that a last frame comes with a first one.",
        "There is no way of asking for a last frame alone.",
        "Add a first frame, or make it a reference image.",
    ),
    (
        "REQ023",
        "model-for-another-way",
        _ERROR,
        "Holds what the model's name says (`…/image-to-video`, `-r2v`) against what is given.",
        "A model for frames has no field for references, and the reverse.",
        "Choose the model that goes with the references.",
    ),
    (
        "REQ024",
        "asset-id-in-prompt",
        _ERROR,
        "Checks that the prompt holds no `asset://` URI.",
        "The model reads it as prose. References are named by kind and number.",
        "Put the asset into the list, and its number into the prompt.",
    ),
    (
        "REQ025",
        "prompt-too-long",
        _WARNING,
        "Counts the prompt's words, and its Chinese characters.",
        "Past the recommended length details are lost, say the providers; none refuses it.",
        "Say less.",
    ),
    (
        "REQ026",
        "generation-not-documented",
        _ERROR,
        "Says that no page of this backend tells how a generation is asked for.",
        "AGTCloud documents its asset library alone, so nothing here can be held against a page.",
        "Choose another backend for the generation.",
    ),
)
for _code, _name, _severity, _doc, _because, _way_out in _DECLARED:
    declare(_code, _name, _doc + _WHY + _because + _FIX + _way_out, severity=_severity)

"""PRB: the file cannot be read as what it claims to be, or is not (all) here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mediaprep.formats import FORMATS, misleads, named_container
from mediaprep.model import Fault, Finding, Fixability, MediaInfo, Severity, Verdict
from mediaprep.rules.registry import RULES, declare, fact_rule

# Fault -> code, name, verdict, hint, documentation. A fault's own words are the message.
_U, _F, _C = Verdict.UNKNOWN, Verdict.FAIL, Verdict.CONTESTED
FAULTS: dict[Fault, tuple[str, str, Verdict, str, str]] = {
    Fault.MALFORMED: (
        *("PRB001", "unreadable", _U, "re-export it from the program that made it"),
        """The structure of the file breaks the rules of its own format, so it cannot be measured.

        ## Why it is refused
        A backend that cannot parse a file fails it, usually minutes after the registration.

        ## Fix
        Export or download the file again.""",
    ),
    Fault.TRUNCATED: (
        *("PRB002", "truncated", _F, "download or copy it again: its end is missing"),
        """A chunk, box, index or image ends past the end of the file.

        ## Why it is refused
        Part of the content is missing. Decoders stop early, show grey or refuse the file.

        ## Fix
        Copy or download it again; compare its size with that of the original.""",
    ),
    Fault.EMPTY: (
        *("PRB003", "empty-file", _F, "copy it again, or delete it"),
        """The file has no bytes.

        ## Fix
        Copy or download it again.""",
    ),
    Fault.LFS_POINTER: (
        *("PRB005", "lfs-pointer", _U, "run `git lfs pull` and check again"),
        """The file is a Git LFS pointer: a few lines of text in the place of the media.

        ## Why it is refused
        A backend would fetch the pointer's text. The media were never looked at.

        ## Fix
        `git lfs pull`, or `lfs: true` for the checkout step in CI.""",
    ),
    Fault.PARTIAL: (
        *("PRB006", "partial-download", _U, "let the download finish, then check again"),
        """The name is that of an unfinished download or of a cloud placeholder.

        ## Fix
        Finish the download, or open the file once so that the sync client fetches it.""",
    ),
    Fault.NOT_MEDIA: (
        *("PRB007", "not-media", _U, "leave it out, or replace it with the media itself"),
        """The first bytes are those of no image, video or audio format that we know.

        ## Why it is refused
        Backends go by the bytes: a page, a playlist or a document named `.jpg` is refused.

        ## Example
        A share link saved with `curl` is often an HTML page with a picture's name.""",
    ),
    Fault.NOT_A_FILE: (
        *("PRB009", "not-a-file", _U, "name a regular file"),
        """The path leads to a folder, a pipe, a socket or a device where a file was expected.""",
    ),
    Fault.CANNOT_OPEN: (
        *("PRB010", "cannot-open", _U, "check that it is there and that you may read it"),
        """The operating system would not let us open or read the file.

        ## Example
        No permission, a link that leads nowhere or in a circle, a file that vanished meanwhile.""",
    ),
    Fault.CHANGED: (
        *("PRB011", "changed-while-reading", _U, "check again when nothing writes to it"),
        """The file's size or time changed while it was read, so what was read may be mixed.""",
    ),
    Fault.UNDECODABLE: (
        *("PRB012", "cannot-decode", _U, "convert it with the program that made it"),
        """`--deep` handed the content to a decoder, which could not decode it.

        This says "cannot decode", not "corrupt": lossless JPEG or JPEG-in-BMP are valid pictures
        that common tools cannot read, and neither will most backends.""",
    ),
    Fault.DECODER_DIED: (
        *("PRB013", "decoder-died", _U, "do not open it with other tools: it may be hostile"),
        """`--deep`: the decoder crashed, hung or used up its memory on this file.

        It ran in a worker process of its own, so nothing else was harmed.""",
    ),
    Fault.MISMATCH: (
        *("PRB014", "header-disagrees-with-content", _C, "export it again, so that both agree"),
        """`--deep`: the decoded content is not what the header says: size, duration or frames.

        A backend that trusts the header and one that decodes will judge it differently.""",
    ),
    Fault.TOO_COSTLY: (
        *("PRB015", "too-costly-to-read", _U, "check it by hand, or export it more simply"),
        """Measuring the file would have passed the budget of bytes, steps or pixels.

        ## Why it is refused
        Decompression bombs are small files that unpack to gigabytes. We stop before that.""",
    ),
    Fault.ENCRYPTED: (
        *("CON006", "encrypted", _F, "use a copy without DRM"),
        """The tracks are encrypted (Common Encryption `cenc`/`cbcs`, FairPlay).

        ## Why it is refused
        Nobody can decode them without a key.""",
    ),
    Fault.NO_SAMPLES: (
        *("CON007", "no-samples", _F, "join the init segment with its media segments"),
        """The file describes tracks but holds no picture and no sound.

        ## Example
        The init segment of a stream.""",
    ),
}
for _code, _name, _verdict, _hint, _doc in FAULTS.values():
    declare(_code, _name, _doc, always=True, severity=Severity.ERROR)


def fault_findings(info: MediaInfo) -> Iterator[Finding]:
    """Turn the faults of a file into findings, each under the code of its kind."""
    for fault, words in info.faults:
        code, _, verdict, hint, _ = FAULTS[fault]
        yield RULES[code].finding(verdict, words, hint=hint)


@fact_rule("PRB004", "extension-mismatch", severity=Severity.WARNING, fix=Fixability.LOSSLESS)
def extension_mismatch(info: MediaInfo) -> Iterable[Finding]:
    """Compares the extension of the file's name with what its bytes are.

    ## Why it matters
    Backends that are not told the type go by the URL's extension; others go by the bytes. A GIF
    named `.jpeg` is one thing to the first and another to the second.

    ## Fix
    Renames the file (lossless).
    """
    named = named_container(info.path)
    if named is None or info.container is None or not misleads(named, info.container):
        return ()
    extension = FORMATS[info.container].extensions[0]
    return (
        RULES["PRB004"].finding(
            Verdict.CONTESTED,
            f"the name says {named}, the content is {info.container}",
            found=info.container,
            hint=f"rename it to end in .{extension}",
        ),
    )

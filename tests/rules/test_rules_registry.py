"""The list of rules: codes and names that last, documentation that says what a person needs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import mediaprep.rules
from mediaprep.model import Fault, Fixability
from mediaprep.rules import RULES
from mediaprep.rules.probing import FAULTS
from mediaprep.rules.registry import declare

# A code is never used again for something else, and a name is what people wrote into their config.
# To add a rule, add its line. A line that is here stays.
KNOWN = """
CON001 kind-not-accepted
CON002 container-not-accepted
CON003 size-out-of-range
CON004 moov-at-end
CON005 fragmented
CON006 encrypted
CON007 no-samples
CON008 extra-tracks
COD001 video-codec-not-accepted
COD002 audio-codec-not-accepted
COD003 pixel-format-not-accepted
COD004 bit-depth-out-of-range
COD005 hdr
COD006 unusual-pixel-format
COD007 sample-rate-out-of-range
COD008 channels-out-of-range
GEO001 width-out-of-range
GEO002 aspect-out-of-range
GEO003 height-out-of-range
GEO004 pixels-out-of-range
GEO005 odd-sides
GEO006 rotation-disagrees
GEO007 sample-aspect-disagrees
PIC001 unusual-colour-mode
PIC002 alpha
PIC003 several-frames
PIC004 frames-out-of-range
PIC005 colour-profile
PIC006 gps
PIC007 serial-number
PIC008 c2pa
PIC009 bytes-behind-the-image
PRB001 unreadable
PRB002 truncated
PRB003 empty-file
PRB004 extension-mismatch
PRB005 lfs-pointer
PRB006 partial-download
PRB007 not-media
PRB009 not-a-file
PRB010 cannot-open
PRB011 changed-while-reading
PRB012 cannot-decode
PRB013 decoder-died
PRB014 header-disagrees-with-content
PRB015 too-costly-to-read
REQ001 reference-not-there
REQ002 reference-not-used
REQ003 reference-misspelled
REQ004 too-many-reference-images
REQ005 too-many-reference-videos
REQ006 too-many-reference-audios
REQ007 reference-videos-too-long
REQ008 reference-audios-too-long
REQ009 audio-alone
REQ010 frames-with-references
REQ011 frames-differ-in-size
REQ012 resolution-not-offered
REQ013 ratio-not-offered
REQ014 duration-not-offered
REQ015 model-takes-no-assets
REQ016 must-be-an-asset
REQ017 asset-not-known
REQ018 asset-not-active
REQ019 reference-of-another-kind
REQ020 not-published-yet
REQ021 body-too-large
REQ022 last-frame-alone
REQ023 model-for-another-way
REQ024 asset-id-in-prompt
REQ025 prompt-too-long
REQ026 generation-not-documented
SET001 too-many-images
SET002 too-many-videos
SET003 too-many-sounds
SET004 videos-too-long
SET005 sounds-too-long
SET006 duplicate-content
SET007 colliding-names
TIM001 duration-out-of-range
TIM002 fps-out-of-range
TIM003 variable-frame-rate
TIM004 clocks-disagree
URL001 not-a-web-url
URL002 data-uri
URL003 not-https
URL004 private-address
URL005 share-link
URL006 url-unreachable
URL007 sign-in-needed
URL008 url-expired
URL009 http-error
URL010 web-page
URL011 not-media-bytes
URL012 not-the-declared-kind
URL013 misleading-content-type
URL014 not-the-bytes-meant
URL015 redirected
URL016 url-too-long
URL017 host-is-an-address
URL018 length-not-told
URL019 slow-answer
"""


def test_codes_and_names_are_those_that_were_published() -> None:
    published = dict(line.split() for line in KNOWN.split("\n") if line)
    assert {code: rule.name for code, rule in RULES.items()} == published


@pytest.mark.parametrize("code", RULES)
def test_a_rule_is_documented(code: str) -> None:
    rule = RULES[code]
    first, *rest = rule.doc.splitlines()
    assert re.fullmatch(r"[A-Z]{3}\d{3}", code)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", rule.name)
    assert first[0].isupper() or first[0] == "`"
    assert len(first) <= 100
    assert rule.doc.count(". ") + rule.doc.count(".\n") + rule.doc.endswith(".")
    headings = {line for line in rest if line.startswith("#")}
    assert headings <= {
        *("## Why it is refused", "## Why it matters", "## Why it is contested"),
        *("## Fix", "## Example", "## Scope"),
    }
    if rule.fix is not Fixability.NONE:
        assert "## Fix" in headings or rule.code.startswith(("SET", "PIC"))


def test_every_fault_has_a_rule_of_its_own_that_is_always_on() -> None:
    assert set(FAULTS) == set(Fault)
    codes = [code for code, *_ in FAULTS.values()]
    assert len(set(codes)) == len(codes)
    assert {code for code, rule in RULES.items() if rule.always} == set(codes)


def test_a_code_or_a_name_cannot_be_declared_twice() -> None:
    with pytest.raises(ValueError, match="declared twice"):
        declare("GEO001", "another-name", "Doc.")
    with pytest.raises(ValueError, match="declared twice"):
        declare("GEO999", "aspect-out-of-range", "Doc.")
    assert "GEO999" not in RULES


def test_the_families_are_the_modules() -> None:
    folder = Path(mediaprep.rules.__file__).parent
    beside = {"__init__", "registry", "limits", "urlfacts", "url", "shares"}
    beside |= {"reqfacts", "reqjudge", "reqmedia", "reqprompt"}
    files = {path.stem for path in folder.glob("*.py")} - beside
    listed = {module.__name__.rpartition(".")[2] for module in mediaprep.rules.MODULES}
    assert files == listed

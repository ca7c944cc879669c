"""The built-in profiles, number by number, beside the words of the page that each comes from.

The quotations are the providers' own. A profile that says otherwise than its page is wrong.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from mediaprep.model import Kind, Verdict
from mediaprep.profiles import Limit, Profile, built_in_names, load_profile
from mediaprep.profiles.load import SET_DIMENSIONS

_I, _V, _A = Kind.IMAGE, Kind.VIDEO, Kind.AUDIO
IMAGES = {"jpeg", "png", "webp", "bmp", "tiff", "gif", "heif"}

# What Atlas Cloud's guide says, row by row: "| Property | Limit |".
ATLAS = [
    ("Formats: jpeg, png, webp, bmp, tiff, gif, heic/heif", _I, "container", IMAGES),
    ("Aspect ratio (W/H): 0.4 – 2.5", _I, "aspect", "[0.4, 2.5]"),
    ("Width / height: 300 – 6000 px", _I, "width", "[300, 6000] px"),
    ("Width / height: 300 – 6000 px", _I, "height", "[300, 6000] px"),
    ("Size: < 30 MB", _I, "size", "(0, 30 MB)"),
    ("Formats: mp4, mov", _V, "container", {"mp4", "mov"}),
    ("Duration: 2 – 15 s", _V, "duration", "[2, 15] s"),
    ("Aspect ratio (W/H): 0.4 – 2.5", _V, "aspect", "[0.4, 2.5]"),
    ("Width / height: 300 – 6000 px", _V, "width", "[300, 6000] px"),
    ("Width / height: 300 – 6000 px", _V, "height", "[300, 6000] px"),
    ("Total pixels (W×H): 409,600 – 927,408", _V, "pixels", "[409600, 927408] px"),
    ("Size: ≤ 50 MB", _V, "size", "(0, 50 MB]"),
    ("FPS: 24 – 60", _V, "fps", "[24, 60] fps"),
    ("Formats: wav, mp3", _A, "container", {"wav", "mp3"}),
    ("Duration: 2 – 15 s", _A, "duration", "[2, 15] s"),
    ("Size: ≤ 15 MB", _A, "size", "(0, 15 MB]"),
]
# What the Assets API page says, "Image Requirements".
VOLCENGINE = [
    ("Format: jpeg, png, webp, bmp, tiff, gif, heic/heif", _I, "container", IMAGES),
    ("Aspect ratio: Width/Height within (0.4, 2.5)", _I, "aspect", "(0.4, 2.5)"),
    ("Dimensions: Each side within (300, 6000) px", _I, "width", "(300, 6000) px"),
    ("Dimensions: Each side within (300, 6000) px", _I, "height", "(300, 6000) px"),
    ("File size: Less than 30 MB per image", _I, "size", "(0, 30 MB)"),
]
# What the official CreateAsset page says since its revision: images as above, and two more kinds.
OFFICIAL = [
    *VOLCENGINE,
    ("Video format: mp4, mov", _V, "container", {"mp4", "mov"}),
    ("Video codec: H.264/AVC, H.265/HEVC", _V, "video_codec", {"h264", "hevc"}),
    ("Audio codec: AAC, MP3", _V, "audio_codec", {"aac", "mp3"}),
    ("Video duration: [2, 15] s", _V, "duration", "[2, 15] s"),
    ("Aspect ratio: [0.4, 2.5]", _V, "aspect", "[0.4, 2.5]"),
    ("Each side: [300, 6000] px", _V, "width", "[300, 6000] px"),
    ("Each side: [300, 6000] px", _V, "height", "[300, 6000] px"),
    ("Width × height: [409600, 2086876]", _V, "pixels", "[409600, 2086876] px"),
    ("Size: ≤ 50 MB", _V, "size", "(0, 50 MB]"),
    ("Frame rate: [24, 60]", _V, "fps", "[24, 60] fps"),
    ("Audio format: wav, mp3", _A, "container", {"wav", "mp3"}),
    ("Audio duration: [2, 15] s", _A, "duration", "[2, 15] s"),
    ("Size: ≤ 15 MB", _A, "size", "(0, 15 MB]"),
]
# What one request takes, by the Seedance 2.0 tutorial.
REQUEST = {
    "images": "[0, 9]",
    "videos": "[0, 3]",
    "audios": "[0, 3]",
    "video_duration": "[0, 15] s",
    "audio_duration": "[0, 15] s",
}
PAGES = {
    "seedance-2.0": (ATLAS, REQUEST),
    "atlascloud": (ATLAS, REQUEST),
    "sunra": (ATLAS, REQUEST),
    "agtcloud": (ATLAS, REQUEST),
    "crun": (ATLAS, REQUEST),
    "volcengine": (VOLCENGINE, {"images": "[0, 9]"}),
    "agentsflare": (VOLCENGINE, {"images": "[0, 9]"}),
    "volcengine-2026": (OFFICIAL, REQUEST),
    "byteplus": (OFFICIAL, REQUEST),
}
# What backends were seen to accept beyond their pages.
OBSERVED = {
    "duration": "[1.8, 15.2] s",
    "fps": "[23.8, 60] fps",
    "pixels": "[407696, 8295044] px",
    "video_duration": "[0, 15.2] s",
    "audio_duration": "[0, 15.2] s",
}


def test_these_nine_are_built_in_and_the_base_comes_first() -> None:
    assert set(built_in_names()) == set(PAGES)
    assert built_in_names()[0] == "seedance-2.0"


@pytest.mark.parametrize(
    ("profile", "says", "kind", "measure", "limit"),
    [
        pytest.param(profile, *row, id=f"{profile} {row[1]}: {row[0]}")
        for profile, (page, _) in PAGES.items()
        for row in page
    ],
)
def test_a_limit_is_what_the_page_says(
    profile: str, says: str, kind: Kind, measure: str, limit: str | set[str]
) -> None:
    found = load_profile(profile).limits[kind][measure]
    if isinstance(limit, set):
        assert set(found.choices) == limit
        assert len(found.choices) == len(limit)
    else:
        assert found.text == limit


@pytest.mark.parametrize("name", PAGES)
def test_a_profile_says_no_more_than_its_page(name: str) -> None:
    profile = load_profile(name)
    page, request = PAGES[name]
    limits = {(kind, measure) for kind, table in profile.limits.items() for measure in table}
    assert limits == {(kind, measure) for _, kind, measure, _ in page}
    assert {measure: limit.text for measure, limit in profile.sets.items()} == request


def _all_limits(profile: Profile) -> list[Limit]:
    tables = (*profile.limits.values(), profile.sets)
    return [limit for table in tables for limit in table.values()]


@pytest.mark.parametrize("name", PAGES)
def test_every_number_has_its_page_and_date(name: str) -> None:
    profile = load_profile(name)
    assert profile.name == name
    for limit in _all_limits(profile):
        assert limit.source.startswith("https://")
        assert date(2026, 1, 1) < limit.checked <= date(2026, 11, 21)


@pytest.mark.parametrize("name", PAGES)
def test_what_was_seen_only_hints(name: str) -> None:
    """An observation is wider than the document; it never decides, and has its own reading."""
    for limit in _all_limits(load_profile(name)):
        assert limit.observed_text == (OBSERVED.get(limit.measure, "") if limit.observed else "")
        for seen in limit.observed:
            for written in limit.readings:
                assert written.lo is not None
                assert written.hi is not None
                assert (seen.lo or 0) <= written.lo
                assert (seen.hi or 0) >= written.hi


def test_what_was_seen_is_told_wherever_it_was() -> None:
    for name in ("seedance-2.0", "volcengine-2026"):
        profile = load_profile(name)
        told = {limit.measure for limit in _all_limits(profile) if limit.observed}
        assert told == set(OBSERVED)


@pytest.mark.parametrize(
    ("name", "inherited"),
    [
        pytest.param("seedance-2.0", "", id="the base says it itself"),
        pytest.param("atlascloud", "", id="Atlas publishes the same table"),
        pytest.param("sunra", "seedance-2.0", id="Sunra states no limits"),
        pytest.param("agtcloud", "seedance-2.0", id="AGTCloud states no limits"),
        pytest.param("crun", "seedance-2.0", id="Crun states no limits"),
        pytest.param("agentsflare", "", id="Agentsflare publishes Volcengine's table"),
        pytest.param("byteplus", "", id="BytePlus publishes the same revision"),
    ],
)
def test_what_a_provider_does_not_document_says_where_it_comes_from(
    name: str, inherited: str
) -> None:
    assert {limit.inherited_from for limit in _all_limits(load_profile(name))} == {inherited}


def test_a_provider_that_documents_a_table_is_its_source() -> None:
    for name in ("atlascloud", "agentsflare", "byteplus"):
        profile = load_profile(name)
        tables = profile.limits.values()
        assert {limit.source for table in tables for limit in table.values()} == {profile.source}


def test_what_one_request_takes_is_the_models_page() -> None:
    for name in PAGES:
        sources = {limit.source for limit in load_profile(name).sets.values()}
        assert sources == {"https://docs.byteplus.com/en/docs/ModelArk/2291680"}


@pytest.mark.parametrize("name", ["volcengine", "agentsflare"])
def test_some_take_images_only(name: str) -> None:
    assert set(load_profile(name).limits) == {Kind.IMAGE}


@pytest.mark.parametrize("megabytes", [15, 30, 50])
def test_megabytes_have_two_readings_and_what_lies_between_is_contested(megabytes: int) -> None:
    measure = {30: (_I, "size"), 50: (_V, "size"), 15: (_A, "size")}[megabytes]
    limit = load_profile("atlascloud").limits[measure[0]][measure[1]]
    assert [reading.hi for reading in limit.readings] == [
        Fraction(megabytes * 10**6),
        Fraction(megabytes * 2**20),
    ]
    assert limit.judge(megabytes * 10**6 + 1) is Verdict.CONTESTED


def test_fingerprints_tell_profiles_apart() -> None:
    prints = {load_profile(name).fingerprint for name in PAGES}
    assert len(prints) == len(PAGES)
    assert all(prints)


def test_the_keys_of_a_request_are_those_of_the_loader() -> None:
    assert set(REQUEST) == set(SET_DIMENSIONS)

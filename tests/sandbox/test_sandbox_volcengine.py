"""Volcengine: both schemes of signature, what is refused, and the ten actions."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from conftest import png
from sandboxlib import Box, running

from mediaprep.sandbox.volcsign import Key, canonical_request, verify
from mediaprep.sandbox.wire import Call, Refused

# The secrets of public documentation and tests; they open nothing.
DOC_SECRET = "WkRZeE1EQmxPVGhsWWpWak5HVmtNbUUxTXpZeU9UVXlOMlE1TmpZeVlqTQ=="
OLD_SECRET = "TnpCak5XWXpZV1U0WkRaaE5ERmxaR0ZpTmpjeVkyUXlZek0wTWpJMU1qWQ=="
LIST_USERS = "Action=ListUsers&Limit=10&Offset=0&Version=2018-01-01"
FORM = "application/x-www-form-urlencoded; charset=utf-8"
NOTHING = hashlib.sha256(b"").hexdigest()
GET_ASSET = b'{"Id":"asset-20260318072044-n8bcl"}'
CREATE_ASSET = (
    b'{"GroupId":"group-20260328000000-abcde","URL":"https://example.com/image.jpg",'
    b'"AssetType":"Image","ProjectName":"default"}'
)


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    with running(tmp_path_factory.mktemp("sandbox")) as box:
        yield box


def vector(
    method: str, path: str, query: str, body: bytes, headers: dict[str, str], scope: str, mac: str
) -> Call:
    names = ";".join(sorted(headers))
    authorization = f"HMAC-SHA256 Credential=AK/{scope}, SignedHeaders={names}, Signature={mac}"
    return Call(method, path, query, {}, headers | {"authorization": authorization}, body)


VECTORS = [
    pytest.param(
        DOC_SECRET,
        "cn-beijing",
        "iam",
        False,
        (
            "GET",
            "/",
            LIST_USERS,
            b"",
            {"host": "iam.volcengineapi.com", "x-date": "20240619T071306Z"},
        ),
        "5ed5bca3905e1fcbf789abb56a17c2d819674a3bcfa468ae476bd1ea80d135cb",
        "e31c4558bcfe08a286001f59cedbf0791ffd0b2362f10e55ee2627467bcdde93",
        id="A: the official document, two headers",
    ),
    pytest.param(
        OLD_SECRET,
        "cn-north-1",
        "iam",
        False,
        (
            "GET",
            "/",
            LIST_USERS,
            b"",
            {
                "host": "iam.volcengineapi.com",
                "x-date": "20201230T081805Z",
                "content-type": FORM,
                "x-content-sha256": NOTHING,
            },
        ),
        "3a4d4dee07c3308a52da01bc12d7a83c3705bfa543f51648f46de880bb2a7447",
        "28eeabbbd726b87002e0fe58ad8c1c768e619b06e2646f35b6ad7ed029a6d8a7",
        id="B: the older official document, four headers",
    ),
    pytest.param(
        "TESTSECRETKEY00000000000000000000",
        "ap-southeast-1",
        "ark",
        False,
        (
            "POST",
            "/",
            "Action=CreateAsset&Version=2024-01-01",
            CREATE_ASSET,
            {
                "host": "ark.ap-southeast-1.byteplusapi.com",
                "x-date": "20260328T000000Z",
                "content-type": "application/json",
                "x-content-sha256": hashlib.sha256(CREATE_ASSET).hexdigest(),
            },
        ),
        "151c2e359d943784b1a3b956b66b749614eef7ac7ed4a8c68eff4a557f67a20a",
        "29dee2fa94d134bfe1686ba080b91a264fb33f4aad7bd7493d994ec1cd341167",
        id="F: BytePlus CreateAsset",
    ),
    pytest.param(
        DOC_SECRET,
        "cn-beijing",
        "ark",
        False,
        (
            "POST",
            "/",
            "Action=GetAsset&Version=2024-01-01",
            GET_ASSET,
            {
                "host": "open.volcengineapi.com",
                "x-date": "20260318T072044Z",
                "content-type": "application/json",
                "x-content-sha256": hashlib.sha256(GET_ASSET).hexdigest(),
            },
        ),
        "30f12284498203a1093de3da1ea5b48c8a96eda14f97653e6736f493a74fef5d",
        "0080b01f8e8fe6a01bacef04b5ef360eaed4f47394f368433a30024b54f3c651",
        id="C: Ark GetAsset",
    ),
    pytest.param(
        DOC_SECRET,
        "cn-beijing",
        "ark",
        True,
        (
            "POST",
            "/open/GetAsset",
            "",
            GET_ASSET,
            {"host": "open.volcengineapi.com", "x-date": "20260318T072044Z"},
        ),
        "f5a3b265cd42cbcc276ff0de6bdee7b0b86be0581d2d0ddcef46bb407ee183e1",
        "4f21dce895f5fa5b0343823f209807adc92b75561839ee9a79a03daec3b9e46f",
        id="D: the seed's scheme, literally",
    ),
    pytest.param(
        DOC_SECRET,
        "cn-beijing",
        "ark",
        False,
        (
            "POST",
            "/",
            "Action=GetAsset&Version=2024-01-01",
            GET_ASSET,
            {"host": "open.volcengineapi.com", "x-date": "20260318T072044Z"},
        ),
        "0453bbd13fee41e37a9dda9de0e1df832a0f6801c300126de99567839759ba5f",
        "a28edd422fd782051bdf32ad1b088708c7f9ebddbb37e89fb4d13729828d2b13",
        id="E: as C with two headers",
    ),
]


@pytest.mark.parametrize(("secret", "region", "service", "seed", "call", "digest", "mac"), VECTORS)
def test_a_published_signature_is_accepted_and_no_other(
    secret: str, region: str, service: str, seed: bool, call: Any, digest: str, mac: str
) -> None:
    method, path, query, body, headers = call
    when = datetime.strptime(headers["x-date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    scope = f"{when:%Y%m%d}/{region}/{service}/request"
    good = vector(method, path, query, body, headers, scope, mac)
    canonical = canonical_request(good, sorted(headers))
    assert hashlib.sha256(canonical.encode()).hexdigest() == digest
    key = Key("AK", secret, region, service=service)
    verify(good, key, when + timedelta(minutes=14, seconds=59), seed=seed)
    with pytest.raises(Refused, match="signature"):
        verify(good, key, when, seed=not seed)
    other = mac[:-1] + ("1" if mac[-1] == "0" else "0")
    bad = vector(method, path, query, body, headers, scope, other)
    with pytest.raises(Refused, match="signature"):
        verify(bad, key, when, seed=seed)


def group(box: Box, name: str = "a group", **more: str) -> str:
    answer = box.volc("CreateAssetGroup", {"Name": name} | more)[1]
    made: str = answer["Result"]["Id"]
    return made


def create(box: Box, group_id: str, **more: str) -> tuple[int, Any]:
    body = {"GroupId": group_id, "URL": box.host("a.png", png()), "AssetType": "Image"}
    return box.volc("CreateAsset", body | more)


def code(answer: tuple[int, Any]) -> tuple[int, str]:
    return answer[0], answer[1]["ResponseMetadata"]["Error"]["Code"]


@pytest.mark.parametrize("scheme", ["official", "seed"])
def test_the_pages_script_goes_from_group_to_active(box: Box, scheme: str) -> None:
    body = {"Name": "my-character-group", "Description": "Assets", "GroupType": "AIGC"}
    status, made = box.volc("CreateAssetGroup", body, scheme=scheme)
    assert status == 200
    assert made["ResponseMetadata"]["Action"] == "CreateAssetGroup"
    asset = {
        "GroupId": made["Result"]["Id"],
        "URL": box.host("your-image.png", png()),
        "AssetType": "Image",
        "Name": "character-01",
    }
    made = box.volc("CreateAsset", asset, scheme=scheme)[1]

    def ask() -> tuple[str, Any]:
        answer = box.volc("GetAsset", {"Id": made["Result"]["Id"]}, scheme=scheme)[1]
        return answer["Result"]["Status"], answer["Result"]

    status_word, shown = box.settled(ask)
    assert status_word == "Active"
    assert shown["GroupId"] == asset["GroupId"]
    assert shown["ProjectName"] == "default"


@pytest.mark.parametrize("scheme", ["official", "seed"])
@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({"secret": "wrong"}, (401, "SignatureDoesNotMatch"), id="a wrong secret"),
        pytest.param({"access": "AKLTother"}, (401, "InvalidAccessKey"), id="an unknown key"),
        pytest.param({"tamper": b" "}, (401, "SignatureDoesNotMatch"), id="another body"),
        pytest.param({"region": "cn-shanghai"}, (400, "InvalidCredential"), id="another region"),
        pytest.param({"token": "wrong"}, (401, "InvalidSecretToken"), id="a wrong session token"),
        pytest.param({"minutes": -16}, (400, "InvalidTimestamp"), id="a clock 16 minutes slow"),
        pytest.param({"minutes": 16}, (400, "InvalidTimestamp"), id="a clock 16 minutes fast"),
    ],
)
def test_a_wrong_signature_is_refused_by_its_code(
    box: Box, scheme: str, changes: dict[str, Any], expected: tuple[int, str]
) -> None:
    if "minutes" in changes:
        changes = {"now": datetime.now(UTC) + timedelta(minutes=changes["minutes"])}
    answer = box.volc("GetAsset", {"Id": "x"}, scheme=scheme, **changes)
    assert code(answer) == expected


@pytest.mark.parametrize("minutes", [-10, 10])
def test_a_clock_ten_minutes_off_is_accepted(box: Box, minutes: int) -> None:
    now = datetime.now(UTC) + timedelta(minutes=minutes)
    assert code(box.volc("GetAsset", {"Id": "x"}, now=now)) == (404, "NotFound")


def test_a_right_session_token_is_accepted(box: Box) -> None:
    answer = box.volc("GetAsset", {"Id": "x"}, token=box.keys.session_token)
    assert code(answer) == (404, "NotFound")


def test_the_schemes_do_not_mix(box: Box) -> None:
    """The official path takes the official key chain alone, and so does the seed's."""
    prefixed = "VolcEngine" + box.keys.volcengine_secret
    answer = box.volc("GetAsset", {"Id": "x"}, secret=prefixed)
    assert code(answer) == (401, "SignatureDoesNotMatch")


def test_byteplus_has_its_own_key_and_region(box: Box) -> None:
    status, made = box.volc("CreateAssetGroup", {"Name": "g"}, host="byteplus")
    assert (status, made["ResponseMetadata"]["Region"]) == (200, "ap-southeast-1")
    assert code(box.volc("GetAsset", {"Id": "x"}, host="byteplus", region="cn-beijing")) == (
        400,
        "InvalidCredential",
    )


def test_an_unknown_action_is_told(box: Box) -> None:
    assert code(box.volc("CreateTask", {})) == (404, "InvalidActionOrVersion")


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        pytest.param({"Name": "字" * 64}, None, id="64 characters, not bytes"),
        pytest.param({"Name": "a" * 65}, "InvalidParameter.Name", id="65 characters"),
        pytest.param({"Name": ""}, None, id="an empty name, as the page's script sends"),
        pytest.param({"AssetType": "Video"}, "InvalidParameter.AssetType", id="a video"),
        pytest.param({"AssetType": ""}, "MissingParameter.AssetType", id="no type"),
        pytest.param({"URL": "ftp://a/b"}, "InvalidParameter.URL", id="an ftp URL"),
        pytest.param({"GroupId": "group-x"}, "AssetGroupNotFound", id="an unknown group"),
        pytest.param({"ProjectName": "other"}, "AssetGroupNotFound", id="another project"),
    ],
)
def test_fields_are_validated(box: Box, more: dict[str, str], expected: str | None) -> None:
    status, answer = create(box, group(box), **more)
    if expected is None:
        assert status == 200
    else:
        assert code((status, answer))[1] == expected


def test_an_asset_of_another_project_is_not_found(box: Box) -> None:
    made = create(box, group(box, ProjectName="p"), ProjectName="p")[1]["Result"]["Id"]
    assert box.volc("GetAsset", {"Id": made, "ProjectName": "p"})[0] == 200
    assert code(box.volc("GetAsset", {"Id": made})) == (404, "NotFound")


def test_lists_filter_by_group_status_and_name(box: Box) -> None:
    mine = group(box, "mine")
    first = create(box, mine, Name="first")[1]["Result"]["Id"]
    second = create(box, mine, Name="second")[1]["Result"]["Id"]
    official = {"Filter": {"GroupType": "AIGC", "GroupIds": [mine]}, "PageNumber": 1, "PageSize": 1}
    listed = box.volc("ListAssets", official)[1]["Result"]
    assert (listed["TotalCount"], [a["Id"] for a in listed["Items"]]) == (2, [second])
    oldest = box.volc("ListAssets", official | {"SortOrder": "Asc"})[1]["Result"]["Items"]
    assert [a["Id"] for a in oldest] == [first]
    flat = {"GroupId": mine, "Name": "first"}
    listed = box.volc("ListAssets", flat, scheme="seed")[1]["Result"]
    assert [a["Id"] for a in listed["Items"]] == [first]
    groups = {"Filter": {"Name": "mine"}, "PageNumber": 1, "PageSize": 10}
    assert mine in [g["Id"] for g in box.volc("ListAssetGroups", groups)[1]["Result"]["Items"]]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"PageNumber": 1, "PageSize": 1}, "MissingParameter.Filter"),
        ({"Filter": {}, "PageNumber": 1, "PageSize": 1}, "MissingParameter.Filter.GroupType"),
        ({"Filter": {"GroupType": "AIGC"}, "PageSize": 1}, "MissingParameter.PageNumber"),
        (
            {"Filter": {"GroupType": "AIGC"}, "PageNumber": 1, "PageSize": 101},
            "InvalidParameter.PageSize",
        ),
    ],
)
def test_the_official_list_requires_its_fields(box: Box, body: object, expected: str) -> None:
    assert code(box.volc("ListAssets", body)) == (400, expected)


def test_rename_delete_and_the_group_takes_its_assets(box: Box) -> None:
    mine = group(box)
    first, second = (create(box, mine)[1]["Result"]["Id"] for _ in range(2))
    assert box.volc("UpdateAsset", {"Id": first, "Name": "renamed"})[0] == 200
    assert box.volc("GetAsset", {"Id": first})[1]["Result"]["Name"] == "renamed"
    box.volc("UpdateAssetGroup", {"Id": mine, "Name": "n", "Description": "d"})
    shown = box.volc("GetAssetGroup", {"Id": mine})[1]["Result"]
    assert (shown["Name"], shown["Description"]) == ("n", "d")
    assert box.volc("DeleteAsset", {"Id": first})[0] == 200
    assert code(box.volc("GetAsset", {"Id": first})) == (404, "NotFound")
    assert box.volc("DeleteAssetGroup", {"Id": mine})[0] == 200
    assert code(box.volc("GetAsset", {"Id": second})) == (404, "NotFound")

"""What each adapter asks, and what it refuses to ask."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from backends_world import CREDENTIALS, SECRETS, every_backend, made, reply

from mediaprep.backends import NAMES, get_backend
from mediaprep.backends.interface import (
    AssetStatus,
    BackendError,
    Call,
    Category,
    CredentialsMissing,
    InFlight,
    Query,
    Rate,
    Upload,
)
from mediaprep.errors import ConfigError, UsageError
from mediaprep.model import Kind
from mediaprep.profiles import load_profile
from mediaprep.secret import Secret

NOW = datetime(2026, 6, 2, 11, 50, tzinfo=UTC)
URL = "https://bucket.s3.example.com/ab/cd.png?X-Amz-Signature=5ec2e7"


def body(call: Call) -> Any:
    content = call.content()
    assert content is not None
    return json.loads(content)


@pytest.mark.parametrize(
    ("name", "target", "wanted"),
    [
        pytest.param(
            "sunra",
            "https://api.sunra.ai/v1/ark/assets",
            {"source_url": URL, "asset_type": "image", "name": "hero"},
            id="sunra always sends the type",
        ),
        pytest.param(
            "agtcloud",
            "https://api.agtcloud.ai/v1/asset/human/upload",
            {"group_id": "g-1", "url": URL, "asset_type": "Image", "name": "hero"},
            id="agtcloud says the type in a word",
        ),
        pytest.param(
            "volcengine",
            "https://open.volcengineapi.com/?Action=CreateAsset&Version=2024-01-01",
            {
                "GroupId": "g-1",
                "URL": URL,
                "AssetType": "Image",
                "Name": "hero",
                "ProjectName": "default",
            },
            id="volcengine",
        ),
        pytest.param(
            "agentsflare",
            "https://api.agentsflare.com/byteplus/_unstable/open/CreateAsset",
            {"URL": URL, "AssetType": "Image", "Name": "hero"},
            id="agentsflare does not double its path",
        ),
        pytest.param(
            "crun",
            "https://api.crun.ai/api/v1/client/job/asset-upload",
            {"asset_url": URL, "asset_type": "Image", "name": "hero"},
            id="crun",
        ),
        pytest.param(
            "atlascloud",
            "https://console.atlascloud.ai/api/v1/sd/assets",
            {"type": "Image", "url": URL, "name": "hero"},
            id="atlascloud registers on the console host",
        ),
    ],
)
def test_a_registration(name: str, target: str, wanted: dict[str, str]) -> None:
    call = made(name).create_asset(Secret(URL), Kind.IMAGE, "hero", "g-1")
    assert (call.method, call.target(), body(call)) == ("POST", target, wanted)


@every_backend
def test_a_call_shows_neither_the_source_url_nor_what_proves_the_caller(name: str) -> None:
    backend = made(name)
    call = backend.authorize(backend.create_asset(URL, Kind.IMAGE, "a", "g-1"), NOW)
    shown = f"{call!r} {call} {backend!r} {backend.settings} {backend.account}"
    for secret in (*SECRETS, "5ec2e7", "bucket.s3"):
        assert secret not in shown
    assert any(secret in str(call.sent_headers()) for secret in SECRETS)


@pytest.mark.parametrize(
    ("call", "wanted"),
    [
        pytest.param(
            made("sunra").list_assets(Query(status=AssetStatus.ACTIVE, page=2)),
            ("POST", "/v1/ark/assets/list", {"page": 2, "page_size": 100, "status": "active"}),
            id="sunra lists by POST",
        ),
        pytest.param(
            made("sunra").delete_asset("cgt-1"),
            ("DELETE", "/v1/ark/assets/cgt-1", None),
            id="sunra deletes",
        ),
        pytest.param(
            made("agtcloud").list_assets(Query(group="g-1")),
            ("GET", "/v1/asset/human/list?group_id=g-1&is_leaf=1&p=1&page_size=20", None),
            id="agtcloud lists assets",
        ),
        pytest.param(
            made("agtcloud").list_groups(Query(page=3)),
            ("GET", "/v1/asset/human/list?is_leaf=0&p=3&page_size=20", None),
            id="agtcloud lists containers",
        ),
        pytest.param(
            made("agtcloud").create_group("Cast", "d"),
            ("POST", "/v1/asset/human/aigc", {"name": "Cast", "description": "d"}),
            id="agtcloud makes a virtual container",
        ),
        pytest.param(
            made("agtcloud").create_face_session("https://e.com/back", "Zhang San"),
            (
                "POST",
                "/v1/asset/human/session",
                {"name": "Zhang San", "redirect_url": "https://e.com/back"},
            ),
            id="agtcloud verifies a face",
        ),
        pytest.param(
            made("agtcloud").rename_asset("a/../b", "x"),
            ("PUT", "/v1/asset/human/update/a%2F..%2Fb", {"name": "x"}),
            id="an id stays one part of the path",
        ),
        pytest.param(
            made("crun").get_asset("asset-1&x=2"),
            ("GET", "/api/v1/client/job/asset-info?asset_id=asset-1%26x%3D2", None),
            id="crun gets by query",
        ),
        pytest.param(
            made("atlascloud").list_trash(Query()),
            ("GET", "/api/v1/sd/assets/trash?page=1&page_size=20", None),
            id="atlascloud lists its trash",
        ),
        pytest.param(
            made("atlascloud").restore_asset("2094547"),
            ("POST", "/api/v1/sd/assets/2094547/restore", None),
            id="atlascloud restores",
        ),
        pytest.param(
            made("volcengine").list_assets(Query("he", AssetStatus.FAILED, "g-1")),
            (
                "POST",
                "/?Action=ListAssets&Version=2024-01-01",
                {
                    "Filter": {
                        "GroupType": "AIGC",
                        "GroupIds": ["g-1"],
                        "Statuses": ["Failed"],
                        "Name": "he",
                    },
                    "PageNumber": 1,
                    "PageSize": 100,
                    "ProjectName": "default",
                },
            ),
            id="volcengine filters as officially documented",
        ),
        pytest.param(
            made("volcengine", SCHEME="seed").list_assets(Query("he", AssetStatus.FAILED, "g-1")),
            (
                "POST",
                "/open/ListAssets",
                {
                    "GroupId": "g-1",
                    "Status": "Failed",
                    "Name": "he",
                    "PageNumber": 1,
                    "PageSize": 100,
                    "ProjectName": "default",
                },
            ),
            id="volcengine filters as the seed says",
        ),
        pytest.param(
            made("volcengine", PROJECT="film").update_group("g-1", "n", "d"),
            (
                "POST",
                "/?Action=UpdateAssetGroup&Version=2024-01-01",
                {"Id": "g-1", "Name": "n", "Description": "d", "ProjectName": "film"},
            ),
            id="volcengine names the project in every call",
        ),
    ],
)
def test_a_call(call: Call, wanted: tuple[str, str, object]) -> None:
    path = "/" + call.target().split("/", 3)[3]
    assert (call.method, path, json.loads(call.content() or b"null")) == wanted


def test_atlas_takes_files_on_its_other_host() -> None:
    upload = Upload("/tmp/a.mp4", "a.mp4", "video/mp4")
    call = made("atlascloud").upload_media(upload)
    assert call.url == "https://api.atlascloud.ai/api/v1/model/uploadMedia"
    assert (call.upload, call.content()) == (upload, None)


@pytest.mark.parametrize(
    ("name", "settings", "url", "kind", "asset", "group", "category", "param"),
    [
        pytest.param("sunra", {}, "https://e.com/" + "a" * 2070, Kind.IMAGE, "", "",
                     Category.INVALID, "URL", id="a URL of 2084 characters"),
        pytest.param("volcengine", {}, URL, Kind.IMAGE, "n" * 65, "g", Category.INVALID, "name",
                     id="a name of 65 characters"),
        pytest.param("volcengine", {}, URL, Kind.IMAGE, "", "", Category.INVALID, "GroupId",
                     id="no group"),
        pytest.param("agtcloud", {}, URL, Kind.IMAGE, "", "", Category.INVALID, "group_id",
                     id="no container"),
        pytest.param("volcengine", {}, URL, Kind.VIDEO, "", "g", Category.UNSUPPORTED, "",
                     id="a video where only images are documented"),
        pytest.param("crun", {}, "data:image/png;base64,AA==", Kind.IMAGE, "", "",
                     Category.INVALID, "URL", id="a data URL"),
    ],
)  # fmt: skip
def test_a_registration_that_would_be_refused_is_not_described(
    name: str, settings: dict[str, str], url: str, kind: Kind, asset: str, group: str,
    category: Category, param: str,
) -> None:  # fmt: skip
    with pytest.raises(BackendError) as caught:
        made(name, **settings).create_asset(url, kind, asset, group)
    assert (caught.value.category, caught.value.param) == (category, param)


@pytest.mark.parametrize(
    ("name", "url", "kind", "asset"),
    [
        pytest.param("sunra", "https://e.com/" + "a" * 2069, Kind.IMAGE, "", id="2083 characters"),
        pytest.param("volcengine", URL, Kind.IMAGE, "名" * 64, id="64 characters, not bytes"),
        pytest.param("byteplus", URL, Kind.VIDEO, "", id="a video at byteplus"),
    ],
)
def test_a_registration_at_the_limit(name: str, url: str, kind: Kind, asset: str) -> None:
    assert made(name).create_asset(url, kind, asset, "g").action


def test_a_description_is_counted_in_characters() -> None:
    backend = made("volcengine")
    assert backend.create_group("g", "描" * 300).action == "CreateAssetGroup"
    with pytest.raises(BackendError, match="300"):
        backend.create_group("g", "d" * 301)


def test_a_container_is_deleted_only_with_what_is_in_it_and_an_asset_only_once_seen() -> None:
    backend = made("agtcloud")
    with pytest.raises(BackendError, match="deletes every asset in it"):
        backend.delete_group("g-1")
    assert backend.delete_group("g-1", recursive=True).url.endswith("/delete/g-1")
    data = {"id": "a-1", "asset_type": 3, "status": 1, "is_leaf": 1}
    seen = backend.parse_asset(reply({"success": True, "data": data}))
    assert backend.delete_needs_get
    assert backend.delete_asset("a-1", seen).method == "DELETE"
    for other in (None, backend.parse_asset(reply({"success": True, "data": {**data, "id": "b"}}))):
        with pytest.raises(BackendError, match="may be a container"):
            backend.delete_asset("a-1", other)


@pytest.mark.parametrize("ident", ["", ".", ".."])
@pytest.mark.parametrize("name", sorted(set(NAMES) - {"volcengine", "byteplus"}))
def test_an_id_that_would_name_something_else_is_refused(name: str, ident: str) -> None:
    with pytest.raises(BackendError, match="is no id"):
        made(name).get_asset(ident)


def test_an_empty_id_is_refused_where_ids_are_in_the_body() -> None:
    with pytest.raises(BackendError, match="Id is empty"):
        made("volcengine").get_asset("")


def test_a_face_result_is_read_from_the_address() -> None:
    backend = made("agtcloud")
    assert backend.face_result("https://e.com/b?status=success&group_id=g-1") == "g-1"
    with pytest.raises(BackendError, match="not verified: timeout"):
        backend.face_result("https://e.com/b?status=failed&reason=timeout")


@pytest.mark.parametrize(
    ("name", "variable"),
    [
        ("sunra", "SUNRA_API_KEY"),
        ("agtcloud", "AGTCLOUD_API_KEY"),
        ("agentsflare", "AGENTSFLARE_API_KEY"),
        ("crun", "CRUN_API_KEY"),
        ("atlascloud", "ATLASCLOUD_API_KEY"),
        ("volcengine", "VOLCENGINE_ACCESS_KEY"),
        ("volcengine", "VOLCENGINE_SECRET_KEY"),
        ("byteplus", "BYTEPLUS_SECRET_KEY"),
    ],
)
def test_a_missing_credential_is_named(name: str, variable: str) -> None:
    environ = {key: value for key, value in CREDENTIALS.items() if key != variable}
    with pytest.raises(CredentialsMissing, match=f"{variable} is not set"):
        get_backend(name, environ)


@pytest.mark.parametrize(
    ("setting", "value", "says"),
    [
        pytest.param("BASE_URL", "http://api.example.com", "unencrypted", id="a key in clear"),
        pytest.param("BASE_URL", "https://u:p@e.com", "more than scheme", id="a key in the URL"),
        pytest.param("BASE_URL", "ftp://e.com", "not an http", id="no http"),
        pytest.param("BASE_URL", "https://e.com:99999", "not a URL", id="no port"),
        pytest.param("URI_SCHEME", "ASSET://", "ASSET://", id="a scheme that nobody writes"),
        pytest.param("AUTH_SCHEME", "Basic", "Basic", id="another authorization"),
        pytest.param("RATES", "create=0/1", "is not a rate", id="no calls at all"),
        pytest.param("RATES", "make=1/1", "is not a rate", id="no such pool"),
        pytest.param("RATES", "create=1/0", "is not a rate", id="in no time"),
    ],
)
def test_a_setting_that_means_nothing_is_named(setting: str, value: str, says: str) -> None:
    with pytest.raises(ConfigError, match=f"MEDIAPREP_SUNRA_{setting}.*{says}"):
        made("sunra", **{setting: value})


def test_settings() -> None:
    assert made("sunra", BASE_URL="http://127.0.0.1:8080/sunra/").base_url.endswith("/sunra")
    assert made("volcengine", URI_SCHEME="asset://").uri("Asset-1") == "asset://Asset-1"
    assert made("volcengine").uri("Asset-1") == "Asset://Asset-1"
    assert made("sunra", ACCOUNT="team").account == "team"
    rates = made("volcengine", RATES="create=3/60x1,get=50/1").limits.rates
    assert rates["create"] == Rate(3, 60.0, 1, InFlight.SETTLED)
    assert rates["get"] == Rate(50, 1.0)
    backend = made("volcengine", ASSET_TYPES="Image,Audio")
    assert backend.limits.kinds == {Kind.IMAGE, Kind.AUDIO}


def test_the_documented_rates_are_the_defaults() -> None:
    rates = made("volcengine").limits.rates
    assert (rates["create"].calls, rates["create"].in_flight, rates["get"].calls) == (30, 30, 100)


@every_backend
def test_every_setting_is_in_the_documentation(name: str) -> None:
    docs = Path(__file__).parents[2] / "docs" / "backends"
    page = "volcengine" if name == "byteplus" else name
    told = "".join((docs / f"{which}.md").read_text("utf-8") for which in ("README", page))
    for variable in made(name).settings:
        assert variable.removeprefix(f"MEDIAPREP_{name.upper()}_") in told, variable


def test_no_backend_of_that_name() -> None:
    with pytest.raises(UsageError, match="no backend is called ark"):
        get_backend("ark", CREDENTIALS)


def test_which_of_atlas_ids_a_generation_takes_is_a_setting() -> None:
    data = {"id": 7, "atlas_asset_id": "atl", "ark_asset_id": "ark", "status": "active"}
    for setting, wanted in {"auto": "ark", "atlas_asset_id": "atl", "id": "7"}.items():
        asset = made("atlascloud", REF_ID=setting).parse_asset(reply({"code": 200, "data": data}))
        assert (asset.id, asset.uri) == ("7", f"asset://{wanted}")


def test_a_list_keeps_what_may_be_asked_for_and_ends() -> None:
    backend = made("sunra")
    items = [
        {"ark_asset_id": "1", "status": "active", "name": "hero"},
        {"ark_asset_id": "2", "status": "active", "name": "other"},
        {"ark_asset_id": "3", "status": "active"},
    ]
    answer = {"items": items, "total": 9, "page": 1, "page_size": 3}
    page = backend.parse_assets(reply(answer), Query(name="hero"))
    assert [item.id for item in page.items] == ["1", "3"], "an untold name is not held against it"
    assert page.next == Query(name="hero", page=2, size=3)
    odd = backend.parse_assets(reply({**answer, "page_size": -1}), Query())
    assert odd.next == Query(page=2, size=3), "a page size that is none is not asked for"
    empty = reply({**answer, "items": []})
    assert backend.parse_assets(empty, Query(page=2)).next is None


def test_a_length_of_urls_is_stated_once_by_the_profile() -> None:
    (reading,) = load_profile("sunra").urls["length"].readings
    assert made("sunra").limits.url_chars == reading.hi == 2083

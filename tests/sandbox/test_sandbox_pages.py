"""The calls that the providers' pages print, replayed as printed but for host and media."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from string import Template
from typing import Any

import pytest
from conftest import png
from sandboxlib import POOL, Box, running

SUNRA_CREATE = """curl -X POST "https://api.sunra.ai/v1/ark/assets" \\
  -H "Authorization: Bearer $SUNRA_API_KEY" \\
  -H "Content-Type: application/json" \\
  -d '{"source_url":"https://example.com/face.jpg","asset_type":"image"}'"""
SUNRA_POLL = """curl "https://api.sunra.ai/v1/ark/assets/$ID" \\
  -H "Authorization: Bearer $SUNRA_API_KEY" """
AGT_LIST = """curl \\
"https://api.agtcloud.ai/v1/asset/human/list?group_id=$ID&is_leaf=1&p=1&page_size=20" \\
-H "Authorization: Bearer $AGTCLOUD_API_KEY" """
AGT_GET = """curl "https://api.agtcloud.ai/v1/asset/human/get/$ID" \\
-H "Authorization: Bearer $AGTCLOUD_API_KEY" """
FLARE_CREATE = """curl -X POST "https://api.agentsflare.com/byteplus/_unstable/open/CreateAsset" \\
  -H "Content-Type: application/json" \\
  -H "Authorization: Bearer $AGENTSFLARE_API_KEY" \\
  -d '{
    "Name": "test asset",
    "URL": "https://static.example.com/character.png",
    "AssetType": "Image"
  }'"""
FLARE_GET = """curl -X POST "https://api.agentsflare.com/byteplus/_unstable/open/GetAsset" \\
  -H "Content-Type: application/json" \\
  -H "Authorization: Bearer $AGENTSFLARE_API_KEY" \\
  -d '{
    "Id": "$ID"
  }'"""
ATLAS_CREATE = """curl -X POST "https://console.atlascloud.ai/api/v1/sd/assets" \\
  -H "Authorization: Bearer $ATLASCLOUD_API_KEY" \\
  -H "Content-Type: application/json" \\
  -d '{
  "type": "Image",
  "url": "https://your-public-host.com/reference.png"
  }'"""
ATLAS = 'curl {} "https://console.atlascloud.ai/api/v1/sd/assets{}" \\\n' + (
    '-H "Authorization: Bearer $ATLASCLOUD_API_KEY"'
)
ATLAS_RENAME = (
    ATLAS.format("-X PUT", "/$ID")
    + """ -H "Content-Type: application/json" -d '{ "name": "sunset-reference-v2" }'"""
)
HOSTS = {
    "https://api.sunra.ai": "sunra",
    "https://api.agtcloud.ai": "agtcloud",
    "https://api.agentsflare.com/byteplus/_unstable/open": "agentsflare",
    "https://console.atlascloud.ai/api/v1": "atlascloud-console",
}


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    with running(tmp_path_factory.mktemp("sandbox")) as box:
        yield box


def curl(box: Box, command: str, asset_id: object = "", url: str = "") -> Any:
    """Send what a curl command says."""
    keys = {
        f"{name.upper()}_API_KEY": getattr(box.keys, name)
        for name in ("sunra", "agtcloud", "agentsflare", "atlascloud")
    }
    command = command.replace("\\\n", " ")
    words = shlex.split(Template(command).substitute(keys, ID=asset_id))[1:]
    method, address, headers, data = "", "", {}, ""
    while words:
        word = words.pop(0)
        if word == "-X":
            method = words.pop(0)
        elif word == "-H":
            name, _, value = words.pop(0).partition(": ")
            headers[name] = value
        elif word == "-d":
            data = words.pop(0)
        elif word.strip():
            address = word
    for theirs, host in HOSTS.items():
        address = address.replace(theirs, box.urls[host])
    if url:
        fields = json.loads(data)
        name = next(name for name in ("source_url", "URL", "url") if name in fields)
        data = json.dumps(fields | {name: url})
    method = method or ("POST" if data else "GET")
    answer = POOL.request(method, address, body=data or None, headers=headers)
    assert answer.status == 200, answer.data
    return json.loads(answer.data)


def test_sunras_page_create_then_poll(box: Box) -> None:
    made = curl(box, SUNRA_CREATE, url=box.host("face.jpg", png()))
    assert made.keys() == {
        "id",
        "ark_asset_id",
        "name",
        "asset_type",
        "source_url",
        "status",
        "created_at",
    }
    assert (made["status"], made["name"]) == ("processing", "face.jpg")

    def ask() -> tuple[str, Any]:
        answer = curl(box, SUNRA_POLL, made["ark_asset_id"])
        return answer["status"], answer

    status, answer = box.settled(ask)
    assert status == "active"
    assert answer["ark_url"]


def test_sunras_page_list_and_delete(box: Box) -> None:
    url = box.host("face.jpg", png())
    made = curl(box, SUNRA_CREATE, url=url)["ark_asset_id"]
    _, listed = box.call("sunra", "POST", "/v1/ark/assets/list", {"page": 1, "page_size": 1})
    assert listed.keys() == {"items", "total", "page", "page_size"}
    assert [item["ark_asset_id"] for item in listed["items"]] == [made]
    assert box.call("sunra", "DELETE", f"/v1/ark/assets/{made}") == (200, {"deleted": True})
    assert box.call("sunra", "GET", f"/v1/ark/assets/{made}")[0] == 404


def test_sunra_infers_the_type_from_the_urls_path(box: Box) -> None:
    url = box.host("clip.mp4", b"no video") + "?sig=a.png"
    _, made = box.call("sunra", "POST", "/v1/ark/assets", {"source_url": url})
    assert (made["asset_type"], made["name"]) == ("video", "clip.mp4")


def test_agtclouds_page(box: Box) -> None:
    _, made = box.call("agtcloud", "POST", "/v1/asset/human/aigc", {"name": "Virtual"})
    group = made["data"]["GroupId"]
    body = {
        "group_id": group,
        "url": box.host("demo.png", png()),
        "asset_type": "Image",
        "name": "Demo",
        "description": "For digital human video generation",
    }
    status, made = box.call("agtcloud", "POST", "/v1/asset/human/upload", body)
    assert status == 200
    assert made["data"].keys() == {
        "id",
        "asset_type",
        "group_type",
        "name",
        "description",
        "status",
        "fail_reason",
        "is_leaf",
        "created_at",
        "updated_at",
    }
    assert (made["data"]["asset_type"], made["data"]["group_type"]) == (3, 2)

    def ask() -> tuple[str, Any]:
        answer = curl(box, AGT_GET, made["data"]["id"])
        return str(answer["data"]["status"]), answer

    assert box.settled(ask)[0] == "1"
    listed = curl(box, AGT_LIST, group)
    assert (listed["data"]["total"], listed["data"]["items"][0]["name"]) == (1, "Demo")
    containers = box.call("agtcloud", "GET", "/v1/asset/human/list?is_leaf=0")[1]["data"]["items"]
    assert group in [item["id"] for item in containers]
    assert {item["asset_type"] for item in containers} == {1}

    path = f"/v1/asset/human/update/{made['data']['id']}"
    assert box.call("agtcloud", "PUT", path, {"name": "Other"})[1]["success"]
    assert curl(box, AGT_LIST, group)["data"]["items"][0]["name"] == "Other"
    box.call("agtcloud", "DELETE", f"/v1/asset/human/delete/{group}")
    assert curl(box, AGT_LIST, group)["data"]["total"] == 0


def test_agtclouds_face_verification_ends_in_a_group(box: Box) -> None:
    body = {"redirect_url": "https://your-app.com/callback?a=1", "name": "Zhang San"}
    data = box.call("agtcloud", "POST", "/v1/asset/human/session", body)[1]["data"]
    assert data.keys() == {"Url", "H5Link", "BytedToken"}
    answer = POOL.request("GET", data["H5Link"], redirect=False)
    location = answer.headers["Location"]
    assert location.startswith("https://your-app.com/callback?a=1&status=success&group_id=")
    group = location.rpartition("=")[2]
    shown = curl(box, AGT_GET, group)["data"]
    assert (shown["group_type"], shown["is_leaf"]) == (1, 0)


def test_agentsflares_page(box: Box) -> None:
    made = curl(box, FLARE_CREATE, url=box.host("character.png", png()))
    assert made["base_resp"]["status_code"] == 0

    def ask() -> tuple[str, Any]:
        answer = curl(box, FLARE_GET, made["Id"])
        return answer["Status"], answer

    status, answer = box.settled(ask)
    assert status == "Active"
    assert answer.keys() == {
        "Id",
        "Status",
        "AssetType",
        "Name",
        "URL",
        "CreateTime",
        "UpdateTime",
        "base_resp",
    }


def test_agentsflare_says_what_is_wrong_in_base_resp(box: Box) -> None:
    answer = curl(box, FLARE_GET, "asset-20260602115008-vvd9q")
    assert answer["base_resp"]["status_code"] != 0
    assert "Status" not in answer


def test_crun_uploads_and_informs(box: Box) -> None:
    body = {"name": "a", "asset_type": "Image", "asset_url": box.host("a.png", png())}
    status, made = box.call("crun", "POST", "/asset-upload", body)
    assert (status, made["code"], made["message"]) == (200, 200, "success")

    def ask() -> tuple[str, Any]:
        answer = box.call("crun", "GET", f"/asset-info?asset_id={made['data']['AssetId']}")[1]
        return answer["data"]["Status"], answer

    assert box.settled(ask)[0] == "Active"


@pytest.mark.parametrize(
    ("path", "headers", "code"),
    [
        pytest.param("/asset-info?asset_id=x", {}, 404, id="an unknown id"),
        pytest.param("/asset-info", {}, 422, id="no id"),
        pytest.param("/asset-info?asset_id=x", {"x_api_key": "wrong"}, 401, id="a wrong key"),
    ],
)
def test_cruns_body_decides_under_http_200(
    box: Box, path: str, headers: dict[str, str], code: int
) -> None:
    status, answer = box.call("crun", "GET", path, **headers)
    assert (status, answer["code"]) == (200, code)


def test_atlas_clouds_page(box: Box) -> None:
    made = curl(box, ATLAS_CREATE, url=box.host("reference.png", png()))["data"]
    assert made["status"] == "Processing"
    assert len({str(made[name]) for name in ("id", "atlas_asset_id", "ark_asset_id")}) == 3

    def ask() -> tuple[str, Any]:
        answer = curl(box, ATLAS.format("", "/$ID"), made["id"])["data"]
        return answer["status"], answer

    assert box.settled(ask)[0] == "Active"
    curl(box, ATLAS_RENAME, made["id"])
    listed = curl(box, ATLAS.format("", ""))["data"]["list"]
    assert listed[0]["name"] == "sunset-reference-v2"
    curl(box, ATLAS.format("-X DELETE", "/$ID"), made["id"])
    assert curl(box, ATLAS.format("", ""))["data"]["total"] == len(listed) - 1
    trashed = curl(box, ATLAS.format("", "/trash"))["data"]["list"]
    assert [item["id"] for item in trashed] == [made["id"]]
    curl(box, ATLAS.format("-X POST", "/$ID/restore"), made["id"])
    assert curl(box, ATLAS.format("", "/$ID"), made["id"])["data"]["status"] == "Active"


def test_atlas_clouds_library_is_not_on_its_api_host(box: Box) -> None:
    assert box.call("atlascloud-api", "GET", "/sd/assets")[0] == 404


def test_a_file_uploaded_to_atlas_cloud_can_be_registered(box: Box) -> None:
    content = png(extra=b"")
    answer = POOL.request(
        "POST",
        box.urls["atlascloud-api"] + "/model/uploadMedia",
        fields={"file": ("a.png", content, "image/png")},
        headers={"Authorization": f"Bearer {box.keys.atlascloud}"},
    )
    url = json.loads(answer.data)["data"]["download_url"]
    assert POOL.request("GET", url).data == content
    made = curl(box, ATLAS_CREATE, url=url)["data"]

    def ask() -> tuple[str, Any]:
        answer = curl(box, ATLAS.format("", "/$ID"), made["id"])["data"]
        return answer["status"], answer

    assert box.settled(ask)[0] == "Active"


@pytest.mark.parametrize(
    ("host", "method", "path"),
    [
        ("sunra", "GET", "/v1/ark/assets/x"),
        ("agtcloud", "GET", "/v1/asset/human/list"),
        ("agentsflare", "POST", "/GetAsset"),
        ("atlascloud-console", "GET", "/sd/assets"),
        ("atlascloud-api", "POST", "/model/uploadMedia"),
    ],
)
@pytest.mark.parametrize("header", ["Bearer wrong", "Bearer", "", "Key x"])
def test_a_wrong_key_is_401(box: Box, host: str, method: str, path: str, header: str) -> None:
    body: object = {} if method == "POST" else None
    assert box.call(host, method, path, body, Authorization=header)[0] == 401


@pytest.mark.parametrize(
    ("host", "path", "body"),
    [
        pytest.param("sunra", "/v1/ark/assets", {}, id="Sunra without a URL"),
        pytest.param(
            "sunra",
            "/v1/ark/assets",
            {"source_url": "https://a/" + "b" * 2083},
            id="Sunra with a URL over 2083 characters",
        ),
        pytest.param(
            "sunra",
            "/v1/ark/assets",
            {"source_url": "data:image/png;base64,AAAA"},
            id="Sunra with a data URL",
        ),
        pytest.param("sunra", "/v1/ark/assets", [], id="Sunra with a list for a body"),
        pytest.param(
            "agtcloud",
            "/v1/asset/human/upload",
            {"group_id": "g", "url": "https://a/b"},
            id="AGTCloud without a type",
        ),
        pytest.param(
            "atlascloud-console",
            "/sd/assets",
            {"url": "https://a/b", "type": "Document"},
            id="Atlas Cloud with an unknown type",
        ),
    ],
)
def test_a_bad_request_is_400(box: Box, host: str, path: str, body: object) -> None:
    assert box.call(host, "POST", path, body)[0] == 400


def test_agtcloud_knows_its_containers(box: Box) -> None:
    body = {"group_id": "nobody", "url": "https://a/b.png", "asset_type": "Image"}
    status, answer = box.call("agtcloud", "POST", "/v1/asset/human/upload", body)
    assert (status, answer["success"], answer["data"]) == (404, False, None)

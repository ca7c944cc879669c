"""Rate limits, what is counted, and every fault that can be ordered."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from conftest import png
from sandboxlib import POOL, Box, running
from urllib3.exceptions import HTTPError

from mediaprep.errors import UsageError
from mediaprep.sandbox.rates import Meter, Rate, parse_rate
from mediaprep.sandbox.wire import Refused


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    with running(tmp_path_factory.mktemp("sandbox")) as box:
        yield box


@pytest.fixture
def box(shared: Box) -> Box:
    shared.control("POST", "reset")
    return shared


def create(box: Box) -> tuple[int, Any]:
    return box.call("sunra", "POST", "/v1/ark/assets", {"source_url": box.host("a.png", png())})


def listed(box: Box) -> tuple[int, Any]:
    return box.call("sunra", "POST", "/v1/ark/assets/list", {})


def total(box: Box) -> int:
    found: int = listed(box)[1]["total"]
    return found


@pytest.mark.parametrize(
    ("mode", "status"),
    [("429", 429), ("500", 500), ("401", 401)],
)
def test_a_refusal_comes_instead_of_the_call_as_often_as_ordered(
    box: Box, mode: str, status: int
) -> None:
    box.fault(backend="sunra", action="create", mode=mode, count=2)
    assert [create(box)[0] for _ in range(3)] == [status, status, 200]
    assert total(box) == 1


def test_429_says_when_to_come_back(box: Box) -> None:
    box.fault(backend="sunra", action="list", mode="429", retry_after_s=1.5)
    headers = {"Authorization": f"Bearer {box.keys.sunra}"}
    url = box.urls["sunra"] + "/v1/ark/assets/list"
    answer = POOL.request("POST", url, body=b"{}", headers=headers)
    assert (answer.status, answer.headers["Retry-After"]) == (429, "1.5")


def test_crun_says_429_in_its_body(box: Box) -> None:
    box.fault(backend="crun", action="get", mode="429")
    assert box.call("crun", "GET", "/asset-info?asset_id=x")[1]["code"] == 429


@pytest.mark.parametrize(("mode", "carried_out"), [("drop", 0), ("drop-after", 1)])
def test_a_dropped_connection_before_and_after_the_call(
    box: Box, mode: str, carried_out: int
) -> None:
    box.fault(backend="sunra", action="create", mode=mode)
    with pytest.raises(HTTPError):
        create(box)
    assert total(box) == carried_out
    assert create(box)[0] == 200


@pytest.mark.parametrize("mode", ["malformed", "empty"])
def test_a_spoiled_answer_comes_after_the_call(box: Box, mode: str) -> None:
    box.fault(backend="sunra", action="create", mode=mode)
    with pytest.raises(json.JSONDecodeError):
        create(box)
    assert total(box) == 1


def test_a_page_comes_instead_of_the_answer(box: Box) -> None:
    box.fault(backend="*", action="*", mode="html")
    answer = POOL.request("GET", box.urls["sunra"] + "/v1/ark/assets/x")
    assert (answer.status, answer.headers["Content-Type"]) == (502, "text/html")
    assert answer.data.startswith(b"<!DOCTYPE html>")


def test_a_slow_answer(box: Box) -> None:
    box.fault(backend="sunra", action="list", mode="slow", delay_s=0.2)
    start = time.monotonic()
    assert listed(box)[0] == 200
    assert time.monotonic() - start >= 0.2


def test_an_error_under_http_200(box: Box) -> None:
    box.fault(backend="volcengine", action="GetAsset", mode="as-200")
    status, answer = box.volc("GetAsset", {"Id": "x"})
    assert (status, answer["ResponseMetadata"]["Error"]["Code"]) == (200, "NotFound")


def test_an_asset_fails_moderation(box: Box) -> None:
    box.fault(backend="sunra", action="create", mode="reject")
    made = create(box)[1]["ark_asset_id"]

    def ask() -> tuple[str, Any]:
        shown = box.call("sunra", "GET", f"/v1/ark/assets/{made}")[1]
        return shown["status"], shown

    word, shown = box.settled(ask)
    assert word == "failed"
    assert "policy" in shown["error"]["message"]


def test_a_rate_strikes_a_share_of_the_calls(box: Box) -> None:
    box.settings.limits.clear()
    box.fault(backend="sunra", action="list", mode="500", rate=0.5)
    answers = [listed(box)[0] for _ in range(60)]
    assert 0 < answers.count(500) < 60
    assert box.control("GET", "stats")["faults"][0]["struck"] == answers.count(500)
    box.control("DELETE", "faults")
    assert listed(box)[0] == 200


@pytest.mark.parametrize(
    "order",
    [
        {"mode": "explode"},
        {"mode": "500", "count": 0},
        {"mode": "500", "rate": "often"},
        {"mode": "500", "backends": "sunra"},
    ],
)
def test_a_senseless_order_is_refused(box: Box, order: dict[str, object]) -> None:
    assert "error" in box.control("POST", "faults", order)
    assert box.control("GET", "stats")["faults"] == []


@pytest.mark.parametrize(
    ("limit", "refused"),
    [("sunra.create=3/60", 403), ("atlascloud.create=3/60", 429)],
)
def test_over_the_limit_in_the_providers_number(tmp_path: Path, limit: str, refused: int) -> None:
    name, rate = parse_rate(limit)
    host, path, field = {
        "sunra": ("sunra", "/v1/ark/assets", "source_url"),
        "atlascloud": ("atlascloud-console", "/sd/assets", "url"),
    }[name[0]]
    with running(tmp_path, limits={name: rate}) as box:
        body = {field: box.host("a.png", png())}
        answers = [box.call(host, "POST", path, body)[0] for _ in range(5)]
        assert answers == [200, 200, 200, refused, refused]
        seen = box.control("GET", "stats")["backends"][name[0]]["actions"]["create"]
    assert (seen["calls"], seen["admitted"], seen["over_rate"]) == (5, 3, 2)
    assert seen["answers"] == {"200": 3, str(refused): 2}
    assert seen["peak_per_second"] >= 3


def test_concurrent_creations_are_limited_until_active(tmp_path: Path) -> None:
    with running(tmp_path, in_flight={"volcengine": 2}, delay_s=30, limits={}) as box:
        group = box.volc("CreateAssetGroup", {"Name": "g"})[1]["Result"]["Id"]
        body = {"GroupId": group, "URL": box.host("a.png", png()), "AssetType": "Image"}
        answers = [box.volc("CreateAsset", body)[0] for _ in range(4)]
        stats = box.control("GET", "stats")["backends"]["volcengine"]
    assert answers == [200, 200, 429, 429]
    assert stats["peak_processing"] == 2
    assert stats["actions"]["CreateAsset"]["over_in_flight"] == 2


def test_calls_at_once_are_counted(box: Box) -> None:
    box.fault(backend="sunra", action="list", mode="slow", count=4, delay_s=0.3)
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda _: listed(box), range(4)))
    seen = box.control("GET", "stats")["backends"]["sunra"]["actions"]["list"]
    assert (seen["peak_in_flight"], seen["in_flight"], seen["faults"]) == (4, 0, {"slow": 4})


def test_a_window_slides() -> None:
    meter = Meter({("b", "a"): Rate(2)}, {}, slack_s=0.0)
    for now in (0.0, 0.6, 1.0, 1.6):
        meter.admit("b", "a", now, 0)
    with pytest.raises(Refused):
        meter.admit("b", "a", 1.99, 0)
    meter.admit("b", "a", 2.0, 0)


@pytest.mark.parametrize("text", ["sunra", "sunra.create", "sunra.create=0", "a.b=x/y", "a.b=1/0"])
def test_a_limit_that_cannot_be_read(text: str) -> None:
    with pytest.raises(UsageError):
        parse_rate(text)

"""`request run` against the sandbox: publish, submit, poll, download; and everything between."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from cli_run import COMMAND, run
from jsonschema import Draft202012Validator
from request_world import BACKENDS, FRAME_MODELS, Stage, good, put, staged, token

import mediaprep

SCHEMA = Path(__file__).parents[2] / "docs" / "schemas" / "run-1.schema.json"
pytestmark = pytest.mark.skipif(find_spec("uvicorn") is None, reason="needs the extra [sandbox]")


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    with staged(tmp_path, monkeypatch) as one:
        yield one


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_request_becomes_a_clip(stage: Stage, backend: str) -> None:
    done = stage.run(good(backend), "--output", "json")
    whole = json.loads(done.out)
    assert done.code == 0, done
    assert whole["generation"]["state"] == "done"
    assert not list(Draft202012Validator(json.loads(SCHEMA.read_text())).iter_errors(whole))
    info = mediaprep.probe(whole["output"])
    assert (info.container, info.kind) == ("mp4", "video")
    for secret in [*stage.secrets(), "X-Tos-Signature"]:
        assert secret not in done.out + done.err


@pytest.mark.parametrize("backend", BACKENDS)
def test_video_and_sound_go_along(stage: Stage, backend: str) -> None:
    names = [token(backend, kind, 1) for kind in ("Image", "Video", "Audio")]
    request = good(
        backend,
        prompt=f"{names[0]} moves as in {names[1]} to {names[2]}",
        reference_images=["one.png"],
        reference_videos=["clip.mp4"],
        reference_audios=["voice.wav"],
    )
    # The pages of these two speak of images alone; the current official one of all three kinds.
    newer = ("--profile", "volcengine-2026") if backend in ("volcengine", "agentsflare") else ()
    assert stage.run(request, *newer).code == 0
    assert stage.stats(backend, "generate") == 1


@pytest.mark.parametrize("backend", BACKENDS)
def test_frames_are_another_way_of_asking(stage: Stage, backend: str) -> None:
    request = good(
        backend,
        model=FRAME_MODELS[backend],
        prompt="from dawn to dusk",
        reference_images=None,
        first_frame="one.png",
        last_frame="two.png",
    )
    assert stage.run(request).code == 0


def test_atlas_takes_the_flat_body_too(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEDIAPREP_ATLASCLOUD_BODY", "flat")
    names = [token("atlascloud", kind, 1) for kind in ("Image", "Video")]
    request = good(
        "atlascloud",
        prompt=" and ".join(names),
        reference_images=["one.png"],
        reference_videos=["clip.mp4"],
    )
    assert stage.run(request).code == 0


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_refusal_by_moderation_is_no_success(stage: Stage, backend: str) -> None:
    stage.box.fault(backend=backend, action="generate", mode="reject")
    done = stage.run(good(backend))
    assert done.code == 1
    assert "refused by moderation" in done.out
    assert "sensitive content" in done.out
    assert list((stage.folder / "clips").iterdir()) == []
    # Its outcome is known, so that the next run asks anew.
    assert stage.run(good(backend)).code == 0
    assert stage.stats(backend, "generate") == 2


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_lost_answer_is_never_met_by_asking_again(stage: Stage, backend: str) -> None:
    stage.box.fault(backend=backend, action="generate", mode="drop-after")
    first = stage.run(good(backend))
    second = stage.run(good(backend))
    assert (first.code, second.code) == (2, 2)
    assert "--again" in first.err
    assert "may have taken the request" in second.err
    assert stage.stats(backend, "generate") == 1
    assert stage.run(good(backend), "--again").code == 0
    assert stage.stats(backend, "generate") == 2


def test_what_was_surely_not_taken_is_sent_again(stage: Stage) -> None:
    stage.box.fault(backend="sunra", action="generate", mode="429", retry_after_s=0.05)
    assert stage.run(good("sunra")).code == 0
    assert stage.stats("sunra", "generate") == 2


def test_a_second_run_goes_on_and_pays_for_nothing(stage: Stage) -> None:
    first, second = stage.run(good("sunra")), stage.run(good("sunra"))
    assert (first.code, second.code) == (0, 0)
    assert first.out == second.out
    assert "asked for before" in second.err
    assert "is there already" in second.err
    assert stage.stats("sunra", "generate") == 1
    assert stage.stats("sunra", "create") == 2


def test_the_clip_of_an_earlier_run_is_fetched_again_if_it_is_gone(stage: Stage) -> None:
    stage.run(good("crun"))
    (clip,) = (stage.folder / "clips").iterdir()
    clip.unlink()
    assert stage.run(good("crun")).code == 0
    assert clip.exists()
    assert stage.stats("crun", "generate") == 1


def test_the_deadline_leaves_it_running_and_the_next_run_waits_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with staged(tmp_path, monkeypatch, delay_s=2.5) as stage:
        done = stage.run(good("volcengine"), "--deadline", "1")
        assert done.code == 2
        assert "nothing is submitted anew" in done.err
        assert stage.run(good("volcengine")).code == 0
        assert stage.stats("volcengine", "generate") == 1


@pytest.mark.parametrize("mode", ["500", "drop", "malformed", "html"])
def test_trouble_while_waiting_is_waited_out(stage: Stage, mode: str) -> None:
    stage.box.fault(backend="byteplus", action="generation", mode=mode, count=2)
    assert stage.run(good("byteplus")).code == 0


def test_findings_stop_a_request_before_anything_is_sent(stage: Stage) -> None:
    done = stage.run(good("sunra", duration=99))
    assert done.code == 1
    assert "REQ014" in done.err
    assert stage.stats("sunra", "create") == 0


def test_a_file_that_the_backend_refuses_stops_it(stage: Stage) -> None:
    stage.box.fault(backend="sunra", action="create", mode="reject", count=2)
    done = stage.run(good("sunra"))
    assert done.code == 2
    assert "PolicyViolation" in done.err or "policy" in done.err
    assert stage.stats("sunra", "generate") == 0


def test_a_place_that_cannot_be_written_is_refused_before_it_is_paid_for(stage: Stage) -> None:
    done = stage.run(good("sunra"), "--out", stage.folder / "nowhere" / "clip.mp4")
    assert done.code == 2
    assert "there is no folder" in done.err
    assert stage.stats("sunra", "create") == 0


def test_a_file_that_is_there_is_refused_before_a_new_clip_is_paid_for(stage: Stage) -> None:
    clip = stage.folder / "clip.mp4"
    before = clip.read_bytes()
    done = stage.run(good("sunra"), "--out", clip)
    assert (done.code, clip.read_bytes()) == (2, before)
    assert "is there already" in done.err
    assert stage.stats("sunra", "generate") == 0
    own = stage.folder / "own.mp4"
    for _ in range(2):  # the second finds what the first has brought
        assert stage.run(good("sunra"), "--out", own).code == 0
    assert stage.stats("sunra", "generate") == 1


def test_a_clip_at_a_private_address_is_not_fetched(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MEDIAPREP_ALLOW_PRIVATE_URLS", "")
    done = stage.run(good("sunra"))
    assert done.code == 2
    assert "127.0.0.1" in done.err
    assert "X-Tos-Signature" not in done.err
    assert list((stage.folder / "clips").iterdir()) == []


def test_a_backend_without_a_page_says_so(stage: Stage) -> None:
    done = stage.run(good("sunra") | {"backend": "agtcloud"})
    assert done.code == 2
    assert "agtcloud: no page says how a generation is asked for" in done.err


def test_a_missing_key_is_named(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.publish("volcengine", "one.png", "two.png")
    monkeypatch.delenv("VOLCENGINE_ARK_API_KEY")
    done = stage.run(good("volcengine"))
    assert done.code == 2
    assert "VOLCENGINE_ARK_API_KEY is not set" in done.err


def test_nothing_secret_is_remembered(stage: Stage) -> None:
    signed = f"{stage.box.host('p.png', b'x')}?X-Amz-Signature=feedfacefeedface"
    request = good("sunra", reference_images=["one.png", signed])
    done = stage.run(request)
    assert done.code == 0
    kept = b"".join(
        path.read_bytes() for path in stage.folder.parent.glob("ledger.sqlite*") if path.is_file()
    )
    told = (done.out + done.err).encode()
    for secret in [*stage.secrets(), "feedfacefeedface", "X-Tos-Signature"]:
        assert secret.encode() not in kept + told


@pytest.mark.parametrize("backend", ["sunra", "byteplus"])
def test_a_prompt_alone_is_a_request(stage: Stage, backend: str) -> None:
    done = stage.run(good(backend, prompt="dusk over the sea", reference_images=None))
    assert done.code == 0, done


FORMATS = ("text", "json", "jsonl", "csv", "sarif", "junit", "github", "gitlab", "html")


@pytest.mark.parametrize("form", FORMATS)
def test_every_output_of_check_is_one_of_request_check(stage: Stage, form: str) -> None:
    file = put(stage.folder, good("sunra", ratio="2:1"))
    report = stage.folder / "report"
    done = run("request", "check", file, "--output", f"{form}={report}")
    assert done.code == 1, done
    text = report.read_text(encoding="utf-8")
    assert ("REQ013" in text) or ("ratio-not-offered" in text)


def test_python_does_what_the_command_does(stage: Stage) -> None:
    file = put(stage.folder, good("crun"))
    report = mediaprep.check_request(file)
    assert report.clean
    assert {f.code for r in report.results for f in r.findings} - {"PIC009"} == {"REQ020"}
    with pytest.raises(mediaprep.UsageError, match="not published yet"):
        mediaprep.emit_request(file)
    stage.where()
    where: dict[str, Any] = {"url_base": stage.box.media_url, "root": str(stage.folder)}
    ran = mediaprep.run_request(file, out=stage.folder, **where)
    assert ran.exit_code == 0
    assert mediaprep.probe(ran.output).kind == "video"
    assert json.loads(mediaprep.emit_request(file))["model"] == good("crun")["model"]
    with pytest.raises(mediaprep.RequestRefused) as refused:
        mediaprep.run_request(put(stage.folder, good("crun", duration=1)))
    assert refused.value.results[0].findings[0].code == "REQ014"


@pytest.mark.slow
def test_a_run_that_is_killed_while_it_submits_is_not_taken_for_undone(stage: Stage) -> None:
    stage.publish("sunra", "one.png", "two.png")
    stage.box.fault(backend="sunra", action="generate", mode="slow", delay_s=5)
    file = put(stage.folder, good("sunra"))
    command = [*COMMAND, "request", "run", str(file), "--out", str(stage.folder)]
    with subprocess.Popen(command) as process:
        while stage.stats("sunra", "generate") == 0:
            assert process.poll() is None
            time.sleep(0.02)
        process.kill()
    done = stage.run(good("sunra"))
    assert done.code == 2
    assert "an earlier run was cut off while it asked" in done.err
    assert stage.stats("sunra", "generate") == 1


@pytest.mark.parametrize("mode", ["500", "drop-after"])
def test_more_trouble_than_a_session_takes_is_waited_out_too(stage: Stage, mode: str) -> None:
    stage.box.fault(backend="volcengine", action="generation", mode=mode, count=7)
    assert stage.run(good("volcengine")).code == 0
    assert stage.stats("volcengine", "generate") == 1


def test_a_key_that_ends_while_waiting_ends_the_wait(stage: Stage) -> None:
    stage.box.fault(backend="crun", action="generation", mode="401", count=1)
    done = stage.run(good("crun"))
    assert done.code == 2
    assert "credential has expired" in done.err
    assert stage.run(good("crun")).code == 0
    assert stage.stats("crun", "generate") == 1


def test_a_generation_that_is_gone_is_asked_for_anew_only_with_again(stage: Stage) -> None:
    assert stage.run(good("byteplus")).code == 0
    stage.box.server.world.generations.clear()
    done = stage.run(good("byteplus"), "--deadline", "20")
    assert done.code == 2
    assert "is not found" in done.err
    assert stage.stats("byteplus", "generate") == 1
    assert stage.run(good("byteplus"), "--again").code == 0

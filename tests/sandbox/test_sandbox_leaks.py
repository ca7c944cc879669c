"""Nothing secret is in any output, whatever goes wrong: words, logs, ledger, traces with locals."""

from __future__ import annotations

import importlib
import io
import logging
import traceback
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cli_run import run
from publishing import BACKENDS, pictures, publish, published_to, secrets
from sandboxlib import Box

from mediaprep.publish.store import open_store
from mediaprep.secret import Hidden

_QUICK = ("volcengine", "crun")  # signed, and by a key; the others are slow for the same words
FAULTS = ("429", "500", "401", "drop", "drop-after", "malformed", "html", "as-200", "reject")


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    with published_to(tmp_path_factory.mktemp("sandbox")) as box:
        yield box


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything that anybody logs, from the lowest level on."""
    written = io.StringIO()
    handler, root = logging.StreamHandler(written), logging.getLogger()
    # The sandbox fetches in this process, too, with clients that are its own.
    handler.addFilter(lambda record: record.threadName != "fetch")
    before = root.level
    root.addHandler(handler)
    root.setLevel(1)
    yield written
    root.setLevel(before)
    root.removeHandler(handler)


def leaks(box: Box, *words: str) -> list[str]:
    """Return the secrets that are in words, or in a file of the sandbox's user."""
    folder = Path(box.settings.folder)
    kept = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    held = b"".join([*kept, *(text.encode() for text in words)])
    return [secret for secret in secrets(box) if secret.encode() in held]


@pytest.mark.parametrize(
    ("backend", "fault"),
    [
        pytest.param(
            backend, fault, marks=() if backend in _QUICK or not fault else pytest.mark.slow
        )
        for backend in BACKENDS
        for fault in ("", *FAULTS)
    ],
)
def test_no_secret_is_in_words_logs_or_ledger(
    backend: str, fault: str, box: Box, tmp_path: Path, log: io.StringIO
) -> None:
    folder, said = pictures(tmp_path / "media"), ""
    if fault:
        box.fault(backend=backend, action="*", mode=fault, count=2, delay_s=0.01)
    for output in ("json", "text"):
        done = publish(folder, backend, "--output", output)
        said += done.out + done.err
    box.control("DELETE", "faults")
    assert "png" in said
    assert not leaks(box, said, log.getvalue())


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        pytest.param("VOLCENGINE_SECRET_KEY", "another-secret-key-0123", id="another secret key"),
        pytest.param("VOLCENGINE_SESSION_TOKEN", "another-token-0123456", id="another token"),
        pytest.param("MEDIAPREP_VOLCENGINE_BASE_URL", "http://127.0.0.1:9", id="nobody there"),
        pytest.param("MEDIAPREP_VOLCENGINE_REGION", "eu-west-1", id="another region"),
        pytest.param("MEDIAPREP_VOLCENGINE_SCHEME", "seed", id="the page's scheme"),
    ],
)
def test_no_secret_is_in_a_refusal(
    variable: str,
    value: str,
    box: Box,
    tmp_path: Path,
    log: io.StringIO,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(variable, value)
    done = publish(pictures(tmp_path / "media"), "volcengine")
    told = [] if "URL" in variable or "REGION" in variable or value == "seed" else [value]
    assert not leaks(box, done.out, done.err, log.getvalue())
    assert not [secret for secret in told if secret in done.out + done.err + log.getvalue()]


@pytest.mark.parametrize("backend", BACKENDS)
def test_no_secret_is_in_what_assets_says(backend: str, box: Box, log: io.StringIO) -> None:
    said = ""
    for words in (("list",), ("trash",), ("groups",), ("get", "no-such"), ("delete", "no-such")):
        done = run("assets", *words, "--backend", backend)
        said += done.out + done.err
    done = run("assets", "export")
    assert not leaks(box, said, done.out, log.getvalue())


def _bug(*_: object, **__: object) -> Any:
    raise ZeroDivisionError("a bug of the test's own")


def _plant(patch: pytest.MonkeyPatch, module: str, name: str) -> None:
    target: Any = importlib.import_module(module)
    *classes, name = name.split(".")
    for each in classes:
        target = getattr(target, each)
    patch.setattr(target, name, _bug)


def _trace(error: BaseException) -> str:
    """Return what a tool that shows the locals of each frame would."""
    trace = traceback.TracebackException.from_exception(error, capture_locals=True)
    return "".join(trace.format())


PLANTED = {
    "in reading an answer": ("mediaprep.backends.base", "Adapter._read_answer"),
    "in the library that sends": ("urllib3.connectionpool", "HTTPConnectionPool._make_request"),
    "in reading what came": ("mediaprep.publish.transport", "_read"),
    "in writing the ledger": ("mediaprep.publish.register", "Registrar._registered"),
    "in the look at a URL": ("mediaprep.publish.preflight", "judge_url"),
    "in fetching for the look": ("mediaprep.publish.fetch", "_whole_length"),
}


@pytest.mark.parametrize("where", PLANTED)
@pytest.mark.parametrize("backend", ["sunra", "volcengine", "crun"])
def test_no_secret_is_in_the_locals_of_a_trace(
    backend: str, where: str, box: Box, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MEDIAPREP_DEBUG", "1")
    _plant(monkeypatch, *PLANTED[where])
    with pytest.raises(ZeroDivisionError) as caught:
        publish(pictures(tmp_path / "media"), backend)
    told = _trace(caught.value)
    assert "a bug of the test's own" in told
    assert "in _bug" in told  # and it still says where
    assert not leaks(box, told)


SETUP = {
    "in reading a setting": ("mediaprep.backends.settings", "Settings.url"),
    "in opening the ledger": ("mediaprep.publish.run", "Ledger"),
    "in making the pipeline": ("mediaprep.publish.run", "Pipeline"),
}


@pytest.mark.parametrize("where", SETUP)
def test_no_variable_is_in_the_locals_of_a_trace(
    where: str, box: Box, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MEDIAPREP_DEBUG", "1")
    _plant(monkeypatch, *SETUP[where])
    with pytest.raises(ZeroDivisionError) as caught:
        publish(pictures(tmp_path / "media"), "volcengine")
    assert not leaks(box, _trace(caught.value))


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("botocore.httpsession", "URLLib3Session.send"),
        ("botocore.auth", "SigV4Auth.signature"),
    ],
)
def test_no_key_of_a_store_is_in_the_locals_of_a_trace(
    module: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = ("AKIAOFTHETEST", "secret-of-the-test-01", "token-of-the-test-01")
    names = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
    known = dict(zip(names, keys, strict=True)) | {"AWS_ENDPOINT_URL_S3": "http://127.0.0.1:9"}
    store = open_store("s3://bucket/prefix", Hidden(known))
    (tmp_path / "a.png").write_bytes(b"a")
    _plant(monkeypatch, module, name)
    with pytest.raises(ZeroDivisionError) as caught:
        store.put(str(tmp_path / "a.png"), sha256(b"a").hexdigest(), "image/png")
    told = _trace(caught.value).replace(repr(keys), "")  # the test's own
    told = "\n".join(line for line in told.splitlines() if not line.startswith("    known = "))
    assert not [key for key in keys if key in told]

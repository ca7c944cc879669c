"""Learn what can be learned of a request's references without asking anyone: files and ledger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mediaprep.backends.generate import GENERATORS, get_generator
from mediaprep.backends.generate.base import Generator
from mediaprep.generation import Ask, Form, Reference, Request
from mediaprep.model import MediaInfo
from mediaprep.probe import probe
from mediaprep.publish.records import Record
from mediaprep.request.known import Shelf, open_shelf, published_file
from mediaprep.rules.reqfacts import RequestFacts, Standing, Used
from mediaprep.secret import Secret

# As long as any id is: for the size of a body whose assets do not exist yet.
_SOME_ID = "asset-20260101000000-xxxxx"


@dataclass(frozen=True, slots=True)
class Gathered:
    """The facts of a request, and what the ledger has for each reference, in the same order."""

    facts: RequestFacts
    records: tuple[Record | None, ...]

    @property
    def request(self) -> Request:
        """The request itself."""
        return self.facts.request

    @property
    def files(self) -> dict[str, MediaInfo]:
        """The local files and what they measure, each once, in the order of the request."""
        used = [u for u in self.facts.used if u.reference.form is Form.PATH]
        return {u.reference.path: u.info for u in used if u.info is not None}

    @property
    def missing(self) -> list[Reference]:
        """The references that have no URI to send yet."""
        return [
            used.reference
            for used, record in zip(self.facts.used, self.records, strict=True)
            if used.reference.form is Form.PATH
            and (used.standing is not Standing.ACTIVE or record is None)
        ]

    def ask(self, generator: Generator) -> Ask:
        """Return the request with what is sent for each reference."""
        pairs = zip(self.facts.used, self.records, strict=True)
        uris = tuple(_uri(used.reference, record, generator) for used, record in pairs)
        return Ask(self.request, uris)


def gather(request: Request, environ: Mapping[str, str]) -> Gathered:
    """Measure files, look contents and URIs up in the ledger, and weigh the body."""
    shelf = open_shelf(request.backend, environ)
    probed: dict[str, MediaInfo] = {}
    used, records = [], []
    for reference in request.references:
        one, record = _learn(reference, shelf, probed)
        used.append(one)
        records.append(record)
    found = Gathered(RequestFacts(request, tuple(used)), tuple(records))
    if request.backend not in GENERATORS:
        return found
    content = body_of(found, get_generator(request.backend, environ))
    return Gathered(RequestFacts(request, tuple(used), len(content)), tuple(records))


def body_of(gathered: Gathered, generator: Generator) -> bytes:
    """Return the bytes that are sent."""
    return generator.submit(gathered.ask(generator)).content() or b""


def _learn(
    reference: Reference, shelf: Shelf, probed: dict[str, MediaInfo]
) -> tuple[Used, Record | None]:
    if reference.form is Form.PATH:
        return _learn_file(reference, shelf, probed)
    if reference.form is not Form.ASSET:
        return Used(reference, Standing.INLINE), None
    standing, record = shelf.find_uri(reference.text)
    if record is None:
        return Used(reference, standing), None
    path = published_file(record)
    info = probed.setdefault(path, probe(path)) if path else None
    return Used(reference, standing, record.kind, info, record.reason), record


def _learn_file(
    reference: Reference, shelf: Shelf, probed: dict[str, MediaInfo]
) -> tuple[Used, Record | None]:
    path = reference.path
    if path not in probed:
        probed[path] = probe(path)
    info = probed[path]
    try:
        standing, record = shelf.find_file(path)
    except OSError:  # why it cannot be read is a finding about the file itself
        standing, record = Standing.INLINE, None
    why = record.reason if record else ""
    return Used(reference, standing, info.kind, info, why), record


def _uri(reference: Reference, record: Record | None, generator: Generator) -> Secret | str:
    if record is not None and record.uri:
        return record.uri
    if reference.form is Form.ASSET:
        return generator.uri(reference.text.partition("://")[2])
    if reference.form is Form.PATH:
        return generator.uri(_SOME_ID)
    return Secret(reference.text)

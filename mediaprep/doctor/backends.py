"""The backends: whether variables, hosts and keys are what they should be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from mediaprep.backends import NAMES, get_backend
from mediaprep.backends.errors import BackendError, Category, CredentialsMissing
from mediaprep.backends.generate import get_generator
from mediaprep.backends.values import Offer, Query
from mediaprep.doctor.answer import Answer, State
from mediaprep.doctor.store import clock
from mediaprep.errors import MediaprepError
from mediaprep.publish.session import Session

_TOPIC = "backends"
# Where a generation wants another key than the library does.
_OTHER_KEYS = {"volcengine": "VOLCENGINE_ARK_API_KEY", "byteplus": "BYTEPLUS_ARK_API_KEY"}
_NOWHERE = "asset-20000101000000-doctor"  # an id that no library holds
# What is answered for it where the key was taken.
_TAKEN = frozenset({Category.NOT_FOUND, Category.INVALID})


def examine(
    environ: Mapping[str, str], names: Sequence[str] = (), *, offline: bool
) -> Iterator[Answer]:
    """Yield what a call that changes nothing tells of each backend that has credentials."""
    asked = names or NAMES
    with ThreadPoolExecutor(len(asked)) as threads:
        told = [threads.submit(_one, name, environ, offline, name in names) for name in asked]
        for name, answers in zip(asked, told, strict=True):
            yield from answers.result()
            yield from _generation(name, environ)


def _one(name: str, environ: Mapping[str, str], offline: bool, named: bool) -> list[Answer]:
    try:
        get_backend(name, environ)
    except CredentialsMissing as error:
        state = State.BROKEN if named else State.ABSENT
        return [Answer(_TOPIC, name, state, _words(name, error), error.hint)]
    except MediaprepError as error:
        return [Answer(_TOPIC, name, State.BROKEN, _words(name, error), error.hint)]
    if offline:
        return [Answer(_TOPIC, name, State.UNTRIED, "credentials are there, not tried offline")]
    session = Session(get_backend(name, environ), environ, tries=2)
    try:
        return [_call(name, session), *_clock(name, session)]
    finally:
        session.close()


def _generation(name: str, environ: Mapping[str, str]) -> Iterator[Answer]:
    """Tell of a key of its own for generations; it is not tried, since a generation costs money."""
    variable = _OTHER_KEYS.get(name)
    if variable is None:
        return
    key = f"{name} run"
    try:
        get_generator(name, environ)
    except MediaprepError as error:
        yield Answer(_TOPIC, key, State.BROKEN, _words(name, error), error.hint)
        return
    if environ.get(variable, "").strip():
        yield Answer(
            _TOPIC, key, State.UNTRIED, f"{variable} is there; to try it would be paid for"
        )
    else:
        words = f"{variable} is not set: `request run` wants it, the library does not"
        yield Answer(_TOPIC, key, State.ABSENT, words, f"set {variable} in the environment")


def _call(name: str, session: Session) -> Answer:
    backend = session.backend
    try:
        if Offer.LIST in backend.offers:
            query = Query(size=1)
            session.ask(
                backend.list_assets(query), lambda reply: backend.parse_assets(reply, query)
            )
        else:
            session.ask(backend.get_asset(_NOWHERE), backend.parse_asset)
    except BackendError as error:
        if Offer.LIST not in backend.offers and error.category in _TAKEN:
            return Answer(_TOPIC, name, State.OK, "reached; it takes the key")
        state = State.UNTRIED if error.retryable else State.BROKEN
        return Answer(_TOPIC, name, state, session.scrub(_words(name, error)), error.hint)
    except MediaprepError as error:
        return Answer(_TOPIC, name, State.BROKEN, session.scrub(_words(name, error)), error.hint)
    return Answer(_TOPIC, name, State.OK, "reached; it takes the key")


def _words(name: str, error: MediaprepError) -> str:
    return str(error).removeprefix(f"{name}: ")


def _clock(name: str, session: Session) -> list[Answer]:
    return [clock(f"{_TOPIC}: {name}", session.skew_s)] if session.skew_s else []

"""Show a request as the call that the backend wants: JSON, a curl command, or a Python script.

Keys are variables, and so are references that are URLs with a query: a query may be a signature.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Mapping
from pprint import pformat

from mediaprep.backends.call import Call
from mediaprep.backends.generate.base import Generator
from mediaprep.generation import Ask, Form, Reference
from mediaprep.secret import Secret

_CURL = """\
#!/bin/sh
# {page}
{needs}set -eu
curl --fail-with-body --silent --show-error -X {method} {quoted_url} \\
  -H "{header}: {scheme}${{{variable}}}" \\
  -H 'Content-Type: application/json' \\
  --data-binary @- <<BODY
{body}
BODY
"""
_PYTHON = '''\
"""{page}"""

import json
import os
import urllib.error
import urllib.request

{needs}BODY = {body}
request = urllib.request.Request(
    {url!r},
    data=json.dumps(BODY).encode(),
    headers={{
        {header!r}: {scheme!r} + os.environ[{variable!r}],
        "Content-Type": "application/json",
    }},
    method={method!r},
)
try:
    with urllib.request.urlopen(request) as answer:
        print(answer.read().decode())
except urllib.error.HTTPError as error:
    raise SystemExit(f"{{error.code}}: {{error.read().decode()}}")
'''


class _Variable(str):
    """A value that stands in the environment, by the variable's name."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"os.environ[{str(self)!r}]"


def emit(ask: Ask, generator: Generator, form: str) -> str:
    """Return the call for a request in one of FORMATS; it holds no secret."""
    call, needed = _shown(ask, generator)
    return FORMATS[form](call, generator, needed)


def variables(ask: Ask) -> dict[str, str]:
    """Return the variables that stand for references, and what they stand for, as it is shown."""
    pairs = zip(ask.request.references, ask.uris, strict=True)
    return {_name(ref): ref.shown for ref, uri in pairs if _is_secret(ref, uri)}


def _shown(ask: Ask, generator: Generator) -> tuple[Call, dict[str, str]]:
    uris = tuple(
        _Variable(_name(reference))
        if _is_secret(reference, uri)
        else uri.reveal()
        if isinstance(uri, Secret)
        else uri
        for reference, uri in zip(ask.request.references, ask.uris, strict=True)
    )
    return generator.submit(Ask(ask.request, uris)), variables(ask)


def _is_secret(reference: Reference, uri: Secret | str) -> bool:
    return reference.form is Form.URL and ("?" in reference.text or "@" in reference.text)


def _name(reference: Reference) -> str:
    return f"{reference.role.upper()}_{reference.number}_URL"


def _json(call: Call, generator: Generator, needed: Mapping[str, str]) -> str:
    return _body(call, lambda name: f"${{{name}}}") + "\n"


def _curl(call: Call, generator: Generator, needed: Mapping[str, str]) -> str:
    # The shell expands the document: whatever is not a placeholder of ours is escaped.
    mark = "@"
    while mark in _body(call, str):
        mark += "@"
    body = _body(call, lambda name: mark + name + mark)
    for special in ("\\", "$", "`"):
        body = body.replace(special, f"\\{special}")
    for name in needed:
        body = body.replace(mark + name + mark, f"${{{name}}}")
    return _filled(_CURL, call, generator, needed, body)


def _python(call: Call, generator: Generator, needed: Mapping[str, str]) -> str:
    body = pformat(call.json_body, sort_dicts=False, width=96)
    return _filled(_PYTHON, call, generator, needed, body)


def _filled(
    template: str, call: Call, generator: Generator, needed: Mapping[str, str], body: str
) -> str:
    needs = [f"# needs {generator.variable}\n"]
    needs += [f"# needs {name}: {what}\n" for name, what in needed.items()]
    return template.format(
        page=generator.page,
        needs="".join(needs),
        method=call.method,
        url=call.target(),
        quoted_url=shlex.quote(call.target()),
        header=generator.header,
        scheme=generator.scheme,
        variable=generator.variable,
        body=body,
    )


def _body(call: Call, place: Callable[[str], str]) -> str:
    def placed(value: object) -> object:
        if isinstance(value, _Variable):
            return place(value)
        if isinstance(value, dict):
            return {key: placed(item) for key, item in value.items()}
        if isinstance(value, list):
            return [placed(item) for item in value]
        return value

    return json.dumps(placed(call.json_body), indent=2, ensure_ascii=True)


FORMATS: Mapping[str, Callable[[Call, Generator, Mapping[str, str]], str]] = {
    "json": _json,
    "curl": _curl,
    "python": _python,
}

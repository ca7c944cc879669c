"""`fixtures/manifest.toml`: what every fixture is expected to measure, and to be called."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path

from fixturelib.recipe import Fact, Fixture

NAME = "manifest.toml"
FOLDERS = ("media", "tour")
_BANNER = """\
# GENERATED VIA scripts/fixtures, from the tables in scripts/fixturelib: change those instead.
#
# facts   what the file measures, under the names of the JSON output. Only what is asserted is here.
#         A string in a field that is a fraction is that exact fraction.
# codes   the errors and warnings that a profile's check must report, no more and no fewer.
"""


def render(recipes: Sequence[Fixture], root: Path) -> str:
    """Write out the manifest of the files that lie below `root`."""
    return "\n".join([_BANNER, *(_entry(recipe, root) for recipe in recipes)])


def _entry(recipe: Fixture, root: Path) -> str:
    facts = ", ".join(f"{name} = {_value(fact)}" for name, fact in recipe.facts.items())
    lines = [f"[{json.dumps(recipe.path)}]", f"made = {_value(recipe.made)}"]
    lines.append(f"facts = {{ {facts} }}" if facts else "facts = {}")
    lines += [f"codes.{name} = {json.dumps(list(codes))}" for name, codes in recipe.codes.items()]
    lines.append(f'sha256 = "{_digest(root / recipe.path)}"')
    return "\n".join(lines) + "\n"


def _value(fact: Fact) -> str:
    return json.dumps(fact, ensure_ascii=False)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def disagreements(recipes: Sequence[Fixture], root: Path) -> Iterator[str]:
    """Say where the recipes, the manifest and the files below `root` do not agree."""
    made = {recipe.path for recipe in recipes}
    there = {
        path.relative_to(root).as_posix()
        for folder in FOLDERS
        for path in (root / folder).rglob("*")
        if path.is_file()
    }
    yield from (f"{path}: there is a recipe, but no file" for path in sorted(made - there))
    yield from (f"{path}: there is a file, but no recipe" for path in sorted(there - made))
    listed = tomllib.loads((root / NAME).read_text(encoding="utf-8"))
    yield from (f"{path}: in the manifest, but no file" for path in sorted(set(listed) - there))
    for path in sorted(there & set(listed)):
        if listed[path]["sha256"] != _digest(root / path):
            yield f"{path}: its bytes are not those of the manifest"
    if made == there and render(recipes, root) != (root / NAME).read_text(encoding="utf-8"):
        yield f"{NAME}: not what the recipes say; run scripts/fixtures --manifest"

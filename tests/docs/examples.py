"""The examples in the documentation, taken out of its fenced blocks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
GENERATED = {"cli.md", "profiles.md", "rules.md", "corpus.md"}
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Example:
    """One fenced block."""

    page: str
    line: int
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


@dataclass(frozen=True)
class Shown:
    """A command and what the page says that it prints, with … for what is left out."""

    command: str
    output: str


def examples(*languages: str) -> list[Example]:
    """List the blocks in these languages, of every page written by hand."""
    found = []
    for page in PAGES:
        if page.name in GENERATED:
            continue
        text = page.read_text(encoding="utf-8")
        for match in _BLOCK.finditer(text):
            if match[1] in languages:
                line = text.count("\n", 0, match.start()) + 1
                found.append(Example(str(page.relative_to(ROOT)), line, match[1], match[2]))
    return found


def commands(example: Example) -> list[Shown]:
    """Split a console block at its prompts."""
    parts = re.split(r"^\$ ", example.text, flags=re.MULTILINE)[1:]
    return [Shown(*part.partition("\n")[::2]) for part in parts]


def is_like(written: str, shown: str) -> bool:
    """Whether output is as a page shows it: … is anything, on a line of its own any lines."""
    pattern = ""
    for line in shown.splitlines():
        if line.strip() == "…":
            pattern += r"(?:.*\n)*?"
        else:
            pattern += ".*".join(map(re.escape, line.rstrip().split("…"))) + r" *\n"
    return re.fullmatch(pattern, written) is not None

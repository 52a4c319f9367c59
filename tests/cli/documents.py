"""The fenced blocks of a page: files to write, and commands to run."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

FENCE = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, the words behind it (`run`, `file=…`), its text and its line."""

    language: str
    words: dict[str, str]
    text: str
    line: int


def blocks_of(page: Path) -> list[Block]:
    """Return the fenced blocks of a page in their order."""
    text = page.read_text(encoding="utf-8")
    found = []
    for match in FENCE.finditer(text):
        words = dict(word.partition("=")[::2] for word in match[2].split())
        found.append(Block(match[1], words, match[3], text[: match.start()].count("\n") + 1))
    return found


def commands_in(block: Block) -> list[str]:
    """Return the commands of a block, without comments; of a console, the lines that begin with `$`."""
    lines = block.text.splitlines()
    if block.language == "console":
        lines = [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]
    bare = (re.sub(r"(^|\s)#.*$", "", line).strip() for line in lines)
    return [line for line in bare if line]


def without_tables(text: str, name: str) -> str:
    """Take all `[[name]]` tables, with the tables inside them, out of a plan."""
    parts = re.split(r"(?m)^(?=\[)", text)
    return "".join(part for part in parts if not re.match(rf"\[\[?{name}[.\]]", part))

"""A problem of a plan: how bad it is, which key it is about, and one sentence for people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

__all__ = ["Path", "Problem", "key_path", "nearest", "shown"]

Path = tuple[str | int, ...]
"""Keys and positions (from 0) from the top of the plan: ("point", 2, "station", 0, "servers")."""

_SHOWN_LENGTH = 60


@dataclass(frozen=True, slots=True)
class Problem:
    """Something about a plan that a person should know.

    Attributes:
        level: "error" stops a run, "warning" does not.
        path: Where, as keys and positions; empty for the plan as a whole.
        sentence: What was found and what was expected.
        line: Line in the plan's text from 1, where the text is at hand.
    """

    level: Literal["error", "warning"]
    path: Path
    sentence: str
    line: int | None = None

    @property
    def place(self) -> str:
        """The key path as people write it, such as `point[2].station[0].servers`."""
        return key_path(self.path)


def key_path(path: Path) -> str:
    """Write a path as `point[2].station[0].servers`; keys that are not bare are quoted, the empty path is `plan`."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            bare = part != "" and all(c.isascii() and (c.isalnum() or c in "-_") for c in part)
            text += ("." if text else "") + (part if bare else shown(part))
    return text or "plan"


def shown(value: object) -> str:
    """Show a found value on one line, short enough for a sentence."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        text = value.encode("unicode_escape").decode("ascii") if not value.isprintable() else value
        return f"'{_shortened(text)}'"
    if isinstance(value, dict):
        pairs = [f"{shown(key)[1:-1]} = {_brief(inner)}" for key, inner in list(value.items())[:3]]
        return f"a table with {', '.join(pairs)}{', …' if len(value) > 3 else ''}" if pairs else "an empty table"
    if isinstance(value, list | tuple):
        return f"an array of {len(value)}" if value else "an empty array"
    if isinstance(value, int):
        return str(value) if abs(value) < 10**_SHOWN_LENGTH else f"a whole number of more than {_SHOWN_LENGTH} digits"
    if hasattr(value, "isoformat"):
        return str(value.isoformat())
    return _shortened(str(value))


def nearest(word: str, known: Iterable[str]) -> str:
    """Return " (did you mean 'x'?)" for the known word closest to a mistyped one, or nothing."""
    from difflib import get_close_matches  # late: only a mistake needs it

    listed = list(known)
    folded = {k.casefold(): k for k in listed}
    close = get_close_matches(word.casefold()[:80], list(folded), n=1, cutoff=0.6)
    return f" (did you mean {shown(folded[close[0]])}?)" if close else ""


def _brief(value: object) -> str:
    """Show a value inside a table: tables and arrays only by their brackets."""
    if isinstance(value, dict):
        return "{…}"
    return "[…]" if isinstance(value, list | tuple) else shown(value)


def _shortened(text: str) -> str:
    return text if len(text) <= _SHOWN_LENGTH else text[: _SHOWN_LENGTH - 1] + "…"

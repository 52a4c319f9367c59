"""Media under the names by which others cite them, and which of them are the voice of a state (`media.toml`)."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

__all__ = ["Medium", "medium", "medium_of", "state_name"]

_PLATFORM: Final = re.compile(r"\s+on\s+[A-Z][\w.]+$")


@dataclass(frozen=True, slots=True)
class Medium:
    """A medium, or one work of it.

    Attributes:
        name: As it is shown.
        names: What it is cited by.
        state: Two small letters of the state whose voice it is, or "".
        takes: What it says that it took itself.
    """

    name: str
    names: tuple[str, ...]
    state: str = ""
    takes: tuple[str, ...] = ()


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads((files(__package__) / "media.toml").read_text(encoding="utf-8"))


@cache
def _media() -> tuple[tuple[Medium, re.Pattern[str]], ...]:
    made = []
    for row in _table()["medium"]:
        names = tuple(row["names"])
        pattern = re.compile("|".join(rf"(?<!\w){re.escape(name)}(?!\w)" for name in names), re.IGNORECASE)
        made.append((Medium(row["name"], names, row.get("state", ""), tuple(row.get("takes", ()))), pattern))
    return tuple(made)


@cache
def medium_of(words: str) -> Medium | None:
    """The medium that a citation or a speaker's words name; the longest name wins, then the first by name."""
    found = [(-len(hit[0]), one.name, one) for one, pattern in _media() if (hit := pattern.search(words))]
    return min(found)[2] if found else None


def state_name(country: str) -> str:
    """What the origin is called that all voices of a state are.

    Args:
        country: Two small letters.
    """
    return next((str(row["name"]) for row in _table()["state"] if row["country"] == country), "the state")


@cache
def medium(publisher: str) -> str:
    """The medium behind a publisher: "BelTA (German)" is BelTA, "Sputnik Belarus on Mail.ru" is Sputnik Belarus."""
    return _PLATFORM.sub("", publisher.split("(")[0].strip()) or publisher

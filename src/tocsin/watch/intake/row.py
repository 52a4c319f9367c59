"""One coded object: asks for its values by key, and refuses what is not what it should be."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from zoneinfo import ZoneInfo

from tocsin.errors import WatchError
from tocsin.watch.intake.addresses import clean_address
from tocsin.watch.intake.characters import cleaned, unsteered
from tocsin.watch.model import UNKNOWN, Bounds
from tocsin.watch.times import read_time

__all__ = ["Row", "canonical", "object_of"]

_STANCE: Final = {"reports-claim-of-other": "retells"}
_IDENTITY: Final = re.compile(r"[^\s#@~\x00-\x1f\ufffd]{1,80}")
_GRADE: Final = re.compile("[A-F][1-6]")
_MOST: Final = 2**53
"""Larger numbers are no counts: not every reader of JSON could give them back."""


@dataclass(frozen=True, slots=True)
class Row:
    """One coded object and where it stands; asks for its values by key.

    Attributes:
        values: The object; its texts are cleaned.
        place: Where it stands, for errors.
    """

    values: Mapping[str, Any]
    place: str

    def wrong(self, key: str, expected: str) -> WatchError:
        """The error that a value is not what is expected."""
        return WatchError(f"found {_short(self.values.get(key))}; expected {expected}", place=f"{self.place}, {key}")

    def text(self, key: str, default: str | None = None) -> str:
        """A text without what steers the direction of writing; the default where it is absent, if there is one."""
        found = self.values.get(key)
        if found is None and default is not None:
            return default
        if not isinstance(found, str):
            raise self.wrong(key, "text")
        return unsteered(found)

    def word(self, key: str, words: tuple[str, ...], default: str | None = None) -> str:
        """One of some words."""
        found = self.text(key, default)
        found = _STANCE.get(found, found)
        if found not in words:
            raise self.wrong(key, f"one of {', '.join(words)}")
        return found

    def names(self, key: str) -> tuple[str, ...]:
        """A list of texts, each as `text` gives it."""
        found = self.values.get(key) or []
        if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
            raise self.wrong(key, "a list of texts")
        return tuple(map(unsteered, found))

    def number(self, key: str) -> int | None:
        """A whole number, or None."""
        found = self.values.get(key)
        if found is None:
            return None
        if isinstance(found, bool) or not isinstance(found, int | float) or not 0 <= found <= _MOST or found % 1:
            raise self.wrong(key, "a whole number, 0 or more")
        return int(found)

    def flag(self, key: str) -> bool:
        """Whether it says true."""
        found = self.values.get(key)
        if found is not None and not isinstance(found, bool):
            raise self.wrong(key, "true or false")
        return found is True

    def identity(self) -> str:
        """The id of the row."""
        found = self.text("id")
        if not _IDENTITY.fullmatch(found):
            raise self.wrong("id", "1 to 80 characters without spaces, #, @ and ~")
        return found

    def address(self) -> str:
        """The address as coded; another scheme than of the web is refused, for somebody will make a link of it."""
        found = self.text("url", "")
        if re.match(r"[\w+.-]+:(?!\d)|.*@.*[/:]", found) and not clean_address(found):
            raise self.wrong("url", "an address that begins with http:// or https://")
        return clean_address(found) if "@" in found.partition("://")[2].partition("/")[0] else found

    def grade(self) -> str:
        """Letter and digit."""
        found = self.text("grade", UNKNOWN)
        if not _GRADE.fullmatch(found):
            raise self.wrong("grade", "a letter A to F and a digit 1 to 6, such as B2")
        return found

    def time(self, key: str, zone: ZoneInfo) -> tuple[Bounds, bool]:
        """Bounds of a time, and whether it is a moment."""
        found = self.text(key, "")
        return read_time(found, zone, place=f"{self.place}, {key}") if found else (Bounds(), False)

    def bounds(self, low: int | None, high: int | None, key: str) -> Bounds:
        """Bounds that are found the right way round."""
        try:
            return Bounds(low, high)
        except ValueError as error:
            raise WatchError(str(error), place=f"{self.place}, {key}") from None

    def only(self, known: frozenset[str]) -> None:
        """Refuse keys that nobody knows."""
        for key in self.values:
            if key not in known:
                raise WatchError(
                    f"found the key {_short(key)}; expected only {', '.join(sorted(known))}", place=self.place
                )


def _short(value: object) -> str:
    try:
        text = repr(value)
    except (RecursionError, ValueError):  # as deep, or as long a number, as JSON allows
        text = type(value).__name__
    return text if len(text) <= 80 else f"{text[:79]}…"


def object_of(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object with cleaned texts; a key that comes twice would hide a value, so it is refused."""
    found = {key: _clean(value) for key, value in pairs}
    if len(found) < len(pairs):
        raise ValueError("a key comes twice")
    return found


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return cleaned(value)[0]
    return [_clean(one) for one in value] if isinstance(value, list) else value


def canonical(values: Mapping[str, Any]) -> str:
    """A coded object as JSON of one form: sorted keys, no empty values, for absent, null and empty say the same."""
    return json.dumps(_filled(values), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _filled(value: Any) -> Any:
    if isinstance(value, dict):
        parts = {key: _filled(one) for key, one in value.items()}
        return {key: one for key, one in parts.items() if one not in (None, "", [], {})}
    if isinstance(value, list):
        return [_filled(one) for one in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value

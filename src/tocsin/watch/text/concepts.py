"""Concepts of a sentence: summoning, reservists, waiting, law, foreign …, told by beginnings of words, six languages.

`concepts/<language>.toml` has one line a concept: beginnings of folded words; `=` before one asks for the whole word,
`_` joins words that stand side by side (one other word may stand between). A word may belong to several concepts. A new
language is one such table. A concept is negated where a word of its table's line `not` stands shortly before it or one
of `absent` (there is none) right behind, and in Lithuanian where its word begins with ne-.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final

from tocsin.watch.people.inflection import CYRILLIC, Word, fold

__all__ = ["Hit", "concepts_of"]

_NOT: Final = "not"
_ABSENT: Final = "absent"
_NEGATION_REACH: Final = {"en": 3}
"""How many words before a concept may negate it: had *not been* taken; one in languages that negate the verb itself."""
_GAP: Final = 2
_SHORTEST: Final = 2
_LONGEST: Final = 20


@dataclass(frozen=True, slots=True)
class Hit:
    """A place where a sentence speaks of a concept.

    Attributes:
        place: Number of its first word in the sentence.
        negated: Whether it is said not to be so.
    """

    place: int
    negated: bool


@dataclass(frozen=True, slots=True)
class _Way:
    """Beginnings of the words behind the first one, for one concept; a whole word ends with a blank."""

    concept: str
    rest: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Table:
    whole: Mapping[str, tuple[_Way, ...]]
    begun: Mapping[str, tuple[_Way, ...]]


def concepts_of(words: Sequence[Word], language: str) -> dict[str, list[Hit]]:
    """Find what the words of a sentence speak of.

    Args:
        words: Its words.
        language: One of `LANGUAGES`.

    Returns:
        Concept → where; concepts that are not spoken of are left out.
    """
    ways = [_ways(one.folded, _language(one.folded, language)) for one in words]
    found: dict[str, list[Hit]] = {}
    reach = _NEGATION_REACH.get(language, 1)
    nots = [any(way.concept == _NOT and not way.rest for way in each) for each, _ in ways]
    absent = [
        any(way.concept == _ABSENT and _goes_on(words, place, way.rest) for way in each)
        for place, (each, _) in enumerate(ways)
    ]
    for place, (plain, behind_ne) in enumerate(ways):
        negated = any(nots[max(0, place - reach) : place]) or any(absent[place + 1 : place + 1 + _GAP])
        for way in plain:
            if _goes_on(words, place, way.rest):
                found.setdefault(way.concept, []).append(Hit(place, negated))
        for way in behind_ne:
            if not way.rest:
                found.setdefault(way.concept, []).append(Hit(place, True))
    return found


def _language(folded: str, language: str) -> str:
    """By whose table a word is read: a quotation in the other script has another language."""
    if folded.isascii():
        return "en" if language in CYRILLIC else language
    return language if language in CYRILLIC else "ru"


def _goes_on(words: Sequence[Word], place: int, rest: tuple[str, ...]) -> bool:
    """Whether the words behind the first one follow, each with at most one other word before it."""
    for asked in rest:
        near = range(place + 1, min(len(words), place + 1 + _GAP))
        place = next((one for one in near if f"{words[one].folded} ".startswith(asked)), -1)
        if place < 0:
            return False
    return True


@lru_cache(maxsize=20_000)
def _ways(folded: str, language: str) -> tuple[tuple[_Way, ...], tuple[_Way, ...]]:
    """What a word may begin, as it stands, and without the ne- of a Lithuanian verb."""
    table = _table(language)
    found = table.whole.get(folded, ())
    for length in range(_SHORTEST, min(len(folded), _LONGEST) + 1):
        found += table.begun.get(folded[:length], ())
    if language == "lt" and folded.startswith("ne") and not found:
        return (), _ways(folded[2:], language)[0]
    return found, ()


@cache
def _table(language: str) -> _Table:
    raw = tomllib.loads((files("tocsin.watch.text") / "concepts" / f"{language}.toml").read_text(encoding="utf-8"))
    whole: dict[str, tuple[_Way, ...]] = {}
    begun: dict[str, tuple[_Way, ...]] = {}
    for concept, line in raw.items():
        for written in line.split():
            first, *rest = (_part(one) for one in written.split("_") if one)
            into, key = (whole, first[:-1]) if first.endswith(" ") else (begun, first)
            into[key] = (*into.get(key, ()), _Way(concept, tuple(rest)))
    return _Table(whole, begun)


def _part(written: str) -> str:
    """A beginning as it is compared; a whole word ends with a blank."""
    return f"{fold(written[1:])} " if written.startswith("=") else fold(written)

"""Whose word it is: the name behind "residents via Suspilne", "Volfovich statement (BelTA text)" or "BelTA (German)".

A coder's words for a source are read by five rules, in this order:

1. "A via B", "A quoted by B", "A, by phone to B", "A as collected by B": B's, who brought it.
2. "B (A interview)" and "A statement (B text)": A's, whoever printed it.
3. What names an office of the watched state (`voices.toml`), or a person who speaks in the state's own outlets: the
   state's.
4. Otherwise the name before the first comma, bracket or slash, without ranks and without a desk or an author.
5. "residents", "social-media users", "outlets (not named)": nobody's; the name is unknown and stays so.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Final

from tocsin.watch.model import Claim, Report

__all__ = ["Voices", "medium", "voices"]

_BROUGHT: Final = re.compile(r"(?:\bvia|\bquoted by|\bby phone to|\bcollected by)\s+(.+)$")
_SAID: Final = re.compile(r"\(([A-Z][\w'’.-]+(?: [A-Z][\w'’.-]+)*) (?:interview|statement)\)|^(.+?) statement \(.*\)$")
_RANK: Final = re.compile(r"^(?:(?:Maj|Lt|Col|Gen|Capt|Brig|Adm)\.\s*|\(ret\.\)\s*)+")
_AFTER: Final = re.compile(
    r"[,(/].*$|\s+(?:investigations desk|press service|presenter|author|statement|text|channel)\b.*$"
)
_NOBODY: Final = frozenset(
    (
        *("users", "user", "residents", "media", "outlets", "families", "women", "men", "experts", "soldiers"),
        *(
            "officials",
            "figures",
            "offices",
            "comments",
            "posts",
            "people",
            "channels",
            "sources",
            "photo",
            "commander",
        ),
    )
)
_QUOTES: Final = " '\"“”«»"
_SITE: Final = re.compile(r"[a-z][\w-]*\.[a-z]{2,}$")
_PLATFORM: Final = re.compile(r"\s+on\s+[A-Z][\w.]+$")


@dataclass(frozen=True, slots=True)
class Voices:
    """Names as they are resolved.

    Attributes:
        state: Name of the watched state's voice.
        words, others: Phrases of its offices, and those that mean another country.
        persons: Names of those who speak in its own outlets, in small letters.
    """

    state: str
    words: tuple[str, ...]
    others: tuple[str, ...]
    persons: frozenset[str]

    def name(self, told: str) -> str:
        """Whose word it is, or "" where nobody is named.

        Args:
            told: A coder's words for a source or a speaker.
        """
        brought = _BROUGHT.search(told)
        if brought is not None:
            return self.name(brought[1])
        said = _SAID.search(told)
        if said is not None:
            return self.name(said[1] or said[2])
        name = _own(told)
        if self._of_state(told) or name.lower() in self.persons:
            return self.state
        return name

    def _of_state(self, told: str) -> bool:
        small = told.casefold()
        if any(word in small for word in self.others):
            return False
        return any(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", small) for word in self.words)


def voices(reports: Iterable[Report], claims: Iterable[Claim], country: str = "by") -> Voices:
    """Learn who speaks for the state: who asserts in reports of its own officials, or is told with one of its offices.

    Args:
        reports, claims: All that stand.
        country: Which state is watched; one without a table has no offices, and learns its persons alone.
    """
    table = _tables().get(country, {"name": "the state", "words": (), "others": ()})
    official = {one.id for one in reports if one.owner == "state" and one.level == "official"}
    words, others = tuple(table["words"]), tuple(table["others"])
    offices = Voices(str(table["name"]), words, others, frozenset())
    persons = {
        _own(claim.who).lower()
        for claim in claims
        if (claim.report in official and claim.stance == "asserts")
        or ("," in claim.who and not _BROUGHT.search(claim.who) and offices.name(claim.who) == offices.state)
    }
    return replace(offices, persons=frozenset(persons - {""}))


def medium(publisher: str) -> str:
    """The medium behind a publisher: "BelTA (German)" is BelTA, "Sputnik Belarus on Mail.ru" is Sputnik Belarus."""
    return _PLATFORM.sub("", publisher.split("(")[0].strip()) or publisher


def _own(told: str) -> str:
    """The name in a coder's words, or "" where there is none."""
    head = re.split(r"[,(]", _RANK.sub("", told.strip().strip(_QUOTES)))[0]
    bare = _AFTER.sub("", head).strip().strip(_QUOTES)
    if not bare or any(word.lower() in _NOBODY for word in re.findall(r"\w+", head)):
        return ""
    return bare if bare[0].isupper() or _SITE.match(bare) else ""


@cache
def _tables() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    read = tomllib.loads((files(__package__) / "voices.toml").read_text(encoding="utf-8"))
    return {one["country"]: one for one in read["state"]}

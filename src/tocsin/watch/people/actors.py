"""Public offices and public officials: who speaks, from which office, on whose side, and in which line of command.

The table is `actors.toml`; each entry names the coded reports that its facts come from. Officials keep their names in
everything that is shown. A private person with the same surname does not become one: a given name beside the surname
must fit, and where the table knows none, a word of rank or office must stand near.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from tocsin.watch.people.givens import is_given, is_patronymic
from tocsin.watch.people.inflection import CYRILLIC, LATIN, Lexicon, Word, cyrillic, fold, languages_of, words

__all__ = ["LINES", "SIDES", "Actor", "ActorMention", "actor_mentions", "actor_of", "actors", "speaks_for"]

LINES: Final = ("president", "ministry", "territorial", "")
"""Who commands: the president (through the Security Council), the ministry with the General Staff, the regions."""
SIDES: Final = {"by": "belarus", "ru": "russia", "ua": "ukraine"}
"""The side of each state that has any; another country's offices are not in the table yet."""
_OTHER_STATES: Final = re.compile(
    r"ukrain|украин|украін|україн|russia|kremlin|moscow|росси|россі|росі|расі|poland|polish|polsk|польш|польск|польщ"
    r"|lithuan|lietuv|litew|литов|літоў|латв|latvi|łotew|łotwa|nato|нато",
    re.IGNORECASE,
)
"""Words that make "Ministry of Defence" another state's, where the table has no entry for that one."""
_RANK_WORDS: Final = 4
_RANKS: Final = tuple(
    fold(one)
    for one in (
        *("генерал", "полковник", "министр", "міністр", "секретар", "сакратар", "президент", "прэзідэнт", "начальник"),
        *("помощник", "памочнік", "помічник", "представител", "прадстаўн", "речник", "спикер", "управлен", "упраўлен"),
        *("minist", "general", "pułkownik", "colonel", "secretar", "sekretarz", "president", "prezyden", "assistant"),
        *("spokes", "rzeczni", "ministr", "sekretor", "deputy", "gen", "maj", "col", "lt", "directorate"),
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Actor:
    """A public office or a public official.

    Attributes:
        id: Its key in the table.
        name: The name that is shown.
        office: The office held, at the time of the sources.
        side: belarus, ukraine, russia, opposition or commentator.
        line: One of `LINES`.
        person: Whether it is a person.
        speaks: Whether its word is that of its side; a local office that answers the phone gives only its own.
        sources: Ids of the coded reports and statements that say so.
    """

    id: str
    name: str
    office: str
    side: str
    line: str
    person: bool
    speaks: bool
    sources: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """All that is known."""
        return {name: getattr(self, name) for name in self.__slots__} | {"sources": list(self.sources)}


@dataclass(frozen=True, slots=True)
class ActorMention:
    """Characters of a text that name an actor."""

    start: int
    end: int
    actor: Actor


@cache
def _table() -> Mapping[str, Mapping[str, Any]]:
    found: dict[str, Mapping[str, Any]] = tomllib.loads(
        (files("tocsin.watch.people") / "actors.toml").read_text(encoding="utf-8")
    )
    return found


@cache
def actors() -> Mapping[str, Actor]:
    """All of them by id."""
    return {
        one: Actor(
            one, row["name"], row["office"], row["side"], row["line"], row["person"], row.get("speaks", True),
            tuple(row["sources"]),
        )
        for one, row in sorted(_table().items())
    }  # fmt: skip


@cache
def _spellings() -> Lexicon[str]:
    made = Lexicon[str]()
    for one, row in _table().items():
        for name in row["spellings"].split("|"):
            made.add(name, CYRILLIC if cyrillic(name) else LATIN, one)
    return made


@cache
def _givens(one: str) -> Lexicon[str]:
    made = Lexicon[str]()
    for name in str(_table()[one].get("given", "")).split():
        made.add(name, CYRILLIC if cyrillic(name) else LATIN, one)
    return made


@cache
def actor_of(text: str) -> Actor | None:
    """The actor that a coded `who` (or a few words) names first; None if it names none.

    An office of Belarus is not meant where the words name another state: "Polish Ministry of Defence".
    """
    found = actor_mentions(text, "und")
    if not found:
        return None
    first = found[0].actor
    return None if not first.person and first.side == "belarus" and _OTHER_STATES.search(text) else first


def speaks_for(actor: Actor | None, country: str = "by") -> bool:
    """Whether an actor's word is that of a state.

    Args:
        actor: The actor; None = nobody listed.
        country: Two small letters of the state.
    """
    return actor is not None and actor.speaks and actor.side == SIDES.get(country)


def actor_mentions(text: str, language: str) -> list[ActorMention]:
    """The public offices and officials that a text names, in order.

    Args:
        text: The text.
        language: Two letters, or `und`.
    """
    tokens, found, place = words(text), list[ActorMention](), 0
    while place < len(tokens):
        languages = languages_of(tokens[place].text, language)
        many, ids = _spellings().at(tokens, place, languages)
        actor = actors()[ids[0]] if ids else None
        if actor is None or (actor.person and not tokens[place].capital):
            place += 1
            continue
        last = place + many
        if not actor.person:
            found.append(ActorMention(tokens[place].start, tokens[last - 1].end, actor))
        elif (first := _first_of(text, tokens, place, actor)) is not None:
            end = _last_of(text, tokens, last, actor)
            found.append(ActorMention(tokens[first].start, tokens[end - 1].end, actor))
            last = end
        place = last
    return found


def _beside(text: str, one: Word, other: Word) -> bool:
    return text[one.end : other.start] in (" ", "\u00a0")


def _fits(actor: Actor, word: Word) -> bool:
    """Whether a given name or an initial is that of an actor."""
    if len(word.text) == 1:
        return any(fold(one).startswith(word.folded) for one in str(_table()[actor.id].get("given", "")).split())
    return bool(_givens(actor.id).at([word], 0, languages_of(word.text, "und"))[1])


def _first_of(text: str, tokens: Sequence[Word], place: int, actor: Actor) -> int | None:
    """First word of an official's name that ends with the surname at a place; None if it is somebody else."""
    word, first = tokens[place], place
    after = tokens[place + 1] if place + 1 < len(tokens) else None
    if after is not None and _beside(text, word, after) and is_given(after) and not _fits(actor, after):
        return None
    if place > 1 and is_patronymic(tokens[place - 1]) and _beside(text, tokens[place - 1], word):
        # «Александр Вольфович» holds a surname that looks like a patronymic: only the word before the surname counts.
        return place - 2 if _fits(actor, tokens[place - 2]) else None
    if place:
        before = tokens[place - 1]
        between = text[before.end : word.start]
        near = between.strip(" \u00a0") in ("", ".") and len(between) <= 3 and "\n" not in between
        initial = len(before.text) == 1 and before.capital and between.startswith(".")
        named = near and before.capital and (initial or (between in (" ", "\u00a0") and not _ranked(before)))
        if named and _fits(actor, before):
            first = place - 1
        elif (named and not _sentence_begins(text, tokens, place - 1) and not _has_rank(tokens, place)) or initial:
            return None
    return first


def _last_of(text: str, tokens: Sequence[Word], last: int, actor: Actor) -> int:
    """One past the last word of an official's name: a given name may stand behind."""
    if last < len(tokens) and _beside(text, tokens[last - 1], tokens[last]) and tokens[last].capital:
        return last + 1 if len(tokens[last].text) > 1 and _fits(actor, tokens[last]) else last
    return last


def _sentence_begins(text: str, tokens: Sequence[Word], place: int) -> bool:
    """Whether a capital letter is owed to the beginning of a sentence: then the word is no given name by itself."""
    before, word = text[: tokens[place].start].rstrip()[-1:], tokens[place]
    begins = not before or before in ".!?:;\n—–-"
    return begins and len(word.text) > 1 and not is_given(word)


def _ranked(word: Word) -> bool:
    return word.folded.startswith(_RANKS)


def _has_rank(tokens: Sequence[Word], place: int) -> bool:
    """Whether a word of rank or office stands within a few words before."""
    return any(_ranked(one) for one in tokens[max(0, place - _RANK_WORDS) : place])

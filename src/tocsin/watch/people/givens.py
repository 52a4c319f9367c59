"""Given names of six languages with their short forms and patronymics, in any case: is this word part of a name?"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

from tocsin.watch.people.inflection import (
    CYRILLIC,
    LANGUAGES,
    LATIN,
    Lexicon,
    Word,
    cyrillic,
    fold,
    languages_of,
    paradigm,
)

__all__ = [
    "given_of",
    "holds_office",
    "is_given",
    "is_kin",
    "is_ordinary",
    "is_patronymic",
    "is_rank",
    "is_strong_surname",
    "is_surname",
    "named_by",
    "names",
    "never_alone",
    "tells",
    "title_before",
]

_SHORTEST_STEM: Final = 2
_SHORT_OFFICE: Final = 3


@cache
def names() -> Mapping[str, Any]:
    """The lists of `names.toml`."""
    return tomllib.loads((files("tocsin.watch.people") / "names.toml").read_text(encoding="utf-8"))


@cache
def _given() -> Lexicon[str]:
    """Given names by the language whose endings they may bear.

    Russian, Belarusian and Ukrainian texts write each other's names; Polish and Lithuanian ones decline the names of
    the English list, which are Slavic ones in Latin letters. English declines nothing.
    """
    made = Lexicon[str]()
    for language in LANGUAGES:
        others = CYRILLIC if language in CYRILLIC else LATIN if language == "en" else (language, "en")
        for name in names()["given"][language].split():
            made.add(name, others, name)
    return made


@cache
def _known(folded: str, languages: tuple[str, ...]) -> tuple[str, ...]:
    word = Word(0, len(folded), folded, folded)
    return _given().at([word], 0, languages)[1]


def given_of(word: Word) -> str:
    """The base form of a given name; the folded word itself of any other."""
    found = _known(word.folded, languages_of(word.text, "und"))
    return fold(min(found)) if found else word.folded


def is_given(word: Word, language: str = "und") -> bool:
    """Whether a capitalised word may be a given name.

    Args:
        word: The word.
        language: Of the text; Latin names are inflected by it, Cyrillic ones by any of the three.
    """
    return word.capital and bool(
        _known(word.folded, languages_of(word.text, "und" if cyrillic(word.text) else language))
    )


@cache
def _tails(kind: str, key: str) -> tuple[tuple[str, frozenset[str]], ...]:
    languages: tuple[str, ...] = CYRILLIC if key == "cyrillic" else LATIN
    if key in CYRILLIC:
        languages = (key,)
    # A tail takes the endings of a word that ends with it: it is put behind a letter, and the letter is cut off again.
    made = (paradigm("x" + fold(tail), language) for tail in names()[kind][key].split() for language in languages)
    return tuple((stem[1:], endings) for stem, endings in made)


def _ends(folded: str, tails: tuple[tuple[str, frozenset[str]], ...]) -> bool:
    for stem, endings in tails:
        for ending in endings:
            tail = stem + ending
            if len(folded) > len(tail) + _SHORTEST_STEM - 1 and folded.endswith(tail):
                return True
    return False


@cache
def _patronymic(folded: str, script: bool) -> bool:
    if folded.startswith(tuple(names()["not_patronymic"]["words"].split())):
        return False
    return any(_ends(folded, _tails("patronymic", key)) for key in (CYRILLIC if script else ("latin",)))


def is_patronymic(word: Word) -> bool:
    """Whether a capitalised word has the tail of a patronymic."""
    return word.capital and _patronymic(word.folded, cyrillic(word.text))


@cache
def _surname(folded: str, script: bool) -> bool:
    return _ends(folded, _tails("surname", "cyrillic" if script else "latin"))


def is_surname(word: Word) -> bool:
    """Whether a capitalised word has the tail of a surname; many other words have one too."""
    return word.capital and _surname(word.folded, cyrillic(word.text))


@cache
def _titles() -> tuple[frozenset[str], tuple[str, ...]]:
    every = [fold(one) for text in names()["titles"].values() for one in text.split()]
    return frozenset(one for one in every if "*" not in one), tuple(one[:-1] for one in every if one.endswith("*"))


def title_before(word: Word) -> bool:
    """Whether behind this word a capitalised one is a person: citizen, reservist, husband, signed …"""
    whole, begun = _titles()
    return word.folded in whole or word.folded.startswith(begun)


@cache
def _namers() -> frozenset[str]:
    return frozenset(fold(one) for text in names()["namers"].values() for one in text.split())


def named_by(word: Word) -> bool:
    """Whether a capitalised word behind this one is a name, whatever it looks like: ФИО, signed, Mr, named."""
    return word.folded in _namers()


@cache
def _ordinary() -> frozenset[str]:
    return frozenset(fold(one) for one in names()["ordinary"]["words"].split())


def is_ordinary(word: Word) -> bool:
    """Whether a given name is an ordinary word too: вера, роман, Mark."""
    return word.folded in _ordinary()


def never_alone(word: Word, language: str) -> bool:
    """Whether a word by itself is no name in this language: Jan (the month), One, Very."""
    return language not in ("pl", "lt") and word.folded in names()["alone"]["en"].split()


@cache
def _offices() -> tuple[frozenset[str], tuple[str, ...]]:
    """Whole words (shortened ones: gen., plk.) and beginnings of words."""
    every = [fold(one) for text in names()["offices"].values() for one in text.split()]
    short = frozenset(one for one in every if one.isascii() and len(one) <= _SHORT_OFFICE)
    return short, tuple(one for one in every if one not in short)


def holds_office(word: Word) -> bool:
    """Whether a word is one for those who speak for an office: minister, commissar, spokeswoman, colonel."""
    whole, begun = _offices()
    return word.folded in whole or word.folded.startswith(begun)


@cache
def _strong(folded: str, script: bool) -> bool:
    # Of -enko some Polish cases are -ence: an English tail.
    return not folded.endswith("ence") and _ends(folded, _tails("strong_surname", "cyrillic" if script else "latin"))


def is_strong_surname(word: Word) -> bool:
    """Whether a capitalised word has a tail that few other words have."""
    return word.capital and _strong(word.folded, cyrillic(word.text))


@cache
def _ranks() -> tuple[str, ...]:
    return tuple(fold(one) for one in names()["ranks"]["words"].split())


def is_rank(word: Word) -> bool:
    """Whether a word is a rank: any capitalised word behind it is a name."""
    return word.folded.startswith(_ranks())


@cache
def _kin() -> frozenset[str]:
    return frozenset(fold(one) for text in names()["kin"].values() for one in text.split())


def is_kin(word: Word) -> bool:
    """Whether a word says whose kin or neighbour somebody is."""
    return word.folded in _kin()


@cache
def _tellers() -> tuple[str, ...]:
    return tuple(fold(one) for one in names()["tellers"]["words"].split())


def tells(word: Word) -> bool:
    """Whether a word is a verb of saying or calling, beside which two capitalised words are a name."""
    return word.folded.startswith(_tellers())

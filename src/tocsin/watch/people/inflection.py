"""Words in their forms: folding letters, cutting a text into words, and finding names by stem and ending.

A name is kept as a stem and the endings that may follow it; both come from one base form and the ending table of a
language (`endings.toml`). No list of forms is kept: a word is cut at every place near its end, and the stem is looked
up. This admits a few forms that do not exist (a wrong case of a right name), which does no harm, and never a name
whose stem differs.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final, Generic, TypeVar

__all__ = [
    "CYRILLIC",
    "INVISIBLE",
    "LANGUAGES",
    "LATIN",
    "Lexicon",
    "Word",
    "cyrillic",
    "fold",
    "languages_of",
    "paradigm",
    "words",
]

CYRILLIC: Final = ("ru", "be", "uk")
LATIN: Final = ("pl", "lt", "en")
LANGUAGES: Final = (*CYRILLIC, *LATIN)
_LONGEST_WORD: Final = 80
"""Longer runs of letters are no words, and cost time."""
_LONGEST_ENDING: Final = 7
INVISIBLE: Final = r"\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff"
"""Characters that are not seen, as the inside of a bracket of a pattern; put into a name they would hide it."""
_LETTER: Final = rf"[^\W_][\u0300-\u0345\u0483-\u0487{INVISIBLE}]*"
_WORD: Final = re.compile(rf"(?:{_LETTER})+(?:['’ʼ`‐‑-](?:{_LETTER})+)*")
_UNSEEN: Final = re.compile(rf"[{INVISIBLE}]")
_LOOKALIKES: Final = str.maketrans("abcehikmopxyt", "авсенікморхут")
_ALIKE: Final = frozenset("авсеһікморхут")
_LOOKALIKES_BACK: Final = str.maketrans("авсеһікморхут", "abcehikmopxyt")
_CYRILLIC_LETTER: Final = re.compile(r"[Ѐ-ӿ]")
_MARKS: Final = str.maketrans({"ё": "е", "ł": "l", "ı": "i", "'": None, "’": None, "ʼ": None, "`": None, "‘": None})
_ENGLISH_TAIL: Final = re.compile(r"(?:['’]s|-(?:based|area|region|born))\Z", re.IGNORECASE)

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text.

    Attributes:
        start: First character.
        end: One past the last.
        text: As written.
        folded: As compared.
    """

    start: int
    end: int
    text: str
    folded: str

    @property
    def capital(self) -> bool:
        """Whether it begins with a large letter."""
        return self.text[:1].isupper()


def cyrillic(text: str) -> bool:
    """Whether there is a Cyrillic letter."""
    return _CYRILLIC_LETTER.search(text) is not None


@cache
def _bare(letter: str) -> str:
    return "".join(one for one in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(one))


@lru_cache(maxsize=50_000)
def fold(text: str) -> str:
    """A word as it is compared: small letters, ё as е, Latin letters without marks, no apostrophes, nothing unseen.

    й, ў and ї stay: they are letters of their own, not marked ones. In a word of two scripts the letters that look
    alike are read as Cyrillic if one of its letters is so for certain, otherwise as those of the more common script.
    """
    small = unicodedata.normalize("NFC", _UNSEEN.sub("", text)).lower().translate(_MARKS)
    if small.isascii():
        return small
    folded = "".join(one if one.isascii() or "Ѐ" <= one <= "ӿ" else _bare(one) for one in small)
    ours = _CYRILLIC_LETTER.findall(folded)
    latin = [one for one in folded if one.isascii() and one.isalpha()]
    if ours and latin:
        certain = any(one not in _ALIKE for one in ours) or len(ours) >= len(latin)
        folded = folded.translate(_LOOKALIKES if certain else _LOOKALIKES_BACK)
    return folded


@lru_cache(maxsize=4)
def words(text: str) -> tuple[Word, ...]:
    """The words of a text; a word joined by hyphens or apostrophes is one (`Минск-Арена`, `Мар’іна`).

    The last texts are remembered: several finders read one text.
    """
    found = []
    for match in _WORD.finditer(text):
        if match.end() - match.start() <= _LONGEST_WORD:
            tail = _ENGLISH_TAIL.search(match[0])
            end = match.end() if tail is None else match.start() + tail.start()
            written = text[match.start() : end]
            found.append(Word(match.start(), end, written, fold(written)))
    return tuple(found)


def languages_of(text: str, language: str) -> tuple[str, ...]:
    """Whose endings a word may bear: those of the text's language if it is written in its script, otherwise all."""
    script = CYRILLIC if cyrillic(text) else LATIN
    return (language,) if language in script else script


@cache
def _tables() -> dict[str, dict[str, frozenset[str]]]:
    given = tomllib.loads((files("tocsin.watch.people") / "endings.toml").read_text(encoding="utf-8"))
    return {
        language: {
            base: frozenset("" if one == "|" else fold(one) for one in endings.split())
            for base, endings in table.items()
        }
        for language, table in given.items()
    }


def paradigm(name: str, language: str) -> tuple[str, frozenset[str]]:
    """The stem of a folded base form, and what may follow it; the form itself always may.

    Args:
        name: One folded word.
        language: One of `LANGUAGES`.
    """
    table = _tables()[language]
    for length in range(min(len(name) - 1, _LONGEST_ENDING), 0, -1):
        endings = table.get(name[-length:])
        if endings is not None:
            return name[:-length], endings | {name[-length:]}
    return name, table[""] | {""}


@dataclass(slots=True)
class Lexicon(Generic[_T]):
    """Names of one or more words by language, each with what it stands for.

    Attributes:
        entries: Language → stem of the first word → (the words as stems and endings, what it stands for).
    """

    entries: dict[str, dict[str, list[tuple[tuple[tuple[str, frozenset[str]], ...], _T]]]] = field(default_factory=dict)

    def add(self, name: str, languages: Iterable[str], value: _T, *, rigid: bool = False) -> None:
        """Add a name.

        Args:
            name: Base form, of one or more words.
            languages: Whose endings its words may bear.
            value: What it stands for.
            rigid: Whether it has no other forms.
        """
        parts = [fold(one.text) for one in words(name)]
        if not parts:
            return
        for language in languages:
            made = tuple((one, frozenset(("",))) if rigid else paradigm(one, language) for one in parts)
            self.entries.setdefault(language, {}).setdefault(made[0][0], []).append((made, value))

    def at(self, text: Sequence[Word], place: int, languages: Iterable[str]) -> tuple[int, tuple[_T, ...]]:
        """What the words from a place on may stand for.

        Returns:
            How many words were used (the most that any name takes), and all that such names stand for, each once.
        """
        best, found = 0, dict[_T, None]()
        first = text[place].folded
        for language in languages:
            table = self.entries.get(language)
            if table is None:
                continue
            for cut in range(len(first), max(0, len(first) - _LONGEST_ENDING) - 1, -1):
                for made, value in table.get(first[:cut], ()):
                    many = len(made)
                    if many < best or not _fits(made, text, place):
                        continue
                    if many > best:
                        best, found = many, {}
                    found[value] = None
        return best, tuple(found)


def _fits(made: tuple[tuple[str, frozenset[str]], ...], text: Sequence[Word], place: int) -> bool:
    if place + len(made) > len(text):
        return False
    for number, (stem, endings) in enumerate(made):
        word = text[place + number]
        if not word.folded.startswith(stem) or word.folded[len(stem) :] not in endings:
            return False
        if number and word.start - text[place + number - 1].end > 2:
            return False
    return True

"""Topics of sentences and how a sentence stands to them: it asserts, denies or retells.

Rules are beginnings of words per language (`topics.toml`); each topic is found once a sentence. A denial goes before a
retelling: who retells a denial says that something is not so, and a denial writes no row. Precision goes before recall:
a sentence that fits no rule has no topic. The stance is a suggestion for a person: machines are poor at it
(RumourEval: macro-F1 .40, `reference/evidence.md`).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from tocsin.watch.model import TOPICS
from tocsin.watch.people.inflection import LANGUAGES, Word, cyrillic, fold, words
from tocsin.watch.text.found import Context, Found

__all__ = ["find", "sentences"]

LONGEST_SENTENCE: Final = 2_000
"""A sentence without an end is cut here; no rule is asked to look further."""
_MOST_NOT: Final = 1
_HAPPENED: Final = ("called-up", "exempt-summoned", "place", "numbers")
"""Topics of what happened: a sentence that states a rule has none of them."""
_END: Final = re.compile(r"[.!?…]+[\"'»”)\]]*\s+(?=[\"'«„“(\[—–-]*\s?[^\W_a-zа-яёіўєїґąćęłńóśźżčėįšųūž])|\n+")
_SHORTENED: Final = frozenset(
    fold(one)
    for one in (
        *("г", "ул", "обл", "р-н", "д", "им", "т", "п", "ст", "гг", "тыс", "млн", "руб", "ген", "см", "вул", "вобл"),
        *("gen", "płk", "ul", "al", "nr", "art", "maj", "col", "lt", "mr", "mrs", "ms", "dr", "st", "val", "m", "d"),
        *("г-н", "гр", "пл", "пр", "кв", "к", "с", "м", "в", "о", "np", "tzw", "pan", "sek", "no"),
    )
)  # fmt: skip
_NOT: Final[Mapping[str, frozenset[str]]] = {
    "ru": frozenset(("не", "ни", "нет")),
    "be": frozenset(("не", "ня", "ні", "няма")),
    "uk": frozenset(("не", "ні", "немає", "нема")),
    "pl": frozenset(("nie", "ani")),
    "lt": frozenset(("ne", "nera")),
    "en": frozenset(("not", "no", "never", "nobody", "didnt", "doesnt", "isnt", "wasnt", "werent", "arent")),
}


@dataclass(frozen=True, slots=True)
class _Rule:
    """A rule: groups of ways; a way is beginnings of words side by side.

    Attributes:
        groups: All must be met.
        negative: Whether it holds its own negation.
    """

    groups: tuple[tuple[tuple[str, ...], ...], ...]
    negative: bool


@dataclass(frozen=True, slots=True)
class _Said:
    """The words of a sentence, and all of them in one line so that a way is looked for at once.

    Attributes:
        words: The words.
        line: Their folded forms, each behind a line feed (which no word holds) and before a space.
    """

    words: Sequence[Word]
    line: str

    def place_of(self, way: tuple[str, ...]) -> int | None:
        """Where a way begins among the words; None if nowhere."""
        start = self.line.find(way[0])
        while start >= 0:
            place = self.line.count("\n", 0, start + 1) - 1
            if all(self._begins(place + number, one) for number, one in enumerate(way[1:], 1)):
                return place
            start = self.line.find(way[0], start + 1)
        return None

    def _begins(self, place: int, asked: str) -> bool:
        return place < len(self.words) and f"\n{_shown(self.words[place])} ".startswith(asked)


def _shown(word: Word) -> str:
    """A folded word; before a number stands a sign that rules can ask for."""
    return f"#{word.folded}" if word.text[0].isdigit() else word.folded


def find(text: str, language: str, reading: Context | None = None) -> list[Found]:
    """Find topics of sentences.

    Args:
        text: The text.
        language: Two letters; of any other, the rules of all languages of its script are asked.
        reading: What is known of its report; topics ask nothing of it.

    Returns:
        One for each sentence and topic, in order; its characters are the sentence.
    """
    found = []
    for start, end in sentences(text):
        spoken_words = words(text[start:end])
        said = _Said(spoken_words, "".join(f"\n{_shown(one)} " for one in spoken_words))
        for spoken in _languages(text[start:end], language):
            topics = list(_topics(said, spoken))
            for topic, denied in topics:
                stance = "denies" if denied or _meets(said, f"stance.denies.{spoken}") else ""
                stance = stance or ("retells" if _meets(said, f"stance.retells.{spoken}") else "asserts")
                found.append(Found("topic", start, end, {"topic": topic, "stance": stance}, rule=f"topics.{topic}"))
            if topics:
                break
    return found


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """First character and one past the last of each sentence of a text; a full stop of a shortened word ends none."""
    start = 0
    for match in _END.finditer(text):
        if match[0].startswith(".") and _shortened(text, match.start()):
            continue
        yield from _cut(text, start, match.end())
        start = match.end()
    yield from _cut(text, start, len(text))


def _shortened(text: str, stop: int) -> bool:
    last = re.search(r"[^\W\d_-]+(?:-[^\W\d_]+)?\Z", text[max(0, stop - 12) : stop])
    return last is not None and (len(last[0]) == 1 or fold(last[0]) in _SHORTENED)


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A sentence without the space around it, in pieces that are not too long."""
    for first in range(start, end, LONGEST_SENTENCE):
        piece = text[first : min(end, first + LONGEST_SENTENCE)]
        bare = piece.strip()
        if bare:
            begin = first + len(piece) - len(piece.lstrip())
            yield begin, begin + len(bare)


def _languages(text: str, language: str) -> tuple[str, ...]:
    if language in LANGUAGES:
        return (language,)
    return ("ru", "be", "uk") if cyrillic(text) else ("en", "pl", "lt")


def _topics(said: _Said, language: str) -> Iterator[tuple[str, bool]]:
    """Topics that a sentence has, and whether the words of the rule are denied."""
    rule_said = _meets(said, f"general.{language}")
    for topic in TOPICS:
        if rule_said and topic in _HAPPENED:
            continue
        for rule in _rules(f"{topic}.{language}"):
            places = _where(said, rule)
            if places is not None:
                denied = not rule.negative and any(_negated(said.words, place, language) for place in places)
                yield topic, denied
                break


def _negated(said: Sequence[Word], place: int, language: str) -> bool:
    before = said[max(0, place - _MOST_NOT) : place]
    return any(one.folded in _NOT[language] for one in before)


def _meets(said: _Said, name: str) -> bool:
    return any(_where(said, rule) is not None for rule in _rules(name))


def _where(said: _Said, rule: _Rule) -> list[int] | None:
    """Places of the words that meet each group of a rule; None if one group is not met."""
    places = []
    for group in rule.groups:
        place = next((one for way in group if (one := said.place_of(way)) is not None), None)
        if place is None:
            return None
        places.append(place)
    return places


@cache
def _table() -> Mapping[str, Any]:
    return tomllib.loads((files("tocsin.watch.text") / "topics.toml").read_text(encoding="utf-8"))


@cache
def _rules(name: str) -> tuple[_Rule, ...]:
    found: Any = _table()
    for key in name.split("."):
        found = found.get(key, {})
    return tuple(_rule(one) for one in found)


def _rule(text: str) -> _Rule:
    groups = [
        tuple(tuple(_asked(one) for one in way.split()) for way in group.split("|"))
        for group in text.removeprefix("!").split(" + ")
    ]
    return _Rule(tuple(groups), text.startswith("!"))


def _asked(word: str) -> str:
    """A beginning as it stands in `_Said.line`; a whole word has its end too."""
    if word.startswith("="):
        return f"\n{fold(word[1:])} "
    return f"\n#{word}" if word[0].isdigit() else f"\n{fold(word)}"

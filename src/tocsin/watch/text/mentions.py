"""Mentions of places in a text: which words name one, and what they may name.

How a text is read, word by word from its beginning:

1. names of other things that hold a place's name (Минск-Арена, Minsk agreements) are passed over;
2. the longest name of the tables that fits is taken, then adjectives (гродненский, grodzieński);
3. a kind word makes a town its region or its district: Гродненская область, obwód grodzieński;
4. what is risky (an ordinary word, a given name, a surname) needs a preposition or a kind word before it; what stands
   beside a given name or initials is a person.

Which of its readings a mention has first is told in `places`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

from tocsin.watch.people.givens import is_given, is_patronymic
from tocsin.watch.people.inflection import CYRILLIC, LATIN, Lexicon, Word, cyrillic, fold, languages_of, words
from tocsin.watch.text.adjectives import adjective
from tocsin.watch.text.gazetteer import by_id, lexicon, region_of_seat, rules

__all__ = ["Mention", "mentions"]

_SHORT: Final = 3
_DOUBT: Final = "?"
_LIST: Final = re.compile(r",\s|,?\s(?:и|і|й|ды|та|i|oraz|ir|bei|and|or)\s|\s?[–—/]\s?")
_LARGE: Final = 50_000
_SURNAME: Final = re.compile(r"(?:[оеє]в|аў|оў|еў|ын|ин|ін)(?:а|у|ом|ым|им|ой|е|і)?\Z|(?:ов|ав|ев|ін)[ауіе]\Z")
_MOST_JOINED: Final = 6
_JOIN_CHARACTERS: Final = 12
_TOWNS_TOO: Final = frozenset(
    ["лида", "лиды", "лиде", "лиду", "лідзе", "ліда", "ліды", "ліду", "lida", "lidy", "lidzie"]
)
"""Given names that are towns too: in a list of towns they make no person of their neighbour."""


@dataclass(frozen=True, slots=True)
class Mention:
    """Words that name a place.

    Attributes:
        start: First character.
        end: One past the last.
        first: First word.
        last: One past the last word.
        ids: What it may be.
        rule: Which rule found it.
    """

    start: int
    end: int
    first: int
    last: int
    ids: tuple[str, ...]
    rule: str


def mentions(text: str, language: str, *, country: str = "by", careful: bool = True) -> list[Mention]:
    """The mentions of places in a text.

    Args:
        text: The text.
        language: Two letters, or `und`.
        country: Two small letters of the watched country.
        careful: Whether risky names need a word before them; coded names do not.
    """
    tokens = words(text)
    found = _settled(text, list(_plain(text, tokens, language, careful)))
    return [one for one in _widened(tokens, found) if _sound(one, tokens, country)]


# --- names and adjectives -----------------------------------------------------------------------------------------


def _plain(text: str, tokens: Sequence[Word], language: str, careful: bool) -> Iterator[Mention]:
    place = 0
    while place < len(tokens):
        languages = languages_of(tokens[place].text, language)
        passed = _phrases().at(tokens, place, languages)[0]
        if passed:
            place += passed
            continue
        one = _name(text, tokens, place, languages, careful) or _adjective(text, tokens, place, languages)
        if one is not None:
            yield one
        place = place + 1 if one is None else one.last


def _name(text: str, tokens: Sequence[Word], place: int, languages: tuple[str, ...], careful: bool) -> Mention | None:
    many, ids = lexicon().at(tokens, place, languages)
    if not many:
        return None
    word = tokens[place]
    if not word.capital and (many == 1 or all(by_id()[one].sort == "town" for one in ids)):
        return None
    doubt = careful and many == 1 and not _is_country(ids)
    if doubt and _excluded(text, tokens, place):
        return None
    doubt = doubt and _risk(word, ids) and not _introduced(tokens, place, languages)
    sorts = {by_id()[one].sort for one in ids}
    rule = sorts.pop() if len(sorts) == 1 else "several"
    rule = _DOUBT + rule if doubt else rule
    return Mention(word.start, tokens[place + many - 1].end, place, place + many, ids, rule)


def _settled(text: str, found: Sequence[Mention]) -> list[Mention]:
    """Doubtful names that stand in a list with a sure one are taken, the others are not: «Слоним, Лида и Мосты»."""
    sure = [not one.rule.startswith(_DOUBT) for one in found]
    steps = [*range(1, len(found)), *range(len(found) - 2, -1, -1)]
    for number, place in enumerate(steps):
        other = place - 1 if number < len(found) - 1 else place + 1
        first, second = sorted((place, other))
        if sure[other] and _LIST.fullmatch(text[found[first].end : found[second].start]):
            sure[place] = True
    return [replace(one, rule=one.rule.removeprefix(_DOUBT)) for one, good in zip(found, sure, strict=True) if good]


def _is_country(ids: tuple[str, ...]) -> bool:
    return any(by_id()[one].sort == "country" for one in ids)


def _excluded(text: str, tokens: Sequence[Word], place: int) -> bool:
    """Whether a word is a surname beside a given name, or the name of a street."""
    street = place > 0 and tokens[place - 1].folded in _vocabulary("streets")
    return street or _beside_person(text, tokens, place)


def _risk(word: Word, ids: tuple[str, ...]) -> bool:
    """Whether a name is an ordinary word or one of persons too."""
    risky = _risky().at([word], 0, languages_of(word.text, "und"))[0] > 0
    return risky or len(word.folded) <= _SHORT or _personal(word, ids)


def _personal(word: Word, ids: tuple[str, ...]) -> bool:
    """Whether a name is one of persons too: a given name, or formed as surnames are, of no large town."""
    if is_given(word):
        return True
    large = any(by_id()[one].population >= _LARGE for one in ids)
    return not large and _SURNAME.search(word.folded) is not None


@cache
def _risky() -> Lexicon[str]:
    """Risky names, in any form."""
    made = Lexicon[str]()
    for name, reason in rules()["risky"].items():
        made.add(name, CYRILLIC if cyrillic(name) else LATIN, reason)
    return made


@cache
def _vocabulary(kind: str) -> frozenset[str]:
    return frozenset(fold(one) for text in rules()[kind].values() for one in text.split())


@cache
def _prepositions(languages: tuple[str, ...]) -> frozenset[str]:
    """Those of the text's language: «у Лиды» is at Lida's in Russian, in Lida in Belarusian."""
    return frozenset(fold(one) for language in languages for one in rules()["prepositions"][language].split())


def _introduced(tokens: Sequence[Word], place: int, languages: tuple[str, ...]) -> bool:
    """Whether a preposition or a kind word stands directly before, or a kind word behind."""
    word = tokens[place]
    if place:
        before = tokens[place - 1]
        near = word.start - before.end <= 2
        if near and (before.folded in _prepositions(languages) or before.folded in _vocabulary("kinds")):
            return True
    after = tokens[place + 1] if place + 1 < len(tokens) else None
    return after is not None and after.start - word.end <= 1 and after.folded in _vocabulary("kinds_after")


def _beside_person(text: str, tokens: Sequence[Word], place: int) -> bool:
    """Whether a given name, patronymic or initials stand beside: then it is a surname."""
    word = tokens[place]
    before = text[max(0, word.start - 3) : word.start]
    after = text[word.end : word.end + 4]
    if (before[:1].isupper() and before[1:2] == ".") or (after[1:2].isupper() and after[2:3] == "."):
        return True
    beside = []
    if place and word.start - tokens[place - 1].end == 1 and text[word.start - 1] == " ":
        beside.append(tokens[place - 1])
    if place + 1 < len(tokens) and tokens[place + 1].start - word.end == 1 and text[word.end] == " ":
        beside.append(tokens[place + 1])
    return any(is_given(one) or is_patronymic(one) for one in beside if one.folded not in _TOWNS_TOO)


def _adjective(text: str, tokens: Sequence[Word], place: int, languages: tuple[str, ...]) -> Mention | None:
    word = tokens[place]
    ids = adjective(word.folded, languages)
    if not ids or "-" in word.text:
        return None
    if word.capital and (_beside_person(text, tokens, place) or not _has_noun(tokens, place)):
        return None
    return Mention(word.start, word.end, place, place + 1, ids, "adjective")


def _has_noun(tokens: Sequence[Word], place: int) -> bool:
    """Whether a noun of a place stands beside a large-lettered adjective, perhaps behind further adjectives."""
    for step in range(1, _MOST_JOINED):
        if place + step >= len(tokens):
            break
        word = tokens[place + step]
        if _kind(word) or word.folded.startswith(_things()):
            return True
        if not (word.folded in _vocabulary("and") or adjective(word.folded, languages_of(word.text, "und"))):
            break
    return place > 0 and _kind(tokens[place - 1]) != ""


@cache
def _things() -> tuple[str, ...]:
    return tuple(fold(one) for text in rules()["things"].values() for one in text.split())


@cache
def _phrases() -> Lexicon[str]:
    made = Lexicon[str]()
    for text in rules()["phrases"].values():
        for one in text.split("|"):
            made.add(one, CYRILLIC if cyrillic(one) else LATIN, one)
    return made


# --- kind words ---------------------------------------------------------------------------------------------------


@cache
def _kinds() -> Lexicon[str]:
    made = Lexicon[str]()
    for kind in ("region", "district"):
        for language, text in rules()[kind].items():
            for one in text.split():
                made.add(one, (language,), kind, rigid=language == "en" or one in ("обл", "вобл"))
    return made


def _kind(word: Word) -> str:
    """region, district or nothing."""
    found = _kinds().at([word], 0, languages_of(word.text, "und"))[1]
    return found[0] if found else ""


def _widened(tokens: Sequence[Word], found: Sequence[Mention]) -> list[Mention]:
    """Mentions with their kind words: towns that become regions or districts."""
    made = list(found)
    for number, one in enumerate(found):
        behind = tokens[one.last] if one.last < len(tokens) else None
        before = tokens[one.first - 1] if one.first else None
        if behind is not None and _kind(behind) and behind.start - one.end <= 1:
            made[number] = _as_kind(one, _kind(behind), tokens, one.first, one.last + 1)
            _spread(made, found, number, tokens, _kind(behind), behind)
        elif before is not None and one.rule == "adjective" and _kind(before) and cyrillic(before.text) is False:
            made[number] = _as_kind(one, _kind(before), tokens, one.first - 1, one.last)
            _spread_on(made, found, number, tokens, _kind(before))
    return made


def _spread(
    made: list[Mention], found: Sequence[Mention], number: int, tokens: Sequence[Word], kind: str, word: Word
) -> None:
    """«Брестской и Гродненской областей», Vitebsk, Grodno and Brest regions: the kind is that of all before it."""
    adjectives = found[number].rule == "adjective"
    if not adjectives and not word.folded.endswith(("s", "se", "siu", "ms")):
        return
    while number and _joined(tokens, found[number - 1], found[number]):
        number -= 1
        one = found[number]
        if (one.rule == "adjective") != adjectives or one.rule not in ("adjective", "town", "several"):
            return
        if word.folded.endswith(("se", "siu")) and tokens[one.last - 1].folded.endswith("e"):
            return  # Lithuanian: «Baranovičiuose, Gardino ir Bresto srityse»; the first is a town.
        made[number] = _as_kind(one, kind, tokens, one.first, one.last)


def _spread_on(made: list[Mention], found: Sequence[Mention], number: int, tokens: Sequence[Word], kind: str) -> None:
    """«obwody grodzieński i brzeski»: the kind is that of all behind it."""
    while number + 1 < len(found) and _joined(tokens, found[number], found[number + 1]):
        number += 1
        if found[number].rule != "adjective":
            return
        made[number] = _as_kind(found[number], kind, tokens, found[number].first, found[number].last)


def _joined(tokens: Sequence[Word], one: Mention, other: Mention) -> bool:
    between = tokens[one.last : other.first]
    return other.start - one.end <= _JOIN_CHARACTERS and all(word.folded in _vocabulary("and") for word in between)


def _as_kind(one: Mention, kind: str, tokens: Sequence[Word], first: int, last: int) -> Mention:
    start, end = tokens[first].start, tokens[last - 1].end
    if kind == "region":
        regions = tuple(region_of_seat()[town] for town in one.ids if town in region_of_seat())
        # A place that is a region already stays what it is: województwo podlaskie.
        return replace(one, start=start, end=end, first=first, last=last, ids=regions or one.ids, rule="region")
    return replace(one, start=start, end=end, first=first, last=last, rule="district")


def _sound(one: Mention, tokens: Sequence[Word], country: str) -> bool:
    """Whether a mention holds up to the words behind it: «western regions» of another country are not ours."""
    if country in one.ids or not any(place.startswith(f"{country}-") for place in one.ids):
        return True
    if by_id()[one.ids[0]].sort != "region" or one.last >= len(tokens):
        return True
    ids = lexicon().at(tokens, one.last, languages_of(tokens[one.last].text, "und"))[1]
    return not any(by_id()[other].sort == "country" and other != country for other in ids)

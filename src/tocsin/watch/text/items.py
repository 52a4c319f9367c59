"""Cutting a text into sentences of items: words with what they may mean, numbers, clock times, written dates, signs.

One pass from left to right; no expression in it can run longer than a fixed number of times over the same characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from tocsin.watch.text.language import table_for
from tocsin.watch.text.lexicon import LANGUAGES, Lexicon, Tags, lexicon

__all__ = ["Item", "Sentence", "past_dot", "sentences"]

_LEXER: Final = re.compile(
    r"""
    (?P<iso>(?<!\d)\d{4}-\d{2}-\d{2}(?!\d))
    | (?P<ymd>\d{4}[./]\d{1,2}[./]\d{1,2}(?!\d))
    | (?P<dmy>\d{1,2}(?P<point>[./])\d{1,2}(?P=point)(?:\d{4}|\d{2})(?![\d.,]\d|\d))
    | (?P<clock>\d{1,2}:\d{2}(?::\d{2})?(?!\d))
    | (?P<grouped>\d{1,3}(?:[\x20\u00a0\u202f\u2009.,']\d{3})+(?!\d))
    | (?P<dotted>\d{1,2}\.\d{2}(?![\d%]|[.,]\d))
    | (?P<decimal>\d{1,9}[.,]\d{1,2}(?!\d))
    | (?P<digits>\d+)
    | (?P<half_day>[AaPp]\.\s?[Mm]\b\.?)
    | (?P<word>[^\W\d_]+(?:['’ʼ`][^\W\d_]+)*)
    | (?P<dash>[-‐‑–—−])
    | (?P<line>[\r\n]+)
    | (?P<sign_mark>[^\s'’ʼ`])
    """,
    re.VERBOSE,
)
_LONGEST: Final = 500
"""Pieces that one sentence may have; a text without full stops is cut there, so that no rule looks further."""
_MOST_DIGITS: Final = 9
_APOSTROPHES: Final = str.maketrans("’ʼ`", "'''")
_OPENING: Final = frozenset("«“„")
_CLOSING: Final = frozenset("»”“")
_ENDS: Final = frozenset(".!?…")


@dataclass(frozen=True, slots=True)
class Item:
    """A piece of a sentence.

    Attributes:
        form: word, digits, grouped, decimal, dotted, clock, date, ordinal, dash, or sign.
        start: Its first character.
        end: One past its last.
        low: Its characters in small letters.
        tags: What they may mean in this language.
        value: The number that it is; 0 if it is none.
        glued: Whether it follows the item before it without a blank.
    """

    form: str
    start: int
    end: int
    low: str
    tags: Tags = field(default_factory=dict)
    value: float = 0.0
    glued: bool = False


@dataclass(frozen=True, slots=True)
class Sentence:
    """Items that belong together, and the language by which they are read."""

    items: tuple[Item, ...]
    language: str
    start: int
    end: int


@lru_cache(maxsize=8)
def sentences(text: str, language: str) -> tuple[Sentence, ...]:
    """Cut a text into sentences.

    Args:
        text: The text.
        language: Two letters; a language without a table is read by the one that `language.table_for` names.
    """
    found = []
    for whole in _cut(text):
        for raw in _quoted(whole, text, language):
            start, end = raw[0].start(), raw[-1].end()
            table = table_for(text[start:end], language)
            if table in LANGUAGES:
                found.append(Sentence(tuple(_items(raw, lexicon(table))), table, start, end))
    return tuple(found)


def _quoted(raw: list[re.Match[str]], text: str, language: str) -> Iterator[list[re.Match[str]]]:
    """A sentence, cut at the quotation in it that is in another of the six languages, if there is one."""
    first = next((at for at, one in enumerate(raw) if one[0] in _OPENING), None)
    last = next((at for at, one in enumerate(raw) if one[0] in _CLOSING and at > (first or 0) + 2), None)
    if first is None or last is None:
        yield raw
        return
    inner = text[raw[first].end() : raw[last].start()]
    outer = text[raw[0].start() : raw[first].start()] + text[raw[last].end() : raw[-1].end()]
    parts = [raw[:first], raw[first : last + 1], raw[last + 1 :]]
    apart = len(outer.split()) > 1 and table_for(inner, language) != table_for(outer, language)
    yield from (part for part in (parts if apart else [raw]) if part)


def _cut(text: str) -> Iterator[list[re.Match[str]]]:
    """Matches, a sentence at a time: after a full stop, or at the end of a line that the next does not go on with."""
    held: list[re.Match[str]] = []
    for match in _LEXER.finditer(text):
        if match.lastgroup == "line":
            after = text[match.end() : match.end() + 1]
            if len(match[0].replace("\r", "")) > 1 or not after.islower():
                if held:
                    yield held
                held = []
            continue
        held.append(match)
        if len(held) >= _LONGEST:
            yield held
            held = []
            continue
        after = text[match.end() : match.end() + 2]
        stopped = match.lastgroup == "half_day" and after[:1].isspace() and after[1:].isupper()
        if stopped or (match[0] in _ENDS and _ends(text, match.end(), held)):
            yield held
            held = []
    if held:
        yield held


def _ends(text: str, at: int, held: list[re.Match[str]]) -> bool:
    """Whether a full stop before `at` ends a sentence: blanks follow, and no small letter after them."""
    if text[at - 1] != ".":
        return True
    rest = text[at : at + 3]
    if not rest[:1].isspace():
        return not rest
    before = held[-2] if len(held) > 1 else None
    counted = len(held) > 2 and held[-3].lastgroup in ("digits", "decimal", "grouped")
    if before is not None and before.end() == at - 1 and before[0] in _AFTER_DIGITS and counted:
        return False
    short = before is not None and before.end() == at - 1 and before[0].lower() in _SHORT
    after = rest.lstrip()[:1]
    return not (after.islower() or (short and after.isdigit()))


_AFTER_DIGITS: Final = frozenset(("d", "m", "tūkst", "mln", "tys", "тыс", "тис", "млн"))
"""Lithuanian day and year, and thousands, behind their number: they seldom end a sentence."""
_SHORT: Final = frozenset(
    (
        *("chel", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "янв"),
        *("фев", "авг", "окт", "нояб", "дек", "co", "d", "g", "godz", "im", "m", "min", "mr", "mrs", "nr", "no"),
        *("obl", "p", "r", "st", "tys", "tūkst", "val", "vs", "в", "г", "гг", "гадз", "год", "д", "им", "мин"),
        *("обл", "р", "св", "см", "ст", "тис", "тыс", "ул", "чел"),
    )
)
"""Words that are written with a full stop: a number that follows goes on with the sentence."""


def _items(raw: list[re.Match[str]], table: Lexicon) -> Iterator[Item]:
    """Items of one sentence; words that belong together become one item."""
    lows = ["-" if one.lastgroup == "dash" else one[0].lower().translate(_APOSTROPHES) for one in raw]
    if table.language == "en":
        lows = [low.removesuffix("'s") for low in lows]
    at = 0
    while at < len(raw):
        match, low = raw[at], lows[at]
        glued = at > 0 and raw[at - 1].end() == match.start()
        if match.lastgroup == "word" or low == "№":
            size, tags = table.meanings(lows[at : at + 7])
            last = raw[at + size - 1]
            if "capital" in tags and match[0][:1].isupper():
                tags = {**tags, "capitalised": "yes"}
            yield Item("word", match.start(), last.end(), " ".join(lows[at : at + size]), tags, 0.0, glued)
            at += size
            continue
        size, item = _number(raw, lows, at, table, glued)
        yield item
        at += size


def _number(raw: list[re.Match[str]], lows: list[str], at: int, table: Lexicon, glued: bool) -> tuple[int, Item]:
    """Item of a match that is no word, and how many matches it takes: `19-го` and `20-ти` are three."""
    match, low = raw[at], lows[at]
    form = match.lastgroup or ""
    if form == "digits":
        size, suffix = _suffix(raw, lows, at, table)
        end = raw[at + size - 1].end()
        tags = {"suffix": lows[at + size - 1]} if suffix else {}
        if suffix and "dayending" in table.meanings(lows[at + size - 1 : at + size])[1]:
            tags["dayending"] = "yes"
        value = float(low) if len(low) <= _MOST_DIGITS else 0.0
        return size, Item(suffix or "digits", match.start(), end, low, tags, value, glued)
    if form == "grouped":
        digits = re.sub(r"\D", "", low)
        value = float(digits) if len(digits) <= _MOST_DIGITS else 0.0
    elif form == "decimal":
        value = float(low.replace(",", "."))
    else:
        value = 0.0
    forms = {"iso": "date", "ymd": "date", "dmy": "date", "sign_mark": "sign", "half_day": "word"}
    tags = {"half": low[0]} if form == "half_day" else {}
    if form == "sign_mark" and low in "%$€£₽":
        tags = {"other": "money"}
    return 1, Item(forms.get(form, form), match.start(), match.end(), low, tags, value, glued)


def _suffix(raw: list[re.Match[str]], lows: list[str], at: int, table: Lexicon) -> tuple[int, str]:
    """How many matches a number with its ending takes, and whether the ending makes it an ordinal or a count."""
    after = at + 1
    if after < len(raw) and raw[after].lastgroup == "dash" and raw[after].start() == raw[at].end():
        after += 1
    if after >= len(raw) or raw[after].start() != raw[after - 1].end() or raw[after].lastgroup != "word":
        return 1, ""
    ending = table.meanings(lows[after : after + 1])[1].get("ending", "")
    return (after - at + 1, ending) if ending else (1, "")


def past_dot(items: Sequence[Item], at: int) -> int:
    """Skip the full stop of a shortened word, if the sentence goes on after it; gives the next place to read."""
    return at + 1 if at + 1 < len(items) and items[at].low == "." and items[at].glued else at

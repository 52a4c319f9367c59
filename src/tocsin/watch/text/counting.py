"""Reading how many: digits, words in their cases, "several hundred", ranges, and hedges, as bounds.

How hedges become bounds stands in `docs/watch-text.md`; the table is `_HEDGES` here. What is said without a number
keeps to what must be true: "thousands" is at least 1,000, since papers write it of 1,400 too; "dozens" is at least 20.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from tocsin.watch.model import Bounds
from tocsin.watch.text.items import Item

__all__ = ["Count", "count_at", "has"]

_PLURAL_LEAST: Final = {10: 20, 12: 20, 20: 40}
_ABOUT_SHARE: Final = 0.1
_TEN: Final = 10
_HUNDRED: Final = 100
_THOUSAND: Final = 1000
_LONGEST: Final = 12
"""Items that one number may take; a hostile row of number words is cut there."""

_HEDGES: Final[dict[str, Callable[[float, float], tuple[float | None, float | None]]]] = {
    "about": lambda low, high: (low - low * _ABOUT_SHARE, high + high * _ABOUT_SHARE),
    "almost": lambda low, high: (low - low * _ABOUT_SHARE, high),
    "most": lambda low, high: (None, high),
    "less": lambda low, high: (None, low - 1),
    "least": lambda low, high: (low, None),
    "more": lambda low, high: (low + 1, None),
    "exact": lambda low, high: (low, high),
}


@dataclass(frozen=True, slots=True)
class Count:
    """A number that stands in a sentence.

    Attributes:
        first: Its first item, hedge included.
        after: One past its last item.
        least: At least, after the hedge; None = open.
        most: At most.
        low: The smaller of its numbers as written, before the hedge.
        high: The greater.
        hedge: A key of `_HEDGES`.
        words: Whether it is written in words, and which: digits, words, one, many.
        number: Where the numeral itself begins.
    """

    first: int
    after: int
    least: float | None
    most: float | None
    low: float
    high: float
    hedge: str
    words: str
    number: int

    def bounds(self, times: int = 1) -> Bounds:
        """Both ends as whole numbers, `times` over: widened outwards."""
        least = None if self.least is None else max(0, round(self.least * times))
        most = None if self.most is None else max(0, round(self.most * times))
        if least is not None and most is not None and least > most:
            least, most = most, least
        return Bounds(least, most)


def has(items: Sequence[Item], at: int, tag: str) -> bool:
    """Whether there is an item at a place and it has a tag."""
    return 0 <= at < len(items) and tag in items[at].tags


def count_at(items: Sequence[Item], at: int) -> Count | None:
    """Read the number that begins at an item, its hedge included.

    Args:
        items: A sentence.
        at: Where to begin: at a hedge, at "from" of a range, or at the numeral.
    """
    number, hedge = at, "exact"
    if at < len(items) and "hedge" in items[at].tags:
        hedge, number = items[at].tags["hedge"], at + 1
        if has(items, number, "hedge") and items[number].tags["hedge"] != "most":
            second = items[number].tags["hedge"]  # "from about 400" says about, "at least about 400" at least
            hedge = second if second != "about" or "from" in items[at].tags else hedge
            number += 1
    elif has(items, at, "plus") and at + 1 < len(items) and items[at + 1].value:
        hedge, number = "more", at + 1  # "and more than 450", where "and more" was taken for the end of a number
    elif at < len(items) and items[at].low in "~≈≥≤<>+":
        hedge, number = {"≥": "least", ">": "more", "≤": "most", "<": "less"}.get(items[at].low, "about"), at + 1
    if has(items, number, "from") and not has(items, number, "num"):
        ranged = _range(items, number + 1, "to")
        if ranged is not None:
            return _count(at, number + 1, ranged, "exact")
    elif hedge == "least" and "from" in items[at].tags:
        ranged = _range(items, number, "to")
        if ranged is not None:
            return _count(at, number, ranged, "exact")
    found = _range(items, number, "and") or _atom(
        items, number, bare=hedge in ("about", "most", "more", "least", "less")
    )
    return None if found is None else _hedged(items, at, number, found, hedge)


@dataclass(frozen=True, slots=True)
class _Atom:
    """One numeral: its ends, where it stops, its scale and how it is written."""

    low: float
    high: float | None
    after: int
    scale: int
    words: str


def _hedged(items: Sequence[Item], at: int, number: int, found: _Atom, hedge: str) -> Count:
    after = found.after
    if hedge == "exact" and has(items, after, "plus"):
        return _count(at, number, replace(found, after=after + 1), "more")
    if hedge == "exact" and after < len(items) and items[after].low == "+":
        return _count(at, number, replace(found, after=after + 1), "least")
    if hedge == "exact" and has(items, after, "hedge") and has(items, after, "hedgebehind"):
        return _count(at, number, replace(found, after=after + 1), "about")
    return _count(at, number, found, hedge)


def _count(first: int, number: int, found: _Atom, hedge: str) -> Count:
    high = found.low if found.high is None else found.high
    least, most = _HEDGES[hedge](found.low, high)
    if found.high is None:  # "thousands": open above, whatever the hedge says
        least, most = found.low, None
    return Count(first, found.after, least, most, found.low, high, hedge, found.words, number)


def _range(items: Sequence[Item], at: int, link: str) -> _Atom | None:
    """Two numerals with a dash or a word between them; the scale of the second holds for both."""
    first = _atom(items, at, bare=False)
    if first is None or first.high is None:
        return None
    between = first.after
    if between >= len(items):
        return None
    linked = items[between].form == "dash" or has(items, between, link) or has(items, between, "upto")
    if not linked or (link == "and" and has(items, between, "adds")):
        return None
    second = _atom(items, between + 1, bare=False)
    if second is None or second.high is None:
        return None
    low = first.low
    if first.scale == 1 and second.scale > 1 and low * second.scale <= second.high:
        low *= second.scale
    if low >= second.high:
        return None
    return _Atom(low, second.high, second.after, max(first.scale, second.scale), first.words)


def _atom(items: Sequence[Item], at: int, *, bare: bool) -> _Atom | None:
    """One numeral at an item.

    Args:
        items: A sentence.
        at: Where.
        bare: Whether a scale alone is one of it: "about a thousand" in languages without an article.
    """
    if at >= len(items):
        return None
    item = items[at]
    if item.form in ("digits", "grouped", "decimal") and item.value > 0:
        if has(items, at + 1, "more"):
            value, after, scale = _scaled(items, at + 2, item.value + float(items[at + 1].tags["more"]))
            return _Atom(value, value, after, scale, "digits")
        value, after, scale = _scaled(items, at + 1, item.value)
        return _Atom(value, value, after, scale, "digits")
    if item.form == "dotted" and has(items, at + 1, "scale"):
        value, after, scale = _scaled(items, at + 1, float(item.low))
        return _Atom(value, value, after, scale, "digits")
    tags = item.tags
    if "vague" in tags:
        low, _, high = tags["vague"].partition("-")
        many, after, scale = _scaled(items, at + 1, 1.0)
        return _Atom(float(low) * many, float(high) * many, after, scale, "words")
    if "many" in tags and has(items, at + 1, "num") and not has(items, at + 2, "scale"):
        times = float(items[at + 1].tags["num"])
        if 1 < times < _TEN:  # тысячи полторы, сотни три: behind its scale a numeral says about
            value, size = times * int(tags["many"]), int(tags["many"])
            return _Atom(value * (1 - _ABOUT_SHARE), value * (1 + _ABOUT_SHARE), at + 2, size, "words")
    if "many" in tags and not (bare and "scale" in tags and not _only_many(item)):
        return _many(items, at)
    if "num" in tags or "scale" in tags:
        return _in_words(items, at, bare=bare)
    return None


def _only_many(item: Item) -> bool:
    """Whether a form is plural whatever stands before it: English "thousands", not Russian тысячи."""
    return "scale" not in item.tags


def _many(items: Sequence[Item], at: int) -> _Atom | None:
    """Scales in the plural alone: hundreds, tens of thousands."""
    size, after = int(items[at].tags["many"]), at + 1
    least = _PLURAL_LEAST.get(size, size)
    for tag in ("scale", "many"):
        if has(items, after, tag) and int(items[after].tags[tag]) > size:
            return _Atom(float(least * int(items[after].tags[tag])), None, after + 1, size, "many")
    return _Atom(float(least), None, after, size, "many")


def _scaled(items: Sequence[Item], at: int, value: float) -> tuple[float, int, int]:
    """A value times the scales that follow it: 1,5 тысячи; несколько десятков тысяч."""
    scale, after = 1, at
    while has(items, after, "scale") and after < at + 2:
        scale *= int(items[after].tags["scale"])
        after += 1
        if after < len(items) and items[after].low == "." and items[after].glued and after + 1 < len(items):
            after += 1  # тыс.
    return value * scale, after, scale


def _in_words(items: Sequence[Item], at: int, *, bare: bool) -> _Atom | None:
    """A numeral in words: tens and ones add up, a scale multiplies what stands before it."""
    total, current, scale, after = 0.0, 0.0, 1, at
    one = True
    while after < min(len(items), at + _LONGEST):
        tags = items[after].tags
        if "scale" in tags and not ("num" in tags and not current):
            size = int(tags["scale"])
            alone = not (current or total or bare or items[after].low.startswith("a "))
            if alone and "many" in tags:
                break
            current = (current or 1.0) * size
            scale, one = size, False
            if size >= _THOUSAND:
                total, current = total + current, 0.0
        elif "num" in tags and "vague" not in tags:
            value = float(tags["num"])
            if current and not _adds(current, value):
                break
            one = one and value == 1 and not current
            current += value
        elif "more" in tags and 0 < current < _HUNDRED and not total:
            current += float(tags["more"])
        elif items[after].form == "dash" and items[after].glued and has(items, after + 1, "num") and current >= 20:
            if not _adds(current, float(items[after + 1].tags["num"])):
                break
        elif (
            items[after].low == "and"
            and scale >= _HUNDRED
            and has(items, after + 1, "num")
            and items[after - 1].tags.get("scale")
        ) or (
            items[after].low == "." and items[after].glued and has(items, after - 1, "scale") and after + 1 < len(items)
        ):
            pass
        else:
            break
        after += 1
    if after == at:
        return None
    value = total + current
    return _Atom(value, value, after, scale, "one" if one else "words")


def _adds(current: float, value: float) -> bool:
    """Whether a number word goes on with the one before it: сто двадцать, but not two three."""
    if value >= _HUNDRED or value <= 0:
        return False
    if value < 1 or value == 1.5:
        return False
    if value < 10:
        return current % 10 == 0 and current >= 20
    return current % _HUNDRED == 0

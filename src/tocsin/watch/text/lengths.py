"""Lengths of time in a sentence, as hours: seven days, менее суток, per tris valandas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tocsin.watch.text.counting import count_at, has
from tocsin.watch.text.items import Item

__all__ = ["Period", "is_number", "length_at"]

_HOURS: Final = {"minute": 1 / 60, "hour": 1, "day": 24, "week": 168, "month": 720}
_LONGEST: Final = 31 * 24


@dataclass(frozen=True, slots=True)
class Period:
    """A length of time in a sentence, in hours."""

    first: int
    after: int
    least: float | None
    most: float | None


def length_at(items: Sequence[Item], at: int) -> Period | None:
    """A number of hours, days or weeks, or one of them without a number; hedges become bounds.

    Args:
        items: A sentence.
        at: Where it begins: at a hedge, a numeral or a unit.

    Returns:
        The length in hours, or None.
    """
    where, hedge = at, "exact"
    if has(items, at, "hedge"):
        hedge, where = items[at].tags["hedge"], at + 1
    if where >= len(items):
        return None
    low = high = 1.0
    after = where
    if has(items, where, "bare") and where and (is_number(items[where - 1]) or "ordinal" in items[where - 1].tags):
        return None
    count = None
    if not has(items, where, "bare"):
        count = count_at(items, at)
        if count is None:
            return None
        hedge, low, high, after = count.hedge, count.low, count.high, count.after
        while after < len(items) and items[after].form == "dash" and items[after].glued:
            after += 1
        calendar_days = has(items, after, "calendar")
        after += calendar_days
    tags = items[after].tags if after < len(items) else {}
    unit = tags.get("time") or tags.get("one", "")
    if unit not in _HOURS:
        return None
    low, high = low * _HOURS[unit], high * _HOURS[unit]
    least, most = _hedged(hedge, low, high)
    return Period(at, after + 1, least, most) if high <= _LONGEST * 3 else None


def is_number(item: Item) -> bool:
    """Whether an item is a numeral, in digits or in words.

    Args:
        item: The item.
    """
    numeral = not {"num", "scale", "vague", "many"}.isdisjoint(item.tags)
    return numeral or item.form in ("digits", "grouped", "decimal", "dotted")


def _hedged(hedge: str, low: float, high: float) -> tuple[float | None, float | None]:
    if hedge in ("less", "most"):
        return 0, high
    if hedge in ("least", "more"):
        return low, None
    if hedge == "about":
        return low * 0.9, high * 1.1
    return (low * 0.9, high) if hedge == "almost" else (low, high)

"""Pieces of a date: a day, a clock time, a part of the day, each where it stands in a sentence.

The same grammar for all languages, over the tags of their tables: which order of day, month and year is used, which
words say "o'clock" or "ago", is told by the words themselves.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final

from tocsin.watch.text import calendar
from tocsin.watch.text.calendar import Named
from tocsin.watch.text.clocks import clock_at, is_pointed
from tocsin.watch.text.counting import has
from tocsin.watch.text.items import Item, past_dot
from tocsin.watch.text.spans import YEARS, Piece, ago_at, is_month, span_at, year_after, year_at

__all__ = ["Piece", "pieces"]

_MONTH_FIRST: Final = frozenset(("en", "lt"))
_BEGINS: Final = frozenset(
    (
        *("month", "part", "relative", "period", "weekday", "which", "edge", "season", "ordinal", "num", "clock"),
        *("offset", "halfhour"),
        *("agobefore", "later", "bare", "vague", "one", "hedge"),
    )
)
"""Tags of words with which a piece may begin."""
_LEADS: Final = frozenset(("join", "since", "until", "at", "from", "to", "part", "relative", "weekday"))
_MOST_LISTED: Final = 6


def pieces(items: Sequence[Item], language: str) -> list[Piece]:
    """All pieces of a sentence, from left to right, without overlap."""
    found: list[Piece] = []
    at = 0
    while at < len(items):
        item = items[at]
        if item.form in ("sign", "dash") or (item.form == "word" and _BEGINS.isdisjoint(item.tags)):
            at += 1
            continue
        piece = _piece(items, at, language, found[-1] if found else None)
        if piece is not None:
            found.append(piece)
            at = piece.after
        else:
            at += 1
    return found


def _piece(items: Sequence[Item], at: int, language: str, before: Piece | None) -> Piece | None:
    item = items[at]
    if item.form == "date":
        return _written(items, at)
    tags = item.tags
    if (
        item.form in ("digits", "ordinal")
        or "ordinal" in tags
        or "num" in tags
        or "month" in tags
        or item.form == "dotted"
    ):
        night = before is not None and before.part == "nightto" and before.after == at
        day = _day(items, at, language, night)
        if day is not None:
            return day
    close = before is not None and at - before.after <= 2 and before.named is not None
    clock = clock_at(items, at, language, close=close)
    if clock is not None:
        return Piece(at, clock.after, clock=(clock.first, clock.last), rule="date.clock")
    if item.form in ("digits", "ordinal"):
        return year_at(items, at) or _day_alone(items, at, language) or ago_at(items, at)
    if item.form != "word":
        return None
    if "part" in tags:
        return Piece(at, at + 1, part=tags["part"], rule="date.part")
    if "relative" in tags:
        after = at + 2 if has(items, at + 1, "time") and items[at + 1].tags["time"] == "day" else at + 1
        return Piece(at, after, calendar.shift(int(tags["relative"])), rule="date.relative")
    if "period" in tags:
        return Piece(at, at + 1, calendar.period(tags["period"]), rule="date.period")
    return span_at(items, at, language)


def _written(items: Sequence[Item], at: int) -> Piece | None:
    """2026-02-19, 2026.02.19, 19.02.2026, 19/02/26."""
    year, month, day = _parts(items[at].low)
    if year not in YEARS:
        return None
    named = calendar.dated(year, month, day) or calendar.dated(year, day, month)
    after = at + 1
    if has(items, after, "year"):
        after += 1
    return Piece(at, after, named, rule="date.written") if named else None


def _parts(written: str) -> tuple[int, int, int]:
    """Year, month and day of a date in digits."""
    parts = [int(part) for part in written.replace("/", ".").replace("-", ".").split(".")]
    if not written[:4].isdigit():
        parts.reverse()
    return (parts[0] + 2000 if parts[0] < 100 else parts[0]), parts[1], parts[2]


def _number(items: Sequence[Item], at: int) -> tuple[int, int] | None:
    """Number of a day, in digits or as an ordinal in words, and where it ends."""
    if at >= len(items):
        return None
    item = items[at]
    if item.form in ("digits", "ordinal") and 1 <= item.value <= 31 and len(item.low) <= 2:
        return int(item.value), at + 1
    tens, ordinal = item.tags.get("num"), item.tags.get("ordinal")
    if tens in ("20", "30") and has(items, at + 1, "ordinal") and int(items[at + 1].tags["ordinal"]) < 10:
        value = int(tens) + int(items[at + 1].tags["ordinal"])
        return (value, at + 2) if value <= 31 else None
    if ordinal in ("20", "30") and has(items, at + 1, "ordinal") and int(items[at + 1].tags["ordinal"]) < 10:
        return int(ordinal) + int(items[at + 1].tags["ordinal"]), at + 2
    return None if ordinal is None else (int(ordinal), at + 1)


def _numbers(items: Sequence[Item], at: int, night: bool) -> tuple[list[int], int] | None:
    """Numbers of days in a row: 17–20; 16 и 17; 16, 17 и 18; с 17 по 20; "in the night from 16 to 17"."""
    first = _number(items, at)
    if first is None:
        return None
    found, after = [first[0]], first[1]
    while len(found) < _MOST_LISTED and after < len(items):
        link = items[after]
        linked = link.form == "dash" or link.low == "," or "and" in link.tags or "to" in link.tags
        following = _number(items, after + 1) if linked or (night and "for" in link.tags) else None
        if following is None or following[0] <= found[-1]:
            break
        if link.low == "," and not _goes_on(items, following[1]):
            break
        found.append(following[0])
        after = following[1]
    return found, after


def _goes_on(items: Sequence[Item], at: int) -> bool:
    """Whether a list of days goes on: a comma alone does not make one of "house 5, 20 May"."""
    return (
        at + 1 < len(items) and (items[at].low == "," or "and" in items[at].tags) and _number(items, at + 1) is not None
    )


def _day(items: Sequence[Item], at: int, language: str, night: bool) -> Piece | None:
    """A day with its month, days of one month, or a range over two months; with or without a year."""
    first = _day_once(items, at, language, night)
    if first is None:
        return None
    (start, last, year), after = first
    link = items[after] if after < len(items) else None
    if link is not None and (link.form == "dash" or "to" in link.tags) and start == last:
        second = _day_once(items, after + 1, language, night)
        if second is not None:
            (_, end, end_year), end_after = second
            named = _ranged(start, end, year, end_year)
            if named is not None:
                return Piece(at, end_after, named, rule="date.range")
    if night and start != last:
        start = last
    if year:
        named = calendar.dated(year, start[0], start[1], last[1] if last != start else 0)
    else:
        named = calendar.month_day(start, last)
    return Piece(at, after, named, rule="date.range" if start != last else "date.day") if named else None


_Once = tuple[tuple[tuple[int, int], tuple[int, int], int], int]


def _ranged(start: tuple[int, int], end: tuple[int, int], year: int, end_year: int) -> Named | None:
    if not end_year:
        return calendar.month_day(start, end)
    first = calendar.dated(year or end_year, *start)
    last = calendar.dated(end_year, *end)
    if first is None or last is None:
        return None
    one, other = first.days(dt.date.max, False), last.days(dt.date.max, False)
    return calendar.fixed(one[0], other[1]) if one and other and one[0] <= other[1] else None


def _day_once(items: Sequence[Item], at: int, language: str, night: bool) -> _Once | None:
    """(month, day) of first and last day, and the year or 0; and where they end."""
    year = 0
    if at < len(items) and items[at].form == "date":
        year, month, day = _parts(items[at].low)
        return (((month, day), (month, day), year), at + 1) if year in YEARS else None
    if (
        has(items, at + 1, "year")
        and items[at].form == "digits"
        and int(items[at].value) in YEARS
        and len(items[at].low) == 4
    ):
        year, at = int(items[at].value), past_dot(items, at + 2)
    if has(items, at, "month") and language in _MONTH_FIRST and is_month(items[at]):
        numbers = _numbers(items, past_dot(items, at + 1), night)
        if numbers is None:
            return None
        found, after = numbers
        counted = has(items, after, "unit") and language == "lt" and items[after - 1].form == "digits"
        if has(items, after, "hour") or counted or has(items, after, "scale"):
            return None
        if has(items, after, "daymark"):
            after = past_dot(items, after + 1)
        month = int(items[at].tags["month"])
    else:
        if language == "lt":
            return None
        if at < len(items) and items[at].form == "dotted":
            return _dotted(items, at)
        numbers = _numbers(items, at, night)
        if numbers is None:
            return None
        found, after = numbers
        if has(items, after, "daymark") or (after < len(items) and items[after].low == "of"):
            after += 1
        if not has(items, after, "month") or not is_month(items[after]):
            return None
        month = int(items[after].tags["month"])
        after = past_dot(items, after + 1)
    if not year:
        year, after = year_after(items, after)
    return ((month, found[0]), (month, found[-1]), year), after


def _dotted(items: Sequence[Item], at: int) -> _Once | None:
    """19.02, where no clock time is meant."""
    day, _, month = items[at].low.partition(".")
    before = items[at - 1] if at else None
    led = before is None or not _LEADS.isdisjoint(before.tags)
    led = led or (at + 2 < len(items) and items[at + 1].form == "dash" and items[at + 2].form in ("dotted", "date"))
    led = led or (before is not None and before.form == "dash")
    led = led or month.startswith("0")
    if not led or (before is not None and is_pointed(before)):
        return None
    if any(has(items, at + 1, tag) for tag in ("hour", "half", "scale", "unit", "other", "time")):
        return None
    if not (1 <= int(month) <= 12 and 1 <= int(day) <= 31):
        return None
    return ((int(month), int(day)), (int(month), int(day)), 0), at + 1


def _day_alone(items: Sequence[Item], at: int, language: str) -> Piece | None:
    """The 19th; 19-го; 19 числа; 19 d.: a day without its month."""
    found = _numbers(items, at, False)
    if found is None:
        return None
    numbers, after = found
    marked = has(items, after, "daymark") and has(items, after, "dayalone")
    if not marked:
        before = (
            at == 0
            or items[at - 1].form != "word"
            or not {
                "join",
                "since",
                "until",
                "at",
                "from",
                "part",
                "cue",
                "to",
                "and",
                "relative",
                "weekday",
                "half",
            }.isdisjoint(items[at - 1].tags)
        )
        if not has(items, after - 1, "dayending") or not before or (language == "en" and items[at - 1].low != "the"):
            return None
        following = items[after].tags if after < len(items) else {}
        named_after = (
            after < len(items)
            and items[after].form == "word"
            and (
                not {"unit", "formation", "time", "label", "other", "company", "year", "scale", "num"}.isdisjoint(
                    following
                )
                or (not following and _names(items, after))
            )
        )
        if named_after or (after < len(items) and items[after].form in ("digits", "decimal")):
            return None
    after = after + 1 if marked else after
    named = calendar.month_day((0, numbers[0]), (0, numbers[-1]))
    return Piece(at, after, named, rule="date.number") if named else None


def _names(items: Sequence[Item], at: int) -> bool:
    """Whether the words behind an ordinal may be what it numbers: a brigade, an article, a stage."""
    return any(
        (has(items, near, "stop") and len(items[near].low) > 3) or has(items, near, "formation")
        for near in (at, at + 1, at + 2)
    )

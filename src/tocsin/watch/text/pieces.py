"""Pieces of a date: a day, a clock time, a part of the day, each where it stands in a sentence.

The same grammar for all languages, over the tags of their tables: which order of day, month and year is used, which
words say "o'clock" or "ago", is told by the words themselves.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tocsin.watch.text import calendar
from tocsin.watch.text.calendar import Named
from tocsin.watch.text.clocks import POINTED, clock_at
from tocsin.watch.text.counting import count_at, has
from tocsin.watch.text.items import Item

__all__ = ["Piece", "pieces"]

_YEARS: Final = range(1900, 2101)
_MONTH_FIRST: Final = frozenset(("en", "lt"))
_ALONE: Final = frozenset(("го", "га", "ого", "ага", "th", "st", "nd", "rd", "ego", "go", "е", "ąją", "ąja", "tąją"))
_MARKS: Final = frozenset(("d", "числа", "число", "чысла", "dieną", "bm"))
_SPREAD: Final = {"day": (1, 0), "week": (7, 2), "month": (30, 10), "year": (365, 100)}
_BEGINS: Final = frozenset(
    (
        *("month", "part", "relative", "period", "weekday", "which", "edge", "season", "ordinal", "num", "clock"),
        *("agobefore", "later", "bare", "vague", "one", "hedge"),
    )
)
"""Tags of words with which a piece may begin."""
_LEADS: Final = frozenset(("join", "since", "until", "at", "from", "to", "part", "relative", "weekday"))
_MOST_LISTED: Final = 6


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a date.

    Attributes:
        first: Its first item.
        after: One past its last.
        named: The days that it names, or None.
        clock: First and last clock time in minutes from midnight, or None.
        part: A key of `calendar.PARTS`, or "".
        rule: Which rule found it.
    """

    first: int
    after: int
    named: Named | None = None
    clock: tuple[int, int] | None = None
    part: str = ""
    rule: str = ""


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
        return _year(items, at) or _day_alone(items, at, language) or _ago(items, at)
    if item.form != "word":
        return None
    if "part" in tags:
        return Piece(at, at + 1, part=tags["part"], rule="date.part")
    if "relative" in tags:
        after = at + 2 if has(items, at + 1, "time") and items[at + 1].tags["time"] == "day" else at + 1
        return Piece(at, after, calendar.shift(int(tags["relative"])), rule="date.relative")
    if "period" in tags:
        return Piece(at, at + 1, calendar.period(tags["period"]), rule="date.period")
    return _weekday(items, at) or _month(items, at, language) or _season(items, at) or _ago(items, at)


def _written(items: Sequence[Item], at: int) -> Piece | None:
    """2026-02-19, 2026.02.19, 19.02.2026, 19/02/26."""
    year, month, day = _parts(items[at].low)
    if year not in _YEARS:
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
    tens = item.tags.get("num")
    if tens in ("20", "30") and has(items, at + 1, "ordinal") and int(items[at + 1].tags["ordinal"]) < 10:
        value = int(tens) + int(items[at + 1].tags["ordinal"])
        return (value, at + 2) if value <= 31 else None
    tens = item.tags.get("ordinal")
    if tens is not None:
        if tens in ("20", "30") and has(items, at + 1, "ordinal") and int(items[at + 1].tags["ordinal"]) < 10:
            return int(tens) + int(items[at + 1].tags["ordinal"]), at + 2
        return int(tens), at + 1
    return None


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
        return (((month, day), (month, day), year), at + 1) if year in _YEARS else None
    if (
        has(items, at + 1, "year")
        and items[at].form == "digits"
        and int(items[at].value) in _YEARS
        and len(items[at].low) == 4
    ):
        year, at = int(items[at].value), _past_dot(items, at + 2)
    if has(items, at, "month") and language in _MONTH_FIRST and _is_month(items[at]):
        numbers = _numbers(items, _past_dot(items, at + 1), night)
        if numbers is None:
            return None
        found, after = numbers
        counted = has(items, after, "unit") and language == "lt" and items[after - 1].form == "digits"
        if has(items, after, "hour") or counted or has(items, after, "scale"):
            return None
        if has(items, after, "daymark"):
            after = _past_dot(items, after + 1)
        month = int(items[at].tags["month"])
    else:
        if language == "lt":
            return None
        if items[at : at + 1] and items[at].form == "dotted":
            return _dotted(items, at)
        numbers = _numbers(items, at, night)
        if numbers is None:
            return None
        found, after = numbers
        if has(items, after, "daymark") or (after < len(items) and items[after].low == "of"):
            after += 1
        if not has(items, after, "month") or not _is_month(items[after]):
            return None
        month = int(items[after].tags["month"])
        after = _past_dot(items, after + 1)
    if not year:
        year, after = _year_after(items, after)
    return ((month, found[0]), (month, found[-1]), year), after


def _is_month(item: Item) -> bool:
    """May and March are months only with a capital letter; the text itself is not here, so `items` marks them."""
    return "capital" not in item.tags or "capitalised" in item.tags


def _dotted(items: Sequence[Item], at: int) -> _Once | None:
    """19.02, where no clock time is meant."""
    item = items[at]
    if item.form != "dotted":
        return None
    day, _, month = item.low.partition(".")
    before = items[at - 1] if at else None
    led = before is None or not _LEADS.isdisjoint(before.tags)
    led = led or (at + 2 < len(items) and items[at + 1].form == "dash" and items[at + 2].form in ("dotted", "date"))
    led = led or (before is not None and before.form == "dash")
    if not led or (before is not None and (before.low.rpartition(" ")[2] in POINTED or "hourbefore" in before.tags)):
        return None
    if any(has(items, at + 1, tag) for tag in ("hour", "half", "scale", "unit", "other", "time")):
        return None
    if not (1 <= int(month) <= 12 and 1 <= int(day) <= 31):
        return None
    return ((int(month), int(day)), (int(month), int(day)), 0), at + 1


def _past_dot(items: Sequence[Item], at: int) -> int:
    """Skip the full stop of a shortened word that the sentence goes on after."""
    return at + 1 if at + 1 < len(items) and items[at].low == "." and items[at].glued else at


def _year_after(items: Sequence[Item], at: int) -> tuple[int, int]:
    """Year that follows a month, and where it ends; 0 if none does."""
    where = at + 1 if at < len(items) and items[at].low == "," else at
    if (
        where < len(items)
        and items[where].form == "digits"
        and len(items[where].low) == 4
        and int(items[where].value) in _YEARS
    ):
        after = where + 1
        if has(items, after, "unit") or has(items, after, "scale"):
            return 0, at
        if has(items, after, "year"):
            after = _past_dot(items, after + 1)
        return int(items[where].value), after
    return 0, at


def _day_alone(items: Sequence[Item], at: int, language: str) -> Piece | None:
    """The 19th; 19-го; 19 числа; 19 d.: a day without its month."""
    found = _numbers(items, at, False)
    if found is None:
        return None
    numbers, after = found
    marked = has(items, after, "daymark") and items[after].low in _MARKS
    if not marked:
        suffix = items[after - 1].tags.get("suffix", "")
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
            }.isdisjoint(items[at - 1].tags)
        )
        if suffix not in _ALONE or not before or (language == "en" and items[at - 1].low != "the"):
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


def _year(items: Sequence[Item], at: int) -> Piece | None:
    """A year alone: 2022 году, in 2022, 2022 m."""
    item = items[at]
    if item.form != "digits" or len(item.low) != 4 or int(item.value) not in range(1990, 2101):
        return None
    after, first, last = at + 1, int(item.value), int(item.value)
    following = items[after + 1] if after + 1 < len(items) and items[after].form == "dash" else None
    if following is not None and len(following.low) == 4 and first < following.value < 2101:
        last, after = int(following.value), after + 2
    if has(items, after, "year"):
        after = _past_dot(items, after + 1)
        if first == last and has(items, after, "month"):
            edge = items[after + 1].tags.get("edge", "") if after + 1 < len(items) else ""
            named = calendar.whole_month(int(items[after].tags["month"]), first, edge)
            return Piece(at, after + (2 if edge else 1), named, rule="date.month") if named else None
    elif not has(items, at - 1, "yearbefore") or has(items, after, "unit") or has(items, after, "scale"):
        return None
    return Piece(at, after, calendar.fixed(dt.date(first, 1, 1), dt.date(last, 12, 31), "year"), rule="date.year")


def _weekday(items: Sequence[Item], at: int) -> Piece | None:
    which, where = "", at
    if "which" in items[at].tags:
        which, where = items[at].tags["which"], at + 1
    if not has(items, where, "weekday"):
        return None
    return Piece(at, where + 1, calendar.weekday(int(items[where].tags["weekday"]), which), rule="date.weekday")


def _month(items: Sequence[Item], at: int, language: str) -> Piece | None:
    """A month alone: with its year, a third of it, or behind a preposition."""
    edge, where = items[at].tags.get("edge", ""), at
    if edge:
        where += 1
        while (
            where < len(items) and (items[where].form == "dash" or items[where].low in ("of", "in")) and where < at + 3
        ):
            where += 1
    if not has(items, where, "month") or not _is_month(items[where]):
        return None
    month, after = int(items[where].tags["month"]), _past_dot(items, where + 1)
    year, after = _year_after(items, after)
    if not edge and has(items, after, "edge") and language == "lt":
        edge, after = items[after].tags["edge"], after + 1
    led = at > 0 and not {"join", "since", "until", "at", "from", "to", "and"}.isdisjoint(items[at - 1].tags)
    if has(items, after, "time") and items[after].tags["time"] == "month":
        led, after = True, after + 1
    accusative = language == "lt" and items[where].low.endswith(("į", "ą", "ę"))
    if not (year or edge or led or accusative or has(items, at - 1, "which")):
        return None
    named = calendar.whole_month(month, year, edge)
    return Piece(at, after, named, rule="date.month") if named else None


def _season(items: Sequence[Item], at: int) -> Piece | None:
    where = at + 1 if "which" in items[at].tags or "edge" in items[at].tags else at
    if not has(items, where, "season"):
        return None
    led = where > at or (at > 0 and not {"join", "since", "until", "at", "from", "to"}.isdisjoint(items[at - 1].tags))
    year, after = _year_after(items, where + 1)
    plain = items[where].low in ("spring", "summer", "autumn", "winter")
    bare_next = after < len(items) and items[after].form == "word" and not items[after].tags
    if (plain and bare_next and not year) or not (
        led or year or items[where].low.endswith(("ой", "ою", "ом", "ю", "ą", "em", "і"))
    ):
        return None
    named = calendar.season(items[where].tags["season"], year)
    return Piece(at, after, named, rule="date.season") if named else None


def _ago(items: Sequence[Item], at: int) -> Piece | None:
    """So many days, weeks, months ago or ahead."""
    lead = "agobefore" in items[at].tags
    if items[at].form == "ordinal":
        return None
    ahead = "later" in items[at].tags
    where = at + 1 if lead or ahead else at
    if where >= len(items):
        return None
    low, high, after = 1.0, 1.0, where
    count = None if has(items, where, "bare") else count_at(items, where)
    if count is not None:
        low, high, after = count.low, count.high, count.after
    time = items[after].tags.get("time") or items[after].tags.get("one", "") if after < len(items) else ""
    if time not in _SPREAD or (count is None and not has(items, after, "bare")):
        return None
    after += 1
    future = any("future" in one.tags for one in items[max(0, at - 15) : at + 15])
    if not (lead or (ahead and (future or items[at].low in ("через", "праз", "цераз")))):
        if not has(items, after, "ago") or items[after].low in ("before", "earlier"):
            return None
        after += 1
        ahead = False
    if ahead and any(one.tags.get("cue") in ("served", "got") for one in items[max(0, at - 20) : at + 20]):
        return None
    if lead and (has(items, after, "before") or has(items, after + 1, "before")):
        return None
    size, spread = _SPREAD[time]
    least, most = int(low * size) - spread, int(high * size) + spread
    if not 0 <= least <= most <= 20_000:
        return None
    named = calendar.ago(-most, -least) if ahead else calendar.ago(least, most)
    return Piece(at, after, named, rule="date.ahead" if ahead else "date.ago")

"""Longer spans of a date, and days counted from today: a year, a month, a season, a weekday, three days ago."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tocsin.watch.text import calendar
from tocsin.watch.text.calendar import Named
from tocsin.watch.text.counting import count_at, has
from tocsin.watch.text.items import Item, past_dot

__all__ = ["YEARS", "Piece", "ago_at", "is_month", "span_at", "year_after", "year_at"]

YEARS: Final = range(1900, 2101)
"""Four digits in this range may be a year beside a month."""
_SPREAD: Final = {"day": (1, 0), "week": (7, 2), "month": (30, 10), "year": (365, 100)}
"""Unit → days, and how many days "a week ago" may be off on either side."""
_HOURS: Final = {"minute": 1 / 60, "hour": 1}
_LONGEST_HOURS: Final = 72


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
        hours: Least and most hours before publication, or None.
    """

    first: int
    after: int
    named: Named | None = None
    clock: tuple[int, int] | None = None
    part: str = ""
    rule: str = ""
    hours: tuple[float, float] | None = None


def span_at(items: Sequence[Item], at: int, language: str) -> Piece | None:
    """Read the weekday, month, season or days ago that begin at a word."""
    return _weekday(items, at) or _month(items, at, language) or _season(items, at) or ago_at(items, at)


def is_month(item: Item) -> bool:
    """May and March are months only with a capital letter; the text itself is not here, so `items` marks them."""
    return "capital" not in item.tags or "capitalised" in item.tags


def year_after(items: Sequence[Item], at: int) -> tuple[int, int]:
    """Year that follows a month, and where it ends; 0 if none does."""
    where = at + 1 if at < len(items) and items[at].low == "," else at
    if (
        where < len(items)
        and items[where].form in ("digits", "ordinal")
        and len(items[where].low) == 4
        and int(items[where].value) in YEARS
    ):
        after = where + 1
        if has(items, after, "unit") or has(items, after, "scale"):
            return 0, at
        if has(items, after, "year"):
            after = past_dot(items, after + 1)
        return int(items[where].value), after
    return 0, at


def year_at(items: Sequence[Item], at: int) -> Piece | None:
    """A year alone: 2022 году, in 2022, 2022 m."""
    item = items[at]
    if item.form not in ("digits", "ordinal") or len(item.low) != 4 or int(item.value) not in YEARS:
        return None
    if (item.form == "ordinal" or item.value < 1990) and not (
        has(items, at + 1, "month") or has(items, at + 1, "year")
    ):
        return None
    after, first, last = at + 1, int(item.value), int(item.value)
    following = items[after + 1] if after + 1 < len(items) and items[after].form == "dash" else None
    if following is not None and len(following.low) == 4 and first < following.value < 2101:
        last, after = int(following.value), after + 2
    said = has(items, after, "year")
    after = past_dot(items, after + 1) if said else after
    if first == last and (said or item.form == "ordinal") and has(items, after, "month"):
        edge = items[after + 1].tags.get("edge", "") if after + 1 < len(items) else ""
        named = calendar.whole_month(int(items[after].tags["month"]), first, edge)
        return Piece(at, after + (2 if edge else 1), named, rule="date.month") if named else None
    led = has(items, at - 1, "yearbefore") and not (has(items, after, "unit") or has(items, after, "scale"))
    if not said and (item.form == "ordinal" or not led):
        return None
    return Piece(at, after, calendar.fixed(dt.date(first, 1, 1), dt.date(last, 12, 31), "year"), rule="date.year")


def _weekday(items: Sequence[Item], at: int) -> Piece | None:
    which, where = "", at
    if "which" in items[at].tags:
        which, where = items[at].tags["which"], at + 1
    if not has(items, where, "weekday") or has(items, at - 1, "every"):
        return None
    number, last = int(items[where].tags["weekday"]), where + 2
    night = at > 0 and items[at - 1].tags.get("part") == "nightto"
    if night and last < len(items) and has(items, last, "weekday"):  # z wtorku na środę: the night before Wednesday
        return Piece(at, last + 1, calendar.weekday(int(items[last].tags["weekday"]), which), rule="date.weekday")
    if has(items, at - 1, "from") and has(items, where + 1, "to") and has(items, last, "weekday"):
        return Piece(at, last + 1, calendar.weekdays(number, int(items[last].tags["weekday"])), rule="date.range")
    return Piece(at, where + 1, calendar.weekday(number, which), rule="date.weekday")


def _month(items: Sequence[Item], at: int, language: str) -> Piece | None:
    """A month alone: with its year, a third of it, or behind a preposition."""
    edge, where = items[at].tags.get("edge", ""), at
    if edge:
        where += 1
        while (
            where < len(items) and (items[where].form == "dash" or items[where].low in ("of", "in")) and where < at + 3
        ):
            where += 1
    if not has(items, where, "month") or not is_month(items[where]):
        return None
    month, after = int(items[where].tags["month"]), past_dot(items, where + 1)
    year, after = year_after(items, after)
    if not edge and has(items, after, "edge") and language == "lt":
        edge, after = items[after].tags["edge"], after + 1
    led = at > 0 and not {"join", "since", "until", "at", "from", "to", "and"}.isdisjoint(items[at - 1].tags)
    if at and items[at - 1].low == "the":
        led = False  # the March of the Living
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
    led = led or (at > 0 and items[at - 1].tags.get("period", "").endswith("year"))
    year, after = year_after(items, where + 2 if where + 1 < len(items) and items[where + 1].low == "of" else where + 1)
    after = after if year else where + 1
    plain = items[where].low in ("spring", "summer", "autumn", "winter")
    bare_next = after < len(items) and items[after].form == "word" and not items[after].tags
    if (plain and bare_next and not year) or not (
        led or year or items[where].low.endswith(("ой", "ою", "ом", "ю", "ą", "į", "em", "і"))
    ):
        return None
    named = calendar.season(items[where].tags["season"], year)
    return Piece(at, after, named, rule="date.season") if named else None


def ago_at(items: Sequence[Item], at: int) -> Piece | None:
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
    if time in _HOURS:
        return _hours_ago(items, at, after, (low * _HOURS[time], high * _HOURS[time]), count is not None)
    if time not in _SPREAD or (count is None and not has(items, after, "bare")):
        return None
    after += 1
    future = any("future" in one.tags for one in items[max(0, at - 15) : at + 15])
    if not (lead or (ahead and (future or "soon" in items[at].tags))):
        if not has(items, after, "ago") or "yet" in items[after].tags:
            return None
        after += 1
        ahead = False
    if ahead and any(one.tags.get("cue") in ("served", "got") for one in items[max(0, at - 20) : at + 20]):
        return None
    if lead and (has(items, after, "before") or has(items, after + 1, "before")):
        return None
    if lead and any("warn" in one.tags for one in items[max(0, at - 4) : after + 3]):
        return None  # a notice: įspėja prieš dvi savaites
    size, spread = _SPREAD[time]
    least, most = int(low * size) - spread, int(high * size) + spread
    if not 0 <= least <= most <= 20_000:
        return None
    named = calendar.ago(-most, -least) if ahead else calendar.ago(least, most)
    return Piece(at, after, named, rule="date.ahead" if ahead else "date.ago")


def _hours_ago(items: Sequence[Item], at: int, unit: int, hours: tuple[float, float], counted: bool) -> Piece | None:
    """Два часа назад; an hour ago; prieš valandą: a quarter of it off on either side."""
    lead, after = "agobefore" in items[at].tags, unit + 1
    if not (counted or has(items, unit, "bare")) or hours[1] > _LONGEST_HOURS:
        return None
    if lead:
        near = items[max(0, at - 10) : after + 10]
        if any("period_word" in one.tags or "before" in one.tags for one in near):
            return None  # a notice: warned eight hours before
    elif not has(items, after, "ago") or "yet" in items[after].tags:
        return None
    else:
        after += 1
    return Piece(at, after, rule="date.ago", hours=(hours[0] * 0.75, hours[1] * 1.25))

"""Clock times in words and digits: 08:00, в 8 утра, o ósmej, 8 val., at noon, 0800 hours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tocsin.watch.text.counting import has
from tocsin.watch.text.items import Item, past_dot

__all__ = ["Clock", "clock_at", "is_pointed"]

_DAY: Final = 24 * 60


@dataclass(frozen=True, slots=True)
class Clock:
    """A clock time, or the span from one to another, in minutes from midnight."""

    first: int
    last: int
    after: int


def clock_at(items: Sequence[Item], at: int, language: str, *, close: bool) -> Clock | None:
    """Read the clock time that begins at an item.

    Args:
        items: A sentence.
        at: Where it begins: at the hour, not at its preposition.
        language: Of the sentence.
        close: Whether a day stands just before, so that a bare number behind "at" is an hour.
    """
    if "clock" in items[at].tags:
        minutes = _minutes(items[at].tags["clock"])
        return None if minutes is None else Clock(minutes, minutes, at + 1)
    if "offset" in items[at].tags or "halfhour" in items[at].tags:
        return _shifted(items, at)
    first = _one(items, at, language, close)
    if first is None:
        return _unfinished_range(items, at, language)
    minutes, after = first
    if after + 1 < len(items) and (items[after].form == "dash" or has(items, after, "to")):
        second = _one(items, after + 1, language, True)
        if second is not None and second[0] > minutes and items[after + 1].form in ("clock", "dotted", items[at].form):
            return Clock(minutes, second[0], second[1])
    return Clock(minutes, minutes, after)


def _shifted(items: Sequence[Item], at: int) -> Clock | None:
    """В половине девятого; wpół do dziewiątej; pusę devynių; half past eight; без четверти девять; полдевятого."""
    tags = items[at].tags
    if "halfhour" in tags:
        minutes, after = _minutes(tags["halfhour"]), at + 1
    else:
        hour, after = _hour(items, at + 1)
        if hour is None or _counts_on(items, after):
            return None
        minutes = (hour * 60 + int(tags["offset"])) % _DAY
    one = None if minutes is None else _halved(items, minutes, after)
    return None if one is None else Clock(one[0], one[0], one[1])


def _unfinished_range(items: Sequence[Item], at: int, language: str) -> Clock | None:
    """8–9 утра; from 8 to 10 am: only the second number says that hours are meant."""
    item = items[at]
    if item.form != "digits" or item.value > 24 or at + 2 >= len(items) or not has(items, at - 1, "at"):
        return None
    if items[at + 1].form != "dash" and not has(items, at + 1, "to"):
        return None
    second = _one(items, at + 2, language, False)
    if (
        second is None
        or items[at + 2].form != "digits"
        or not (has(items, at + 3, "half") or has(items, at + 3, "hour"))
    ):
        return None
    first = int(item.value) * 60
    if second[0] >= 12 * 60 and first + 12 * 60 < second[0]:
        first += 12 * 60
    return Clock(first, second[0], second[1]) if first < second[0] else None


def _minutes(written: str) -> int | None:
    hour, _, minute = written.replace(".", ":").partition(":")
    total = int(hour) * 60 + int(minute[:2])
    return total if total <= _DAY and int(minute[:2]) < 60 else None


def _one(items: Sequence[Item], at: int, language: str, close: bool) -> tuple[int, int] | None:
    item = items[at]
    if item.form == "clock":
        minutes = _minutes(item.low)
        return None if minutes is None else _halved(items, minutes, at + 1)
    if item.form == "dotted":
        return _pointed(items, at, close)
    hour, after = _hour(items, at)
    if hour is None:
        return _military(items, at, language)
    before = _before(items, at)
    led = before is not None and ("at" in before.tags or "hourbefore" in before.tags)
    accusative = language == "lt" and "ordinal" in item.tags
    if has(items, after, "half") and (item.form == "digits" or led or accusative):
        return _halved(items, hour * 60, after) if hour <= 12 or items[after].low not in ("am", "pm") else None
    if has(items, after, "hour") and (item.form != "ordinal" or has(items, at - 1, "hourlead")):
        if has(items, after, "ordinalclock") and "num" in item.tags and "ordinal" not in item.tags:
            return None  # w trzy godziny, per tris valandas: how long, not when
        alone = has(items, after, "houralone") or (close and language == "lt")
        lasting = has(items, at - 1, "lasting") and not _ordered(items, at)
        if (alone or (led and language != "en")) and (language == "en" or not lasting):
            return _halved(items, hour * 60, past_dot(items, after + 1))
        return None
    if before is None or not led:
        return None
    if "hourbefore" in before.tags:
        return _halved(items, hour * 60, after)
    if "ordinal" in item.tags and "hourlead" in before.tags and language in ("pl", "uk", "be"):
        return None if _counts_on(items, after) else _halved(items, hour * 60, after)
    return _bare(items, at, hour, after, close)


def _before(items: Sequence[Item], at: int) -> Item | None:
    """The word before an hour, past the full stop of "godz."."""
    dotted = at > 1 and items[at - 1].low == "." and "hourbefore" in items[at - 2].tags
    return items[at - 2 if dotted else at - 1] if at else None


def _bare(items: Sequence[Item], at: int, hour: int, after: int, close: bool) -> tuple[int, int] | None:
    """ "К 8 завтра", "завтра к 8", "явиться к 8": a number behind a preposition of clock times."""
    dated = "dayending" in items[at].tags
    if items[at].form == "ordinal" and (dated or not has(items, at - 1, "hourlead")):
        return None
    if _counts_on(items, after) or (after < len(items) and items[after].form == "dash"):
        return None
    if after < len(items) and items[after].low == "/":
        return None
    beside = any(has(items, after, tag) for tag in ("relative", "part", "weekday"))
    if has(items, after, "join"):
        beside = has(items, after + 1, "relative") or has(items, after + 1, "weekday")
    if not (beside or close or _ordered(items, at)):
        return None
    return hour * 60, after


def _ordered(items: Sequence[Item], at: int) -> bool:
    """Whether a word of reporting or a summons stands just before, or of reporting just behind."""
    if any(one.tags.get("cue") == "report" for one in items[at + 1 : at + 3]):
        return True
    return any(one.tags.get("cue") == "report" or "summons" in one.tags for one in items[max(0, at - 5) : at])


def _counts_on(items: Sequence[Item], at: int) -> bool:
    tags = items[at].tags if at < len(items) else {}
    return not {"unit", "time", "month", "scale", "other", "num", "year", "daymark", "label", "plus"}.isdisjoint(tags)


def _hour(items: Sequence[Item], at: int) -> tuple[int | None, int]:
    item = items[at]
    if item.form in ("digits", "ordinal") and len(item.low) <= 2 and item.value <= 24:
        return int(item.value), at + 1
    for tag in ("num", "ordinal"):
        value = float(item.tags.get(tag, "99"))
        if value <= 22 and value == int(value):
            if value == 20 and has(items, at + 1, tag) and float(items[at + 1].tags[tag]) <= 3:
                return 20 + int(items[at + 1].tags[tag]), at + 2
            return int(value), at + 1
    return None, at


def _halved(items: Sequence[Item], minutes: int, at: int) -> tuple[int, int] | None:
    """A clock time with the half of the day that follows it: утра, p.m., wieczorem."""
    half = items[at].tags.get("half", "") if at < len(items) else ""
    if not half:
        if has(items, at, "hour") and items[at].low != "h":
            at = past_dot(items, at + 1)
            half = items[at].tags.get("half", "") if at < len(items) else ""
        if not half:
            return (minutes, at) if minutes <= _DAY else None
    after = at if items[at].tags.get("part", "").startswith("this") else at + 1  # "this morning" also names the day
    if half == "p" and minutes < 12 * 60:
        minutes += 12 * 60
    elif half == "a" and minutes >= 12 * 60 and minutes < 13 * 60:
        minutes -= 12 * 60
    elif half == "n" and minutes >= 9 * 60 and minutes <= 12 * 60:
        minutes += 12 * 60
    return (minutes, after) if minutes <= _DAY else None


def is_pointed(before: Item) -> bool:
    """Whether a word before 08.00 says that it is a time."""
    return "pointed" in before.tags or "hourbefore" in before.tags


def _pointed(items: Sequence[Item], at: int, close: bool) -> tuple[int, int] | None:
    """08.00, if no date can be meant or the words around say that it is a time."""
    minutes = _minutes(items[at].low)
    if minutes is None:
        return None
    if has(items, at + 1, "hour") or has(items, at + 1, "half"):
        return _halved(items, minutes, at + 1)
    if at and is_pointed(items[at - 1]):
        return _halved(items, minutes, at + 1)
    led = at > 0 and "at" in items[at - 1].tags
    no_month = not 1 <= int(items[at].low.partition(".")[2]) <= 12
    return (minutes, at + 1) if (led or close) and no_month and not _counts_on(items, at + 1) else None


def _military(items: Sequence[Item], at: int, language: str) -> tuple[int, int] | None:
    """0800; 1500 hours."""
    item = items[at]
    if language != "en" or item.form != "digits" or len(item.low) != 4 or not has(items, at - 1, "at"):
        return None
    minutes = _minutes(item.low[:2] + ":" + item.low[2:])
    hours = has(items, at + 1, "hour")
    if minutes is None or not (hours or item.low.startswith("0")):
        return None
    return minutes, at + 2 if hours else at + 1

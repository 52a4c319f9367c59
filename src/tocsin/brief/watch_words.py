"""Bounds in words: times as intervals, counts as at least and at most; "about" never."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from tocsin.watch import Bounds

__all__ = ["count_words", "hours_words", "many", "origins_words", "time_words"]

_MANY = {"person": "people", "aircraft": "aircraft", "child": "children", "more quantity": "more quantities are"}


def time_words(time: Bounds, zone: ZoneInfo, year: int | None = None) -> str:
    """A time: `19 Feb` for a day, `16 Feb 22:00 – 17 Feb 15:00` for an interval, `from 16 Feb` for an open one.

    Args:
        time: Bounds in milliseconds.
        zone: Time zone of days.
        year: A year that goes without saying.
    """
    if time.least is None and time.most is None:
        return "not known"
    if time.least is None or time.most is None:
        end = time.most if time.least is None else time.least
        assert end is not None, "one end is known"
        whole = _whole_start(end, zone) if time.least is not None else _whole_end(end, zone)
        return f"{'from' if time.most is None else 'until'} {_moment(end, zone, year, whole)}"
    if time.exact:
        return _moment(time.least, zone, year, whole=False)
    whole = _whole_start(time.least, zone) and _whole_end(time.most, zone)
    first, last = (_moment(end, zone, year, whole) for end in (time.least, time.most))
    return first if first == last and whole else f"{first} – {last}"


def _local(ms: int, zone: ZoneInfo) -> dt.datetime:
    return (dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(milliseconds=ms)).astimezone(zone)


def _whole_start(ms: int, zone: ZoneInfo) -> bool:
    return _local(ms, zone).time() == dt.time()


def _whole_end(ms: int, zone: ZoneInfo) -> bool:
    return _whole_start(ms + 1, zone)


def _moment(ms: int, zone: ZoneInfo, year: int | None, whole: bool) -> str:
    local = _local(ms, zone)
    day = f"{local.day} {local:%b}" + ("" if local.year == year else f" {local.year}")
    return day if whole else f"{day} {local:%H:%M}"


def count_words(count: Bounds, unit: str = "") -> str:
    """A count: `400 people`, `4,000 to 5,000 people`, `at least 1,500 people`, `–` for none."""
    if not count.known:
        return "–"
    one = (count.least == 1 and count.most in (1, None)) or (count.least is None and count.most == 1)
    named = "" if not unit else f" {unit if one else _MANY.get(unit, f'{unit}s')}"
    if count.exact:
        told = f"{count.least:,}"
    elif count.most is None:
        told = f"at least {count.least:,}"
    elif count.least is None:
        told = f"at most {count.most:,}"
    else:
        told = f"{count.least:,} to {count.most:,}"
    return told + named


def many(number: int, word: str) -> str:
    """So many of something: `1 report`, `92 reports`."""
    return f"{number:,} {word if number == 1 else _MANY.get(word, f'{word}s')}"


def hours_words(hours: Bounds) -> str:
    """A lag: `0 to 47 h`; one that may be below zero says that even the order is not sure."""
    if not hours.known:
        return "not known"
    told = count_words(hours).replace("-", "−")
    return f"{told} h" + ("; order not sure" if hours.least is None or hours.least < 0 else "")


def origins_words(independent: Bounds) -> str:
    """How many independent origins: `1`, `2 to 5`."""
    return count_words(independent)

"""Bounds in words: times as intervals, counts as at least and at most; "about" never."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from tocsin.watch import Bounds
from tocsin.watch.words import count_words, lag_words, many, origin_names

__all__ = ["count_words", "lag_words", "many", "origin_names", "origins_words", "some_ids", "time_words"]


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


def origins_words(independent: Bounds) -> str:
    """How many independent origins: `1`, `2 to 5`."""
    return count_words(independent)


def some_ids(ids: Sequence[str], most: int, between: str = " ") -> str:
    """The first of some ids, and how many more there are.

    Args:
        ids: They.
        most: How many are told.
        between: What stands between two.
    """
    more = len(ids) - most
    return between.join(ids[:most]) + (f" and {more:,} more" if more > 0 else "")

"""Reading times that may be known to a moment, a day, a month or a year, as bounds in UTC milliseconds."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final
from zoneinfo import ZoneInfo

from tocsin.errors import WatchError
from tocsin.watch.model import Bounds

__all__ = ["DAY_MS", "HOUR_MS", "day_bounds", "day_of", "iso", "moment_ms", "read_time"]

HOUR_MS: Final = 3_600_000
DAY_MS: Final = 24 * HOUR_MS
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d")
_PARTS: Final = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


def read_time(text: str, zone: ZoneInfo, *, place: str = "") -> tuple[Bounds, bool]:
    """Read a year, month, day or moment.

    Args:
        text: `2026`, `2026-02`, `2026-02-19` or ISO 8601 with a time; a time without an offset is in `zone`.
        zone: Time zone of days and of times without an offset.
        place: Where it stands, for the error.

    Returns:
        The bounds, and whether it was a moment.

    Raises:
        WatchError: It is none of these.
    """
    whole = _PARTS.fullmatch(text)
    try:
        if whole is None:
            if not _MOMENT.match(text):
                raise ValueError("no clock time")  # 20260219 and 2026-W08-4 are days, which would pass as midnight
            moment = moment_ms(dt.datetime.fromisoformat(text), zone)
            return Bounds(moment, moment), True
        month, day = (int(part) if part else None for part in whole.groups()[1:])
        first = dt.date(int(whole[1]), month or 1, day or 1)
        if day:
            return day_bounds(first, zone), False
        after = dt.date(first.year + 1, 1, 1) if not month else (first + dt.timedelta(days=31)).replace(day=1)
        last = after - dt.timedelta(days=1)
        return Bounds(day_bounds(first, zone).least, day_bounds(last, zone).most), False
    except (ValueError, OverflowError):
        told = "expected a year, month, day or moment such as 2026-02-19 or 2026-02-19T08:00+03:00"
        raise WatchError(f"found {text[:60]!r}; {told}", place=place) from None


def day_bounds(day: dt.date, zone: ZoneInfo) -> Bounds:
    """The first and the last millisecond of a day in a zone."""
    start = dt.datetime.combine(day, dt.time(), zone)
    end = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), zone)
    return Bounds(moment_ms(start, zone), moment_ms(end, zone) - 1)


def moment_ms(moment: dt.datetime, zone: ZoneInfo) -> int:
    """Whole milliseconds since 1970 of a moment; without an offset it is in `zone`."""
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)
    return round((aware - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)) / dt.timedelta(milliseconds=1))


def day_of(ms: int, zone: ZoneInfo) -> dt.date:
    """The day of a moment in a zone."""
    return dt.datetime.fromtimestamp(ms // 1000, zone).date()


def iso(ms: int | None) -> str | None:
    """A moment as ISO 8601 in UTC, for programs."""
    if ms is None:
        return None
    return (dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(milliseconds=ms)).isoformat(timespec="milliseconds")

"""Days as texts name them, counted from the day of publication.

A `Named` names days of the calendar without a clock. `resolve` works them out for one day of publication; where that is
known only as bounds, the result is the hull over its first and last day. Everything here grows with the day of
publication, so these two are enough.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from tocsin.watch.model import Bounds
from tocsin.watch.times import day_bounds, day_of, moment_ms

__all__ = [
    "PARTS",
    "Days",
    "Named",
    "after",
    "ago",
    "between",
    "clock_bounds",
    "dated",
    "fixed",
    "following",
    "in_year",
    "month_day",
    "part_bounds",
    "period",
    "resolve",
    "season",
    "shift",
    "weekday",
    "weekdays",
    "whole_month",
]

Days = tuple[dt.date, dt.date]
"""First and last day."""
PARTS: Final[dict[str, tuple[int, int]]] = {
    "morning": (4, 12),
    "forenoon": (0, 12),
    "noon": (11, 16),
    "afternoon": (12, 18),
    "evening": (17, 24),
    "night": (0, 30),
    "nightto": (-3, 6),
    "lastnight": (-6, 6),
    "tonight": (17, 30),
    "thismorning": (4, 12),
    "thisafternoon": (12, 18),
}
"""Part of a day → its first and last hour, from the midnight that begins the day; below 0 it is the evening before."""
_SOON: Final = dt.timedelta(days=62)
_LONG_AGO: Final = dt.timedelta(days=270)
_MONTHS_AHEAD: Final = 9
_SEASONS: Final = {"winter": 12, "spring": 3, "summer": 6, "autumn": 9}


@dataclass(frozen=True, slots=True)
class Named:
    """Days that a text names.

    Attributes:
        days: For a day of publication, and whether the words speak of the future: first and last day.
        sort: day, month, year, weekday, relative or past: what may be joined to what.
        fixed: Whether the day of publication changes nothing.
    """

    days: Callable[[dt.date, bool], Days | None]
    sort: str
    fixed: bool = False


def fixed(first: dt.date, last: dt.date, sort: str = "day") -> Named:
    """Days with their year."""
    return Named(lambda _published, _future: (first, last), sort, fixed=True)


def dated(year: int, month: int, day: int, last: int = 0) -> Named | None:
    """A day (or days of one month) with a year; None if the calendar has no such day."""
    try:
        first = dt.date(year, month, day)
        return fixed(first, dt.date(year, month, last) if last else first)
    except ValueError:
        return None


def month_day(first: tuple[int, int], last: tuple[int, int]) -> Named | None:
    """Days without a year, each as (month, day); month 0 = not named either, the nearest such day."""

    def days(published: dt.date, future: bool) -> Days | None:
        end = _nearest(last, published, future)
        if end is None:
            return None
        if first == last:
            return end, end
        start = _nearest(first, end, False)
        return (start, end) if start is not None else None

    return Named(days, "day") if _possible(first) and _possible(last) else None


def _possible(one: tuple[int, int]) -> bool:
    month, day = one
    return 0 <= month <= 12 and 1 <= day <= (31 if month in (0, 1, 3, 5, 7, 8, 10, 12) else 29 if month == 2 else 30)


def _nearest(one: tuple[int, int], published: dt.date, future: bool) -> dt.date | None:
    """The last such day not after publication; the next one if the words say future, or if it is near and that far."""
    month, day = one
    choices = _choices(month, day, published)
    past = max((each for each in choices if each <= published), default=None)
    ahead = min((each for each in choices if each >= published), default=None)
    if past is None or ahead is None:
        return past or ahead
    if month == 0:
        return ahead if future and ahead - published <= dt.timedelta(days=20) else past
    near = ahead - published <= _SOON and published - past >= _LONG_AGO
    return ahead if near or (future and ahead - published <= _LONG_AGO) else past


def _choices(month: int, day: int, published: dt.date) -> list[dt.date]:
    found = []
    if month:
        reach = 8 if (month, day) == (2, 29) else 1  # 1896 and 1904 had a 29 February, 1900 had none
        pairs = [(published.year + step, month) for step in range(-reach, reach + 1)]
    else:
        pairs = [divmod(published.year * 12 + published.month - 1 + step, 12) for step in range(-2, 3)]
        pairs = [(year, number + 1) for year, number in pairs]
    for year, number in pairs:
        if 1 <= year <= 9998:
            try:
                found.append(dt.date(year, number, day))
            except ValueError:
                continue
    return found


def shift(days: int) -> Named:
    """Yesterday, today, tomorrow: so many days on."""

    def named(published: dt.date, _future: bool) -> Days | None:
        day = _moved(published, days)
        return (day, day) if day else None

    return Named(named, "relative")


def ago(least: int, most: int) -> Named:
    """From `most` to `least` days ago; below 0: ahead."""

    def named(published: dt.date, _future: bool) -> Days | None:
        first, last = _moved(published, -most), _moved(published, -least)
        return (first, last) if first and last else None

    return Named(named, "relative")


def after(earlier: Named, days: int) -> Named:
    """So many days after other days."""

    def named(published: dt.date, future: bool) -> Days | None:
        found = earlier.days(published, future)
        first, last = (_moved(found[0], days), _moved(found[1], days)) if found else (None, None)
        return (first, last) if first and last else None

    return Named(named, earlier.sort, earlier.fixed)


def following(wanted: Named, told: Named) -> Named:
    """The first of certain weekdays that is not before another day."""

    def named(published: dt.date, future: bool) -> Days | None:
        base = told.days(published, False)
        return wanted.days(base[0], True) if base else wanted.days(published, future)

    return Named(named, wanted.sort, told.fixed)


def in_year(wanted: Named, year: Named) -> Named:
    """A day, month or season of another year: 19 февраля прошлого года, last autumn's."""

    def named(published: dt.date, _future: bool) -> Days | None:
        found = year.days(published, False)
        if found is None or not 2 <= found[0].year <= 9990:
            return None
        number = found[0].year
        tried = [wanted.days(dt.date(number, month, 30), False) for month in (12, 6)]
        return next((one for one in tried if one is not None and one[0].year == number), None)

    return Named(named, wanted.sort)


def between(first: Named, second: Named) -> Named:
    """From the earlier of two to the later."""

    def named(published: dt.date, future: bool) -> Days | None:
        one, other = first.days(published, False), second.days(published, future)
        return (min(one[0], other[0]), max(one[1], other[1])) if one and other else one or other

    return Named(named, "relative")


def _moved(day: dt.date, days: int) -> dt.date | None:
    try:
        return day + dt.timedelta(days=days)
    except OverflowError:
        return None


def weekday(number: int, which: str = "") -> Named:
    """A weekday, 1 = Monday: the nearest not later than publication, or not earlier if the words say future.

    "Next" is that of the following week at the earliest a day ahead; "last" is before the day of publication.
    """

    def named(published: dt.date, future: bool) -> Days | None:
        back = (published.isoweekday() - number) % 7
        if which == "last":
            back = back or 7
        elif which == "next" or (future and which != "last"):
            back = -((number - published.isoweekday()) % 7)
            back = back or (-7 if which == "next" else 0)
        elif which == "this":
            back = published.isoweekday() - number
        day = _moved(published, -back)
        return (day, day) if day else None

    return Named(named, "weekday")


def weekdays(first: int, last: int) -> Named:
    """From one weekday to the next such other one."""

    def named(published: dt.date, future: bool) -> Days | None:
        found = weekday(first).days(published, future)
        end = _moved(found[0], (last - first) % 7) if found else None
        return (found[0], end) if found and end else None

    return Named(named, "weekday")


def period(name: str) -> Named:
    """Week, weekend, month or year before, of or after publication; `lastday`: the last 24 hours, as two days."""
    step = {"last": -1, "this": 0, "next": 1}[name[:4]]
    what = name[4:]

    def named(published: dt.date, _future: bool) -> Days | None:
        if not 3 <= published.year <= 9990:
            return None
        if what == "day":
            return published - dt.timedelta(days=1), published
        monday = published - dt.timedelta(days=published.isoweekday() - 1)
        if what == "week":
            return monday + dt.timedelta(weeks=step), monday + dt.timedelta(weeks=step, days=6)
        if what == "weekend":
            step_weeks = 0 if step < 0 and published.isoweekday() >= 6 else -1 if step < 0 else 0
            saturday = monday + dt.timedelta(weeks=step_weeks, days=5)
            return saturday, saturday + dt.timedelta(days=1)
        if what == "month":
            year, month = divmod(published.year * 12 + published.month - 1 + step, 12)
            return _month(year, month + 1)
        return dt.date(published.year + step, 1, 1), dt.date(published.year + step, 12, 31)

    return Named(named, "past")


def _month(year: int, month: int, edge: str = "") -> Days:
    last = (dt.date(year + month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)).day
    start, end = {"early": (1, 10), "middle": (11, 20), "late": (21, last)}.get(edge, (1, last))
    return dt.date(year, month, start), dt.date(year, month, end)


def whole_month(month: int, year: int, edge: str) -> Named | None:
    """A month; without a year the nearest that had begun, or the next if the words say future. Edge: its third."""
    if year:
        if not 1 <= year <= 9990:
            return None
        first, last = _month(year, month, edge)
        return fixed(first, last, "month")

    def named(published: dt.date, future: bool) -> Days | None:
        if not 2 <= published.year <= 9988:
            return None
        past = published.year - (month > published.month)
        ahead = (month - published.month) % 12
        if future and month < published.month and ahead <= _MONTHS_AHEAD:
            return _month(published.year + 1, month, edge)
        return _month(past + 1 if month > published.month and (future or ahead <= 2) else past, month, edge)

    return Named(named, "month")


def season(name: str, year: int) -> Named | None:
    """A season: winter from December. Without a year the one that had begun, or the next if the words say future."""
    begin = _SEASONS[name]

    def of(first_year: int) -> Days:
        last_year, last_month = divmod(first_year * 12 + begin + 1, 12)
        return dt.date(first_year, begin, 1), _month(last_year, last_month + 1)[1]

    if year:
        return fixed(*of(year - (name == "winter")), "month") if 2 <= year <= 9980 else None

    def named(published: dt.date, future: bool) -> Days | None:
        if not 3 <= published.year <= 9980:
            return None
        spans = [of(published.year + step) for step in (-2, -1, 0, 1)]
        begun = [one for one in spans if one[0] <= published]
        ahead = [one for one in spans if one[1] >= published]
        return ahead[0] if future and ahead else begun[-1]

    return Named(named, "month")


def resolve(named: Named, published: Bounds, zone: ZoneInfo, future: bool) -> Days | None:
    """Days named, over all days on which the report may have been published; None where that is not known."""
    if named.fixed:
        return named.days(dt.date(2000, 1, 1), future)
    if published.least is None or published.most is None:
        return None
    try:
        earliest, latest = day_of(published.least, zone), day_of(published.most, zone)
        first = named.days(earliest, future)
        last = first if earliest == latest else named.days(latest, future)
    except (OverflowError, ValueError, OSError):
        return None
    return (min(first[0], last[0]), max(first[1], last[1])) if first and last else None


def part_bounds(days: Days, part: str, zone: ZoneInfo) -> Bounds:
    """Milliseconds of days, or of a part of them."""
    try:
        whole = Bounds(day_bounds(days[0], zone).least, day_bounds(days[1], zone).most)
        if not part:
            return whole
        first, last = PARTS[part]
        start, end = _clock_ms(days[0], first * 60, zone), _clock_ms(days[1], last * 60, zone)
        return Bounds(start, end - 1)
    except (OverflowError, ValueError):
        return Bounds()


def _clock_ms(day: dt.date, minutes: int, zone: ZoneInfo) -> int:
    """Milliseconds of a clock time, in minutes from the midnight that begins the day; 24:00 is the next day's 0:00."""
    whole, rest = divmod(minutes, 24 * 60)
    moment = dt.datetime.combine(day + dt.timedelta(days=whole), dt.time(rest // 60, rest % 60), zone)
    return moment_ms(moment, zone)


def clock_bounds(days: Days, first: int, last: int, zone: ZoneInfo) -> Bounds:
    """From a clock time on the first day to one on the last, in minutes from midnight."""
    try:
        start, end = _clock_ms(days[0], first, zone), _clock_ms(days[1], last, zone)
        return Bounds(min(start, end), max(start, end))
    except (OverflowError, ValueError):
        return Bounds()

"""A slow and obvious reference: the same counting in plain Python, a day at a time where that is clearer.

It is written from the words of `tocsin.law.counting` and `GLOSSARY.md` with datetime and zoneinfo only.
"""

from __future__ import annotations

import calendar
import datetime as dt
from zoneinfo import ZoneInfo

from tocsin.law.pack import Calendar

DAY = dt.timedelta(days=1)


def day_of(moment: dt.datetime, zone: str) -> dt.date:
    """Return the day that a moment has in a zone."""
    return moment.astimezone(ZoneInfo(zone)).date()


def months_later(day: dt.date, months: int) -> dt.date:
    """Return the same day so many months later, or the last of that month if it has no such day."""
    number = day.year * 12 + day.month - 1 + months
    year, month = divmod(number, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def works(day: dt.date, table: Calendar | None) -> bool | None:
    """Tell whether a day is a working day; None = its year is in no table."""
    years = {year.year: year for year in table.years} if table else {}
    if table is None or day.year not in years:
        return None
    year = years[day.year]
    if day in year.working:
        return True
    return day.isoweekday() not in table.weekend and day not in year.days_off


def counted_days(first: dt.date, last: dt.date, *, skip_first: bool, skip_last: bool) -> list[dt.date]:
    """Return the days from one to another that count."""
    days = [first + DAY * i for i in range((last - first).days + 1)]
    return [day for day in days if not (skip_first and day == first) and not (skip_last and day == last)]


def rolled(day: dt.date, table: Calendar | None) -> dt.date | None:
    """Return the first working day on or after a day."""
    while True:
        answer = works(day, table)
        if answer is None or answer:
            return day if answer else None
        day += DAY


def years_old(birth: dt.date, day: dt.date, leap_day: str) -> int:
    """Return how many birthdays somebody has had, by walking through the years."""
    number = 0
    while _birthday(birth, birth.year + number + 1, leap_day) <= day:
        number += 1
    return number


def _birthday(birth: dt.date, year: int, leap_day: str) -> dt.date:
    try:
        return birth.replace(year=year)
    except ValueError:
        return dt.date(year, 2, 28) if leap_day == "28 February" else dt.date(year, 3, 1)


def kept(
    start: dt.datetime,
    end: dt.datetime,
    length: int,
    unit: str,
    zone: str,
    table: Calendar | None,
    skip_first: bool,
    skip_last: bool,
) -> bool | None:
    """Tell whether an end keeps a notice of a length from a start that is not after it; None = cannot be told."""
    if unit == "hour":
        return end - start >= dt.timedelta(hours=length)
    if unit == "full-day":  # by the clock on the wall
        wall = [one.astimezone(ZoneInfo(zone)).replace(tzinfo=None) for one in (start, end)]
        return wall[1] - wall[0] >= DAY * length
    first, last = day_of(start, zone), day_of(end, zone)
    if unit == "month":
        return last + (DAY if not skip_first else DAY * 0) - (DAY if skip_last else DAY * 0) >= months_later(
            first, length
        )
    days = counted_days(first, last, skip_first=skip_first, skip_last=skip_last)
    if unit == "day":
        return len(days) >= length
    answers = [works(day, table) for day in days]
    enough = sum(map(bool, answers)) >= length
    return enough if enough or None not in answers else None

"""Counting time as the law does: days of a zone, their edges, working days from frozen tables, hours, months.

A limit is a moment and a length: "at least seven days before" asks whether the end lies on or after the start and seven
days. Both are put on one scale of whole numbers (days, working days, milliseconds), each as a range, for moments may be
known to an interval, and a law may not say which days count. An end that is not known is null.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import polars as pl

from tocsin.law.pack import NOT_FOUND, Calendar, Counting

__all__ = ["EPOCH", "DayTable", "End", "Range", "edges", "limit_and_end", "local_day", "time_between", "years_reached"]

DAY_MS: Final = 86_400_000
HOUR_MS: Final = 3_600_000
EPOCH: Final = dt.date(1970, 1, 1)
End = Literal["exact", "early", "late"]
"""Which end of an interval a moment is; exact = it is no interval."""
Bound = Literal["least", "most"]
"""Whether the least or the most that a number may be is asked for, where a table of days ends."""


@dataclass(frozen=True)
class Range:
    """A number that is known to an interval: two expressions, or one and the same if it is exact.

    Attributes:
        least: The least that it may be.
        most: The most.
        day: Of an exact moment, its day, if that was worked out before.
    """

    least: pl.Expr
    most: pl.Expr
    day: pl.Expr | None = None

    @classmethod
    def of(cls, exact: pl.Expr, day: pl.Expr | None = None) -> Range:
        """A number that is known."""
        return cls(exact, exact, day)

    @property
    def exact(self) -> bool:
        """Whether both ends are the same."""
        return self.least is self.most


@dataclass(frozen=True)
class DayTable:
    """Working days of the years that a pack has tables of; beyond them only bounds are known.

    Attributes:
        days: Every day of those years, as days since 1970.
        upto: How many working days there are from the first of them up to each.
        rolled: The first working day on or after each; null where the table ends before one.
    """

    days: pl.Series
    upto: pl.Series
    rolled: pl.Series

    @classmethod
    def of(cls, calendar: Calendar | None) -> DayTable | None:
        """The table of a calendar; None where there is none, or where more would have to be known (the canton)."""
        if calendar is None or calendar.needs or not calendar.years:
            return None
        years = sorted(calendar.years, key=lambda year: year.year)
        first, last = dt.date(years[0].year, 1, 1), dt.date(years[-1].year, 12, 31)
        days = np.arange((first - EPOCH).days, (last - EPOCH).days + 1)
        works = ~np.isin((days + 3) % 7 + 1, calendar.weekend)
        for year in years:
            works[[(day - first).days for day in year.days_off]] = False
            works[[(day - first).days for day in year.working]] = True
        told = np.isin(days.astype("datetime64[D]").astype("datetime64[Y]").astype(int) + 1970, [y.year for y in years])
        upto = np.cumsum(works)
        after = np.where(works, days, np.iinfo(np.int64).max)
        rolled = np.minimum.accumulate(after[::-1])[::-1]
        known = told & (rolled <= days[-1])
        return cls(
            pl.Series(days[told], dtype=pl.Int32),
            pl.Series(upto[told], dtype=pl.Int32),
            pl.select(pl.when(pl.Series(known)).then(pl.Series(np.where(known, rolled, 0), dtype=pl.Int32)))
            .to_series()
            .filter(pl.Series(told)),
        )

    def count_upto(self, day: pl.Expr, bound: Bound = "least") -> pl.Expr:
        """How many working days there are up to a day: after the table at least as many as in it, before it none."""
        inside = day.replace_strict(self.days, self.upto, default=None, return_dtype=pl.Int32)
        if bound == "least":
            return pl.when(day > self.days[-1]).then(self.upto[-1]).otherwise(inside)
        return pl.when(day < self.days[0]).then(0).otherwise(inside)

    def first_with(self, count: pl.Expr) -> pl.Expr:
        """The first day up to which there are so many working days."""
        firsts = pl.DataFrame({"day": self.days, "upto": self.upto}).unique("upto", keep="first", maintain_order=True)
        return count.replace_strict(firsts["upto"], firsts["day"], default=None, return_dtype=pl.Int32)

    def roll(self, day: pl.Expr, bound: Bound) -> pl.Expr:
        """The first working day on or after a day; where the table ends before one, at least the day itself."""
        inside = day.replace_strict(self.days, self.rolled, default=None, return_dtype=pl.Int32)
        return inside.fill_null(day) if bound == "least" else inside


def local_day(moment: pl.Expr, zone: str, end: End = "exact") -> pl.Expr:
    """The day of a moment in a zone, as days since 1970: 01:30 in Minsk is the day before in UTC, and not here.

    Args:
        moment: UTC times.
        zone: In which days are counted.
        end: Which end of an interval it is, for clocks that are put back.
    """
    if end != "exact":
        return (_wall(moment, zone, end) // DAY_MS).cast(pl.Int32)
    return moment.dt.convert_time_zone(zone).dt.date().cast(pl.Int32)


def limit_and_end(
    start: Range, end: Range, length: int, count: Counting, zone: str, table: DayTable | None, *, roll: bool
) -> tuple[Range, Range]:
    """Where a length of time from a start ends, and where the end lies, on one scale.

    Args:
        start: The moment from which is counted.
        end: The moment that is compared.
        length: So many of the count's unit.
        count: Unit and edges.
        zone: In which days are counted.
        table: Days off.
        roll: Whether a limit that falls on a day off moves to the next working day, if the count says so.
    """
    rolls = roll and count.roll == "next-working-day"

    def day_of(moment: pl.Expr, side: End, day: pl.Expr | None) -> pl.Expr:
        return local_day(moment, zone, side) if day is None else day

    def limit(moment: pl.Expr, first: int, last: int, bound: Bound = "least", side: End = "exact") -> pl.Expr:
        if count.unit == "hour":
            return moment.dt.epoch("ms") + length * HOUR_MS
        if count.unit == "full-day":
            return _wall(moment, zone, side) + length * DAY_MS
        day = day_of(moment, side, start.day)
        if count.unit == "working-day":
            return _working(day + first, table, bound) + length
        if count.unit == "month":
            day = day.cast(pl.Date).dt.offset_by(f"{length}mo").cast(pl.Int32)
            length_days = 0
        else:
            length_days = length
        day = day + (length_days + first - last)
        return _rolled(day, table, bound) if rolls else day

    def there(moment: pl.Expr, last: int, bound: Bound = "least", side: End = "exact") -> pl.Expr:
        if count.unit == "hour":
            return moment.dt.epoch("ms")
        if count.unit == "full-day":
            return _wall(moment, zone, side)
        day = day_of(moment, side, end.day)
        return _working(day + last, table, bound) if count.unit == "working-day" else day

    (first_low, first_high), (last_low, last_high) = edges(count)
    own = count.unit == "working-day"  # its last edge moves the end, for a table lies between
    if start.exact and first_low == first_high and last_low == last_high and not (own or rolls):
        limits = Range.of(limit(start.least, first_low, last_low))
    else:
        early, late = _sides(start)
        limits = Range(
            limit(start.least, first_low, last_high, "least", early),
            limit(start.most, first_high, last_low, "most", late),
        )
    if end.exact and not own:
        ends = Range.of(there(end.least, last_low))
    else:
        early, late = _sides(end)
        ends = Range(there(end.least, last_low, "least", early), there(end.most, last_high, "most", late))
    return limits, ends


def time_between(start: Range, end: Range, count: Counting, zone: str, table: DayTable | None) -> Range:
    """How long it is from a start to an end, to be read: in the count's unit; months as days, hours to tenths."""
    unit = count.model_copy(update={"unit": "day", "roll": "none"}) if count.unit == "month" else count
    limits, ends = limit_and_end(start, end, 0, unit, zone, table, roll=False)
    divide = {"hour": HOUR_MS, "full-day": DAY_MS}.get(unit.unit)

    def told(difference: pl.Expr) -> pl.Expr:
        return difference if divide is None else (difference * 10 // divide) / 10

    if limits.exact and ends.exact:
        return Range.of(told(ends.least - limits.least))
    return Range(told(ends.least - limits.most), told(ends.most - limits.least))


def years_reached(birth: pl.Expr, day: pl.Expr, leap_day: str) -> pl.Expr:
    """Whole years reached on a day (days since 1970) by somebody born on a date.

    Args:
        birth: Dates.
        day: Days since 1970.
        leap_day: "28 February" or "1 March": when somebody born on 29 February is a year older in other years.
    """
    on = day.cast(pl.Date)
    birthday = birth.dt.month().cast(pl.Int32) * 100 + birth.dt.day()
    if leap_day == "28 February":
        birthday = pl.when((birthday == 229) & ~on.dt.is_leap_year()).then(228).otherwise(birthday)
    today = on.dt.month().cast(pl.Int32) * 100 + on.dt.day()
    return on.dt.year() - birth.dt.year() - (today < birthday).cast(pl.Int32)


def edges(count: Counting) -> tuple[tuple[int, int], tuple[int, int]]:
    """By how much the first and the last edge move the start and the end of a count, at least and at most."""
    first = {True: (0, 0), False: (-1, -1), NOT_FOUND: (-1, 0)}[count.exclude_first]
    last = {True: (-1, -1), False: (0, 0), NOT_FOUND: (-1, 0)}[count.exclude_last]
    return (first, last) if count.unit in ("day", "working-day", "month") else ((0, 0), (0, 0))


def _sides(range_: Range) -> tuple[End, End]:
    return ("exact", "exact") if range_.exact else ("early", "late")


def _wall(moment: pl.Expr, zone: str, end: End) -> pl.Expr:
    """What the clock on the wall shows, in ms: a day has 24 hours on it also when clocks change.

    Where clocks are put back, a later moment may show less. The early end of an interval is the least that is shown
    from then on, the late end the most that was shown until then; clocks change at whole half hours of UTC.
    """

    def shown(one: pl.Expr) -> pl.Expr:
        return one.dt.convert_time_zone(zone).dt.replace_time_zone(None).dt.epoch("ms")

    half, least = pl.duration(minutes=30), pl.duration(milliseconds=1)
    if end == "early":
        mark = (moment + half - least).dt.truncate("30m")
        return pl.min_horizontal(shown(moment), shown(mark), shown(mark + half))
    if end == "late":
        mark = moment.dt.truncate("30m") - least
        return pl.max_horizontal(shown(moment), shown(mark), shown(mark - half))
    return shown(moment)


def _working(day: pl.Expr, table: DayTable | None, bound: Bound) -> pl.Expr:
    return pl.lit(None, pl.Int32) if table is None else table.count_upto(day, bound)


def _rolled(day: pl.Expr, table: DayTable | None, bound: Bound) -> pl.Expr:
    if table is None:
        return day if bound == "least" else pl.lit(None, pl.Int32)
    return table.roll(day, bound)

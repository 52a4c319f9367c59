"""Reading the times of other people's files: formats, zones, the hour that autumn repeats, finer digits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NoReturn
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import polars as pl

from tocsin.errors import LogError
from tocsin.log.schema import TIME

__all__ = ["Clock", "Reading"]

_ISO: Final = (
    r"^(?P<day>\d{4}-\d\d-\d\d)(?:[T ](?P<time>\d\d:\d\d)(?P<second>:\d\d)?(?:[.,](?P<part>\d{1,9}))?)?"
    r"\s*(?P<zone>Z|[+-]\d\d:?\d\d)?$"
)
_PLAIN: Final = ("%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S%.3fZ")
_NS: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Reading:
    """Times that were read.

    Attributes:
        earliest: UTC, ms; null where the cell was empty.
        latest: The same, except for local times that the change of clocks made ambiguous.
        rounded: How many had digits below a millisecond.
        ambiguous: How many are ambiguous.
        mixed: How many two forms read differently; they are bounds like ambiguous ones.
    """

    earliest: pl.Series
    latest: pl.Series
    rounded: int
    ambiguous: int
    mixed: int = 0


@dataclass(frozen=True, slots=True)
class Clock:
    """How a file tells the time.

    Attributes:
        forms: One or several of: `iso` (a day, a time, and perhaps an offset), `epoch_s`, `epoch_ms`, or a pattern of
            `strftime`. A cell that several read alike is read so; what they read differently is kept as an interval.
        zone: Name of the zone of times that state no offset, such as `Europe/Minsk`; None if all state one.
        day: Where patterns hold times of day only: the column of days, or a day; days are written 2026-02-17.
    """

    forms: tuple[str, ...] = ("iso",)
    zone: str | None = None
    day: str | None = None

    def __post_init__(self) -> None:
        if self.zone is not None:
            try:
                ZoneInfo(self.zone)
            except (ZoneInfoNotFoundError, ValueError, OSError):
                raise LogError(f"found the zone {self.zone!r}, expected a name such as 'Europe/Minsk'") from None

    def read(self, cells: pl.Series, place: str, numbers: pl.Series, day: pl.Series | None = None) -> Reading:
        """Read a column of times.

        Args:
            cells: Text, numbers, or times as Parquet keeps them.
            place: The file.
            numbers: What to call each row in an error.
            day: The day of each row, where the forms hold times of day only.

        Raises:
            LogError: A cell that is no time of these forms, with its row.
        """
        clocks = [self._nanoseconds(cells, form, day) for form in self.forms]
        unread = pl.DataFrame([local.alias(str(i)) for i, (local, _) in enumerate(clocks)])
        lost = (unread.select(pl.all_horizontal(pl.all().is_null())).to_series() & cells.is_not_null()).arg_true()
        if len(lost):
            forms = " or ".join(repr(form) for form in self.forms)
            on = "" if day is None else f" on a day such as '2026-02-17' (found {day[int(lost[0])]!r})"
            self._refuse(cells, int(lost[0]), f"a time of the form {forms}{on}", place, numbers)
        found = [self._reading(cells, local, offset, place, numbers) for local, offset in clocks]
        if len(found) == 1:
            return found[0]
        earliest = pl.DataFrame([r.earliest.alias(str(i)) for i, r in enumerate(found)]).min_horizontal()
        latest = pl.DataFrame([r.latest.alias(str(i)) for i, r in enumerate(found)]).max_horizontal()
        several = pl.DataFrame([r.earliest.alias(str(i)) for i, r in enumerate(found)]).max_horizontal()
        mixed = int((several != earliest).sum())
        return Reading(earliest, latest, sum(r.rounded for r in found), sum(r.ambiguous for r in found), mixed)

    def plain(self, cells: pl.Series) -> Reading | None:
        """Read times of UTC that are all written alike, as in most files, for a fifth of the price; else None."""
        if self.forms != ("iso",) or self.day is not None or cells.dtype != pl.String:
            return None
        for pattern in _PLAIN:
            if cells.len() and _fits(cells[0], pattern):
                read = cells.str.to_datetime(pattern, time_unit="ms", strict=False, cache=False)
                if read.null_count() == cells.null_count():
                    times = read.dt.replace_time_zone("UTC")
                    return Reading(times, times, 0, 0)
        return None

    def _reading(
        self, cells: pl.Series, local: pl.Series, offset_s: pl.Series, place: str, numbers: pl.Series
    ) -> Reading:
        """Times in UTC from times by their own clocks."""
        ms, rest = local // _NS, local % _NS
        rounded = int((rest != 0).sum())
        if rounded:  # Series.round on integers does nothing: half to even by hand, as everywhere in Tocsin
            ms += ((rest > _NS // 2) | ((rest == _NS // 2) & (ms % 2 == 1))).cast(pl.Int64)
        stated = (ms - offset_s * 1000).cast(TIME)
        if (offset_s.is_null() & local.is_not_null()).sum() == 0:
            return Reading(stated, stated, rounded, 0)
        return self._in_zone(cells, ms, stated, rounded, place, numbers)

    def _refuse(self, cells: pl.Series, row: int, expected: str, place: str, numbers: pl.Series) -> NoReturn:
        where = f"{place}: row {numbers[row]}, column {cells.name}"
        raise LogError(f"found {cells[row]!r}, expected {expected}", place=where)

    def _in_zone(
        self, cells: pl.Series, ms: pl.Series, stated: pl.Series, rounded: int, place: str, numbers: pl.Series
    ) -> Reading:
        bare = ms.is_not_null() & stated.is_null()
        if self.zone is None:
            row = int(bare.arg_true()[0])
            self._refuse(cells, row, "an offset such as +03:00, or a zone in the mapping", place, numbers)
        naive = ms.cast(pl.Datetime("ms"))
        ends = [
            naive.dt.replace_time_zone(self.zone, ambiguous=which, non_existent="null")
            for which in ("earliest", "latest")
        ]
        ends = [end.dt.convert_time_zone("UTC") for end in ends]
        lost = (bare & ends[0].is_null()).arg_true()
        if len(lost):
            told = f"a time that clocks in {self.zone} showed"
            self._refuse(cells, int(lost[0]), told, place, numbers)
        earliest, latest = (end.zip_with(bare, stated).cast(TIME) for end in ends)
        return Reading(earliest, latest, rounded, int((earliest != latest).sum()))

    def _nanoseconds(self, cells: pl.Series, form: str, day: pl.Series | None) -> tuple[pl.Series, pl.Series]:
        """Give nanoseconds since 1970 by the cell's own clock, and its offset in seconds, if stated."""
        unstated = pl.Series([None], dtype=pl.Int64).new_from_index(0, cells.len())
        utc = pl.Series([0], dtype=pl.Int64).new_from_index(0, cells.len())
        if isinstance(cells.dtype, pl.Datetime):
            stated = utc if cells.dtype.time_zone else unstated
            return cells.dt.timestamp("ns"), stated
        if form == "epoch_s":
            seconds = cells.cast(pl.Float64, strict=False)
            # Microseconds are what a double can tell of a time in our century.
            return (seconds * 1e6).round().cast(pl.Int64, strict=False) * 1000, utc
        if form == "epoch_ms":
            return cells.cast(pl.Int64, strict=False) * _NS, utc
        text = cells.cast(pl.String).str.strip_chars()
        if form == "iso":
            return _iso(text)
        if day is not None:
            text, form = day.str.strip_chars() + " " + text, f"%Y-%m-%d {form}"
        aware = any(code in form for code in ("%z", "%:z", "%#z"))
        parsed = text.str.to_datetime(form, time_unit="ns", time_zone="UTC" if aware else None, strict=False)
        return parsed.dt.timestamp("ns"), utc if aware else unstated


def _fits(cell: str | None, pattern: str) -> bool:
    return cell is not None and pl.Series([cell]).str.to_datetime(pattern, strict=False).null_count() == 0


def _iso(text: pl.Series) -> tuple[pl.Series, pl.Series]:
    parts = text.str.extract_groups(_ISO).struct.unnest()
    day = parts["day"].str.to_date("%Y-%m-%d", strict=False)
    clock = parts["time"].fill_null("00:00") + parts["second"].fill_null(":00")
    time = clock.str.to_time("%H:%M:%S", strict=False)
    fraction = parts["part"].fill_null("").str.pad_end(9, "0").cast(pl.Int64, strict=False)
    whole = day.cast(pl.Int64) * 86_400_000_000_000 + time.cast(pl.Int64) + fraction
    zone = parts["zone"].str.replace(":", "").str.replace("Z", "+0000")
    sign = pl.Series([1], dtype=pl.Int64).new_from_index(0, text.len())
    sign = sign.zip_with((zone.str.head(1) != "-").fill_null(True), -sign)
    offset = zone.str.slice(1, 2).cast(pl.Int64) * 3600 + zone.str.slice(3, 2).cast(pl.Int64) * 60
    return whole, sign * offset

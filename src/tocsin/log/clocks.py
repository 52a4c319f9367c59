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
_NS: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Reading:
    """Times that were read.

    Attributes:
        earliest: UTC, ms; null where the cell was empty.
        latest: The same, except for local times that the change of clocks made ambiguous.
        rounded: How many had digits below a millisecond.
        ambiguous: How many are ambiguous.
    """

    earliest: pl.Series
    latest: pl.Series
    rounded: int
    ambiguous: int


@dataclass(frozen=True, slots=True)
class Clock:
    """How a file tells the time.

    Attributes:
        form: `iso` (a day, a time, and perhaps an offset), `epoch_s`, `epoch_ms`, or a pattern of `strftime`.
        zone: Name of the zone of times that state no offset, such as `Europe/Minsk`; None if all state one.
    """

    form: str = "iso"
    zone: str | None = None

    def __post_init__(self) -> None:
        if self.zone is not None:
            try:
                ZoneInfo(self.zone)
            except (ZoneInfoNotFoundError, ValueError, OSError):
                raise LogError(f"found the zone {self.zone!r}, expected a name such as 'Europe/Minsk'") from None

    def read(self, cells: pl.Series, place: str, numbers: pl.Series) -> Reading:
        """Read a column of times.

        Args:
            cells: Text, numbers, or times as Parquet keeps them.
            place: The file.
            numbers: What to call each row in an error.

        Raises:
            LogError: A cell that is no time of this form, with its row.
        """
        local, offset_s = self._nanoseconds(cells)
        lost = (local.is_null() & cells.is_not_null()).arg_true()
        if len(lost):
            self._refuse(cells, int(lost[0]), f"a time of the form {self.form!r}", place, numbers)
        rounded = int((local % _NS != 0).sum())
        # Series.round on integers does nothing: half to even by hand, as everywhere in Tocsin.
        whole, rest = local // _NS, local % _NS
        up = (rest > _NS // 2) | ((rest == _NS // 2) & (whole % 2 == 1))
        ms = whole + up.cast(pl.Int64)
        stated = (ms - offset_s * 1000).cast(TIME)
        if offset_s.null_count() == local.null_count():
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

    def _nanoseconds(self, cells: pl.Series) -> tuple[pl.Series, pl.Series]:
        """Give nanoseconds since 1970 by the cell's own clock, and its offset in seconds, if stated."""
        unstated = pl.Series([None], dtype=pl.Int64).new_from_index(0, cells.len())
        utc = pl.Series([0], dtype=pl.Int64).new_from_index(0, cells.len())
        if isinstance(cells.dtype, pl.Datetime):
            stated = utc if cells.dtype.time_zone else unstated
            return cells.dt.timestamp("ns"), stated
        if self.form == "epoch_s":
            seconds = cells.cast(pl.Float64, strict=False)
            # Microseconds are what a double can tell of a time in our century.
            return (seconds * 1e6).round().cast(pl.Int64, strict=False) * 1000, utc
        if self.form == "epoch_ms":
            return cells.cast(pl.Int64, strict=False) * _NS, utc
        text = cells.cast(pl.String).str.strip_chars()
        if self.form == "iso":
            return _iso(text)
        aware = any(code in self.form for code in ("%z", "%:z", "%#z"))
        parsed = text.str.to_datetime(self.form, time_unit="ns", time_zone="UTC" if aware else None, strict=False)
        return parsed.dt.timestamp("ns"), utc if aware else unstated


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

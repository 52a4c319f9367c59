"""The columns of a log row, their types, and bringing a foreign frame to them.

Types, chosen by measuring 6 million realistic rows (626 MiB in memory, 90 MiB as Parquet): enums of one byte
where the catalogue closes the list; categoricals for names, which repeat (Parquet bytes do not depend on the
order in which a process met them); text for `origin`, where every recorded row may hold a nonce of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl
from polars.datatypes import DataTypeClass

from tocsin.errors import LogError
from tocsin.log.kinds import CHANNELS, GRADES, KIND_NAMES, SCOPES, WRITERS

__all__ = [
    "CHANNEL",
    "COLUMNS",
    "GRADE",
    "KIND",
    "NAME",
    "REQUIRED",
    "SCHEMA",
    "SCOPE",
    "TIME",
    "WRITER",
    "conform",
    "row_key",
]

TIME: Final = pl.Datetime("ms", "UTC")
WRITER: Final = pl.Enum(WRITERS)
KIND: Final = pl.Enum(KIND_NAMES)
CHANNEL: Final = pl.Enum(CHANNELS)
GRADE: Final = pl.Enum(GRADES)
SCOPE: Final = pl.Enum(SCOPES)
NAME: Final = pl.Categorical()

SCHEMA: Final[dict[str, pl.DataType]] = {
    "run": pl.UInt32(),
    "seq": pl.UInt32(),
    "writer": WRITER,
    "happened": TIME,
    "happened_until": TIME,
    "known": TIME,
    "kind": KIND,
    "person": pl.UInt32(),
    "unit": NAME,
    "place": NAME,
    "station": NAME,
    "visit": pl.UInt16(),
    "thing": NAME,
    "by": NAME,
    "to": NAME,
    "channel": CHANNEL,
    "amount": pl.Int64(),
    "amount_most": pl.Int64(),
    "due": TIME,
    "reason": NAME,
    "cause": pl.UInt32(),
    "corrects": pl.UInt32(),
    "origin": pl.String(),
    "grade": GRADE,
    "scope": SCOPE,
}
"""Every column of a log, in its order, with its type."""

COLUMNS: Final[tuple[str, ...]] = tuple(SCHEMA)
REQUIRED: Final = ("run", "seq", "writer", "happened", "happened_until", "known", "kind")
"""Columns that are never null."""

_FIRST_YEAR_MS: Final = -62_135_596_800_000
_LAST_YEAR_MS: Final = 253_402_300_799_999


def row_key() -> pl.Expr:
    """The identity (run, seq) as one number, in the order of the log."""
    return pl.col("run").cast(pl.UInt64) * (1 << 32) + pl.col("seq").cast(pl.UInt64)


def conform(
    frame: pl.DataFrame,
    *,
    place: str = "",
    required: tuple[str, ...] = REQUIRED,
    numbers: pl.Series | None = None,
) -> pl.DataFrame:
    """Bring a frame to the columns and types of a log.

    Absent columns that may be null are added; absent or null `happened_until` and `known` become `happened`;
    text becomes enum or categorical, whole numbers are narrowed. Rows keep their order.

    Args:
        frame: Rows with the columns of a log, or some of them.
        place: Where the rows come from, for the error.
        required: Columns that may not be null.
        numbers: What to call each row in an error; from 0 if not given.

    Returns:
        A frame with exactly the columns of `SCHEMA`.

    Raises:
        LogError: An unknown or missing column, or a value that does not fit, with its row.
    """
    unknown = [name for name in frame.columns if name not in SCHEMA]
    if unknown:
        raise LogError(f"found the column {unknown[0]!r}, expected only {', '.join(COLUMNS)}", place=place)
    where = _Where(place, numbers)
    columns = [_fit(frame, name, where) for name in COLUMNS]
    fitted = pl.DataFrame(columns, height=frame.height)
    lacking = [name for name in ("happened_until", "known") if fitted[name].null_count()]
    fitted = fitted.with_columns(pl.col(lacking).fill_null(pl.col("happened"))) if lacking else fitted
    _refuse_nulls(fitted, required, where)
    _refuse_wild_times(fitted, where)
    return fitted


@dataclass(frozen=True, slots=True)
class _Where:
    """Names the place of an error."""

    place: str
    numbers: pl.Series | None

    def __call__(self, row: int, column: str) -> str:
        number = row if self.numbers is None else int(self.numbers[row])
        here = f"row {number}, column {column}"
        return f"{self.place}: {here}" if self.place else here


def _fit(frame: pl.DataFrame, name: str, where: _Where) -> pl.Series:
    wanted = SCHEMA[name]
    if name not in frame.columns:
        return pl.Series(name, [None], dtype=wanted).new_from_index(0, frame.height)
    found = frame[name]
    if found.dtype == wanted:
        return found
    if not _castable(found.dtype, wanted):
        raise LogError(f"found the type {found.dtype}, expected {wanted}", place=where(0, name))
    cast = _cast(found, wanted)
    lost = (found.is_not_null() & cast.is_null()).arg_true()
    if len(lost):
        row = int(lost[0])
        raise LogError(f"found {found[row]!r}, expected {_told(wanted)}", place=where(row, name))
    return cast.alias(name)


def _cast(found: pl.Series, wanted: pl.DataType) -> pl.Series:
    if isinstance(found.dtype, pl.Categorical | pl.Enum):
        found = found.cast(pl.String)
    if found.dtype.is_float():
        whole = found.is_finite() & (found == found.round())
        found = found.zip_with(whole.fill_null(True), pl.Series([None], dtype=found.dtype))
    return found.cast(wanted, strict=False)


def _castable(found: pl.DataType, wanted: pl.DataType) -> bool:
    """Whether a cast keeps the meaning: text to names, numbers to whole numbers, times to times."""
    if found == pl.Null:
        return True
    if isinstance(wanted, pl.Categorical | pl.Enum | pl.String):
        return isinstance(found, pl.Categorical | pl.Enum | pl.String)
    if isinstance(wanted, pl.Datetime):
        # A time without a zone could be local: only the intake, which is told the zone, may read it.
        return isinstance(found, pl.Datetime) and found.time_zone is not None
    return found.is_numeric()


def _told(wanted: pl.DataType | DataTypeClass) -> str:
    if isinstance(wanted, pl.Enum):
        names = wanted.categories.to_list()
        return "one of " + (", ".join(names) if len(names) < 50 else f"{names[0]} … {names[-1]}")
    return f"a value of type {wanted}"


def _refuse_nulls(frame: pl.DataFrame, required: tuple[str, ...], where: _Where) -> None:
    for name in required:
        if frame[name].null_count():
            row = int(frame[name].is_null().arg_true()[0])
            raise LogError("found nothing, expected a value", place=where(row, name))


def _refuse_wild_times(frame: pl.DataFrame, where: _Where) -> None:
    for name in ("happened", "happened_until", "known", "due"):
        stamps = frame[name].to_physical()
        least, most = stamps.min(), stamps.max()
        if not isinstance(least, int) or not isinstance(most, int):  # the column holds no time
            continue
        if least >= _FIRST_YEAR_MS and most <= _LAST_YEAR_MS:
            continue
        wild = ~stamps.is_between(_FIRST_YEAR_MS, _LAST_YEAR_MS)
        if wild.any():
            row = int(wild.arg_true()[0])
            raise LogError(
                f"found {stamps[row]} ms since 1970, expected a year from 1 to 9999",
                place=where(row, name),
            )

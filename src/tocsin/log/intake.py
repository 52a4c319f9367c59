"""Logs that others recorded: CSV, Parquet or any table in, with a mapping of columns and activities.

Nothing is guessed: an activity that the mapping does not know is refused. Persons that are not numbers are
numbered in the order of their names, and the names stay out of the log. What such logs are known for is seen and
counted, and comes out in the measure of log quality (Q1): words for nothing in the place of a name, two forms of time
in one column, times of day past midnight, rows that stand twice, rows out of order.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import polars as pl

from tocsin.errors import LogError
from tocsin.log.activities import Activities, without
from tocsin.log.mapping import STAGE, STAGE_TIME, Mapped
from tocsin.log.schema import NAME, SCHEMA, conform
from tocsin.log.table import EventLog
from tocsin.log.visits import queued_rows, visits_of

__all__ = ["COUNTS", "Intake", "Mapped", "from_table", "read_foreign"]

_TIMES: Final = ("happened", "happened_until", "known", "due")
_IDS: Final = ("person", "unit")

COUNTS: Final = {
    "ignored": "ignored by the mapping",
    "missing_ids": "without a name where one belongs",
    "rounded": "with a time finer than a millisecond",
    "ambiguous": "with a local time that came twice",
    "mixed": "with a time that two forms read differently",
    "midnight": "with a time of day past midnight",
    "implied": "of queueing that the mapping assumes",
    "duplicates": "that repeat another",
    "out_of_order": "that happened before the row above",
    "backwards": "of a unit there before it was ordered or had set out",
}
"""What an intake counts for the measure of log quality, and its words there."""


@dataclass(frozen=True, slots=True)
class Intake:
    """What came in.

    Attributes:
        log: The rows, in the order of the file.
        persons: `person` (our number) and `name` (theirs); empty if they had numbers already.
        counts: For the measure of log quality: `rows` read, and those of `COUNTS`.
        left_out: Their columns that the mapping does not name, with the number of filled cells.
    """

    log: EventLog
    persons: pl.DataFrame
    counts: dict[str, int]
    left_out: dict[str, int] = field(default_factory=dict)


def read_foreign(path: Path | str, mapping: Mapped | Mapping[str, object] | Path | str) -> Intake:
    """Read a log that others recorded.

    Args:
        path: CSV, or Parquet if the name ends so.
        mapping: A mapping, a dict that is one, or the path of a TOML file.

    Returns:
        The log and what was noticed.

    Raises:
        LogError: With file, row (from 1, the header not counted), column, what was found, what was expected.
    """
    known = Mapped.known(mapping)
    return from_table(_read_table(Path(path), known.separator), known, str(path))


def from_table(theirs: pl.DataFrame, mapping: Mapped, source: str) -> Intake:
    """Make a log of a table that was read already.

    Args:
        theirs: Their columns.
        mapping: What they mean.
        source: Where they come from, for an error.

    Returns:
        The log and what was noticed.

    Raises:
        LogError: As `read_foreign`.
    """
    for name, ours in mapping.theirs.items():
        if name not in theirs.columns:
            found = ", ".join(repr(column) for column in theirs.columns)
            raise LogError(f"found the columns {found}, expected {name!r} for {ours}", place=source)
    unused = [name for name in theirs.columns if name not in mapping.theirs and name != mapping.clock.day]
    left_out = {f"column {name!r}": theirs[name].count() for name in unused if theirs[name].count()}
    return replace(_assemble(theirs, mapping, source), left_out=left_out)


def _read_table(path: Path, separator: str) -> pl.DataFrame:
    try:
        if path.suffix == ".parquet":
            return pl.read_parquet(path)
        table = pl.read_csv(path, separator=separator, infer_schema=False)
    except FileNotFoundError:
        raise LogError("found no such file, expected a log", place=str(path)) from None
    except (OSError, pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        if path.suffix != ".parquet":
            _refuse_ragged(path, separator)
        raise LogError(f"found {str(error).splitlines()[0]}, expected a table", place=str(path)) from error
    if table.width and table[table.columns[-1]].null_count():
        # The fast reader fills a row that is too short with nulls and says nothing.
        _refuse_ragged(path, separator)
    return table


def _refuse_ragged(path: Path, separator: str) -> None:
    """Name the row that is to blame; read slowly, for the fast reader only says that there is one."""
    try:
        with path.open(encoding="utf-8", newline="") as handle:
            rows = csv.reader(handle, delimiter=separator)
            width = len(next(rows, []))
            for number, row in enumerate(rows, start=1):
                if row and len(row) != width:
                    told = f"found {len(row)} cells, expected {width}"
                    raise LogError(told, place=f"{path}: row {number}")
    except UnicodeDecodeError as error:
        raise LogError(f"found bytes that are not UTF-8 ({error.reason})", place=str(path)) from None
    except csv.Error as error:
        raise LogError(f"found {error}, expected CSV", place=str(path)) from None


def _assemble(theirs: pl.DataFrame, mapping: Mapped, source: str) -> Intake:
    numbers = pl.int_range(1, theirs.height + 1, eager=True)
    filled = theirs.select(~pl.all_horizontal(pl.all().is_null())).to_series()  # a blank line is no row
    if not filled.all():
        theirs, numbers = theirs.filter(filled), numbers.filter(filled)
    if mapping.stages:
        theirs, numbers = _long(theirs, numbers, mapping)
    activities = Activities.of(theirs, mapping)
    activities.refuse_unmapped(mapping, source, numbers)
    kept = activities.kept(mapping)
    counts = {"rows": len(kept), **dict.fromkeys(COUNTS, 0), "ignored": int((~kept).sum())}
    if counts["ignored"]:
        theirs, numbers, activities = theirs.filter(kept), numbers.filter(kept), activities.only(kept)

    columns: dict[str, pl.Series] = {}
    persons = pl.DataFrame(schema={"person": pl.UInt32, "name": pl.String})
    for ours, name in mapping.columns.items():
        if ours in _TIMES:
            _read_times(ours, theirs[name], theirs, mapping, source, numbers, columns, counts)
            continue
        cells = without(_names(theirs[name], ours), mapping.missing)
        if ours in _IDS:
            counts["missing_ids"] += _in_words(theirs[name], cells)
        if ours == "person":
            columns[ours], persons = _persons(cells)
        elif ours == "run":
            columns[ours], _ = _persons(cells)
        else:
            columns[ours] = _numbers_from_text(cells, ours, source, numbers)
    columns |= activities.columns(mapping, columns)
    for ours, value in mapping.fixed.items():
        columns.setdefault(ours, _constant(value, theirs.height))
    rows = pl.DataFrame([cells.alias(ours) for ours, cells in columns.items()], height=theirs.height)
    return _finish(rows, persons, counts, source, numbers, implied=mapping.implied)


def _long(theirs: pl.DataFrame, numbers: pl.Series, mapping: Mapped) -> tuple[pl.DataFrame, pl.Series]:
    """A row for each stage that a row of theirs has a time for, in the order of their rows, then of the stages."""
    parts = []
    for place, name in enumerate(mapping.activities):
        cells = without(theirs[name], mapping.missing)
        part = theirs.with_columns(
            pl.lit(name).alias(STAGE), cells.alias(STAGE_TIME), numbers.alias("(row)"), pl.lit(place).alias("(place)")
        )
        parts.append(part.filter(cells.is_not_null()))
    found = pl.concat(parts).sort("(row)", "(place)")
    return found.drop("(row)", "(place)"), found["(row)"]


def _names(cells: pl.Series, ours: str) -> pl.Series:
    """Text that will be names as such: few words in many cells are looked at once."""
    return cells.cast(NAME) if cells.dtype == pl.String and SCHEMA[ours] == NAME else cells


def _in_words(theirs: pl.Series, cells: pl.Series) -> int:
    """How many cells say in words that they say nothing."""
    if cells.null_count() == theirs.null_count():
        return 0
    return int((theirs.filter(cells.is_null()).cast(pl.String).str.strip_chars().fill_null("") != "").sum())


def _read_times(
    ours: str,
    cells: pl.Series,
    theirs: pl.DataFrame,
    mapping: Mapped,
    source: str,
    numbers: pl.Series,
    columns: dict[str, pl.Series],
    counts: dict[str, int],
) -> None:
    """Read a column of times; what has two readings becomes an interval."""
    clock, day = mapping.clock, None
    if clock.day is not None:
        day = theirs[clock.day].cast(pl.String) if clock.day in theirs.columns else _constant(clock.day, len(cells))
    words = pl.Series(mapping.missing, dtype=pl.String).implode()
    plain = None if cells.dtype == pl.String and cells.is_in(words).any() else clock.plain(cells)
    reading = plain or clock.read(without(cells, mapping.missing), source, numbers, day)
    earliest, latest = reading.earliest, reading.latest
    if day is not None and ours == "happened":
        case = [theirs[name] for key, name in mapping.columns.items() if key in ("run", *_IDS)]
        days = _nights(earliest, case, numbers if mapping.stages else None)
        counts["midnight"] += int((days > 0).sum())
        later = (days * 86_400_000).cast(pl.Duration("ms"))
        earliest, latest = earliest + later, latest + later
    counts["rounded"] += reading.rounded
    counts["ambiguous"] += reading.ambiguous
    counts["mixed"] += reading.mixed
    columns[ours] = earliest
    if ours == "happened":
        columns.setdefault("happened_until", latest)


def _nights(times: pl.Series, case: list[pl.Series], rows: pl.Series | None) -> pl.Series:
    """How many days to add: a time of day that falls back within a case was past midnight.

    A case is a row of theirs where each stage has a column, else what has the same run, person and unit.
    """
    keys = [rows.alias("0")] if rows is not None else [one.alias(str(i)) for i, one in enumerate(case)]
    frame = pl.DataFrame([times.alias("time"), *keys])
    back = (pl.col("time") < pl.col("time").shift(1)).fill_null(False)
    days = (back.cast(pl.Int64).cum_sum()).over([key.name for key in keys]) if keys else back.cast(pl.Int64).cum_sum()
    return frame.select(days).to_series()


def _persons(cells: pl.Series) -> tuple[pl.Series, pl.DataFrame]:
    """Keep numbers; number names in their order, so that the same file gives the same numbers."""
    numbers = cells.cast(pl.UInt32, strict=False)
    if numbers.null_count() == cells.null_count():
        return numbers, pl.DataFrame(schema={"person": pl.UInt32, "name": pl.String})
    names = cells.cast(pl.String).unique().drop_nulls().sort()
    persons = pl.DataFrame({"person": pl.Series(range(len(names)), dtype=pl.UInt32), "name": names})
    found = cells.cast(pl.String).replace_strict(names, persons["person"], default=None, return_dtype=pl.UInt32)
    return found, persons


def _numbers_from_text(cells: pl.Series, ours: str, source: str, numbers: pl.Series) -> pl.Series:
    if not SCHEMA[ours].is_integer() or cells.dtype != pl.String:
        return cells
    read = cells.str.strip_chars().cast(pl.Int64, strict=False)
    lost = (read.is_null() & cells.is_not_null()).arg_true()
    if len(lost):
        row = int(lost[0])
        where = f"{source}: row {numbers[row]}, column {cells.name}"
        raise LogError(f"found {cells[row]!r}, expected a whole number for {ours}", place=where)
    return read


def _constant(value: object, height: int) -> pl.Series:
    return pl.Series([value]).new_from_index(0, height)


def _finish(
    rows: pl.DataFrame,
    persons: pl.DataFrame,
    counts: dict[str, int],
    source: str,
    numbers: pl.Series,
    *,
    implied: bool,
) -> Intake:
    """Number visits and rows, count what is odd, and make the log."""
    visits, alike = visits_of(rows)
    if "visit" not in rows.columns:
        rows = rows.with_columns(visits)
    if "seq" not in rows.columns:
        rows = rows.with_columns(pl.int_range(pl.len(), dtype=pl.UInt32).over("run").alias("seq"))
    fitted = conform(rows, place=source, numbers=numbers)
    counts["duplicates"] = _repeats(fitted[alike])
    counts["out_of_order"] = _earlier(fitted)
    counts["backwards"] = _backwards(fitted)
    if implied:
        queued = queued_rows(fitted)
        counts["implied"] = queued.height
        fitted = pl.concat([fitted, _numbered_on(queued, fitted)])
    return Intake(EventLog.sorted(fitted), persons, counts)


def _repeats(rows: pl.DataFrame) -> int:
    """How many rows say in everything but their number what another one says."""
    return rows.height - rows.drop("seq").hash_rows(seed=1).n_unique()


def _earlier(rows: pl.DataFrame) -> int:
    """How many rows happened before the row above them in their run."""
    if rows["run"].n_unique() > 1:
        rows = rows.select("run", "happened").sort("run", maintain_order=True)
    same = rows["run"] == rows["run"].shift(1)
    return int((same & (rows["happened"] < rows["happened"].shift(1))).sum())


def _backwards(rows: pl.DataFrame) -> int:
    """How many units of how many runs were in position before they can have been: the first row of each counts."""
    if rows["unit"].null_count() == rows.height:
        return 0
    of_units = rows.select("run", "unit", "kind", "happened", "happened_until").drop_nulls("unit")
    ordered, out, there = (
        pl.col(time).filter(pl.col("kind") == kind).min().alias(kind)
        for time, kind in (("happened", "ordered"), ("happened", "unit_set_out"), ("happened_until", "in_position"))
    )
    first = of_units.group_by("run", "unit").agg(ordered, out, there)
    return int(first.select(pl.col("in_position") < pl.max_horizontal("ordered", "unit_set_out")).to_series().sum())


def _numbered_on(more: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Number further rows on from the last of their run."""
    if rows["run"].n_unique() == 1:
        after = rows["seq"].max()
        first = after + 1 if isinstance(after, int) else 0
        return more.with_columns(pl.int_range(first, first + more.height, dtype=pl.UInt32, eager=True).alias("seq"))
    last = rows.group_by("run").agg((pl.col("seq").max() + 1).alias("next"))
    seq = (pl.int_range(pl.len(), dtype=pl.UInt32).over("run") + pl.col("next")).cast(pl.UInt32)
    return more.join(last, on="run", how="left", maintain_order="left").with_columns(seq.alias("seq")).drop("next")

"""Logs that others recorded: CSV or Parquet in, with a mapping of columns and activities.

A mapping is TOML, or the same as a dict:

    writer = "recorded"            # or "reported", "simulated"
    zone = "Europe/Minsk"          # of times that state no offset
    time_format = "iso"            # or "epoch_s", "epoch_ms", or a pattern such as "%d.%m.%Y %H:%M"
    separator = ","

    [columns]                      # our column = theirs; at least kind and happened
    person = "case id"
    kind = "activity"
    happened = "timestamp"

    [fixed]                        # our column = one value for all rows
    place = "Hrodna"

    [activities]                   # theirs = our kind, or a table with the kind, a station and fixed columns
    "Arrival" = "arrived"
    "Check-in start" = {kind = "service_began", station = "checkin"}
    "Lunch" = "ignore"

Nothing is guessed: an activity that the mapping does not know is refused. Persons that are not numbers are
numbered in the order of their names, and the names stay out of the log.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import polars as pl

from tocsin.errors import LogError
from tocsin.log.clocks import Clock
from tocsin.log.kinds import KIND_OF, WRITERS
from tocsin.log.schema import COLUMNS, SCHEMA, conform
from tocsin.log.table import EventLog

__all__ = ["IGNORE", "Intake", "Mapped", "read_foreign"]

IGNORE: Final = "ignore"
"""What the mapping says of activities that are none of our business."""

_TIMES: Final = ("happened", "happened_until", "known", "due")
_KEYS: Final = ("writer", "zone", "time_format", "separator", "columns", "fixed", "activities")


@dataclass(frozen=True, slots=True)
class Mapped:
    """A mapping, read and checked.

    Attributes:
        columns: Our column → theirs.
        activities: Their activity → our columns and values, `kind` among them.
        fixed: Our column → its value for all rows.
        clock: How they tell the time.
        separator: Of a CSV.
    """

    columns: dict[str, str]
    activities: dict[str, dict[str, object]]
    fixed: dict[str, object] = field(default_factory=dict)
    clock: Clock = field(default_factory=Clock)
    separator: str = ","

    @classmethod
    def of(cls, told: Mapping[str, object], place: str = "mapping") -> Mapped:
        """Check a mapping.

        Raises:
            LogError: With the key path, what was found and what was expected.
        """
        _refuse_unknown(told, _KEYS, place, "")
        columns = {name: str(theirs) for name, theirs in _table(told, "columns", place).items()}
        _refuse_unknown(columns, COLUMNS, place, "columns.")
        fixed = _table(told, "fixed", place)
        _refuse_unknown(fixed, COLUMNS, place, "fixed.")
        for needed in ("kind", "happened"):
            if needed not in columns:
                raise LogError("found nothing, expected the name of their column", place=f"{place}: columns.{needed}")
        writer = told.get("writer", "recorded")
        if writer not in WRITERS:
            raise LogError(f"found {writer!r}, expected one of {', '.join(WRITERS)}", place=f"{place}: writer")
        separator = told.get("separator", ",")
        if not isinstance(separator, str) or len(separator.encode()) != 1:
            raise LogError(f"found {separator!r}, expected one character", place=f"{place}: separator")
        zone = told.get("zone")
        clock = Clock(str(told.get("time_format", "iso")), None if zone is None else str(zone))
        found = _table(told, "activities", place)
        activities = {name: _activity(name, value, place) for name, value in found.items()}
        return cls(columns, activities, {"run": 0, "writer": writer, **fixed}, clock, separator)

    @classmethod
    def read(cls, path: Path | str) -> Mapped:
        """Read a mapping from a TOML file.

        Raises:
            LogError: With the file and the key path or line.
        """
        try:
            told = tomllib.loads(Path(path).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise LogError(f"found {error}, expected a mapping in TOML", place=str(path)) from None
        return cls.of(told, str(path))


def _table(told: Mapping[str, object], key: str, place: str) -> dict[str, object]:
    value = told.get(key, {})
    if not isinstance(value, dict):
        raise LogError(f"found {value!r}, expected a table", place=f"{place}: {key}")
    return dict(value)


def _refuse_unknown(told: Mapping[str, object], known: tuple[str, ...], place: str, path: str) -> None:
    for key in told:
        if key not in known:
            raise LogError(
                f"found the key {key!r}, expected one of {', '.join(known)}",
                place=f"{place}: {path}{key}",
            )


def _activity(name: str, value: object, place: str) -> dict[str, object]:
    here = f"{place}: activities.{name}"
    made: dict[str, object] = dict(value) if isinstance(value, dict) else {"kind": value}
    _refuse_unknown(made, COLUMNS, place, f"activities.{name}.")
    kind = made.get("kind")
    if kind != IGNORE and kind not in KIND_OF:
        raise LogError(f"found the kind {kind!r}, expected one of the catalogue or {IGNORE!r}", place=here)
    entry = KIND_OF.get(str(kind))
    if entry and not entry.stem and entry.station_stem and not made.get("station"):
        raise LogError(f"found '{kind}' without a station, which it needs", place=here)
    return made


@dataclass(frozen=True, slots=True)
class Intake:
    """What came in.

    Attributes:
        log: The rows, in the order of the file.
        persons: `person` (our number) and `name` (theirs); empty if they had numbers already.
        counts: For the measure of log quality: `rows` read, `ignored`, `rounded` times, `ambiguous` local
            times, `duplicates` (rows that repeat another in everything), `out_of_order` (happened before the
            row above).
    """

    log: EventLog
    persons: pl.DataFrame
    counts: dict[str, int]


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
    if isinstance(mapping, Path | str):
        mapping = Mapped.read(mapping)
    elif not isinstance(mapping, Mapped):
        mapping = Mapped.of(mapping)
    source = str(path)
    theirs = _read_table(Path(path), mapping.separator)
    for ours, name in mapping.columns.items():
        if name not in theirs.columns:
            found = ", ".join(repr(column) for column in theirs.columns)
            raise LogError(f"found the columns {found}, expected {name!r} for {ours}", place=source)
    return _assemble(theirs, mapping, source)


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
    theirs, numbers = theirs.filter(filled), numbers.filter(filled)
    activity = theirs[mapping.columns["kind"]].cast(pl.String)
    _refuse_unmapped(activity, mapping, source, numbers)
    ignored = [name for name, made in mapping.activities.items() if made["kind"] == IGNORE]
    kept = ~activity.is_in(pl.Series(ignored, dtype=pl.String).implode())
    theirs, activity, numbers = theirs.filter(kept), activity.filter(kept), numbers.filter(kept)

    counts = {"rows": len(kept), "ignored": len(kept) - theirs.height, "rounded": 0, "ambiguous": 0}
    columns: dict[str, pl.Series] = {}
    persons = pl.DataFrame(schema={"person": pl.UInt32, "name": pl.String})
    for ours, name in mapping.columns.items():
        cells = theirs[name]
        if cells.dtype == pl.String:
            cells = cells.set(cells == "", None)
        if ours in _TIMES:
            reading = mapping.clock.read(cells, source, numbers)
            counts["rounded"] += reading.rounded
            counts["ambiguous"] += reading.ambiguous
            columns[ours] = reading.earliest
            if ours == "happened":
                columns.setdefault("happened_until", reading.latest)
        elif ours == "person":
            columns[ours], persons = _persons(cells)
        elif ours != "kind":
            columns[ours] = _numbers_from_text(cells, ours, source, numbers)
    columns |= _of_activities(activity, mapping, columns)
    for ours, value in mapping.fixed.items():
        columns.setdefault(ours, _constant(value, theirs.height))
    rows = pl.DataFrame([cells.alias(ours) for ours, cells in columns.items()], height=theirs.height)
    return _finish(rows, persons, counts, source, numbers)


def _refuse_unmapped(activity: pl.Series, mapping: Mapped, source: str, numbers: pl.Series) -> None:
    known = pl.Series(list(mapping.activities), dtype=pl.String)
    lost = (~activity.is_in(known.implode()).fill_null(False)).arg_true()
    if len(lost):
        row = int(lost[0])
        where = f"{source}: row {numbers[row]}, column {mapping.columns['kind']}"
        raise LogError(f"found {activity[row]!r}, expected one of the mapping's activities", place=where)


def _of_activities(activity: pl.Series, mapping: Mapped, columns: Mapping[str, pl.Series]) -> dict[str, pl.Series]:
    """Give the columns that activities decide; a column of the file stands where the activity is silent."""
    decided = sorted({ours for made in mapping.activities.values() for ours in made})
    found: dict[str, pl.Series] = {}
    for ours in decided:
        values = {name: str(made[ours]) for name, made in mapping.activities.items() if ours in made}
        cells = activity.replace_strict(values, default=None, return_dtype=pl.String)
        if SCHEMA[ours].is_integer():
            cells = cells.cast(pl.Int64)
        if ours in columns:
            cells = cells.zip_with(cells.is_not_null(), columns[ours].cast(cells.dtype))
        found[ours] = cells
    return found


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
    rows: pl.DataFrame, persons: pl.DataFrame, counts: dict[str, int], source: str, numbers: pl.Series
) -> Intake:
    """Number visits and rows, count what is odd, and make the log."""
    if "visit" not in rows.columns and "station" in rows.columns:
        rows = rows.with_columns(_visits(rows))
    if "seq" not in rows.columns:
        rows = rows.with_columns(pl.int_range(pl.len(), dtype=pl.UInt32).over("run").alias("seq"))
    fitted = conform(rows, place=source, numbers=numbers)
    content = fitted.drop("seq")
    counts["duplicates"] = content.height - content.n_unique()
    earlier = pl.col("happened") < pl.col("happened").shift(1).over("run")
    counts["out_of_order"] = int(fitted.select(earlier.sum()).item())
    return Intake(EventLog.of(fitted, place=source), persons, counts)


def _visits(rows: pl.DataFrame) -> pl.Expr:
    """Count a person's visits to a station by time; a scan repeated at one moment is one visit."""
    keys = [key for key in ("run", "person", "place", "kind", "station") if key in rows.columns]
    counted = pl.col("happened").rank("dense").over(keys).cast(pl.Int64)
    return pl.when(pl.col("station").is_not_null()).then(counted).alias("visit")

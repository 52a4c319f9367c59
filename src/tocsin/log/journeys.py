"""Journeys: the same truth as the log, wide. One row a person, one column a stage time, and the rest, long.

`journeys_of` pivots a log, `log_of` is its exact inverse. A wide cell keeps the identity and the cause of its
row (`<stem>_seq`, `<stem>_cause`) if the row can be rebuilt from the cell alone: such rows are *canonical*.
Every other row stays whole in `rest`, where `in_journeys` tells whether its time also stands in the wide
table, so that measures never miss it. What makes a row canonical:

- the log's main writer wrote it, and `happened`, `happened_until` and `known` are equal;
- `place` and `unit` repeat the person's own where the stage says so (`Stem.carries`), and are null elsewhere;
- `visit` is written at stations always, elsewhere from the second time;
- of the other columns only `cause` and the kind's `attributes` are filled.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, Literal

import numpy as np
import polars as pl

from tocsin.errors import LogError
from tocsin.log.atomic import atomic_file
from tocsin.log.kinds import WRITERS
from tocsin.log.pivot import (
    Bools,
    Persons,
    Rows,
    Stages,
    codes_of,
    earliest,
    gather,
    own_rows,
    picked,
    plain_rows,
    take,
)
from tocsin.log.schema import COLUMNS, SCHEMA, TIME
from tocsin.log.stems import Stem, stems_in
from tocsin.log.table import EventLog, replaced_rows

__all__ = [
    "REST_SCHEMA",
    "End",
    "Journeys",
    "column_type",
    "journeys_of",
    "log_of",
    "milliseconds",
    "read_journeys",
    "stage_rows",
    "write_journeys",
]

End = Literal["earliest", "latest"]
"""Which end of a row that is known only to an interval stands in the wide table."""

REST_SCHEMA: Final[dict[str, pl.DataType]] = {**SCHEMA, "in_journeys": pl.Boolean()}
"""Columns of `Journeys.rest`."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SOMETIMES_KEPT: Final = ("thing", "by", "channel", "due", "reason")


@dataclass(frozen=True, eq=False, slots=True)
class Journeys:
    """The wide form of a log.

    Attributes:
        frame: One row a (run, person), ordered by them: `run`, `person`, `place` (assembly point), `unit`,
            then for each stem `<stem>_ms` (ms since t0, null if not reached), `<stem>_<attribute>`, and in
            journeys that came from a log `<stem>_seq` and `<stem>_cause`.
        rest: The rows that the wide table cannot give back, with the columns of `REST_SCHEMA`.
        t0: The moment that all `_ms` and `_due` columns count from, UTC.
        closed_ms: When the exercise was closed, ms since t0; None while it (or one of its runs) is open.
        cut_ms: The end of what was seen, ms since t0.
        writer: Who wrote the canonical rows.
    """

    frame: pl.DataFrame
    rest: pl.DataFrame
    t0: datetime
    closed_ms: int | None
    cut_ms: int
    writer: str = "simulated"

    @property
    def stems(self) -> list[Stem]:
        """The stages that the wide table has."""
        return stems_in(self.frame.columns)


def milliseconds(moment: datetime) -> int:
    """Give the whole milliseconds since 1970 of a moment that has a time zone, exactly."""
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def column_type(column: str) -> pl.DataType:
    """Give the type of a journey column such as `medical_began_by`, by its last word.

    Raises:
        LogError: No journey column ends like this.
    """
    if column in ("run", "person", "place", "unit"):
        return SCHEMA[column]
    last = column.rpartition("_")[2]
    if last in ("ms", "due"):
        return pl.Int64()
    if last in ("channel", "reason", "thing", "by", "station", "seq", "cause"):
        return SCHEMA[last]
    raise LogError(f"found the journey column {column!r}, expected one that ends in _ms or in an attribute")


def journeys_of(
    log: EventLog, at: End = "earliest", *, t0: datetime | None = None, cut: datetime | None = None
) -> Journeys:
    """Turn a log into journeys.

    The wide table shows the truth after corrections; of several rows of one stage, the earliest. `rest` keeps
    every row that the wide table cannot give back, corrected ones included.

    Args:
        log: Any valid log: several runs and writers, loops, duplicates, corrections, intervals.
        at: Which end of an interval the wide table takes; the two give the bounds of a measure.
        t0: What `_ms` counts from; if not given, the first order, or without one the first row.
        cut: The end of what was seen; if not given, the last time at which any row happened or was learned.

    Returns:
        The journeys, of which `log_of` makes the same log again.
    """
    frame = log.frame
    truth = ~np.asarray(replaced_rows(frame).to_numpy(), dtype=bool)
    start = _start_ms(frame, truth) if t0 is None else milliseconds(t0)
    last = _last_ms(frame, start) if cut is None else milliseconds(cut)
    writer = _main_writer(frame)
    wide, shown, rebuilt = _widen(frame, truth, at, start, writer)
    rest = frame.with_columns(pl.Series("in_journeys", shown, dtype=pl.Boolean)).filter(pl.Series(~rebuilt))
    closed = _closed_ms(frame, truth, at, start)
    return Journeys(wide, rest, _EPOCH + timedelta(milliseconds=start), closed, last - start, writer)


def _widen(frame: pl.DataFrame, truth: Bools, at: End, start: int, writer: str) -> tuple[pl.DataFrame, Bools, Bools]:
    """Build the wide table, and mark the rows whose time it shows and those that it can give back."""
    persons = Persons.of(frame)
    eligible = truth & (persons.slot >= 0)
    own = {name: own_rows(frame, name, eligible, persons) for name in ("place", "unit")}
    stamps = codes_of(frame["happened" if at == "earliest" else "happened_until"])
    since = pl.Series(stamps - start)
    judge = _Judge(frame, persons, own, plain_rows(frame, writer))
    shown, rebuilt = np.zeros(frame.height, dtype=bool), np.zeros(frame.height, dtype=bool)
    columns = [persons.run, persons.person, *(take(frame[name], rows) for name, rows in own.items())]
    for stem, rows, exact in Stages.of(frame, eligible).groups():
        rebuilt[rows] = exact
        best = earliest(rows, stamps, persons)
        canonical = rebuilt[best] & judge.canonical(stem, best)
        rebuilt[rows] = False
        rebuilt[best] = canonical
        shown[best] = True
        columns += _cells(frame, stem, best, canonical, since, persons, start)
    return pl.DataFrame(columns), shown, rebuilt


class _Judge:
    """Tells which rows a wide cell can give back; holds the columns that every stage is judged by."""

    def __init__(self, frame: pl.DataFrame, persons: Persons, own: dict[str, Rows], plain: Bools) -> None:
        self.slot = persons.slot
        self.plain = plain
        self.filled = {
            name: np.asarray(frame[name].is_not_null().to_numpy(), dtype=bool)
            for name in _SOMETIMES_KEPT
            if frame[name].null_count() < frame.height
        }
        self.codes = {name: codes_of(frame[name]) for name in own if frame[name].null_count() < frame.height}
        self.own = {name: codes_of(take(frame[name], rows)) for name, rows in own.items()}

    def canonical(self, stem: Stem, rows: Rows) -> Bools:
        """Judge rows of one stage, `station` and `visit` apart."""
        good = self.plain[rows]
        for name, filled in self.filled.items():
            if name not in stem.entry.attributes:
                good &= ~filled[rows]
        for name, codes in self.codes.items():
            expected = self.own[name][self.slot[rows]] if name in stem.carries else -1
            good &= codes[rows] == expected
        return good


def _cells(
    frame: pl.DataFrame,
    stem: Stem,
    rows: Rows,
    canonical: Bools,
    since: pl.Series,
    persons: Persons,
    start: int,
) -> list[pl.Series]:
    """Build the columns of one stage."""
    at, kept = (np.full(persons.count, -1, dtype=np.int64) for _ in range(2))
    at[persons.slot[rows]] = rows
    kept[persons.slot[rows[canonical]]] = rows[canonical]
    shown, rebuilt = picked(at), picked(kept)
    cells = [gather(since, shown).alias(f"{stem.name}_ms")]
    for name in stem.entry.attributes:
        cell = gather(frame[name], shown)
        if name == "due":
            cell = cell.to_physical() - start
        cells.append(cell.alias(f"{stem.name}_{name}"))
    return cells + [gather(frame[name], rebuilt).alias(f"{stem.name}_{name}") for name in ("seq", "cause")]


def _start_ms(frame: pl.DataFrame, truth: Bools) -> int:
    ordered = frame["happened"].filter(pl.Series(truth) & (frame["kind"] == "ordered"))
    first = (ordered if ordered.len() else frame["happened"]).min()
    return milliseconds(first) if isinstance(first, datetime) else 0


def _last_ms(frame: pl.DataFrame, start: int) -> int:
    ends = [frame[name].to_physical().max() for name in ("happened_until", "known")]
    return max((end for end in ends if isinstance(end, int)), default=start)


def _closed_ms(frame: pl.DataFrame, truth: Bools, at: End, start: int) -> int | None:
    """The last closing, if every run that has rows was closed."""
    closings = frame.filter(pl.Series(truth) & (frame["kind"] == "closed"))
    if closings.height == 0 or closings["run"].n_unique() < frame["run"].n_unique():
        return None
    last = closings["happened" if at == "earliest" else "happened_until"].to_physical().max()
    return last - start if isinstance(last, int) else None


def _main_writer(frame: pl.DataFrame) -> str:
    """The writer of most rows; at a tie the first of `WRITERS`."""
    counts = np.bincount(frame["writer"].to_physical().to_numpy(), minlength=len(WRITERS))
    return WRITERS[int(np.argmax(counts))]


def write_journeys(path: Path | str, journeys: Journeys, *, rest: Path | str | None = None) -> None:
    """Write journeys to Parquet, with their clock in the file; whole or not at all.

    Args:
        path: The file of the wide table.
        journeys: The journeys.
        rest: The file of the other rows; without it they are left to `log.parquet`.
    """
    clock = {
        "tocsin.t0_ms": str(milliseconds(journeys.t0)),
        "tocsin.closed_ms": "" if journeys.closed_ms is None else str(journeys.closed_ms),
        "tocsin.cut_ms": str(journeys.cut_ms),
        "tocsin.writer": journeys.writer,
    }
    tables = [(Path(path), journeys.frame)] + ([(Path(rest), journeys.rest)] if rest is not None else [])
    for target, frame in tables:
        with atomic_file(target) as beside:
            frame.write_parquet(beside, compression="zstd", compression_level=1, metadata=clock)


def read_journeys(path: Path | str, *, rest: Path | str | None = None) -> Journeys:
    """Read journeys back.

    Args:
        path: The file of the wide table.
        rest: The file of the other rows; without it there are none.

    Raises:
        LogError: The file cannot be read, or is not one of journeys.
    """
    try:
        clock = pl.read_parquet_metadata(path)
        frame = pl.read_parquet(path)
        others = pl.DataFrame(schema=REST_SCHEMA) if rest is None else pl.read_parquet(rest)
        start, cut = int(clock["tocsin.t0_ms"]), int(clock["tocsin.cut_ms"])
        closed, writer = clock["tocsin.closed_ms"], clock["tocsin.writer"]
    except (OSError, KeyError, pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        raise LogError(f"found {error}, expected journeys in Parquet", place=str(path)) from error
    moment = _EPOCH + timedelta(milliseconds=start)
    return Journeys(frame, others, moment, int(closed) if closed else None, cut, writer)


def log_of(journeys: Journeys) -> EventLog:
    """Give the log back that `journeys_of` was given.

    Raises:
        LogError: The journeys were written by the engine and hold no identities.
    """
    missing = [s.name for s in journeys.stems if f"{s.name}_seq" not in journeys.frame.columns]
    if missing:
        raise LogError(
            f"found no column '{missing[0]}_seq', expected journeys that were made from a log; "
            "a simulation's journeys get their rows and numbers from `simulate`"
        )
    parts = [journeys.rest.select(COLUMNS)]
    for stem in journeys.stems:
        rows = stage_rows(journeys, stem)
        parts.append(rows.filter(pl.col("seq").is_not_null()))
    return EventLog(pl.concat(parts).sort("run", "seq"))


def stage_rows(journeys: Journeys, stem: Stem) -> pl.DataFrame:
    """Write the canonical log rows of one stage.

    Args:
        journeys: Journeys of a log, or of the engine.
        stem: One of `journeys.stems`.

    Returns:
        One row for each person who reached the stage, with the columns of a log; `seq` and `cause` are null
        where the journeys do not hold them.
    """
    name, frame = stem.name, journeys.frame
    reached = frame.filter(pl.col(f"{name}_ms").is_not_null())
    start = milliseconds(journeys.t0)
    happened = (reached[f"{name}_ms"] + start).cast(TIME)
    fixed: dict[str, object] = {
        "writer": journeys.writer,
        "kind": stem.kind,
        "station": stem.station,
        "visit": stem.written_visit,
    }
    columns = {"run": reached["run"], "person": reached["person"]}
    columns |= {"happened": happened, "happened_until": happened, "known": happened}
    columns |= {word: reached[word] for word in stem.carries}
    for word in (*stem.entry.attributes, "seq", "cause"):
        if f"{name}_{word}" in frame.columns:
            cell = reached[f"{name}_{word}"]
            columns[word] = (cell + start).cast(TIME) if word == "due" else cell
    return pl.DataFrame(
        [
            columns[word].alias(word)
            if word in columns
            else pl.Series(word, [fixed.get(word)], dtype=dtype).new_from_index(0, reached.height)
            for word, dtype in SCHEMA.items()
        ]
    )

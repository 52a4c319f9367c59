"""Measuring a log whose rows do not fit into memory: run by run, and of each run block by block.

What is held of a run are its journeys, as arrays, and the few rows that measures read as rows; the other rows are
counted and let go. The measures are the same code on the same numbers as for a log in memory, so their results are
the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tocsin.log.blocks import LogFile
from tocsin.log.causes import ENDS, on_disk
from tocsin.log.journeys import End
from tocsin.log.kinds import KIND_OF
from tocsin.log.schema import KIND, SCHEMA, TIME
from tocsin.log.survey import RunRows, Survey, survey, true_rows
from tocsin.measure.counts import STEPS
from tocsin.measure.filling import Filling
from tocsin.measure.quality import Tally, rest_tally
from tocsin.measure.view import Context, View

__all__ = ["READ_KINDS", "Streamed"]

READ_KINDS: Final = (
    *("ordered", "stood_down", "unit_formed", "unit_set_out", "in_position", "bus_departed", "bus_arrived"),
    *("station_opened", "station_closed", "instructed"),
    *("order_acknowledged", "strength_reported", "passed", "shock_began", "shock_ended"),
    *("item_issued", "item_short", "resupplied", "stock_lost"),
    *("extra_opened", "extra_closed", "service_interrupted", "service_resumed"),
    *STEPS,
)
"""Kinds of which measures read rows that stand in no cell; of kinds with a stem only the rows of nobody."""

_OF_NOBODY, _OF_PERSONS = (
    pl.col("kind").is_in(pl.lit(pl.Series(kinds, dtype=KIND)).implode())
    for kinds in (READ_KINDS, [kind for kind in READ_KINDS if KIND_OF[kind].stem is None])
)
_KEPT: Final = (
    *("run", "seq", "happened", "happened_until", "known", "kind", "person", "unit", "place", "station", "visit"),
    *("thing", "by", "to", "channel", "amount", "amount_most", "due", "reason", "scope"),
)
_COUNTED: Final = ("happened", "happened_until", "known", "writer", "corrects", "grade", "origin")
_READ: Final = tuple(dict.fromkeys((*_KEPT, *_COUNTED)))
_HELD: Final = 1 << 22
"""So many distinct delays are held before they are counted together."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
Ints = NDArray[np.int64]


class Streamed:
    """A log on disk, to be measured without loading it.

    Args:
        path: The log, in Parquet.
        t0: What hours count from; None = the first order of the log.
        file: How it is read; None = block by block as it was written.
    """

    def __init__(self, path: Path, t0: datetime | None = None, *, file: LogFile | None = None) -> None:
        self._survey = survey(file or LogFile(path))
        self._start = self._survey.start(t0)

    @property
    def interval(self) -> bool:
        """Whether a row is known only to an interval."""
        return self._survey.interval

    @property
    def writer(self) -> str:
        """Who wrote most rows."""
        return self._survey.writer

    @property
    def runs(self) -> int:
        """How many runs there are."""
        return len(self._survey.runs)

    def views(self, context: Context, at: End = "earliest") -> Iterator[View]:
        """Give the runs one after the other, each as it is read; no other one is held meanwhile."""
        found = self._survey
        told = [run for run in found.runs if run.told] or [RunRows(0, 0, 0)]
        for run in told:
            yield _view(found, run, context, at, self._start)


def _view(found: Survey, run: RunRows, context: Context, at: End, start: int) -> View:
    persons = _persons(found.file, run)
    called = _silent(persons, context)
    cells = Filling(run.run, called, len(persons), list(found.stems), start, at, found.interval)
    rest, tally = _fill(cells, found, run, start)
    closed = found.closed(at)
    ends = rest.filter(pl.col("kind").cast(pl.String).is_in(ENDS) & pl.col("unit").is_not_null())
    logs = {run.run: lambda: on_disk(found.file, run.start, run.length, ends)}
    return View(
        run.run,
        cells,
        rest,
        None if closed is None else closed - start,
        found.end(start) - start,
        replace(context, logs=logs),
        found.writer,
        frozenset(found.kinds),
        {"tally": tally},
    )


def _persons(file: LogFile, run: RunRows) -> Ints:
    """The persons of a run, in rising order."""
    found: list[Ints] = []
    seen = np.zeros(1 << 16, np.bool_)
    for _, block in file.blocks(("person",), run.start, run.length):
        person = block["person"].drop_nulls().cast(pl.Int64).to_numpy()
        low = person[person < 1 << 27]
        top = int(low.max(initial=0)) + 1
        if top > len(seen):
            seen = np.append(seen, np.zeros(max(top, 2 * len(seen)) - len(seen), np.bool_))
        seen[low] = True
        if len(low) < len(person):
            found = [np.unique(np.concatenate([*found, person[person >= 1 << 27]]))]
    return np.concatenate([np.flatnonzero(seen).astype(np.int64), *found])


def _silent(persons: Ints, context: Context) -> Ints:
    """Add everybody who was called and of whom the log says nothing."""
    if context.people is None or "person" not in context.people.columns:
        return persons
    called = context.people["person"].drop_nulls().cast(pl.Int64).to_numpy()
    return np.concatenate([persons, called[~np.isin(called, persons)]])


def _fill(cells: Filling, found: Survey, run: RunRows, start: int) -> tuple[pl.DataFrame, Tally]:
    """Read a run's rows into its cells; give the rows that measures read as rows, and the count of all."""
    kept, counted = [pl.DataFrame(schema={name: SCHEMA[name] for name in _KEPT})], _Count()
    for _, block in found.file.blocks(_READ, run.start, run.length):
        truth = true_rows(block, found.gone)
        cells.add(block, truth)
        true = block if truth.all() else block.filter(pl.Series(truth))
        kept.append(true.select(_KEPT).filter(_OF_PERSONS | (_OF_NOBODY & pl.col("person").is_null())))
        counted.add(true)
    t0 = pl.lit(_EPOCH + timedelta(milliseconds=start), dtype=TIME)
    rest = pl.concat(kept).with_columns((pl.col("happened") - t0).dt.total_milliseconds().alias("at_ms"))
    return rest, counted.tally(cells)


class _Count:
    """Counts rows for Q1, block by block."""

    def __init__(self) -> None:
        self._writers: Counter[str] = Counter()
        self._grades: Counter[str] = Counter()
        self._late: list[tuple[Ints, Ints]] = []
        self._devices: dict[str, tuple[int, int]] = {}
        self._held = self._corrections = self._early = 0

    def add(self, true: pl.DataFrame) -> None:
        """Count the rows of a block, all of them true."""
        found = rest_tally(true)
        self._writers.update(found.writers)
        self._grades.update(found.grades)
        self._corrections += found.corrections
        self._early += found.early
        for device, (rows, ahead) in found.devices.items():
            before = self._devices.get(device, (0, 0))
            self._devices[device] = before[0] + rows, max(before[1], ahead)
        self._late.append((found.late_ms, found.late_rows))
        self._held += len(found.late_ms)
        if self._held > _HELD:
            self._late = [self._delays()]
            self._held = len(self._late[0][0])

    def _delays(self) -> tuple[Ints, Ints]:
        """Distinct delays, rising, and how many rows had each."""
        if not self._late:
            return np.empty(0, np.int64), np.empty(0, np.int64)
        delays, rows = (np.concatenate(part) for part in zip(*self._late, strict=True))
        distinct, where = np.unique(delays, return_inverse=True)
        count = np.zeros(len(distinct), np.int64)
        np.add.at(count, where, rows)
        return distinct, count

    def tally(self, cells: Filling) -> Tally:
        """The count of all rows."""
        same, other = cells.repeats()
        devices = dict(sorted(self._devices.items()))
        return Tally(self._writers, same, other, self._corrections, self._grades, *self._delays(), self._early, devices)

"""What must be known of a whole log before any of its journeys can be told; found block by block.

When hours begin and end, who wrote it, which rows are no longer true, which stages there are and in which rows each
run stands: little, however long the log is. `journeys_of` finds the same in a table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tocsin.log.blocks import LogFile
from tocsin.log.journeys import End, milliseconds
from tocsin.log.kinds import KIND_NAMES, WRITERS
from tocsin.log.pivot import Bools, Stages, codes_of
from tocsin.log.schema import SCHEMA, row_key
from tocsin.log.stems import Stem
from tocsin.log.table import CORRECTING, outdone_by

__all__ = ["RunRows", "Survey", "rows_of", "survey", "true_rows"]

_SURVEYED: Final = (
    *("run", "seq", "writer", "happened", "happened_until", "known"),
    *("kind", "person", "station", "visit", "corrects"),
)
_ORDERED, _CLOSED, _WITHDRAWN = (KIND_NAMES.index(kind) for kind in ("ordered", "closed", "withdrawn"))
Keys = NDArray[np.uint64]


@dataclass
class RunRows:
    """Where one run stands in a log.

    Attributes:
        run: Its number.
        start: Its first row, counted from 0 in the order of (run, seq).
        length: How many rows it has.
        told: Whether it has a true row or a person: without either, nothing can be measured.
        closed: Whether it was closed.
    """

    run: int
    start: int
    length: int
    told: bool = False
    closed: bool = False


@dataclass
class Survey:
    """What a log says as a whole; times in ms since 1970.

    Attributes:
        file: The log.
        gone: The identities (as `row_key`) that corrections took out of the truth, rising.
        runs: Its runs, in order.
        stems: The stages that anybody reached, in the order of their first rows.
        interval: Whether a row is known only to an interval.
        kinds: The kinds of its true rows.
    """

    file: LogFile
    gone: Keys
    runs: list[RunRows] = field(default_factory=list)
    stems: dict[Stem, None] = field(default_factory=dict)
    interval: bool = False
    kinds: set[str] = field(default_factory=set)
    _writers: NDArray[np.int64] = field(default_factory=lambda: np.zeros(len(WRITERS), np.int64))
    _first_order: int | None = None
    _first_row: int | None = None
    _last: int | None = None
    _closings: dict[End, int] = field(default_factory=dict)

    @property
    def writer(self) -> str:
        """The writer of most rows; at a tie the first of `WRITERS`."""
        return WRITERS[int(np.argmax(self._writers))]

    def start(self, t0: datetime | None = None) -> int:
        """What hours count from: as given, else the first order, else the first row."""
        if t0 is not None:
            return milliseconds(t0)
        return next((at for at in (self._first_order, self._first_row) if at is not None), 0)

    def end(self, start: int) -> int:
        """The last time at which any row happened or was learned."""
        return start if self._last is None else self._last

    def closed(self, at: End) -> int | None:
        """The last closing, if every run was closed."""
        return self._closings[at] if self.runs and all(run.closed for run in self.runs) else None

    def add(self, start: int, block: pl.DataFrame) -> None:
        """Take the next block in."""
        truth = true_rows(block, self.gone)
        kind, person = codes_of(block["kind"]), codes_of(block["person"]) >= 0
        happened, until, known = (codes_of(block[name]) for name in ("happened", "happened_until", "known"))
        self.kinds |= {KIND_NAMES[code] for code in np.flatnonzero(np.bincount(kind[truth])).tolist()}
        self.interval |= bool((happened != until).any())
        self._writers += np.bincount(codes_of(block["writer"]), minlength=len(WRITERS))
        self._first_row = _least(self._first_row, happened)
        self._first_order = _least(self._first_order, happened[truth & (kind == _ORDERED)])
        last = max(int(until.max()), int(known.max()))
        self._last = last if self._last is None else max(self._last, last)
        closing = truth & (kind == _CLOSED)
        if closing.any():
            self._close("earliest", int(happened[closing].max()))
            self._close("latest", int(until[closing].max()))
        self.stems |= dict.fromkeys(Stages.of(block, truth & person).stems)
        self._add_runs(start, codes_of(block["run"]), truth | person, closing)

    def _close(self, at: End, last: int) -> None:
        self._closings[at] = max(last, self._closings.get(at, last))

    def _add_runs(self, start: int, run: NDArray[np.int64], told: Bools, closing: Bools) -> None:
        edges = np.flatnonzero(np.diff(run, prepend=-1, append=-1))
        for first, last in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
            if not self.runs or self.runs[-1].run != run[first]:
                self.runs.append(RunRows(int(run[first]), start + first, 0))
            mine = self.runs[-1]
            mine.length += last - first
            mine.told |= bool(told[first:last].any())
            mine.closed |= bool(closing[first:last].any())


def survey(file: LogFile) -> Survey:
    """Read a log through once (and its corrections before).

    Raises:
        LogError: The file cannot be read, is not a log, or has an identity twice.
    """
    found = Survey(file, _gone(file))
    for start, block in file.blocks(_SURVEYED):
        found.add(start, block)
    return found


def rows_of(file: LogFile, kinds: Sequence[str], columns: Sequence[str]) -> pl.DataFrame:
    """Give the true rows of some kinds, read block by block: of a log that does not fit, a part that does.

    Args:
        file: The log.
        kinds: Kinds of rows.
        columns: Columns to give.

    Raises:
        LogError: The file cannot be read, is not a log, or has an identity twice.
    """
    gone, wanted = _gone(file), [KIND_NAMES.index(kind) for kind in kinds]
    read = tuple(dict.fromkeys((*columns, "run", "seq", "kind")))
    found = [pl.DataFrame(schema={name: SCHEMA[name] for name in columns})]
    for _, block in file.blocks(read):
        mine = true_rows(block, gone) & np.isin(codes_of(block["kind"]), wanted)
        found.append(block.filter(pl.Series(mine)).select(columns))
    return pl.concat(found)


def true_rows(block: pl.DataFrame, gone: Keys) -> Bools:
    """Mark the rows of a block that neither a correction nor a withdrawal takes out of the truth."""
    truth = np.asarray(codes_of(block["kind"]) != _WITHDRAWN, np.bool_)
    if len(gone):
        keys = block.select(row_key()).to_series().to_numpy()
        truth &= gone[np.minimum(np.searchsorted(gone, keys), len(gone) - 1)] != keys
    return truth


def _gone(file: LogFile) -> Keys:
    """What corrections took out of the truth; as many identities as there are corrections, or twice as many."""
    blocks = file.blocks(CORRECTING)
    corrections = [rows for _, block in blocks if (rows := block.filter(pl.col("corrects").is_not_null())).height]
    if not corrections:
        return np.empty(0, np.uint64)
    gone = outdone_by(pl.concat(corrections)).cast({"run": SCHEMA["run"], "seq": SCHEMA["seq"]})
    return np.sort(gone.select(row_key()).to_series().to_numpy())


def _least(known: int | None, times: NDArray[np.int64]) -> int | None:
    if not len(times):
        return known
    return int(times.min()) if known is None else min(known, int(times.min()))

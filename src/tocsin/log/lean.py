"""One run as plain arrays: what measures read of journeys, without the price of a table.

A sweep makes a run, measures it and forgets it. For that a table of 300,000 people and 40 columns is a detour: its
writer has arrays, its readers want arrays. `Lean` hands them over as they are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tocsin.log.journeys import Journeys, column_type

__all__ = ["Lean"]


@dataclass(frozen=True, eq=False, slots=True)
class Lean:
    """One run in the columns of `Journeys`, people in any order; only the columns that measures read.

    The arrays may be the writer's own: they hold until it makes its next run, and are not to be written to.

    Attributes:
        run: Its number.
        person: Number of each person, shape (people,).
        columns: For each column but `run` and `person`, in the order of journeys: times in ms since t0 (negative =
            not reached), or codes of names (-1 = null), shape (people,).
        names: For each column of names what its codes stand for.
        rest: The rows that no person did, with the columns of `REST_SCHEMA`.
        t0: The moment that times count from, UTC.
        closed_ms: When the exercise was closed, ms since t0; None while it is open.
        cut_ms: The end of what was seen, ms since t0.
        writer: Who wrote the rows.
    """

    run: int
    person: NDArray[np.int64]
    columns: Mapping[str, NDArray[Any]]
    names: Mapping[str, Sequence[str]]
    rest: pl.DataFrame
    t0: datetime
    closed_ms: int | None
    cut_ms: int
    writer: str = "simulated"

    def table(self) -> pl.DataFrame:
        """The same as a table, people in the order of their numbers."""
        run = pl.Series("run", [self.run], dtype=pl.UInt32).new_from_index(0, len(self.person))
        cells = [self._series(name) for name in self.columns]
        return pl.DataFrame([run, pl.Series("person", self.person, dtype=pl.UInt32), *cells]).sort("person")

    def whole(self) -> Journeys:
        """The same as journeys."""
        return Journeys(self.table(), self.rest, self.t0, self.closed_ms, self.cut_ms, self.writer)

    def _series(self, name: str) -> pl.Series:
        values, kind = self.columns[name], column_type(name)
        if name not in self.names:
            series = pl.Series(name, values, dtype=kind)
            return series.set(series < 0, None)
        words = pl.Series([*self.names[name], None], dtype=kind)
        return words.gather(pl.Series(np.where(values < 0, len(words) - 1, values).astype(np.uint32))).alias(name)

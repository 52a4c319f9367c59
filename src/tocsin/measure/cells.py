"""Where a view's columns come from: the table of journeys, or the arrays of a lean run; and names as codes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Protocol

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tocsin.log.lean import Lean
from tocsin.measure.quantiles import NEVER

__all__ = ["Altered", "Cells", "Coded", "LeanCells", "TableCells", "coded", "codes_in", "numbered", "renumbered"]

Ints = NDArray[np.int64]
Codes = NDArray[np.int32]
Coded = tuple[Codes, list[str]]


class Cells(Protocol):
    """The columns of one run, one cell a person."""

    @property
    def frame(self) -> pl.DataFrame:
        """All of them as a table."""

    @property
    def columns(self) -> Sequence[str]:
        """Their names, in the order of journeys."""

    @property
    def person(self) -> Ints:
        """The number of each person."""

    def times(self, name: str) -> Ints:
        """A column of times, `NEVER` for null."""

    def coded(self, name: str) -> Coded:
        """A column of names as `coded` gives it."""

    def codes_in(self, name: str, order: Sequence[str]) -> Codes:
        """A column of names as `codes_in` gives it."""

    def filled(self, name: str) -> int:
        """How many cells of a column are not null."""


class TableCells:
    """Cells of a table of journeys.

    Args:
        frame: One row a person.
    """

    def __init__(self, frame: pl.DataFrame) -> None:
        self.frame = frame
        self.columns = frame.columns

    @cached_property
    def person(self) -> Ints:
        """The number of each person."""
        return self.frame["person"].to_numpy().astype(np.int64)

    @cached_property
    def _times(self) -> pl.DataFrame:
        """All columns of times with `NEVER` for null: one call for all of them is cheaper than one each."""
        times = [name for name in self.columns if name.endswith(("_ms", "_due"))]
        return self.frame.select(pl.col(times).cast(pl.Int64).fill_null(NEVER))

    def times(self, name: str) -> Ints:
        """A column of times, `NEVER` for null."""
        return self._times[name].to_numpy()

    def coded(self, name: str) -> Coded:
        """A column of names as `coded` gives it."""
        return coded(self.frame[name])

    def codes_in(self, name: str, order: Sequence[str]) -> Codes:
        """A column of names as `codes_in` gives it."""
        return codes_in(self.frame[name], order)

    def filled(self, name: str) -> int:
        """How many cells of a column are not null."""
        return self.frame[name].count()


class LeanCells:
    """Cells of a lean run.

    Args:
        lean: The run.
    """

    def __init__(self, lean: Lean) -> None:
        self.lean = lean
        self.columns = ["run", "person", *lean.columns]
        self.person = lean.person

    @cached_property
    def frame(self) -> pl.DataFrame:
        """All of them as a table."""
        return self.lean.table()

    def times(self, name: str) -> Ints:
        """A column of times, `NEVER` for null."""
        values = self.lean.columns[name]
        return np.where(values < 0, NEVER, values)

    def coded(self, name: str) -> Coded:
        """A column of names: those that occur, sorted."""
        return numbered(self.lean.columns[name], self.lean.names[name])

    def codes_in(self, name: str, order: Sequence[str]) -> Codes:
        """A column of names as codes of the given order."""
        return renumbered(self.lean.columns[name], self.lean.names[name], order)

    def filled(self, name: str) -> int:
        """How many cells of a column are not null."""
        return int(np.count_nonzero(self.lean.columns[name] >= 0))


class Altered:
    """Cells of which one column of times is another.

    Args:
        cells: All the others.
        name: The column.
        times: What it holds, `NEVER` for null, shape (people,).
    """

    def __init__(self, cells: Cells, name: str, times: Ints) -> None:
        self.cells, self.name, self.altered = cells, name, times
        self.columns = list(dict.fromkeys([*cells.columns, name]))
        self.person = cells.person

    @property
    def frame(self) -> pl.DataFrame:
        """All of them as a table."""
        column = pl.Series(self.name, self.altered, dtype=pl.Int64)
        return self.cells.frame.with_columns(column.set(column >= NEVER, None))

    def times(self, name: str) -> Ints:
        """A column of times, `NEVER` for null."""
        return self.altered if name == self.name else self.cells.times(name)

    def coded(self, name: str) -> Coded:
        """A column of names as `coded` gives it."""
        return self.cells.coded(name)

    def codes_in(self, name: str, order: Sequence[str]) -> Codes:
        """A column of names as `codes_in` gives it."""
        return self.cells.codes_in(name, order)

    def filled(self, name: str) -> int:
        """How many cells of a column are not null."""
        return int((self.altered < NEVER).sum()) if name == self.name else self.cells.filled(name)


def numbered(codes: Codes, names: Sequence[str]) -> Coded:
    """Codes of some names (-1 = null) as codes of those that occur, sorted."""
    occur = np.bincount(codes + 1, minlength=len(names) + 1)[1:].tolist()
    order = sorted({word for word, count in zip(names, occur, strict=True) if count})
    return renumbered(codes, names, order), order


def renumbered(codes: Codes, names: Sequence[str], order: Sequence[str]) -> Codes:
    """Codes of some names (-1 = null) as codes of a given order; -1 for names that are not in it."""
    place = {word: code for code, word in enumerate(order)}
    table = np.array([*(place.get(word, -1) for word in names), -1], np.int32)
    return np.asarray(np.take(table, codes, mode="wrap"), np.int32)


def coded(names: pl.Series) -> Coded:
    """Turn names into codes from 0 (null = -1): an Enum keeps its order, other names are sorted."""
    physical, words = _physical(names)
    if isinstance(names.dtype, pl.Enum):
        return physical, names.dtype.categories.to_list()
    order = sorted(words.values())
    return _translated(physical, words, order), order


def codes_in(names: pl.Series, order: Sequence[str]) -> Codes:
    """Codes of names in a given order; -1 for null and for names that are not in it."""
    return _translated(*_physical(names), order)


def _physical(names: pl.Series) -> tuple[Codes, dict[int, str]]:
    """Numbers that stand for names (-1 for null), and the name of each number that occurs."""
    if not isinstance(names.dtype, pl.Categorical | pl.Enum):
        names = names.cast(pl.String).cast(pl.Categorical)
    numbers = names.alias("name").to_frame().select(pl.col("name").to_physical().cast(pl.Int32).fill_null(-1))
    physical = np.asarray(numbers["name"].to_numpy(), np.int32)
    somewhere = np.full(int(physical.max(initial=-1)) + 2, -1, np.int64)  # the last entry is for null
    somewhere[physical] = np.arange(len(physical))
    occurring = np.flatnonzero(somewhere[:-1] >= 0)
    words = names.gather(somewhere[occurring]).cast(pl.String).to_list()
    return physical, dict(zip(occurring.tolist(), words, strict=True))


def _translated(physical: Codes, words: dict[int, str], order: Sequence[str]) -> Codes:
    place = {name: code for code, name in enumerate(order)}
    table = np.full(int(physical.max(initial=-1)) + 2, -1, np.int32)  # the last entry is for null
    for number, word in words.items():
        table[number] = place.get(word, -1)
    return np.asarray(table[physical], np.int32)

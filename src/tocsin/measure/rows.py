"""The tidy frame of measures, and how a measure adds rows to it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

__all__ = ["IDENTITY", "SCHEMA", "Rows", "not_reached", "percent"]

SCHEMA: dict[str, pl.DataType] = {
    "run": pl.UInt32(),
    "measure": pl.String(),
    "name": pl.String(),
    "key": pl.String(),
    "at_ms": pl.Int64(),
    "value": pl.Float64(),
    "low": pl.Float64(),
    "high": pl.Float64(),
    "unit": pl.String(),
    "n": pl.Int64(),
    "of": pl.String(),
    "note": pl.String(),
}
"""Columns of every frame of measures: what `measures` gives and `across` and `bounds` take."""

IDENTITY = ("measure", "name", "key", "at_ms", "unit", "of")
"""The columns that say which number a row is, whatever the run."""

Floats = NDArray[np.floating[Any]] | Sequence[float]
Block = dict[str, Any]


@dataclass
class Rows:
    """Rows of one run in the order in which they were added.

    A missing value is NaN while rows are collected and null in the frame; a row without a value says why in
    `note`.
    """

    run: int
    blocks: list[Block] = field(default_factory=list)

    def add(
        self,
        measure: str,
        name: str,
        value: float | None,
        unit: str,
        *,
        key: str = "",
        n: int | None = None,
        of: str = "",
        low: float | None = None,
        high: float | None = None,
        note: str = "",
    ) -> None:
        """Add one row; a `value` of None or NaN is a missing value and wants a note."""
        self.blocks.append(
            {
                "size": 1,
                "measure": measure,
                "name": name,
                "key": [key],
                "at_ms": None,
                "unit": unit,
                "of": of,
                "value": [_number(value)],
                "low": [_number(low)],
                "high": [_number(high)],
                "n": [n],
                "note": [note],
            }
        )

    def many(
        self,
        measure: str,
        name: str,
        values: Floats,
        unit: str,
        *,
        keys: Sequence[str],
        n: Sequence[int] | NDArray[np.integer[Any]] | None = None,
        of: str = "",
        low: Floats | None = None,
        high: Floats | None = None,
        notes: Sequence[str] | None = None,
    ) -> None:
        """Add one row a key."""
        size = len(keys)
        self.blocks.append(
            {
                "size": size,
                "measure": measure,
                "name": name,
                "key": list(keys),
                "at_ms": None,
                "unit": unit,
                "of": of,
                "value": values,
                "low": low,
                "high": high,
                "n": None if n is None else _integers(n),
                "note": None if notes is None else list(notes),
            }
        )

    def curve(
        self,
        measure: str,
        name: str,
        at_ms: NDArray[np.int64],
        values: Floats,
        unit: str,
        *,
        key: str = "",
        n: int | None = None,
        of: str = "",
        low: Floats | None = None,
        high: Floats | None = None,
        notes: Sequence[str] | None = None,
    ) -> None:
        """Add one row a grid point; `at_ms` counts from t0 (or from what the definition says)."""
        size = len(at_ms)
        self.blocks.append(
            {
                "size": size,
                "measure": measure,
                "name": name,
                "key": [key] * size,
                "at_ms": at_ms,
                "unit": unit,
                "of": of,
                "value": values,
                "low": low,
                "high": high,
                "n": None if n is None else [n] * size,
                "note": None if notes is None else list(notes),
            }
        )

    def missing(self, measure: str, name: str, unit: str, what: str, *, key: str = "", of: str = "") -> None:
        """Add the row of a measure whose input is not there: never a guess."""
        self.add(measure, name, None, unit, key=key, of=of, note=f"not measurable: needs {what}")

    def frame(self) -> pl.DataFrame:
        """Give the rows as a frame with the columns of `SCHEMA`."""
        sizes = np.array([block["size"] for block in self.blocks], dtype=np.int64)
        columns: dict[str, pl.Series] = {}
        for name, dtype in SCHEMA.items():
            if name == "run":
                columns[name] = pl.repeat(self.run, int(sizes.sum()), dtype=pl.UInt32, eager=True).alias(name)
            elif name in ("measure", "unit", "of", "name"):
                columns[name] = self._words(name, sizes)
            elif name in ("value", "low", "high"):
                columns[name] = self._floats(name, sizes)
            else:
                columns[name] = self._lists(name, dtype)
        return pl.DataFrame(columns)

    def _words(self, name: str, sizes: NDArray[np.int64]) -> pl.Series:
        """Repeat one word a block."""
        index = np.repeat(np.arange(len(self.blocks)), sizes)
        return pl.Series(name, [block[name] for block in self.blocks], dtype=pl.String).gather(index).alias(name)

    def _floats(self, name: str, sizes: NDArray[np.int64]) -> pl.Series:
        out = np.full(int(sizes.sum()), np.nan)
        at = 0
        for block, size in zip(self.blocks, sizes.tolist(), strict=True):
            if block[name] is not None:
                out[at : at + size] = block[name]
            at += size
        return pl.Series(name, out, dtype=pl.Float64).fill_nan(None)

    def _lists(self, name: str, dtype: pl.DataType) -> pl.Series:
        out: list[Any] = []
        blank = "" if dtype == pl.String() else None
        for block in self.blocks:
            values = block[name]
            if values is None:
                out.extend([blank] * block["size"])
            else:
                out.extend(values.tolist() if isinstance(values, np.ndarray) else values)
        return pl.Series(name, out, dtype=dtype)


def percent(share: float) -> str:
    """A share in whole percent, rounded down: a plateau of 79.6 % must not look as if it had reached 80 %."""
    return f"{math.floor(share * 100 + 1e-9)} %"


def not_reached(most: float, where: str = "") -> str:
    """The note of a share that is never reached, with how far it got."""
    return f"not reached (max {percent(most)}{where})"


def _number(value: float | None) -> float:
    return np.nan if value is None else float(value)


def _integers(values: Sequence[int] | NDArray[np.integer[Any]]) -> list[int]:
    return values.tolist() if isinstance(values, np.ndarray) else list(values)

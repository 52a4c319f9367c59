"""Rows that say in words what they say: of orders, reports and columns, of which a run has few.

Rows of persons are laid out as arrays of codes, for there are millions of them. These here are made one by one while
headquarters and columns are followed, and each knows its cause by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tocsin.log.schema import SCHEMA
from tocsin.simulate.part import Part

__all__ = ["SAID", "Elsewhere", "Told", "frame_of", "part_of"]

Elsewhere = tuple[str, int]
"""A row that others lay out: its kind, and the number of what it is about: `("unit_formed", 3)`, `("shock_ended", 0)`.
"""

SAID = ("unit", "place", "visit", "thing", "by", "to", "channel", "amount", "due", "reason", "known")
"""The columns that such rows fill."""
TIMES = ("due", "known")


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """One row.

    Attributes:
        at: When it happened, ms after the alert.
        cause: The row that brought it about; None where there is none.
        says: Columns of `SAID` that are filled; times in ms after the alert. Without `known` it was known at once.
    """

    kind: str
    at: int
    cause: Told | Elsewhere | None
    says: dict[str, Any] = field(default_factory=dict)


def part_of(kind: str, rows: Sequence[Told], entities: NDArray[Any] | None = None) -> Part:
    """Lay out rows of one kind, in the order in which they were told.

    Args:
        kind: Their kind.
        rows: At least the causes of a row that happen at the same instant stand before it.
        entities: Number of what each row is about, by which other rows find it as their cause; else the rows' own.

    Returns:
        The rows, whose columns stand in `said`.
    """
    number = np.arange(len(rows)) if entities is None else entities
    columns = {name: [row.says.get(name) for row in rows] for name in SAID}
    at = np.array([row.at for row in rows], np.int64)
    columns["known"] = [row.says.get("known", row.at) for row in rows]
    return Part(kind, at, number, np.zeros(len(rows), np.int8), False, said=frame_of(columns))


def frame_of(columns: dict[str, Any]) -> pl.DataFrame:
    """Bring the columns of `SAID` to the types of the log; times stay whole numbers, ms after the alert."""
    return pl.DataFrame(
        [
            pl.Series(name, columns[name], dtype=pl.Int64() if name in TIMES else SCHEMA[name], strict=False)
            for name in SAID
        ]
    )

"""Rows of one kind in the first layout: what `rows` writes down and `causes` links."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

__all__ = ["Part"]

Ints = NDArray[np.int64]


@dataclass
class Part:
    """All rows of one kind, in the first layout: by entity, then by alternative.

    Attributes:
        time: int64[rows], ms after the alert.
        entity: whole numbers[rows], the person, or what else the kind is about.
        other: whole numbers[rows], which of several alternatives (channel, station) it happened at.
        columns: Codes of the other columns, -1 = null.
        cause: int32[rows], number of the causing row in the first layout, -1 = none.
        said: What the rows say beyond codes, one row a row (see `tocsin.simulate.told`).
    """

    kind: str
    time: Ints
    entity: NDArray[Any]
    other: NDArray[Any]
    personal: bool
    columns: dict[str, NDArray[Any]] = field(default_factory=dict)
    cause: NDArray[np.int32] | None = None
    said: pl.DataFrame | None = None

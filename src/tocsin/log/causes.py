"""What led to a row: the rows of one run, followed from effect to cause, whether they are in memory or on disk.

A cause stands before its effect, so a run is read once and backwards, however many paths are followed: where they
meet they are one. In memory a run is one part; on disk a part is a block.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from typing import Final, Protocol

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tocsin.log.blocks import LogFile
from tocsin.log.schema import KIND, SCHEMA
from tocsin.log.table import replaced_rows

__all__ = ["ENDS", "TOLD", "Trail", "held", "led_to", "on_disk"]

TOLD: Final = (
    *("seq", "happened", "kind", "person", "unit", "place", "station", "visit"),
    *("thing", "by", "to", "channel", "reason", "cause"),
)
"""What is told of a row on a path."""
ENDS: Final = ("unit_formed", "in_position")
"""Kinds of rows with which a unit is ready."""


class Part(Protocol):
    """Finds the part of a run that holds a row: the rows of it, in the order of `seq`; asked for ever earlier rows."""

    def __call__(self, seq: int) -> pl.DataFrame:
        """Give the part that holds the row of this number, or that would."""


@dataclass(frozen=True)
class Trail:
    """One run, to be followed from effect to cause.

    Attributes:
        part: Finds rows.
        ends: Its rows of `unit_formed` and `in_position`, columns of a log: where paths are followed from.
    """

    part: Part
    ends: pl.DataFrame


def held(frame: pl.DataFrame) -> Trail:
    """Follow a run that is in memory.

    Args:
        frame: All rows of one run, with the columns of a log, in the order of `seq`.
    """
    ends = frame.filter(
        pl.col("kind").is_in(pl.lit(pl.Series(ENDS, dtype=KIND)).implode()) & pl.col("unit").is_not_null()
    )
    gone = replaced_rows(frame)
    if gone.any():
        ends = ends.filter(~pl.col("seq").is_in(frame.filter(gone)["seq"].implode()))
    return Trail(lambda seq: frame, ends)


def on_disk(file: LogFile, start: int, length: int, ends: pl.DataFrame) -> Trail:
    """Follow a run that is on disk; each block is read at most once for one call of `led_to`.

    Args:
        file: The log.
        start: Its first row of the run.
        length: How many rows the run has.
        ends: As in `Trail`, at least `seq`, `happened`, `kind` and `unit`.
    """
    return Trail(_Backwards(file, start, length), ends)


class _Backwards:
    """Reads a run block by block, from its end towards its beginning."""

    def __init__(self, file: LogFile, start: int, length: int) -> None:
        self._file, self._start, self._length = file, start, length
        self._end = length
        self._block = pl.DataFrame(schema={name: SCHEMA[name] for name in TOLD})

    def __call__(self, seq: int) -> pl.DataFrame:
        """Give the block that holds a row; a row after the last block begins again at the end."""
        if self._block.height and seq > int(self._block["seq"][-1]):
            self._end, self._block = self._length, self._block.clear()
        while self._end > 0 and (self._block.is_empty() or int(self._block["seq"][0]) > seq):
            first = (self._end - 1) // self._file.block_rows * self._file.block_rows
            found = self._file.blocks(TOLD, self._start + first, self._end - first)
            self._block, self._end = pl.concat([block for _, block in found]), first
        return self._block


def led_to(trail: Trail, ends: Sequence[int]) -> pl.DataFrame:
    """Follow causes back from some rows.

    Args:
        trail: The run.
        ends: Their numbers (`seq`).

    Returns:
        These rows, the causes of them, the causes of those, and so on; each once, in the order of `seq`, with the
        columns `TOLD`. A cause that is not in the run, or does not stand before its effect, ends its path.
    """
    ahead = [-seq for seq in set(ends)]
    heapify(ahead)
    found = [pl.DataFrame(schema={name: SCHEMA[name] for name in TOLD})]
    while ahead:
        part = trail.part(-ahead[0])
        rows = _followed(part, ahead)
        found.append(part.select(TOLD)[rows])
    return pl.concat(found).sort("seq")


def _followed(part: pl.DataFrame, ahead: list[int]) -> list[int]:
    """Follow causes within a part as far as they lead; `ahead` keeps those that lie before it, as negative numbers."""
    place, causes = _places(part["seq"]), _numbers(part["cause"])
    first = int(part["seq"][0]) if part.height else 0
    rows: list[int] = []
    last = -1
    while ahead and (-ahead[0] >= first or part.is_empty()):
        seq = -heappop(ahead)
        row = place(seq) if seq != last else -1
        last = seq
        if row < 0:
            continue
        rows.append(row)
        if 0 <= causes[row] < seq:
            heappush(ahead, -int(causes[row]))
    return rows


def _places(seq: pl.Series) -> Callable[[int], int]:
    """Find the row of a part that has a number, -1 if none has."""
    numbers = np.asarray(seq.to_numpy())
    size, first = len(numbers), int(numbers[0]) if len(numbers) else 0

    def place(wanted: int) -> int:
        row = wanted - first  # as Tocsin itself numbers rows
        if not (0 <= row < size and numbers[row] == wanted):
            row = int(np.searchsorted(numbers, wanted))
        return row if row < size and numbers[row] == wanted else -1

    return place


def _numbers(cause: pl.Series) -> NDArray[np.int64]:
    return np.asarray(cause.cast(pl.Int64).fill_null(-1).to_numpy())

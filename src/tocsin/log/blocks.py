"""A log on disk, read block by block: for logs whose rows do not fit into memory.

What `read_log` does to a whole table (types, required cells, order) is done to one block at a time. A file that is not
in the order of (run, seq) is read in that order all the same: once for each part of its identities that fits.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tocsin.errors import LogError
from tocsin.log.chain import BLOCK_ROWS, guarded
from tocsin.log.schema import REQUIRED, conform, row_key

__all__ = ["LogFile", "rows_in"]

SORTED_ROWS: Final = 4_000_000
"""Of a file that is out of order, so many rows are held and sorted at a time."""


def rows_in(path: Path) -> int:
    """Count the rows of a Parquet file by what its end says; no row is read.

    Raises:
        LogError: The file cannot be read.
    """
    return int(guarded(path, lambda: pl.scan_parquet(path).select(pl.len()).collect()).item())


@dataclass(frozen=True)
class LogFile:
    """A log in Parquet.

    Attributes:
        path: The file.
        block_rows: How many rows are in memory at a time.
    """

    path: Path
    block_rows: int = BLOCK_ROWS

    def blocks(
        self, columns: Sequence[str], start: int = 0, length: int | None = None
    ) -> Iterator[tuple[int, pl.DataFrame]]:
        """Read some columns of some rows, in the order of (run, seq).

        Args:
            columns: Columns of a log; those that the file lacks are null.
            start: The first row, from 0.
            length: How many rows; None = to the end.

        Yields:
            The number of the first row of the block, and the block, its columns as `conform` makes them.

        Raises:
            LogError: The file cannot be read, is not a log, or has an identity twice.
        """
        end = self._rows if length is None else start + length
        if not self._in_order:
            yield from self._sorted(columns, start, end)
            return
        scan = pl.scan_parquet(self.path).select(self._present(columns)).slice(start, end - start)
        for block in self._read(scan):
            numbers = pl.Series(np.arange(start, start + block.height))
            yield start, conform(block, place=str(self.path), numbers=numbers).select(columns)
            start += block.height

    def _read(self, scan: pl.LazyFrame) -> Iterator[pl.DataFrame]:
        """Collect a scan batch by batch, its refusals in the words of the house."""
        batches = guarded(
            self.path, lambda: scan.collect_batches(chunk_size=self.block_rows, maintain_order=True, engine="streaming")
        )
        while (block := guarded(self.path, lambda: next(batches, None))) is not None:
            if block.height:
                yield block

    def _present(self, columns: Sequence[str]) -> list[str]:
        """The columns to read: those asked for that are there, and those that no row may lack."""
        wanted = {*columns, *REQUIRED}
        return [name for name in self._columns if name in wanted]

    @cached_property
    def _columns(self) -> list[str]:
        nothing = guarded(self.path, lambda: pl.scan_parquet(self.path).head(0).collect())
        conform(nothing, place=str(self.path))  # refuses strange columns and types before any row is read
        return nothing.columns

    @cached_property
    def _rows(self) -> int:
        return rows_in(self.path)

    @cached_property
    def _in_order(self) -> bool:
        """Whether (run, seq) rises from row to row."""
        last = None
        for keys in self._keys():
            if (last is not None and keys[0] <= last) or (keys[1:] <= keys[:-1]).any():
                return False
            last = keys[-1]
        return True

    def _keys(self) -> Iterator[NDArray[np.uint64]]:
        """The identities, block by block, as numbers in the order of the log."""
        _ = self._columns  # a file that is no log is refused for that
        for block in self._read(pl.scan_parquet(self.path).select("run", "seq")):
            fitted = conform(block, place=str(self.path), required=("run", "seq"))
            yield np.asarray(fitted.select(row_key()).to_series().to_numpy(), np.uint64)

    @cached_property
    def _parts(self) -> list[tuple[int, int]]:
        """The first and the last identity of each part of `SORTED_ROWS` rows of the sorted log."""
        keys = np.sort(np.concatenate(list(self._keys())))
        twice = np.flatnonzero(keys[1:] == keys[:-1])
        if len(twice):
            key = int(keys[twice[0]])
            raise LogError(
                f"found (run, seq) = {(key >> 32, key & 0xFFFF_FFFF)} twice, "
                "expected a log in which every identity stands once",
                place=f"{self.path}: column seq",
            )
        last = np.append(keys[SORTED_ROWS - 1 : -1 : SORTED_ROWS], keys[-1])
        return list(zip(keys[::SORTED_ROWS].tolist(), last.tolist(), strict=True))

    def _sorted(self, columns: Sequence[str], start: int, end: int) -> Iterator[tuple[int, pl.DataFrame]]:
        """The rows `start` to `end` of the sorted log, part by part."""
        key = row_key()
        for part, (least, most) in enumerate(self._parts):
            first = part * SORTED_ROWS
            if first >= end or first + SORTED_ROWS <= start:
                continue
            scan = pl.scan_parquet(self.path).select(self._present([*columns, "run", "seq"]))
            rows = pl.concat(list(self._read(scan.filter((key >= least) & (key <= most)))))
            whole = conform(rows, place=str(self.path)).sort("run", "seq").select(columns)
            for at in range(max(start - first, 0), min(end - first, whole.height), self.block_rows):
                yield first + at, whole.slice(at, min(self.block_rows, end - first - at))

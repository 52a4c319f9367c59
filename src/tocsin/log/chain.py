"""The log on disk: Parquet in blocks of 262,144 rows, and a chain of hashes over the blocks' content.

Each hash covers the hash before it and the block's canonical bytes, so the last one, the *head*, stands for
every row before it. Writing streams: a block is hashed by one thread while another compresses it, and only a
few blocks are in memory, however long the log is.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Final, TypeVar

import polars as pl
from polars.io.plugins import register_io_source

from tocsin.errors import LogError
from tocsin.log.atomic import atomic_file, held_interrupt
from tocsin.log.canonical import feed
from tocsin.log.schema import SCHEMA, row_key
from tocsin.log.table import EventLog

__all__ = ["BLOCK_ROWS", "GENESIS", "ChainResult", "chain_of", "guarded", "read_blocks", "read_log", "write_log"]

BLOCK_ROWS: Final = 262_144
"""Rows in one block: one Parquet row group, one hash."""

GENESIS: Final = hashlib.sha256(b"tocsin log chain, version 1").hexdigest()
"""The hash before the first block, and the head of an empty log."""

_T = TypeVar("_T")
_Source = Callable[[list[str] | None, pl.Expr | None, int | None, int | None], Iterator[pl.DataFrame]]

# Level 1 writes in half the time of the default and gives up a twentieth of the size.
_LEVEL: Final = 1
_METADATA: Final = {"tocsin.log": "1"}
_PENDING: Final = 2


@dataclass(frozen=True, slots=True)
class ChainResult:
    """What the chain says of a log.

    Attributes:
        rows: How many rows it covers.
        blocks: The hash of each block, hexadecimal.
    """

    rows: int
    blocks: tuple[str, ...]

    @property
    def head(self) -> str:
        """The hash that stands for the whole log."""
        return self.blocks[-1] if self.blocks else GENESIS


class _Chain:
    """Hashes blocks in a thread of its own, in their order; at most a few wait."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="chain")
        self._waiting: deque[Future[None]] = deque()
        self._hashes: list[str] = []
        self._rows = 0

    def add(self, block: pl.DataFrame) -> None:
        if len(self._waiting) >= _PENDING:
            self._waiting.popleft().result()
        self._waiting.append(self._pool.submit(self._link, block))

    def _link(self, block: pl.DataFrame) -> None:
        previous = self._hashes[-1] if self._hashes else GENESIS
        digest = hashlib.sha256(bytes.fromhex(previous))
        feed(digest, block)
        self._hashes.append(digest.hexdigest())
        self._rows += block.height

    def result(self) -> ChainResult:
        while self._waiting:
            self._waiting.popleft().result()
        return ChainResult(self._rows, tuple(self._hashes))

    def close(self) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)


def write_log(path: Path | str, blocks: Iterable[pl.DataFrame]) -> ChainResult:
    """Write a log to Parquet block by block, hashing on the way; whole or not at all.

    Args:
        path: The file.
        blocks: Frames of any height with the columns of a log, together ordered by (run, seq). They are drawn
            one at a time, from a thread of the writer; an exception that they raise goes through unchanged.

    Returns:
        The hashes of the blocks.

    Raises:
        LogError: A block has other columns, or rows out of order.
    """
    chain = _Chain()

    def source(
        columns: list[str] | None, predicate: pl.Expr | None, rows: int | None, size: int | None
    ) -> Iterator[pl.DataFrame]:
        for block in _regular(_ordered(_until(stop, blocks))):
            chain.add(block)
            yield block

    try:
        with atomic_file(path) as beside, held_interrupt() as stop, ThreadPoolExecutor(1, "sink") as sink:
            sink.submit(_sink, source, beside).result()
            result = chain.result()
    finally:
        chain.close()
    return result


def _until(stop: Event, blocks: Iterable[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    for block in blocks:
        if stop.is_set():
            raise KeyboardInterrupt
        yield block


def _sink(source: _Source, path: Path) -> None:
    frame = register_io_source(source, schema=SCHEMA)
    frame.sink_parquet(
        path,
        compression="zstd",
        compression_level=_LEVEL,
        row_group_size=BLOCK_ROWS,
        statistics=False,  # nobody filters a log by row group, and they cost a seventh of the writing
        metadata=_METADATA,
        engine="streaming",
    )


def _ordered(blocks: Iterable[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """Let frames through that continue the order; construction of `EventLog` proves each in itself."""
    last = -1
    for number, frame in enumerate(blocks):
        log = EventLog(frame)
        if not len(log):
            continue
        keys = frame[[0, -1]].select(row_key()).to_series()
        if int(keys[0]) <= last:
            raise LogError(
                f"found it to begin with run {frame['run'][0]}, seq {frame['seq'][0]}, "
                f"expected rows after run {last >> 32}, seq {last & 0xFFFF_FFFF}",
                place=f"block {number}",
            )
        last = int(keys[1])
        yield frame


def _regular(frames: Iterable[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """Cut and join frames to blocks of exactly `BLOCK_ROWS`, the last one apart."""
    held: list[pl.DataFrame] = []
    height = 0
    for frame in frames:
        held.append(frame)
        height += frame.height
        while height >= BLOCK_ROWS:
            joined = pl.concat(held) if len(held) > 1 else held[0]
            yield joined.head(BLOCK_ROWS)
            left = joined.slice(BLOCK_ROWS)
            held, height = [left] if left.height else [], left.height
    if height:
        yield pl.concat(held) if len(held) > 1 else held[0]


def chain_of(blocks: Iterable[pl.DataFrame]) -> ChainResult:
    """Hash a log without writing it.

    Args:
        blocks: Frames of any height with the columns of a log, ordered by (run, seq).

    Returns:
        The hashes of the blocks.
    """
    chain = _Chain()
    try:
        for block in _regular(_ordered(blocks)):
            chain.add(block)
        return chain.result()
    finally:
        chain.close()


def read_log(path: Path | str) -> EventLog:
    """Read a log from Parquet.

    Raises:
        LogError: The file cannot be read, or is not a log.
    """
    frame = guarded(path, lambda: pl.read_parquet(path))
    return EventLog.of(frame, place=str(path))


def read_blocks(path: Path | str) -> Iterator[pl.DataFrame]:
    """Read a log from Parquet, one block of `BLOCK_ROWS` at a time.

    Raises:
        LogError: The file cannot be read.
    """
    scan = pl.scan_parquet(path)
    rows = guarded(path, lambda: scan.select(pl.len()).collect()).item()
    for start in range(0, int(rows), BLOCK_ROWS):
        part = scan.slice(start, BLOCK_ROWS)
        yield guarded(path, part.collect)


def guarded(path: Path | str, read: Callable[[], _T]) -> _T:
    """Read something from a Parquet file.

    Args:
        path: The file, for the error.
        read: What reads.

    Raises:
        LogError: The file cannot be read.
    """
    try:
        return read()
    except (OSError, pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        told = str(error).splitlines()
        raise LogError(
            f"found {told[0] if told else type(error).__name__!r}, expected a readable Parquet file",
            place=str(path),
            code="unreadable",
        ) from error

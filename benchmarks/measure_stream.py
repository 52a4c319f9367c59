"""`measure.stream`: a log that is not loaded, from Parquet to all measures with their intervals; the whole process.

The log is written for the bench (`long_log`), measured by the command as a user would, and removed with its folder.
That the numbers are right is shown on a smaller log of the same shape, which is measured in memory, too.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl
from polars.testing import assert_frame_equal

from benchmarks import long_log
from benchmarks.timing import process, row
from tocsin.log.chain import read_log
from tocsin.measure.readings import bounded, with_intervals
from tocsin.measure.sources import is_long
from tocsin.measure.streamed import Streamed
from tocsin.measure.view import Context
from tocsin.plan import load

__all__ = ["rows", "same"]

ROWS, QUICK_ROWS, COMPARED_ROWS = 50_000_000, 2_500_000, 300_000
MEMORY_GIB, TIME_S = 4.0, 600.0
"""What the issue allows, and a limit of our own: somebody waits for it."""


def rows(*, quick: bool = False) -> list[dict[str, Any]]:
    """The rows `measure.stream` (GiB, peak of the whole process) and `measure.stream.time` (s)."""
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as folder:
        equal = same(Path(folder), COMPARED_ROWS // 10 if quick else COMPARED_ROWS)
        long_log.write(Path(folder), QUICK_ROWS if quick else ROWS)
        if not is_long(Path(folder) / "log.parquet"):
            raise RuntimeError("the log of the bench is too short to be read block by block")
        used = process(_command(Path(folder), ["A1", "A3", "L1", "Q1"] if quick else []), 1)
    return [
        row("measure.stream", used.memory, "GiB", "limit", MEMORY_GIB, MEMORY_GIB, less=True, equal=equal),
        row("measure.stream.time", used.wall, "s", "limit", TIME_S, TIME_S, less=True, equal=equal),
    ]


def _command(folder: Path, only: list[str]) -> list[str]:
    tocsin = Path(sys.executable).with_name("tocsin")
    words = [tocsin, "measure", folder / "log.parquet", "--plan", folder / "plan.toml"]
    words += ["--people", folder / "people.parquet"]
    return [os.fspath(word) for word in words] + (["--only", ",".join(only)] if only else [])


def same(folder: Path, size: int, only: Sequence[str] = ()) -> bool:
    """Whether a log of so many rows gives the same frame in memory and block by block, to the last bit.

    Args:
        folder: Where to write it; what is there of that name is overwritten.
        size: How many rows, roughly.
        only: Numbers of measures; empty = all.
    """
    long_log.write(folder, size)
    plan = load(folder / "plan.toml")
    context = Context(plan, pl.read_parquet(folder / "people.parquet"))
    log, t0 = folder / "log.parquet", plan.exercise.alert
    try:
        assert_frame_equal(
            with_intervals(read_log(log), context, only, t0=t0),
            bounded(Streamed(log, t0), context, only),
            check_exact=True,
        )
    except AssertionError as error:
        print(f"measure.stream: {error}", file=sys.stderr)
        return False
    return True

"""A log read in blocks gives the measures of the same log in memory, number for number and note for note."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal
from tests.log.generated import logs
from tests.measure import by_hand

from tocsin.log.blocks import LogFile
from tocsin.log.table import EventLog
from tocsin.measure import Context
from tocsin.measure.readings import bounded, with_intervals
from tocsin.measure.streamed import Streamed

CONTEXTS = [Context(), Context(by_hand.plan(), by_hand.people(["rifle", "medic", None, "rifle"]))]


def both(
    log: EventLog, context: Context, rows: int, *, t0: datetime | None = None, only: Sequence[str] = ()
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The measures of a log in memory, and of the same log on disk read in blocks of so many rows."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "log.parquet"
        log.frame.write_parquet(path, row_group_size=max(rows, 1))
        streamed = bounded(Streamed(path, t0, file=LogFile(path, rows)), context, only)
    return with_intervals(log, context, only, t0=t0), streamed


@given(log=logs(40), rows=st.sampled_from([1, 3, 7, 100]), context=st.sampled_from(CONTEXTS))
def test_wild_logs_measure_the_same(log: EventLog, rows: int, context: Context) -> None:
    """Several runs, writers, loops, duplicates, corrections across blocks, intervals, rows of nobody: equal frames."""
    assert_frame_equal(*both(log, context, rows))

"""`tocsin bench law`: two rules over a million summonses beside Polars by hand, DuckDB and OpenFisca; ten in a stream.

Ours is what `audit` does: verdicts of both rules, and what is said of each summons as a whole, which the peers leave
out. Ours, Polars and DuckDB take turns in one process; times are processor time, for these use both cores. Verdicts are
compared in every row.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from benchmarks.law_case import bench_law, summonses, write_summonses
from benchmarks.law_peers import by_duckdb, by_openfisca, by_polars, codes_of, duckdb_table
from benchmarks.timing import process, row
from tocsin.law import audit

__all__ = ["rows"]

SIZE, MANY = 1_000_000, 10_000_000
STREAM = """
import sys
from pathlib import Path
from benchmarks.law_case import bench_law
from tocsin.law.results import audit_all, parts_of_roster
law, found = bench_law(), Path(sys.argv[2])
told = audit_all(parts_of_roster(Path(sys.argv[1]), law), law, found)
assert told.summonses == int(sys.argv[3])
"""


def rows(*, quick: bool = False) -> list[dict[str, Any]]:
    """The rows `law.polars`, `law.openfisca`, `law.duckdb` and `law.stream`."""
    size, times = (SIZE // 50, 3) if quick else (SIZE, 9)
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        table, law = summonses(size), bench_law()
        table.write_parquet(here / "summonses.parquet")
        base = duckdb_table(here / "summonses.parquet")
        seconds = _in_turn(
            {"ours": lambda: audit(table, law), "polars": lambda: by_polars(table), "duckdb": lambda: by_duckdb(base)},
            times,
        )
        found = audit(table, law)
        ours = codes_of(found["by.notice"], found["by.children"])
        hand = by_polars(table).sort("row")
        same = np.array_equal(ours, codes_of(hand["notice"], hand["children"]))
        theirs = base.execute("select notice, children from verdicts order by row").fetchnumpy()
        sql_same = np.array_equal(ours, np.stack([theirs["notice"], theirs["children"]], axis=1))
        base.close()
        openfisca, codes = by_openfisca(table, here, 1 if quick else 3)
        stream = _stream(here, MANY // 50 if quick else MANY)
    own = seconds["ours"]
    return [
        row("law.polars", own / seconds["polars"], "times the peer's time", f"polars {version('polars')} by hand", 1.0,
            1.2, less=True, equal=same),
        row("law.openfisca", own, "CPU s", f"openfisca-core {version('openfisca-core')}", openfisca, 3.0, less=True,
            times=True, equal=np.array_equal(ours, codes)),
        row("law.duckdb", own, "CPU s", f"duckdb {version('duckdb')}", seconds["duckdb"], None, less=True, times=True,
            equal=sql_same),
        row("law.stream", stream, "GiB", "limit", 2.0, 2.0, less=True),
    ]  # fmt: skip


def _in_turn(functions: Mapping[str, Callable[[], object]], times: int) -> dict[str, float]:
    """Median CPU seconds of each of several functions that take turns, so that a slow minute is slow for all."""
    taken: dict[str, list[float]] = {name: [] for name in functions}
    for number in range(times + 1):
        for name, function in functions.items():
            start = time.process_time()
            function()
            if number:  # the first is to warm up
                taken[name].append(time.process_time() - start)
    return {name: statistics.median(values) for name, values in taken.items()}


def _stream(folder: Path, size: int) -> float:
    """Peak memory of a process that audits a file into a file, in GiB."""
    write_summonses(folder / "many.parquet", size)
    (folder / "stream.py").write_text(STREAM, encoding="utf-8")
    root = os.fspath(Path(__file__).resolve().parents[1])
    arguments = [os.fspath(folder / name) for name in ("stream.py", "many.parquet", "found.parquet")]
    command = ["env", f"PYTHONPATH={root}", sys.executable, *arguments, str(size)]
    memory = process(command, 1).memory
    written = pl.scan_parquet(folder / "found.parquet").select(pl.len()).collect().item()
    if written != size:
        raise RuntimeError(f"found {written} rows; expected {size}")
    return memory

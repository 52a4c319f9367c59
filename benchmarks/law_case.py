"""The summonses and the two rules of `tocsin bench law`: made, always the same for a size and a seed.

Two rules: a notice of seven days by the calendar of Minsk for two kinds of call-up, and fewer than three minor children
on the day of reporting for all kinds but mobilisation. One summons in five has no kind, one in twenty no time of
service, one in fifty no time to report; lists of children, 1.3 long on average, are complete.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from tocsin.law.load import Law, law_of

__all__ = ["PACK", "bench_law", "summonses", "write_summonses"]

_CITE = '{ act = "An act for the bench", article = "art. 1", status = "confirmed", checked_on = 2026-11-01 }'
PACK = f"""
format = 1
country = "by"
title = "Two rules for the bench"
version = "bench"
time_zone = "Europe/Minsk"
leap_day = "1 March"
service = ["courier"]
service_cite = {_CITE}

[[count]]
name = "minor_children"
of = "children"
under_years = 18
on = "report"
meaning = "Children under 18 on the day of reporting."

[[rule]]
id = "by.notice"
title = "Seven days' notice"
cite = {_CITE}
selected_by = "served"
applies_if = "kind in ('training', 'special')"
require = "notice >= days(7)"
count = {{ unit = "day" }}
say = "The summons must be handed over at the latest seven days before."

[[rule]]
id = "by.children"
title = "Fewer than three minor children"
cite = {_CITE}
selected_by = "report"
applies_if = "kind != 'mobilisation'"
require = "minor_children < 3"
say = "Who has three minor children may not be called up."
"""
START_MS = 1_770_000_000_000
"""In February 2026."""
DAY_MS = 86_400_000
CHILDREN = 1.3
LEAP_DAY = 13_938
"""29 February 2008, as days since 1970."""
KINDS = ("training", "special", "verification", "mobilisation", None)


def bench_law() -> Law:
    """The pack of the two rules."""
    return law_of(PACK.encode(), "bench.toml")


def summonses(size: int, seed: int = 1) -> pl.DataFrame:
    """Make so many summonses."""
    luck = np.random.default_rng(seed)
    served = START_MS + luck.integers(0, 400 * DAY_MS, size)
    report = served + luck.integers(0, 15 * DAY_MS, size)
    kind = pl.Series(KINDS, dtype=pl.String).gather(luck.integers(0, len(KINDS), size))
    return pl.DataFrame(
        {
            "kind": kind,
            "served": _with_gaps(served, luck.random(size) < 0.05),
            "report": _with_gaps(report, luck.random(size) < 0.02),
            "children_births": _births(size, luck),
            "children_complete": pl.repeat(True, size, eager=True),
        }
    )


def _with_gaps(moments: np.ndarray, gaps: np.ndarray) -> pl.Series:
    return pl.Series(moments).cast(pl.Datetime("ms", "UTC")).set(pl.Series(gaps), None)


def _births(size: int, luck: np.random.Generator) -> pl.Series:
    """A list of births for each, from none to many: 1991 to 2030, so some are of age and some to come.

    One in fifty is born on 29 February 2008, which matters to those who have to report on 28 February 2026.
    """
    row = np.repeat(np.arange(size), luck.poisson(CHILDREN, size))
    days = luck.integers(8_000, 22_000, row.size)
    days[luck.random(row.size) < 0.02] = LEAP_DAY
    born = pl.Series(days).cast(pl.Int32).cast(pl.Date)
    lists = pl.DataFrame({"row": row, "born": born}).group_by("row", maintain_order=True).agg("born")
    every = pl.DataFrame({"row": np.arange(size)}).join(lists, on="row", how="left", maintain_order="left")
    return every["born"].fill_null(pl.Series([[]], dtype=pl.List(pl.Date)))


def write_summonses(file: Path, size: int, part: int = 1_000_000) -> None:
    """Write so many summonses into one Parquet file, made in parts."""
    parts = [file.with_name(f"{file.stem}-{number}.parquet") for number in range(-(-size // part))]
    for number, beside in enumerate(parts):
        summonses(min(part, size - number * part), seed=number + 1).write_parquet(beside)
    pl.scan_parquet(parts).sink_parquet(file)
    for beside in parts:
        beside.unlink()

"""Measuring a log with the interval that its writer calls for: runs, resampled people, or bounds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import polars as pl

from tocsin.log.journeys import Journeys, journeys_of
from tocsin.log.table import EventLog
from tocsin.measure.bounds import between, if_silent
from tocsin.measure.compute import measures
from tocsin.measure.intervals import BOOTSTRAPPED, bootstrap
from tocsin.measure.rows import IDENTITY
from tocsin.measure.view import Context

__all__ = ["with_intervals"]

REPEATS, SEED = 200, 0
"""Resamples of a recorded log, and the seed of the resampling: the same log gives the same interval."""


def with_intervals(
    log: EventLog, context: Context, only: Sequence[str] = (), *, t0: dt.datetime | None = None
) -> pl.DataFrame:
    """Measure a log, whoever wrote it, and bound each number as its kind of log allows.

    Rows known only to an interval: between all of them early and all of them late. One recorded log: if it is still
    open, between none and all of the silent coming; if it is closed, resampled people. Simulated runs: each by itself;
    `across` sums them up.

    Args:
        log: Any log.
        context: The plan and the list of people, as far as there are any.
        only: Numbers of measures; empty = all.
        t0: What hours count from; None = the first order of the log.

    Returns:
        The rows of `measures`, with `low` and `high` where there are bounds or an interval.
    """
    early = journeys_of(log, "earliest", t0=t0)
    if (log.frame["happened"] != log.frame["happened_until"]).any():
        return between(early, journeys_of(log, "latest", t0=t0), context, only)
    if early.writer != "recorded" or log.frame["run"].n_unique() != 1:
        return measures(early, context, only)
    if early.closed_ms is None:
        return between(*if_silent(early, context), context, only)
    return _resampled(early, context, only)


def _resampled(journeys: Journeys, context: Context, only: Sequence[str]) -> pl.DataFrame:
    """All measures, those of persons with the interval of the bootstrap."""
    base = measures(journeys, context, only)
    chosen = [number for number in BOOTSTRAPPED if not only or number in only]
    if not chosen or journeys.frame.height == 0:
        return base
    again = bootstrap(journeys, context, chosen, repeats=REPEATS, seed=SEED)
    keys = ["run", *IDENTITY]
    found = again.select(*keys, low_2="low", high_2="high", note_2="note")
    joined = base.join(found, on=keys, how="left", nulls_equal=True, maintain_order="left")
    return joined.with_columns(
        low=pl.coalesce("low_2", "low"), high=pl.coalesce("high_2", "high"), note=pl.coalesce("note_2", "note")
    ).select(base.columns)

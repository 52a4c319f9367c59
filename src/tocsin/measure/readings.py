"""Measuring a log with the interval that its writer calls for: runs, resampled people, or bounds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Protocol

import polars as pl

from tocsin.log.causes import Trail, held
from tocsin.log.journeys import End, journeys_of
from tocsin.log.table import EventLog
from tocsin.measure.bounds import least_and_most, silent_bounds
from tocsin.measure.compute import measures_of
from tocsin.measure.intervals import BOOTSTRAPPED, resampled
from tocsin.measure.rows import IDENTITY
from tocsin.measure.view import Context, View, views

__all__ = ["Readable", "bounded", "logs_of", "with_intervals"]

REPEATS, SEED = 200, 0
"""Resamples of a recorded log, and the seed of the resampling: the same log gives the same interval."""
FEW_REPEATS, MANY_PEOPLE = 40, 1_000_000
"""Above so many people fewer resamples: the fewest whose 2.5 % point lies within what was seen."""


class Readable(Protocol):
    """A log that can be read as runs, wherever its rows are."""

    @property
    def interval(self) -> bool:
        """Whether a row is known only to an interval."""

    @property
    def writer(self) -> str:
        """Who wrote most rows."""

    @property
    def runs(self) -> int:
        """How many runs there are."""

    def views(self, context: Context, at: End = "earliest") -> Iterator[View]:
        """Give the runs, with one or the other end of each interval."""


class _Held:
    """A log in memory."""

    def __init__(self, log: EventLog, t0: dt.datetime | None) -> None:
        self._log, self._t0 = log, t0
        self._early = journeys_of(log, "earliest", t0=t0)
        self.interval = bool((log.frame["happened"] != log.frame["happened_until"]).any())
        self.writer = self._early.writer
        self.runs = log.frame["run"].n_unique()

    def views(self, context: Context, at: End = "earliest") -> Iterator[View]:
        """Give the runs, with one or the other end of each interval."""
        told = replace(context, logs=logs_of(self._log.frame))
        return views(self._early if at == "earliest" else journeys_of(self._log, at, t0=self._t0), told)


def logs_of(frame: pl.DataFrame) -> dict[int, Callable[[], Trail]]:
    """The runs of a log in memory, for `Context.logs`."""
    runs = frame["run"].unique().to_list()
    return {run: partial(_run_of, frame, run if len(runs) > 1 else None) for run in runs}


def _run_of(frame: pl.DataFrame, run: int | None) -> Trail:
    return held(frame if run is None else frame.filter(pl.col("run") == run))


def with_intervals(
    log: EventLog, context: Context, only: Sequence[str] = (), *, t0: dt.datetime | None = None
) -> pl.DataFrame:
    """Measure a log in memory, whoever wrote it, as `bounded` does.

    Args:
        log: Any log.
        context: The plan and the list of people, as far as there are any.
        only: Numbers of measures; empty = all.
        t0: What hours count from; None = the first order of the log.

    Returns:
        The rows of `measures`, with `low` and `high` where there are bounds or an interval.
    """
    return bounded(_Held(log, t0), context, only)


def bounded(log: Readable, context: Context, only: Sequence[str] = ()) -> pl.DataFrame:
    """Measure a log, whoever wrote it, and bound each number as its kind of log allows.

    Rows known only to an interval: between all of them early and all of them late. One recorded log: if it is still
    open, between none and all of the silent coming; if it is closed, resampled people. Simulated runs: each by itself;
    `across` sums them up.

    Args:
        log: Any log.
        context: The plan and the list of people, as far as there are any.
        only: Numbers of measures; empty = all.

    Returns:
        The rows of `measures`, with `low` and `high` where there are bounds or an interval.
    """
    if log.interval:
        return least_and_most(*(measures_of(log.views(context, at), only) for at in ("earliest", "latest")))
    if log.writer != "recorded" or log.runs != 1:
        return measures_of(log.views(context), only)
    view = next(iter(log.views(context)))
    if view.closed_ms is None:
        return silent_bounds(view, only)
    return _resampled(view, only)


def _resampled(view: View, only: Sequence[str]) -> pl.DataFrame:
    """All measures, those of persons with the interval of the bootstrap."""
    base = measures_of([view], only)
    chosen = [number for number in BOOTSTRAPPED if not only or number in only]
    if not chosen or view.people == 0:
        return base
    repeats = REPEATS if view.people <= MANY_PEOPLE else FEW_REPEATS
    again = resampled(view, base.filter(pl.col("measure").is_in(chosen)), chosen, repeats=repeats, seed=SEED)
    keys = ["run", *IDENTITY]
    found = again.select(*keys, low_2="low", high_2="high", note_2="note")
    joined = base.join(found, on=keys, how="left", nulls_equal=True, maintain_order="left")
    return joined.with_columns(
        low=pl.coalesce("low_2", "low"), high=pl.coalesce("high_2", "high"), note=pl.coalesce("note_2", "note")
    ).select(base.columns)

"""When each person of a run was served, and for when: from the outcome, without writing its log."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tocsin.log.journeys import milliseconds
from tocsin.log.schema import TIME
from tocsin.simulate.run import Outcome
from tocsin.simulate.wide import Wide, times_of

__all__ = ["service"]

Ints = NDArray[np.int64]


def service(outcome: Outcome, media: Sequence[str]) -> pl.DataFrame:
    """Give what the log of a run says of its summonses.

    Args:
        outcome: One run.
        media: Channels that count as service.

    Returns:
        One row for each person who was summoned: `run`, `person`, `served` (the first delivery by one of these
        channels), `report` (the time of report: as the plan sets it, or counted from the first delivery by any); UTC.
    """
    wide = Wide(outcome)
    counts = [channel.medium in media for channel in wide.network.channels]
    summoned = (wide.summoned >= 0).any(axis=0) if len(counts) else np.zeros(wide.n, np.bool_)
    table = pl.DataFrame(
        {
            "run": pl.repeat(outcome.run, wide.n, dtype=pl.UInt32, eager=True),
            "person": pl.Series(np.arange(wide.n), dtype=pl.UInt32),
            "served": _moment(wide, _first(wide.delivered[counts])),
            "report": _moment(wide, _due(wide)),
        }
    )
    return table.filter(pl.Series(summoned))


def _first(times: Ints) -> Ints:
    """The earliest of the times that there are, -1 where there is none."""
    if not len(times):
        return np.full(times.shape[-1], -1, np.int64)
    found = np.where(times < 0, np.iinfo(np.int64).max, times).min(axis=0)
    return np.where(found == np.iinfo(np.int64).max, -1, found)


def _due(wide: Wide) -> Ints:
    after = wide.network.plan.exercise.deadline.after_delivery_h
    if after is None:
        return wide.due
    delivered = _first(wide.delivered)
    return np.where(delivered >= 0, delivered + round(after * 3_600_000), -1)


def _moment(wide: Wide, times: Ints) -> pl.Series:
    start = milliseconds(wide.network.plan.exercise.alert.astimezone(dt.UTC))
    return (times_of("", times) + start).cast(TIME)

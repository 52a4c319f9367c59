"""When each person of a run was served, and for when: from the outcome, without writing its log."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tocsin.log.journeys import milliseconds
from tocsin.log.schema import TIME
from tocsin.simulate.outcome import Outcome
from tocsin.simulate.wide import Wide, times_of

__all__ = ["service"]

Ints = NDArray[np.int64]


def service(outcome: Outcome, media: Sequence[str], sure: Sequence[str] | None = None) -> pl.DataFrame:
    """Give what the log of a run says of its summonses.

    Args:
        outcome: One run.
        media: Channels that may count as service.
        sure: Those of them that do for certain; None = all.

    Returns:
        One row for each person who was summoned: `run`, `person`, `served` (the first delivery by one of these
        channels; with `served_latest`, by one that counts for certain, where that is another), `report` (the time of
        report: as the plan sets it, or counted from the first delivery by any); UTC.
    """
    wide = Wide(outcome, by_slot=True)
    channels = wide.network.channels
    certain = media if sure is None else sure
    served, latest = (_first(wide.delivered[[c.medium in some for c in channels]]) for some in (media, certain))
    served[latest < 0] = -1  # nothing that counts for certain: not known
    summoned = (wide.summoned >= 0).any(axis=0) if len(channels) else np.zeros(wide.n, np.bool_)
    table = (
        pl.DataFrame(
            {
                "run": pl.repeat(outcome.run, wide.n, dtype=pl.UInt32, eager=True),
                "person": pl.Series(wide.network.person, dtype=pl.UInt32),
                "served": _moment(wide, served),
                "served_latest": _moment(wide, latest),
                "report": _moment(wide, _due(wide)),
            }
        )
        .filter(pl.Series(summoned))
        .sort("person")
    )
    return table.drop("served_latest") if table["served"].equals(table["served_latest"]) else table


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

"""An outcome as journeys: one row a person, one column a stage; what no person did stands in the rest."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tocsin.log.journeys import Journeys
from tocsin.log.kinds import CHANNELS
from tocsin.log.schema import CHANNEL
from tocsin.simulate.rows import impersonal
from tocsin.simulate.run import Outcome
from tocsin.simulate.wide import Ints, Wide, at_closing, number_of, times_of

__all__ = ["journeys"]


def journeys(outcome: Outcome, *, whole: bool = True) -> Journeys:
    """Write an outcome as journeys, equal to those of its log in every time and attribute.

    Args:
        outcome: One run.
        whole: Whether all columns are wanted, or only those that measures read (for sweeps: ¾ of the cost).

    Returns:
        The journeys, without the numbers of log rows.
    """
    wide = Wide(outcome)
    network = wide.network
    frame = pl.DataFrame(
        [
            pl.Series("run", np.full(wide.n, outcome.run), dtype=pl.UInt32),
            pl.Series("person", np.arange(wide.n), dtype=pl.UInt32),
            wide.places.series("place", wide.point),
            wide.units.series("unit", wide.unit),
            *_before_the_gate(wide, whole),
            *_at_the_gate(wide, whole),
            *_after_the_gate(wide),
        ]
    )
    return Journeys(
        frame=frame,
        rest=impersonal(wide),
        t0=network.plan.exercise.alert.astimezone(dt.UTC),
        closed_ms=at_closing(wide),
        cut_ms=network.horizon_ms,
    )


def _before_the_gate(wide: Wide, whole: bool) -> list[pl.Series]:
    due = times_of("summoned_due", np.where((wide.summoned >= 0).any(axis=0), wide.due, -1))
    filed, answered = wide.time("filed"), wide.time("answered")
    kinds = np.array([wide.reason(d.kind) for d in wide.network.desks] or [-1])
    outcome = np.where(wide.granted, wide.reason("granted"), wide.reason("refused"))
    columns = [
        *(
            _numbered(wide, "summoned", wide.summoned, due)
            if whole
            else [*_times(wide, "summoned", wide.summoned), due]
        ),
        *(_numbered if whole else _times)(wide, "delivered", wide.delivered),
        *(_numbered if whole else _times)(wide, "undelivered", wide.undelivered),
        times_of("acknowledged_ms", wide.time("acknowledged")),
        times_of("refused_ms", wide.refused),
        times_of("excused_ms", wide.excused),
        wide.reasons.series("excused_reason", _excuse(wide)),
        times_of("request_filed_ms", filed),
        wide.reasons.series("request_filed_reason", np.where(filed >= 0, kinds[np.maximum(wide.desk, 0)], -1)),
        times_of("request_answered_ms", answered),
        wide.reasons.series("request_answered_reason", np.where(answered >= 0, outcome, -1)),
        times_of("set_out_ms", wide.time("left")),
        times_of("arrived_ms", wide.time("arrived")),
    ]
    return columns


def _excuse(wide: Wide) -> Ints:
    own = len(wide.network.reasons)
    return np.where(wide.reason_excused == own, wide.reason("own word"), wide.reason_excused).astype(np.int64)


def _numbered(wide: Wide, stem: str, times: Ints, due: pl.Series | None = None) -> list[pl.Series]:
    """Columns of the first, second, … of a person's attempts, in order of time, ties in order of channels."""
    first, which, _ = wide.numbered(times)
    media = np.array([*(CHANNELS.index(c.medium) for c in wide.network.channels), -1])
    columns: list[pl.Series] = []
    for k, (here, codes) in enumerate(zip(first, which, strict=True)):
        name = stem if k == 0 else f"{stem}_{k + 1}"
        columns.append(times_of(f"{name}_ms", here))
        columns.append(number_of(media[codes], pl.UInt8()).cat.to(CHANNEL).alias(f"{name}_channel"))
        if stem == "undelivered":
            columns.append(wide.reasons.series(f"{name}_reason", np.where(here >= 0, wide.reason("not found"), -1)))
        if due is not None:
            columns.append(due.set(pl.Series(here < 0), None).alias(f"{name}_due") if k else due)
    return columns


def _times(wide: Wide, stem: str, times: Ints) -> list[pl.Series]:
    """The times of `_numbered` alone."""
    first = wide.in_order(times)
    return [times_of(f"{stem}_ms" if k == 0 else f"{stem}_{k + 1}_ms", here) for k, here in enumerate(first)]


def _at_the_gate(wide: Wide, whole: bool) -> list[pl.Series]:
    columns = []
    queued, began, ended = (wide.time(name) for name in ("queued", "began", "ended"))
    by = wide.time("by") if whole else began
    for i, (name, kind) in enumerate(zip(wide.network.step_names, wide.network.step_kinds, strict=True)):
        if kind == "station":
            columns += [
                times_of(f"{name}_queued_ms", queued[i]),
                times_of(f"{name}_began_ms", began[i]),
                *([wide.servers.series(f"{name}_began_by", np.where(began[i] >= 0, by[i], -1))] if whole else []),
                times_of(f"{name}_ended_ms", ended[i]),
            ]
        else:
            columns += _gate_request(wide, name, i, queued[i], ended[i])
    released, gave_up = wide.time("released"), wide.time("gave_up")
    return [
        *columns,
        times_of("released_ms", released),
        wide.reasons.series("released_reason", wide.reason_released),
        times_of("gave_up_ms", gave_up),
        wide.steps.series("gave_up_station", np.where(gave_up >= 0, wide.time("gave_up_step"), -1)),
    ]


def _gate_request(wide: Wide, name: str, step: int, filed: Ints, answered: Ints) -> list[pl.Series]:
    kind = next(r.kind for r in wide.network.plan.requests if r.name == name)
    granted = (wide.time("released") >= 0) & (wide.by_person(wide.outcome.released_step) == step)
    outcome = np.where(granted, wide.reason("granted"), wide.reason("refused"))
    return [
        times_of(f"{name}_filed_ms", filed),
        wide.reasons.series(f"{name}_filed_reason", np.where(filed >= 0, wide.reason(kind), -1)),
        times_of(f"{name}_answered_ms", answered),
        wide.reasons.series(f"{name}_answered_reason", np.where(answered >= 0, outcome, -1)),
    ]


def _after_the_gate(wide: Wide) -> list[pl.Series]:
    boarded = wide.time("boarded")
    ride: NDArray[Any] = wide.by_person(wide.outcome.ride)
    return [
        times_of("boarded_ms", boarded),
        wide.rides.series("boarded_thing", np.where(boarded >= 0, ride, -1)),
        times_of("joined_ms", wide.joined),
        times_of("surplus_ms", wide.surplus),
        times_of("absent_ms", wide.absent),
    ]

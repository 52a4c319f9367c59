"""An outcome as journeys: one row a person, one column a stage; what no person did stands in the rest.

The columns are told once, as arrays (`_columns`); `journeys` makes the whole table of them, people in order, and `lean`
hands those that measures read over as they are, by slot, at a fraction of the cost.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tocsin.log.journeys import Journeys
from tocsin.log.kinds import CHANNELS
from tocsin.log.lean import Lean
from tocsin.log.schema import CHANNEL
from tocsin.simulate.outcome import Outcome
from tocsin.simulate.rows import impersonal
from tocsin.simulate.wide import Ints, Labels, Wide, at_closing, number_of, times_of

__all__ = ["journeys", "lean"]

Column = tuple[str, NDArray[Any], Labels | None]
"""Its name, times (negative = null) or codes (-1 = null), and what codes stand for."""
_MEDIA = Labels(list(CHANNELS))


def journeys(outcome: Outcome) -> Journeys:
    """Write an outcome as journeys, equal to those of its log in every time and attribute.

    Args:
        outcome: One run.

    Returns:
        The journeys, without the numbers of log rows.
    """
    wide = Wide(outcome)
    run = pl.Series("run", np.full(wide.n, outcome.run), dtype=pl.UInt32)
    person = pl.Series("person", np.arange(wide.n), dtype=pl.UInt32)
    cells = [_series(*column) for column in _columns(wide, whole=True)]
    return Journeys(
        frame=pl.DataFrame([run, person, *cells]),
        rest=impersonal(wide),
        t0=_alert(wide),
        closed_ms=at_closing(wide),
        cut_ms=wide.network.horizon_ms,
    )


def lean(outcome: Outcome) -> Lean:
    """Hand over what measures read of an outcome, people in the order of the engine.

    Args:
        outcome: One run; its arrays are shared, not copied.

    Returns:
        The columns of `journeys` but for channels, servers and what else no measure reads.
    """
    wide = Wide(outcome, by_slot=True)
    columns, names = {}, {}
    for name, values, labels in _columns(wide, whole=False):
        columns[name] = values
        if labels is not None:
            names[name] = labels.names
    return Lean(
        run=outcome.run,
        person=wide.network.person,
        columns=columns,
        names=names,
        rest=impersonal(wide),
        t0=_alert(wide),
        closed_ms=at_closing(wide),
        cut_ms=wide.network.horizon_ms,
    )


def _alert(wide: Wide) -> dt.datetime:
    return wide.network.plan.exercise.alert.astimezone(dt.UTC)


def _series(name: str, values: NDArray[Any], labels: Labels | None) -> pl.Series:
    if labels is None:
        return times_of(name, values)
    if labels is _MEDIA:
        return number_of(values, pl.UInt8()).cat.to(CHANNEL).alias(name)
    return labels.series(name, values)


def _columns(wide: Wide, *, whole: bool) -> Iterator[Column]:
    """All columns after `run` and `person` in their order; if not whole, those that measures read."""
    yield "place", wide.point, wide.places
    yield "unit", wide.unit, wide.units
    yield from _attempts(wide, whole)
    yield from _conduct(wide)
    network = wide.network
    for i, (name, kind) in enumerate(zip(network.step_names, network.step_kinds, strict=True)):
        stem = name if network.step_visits[i] == 1 else f"{name}_{network.step_visits[i]}"
        yield from (_station(wide, stem, i, whole) if kind == "station" else _gate_request(wide, name, i))
    yield from _leaving(wide)


def _attempts(wide: Wide, whole: bool) -> Iterator[Column]:
    if whole:
        yield from _numbered(wide, "summoned", wide.summoned, wide.due)
        yield from _numbered(wide, "delivered", wide.delivered)
        yield from _numbered(wide, "undelivered", wide.undelivered)
        return
    summoned = wide.in_order(wide.summoned)
    yield from _timed("summoned", summoned)
    yield "summoned_due", np.where(summoned[0] >= 0, wide.due, -1), None
    yield from _timed("delivered", wide.in_order(wide.concluded, 1))
    yield from _timed("undelivered", wide.in_order(wide.concluded, 0))


def _timed(stem: str, times: Ints) -> Iterator[Column]:
    for k, here in enumerate(times):
        yield (f"{stem}_ms" if k == 0 else f"{stem}_{k + 1}_ms"), here, None


def _numbered(wide: Wide, stem: str, times: Ints, due: Ints | None = None) -> Iterator[Column]:
    """Columns of the first, second, … of a person's attempts, in order of time, ties in order of channels."""
    first, which, _ = wide.numbered(times)
    media = np.array([*(CHANNELS.index(c.medium) for c in wide.network.channels), -1])
    for k, (here, codes) in enumerate(zip(first, which, strict=True)):
        name = stem if k == 0 else f"{stem}_{k + 1}"
        yield f"{name}_ms", here, None
        yield f"{name}_channel", media[codes], _MEDIA
        if stem == "undelivered":
            yield f"{name}_reason", np.where(here >= 0, wide.reason("not found"), -1), wide.reasons
        if due is not None:
            yield f"{name}_due", np.where(here >= 0, due, -1), None


def _conduct(wide: Wide) -> Iterator[Column]:
    filed, answered = wide.time("filed"), wide.time("answered")
    kinds = np.array([wide.reason(d.kind) for d in wide.network.desks] or [-1])
    outcome = np.where(wide.granted, wide.reason("granted"), wide.reason("refused"))
    yield "acknowledged_ms", wide.time("acknowledged"), None
    yield "refused_ms", wide.refused, None
    yield "excused_ms", wide.excused, None
    yield "excused_reason", _excuse(wide), wide.reasons
    yield "request_filed_ms", filed, None
    yield "request_filed_reason", np.where(filed >= 0, kinds[np.maximum(wide.desk, 0)], -1), wide.reasons
    yield "request_answered_ms", answered, None
    yield "request_answered_reason", np.where(answered >= 0, outcome, -1), wide.reasons
    yield "set_out_ms", wide.time("left"), None
    yield "arrived_ms", wide.time("arrived"), None


def _excuse(wide: Wide) -> Ints:
    own = len(wide.network.reasons)
    return np.where(wide.reason_excused == own, wide.reason("own word"), wide.reason_excused).astype(np.int64)


def _station(wide: Wide, name: str, step: int, whole: bool) -> Iterator[Column]:
    began = wide.step("began", step)
    yield f"{name}_queued_ms", wide.step("queued", step), None
    yield f"{name}_began_ms", began, None
    if whole:
        yield f"{name}_began_by", np.where(began >= 0, wide.step("by", step), -1), wide.servers
    yield f"{name}_ended_ms", wide.step("ended", step), None


def _gate_request(wide: Wide, name: str, step: int) -> Iterator[Column]:
    filed, answered = wide.step("queued", step), wide.step("ended", step)
    kind = next(r.kind for r in wide.network.plan.requests if r.name == name)
    granted = (wide.time("released") >= 0) & (wide.by_person(wide.outcome.released_step) == step)
    outcome = np.where(granted, wide.reason("granted"), wide.reason("refused"))
    yield f"{name}_filed_ms", filed, None
    yield f"{name}_filed_reason", np.where(filed >= 0, wide.reason(kind), -1), wide.reasons
    yield f"{name}_answered_ms", answered, None
    yield f"{name}_answered_reason", np.where(answered >= 0, outcome, -1), wide.reasons


def _leaving(wide: Wide) -> Iterator[Column]:
    gave_up, boarded = wide.time("gave_up"), wide.time("boarded")
    ride: NDArray[Any] = wide.by_person(wide.outcome.ride)
    yield "released_ms", wide.time("released"), None
    yield "released_reason", wide.reason_released, wide.reasons
    yield "gave_up_ms", gave_up, None
    yield "gave_up_station", np.where(gave_up >= 0, wide.time("gave_up_step"), -1), wide.steps
    yield "gave_up_reason", wide.reason_gave_up, wide.reasons
    yield "boarded_ms", boarded, None
    yield "boarded_thing", np.where(boarded >= 0, ride, -1), wide.things
    yield "joined_ms", wide.joined, None
    yield "surplus_ms", wide.surplus, None
    yield "absent_ms", wide.absent, None

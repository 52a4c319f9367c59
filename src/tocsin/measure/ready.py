"""When is a unit ready? Formed, or in position if it marches; and which units together make up a task."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from tocsin.measure.quantiles import NEVER
from tocsin.measure.units import TRADES, fill_of
from tocsin.measure.view import View

__all__ = ["ORDERED", "POSITIONS", "Force", "forces_of", "formed_of", "lacking", "marching", "ready_of", "sent_of"]

ORDERED = "units ordered"
"""The units of a log without a plan: each incident of it is a run."""
POSITIONS = "rows of in_position"


@dataclass(frozen=True)
class Force:
    """Units that are needed together.

    Attributes:
        name: The task, or `ORDERED`.
        units: The units.
        need: How many of them suffice.
        of: The denominator, as measures print it.
    """

    name: str
    units: tuple[str, ...]
    need: int
    of: str


def forces_of(view: View) -> list[Force]:
    """The tasks of the plan; without a plan all units that were ordered."""
    sent = sent_of(view)
    if sent:
        return [Force(ORDERED, tuple(sent), len(sent), ORDERED)]
    plan = view.context.plan
    tasks = () if plan is None else plan.tasks
    return [
        Force(task.name, task.units, min(task.at_least or len(task.units), len(task.units)), "units of the task")
        for task in tasks
    ]


def lacking(view: View) -> str:
    """What is missing to say when units were ready; empty if nothing is."""
    fill = fill_of(view)
    if fill is None:
        return "the plan's units, or rows of orders to units"
    if fill.formed is None:
        return TRADES
    unknown = marching(view) and "in_position" not in view.told and view.writer != "simulated"
    return POSITIONS if unknown else ""


def marching(view: View) -> frozenset[str]:
    """The units that are ready only when they are in position."""
    if "marching" not in view.memory:
        plan = view.context.plan
        planned = () if plan is None else (unit.name for unit in plan.units if unit.march is not None)
        view.memory["marching"] = frozenset(planned) | frozenset(_first(view, "in_position"))
    found: frozenset[str] = view.memory["marching"]
    return found


def formed_of(view: View) -> dict[str, int]:
    """When each unit of the plan was formed, ms since t0, `NEVER` if it was not; asked only if nothing is `lacking`."""
    fill = fill_of(view)
    assert fill is not None, "what is lacking is asked first"
    assert fill.formed is not None, "what is lacking is asked first"
    return dict(zip(fill.names, fill.formed.tolist(), strict=True))


def ready_of(view: View) -> dict[str, int]:
    """When each unit of the plan was ready, ms since t0, `NEVER` if it was not; asked only if nothing is `lacking`."""
    ready, there = formed_of(view), _first(view, "in_position")
    return ready | {unit: there.get(unit, NEVER) for unit in marching(view) if unit in ready}


def sent_of(view: View) -> dict[str, int]:
    """Without a plan: how long after the first order each unit that was ordered was in position, or else formed.

    So a log of incidents, each a run of its own, has the units of an incident for its task. Empty with a plan's
    units, without orders to units, and where the log says of no unit, in whatever run, that it was ready.
    """
    plan = view.context.plan
    if plan is not None and plan.units:
        return {}
    orders = view.rows("ordered").filter(pl.col("unit").is_not_null() & pl.col("person").is_null())
    if orders.is_empty() or not view.told & {"in_position", "unit_formed"}:
        return {}
    start = orders["at_ms"].to_numpy().min()
    arrived = pl.concat([view.rows("in_position"), view.rows("unit_formed")]).filter(pl.col("unit").is_not_null())
    first = dict(arrived.group_by(pl.col("unit").cast(pl.String)).agg(pl.col("at_ms").min()).iter_rows())
    units = orders["unit"].cast(pl.String).unique(maintain_order=True).to_list()
    return {unit: max(first[unit] - start, 0) if unit in first else NEVER for unit in units}


def _first(view: View, kind: str) -> dict[str, int]:
    """The first row of a kind for each unit, ms since t0."""
    if kind not in view.told:
        return {}
    rows = view.rows(kind).filter(pl.col("unit").is_not_null())
    return dict(rows.group_by(pl.col("unit").cast(pl.String)).agg(pl.col("at_ms").min()).iter_rows())

"""The same call-up with lawful notice: the plan with its report time moved to where no notice is too short.

The first run says when each person is served; the latest of their earliest lawful report times, at the hour of day that
the plan names, becomes the deadline, and the run lasts as much longer. Nothing else changes, so that a comparison on
equal luck shows what the notice does.
"""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import polars as pl
from pydantic import ValidationError

from tocsin.errors import LawError, PlanError
from tocsin.law import Law
from tocsin.law.audit import counted
from tocsin.law.earliest import earliest_report
from tocsin.law.served import described
from tocsin.plan import Plan
from tocsin.plan.model import Deadline
from tocsin.plan.roads import has_roads, roads_of
from tocsin.simulate import Engine, compile, service
from tocsin.sweep.compare import Contender
from tocsin.sweep.rehearsal import people_of

__all__ = ["LABEL", "with_lawful_notice"]

LABEL = "with lawful notice"


def with_lawful_notice(contender: Contender, law: Law, seed: int) -> Contender:
    """Give the plan a report time that keeps every notice of a rule pack.

    Args:
        contender: The plan as it was announced.
        law: The pack.
        seed: Of the comparison: its first run says when people are served.

    Raises:
        LawError: The pack owes no notice for this kind of call-up, or nobody is served.
        PlanError: The plan cannot be run, or not so long.
    """
    plan = contender.plan
    kind = None if plan.exercise.kind == "unknown" else plan.exercise.kind
    crowd, _ = people_of(plan, seed, contender.base)
    roads = roads_of(plan, contender.base) if has_roads(plan) else None
    served = service(Engine(compile(plan, crowd, roads)).run(seed, 0), *law.pack.counting(kind))
    table = counted(described(served, plan, crowd), law)
    earliest = earliest_report(table, law)
    latest = earliest.filter(table["served"].is_not_null()).max()
    if not isinstance(latest, dt.datetime):
        raise LawError(
            f"found no notice that {law.pack.title} owes for {kind or 'an unknown kind of call-up'}; expected a kind "
            "for which one is owed, such as training",
            place=f"{plan.exercise.name}: exercise.kind",
        )
    return Contender(LABEL, _moved(plan, latest, table, earliest), contender.base)


def _moved(plan: Plan, latest: dt.datetime, table: pl.DataFrame, earliest: pl.Series) -> Plan:
    """The plan with its deadline at the hour that it names, on or after a moment; or so many hours after delivery."""
    told, after = plan.exercise.deadline.at, plan.exercise.deadline.after_delivery_h
    if told is not None:
        deadline = Deadline(at=max(told, _at_the_hour(told, latest, ZoneInfo(plan.exercise.time_zone))))
        longer = (deadline.at - told).total_seconds() / 3600 if deadline.at else 0.0
    else:
        most = (earliest - table["served"]).dt.total_milliseconds().max()
        assert isinstance(most, int) and after is not None, "somebody was served, and a deadline is one or the other"
        deadline = Deadline(after_delivery_h=max(after, -(-most // 3_600_000)))
        longer = (deadline.after_delivery_h or after) - after
    changed = {"deadline": deadline, "horizon_h": plan.exercise.horizon_h + longer}
    try:
        exercise = type(plan.exercise).model_validate(dict(plan.exercise) | changed)
    except ValidationError as error:
        reason = str(error.errors()[0]["msg"])
        raise PlanError(f"cannot run with lawful notice: {reason}", place=f"{plan.exercise.name}: exercise") from None
    return plan.model_copy(update={"exercise": exercise})


def _at_the_hour(told: dt.datetime, latest: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    """The first time of day like `told` that is not before a moment."""
    hour, day = told.astimezone(zone), latest.astimezone(zone).date()
    found = dt.datetime.combine(day, hour.time(), zone)
    return found if found >= latest else dt.datetime.combine(day + dt.timedelta(days=1), hour.time(), zone)

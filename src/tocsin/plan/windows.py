"""When something of a plan is open: shifts by the local clock or by hours after the alert, within the run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from tocsin.plan.model import Exercise, Instruction, Plan
from tocsin.plan.problem import Path, Problem, shown
from tocsin.plan.resolve import holders_of
from tocsin.plan.tables import Shift, Staffed

__all__ = ["closed_for_good", "is_open"]


def is_open(shift: Shift | Instruction, exercise: Exercise) -> bool:
    """Say whether a shift has a moment between the alert and the horizon."""
    if isinstance(shift, Shift) and shift.from_h is not None:
        return shift.from_h < exercise.horizon_h
    if shift.from_ is None or shift.until is None:
        return False
    zone = ZoneInfo(exercise.time_zone)
    end = exercise.alert + dt.timedelta(hours=exercise.horizon_h)
    day = exercise.alert.astimezone(zone).date() - dt.timedelta(days=1)
    while day <= end.astimezone(zone).date():
        opens, closes = (_instant(day, clock, zone) for clock in (shift.from_, shift.until))
        if opens < end and closes > exercise.alert:
            return True
        day += dt.timedelta(days=1)
    return False


def _instant(day: dt.date, clock: str, zone: ZoneInfo) -> dt.datetime:
    hour, minute = (int(part) for part in clock.split(":"))
    midnight = dt.datetime.combine(day, dt.time(), tzinfo=zone)
    return midnight + dt.timedelta(hours=hour, minutes=minute)


def closed_for_good(plan: Plan) -> Iterator[Problem]:
    """Yield an error for everything staffed that never opens, and a warning for each shift outside the run."""
    run = f"the run (the {plan.exercise.horizon_h:g} h from {plan.exercise.alert.isoformat()})"
    for path, staffed in _staffed(plan):
        shut = [k for k, shift in enumerate(staffed.hours) if not is_open(shift, plan.exercise)]
        if staffed.hours and len(shut) == len(staffed.hours):
            found = ", ".join(_window(shift) for shift in staffed.hours[:3])
            yield Problem("error", (*path, "hours"), f"found only shifts outside {run}: {found}; it would never open")
        else:
            for k in shut:
                found = _window(staffed.hours[k])
                yield Problem("warning", (*path, "hours", k), f"found the shift {found}, which lies outside {run}")
    for path, holder in holders_of(plan):
        instruction = holder.instruction
        if instruction is not None and not is_open(instruction, plan.exercise):
            found = f"{instruction.from_} to {instruction.until}"
            yield Problem(
                "error",
                (*path, "instruction"),
                f"found rounds only outside {run}: {found}; none would take place",
            )


def _window(shift: Shift) -> str:
    if shift.from_h is not None and shift.until_h is not None:
        return f"{shift.from_h:g} h to {shift.until_h:g} h"
    return f"{shown(shift.from_)[1:-1]} to {shown(shift.until)[1:-1]}"


def _staffed(plan: Plan) -> Iterator[tuple[Path, Staffed]]:
    for i, channel in enumerate(plan.channels):
        if channel.capacity is not None:
            yield ("channel", i, "capacity"), channel.capacity
    for i, request in enumerate(plan.requests):
        yield ("request", i), request
    for path, holder in holders_of(plan):
        for j, station in enumerate(holder.stations):
            yield (*path, "station", j), station
        for j, crew in enumerate(holder.crews):
            yield (*path, "crew", j), crew

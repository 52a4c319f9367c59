"""Roads, marches and meetings: each place is one, roads exist where they are asked for, and who meets also marches."""

from __future__ import annotations

from collections.abc import Iterator

from tocsin.errors import PlanError
from tocsin.plan.geography import COUNTRIES
from tocsin.plan.model import Behaviour, Plan, Travel
from tocsin.plan.movement import March, Rendezvous
from tocsin.plan.problem import Path, Problem, shown
from tocsin.plan.references import named_twice, unknown
from tocsin.plan.resolve import holders_of, towns_of

__all__ = ["broken_movement"]


def broken_movement(plan: Plan) -> Iterator[Problem]:
    """Yield an error for each place that is none, each use of roads without roads, and each meeting that cannot be."""
    located = _located(plan)
    yield from _places(plan)
    yield from _roads(plan, located)
    yield from _without_roads(plan)
    ends = None if located is None else [*located, *_ends(plan)]
    for i, unit in enumerate(plan.units):
        if unit.march is not None:
            yield from _march(plan, ("unit", i, "march"), unit.march, ends)
    for i, meeting in enumerate(plan.meetings):
        yield from _meeting(plan, ("rendezvous", i), meeting, ends)


def _located(plan: Plan) -> list[str] | None:
    """Name everything that has a position; None where the towns cannot be told because of another error."""
    try:
        towns = [town.name for town in towns_of(plan)]
    except PlanError:
        return None
    named = (*(place.name for place in plan.places), *(point.name for point in plan.points), *towns)
    return list(dict.fromkeys(named))


def _ends(plan: Plan) -> list[str]:
    """Name where buses go that is also the end of a road: no position is needed to march there."""
    goals = {bus.to for _, holder in holders_of(plan) for bus in holder.buses}
    return sorted(goals & {end for road in plan.road for end in (road.from_, road.to)})


def _places(plan: Plan) -> Iterator[Problem]:
    taken = {town.name: "town" for town in plan.towns} | {point.name: "assembly point" for point in plan.points}
    for i, place in enumerate(plan.places):
        if place.name in taken:
            found = f"found {shown(place.name)}, which is also the {taken[place.name]} of that name"
            yield Problem("error", ("place", i, "name"), f"{found}; expected a name of its own")


def _roads(plan: Plan, located: list[str] | None) -> Iterator[Problem]:
    if plan.roads is not None and plan.roads.places not in {None, *COUNTRIES}:
        found = f"found {shown(plan.roads.places)}, of which no roads are bundled"
        yield Problem("error", ("roads", "places"), f"{found}; expected one of {', '.join(COUNTRIES)}")
    goals = sorted({bus.to for _, holder in holders_of(plan) for bus in holder.buses})
    known = None if located is None else [*located, *goals]
    for i, road in enumerate(plan.road):
        for key, end in (("from", road.from_), ("to", road.to)):
            yield from unknown(("road", i, key), "place", [end], known)
            if located is not None and end in goals and end not in located and road.km is None:
                found = f"found {shown(end)}, which has no position, and no `km`; expected one of the two"
                yield Problem("error", ("road", i, key), f"{found} (a position is a `[[place]]` of that name)")
        if road.from_ == road.to:
            yield Problem("error", ("road", i, "to"), f"found a road from {shown(road.to)} to itself")


def _without_roads(plan: Plan) -> Iterator[Problem]:
    """Yield an error for each way and march over roads that the plan does not have."""
    if plan.roads is not None or plan.road:
        return
    asked: list[tuple[Path, str]] = [(("unit", i, "march"), "a march") for i, u in enumerate(plan.units) if u.march]
    ways: list[tuple[Path, Behaviour]] = [(("behaviour",), plan.behaviour)]
    ways += [(("group", i, "behaviour"), g.behaviour) for i, g in enumerate(plan.groups) if g.behaviour is not None]
    for path, behaviour in ways:
        if isinstance(behaviour.travel, Travel) and behaviour.travel.roads:
            asked.append(((*path, "travel", "roads"), "a way over roads"))
    for path, what in asked:
        yield Problem("error", path, f"found {what}, but no roads; expected `[roads]` or some `[[road]]`")


def _march(plan: Plan, at: Path, march: March, ends: list[str] | None) -> Iterator[Problem]:
    yield from unknown((*at, "from"), "place", [] if march.from_ is None else [march.from_], ends)
    yield from unknown((*at, "to"), "place", [march.to], ends)
    yield from unknown((*at, "via"), "place", march.via, ends)
    horizon_h = plan.exercise.horizon_h
    if march.earliest_h >= horizon_h:
        found = f"found {march.earliest_h:g} h, which is not before the horizon ({horizon_h:g} h)"
        yield Problem("error", (*at, "earliest_h"), f"{found}; it would never set out")


def _meeting(plan: Plan, at: Path, meeting: Rendezvous, ends: list[str] | None) -> Iterator[Problem]:
    yield from unknown((*at, "at"), "place", [meeting.at], ends)
    yield from unknown((*at, "units"), "unit", meeting.units, [unit.name for unit in plan.units])
    yield from named_twice((*at, "units"), "unit", meeting.units)
    for unit in plan.units:
        if unit.name in meeting.units and unit.march is None:
            found = f"found the unit {shown(unit.name)}, which has no `march`; it would never come by"
            yield Problem("error", (*at, "units"), found)
    horizon_h = plan.exercise.horizon_h
    if meeting.from_h >= horizon_h:
        found = f"found {meeting.from_h:g} h, which is not before the horizon ({horizon_h:g} h)"
        yield Problem("error", (*at, "from_h"), f"{found}; nobody would go on")

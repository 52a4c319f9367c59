"""The ways of marches over the plan's roads, stop by stop, and what cannot be driven.

The way of a march is fastest from stop to stop; its stops are the places that it is to go over, the meetings on the
way, and the end.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from tocsin.errors import PlanError
from tocsin.plan.model import Plan, Unit
from tocsin.plan.movement import March
from tocsin.plan.problem import Path, Problem, key_path, shown
from tocsin.plan.roads import RoadNetwork, has_roads, roads_of

__all__ = ["Leg", "legs_of", "no_roads", "start_of", "undrivable"]


@dataclass(frozen=True, slots=True)
class Leg:
    """A part of the way of a march.

    Attributes:
        stretches: Stretches of the roads, in the order in which they are driven.
        end: Node at which it ends.
        meeting: Index among the plan's meetings of the one there, -1 = none.
    """

    stretches: tuple[int, ...]
    end: int
    meeting: int


def start_of(plan: Plan, unit: Unit, march: March) -> str:
    """Return where a march begins: where it says so, or at the unit's first point."""
    return march.from_ or (unit.points[0] if unit.points else plan.points[0].name)


def legs_of(plan: Plan, roads: RoadNetwork, unit: Unit, march: March) -> tuple[Leg, ...]:
    """Return the way of a march.

    Args:
        plan: A plan that passed its checks.
        roads: Its roads.
        unit: One of its units.
        march: The unit's march.

    Raises:
        PlanError: A place is not on the roads or cannot be reached, or a meeting is not on the way.
    """
    found = _legs(plan, roads, unit, march)
    if isinstance(found, Problem):
        raise PlanError(found.sentence, place=found.place)
    return found


def undrivable(plan: Plan, roads: RoadNetwork | None = None) -> Iterator[Problem]:
    """Find marches that no road can carry, meetings off the way, and shocks to roads that there are not.

    Args:
        plan: A plan without other errors.
        roads: Its roads; None = read here, unless they come from a file, whose folder is not known here: then nothing
            is looked at, and `tocsin.simulate.compile` refuses what is wrong.
    """
    marching = [unit for unit in plan.units if unit.march is not None]
    closing = [shock for shock in plan.shocks if shock.kind == "road"]
    if not marching and not closing:
        return
    if marching and not has_roads(plan):
        yield no_roads(plan, marching[0])
        return
    if roads is None:
        if plan.roads is not None and plan.roads.file is not None:
            return
        try:
            roads = roads_of(plan)
        except PlanError as error:
            yield Problem("error", ("roads",), error.sentence)
            return
    for unit in marching:
        found = None if unit.march is None else _legs(plan, roads, unit, unit.march)
        if isinstance(found, Problem):
            yield found
    for shock in closing:
        try:
            roads.named(shock.roads)
        except PlanError as error:
            yield Problem("error", ("shock", plan.shocks.index(shock), "roads"), error.sentence)


def no_roads(plan: Plan, unit: Unit) -> Problem:
    """Say that a unit marches in a plan without roads."""
    found = f"found the march of {shown(unit.name)} in a plan without roads"
    return Problem("error", _path(plan, unit), f"{found}; expected `[[road]]` or `[roads]`")


def _path(plan: Plan, unit: Unit) -> Path:
    return "unit", plan.units.index(unit), "march"


def _legs(plan: Plan, roads: RoadNetwork, unit: Unit, march: March) -> tuple[Leg, ...] | Problem:
    stops = [start_of(plan, unit, march), *march.via, march.to]
    try:
        nodes = [roads.node_of(name) for name in stops]
    except PlanError as error:
        return Problem("error", _path(plan, unit), error.sentence)
    way: list[int] = []
    ends: list[tuple[int, int]] = []  # after how many stretches each stop comes, and its meeting
    for (start, end), names in zip(pairwise(nodes), pairwise(stops), strict=True):
        leg = roads.way_over(start, end, march.speed_kmh)
        if leg is None:
            return Problem("error", _path(plan, unit), f"found no road from {shown(names[0])} to {shown(names[1])}")
        way += leg
        ends.append((len(way), -1))
    del ends[-1]
    passed = [nodes[0], *(int(roads.end[stretch]) for stretch in way)]
    for i, meeting in enumerate(plan.meetings):
        if unit.name in meeting.units:
            node = roads.node_of(meeting.at)
            if node not in passed:
                found = f"found {shown(meeting.at)}, which is not on the way of {shown(unit.name)}"
                sentence = f"{found} from {shown(stops[0])} to {shown(march.to)} ({key_path(_path(plan, unit))})"
                return Problem("error", ("rendezvous", i, "at"), sentence)
            ends.append((passed.index(node), i))
    # At one place: first the places gone over, then the meetings in the plan's order; the end stands last.
    ends = [(0, -1), *sorted(ends, key=lambda end: end[0]), (len(way), -1)]
    return tuple(Leg(tuple(way[a:b]), passed[b], meeting) for (a, _), (b, meeting) in pairwise(ends))

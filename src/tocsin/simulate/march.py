"""Marches as they are planned: each column's way leg by leg, whom it meets, and when it would pass on free roads.

What happens on the road is in `tocsin.simulate.convoys`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from tocsin.errors import PlanError
from tocsin.plan import towns_of
from tocsin.plan.marching import Leg, legs_of, no_roads, start_of
from tocsin.plan.model import Plan, Unit
from tocsin.plan.movement import March
from tocsin.plan.roads import RoadNetwork
from tocsin.plan.shocks import Shock
from tocsin.plan.strikes import struck
from tocsin.simulate.stages import Stages
from tocsin.simulate.struck import window_of

__all__ = ["HOUR_MS", "NEVER", "Change", "Column", "Marching", "Meeting", "Weather", "drive_of", "marching_of"]

HOUR_MS = 3_600_000
NEVER = -1
_BLOCK = 1_000  # nodes whose distances to all towns are held at a time


@dataclass(frozen=True, eq=False)
class Column:
    """The column of one unit.

    Attributes:
        unit: Index among the plan's units.
        start: Node at which it begins.
        length_km: From the first vehicle to the last.
        waits_for: Units that must be formed before it sets out, itself among them.
        earliest_ms, planned_ms: ms after the alert; `planned_ms` is `NEVER` where no march table is kept.
        due: When its head passes a place for the n-th time (from 0) on free roads; by name and n.
        due_there: When its tail would be at the end, `NEVER` where no march table is kept.
    """

    unit: int
    name: str
    start: int
    legs: tuple[Leg, ...]
    vehicles: int
    length_km: float
    speed_kmh: float
    priority: int
    waits_for: tuple[int, ...]
    earliest_ms: int
    planned_ms: int
    due: Mapping[tuple[str, int], int]
    due_there: int


@dataclass(frozen=True, slots=True)
class Meeting:
    """Columns that go on together.

    Attributes:
        columns: Indices of those who meet.
        until_ms: Whoever is there then goes on, `NEVER` = all wait for all.
    """

    name: str
    columns: tuple[int, ...]
    from_ms: int
    until_ms: int


@dataclass(frozen=True, slots=True)
class Change:
    """Stretches are closed, or open again, by the shock of this number."""

    at: int
    closes: bool
    stretches: frozenset[int]
    shock: int
    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Weather:
    """Who enters a stretch in this time, at one of these nodes (None = any), takes so many times as long."""

    start: int
    end: int
    factor: float
    nodes: NDArray[np.bool_] | None


@dataclass(frozen=True, eq=False)
class Marching:
    """All that is known of the marches before the run.

    Attributes:
        names: What the log calls each node that has a name.
        prepare: Draw `march.prepare` of each column.
        found: Ways found so far round closed stretches; they are the same in every run.
    """

    roads: RoadNetwork
    names: Mapping[int, str]
    columns: tuple[Column, ...]
    meetings: tuple[Meeting, ...]
    changes: tuple[Change, ...]
    weather: tuple[Weather, ...]
    prepare: Stages
    horizon_ms: int
    found: dict[tuple[int, int, float, frozenset[int]], tuple[int, ...] | None] = field(default_factory=dict)

    def way_round(self, here: int, there: int, speed: float, closed: frozenset[int]) -> tuple[int, ...] | None:
        """Return the fastest way between two nodes over open stretches, None = there is none."""
        key = (here, there, speed, closed)
        if key not in self.found:
            self.found[key] = self.roads.way_over(here, there, speed, closed)
        return self.found[key]

    def name_of(self, node: int) -> str:
        """Return what the log calls a node: its name, or its coordinates."""
        if node in self.names:
            return self.names[node]
        lat, lon = float(self.roads.lat[node]), float(self.roads.lon[node])
        return f"{abs(lat):.3f}° {'N' if lat >= 0 else 'S'} {abs(lon):.3f}° {'E' if lon >= 0 else 'W'}"


def marching_of(plan: Plan, roads: RoadNetwork | None) -> Marching | None:
    """Compile the marches of a plan; None for a plan without any.

    Args:
        plan: A plan that passed its checks.
        roads: Its roads.

    Raises:
        PlanError: There are no roads, a place is not on them or cannot be reached, or a meeting is not on the way.
    """
    marching = [unit for unit in plan.units if unit.march is not None]
    if not marching:
        return None
    if roads is None:
        problem = no_roads(plan, marching[0])
        raise PlanError(problem.sentence, place=problem.place)
    names = _names(plan, roads)
    position = {unit.name: i for i, unit in enumerate(plan.units)}
    columns = tuple(_column(plan, roads, names, unit, position) for unit in marching)
    number = {column.name: i for i, column in enumerate(columns)}
    return Marching(
        roads=roads,
        names=names,
        columns=columns,
        meetings=tuple(
            Meeting(
                m.name,
                tuple(number[name] for name in dict.fromkeys(m.units) if name in number),
                round(m.from_h * HOUR_MS),
                NEVER if m.until_h is None else round(m.until_h * HOUR_MS),
            )
            for m in plan.meetings
        ),
        changes=tuple(sorted(_changes(plan, roads), key=lambda change: (change.at, change.closes, change.shock))),
        weather=tuple(_weather(plan, roads)),
        prepare=_prepare(marching),
        horizon_ms=round(plan.exercise.horizon_h * HOUR_MS),
    )


def _column(
    plan: Plan, roads: RoadNetwork, names: Mapping[int, str], unit: Unit, position: Mapping[str, int]
) -> Column:
    march = unit.march
    if march is None:
        raise PlanError("found no march", place=f"unit '{unit.name}'")
    legs = legs_of(plan, roads, unit, march)
    number, start = position[unit.name], roads.node_of(start_of(plan, unit, march))
    length = (march.vehicles - 1) * march.interval_m / 1000
    planned = NEVER if march.planned_h is None else round(march.planned_h * HOUR_MS)
    stretches = [stretch for leg in legs for stretch in leg.stretches]
    due, there = _planned(roads, names, [start, *roads.end[stretches].tolist()], stretches, planned, length, march)
    return Column(
        unit=number,
        name=unit.name,
        start=start,
        legs=legs,
        vehicles=march.vehicles,
        length_km=length,
        speed_kmh=march.speed_kmh,
        priority=march.priority,
        waits_for=(number, *(position[name] for name in unit.needs if name in position)),
        earliest_ms=round(march.earliest_h * HOUR_MS),
        planned_ms=planned,
        due=due,
        due_there=there,
    )


def _planned(
    roads: RoadNetwork,
    names: Mapping[int, str],
    nodes: Sequence[int],
    stretches: Sequence[int],
    planned: int,
    length: float,
    march: March,
) -> tuple[dict[tuple[str, int], int], int]:
    """When the head passes each named place on free roads, and when the tail is at the end; nothing without a plan."""
    due: dict[tuple[str, int], int] = {}
    if planned == NEVER:
        return due, NEVER
    times: dict[str, int] = {}
    head = tail = planned
    for i, node in enumerate(nodes):
        if node in names:
            name = names[node]
            due[name, times.get(name, 0)] = head
            times[name] = times.get(name, 0) + 1
        if i < len(stretches):
            speed = min(march.speed_kmh, float(roads.speed_kmh[stretches[i]]))
            pass_ms, drive_ms = round(length / speed * HOUR_MS), drive_of(roads, stretches[i], speed)
            tail = max(head + pass_ms, tail)
            head, tail = head + drive_ms, max(tail + drive_ms, head + drive_ms + pass_ms)
    return due, tail


def drive_of(roads: RoadNetwork, stretch: int, speed: float, factor: float = 1.0) -> int:
    """Return how long a vehicle takes for a stretch: at least 1 ms."""
    return max(1, round(float(roads.km[stretch]) / speed * HOUR_MS * factor))


def _prepare(units: Sequence[Unit]) -> Stages:
    ids = np.array([crc32(unit.name.encode()) for unit in units], np.int64)
    stages = Stages(ids, {"of": np.arange(len(units), dtype=np.int32)})
    stages.duration(
        "march.prepare", [None if unit.march is None else unit.march.prepare for unit in units], "of", floor=0
    )
    return stages


def _names(plan: Plan, roads: RoadNetwork) -> dict[int, str]:
    """Names of nodes; of several the one that a march or a meeting uses, then that of a place, a point, a town."""
    nodes = dict(zip(roads.places, roads.node.tolist(), strict=True))
    ordered = list(nodes)  # towns, points, places: the later goes first
    for unit in plan.units:
        if unit.march is not None:
            ordered += [start_of(plan, unit, unit.march), *unit.march.via, unit.march.to]
    ordered += [meeting.at for meeting in plan.meetings]
    return {nodes[name]: name for name in ordered if name in nodes}


def _changes(plan: Plan, roads: RoadNetwork) -> Iterator[Change]:
    for shock in struck(plan):
        if shock.kind == "road":
            stretches, (start, end) = roads.named(shock.roads), window_of(shock, plan.exercise)
            number = plan.shocks.index(shock)
            yield Change(start, True, stretches, number, shock.name)
            yield Change(end, False, stretches, number, shock.name)


def _weather(plan: Plan, roads: RoadNetwork) -> Iterator[Weather]:
    for shock in struck(plan):
        if shock.kind == "weather" and shock.size is not None:
            yield Weather(*window_of(shock, plan.exercise), shock.size, _struck(plan, roads, shock))


def _struck(plan: Plan, roads: RoadNetwork, shock: Shock) -> NDArray[np.bool_] | None:
    """The nodes whose nearest town lies in the shock's regions; None = all."""
    if not shock.regions:
        return None
    towns = towns_of(plan)
    lat, lon = np.radians([[town.lat for town in towns], [town.lon for town in towns]])
    hit = np.array([town.region in shock.regions for town in towns])
    struck = np.zeros(len(roads.lat), np.bool_)
    for at in range(0, len(struck), _BLOCK):
        here = slice(at, at + _BLOCK)
        north, east = np.radians(roads.lat[here])[:, None], np.radians(roads.lon[here])[:, None]
        # The nearest town is the one with the largest cosine of the angle between.
        cosine = np.sin(north) * np.sin(lat) + np.cos(north) * np.cos(lat) * np.cos(east - lon)
        struck[here] = hit[cosine.argmax(axis=1)]
    return struck

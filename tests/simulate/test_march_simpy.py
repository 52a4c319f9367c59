"""SimPy as the judge of columns on shared roads and of meetings: a process a column, a resource a road."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import pytest
import simpy
from benchmarks.simpy_callup import ARRIVAL, END, TIMER, At
from hypothesis import HealthCheck, event, given, settings
from tests.simulate.marches import marching, moved, movements
from tests.simulate.plans import MINUTE, Case

from tocsin.simulate.march import NEVER, Column, Marching

Process = Generator[simpy.Event, Any, None]
ENTER, LEAVE = 5 << 40, 6 << 40
"""After all that happens at an instant roads are asked for, in the order of priority, and after that entrances given
back: so whoever comes at that instant can still go before those who have waited longer, as the rule has it."""
HOUR = 60 * MINUTE


class Road:
    """One direction of a road: entrances as a resource, and when the last column of each is out."""

    def __init__(self, env: simpy.Environment, entrances: int) -> None:
        self.gate = simpy.PriorityResource(env, entrances)
        self.free, self.out = [True] * entrances, [0] * entrances


class Meeting:
    """Whoever comes waits for an event; the last to come, the beginning or the end lets it happen."""

    def __init__(self, env: simpy.Environment, columns: int, start: int, end: int) -> None:
        self.env, self.columns, self.start, self.end = env, columns, start, end
        self.came, self.go = 0, env.event()
        for at in {start, end} - {NEVER}:
            At(env, at, TIMER).callbacks.append(self.look)

    def look(self, _: simpy.Event | None = None) -> None:
        """Let them go if it is time."""
        over = self.end != NEVER and self.env.now >= self.end
        if not self.go.triggered and (over or (self.came == self.columns and self.env.now >= self.start)):
            self.go.succeed()

    def come(self) -> simpy.Event:
        """One more is there."""
        self.came += 1
        if self.end == NEVER or self.env.now < self.end or self.came == self.columns:
            self.look()
        return self.go


class Judge:
    """All columns in one environment."""

    def __init__(self, plan: Marching, formed: list[int]) -> None:
        self.plan, self.env = plan, simpy.Environment()
        self.roads: dict[int, Road] = {}
        self.passed: list[tuple[str, str, int, int]] = []
        self.meetings = [Meeting(self.env, len(m.columns), m.from_ms, m.until_ms) for m in plan.meetings]
        for column in plan.columns:
            times = [formed[unit] for unit in column.waits_for]
            if min(times) != NEVER:
                self.env.process(self.march(column, max(*times, column.earliest_ms)))
        self.env.run(until=plan.horizon_ms + 1)

    def road(self, stretch: int) -> Road:
        """The road of a stretch."""
        return self.roads.setdefault(stretch, Road(self.env, int(self.plan.roads.columns[stretch])))

    def march(self, column: Column, start: int) -> Process:
        """Go leg by leg; the tail comes to a place after the head."""
        roads, name = self.plan.roads, self.plan.name_of
        yield At(self.env, start, ARRIVAL + column.unit)
        node, tail = column.start, int(self.env.now)
        for leg in column.legs:
            for stretch in leg.stretches:
                road = self.road(stretch)
                yield At(self.env, 0, ENTER + (column.priority << 20) + column.unit)
                request = road.gate.request(column.priority)
                yield request
                speed = min(column.speed_kmh, float(roads.speed_kmh[stretch]))
                between = round((column.vehicles - 1) / speed * HOUR)
                drive = round(float(roads.km[stretch]) / speed * HOUR)
                lane = min((out, k) for k, (free, out) in enumerate(zip(road.free, road.out, strict=True)) if free)[1]
                head = int(self.env.now)
                tail = max(head + between, tail)
                self.passed.append((column.name, name(node), head, tail))
                out = max(head + drive, road.out[lane])
                road.free[lane] = False
                self.env.process(self.follow(road, lane, request, tail - head))
                tail = max(tail + drive, out + between)
                road.out[lane], node = tail, int(roads.end[stretch])
                yield At(self.env, out - head, ARRIVAL + column.unit)
            if leg.meeting != NEVER:
                yield self.meetings[leg.meeting].come()
        self.passed.append((column.name, name(node), int(self.env.now), max(int(self.env.now), tail)))

    def follow(self, road: Road, lane: int, request: Any, lasts: int) -> Process:
        """The entrance is free when the tail is in."""
        if lasts:
            yield At(self.env, lasts, END)
        road.free[lane] = True  # whoever enters at this instant may take it
        yield At(self.env, 0, LEAVE)
        road.gate.release(request)


def judged(case: Case, formed: list[float | None]) -> None:
    """Both must see every column pass every place at the same millisecond."""
    plan = marching(case)
    told = [*formed, *[0.0] * (len(case.plan.units) - len(formed))]
    judge = Judge(plan, [NEVER if at is None else round(at * MINUTE) for at in told])
    heads: dict[tuple[str, str, int], int] = {}
    found = []
    for row in moved(case, formed).rows:
        if row.kind == "passed":
            key = row.says["unit"], row.says["place"], (row.says["visit"] - 1) // 2
            if row.says["visit"] % 2:
                heads[key] = row.at
            else:
                found.append((key[0], key[1], heads[key], row.at))
    expected = [one for one in judge.passed if one[3] <= plan.horizon_ms]
    assert sorted(found) == sorted(expected)
    halted = sum(row.kind == "halted" for row in moved(case, formed).rows)
    event("somebody halted" if halted else "nobody halted")


@given(movements(closed=False, weather=False))
@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=150)
def test_columns_equal_simpy(found: tuple[Case, list[float | None]]) -> None:
    """On generated roads, columns and meetings SimPy and we agree to the millisecond."""
    judged(*found)


@pytest.mark.prove
@given(movements(closed=False, weather=False))
@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=3000)
def test_columns_equal_simpy_at_length(found: tuple[Case, list[float | None]]) -> None:
    """The same on many more."""
    judged(*found)

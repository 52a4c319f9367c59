"""A second judge of marches, closed roads and weather among them: it looks at the whole country every minute.

It knows no events and no calendar: each minute it asks of every road whether it is closed, of every column where it is,
of every meeting whether it is over, of every entrance whether a tail is still in it. In the generated plans everything
happens at whole minutes.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, event, given, settings
from tests.simulate.marches import marching, moved, movements
from tests.simulate.plans import MINUTE, Case

from tocsin.simulate.march import NEVER, Column, Marching


@dataclass(eq=False)
class Place:
    """Where a column is: at a node since a minute, or on a stretch until one; the tail comes later."""

    column: Column
    ready: int  # minute at which it stands at its start
    ways: list[list[int]]
    node: int
    here: bool = False
    since: int = 0
    until: int = 0
    tail: int = 0
    met: int = 0  # meetings that it has left
    waits: bool = False  # at a meeting
    done: bool = False


@dataclass
class Lane:
    """An entrance: busy until a minute, its last column out of the road at another."""

    busy: int = 0
    out: int = 0


@dataclass
class Country:
    """Everything, minute by minute."""

    plan: Marching
    places: list[Place]
    lanes: dict[int, list[Lane]] = field(default_factory=dict)
    passed: list[tuple[str, int, int, int]] = field(default_factory=list)
    closed: frozenset[int] = frozenset()

    def windows(self) -> list[tuple[int, int, frozenset[int]]]:
        """When which stretches are closed."""
        starts = {change.shock: change for change in self.plan.changes if change.closes}
        ends = {change.shock: change.at for change in self.plan.changes if not change.closes}
        return [(c.at // MINUTE, ends[shock] // MINUTE, c.stretches) for shock, c in starts.items()]

    def look(self, now: int) -> None:
        """One minute."""
        windows = self.windows()
        self.closed = frozenset(s for start, end, gone in windows if start <= now < end for s in gone)
        under_way = [p for p in self.places if p.ready != NEVER and p.ready < now and not p.done]
        if any(now in (start, end) for start, end, _ in windows):
            for place in under_way:
                self.go_round(place)
        for place in self.places:
            if place.ready == now:
                place.here, place.since, place.tail = True, now, now
                self.go_round(place)
            elif place.until == now and not place.here and place.ready != NEVER and place.ready < now:
                place.here, place.since = True, now
        for place in self.places:
            if place.here and place.since == now:
                self.arrive(place, now)
        self.hold_meetings(now)
        for stretch in sorted({p.ways[0][0] for p in self.places if p.here and not p.waits and not p.done}):
            self.let_in(stretch, now)

    def go_round(self, place: Place) -> None:
        """The fastest open way for each leg that is closed ahead."""
        node, legs = place.node, place.column.legs[-len(place.ways) :]
        for i, leg in enumerate(legs):
            if not self.closed.isdisjoint(place.ways[i]):
                way = self.plan.roads.way_over(node, leg.end, place.column.speed_kmh, self.closed)
                place.ways[i] = place.ways[i] if way is None else list(way)
            node = leg.end

    def arrive(self, place: Place, now: int) -> None:
        """Is it at the end of a leg, and what is there?"""
        while not place.ways[0]:
            if place.column.legs[-len(place.ways)].meeting != NEVER:
                place.waits = True
                return
            if len(place.ways) == 1:
                self.passed.append((place.column.name, place.node, now, max(now, place.tail)))
                place.done, place.here = True, False
                return
            place.ways.pop(0)

    def hold_meetings(self, now: int) -> None:
        """Whoever stands at a meeting leaves it when it is over."""
        leaving = True
        while leaving:
            leaving = False
            for number, meeting in enumerate(self.plan.meetings):
                there = [p for p in self.places if p.waits and p.column.legs[-len(p.ways)].meeting == number]
                all_there = len(there) == len(meeting.columns) and now * MINUTE >= meeting.from_ms
                over = meeting.until_ms != NEVER and now * MINUTE >= meeting.until_ms
                if there and (all_there or over):
                    leaving = True
                    for place in there:
                        place.ways.pop(0)
                        place.waits, place.since = False, now
                        self.arrive(place, now)

    def let_in(self, stretch: int, now: int) -> None:
        """One after the other while there is an entrance."""
        roads = self.plan.roads
        lanes = self.lanes.setdefault(stretch, [Lane() for _ in range(int(roads.columns[stretch]))])
        while stretch not in self.closed:
            waiting = [p for p in self.places if p.here and not p.waits and not p.done and p.ways[0][0] == stretch]
            free = [lane for lane in lanes if lane.busy <= now]
            if not waiting or not free:
                return
            place = min(waiting, key=lambda p: (p.column.priority, p.since, p.column.unit))
            lane = min(free, key=lambda lane: lane.out)
            column = place.column
            slow = 2 if any(w.start <= now * MINUTE < w.end for w in self.plan.weather) else 1
            pace = slow * 60 / min(column.speed_kmh, float(roads.speed_kmh[stretch]))  # minutes a kilometre
            between, drive = round((column.vehicles - 1) * pace), round(float(roads.km[stretch]) * pace)
            lane.busy = max(now + between, place.tail)
            self.passed.append((column.name, place.node, now, lane.busy))
            place.until = max(now + drive, lane.out)
            place.tail = lane.out = max(lane.busy + drive, place.until + between)
            place.here, place.node = False, int(roads.end[stretch])
            place.ways[0].pop(0)


def judged(case: Case, formed: list[float | None]) -> None:
    """Both must see the same columns pass the same nodes at the same minutes."""
    plan = marching(case)
    told = [*formed, *[0.0] * (len(case.plan.units) - len(formed))]
    places = []
    for column in plan.columns:
        times = [told[unit] for unit in column.waits_for]
        ready = NEVER if None in times else int(max(at for at in times if at is not None))
        places.append(Place(column, ready, [list(leg.stretches) for leg in column.legs], column.start))
    country = Country(plan, places)
    for now in range(plan.horizon_ms // MINUTE + 1):
        country.look(now)
    node = {name: n for n, name in plan.names.items()}
    heads: dict[tuple[str, str, int], int] = {}
    found = []
    rows = moved(case, formed).rows
    for row in rows:
        if row.kind == "passed":
            key = row.says["unit"], row.says["place"], (row.says["visit"] - 1) // 2
            if row.says["visit"] % 2:
                heads[key] = row.at // MINUTE
            else:
                found.append((key[0], node[key[1]], heads[key], row.at // MINUTE))
    expected = [one for one in country.passed if one[3] <= plan.horizon_ms // MINUTE]
    assert sorted(found) == sorted(expected)
    for reason in {row.says["reason"] for row in rows if row.kind == "halted"}:
        event(f"somebody halted: {reason}")


@given(movements())
@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=60)
def test_marches_equal_the_minutes(found: tuple[Case, list[float | None]]) -> None:
    """On generated roads, columns, closed roads, weather and meetings both judges see the same."""
    judged(*found)


@pytest.mark.prove
@given(movements())
@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=2000)
def test_marches_equal_the_minutes_at_length(found: tuple[Case, list[float | None]]) -> None:
    """The same on many more."""
    judged(*found)

"""What must hold in every run, whatever the plan: nobody lost, nothing out of order, no server idle in vain."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from tests.simulate.plans import MINUTE, Case, cases, gate_case

from tocsin.simulate import Engine, Outcome, compile
from tocsin.simulate.network import Step

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]
LATE = 1 << 60
"""Stands for a time that has not come."""
MINUTES = {"family": "empirical", "values_min": [1, 2, 3, 5, 8]}


def check(case: Case) -> None:
    """All properties of one case."""
    outcome = case.outcome()
    everybody_has_one_fate(outcome)
    times_never_fall(outcome)
    for point in range(len(outcome.network.points)):
        for step in outcome.network.layouts[outcome.network.layout_of_point[point]]:
            visits = Visits(outcome, point, step)
            visits.no_server_idles_while_somebody_waits()
            visits.nobody_is_served_beyond_capacity()
            visits.first_come_first_served_in_a_class()
    buses_keep_their_limits(outcome)
    posts_are_filled_once(outcome)


@given(cases())
@settings(suppress_health_check=SLOW, max_examples=40)
def test_properties_hold(case: Case) -> None:
    """Fates, times, stations, buses and units of a generated plan obey every property below."""
    check(case)


@pytest.mark.prove
@given(cases())
@settings(suppress_health_check=SLOW, max_examples=1000)
def test_properties_hold_at_length(case: Case) -> None:
    """The same on a thousand plans."""
    check(case)


# --- people -------------------------------------------------------------------------------------------------------


def everybody_has_one_fate(outcome: Outcome) -> None:
    """Of each person exactly one of the ends, or of the places to be at the horizon, is true."""
    o, network = outcome, outcome.network
    for i in range(network.size):
        steps = network.layouts[int(network.layout[i])]
        visited = [s.slot for s in steps if o.queued[s.slot, i] >= 0]
        away = [o.arrived[i] >= 0 and t[i] >= 0 for t in (o.released, o.gave_up, o.ready)]
        inside = [
            any(o.began[s, i] < 0 for s in visited) and o.gave_up[i] < 0,  # waits for a server
            any(o.began[s, i] >= 0 > o.ended[s, i] for s in visited),  # is being served
            o.ride[i] >= 0 > o.ready[i],  # sits in a bus
        ]
        done = not any(away) and not any(inside)
        inside.append(done and network.line[i] >= 0)  # waits for a bus
        before = [
            o.delivered[i] < 0,
            o.answers[i] >= 0 and o.acts[i] in (0, 1, 2),
            o.excused[i] >= 0,
            o.left[i] >= 0 > o.arrived[i],
        ]
        rest = o.delivered[i] >= 0 and not any(before[1:]) and o.arrived[i] < 0  # still at home
        fates = [*away, *inside] if o.arrived[i] >= 0 else [*before, rest]
        assert sum(map(bool, fates)) == 1, (i, fates)
        assert o.arrived[i] >= 0 or (o.queued[:, i] < 0).all()


def times_never_fall(outcome: Outcome) -> None:
    """A person's own times rise from step to step, and each step is joined at the instant the one before ended."""
    o, network = outcome, outcome.network
    for i in range(network.size):
        known = [t for t in (o.delivered[i], o.left[i], o.arrived[i]) if t >= 0]
        assert known == sorted(known)
        assert o.answers[i] < 0 or o.answers[i] >= o.delivered[i] >= 0
        now = o.arrived[i]
        for step in network.layouts[int(network.layout[i])]:
            queued, began, ended = (a[step.slot, i] for a in (o.queued, o.began, o.ended))
            if queued < 0:
                continue
            assert queued == now >= 0
            assert began < 0 or began >= queued
            assert ended < 0 or ended > began >= 0
            now = ended
        if o.boarded[i] >= 0:
            assert o.boarded[i] >= now >= 0
        elif o.ready[i] >= 0:
            assert o.ready[i] == now


# --- stations -----------------------------------------------------------------------------------------------------


class Visits:
    """All visits to one station at one point, with times that have not come far in the future."""

    def __init__(self, outcome: Outcome, point: int, step: Step) -> None:
        block = slice(int(outcome.network.block[point]), int(outcome.network.block[point + 1]))
        here = np.flatnonzero(outcome.queued[step.slot, block] >= 0) + block.start
        self.step, self.horizon = step, outcome.network.horizon_ms
        self.queued, self.began, self.ended = (
            np.where(a[step.slot, here] >= 0, a[step.slot, here], LATE)
            for a in (outcome.queued, outcome.began, outcome.ended)
        )
        gone = (outcome.gave_up[here] >= 0) & (outcome.gave_up_step[here] == step.slot)
        self.gave_up = np.where(gone, outcome.gave_up[here], LATE)
        self.by = outcome.by[step.slot, here]
        self.rank = np.zeros(len(here), int) if step.ranks is None else step.ranks[here]
        self.number = outcome.network.person[here]

    def present(self, time: int) -> int:
        """Servers on shift at a time."""
        calendar = self.step.calendar
        return int(calendar.servers[np.searchsorted(calendar.times, time, side="right") - 1])

    def no_server_idles_while_somebody_waits(self) -> None:
        """After everything that happens at an instant: nobody waits, or everybody on shift serves."""
        instants = np.concatenate([self.queued, self.began, self.ended, self.gave_up, self.step.calendar.times])
        for time in np.unique(instants[instants <= self.horizon]):
            waiting = (self.queued <= time) & (self.began > time) & (self.gave_up > time)
            serving = (self.began <= time) & (self.ended > time)
            assert not waiting.any() or serving.sum() >= self.present(time), time

    def nobody_is_served_beyond_capacity(self) -> None:
        """No service begins beyond the servers of the shift (or of the one that ends just then); none serves two."""
        for time in np.unique(self.began[self.began < LATE]):
            serving = (self.began <= time) & (self.ended > time)
            assert serving.sum() <= max(self.present(time), self.present(time - 1) if time else 0), time
        for server in np.unique(self.by[self.began < LATE]):
            mine = np.flatnonzero((self.by == server) & (self.began < LATE))
            mine = mine[np.argsort(self.began[mine])]
            assert all(self.ended[a] <= self.began[b] for a, b in pairwise(mine))

    def first_come_first_served_in_a_class(self) -> None:
        """In a class, whoever came later (or has the higher number) begins no earlier than those still waiting."""
        order = np.lexsort((self.number, self.queued, self.rank))
        for k, a in enumerate(order):
            behind = order[k + 1 :]
            behind = behind[self.rank[behind] == self.rank[a]]
            if self.gave_up[a] == LATE:
                assert (self.began[behind] >= self.began[a]).all()
            else:
                assert (self.began[behind] > self.gave_up[a]).all()


# --- buses and units ----------------------------------------------------------------------------------------------


def buses_keep_their_limits(outcome: Outcome) -> None:
    """A bus takes at most its capacity, waits at most its time-out, and does not leave again before it is back."""
    o, network = outcome, outcome.network
    lines = [line for line in network.lines for _ in range(line.trips)]
    busy: dict[tuple[str, int, int], int] = {}
    free: dict[tuple[str, int], int] = {}
    for ride, line in enumerate(lines):
        aboard = np.flatnonzero(o.ride == ride)
        if not len(aboard):
            assert o.departed[ride] < 0
            continue
        boarded = o.boarded[aboard]
        key = line.name, line.point
        assert len(aboard) <= line.capacity
        assert boarded.min() >= free.get(key, 0), "the bus before had not left"
        if o.departed[ride] < 0:
            free[key] = LATE
            assert boarded.min() + line.timeout_ms > network.horizon_ms
            continue
        free[key] = int(o.departed[ride])
        timed = o.departed[ride] == boarded.min() + line.timeout_ms
        full = len(aboard) == line.capacity and o.departed[ride] == boarded.max()
        assert full if o.ride_timed[ride] == 0 else timed and len(aboard) < line.capacity
        assert boarded.max() <= o.departed[ride]
        if line.fleet is not None:
            bus = (*key, int(o.ride_bus[ride]))
            assert bus[2] < line.fleet
            assert busy.get(bus, 0) <= boarded.min()
            busy[bus] = int(o.returned[ride]) if o.returned[ride] >= 0 else LATE
        assert all(o.ready[aboard] == o.arrives[ride])


def posts_are_filled_once(outcome: Outcome) -> None:
    """No trade takes more than its posts, nobody is surplus beside an open post, and units form when enough came."""
    o, network = outcome, outcome.network
    for u, unit in enumerate(network.units):
        mine = unit.members
        came = mine[o.ready[mine] >= 0]
        for trade, posts in zip(unit.trades, unit.posts, strict=True):
            of_it = came[network.trade[came] == trade]
            assert (o.filled[of_it] == 1).sum() == min(posts, len(of_it))
        filled = came[o.filled[came] == 1]
        assert o.formed[u] < 0 or (o.ready[filled] <= o.formed[u]).sum() >= unit.needed


# --- laws of one station ------------------------------------------------------------------------------------------


def one_station(servers: int, seed: int = 1, round_ms: int = MINUTE) -> Outcome:
    """Sixty people at one first-come station."""
    return gate_case([{"name": "desk", "service": MINUTES, "servers": servers}], seed=seed, round_ms=round_ms).outcome()


@pytest.mark.parametrize("seed", range(5))
def test_lindley(seed: int) -> None:
    """With one server, each wait follows from the one before: W' = max(0, W + S − T) (Lindley 1952)."""
    o = one_station(1, seed)
    order = np.lexsort((o.network.person, o.queued[0]))
    queued, began, ended = (a[0][order] for a in (o.queued, o.began, o.ended))
    wait, served = began - queued, ended - began
    expected = 0
    for k in range(1, len(order)):
        expected = max(0, expected + int(served[k - 1]) - int(queued[k] - queued[k - 1]))
        assert wait[k] == expected
    assert wait.max() > 0


@pytest.mark.parametrize("servers", [1, 2, 4])
def test_little(servers: int) -> None:
    """The area under the number present equals the sum of the times spent there (Little 1961, as a path identity)."""
    o = one_station(servers)
    assert (o.ended[0] >= 0).all()
    steps = sorted([(int(t), 1) for t in o.queued[0]] + [(int(t), -1) for t in o.ended[0]])
    area = present = before = 0
    for time, change in steps:
        area += present * (time - before)
        present, before = present + change, time
    assert present == 0
    assert area == (o.ended[0] - o.queued[0]).sum()


@pytest.mark.parametrize("round_ms", [1, MINUTE, 10 * MINUTE])
@pytest.mark.parametrize("servers", [1, 2, 3])
def test_another_server_never_makes_anybody_later(servers: int, round_ms: int) -> None:
    """At a first-come station with given arrivals and services, c + 1 servers end nobody's service later than c."""
    fewer, more = one_station(servers, round_ms=round_ms), one_station(servers + 1, round_ms=round_ms)
    assert (more.ended[0] <= fewer.ended[0]).all()
    assert (more.ended[0] < fewer.ended[0]).any()


def test_another_stage_leaves_other_draws_unchanged() -> None:
    """A new station, request or bus changes no draw of what was there before: variants share their luck."""
    desk: dict[str, Any] = {
        "name": "desk",
        "service": MINUTES,
        "servers": 2,
        "release": [{"reason": "medical", "share": 0.2}],
    }
    kit = {"name": "kit", "service": {"family": "exponential", "mean_min": 3}, "servers": 1, "share": 0.5}
    bus = {"name": "line", "to": "the range", "capacity": 4, "timeout_min": 30, "trip": MINUTES}
    before, after = gate_case([desk]), gate_case([kit, desk], [bus])
    for name in before.network.stages.names:
        one, two = (c.drawn()[c.network.stages.column(name)] for c in (before, after))
        np.testing.assert_array_equal(one, two, err_msg=name)
    np.testing.assert_array_equal(before.outcome().arrived, after.outcome().arrived)


def test_one_person_more_changes_no_draw_of_the_others() -> None:
    """Luck is a person's own: with one person fewer everybody else draws the same."""
    case = gate_case([{"name": "desk", "service": MINUTES, "servers": 2}])
    fewer = compile(case.plan, case.people.head(59))
    np.testing.assert_array_equal(Engine(fewer).draw(1, 0), Engine(case.network).draw(1, 0)[:, :59])


def test_priority_order_matters_only_at_its_station() -> None:
    """Classes change who is served first, never how much is served: the ends of services stay the same set of times.

    True for equal services: then only the order of people changes.
    """
    station: dict[str, Any] = {"name": "desk", "service": {"family": "constant", "value_min": 4}, "servers": 2}
    plain = gate_case([station])
    ranked = gate_case([station | {"priority": [{"trades": ["driver"]}]}])
    one, two = plain.outcome(), ranked.outcome()
    np.testing.assert_array_equal(np.sort(one.ended[0]), np.sort(two.ended[0]))
    assert (one.ended[0] != two.ended[0]).any()


def test_horizon_only_hides() -> None:
    """A shorter run is the beginning of a longer one: what happened before its end is the same, the rest has not."""
    hours = [{"from_h": 0.5, "until_h": 30, "servers": 1}]
    stations = [
        {"name": "desk", "service": MINUTES, "hours": hours, "patience": MINUTES, "impatient": 0.3},
        {"name": "kit", "service": MINUTES, "servers": 1},
    ]
    bus = {"name": "line", "to": "the range", "capacity": 4, "timeout_min": 30, "trip": MINUTES, "fleet": 1}
    case = gate_case(stations, [bus], horizon_h=20)
    whole = case.outcome()
    for cut in (60 * MINUTE, 61 * MINUTE + 1, 100 * MINUTE):
        short = case.outcome(replace(case.network, horizon_ms=cut))
        for name in ("arrived", "queued", "began", "ended", "gave_up", "boarded", "departed", "arrives", "ready"):
            long = getattr(whole, name)
            np.testing.assert_array_equal(getattr(short, name), np.where(long <= cut, long, -1), err_msg=name)

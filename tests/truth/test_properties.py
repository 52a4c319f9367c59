"""What holds in every rehearsal, whatever the plan: nobody is lost, nothing runs backwards, nobody waits for
nothing.

Judged on runs of the bundled plans and on a plan with everything at once: shifts, priorities, impatience, two
points, a request at the gate, buses that return. Each property is checked from the outcome alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.truth.plans import (
    MINUTE,
    Rehearsal,
    assumed,
    exponential,
    group,
    lognormal,
    plan_of,
    rehearsal,
    station,
    triangular,
)

from tocsin import plan as plans
from tocsin.plan.model import Plan
from tocsin.simulate import Engine, Outcome, compile
from tocsin.simulate.network import Step

Ints = NDArray[np.int64]
NAMES = ("all at once", "okas-2017", "okas-2019", "west-2026")


def busy_plan(servers: int = 3, more: bool = False) -> Plan:
    """Two points, shifts, priorities, impatience, releases, a request at the gate, two buses that return, a
    unit."""
    stations = [
        {
            "name": "desk",
            "service": triangular(0.5, 1, 3),
            "hours": [
                {"from": "06:00", "until": "20:00", "servers": servers},
                {"from_h": 1, "until_h": 30, "servers": 1},
            ],
            "priority": [{"sex": ["female"]}],
            "patience": exponential(120),
            "impatient": 0.5,
        },
        station("doctor", servers, lognormal(2, 0.6), share=0.7, release=[{"reason": "ill", "share": 0.1}]),
    ]
    if more:
        stations.append(station("kit", servers, exponential(1)))
    line = {
        "name": "line",
        "to": "range",
        "capacity": 20,
        "timeout_min": 45,
        "fleet": 2,
        "trip": lognormal(40, 0.3),
    }
    appeal = assumed(
        name="appeal",
        kind="hardship",
        when="gate",
        share=0.1,
        servers=2,
        answer=exponential(6),
        granted=0.4,
        reason="need",
    )
    groups = [group("all", 1_200, sex={"female": 0.3, "male": 0.7})]
    conduct = {"reach": 0.95, "no_show": 0.1, "preparation": exponential(100), "travel": exponential(60)}
    unit = assumed(name="U", post=[{"trade": "any", "posts": 800}])
    return plan_of(
        groups,
        stations=stations,
        buses=[line],
        behaviour=conduct,
        points=2,
        request=[appeal],
        unit=[unit],
        exercise={"horizon_h": 72},
    )


@cache
def outcome_of(name: str) -> Outcome:
    plan = busy_plan() if name == "all at once" else plans.load(name)
    return Engine(compile(plan, plans.people(plan, 4))).run(4, 1)


@pytest.fixture(params=NAMES)
def outcome(request: pytest.FixtureRequest) -> Outcome:
    return outcome_of(request.param)


def visits(outcome: Outcome) -> Iterator[tuple[Step, slice]]:
    """Each step of each point, with the slots of the point."""
    network = outcome.network
    for p in range(len(network.points)):
        for step in network.layouts[network.layout_of_point[p]]:
            yield step, slice(int(network.block[p]), int(network.block[p + 1]))


def test_nobody_is_lost(outcome: Outcome) -> None:
    """Each person called ends in exactly one way, and those who arrived leave the gate in at most one."""
    came = outcome.arrived >= 0
    ends = np.stack([outcome.released >= 0, outcome.gave_up >= 0, outcome.ready >= 0])
    assert (ends.sum(axis=0) <= 1).all() and not (ends.any(axis=0) & ~came).any()
    assert ((outcome.acts == 3) >= came).all(), "only those who mean to come arrive"
    assert ((outcome.acts >= 0) >= (outcome.delivered >= 0)).all(), "whoever was told acts"
    late = (outcome.acts >= 0) & (outcome.delivered < 0)  # told only after the end of the run: nothing comes of it
    for name in ("answers", "acknowledged", "excused", "left", "arrived"):
        assert (getattr(outcome, name)[late] == -1).all(), name
    filled = outcome.filled >= 0
    assert (filled <= (outcome.ready >= 0)).all()


def test_time_does_not_run_backwards(outcome: Outcome) -> None:
    """Told, left, arrived; then queued, began, ended at each step in turn; then aboard, away, there: never
    backwards."""
    came = np.flatnonzero(outcome.arrived >= 0)
    assert (outcome.delivered[came] <= outcome.left[came]).all() and (outcome.left <= outcome.arrived)[came].all()
    for step, here in visits(outcome):
        queued, began, ended = (getattr(outcome, name)[step.slot, here] for name in ("queued", "began", "ended"))
        at = queued >= 0
        assert (queued[at] >= outcome.arrived[here][at]).all()
        assert (began[began >= 0] >= queued[began >= 0]).all() and (at >= (began >= 0)).all()
        assert (ended[ended >= 0] > began[ended >= 0]).all() and ((began >= 0) >= (ended >= 0)).all()
        assert (outcome.by[step.slot, here][~at] == -1).all() and (outcome.freed[step.slot, here][~at] == -1).all()
    aboard = np.flatnonzero(outcome.boarded >= 0)
    last = np.maximum(outcome.ended.max(axis=0), outcome.arrived)
    assert (outcome.boarded[aboard] >= last[aboard]).all()


def test_next_queue_is_joined_when_the_last_one_lets_go(outcome: Outcome) -> None:
    """Nobody dawdles inside: each joins a step at the end of the last step taken, or at the arrival."""
    free = outcome.arrived.copy()
    for step, here in visits(outcome):
        queued, ended = outcome.queued[step.slot, here], outcome.ended[step.slot, here]
        at = queued >= 0
        assert (queued[at] == free[here][at]).all()
        free[here] = np.where(at, ended, free[here])


def present(step: Step, times: Ints) -> Ints:
    """Servers on duty at some times, by the calendar."""
    at = np.searchsorted(step.calendar.times, times, side="right") - 1
    return np.where(at >= 0, step.calendar.servers[at], 0)


def occupied(outcome: Outcome, step: Step, here: slice, times: Ints) -> tuple[Ints, Ints]:
    """How many wait and how many are served just after some times."""
    queued, began, ended = (getattr(outcome, name)[step.slot, here] for name in ("queued", "began", "ended"))
    gone = np.where((outcome.gave_up_step[here] == step.slot) & (began < 0), outcome.gave_up[here], -1)
    left = np.where(began >= 0, began, gone)

    def count(values: Ints) -> Ints:
        return np.searchsorted(np.sort(values[values >= 0]), times, side="right")

    return count(queued) - count(left), count(began) - count(ended)


def test_nobody_waits_for_an_idle_server(outcome: Outcome) -> None:
    """Whenever somebody waits, at least as many are served as servers are on duty (seen just after every
    change)."""
    waited = 0
    for step, here in visits(outcome):
        changes = [getattr(outcome, name)[step.slot, here] for name in ("queued", "began", "ended")]
        times = np.unique(np.concatenate([*changes, step.calendar.times]))
        times = times[(times >= 0) & (times < outcome.network.horizon_ms)]
        waiting, served = occupied(outcome, step, here, times)
        assert (waiting >= 0).all() and (served >= 0).all()
        assert (served[waiting > 0] >= present(step, times)[waiting > 0]).all(), step.name
        waited += int((waiting > 0).sum())
    assert waited > 0, "nobody ever waited: the plan tests nothing"


def test_no_more_are_served_than_there_are_servers(outcome: Outcome) -> None:
    """A service begins only under a server on duty; a server serves one at a time; the numbers are those of
    the plan."""
    for step, here in visits(outcome):
        began, ended, by = (getattr(outcome, name)[step.slot, here] for name in ("began", "ended", "by"))
        begins = np.flatnonzero(began >= 0)
        _, served = occupied(outcome, step, here, began[begins])
        tie = np.isin(began[begins], step.calendar.times)  # a shift that ends now may still find its server beginning
        assert (served <= present(step, began[begins]))[~tie].all(), step.name
        for server in np.unique(by[begins]):
            own = begins[by[begins] == server]
            own = own[np.argsort(began[own], kind="stable")]
            assert (began[own][1:] >= ended[own][:-1]).all() and (ended[own][:-1] >= 0).all()
        assert by[begins].max(initial=0) < step.calendar.most


def test_first_come_first_served_within_a_class(outcome: Outcome) -> None:
    """Of two of one class who are served, the earlier (at one instant the lower number) does not begin
    later."""
    for step, here in visits(outcome):
        queued, began = outcome.queued[step.slot, here], outcome.began[step.slot, here]
        rank = np.zeros(len(queued), np.int8) if step.ranks is None else step.ranks[here]
        for k in np.unique(rank):
            served = np.flatnonzero((began >= 0) & (rank == k))
            order = served[np.lexsort((served, queued[served]))]
            assert (np.diff(began[order]) >= 0).all(), step.name


@pytest.mark.parametrize("name", ["all at once", "west-2026"])
def test_buses_keep_their_limits(name: str) -> None:
    """No bus takes more than it holds, waits longer than its time-out, leaves before its people, or is in two
    places."""
    outcome = outcome_of(name)
    network = outcome.network
    assert network.lines and (outcome.ride >= 0).any()
    owner = network.trips.classes[network.trips.selectors["line"]]
    for ride in np.unique(outcome.ride[outcome.ride >= 0]):
        line = network.lines[owner[ride]]
        boarded = outcome.boarded[outcome.ride == ride]
        assert len(boarded) <= line.capacity
        if outcome.departed[ride] >= 0:
            assert boarded.max() <= outcome.departed[ride] <= boarded.min() + line.timeout_ms
            full = len(boarded) == line.capacity
            assert outcome.departed[ride] == (boarded.max() if full else boarded.min() + line.timeout_ms)
    for x, line in enumerate(network.lines):
        trips = np.flatnonzero((owner == x) & (outcome.departed >= 0))
        for vehicle in np.unique(outcome.ride_bus[trips]) if line.fleet is not None else []:
            own = trips[outcome.ride_bus[trips] == vehicle]
            assert (outcome.departed[own][1:] >= outcome.returned[own][:-1]).all()
            assert (outcome.returned[own][:-1] >= 0).all()


TIMES = ("delivered", "left", "arrived", "released", "gave_up", "boarded", "ready")


def by_person(rehearsed: Rehearsal, outcome: Outcome, names: tuple[str, ...] = TIMES) -> dict[str, list[int]]:
    """Some times, in order of the people's numbers."""
    order = np.argsort(rehearsed.network.person)
    return {name: getattr(outcome, name)[order].tolist() for name in names}


def test_order_of_the_rows_does_not_matter() -> None:
    """The same people in another order of rows: the same times for each number."""
    plan = busy_plan()
    people = plans.people(plan, 4)
    jumbled = people[np.random.default_rng(3).permutation(len(people))]
    assert not jumbled.equals(people)
    one, other = Rehearsal(compile(plan, people), 4), Rehearsal(compile(plan, jumbled), 4)
    assert by_person(one, one.run(2)) == by_person(other, other.run(2))


def test_another_stage_leaves_the_draws_alone() -> None:
    """A third station changes nothing before it: the same luck at all that was there, stage by stage."""
    one, other = rehearsal(busy_plan()), rehearsal(busy_plan(more=True))
    before, after = one.run(3), other.run(3)
    assert by_person(one, before, ("delivered", "left", "arrived")) == by_person(
        other, after, ("delivered", "left", "arrived")
    )
    for name in one.network.stages.names:
        columns = one.network.stages.column(name), other.network.stages.column(name)
        assert np.array_equal(before.drawn[columns[0]], after.drawn[columns[1]]), name
    for name in ("desk", "doctor"):
        rows = one.step(name), other.step(name)
        assert np.array_equal(before.ended[rows[0]], after.ended[rows[1]]), name


@pytest.mark.parametrize("servers", [1, 2, 5, 9])
def test_another_server_never_hurts(servers: int) -> None:
    """First come, first served: with one server more, on the same luck, nobody begins later, nor leaves the
    station later.

    True of each station fed by the same stream (Stoyan 1983, ch. 6), so of the first; of a line of stations
    it holds for the n-th departure, not for each person.
    """
    desks = [
        rehearsal(plan_of([group("all", 3_000)], stations=[station("desk", s, lognormal(0.9 * servers, 1))]))
        for s in (servers, servers + 1)
    ]
    times = np.random.default_rng(servers).integers(1, 3_000, 3_000) * MINUTE
    few, many = (desk.run(1, channel__notice__delay=times) for desk in desks)
    assert (many.began[0] <= few.began[0]).all() and (many.began[0] < few.began[0]).any()
    assert (many.ended[0] <= few.ended[0]).all()


def test_threads_and_repetition_change_nothing() -> None:
    """Twice the same run, and on two threads: the same arrays."""
    plan = plan_of(
        [group("all", 45_000)],
        stations=[station("desk", 20, exponential(2))],
        behaviour={"travel": exponential(90)},
        points=30,
    )
    network = compile(plan, plans.people(plan, 1))
    one, two = Engine(network), Engine(network, threads=2)
    assert two.crew.threads == 2
    first, again, shared = one.run(1, 7), one.run(1, 7), two.run(1, 7)
    for name in (*TIMES, "queued", "began", "ended", "by", "freed"):
        assert np.array_equal(getattr(first, name), getattr(again, name)), name
        assert np.array_equal(getattr(first, name), getattr(shared, name)), name

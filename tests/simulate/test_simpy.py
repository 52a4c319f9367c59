"""SimPy as the judge of the compiled engine: the same drawn numbers, our tie rule in SimPy's heap key, the same times.

SimPy knows no shifts and no crews' numbers; its users change a resource's capacity, and so do the models here.
"""

from __future__ import annotations

from collections.abc import Generator
from itertools import count
from typing import Any

import numpy as np
import pytest
import simpy
from benchmarks.ciw_callup import run as run_in_ciw
from benchmarks.model import callup_people, callup_plan
from benchmarks.simpy_callup import ARRIVAL, END, TIMER, At
from benchmarks.simpy_callup import run as run_in_simpy
from numpy.typing import NDArray
from tests.simulate.plans import MINUTE, Case, gate_case

from tocsin.simulate import Engine, Network, Outcome, compile

SHIFT = 2 << 40
Process = Generator[simpy.Event, Any, None]
MINUTES = {"family": "empirical", "values_min": [1, 2, 2, 3, 5, 8]}
SMOOTH = {"family": "exponential", "mean_min": 4}
ROUND = [MINUTE, 5 * MINUTE, 1]


def benchmark(points: int, round_ms: int) -> tuple[Network, NDArray[np.int64], NDArray[np.int64], Outcome]:
    """The benchmark's model with 2,000 people, its draws, and what the engine makes of them."""
    network = compile(callup_plan(points, 2000), callup_people(points, 2000))
    engine = Engine(network)
    drawn = engine.draw(7, 0)
    lasting = [i for i, name in enumerate(network.stages.names) if not name.endswith("leave")]
    drawn[lasting] = -(-drawn[lasting] // round_ms) * round_ms
    return network, drawn, network.trips.draw(7, 0)[0], engine.run(7, 0, drawn)


@pytest.mark.parametrize("round_ms", ROUND)
@pytest.mark.parametrize("points", [1, 3])
def test_benchmark_model_equals_simpy(points: int, round_ms: int) -> None:
    """The model that speed is measured on gives SimPy's times in every millisecond, also when much happens at once."""
    network, drawn, trip, outcome = benchmark(points, round_ms)
    found = run_in_simpy(network, drawn, trip)
    for name, values in found.items():
        np.testing.assert_array_equal(getattr(outcome, name), values, err_msg=name)
    assert (outcome.ready >= 0).sum() > 1800, "most of the 2,000 must get through, or this proves little"


def test_benchmark_model_equals_ciw() -> None:
    """Ciw, given the same draws, gives the same times; with draws to the millisecond its coin decides no tie."""
    network, drawn, trip, outcome = benchmark(2, 1)
    for name, values in run_in_ciw(network, drawn, trip).items():
        np.testing.assert_array_equal(getattr(outcome, name), values, err_msg=name)


def arrival(network: Network, drawn: NDArray[np.int64], person: int) -> int:
    """When a person of `gate_case` comes to the gate."""
    return int(drawn[network.channels[0].delay, person] + drawn[network.stages.column("preparation"), person])


# --- one station --------------------------------------------------------------------------------------------------


class Shop:
    """A station in SimPy: a priority resource whose capacity follows the shifts, and people who may give up."""

    def __init__(self, case: Case) -> None:
        self.case, self.network, self.drawn = case, case.network, case.drawn()
        self.step = self.network.layouts[0][0]
        self.env = simpy.Environment()
        calendar = self.step.calendar
        self.desk = simpy.PriorityResource(self.env, max(int(calendar.servers[0]), 1))
        self.desk._capacity = int(calendar.servers[0])
        n = self.network.size
        self.times = {name: np.full(n, -1, np.int64) for name in ("queued", "began", "ended", "gave_up")}
        for i, (time, servers) in enumerate(zip(calendar.times, calendar.servers, strict=True)):
            At(self.env, int(time), SHIFT + i).callbacks.append(self.shift(int(servers)))
        for person in range(n):
            self.env.process(self.visit(person))

    def shift(self, servers: int) -> Any:
        """What a change of shift does: the new capacity counts, and whoever fits in is served."""

        def change(_: simpy.Event) -> None:
            self.desk._capacity = servers
            while self.desk.queue and self.desk.count < servers:
                self.desk._trigger_put(None)  # lets in one

        return change

    def run(self) -> dict[str, NDArray[np.int64]]:
        """Run to the horizon."""
        self.env.run(until=self.network.horizon_ms + 1)
        return self.times

    def visit(self, person: int) -> Process:
        """Come, wait by rank, give up or be served."""
        env, step, drawn, times = self.env, self.step, self.drawn, self.times
        yield At(env, arrival(self.network, drawn, person), ARRIVAL + person)
        times["queued"][person] = env.now
        request = self.desk.request(0 if step.ranks is None else int(step.ranks[person]))
        patient = step.patience < 0 or (step.impatient >= 0 and not drawn[step.impatient, person])
        if patient:
            yield request
        else:
            found = yield request | At(env, int(drawn[step.patience, person]), TIMER + person)
            if request not in found:
                request.cancel()
                times["gave_up"][person] = env.now
                return
        times["began"][person] = env.now
        yield At(env, int(drawn[step.service, person]), END + person)
        times["ended"][person] = env.now
        self.desk.release(request)


GAP = [
    {"from_h": 0.25, "until_h": 1, "servers": 3},
    {"from_h": 0.5, "until_h": 0.75, "servers": 1},
    {"from_h": 1.5, "until_h": 30, "servers": 2},
]
PRIORITY = [{"trades": ["driver"]}, {"groups": ["others"], "sex": ["male"]}]
PATIENCE = {"patience": {"family": "empirical", "values_min": [0, 5, 10, 15]}, "impatient": 0.7}
STATIONS: dict[str, dict[str, Any]] = {
    "first come": {"servers": 2},
    "priorities": {"servers": 2, "priority": PRIORITY},
    "shifts": {"hours": GAP},
    "giving up": {"servers": 1, **PATIENCE},
    "everything": {"hours": GAP, "priority": PRIORITY, **PATIENCE},
}


@pytest.mark.parametrize("round_ms", ROUND)
@pytest.mark.parametrize("service", [MINUTES, SMOOTH], ids=["minutes", "smooth"])
@pytest.mark.parametrize("features", STATIONS)
def test_station_equals_simpy(features: str, service: dict[str, Any], round_ms: int) -> None:
    """A station with priorities, shifts and people who give up agrees with SimPy's resource in every millisecond."""
    case = gate_case([{"name": "desk", "service": service, **STATIONS[features]}], round_ms=round_ms, seed=3)
    outcome, times = case.outcome(), Shop(case).run()
    for name in ("queued", "began", "ended"):
        np.testing.assert_array_equal(getattr(outcome, name)[0], times[name], err_msg=name)
    np.testing.assert_array_equal(outcome.gave_up, times["gave_up"])
    assert (outcome.began > outcome.queued).any(), "somebody must wait, or this proves nothing"
    if "patience" in STATIONS[features]:
        assert (outcome.gave_up >= 0).any(), "somebody must give up, or this proves nothing"


# --- one bus line -------------------------------------------------------------------------------------------------


class Terminus:
    """A bus line in SimPy: a store of people, a store of buses, and a process that lets them board."""

    def __init__(self, case: Case) -> None:
        self.network, self.drawn = case.network, case.drawn()
        self.line = self.network.lines[0]
        trips = self.network.trips.draw(case.seed, 0)
        self.trip, self.back = trips[0], trips[min(1, len(trips) - 1)]
        self.env = simpy.Environment()
        self.people, self.buses = simpy.Store(self.env), simpy.Store(self.env)
        n = self.network.size
        self.times = {name: np.full(n, -1, np.int64) for name in ("boarded", "ride", "ready")}
        self.times |= {name: np.full(len(self.trip), -1, np.int64) for name in ("departed", "arrives", "ride_bus")}
        for bus in range(self.line.fleet or 0):
            self.buses.put(bus)
        self.env.process(self.board())
        for person in range(n):
            self.env.process(self.come(person))

    def run(self) -> dict[str, NDArray[np.int64]]:
        """Run to the horizon."""
        self.env.run(until=self.network.horizon_ms + 1)
        return self.times

    def come(self, person: int) -> Process:
        """Come to the stop."""
        yield At(self.env, arrival(self.network, self.drawn, person), ARRIVAL + person)
        self.people.put(person)

    def board(self) -> Process:
        """Fill one bus after the other."""
        env, line, times = self.env, self.line, self.times
        for ride in count():
            bus = ride if line.fleet is None else (yield self.buses.get())
            aboard = [(yield self.people.get())]
            times["boarded"][aboard[0]] = env.now
            out = At(env, line.timeout_ms, TIMER + bus)
            while len(aboard) < line.capacity:
                person = self.people.get()
                if person not in (yield person | out):
                    person.cancel()
                    break
                aboard.append(person.value)
                times["boarded"][person.value] = env.now
            times["ride"][aboard] = ride
            times["departed"][ride], times["ride_bus"][ride] = env.now, bus
            env.process(self.drive(ride, bus, aboard))

    def drive(self, ride: int, bus: int, aboard: list[int]) -> Process:
        """There, and back if it is the line's own."""
        yield At(self.env, int(self.trip[ride]), END + bus)
        self.times["arrives"][ride] = self.times["ready"][aboard] = self.env.now
        if self.line.fleet is not None:
            yield At(self.env, int(self.back[ride]), END + bus)
            self.buses.put(bus)


@pytest.mark.parametrize("round_ms", ROUND)
@pytest.mark.parametrize("fleet", [None, 1, 2, 3])
@pytest.mark.parametrize(("capacity", "timeout"), [(1, 10), (3, 0), (4, 10), (5, 45), (40, 30)])
def test_bus_line_equals_simpy(capacity: int, timeout: int, fleet: int | None, round_ms: int) -> None:
    """Buses that leave full or timed out, with and without a fleet of their own, agree with SimPy's stores."""
    bus = {"name": "line", "to": "the range", "capacity": capacity, "timeout_min": timeout, "trip": MINUTES}
    bus |= {"back": {"family": "constant", "value_min": 12}} | ({} if fleet is None else {"fleet": fleet})
    case = gate_case([], [bus], round_ms=round_ms, seed=5, horizon_h=4)
    outcome, times = case.outcome(), Terminus(case).run()
    gone = outcome.departed >= 0
    for name in ("boarded", "ready", "departed", "arrives"):
        np.testing.assert_array_equal(getattr(outcome, name), times[name], err_msg=name)
    np.testing.assert_array_equal(outcome.ride_bus[gone], times["ride_bus"][gone])
    aboard = times["ride"] >= 0  # a SimPy rider learns the number at departure
    np.testing.assert_array_equal(outcome.ride[aboard], times["ride"][aboard])
    assert gone.sum() >= 2, "at least two buses must leave, or this proves nothing"

"""The benchmark's model in Ciw: a network of its own for each point, because one network of all points is far slower.

Ciw draws nothing here: arrivals, services and who is sent home come from the drawn arrays, so that its times are ours
wherever no two things happen at the same millisecond (at such a tie Ciw flips a coin). Ciw has no bus that leaves
full or timed out: boarding is worked out from the ends of the last station, in plain Python, as its users must.
"""

from __future__ import annotations

from typing import Any

import ciw
import numpy as np
from ciw.routing import Leave, NetworkRouting
from numpy.typing import NDArray

from tocsin.simulate import Network
from tocsin.simulate.network import Step

__all__ = ["run"]

Ints = NDArray[np.int64]


class Given(ciw.dists.Distribution):
    """A service that was drawn beforehand, looked up by the customer's number."""

    def __init__(self, values: list[int]) -> None:
        self.values = values

    def sample(self, t: float | None = None, ind: Any = None) -> int:
        """The service of this customer; Ciw numbers them from 1 in order of arrival."""
        return self.values[ind.id_number - 1]


class NextOrHome(ciw.routing.NodeRouting):
    """To the next station, or home if the drawn lot says so."""

    def __init__(self, home: list[bool], following: int) -> None:
        self.home, self.following = home, following

    def next_node(self, ind: Any) -> Any:
        """Ciw's node for this customer; -1 is the way out."""
        return self.simulation.nodes[-1 if self.home[ind.id_number - 1] else self.following]


def run(network: Network, drawn: Ints, trip: Ints) -> dict[str, Ints]:
    """Run the model of `benchmarks.model` in Ciw.

    Args:
        network: Compiled from `callup_plan`.
        drawn: int64[columns, n], as the engine draws them.
        trip: int64[trips], how long each ride takes, blocks by line.

    Returns:
        queued, began, ended (one row a step), released, boarded, ready by slot, -1 = not before the horizon.
    """
    n, steps = network.size, len(network.step_names)
    found = {name: np.full((steps, n), -1, np.int64) for name in ("queued", "began", "ended")}
    found |= {name: np.full(n, -1, np.int64) for name in ("released", "boarded", "ready")}
    first = 0
    for point, layout in enumerate(network.layout_of_point):
        own = slice(int(network.block[point]), int(network.block[point + 1]))
        left = _stations(network, network.layouts[layout], own, drawn, found)
        line = next(line for line in network.lines if line.point == point)
        lasts = trip[first : first + line.trips].tolist()
        first += line.trips
        _ride(left, line.capacity, line.timeout_ms, lasts, network.horizon_ms, found)
    return found


def _stations(
    network: Network, steps: tuple[Step, ...], own: slice, drawn: Ints, found: dict[str, Ints]
) -> list[tuple[int, int]]:
    """Simulate one point; give (time, slot) of those who go on to the bus, in order."""
    column = network.stages.column
    channel = network.channels[0]
    arrival = drawn[[channel.delay, column("preparation"), column("travel")], own].sum(axis=0) + channel.starts_ms
    order = np.argsort(arrival, kind="stable")
    gaps = np.diff(arrival[order], prepend=0).tolist()
    homes = [
        (drawn[step.leave, own][order] + 0.5 < step.rules[0].share * 2**52).tolist()
        if step.rules
        else [False] * len(order)
        for step in steps
    ]
    last = len(steps) - 1
    routers = [NextOrHome(homes[i], i + 2) if i < last else Leave() for i in range(len(steps))]
    model = ciw.create_network(
        arrival_distributions=[ciw.dists.Sequential([*gaps, float("inf")]), *[None] * last],
        service_distributions=[Given(drawn[step.service, own][order].tolist()) for step in steps],
        number_of_servers=[step.calendar.most for step in steps],
        routing=NetworkRouting(routers),
    )
    world = ciw.Simulation(model)
    world.simulate_until_max_time(network.horizon_ms + 1)
    slots = (order + own.start).tolist()
    through = []
    for record in world.get_all_records(include_incomplete=False):
        slot, step = slots[record.id_number - 1], record.node - 1
        end = int(record.service_end_date)
        found["queued"][step, slot] = int(record.arrival_date)
        found["began"][step, slot] = int(record.service_start_date)
        found["ended"][step, slot] = end
        if step == last:
            through.append((end, slot))
        elif homes[step][record.id_number - 1]:
            found["released"][slot] = end
    return sorted(through)


def _ride(
    left: list[tuple[int, int]], capacity: int, timeout: int, lasts: list[int], horizon: int, found: dict[str, Ints]
) -> None:
    """Board, one bus after the other; each leaves full, or timed out after its first boarding."""
    at = number = 0
    while at < len(left):
        leaves = left[at][0] + timeout
        aboard = [(time, slot) for time, slot in left[at : at + capacity] if time <= leaves]
        if len(aboard) == capacity:
            leaves = aboard[-1][0]
        arrives = leaves + lasts[number]
        for time, slot in aboard:
            found["boarded"][slot] = time
            found["ready"][slot] = arrives if arrives <= horizon else -1
        at += len(aboard)
        number += 1

"""`tocsin bench engine`: the call-up model of engine.md, ours beside SimPy, Ciw and the limit of sorting once.

Both sides draw: the peers take the engine's own arrays, and the time of drawing them is counted on both. SimPy runs
under our tie rule, so that every millisecond can be compared; wall time is ours on two threads, processor time ours
on one.
"""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks import ciw_callup, simpy_callup
from benchmarks.model import callup_people, callup_plan
from benchmarks.timing import Times, repeat, row
from tocsin.simulate import Engine, Network, Outcome, compile

__all__ = ["equal", "ours", "peer", "rows"]

POINTS, PEOPLE = 20, 50_000
LIMIT_POINTS, LIMIT_PEOPLE = 120, 300_000
SEED = 7


def rows(*, quick: bool = False) -> list[dict[str, Any]]:
    """The rows `engine.simpy`, `engine.simpy.cpu`, `engine.ciw`, `engine.limit` and what they rest on."""
    people = 2_000 if quick else PEOPLE
    network = compile(callup_plan(POINTS, people), callup_people(POINTS, people))
    own = {threads: ours(network, threads, 3 if quick else 61) for threads in (1, 2)}
    outcome = Engine(network).run(SEED, 0)
    simpy, simpy_results = peer(network, simpy_callup, 1 if quick else 3)
    ciw, ciw_results = peer(network, ciw_callup, 1)
    # Ours once more, after the peers: the machine may have changed its speed meanwhile.
    again = {threads: ours(network, threads, 3 if quick else 61) for threads in (1, 2)}
    two = (own[2].wall + again[2].wall) / 2
    one = (own[1].cpu + again[1].cpu) / 2
    unit, named = "reservists/s", {p: f"{p} {version(p)}" for p in ("simpy", "ciw")}
    same = {"simpy": equal(outcome, simpy_results), "ciw": equal(outcome, ciw_results)}
    return [
        row(
            "engine.simpy",
            people / two,
            unit,
            named["simpy"],
            people / simpy.wall,
            400,
            less=False,
            times=True,
            equal=same["simpy"],
        ),
        row(
            "engine.simpy.cpu",
            people / one,
            unit,
            named["simpy"],
            people / simpy.cpu,
            250,
            less=False,
            times=True,
            equal=same["simpy"],
        ),
        row(
            "engine.ciw",
            people / two,
            unit,
            named["ciw"],
            people / ciw.wall,
            400,
            less=False,
            times=True,
            equal=same["ciw"],
        ),
        _limit(quick=quick),
    ]


def ours(network: Network, threads: int, times: int) -> Times:
    """Time the engine on some threads, draws included."""
    engine = Engine(network, threads=threads, reuse=True)
    return repeat(lambda: engine.run(SEED, 0), times, warm=2)


def peer(network: Network, peer: Any, times: int) -> tuple[Times, dict[str, NDArray[np.int64]]]:
    """Time a peer with its draws, and keep its results."""
    engine = Engine(network)
    kept: dict[str, NDArray[np.int64]] = {}

    def run() -> None:
        drawn, trips = engine.draw(SEED, 0), network.trips.draw(SEED, 0)
        kept.update(peer.run(network, drawn, trips[0]))

    return repeat(run, times, warm=0), kept


def equal(outcome: Outcome, results: dict[str, NDArray[np.int64]]) -> bool:
    """Whether every array that the peer gives has the engine's very milliseconds."""
    return bool(results) and all(np.array_equal(values, getattr(outcome, name)) for name, values in results.items())


def _limit(*, quick: bool) -> dict[str, Any]:
    """The engine without draws beside one argsort of the arrivals and one pass over what it writes; one thread."""
    people = 20_000 if quick else LIMIT_PEOPLE
    network = compile(callup_plan(LIMIT_POINTS, people), callup_people(LIMIT_POINTS, people))
    engine = Engine(network, reuse=True)
    drawn = engine.draw(SEED, 0)
    outcome = Engine(network).run(SEED, 0)
    times = np.concatenate([outcome.queued, outcome.began, outcome.ended])
    into = np.empty_like(times)

    def limit() -> None:
        np.argsort(outcome.arrived)
        np.add(times, 1, out=into)

    repeats = 3 if quick else 11
    first, least = repeat(lambda: engine.run(SEED, 0, drawn), repeats, warm=2), repeat(limit, repeats)
    again = repeat(lambda: engine.run(SEED, 0, drawn), repeats)
    value = (first.cpu + again.cpu) / 2 / least.cpu
    return row("engine.limit", value, "times the limit", "argsort + one pass", 1.0, 5.0, less=True)

"""`tocsin bench joint`: what joint components cost, and the stress of a whole call-up.

The call-up model of engine.md with shuttles shared by its points, ours beside SimPy on the same draws, equal in every
millisecond; drawing is counted on both sides, processor time on one thread. Then what each joint feature costs a visit:
the model with the feature at its last station less the model without, over the visits of that station.
"""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from benchmarks import bench_stress, simpy_callup
from benchmarks.bench_engine import equal, ours, peer
from benchmarks.model import callup_people, callup_plan
from benchmarks.timing import row
from tocsin.simulate import Engine, Network, compile

__all__ = ["rows"]

POINTS, PEOPLE, BUSES = 20, 50_000, 120
SEED = 7
MOST_NS = 2_000.0
"""What a visit of a joint station may cost, in nanoseconds: 60 times a plain one (engine.md), half a SimPy event."""
MINUTES = {"family": "exponential", "mean_min": 3}
FEATURES: dict[str, dict[str, Any]] = {
    "recheck": {"recheck": {"share": 0.1, "most": 3}},
    "room": {"room": 40},
    "lines": {"lines": "each"},
    "stock": {"issue": [{"stock": "boots", "short": "waits"}]},
    "preempts": {"priority": [{"sex": ["female"]}], "preempts": True},
    "breakdown": {"breakdown": {"after": {"family": "exponential", "mean_min": 600}, "repair": MINUTES}},
    "extra": {"extra": {"at": 50, "servers": 4, "until": 5}},
}
"""Each feature as keys of the last station."""


def rows(*, quick: bool = False) -> list[dict[str, Any]]:
    """The rows `joint.simpy`, `joint.rate`, `joint.cost.…` and `stress.west`."""
    people, times = (2_000, 3) if quick else (PEOPLE, 31)
    buses = 8 if quick else BUSES
    network = compile(callup_plan(POINTS, people, buses), callup_people(POINTS, people))
    before = ours(network, 1, times)
    simpy, results = peer(network, simpy_callup, 1 if quick else 3)
    mine = (before.cpu + ours(network, 1, times).cpu) / 2  # once more: the machine may have changed its speed
    same = equal(Engine(network).run(SEED, 0), results)
    rate, unit = people / mine, "reservists/s"
    return [
        row(
            "joint.simpy", rate, unit, f"simpy {version('simpy')}", people / simpy.cpu, 150, less=False, times=True,
            equal=same,
        ),
        row("joint.rate", rate, unit, "limit", 1e6, 1e6, less=False),
        *_costs(people, times),
        *bench_stress.rows(quick=quick),
    ]  # fmt: skip


def _costs(people: int, times: int) -> list[dict[str, Any]]:
    """What each feature costs a visit, in nanoseconds."""
    plain = _cpu(people, times, {})
    found = []
    for name, keys in FEATURES.items():
        cost = max(_cpu(people, times, keys) - plain, 0.0) / people * 1e9
        found.append(row(f"joint.cost.{name}", cost, "ns a visit", "limit", MOST_NS, MOST_NS, less=True))
    return found


def _cpu(people: int, times: int, keys: dict[str, Any]) -> float:
    network: Network = compile(callup_plan(POINTS, people, station=keys), callup_people(POINTS, people))
    return ours(network, 1, max(times // 3, 3)).cpu

"""Plans for the oracles: small call-ups made in Python, compiled and run by the real engine.

Two ways to make people arrive when an oracle needs them to:

- *by the plan*: one group an arrival time, whose way is constant, so a whole table is worked by hand and
  nothing is replaced;
- *by the stream*: `poisson` replaces one column of the draws, the delay of the notice, with the epochs of a
  Poisson process dealt to the people in random order. No plan can ask for that (people are drawn apart, so
  the gaps between them are those of a binomial process), while the formulas of queueing theory are about
  exactly that. Everything else, from the compiler to the stations, is the engine's, services and patience are
  its own draws.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tocsin import plan as plans
from tocsin.draws import uniforms
from tocsin.plan.model import Plan
from tocsin.simulate import Engine, Network, Outcome, compile

__all__ = [
    "MINUTE",
    "Rehearsal",
    "assumed",
    "constant",
    "deterministic",
    "exponential",
    "group",
    "lognormal",
    "plan_of",
    "poisson",
    "rehearsal",
    "station",
    "triangular",
]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Table = dict[str, Any]

MINUTE = 60_000
ALERT = "2026-01-01T00:00:00+00:00"
ASSUMED = "made for an oracle, not a real call-up"


def constant(minutes: float) -> Table:
    """Always so many minutes."""
    return {"family": "constant", "value_min": minutes}


def exponential(mean: float) -> Table:
    """Memoryless, mean in minutes."""
    return {"family": "exponential", "mean_min": mean}


def triangular(least: float, mode: float, most: float) -> Table:
    """Triangular, minutes."""
    return {"family": "triangular", "min_min": least, "mode_min": mode, "max_min": most}


def lognormal(median: float, sigma: float) -> Table:
    """Lognormal, median in minutes."""
    return {"family": "lognormal", "median_min": median, "sigma": sigma}


def station(name: str, servers: int, service: Table, **more: Any) -> Table:
    """A station of the only layout."""
    return {"name": name, "servers": servers, "service": service, **more}


def group(name: str, called: int = 1, **more: Any) -> Table:
    """So many people of one description."""
    return {"name": name, "called": called, "age": [{"from": 20, "until": 40}], "assumption": ASSUMED, **more}


def assumed(**table: Any) -> Table:
    """A table of the plan that says where its figures are from."""
    return {"assumption": ASSUMED, **table}


def plan_of(
    groups: list[Table],
    *,
    stations: list[Table] | None = None,
    buses: list[Table] | None = None,
    crews: list[Table] | None = None,
    channels: list[Table] | None = None,
    behaviour: Table | None = None,
    exercise: Table | None = None,
    points: int = 1,
    **more: Any,
) -> Plan:
    """Make a plan: one town, notice after a minute, no way to go, unless told otherwise.

    Args:
        groups: See `group`.
        stations: Stations that everybody meets, in order.
        buses: Bus lines after them.
        crews: Servers whom stations share.
        channels: Ways of the summons; absent = one SMS that arrives after a minute.
        behaviour: Of everybody whose group has none; absent = arrives when told.
        exercise: What differs from an exercise of 90 days from midnight, UTC.
        points: How many assembly points share the layout, each with a town of its own.
        more: Other tables of the plan.

    Returns:
        The plan, which has passed all its checks.
    """
    names = [f"P{p}" for p in range(points)]
    plan = Plan.model_validate(
        {
            "exercise": {
                "name": "oracle",
                "title": "Oracle",
                "country": "by",
                "kind": "training",
                "alert": ALERT,
                "time_zone": "UTC",
                "deadline": {"after_delivery_h": 24},
                "horizon_h": 2160,
                "assumption": ASSUMED,
                **(exercise or {}),
            },
            "region": [{"name": "R"}],
            "town": [
                assumed(name=n, region="R", population=1000, lat=50 + i / 1000, lon=20) for i, n in enumerate(names)
            ],
            "group": groups,
            "channel": [
                assumed(**c)
                for c in channels or [{"name": "notice", "medium": "SMS", "reach": 1, "delay": constant(1)}]
            ],
            "behaviour": assumed(**(behaviour or {"travel": constant(0)})),
            "layout": [assumed(name="standard", station=stations or [], crew=crews or [], bus=buses or [])],
            "point": [{"name": n, "town": n, "towns": [n], "layout": "standard"} for n in names],
            **more,
        }
    )
    errors = [problem for problem in plans.check(plan) if problem.level == "error"]
    assert errors == [], errors
    return plan


@dataclass(frozen=True)
class Rehearsal:
    """A plan with its people, compiled; run it as often as an oracle needs."""

    network: Network
    seed: int

    @cached_property
    def engine(self) -> Engine:
        """The engine of the network."""
        return Engine(self.network)

    def run(self, run: int = 0, **columns: NDArray[np.integer] | int) -> Outcome:
        """Run the plan once, with some columns of the draws replaced (names with `__` for a dot)."""
        if not columns:
            return self.engine.run(self.seed, run)
        drawn = self.engine.draw(self.seed, run)
        for name, values in columns.items():
            column = self.network.stages.column(name.replace("__", "."))
            assert column >= 0, f"{name} is not drawn; drawn are {self.network.stages.names}"
            drawn[column] = values
        return self.engine.run(self.seed, run, drawn)

    def step(self, name: str) -> int:
        """Row of a station in the arrays of an outcome."""
        return self.network.step_names.index(name)


def rehearsal(plan: Plan, seed: int = 1) -> Rehearsal:
    """Synthesise the people of a plan and compile it."""
    return Rehearsal(compile(plan, plans.people(plan, seed)), seed)


def poisson(rehearsed: Rehearsal, run: int, mean_gap_min: float) -> tuple[Outcome, Ints]:
    """Run a plan whose people arrive as a Poisson process.

    The epochs are sums of exponential gaps, and are dealt to the people by the order of a second uniform
    each, so that class (sex, trade) and arrival are independent and are drawn afresh in each run.

    Args:
        rehearsed: A plan with one point and a notice that reaches everybody, and no way to go.
        run: Replication.
        mean_gap_min: Mean time between arrivals, minutes.

    Returns:
        The outcome, and the slots in order of arrival, int64[n].
    """
    ids = np.arange(rehearsed.network.size)
    gaps = -np.log1p(-uniforms(rehearsed.seed, run, "oracle gap", 1, ids)) * mean_gap_min * MINUTE
    order = np.argsort(uniforms(rehearsed.seed, run, "oracle deal", 1, ids), kind="stable")
    times = np.empty(len(ids), np.int64)
    times[order] = np.rint(np.cumsum(gaps)).astype(np.int64) + 1
    outcome = rehearsed.run(run, channel__notice__delay=times)
    assert np.array_equal(outcome.arrived, times), "somebody did not arrive when the stream said"
    return outcome, order[np.argsort(times[order], kind="stable")]


def deterministic(minutes: list[float]) -> list[Table]:
    """One group a person, who stands at the gate so many minutes after the alert (at least 1, the notice)."""
    return [group(f"g{i:03d}", behaviour=assumed(travel=constant(at - 1))) for i, at in enumerate(minutes)]

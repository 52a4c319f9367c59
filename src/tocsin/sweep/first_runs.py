"""The first run of each scenario of a plan under stress, whole: what a shock did is drawn from it."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from tocsin.log.journeys import Journeys
from tocsin.plan import Plan, people
from tocsin.plan.strikes import struck_by
from tocsin.simulate import Engine, compile, journeys
from tocsin.sweep.stress import Stressed

__all__ = ["FirstRun", "first_runs"]


@dataclass(frozen=True, eq=False)
class FirstRun:
    """One run of a scenario.

    Attributes:
        name: The scenario's name.
        plan: The plan with its shocks.
        people: Whom it calls, one row each.
        journeys: What became of them.
    """

    name: str
    plan: Plan
    people: pl.DataFrame
    journeys: Journeys


def first_runs(stressed: Stressed) -> tuple[FirstRun, ...]:
    """Run the first run of each scenario again: the same people with the same luck, undisturbed first."""
    found = []
    for one in stressed.scenarios:
        plan = struck_by(stressed.plan, [shock.name for shock in one.shocks])
        crowd = people(plan, stressed.seed) if stressed.people is None else stressed.people
        outcome = Engine(compile(plan, crowd), threads=2).run(stressed.seed, 0)
        found.append(FirstRun(one.name, plan, crowd, journeys(outcome)))
    return tuple(found)

"""Runs of the Okas plans and the figures read off them: what `fit_okas.py` and the tests of both share."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from tocsin import plan as plans
from tocsin.plan.duration import Lognormal
from tocsin.plan.model import Behaviour, Plan, Point
from tocsin.simulate import Engine, Outcome, compile

SEED, RUNS = 1, 40
HOUR = 3_600_000

# Okas 2017: called, there by the evening (22:00 is our reading of it), by 09:00, in the end.
CALLED, EVENING, ON_TIME, CAME = 669, 15, 500, 524
EVENING_LEAD_H = 11.0  # 22:00 is 11 h before the deadline
# Okas 2019: summonses sent, people reached, came, released at the assembly point.
SENT, REACHED, CAME_2019, RELEASED = 2170, 1902, 1464, 160


def variant(plan: Plan, desks: int | None = None, **behaviour: object) -> Plan:
    """Give a plan with another conduct, and perhaps another number of desks at the first station of its one
    point."""
    changed = plan.model_copy(update={"behaviour": plan.behaviour.model_copy(update=behaviour)})
    if desks is None:
        return changed
    point: Point = plan.points[0]
    first = point.stations[0].model_copy(update={"servers": desks})
    stations = (first, *point.stations[1:])
    return changed.model_copy(update={"points": (point.model_copy(update={"stations": stations}),)})


def replications(plan: Plan, runs: int = RUNS) -> list[Outcome]:
    """Run a plan so often, with its own people."""
    engine = Engine(compile(plan, plans.people(plan, SEED)))
    return [engine.run(SEED, run) for run in range(runs)]


@cache
def okas(name: str) -> Plan:
    """A bundled plan."""
    return plans.load(name)


def deadline_h(plan: Plan) -> float:
    """Hours from the alert to the fixed deadline."""
    at = plan.exercise.deadline.at
    assert at is not None, "okas-2017 has a fixed deadline"
    return (at - plan.exercise.alert).total_seconds() / 3600


def lead_of(behaviour: Behaviour) -> Lognormal:
    """The lead before the deadline."""
    assert isinstance(behaviour.lead, Lognormal), "the lead of the Okas plans is lognormal"
    return behaviour.lead


Figure = Callable[[Outcome], float]


def by(outcome: Outcome, hours: float) -> NDArray[np.bool_]:
    """Who is there by then."""
    return np.asarray((outcome.arrived >= 0) & (outcome.arrived <= hours * HOUR))


def queue_at(outcome: Outcome, hours: float) -> float:
    """How many stand in the queue of the first station then."""
    at = hours * HOUR
    queued, began = outcome.queued[0], outcome.began[0]
    return float(((queued >= 0) & (queued <= at) & ((began < 0) | (began > at))).sum())


def figures_2017(plan: Plan) -> dict[str, Figure]:
    """Figures of 2017, by name."""
    end = deadline_h(plan)
    return {
        "arrived by 23.5 h, of called": lambda o: by(o, 23.5).mean(),
        "came in the end, of called": lambda o: by(o, plan.exercise.horizon_h).mean(),
        "there by 22:00": lambda o: by(o, end - EVENING_LEAD_H).sum(),
        "arrived in the last four hours, of those on time": lambda o: 1 - by(o, end - 4).sum() / by(o, end).sum(),
        "first arrival, h after the alert": lambda o: o.arrived[o.arrived >= 0].min() / HOUR,
        "in the queue of registration at 10:00": lambda o: queue_at(o, end + 1),
    }


def same_evening(outcome: Outcome) -> float:
    """Of the first battalion of 2019 (called at noon), the share of those who came who came by midnight."""
    first = outcome.network.point == 0
    return float((by(outcome, 12) & first).sum() / ((outcome.arrived >= 0) & first).sum())


FIGURES_2019: dict[str, Figure] = {
    "reached, of sent": lambda o: (o.delivered >= 0).mean(),
    "came, of reached": lambda o: (o.arrived >= 0).sum() / (o.delivered >= 0).sum(),
    "released, of those who came": lambda o: (o.released >= 0).sum() / (o.arrived >= 0).sum(),
    "first battalion: came by midnight, of those who came": same_evening,
}


@dataclass(frozen=True)
class Range:
    """Mean over runs with its 95 % interval (Student), and the 5-95 % range of one exercise."""

    mean: float
    half: float
    p05: float
    p95: float

    def text(self, digits: int) -> str:
        """One line for a table."""
        mean, half, low, high = (f"{x:.{digits}f}" for x in (self.mean, self.half, self.p05, self.p95))
        return f"{mean} ± {half} | {low} – {high}"


def measured(outcomes: Sequence[Outcome], figure: Figure) -> Range:
    """A figure over runs."""
    values = np.array([figure(o) for o in outcomes], np.float64)
    half = stats.t.ppf(0.975, len(values) - 1) * values.std(ddof=1) / math.sqrt(len(values))
    return Range(float(values.mean()), float(half), float(np.quantile(values, 0.05)), float(np.quantile(values, 0.95)))

"""`weigh.worlds`: three hypotheses simulated 2,000 times each at the size of `west-2026`, and the bundled case whole.

`equal` says that one worker counts what two count, and that the summaries of some runs are those that the slow
reference computes from the log (`worlds_reference`). Times include starting the workers.
"""

from __future__ import annotations

import math
import time
from typing import Any, Final

from benchmarks.timing import row
from benchmarks.worlds_reference import reference
from tocsin.assess import Case, Hypothesis, Observation, Prior, World
from tocsin.assess.worlds import SUMMARIES, simulate_worlds
from tocsin.assess.worlds.summaries import Frame, summed_up
from tocsin.plan import load, people
from tocsin.simulate import Engine, compile

__all__ = ["GOAL_S", "WORKERS", "case", "rows"]

GOAL_S: Final = 60.0
WORKERS: Final = 2
_OBSERVED: Final = {
    "notice_h_median": (1.0, 17.0, 1.0),
    "regions_day_2": (1.0, None, 0.0),
    "came_point_day_most": (1500.0, 1500.0, 500.0),
    "told_day_most": (1000.0, 5000.0, 1000.0),
    "stay_h_p90": (4.0, None, 1.0),
}
"""Summary → at least, at most, tolerance, as in the bundled case."""


def case(*vary: tuple[float, float]) -> Case:
    """A case of one hypothesis for each range of the scale of `west-2026`."""
    hypotheses = tuple(
        Hypothesis(f"h{i}", f"h{i}", "", world=World("west-2026", vary={"scale": one}, assumption="for timing"))
        for i, one in enumerate(vary)
    )
    observations = tuple(
        Observation(name, "", name, (least, most), tolerance) for name, (least, most, tolerance) in _OBSERVED.items()
    )
    return Case("bench", "", hypotheses, (), Prior({}), observations=observations)


def rows(*, quick: bool = False) -> list[dict[str, Any]]:
    """The row of the issue; and the four worlds of the bundled case, of which one calls up to 60,000."""
    runs = 40 if quick else 2_000
    few = case((0.5, 1.5), (0.8, 1.2))
    one, two = (simulate_worlds(few, runs=80, workers=workers) for workers in (1, WORKERS))
    equal = one == two and _as_the_log_says()
    size = _timed(case((0.5, 1.5), (0.8, 1.2), (1.0, 1.0)), runs)
    whole = _timed(case((0.5, 1.5), (1.5, 2.5), (1.0, 10.0), (0.5, 2.5)), runs)
    return [
        row("weigh.worlds", size, "s", "limit", GOAL_S, GOAL_S, less=True, equal=equal),
        row("weigh.worlds.west", whole, "s", "limit", GOAL_S, None, less=True),
    ]


def _timed(one: Case, runs: int) -> float:
    started = time.perf_counter()
    simulate_worlds(one, runs=runs, workers=WORKERS)
    return time.perf_counter() - started


def _as_the_log_says() -> bool:
    plan = load("west-2026")
    crowd = people(plan, 1)
    engine = Engine(compile(plan, crowd))
    frame, names = Frame(engine.network), tuple(SUMMARIES)
    same = True
    for run in range(3):
        outcome = engine.run(1, run)
        slow = reference(outcome, plan, crowd)
        fast = summed_up(outcome, frame, names)
        same &= all(_equal(a, slow[name]) for name, a in zip(names, fast, strict=True))
    return same


def _equal(a: float, b: float) -> bool:
    return a == b or (math.isnan(a) and math.isnan(b)) or math.isclose(a, b, rel_tol=1e-12)

"""A plan under stress: its shocks one by one and together, how far each resource may shrink, what one more would help.

All of it are reruns of the plan on equal luck: run 17 of every variant meets the same people with the same luck.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tocsin.errors import PlanError, RunError
from tocsin.measure.compute import MEASURES
from tocsin.plan import Plan, check, expanded
from tocsin.plan.roads import RoadNetwork, has_roads, roads_of
from tocsin.plan.shocks import Goal, Shock
from tocsin.plan.strikes import struck_by
from tocsin.sweep.goals import T80, Held, Row, assumed_goals, goals_of, held
from tocsin.sweep.levers import Lever, demand, levers, one_more
from tocsin.sweep.margins import Margin, margins
from tocsin.sweep.paired import paired, shares
from tocsin.sweep.rehearsal import people_of
from tocsin.sweep.replicate import Progress
from tocsin.sweep.reruns import Reruns

__all__ = ["BASE", "TOGETHER", "Bottleneck", "Difference", "Scenario", "Stressed", "stress"]

Floats = NDArray[np.float64]
About = tuple[str, str, str, float | None]
BASE, TOGETHER = "undisturbed", "all together"
SUSPECTS_OF_L3, SUSPECTS_OF_MARGINS = 5, 3
"""So many stations at a point that L3 names, and so many resources of the tightest margins, are rerun with one more."""
SUSPECTED = 0.1
"""L3 must name a station in so many of the undisturbed runs at least."""


@dataclass(frozen=True)
class Difference:
    """How a variant differs from the undisturbed plan in one number, run by run.

    Attributes:
        mean: Mean of variant less undisturbed over the runs in which both have a value; NaN without one.
        low: Lower end of its 95 % interval; NaN with fewer than six such runs.
        high: Upper end of it.
        pairs: How many such runs there are.
        reached: Share of runs with a value, less that of the undisturbed plan.
        reached_low: Lower end of its 95 % interval.
        reached_high: Upper end of it.
    """

    mean: float
    low: float
    high: float
    pairs: int
    reached: float
    reached_low: float
    reached_high: float

    @classmethod
    def of(cls, base: Floats, other: Floats) -> Difference:
        """Compare float64[runs] of the variant with those of the undisturbed plan; infinity means "not reached"."""
        a, b = (np.where(np.isfinite(values), values, np.nan)[None] for values in (base, other))
        found, often = paired(a, b), shares(np.isfinite(base)[None], np.isfinite(other)[None])
        return cls(
            float(found.difference[0]), float(found.low[0]), float(found.high[0]), int(found.pairs[0]),
            float(often.difference[0]), float(often.low[0]), float(often.high[0]),
        )  # fmt: skip


@dataclass(frozen=True)
class Scenario:
    """The plan with none, one or all of its shocks.

    Attributes:
        name: The shock's, `BASE` or `TOGETHER`.
        shocks: Those that strike.
        held: How each goal stands.
        differences: From the undisturbed plan, goal by goal.
    """

    name: str
    shocks: tuple[Shock, ...]
    held: tuple[Held, ...]
    differences: tuple[Difference, ...]


@dataclass(frozen=True)
class Bottleneck:
    """What one more server (or bus) does, where L3 or a tight margin makes one suspect that it would help.

    Attributes:
        name: Of the station or other resource.
        where: The point, the layout, or "everywhere".
        unit: What there is one more of.
        suspected: Share of the undisturbed runs in which L3 names it; None where a margin does.
        difference: What one more does to the time at which 80 % of all posts are filled, in hours.
    """

    name: str
    where: str
    unit: str
    suspected: float | None
    difference: Difference

    @property
    def confirmed(self) -> bool:
        """Whether one more makes that time shorter (its whole interval is below 0), or reached more often."""
        return self.difference.high < 0 or self.difference.reached_low > 0


@dataclass(frozen=True)
class Stressed:
    """What came of a plan under stress.

    Attributes:
        plan: The plan, with no shock striking.
        people: The people of its roster; None where they are drawn.
        roads: Its roads; None if it has none.
        seed: Seed of all runs.
        runs: How many runs each variant had.
        goals: What the plan is held to.
        units: Units of the goals' values.
        assumed: Whether the goals are not the plan's own.
        scenarios: Undisturbed, each shock alone, all together (if there are several).
        margins: Of each resource, in the order of the plan, the demand first: for the goals that the undisturbed plan
            keeps; then, if it breaks some, what would mend those.
        bottlenecks: What was rerun with one more; None where the time of the posts cannot tell.
    """

    plan: Plan
    people: pl.DataFrame | None
    roads: RoadNetwork | None
    seed: int
    runs: int
    goals: tuple[Goal, ...]
    units: tuple[str, ...]
    assumed: bool
    scenarios: tuple[Scenario, ...]
    margins: tuple[Margin, ...]
    bottlenecks: tuple[Bottleneck, ...] | None

    @property
    def base(self) -> Scenario:
        """The undisturbed plan."""
        return self.scenarios[0]

    @property
    def broken(self) -> bool:
        """Whether the plan breaks a goal undisturbed; some margins then say what would mend it."""
        return any(not one.kept for one in self.base.held)

    @cached_property
    def struck(self) -> tuple[Scenario, ...]:
        """The scenarios with shocks, worst first: by goals broken, then by what they do to the first goal; all last."""
        return tuple(sorted(self.scenarios[1:], key=self._harm))

    def _harm(self, one: Scenario) -> tuple[bool, int, float, float]:
        held, difference = one.held[0], one.differences[0]
        sign = 1.0 if self.goals[0].at_most is not None else -1.0
        change = 0.0 if np.isnan(difference.mean) else sign * difference.mean
        return len(one.shocks) > 1, -sum(not goal.kept for goal in one.held), -held.unreached, -change

    @cached_property
    def ranked(self) -> tuple[Margin, ...]:
        """The margins that have a factor, weakest first."""
        found = (margin for margin in self.margins if margin.factor is not None and not margin.mends)
        return tuple(sorted(found, key=lambda margin: margin.rank))

    @cached_property
    def mending(self) -> tuple[Margin, ...]:
        """What would mend goals that the undisturbed plan breaks, the least change first."""
        found = (margin for margin in self.margins if margin.factor is not None and margin.mends)
        return tuple(sorted(found, key=lambda margin: -(margin.factor or 0.0)))

    @cached_property
    def firm(self) -> tuple[Margin, ...]:
        """The margins without one: no number was found at which that changes, in the order of the plan."""
        return tuple(margin for margin in self.margins if margin.factor is None)


def stress(
    plan: Plan,
    *,
    runs: int = 50,
    seed: int = 7,
    workers: int | None = None,
    base: Path | None = None,
    kept: Path | None = None,
    versions: str = "",
    progress: Progress | None = None,
) -> Stressed:
    """Strike a plan with its shocks, search its margins, and try what one more would help.

    Args:
        plan: A plan; shocks that its exercise names do not strike the undisturbed runs.
        runs: Runs of each variant, at least 2.
        seed: Seed of all; the same seed gives the same bytes.
        workers: Processes; None = all cores. Never changes a result.
        base: Folder to which the paths of a roster and of a file of roads are relative.
        kept: Folder in which results are kept as they come, so that work that was stopped goes on; None = nowhere.
        versions: Of what computes them; kept results of other versions are not used.
        progress: Told of the runs done and those known to be needed: the search does not know how many before its end.

    Returns:
        What came of it.

    Raises:
        RunError: The runs, the seed or the workers cannot be used.
        PlanError: The plan cannot be run, or a goal or a shock of it cannot be used.
        RosterError: Its roster cannot be used.
    """
    plan = _undisturbed(plan, runs, seed, workers)
    crowd = None if plan.roster is None else people_of(plan, seed, base)[0]
    roads = roads_of(plan, base) if has_roads(plan) else None
    reruns = Reruns(
        seed=seed, runs=runs, crowd=crowd, roads=roads, workers=workers, folder=kept, versions=versions,
        progress=progress,
    )  # fmt: skip
    own = plan.stress.goals if plan.stress is not None else ()
    first = reruns.frame(plan, sorted({"A4", "A5", "L1", "L3", *(goal.measure for goal in own)}))
    goals = goals_of(plan, first) or assumed_goals(first, runs)
    if not goals:
        raise PlanError("found no goals, and none that its runs could give; expected a `[stress]`", place="stress")
    rows: list[Row] = [*((goal.measure, goal.name, goal.key) for goal in goals), T80]
    scenarios, undisturbed = _scenarios(plan, goals, rows, reruns)
    more = demand(plan)
    resources = [*([more] if more is not None else []), *levers(plan)]
    holds = [number for number, one in enumerate(scenarios[0].held) if one.kept]
    broken = [number for number in range(len(goals)) if number not in holds]
    found = tuple(
        margin if margin.goal is None else replace(margin, goal=some[margin.goal])
        for some in (holds, broken)
        if some
        for margin in margins(plan, resources, [goals[number] for number in some], reruns)
    )
    return Stressed(
        plan, crowd, roads, seed, runs, goals, _units(goals, first), plan.stress is None, scenarios, found,
        _bottlenecks(plan, first, found, undisturbed, reruns),
    )  # fmt: skip


def _undisturbed(plan: Plan, runs: int, seed: int, workers: int | None) -> Plan:
    """The plan as its undisturbed runs have it, after the checks that need no run."""
    if runs < 2:
        raise RunError(f"found {runs} run; expected at least 2 to compare by", place="-n")
    if workers is not None and workers < 1:
        raise RunError(f"found {workers} processes; expected at least 1", place="--workers")
    if not 0 <= seed < 2**64:
        raise RunError(f"found {seed}; expected a whole number from 0 to {2**64 - 1}", place="--seed")
    for problem in check(plan):
        if problem.level == "error":
            raise PlanError(problem.sentence, place=str(problem.place))
    for number, goal in enumerate(plan.stress.goals if plan.stress is not None else ()):
        if goal.measure not in MEASURES:
            found = f"found the measure {goal.measure}; expected one of {', '.join(MEASURES)}"
            raise PlanError(found, place=f"stress.goal[{number}].measure")
    return struck_by(expanded(plan), ())


def _units(goals: Sequence[Goal], frame: pl.DataFrame) -> tuple[str, ...]:
    unit = {(measure, name): unit for measure, name, unit in frame.select("measure", "name", "unit").unique().rows()}
    return tuple(unit[goal.measure, goal.name] for goal in goals)


def _scenarios(
    plan: Plan, goals: Sequence[Goal], rows: Sequence[Row], reruns: Reruns
) -> tuple[tuple[Scenario, ...], Floats]:
    """Run the plan without shocks, with each alone, with all; and give the undisturbed values of the rows."""
    variants: list[tuple[str, tuple[Shock, ...]]] = [(BASE, ()), *((shock.name, (shock,)) for shock in plan.shocks)]
    if len(plan.shocks) > 1:
        variants.append((TOGETHER, plan.shocks))
    found = reruns.values([struck_by(plan, [shock.name for shock in shocks]) for _, shocks in variants], rows)
    return tuple(
        Scenario(
            name,
            shocks,
            tuple(held(goal, one) for goal, one in zip(goals, values, strict=False)),
            tuple(Difference.of(before, one) for before, one in zip(found[0][: len(goals)], values, strict=False)),
        )
        for (name, shocks), values in zip(variants, found, strict=True)
    ), found[0]


def _bottlenecks(
    plan: Plan, first: pl.DataFrame, found: Sequence[Margin], undisturbed: Floats, reruns: Reruns
) -> tuple[Bottleneck, ...] | None:
    """Rerun the plan with one more where one is suspected to help; None without units or posts that fill."""
    before = undisturbed[-1]
    if not np.isfinite(before).any():
        return None
    suspects: list[tuple[About, Plan]] = []
    for about, changed in (*_named_by_l3(plan, first, reruns.runs), *_tightest(found)):
        if all(changed != other for _, other in suspects):  # of a single point, everywhere and there are the same
            suspects.append((about, changed))
    if not suspects:
        return ()
    after = reruns.values([changed for _, changed in suspects], [T80])
    return tuple(
        Bottleneck(*about, Difference.of(before, values[0])) for (about, _), values in zip(suspects, after, strict=True)
    )


def _named_by_l3(plan: Plan, first: pl.DataFrame, runs: int) -> list[tuple[About, Plan]]:
    """The stations that L3 names most often in the undisturbed runs: one as a whole, some at one point each."""
    named = (
        first.filter((pl.col("measure") == "L3") & (pl.col("name") == "bottleneck") & (pl.col("value") == 1))
        .group_by("key").len().sort(pl.col("len"), "key", descending=[True, False])
    )  # fmt: skip
    everywhere = [point.name for point in plan.points]
    suspects: list[tuple[About, Plan]] = []
    whole = 0
    for key, count in named.rows():
        station, _, point = str(key).partition(" @ ")
        if count / runs < SUSPECTED or (whole if not point else len(suspects) - whole >= SUSPECTS_OF_L3):
            continue
        changed = one_more(plan, station, [point] if point else everywhere)
        if changed is not None:
            whole += not point
            suspects.append(((station, point or "every point", "server", count / runs), changed))
    return suspects


def _tightest(found: Sequence[Margin]) -> list[tuple[About, Plan]]:
    """The resources of the tightest margins, counted in whole things, with one more."""
    whole = (m for m in found if m.factor is not None and not m.mends and not m.lever.in_parts)
    ranked = sorted(whole, key=lambda m: m.rank)
    return [(_about(m.lever), m.lever.changed(m.lever.base + 1)) for m in ranked[:SUSPECTS_OF_MARGINS]]


def _about(lever: Lever) -> About:
    return (
        lever.name,
        lever.where or "everywhere",
        "bus" if lever.unit == "buses" else lever.unit.removesuffix("s"),
        None,
    )

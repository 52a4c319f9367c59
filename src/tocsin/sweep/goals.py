"""What a plan is held to: the goals that it sets, or, where it sets none, goals taken from the plan undisturbed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tocsin.errors import PlanError
from tocsin.measure.intervals import BEYOND
from tocsin.plan import Plan
from tocsin.plan.problem import nearest, shown
from tocsin.plan.shocks import Goal

__all__ = ["ASSUMED", "T80", "Held", "Row", "assumed_goals", "goals_of", "held", "values_of"]

Floats = NDArray[np.float64]
Row = tuple[str, str, str]
"""Measure, name and key of a row of `tocsin.measure.measures`."""

T80: Row = ("A4", "T80 of posts", "")
"""The row by which bottlenecks are confirmed: when 80 % of all posts are filled."""
LONGER, LESS, WAITING = 1.25, 0.95, 2.0
ASSUMED = (
    "The plan sets no goals of its own ([stress]): it is held to what it does undisturbed, filling its posts at most a "
    "quarter later and to 95 % at least, with waits at most twice as long."
)
"""What is said where a plan sets no goals."""


@dataclass(frozen=True)
class Held:
    """How a goal stands in a number of runs.

    Attributes:
        mean: Mean over the runs; NaN where some run does not reach it, or none has a value.
        low: Lower end of its 95 % interval; NaN where there is none.
        high: Upper end of it.
        runs: How many runs there were.
        unreached: In how many the value lies beyond every number ("not reached").
        missing: In how many there is none for another reason.
        kept: Whether the mean keeps the limit.
        settled: Whether the whole interval lies on that side of it.
    """

    mean: float
    low: float
    high: float
    runs: int
    unreached: int
    missing: int
    kept: bool
    settled: bool

    @property
    def state(self) -> int:
        """From 2 (surely kept) over 1 and 0 (kept, not kept, but luck could turn it) to -1 (surely not kept)."""
        return (2 if self.settled else 1) if self.kept else (-1 if self.settled else 0)


def values_of(frame: pl.DataFrame, rows: Sequence[Row], runs: int) -> Floats:
    """Read rows of measures run by run.

    Args:
        frame: As `tocsin.measure.measures` gives it, without points of curves.
        rows: Which rows.
        runs: How many runs there are, numbered from 0.

    Returns:
        float64[rows, runs]: infinity where a run says "not reached", NaN where it has no value.
    """
    found = np.full((len(rows), runs), np.nan)
    wanted = pl.DataFrame(rows, schema=["measure", "name", "key"], orient="row").with_row_index("row")
    beyond = pl.col("value").is_null() & pl.any_horizontal(pl.col("note").str.starts_with(word) for word in BEYOND)
    mine = frame.join(wanted, on=["measure", "name", "key"]).with_columns(
        pl.when(beyond).then(float("inf")).otherwise(pl.col("value")).fill_null(float("nan")).alias("found")
    )
    found[mine["row"].to_numpy(), mine["run"].to_numpy()] = mine["found"].to_numpy()
    return found


def held(goal: Goal, values: Floats) -> Held:
    """Say how a goal stands.

    A run that never reaches its value makes the mean infinite: a goal with `at_most` is then not kept, however many
    of the other runs keep it.

    Args:
        goal: The limit.
        values: float64[runs], as `values_of` gives them.
    """
    unreached, missing = int(np.isinf(values).sum()), int(np.isnan(values).sum())
    known = values[~np.isnan(values)]
    if not len(known):
        return Held(np.nan, np.nan, np.nan, len(values), 0, missing, kept=False, settled=True)
    if unreached:
        kept = goal.at_least is not None
        return Held(np.nan, np.nan, np.nan, len(values), unreached, missing, kept=kept, settled=True)
    mean = float(known.mean())
    half = _half(known)
    limit = goal.at_least if goal.at_most is None else goal.at_most
    assert limit is not None, "a goal has one of two limits"
    sign = 1.0 if goal.at_most is not None else -1.0
    slack = sign * (limit - mean)
    kept = slack >= -1e-9 * max(1.0, abs(limit))
    settled = not np.isnan(half) and (slack >= half if kept else -slack > half)
    return Held(mean, mean - half, mean + half, len(values), 0, missing, kept=kept, settled=bool(settled))


def _half(values: Floats) -> float:
    """Half the width of the 95 % t-interval of a mean, as `tocsin.measure.across` has it."""
    if len(values) < 2:
        return float("nan")
    from scipy.special import stdtrit  # late: SciPy's start is dear

    return float(stdtrit(len(values) - 1, 0.975) * values.std(ddof=1) / np.sqrt(len(values)))


def goals_of(plan: Plan, base: pl.DataFrame) -> tuple[Goal, ...]:
    """Return the goals that a plan sets, looked up in what its undisturbed runs measure.

    Args:
        plan: A plan.
        base: The measures of its undisturbed runs.

    Raises:
        PlanError: A goal names a row that these runs do not have.
    """
    goals = plan.stress.goals if plan.stress is not None else ()
    there = set(base.select("measure", "name", "key").unique().rows())
    for number, goal in enumerate(goals):
        row = (goal.measure, goal.name, goal.key)
        if row in there:
            continue
        place = f"stress.goal[{number}]"
        names = sorted({name for measure, name, _ in there if measure == goal.measure})
        if goal.name not in names:
            hint = nearest(goal.name, names) or f"; expected one of {', '.join(names[:8])}"
            found = f"found the row {shown(goal.name)}, which {goal.measure} does not have for this plan{hint}"
            raise PlanError(found, place=f"{place}.name")
        keys = sorted({key for measure, name, key in there if (measure, name) == row[:2]})
        hint = nearest(goal.key, keys) or f"; expected one of {', '.join(key or 'none' for key in keys[:8])}"
        found = f"found {goal.name!r} of {shown(goal.key)}, of which the runs have nothing{hint}"
        raise PlanError(found, place=f"{place}.key")
    return goals


def assumed_goals(base: pl.DataFrame, runs: int) -> tuple[Goal, ...]:
    """Make goals for a plan that sets none, from what it does undisturbed.

    When 80 % of all posts are filled, if every run gets there: at most a quarter later; how many posts are filled, or
    without units who arrives by the deadline: at least 95 % of that; the wait of 95 % at the station where it is
    longest: at most twice that.

    Args:
        base: The measures A4, A5 and L1 of the undisturbed runs.
        runs: How many there are.
    """
    waits = [row for row in _rows_of(base, "L1", "wait p95") if " @ " not in row[2]]
    longest = values_of(base, waits, runs).mean(axis=1)
    posts: tuple[Row, Row] = (T80, ("A4", "posts filled", ""))
    wanted = [
        (posts[0], "at_most", LONGER),
        (posts[1], "at_least", LESS),
        (("A5", "on time of called", ""), "at_least", LESS),
    ]
    if np.isfinite(longest).any():
        wanted.append((waits[int(np.nanargmax(np.where(np.isfinite(longest), longest, -1.0)))], "at_most", WAITING))
    values = values_of(base, [row for row, _, _ in wanted], runs).mean(axis=1).tolist()
    some_posts = np.isfinite(values[1])
    return tuple(
        Goal.model_validate({"measure": row[0], "name": row[1], "key": row[2], limit: _round(factor * value)})
        for (row, limit, factor), value in zip(wanted, values, strict=True)
        if np.isfinite(value) and value > 0 and not (row[0] == "A5" and some_posts)
    )


def _rows_of(frame: pl.DataFrame, measure: str, name: str) -> list[Row]:
    mine = frame.filter((pl.col("measure") == measure) & (pl.col("name") == name))
    return [(measure, name, key) for key in mine["key"].unique(maintain_order=True).to_list()]


def _round(value: float) -> float:
    """Four figures: a limit that nobody set should not look exact."""
    return float(f"{value:.4g}")

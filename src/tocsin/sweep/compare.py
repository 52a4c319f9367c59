"""Two plans or more on equal luck: each run of one beside the run of the same number of the other.

Draws belong to a run, a person, a stage and a station, never to an order of calls; so run 17 of one plan and run 17
of another meet the same people with the same luck, and differ by what the plans do. Luck that is in both cancels.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import count
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tocsin.errors import RunError
from tocsin.log.folder import RunFolder, is_run_folder
from tocsin.measure.intervals import BEYOND
from tocsin.measure.rows import IDENTITY
from tocsin.plan import Plan, bundled, load
from tocsin.sweep.changes import Change, changes
from tocsin.sweep.paired import LEVEL, holm, paired, shares
from tocsin.sweep.rehearsal import Rehearsal, rehearse
from tocsin.sweep.replicate import Progress

__all__ = ["CURVES", "VERDICTS", "Comparison", "Contender", "compare", "contenders"]

CURVES = (("A2", "arrived of called"), ("A4", "joined per post"))
"""Curves whose difference is given at each instant too; the other ones are only drawn over each other."""
VERDICTS = {
    "higher": "really higher than under the base",
    "lower": "really lower than under the base",
    "unsettled": "luck alone could make such a difference",
    "equal": "the same in every run",
    "none": "no run in which both plans have a value",
}
"""The words of the columns `verdict` and `reached_verdict`, and what they mean."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Contender:
    """A plan that is compared.

    Attributes:
        label: What it is called beside the others.
        plan: The plan.
        base: Folder to which a roster's path is relative.
    """

    label: str
    plan: Plan
    base: Path | None = None


@dataclass(frozen=True)
class Comparison:
    """What came of plans that were run on equal luck; the first is the base of every difference.

    Attributes:
        labels: What the plans are called.
        rehearsals: What came of each.
        seed: The seed of all.
        runs: How many runs each had.
    """

    labels: tuple[str, ...]
    rehearsals: tuple[Rehearsal, ...]
    seed: int
    runs: int

    def changes(self, label: str) -> tuple[Change, ...]:
        """List what differs between the base's text and that of another plan."""
        return changes(self.rehearsals[0].plan, self.rehearsals[self.labels.index(label)].plan)

    @cached_property
    def _table(self) -> _Table:
        return _Table.of([rehearsal.frame for rehearsal in self.rehearsals], self.runs)

    @cached_property
    def differences(self) -> pl.DataFrame:
        """The difference of each other plan from the base, one row a plan and a number that both have.

        `plan`; what the row is about, as in `measures`; then `runs`, `pairs` (runs in which both have a value),
        `base_value, plan_value` (means over those), `difference, low, high` (of the mean, 95 %), `higher, lower`
        (shares of the pairs), `p`, `p_adjusted` (Holm, over all rows), `verdict`; `base_reached, plan_reached` (runs
        with a value), `reached_difference, reached_low, reached_high` (as shares of all runs), `reached_p`,
        `reached_p_adjusted`, `reached_verdict`; `correlation` and `gain` of equal luck; `beyond` (whether having no
        value means "not reached"). Rows of curves, with `at_ms`, are not tested: they have no p-value and no verdict.
        """
        frames = [self._table.against(number).insert_column(0, pl.lit(label).alias("plan"))
                  for number, label in enumerate(self.labels[1:], 1)]  # fmt: skip
        return _judged(pl.concat(frames))

    @cached_property
    def alone(self) -> pl.DataFrame:
        """Numbers that only one of two plans has: `plan` (the other one), `under` (which has it), and their names."""
        frames = []
        for number, label in enumerate(self.labels[1:], 1):
            for under, rows in zip((self.labels[0], label), self._table.apart(number), strict=True):
                frames.append(rows.select(pl.lit(label).alias("plan"), pl.lit(under).alias("under"), *_NAMED))
        return pl.concat(frames)

    def gain(self, label: str) -> float | None:
        """How many times more runs plans of separate luck would need: the median over the rows that differ, or None."""
        rows = self.differences.filter((pl.col("plan") == label) & pl.col("p").is_not_null())
        found = rows["gain"].drop_nulls().median()
        return found if isinstance(found, float) else None


_NAMED = ("measure", "name", "key", "unit", "of")


@dataclass(frozen=True)
class _Table:
    """Values of all plans, one row a number and one column a run.

    Attributes:
        order: What each row is about.
        values: Of each plan; NaN where a run has none.
        there: Of each plan, whether any of its runs has the row at all.
        beyond: Whether any run of any plan says of the row that it is not reached.
    """

    order: pl.DataFrame
    values: list[Floats]
    there: list[NDArray[np.bool_]]
    beyond: NDArray[np.bool_]

    @classmethod
    def of(cls, frames: Sequence[pl.DataFrame], runs: int) -> _Table:
        used = [frame.filter(_compared()) for frame in frames]
        keys = list(IDENTITY)
        order = pl.concat([frame.select(keys) for frame in used]).unique(maintain_order=True)
        numbered = order.with_row_index("row")
        values, there, beyond = [], [], np.zeros(order.height, np.bool_)
        for frame in used:
            found = frame.join(numbered, on=keys, how="left", nulls_equal=True)
            row = found["row"].to_numpy()
            matrix = np.full((order.height, runs), np.nan)
            matrix[row, found["run"].to_numpy()] = found["value"].fill_null(float("nan")).to_numpy()
            values.append(matrix)
            there.append(np.bincount(row, minlength=order.height) > 0)
            far = found.select(pl.col("value").is_null() & pl.any_horizontal(_begins(word) for word in BEYOND))
            beyond[row[far.to_series().to_numpy()]] = True
        return cls(order, values, there, beyond)

    def against(self, number: int) -> pl.DataFrame:
        """Compare a plan with the base in all rows that both have."""
        some = ~(np.isnan(self.values[0]) & np.isnan(self.values[number])).all(axis=1)
        rows = np.flatnonzero(self.there[0] & self.there[number] & some)
        base, other = self.values[0][rows], self.values[number][rows]
        found, reached = paired(base, other), shares(~np.isnan(base), ~np.isnan(other))
        curve = self.order["at_ms"].is_not_null().to_numpy()[rows]
        columns = {
            "runs": np.full(len(rows), base.shape[1]), "pairs": found.pairs, "base_value": found.base,
            "plan_value": found.other, "difference": found.difference, "low": found.low, "high": found.high,
            "higher": found.higher, "lower": found.lower, "p": np.where(curve, np.nan, found.p),
            "base_reached": (~np.isnan(base)).sum(axis=1), "plan_reached": (~np.isnan(other)).sum(axis=1),
            "reached_difference": reached.difference, "reached_low": reached.low, "reached_high": reached.high,
            "reached_p": np.where(curve, np.nan, reached.p), "correlation": found.correlation, "gain": found.gain,
            "beyond": self.beyond[rows],
        }  # fmt: skip
        about = self.order[rows].with_columns(pl.Series(name, column) for name, column in columns.items())
        return about.with_columns(pl.col(pl.Float64).fill_nan(None))

    def apart(self, number: int) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Find the rows with a value that only the base has, and those that only the other plan has."""
        alone = self.order["at_ms"].is_null().to_numpy()
        valued = [~np.isnan(self.values[plan]).all(axis=1) for plan in (0, number)]
        base, other = self.there[0], self.there[number]
        return self.order.filter(alone & base & ~other & valued[0]), self.order.filter(
            alone & other & ~base & valued[1]
        )


def _compared() -> pl.Expr:
    """Numbers, and the points of a few curves; the log's quality says nothing of a plan."""
    curve = pl.any_horizontal((pl.col("measure") == measure) & (pl.col("name") == name) for measure, name in CURVES)
    return (pl.col("measure") != "Q1") & (pl.col("at_ms").is_null() | curve)


def _begins(word: str) -> pl.Expr:
    return pl.col("note").str.starts_with(word)


def _judged(table: pl.DataFrame) -> pl.DataFrame:
    """Adjust all p-values together, of values and of their being reached, and say which differences are real."""
    both = holm(np.concatenate([table[name].fill_null(float("nan")).to_numpy() for name in ("p", "reached_p")]))
    adjusted = np.split(both, 2)
    point = pl.col("at_ms").is_not_null()
    table = table.with_columns(
        pl.Series(name, values).fill_nan(None)
        for name, values in zip(("p_adjusted", "reached_p_adjusted"), adjusted, strict=True)
    )
    return table.with_columns(
        pl.when(point).then(pl.lit("")).when(pl.col("pairs") == 0).then(pl.lit("none"))
        .otherwise(_verdict("difference", "p_adjusted")).alias("verdict"),
        pl.when(point).then(pl.lit("")).otherwise(_verdict("reached_difference", "reached_p_adjusted"))
        .alias("reached_verdict"),
    )  # fmt: skip


def _verdict(difference: str, p: str) -> pl.Expr:
    settled = pl.col(p) <= LEVEL
    return (
        pl.when(pl.col(p).is_null()).then(pl.lit("equal"))
        .when(settled & (pl.col(difference) > 0)).then(pl.lit("higher"))
        .when(settled & (pl.col(difference) < 0)).then(pl.lit("lower"))
        .otherwise(pl.lit("unsettled"))
    )  # fmt: skip


def contenders(sources: Sequence[str]) -> tuple[Contender, ...]:
    """Load the plans that are to be compared.

    Args:
        sources: Plan files, names of bundled plans, or run folders, whose plan and people are taken.

    Returns:
        The plans under the names of their files or folders; a name that comes again is numbered.

    Raises:
        PlanError: A plan cannot be used.
        FolderError: A run folder has none.
    """
    found: list[Contender] = []
    for source in sources:
        plan, base, label = _loaded(source)
        taken = {contender.label for contender in found}
        names = (label if n == 1 else f"{label} ({n})" for n in count(1))
        found.append(Contender(next(name for name in names if name not in taken), plan, base))
    return tuple(found)


def _loaded(source: str) -> tuple[Plan, Path | None, str]:
    if source in bundled():
        return load(source), None, source
    path = Path(source)
    if is_run_folder(path):
        return load(RunFolder.open(path).file("plan.toml")), path, path.resolve().name
    return load(source), path.parent, path.stem


def compare(
    plans: Mapping[str, Plan] | Sequence[Contender],
    *,
    runs: int = 200,
    seed: int = 7,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Comparison:
    """Run plans on equal luck and say what differs.

    Args:
        plans: Two plans or more by the names they are to have, the base first; or what `contenders` gave.
        runs: Replications of each, at least 2.
        seed: Seed of all; the same seed gives the same bytes.
        workers: Processes; None = all cores. Never changes a result.
        progress: Told of the runs done and asked for, of all plans together.

    Returns:
        What came of each plan, and of the differences.

    Raises:
        RunError: There are fewer than two plans or two runs, or a number cannot be used.
        PlanError: A plan cannot be run.
        RosterError: Its roster cannot be used.
    """
    listed = [Contender(*item) for item in plans.items()] if isinstance(plans, Mapping) else list(plans)
    if len(listed) < 2:
        raise RunError(f"found {len(listed)} plan; expected at least 2, the first being the base", place="compare")
    if runs < 2:
        raise RunError(f"found {runs} run; expected at least 2 to compare by", place="-n")
    told = progress or (lambda done, total: None)
    done = []
    for number, one in enumerate(listed):
        rehearsal = rehearse(
            one.plan, runs=runs, seed=seed, workers=workers, base=one.base,
            progress=partial(_onward, told, number * runs, len(listed) * runs),
        )  # fmt: skip
        # Only the measures are compared: a whole run of a large plan, kept for each plan, would fill the memory.
        done.append(replace(rehearsal, kept=(), others=rehearsal.frame))
    return Comparison(tuple(one.label for one in listed), tuple(done), seed, runs)


def _onward(told: Progress, before: int, total: int, done: int, _: int) -> None:
    """Tell of the runs of one plan as runs of all plans."""
    told(before + done, total)

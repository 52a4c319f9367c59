"""Intervals: across simulated runs, and for one recorded log.

Across runs two different things are said and never merged into one: how well the mean is known (its 95 %
t-interval, which shrinks with more runs) and what one future call-up may bring (5–95 %, which does not).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tocsin.errors import MeasureError
from tocsin.log.journeys import Journeys
from tocsin.log.kinds import KINDS
from tocsin.log.schema import KIND
from tocsin.measure.cells import Coded, numbered, renumbered
from tocsin.measure.compute import measures_of
from tocsin.measure.quantiles import NEVER
from tocsin.measure.rows import IDENTITY, SCHEMA
from tocsin.measure.view import Context, View, views

__all__ = ["BOOTSTRAPPED", "across", "bootstrap", "resampled"]

Floats = NDArray[np.float64]
BEYOND = ("not reached", "not complete", "at least")
"""Beginnings of notes of values that lie beyond every number: they sort last instead of being left out."""
KEPT = ("unconfirmed",)
"""Beginnings of notes that stay true of all runs together."""
BOOTSTRAPPED = ("A1", "A2", "A3", "A5", "A7", "L1", "W3", "H1", "H2")
"""Measures of persons, which a bootstrap of persons may resample; servers, buses and units are not a
sample."""
_TOGETHER = (("A1", "A2", "A3", "A5", "A7"), ("L1",), ("W3",), ("H1",), ("H2",))
"""All of them in the order of the catalogue, those together that share what they work out."""
LARGE = 1_000_000
"""Of more people the columns that all measures read are too many to be held at once."""
_NO_CELL = pl.col("kind").is_in(pl.lit(pl.Series([k.name for k in KINDS if k.stem is None], dtype=KIND)).implode())
"""Rows of persons that measures read as rows: of kinds that may stand in a cell they read the cells."""
ENOUGH = 19
"""With fewer runs the 5th and 95th of p (n + 1) lie outside what was seen."""


@dataclass(frozen=True)
class _Groups:
    """Values of the same row in several runs, sorted within each row; infinity stands for "beyond every
    number"."""

    order: pl.DataFrame
    counted: pl.DataFrame
    group: NDArray[Any]
    value: Floats


def across(frame: pl.DataFrame) -> pl.DataFrame:
    """Sum up measures over runs.

    Args:
        frame: Rows of `measures` of any number of runs.

    Returns:
        One row a measure, name, key, instant, unit and denominator: `mean, mean_low, mean_high` (95 %
        t-interval of the mean, over the runs that have a value; null if some runs never reach it), `p05, p50,
        p95` of one future call-up (the value at rank p (n + 1), kept between the least and the most that was
        seen; null where it falls among runs that never reach it), `runs`, `reached` (how many of them have a
        value), `note`.

    Raises:
        MeasureError: A column is missing, or a run has the same row twice.
    """
    groups = _grouped(frame)
    runs = frame["run"].n_unique()
    size = groups.order.height
    counts = np.bincount(groups.group, minlength=size)
    columns = _mean(groups, counts)
    for p, name in ((0.05, "p05"), (0.5, "p50"), (0.95, "p95")):
        quantile = _future(groups.value, counts, p)
        columns[name] = quantile if p == 0.5 else np.where(counts >= 2, quantile, np.nan)
    found = groups.order.drop("_group").with_columns(pl.Series(k, v).fill_nan(None) for k, v in columns.items())
    return found.with_columns(
        pl.lit(runs, pl.Int64).alias("runs"),
        groups.counted["reached"].cast(pl.Int64),
        _notes(groups.counted, runs),
    )


def _grouped(frame: pl.DataFrame) -> _Groups:
    missing = [column for column in SCHEMA if column not in frame.columns]
    if missing:
        raise MeasureError(f"there is no column {missing[0]!r}; expected the columns of `measures`", place="across")
    keys = list(IDENTITY)
    order = frame.select(keys).unique(maintain_order=True).with_row_index("_group")
    beyond = pl.col("value").is_null() & pl.any_horizontal(pl.col("note").str.starts_with(word) for word in BEYOND)
    rows = frame.join(order, on=keys, how="left", nulls_equal=True, maintain_order="left").with_columns(
        pl.when(beyond).then(float("inf")).otherwise(pl.col("value")).alias("_value")
    )
    why = pl.col("note").filter(
        pl.col("value").is_null() | pl.any_horizontal(pl.col("note").str.starts_with(w) for w in KEPT)
    )
    counted = (
        rows.group_by("_group")
        .agg(
            pl.len().alias("rows"),
            pl.col("run").n_unique().alias("distinct"),
            pl.col("value").is_not_null().sum().alias("reached"),
            beyond.any().alias("beyond"),
            why.first().alias("why"),
        )
        .sort("_group")
    )
    twice = (counted["rows"] > counted["distinct"]).arg_true()
    if len(twice):
        row = order.row(int(twice[0]), named=True)
        raise MeasureError("the same row stands twice in one run", place=f"{row['measure']} {row['name']} {row['key']}")
    known = rows.filter(pl.col("_value").is_not_null()).select("_group", "_value").sort("_group", "_value")
    return _Groups(order, counted, known["_group"].to_numpy(), known["_value"].to_numpy())


def _notes(counted: pl.DataFrame, runs: int) -> pl.Series:
    columns = (counted[name].to_list() for name in ("reached", "beyond", "why"))
    notes = [_note(reached, beyond, why, runs) for reached, beyond, why in zip(*columns, strict=True)]
    return pl.Series("note", notes, dtype=pl.String)


def _note(reached: int, beyond: bool, why: str | None, runs: int) -> str:
    """Say what a reader of the row must know: one run, how many reach it, why there is no value."""
    if runs == 1:
        return "one run, no interval" + (f"; {why}" if why else "")
    if reached == 0 and why and not beyond:
        return why
    if reached < runs:
        return f"{'reached' if beyond else 'there'} in {reached} of {runs} runs"
    few = f"5–95 % is the least and the most of {runs} runs" if runs < ENOUGH else ""
    return "; ".join(part for part in (why, few) if part)


def _mean(groups: _Groups, counts: NDArray[Any]) -> dict[str, Floats]:
    """The mean and half-width t(n - 1) s / sqrt(n) of its 95 % interval, where every value is a number."""
    size = len(counts)
    finite = np.isfinite(groups.value)
    group, value = groups.group[finite], groups.value[finite]
    usable = (counts > 0) & (np.bincount(group, minlength=size) == counts)
    mean = np.divide(np.bincount(group, weights=value, minlength=size), counts, out=np.full(size, np.nan), where=usable)
    squares = np.bincount(group, weights=np.nan_to_num(value - mean[group]) ** 2, minlength=size)
    several = usable & (counts >= 2)
    n = np.where(several, counts, 2).astype(np.float64)
    half = np.full(size, np.nan)
    if several.any():
        from scipy.special import stdtrit  # late: SciPy's start is dear, and only several runs need it

        half = np.where(several, np.asarray(stdtrit(n - 1, 0.975)) * np.sqrt(squares / (n - 1) / n), np.nan)
    return {"mean": mean, "mean_low": mean - half, "mean_high": mean + half}


def _future(values: Floats, counts: NDArray[Any], p: float) -> Floats:
    """The value at rank p (n + 1): a future run falls below the k-th of n with probability k / (n + 1)."""
    starts = np.cumsum(counts) - counts
    some = counts > 0
    rank = np.clip(p * (counts[some] + 1), 1, counts[some])
    below = np.floor(rank).astype(np.int64)
    part = rank - below
    low = values[starts[some] + below - 1]
    high = np.where(part > 0, values[starts[some] + np.minimum(below, counts[some] - 1)], low)
    bounded = np.isfinite(high)
    mixed = np.where(bounded, low + part * (np.where(bounded, high, 0) - np.where(bounded, low, 0)), np.nan)
    out = np.full(len(counts), np.nan)
    out[some] = mixed
    return out


def bootstrap(
    journeys: Journeys, context: Context, only: Sequence[str] = (), *, repeats: int = 200, seed: int
) -> pl.DataFrame:
    """Measure one recorded log, with 95 % intervals from resampling its people within each assembly point.

    People share queues, so resampling them one by one understates the uncertainty: each row says so.

    Args:
        journeys: One run.
        context: The plan and the list of people, as far as there are any.
        only: Numbers of measures among `BOOTSTRAPPED`; empty = all of those.
        repeats: How many resamples.
        seed: Seed of the resampling, 0 to 2**64 - 1.

    Returns:
        The rows of `measures` with the 2.5 % and 97.5 % points in `low` and `high`; null where the interval's
        end falls among resamples that never reach the value.

    Raises:
        MeasureError: There is more than one run, fewer than two repeats, or a measure that is not of persons.
    """
    wanted = tuple(only) or BOOTSTRAPPED
    for number in wanted:
        if number not in BOOTSTRAPPED:
            raise MeasureError(
                f"{number} is not a measure of persons; expected some of {', '.join(BOOTSTRAPPED)}",
                place="only",
            )
    found = list(views(journeys, context))
    if len(found) > 1 or repeats < 2:
        raise MeasureError(f"found {len(found)} runs and {repeats} repeats; expected one run and at least 2 repeats")
    return resampled(found[0], measures_of(found, wanted), wanted, repeats=repeats, seed=seed)


def resampled(view: View, base: pl.DataFrame, wanted: Sequence[str], *, repeats: int, seed: int) -> pl.DataFrame:
    """Give measures of one run the intervals of `bootstrap`.

    Args:
        view: The run. What its measures have worked out is forgotten, to make room.
        base: Rows of the wanted measures.
        wanted: Numbers of measures, all of them among `BOOTSTRAPPED`.
        repeats: How many resamples, at least 2.
        seed: Seed of the resampling.
    """
    view.memory.clear()
    frames = [
        _measured(_drawn(view, seed, repeat), wanted).with_columns(pl.lit(repeat + 1, pl.UInt32).alias("run"))
        for repeat in range(repeats)
    ]
    return _with_interval(base, pl.concat(frames))


def _measured(view: View, wanted: Sequence[str]) -> pl.DataFrame:
    """Measure a resample; of a large one each group of measures forgets what the group before has worked out."""
    if view.people <= LARGE:
        return measures_of([view], wanted)
    found = []
    for group in _TOGETHER:
        if mine := [number for number in group if number in wanted]:
            found.append(measures_of([view], mine))
            view.memory.clear()
    return pl.concat(found)


class _Drawn:
    """Cells of people drawn from a view, again and again if need be, and numbered anew."""

    def __init__(self, view: View, drawn: NDArray[np.int64]) -> None:
        self.view, self.drawn = view, drawn
        self.columns = view.cells.columns
        self.person = np.arange(len(drawn), dtype=np.int64)

    @property
    def frame(self) -> pl.DataFrame:
        """All of them as a table."""
        number = pl.Series("person", self.person, dtype=pl.UInt32)
        return self.view.frame[self.drawn].with_columns(number)

    def times(self, name: str) -> NDArray[np.int64]:
        """A column of times, `NEVER` for null."""
        return self.view.times(name)[self.drawn]

    def coded(self, name: str) -> Coded:
        """A column of names: those that were drawn, sorted."""
        codes, names = self.view.codes(name)
        return numbered(codes[self.drawn], names)

    def codes_in(self, name: str, order: Sequence[str]) -> NDArray[np.int32]:
        """A column of names as `codes_in` gives it."""
        codes, names = self.view.codes(name)
        return renumbered(codes[self.drawn], names, order)

    def filled(self, name: str) -> int:
        """How many cells of a column are not null."""
        if name.endswith(("_ms", "_due")):
            return int((self.times(name) < NEVER).sum())
        return int((self.view.codes(name)[0][self.drawn] >= 0).sum())


def _drawn(view: View, seed: int, repeat: int) -> View:
    """Draw as many people as there were at each point, with replacement, with all that the log says of
    them."""
    from tocsin.draws import uniforms  # late: compiles, and only resampling needs it

    place, names = view.codes("place")
    order = np.argsort(place, kind="stable")
    size = np.bincount(place + 1, minlength=len(names) + 2)
    start = np.cumsum(size) - size
    group = place[order] + 1
    luck = uniforms(seed, repeat, "measure bootstrap", 1, np.arange(view.people, dtype=np.int64))
    cells = _Drawn(view, order[start[group] + (luck * size[group]).astype(np.int64)])
    rest = pl.concat([view.rest.filter(pl.col("person").is_null()), _own(view, cells)])
    # The list of people names the silent, who are in the cells already, and trades, which no measure of persons reads.
    context = replace(view.context, people=None, memory={})
    return replace(view, cells=cells, rest=rest, context=context, memory={})


def _own(view: View, cells: _Drawn) -> pl.DataFrame:
    """The rows of the people who were drawn, by their new numbers."""
    own = view.rest.filter(pl.col("person").is_not_null() & _NO_CELL)
    if own.is_empty():
        return own
    again = pl.DataFrame({"old": view.cells.person[cells.drawn], "new": cells.person}).cast(pl.UInt32)
    joined = own.join(again, left_on="person", right_on="old")
    return joined.with_columns(pl.col("new").alias("person")).select(view.rest.columns)


def _with_interval(base: pl.DataFrame, again: pl.DataFrame) -> pl.DataFrame:
    groups = _grouped(again)
    counts = np.bincount(groups.group, minlength=groups.order.height)
    ends = groups.order.drop("_group").with_columns(
        pl.Series("low", _future(groups.value, counts, 0.025)).fill_nan(None),
        pl.Series("high", _future(groups.value, counts, 0.975)).fill_nan(None),
    )
    note = "persons share queues: a lower bound on uncertainty"
    joined = base.drop("low", "high").join(ends, on=list(IDENTITY), how="left", nulls_equal=True, maintain_order="left")
    whole = pl.when(pl.col("note") == "").then(pl.lit(note)).otherwise(pl.col("note") + f"; {note}")
    return joined.with_columns(whole.alias("note")).select(list(SCHEMA))

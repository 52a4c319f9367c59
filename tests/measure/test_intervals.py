"""Intervals: the mean and one future call-up are two things; quantiles that some runs never reach."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal
from scipy import stats
from tests.measure.by_hand import journeys, people, plan, row, value
from tests.measure.test_catalogue import EVERYTHING, ROWS, both_runs

from tocsin.errors import MeasureError
from tocsin.measure import Context, across, bootstrap, intervals, measures
from tocsin.measure.rows import SCHEMA, Rows


def runs(values: list[float | None], note: str = "not reached (max 58 %)") -> pl.DataFrame:
    """One row a run."""
    frames = []
    for run, number in enumerate(values):
        rows = Rows(run)
        rows.add("A3", "T80 of called", number, "h", of="called", n=10, note="" if number is not None else note)
        frames.append(rows.frame())
    return pl.concat(frames)


def test_mean_and_future_are_two_things() -> None:
    """The mean has the t-interval that SciPy gives; the range of one call-up is the 5th and 95th of 99
    ordered runs."""
    luck = np.random.default_rng(7).permutation(99).astype(float)
    found = across(runs(luck.tolist())).row(0, named=True)
    low, high = stats.t.interval(0.95, 98, loc=luck.mean(), scale=stats.sem(luck))
    assert (found["mean"], found["mean_low"], found["mean_high"]) == pytest.approx((49.0, low, high))
    # rank p (n + 1): the 5th, 50th and 95th of 0 .. 98
    assert (found["p05"], found["p50"], found["p95"]) == (4.0, 49.0, 94.0)
    assert (found["runs"], found["reached"], found["note"]) == (99, 99, "")


def test_a_future_run_falls_outside_as_often_as_it_says() -> None:
    """With 39 runs, one in ten further runs lies outside p05 .. p95 (exact for ordered ranks 2 and 38 of
    40)."""
    luck = np.random.default_rng(11).random((2000, 40))
    ordered = np.sort(luck[:, :39], axis=1)
    outside = (luck[:, 39] < ordered[:, 1]) | (luck[:, 39] > ordered[:, 37])
    assert outside.mean() == pytest.approx(0.1, abs=0.02)  # three standard errors of 2,000 trials
    found = across(runs(luck[0, :39].tolist())).row(0, named=True)
    assert (found["p05"], found["p95"]) == pytest.approx((ordered[0, 1], ordered[0, 37]))


def test_runs_that_never_reach_it_sort_last() -> None:
    """With 3 of 5 reached there is a median over all runs, no mean and no upper end, and the note says how
    many."""
    found = across(runs([5.0, None, 3.0, 4.0, None])).row(0, named=True)
    assert found["p50"] == 5.0  # the third of 3 4 5 and two beyond
    assert found["p05"] == 3.0
    assert [found[name] for name in ("mean", "mean_low", "mean_high", "p95")] == [None] * 4
    assert (found["reached"], found["note"]) == (3, "reached in 3 of 5 runs")


def test_a_median_that_most_runs_never_reach_is_not_reached() -> None:
    """If fewer than half of the runs reach it there is no median."""
    found = across(runs([5.0, None, None])).row(0, named=True)
    assert (found["p50"], found["note"]) == (None, "reached in 1 of 3 runs")


def test_one_run_has_no_interval() -> None:
    """A single run gives its value and no interval, and says so."""
    found = across(runs([5.0])).row(0, named=True)
    assert (found["mean"], found["p50"]) == (5.0, 5.0)
    assert [found[name] for name in ("mean_low", "mean_high", "p05", "p95")] == [None] * 4
    assert found["note"] == "one run, no interval"


def test_few_runs_say_what_their_range_is() -> None:
    """Below 19 runs the 5 and 95 % are the least and the most that was seen, and the note says so."""
    found = across(runs([3.0, 1.0, 2.0])).row(0, named=True)
    assert (found["p05"], found["p95"]) == (1.0, 3.0)
    assert found["note"] == "5–95 % is the least and the most of 3 runs"


def test_a_missing_input_stays_missing() -> None:
    """What no run can measure keeps its reason."""
    found = across(runs([None, None], note="not measurable: needs the plan's posts")).row(0, named=True)
    assert (found["reached"], found["note"]) == (0, "not measurable: needs the plan's posts")


def test_across_keeps_every_row_once_and_in_order() -> None:
    """Every row of a run comes back once, in the same order, and does not depend on the order of the runs."""
    context = Context(plan(), people(["rifle", "medic"] * 5))
    frame = measures(both_runs(), context)
    found = across(frame)
    first = measures(journeys(EVERYTHING, rest=ROWS), context)
    assert found.head(first.height)["name"].to_list() == first["name"].to_list()
    assert found["runs"].unique().to_list() == [2]
    turned = frame.with_columns((7 - pl.col("run")).cast(pl.UInt32)).sort("run", maintain_order=True)
    assert across(turned).sort(pl.all()).equals(found.sort(pl.all()))


def test_across_refuses_what_is_not_measures() -> None:
    """A frame without the columns, or with a row twice in a run, is refused."""
    with pytest.raises(MeasureError, match="there is no column 'key'"):
        across(runs([1.0]).drop("key"))
    with pytest.raises(MeasureError, match="the same row stands twice in one run"):
        across(pl.concat([runs([1.0]), runs([1.0])]))


def cohort(size: int) -> dict[str, list[object]]:
    """People at two points: all of A arrive between 0 and 100, half of B never."""
    luck = np.random.default_rng(3)
    return {
        "place": ["A" if i % 2 else "B" for i in range(size)],
        "delivered": [0] * size,
        "arrived": [int(luck.integers(0, 100)) if i % 2 or i % 4 == 0 else None for i in range(size)],
    }


def test_bootstrap_is_around_the_value_and_says_what_it_is() -> None:
    """The interval holds the value, has about the width of the binomial one, and is called a lower bound."""
    found = bootstrap(journeys(cohort(200)), Context(), ["A1"], repeats=120, seed=5)
    share = row(found, "A1", "arrived of called")
    assert share["low"] < share["value"] == 0.75 < share["high"]
    # Points are resampled apart: only B varies, with 100 people at 1/2: sd = sqrt(.25 / 100) / 2 = 0.025
    assert share["high"] - share["low"] == pytest.approx(2 * 1.96 * 0.025, rel=0.3)
    assert share["note"] == "persons share queues: a lower bound on uncertainty"
    assert dict(found.schema) == SCHEMA


def test_bootstrap_repeats_with_its_seed_and_takes_people_along() -> None:
    """The same seed gives the same frame; silent people of the list are drawn too; another seed differs."""
    log, context = journeys(cohort(40)), Context(None, people([None] * 60))
    first, again, other = (bootstrap(log, context, ["A1", "A3"], repeats=20, seed=s) for s in (1, 1, 2))
    assert first.equals(again)
    assert not first.equals(other)
    assert value(first, "A1", "called") == 60
    assert row(first, "A1", "called")["low"] == 60


def test_bootstrap_with_every_measure_of_persons() -> None:
    """All measures of persons can be resampled, with words to persons and a plan."""
    rest = [*ROWS, {"kind": "instructed", "at": 62, "person": 1}]
    found = bootstrap(journeys(EVERYTHING, rest=rest), Context(plan(), people(["rifle"] * 10)), repeats=4, seed=0)
    assert "H1" in found["measure"].to_list()
    assert found.filter(pl.col("low") > pl.col("high")).height == 0


def test_a_large_resample_is_measured_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forgetting what was worked out between groups of measures saves memory and changes no number."""
    context = Context(plan(), people(["rifle"] * 4))
    whole = bootstrap(EVERYTHING, context, repeats=3, seed=1)
    monkeypatch.setattr(intervals, "LARGE", 0)
    assert_frame_equal(bootstrap(EVERYTHING, context, repeats=3, seed=1), whole)


def test_bootstrap_refuses_what_it_cannot_do() -> None:
    """Servers are not a sample, and several runs are not one log."""
    with pytest.raises(MeasureError, match="L2 is not a measure of persons"):
        bootstrap(journeys(cohort(4)), Context(), ["L2"], seed=0)
    with pytest.raises(MeasureError, match="2 runs"):
        bootstrap(both_runs(), Context(), ["A1"], seed=0)

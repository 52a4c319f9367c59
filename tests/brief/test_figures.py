"""Charts are declarations: what stands in them is what was measured."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from tests.brief.cases import okas, west

from tocsin.brief import figures
from tocsin.brief.chart import Band, Chart, Dot, Line, Rule, count_axis, hours_axis
from tocsin.brief.chart_map import Label, clipped, placed
from tocsin.brief.draw import drawn, thinned
from tocsin.brief.map import map_of
from tocsin.brief.numbers import Numbers


def layers(chart: Chart, kind: type) -> list[Any]:
    return [layer for layer in chart.layers if isinstance(layer, kind)]


def test_the_arrival_curve_is_the_measure() -> None:
    """Each point of the line is the mean over the runs of A2 at that time, and the deadline is the plan's."""
    case = west()
    chart = figures.arrivals(case, Numbers(case.frame))
    assert chart is not None
    line = next(line for line in layers(chart, Line) if not line.dashed)
    rows = case.frame.filter((pl.col("name") == "arrived of called") & pl.col("at_ms").is_not_null())
    mean = rows.group_by("at_ms").agg(pl.col("value").mean()).sort("at_ms")
    assert line.x == pytest.approx((mean["at_ms"] / 3_600_000).to_list())
    assert line.y == pytest.approx(mean["value"].to_list())
    assert [rule.x for rule in layers(chart, Rule)] == [14.0]  # 18:00 to 08:00 on the next day
    half = case.frame.filter(pl.col("name") == "T50 of called")["value"].mean()
    assert [(dot.x, dot.y) for dot in layers(chart, Dot)] == [(pytest.approx(half), 0.5)]


def test_both_intervals_are_drawn_and_never_merged() -> None:
    """Several runs have two bands, each named; the range of one call-up holds every run's value (least to most)."""
    case = west()
    chart = figures.arrivals(case, Numbers(case.frame))
    assert chart is not None
    bands = {band.kind: band for band in layers(chart, Band)}
    assert set(bands) == {"future", "mean"}
    assert bands["future"].name != bands["mean"].name
    rows = case.frame.filter((pl.col("name") == "arrived of called") & pl.col("at_ms").is_not_null())
    ends = rows.group_by("at_ms").agg(pl.col("value").min().alias("low"), pl.col("value").max().alias("high"))
    ends = ends.sort("at_ms")
    assert bands["future"].low == pytest.approx(ends["low"].to_list())
    assert bands["future"].high == pytest.approx(ends["high"].to_list())
    assert all(0 <= low <= high <= 1 for low, high in zip(bands["mean"].low, bands["mean"].high, strict=True))


def test_one_run_has_no_band() -> None:
    """Without a second run there is nothing to make an interval of, and the caption says so."""
    case = okas()
    chart = figures.arrivals(case, Numbers(case.frame))
    assert chart is not None
    assert layers(chart, Band) == []
    assert "One run, no interval" in chart.caption


def test_queues_are_those_of_the_measure() -> None:
    """The line of a point is the mean of its L2 rows, and all points share one scale."""
    case = west()
    found = figures.queues(case, Numbers(case.frame))
    assert found is not None
    assert len({(chart.y.low, chart.y.high) for chart in found.charts}) == 1
    chart = found.charts[0]
    rows = case.frame.filter((pl.col("name") == "people waiting") & (pl.col("key") == f"@ {chart.title}"))
    mean = rows.group_by("at_ms").agg(pl.col("value").mean()).sort("at_ms")["value"].to_list()
    line = layers(chart, Line)[0]
    assert line.y == pytest.approx(mean[: len(line.y)])
    assert max(mean[len(line.y) :], default=0) < 0.5  # what was cut off is an empty queue


def test_queues_of_many_points_come_from_the_first_run() -> None:
    """Where the measure gives no rows by point, the first run is counted, and the caption says it."""
    case = west()
    numbers = Numbers(case.frame.filter(~pl.col("key").str.starts_with("@ ")))
    found = figures.queues(case, numbers)
    assert found is not None
    assert "The first run" in found.caption
    assert layers(found.charts[0], Band) == []
    # Counted at instants, the measure averages a quarter of an hour: near, not equal.
    exact = case.frame.filter((pl.col("name") == "people waiting") & (pl.col("run") == 0))
    title = found.charts[0].title
    most = exact.filter(pl.col("key") == f"@ {title}")["value"].max()
    assert max(layers(found.charts[0], Line)[0].y) == pytest.approx(most, rel=0.15)


def test_the_map_counts_everybody_once() -> None:
    """Towns add up to those called, shares to those who came in the first run; small cells show no share."""
    case = west()
    found = map_of(case)
    assert found is not None
    assert sum(town.called for town in found.towns) == case.people.height
    came = sum(town.called * town.share for town in found.towns if town.share is not None)
    assert came == pytest.approx(case.first.frame["arrived_ms"].drop_nulls().len(), rel=0.01)
    assert all((town.share is None) == (town.called < 5) for town in found.towns)
    assert {area.name for area in found.areas if area.kind == "called"} == {"Hrodna", "Brest"}
    assert len(found.shades) == 5
    assert len(found.points) == len(case.plan.points)


def test_an_axis_is_thinned_to_round_hours() -> None:
    """Marks that remain stand at 0, 6, 12 … or 12, 24 … hours, never at 16."""
    clock = west().clock
    for horizon in (24.0, 36.0, 48.0, 72.0):
        axis = hours_axis(clock, horizon)
        step = axis.ticks[1].at
        assert all(step * n in (1, 2, 3, 6, 12, 24, 48, 96, 168, 336) for n in axis.every)


def test_counts_have_round_scales() -> None:
    """A scale ends above the most, in at most four equal steps of 1, 2 or 5."""
    for most in (0, 1, 3, 7, 42, 99, 233, 1_001):
        axis = count_axis("people", most)
        assert axis.high >= most
        assert 2 <= len(axis.ticks) <= 5


def test_a_drawing_names_itself() -> None:
    """Every size of a chart is an image with a title and a description, and ids do not repeat."""
    case = west()
    chart = figures.arrivals(case, Numbers(case.frame))
    assert chart is not None
    svg = str(drawn(chart))
    assert svg.count('role="img"') == svg.count("<title") == svg.count("<desc") == 3
    ids = [part.split('"')[0] for part in svg.split(' id="')[1:]]
    assert len(ids) == len(set(ids))


def test_thinning_keeps_the_shape() -> None:
    """A straight line keeps its ends, a corner stays, and a closed ring does not collapse."""
    assert thinned([(0, 0), (1, 0), (2, 0)]) == [(0, 0), (2, 0)]
    assert thinned([(0, 0), (1, 5), (2, 0)]) == [(0, 0), (1, 5), (2, 0)]
    ring = [(0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (0.0, 4.0), (0.0, 0.0)]
    assert thinned(ring) == ring


def test_clipping_leaves_what_is_inside() -> None:
    """A square that is half outside becomes the half that is inside; one that is outside vanishes."""
    window = (0.0, 0.0, 10.0, 10.0)
    half = clipped([(-5.0, 2.0), (5.0, 2.0), (5.0, 8.0), (-5.0, 8.0)], window)
    assert {(round(x, 6), round(y, 6)) for x, y in half} == {(0, 2), (5, 2), (5, 8), (0, 8)}
    assert clipped([(20.0, 2.0), (25.0, 2.0), (25.0, 8.0)], window) == []


def test_labels_cover_nothing() -> None:
    """Labels of places in one spot do not meet; the less important one without room is left out."""
    labels = [Label(f"Place {i}", 50.0, 50.0, 4.0, "town-name") for i in range(12)]
    found = placed(labels, [(50.0, 50.0, 4.0)], (0, 0, 120, 100), 12)
    assert found[0][0].text == "Place 0"
    assert 0 < len(found) < 12
    spots = [(x, y, anchor) for _, x, y, anchor in found]
    assert len(set(spots)) == len(spots)

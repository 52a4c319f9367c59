"""Stations over time are drawn as they were measured, and nothing is drawn where nothing was measured."""

from __future__ import annotations

import dataclasses

import polars as pl
import pytest
from tests.brief.cases import okas, west

from tocsin.brief.case import Case
from tocsin.brief.chart import Band, Line, Rule, Smalls, marks, minutes_axis, share_axis
from tocsin.brief.numbers import Curve
from tocsin.brief.stations import often, peaks, stations

QUEUE, WAIT, USE = range(3)


def drawn(case: Case) -> tuple[Smalls, ...]:
    return stations(case, case.numbers)


def without(case: Case, rows: pl.Expr) -> Case:
    return dataclasses.replace(case, frame=case.frame.filter(~rows))


@pytest.mark.parametrize(
    ("row", "measure", "name"),
    [(QUEUE, "L2", "people waiting"), (WAIT, "L1", "mean wait by 15 min"), (USE, "L2", "utilisation by 15 min")],
)
def test_curves_are_the_measures(row: int, measure: str, name: str) -> None:
    """Each line is the mean, over the runs that have a value, of the station's rows at that instant."""
    case = west()
    chart = next(chart for chart in drawn(case)[row].charts if chart.title == "medical")
    chosen = (pl.col("measure") == measure) & (pl.col("name") == name) & (pl.col("key") == "medical")
    rows = case.frame.filter(chosen & pl.col("value").is_not_null())
    mean = {at / 3_600_000: value for at, value in rows.group_by("at_ms").agg(pl.col("value").mean()).rows()}
    lines = [layer for layer in chart.layers if isinstance(layer, Line)]
    assert sum(len(line.x) for line in lines) > 60
    for line in lines:
        assert line.y == pytest.approx([mean[at] for at in line.x])


def test_stations_stand_in_the_order_of_the_plan() -> None:
    """Rows of charts and tables follow the way of the people through a point."""
    names = ["checkin", "medical", "phones", "kit"]
    assert [[chart.title for chart in row.charts] for row in drawn(west())] == [names] * 3
    table = peaks(west(), west().numbers)
    assert table is not None and [row.head for row in table.rows] == names
    assert okas().stations(["kit", "unheard of", "registration"]) == ["registration", "kit", "unheard of"]


def test_each_sort_has_one_scale_and_a_unit() -> None:
    """Stations can be compared by eye: the scale is the same in a row, and the title says the unit."""
    for row in drawn(west()):
        assert len({(chart.y.low, chart.y.high) for chart in row.charts}) == 1
        top = max(max(layer.high) for chart in row.charts for layer in chart.layers if isinstance(layer, Band))
        assert row.charts[0].y.high >= top
    assert drawn(west())[WAIT].title.endswith(("in minutes", "in hours"))


def test_both_intervals_and_the_deadline_are_named() -> None:
    """The legend of small charts names the mean, its interval, the range of one call-up and the deadline."""
    names = [getattr(mark, "name", "") or getattr(mark, "label", "") for mark in marks(drawn(west())[QUEUE].charts[0])]
    assert names == [
        "mean",
        "95\u202f% interval of the mean",
        "5–95\u202f% of one future call-up",
        "deadline Tue 08:00",
    ]


def test_one_run_has_no_band() -> None:
    """Without a second run there is a line and no interval, and the caption says so."""
    for row in drawn(okas()):
        layers = [layer for chart in row.charts for layer in chart.layers]
        assert not [layer for layer in layers if isinstance(layer, Band)]
        assert {layer.name for layer in layers if isinstance(layer, Line)} == {"one run"}
    assert "One run, no interval." in drawn(okas())[WAIT].caption


def test_what_few_runs_have_is_not_drawn() -> None:
    """A wait is drawn where at least half of the runs, and two of several, have anybody who joins; else nowhere."""
    hours = (0.0, 0.25, 0.5, 0.75)
    ones = (1.0, 2.0, 3.0, 4.0)
    curve = Curve(hours, ones, ones, ones, ones, ones, None, (1, 5, 4, 10))
    kept = often(curve, 10)
    assert kept is not None
    assert (kept.hours, kept.mean, kept.low, kept.reached) == ((0.25, 0.75), (2.0, 4.0), (2.0, 4.0), (5, 10))
    two = often(dataclasses.replace(curve, reached=(1, 1, 2, 1)), 2)
    assert two is not None and two.hours == (0.5,)
    assert often(dataclasses.replace(curve, reached=(1, 1, 1, 1)), 3) is None


def test_a_gap_stays_a_gap() -> None:
    """Where no server is open in any run there is no share, and no line leads across."""
    case = west()
    closed = (pl.col("name") == "utilisation by 15 min") & (pl.col("at_ms").is_between(6 * 3_600_000, 8 * 3_600_000))
    value = pl.when(closed).then(None).otherwise(pl.col("value")).alias("value")
    shut = dataclasses.replace(case, frame=case.frame.with_columns(value))
    chart = drawn(shut)[USE].charts[0]
    lines = [layer for layer in chart.layers if isinstance(layer, Line)]
    assert [line.x[0] for line in lines] == [0.0, 8.25]
    assert lines[0].x[-1] == 5.75


def test_what_was_not_measured_is_left_out() -> None:
    """Without the plan's servers there is no row of their use, and a dash in the table."""
    case = without(west(), pl.col("name").str.starts_with("utilisation"))
    assert [row.measures for row in drawn(case)] == [("L2",), ("L1",)]
    table = peaks(case, case.numbers)
    assert table is not None and {row.cells[USE].text for row in table.rows} == {"–"}
    nothing = without(west(), pl.col("measure").is_in(["L1", "L2"]))
    assert drawn(nothing) == () and peaks(nothing, nothing.numbers) is None


def test_many_stations_are_cut_to_those_with_most_waiting() -> None:
    """Six are drawn, the caption says of how many, and the table has all."""
    case = west()
    more = []
    for copy in range(3):
        rows = case.frame.filter(pl.col("key").is_in(["phones", "kit"]) & pl.col("measure").is_in(["L1", "L2"]))
        more.append(rows.with_columns(pl.col("key") + f" {copy}", value=pl.col("value") * (copy + 1) / 10))
    many = dataclasses.replace(case, frame=pl.concat([case.frame, *more]))
    rows = drawn(many)
    shown = [chart.title for chart in rows[QUEUE].charts]
    assert len(shown) == 6 and {"checkin", "medical", "kit", "kit 0", "kit 1", "kit 2"} == set(shown)
    assert "The 6 stations with most waiting, of 10." in rows[-1].caption
    table = peaks(many, many.numbers)
    assert table is not None and len(table.rows) == 10


def test_peaks_are_the_highest_points_of_the_lines() -> None:
    """The table, the caption of the chart and the line agree, and the range is that of the same moment."""
    case = west()
    table = peaks(case, case.numbers)
    assert table is not None
    chart = drawn(case)[QUEUE].charts[0]
    line = next(layer for layer in chart.layers if isinstance(layer, Line))
    band = next(layer for layer in chart.layers if isinstance(layer, Band) and layer.kind == "future")
    there = line.y.index(max(line.y))
    cell = table.rows[0].cells[QUEUE]
    assert cell.text == f"{line.y[there]:,.0f}"
    when = case.clock.short(line.x[there])
    assert cell.small == f"{when}, {band.low[there]:,.0f}–{band.high[there]:,.0f}"
    assert chart.caption == f"highest mean {cell.text}, {when}"


def test_a_deadline_of_each_summons_is_no_line() -> None:
    """Where every summons sets its own deadline there is no common one to draw."""
    assert not [layer for row in drawn(okas()) for chart in row.charts for layer in chart.layers
                if isinstance(layer, Rule)] or okas().deadline_h is not None  # fmt: skip


def test_scales_are_round() -> None:
    """Minutes up to an hour's steps, then hours; a share above 100 % has a mark above it."""
    assert [tick.text for tick in minutes_axis("wait", 67).ticks] == ["0", "30", "60", "90"]
    assert minutes_axis("wait", 67).title == "wait, in minutes"
    hours = minutes_axis("wait", 400)
    assert (hours.title, [tick.text for tick in hours.ticks]) == ("wait, in hours", ["0", "2", "4", "6", "8"])
    assert share_axis("busy", 1.13).high == 1.2
    assert share_axis("busy", 0.4).high == 1.0

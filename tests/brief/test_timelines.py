"""Minute by minute: curves are counts, shocks are shaded, and a recovery is what its words say."""

from __future__ import annotations

import dataclasses

import numpy as np
import polars as pl
from numpy.typing import NDArray
from tests.brief.cases import struck, view_of, west

from tocsin.brief import page
from tocsin.brief.chart import Chart, Line, Span
from tocsin.brief.shocks import shocks_of
from tocsin.brief.timelines import gap, minutes_of, slowed, timelines

MINUTE = 60_000


def curve(*parts: tuple[int, int]) -> NDArray[np.int64]:
    """Level stretches: a value for so many minutes each."""
    return np.concatenate([np.full(minutes, value, np.int64) for value, minutes in parts])


def lines(chart: Chart) -> list[Line]:
    return [layer for layer in chart.layers if isinstance(layer, Line)]


def test_curves_are_counts() -> None:
    """At any minute as many had arrived, joined, or stood in a queue as the journeys say."""
    case = west()
    found = minutes_of(view_of(case))
    frame = case.first.frame
    for minute in (0, 300, 777, 830, 1_000, 2_000, 2_880):
        at = minute * MINUTE
        assert found.arrived[minute] == (frame["arrived_ms"] <= at).sum()
        assert found.joined[minute] == (frame["joined_ms"] <= at).sum()
        queued = frame.filter((pl.col("medical_queued_ms") <= at) & (pl.col("medical_began_ms").fill_null(2**40) > at))
        assert found.waiting["medical"][minute] == queued.height


def test_lines_keep_every_corner() -> None:
    """A level stretch is drawn by its two ends, so that between them the line says what each minute said."""
    made = timelines(struck(), view_of(struck()))
    assert made is not None
    line = lines(made.charts[1])[0]
    joined = minutes_of(view_of(struck())).joined
    minutes = np.arange(round(line.x[-1] * 60) + 1)
    assert np.interp(minutes / 60, line.x, line.y).tolist() == joined[: len(minutes)].tolist()
    assert len(line.x) < 0.7 * len(minutes)


def test_shocks_are_shaded_where_they_were() -> None:
    """A shock with an end from its begin to its end, one without to the end of the drawing; words say kind and time."""
    made = timelines(struck(), view_of(struck()))
    assert made is not None
    for chart in (*made.charts, *made.queues.charts):
        spans = [layer for layer in chart.layers if isinstance(layer, Span)]
        assert [(s.label, s.start, s.end) for s in spans] == [("dark", 12.0, 15.0), ("bridge", 16.5, chart.x.high)]
    assert made.told == (
        "dark (power cut), Tue 06:00 to Tue 09:00",
        "bridge (roads cut), Tue 10:30 to the end",
    )


def test_the_plan_says_the_kind_where_the_log_does_not() -> None:
    """A row without a reason takes its kind from the plan's shock of that name."""
    assert [shock.kind for shock in shocks_of(view_of(struck()))] == ["power cut", "roads cut"]


def test_without_shocks_there_is_no_section() -> None:
    """The page of a plan in which nothing strikes has no curves minute by minute."""
    assert timelines(west(), view_of(west())) is None
    assert 'id="struck"' not in page(west()) and 'id="struck"' in page(struck())


def test_back_is_for_good() -> None:
    """By hand: 100 undisturbed; 60 from minute 10 to 30, 95 to 40, 80 to 50, then 100. Back at 50, not at 30."""
    base = curve((100, 100))
    found = gap(curve((100, 10), (60, 20), (95, 10), (80, 10), (100, 50)), base, 10)
    assert (found.most, found.at, found.left, found.back) == (-40, 10, 10, 50)


def test_a_tenth_or_five_people() -> None:
    """Nine of a hundred is near, eleven is not; of ten people five are near, six are not."""
    assert gap(curve((91, 50)), curve((100, 50)), 0).left is None
    assert gap(curve((89, 50)), curve((100, 50)), 0).left == 0
    assert gap(curve((15, 50)), curve((10, 50)), 0).left is None
    assert gap(curve((16, 50)), curve((10, 50)), 0).left == 0


def test_before_the_shock_nothing_counts() -> None:
    """A distance before the shock began is not the shock's."""
    found = gap(curve((0, 20), (100, 30)), curve((100, 50)), 20)
    assert found.left is None and found.most == 0


def test_who_never_comes_back_has_no_time() -> None:
    """Still far at the end: not back, which is no number."""
    found = gap(curve((100, 10), (50, 40)), curve((100, 50)), 10)
    assert found.left == 10 and found.back is None and not found.recovered


def test_a_run_against_itself_has_no_gap() -> None:
    """The same run with and without: no difference in any curve."""
    made = timelines(struck(), view_of(struck()), view_of(west()))
    assert made is not None
    assert {row.cells[0].text for row in made.recovery.rows} == {"no difference"}
    assert {line.name for line in lines(made.charts[0])} == {"with the shock", "the same run undisturbed"}
    assert "same luck" in made.recovery.note


def test_a_late_run_recovers() -> None:
    """Everybody who arrives in the dark is held for two hours: fewer had arrived, then all are there again."""
    case = struck()
    held = pl.col("arrived_ms").is_between(12 * 60 * MINUTE, 14 * 60 * MINUTE)
    late = case.first.frame.with_columns(
        pl.when(held).then(16 * 60 * MINUTE).otherwise("arrived_ms").alias("arrived_ms")
    )
    delayed = dataclasses.replace(case, first=dataclasses.replace(case.first, frame=late))
    made = timelines(delayed, view_of(delayed), view_of(west()))
    assert made is not None
    arrived = made.recovery.rows[0]
    assert arrived.head == "arrived" and arrived.small == "dark"
    assert arrived.cells[0].text.endswith("fewer")
    assert arrived.cells[1].text == "Tue 10:00"  # 16 h after 18:00
    assert (arrived.cells[2].text, arrived.cells[2].small) == ("4.0\u00a0h", "1.0\u00a0h after it ended")


def test_a_flow_alone() -> None:
    """By hand: 60 an hour, from minute 120 none for half an hour, then 60 an hour: at least 54 again 84 minutes on.

    In the hour up to minute m there are 60 less those of the half hour that lie in it; the first window with 54 of them
    has six empty minutes, those up to minute 150, so it ends at 150 + 54 = 204.
    """
    rate = np.ones(400, np.int64)
    rate[121:151] = 0
    found = slowed(np.cumsum(rate), 120)
    assert found is not None
    assert (found.before, found.least, found.back) == (60, 30, 204)


def test_a_later_fall_is_not_the_shocks() -> None:
    """The same flow, shock from minute 60 to 65: under 54 an hour only from minute 127 on, later than an hour after it.

    With a shock to minute 80 it is in time. (54 of 60: six empty minutes, up to 126, are still nine tenths.)
    """
    rate = np.ones(400, np.int64)
    rate[121:151] = 0
    early, late = (slowed(np.cumsum(rate), 60, ended) for ended in (65, 80))
    assert early is not None and early.back == 60
    assert late is not None and late.back == 204


def test_a_flow_that_does_not_fall_is_back_at_once() -> None:
    """Never under nine tenths: the time is 0, and it is told as never far."""
    found = slowed(np.arange(400), 120)
    assert found is not None and found.back == 120
    assert slowed(np.zeros(400, np.int64), 120) is None

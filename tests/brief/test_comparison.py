"""The page of a comparison: it says what the comparison holds, in numbers that can be checked, and fits any screen."""

from __future__ import annotations

import re

import polars as pl
import pytest
from tests.brief.cases import Elements
from tests.sweep.plans import doctors, strangers, written

from tocsin.brief.chart import Band, Line, Rule
from tocsin.brief.comparison import alone_words, comparison_page, counted, least_runs, summary
from tocsin.brief.comparison_charts import Curves, difference_chart, overlay, queue_overlays
from tocsin.brief.comparison_rows import (
    contrasts,
    headline_contrasts,
    largest_contrasts,
    luck_words,
    signed,
    verdict_words,
)
from tocsin.sweep import compare

FIXED = "\u00a0"


@pytest.fixture(scope="module")
def html() -> str:
    return comparison_page(doctors(), sources=["west-2026", "doctor.toml"], version="0.1.0")


# --- words --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "low", "high", "unit", "told"),
    [
        (-0.2, -0.25, -0.15, "h", ("−12 min", "−15 to −9 min")),
        (2.5, 2.44, 2.56, "h", ("+2.50 h", "+2.44 to +2.56 h")),
        (0.023, 0.011, 0.035, "share", ("+2 points", "+1 to +4 points")),
        (-452.0, -462.4, -442.6, "persons", ("−452", "−462 to −443")),
        (-180.3, -206.0, -155.0, "person-h", ("−180 person-h", "−206 to −155 person-h")),
        (0.0, -3.0, 3.0, "min", ("0 min", "−3 to +3 min")),
        (-300.0, -330.0, -270.0, "min", ("−5.0 h", "−5.5 to −4.5 h")),
        (1.0, None, None, "min", ("+1 min", "no interval")),
    ],
)
def test_differences_carry_sign_unit_and_interval(
    value: float, low: float | None, high: float | None, unit: str, told: tuple[str, str]
) -> None:
    """Shares differ in points, short hours in minutes; as many digits as the interval bears; no "−0"."""
    assert tuple(text.replace(FIXED, " ") for text in signed(value, low, high, unit)) == told


def test_the_first_numbers_are_those_that_everybody_asks_for() -> None:
    """Ready of called, T50, on time, posts and the wait of each station, each with both values and the difference."""
    found = headline_contrasts(doctors(), "doctor")
    assert {"A1", "A3", "A4", "A5", "L1", "H1", "W3"} == {one.measure for one in found}
    waits = {one.key: one for one in found if one.measure == "L1"}
    assert set(waits) == {"checkin", "medical", "phones", "kit"}
    assert (verdict_words(waits["medical"]), verdict_words(waits["checkin"])) == ("lower", "the same")
    assert waits["medical"].difference.startswith("−")
    assert waits["medical"].often == "lower in 100\u202f% of runs"
    assert (waits["checkin"].difference, waits["checkin"].interval, waits["checkin"].span) == ("0", "", None)


def test_the_largest_are_real_and_not_said_twice() -> None:
    """All of them real, none a headline, one of each name, by falling size."""
    found = largest_contrasts(doctors(), "doctor", 12)
    first = {(one.measure, one.key) for one in headline_contrasts(doctors(), "doctor") if one.measure == "L1"}
    assert found
    assert all(one.real for one in found)
    assert len({(one.measure, one.head) for one in found}) == len(found)
    assert [one.size for one in found] == sorted((one.size for one in found), reverse=True)
    assert not {(one.measure, one.key) for one in found if one.head == "wait p95"} & first


def test_not_reached_is_said_in_runs() -> None:
    """A time that 63 of 100 runs reach is said so, with the interval of the share, and no number stands for it."""
    base = [10.0 if run < 63 else None for run in range(100)]
    (some,) = contrasts(written({"a": {"T80 of called": base}, "b": {"T80 of called": [9.0] * 100}}), "b")
    # (38 - 1) / 102 ± 1.96 √((38/102 + 1/102 - (37/102)²) / 102) = 0.363 ± 0.097
    assert some.reached == "reached in 63 of 100 runs, here in 100 (+27 to +46 points)"
    (never,) = contrasts(written({"a": {"T80": [None] * 20}, "b": {"T80": [9.0] * 20}}), "b")
    assert (never.base, never.other, never.difference, verdict_words(never)) == ("–", "–", "–", "more often")


def test_the_count_adds_up() -> None:
    """Real, unsettled and equal numbers are all that both plans have; the sentence says so."""
    many = counted(doctors(), "doctor")
    assert many["real"] + many["unsettled"] + many["equal"] == many["all"] > 500
    assert many["real"] > 50
    told = summary(doctors(), "doctor")
    assert f"Of {many['all']} numbers" in told
    assert f"{many['real']} really differ" in told


def test_too_few_runs_are_told() -> None:
    """Where even a difference of one sign in every run could not be real, the page says how many runs could show it."""
    few = written({"a": {"x": [0.0] * 4}, "b": {"x": [1.0] * 4}})
    assert least_runs(few) == 6  # 2 / 2⁶ is the first to be at most 5 %
    assert "4 runs can show nothing to be real; at least 6 can" in summary(few, "b")
    assert "at least" not in summary(doctors(), "doctor")


def test_luck_is_told_by_what_it_was_worth() -> None:
    """A median gain in words; nothing to say where nothing differs."""
    assert luck_words(None) == ""
    assert "5.2 times as many runs" in luck_words(5.23)
    assert "bought nothing" in luck_words(0.9)
    assert "1,000" in luck_words(float("inf"))


def test_what_stands_alone_is_named() -> None:
    """Numbers of one plan only are said in words, with the plan that has them."""
    told = alone_words(strangers(), "okas")
    assert any(sentence.startswith("Only under west: A4 fill at the end: ") for sentence in told)
    assert any(sentence.startswith("Only under okas: ") for sentence in told)


# --- charts -------------------------------------------------------------------------------------------------------


def test_curves_lie_over_each_other_with_both_intervals() -> None:
    """A line and two bands for each plan, the base dashed; values are the means of the runs; the deadline stands."""
    two = doctors()
    chart = overlay(Curves(two), "A4", "joined per post", "posts", "When the posts fill", "posts filled")
    assert chart is not None
    lines = [layer for layer in chart.layers if isinstance(layer, Line)]
    bands = [layer for layer in chart.layers if isinstance(layer, Band)]
    assert [(line.name, line.dashed) for line in lines] == [("west", True), ("doctor", False)]
    assert sorted(band.kind for band in bands) == ["future", "future", "mean", "mean"]
    assert [layer.label for layer in chart.layers if isinstance(layer, Rule)] == ["deadline Tue 08:00"]
    frame = two.rehearsals[1].frame
    curve = frame.filter((pl.col("name") == "joined per post") & pl.col("at_ms").is_not_null())
    ends = curve.sort("at_ms").group_by("run").agg(pl.col("value").last())["value"]
    assert lines[1].y[-1] == pytest.approx(ends.mean())


def test_the_difference_is_that_of_the_table() -> None:
    """Middle and ends of the band are the rows of the differences, in points; an equal curve is not drawn."""
    two = doctors()
    chart = difference_chart(two, Curves(two), "doctor", ("A4", "joined per post"), "posts-1", "Posts")
    assert chart is not None
    band = next(layer for layer in chart.layers if isinstance(layer, Band))
    line = next(layer for layer in chart.layers if isinstance(layer, Line))
    table = two.differences
    rows = table.filter(table["name"] == "joined per post").sort("at_ms")
    assert line.y == pytest.approx((100 * rows["difference"]).to_list())
    assert band.low == pytest.approx((100 * rows["low"]).to_list())
    assert band.high == pytest.approx((100 * rows["high"]).to_list())
    assert chart.y.low <= min(band.low) <= max(band.high) <= chart.y.high
    assert any(tick.at == 0 for tick in chart.y.ticks)
    assert difference_chart(two, Curves(two), "doctor", ("A2", "arrived of called"), "arrivals-1", "Arrived") is None


def test_queues_are_of_the_points_that_differ_most() -> None:
    """Not more than six, on one scale, the one with the largest distance first."""
    found = queue_overlays(Curves(doctors()))
    assert found is not None
    assert 1 < len(found.charts) <= 6
    assert len({chart.y for chart in found.charts}) == 1
    gaps = []
    for chart in found.charts:
        base, other = (layer.y for layer in chart.layers if isinstance(layer, Line))
        gaps.append(max(abs(a - b) for a, b in zip(base, other, strict=True)))
    assert gaps == sorted(gaps, reverse=True)


def test_clocks_that_differ_show_no_local_time() -> None:
    """Call-ups of two countries share hours after the alert, and no clock."""
    chart = overlay(Curves(strangers()), "A2", "arrived of called", "arrivals", "When", "arrived")
    assert chart is not None
    assert {tick.below for tick in chart.x.ticks} == {""}


# --- the page -----------------------------------------------------------------------------------------------------


def test_the_page_holds_what_the_comparison_says(html: str) -> None:
    """Summary, changes, digests and the command to repeat it are on the page; nothing is asked of a network."""
    page, two = Elements(html), doctors()
    assert summary(two, "doctor") in page.text
    assert "layout[big].station[medical].servers" in page.text
    for done in two.rehearsals:
        assert done.digest in page.text
    assert f"tocsin compare west-2026 doctor.toml -n {two.runs} --seed 7" in page.text
    assert not [tag for tag, _ in page.tags if tag in {"script", "iframe", "img"}]
    assert not re.search(r"https?://(?!www\.w3\.org)", re.sub(r'<a [^>]*href="[^"]*"', "", html.partition("<body>")[0]))
    ids = [value for _, attributes in page.tags if (value := attributes.get("id"))]
    assert len(ids) == len(set(ids))
    assert {href[1:] for _, a in page.tags if (href := a.get("href")) and href.startswith("#")} <= set(ids)


def test_the_same_comparison_gives_the_same_bytes(html: str) -> None:
    """Twice the same page, well below the size that can be sent by mail."""
    assert comparison_page(doctors(), sources=["west-2026", "doctor.toml"], version="0.1.0") == html
    assert len(html) < 1_000_000


def test_names_are_escaped() -> None:
    """A label from a file's name is text on the page, not markup."""
    plan = doctors().rehearsals[0].plan
    two = compare({"<b>bold</b>": plan, "<script>": plan}, runs=2, workers=1)
    assert "<script>" not in comparison_page(two, sources=["a", "b"], version="0.1.0")


# --- in a browser -------------------------------------------------------------------------------------------------

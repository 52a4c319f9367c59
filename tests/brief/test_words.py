"""Sentences say what the numbers say, also where there is little to say."""

from __future__ import annotations

import dataclasses

import polars as pl
import pytest
from tests.brief.cases import okas, rehearsed, west

from tocsin.brief.case import Case
from tocsin.brief.numbers import Number, Numbers
from tocsin.brief.page import headlines
from tocsin.brief.words import between, hours, listed, minutes, provenance, share, span, told, what_happened
from tocsin.plan import load


def plain(text: str) -> str:
    return text.replace("\u202f", " ").replace("\u00a0", " ")


def story(case: Case) -> str:
    return plain(" ".join(what_happened(case, Numbers(case.frame))))


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0, "0 %"),
        (0.0002, "< 0.1 %"),
        (0.053, "5.3 %"),
        (0.05, "5.0 %"),
        (0.58, "58 %"),
        (0.9999, "99.9 %"),
        (1, "100 %"),
    ],
)
def test_shares(value: float, words: str) -> None:
    """Small shares have a decimal; what is not none or all is not rounded to it."""
    assert plain(share(value)) == words


def test_times() -> None:
    """Hours from one hour on, minutes up to two; limits as round as they are."""
    assert [plain(hours(v)) for v in (0.5, 1.0, 13.83)] == ["30 min", "1.0 h", "13.8 h"]
    assert [plain(minutes(v)) for v in (0, 0.2, 24, 240)] == ["0 min", "< 1 min", "24 min", "4.0 h"]
    assert [plain(span(v)) for v in (30, 240, 90, 150)] == ["30 min", "4 h", "90 min", "2.5 h"]


def test_ranges() -> None:
    """A unit is said once; ends that round to one get a decimal more; equal ends are one value."""
    assert plain(between(13.6, 14.0, hours)) == "13.6–14.0 h"
    assert plain(between(0.908, 0.912, share)) == "90.8–91.2 %"
    assert plain(between(0.7, 3.0, hours)) == "42 min–3.0 h"
    assert plain(between(0.5, 0.5, share)) == "50 %"
    assert plain(between(0, 0.3, minutes)) == "< 1 min"


def test_lists() -> None:
    """A long list is cut and says by how much."""
    assert listed([]) == ""
    assert listed(["A", "B", "C"]) == "A, B and C"
    assert listed([f"P{i}" for i in range(120)]) == "P0, P1, P2 and 117 more"


def test_a_time_that_is_not_reached_is_never_a_number() -> None:
    """No run reaches it: the most; some do: in how many, and the median over all of them if there is one."""
    none = Number(None, None, None, None, None, None, 40, 0, "not reached (max 58 %)", 6000)
    assert plain(told(none, hours, 0.581)) == "not reached (max 58 %)"
    some = Number(None, None, None, 30.0, None, None, 40, 12, "not reached (max 78 %)", 6000)
    assert plain(told(some, hours)) == "median: not reached"
    most = Number(None, None, None, 30.0, 31.2, None, 40, 30, "not reached (max 79 %)", 6000)
    assert plain(told(most, hours)) == "median 31.2 h"


def test_the_story_is_written_from_the_numbers() -> None:
    """Three sentences with the means of the measures, told in local time."""
    case = west()
    sentences = what_happened(case, Numbers(case.frame))
    assert len(sentences) == 3
    assert all(sentence.endswith(".") for sentence in sentences)
    text = story(case)
    arrived = case.frame.filter((pl.col("name") == "arrived") & (pl.col("unit") == "persons"))["value"].mean()
    assert f"{arrived:,.0f}" in text
    assert "on average of 3 runs" in text
    assert "By the deadline, 08:00 on Tuesday 17 February," in text
    assert "of the 3,720 posts were filled" in text


def test_one_run_says_so() -> None:
    """One run has no average and no interval."""
    case = okas()
    assert "on average" not in story(case)
    assert provenance(case, 3).startswith("Simulated, one run, seed 7: not a forecast.")
    assert all(h.intervals in ((), ("one run, no interval",)) for h in headlines(case, Numbers(case.frame)))


def test_nobody_comes() -> None:
    """If everybody stays away the story says that, and no time is invented."""
    plan = load("okas-2017")
    away = plan.behaviour.model_copy(update={"refuse": 0.0, "excuse": 0.0, "no_show": 1.0})
    groups = tuple(g.model_copy(update={"behaviour": None}) for g in plan.groups)
    case = rehearsed(plan.model_copy(update={"behaviour": away, "groups": groups}), 1)
    text = story(case)
    assert "nobody came to an assembly point" in text
    assert headlines(case, Numbers(case.frame))[0].figure == "never"


def test_a_plan_without_units() -> None:
    """Without units there are no posts to fill: it is said, not guessed."""
    case = west()
    frame = case.frame.filter(pl.col("measure") != "A4")
    bare = dataclasses.replace(case, plan=case.plan.model_copy(update={"units": ()}), frame=frame)
    assert "the plan names no units" in story(bare)


def test_a_unit_that_is_not_formed() -> None:
    """One unit is not "0 of 1 units"; several are counted, none is said as none."""
    assert "the unit had not been formed" in story(okas())
    case = west()
    name = pl.col("name") == "units formed"
    value = pl.when(name).then(0.0).otherwise(pl.col("value")).alias("value")
    bare = dataclasses.replace(case, frame=case.frame.with_columns(value))
    assert "none of 18 units had been formed" in story(bare)


def test_half_are_never_there() -> None:
    """A plateau below one half is told as such, with the most as the headline."""
    case = west()
    name = pl.col("name") == "T50 of called"
    value = pl.when(name).then(None).otherwise(pl.col("value")).alias("value")
    note = pl.when(name).then(pl.lit("not reached (max 44 %)")).otherwise(pl.col("note")).alias("note")
    low = dataclasses.replace(case, frame=case.frame.with_columns(value, note))
    assert "half of all those called were never there" in story(low)
    assert headlines(low, Numbers(low.frame))[0].figure == "never"


def test_half_are_there_in_some_runs() -> None:
    """A time that some runs reach is told with their number."""
    case = west()
    name = (pl.col("name") == "T50 of called") & (pl.col("run") == 1)
    value = pl.when(name).then(None).otherwise(pl.col("value")).alias("value")
    note = pl.when(name).then(pl.lit("not reached (max 44 %)")).otherwise(pl.col("note")).alias("note")
    mixed = dataclasses.replace(case, frame=case.frame.with_columns(value, note))
    assert "half of all those called were there in 2 of 3 runs, in the others never" in story(mixed)


def test_intervals_stay_within_reason() -> None:
    """The t-interval of few runs is cut at 0 and at all: a share of 103 % would be nonsense on a page."""
    numbers = Numbers(west().frame)
    for key in numbers.keys("A4", "fill at the end"):
        fill = numbers.get("A4", "fill at the end", key)
        assert fill.mean_low is not None and fill.mean_high is not None
        assert 0 <= fill.mean_low <= fill.mean_high <= 1

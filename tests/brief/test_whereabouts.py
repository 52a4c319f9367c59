"""Where everybody is, step by step: counts that anybody can make again from the journeys."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.brief.cases import okas, view_of, west

from tocsin.brief.case import Case
from tocsin.brief.whereabouts import MOST_STEPS, Whereabouts, counted, step_for, whereabouts
from tocsin.measure.quantiles import NEVER

MINUTE = 60_000
SERVED = ("checkin", "medical", "phones", "kit")


def found(case: Case, values: int = 130_000, places: int = 120, flows: int = 60) -> Whereabouts:
    where = whereabouts(case, view_of(case), values, places, flows)
    assert where is not None
    return where


def between(frame: pl.DataFrame, start: str, ends: tuple[str, ...], at: int) -> pl.Expr:
    """Whose stage `start` was at or before an instant and whose `ends` are all after it."""
    gone = [pl.col(f"{end}_ms").fill_null(NEVER) > at for end in ends if f"{end}_ms" in frame.columns]
    return pl.all_horizontal(pl.col(f"{start}_ms").fill_null(NEVER) <= at, *gone)


def by_hand(frame: pl.DataFrame, at: int) -> Iterator[int]:
    """On the way, waiting, being served, aboard, joined at an instant, each counted by its definition."""
    here = between(frame, "arrived", ("released", "gave_up", "joined", "surplus", "boarded"), at)
    served = [between(frame, f"{station}_began", (f"{station}_ended",), at) for station in SERVED]
    yield frame.filter(between(frame, "set_out", ("arrived",), at)).height
    yield frame.filter(here & ~pl.any_horizontal(served)).height
    yield frame.filter(pl.any_horizontal(served)).height
    yield frame.filter(between(frame, "boarded", ("joined", "surplus"), at)).height
    yield frame.filter(between(frame, "joined", (), at)).height


def test_counts_are_those_of_the_journeys() -> None:
    """At every fifteenth step the five totals are what a count over all people gives, one by one."""
    case = west()
    where = found(case)
    for step in range(0, where.steps, 15):
        assert where.totals[:, step].tolist() == list(by_hand(case.first.frame, step * where.step_ms)), step


def test_places_add_up_to_the_totals() -> None:
    """Waiting, aboard and joined of all places are the totals, and flows never more than those on the way."""
    where = found(west())
    for row, counts in ((1, where.waiting), (3, where.aboard), (4, where.joined)):
        assert counts.sum(axis=0).tolist() == where.totals[row].tolist()
    on_way = np.sum([flow.on_way for flow in where.flows], axis=0)
    assert (on_way <= where.totals[0]).all() and on_way.max() > 0


def test_a_flow_is_the_people_of_one_town() -> None:
    """The largest flow counts, at each step, who set out from its town to its point and has not arrived."""
    case = west()
    where = found(case)
    flow = where.flows[0]
    homes = case.first.frame.join(case.people.select("person", "home", "point"), on="person", how="left")
    mine = homes.filter(
        (pl.col("home").cast(pl.String) == flow.home) & (pl.col("place").cast(pl.String) == where.places[flow.place])
    )
    for step in range(0, where.steps, 20):
        there = mine.filter(between(mine, "set_out", ("arrived",), step * where.step_ms)).height
        assert flow.on_way[step] == there
    assert flow.people >= max(other.people for other in where.flows)


def test_few_people_draw_no_flow() -> None:
    """Flows of fewer than five people would tell of persons (measures.md, H4)."""
    assert min(flow.people for flow in found(west()).flows) >= 5


def test_points_that_lie_together_are_one_place() -> None:
    """Two points in one town, with all their people, are one place of a map, named by the town."""
    case = west()
    points = list(case.plan.points)
    points[1] = points[1].model_copy(update={"town": points[0].town})  # Lida's point moves to Hrodna
    moved = found(Case(case.plan.model_copy(update={"points": tuple(points)}), *_rest(case)))
    before = found(case)
    assert "Hrodna (2 points)" in moved.places and "Lida" not in moved.places
    both = sum(before.joined[before.places.index(name)][-1] for name in ("Hrodna", "Lida"))
    assert moved.joined[moved.places.index("Hrodna (2 points)")][-1] == both


def _rest(case: Case) -> tuple[object, ...]:
    return case.people, case.first, case.frame, case.seed, case.runs, case.version, case.digest


def test_fewer_values_are_fewer_steps() -> None:
    """Never more steps than 300, and no more numbers than asked for, whatever the number of people."""
    assert found(west()).steps <= MOST_STEPS
    small = found(west(), values=5_000)
    assert small.steps < 100
    assert small.steps * (5 + 3 * len(small.places) + len(small.flows)) <= 5_000


def test_places_beyond_the_most_are_left_out_of_the_map_only() -> None:
    """With room for three places the totals are still those of all."""
    few = found(west(), places=3)
    assert len(few.places) == 3 and few.left_out == 5
    assert few.waiting.sum(axis=0).max() < few.totals[1].max()


def test_a_plan_without_buses_has_nobody_aboard() -> None:
    """In the Estonian exercise people join on foot."""
    assert found(okas()).totals[3].max() == 0


@given(st.lists(st.tuples(st.integers(-1, 2), st.integers(0, 90), st.integers(0, 90)), max_size=30))
def test_counting_is_counting(people: list[tuple[int, int, int]]) -> None:
    """Between start and end, from the first step at or after the start, never from a row below 0."""
    rows, starts, ends = (np.array([p[k] for p in people], np.int64) for k in range(3))
    counts = counted(rows, starts, ends, 3, 10, 10)
    for row in range(3):
        for step in range(10):
            there = sum(r == row and s <= 10 * step < e for r, s, e in people)
            assert counts[row, step] == there


@pytest.mark.parametrize(
    ("hours", "most", "minutes"), [(24, 300, 5), (48, 300, 10), (72, 300, 15), (5, 300, 2), (48, 50, 60)]
)
def test_steps_are_round(hours: int, most: int, minutes: int) -> None:
    """The shortest round step that needs no more than the most: 24 h at 5 min are 289 steps."""
    assert step_for(hours * 60 * MINUTE, most) == minutes * MINUTE

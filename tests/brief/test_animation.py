"""The animation: exact counts in few bytes, the same size for any number of people, nothing that tells of a person."""

from __future__ import annotations

import dataclasses
import json
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from numpy.typing import NDArray
from tests.brief.cases import Elements, rehearsed, struck, view_of, west

from tocsin.brief import page
from tocsin.brief.animation import Animation, Column, animation, decoded, encoded
from tocsin.brief.animation_map import moving
from tocsin.brief.case import Case
from tocsin.brief.map import map_of
from tocsin.brief.whereabouts import MOST_STEPS
from tocsin.plan import load

MOST_BYTES = 300_000


def animated(case: Case) -> Animation:
    made = animation(case, view_of(case), map_of(case))
    assert made is not None
    return made


def section(html: str) -> str:
    start = html.index('<section id="moving"')
    return html[start : html.index("</section>", start)]


@given(arrays(np.int64, array_shapes(min_dims=2, max_dims=2, max_side=12), elements=st.integers(0, 400_000)))
def test_counts_come_back_exactly(series: NDArray[np.int64]) -> None:
    """What is coded is decoded to the same numbers, large and small, in rows of any length."""
    assert (decoded(encoded(series), series.shape[1]) == series).all()


def test_level_stretches_cost_nothing() -> None:
    """A thousand steps without a change are two bytes for them all, beside the change before."""
    level = np.full((1, 1000), 7)
    assert len(encoded(level)) <= 8


def test_the_page_holds_the_counts() -> None:
    """What the script gets are the counts of the run: totals, then waiting, aboard and joined by place, then flows."""
    case = west()
    made = animated(case)
    attributes = next(a for _, a in Elements(page(case)).tags if a.get("id") == "animation")
    facts = json.loads(attributes["data-facts"] or "")
    series = decoded(attributes["data-counts"] or "", facts["steps"])
    w = made.where
    assert series[:5].tolist() == w.totals.tolist()
    assert series[5 : 5 + len(w.places)].tolist() == w.waiting.tolist()
    assert series.shape == (5 + 3 * len(w.places) + len(w.flows), w.steps)
    assert facts["names"] == list(w.places) and len(facts["times"].split("|")) == w.steps
    assert w.steps <= MOST_STEPS


def test_it_is_small() -> None:
    """Steps times places, not people: the whole section of the page stays below 300 KB."""
    assert len(section(page(west())).encode()) < MOST_BYTES / 2


@pytest.mark.prove
def test_a_national_plan_is_as_small() -> None:
    """300,000 people at 120 points in 290 towns: below the same bound."""
    assert len(section(page(rehearsed(load("national"), 1))).encode()) < MOST_BYTES


def test_stills_tell_the_same() -> None:
    """Each small picture names its time and its counts; one of them is when most people wait, which is shown first."""
    made = animated(west())
    w = made.where
    assert 2 <= len(made.stills) <= 6 and [s.step for s in made.stills] == sorted(s.step for s in made.stills)
    assert made.shown in [still.step for still in made.stills]
    assert w.totals[1][made.shown] == w.totals[1].max()
    for still in made.stills:
        assert f"{w.totals[1][still.step]:,} waiting" in still.told
    assert len(moving(made).stills) == len(made.stills)


def test_circles_have_areas_by_people() -> None:
    """The radius is the scale times the root of the people, in the still as in the script."""
    made = animated(west())
    drawn = moving(made)
    facts = json.loads(drawn.facts)
    waiting = re.search(r'<g class="waiting">(.*?)</g>', str(drawn.map))
    assert waiting is not None
    radii = [float(r) for r in re.findall(r' r="([\d.]+)"', waiting[1])]
    expected = facts["scale"] * np.sqrt(made.where.waiting[:, made.shown])
    assert radii == pytest.approx(expected.tolist(), abs=0.06)


def test_units_march_along_their_places() -> None:
    """Between two places a unit is drawn where its times put it; before it sets out it is nowhere."""
    column = Column("6th", ((10.0, 53.0, 24.0), (12.0, 54.0, 25.0), (13.0, 54.0, 27.0)))
    assert column.at(9.9) is None
    assert column.at(11.0) == (53.5, 24.5)
    assert column.at(12.5) == (54.0, 26.0)
    assert column.at(99.0) == (54.0, 27.0)
    made = animated(struck())
    assert [column.unit for column in made.columns] == [unit.name for unit in struck().plan.units[:4]]
    assert "Diamonds are the heads of columns on the march, on" in made.caption
    assert [hour for hour, _, _ in made.columns[0].way] == [22, 24, 28]  # the tail, an hour behind, is not the head
    assert made.where.hour(made.where.steps - 1) >= 31  # the last unit is in position 28 + 3 hours after the alert
    assert len(re.findall(r'class="column"', str(moving(made).map))) == 4


def test_shocks_are_named() -> None:
    """Their names and times stand in what the script gets, and on the strip."""
    made = animated(struck())
    drawn = moving(made)
    named = [shock[2] for shock in json.loads(drawn.facts)["shocks"]]
    assert named == ["dark (power cut)", "bridge (roads cut)"]
    low, high, _ = drawn.bands[1]
    assert 0 < low < high == 1


def test_no_map_no_animation() -> None:
    """Without homes there is no map, and a page without it has no script."""
    case = west()
    without = dataclasses.replace(case, people=case.people.with_columns(home=None))
    html = page(without)
    assert "<script" not in html and 'id="moving"' not in html and "script-src" not in html

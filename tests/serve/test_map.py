"""The map's data is GeoJSON as RFC 7946 says, traces to ids, and is filtered as the list is."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient

from tocsin.serve.pages.map_drawing import static_map, timeline_of
from tocsin.serve.pages.map_shown import GROUPS, Asked, all_events, asked_of, let
from tocsin.serve.room import View
from tocsin.watch import Store
from tocsin.watch.desk import Desk
from tocsin.watch.model import TOPICS


@pytest.fixture(scope="module")
def view(filled: Path) -> Iterator[View]:
    with Store.open(filled) as store:
        yield View(Desk(store), None)


def _positions(geometry: dict[str, Any]) -> list[list[float]]:
    found: list[Any] = [geometry["coordinates"]]
    while found and not isinstance(found[0][0], int | float):
        found = [inner for one in found for inner in one]
    return found


@pytest.mark.parametrize("address", ["/map/events.json", "/map/land.json"])
def test_it_is_geojson(client: TestClient[Any], address: str) -> None:
    """RFC 7946: a FeatureCollection of features with geometry, properties and id; longitude before latitude."""
    answer = client.get(address)
    assert answer.headers["content-type"].startswith("application/geo+json")
    whole = answer.json()
    assert whole["type"] == "FeatureCollection" and whole["features"]
    ids = [one["id"] for one in whole["features"]]
    assert len(ids) == len(set(ids))
    for one in whole["features"]:
        assert one["type"] == "Feature" and isinstance(one["properties"], dict)
        assert one["geometry"]["type"] in ("Point", "MultiPolygon")
        for lon, lat in _positions(one["geometry"]):
            assert 15 < lon < 60 and 45 < lat < 62, one["id"]  # Belarus and its neighbours
        for polygon in one["geometry"]["coordinates"] if one["geometry"]["type"] == "MultiPolygon" else ():
            for number, ring in enumerate(polygon):
                assert len(ring) >= 4 and ring[0] == ring[-1]
                turn = sum(ax * by - bx * ay for (ax, ay), (bx, by) in pairwise(ring))
                assert (turn > 0) == (number == 0)  # outer rings anticlockwise, holes clockwise (3.1.6)


def test_every_feature_traces_to_its_rows(client: TestClient[Any], view: View) -> None:
    """Each feature is an incident or statement of the room; its sources are reports or statements that stand."""
    whole = client.get("/map/events.json").json()
    incidents = {f"incident {one.id}": one for one in view.desk.incidents}
    rows = {f"sighting {one}" for one in view.desk.standing.sightings}
    named = [one["id"] for one in (*whole["features"], *whole["unplaced"])]
    assert sorted(named) == sorted([*incidents, *rows])  # nothing is lost on the way to the map
    for one in whole["features"]:
        it = one["properties"]
        assert it["sources"] and it["address_here"].startswith(("/incidents/", "/footprint/"))
        known = view.desk.standing.reports if it["sort"] == "incident" else view.desk.standing.sightings
        assert all(name in known for name, _ in it["sources"])
        if one["id"] in incidents:
            assert it["origins"] == list(incidents[one["id"]].origins)  # marks grow with these, not with copies


def test_every_topic_has_a_group() -> None:
    """No topic is left without a colour and a shape, and none has two."""
    named = [topic for _, _, topics in GROUPS.values() for topic in topics]
    assert sorted(named) == sorted(TOPICS)
    assert len({shape for _, shape, _ in GROUPS.values()}) == len(GROUPS)


def test_a_whole_country_is_no_point(view: View) -> None:
    """What is said of Belarus as a whole stands in the list and not as a mark in its middle."""
    wide = [one for one in all_events(view) if one.place == "Belarus"]
    assert wide and all(one.where == "wide" for one in wide)
    assert static_map("by", wide).count('class="mark') == 0


def _count(text: str) -> int:
    found = re.search(r'data-total="(\d+)"', text)
    assert found is not None
    return int(found[1])


@pytest.mark.parametrize(
    "query",
    ["", "from=2026-02-16&to=2026-02-17", "sort=incident", "sort=sighting&to=2022-02-23", "group=forces,words",
     "group=treatment&group=call-up&from=2026-02-01", "where=unplaced", "place=Grodno"],
)  # fmt: skip
def test_page_list_and_rule_let_the_same_through(client: TestClient[Any], view: View, query: str) -> None:
    """The whole page and the list alone hold what the rule lets through."""
    words = dict(part.split("=") for part in query.split("&") if part and not part.startswith("group"))
    groups = [part.partition("=")[2] for part in query.split("&") if part.startswith("group")]
    asked, refused = asked_of(words, groups)
    found = let(view, asked)
    assert not refused and found
    assert _count(client.get(f"/map?{query}").text) == _count(client.get(f"/map/list?{query}").text) == len(found)
    assert query == "" or len(found) < len(all_events(view))


def test_a_filter_of_days_is_of_days_that_meet() -> None:
    """An event is let through if some day of it may lie in the stretch; without any day, by no stretch."""
    first = dt.date(2026, 2, 16).toordinal() - dt.date(1970, 1, 1).toordinal()
    assert asked_of({"from": "2026-02-16"}, [])[0].first == first
    from tests.serve.map_events import event

    assert Asked(first, first + 1).lets(event(first - 5, first))
    assert Asked(first, first + 1).lets(event(first - 5, None))
    assert not Asked(first, first + 1).lets(event(first - 5, first - 1))
    assert not Asked(first, first + 1).lets(event(first + 2, None))
    assert not Asked(first, None).lets(event(None, None))
    assert Asked().lets(event(None, None))


@pytest.mark.parametrize("query", ["from=zz", "to=2026-02-30", "from=2026-03-01&to=2026-02-01"])
def test_a_day_that_is_none_is_told(client: TestClient[Any], query: str) -> None:
    """One sentence, status 422, and the rest of the page."""
    answer = client.get(f"/map?{query}")
    assert answer.status_code == 422 and 'role="alert"' in answer.text and "The same as a list" in answer.text


@pytest.mark.parametrize("query", ["from=2199-01-01", "to=1950-01-01", "from=1950-01-01&to=2199-12-31"])
def test_days_far_from_every_event_are_a_page_too(client: TestClient[Any], query: str) -> None:
    """Days before the first event or after the last one are a page like any other, with a list that may be empty."""
    assert client.get(f"/map?{query}").status_code == 200


def test_the_list_holds_every_event_over_its_pages(client: TestClient[Any], view: View) -> None:
    """For those who do not see the map: every event is a row of the list, once."""
    seen: list[str] = []
    for page in range(1, 8):
        rows = re.findall(r'<tr data-id="([^"]+)"', client.get(f"/map/list?page={page}").text)
        seen += rows if rows[:1] != seen[-50:-49] else []
    assert sorted(set(map(html.unescape, seen))) == sorted(one.id for one in all_events(view))


def test_the_timeline_counts_each_dated_event_once(view: View) -> None:
    """The bars together are as many as there are events with a day."""
    found = all_events(view)
    bars = timeline_of(found, None, None)
    assert bars is not None
    assert sum(map(sum, bars.bars)) == sum(one.first is not None or one.last is not None for one in found)


def test_without_scripts_there_is_a_drawing(client: TestClient[Any]) -> None:
    """The page itself holds the map as SVG with marks and titles, and its form works by itself."""
    text = client.get("/map?sort=sighting&from=2022-02-01&to=2022-02-23").text
    assert 'class="static-map"' in text and text.count('<path class="mark forces"') > 5
    assert 'method="get" action="/map"' in text and "Natural Earth" in text and "GeoNames" in text
    assert "hidden>" in text.split('id="sliders"', 1)[1][:10]  # what needs scripts is not shown without them

"""The map: where things are said to have happened and forces to stand, with a timeline, and all of it as a list."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final
from urllib.parse import urlencode

from litestar import Request, Response, get
from litestar.response import Template

from tocsin.serve.access import Action, may
from tocsin.serve.page import page, piece
from tocsin.serve.pages.map_drawing import Timeline, mark_path, static_map, timeline, timeline_of
from tocsin.serve.pages.map_shown import GROUPS, SORTS, Asked, Event, all_events, asked_of, events_json, land_json, let
from tocsin.serve.paging import Paged, paged
from tocsin.serve.room import Room, View

__all__ = ["HANDLERS", "WARM"]

COUNTRY: Final = "by"
"""The country that is watched."""
GEOJSON: Final = "application/geo+json"
"""RFC 7946, section 12."""
_EPOCH: Final = dt.date(1970, 1, 1).toordinal()
Query = Request[Any, Any, Any]


@get("/map", guards=[may(Action.READ)], sync_to_thread=False)
def map_page(request: Query, room: Room) -> Template:
    """Show the map, its timeline and its list."""
    view = room.view
    asked, refused = _asked(request)
    found = let(view, asked)
    bars = timeline_of(found, asked.first, asked.last)
    return page(
        "map.html", room, "/map", "Map", refused=refused, asked=asked, sorts=SORTS, groups=_legend(),
        drawing=static_map(COUNTRY, found), bars=bars, bars_drawing=None if bars is None else timeline(bars),
        days=_span(bars), presets=_presets(view), dates={name: asked.words().get(name, "") for name in ("from", "to")},
        code=422 if refused else 200, **_list(view, asked, found, request),
    )  # fmt: skip


@get("/map/list", guards=[may(Action.READ)], sync_to_thread=False)
def map_list(request: Query, room: Room) -> Template:
    """The list alone, as the page's script puts it in."""
    asked, _ = _asked(request)
    return piece("map_list.html", **_list(room.view, asked, let(room.view, asked), request))


@get("/map/events.json", guards=[may(Action.READ)], sync_to_thread=False, media_type=GEOJSON)
def map_events(room: Room) -> Response[bytes]:
    """Incidents and statements on forces whose place is known, and the names of those whose place is not."""
    return Response(events_json(room.view), media_type=GEOJSON, headers={"Cache-Control": "no-store"})


@get("/map/land.json", guards=[may(Action.READ)], sync_to_thread=False, media_type=GEOJSON)
def map_land(room: Room) -> Response[bytes]:
    """Outlines of the regions and the neighbours, and the largest towns."""
    land = room.view.remember("map: land", lambda: land_json(COUNTRY))
    return Response(land, media_type=GEOJSON, headers={"Cache-Control": "private, max-age=86400"})


def _asked(request: Query) -> tuple[Asked, str]:
    return asked_of(request.query_params, request.query_params.getall("group", []))


def _list(view: View, asked: Asked, found: list[Event], request: Query) -> dict[str, Any]:
    """What the list shows: its page, how many there are of each kind, and where its parts stand."""
    word = str(request.query_params.get("page", "1"))
    number = int(word) if word.isascii() and word.isdigit() and len(word) < 9 else 1
    rows: Paged[Event] = paged(found, number, "/map", lambda one: one, asked.words())
    counts = {name: sum(one.where == name for one in found) for name in ("placed", "wide", "unplaced")}
    words = {name: word for name, word in asked.words().items() if name != "where"}
    wheres = {key: f"/map?{urlencode(words | ({'where': key} if key else {}))}" for key in ("", *counts)}
    marks = {name: mark_path(shape, 10, 10, 8) for name, (_, shape, _) in GROUPS.items()}
    shown = {"rows": rows, "counts": counts, "total": len(all_events(view)), "chosen": asked, "names": GROUPS}
    return shown | {"wheres": wheres, "marks": marks}


def _legend() -> list[dict[str, str]]:
    return [
        {"id": name, "words": words, "path": mark_path(shape, 10, 10, 8)} for name, (words, shape, _) in GROUPS.items()
    ]


def _span(bars: Timeline | None) -> dict[str, str]:
    if bars is None:
        return {}
    return {"first": _date(bars.first), "last": _date(bars.last)}


def _presets(view: View) -> list[tuple[str, str]]:
    """Stretches worth looking at: all, and the year in which most is said to have happened."""

    def make() -> list[tuple[str, str]]:
        years: dict[int, int] = {}
        for one in all_events(view):
            if one.sort == "incident" and one.first is not None:
                year = dt.date.fromordinal(one.first + _EPOCH).year
                years[year] = years.get(year, 0) + 1
        told = [("All times", "/map")]
        if years:
            year = max(years, key=lambda it: (years[it], it))
            told.append((f"{year}", f"/map?from={year}-01-01&to={year}-12-31"))
            told.append(
                (f"Incidents of January to March {year}", f"/map?from={year}-01-01&to={year}-03-31&sort=incident")
            )
        return told

    return view.remember("map: presets", make)


def _date(day: int) -> str:
    return dt.date.fromordinal(day + _EPOCH).isoformat()


HANDLERS = [map_page, map_list, map_events, map_land]
WARM = (all_events, events_json)

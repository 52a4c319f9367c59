"""The map without scripts: the same outlines, and a mark for each place and group, as one SVG; and the timeline.

With scripts the map is drawn by MapLibre (`static/map.js`), and this drawing gives way to it.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from tocsin.brief.chart_map import clipped
from tocsin.brief.draw import path, thinned
from tocsin.brief.watch_words import many
from tocsin.plan import geography
from tocsin.serve.pages.map_shown import GROUPS, Event
from tocsin.watch.likeness import count_origins

__all__ = ["Timeline", "mark_path", "static_map", "timeline", "timeline_of"]

WIDTH: Final = 900.0
_MARGIN: Final = 0.04
_EPOCH: Final = dt.date(1970, 1, 1).toordinal()
_BARS_WIDTH, _BARS_HEIGHT = 1000.0, 86.0
_BINS: Final = ((150, 1), (1100, 7))
"""Days of a timeline up to which a bar is so many days wide; of longer ones it is a month (30.44 days)."""
_MONTH: Final = 30.4375
_FAR_OUT: Final = 200
"""One dated event in so many at either end does not stretch the timeline; it is counted in the first or last bar."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """Events a day, week or month.

    Attributes:
        first, last: Days since 1970.
        step: Days of a bar.
        bars: Incidents and statements of each bar.
        per: day, week or month.
    """

    first: int
    last: int
    step: float
    bars: tuple[tuple[int, int], ...]
    per: str


def static_map(country: str, found: Iterable[Event]) -> Markup:
    """Draw outlines and marks; each mark says in its title how many events and origins it stands for."""
    whole = next(one for one in geography.outlines(country) if one.kind == "country")
    lons, lats = zip(*(point for ring in whole.rings for point in ring), strict=True)
    west, east, south, north = min(lons), max(lons), min(lats), max(lats)
    west, east = west - _MARGIN * (east - west), east + _MARGIN * (east - west)
    south, north = south - _MARGIN * (north - south), north + _MARGIN * (north - south)
    shrink = math.cos(math.radians((south + north) / 2))
    scale = WIDTH / ((east - west) * shrink)
    height = round((north - south) * scale, 1)

    def at(lon: float, lat: float) -> tuple[float, float]:
        return (lon - west) * shrink * scale, (north - lat) * scale

    window = (-8.0, -8.0, WIDTH + 8, height + 8)
    areas = [("neighbour", one) for one in geography.neighbours(country)]
    areas += [("region", one) for one in geography.outlines(country) if one.kind == "region"]
    land = Markup("").join(
        Markup('<path class="{}" d="{}"/>').format(kind, data)
        for kind, one in areas
        if (data := "".join(
            path(thinned(ring, 0.4), closed=True)
            for points in one.rings
            if len(ring := clipped([at(lon, lat) for lon, lat in points], window)) > 2
        ))
    )  # fmt: skip
    together = _together(found)
    # The largest mark stays small enough to see the land around it.
    grow = min(3.2, 17.0 / math.sqrt(max((_origins(mine) for _, mine in together), default=1)))
    marks = Markup("").join(_mark(group, *at(lon, lat), mine, grow) for (lat, lon, group), mine in together)
    towns = Markup("").join(
        Markup('<text x="{:.1f}" y="{:.1f}">{}</text>').format(x, y - 12, one.name)
        for one in geography.towns(country)[:8]
        for x, y in (at(one.lon, one.lat),)
    )
    told = "Map of the places of the events in the list below; circles and other marks grow with independent origins."
    return Markup(
        '<svg class="static-map" viewBox="0 0 {w:g} {h:g}" role="img" aria-label="{told}">'
        '<rect class="ground" width="{w:g}" height="{h:g}"/>{land}{marks}{towns}</svg>'
    ).format(w=WIDTH, h=height, told=told, land=land, marks=marks, towns=towns)


def _together(found: Iterable[Event]) -> list[tuple[tuple[float, float, str], list[Event]]]:
    """Events of one place and group, those with most origins first, so that small marks lie on large ones."""
    groups: dict[tuple[float, float, str], list[Event]] = {}
    for one in found:
        if one.at is not None and one.where == "placed":
            groups.setdefault((one.at[0], one.at[1], one.group), []).append(one)
    return sorted(groups.items(), key=lambda it: (-_origins(it[1]), it[0]))


def _origins(mine: Sequence[Event]) -> int:
    return count_origins(name for one in mine for name in one.origins).most or 1


def _mark(group: str, x: float, y: float, mine: Sequence[Event], grow: float) -> Markup:
    origins = _origins(mine)
    radius = 5.0 + grow * math.sqrt(origins)
    told = f"{mine[0].place}: {many(len(mine), 'event')}, at most {many(origins, 'independent origin')}"
    return Markup('<path class="mark {}" d="{}"><title>{}: {}</title></path>').format(
        group, mark_path(GROUPS[group][1], x, y, radius), GROUPS[group][0], told
    )


def mark_path(shape: str, x: float, y: float, radius: float) -> str:
    """The outline of a mark: shapes tell groups apart where colours do not."""
    if shape == "circle":
        r = radius * 0.92
        return f"M{x - r:.1f} {y:.1f}a{r:.1f} {r:.1f} 0 1 0 {2 * r:.1f} 0a{r:.1f} {r:.1f} 0 1 0 {-2 * r:.1f} 0Z"
    corners, turn = {"diamond": (4, 0.0), "square": (4, 45.0), "triangle": (3, 0.0), "hexagon": (6, 30.0)}[shape]
    angles = [math.radians(turn - 90 + 360 * n / corners) for n in range(corners)]
    points = [(x + radius * math.cos(one), y + radius * math.sin(one)) for one in angles]
    return "M" + "L".join(f"{px:.1f} {py:.1f}" for px, py in points) + "Z"


# --- timeline -----------------------------------------------------------------------------------------------------


def timeline_of(found: Sequence[Event], first: int | None, last: int | None) -> Timeline | None:
    """Count events by day, week or month, each on the first day that it may be of; None if none has a day.

    What lies far out is counted in the first or the last bar.
    """
    told = [(one.first if one.first is not None else one.last, one.sort) for one in found]
    dated = [(day, sort) for day, sort in told if day is not None]
    if not dated:
        return None
    days = sorted(day for day, _ in dated)
    aside = len(days) // _FAR_OUT
    low = min(days[aside], days[-1] if last is None else last) if first is None else first
    high = max(days[-1 - aside], low) if last is None else last  # what has no end reaches beyond the last day told
    step = next((float(step) for most, step in _BINS if high - low <= most), _MONTH)
    bars = [[0, 0] for _ in range(int((high - low) // step) + 1)]
    for day, sort in dated:
        place = min(max(int((day - low) // step), 0), len(bars) - 1)
        bars[place][sort == "sighting"] += 1
    per = {1.0: "day", 7.0: "week"}.get(step, "month")
    return Timeline(low, high, step, tuple((incidents, others) for incidents, others in bars), per)


def timeline(told: Timeline) -> Markup:
    """Draw the bars: incidents below, statements on forces above them."""
    most = max(max(one + other for one, other in told.bars), 1)
    wide = _BARS_WIDTH / len(told.bars)
    gap = min(wide * 0.15, 1.5)
    floor = _BARS_HEIGHT - 18
    pieces = []
    for n, (incidents, others) in enumerate(told.bars):
        if incidents + others:
            low, high = floor * incidents / most, floor * others / most
            day = _words(told.first + int(n * told.step))
            told_here = f"{day}, one {told.per}: {many(incidents, 'incident')}, {many(others, 'statement')} on forces"
            bars = _bar("incident", n * wide, floor - low, wide - gap, low)
            bars += _bar("sighting", n * wide, floor - low - high, wide - gap, high)
            pieces.append(Markup("<g><title>{}</title>{}</g>").format(told_here, bars))
    return Markup(
        '<svg class="bars" viewBox="0 0 {w:g} {h:g}" preserveAspectRatio="none" role="img" aria-label="{told}">'
        '<path class="floor" d="M0 {f:g}H{w:g}"/>{pieces}</svg>'
    ).format(
        w=_BARS_WIDTH, h=floor + 1, f=floor, pieces=Markup("").join(pieces),
        told=f"Events a {told.per} from {_words(told.first)} to {_words(told.last)}; at most {most} in one.",
    )  # fmt: skip


def _bar(kind: str, x: float, y: float, width: float, height: float) -> Markup:
    return Markup('<rect class="{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"/>').format(
        kind, x, y, width, height
    )


def _words(day: int) -> str:
    local = dt.date.fromordinal(day + _EPOCH)
    return f"{local.day} {local:%b %Y}"

"""Draws the animation: the land of the report's map, and on it what the script of the page moves.

Without the script the large picture is a still, and small ones stand beside it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from tocsin.brief.animation import STATES, Animation, encoded
from tocsin.brief.chart_map import LAND, SHEETS, Label, placed, projection, round_numbers
from tocsin.brief.draw import text_width
from tocsin.brief.words import whole

__all__ = ["Moving", "moving"]

Point = tuple[float, float]
Ints = NDArray[np.int64]
SHEET = SHEETS[0]
LARGEST = 44.0
INKED = 0.12
"""Share of the map that all circles of those who joined may cover together."""
WIDEST = 7.0
BEND = 0.12
"""How far the line of a flow bends off the straight one, as a share of its length, so that lines part."""
LEGEND = 46.0
TEXTS = (("far", 13.5), ("near", 20.5))
"""Two sets of labels: for wide screens, and for phones, on which the drawing is half as large."""
STACK = 100
FORMS = ("way", "waiting", "served", "aboard", "joined")
"""Classes of the five states in the style sheet."""


@dataclass(frozen=True, slots=True)
class Moving:
    """What the template needs.

    Attributes:
        map: The large drawing.
        strip: How many people are where over time, as stacked areas; as wide as the page makes it.
        top: How many people its height is.
        ticks: Local times below that, and where they stand, as shares of the width.
        bands: Shocks on the strip: from, to, name.
        data: The counts, coded.
        facts: What the script must know beside them, as JSON.
        states: Name, class and count of each state at the instant that is shown.
        stills: A drawing, a time and a sentence each.
    """

    map: Markup
    strip: Markup
    top: str
    ticks: tuple[tuple[str, float], ...]
    bands: tuple[tuple[float, float, str], ...]
    data: str
    facts: str
    states: tuple[tuple[str, str, str], ...]
    stills: tuple[tuple[Markup, str, str], ...]


class _Ground:
    """Where things stand on the sheet, and how large a number of people is."""

    def __init__(self, a: Animation) -> None:
        self.height, project = projection(a.map, SHEET)
        self.points = [project(lon, lat) for lat, lon in a.where.spots]
        self.homes = [project(lon, lat) for lat, lon in a.homes]
        self.roads = [[(0.0, *project(lon, lat)) for lat, lon in ends] for ends in a.roads]
        self.ways = [[(hour, *project(lon, lat)) for hour, lat, lon in column.way] for column in a.columns]
        w = a.where
        self.most = int(max(each.max(initial=1) for each in (w.waiting, w.aboard, w.joined)))
        total = max(int(w.joined[:, -1].sum()), 1)
        room = math.sqrt(INKED * SHEET.width * self.height / (math.pi * total))
        self.scale = min(LARGEST / math.sqrt(self.most), room)
        self.flow = WIDEST / math.sqrt(max((int(flow.on_way.max(initial=1)) for flow in w.flows), default=1))

    def radius(self, people: int) -> float:
        return self.scale * math.sqrt(people)


def moving(a: Animation) -> Moving:
    """Draw an animation, for the template and its script."""
    ground = _Ground(a)
    last = max(a.where.steps - 1, 1)
    totals = a.where.totals[:, a.shown].tolist()
    end = a.where.hour(last)
    return Moving(
        _map(a, ground),
        _strip(a),
        whole(int(a.where.totals.sum(axis=0).max())),
        tuple(_ticks(a)),
        tuple((min(s.began / end, 1), min(1 if s.ended is None else s.ended / end, 1), s.name) for s in a.shocks),
        encoded(a.series),
        _facts(a, ground),
        tuple((name, form, whole(n)) for name, form, n in zip(STATES, FORMS, totals, strict=True)),
        tuple((_still(a, ground, number), still.when, still.told) for number, still in enumerate(a.stills)),
    )  # fmt: skip


def _facts(a: Animation, ground: _Ground) -> str:
    """All that the script needs: whole numbers where that is enough, times as one text."""
    w, step_h = a.where, a.where.step_ms / 3_600_000
    facts = {
        "steps": w.steps,
        "shown": a.shown,
        "places": len(w.places),
        "scale": round(ground.scale, 4),
        "flow": round(ground.flow, 4),
        "times": "|".join(a.labels),
        "names": list(w.places),
        "ways": [[round(v, 1) for hour, x, y in way for v in (hour / step_h, x, y)] for way in ground.ways],
        "shocks": [
            [round(s.began / step_h), w.steps if s.ended is None else round(s.ended / step_h), f"{s.name} ({s.kind})"]
            for s in a.shocks
        ],
    }  # fmt: skip
    return json.dumps(facts, separators=(",", ":"), ensure_ascii=False)


def _map(a: Animation, ground: _Ground) -> Markup:
    ways = {tuple((round(x), round(y)) for _, x, y in way): None for way in [*ground.ways, *ground.roads]}
    roads = "".join("M" + "L".join(f"{x} {y}" for x, y in way) for way in ways)
    parts = [Markup('<path class="road" d="{}"/>').format(roads) if roads else Markup(""), _pins(ground)]
    parts.extend(_flow(a, ground, number) for number in range(len(a.where.flows)))
    for form, counts in (("joined", a.where.joined), ("aboard", a.where.aboard), ("waiting", a.where.waiting)):
        parts.append(Markup('<g class="{}">{}</g>').format(form, _circles(ground, counts[:, a.shown])))
    parts.extend(_column(a, ground, number) for number in range(len(a.columns)))
    labels = Markup("").join(_labels(a, ground, form, size) for form, size in TEXTS)
    return Markup(
        '<svg class="moving" viewBox="0 0 {w:g} {h:g}" role="img" aria-labelledby="{key}-t {key}-d">'
        '<title id="{key}-t">{title}</title><desc id="{key}-d">{told}</desc>'
        '<clipPath id="{key}-c"><rect width="{w:g}" height="{mh:g}" rx="6"/></clipPath>'
        '<g clip-path="url(#{key}-c)">{ground}{parts}</g>{labels}</svg>'
    ).format(
        w=SHEET.width, h=ground.height + LEGEND, mh=ground.height, key=a.key, title=a.title, told=a.summary,
        ground=_land(a, ground), parts=Markup("").join(parts), labels=labels,
    )  # fmt: skip


def _land(a: Animation, ground: _Ground) -> Markup:
    return Markup('<rect class="outside" width="{:g}" height="{:g}"/><use href="#{}-{}"/>').format(
        SHEET.width, ground.height, a.map.key, LAND
    )


def _flow(a: Animation, ground: _Ground, number: int) -> Markup:
    flow = a.where.flows[number]
    (x, y), (u, v) = ground.homes[number], ground.points[flow.place]
    bend = (x + u) / 2 - (v - y) * BEND, (y + v) / 2 + (u - x) * BEND
    width = ground.flow * math.sqrt(int(flow.on_way[a.shown]))
    return Markup('<path class="flow" stroke-width="{:.1f}" d="M{:.0f} {:.0f}Q{:.0f} {:.0f} {:.0f} {:.0f}"/>').format(
        width, x, y, *bend, u, v
    )


def _circles(ground: _Ground, counts: Ints) -> Markup:
    return Markup("").join(
        Markup('<circle cx="{:.0f}" cy="{:.0f}" r="{:.1f}"/>').format(x, y, ground.radius(count))
        for (x, y), count in zip(ground.points, counts.tolist(), strict=True)
    )


def _pins(ground: _Ground) -> Markup:
    """A dot at each place, so that it can be found while nobody is there."""
    dots = "".join(f"M{x:.0f} {y:.0f}h0" for x, y in ground.points)
    return Markup('<path class="pins" d="{}"/>').format(dots)


def _column(a: Animation, ground: _Ground, number: int) -> Markup:
    column = a.columns[number]
    where = column.at(a.where.hour(a.shown))
    x, y = ground.ways[number][0][1:]
    if where is not None:
        _, project = projection(a.map, SHEET)
        x, y = project(where[1], where[0])
    shown = "" if where is not None else Markup(' visibility="hidden"')
    return Markup(
        '<path class="column" transform="translate({:.0f} {:.0f})"{} d="M0-6 6 0 0 6-6 0Z"><title>{}</title></path>'
    ).format(x, y, shown, column.unit)


def _labels(a: Animation, ground: _Ground, form: str, size: float) -> Markup:
    """Names of points where they cover nothing, and the legend of sizes, in text of one size."""
    most = max(1, 12 if form == "near" else 40)
    joined = a.where.joined[:, -1].tolist()
    wanted = [
        Label(name, x, y, max(ground.radius(n), 4.0), "point-name")
        for name, (x, y), n in list(zip(a.where.places, ground.points, joined, strict=True))[:most]
    ]
    circles = [(label.x, label.y, label.radius) for label in wanted]
    found = placed(wanted, circles, (2, 2, SHEET.width - 2, ground.height - 2), size)
    text = '<text class="point-name" x="{:.0f}" y="{:.0f}" text-anchor="{}">{}</text>'
    texts = [Markup(text).format(x, y, anchor, label.text) for label, x, y, anchor in found]
    texts.extend(_sizes(ground, size))
    return Markup('<g class="{}" font-size="{:g}">{}</g>').format(form, size, Markup("").join(texts))


def _sizes(ground: _Ground, size: float) -> Iterator[Markup]:
    x, middle = 2.0, ground.height + LEGEND / 2 + 2
    for n in round_numbers(ground.most):
        r = ground.radius(n)
        if r > LEGEND / 2 or r < 1:
            continue
        yield Markup('<circle class="size" cx="{:.1f}" cy="{:.1f}" r="{:.1f}"/>').format(x + r, middle, r)
        text = f"{whole(n)} people"
        yield Markup('<text x="{:.1f}" y="{:.1f}">{}</text>').format(x + 2 * r + 6, middle + size / 3, text)
        x += 2 * r + 6 + text_width(text, size) + 16


def _still(a: Animation, ground: _Ground, number: int) -> Markup:
    """One instant, small: the land, those who joined, those who wait, those on the way."""
    still = a.stills[number]
    parts = []
    flows = [(flow.on_way[still.step], k) for k, flow in enumerate(a.where.flows)]
    lines = "".join(
        f"M{ground.homes[k][0]:.0f} {ground.homes[k][1]:.0f}L{ground.points[a.where.flows[k].place][0]:.0f} "
        f"{ground.points[a.where.flows[k].place][1]:.0f}"
        for n, k in flows
        if n
    )
    parts.append(Markup('<path class="flow" stroke-width="3" d="{}"/>').format(lines) if lines else Markup(""))
    for form, counts in (("joined", a.where.joined), ("waiting", a.where.waiting)):
        data = "".join(
            _disc(*at, ground.radius(n)) for at, n in zip(ground.points, counts[:, still.step].tolist(), strict=True)
        )
        parts.append(Markup('<path class="{}" d="{}"/>').format(form, data) if data else Markup(""))
    label = f"{a.key}-still-{number}"
    return Markup(
        '<svg class="moving still" viewBox="0 0 {:g} {:g}" role="img" aria-labelledby="{id}-t">'
        '<title id="{id}-t">{}: {}</title>{}{}</svg>'
    ).format(SHEET.width, ground.height, still.when, still.told, _land(a, ground), Markup("").join(parts), id=label)


def _disc(x: float, y: float, r: float) -> str:
    """A circle as part of a path; none for what could not be seen in a small picture."""
    return (
        f"M{x - r:.0f} {y:.0f}a{r:.1f} {r:.1f} 0 1 0 {2 * r:.1f} 0a{r:.1f} {r:.1f} 0 1 0 {-2 * r:.1f} 0"
        if r >= 1.5
        else ""
    )


def _strip(a: Animation) -> Markup:
    """The totals as stacked areas, those who joined at the bottom; stretched to any width by the page."""
    order = [4, 3, 2, 1, 0]
    stacked = np.cumsum(a.where.totals[order], axis=0)
    top = max(int(stacked[-1].max()), 1)
    areas, below = [], np.zeros(a.where.steps, np.int64)
    for k, row in zip(order, stacked, strict=True):
        areas.append(Markup('<path class="{}" d="{}"/>').format(FORMS[k], _area(below, row, top)))
        below = row
    return Markup(
        '<svg class="strip" viewBox="0 0 {} {}" preserveAspectRatio="none" role="img" aria-labelledby="{id}-t">'
        '<title id="{id}-t">How many people are where, over time: joined, on buses, being served, waiting and on the '
        "way, one above the other</title>{}</svg>"
    ).format(max(a.where.steps - 1, 1), STACK, Markup("").join(areas), id=f"{a.key}-strip")  # fmt: skip


def _area(low: Sequence[int] | Ints, high: Ints, top: int) -> str:
    def edge(values: Sequence[int] | Ints) -> list[Point]:
        points = [(float(i), round(STACK * (1 - int(v) / top), 1)) for i, v in enumerate(values)]
        # Points in the middle of a level stretch add nothing.
        return [
            p
            for i, p in enumerate(points)
            if i in (0, len(points) - 1) or not (points[i - 1][1] == p[1] == points[i + 1][1])
        ]

    way = [*edge(high), *reversed(edge(low))]
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in way) + "Z"


def _ticks(a: Animation) -> Iterator[tuple[str, float]]:
    """Full hours of the local clock, about eight of them."""
    last = a.where.hour(max(a.where.steps - 1, 1))
    apart = next((h for h in (1, 2, 3, 6, 12, 24, 48, 96) if last / h <= 8), 168)
    return ((a.labels[step], step / max(a.where.steps - 1, 1)) for hour in range(0, math.floor(last) + 1, apart)
            if (step := round(hour * 3_600_000 / a.where.step_ms)) < a.where.steps)  # fmt: skip

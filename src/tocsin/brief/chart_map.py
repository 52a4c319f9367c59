"""Draws a declared map as SVG: projects, clips, places labels where they cover nothing."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from tocsin.brief.draw import path, text_width, thinned
from tocsin.brief.map import Area, MapFigure, Place
from tocsin.brief.words import share, whole

__all__ = ["LAND", "SHEETS", "Box", "Label", "Sheet", "drawn_map", "placed", "projection", "round_numbers"]

Point = tuple[float, float]
Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""
MOST_LABELS = 40
LAND = "land"
"""The land of the widest drawing of a map has the id `<key>-land`: other drawings of the page use it again."""
LEGEND = 52.0
RING = 2.8
"""How far the ring of an assembly point stands off the circle of its town."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of paper: its size, the radius of the largest circle, the size of text."""

    name: str
    width: float
    tallest: float
    largest: float
    text: float


SHEETS = (
    Sheet("wide", 640, 640, 20, 12.5),
    Sheet("middle", 500, 560, 17, 12.5),
    Sheet("narrow", 370, 470, 13, 11.5),
)


@dataclass(frozen=True, slots=True)
class Label:
    """A label to be placed beside something round: its text, where that is, its radius, how it is written."""

    text: str
    x: float
    y: float
    radius: float
    kind: str


def drawn_map(figure: MapFigure) -> Markup:
    """Draw a map at three sizes, of which the page shows the one that fits."""
    return Markup("").join(_svg(figure, sheet) for sheet in SHEETS)


def _svg(figure: MapFigure, sheet: Sheet) -> Markup:
    height, project = projection(figure, sheet)
    window = (-12.0, -12.0, sheet.width + 12, height + 12)
    areas = Markup("").join(_area(area, project, window) for area in figure.areas)
    if sheet is SHEETS[0]:
        areas = Markup('<g id="{}-{}">{}</g>').format(figure.key, LAND, areas)
    scale = _scale(figure.towns, sheet, height)
    towns = [(town, *project(town.lon, town.lat), max(scale * math.sqrt(town.called), 1.8)) for town in figure.towns]
    around = {town.name: radius for town, _, _, radius in towns}
    at = {town.name: (town.lat, town.lon) for town in figure.towns}
    homes = {place: around[name] for name, place in at.items()}
    points = [(name, *project(lon, lat), homes.get((lat, lon), 0.0) + RING) for name, lat, lon in figure.points]
    circles = Markup("").join(_circle(*town) for town in towns)
    many = figure.crowded
    rings = Markup("").join(_ring(*point, many) for point in points)
    label = f"{figure.key}-{sheet.name}"
    return Markup(
        '<svg class="map {name}" viewBox="0 0 {w:g} {h:g}" role="img" aria-labelledby="{id}-t {id}-d">'
        '<title id="{id}-t">{title}</title><desc id="{id}-d">{told}</desc>'
        '<clipPath id="{id}-c"><rect width="{w:g}" height="{mh:g}" rx="6"/></clipPath>'
        '<g clip-path="url(#{id}-c)"><rect class="outside" width="{w:g}" height="{mh:g}"/>'
        "{areas}{circles}{rings}{labels}</g>{legend}</svg>"
    ).format(
        name=sheet.name, w=sheet.width, h=height + LEGEND, mh=height, id=label, title=figure.title,
        told=figure.summary, areas=areas, circles=circles, rings=rings,
        labels=_labels(towns, points, sheet, height), legend=_sizes(figure.towns, scale, sheet, height),
    )  # fmt: skip


INKED = 0.08
"""Share of the map that circles may cover together: more would hide each other and the land."""


def _scale(towns: Sequence[Place], sheet: Sheet, height: float) -> float:
    """Radius over the root of the people called: bounded by the largest circle and by all together."""
    most, total = max(town.called for town in towns), sum(town.called for town in towns)
    return min(sheet.largest / math.sqrt(most), math.sqrt(INKED * sheet.width * height / (math.pi * total)))


def projection(figure: MapFigure, sheet: Sheet) -> tuple[float, Callable[[float, float], Point]]:
    """Give the height of the map, and the way from degrees to the sheet (true to scale in the middle)."""
    shrink = math.cos(math.radians((figure.south + figure.north) / 2))
    across, up = (figure.east - figure.west) * shrink, figure.north - figure.south
    height = min(max(sheet.width * up / across, sheet.width * 0.5), sheet.tallest)
    scale = min(sheet.width / across, height / up)
    left, top = (sheet.width - across * scale) / 2, (height - up * scale) / 2

    def project(lon: float, lat: float) -> Point:
        return left + (lon - figure.west) * shrink * scale, top + (figure.north - lat) * scale

    return round(height, 1), project


def _area(area: Area, project: Callable[[float, float], Point], window: Box) -> Markup:
    rings = (clipped([project(lon, lat) for lon, lat in ring], window) for ring in area.rings)
    data = "".join(path(thinned(ring, 0.35), closed=True) for ring in rings if len(ring) > 2)
    return Markup('<path class="area {}" d="{}"/>').format(area.kind, data) if data else Markup("")


def clipped(ring: Sequence[Point], window: Box) -> list[Point]:
    """Cut a ring to a window, side by side (Sutherland and Hodgman 1974)."""
    points = list(ring)
    for axis, edge, sign in ((0, window[0], 1), (1, window[1], 1), (0, window[2], -1), (1, window[3], -1)):
        kept: list[Point] = []
        for before, here in zip([*points[-1:], *points[:-1]], points, strict=True):
            was, inside = (before[axis] - edge) * sign >= 0, (here[axis] - edge) * sign >= 0
            if was != inside:
                part = (edge - before[axis]) / (here[axis] - before[axis])
                kept.append((before[0] + part * (here[0] - before[0]), before[1] + part * (here[1] - before[1])))
            if inside:
                kept.append(here)
        points = kept
    return points


def _circle(town: Place, x: float, y: float, radius: float) -> Markup:
    kind = "few" if town.shade is None else f"shade-{town.shade}"
    came = "" if town.share is None else f", {share(town.share)} arrived"
    return Markup(
        '<circle class="town {}" cx="{:.1f}" cy="{:.1f}" r="{:.1f}"><title>{}: {} called{}</title></circle>'
    ).format(kind, x, y, radius, town.name, whole(town.called), came)


def _ring(name: str, x: float, y: float, radius: float, many: bool) -> Markup:
    circle = '<circle class="point{}" cx="{:.1f}" cy="{:.1f}" r="{:.1f}"><title>Assembly point {}</title></circle>'
    return Markup(circle).format(" many" if many else "", x, y, 2.4 if many else max(radius, 5.0), name)


def _labels(
    towns: Sequence[tuple[Place, float, float, float]],
    points: Sequence[tuple[str, float, float, float]],
    sheet: Sheet,
    height: float,
) -> Markup:
    wanted = [Label(name, x, y, max(radius, 5.0), "point-name") for name, x, y, radius in points]
    taken = {label.text for label in wanted}
    wanted += [Label(town.name, x, y, r, "town-name") for town, x, y, r in towns if town.name not in taken]
    circles = [(x, y, r) for _, x, y, r in towns] + [(x, y, max(radius, 5.0)) for _, x, y, radius in points]
    found = placed(wanted, circles, (2, 2, sheet.width - 2, height - 2), sheet.text)
    return Markup("").join(
        Markup('<text class="{}" x="{:.1f}" y="{:.1f}" text-anchor="{}" font-size="{:g}">{}</text>').format(
            label.kind, x, y, anchor, sheet.text, label.text
        )
        for label, x, y, anchor in found
    )


def placed(
    labels: Sequence[Label], circles: Sequence[tuple[float, float, float]], window: Box, size: float
) -> list[tuple[Label, float, float, str]]:
    """Place labels in their order, each where it covers nothing; one without room is left out.

    Args:
        labels: What to place, the most important first.
        circles: Middle and radius of everything that must stay visible.
        window: Where labels may stand.
        size: Height of the text.

    Returns:
        Those that found room, few enough to be legible: label, x and y of its baseline, text anchor.
    """
    found: list[tuple[Label, float, float, str]] = []
    boxes: list[Box] = []
    marks = np.array(circles, np.float64).reshape(-1, 3).T
    for label in labels:
        if len(found) == MOST_LABELS:
            break
        for x, y, anchor in _seats(label, size):
            box = _box(label, x, y, anchor, size)
            inside = box[0] >= window[0] and box[1] >= window[1] and box[2] <= window[2] and box[3] <= window[3]
            if inside and not any(_meet(box, b) for b in boxes) and not _covers(box, marks, label):
                found.append((label, x, y, anchor))
                boxes.append(box)
                break
    return found


def _seats(label: Label, size: float) -> list[tuple[float, float, str]]:
    """Where a label may sit: right, left, above, below, then the corners."""
    gap, slant = label.radius + 4, label.radius * 0.75 + 3
    drop = size * 0.35
    return [
        (label.x + gap, label.y + drop, "start"),
        (label.x - gap, label.y + drop, "end"),
        (label.x, label.y - gap, "middle"),
        (label.x, label.y + gap + size * 0.75, "middle"),
        (label.x + slant, label.y - slant, "start"),
        (label.x + slant, label.y + slant + drop, "start"),
        (label.x - slant, label.y - slant, "end"),
        (label.x - slant, label.y + slant + drop, "end"),
    ]


def _box(label: Label, x: float, y: float, anchor: str, size: float) -> Box:
    width = text_width(label.text, size, label.kind == "point-name") + 2
    left = x - {"start": 0.0, "middle": width / 2, "end": width}[anchor]
    return left, y - size * 0.85, left + width, y + size * 0.3


def _meet(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _covers(box: Box, marks: NDArray[np.float64], own: Label) -> bool:
    """Whether a box covers any of the circles (rows x, y, radius) but those in the place of its own label."""
    x, y, radius = marks
    dx, dy = x - np.clip(x, box[0], box[2]), y - np.clip(y, box[1], box[3])
    covered = (dx * dx + dy * dy < radius * radius) & ~((x == own.x) & (y == own.y))
    return bool(covered.any())


def _sizes(towns: Sequence[Place], scale: float, sheet: Sheet, height: float) -> Markup:
    """The legend of sizes: three round numbers of people, at the scale of the map."""
    x, middle = 2.0, height + LEGEND / 2 + 2
    parts = [Markup('<text x="{:g}" y="{:.1f}" class="axis-title">people called</text>').format(x, middle + 4)]
    x += text_width("people called") + 10
    for n in round_numbers(max(town.called for town in towns)):
        r = max(scale * math.sqrt(n), 1.8)
        parts.append(Markup('<circle class="size" cx="{:.1f}" cy="{:.1f}" r="{:.1f}"/>').format(x + r, middle, r))
        parts.append(Markup('<text x="{:.1f}" y="{:.1f}">{}</text>').format(x + 2 * r + 6, middle + 4, whole(n)))
        x += 2 * r + 6 + text_width(whole(n)) + 16
    return Markup("").join(parts)


def round_numbers(most: int) -> list[int]:
    """Three round numbers for a legend of sizes: the largest 1, 2 or 5 times a power of ten, a fifth, a twentieth."""
    power = 10 ** math.floor(math.log10(most))
    top = max(s * power for s in (1, 2, 5) if s * power <= most)
    return list(dict.fromkeys(n for n in (top, top // 5, top // 20) if n >= 1))

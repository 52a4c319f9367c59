"""Who came from where: the map as a declaration, from our own outlines and towns.

Counts are those of the first run. Towns with fewer than five people called show no share: it would tell of
persons.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import polars as pl

from tocsin.brief.case import Case
from tocsin.brief.tables import Bar, Cell, Column, Folded, Row, Table
from tocsin.brief.words import NARROW, share, whole
from tocsin.plan import geography, point_places, towns_of

__all__ = ["Area", "MapFigure", "Place", "by_town", "called_and_arrived", "country_of", "map_of"]

SUPPRESSED = 5
"""Cells with fewer people are suppressed (measures.md, H4)."""
MOST_ROWS = 14
CROWDED = 24

Ring = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Area:
    """An area: part of a neighbour, a region, or one that is called; rings of (longitude, latitude)."""

    name: str
    kind: Literal["neighbour", "region", "called"]
    rings: tuple[Ring, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A town from which people are called.

    Attributes:
        name: Its name.
        lat: Degrees north.
        lon: Degrees east.
        called: How many were called.
        share: Which share of them arrived; None where so few were called that it is suppressed.
        shade: Which of the map's five classes that is, from 0 (least) to 4; None if suppressed.
    """

    name: str
    lat: float
    lon: float
    called: int
    share: float | None
    shade: int | None


@dataclass(frozen=True, slots=True)
class MapFigure:
    """A map.

    Attributes:
        key: Short name, unique on a page.
        title: What it shows.
        summary: The same for those who cannot see it.
        caption: What must be known to read it.
        areas: Outlines, from back to front.
        towns: Towns, the largest first.
        points: Assembly points: name, degrees north, degrees east.
        shades: The words of the five classes, from least to most.
        west, south, east, north: What must be seen, in degrees.
    """

    key: str
    title: str
    summary: str
    caption: str
    areas: tuple[Area, ...]
    towns: tuple[Place, ...]
    points: tuple[tuple[str, float, float], ...]
    shades: tuple[str, ...]
    west: float
    south: float
    east: float
    north: float

    @property
    def crowded(self) -> bool:
        """Whether there are so many assembly points that they are dots instead of rings."""
        return len(self.points) > CROWDED


def country_of(case: Case) -> str:
    """The name of the exercise's country as our outlines spell it, else its code."""
    code = case.plan.exercise.country
    if code in geography.COUNTRIES:
        return next(one.name for one in geography.outlines(code) if one.kind == "country")
    return code.upper()


def map_of(case: Case) -> MapFigure | None:
    """Declare the map; None if nobody's home is known."""
    counts = _by(case, "home")
    places = {town.name: (town.lat, town.lon) for town in towns_of(case.plan)}
    counts = [row for row in counts if row[0] in places]
    if not counts:
        return None
    arrived, called = sum(row[2] for row in counts), sum(row[1] for row in counts)
    edges = _edges([(row[2] / row[1], row[1]) for row in counts], arrived / called)
    towns = tuple(
        Place(
            name,
            *places[name],
            n,
            *((came / n, sum(came / n >= e for e in edges)) if n >= SUPPRESSED else (None, None)),
        )
        for name, n, came in sorted(counts, key=lambda row: (-row[1], row[0]))
    )
    points = tuple((p.name, *at) for p, at in zip(case.plan.points, point_places(case.plan), strict=True))
    areas = _areas(case)
    west, south, east, north = _extent(areas, [(t.lat, t.lon) for t in towns] + [(lat, lon) for _, lat, lon in points])
    result = f"{whole(called)} called, {share(arrived / called)} arrived"
    run = "The first run" if case.runs > 1 else "One run"
    return MapFigure(
        "map",
        "Who came from where",
        f"Map of {len(towns)} towns and {len(points)} assembly points: {result}.",
        f"{run}: {result}. Small towns differ by chance; fewer than {SUPPRESSED} called: no share.",
        areas,
        towns,
        points,
        _shade_words(edges),
        west,
        south,
        east,
        north,
    )  # fmt: skip


def _by(case: Case, column: str) -> list[tuple[str, int, int]]:
    """Called and arrived in the first run, by a column of the people; those without it are left out."""
    journeys, people = case.first.frame, case.people
    came = pl.col("arrived_ms").is_not_null() if "arrived_ms" in journeys.columns else pl.lit(False)
    arrived = journeys.select(pl.col("person"), came.alias("came"))
    if len(arrived) == len(people) and (arrived["person"] == people["person"]).all():
        joined = people.select(column).with_columns(arrived["came"])
    else:
        joined = (
            people.select("person", column)
            .join(arrived, on="person", how="left")
            .with_columns(pl.col("came").fill_null(False))
        )
    table = joined.filter(pl.col(column).is_not_null()).group_by(column).agg(pl.len(), pl.col("came").sum())
    return sorted((str(name), int(n), int(c)) for name, n, c in table.rows())


def _edges(shares: list[tuple[float, int]], overall: float) -> tuple[float, ...]:
    """Four edges around the share of all, in whole per cent; wider where towns differ more."""
    within = [abs(value - overall) * n for value, n in shares]
    typical = sum(within) / sum(n for _, n in shares)
    step = next((s for s in (4, 8, 12) if typical * 100 <= s * 0.75), 16)
    middle = min(max(round(overall * 100), 2 * step), 100 - 2 * step + step // 2)
    return tuple((middle + step * k / 2) / 100 for k in (-3, -1, 1, 3))


def _shade_words(edges: Sequence[float]) -> tuple[str, ...]:
    low = [f"{edge * 100:.0f}" for edge in edges]
    inner = [f"{a}–{b}{NARROW}%" for a, b in pairwise(low)]
    return (f"under {low[0]}{NARROW}%", *inner, f"{low[-1]}{NARROW}% or more")


def _areas(case: Case) -> tuple[Area, ...]:
    code = case.plan.exercise.country
    if code not in geography.COUNTRIES:
        return ()
    called = {region.name for region in case.plan.regions}
    areas = [Area(one.name, "neighbour", one.rings) for one in geography.neighbours(code)]
    regions = [one for one in geography.outlines(code) if one.kind == "region"]
    areas += [Area(one.name, "region", one.rings) for one in regions if one.name not in called]
    areas += [Area(one.name, "called", one.rings) for one in regions if one.name in called]
    return tuple(areas)


def _extent(areas: Sequence[Area], places: Sequence[tuple[float, float]]) -> tuple[float, float, float, float]:
    """What must be seen: the regions that are called, and every town and point."""
    corners = [(lat, lon) for area in areas if area.kind == "called" for ring in area.rings for lon, lat in ring]
    lats, lons = zip(*(corners + list(places)), strict=True)
    east_west = max(0.05 * (max(lons) - min(lons)), 0.1)
    north_south = max(0.04 * (max(lats) - min(lats)), 0.06)
    return min(lons) - east_west, min(lats) - north_south, max(lons) + east_west, max(lats) + north_south


def _counted(name: str, called: int, came: int) -> Row:
    return Row(name, (Cell(whole(called)), Cell(whole(came)), Cell(share(came / called), bar=Bar(came / called))))


def called_and_arrived(case: Case) -> Folded | None:
    """How many were called to each assembly point and came there, in the first run."""
    found = sorted(_by(case, "point"), key=lambda row: (-row[1], row[0]))
    if not found:
        return None
    rows = tuple(
        Row(name, (Cell(whole(n)), Cell(whole(came)), Cell(share(came / n), bar=Bar(came / n))))
        for name, n, came in found
    )
    columns = (Column("assembly point", False), Column("called"), Column("came"), Column("share", False))
    title = "Called and came, by assembly point"
    if len(rows) <= MOST_ROWS:
        return Folded(Table("points", title, columns, rows))
    shown = Table("points", f"The {MOST_ROWS} largest of {len(rows)} assembly points", columns, rows[:MOST_ROWS])
    return Folded(shown, Table("points-all", f"All {len(rows)} assembly points", columns, rows))


def by_town(case: Case, shown: int) -> Folded | None:
    """How many were called from each town and came, in the first run; small counts are suppressed.

    Args:
        case: A plan and what came of it.
        shown: How many of the largest towns are shown at once.
    """
    found = sorted(_by(case, "home"), key=lambda row: (-row[1], row[0]))
    if not found:
        return None
    few = f"under {SUPPRESSED}"
    rows = tuple(
        _counted(name, n, came) if n >= SUPPRESSED else Row(name, (Cell(few), Cell("–"), Cell("–")))
        for name, n, came in found
    )  # fmt: skip
    columns = (Column("town", False), Column("called"), Column("came"), Column("share", False))
    if len(rows) <= shown:
        return Folded(Table("towns", "Called and came, by town", columns, rows))
    shown = min(shown, sum(n >= SUPPRESSED for _, n, _ in found))
    largest = Table("towns", f"The {shown} largest of {len(rows)} towns", columns, rows[:shown])
    return Folded(largest, Table("towns-all", f"All {len(rows)} towns", columns, rows))

"""The call-up as it went, on the map: what a reader can play, stop and step through, and six stills of it.

Everything is aggregated: counts at points, flows between towns and points, columns of units on their roads, at no
more than 300 instants. The counts are exact; coded they are about a byte each, whatever the number of people.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tocsin.brief.case import Case
from tocsin.brief.map import MapFigure
from tocsin.brief.shocks import Struck, shocks_of
from tocsin.brief.whereabouts import Whereabouts, whereabouts
from tocsin.brief.words import whole
from tocsin.measure.view import HOUR_MS, View
from tocsin.plan import point_places, towns_of

__all__ = ["STATES", "Animation", "Column", "Still", "animation", "decoded", "encoded"]

Ints = NDArray[np.int64]
MOST_PLACES = 120
MOST_FLOWS = 60
MOST_COLUMNS = 40
MOST_VALUES = 130_000
"""So many numbers at most, coded about a byte each: with more places there are fewer steps."""
STILLS_AT = (0.02, 0.25, 0.5, 0.75, 0.95)
STATES = ("on the way", "waiting", "being served", "on buses", "joined")
"""What the totals count, in the order in which people go through it."""


@dataclass(frozen=True, slots=True)
class Column:
    """A unit on its way: where it was when; between two places it is drawn on the straight line.

    Attributes:
        unit: Its name.
        way: Hours after the alert, degrees north and degrees east of each place, in time.
    """

    unit: str
    way: tuple[tuple[float, float, float], ...]

    def at(self, hour: float) -> tuple[float, float] | None:
        """Where it is at an hour; None before it set out."""
        if not self.way or hour < self.way[0][0]:
            return None
        times = [step[0] for step in self.way]
        lat, lon = (float(np.interp(hour, times, [step[k] for step in self.way])) for k in (1, 2))
        return lat, lon


@dataclass(frozen=True, slots=True)
class Still:
    """One instant: its step, its local time, and how many people are where."""

    step: int
    when: str
    told: str


@dataclass(frozen=True, eq=False, slots=True)
class Animation:
    """What moves, and the map it moves on.

    Attributes:
        key: Short name, unique on a page.
        title: What it shows.
        summary: The same for those who cannot see it.
        caption: What must be known to read it.
        map: The map.
        where: The counts.
        homes: Degrees north and east of the town of each of its flows.
        columns: Units on the march.
        roads: Degrees north and east of both ends of each road that the plan names.
        shocks: Shocks, to be named while they last.
        stills: Some instants, for paper and for readers without scripts.
        shown: The step at which the large picture stands until somebody moves it.
        labels: The local time of each step.
    """

    key: str
    title: str
    summary: str
    caption: str
    map: MapFigure
    where: Whereabouts
    homes: tuple[tuple[float, float], ...]
    columns: tuple[Column, ...]
    roads: tuple[tuple[tuple[float, float], tuple[float, float]], ...]
    shocks: tuple[Struck, ...]
    stills: tuple[Still, ...]
    shown: int
    labels: tuple[str, ...]

    @property
    def series(self) -> Ints:
        """All counts that are drawn: totals, then waiting, aboard and joined by place, then flows; by step."""
        w = self.where
        flows = [flow.on_way[None, :] for flow in w.flows]
        return np.concatenate([w.totals, w.waiting, w.aboard, w.joined, *flows])


def animation(case: Case, view: View | None, drawn: MapFigure | None) -> Animation | None:
    """Declare the animation of the first run; None without a map, or if nobody set out.

    Args:
        case: A plan and what came of it.
        view: Its first run.
        drawn: The map of the report.
    """
    if drawn is None or view is None:
        return None
    where = whereabouts(case, view, MOST_VALUES, MOST_PLACES, MOST_FLOWS)
    if where is None:
        return None
    spots = _spots(case)
    shown = int(np.argmax(where.totals[1]))
    columns = _columns(view, spots)
    return Animation(
        "animation",
        "The call-up as it went",
        _summary(case, where, shown),
        _caption(case, where, columns),
        drawn,
        where,
        tuple(spots[flow.home] for flow in where.flows),
        columns[:MOST_COLUMNS],
        tuple((spots[road.from_], spots[road.to]) for road in case.plan.road if {road.from_, road.to} <= spots.keys()),
        shocks_of(view),
        _stills(case, where, shown),
        shown,
        tuple(case.clock.short(where.hour(step)) for step in range(where.steps)),
    )  # fmt: skip


def _spots(case: Case) -> dict[str, tuple[float, float]]:
    """Where towns, assembly points and other places of the plan are; a point before a place before a town."""
    found = {town.name: (town.lat, town.lon) for town in towns_of(case.plan)}
    found.update({place.name: (place.lat, place.lon) for place in case.plan.places})
    found.update(zip((point.name for point in case.plan.points), point_places(case.plan), strict=True))
    return found


def _columns(view: View, spots: Mapping[str, tuple[float, float]]) -> tuple[Column, ...]:
    """The ways of the heads of the columns, the first to set out first; a second passing of a place is the tail's."""
    rows = pl.concat([view.rows(kind) for kind in ("unit_set_out", "passed", "in_position")])
    head = pl.col("visit").fill_null(1) % 2 == 1
    rows = rows.filter(pl.col("unit").is_not_null() & pl.col("place").is_not_null() & head)
    rows = rows.select(pl.col("unit").cast(pl.String), "at_ms", pl.col("place").cast(pl.String))
    ways: dict[str, list[tuple[float, float, float]]] = {}
    for unit, at, place in rows.sort("at_ms", maintain_order=True).rows():
        if place in spots:
            ways.setdefault(unit, []).append((at / HOUR_MS, *spots[place]))
    return tuple(Column(unit, tuple(way)) for unit, way in ways.items() if len(way) > 1)


def _stills(case: Case, where: Whereabouts, shown: int) -> tuple[Still, ...]:
    """The instants at which so much of those who join had joined, and that at which most waited."""
    joined = where.totals[-1]
    steps = {int(np.argmax(joined >= part * joined[-1])) for part in STILLS_AT} | {shown}
    return tuple(Still(step, case.clock.short(where.hour(step)), _counts(where, step)) for step in sorted(steps))


def _counts(where: Whereabouts, step: int) -> str:
    named = zip(STATES, where.totals[:, step].tolist(), strict=True)
    return ", ".join(f"{whole(count)} {state}" for state, count in named if state != "being served")


def _summary(case: Case, where: Whereabouts, shown: int) -> str:
    return (
        f"Map of the assembly points at {len(where.places)} places through {where.steps} instants. "
        f"At {case.clock.long(where.hour(shown))}, when most people waited: {_counts(where, shown)}, of "
        f"{whole(where.people)} called."
    )


def _caption(case: Case, where: Whereabouts, columns: Sequence[Column]) -> str:
    run = "The first run" if case.runs > 1 else "One run"
    text = (
        f"{run}, every {where.step_ms // 60_000} minutes, until 98\u202f% of all movements are over. The area of a "
        "circle is a number of people, the same everywhere; waiting is everybody at a point who is not being served: "
        "in a queue, or waiting for an answer or for a bus."
    )
    if where.flows:
        text += (
            " Lines are people on the way from a town to a point at least 10\u00a0km off: the "
            f"{len(where.flows)} largest such flows, wider with more people; totals count everybody."
        )
    if where.left_out:
        text += f" The {len(where.places)} places of most people; totals have the other {where.left_out}, too."
    if columns:
        shown = min(len(columns), MOST_COLUMNS)
        cut = f", the first {shown} of {len(columns)}" if len(columns) > shown else ""
        text += f" Diamonds are the heads of columns on the march{cut}, on their way from place to place."
    return text


def encoded(series: Ints) -> str:
    """Code counts as text: changes from step to step, small ones one byte each, runs of no change two.

    A change is written in zigzag form (0, -1, 1, -2 … as 0, 1, 2, 3 …) in groups of seven bits, the lowest first; a
    0 is followed by how many there are in a row. The bytes are in base 64.

    Args:
        series: Whole numbers, shape (rows, steps); rows are coded one after the other, each from 0.
    """
    changes = np.diff(series, axis=1, prepend=0).ravel()
    zigzag = np.where(changes < 0, -2 * changes - 1, 2 * changes)
    return base64.b64encode(bytes(_bytes(zigzag.tolist()))).decode()


def _bytes(values: Sequence[int]) -> Iterable[int]:
    at = 0
    while at < len(values):
        value, run = values[at], 1
        if value == 0:
            while at + run < len(values) and values[at + run] == 0:
                run += 1
            yield 0
            value = run
        at += run
        while value >= 128:
            yield value & 127 | 128
            value >>= 7
        yield value


def decoded(text: str, steps: int) -> Ints:
    """Give the counts back that were coded, shape (rows, steps); the script of the page does the same.

    Args:
        text: What `encoded` gave.
        steps: How many steps each row has.
    """
    values: list[int] = []
    number, shift, zeros = 0, 0, False
    for byte in base64.b64decode(text):
        number |= (byte & 127) << shift
        shift += 7
        if byte & 128:
            continue
        if zeros:
            values.extend([0] * number)
            zeros = False
        elif number == 0:
            zeros = True
        else:
            values.append(-(number + 1) // 2 if number & 1 else number // 2)
        number, shift = 0, 0
    return np.array(values, np.int64).reshape(-1, steps).cumsum(axis=1)

"""Charts as declarations: what is drawn, with its values, and not a word on how.

A chart is plain data, so that a test can read it: the values in it are the measures, number by number.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from tocsin.brief.case import Clock
from tocsin.brief.words import share, whole

__all__ = [
    "Axis",
    "Band",
    "Chart",
    "Dot",
    "Layer",
    "Line",
    "Rule",
    "Smalls",
    "Span",
    "Tick",
    "Tone",
    "count_axis",
    "hours_axis",
    "marks",
    "minutes_axis",
    "share_axis",
]

Tone = Literal["main", "second", "alert", "quiet"]
Floats = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis: its value, its label, and a second line below that (the local time)."""

    at: float
    text: str
    below: str = ""


@dataclass(frozen=True, slots=True)
class Axis:
    """An axis: title, from where to where, all marks it may have, and which every n-th may be kept."""

    title: str
    low: float
    high: float
    ticks: tuple[Tick, ...]
    every: tuple[int, ...] = (1, 2, 4, 8, 16)


@dataclass(frozen=True, slots=True)
class Band:
    """The area between two curves; `future` is the range of one call-up, `mean` the interval of the mean."""

    name: str
    x: Floats
    low: Floats
    high: Floats
    kind: Literal["future", "mean"]
    tone: Tone = "main"


@dataclass(frozen=True, slots=True)
class Line:
    """A curve."""

    name: str
    x: Floats
    y: Floats
    tone: Tone = "main"
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line across the chart: at an x (vertical) or at a y (horizontal), with its label."""

    label: str
    x: float | None = None
    y: float | None = None
    tone: Tone = "alert"


@dataclass(frozen=True, slots=True)
class Dot:
    """A marked point of a curve, with its label."""

    label: str
    x: float
    y: float
    tone: Tone = "main"


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time that is shaded from top to bottom: a shock, from an x to an x; of no length, a line."""

    label: str
    start: float
    end: float


Layer = Band | Line | Rule | Dot | Span


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart.

    Attributes:
        key: Short name, unique on a page; ids are made of it.
        title: What it shows, as a heading.
        summary: The same for those who cannot see it, with its main numbers.
        x: Horizontal axis.
        y: Vertical axis.
        layers: What is drawn, from back to front.
        caption: What must be known to read it: runs, intervals, denominators.
        small: Whether it is one of a set of small ones.
        measures: The measures that its values are, by number, so that a reader can ask for their definitions.
    """

    key: str
    title: str
    summary: str
    x: Axis
    y: Axis
    layers: tuple[Layer, ...]
    caption: str = ""
    small: bool = False
    measures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Smalls:
    """A set of small charts with one legend and one caption.

    Attributes:
        charts: The charts, all on one scale.
        caption: What must be known to read them.
        title: What they show, as a heading.
        measures: The measures that their values are, by number.
    """

    charts: tuple[Chart, ...]
    caption: str
    title: str = ""
    measures: tuple[str, ...] = ()


def hours_axis(clock: Clock, horizon: float) -> Axis:
    """Hours after the alert, the local time below."""
    nice = (1, 2, 3, 6, 12, 24, 48, 96, 168, 336)
    step = next((s for s in nice if horizon / s <= 16), nice[-1])
    ticks = tuple(Tick(at, f"{at}", clock.short(at)) for at in range(0, math.floor(horizon + 1e-9) + 1, step))
    every = tuple(s // step for s in nice if s % step == 0)
    return Axis("hours after the alert, local time below", 0, max(horizon, 1e-9), ticks, every)


def share_axis(title: str, top: float = 1.0) -> Axis:
    """From 0 to 100 %, or to the next fifth above the most where a share may exceed 1."""
    fifths = math.ceil(max(top, 1.0) * 5 - 1e-9)
    return Axis(title, 0, fifths / 5, tuple(Tick(at / 5, share(at / 5)) for at in range(fifths + 1)))


def minutes_axis(title: str, most: float) -> Axis:
    """From 0 to a round time above the most; the title says whether the marks are minutes or hours."""
    step = next((s for s in (5, 10, 15, 30, 60, 120, 180, 360, 720) if most <= 4 * s), 1440)
    count = max(1, math.ceil(most / step - 1e-9))
    unit, size = ("hours", 60) if step >= 60 else ("minutes", 1)
    ticks = tuple(Tick(i * step, f"{i * step // size}") for i in range(count + 1))
    return Axis(f"{title}, in {unit}", 0, count * step, ticks)


def count_axis(title: str, most: float) -> Axis:
    """From 0 to a round number above the most."""
    top = max(most, 1.0)
    size = 10 ** math.floor(math.log10(top / 2))
    step = max(1, next(s * size for s in (1, 2, 5, 10) if top / (s * size) <= 4))
    count = math.ceil(top / step - 1e-9)
    return Axis(title, 0, count * step, tuple(Tick(i * step, whole(i * step)) for i in range(count + 1)))


def marks(chart: Chart) -> Sequence[Band | Line | Rule | Span]:
    """The layers of a chart that a legend names, front first, each name once; small ones name rules and spans there."""
    named = (Band, Line, Span, Rule) if chart.small else (Band, Line)
    found: dict[str, Band | Line | Rule | Span] = {}
    for layer in reversed(chart.layers):
        if isinstance(layer, named):
            name = layer.label if isinstance(layer, Rule | Span) else layer.name
            if name:
                found.setdefault(name, layer)
    return list(found.values())

"""Charts as declarations: what is drawn, with its values, and not a word on how.

A chart is plain data, so that a test can read it: the values in it are the measures, number by number.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from tocsin.brief.case import HOUR_MS, Case, Clock
from tocsin.brief.numbers import Curve, Numbers
from tocsin.brief.words import hours, never, share, span, whole
from tocsin.measure.queues import stays_of
from tocsin.measure.view import GRID_MS, Context, views

__all__ = [
    "Axis",
    "Band",
    "Chart",
    "Dot",
    "Line",
    "Rule",
    "Smalls",
    "Tick",
    "answers",
    "arrivals",
    "posts",
    "queues",
]

Tone = Literal["main", "second", "alert", "quiet"]
Floats = tuple[float, ...]
MOST_POINTS = 12
"""So many assembly points get a chart of their queue: those with the longest queues."""


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


Layer = Band | Line | Rule | Dot


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
    """

    key: str
    title: str
    summary: str
    x: Axis
    y: Axis
    layers: tuple[Layer, ...]
    caption: str = ""
    small: bool = False


@dataclass(frozen=True, slots=True)
class Smalls:
    """A set of small charts with one legend and one caption."""

    charts: tuple[Chart, ...]
    caption: str


def arrivals(case: Case, numbers: Numbers) -> Chart | None:
    """The arrival curve with both intervals, the deadline, and the moment at which half had come."""
    curve = numbers.curve("A2", "arrived of called")
    if curve is None:
        return None
    layers: list[Layer] = [*_bands(curve), Line(_named("of those called", numbers), curve.hours, curve.mean)]
    of_reached = numbers.curve("A2", "arrived of reached")
    if of_reached is not None:
        line = Line(_named("of those reached", numbers), of_reached.hours, of_reached.mean, "second", dashed=True)
        layers.insert(len(layers) - 1, line)
    deadline = case.deadline_h
    if deadline is not None:
        layers.append(Rule(f"deadline {case.clock.short(deadline)}", x=deadline))
    for name, label in (("T50", "half"), ("T80", "80\u202f%")):
        reached = numbers.get("A3", f"{name} of called").value
        if reached is not None:
            layers.append(Dot(f"{label}: {hours(reached)}", reached, {"T50": 0.5, "T80": 0.8}[name]))
    return Chart(
        "arrivals",
        "When the people arrive",
        _arrivals_told(case, numbers, curve),
        hours_axis(case.clock, curve.hours[-1]),
        share_axis("arrived at an assembly point"),
        tuple(layers),
        f"Share of all {whole(case.people.height)} called, those who never come included (cumulative "
        f"incidence, Aalen–Johansen). {_intervals(numbers)}",
    )


def _arrivals_told(case: Case, numbers: Numbers, curve: Curve) -> str:
    half = numbers.get("A3", "T50 of called")
    when = f"half after {hours(half.value)}" if half.value is not None else f"half: {never(curve.last)}"
    end = share(curve.last)
    return f"Share of those called who have arrived, by hours after the alert: {when}; {end} at the end."


def _named(what: str, numbers: Numbers) -> str:
    return f"{what}, mean" if numbers.runs > 1 else what


def _bands(curve: Curve, tone: Tone = "main") -> list[Layer]:
    if not curve.low:
        return []
    return [
        Band("5–95\u202f% of one future call-up", curve.hours, curve.low, curve.high, "future", tone),
        Band("95\u202f% interval of the mean", curve.hours, curve.mean_low, curve.mean_high, "mean", tone),
    ]


def _intervals(numbers: Numbers) -> str:
    if numbers.runs == 1:
        return "One run, no interval."
    few = f" With {numbers.runs} runs the range is the least and the most seen." if numbers.runs < 19 else ""
    return f"{numbers.runs:,} runs; where a band cannot be seen it is narrower than the line.{few}"


def posts(case: Case, numbers: Numbers) -> Chart | None:
    """How the posts of all units fill over time."""
    curve = numbers.curve("A4", "joined per post")
    if curve is None:
        return None
    layers = [*_bands(curve), Line(_named("posts filled", numbers), curve.hours, curve.mean)]
    deadline = case.deadline_h
    if deadline is not None:
        layers.append(Rule(f"deadline {case.clock.short(deadline)}", x=deadline))
    return Chart(
        "posts",
        "When the posts fill",
        f"Share of the {whole(curve.n or 0)} posts of all units that are filled, by hours after the alert; "
        f"{share(curve.last)} at the end.",
        hours_axis(case.clock, curve.hours[-1]),
        share_axis("posts filled, all units"),
        tuple(layers),
        f"Share of the {whole(curve.n or 0)} posts of all units. {_intervals(numbers)}",
    )


def answers(case: Case, numbers: Numbers) -> Chart | None:
    """How soon medical requests are answered."""
    curve = numbers.curve("H2", "answered by time since filing")
    if curve is None:
        return None
    limit = case.plan.limits.answer_min / 60
    within = numbers.get("H2", "answered within the limit").value
    end = _settled(curve)
    shown = _until(curve, end)
    half_hours = tuple(Tick(at / 2, span(at * 30.0) if at else "0") for at in range(int(end * 2) + 1))
    layers = [*_bands(shown), Line(_named("answered", numbers), shown.hours, shown.mean)]
    if limit < end:
        layers.append(Rule(f"limit {span(limit * 60)}", x=limit))
    return Chart(
        "answers",
        "How soon a medical request is answered",
        f"Share of medical requests answered, by time since filing; {share(within or 0)} within {span(limit * 60)}.",
        Axis("since the request was filed", 0, end, half_hours),
        share_axis("medical requests answered"),
        tuple(layers),
        f"Share of all medical requests, those never answered included. {_intervals(numbers)}",
    )


def _settled(curve: Curve) -> float:
    """The first half hour from which less than a hundredth of the rise is left: after it the line is flat."""
    enough = curve.last - 0.01 * max(curve.last, 1e-9)
    at = next(hour for hour, value in zip(curve.hours, curve.mean, strict=True) if value >= enough)
    return min(max(math.ceil(at * 2) / 2 + 0.5, 1.0), curve.hours[-1])


def queues(case: Case, numbers: Numbers) -> Smalls | None:
    """How many people wait at each assembly point, all stations together, over time."""
    keys = [key for key in numbers.curve_keys("L2", "people waiting") if key.startswith("@ ")]
    found = [(key.removeprefix("@ "), numbers.curve("L2", "people waiting", key)) for key in keys]
    curves = [(name, curve) for name, curve in found if curve is not None]
    several = bool(curves) and numbers.runs > 1
    if not curves:
        curves = _first_run(case)
    curves = [(name, curve) for name, curve in curves if curve.peak[1] > 0]
    ranked = sorted(curves, key=lambda item: -item[1].peak[1])[:MOST_POINTS]
    top = max((max(curve.high or curve.mean) for _, curve in ranked), default=0.0)
    end = _deserted([curve for _, curve in ranked])
    if not ranked:
        return None
    charts = tuple(
        _queue(case, f"queue-{i}", name, _until(curve, end), count_axis("people waiting", top), several)
        for i, (name, curve) in enumerate(ranked)
    )
    caption = "People waiting at all stations of a point, every 15 minutes; the scale is the same everywhere."
    if len(ranked) < len(curves):
        caption += f" The {len(ranked)} points with the longest queues, of {len(curves)} at which anybody waited."
    runs = _intervals(numbers) if several else "The first run." if numbers.runs > 1 else "One run."
    return Smalls(charts, f"{caption} {runs}")


def _deserted(curves: Sequence[Curve]) -> float:
    """The first sixth hour after which nobody waits anywhere any more, or the end."""
    hours_waited = (
        hour
        for curve in curves
        for hour, value in zip(curve.hours, curve.high or curve.mean, strict=True)
        if value >= 0.5
    )
    last = max(hours_waited, default=0.0)
    whole_end = max((curve.hours[-1] for curve in curves), default=0.0)
    return min(max(math.ceil((last + 0.5) / 6) * 6.0, 6.0), whole_end)


def _until(curve: Curve, end: float) -> Curve:
    """The part of a curve up to an hour."""
    n = sum(hour <= end for hour in curve.hours)
    return Curve(
        curve.hours[:n],
        curve.mean[:n],
        curve.mean_low[:n],
        curve.mean_high[:n],
        curve.low[:n],
        curve.high[:n],
        curve.n,
    )


def _queue(case: Case, key: str, name: str, curve: Curve, y: Axis, several: bool) -> Chart:
    at, most = curve.peak
    told = f"{'on average ' if several else ''}at most {whole(max(most, 1))} at {case.clock.short(at)}"
    return Chart(
        key,
        name,
        f"People waiting at {name}, by hours after the alert: {told}.",
        hours_axis(case.clock, curve.hours[-1]),
        y,
        (*(layer for layer in _bands(curve) if isinstance(layer, Band) and layer.kind == "future"),
         Line("mean" if several else "first run", curve.hours, curve.mean)),
        told,
        small=True,
    )  # fmt: skip


def _first_run(case: Case) -> list[tuple[str, Curve]]:
    """Count who waits at each point at the middle of each quarter of an hour, in the first run."""
    view = next(views(case.first, Context(case.plan, case.people)), None)
    if view is None:
        return []
    _, places = view.codes("place")
    quarters = view.cut_ms // GRID_MS + 1
    change = np.zeros((len(places) + 1) * (quarters + 1), np.int64)
    for stays in stays_of(view):
        for times, step in ((stays.queued, 1), (stays.left, -1)):
            # Row -1 + 1 = 0 is for people whose point is not known.
            slot = np.clip((times + GRID_MS // 2) // GRID_MS, 0, quarters)
            change += step * np.bincount((stays.place + 1) * (quarters + 1) + slot, minlength=len(change))
    waiting = change.reshape(len(places) + 1, quarters + 1).cumsum(axis=1)[1:, :quarters]
    at = tuple((np.arange(quarters) * (GRID_MS / HOUR_MS)).tolist())
    return [
        (place, Curve(at, tuple(map(float, row)), (), (), (), (), None))
        for place, row in zip(places, waiting.tolist(), strict=True)
    ]


def hours_axis(clock: Clock, horizon: float) -> Axis:
    """Hours after the alert, the local time below."""
    nice = (1, 2, 3, 6, 12, 24, 48, 96, 168, 336)
    step = next((s for s in nice if horizon / s <= 16), nice[-1])
    ticks = tuple(Tick(at, f"{at}", clock.short(at)) for at in range(0, math.floor(horizon + 1e-9) + 1, step))
    every = tuple(s // step for s in nice if s % step == 0)
    return Axis("hours after the alert, local time below", 0, max(horizon, 1e-9), ticks, every)


def share_axis(title: str) -> Axis:
    """0 to 100 %."""
    return Axis(title, 0, 1, tuple(Tick(at / 5, share(at / 5)) for at in range(6)))


def count_axis(title: str, most: float) -> Axis:
    """From 0 to a round number above the most."""
    top = max(most, 1.0)
    size = 10 ** math.floor(math.log10(top / 2))
    step = max(1, next(s * size for s in (1, 2, 5, 10) if top / (s * size) <= 4))
    count = math.ceil(top / step - 1e-9)
    return Axis(title, 0, count * step, tuple(Tick(i * step, whole(i * step)) for i in range(count + 1)))


def marks(chart: Chart) -> Sequence[Band | Line]:
    """The layers of a chart that a legend names, front first."""
    return [layer for layer in reversed(chart.layers) if isinstance(layer, Band | Line)]

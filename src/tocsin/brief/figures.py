"""The figures of a report: which curves of the measures are drawn, and what is said of each."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from tocsin.brief.case import HOUR_MS, Case
from tocsin.brief.chart import (
    Axis,
    Band,
    Chart,
    Dot,
    Layer,
    Line,
    Rule,
    Smalls,
    Tick,
    Tone,
    count_axis,
    hours_axis,
    share_axis,
)
from tocsin.brief.numbers import Curve, Numbers
from tocsin.brief.words import hours, mean_count, never, share, span, whole
from tocsin.measure.queues import stays_of
from tocsin.measure.view import GRID_MS, Context, views

__all__ = ["answers", "arrivals", "bands", "deadline_rule", "deserted", "intervals_told", "named", "posts", "queues"]

MOST_POINTS = 12
"""So many assembly points get a chart of their queue: those with the longest queues."""


def arrivals(case: Case, numbers: Numbers) -> Chart | None:
    """The arrival curve with both intervals, the deadline, and the moment at which half had come."""
    curve = numbers.curve("A2", "arrived of called")
    if curve is None:
        return None
    layers: list[Layer] = [*bands(curve), Line(named("of those called", numbers), curve.hours, curve.mean)]
    of_reached = numbers.curve("A2", "arrived of reached")
    if of_reached is not None:
        line = Line(named("of those reached", numbers), of_reached.hours, of_reached.mean, "second", dashed=True)
        layers.insert(len(layers) - 1, line)
    layers.extend(deadline_rule(case))
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
        f"incidence, Aalen–Johansen). {intervals_told(numbers)}",
        measures=("A2", "A3"),
    )


def _arrivals_told(case: Case, numbers: Numbers, curve: Curve) -> str:
    half = numbers.get("A3", "T50 of called")
    when = f"half after {hours(half.value)}" if half.value is not None else f"half: {never(curve.last)}"
    end = share(curve.last)
    return f"Share of those called who have arrived, by hours after the alert: {when}; {end} at the end."


def deadline_rule(case: Case) -> list[Rule]:
    """Mark the deadline, if there is one for all."""
    at = case.deadline_h
    return [] if at is None else [Rule(f"deadline {case.clock.short(at)}", x=at)]


def named(what: str, numbers: Numbers) -> str:
    """Name a curve: the mean of several runs says that it is one."""
    return f"{what}, mean" if numbers.runs > 1 else what


def bands(curve: Curve, tone: Tone = "main") -> list[Layer]:
    """The two intervals of a curve, one behind the other, each with its name; none for one run."""
    if not curve.low:
        return []
    return [
        Band("5–95\u202f% of one future call-up", curve.hours, curve.low, curve.high, "future", tone),
        Band("95\u202f% interval of the mean", curve.hours, curve.mean_low, curve.mean_high, "mean", tone),
    ]


def intervals_told(numbers: Numbers) -> str:
    """Say of how many runs bands are, and how they are read."""
    if numbers.runs == 1:
        return "One run, no interval."
    few = f" With {numbers.runs} runs the range is the least and the most seen." if numbers.runs < 19 else ""
    return f"{numbers.runs:,} runs; where a band cannot be seen it is narrower than the line.{few}"


def posts(case: Case, numbers: Numbers) -> Chart | None:
    """How the posts of all units fill over time."""
    curve = numbers.curve("A4", "joined per post")
    if curve is None:
        return None
    line = Line(named("posts filled", numbers), curve.hours, curve.mean)
    layers = [*bands(curve), line, *deadline_rule(case)]
    return Chart(
        "posts",
        "When the posts fill",
        f"Share of the {whole(curve.n or 0)} posts of all units that are filled, by hours after the alert; "
        f"{share(curve.last)} at the end.",
        hours_axis(case.clock, curve.hours[-1]),
        share_axis("posts filled, all units"),
        tuple(layers),
        f"Share of the {whole(curve.n or 0)} posts of all units. {intervals_told(numbers)}",
        measures=("A4",),
    )


def answers(case: Case, numbers: Numbers) -> Chart | None:
    """How soon medical requests are answered."""
    curve = numbers.curve("H2", "answered by time since filing")
    if curve is None:
        return None
    limit = case.plan.limits.answer_min / 60
    within = numbers.get("H2", "answered within the limit").value
    end = _settled(curve)
    shown = curve.until(end)
    half_hours = tuple(Tick(at / 2, span(at * 30.0) if at else "0") for at in range(int(end * 2) + 1))
    layers = [*bands(shown), Line(named("answered", numbers), shown.hours, shown.mean)]
    if limit < end:
        layers.append(Rule(f"limit {span(limit * 60)}", x=limit))
    return Chart(
        "answers",
        "How soon a medical request is answered",
        f"Share of medical requests answered, by time since filing; {share(within or 0)} within {span(limit * 60)}.",
        Axis("since the request was filed", 0, end, half_hours),
        share_axis("medical requests answered"),
        tuple(layers),
        f"Share of all medical requests, those never answered included. {intervals_told(numbers)}",
        measures=("H2",),
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
    top = max((curve.top for _, curve in ranked), default=0.0)
    end = deserted([curve for _, curve in ranked])
    if not ranked:
        return None
    y = count_axis("people waiting", top)
    charts = tuple(
        _queue(case, f"queue-{i}", name, curve.until(end), y, several) for i, (name, curve) in enumerate(ranked)
    )
    caption = "People waiting at all stations of a point, every 15 minutes; the scale is the same everywhere."
    if len(ranked) < len(curves):
        caption += f" The {len(ranked)} points with the longest queues, of {len(curves)} at which anybody waited."
    runs = intervals_told(numbers) if several else "The first run." if numbers.runs > 1 else "One run."
    return Smalls(charts, f"{caption} {runs}", "How many wait, point by point", ("L2",))


def deserted(curves: Sequence[Curve]) -> float:
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


def _queue(case: Case, key: str, name: str, curve: Curve, y: Axis, several: bool) -> Chart:
    at, most = curve.peak
    told = f"{'highest mean' if several else 'at most'} {mean_count(most)}, {case.clock.short(at)}"
    return Chart(
        key,
        name,
        f"People waiting at {name}, by hours after the alert: {told}.",
        hours_axis(case.clock, curve.hours[-1]),
        y,
        (
            *(rule for rule in deadline_rule(case) if (rule.x or 0) < curve.hours[-1]),
            *bands(curve),
            Line("mean" if several else "first run", curve.hours, curve.mean),
        ),
        told,
        small=True,
    )


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

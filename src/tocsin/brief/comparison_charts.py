"""Curves of several plans over each other, and the difference of two with its interval."""

from __future__ import annotations

import datetime as dt
import math
from zoneinfo import ZoneInfo

import polars as pl

from tocsin.brief.case import HOUR_MS, Clock
from tocsin.brief.chart import (
    Axis,
    Band,
    Chart,
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
from tocsin.brief.figures import deserted
from tocsin.brief.numbers import Curve, Numbers
from tocsin.brief.words import NARROW, mean_count, share
from tocsin.sweep import Comparison

__all__ = ["MOST_PLANS", "Curves", "difference_chart", "overlay", "queue_overlays"]

TONES: tuple[Tone, ...] = ("second", "main", "alert", "quiet")
MOST_PLANS = len(TONES)
"""So many plans are drawn over each other; tables have all of them."""
MOST_QUEUES = 6
_MEASURES = ("A2", "A4", "L2")


class Curves:
    """The curves of each plan, summed up over its runs."""

    def __init__(self, comparison: Comparison) -> None:
        """Sum up the curves that are drawn.

        Args:
            comparison: Plans on equal luck.
        """
        self.runs = comparison.runs
        self.labels = comparison.labels
        wanted = pl.col("at_ms").is_not_null() & pl.col("measure").is_in(_MEASURES)
        self.numbers = [Numbers(rehearsal.frame.filter(wanted)) for rehearsal in comparison.rehearsals]
        exercises = [rehearsal.plan.exercise for rehearsal in comparison.rehearsals]
        self.clock = Clock(exercises[0].alert, ZoneInfo(exercises[0].time_zone))
        self.one_clock = len({(one.alert, one.time_zone) for one in exercises}) == 1
        self.deadlines = [_hours_to(one.alert, one.deadline.at) for one in exercises]

    def of(self, measure: str, name: str, key: str = "") -> list[tuple[str, Tone, Curve]]:
        """The curves of one number: label, tone and curve of each plan that has it."""
        found = []
        for label, tone, numbers in zip(self.labels, TONES, self.numbers, strict=False):
            curve = numbers.curve(measure, name, key)
            if curve is not None:
                found.append((label, tone, curve))
        return found

    def axis(self, horizon: float) -> Axis:
        """Hours after the alert; local times below them only if they are the same under all plans."""
        axis = hours_axis(self.clock, horizon)
        if self.one_clock:
            return axis
        ticks = tuple(Tick(tick.at, tick.text) for tick in axis.ticks)
        return Axis("hours after the alert", axis.low, axis.high, ticks, axis.every)


def _hours_to(alert: dt.datetime, at: dt.datetime | None) -> float | None:
    return None if at is None else (at - alert).total_seconds() / 3600


def overlay(curves: Curves, measure: str, name: str, key: str, title: str, y: str) -> Chart | None:
    """Draw a share over time under each plan, with the interval of the mean and the range of one call-up."""
    found = curves.of(measure, name)
    if not found:
        return None
    layers: list[Layer] = [*_bands(found), *_lines(found), *_deadlines(curves)]
    ends = "; ".join(f"{label} {share(curve.last)}" for label, _, curve in found)
    ranges = "the 5–95\u202f% range of one future call-up and " if len(found) < 3 else ""
    return Chart(
        key, title, f"{title} under each plan, by hours after the alert. At the end: {ends}.",
        curves.axis(max(curve.hours[-1] for _, _, curve in found)), share_axis(y), tuple(layers),
        f"Means of {curves.runs:,} runs of each plan, with {ranges}the 95\u202f% interval of the mean. Where bands "
        "overlap a difference may still be real: the luck that widens them is the same under both plans.",
        measures=(measure,),
    )  # fmt: skip


def _bands(found: list[tuple[str, Tone, Curve]]) -> list[Layer]:
    """Both intervals of two plans; of more than two only those of the means, so that the lines can be seen."""
    layers: list[Layer] = []
    for label, tone, curve in found:
        if curve.low and len(found) < 3:
            name = f"{label}: one call-up, 5–95{NARROW}%"
            layers.append(Band(name, curve.hours, curve.low, curve.high, "future", tone))
    for label, tone, curve in found:
        if curve.mean_low:
            name = f"{label}: mean, 95{NARROW}%"
            layers.append(Band(name, curve.hours, curve.mean_low, curve.mean_high, "mean", tone))
    return layers


def _lines(found: list[tuple[str, Tone, Curve]]) -> list[Layer]:
    """The base dashed, so that lines can be told apart without colours."""
    return [
        Line(label, curve.hours, curve.mean, tone, dashed=number == 0)
        for number, (label, tone, curve) in enumerate(found)
    ]


def _deadlines(curves: Curves) -> list[Layer]:
    told = {at for at in curves.deadlines if at is not None}
    if len(told) != 1:
        return []
    at = told.pop()
    return [Rule(f"deadline {curves.clock.short(at)}" if curves.one_clock else "deadline", x=at)]


def difference_chart(
    comparison: Comparison, curves: Curves, plan: str, number: tuple[str, str], key: str, title: str
) -> Chart | None:
    """Draw the difference of two curves over time, with its 95 % interval at each instant."""
    at = pl.col("at_ms").is_not_null()
    chosen = at & (pl.col("plan") == plan) & (pl.col("measure") == number[0]) & (pl.col("name") == number[1])
    rows = comparison.differences.filter(chosen & (pl.col("pairs") > 0)).sort("at_ms")
    if rows.is_empty() or not (rows["difference"] != 0).any():
        return None
    x = tuple((rows["at_ms"] / HOUR_MS).to_list())
    points = {
        end: tuple((100 * rows[end]).to_list()) for end in ("difference", "low", "high") if rows[end].null_count() == 0
    }
    middle = points["difference"]
    low, high = points.get("low", middle), points.get("high", middle)
    layers: list[Layer] = [Rule("", y=0.0, tone="quiet")]
    if "low" in points:
        layers.append(Band(f"95{NARROW}% interval, instant by instant", x, low, high, "mean"))
    layers.append(Line("difference", x, middle))
    far = max(range(len(middle)), key=lambda i: abs(middle[i]))
    told = f"largest {middle[far]:+.1f} points, {x[far]:.1f} h after the alert".replace("-", "−")
    return Chart(
        key, title, f"{plan} less {comparison.labels[0]}: {told}.", curves.axis(x[-1]),
        _points_axis(min(low), max(high)), tuple(layers),
        f"Run by run, in percentage points: {told}. The interval holds for one instant at a time.",
    )  # fmt: skip


def _points_axis(low: float, high: float) -> Axis:
    """Signed percentage points, in round steps that reach beyond both ends and show 0."""
    low, high = min(low, 0.0), max(high, 0.0)
    size = max(high - low, 1e-6) / 4
    power = 10 ** math.floor(math.log10(size))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= size)
    first, last = math.floor(low / step - 1e-9), math.ceil(high / step + 1e-9)
    digits = max(0, -math.floor(math.log10(step)))
    ticks = tuple(Tick(i * step, _signed(i * step, digits)) for i in range(first, last + 1))
    return Axis("percentage points", first * step, last * step, ticks)


def _signed(value: float, digits: int) -> str:
    return f"{value:+.{digits}f}".replace("-", "−") if value else "0"


def queue_overlays(curves: Curves) -> Smalls | None:
    """Draw how many wait at each point under each plan: the points where that differs most."""
    keys = dict.fromkeys(key for numbers in curves.numbers for key in numbers.curve_keys("L2", "people waiting"))
    found = {key: curves.of("L2", "people waiting", key) for key in keys if key.startswith("@ ")}
    apart = {key: _apart([curve for _, _, curve in of]) for key, of in found.items() if len(of) > 1}
    ranked = sorted((key for key, gap in apart.items() if gap >= 0.5), key=lambda key: -apart[key])[:MOST_QUEUES]
    if not ranked:
        return None
    drawn = {key: found[key] for key in ranked}
    top = max(max(curve.high or curve.mean) for of in drawn.values() for _, _, curve in of)
    end = deserted([curve for of in drawn.values() for _, _, curve in of])
    charts = tuple(
        _queue(curves, f"queue-{i}", key, of, count_axis("", top), end) for i, (key, of) in enumerate(drawn.items())
    )
    bands = " Bands are the 5–95\u202f% range of one call-up." if len(curves.labels) < 3 else ""
    caption = "People waiting at all stations of a point, every 15 minutes, means of the runs; the scale is the same "
    caption += f"everywhere.{bands}"
    if len(apart) > len(ranked):
        caption += f" The {len(ranked)} points with the largest differences, of {len(apart)}."
    return Smalls(charts, caption, measures=("L2",))


def _apart(curves: list[Curve]) -> float:
    """The largest distance of any later curve from the first, at any instant."""
    base, *others = (curve.mean for curve in curves)
    return max(abs(a - b) for other in others for a, b in zip(base, other, strict=False))


def _queue(curves: Curves, key: str, name: str, found: list[tuple[str, Tone, Curve]], y: Axis, end: float) -> Chart:
    place = name.removeprefix("@ ")
    cut = [(label, tone, curve.until(end)) for label, tone, curve in found]
    bands = (
        [band for band in _bands(cut[:2]) if isinstance(band, Band) and band.kind == "future"] if len(cut) < 3 else []
    )
    told = "highest mean " + ", ".join(f"{mean_count(curve.peak[1])} under {label}" for label, _, curve in cut)
    return Chart(
        key, place, f"People waiting at {place}. {told}.", curves.axis(end), y, (*bands, *_lines(cut)), told, small=True
    )

"""Draws the course of one quantity: a band that widens with the age of the last count, and what was said, as it was."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from markupsafe import Markup

from tocsin.brief.watch_words import count_words
from tocsin.watch import Bounds
from tocsin.watch.footprint import Estimate
from tocsin.watch.times import day_bounds, day_of

__all__ = ["Course", "Dot", "drawn_course"]

WIDTH, HEIGHT = 560.0, 230.0
LEFT, RIGHT, TOP, BOTTOM = 52.0, 10.0, 12.0, 26.0
Scale = Callable[[float], float]
Moments = Callable[[int], float]
_TICKS: Final = 4
_MOST_YEARS: Final = 8


@dataclass(frozen=True, slots=True)
class Dot:
    """One count as somebody gave it."""

    row: str
    at_ms: int
    count: Bounds


@dataclass(frozen=True, slots=True)
class Course:
    """Estimates at several moments, in their order, and the counts that they rest on."""

    line: tuple[Estimate, ...]
    dots: tuple[Dot, ...]


def drawn_course(course: Course, at_ms: int, unit: str, name: str, zone: ZoneInfo, number: int) -> Markup:
    """Draw a course as SVG that needs no script.

    Args:
        course: What is drawn.
        at_ms: The day that the page is about, marked by a line.
        unit: What is counted.
        name: The quantity in words.
        zone: Time zone of days.
        number: Which drawing of the page it is; ids hang on it.
    """
    start, end = course.line[0].at_ms, course.line[-1].at_ms
    tops = [one.high or 0.0 for one in course.line] + [
        float(dot.count.most or dot.count.least or 0) for dot in course.dots
    ]
    step = _step(max(max(tops), 1.0) / _TICKS)
    top = step * math.ceil(max(tops) / step) or step

    def x(ms: int) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * (ms - start) / max(end - start, 1)

    def y(value: float) -> float:
        return TOP + (HEIGHT - TOP - BOTTOM) * (1 - min(value, top) / top)

    pieces = [_grid(step, top, y), _years(start, end, zone, x)]
    for part in _known(course.line):
        upper = [(x(one.at_ms), y(one.high or 0.0)) for one in part]
        lower = [(x(one.at_ms), y(one.low or 0.0)) for one in reversed(part)]
        middle = [(x(one.at_ms), y(one.median or 0.0)) for one in part]
        pieces.append(Markup('<path class="band" d="{}Z"/><path class="middle" d="{}"/>').format(
            _path([*upper, *lower]), _path(middle)))  # fmt: skip
    pieces += [_dot(dot, unit, x, y, zone) for dot in course.dots]
    if start <= at_ms <= end:
        pieces.append(Markup('<path class="now" d="M{:.1f} {:.0f}V{:.0f}"/>').format(x(at_ms), TOP, HEIGHT - BOTTOM))
    told = f"Course of {name}: {len(course.dots)} counts, drawn with the 90 % interval; it ends where nothing is known."
    return Markup(
        '<svg class="course" viewBox="0 0 {w:g} {h:g}" role="img" aria-labelledby="course-{n}">'
        '<title id="course-{n}">{told}</title>{pieces}</svg>'
    ).format(w=WIDTH, h=HEIGHT, n=number, told=told, pieces=Markup("").join(pieces))


def _step(least: float) -> float:
    """The next round number of 1, 2 or 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(least))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= least)


def _known(line: Sequence[Estimate]) -> Iterable[list[Estimate]]:
    """Stretches in which a strength is known."""
    part: list[Estimate] = []
    for one in line:
        if one.known:
            part.append(one)
        elif part:
            yield part
            part = []
    if part:
        yield part


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{px:.1f} {py:.1f}" for px, py in points)


def _grid(step: float, top: float, y: Scale) -> Markup:
    lines = []
    for n in range(round(top / step) + 1):
        value = n * step
        line = Markup('<path class="grid" d="M{:g} {:.1f}H{:g}"/>').format(LEFT, y(value), WIDTH - RIGHT)
        words = Markup('<text class="y" x="{:g}" y="{:.1f}">{:,.0f}</text>').format(LEFT - 6, y(value) + 4, value)
        lines.append(line + words)
    return Markup("").join(lines)


def _years(start: int, end: int, zone: ZoneInfo, x: Moments) -> Markup:
    """The first of each year, or of each quarter where the course is short."""
    first, last = day_of(start, zone), day_of(end, zone)
    months = (1,) if last.year - first.year > 1 else (1, 4, 7, 10)
    every = max(1, (last.year - first.year) // _MOST_YEARS)
    made = []
    for year in range(first.year, last.year + 1, every):
        for month in months:
            ms = day_bounds(first.replace(year=year, month=month, day=1), zone).least or 0
            if start <= ms <= end and x(ms) < WIDTH - RIGHT - 14:
                words = str(year) if month == 1 else first.replace(day=1, month=month).strftime("%b")
                line = Markup('<path class="grid" d="M{:.1f} {:g}V{:g}"/>').format(x(ms), TOP, HEIGHT - BOTTOM + 4)
                made.append(
                    line + Markup('<text class="x" x="{:.1f}" y="{:g}">{}</text>').format(x(ms), HEIGHT - 8, words)
                )
    return Markup("").join(made)


def _dot(dot: Dot, unit: str, x: Moments, y: Scale, zone: ZoneInfo) -> Markup:
    low = dot.count.least if dot.count.least is not None else 0
    high = dot.count.most if dot.count.most is not None else low
    local = day_of(dot.at_ms, zone)
    told = f"{dot.row}, {local.day} {local:%b %Y}: {count_words(dot.count, unit)}"
    here = x(dot.at_ms)
    return Markup(
        '<g class="said"><title>{told}</title><path d="M{x:.1f} {a:.1f}V{b:.1f}"/>'
        '<circle cx="{x:.1f}" cy="{m:.1f}" r="3"/></g>'
    ).format(told=told, x=here, a=y(float(low)), b=y(float(high)), m=(y(float(low)) + y(float(high))) / 2)

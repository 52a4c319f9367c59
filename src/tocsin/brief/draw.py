"""Draws declared charts as SVG: no script, no colour of its own, the same bytes every time.

Colours and fonts are classes that the page's style sheet fills, so that light and dark need one drawing.
Every chart is drawn at three sizes, of which the page shows the one that fits: text keeps its size.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from tocsin.brief.chart import Axis, Band, Chart, Dot, Layer, Line, Rule, Span, Tick

__all__ = ["Size", "drawn", "path", "text_width", "thinned"]

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Size:
    """A size to draw at, in CSS pixels: the whole, the margins around the plot, and the text."""

    name: str
    width: float
    height: float
    left: float = 46
    right: float = 32
    top: float = 40
    bottom: float = 56
    text: float = 12
    small: bool = False


SIZES = (Size("wide", 640, 380), Size("middle", 500, 340), Size("narrow", 370, 310))
SMALL_SIZES = (
    Size("small", 290, 160, left=48, right=32, top=10, bottom=38, small=True),
    Size("tiny", 172, 124, left=39, right=27, top=8, bottom=33, text=10, small=True),
)
CHARACTER = 6.9
"""A generous width of a character of 12 px text."""


def text_width(text: str, size: float = 12, bold: bool = False) -> float:
    """Estimate how wide a text is; rather too wide than too narrow, as the reader's font is not known."""
    return len(text) * CHARACTER * size / 12 * (1.12 if bold else 1)


def drawn(chart: Chart) -> Markup:
    """Draw a chart.

    Args:
        chart: What to draw.

    Returns:
        Several `<svg>` elements with title and description; the style sheet shows the one that fits.
    """
    return Markup("").join(_svg(chart, size) for size in (SMALL_SIZES if chart.small else SIZES))


def _svg(chart: Chart, size: Size) -> Markup:
    frame = _Frame(chart.x, chart.y, size)
    parts = [_grid(chart, frame)]
    parts.extend(_layer(layer, frame) for layer in chart.layers)
    if not size.small:
        spans = {layer.label: layer for layer in reversed(chart.layers) if isinstance(layer, Span)}
        parts.extend(_span_label(span, row, frame) for row, span in enumerate(reversed(spans.values())))
    label = f"{chart.key}-{size.name}"
    return Markup(
        '<svg class="chart {name}" viewBox="0 0 {w} {h}" role="img" aria-labelledby="{id}-t {id}-d">'
        '<title id="{id}-t">{title}</title><desc id="{id}-d">{told}</desc>{inside}</svg>'
    ).format(
        name=size.name, w=f"{size.width:g}", h=f"{size.height:g}", id=label, title=chart.title,
        told=chart.summary, inside=Markup("").join(parts),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where values fall on the drawing."""

    x: Axis
    y: Axis
    size: Size

    @property
    def left(self) -> float:
        return self.size.left

    @property
    def right(self) -> float:
        return self.size.width - self.size.right

    @property
    def top(self) -> float:
        return self.size.top

    @property
    def bottom(self) -> float:
        return self.size.height - self.size.bottom

    @property
    def small(self) -> bool:
        return self.size.small

    def wide(self, text: str) -> float:
        return text_width(text, self.size.text)

    def across(self, value: float) -> float:
        return self.left + (value - self.x.low) / (self.x.high - self.x.low) * (self.right - self.left)

    def up(self, value: float) -> float:
        return self.bottom - (value - self.y.low) / (self.y.high - self.y.low) * (self.bottom - self.top)

    def points(self, x: Sequence[float], y: Sequence[float]) -> list[Point]:
        return [(self.across(a), self.up(b)) for a, b in zip(x, y, strict=True)]


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def path(points: Iterable[Point], closed: bool = False) -> str:
    """Write points as the data of a path, in tenths of a pixel."""
    text = "L".join(f"{_number(x)} {_number(y)}" for x, y in points)
    return f"M{text}{'Z' if closed else ''}"


def thinned(points: Sequence[Point], tolerance: float = 0.25) -> list[Point]:
    """Leave out points that lines between the others pass within a tolerance (Douglas and Peucker 1973)."""
    if len(points) < 3:
        return list(points)
    keep = [False] * len(points)
    keep[0] = keep[-1] = True
    open_parts = [(0, len(points) - 1)]
    while open_parts:
        first, last = open_parts.pop()
        far, where = tolerance, -1
        for i in range(first + 1, last):
            off = _off(points[i], points[first], points[last])
            if off > far:
                far, where = off, i
        if where >= 0:
            keep[where] = True
            open_parts += [(first, where), (where, last)]
    return [point for point, kept in zip(points, keep, strict=True) if kept]


def _off(point: Point, start: Point, end: Point) -> float:
    """How far a point lies off the line through two others; off the first if both are one (a closed ring)."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    x, y = point[0] - start[0], point[1] - start[1]
    length = math.hypot(dx, dy)
    return abs(x * dy - y * dx) / length if length else math.hypot(x, y)


def _grid(chart: Chart, frame: _Frame) -> Markup:
    parts = [_y_axis(frame, tick) for tick in frame.y.ticks]
    parts.extend(_x_axis(frame, tick) for tick in _fitting(frame))
    if not frame.small:
        parts.append(_text(chart.y.title, frame.left, 13, "axis-title", "start"))
        parts.append(
            _text(
                chart.x.title,
                frame.right,
                frame.bottom + (50 if any(tick.below for tick in chart.x.ticks) else 36),
                "axis-title",
                "end",
            )
        )
    return Markup("").join(parts)


def _y_axis(frame: _Frame, tick: Tick) -> Markup:
    y = frame.up(tick.at)
    kind = "base" if tick.at == frame.y.low else "grid"
    line = Markup('<path class="{k}" d="M{a} {y}H{b}"/>').format(
        k=kind, a=_number(frame.left), b=_number(frame.right), y=_number(y)
    )
    return line + _text(tick.text, frame.left - 7, y + frame.size.text / 3, "", "end")


def _x_axis(frame: _Frame, tick: Tick) -> Markup:
    x = frame.across(tick.at)
    mark = Markup('<path class="base" d="M{x} {y}v4"/>').format(x=_number(x), y=_number(frame.bottom))
    # The last mark may stand at the very edge: its label then ends there instead of being cut.
    edge = frame.size.width
    anchor = "end" if x + frame.wide(max(tick.text, tick.below, key=len)) / 2 > edge else "middle"
    at = edge - 1 if anchor == "end" else x
    first, second = frame.bottom + 5 + frame.size.text, frame.bottom + 8 + 2 * frame.size.text
    below = _text(tick.below, at, second, "local", anchor) if tick.below else Markup("")
    return mark + _text(tick.text, at if tick.below else x, first, "", anchor if tick.below else "middle") + below


def _fitting(frame: _Frame) -> list[Tick]:
    """Every k-th mark, as many as fit beside each other."""
    ticks = frame.x.ticks
    widest = max((frame.wide(max(t.text, t.below, key=len)) for t in ticks), default=0.0) + frame.size.text
    for k in frame.x.every:
        kept = ticks[::k]
        if len(kept) < 2 or frame.across(kept[1].at) - frame.across(kept[0].at) >= widest:
            return list(kept)
    return list(ticks[:1])


def _text(text: str, x: float, y: float, kind: str, anchor: str) -> Markup:
    sort = Markup(' class="{}"').format(kind) if kind else Markup("")
    place = Markup("") if anchor == "start" else Markup(' text-anchor="{}"').format(anchor)
    return Markup('<text x="{}" y="{}"{}{}>{}</text>').format(_number(x), _number(y), sort, place, escape(text))


def _layer(layer: Layer, frame: _Frame) -> Markup:
    if isinstance(layer, Band):
        upper = thinned(frame.points(layer.x, layer.high))
        lower = thinned(frame.points(layer.x, layer.low))
        edge = path([*upper, *reversed(lower)], closed=True)
        return Markup('<path class="band {} {}" d="{}"/>').format(layer.kind, layer.tone, edge)
    if isinstance(layer, Line):
        kind = f"line {layer.tone}{' dashed' if layer.dashed else ''}"
        points = thinned(frame.points(layer.x, layer.y))
        # A line of one point has no length: twice the point, its round ends are a dot.
        return Markup('<path class="{}" d="{}"/>').format(kind, path(points if len(points) > 1 else points * 2))
    if isinstance(layer, Rule):
        return _rule(layer, frame)
    if isinstance(layer, Span):
        return _span(layer, frame)
    return _dot(layer, frame)


def _span(span: Span, frame: _Frame) -> Markup:
    left, right = frame.across(span.start), frame.across(span.end)
    if span.start == span.end:
        line = '<path class="rule alert" d="M{} {}V{}"/>'
        return Markup(line).format(_number(left), _number(frame.top), _number(frame.bottom))
    ends = (left, frame.top, max(right, left + 1), frame.bottom, left)
    area = '<path class="struck" d="M{} {}H{}V{}H{}Z"><title>{}</title></path>'
    return Markup(area).format(*map(_number, ends), span.label)


def _span_label(span: Span, row: int, frame: _Frame) -> Markup:
    """Write the name of a span where it begins, each a line lower than the one before: they may overlap."""
    x = frame.across(span.start)
    left = x + 5 + text_width(span.label, bold=True) > frame.right
    y = frame.top + 14 + 15 * row
    return _text(span.label, x - 5 if left else x + 5, y, "label alert", "end" if left else "start")


def _rule(rule: Rule, frame: _Frame) -> Markup:
    if rule.x is not None:
        x = frame.across(rule.x)
        left = x + 6 + text_width(rule.label, bold=True) > frame.right
        top = frame.top - (0 if frame.small else 10)
        line = Markup('<path class="rule {}" d="M{} {}V{}"/>').format(
            rule.tone, _number(x), _number(top), _number(frame.bottom)
        )
        if frame.small:  # no room for the label: the legend of the set names the line
            return line
        return line + _text(
            rule.label,
            x - 6 if left else x + 6,
            frame.top - 8,
            f"label {rule.tone}",
            "end" if left else "start",
        )
    y = frame.up(rule.y or 0.0)
    line = Markup('<path class="rule {}" d="M{} {}H{}"/>').format(
        rule.tone, _number(frame.left), _number(y), _number(frame.right)
    )
    return line + _text(rule.label, frame.left + 6, y - 5, f"label {rule.tone}", "start")


def _dot(dot: Dot, frame: _Frame) -> Markup:
    x, y = frame.across(dot.x), frame.up(dot.y)
    circle = Markup('<circle class="dot {}" cx="{}" cy="{}" r="4"/>').format(dot.tone, _number(x), _number(y))
    left = x + 10 + text_width(dot.label) > frame.right
    return circle + _text(
        dot.label, x - 10 if left else x + 10, y + 15, f"label {dot.tone}", "end" if left else "start"
    )

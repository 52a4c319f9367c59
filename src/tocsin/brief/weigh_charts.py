"""Drawings of a weighed case: bands on the row of words, what leaving out does, judged beside simulated; no script.

Each is drawn at three widths, of which the page shows the one that fits, as `draw.py` does: text keeps its size.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from tocsin.assess.words import WORDS
from tocsin.brief.draw import text_width
from tocsin.brief.weigh_words import band, percent, points

__all__ = ["Bar", "Pushed", "bands_drawn", "pushes_drawn"]

WIDTHS: Final = (("wide", 640.0), ("middle", 500.0), ("narrow", 350.0))
ROW, HEAD, FOOT = 58.0, 40.0, 40.0
"""Heights: of a hypothesis with its two bars, of the words above, of the marks below."""
MARKS: Final = (0.05, 0.20, 0.45, 0.55, 0.80, 0.95)
"""Where one word ends and the next begins."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of bands: two bars below one name.

    Attributes:
        name: What it is.
        thin: Low, median, high of the thin bar, or None.
        thick: The same of the thick one, or None.
        said: What is written at the right, in figures.
    """

    name: str
    thin: tuple[float, float, float] | None
    thick: tuple[float, float, float] | None
    said: str = ""


@dataclass(frozen=True, slots=True)
class Pushed:
    """One row of pushes: a name, its id below, and a change from 0, in probability."""

    name: str
    below: str
    change: float
    said: str


def bands_drawn(key: str, title: str, bars: Sequence[Bar]) -> Markup:
    """Draw bands over the seven words of probability.

    Args:
        key: Short name, unique on the page.
        title: What is drawn.
        bars: Rows, from above.
    """
    told = " ".join(f"{one.name}: {_said(one)}." for one in bars)
    return _three(key, title, told, lambda width: _bands(bars, width))


def _said(one: Bar) -> str:
    parts = []
    for name, ends in (("before or judged", one.thin), ("now or simulated", one.thick)):
        if ends is not None:
            parts.append(f"{name} {percent(ends[1])}, from {band(ends[0], ends[2])}")
    return "; ".join(parts)


def _three(key: str, title: str, told: str, inside: Callable[[float], tuple[Markup, float]]) -> Markup:
    found = []
    for name, width in WIDTHS:
        drawing, height = inside(width)
        found.append(
            Markup(
                '<svg class="chart {name}" viewBox="0 0 {w} {h}" role="img" aria-labelledby="{id}-t {id}-d">'
                '<title id="{id}-t">{title}</title><desc id="{id}-d">{told}</desc>{inside}</svg>'
            ).format(name=name, w=_n(width), h=_n(height), id=f"{key}-{name}", title=title, told=told, inside=drawing)
        )
    return Markup("").join(found)


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _text(text: str, x: float, y: float, kind: str = "", anchor: str = "start") -> Markup:
    sort = Markup(' class="{}"').format(kind) if kind else Markup("")
    place = Markup("") if anchor == "start" else Markup(' text-anchor="{}"').format(anchor)
    return Markup('<text x="{}" y="{}"{}{}>{}</text>').format(_n(x), _n(y), sort, place, text)


# --- bands --------------------------------------------------------------------------------------------------------


def _bands(bars: Sequence[Bar], width: float) -> tuple[Markup, float]:
    left, right = 4.0, width - 8.0
    bottom = HEAD + ROW * len(bars)

    def across(p: float) -> float:
        return left + p * (right - left)

    parts = [_words(across, bottom)]
    for mark in MARKS:
        parts.append(_text(f"{100 * mark:.0f}", across(mark), bottom + 16, "", "middle"))
    parts.append(_text("%", right, bottom + 16, "", "end"))
    for row, one in enumerate(bars):
        parts.append(_row(one, HEAD + ROW * row, across, width))
    return Markup("").join(parts), bottom + FOOT


def _words(across: Callable[[float], float], bottom: float) -> Markup:
    """The seven words as stripes; the two outermost are too narrow for their names, which stand below."""
    parts = []
    for n, word in enumerate(WORDS):
        low = 0.0 if n == 0 else word.low
        high = 1.0 if n == len(WORDS) - 1 else word.high
        shade = "stripe odd" if n % 2 else "stripe"
        parts.append(
            Markup('<path class="{}" d="M{} {}H{}V{}H{}Z"/>').format(
                shade, _n(across(low)), _n(HEAD - 4), _n(across(high)), _n(bottom), _n(across(low))
            )
        )
        if n == 0:
            parts.append(_text(word.name, across(0), bottom + 33, "word"))
        elif n == len(WORDS) - 1:
            parts.append(_text(word.name, across(1), bottom + 33, "word", "end"))
        else:
            lines = word.name.split()
            for k, line in enumerate(lines):
                parts.append(
                    _text(line, across((low + high) / 2), HEAD - 10 - 12 * (len(lines) - 1 - k), "word", "middle")
                )
    return Markup("").join(parts)


def _row(one: Bar, top: float, across: Callable[[float], float], width: float) -> Markup:
    parts = [_text(one.name, across(0) + 6, top + 17, "label")]
    if one.said:
        parts.append(_text(one.said, width - 14, top + 17, "label", "end"))
    if one.thin is not None:
        low, middle, high = (across(p) for p in one.thin)
        parts.append(
            Markup('<path class="thin" d="M{} {}H{}"/><path class="thin" d="M{} {}v9"/>').format(
                _n(low), _n(top + 29), _n(high), _n(middle), _n(top + 24.5)
            )
        )
    if one.thick is not None:
        low, middle, high = (across(p) for p in one.thick)
        parts.append(
            Markup('<path class="thick" d="M{} {}H{}"/><circle class="dot" cx="{}" cy="{}" r="5"/>').format(
                _n(low), _n(top + 42), _n(max(high, low + 1)), _n(middle), _n(top + 42)
            )
        )
    return Markup("").join(parts)


# --- pushes -------------------------------------------------------------------------------------------------------

STEP = 38.0


def pushes_drawn(key: str, title: str, rows: Sequence[Pushed]) -> Markup:
    """Draw changes to the left and right of nothing.

    Args:
        key: Short name, unique on the page.
        title: What is drawn.
        rows: From above.
    """
    told = " ".join(f"{one.name}: {one.said}." for one in rows)
    return _three(key, title, told, lambda width: _pushes(rows, width))


def _pushes(rows: Sequence[Pushed], width: float) -> tuple[Markup, float]:
    most = max((abs(one.change) for one in rows), default=0.0) or 0.01
    middle, reach = width / 2, width / 2 - 36
    parts = [Markup('<path class="base" d="M{} 4V{}"/>').format(_n(middle), _n(STEP * len(rows) + 6))]
    for n, one in enumerate(rows):
        top = 8 + STEP * n
        end = middle + one.change / most * reach
        tone = "up" if one.change > 0 else "down"
        size = (_n(min(middle, end)), _n(top + 17), _n(max(abs(end - middle), 1.0)))
        parts.append(Markup('<rect class="push {}" x="{}" y="{}" width="{}" height="9"/>').format(tone, *size))
        parts.append(_text(_cut(one.name, width), 0, top + 12, "label plain"))
        at, anchor = (end + 5, "start") if one.change > 0 else (end - 5, "end")
        parts.append(_text(points(one.change), at, top + 26, "figure-of", anchor))
    return Markup("").join(parts), STEP * len(rows) + 14


def _cut(text: str, width: float) -> str:
    """As much of a sentence as fits; the whole of it stands in the description and in the list of items."""
    if text_width(text) * 0.86 <= width:
        return text
    most = int(width / (text_width("m") * 0.86)) - 1
    return f"{text[:most].rsplit(' ', 1)[0].rstrip(',;:')} …"

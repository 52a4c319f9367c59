"""Charts of an answer, drawn by the server: lengths are percentages of the width, so that text keeps its size.

Each drawing is an image with a title that says what it shows; the numbers stand beside it or in a table below.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from markupsafe import Markup, escape

from tocsin.assess.answer import Likely, Point
from tocsin.assess.words import WORDS
from tocsin.serve.weighing.words import band_words, percent, points

__all__ = ["DASHES", "band", "course", "effect", "scale"]

_BAND_PX: Final = 30
_COURSE_PX: Final = 300
DASHES: Final = 6
"""How many ways there are to tell lines apart by colour, dash and mark; a seventh line looks like the first."""
_EDGES: Final = (0.0, *(one.high for one in WORDS[:-1]), 1.0)
"""Borders of the seven words, drawn out to 0 and 1."""


def band(one: Likely) -> Markup:
    """A hypothesis on a scale from 0 to 100 %: its band thick, its median a dot, its prior a thin line below."""
    told = (
        f"{one.name}: median {percent(one.median)}, 5–95 % {band_words(one.low, one.high)}; "
        f"before the evidence median {percent(one.prior_median)}, 5–95 % {band_words(one.prior_low, one.prior_high)}"
    )
    parts = [
        *_zones(_BAND_PX),
        _rect("range", one.low, one.high, 6, 12),
        f'<circle class="median" cx="{_pc(one.median)}" cy="12" r="6"/>',
        _rect("prior", one.prior_low, one.prior_high, 24, 2),
        f'<circle class="prior" cx="{_pc(one.prior_median)}" cy="25" r="3"/>',
    ]
    return _svg("band", _BAND_PX, told, parts)


def scale() -> Markup:
    """The scale under the bands: the borders of the seven words, but for those that stand too near to the ends."""
    ticks = [_tick(edge) for edge in _EDGES if edge not in (WORDS[0].high, WORDS[-1].low)]
    return Markup('<svg class="scale" width="100%" height="16" aria-hidden="true">{}</svg>').format(
        Markup("".join(ticks))
    )


def _tick(edge: float) -> str:
    anchor = "start" if edge == 0 else "end" if edge == 1 else "middle"
    told = f"{edge * 100:.0f}{' %' if edge == 1 else ''}"
    return f'<text x="{_pc(edge)}" y="12" text-anchor="{anchor}">{told}</text>'


def effect(change: float, most: float, name: str) -> Markup:
    """A change of a median as a bar to the left (down) or right (up) of a middle line.

    Args:
        change: The change.
        most: The largest of all that stand together; as long as half the width.
        name: Whose median it is.
    """
    share = min(abs(change) / most, 1.0) * 0.48 if round(change * 100) else 0.0
    start = 0.5 if change >= 0 else 0.5 - share
    parts = [
        '<rect class="middle" x="50%" y="0" width="1" height="14"/>',
        f'<rect class="{"up" if change >= 0 else "down"}" x="{_pc(start)}" y="2" width="{_pc(share)}" height="10"/>',
    ]
    return _svg("effect", 14, f"{name}: {points(change)} points", parts)


def course(days: Sequence[Point], names: Sequence[str]) -> Markup:
    """The medians as they were known at the end of each day that brought something, over the words as bands.

    Args:
        days: In order of time.
        names: Of the hypotheses, in the order of the case.
    """
    dated = [one for one in days if one.day]
    if not dated:
        return Markup()
    step = 1 / max(len(dated) - 1, 1)
    lines = [
        part
        for which in range(len(names))
        for part in _line([(at * step, one.answer[which].median) for at, one in enumerate(dated)], which)
    ]
    days_words = f"{dated[0].day} to {dated[-1].day}"
    told = f"Medians by day, {days_words}, of {', '.join(names)}; the table below has the numbers"
    parts = [*_layers(), *_days([one.day for one in dated]), *lines, *_names()]
    return _svg("course", _COURSE_PX + 22, told, parts)


# --- pieces ---------------------------------------------------------------------------------------------------------

_LEFT: Final = 0.02
_WIDE: Final = 0.96


def _line(at: list[tuple[float, float]], which: int) -> list[str]:
    """One hypothesis: steps from day to day, and a mark where the answer was worked out anew."""
    kind = f"line l{which % DASHES}"
    found = []
    for (x, y), (to, after) in pairwise(at):
        found.append(
            f'<line class="{kind}" x1="{_x(x)}" y1="{_y(y)}" x2="{_x(to)}" y2="{_y(y)}"/>'
            f'<line class="{kind}" x1="{_x(to)}" y1="{_y(y)}" x2="{_x(to)}" y2="{_y(after)}"/>'
        )
    x, y = at[-1]
    return [*found, f'<circle class="{kind}" cx="{_x(x)}" cy="{_y(y)}" r="4"/>']


def _layers() -> list[str]:
    """The words as bands, the likeliest above."""
    found = []
    for number, (low, high) in enumerate(pairwise(_EDGES)):
        top, tall = (1 - high) * _COURSE_PX, (high - low) * _COURSE_PX
        found.append(f'<rect class="zone z{number}" x="0" y="{top:.1f}" width="100%" height="{tall:.1f}"/>')
    return found


def _names() -> list[str]:
    """The words over the lines, with a rim, so that they can be read."""
    return [
        f'<text class="zone" x="6" y="{(1 - (low + high) / 2) * _COURSE_PX + 4:.1f}">{escape(word.name)}</text>'
        for word, (low, high) in zip(WORDS, pairwise(_EDGES), strict=True)
    ]


def _days(days: Sequence[str]) -> list[str]:
    """Days below: at most five, so that they keep apart on a phone; one step for each day that brought something."""
    last = len(days) - 1
    found = []
    for at in sorted({last * part // 4 for part in range(5)}):
        day = dt.date.fromisoformat(days[at])
        anchor = "start" if at == 0 else "end" if at == last else "middle"
        place = _x(at / max(last, 1))
        found.append(f'<line class="day" x1="{place}" x2="{place}" y1="0" y2="{_COURSE_PX}"/>')
        found.append(
            f'<text class="day" x="{place}" y="{_COURSE_PX + 16}" text-anchor="{anchor}">{day.day} {day:%b}</text>'
        )
    return found


def _zones(tall: int) -> list[str]:
    return [
        f'<rect class="zone z{number}" x="{_pc(low)}" y="0" width="{_pc(high - low)}" height="{tall}"/>'
        for number, (low, high) in enumerate(pairwise(_EDGES))
    ]


def _rect(kind: str, low: float, high: float, top: int, tall: int) -> str:
    """A bar from low to high, at least a hair wide."""
    wide = max(high - low, 0.004)
    start = min(low, 1 - wide)
    return f'<rect class="{kind}" x="{_pc(start)}" y="{top}" width="{_pc(wide)}" height="{tall}" rx="{tall // 4}"/>'


def _svg(kind: str, tall: int, told: str, parts: Sequence[str]) -> Markup:
    frame = '<svg class="drawn {}" width="100%" height="{}" role="img" aria-label="{}"><title>{}</title>{}</svg>'
    return Markup(frame).format(kind, tall, told, told, Markup("".join(parts)))


def _pc(share: float) -> str:
    return f"{share * 100:.2f}%"


def _x(share: float) -> str:
    return _pc(_LEFT + share * _WIDE)


def _y(share: float) -> str:
    return f"{(1 - share) * _COURSE_PX:.1f}"

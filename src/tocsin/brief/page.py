"""The page: what stands where. One HTML file that asks nothing of anybody."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from tocsin.brief import assembly, figures, logistics, stations, strength
from tocsin.brief.animation import animation
from tocsin.brief.animation_map import moving
from tocsin.brief.case import Case
from tocsin.brief.chart import marks
from tocsin.brief.chart_map import drawn_map
from tocsin.brief.critical import critical, worded
from tocsin.brief.draw import drawn
from tocsin.brief.gantt import gantt, gantt_figures
from tocsin.brief.main_numbers import main_numbers
from tocsin.brief.map import by_town, called_and_arrived, country_of, map_of
from tocsin.brief.needs import matrix
from tocsin.brief.numbers import Number, Numbers
from tocsin.brief.origins import origins_of_run
from tocsin.brief.tables import Folded
from tocsin.brief.timelines import timelines
from tocsin.brief.whereabouts import first_view
from tocsin.brief.words import (
    between,
    clocked,
    hours,
    minutes,
    place_and_time,
    provenance,
    share,
    spread,
    told,
    what_happened,
    whole,
)
from tocsin.measure.catalogue import CATALOGUE
from tocsin.plan import geography

__all__ = ["Headline", "headlines", "page"]

SCRIPT = "animation.js"
MOST_TOWNS = 17
"""So many rows of points and towns stand beside the map; the other towns are folded away."""


@dataclass(frozen=True, slots=True)
class Headline:
    """One of the four figures at the top: the figure, what it is, its two intervals, and the measure that it is."""

    figure: str
    words: str
    intervals: tuple[str, ...]
    measure: str


def page(case: Case) -> str:
    """Write the brief of a case.

    Args:
        case: A plan and what came of it.

    Returns:
        One HTML document with its style, drawings and tables inside; the same case gives the same bytes.
    """
    from tocsin.brief.lawfulness import lawfulness  # late: most commands write no page, and law takes a while to import

    numbers = case.numbers
    assumptions = origins_of_run(case.plan, "assumption")
    points = called_and_arrived(case)
    drawn_on = map_of(case)
    first = first_view(case)
    moves = animation(case, first, drawn_on)
    over_time = gantt(case, first)
    return _environment().get_template("page.html").render(
        case=case,
        css=style(),
        place=place_and_time(case, country_of(case)),
        provenance=provenance(case, len(assumptions)),
        story=what_happened(case, numbers),
        headlines=headlines(case, numbers),
        several=case.runs > 1,
        arrivals=figures.arrivals(case, numbers),
        posts=figures.posts(case, numbers),
        answers=figures.answers(case, numbers),
        queues=figures.queues(case, numbers),
        stations=stations.stations(case, numbers),
        peaks=stations.peaks(case, numbers),
        map=drawn_on,
        animation=moves,
        moving=None if moves is None else moving(moves),
        gantt=over_time,
        gantt_figures=None if over_time is None else gantt_figures(case, over_time),
        matrix=matrix(case),
        held_back=critical(case),
        timelines=None if first is None else timelines(case, first),
        script=Markup(_text(SCRIPT)) if moves is not None else "",
        points=points,
        towns=by_town(case, _towns_beside(points)),
        outcomes=outcomes(numbers),
        funnel=assembly.funnel(case, numbers),
        grounds=assembly.grounds(numbers),
        times=assembly.times(case, numbers),
        curve=assembly.curve(case, numbers),
        chain=assembly.chain(numbers),
        waits=logistics.waits(case, numbers),
        waits_by_point=logistics.waits_by_point(case, numbers),
        units=strength.units(case, numbers),
        tasks=strength.tasks(case, numbers),
        requests=logistics.requests(case, numbers),
        idle=logistics.idle(case, numbers),
        buses=logistics.buses(case, numbers),
        lawful=lawfulness(case.audit),
        main_numbers=main_numbers(numbers),
        definitions=list(CATALOGUE.values()),
        assumptions=assumptions,
        sources=origins_of_run(case.plan, "source"),
        credit=geography.CREDIT,
    )  # fmt: skip


def _towns_beside(points: Folded | None) -> int:
    """How many towns there is room for beside the map, below the points; too few are none."""
    room = MOST_TOWNS - (0 if points is None else len(points.shown.rows))
    return room if room >= 5 else 0


def headlines(case: Case, numbers: Numbers) -> tuple[Headline, ...]:
    """The four figures at the top."""
    return (_half(case, numbers), _punctual(case, numbers), _posts(case, numbers), _longest_wait(numbers))


def _half(case: Case, numbers: Numbers) -> Headline:
    number = numbers.get("A3", "T50 of called")
    curve = numbers.curve("A2", "arrived of called")
    if not number.known:
        most = None if curve is None else share(curve.last)
        return Headline(
            "never" if most else "–",
            f"were half of those called there; at most {most}" if most else "no arrivals known",
            (),
            "A3",
        )
    at = clocked(case, number)
    return Headline(
        told(number, hours).removeprefix("median "),
        f"until half of those called are there ({at})",
        _intervals(number, hours),
        "A3",
    )


def _punctual(case: Case, numbers: Numbers) -> Headline:
    number = numbers.get("A5", "on time of called")
    by = case.clock.short(case.deadline_h) if case.deadline_h is not None else "their deadline"
    if number.value is None:
        number = numbers.get("A1", "arrived of called")
        return Headline(told(number, share), "of those called arrived", _intervals(number, share), "A1")
    return Headline(share(number.value), f"of those called are there by {by}", _intervals(number, share), "A5")


def _posts(case: Case, numbers: Numbers) -> Headline:
    number = numbers.get("A4", "posts filled")
    if number.value is None:
        number = numbers.get("A1", "released of arrived")
        return Headline(told(number, share), "of those who came are sent home", _intervals(number, share), "A1")
    return Headline(
        share(number.value),
        f"of {whole(number.n or 0)} posts are filled at the end",
        _intervals(number, share),
        "A4",
    )


def _longest_wait(numbers: Numbers) -> Headline:
    keys = [key for key in numbers.keys("L1", "wait p95") if " @ " not in key]
    numbered = [(numbers.get("L1", "wait p95", key), key) for key in keys]
    found = [(number.value, key, number) for number, key in numbered if number.value is not None]
    if not found:
        return Headline("–", "nobody queued", (), "L1")
    _, key, number = max(found, key=lambda f: f[0])
    return Headline(
        told(number, minutes), f"or longer: the wait of one in twenty at {key}", _intervals(number, minutes), "L1"
    )


def _intervals(number: Number, form: Callable[[float], str]) -> tuple[str, ...]:
    """Both intervals, never merged: of the mean, and of one future call-up."""
    if number.runs < 2:
        return ("one run, no interval",)
    lines = []
    if number.mean_low is not None and number.mean_high is not None:
        lines.append(f"mean {between(number.mean_low, number.mean_high, form)}")
    if one := spread(number, form):
        lines.append(one if number.partly else f"one call-up {one}")
    return tuple(lines)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A part of those called and what became of it at the end, with the range of one future call-up."""

    name: str
    share: float
    words: str
    range: str
    tone: str


TONES = ("arrived", "excused", "refused", "unreachable", "absent")
"""Outcomes with a colour of their own in the style sheet."""


def outcomes(numbers: Numbers) -> tuple[Outcome, ...]:
    """What became of everybody who was called; what happened to nobody is left out."""
    found = []
    for end in ("outcome at the closing", "outcome at the cut"):
        for key in numbers.keys("A2", end):
            number = numbers.get("A2", end, key)
            if number.value:
                tone = key if key in TONES else "other"
                found.append(Outcome(key, number.value, share(number.value), spread(number, share), tone))
    return tuple(found)


@cache
def _environment() -> Environment:
    """Templates from this room; whatever they are given is escaped."""
    environment = Environment(
        loader=FunctionLoader(_text),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["csp_hash"] = _hash
    environment.globals.update(
        draw=drawn, draw_map=drawn_map, marks=marks, whole=whole, worded=worded, catalogue=CATALOGUE
    )
    return environment


def style() -> Markup:
    """The style of all pages."""
    return Markup(_text("page.css") + _text("motion.css"))


def _hash(script: str) -> str:
    """Name a script by its content, so that the page runs it and no other (Content Security Policy, level 2)."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


@cache
def _text(name: str) -> str:
    return (files(__package__) / "templates" / name).read_text(encoding="utf-8")

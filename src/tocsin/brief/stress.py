"""The page of a plan under stress: where it breaks first, what each shock did, how large each margin is."""

from __future__ import annotations

import math
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import polars as pl
from jinja2 import Template

from tocsin.brief import stress_words as words
from tocsin.brief.case import Case
from tocsin.brief.page import _environment, _text, style
from tocsin.brief.tables import Cell, Column, Moment, Row, Table
from tocsin.brief.timelines import Timelines, timelines
from tocsin.brief.words import listed, share
from tocsin.measure.catalogue import CATALOGUE
from tocsin.measure.rows import SCHEMA
from tocsin.measure.view import Context, View, views
from tocsin.plan.shocks import Shock
from tocsin.sweep import Margin, Stressed
from tocsin.sweep.first_runs import FirstRun
from tocsin.sweep.goals import ASSUMED, Held

__all__ = ["Stood", "Struck", "stress_page", "weakest_sentences"]

MOST_WEAKEST = 3
MOST_DRAWN = 12
"""So many scenarios are drawn minute by minute: of more, the first and all together."""
SCALE = 4.0
"""Factors are drawn from 1 to here, the farthest that is searched."""


@dataclass(frozen=True, slots=True)
class Stood:
    """How one goal stands in one scenario: value, interval, difference, verdict in words, and its tone."""

    value: str
    interval: str
    difference: str
    verdict: str
    tone: str


@dataclass(frozen=True, slots=True)
class Struck:
    """A shock over time: its name, when and where, and its curves beside the undisturbed ones."""

    key: str
    name: str
    when: str
    lines: Timelines


def stress_page(stressed: Stressed, runs: Sequence[FirstRun], *, source: str, version: str) -> str:
    """Write the page of a plan under stress.

    Args:
        stressed: What came of it.
        runs: The first run of each scenario (`tocsin.sweep.first_runs`), undisturbed first; empty = nothing over time.
        source: How the plan was named on the command line.
        version: The version of Tocsin that made it.

    Returns:
        One HTML document with its style, drawings and tables inside; the same arguments give the same bytes.
    """
    used = {goal.measure for goal in stressed.goals} | {"A4", "L2", "L3", "L7"}
    struck = _struck(stressed, runs)
    goals = [words.goal_words(goal, unit) for goal, unit in zip(stressed.goals, stressed.units, strict=True)]
    return _template().render(
        stressed=stressed,
        css=style(),
        title=stressed.plan.exercise.title,
        sentences=_sentences(stressed),
        assumed=ASSUMED if stressed.assumed else "",
        goals=goals,
        stands=[(one.name, _when(one.shocks), _stand(stressed, n)) for n, one in enumerate(stressed.scenarios)],
        margins=_margins(stressed),
        firm=words.firm_sentences(stressed),
        more=_one_more(stressed),
        struck=struck,
        undrawn=len(stressed.scenarios) - 1 - len(struck),
        definitions=[definition for name, definition in CATALOGUE.items() if name in used],
        asks=[name for name in CATALOGUE if name in {goal.measure for goal in stressed.goals}],
        command=f"tocsin stress {shlex.quote(source)} -n {stressed.runs} --seed {stressed.seed}",
        version=version,
    )  # fmt: skip


@cache
def _template() -> Template:
    """The page after the macros of the report, which stand before its first line."""
    macros, _, _ = _text("page.html").partition("<!DOCTYPE html>")
    return _environment().from_string(macros + _text("stress.html"))


def _when(shocks: Sequence[Shock]) -> str:
    return words.shock_words(shocks[0]) if len(shocks) == 1 else ""


# --- sentences --------------------------------------------------------------------------------------------------


def _sentences(stressed: Stressed) -> list[str]:
    """What everybody asks first, in plain words."""
    first = (words.base_sentence(stressed), words.first_sentence(stressed))
    confirmed = [one for one in stressed.bottlenecks or () if one.confirmed]
    found = [*first, *weakest_sentences(stressed)[1:], words.shocks_sentence(stressed)]
    if confirmed:
        told = [f"one {one.unit} more: {one.name}, {one.where}" for one in confirmed]
        found.append(f"The posts fill sooner with {listed(told)}.")
    return [sentence for sentence in found if sentence]


def weakest_sentences(stressed: Stressed, most: int = MOST_WEAKEST) -> list[str]:
    """Tell the weakest resources one by one; none where the plan is broken undisturbed, which is told otherwise."""
    if stressed.broken:
        return []
    return [_weak(stressed, margin, number) for number, margin in enumerate(stressed.ranked[:most])]


def _weak(stressed: Stressed, margin: Margin, number: int) -> str:
    goal = words.goal_words(stressed.goals[margin.goal], stressed.units[margin.goal]) if margin.goal is not None else ""
    place = ("The weakest is", "Then")[min(number, 1)]
    if margin.lever.kind == "demand":
        kept, broken = (words.number_words(margin, n) for n in (margin.kept, margin.broken))
        return f"{place} the demand: {kept} can be called; with {broken}, {goal} is broken."
    spared = (
        "none can be spared" if margin.kept == margin.lever.base else f"{words.number_words(margin, margin.kept)} do"
    )
    broken = words.number_words(margin, margin.broken, bare=True)
    base = words.number_words(margin, margin.lever.base)
    return f"{place} {margin.lever.label}: of {base} {spared}; with {broken}, {goal} is broken."


# --- tables -----------------------------------------------------------------------------------------------------


def _stand(stressed: Stressed, number: int) -> list[Stood]:
    """How each goal stands in a scenario."""
    one = stressed.scenarios[number]
    found = []
    for held, difference, unit in zip(one.held, one.differences, stressed.units, strict=True):
        told, interval = words.difference_words(difference, unit, stressed.runs) if one.shocks else ("", "")
        value, _, rest = words.held_words(held, unit).partition(" (")
        found.append(
            Stood(
                value,
                rest.replace(")", "", 1),
                f"{told} ({interval})" if interval else told,
                _verdict(held),
                _tone(held),
            )
        )
    return found


def _verdict(held: Held) -> str:
    word = "kept" if held.kept else "broken"
    return word if held.settled else f"{word} on the mean, luck could turn it"


def _tone(held: Held) -> str:
    return f"{'kept' if held.kept else 'broken'}{'' if held.settled else ' unsure'}"


def _margins(stressed: Stressed) -> Table | None:
    if not stressed.ranked:
        return None
    rows = tuple(_margin(stressed, margin) for margin in stressed.ranked)
    columns = [
        Column("resource", False), Column("factor, with its 95\u202f% interval", False), Column("now"),
        Column("would do" if stressed.broken else "still do"), Column("not with"),
    ]  # fmt: skip
    if not stressed.broken:
        columns.append(Column("what breaks first", False))
    note = (
        "The factor is the number now over the one that still does, of the demand the other way round: 1 is none to "
        "spare. Its interval reaches from where all goals are surely kept to where one is surely broken. "
    )
    note += f"Drawn from 1 to {SCALE:g}; searched up to four times, or down to one."
    title = (
        "What would mend it" if stressed.broken else "How far each may shrink, and the demand grow: the weakest first"
    )
    return Table("margins", title, tuple(columns), rows, note, ("L7",))


def _margin(stressed: Stressed, margin: Margin) -> Row:
    numbers = [words.number_words(margin, n, bare=True) for n in (margin.lever.base, margin.kept, margin.broken)]
    cells = [Cell(words.factor_words(margin), bar=None if stressed.broken else _drawn(margin)), *map(Cell, numbers)]
    if not stressed.broken:
        cells.append(Cell(words.row_words(stressed.goals[margin.goal]) if margin.goal is not None else "–"))
    few = listed(margin.lever.points) if len(margin.lever.points) > 1 else ""
    return Row(margin.lever.label, tuple(cells), few or margin.lever.unit)


def _drawn(margin: Margin) -> Moment | None:
    if margin.factor is None:
        return None

    def place(factor: float) -> float:
        return min(max((factor - 1) / (SCALE - 1), 0.0), 1.0)

    low = None if margin.low is None else place(margin.low)
    high = None if margin.high is None or math.isinf(margin.high) else place(margin.high)
    return Moment(place(margin.factor), low, high)


def _one_more(stressed: Stressed) -> Table | None:
    if not stressed.bottlenecks:
        return None
    rows = []
    for one in stressed.bottlenecks:
        told, interval = words.difference_words(one.difference, "h", stressed.runs)
        why = "a tight margin" if one.suspected is None else f"named in {share(one.suspected)} of runs"
        rows.append(
            Row(
                f"{one.name}, {one.where}",
                (Cell(why), Cell(told, interval), Cell(words.bottleneck_words(one))),
                f"one {one.unit} more",
            )
        )
    columns = (
        Column("what there is one more of", False), Column("why suspected", False),
        Column("80\u202f% of all posts filled"), Column("with one more", False),
    )  # fmt: skip
    note = (
        "Confirmed: with one more the posts fill sooner, or in more runs; the whole 95\u202f% interval of the "
        "difference, run by run on equal luck, says so."
    )
    return Table(
        "one-more", "Where a bottleneck is suspected, and whether one more helps", columns, tuple(rows), note, ("L3",)
    )


# --- over time --------------------------------------------------------------------------------------------------


def _struck(stressed: Stressed, runs: Sequence[FirstRun]) -> list[Struck]:
    """The first run of each scenario minute by minute, beside the same run undisturbed."""
    if not runs:
        return []
    base = _view(runs[0])
    found = []
    all_of_them = list(enumerate(zip(runs[1:], stressed.scenarios[1:], strict=True), 1))
    for number, (run, one) in [*all_of_them[: MOST_DRAWN - 1], *all_of_them[MOST_DRAWN - 1 :][-1:]]:
        view = _view(run)
        lines = timelines(_case(stressed, run), view, base, f"shock-{number}-")
        if lines is not None:
            found.append(Struck(f"shock-{number}", one.name, _when(one.shocks), lines))
    return found


def _view(run: FirstRun) -> View:
    return next(views(run.journeys, Context(run.plan, run.people)))


def _case(stressed: Stressed, run: FirstRun) -> Case:
    nothing = pl.DataFrame(schema=SCHEMA)
    return Case(run.plan, run.people, run.journeys, nothing, stressed.seed, stressed.runs, "", "")

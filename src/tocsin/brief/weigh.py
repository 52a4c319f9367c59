"""The section of a weighed case: in a page of its own, or in the report of a run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from jinja2 import Template
from markupsafe import Markup

from tocsin.assess.answer import Effect, Likely, Point
from tocsin.assess.model import Evidence, WatchFor
from tocsin.brief.chart import Axis, Band, Chart, Line, Smalls, Tick, share_axis
from tocsin.brief.tables import Cell, Column, Row, Table
from tocsin.brief.weigh_charts import Bar, Pushed, bands_drawn, pushes_drawn
from tocsin.brief.weigh_voices import Voice, Weighing
from tocsin.brief.weigh_words import (
    BASIS,
    band,
    day_words,
    hindsight,
    judged_words,
    moved_most,
    percent,
    sign,
    times_words,
    without_words,
)  # fmt: skip

__all__ = ["Section", "weigh_page", "weigh_section"]

MOST_PUSHES = 12
DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Mark:
    """A cell of the matrix: signs, how many times, and which shade it has."""

    signs: str
    times: str
    shade: str
    says: str


@dataclass(frozen=True, slots=True)
class Shown:
    """An item as it is shown.

    Attributes:
        id, says, sort: As in the case.
        status: That it does not count, or that it was looked for and not seen; or "".
        basis: What it rests on, one sentence.
        looked: Where one would have looked; "" of other sorts.
        why: Why so judged.
        origins: How many origins were counted, in words.
        marks: By hypothesis; empty where it does not count.
        judged: Hypothesis and its word.
        without: What the answer would be without it.
        shared: Notes on shared origins.
        voices: Who says so.
    """

    id: str
    says: str
    sort: str
    status: str
    basis: str
    looked: str
    why: str
    origins: str
    marks: tuple[Mark, ...]
    judged: tuple[tuple[str, str], ...]
    without: str
    shared: tuple[str, ...]
    voices: tuple[Voice, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """All that the section shows; see `templates/weigh.html`."""

    question: str
    hindsight: str
    sentences: tuple[str, ...]
    grounds: str
    answer: Table
    bands: Markup
    names: tuple[str, ...]
    items: tuple[Shown, ...]
    pushes: Markup
    leading: str
    flips: tuple[str, ...]
    priors: Table
    next: Table
    course: Smalls | None
    sides: Markup | None
    hypotheses: tuple[tuple[str, str, tuple[str, ...]], ...]
    prior_basis: str
    notes: tuple[str, ...]
    basis: str
    facts: tuple[tuple[str, str], ...]


def weigh_page(weighing: Weighing, *, source: str, version: str) -> str:
    """Write the page of a weighed case.

    Args:
        weighing: The case and its answer.
        source: How the case was named on the command line.
        version: The version of Tocsin that made it.

    Returns:
        One HTML document with its style, drawings and tables inside; the same arguments give the same bytes.
    """
    from tocsin.brief.page import style

    return _template().render(
        w=weigh_section(weighing), css=style(), case=weighing.case, version=version, source=source
    )


@cache
def _template() -> Template:
    """The page after the macros of the report, which stand before its first line."""
    from tocsin.brief.page import _environment, _text

    macros, _, _ = _text("page.html").partition("<!DOCTYPE html>")
    return _environment().from_string(macros + _text("weigh_page.html"))


def weigh_section(weighing: Weighing) -> Section:
    """What the section shows of a weighed case."""
    case, weighed = weighing.case, weighing.weighed
    names = {one.id: one.name for one in case.hypotheses}
    return Section(
        question=case.question,
        hindsight=hindsight(case, weighed),
        sentences=weighed.sentences,
        grounds=weighed.grounds.says,
        answer=_answer(weighed.answer),
        bands=_bands(weighed.answer),
        names=tuple(names.values()),
        items=tuple(_shown(weighing, n) for n in range(len(weighing.evidence))),
        pushes=_pushes(weighing),
        leading=names[weighed.leading],
        flips=tuple(flip.says for flip in weighed.flips[:5]),
        priors=_priors(weighing),
        next=_next(weighing),
        course=_course(weighing),
        sides=_sides(weighing),
        hypotheses=tuple((one.name, one.says, one.expects) for one in case.hypotheses),
        prior_basis=case.prior.basis,
        notes=weighed.notes,
        basis=BASIS,
        facts=(
            ("Case", f"{case.name}, digest {case.digest[:12]}"),
            ("Evidence", f"digest {weighed.evidence_digest[:12]}"),
            ("Draws and seed", f"{weighed.draws:,}, seed {weighed.seed}; exact to {100 * weighed.error:.1f} points"),
        ),
    )


# --- the answer ---------------------------------------------------------------------------------------------------


def _answer(answer: Sequence[Likely]) -> Table:
    rows = tuple(
        Row(
            one.name,
            (
                Cell(percent(one.median), band(one.low, one.high)),
                Cell(one.word, "" if one.low_word == one.high_word else f"{one.low_word} to {one.high_word}"),
                Cell(percent(one.prior_median), band(one.prior_low, one.prior_high)),
            ),
        )
        for one in answer
    )
    columns = (Column("hypothesis", False), Column("median, 5–95\u202f%"), Column("in words", False), Column("before"))
    return Table("answer", "How likely", columns, rows)


def _bands(answer: Sequence[Likely]) -> Markup:
    bars = [
        Bar(
            one.name, (one.prior_low, one.prior_median, one.prior_high), (one.low, one.median, one.high),
            f"{percent(one.median)} · {band(one.low, one.high)}",
        )
        for one in answer
    ]  # fmt: skip
    return bands_drawn("bands", "How likely each hypothesis is, before and now", bars)


def _pushes(weighing: Weighing) -> Markup:
    """What taking each item away would do to the hypothesis that leads."""
    weighed = weighing.weighed
    says = {one.item.id: one.item.says for one in weighing.evidence}
    answer = {one.hypothesis: one for one in weighed.answer}
    found = []
    for effect in weighed.items:
        mine = next((one for one in effect.without if one.hypothesis == weighed.leading), None)
        if mine is not None and round(1000 * mine.change):
            said = without_words(mine, answer)
            found.append(Pushed(says[effect.id], effect.id, mine.change, said))
    rows = sorted(found, key=lambda one: (-abs(one.change), one.below))[:MOST_PUSHES]
    return pushes_drawn("pushes", "The answer without each item", rows)


def _priors(weighing: Weighing) -> Table:
    weighed = weighing.weighed
    readings = (("as the case has it", weighed.answer), *((one.name, one.answer) for one in weighed.priors))
    rows = tuple(
        Row(name, tuple(Cell(percent(one.median), band(one.low, one.high)) for one in answer))
        for name, answer in readings
    )
    columns = (Column("reading of the earlier cases", False), *(Column(one.name) for one in weighed.answer))
    return Table("priors", "With another prior", columns, rows, "Median, and 5–95\u202f% below.")


# --- what is next -------------------------------------------------------------------------------------------------


def _next(weighing: Weighing) -> Table:
    looks = {one.id: one for one in weighing.case.watch_for}
    rows = tuple(
        Row(
            looks[one.id].says,
            (
                Cell(f"{one.bits:.2f}", f"{one.bits_low:.2f}–{one.bits_high:.2f}"),
                Cell(percent(one.seen), band(one.seen_low, one.seen_high)),
                Cell(_leads(one.if_seen, one.leading_if_seen), _rest(one.if_seen, one.leading_if_seen)),
                Cell(_leads(one.if_not, one.leading_if_not), _rest(one.if_not, one.leading_if_not)),
            ),
            _where(looks[one.id]),
        )
        for one in weighing.weighed.next
    )
    columns = (
        Column("what, and where one would see it", False), Column("worth, bits"), Column("to be seen"),
        Column("if seen", False), Column("if not", False),
    )  # fmt: skip
    note = "Worth: how much one would learn on the mean, whichever way it turns out; the most telling first."
    return Table("next", "What to look for next", columns, rows, note)


def _where(one: WatchFor) -> str:
    by = "" if one.by is None else f" By {day_words(dt.datetime.fromtimestamp(one.by / 1000, dt.UTC).date())}."
    return f"{one.where}{by}"


def _leads(answer: Sequence[Likely], leading: str) -> str:
    one = next(each for each in answer if each.hypothesis == leading)
    return f"{one.name} {percent(one.median)}"


def _rest(answer: Sequence[Likely], leading: str) -> str:
    rest = sorted((one for one in answer if one.hypothesis != leading), key=lambda one: (-one.median, one.hypothesis))
    return ", ".join(f"{one.name} {percent(one.median)}" for one in rest[:2])


# --- items --------------------------------------------------------------------------------------------------------


def _shown(weighing: Weighing, at: int) -> Shown:
    bound, weighed = weighing.evidence[at], weighing.weighed
    effect = next(one for one in weighed.items if one.id == bound.item.id)
    answer = {one.hypothesis: one for one in weighed.answer}
    names = {one.id: one.name for one in weighing.case.hypotheses}
    moved = moved_most(effect)
    return Shown(
        bound.item.id,
        bound.item.says,
        bound.item.sort,
        _status(bound, effect),
        bound.why if bound.holds else effect.why,
        "" if bound.item.absence is None else bound.item.absence.looked,
        bound.item.why,
        _origins(bound, effect),
        tuple(_mark(one.median, names[one.hypothesis], times_words(one)) for one in effect.ratios),
        tuple((names[one], judged_words(bound.item.likelihood[one])) for one in names),
        "" if moved is None else without_words(moved, answer),
        effect.shared,
        weighing.voices[at],
    )


def _status(bound: Evidence, effect: Effect) -> str:
    if effect.counted_in:
        return f"counted in {effect.counted_in}"
    if not bound.holds:
        return "does not count"
    return "not seen" if bound.item.sort == "absence" else ""


def _origins(bound: Evidence, effect: Effect) -> str:
    if not bound.witnesses:
        return {"absence": "looked for", "footprint": "estimate", "world": "simulated"}.get(bound.item.sort, "")
    return f"{effect.origins} origin{'' if effect.origins == 1 else 's'}"


def _mark(ratio: float, name: str, times: str) -> Mark:
    signs = sign(ratio)
    side = "none" if signs == "·" else "for" if ratio > 0 else "against"
    says = f"says nothing of {name}" if signs == "·" else f"{side} {name}, {times}"
    return Mark(signs, "" if signs == "·" else times, f"{side}-{min(len(signs), 4)}" if signs != "·" else "none", says)


# --- the course, and simulated worlds -------------------------------------------------------------------------------


def _course(weighing: Weighing) -> Smalls | None:
    course = weighing.course
    if len(course) < 2:
        return None
    axis = _days(course)
    days = tuple((point.at - course[0].at) / DAY_MS for point in course)
    charts = []
    for n, one in enumerate(weighing.case.hypotheses):
        mine = [point.answer[n] for point in course]
        layers = (
            Band("5–95\u202f%", *_stepped(days, [a.low for a in mine], [a.high for a in mine]), "future"),
            Line("median", *_stepped(days, [a.median for a in mine])),
        )
        told = f"{percent(mine[0].median)} → {percent(mine[-1].median)}"
        summary = f"{one.name}: {told} from {course[0].day} to {course[-1].day}."
        charts.append(Chart(f"course-{one.id}", one.name, summary, axis, share_axis(""), layers, told, small=True))
    caption = (
        "As the reports of each day would have been weighed with the words of today: the course shows what was known "
        "when, not what anybody thought then."
    )
    return Smalls(tuple(charts), caption, "As it was known at the end of each day")


def _stepped(days: Sequence[float], *curves: Sequence[float]) -> tuple[tuple[float, ...], ...]:
    """Curves that keep their value until the next day that changes it."""
    x = [days[0]]
    for day in days[1:]:
        x += [day, day]
    return tuple(x), *(tuple(each for one in curve for each in (one, one))[:-1] for curve in curves)


def _days(course: Sequence[Point]) -> Axis:
    first = dt.date.fromisoformat(course[0].day)
    last = max((course[-1].at - course[0].at) / DAY_MS, 1.0)
    step = 7 if last > 21 else 2
    ticks = []
    for k in range(0, int(last) + 1, step):
        day = first + dt.timedelta(days=k)
        ticks.append(Tick(float(k), f"{day.day} {day:%b}"))
    return Axis("", 0.0, last, tuple(ticks))


def _sides(weighing: Weighing) -> Markup | None:
    """What was judged of simulated worlds beside what they gave."""
    from scipy.stats import beta  # late: only a case with worlds needs it

    bars = []
    names = {one.id: one.name for one in weighing.case.hypotheses}
    for bound in weighing.evidence:
        if bound.item.sort != "world" or not bound.simulated:
            continue
        for hypothesis, (accepted, runs) in bound.simulated.items():
            word = bound.item.likelihood[hypothesis]
            low, middle, high = (float(q) for q in beta.ppf([0.05, 0.5, 0.95], accepted + 0.5, runs - accepted + 0.5))
            judged = (word.low, (word.low + word.high) / 2, word.high)
            said = f"{accepted:,} of {runs:,} runs"
            bars.append(Bar(names[hypothesis], judged, (low, middle, high), said))
    return bands_drawn("sides", "Judged, and simulated", bars) if bars else None

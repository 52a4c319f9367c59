"""The section of a weighed case: in a page of its own, or in the report of a run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from jinja2 import Template
from markupsafe import Markup

from tocsin.assess.answer import Likely, Point
from tocsin.assess.model import WatchFor
from tocsin.brief.chart import Axis, Band, Chart, Line, Smalls, Tick, share_axis
from tocsin.brief.tables import Cell, Column, Row, Table
from tocsin.brief.weigh_charts import Bar, Pushed, bands_drawn, pushes_drawn
from tocsin.brief.weigh_items import Shown, shown, told_first
from tocsin.brief.weigh_words import (
    BASIS,
    band,
    day_words,
    hindsight,
    percent,
    said,
    without_words,
)  # fmt: skip
from tocsin.brief.weighing import Weighing
from tocsin.brief.words import NARROW
from tocsin.errors import UsageError

__all__ = ["Section", "weigh_page", "weigh_section", "with_section"]

MOST_PUSHES, MOST_FLIPS = 12, 5
_READ, _READ_LINK = '<section id="read"', '<li><a href="#read">'
_ID = '<section id="weighed"'


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
    told: tuple[Shown, ...]
    quiet: tuple[Shown, ...]
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
    text = _template("weigh_page.html").render(
        w=weigh_section(weighing), css=_style(), case=weighing.case, version=version, source=source
    )
    return str(text)


def with_section(page: str, weighing: Weighing) -> str:
    """Put the section of a weighed case into the report of a run, before the part on how to read it.

    Args:
        page: The report, as `page.page` wrote it.
        weighing: The case and its answer.

    Raises:
        UsageError: It is no such report, or it has a weighed case already.
    """
    if page.count(_READ) != 1 or page.count(_READ_LINK) != 1 or _ID in page:
        raise UsageError(
            "found no place for the section; expected the report of a run without one", place="report.html"
        )
    section = _template("weigh_part.html").render(w=weigh_section(weighing), case=weighing.case)
    page = page.replace("</head>", Markup("<style>{}</style>\n</head>").format(_own_style()), 1)
    page = page.replace(_READ_LINK, f'<li><a href="#weighed">Hypotheses</a></li>\n    {_READ_LINK}', 1)
    return page.replace(_READ, f"{section}\n{_READ}", 1)


def _style() -> Markup:
    from tocsin.brief.page import style

    return style() + _own_style()


def _own_style() -> Markup:
    from tocsin.brief.page import _text

    return Markup(_text("weigh.css"))


@cache
def _template(name: str) -> Template:
    """A template after the macros of the report, which stand before its first line."""
    from tocsin.brief.page import _environment, _text

    macros, _, _ = _text("page.html").partition("<!DOCTYPE html>")
    return _environment().from_string(macros + _text(name))


def weigh_section(weighing: Weighing) -> Section:
    """What the section shows of a weighed case."""
    case, weighed = weighing.case, weighing.weighed
    names = {one.id: one.name for one in case.hypotheses}
    items = tuple(shown(weighing, n) for n in range(len(weighing.evidence)))
    return Section(
        question=case.question,
        hindsight=hindsight(weighing),
        sentences=tuple(_unbroken(one) for one in weighed.sentences),
        grounds=weighed.grounds.says,
        answer=_answer(weighed.answer),
        bands=_bands(weighed.answer),
        names=tuple(names.values()),
        items=items,
        told=told_first(weighing, items),
        quiet=tuple(one for one in items if one.marks and all(mark.shade == "none" for mark in one.marks)),
        pushes=_pushes(weighing),
        leading=names[weighed.leading],
        flips=tuple(_unbroken(flip.says) for flip in weighed.flips[:MOST_FLIPS]),
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


def _unbroken(sentence: str) -> str:
    """A sentence whose numbers stay beside their signs."""
    return sentence.replace(" %", f"{NARROW}%")


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
    return Table("weighed-answer", "How likely", columns, rows)


def _bands(answer: Sequence[Likely]) -> Markup:
    bars = [
        Bar(
            one.name, (one.prior_low, one.prior_median, one.prior_high), (one.low, one.median, one.high),
            f"{percent(one.median)} · {band(one.low, one.high)}",
        )
        for one in answer
    ]  # fmt: skip
    return bands_drawn("weighed-bands", "How likely each hypothesis is, before and now", bars)


def _pushes(weighing: Weighing) -> Markup:
    """What taking each item away would do to the hypothesis that leads."""
    weighed = weighing.weighed
    says = {one.item.id: said(one.item) for one in weighing.evidence}
    answer = {one.hypothesis: one for one in weighed.answer}
    found = []
    for effect in weighed.items:
        mine = next((one for one in effect.without if one.hypothesis == weighed.leading), None)
        if mine is not None and round(100 * mine.change):
            told = without_words(mine, answer)
            found.append(Pushed(says[effect.id], effect.id, mine.change, told))
    rows = sorted(found, key=lambda one: (-abs(one.change), one.below))[:MOST_PUSHES]
    return pushes_drawn("weighed-pushes", "The answer without each item", rows)


def _priors(weighing: Weighing) -> Table:
    weighed = weighing.weighed
    readings = (("as the case has it", weighed.answer), *((one.name, one.answer) for one in weighed.priors))
    rows = tuple(
        Row(name, tuple(Cell(percent(one.median), band(one.low, one.high)) for one in answer))
        for name, answer in readings
    )
    columns = (Column("reading of the earlier cases", False), *(Column(one.name) for one in weighed.answer))
    return Table("weighed-priors", "With another prior", columns, rows, "Median, and 5–95\u202f% below.")


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
    return Table("weighed-next", "What to look for next", columns, rows, note)


def _where(one: WatchFor) -> str:
    by = "" if one.by is None else f" By {day_words(dt.datetime.fromtimestamp(one.by / 1000, dt.UTC).date())}."
    return f"{one.where}{by}"


def _leads(answer: Sequence[Likely], leading: str) -> str:
    one = next(each for each in answer if each.hypothesis == leading)
    return f"{one.name} {percent(one.median)}"


def _rest(answer: Sequence[Likely], leading: str) -> str:
    rest = sorted((one for one in answer if one.hypothesis != leading), key=lambda one: (-one.median, one.hypothesis))
    return ", ".join(f"{one.name} {percent(one.median)}" for one in rest[:2])


# --- the course, and simulated worlds -------------------------------------------------------------------------------


def _course(weighing: Weighing) -> Smalls | None:
    course = tuple(point for point in weighing.course if point.day)
    if len(course) < 2:
        return None
    axis = _days(course)
    first = dt.date.fromisoformat(course[0].day)
    days = tuple(float((dt.date.fromisoformat(point.day) - first).days) for point in course)
    charts = []
    for n, one in enumerate(weighing.case.hypotheses):
        mine = [point.answer[n] for point in course]
        x, low, middle, high = _stepped(days, [(a.low, a.median, a.high) for a in mine])
        layers = (Band("5–95\u202f%", x, low, high, "future"), Line("median", x, middle))
        told = f"{percent(mine[0].median)} → {percent(mine[-1].median)}"
        summary = f"{one.name}: {told} from {course[0].day} to {course[-1].day}."
        charts.append(
            Chart(f"weighed-course-{one.id}", one.name, summary, axis, share_axis(""), layers, told, small=True)
        )
    caption = (
        "As the reports of each day would have been weighed with the words of today: the course shows what was known "
        "when, not what anybody thought then."
    )
    return Smalls(tuple(charts), caption, "What was known when")


Floats = tuple[float, ...]


def _stepped(days: Floats, values: Sequence[tuple[float, float, float]]) -> tuple[Floats, Floats, Floats, Floats]:
    """Days and three curves that keep their value until the next day that changes it."""
    x = tuple(day for day in days for _ in range(2))[1:]
    low, middle, high = (
        tuple(each for one in curve for each in (one, one))[:-1] for curve in zip(*values, strict=True)
    )
    return x, low, middle, high


def _days(course: Sequence[Point]) -> Axis:
    first = dt.date.fromisoformat(course[0].day)
    last = max(float((dt.date.fromisoformat(course[-1].day) - first).days), 1.0)
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
            of = f"{accepted:,} of {runs:,}"
            bars.append(Bar(f"{names[hypothesis]}: {bound.item.id}", judged, (low, middle, high), of))
    return bands_drawn("weighed-sides", "Judged, and simulated", bars) if bars else None

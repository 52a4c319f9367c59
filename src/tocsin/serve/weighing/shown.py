"""The page of hypotheses, worked out once for each view."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from tocsin.assess.answer import Flip, Likely, Next, Point
from tocsin.assess.model import Case, Item, WatchFor
from tocsin.assess.sentences import likely_sentence
from tocsin.serve.room import View
from tocsin.serve.weighing.answered import Answered, answered
from tocsin.serve.weighing.drawings import course, scale
from tocsin.serve.weighing.rows import AnswerRow, EffectRow, MatrixRow, answer_rows, effect_rows, matrix_row
from tocsin.serve.weighing.words import band_words, percent, said, seen_words, stated
from tocsin.watch.words import many

__all__ = [
    "CourseShown", "DayRow", "FlipRow", "HypothesisRow", "NextRow", "PriorRow", "ReferenceRow", "Shown", "WorldRow",
    "WorldShown", "next_rows", "shown",
]  # fmt: skip

Pair = tuple[str, str]
_TELLS: Final = 0.005
"""Mean absolute log10 ratio below which an item tells nothing apart: it rounds to 0.00."""
_FLIPS: Final = 8
"""Changes of the answer that are listed."""


@dataclass(frozen=True, slots=True)
class HypothesisRow:
    """What a hypothesis says, expects, and how likely it is."""

    id: str
    name: str
    says: str
    expects: tuple[str, ...]
    word: str
    sentence: str
    prior: str
    leads: bool


@dataclass(frozen=True, slots=True)
class FlipRow:
    """What would change the answer."""

    item: str
    statement: str
    how: str
    moves: tuple[tuple[str, str, str], ...]
    changes_lead: bool


@dataclass(frozen=True, slots=True)
class NextRow:
    """Something to look for, what it is worth, and the answer either way."""

    id: str
    says: str
    where: str
    by: str
    bits: str
    bits_range: str
    word: str
    seen: str
    seen_range: str
    if_seen: str
    if_not: str


@dataclass(frozen=True, slots=True)
class PriorRow:
    """The answer under one reading of the prior: median and range by hypothesis."""

    name: str
    cells: tuple[Pair, ...]
    published: bool = False


@dataclass(frozen=True, slots=True)
class ReferenceRow:
    """A case of the reference class."""

    id: str
    note: str
    contested: bool


@dataclass(frozen=True, slots=True)
class DayRow:
    """The answer at the end of a day."""

    day: str
    cells: tuple[Pair, ...]
    new: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CourseShown:
    """The answer over time."""

    drawing: Markup
    days: tuple[DayRow, ...]


@dataclass(frozen=True, slots=True)
class WorldRow:
    """A likelihood judged and simulated."""

    name: str
    judged: str
    simulated: str
    runs: str


@dataclass(frozen=True, slots=True)
class WorldShown:
    """An item of simulated worlds."""

    id: str
    says: str
    use: str
    rows: tuple[WorldRow, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """All that the page of hypotheses shows of an answer."""

    question: str
    counted: str
    names: tuple[str, ...]
    answer: tuple[AnswerRow, ...]
    scale: Markup
    grounds: str
    notes: tuple[str, ...]
    hypotheses: tuple[HypothesisRow, ...]
    matrix: tuple[MatrixRow, ...]
    silent: tuple[MatrixRow, ...]
    idle: tuple[MatrixRow, ...]
    effects: tuple[EffectRow, ...]
    unmoving: tuple[EffectRow, ...]
    flips: tuple[FlipRow, ...]
    next: tuple[NextRow, ...]
    basis: str
    priors: tuple[PriorRow, ...]
    cases: tuple[tuple[str, tuple[ReferenceRow, ...]], ...]
    course: CourseShown
    worlds: tuple[WorldShown, ...]
    worlds_note: str


def shown(view: View) -> Shown | None:
    """What the page shows; None where there is no answer."""
    return view.remember("weighing: shown", lambda: _shown(answered(view)))


def _shown(found: object) -> Shown | None:
    if not isinstance(found, Answered):
        return None
    case, weighed = found.case, found.weighed
    says = {one.id: stated(one) for one in case.items}
    ids = [one.id for one in case.hypotheses]
    effects = {one.id: one for one in weighed.items}
    rows = [
        (effects[bound.item.id].diagnosticity, matrix_row(bound, effects[bound.item.id], ids))
        for bound in found.evidence
    ]
    counts = {one.id for one in weighed.items if one.ratios}
    ranked = sorted(rows, key=lambda pair: (-pair[0], pair[1].id))
    moving, unmoving = effect_rows(weighed, says)
    return Shown(
        case.question,
        f"{many(weighed.draws, 'draw')}, {many(weighed.grounds.items, 'item')}, "
        f"{many(weighed.grounds.origins, 'origin')}",
        tuple(one.name for one in case.hypotheses),
        answer_rows(weighed),
        scale(),
        weighed.grounds.says,
        weighed.notes,
        tuple(_hypothesis(case, one, weighed.leading) for one in weighed.answer),
        tuple(row for told, row in ranked if row.id in counts and told >= _TELLS),
        tuple(row for told, row in ranked if row.id in counts and told < _TELLS),
        tuple(row for _, row in rows if row.id not in counts),
        moving,
        unmoving,
        _flips(found, says),
        next_rows(found),
        case.prior.basis,
        _priors(found),
        _cases(case),
        _course(found),
        tuple(_worlds(found)),
        found.worlds,
    )


def _flips(found: Answered, says: dict[str, str]) -> tuple[FlipRow, ...]:
    """What would change the answer most, with the medians that it would move by a point or more."""
    now = {one.hypothesis: one for one in found.weighed.answer}
    items = {one.id: one for one in found.case.items}
    rows = []
    for one in found.weighed.flips[:_FLIPS]:
        moves = tuple(
            (now[each.hypothesis].name, percent(now[each.hypothesis].median), percent(each.median))
            for each in one.answer
            if percent(each.median) != percent(now[each.hypothesis].median)
        )
        rows.append(
            FlipRow(one.item, says[one.item], _if(one.how == Flip.TURNS, items[one.item]), moves, one.changes_lead)
        )
    return tuple(rows)


def _if(turned: bool, item: Item) -> str:
    if item.sort == "absence":
        return "If it were seen after all" if turned else "If nobody had looked"
    return "If it were not so" if turned else "If it fell away"


def _hypothesis(case: Case, one: Likely, leading: str) -> HypothesisRow:
    told = next(each for each in case.hypotheses if each.id == one.hypothesis)
    prior = f"median {percent(one.prior_median)}, 5–95 %: {band_words(one.prior_low, one.prior_high)}"
    return HypothesisRow(
        one.hypothesis,
        one.name,
        told.says,
        told.expects,
        one.word,
        likely_sentence(one),
        prior,
        one.hypothesis == leading,
    )


def next_rows(found: Answered) -> tuple[NextRow, ...]:
    """What to look for next, the most informative first."""
    known = {one.id: one for one in found.case.watch_for}
    return tuple(_next(known[one.id], one) for one in found.weighed.next)


def _next(told: WatchFor, one: Next) -> NextRow:
    return NextRow(
        one.id,
        told.says,
        told.where,
        _day(told.by),
        f"{one.bits:.2f}",
        f"{one.bits_low:.2f} to {one.bits_high:.2f}",
        seen_words(one.seen_word),
        percent(one.seen),
        band_words(one.seen_low, one.seen_high),
        _medians(one.if_seen),
        _medians(one.if_not),
    )


def _medians(answer: Sequence[Likely]) -> str:
    rows = sorted(answer, key=lambda one: (-one.median, one.hypothesis))
    return ", ".join(f"{one.name} {percent(one.median)}" for one in rows)


def _day(at: int | None) -> str:
    if at is None:
        return ""
    day = dt.datetime.fromtimestamp(at / 1000, dt.UTC)
    return f"{day.day} {day:%B %Y}"


def _cells(answer: Sequence[Likely]) -> tuple[Pair, ...]:
    return tuple((percent(one.median), band_words(one.low, one.high)) for one in answer)


def _priors(found: Answered) -> tuple[PriorRow, ...]:
    rows = [PriorRow("As published", _cells(found.weighed.answer), published=True)]
    return (*rows, *(PriorRow(one.name[:1].upper() + one.name[1:], _cells(one.answer)) for one in found.weighed.priors))


def _cases(case: Case) -> tuple[tuple[str, tuple[ReferenceRow, ...]], ...]:
    prior = case.prior
    return tuple(
        (
            one.name,
            tuple(
                ReferenceRow(name, prior.note.get(name, ""), name in prior.contested) for name in prior.cases[one.id]
            ),
        )
        for one in case.hypotheses
        if prior.cases.get(one.id)
    )


def _course(found: Answered) -> CourseShown:
    from tocsin.assess.course import course as days_of  # late: as in answered.py

    days: Sequence[Point] = days_of(found.case, found.evidence)
    rows = tuple(DayRow(one.day, _cells(one.answer), one.new) for one in days)
    return CourseShown(course(days, [one.name for one in found.case.hypotheses]), rows)


def _worlds(found: Answered) -> list[WorldShown]:
    shown = []
    for bound in found.evidence:
        if bound.item.sort != "world":
            continue
        rows = tuple(
            WorldRow(one.name, said(bound.item.likelihood[one.id]), *_runs((bound.simulated or {}).get(one.id)))
            for one in found.case.hypotheses
        )
        shown.append(WorldShown(bound.item.id, bound.item.says, bound.item.use, rows))
    return shown


def _runs(runs: tuple[int, int] | None) -> Pair:
    """The 5–95 % range of Beta(accepted + ½, others + ½), and the runs themselves."""
    if runs is None:
        return "not simulated", "–"
    from scipy.special import betaincinv

    accepted, made = runs
    low, high = (float(betaincinv(accepted + 0.5, made - accepted + 0.5, at)) for at in (0.05, 0.95))
    return band_words(low, high), f"{accepted:,} of {made:,}"

"""What the pages show of an answer, one small row each: words are made here, templates only place them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from tocsin.assess.answer import Effect, Likely, Weighed, Without
from tocsin.assess.model import Evidence
from tocsin.serve.weighing.drawings import band, effect
from tocsin.serve.weighing.words import band_words, percent, points, ratio_words, said, stated

__all__ = [
    "SORT_WORDS",
    "AnswerRow",
    "Change",
    "EffectCell",
    "EffectRow",
    "MatrixCell",
    "MatrixRow",
    "answer_rows",
    "changes",
    "effect_rows",
    "matrix_row",
]  # fmt: skip

SORT_WORDS: Final = {
    "event": "something reported",
    "statement": "that it was said",
    "absence": "not seen where one looked",
    "footprint": "strength of forces",
    "law": "finding of law",
    "world": "simulated worlds",
}
_STRONG: Final = 0.3
_WEAK: Final = 0.1
_NONE: Final = 0.005


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One hypothesis in the answer, all as words, with its drawing."""

    id: str
    name: str
    word: str
    median: str
    range: str
    prior: str
    band: Markup
    leads: bool


@dataclass(frozen=True, slots=True)
class MatrixCell:
    """An item under one hypothesis: the judged word, the log10 ratio with its sign, and how strongly it is coloured."""

    word: str
    ratio: str
    tone: str


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """An item of evidence against all hypotheses."""

    id: str
    says: str
    sort: str
    why: str
    cells: tuple[MatrixCell, ...]
    diagnosticity: str
    origins: str


@dataclass(frozen=True, slots=True)
class EffectCell:
    """What an item does to one hypothesis."""

    points: str
    bar: Markup


@dataclass(frozen=True, slots=True)
class EffectRow:
    """What an item does to all hypotheses."""

    id: str
    says: str
    cells: tuple[EffectCell, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A hypothesis before and after; `kind` is up, down or same."""

    name: str
    before: str
    after: str
    range: str
    kind: str


def answer_rows(weighed: Weighed) -> tuple[AnswerRow, ...]:
    """The answer, the likeliest first."""
    rows = sorted(weighed.answer, key=lambda one: (-one.median, one.hypothesis))
    return tuple(
        AnswerRow(
            one.hypothesis,
            one.name,
            one.word,
            percent(one.median),
            band_words(one.low, one.high),
            percent(one.prior_median),
            band(one),
            one.hypothesis == weighed.leading,
        )
        for one in rows
    )


def matrix_row(bound: Evidence, found: Effect, hypotheses: Sequence[str]) -> MatrixRow:
    """An item: its words, its ratios where it went in, and who speaks for it."""
    ratios = {one.hypothesis: one.median for one in found.ratios}
    cells = tuple(
        MatrixCell(
            said(bound.item.likelihood[one]), ratio_words(ratios[one]) if one in ratios else "", _tone(ratios.get(one))
        )
        for one in hypotheses
    )
    told = f"counted in {found.counted_in}" if found.counted_in else found.why
    origins = str(found.origins) if bound.witnesses else "–"
    sort = SORT_WORDS[bound.item.sort]
    return MatrixRow(bound.item.id, stated(bound.item), sort, told, cells, f"{found.diagnosticity:.2f}", origins)


def _tone(ratio: float | None) -> str:
    if ratio is None or abs(ratio) < _NONE:
        return "none"
    strength = 3 if abs(ratio) >= _STRONG else 2 if abs(ratio) >= _WEAK else 1
    return f"{'for' if ratio > 0 else 'against'}{strength}"


def effect_rows(
    weighed: Weighed, says: dict[str, str], least: float = 0.005
) -> tuple[tuple[EffectRow, ...], tuple[EffectRow, ...]]:
    """What each item does: those that move a median, the biggest first, and those that move none.

    Args:
        weighed: The answer.
        says: Item → its statement.
        least: Change below which a median counts as not moved; half a point, which rounds to nothing.
    """
    held = [one for one in weighed.items if one.without]
    held.sort(key=lambda one: (-_moved(one), one.id))
    most = max((_moved(one) for one in held), default=0.0)
    names = {one.hypothesis: one.name for one in weighed.answer}
    rows = [
        (_moved(one), EffectRow(one.id, says[one.id], tuple(_effect(cell, most, names) for cell in one.without)))
        for one in held
    ]
    return tuple(row for by, row in rows if by >= least), tuple(row for by, row in rows if by < least)


def _moved(one: Effect) -> float:
    return max((abs(cell.change) for cell in one.without), default=0.0)


def _effect(cell: Without, most: float, names: dict[str, str]) -> EffectCell:
    """With it less without it: the opposite of what leaving it out changes."""
    return EffectCell(points(-cell.change), effect(-cell.change, most, names[cell.hypothesis]))


def changes(before: Sequence[Likely], after: Sequence[Likely]) -> tuple[Change, ...]:
    """Each hypothesis before and after, in the order of the case."""
    first = {one.hypothesis: one for one in before}
    found = []
    for one in after:
        old, new = percent(first[one.hypothesis].median), percent(one.median)
        kind = "same" if old == new else "up" if one.median > first[one.hypothesis].median else "down"
        found.append(Change(one.name, old, new, f"5–95 %: {band_words(one.low, one.high)}", kind))
    return tuple(found)

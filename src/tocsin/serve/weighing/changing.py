"""Judgments as a form gives them: read, tried on a copy of the case, and only then written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from tocsin.assess.model import Case, Hypothesis, Item, Range
from tocsin.assess.words import range_of
from tocsin.errors import CaseError

__all__ = ["NUMBERS", "differing", "judged", "with_item"]

NUMBERS: Final = "range"
"""Chosen in the place of a word: the range in numbers counts."""


def judged(form: Mapping[str, str], hypotheses: Sequence[Hypothesis]) -> dict[str, Range]:
    """The likelihoods of a form: for each hypothesis a word, or a range in percent.

    Args:
        form: `word-ID`, and where that is `range`, `low-ID` and `high-ID`.
        hypotheses: All of the case.

    Raises:
        CaseError: One is missing, no word of the seven, or no range from 0.01 to 99.99 %.
    """
    return {one.id: _one(form, one) for one in hypotheses}


def _one(form: Mapping[str, str], hypothesis: Hypothesis) -> Range:
    word = form.get(f"word-{hypothesis.id}", "")
    if word == NUMBERS:
        low, high = (_percent(form, f"{end}-{hypothesis.id}", hypothesis) for end in ("low", "high"))
        if low > high:
            told = f"found {low * 100:g} % to {high * 100:g} %; expected the lower end first"
            raise CaseError(told, place=hypothesis.name)
        return Range(low, high)
    known = range_of(word)
    if known is None:
        raise CaseError(f"found {word[:40]!r}; expected one of the seven words, or a range", place=hypothesis.name)
    return Range(*known, word)


def _percent(form: Mapping[str, str], name: str, hypothesis: Hypothesis) -> float:
    text = form.get(name, "").strip().removesuffix("%").strip().replace(",", ".")
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0.01 <= number <= 99.99:
        told = f"found {text[:20]!r}; expected a percentage above 0 and below 100, from 0.01 to 99.99"
        raise CaseError(told, place=hypothesis.name)
    return number / 100


def with_item(case: Case, item: Item) -> Case:
    """The case with an item in the place of the one of its id, or with one more."""
    if any(one.id == item.id for one in case.items):
        return replace(case, items=tuple(item if one.id == item.id else one for one in case.items))
    return replace(case, items=(*case.items, item))


def differing(before: Mapping[str, Range], after: Mapping[str, Range]) -> tuple[str, ...]:
    """Hypotheses whose judgment is another one."""
    return tuple(one for one in after if before.get(one) != after[one])

"""Contradictions drawn together: for each pair of sides one row, with all that is said on either.

`clashes.py` gives pairs, so that a person can confirm or take away each. Many pairs are of the same two sides. Here
they stand once: how many claims and independent origins on each side, their ids, and the pairs that were drawn
together. Pairs that something explains are drawn together by what explains them. Clashes of numbers and of things that
only share a name stay single.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from tocsin.watch.ledger.clashes import Clash
from tocsin.watch.ledger.explained import explained, same_ground
from tocsin.watch.ledger.questions import Question, Row, Side
from tocsin.watch.likeness.claim_origins import count_origins
from tocsin.watch.model import Bounds, Claim
from tocsin.watch.standing import Standing

__all__ = ["Camp", "Opposed", "opposed"]


@dataclass(frozen=True, slots=True)
class Camp:
    """What is said on one side of a pair of sides.

    Attributes:
        side: Its name in the question.
        title: What it says.
        claims: Ids, by date, then id; copies included.
        origins: Origin groups, each once.
        independent: How many of them are independent: at least and at most.
    """

    side: str
    title: str
    claims: tuple[str, ...]
    origins: tuple[str, ...]
    independent: Bounds

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {
            "side": self.side,
            "title": self.title,
            "claims": list(self.claims),
            "origins": list(self.origins),
            "independent": self.independent.as_json(),
        }


@dataclass(frozen=True, slots=True)
class Opposed:
    """Two sides of a question that cannot both hold, or that something explains.

    Attributes:
        question: Its id.
        title: What is asked.
        sides: Both sides, in the order of the question.
        depends: What decides whether they clash at all; "" = nothing is known to.
        explained: What explains all of these pairs; "" = nothing does.
        reports: Ids of reports that the explanation rests on.
        pairs: The clashes drawn together, by their claims.
        confirmed: How many of them a person confirmed.
    """

    question: str
    title: str
    sides: tuple[Camp, Camp]
    depends: str
    explained: str
    reports: tuple[str, ...]
    pairs: tuple[tuple[str, str], ...]
    confirmed: int

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {
            "question": self.question,
            "title": self.title,
            "sides": [one.as_json() for one in self.sides],
            "depends": self.depends,
            "explained": self.explained,
            "reports": list(self.reports),
            "pairs": [list(one) for one in self.pairs],
            "confirmed": self.confirmed,
        }


def opposed(found: Iterable[Clash], questions: Iterable[Question], standing: Standing) -> tuple[Opposed, ...]:
    """Draw clashes of sides together.

    Args:
        found: As `clashes` gives them.
        questions: As `ledger` gives them; clashes of other questions are left out.
        standing: What holds.

    Returns:
        What nothing explains first; then by question and side as the ledger lists them.
    """
    asked = {one.id: one for one in questions}
    together: dict[tuple[str, frozenset[str], str], list[Clash]] = {}
    for one in found:
        if one.sides and one.where in asked:
            together.setdefault((one.where, frozenset(one.sides), one.explained), []).append(one)
    order = list(asked)
    drawn = [_opposed(asked[where], mine, standing) for (where, _, _), mine in together.items()]
    return tuple(
        sorted(
            drawn,
            key=lambda one: (
                bool(one.explained),
                order.index(one.question),
                [_place(asked[one.question], camp.side) for camp in one.sides],
                one.pairs,
            ),
        )
    )


def _place(question: Question, side: str) -> int:
    return [one.id for one in question.sides].index(side)


def _opposed(question: Question, pairs: Sequence[Clash], standing: Standing) -> Opposed:
    first, second = (one for one in question.sides if one.id in pairs[0].sides)
    why = pairs[0].explained
    if why:
        paired = {name for one in pairs for name in (one.first, one.second)}
        rows = [[row for row in side.rows if row.id in paired] for side in (first, second)]
    else:
        rows = [_against(one, other, question, standing) for one, other in ((first, second), (second, first))]
    camps = [_camp(side, mine) for side, mine in zip((first, second), rows, strict=True)]
    return Opposed(
        question.id,
        question.title,
        (camps[0], camps[1]),
        question.depends,
        why,
        tuple(sorted({name for one in pairs for name in one.reports})),
        tuple((one.first, one.second) for one in pairs),
        sum(one.state == "confirmed" for one in pairs),
    )


def _against(side: Side, other: Side, question: Question, standing: Standing) -> list[Row]:
    """Rows of a side that clash with any of another, nothing explaining it."""
    sides = frozenset((side.id, other.id))
    theirs = [standing.claims[row.id] for row in other.rows if row.id in standing.claims]
    mine = [(row, standing.claims[row.id]) for row in side.rows if row.id in standing.claims]
    return [row for row, claim in mine if any(_clash(claim, one, question, sides, standing) for one in theirs)]


def _clash(one: Claim, other: Claim, question: Question, sides: frozenset[str], standing: Standing) -> bool:
    first, second = (one, other) if one.id <= other.id else (other, one)
    return same_ground(question, first, second) and not explained(first, second, standing, question, sides)[0]


def _camp(side: Side, rows: Sequence[Row]) -> Camp:
    groups = tuple(sorted({row.origin for row in rows}))
    return Camp(side.id, side.title, tuple(row.id for row in rows), groups, count_origins(groups))

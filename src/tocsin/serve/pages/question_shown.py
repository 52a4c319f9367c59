"""What the page of a question shows besides its sides: contradictions and false clashes, drift, and what the law says.

Clashes of sides are worked out for the one question that is shown. Clashes of single numbers grow with the square of
the claims; they are only looked for in small folders, and otherwise the numbers stand side by side as they are told.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Final

from tocsin.brief.watch_words import count_words, many
from tocsin.serve.pages.claims_shown import claim_address
from tocsin.serve.room import View
from tocsin.watch.ledger import (
    Clash,
    Drift,
    LegalFinding,
    Opposed,
    Question,
    clashes,
    drifts,
    legal,
    opposed,
    side_clashes,
    theme_of,
)

__all__ = [
    "MOST_COMPARED",
    "Against",
    "Finding",
    "Saying",
    "Single",
    "all_drifts",
    "changed",
    "found_by_law",
    "opposing",
    "singles",
]

MOST_COMPARED: Final = 2_000
"""Claims up to which all numbers are compared with each other: 2,000 take about a quarter of a second."""
_LISTED: Final = 12
Names = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class CampShown:
    """One of two sides that are set against each other."""

    title: str
    told: str
    claims: Names
    more: int


@dataclass(frozen=True, slots=True)
class Against:
    """Two sides, what decides whether they clash, and what explains them away.

    Attributes:
        camps: Both.
        depends: What it depends on, or "".
        explained: Why it is no contradiction, or "".
        reports: Ids of reports that the explanation rests on.
        confirmed: How many pairs a person confirmed, in words, or "".
        pairs: How many pairs were drawn together, in words.
    """

    camps: tuple[CampShown, CampShown]
    depends: str
    explained: str
    reports: tuple[str, ...]
    confirmed: str
    pairs: str


@dataclass(frozen=True, slots=True)
class Single:
    """Two claims whose numbers or names do not go together."""

    why: str
    claims: Names
    explained: str
    reports: tuple[str, ...]
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Saying:
    """What a rule says under some assumptions: the words, and the conditions under which it says them."""

    words: str
    kind: str
    conditions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding of law as it is shown."""

    subject: str
    title: str
    article: str
    status: str
    law: str
    sentence: str
    sayings: tuple[Saying, ...]
    missing: tuple[str, ...]
    official: Names
    reported: Names
    more: int


def opposing(view: View, question: Question) -> tuple[Against, ...]:
    """Sides of a question that cannot both hold, or that something explains; what nothing explains first."""

    def make() -> tuple[Opposed, ...]:
        standing = view.desk.standing
        found = side_clashes([question], standing, view.desk.origins)
        return opposed(found, [question], standing)

    return tuple(_against(one) for one in view.remember(f"claims: opposed {question.id}", make))


def _against(one: Opposed) -> Against:
    first, second = (
        CampShown(
            camp.title,
            f"{many(len(camp.claims), 'claim')}, {count_words(camp.independent, 'independent origin')}",
            _names(camp.claims[:_LISTED]),
            max(len(camp.claims) - _LISTED, 0),
        )
        for camp in one.sides
    )
    confirmed = f"{many(one.confirmed, 'pair')} confirmed by a person" if one.confirmed else ""
    pairs = many(len(one.pairs), "pair")
    return Against((first, second), one.depends, one.explained, one.reports, confirmed, pairs)


def _names(ids: tuple[str, ...]) -> Names:
    return tuple((name, claim_address(name)) for name in ids)


def singles(view: View, question: Question) -> tuple[Single, ...] | None:
    """Clashes of numbers and names on what a question is about; None where there are too many claims to compare."""
    if len(view.desk.standing.claims) > MOST_COMPARED:
        return None

    def make() -> dict[str, list[Clash]]:
        found: dict[str, list[Clash]] = defaultdict(list)
        for one in clashes(view.desk.standing, view.desk.origins):
            if not one.sides:
                found[theme_of(view.desk.standing.claims[one.first]).question].append(one)
        return found

    mine = view.remember("claims: single clashes", make).get(question.id, [])
    return tuple(
        Single(one.why, _names((one.first, one.second)), one.explained, one.reports, one.state == "confirmed")
        for one in sorted(mine, key=lambda one: (bool(one.explained), one.first, one.second))[:50]
    )


def all_drifts(view: View) -> tuple[Drift, ...]:
    """What pages changed of what they took from others, in all claims."""
    return view.remember("claims: drift", lambda: drifts(view.desk.standing, view.desk.origins))


def changed(view: View, question: Question) -> tuple[Drift, ...]:
    """What pages changed of what they took from others, in claims of a question."""
    ids = {row.id for side in question.sides for row in side.rows}
    found = all_drifts(view)
    return tuple(one for one in found if one.claim in ids or one.source_claim in ids)[:50]


def found_by_law(view: View, question: Question, pack: str) -> tuple[Finding, ...]:
    """What a country's law says of the claims of a question.

    Raises:
        LawError: There is no such pack.
    """
    found = view.remember(f"claims: law {pack}", lambda: legal(view.desk.standing, pack))
    return tuple(_finding(one) for one in found if one.question == question.id)


def _finding(one: LegalFinding) -> Finding:
    cases: dict[str, list[str]] = {}
    for answer in one.answers:
        assumed = [(name, value) for name, value in answer.assumed if name not in answer.given]
        told = " and ".join(f"the kind is {value}" if name == "kind" else value for name, value in assumed)
        cases.setdefault(answer.words, []).append(told)
    sayings = tuple(
        Saying(words, _kind(words), tuple(told for told in dict.fromkeys(conditions) if told))
        for words, conditions in cases.items()
    )
    official, reported = one.official[:_LISTED], one.reported[:_LISTED]
    missing = tuple("the kind of call-up" if name == "kind" else _spaced(name) for name in one.missing)
    return Finding(
        one.subject, one.title, one.article, one.status, one.law, one.sentence, sayings,
        missing, _names(official), _names(reported),
        len(one.official) + len(one.reported) - len(reported) - len(official),
    )  # fmt: skip


def _spaced(words: str) -> str:
    return words.replace("_", " ")


def _kind(words: str) -> str:
    """Which mark the words of a verdict get."""
    return (
        "alert" if "breach" in words else "good" if "lawful" in words else "" if words == "not applicable" else "warn"
    )

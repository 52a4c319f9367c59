"""What the pages of the ledger show: sides, origins with their copies folded, claims, each with where it comes from.

Nothing here is made for rows that are not shown: a page takes a cut of a list and makes only that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from tocsin.brief.watch_inbox import main_year
from tocsin.brief.watch_words import count_words, many, origin_names, time_words
from tocsin.serve.room import View
from tocsin.watch import Bounds, Claim
from tocsin.watch.deciding import NOT_SAID
from tocsin.watch.ledger import NOT_FOUND, Question, Row, Side
from tocsin.watch.likeness import count_origins, origin_of
from tocsin.watch.times import day_of

__all__ = [
    "ClaimShown",
    "OriginShown",
    "QuestionShown",
    "SideShown",
    "Told",
    "claim_address",
    "claim_shown",
    "day_words",
    "numbers_told",
    "origin_groups",
    "origin_shown",
    "question_shown",
    "row_address",
    "year_of",
]

_COPIES: Final = 12
"""Copies of one origin that a page lists; the others stand in the table of all claims."""
_ANSWERS: Final = 3
_NUMBERS: Final = 24
UNNAMED: Final = "Unnamed, may be one of the others"


@dataclass(frozen=True, slots=True)
class SideShown:
    """One side of a question in short.

    Attributes:
        id: Its name in the question.
        title: What it says.
        claims: How many claims, in words.
        independent: How many independent origins, in words.
        share: Its independent origins at most, over those of the side that has most, 0 to 1.
        sure: The same of those that are independent for sure.
        who: Who says so, by name.
        latest: Day of the last claim, in words.
        counter: The first claims that answer it, with their addresses.
        more: How many more answer it.
        answered: What is said where none does.
        empty: Whether nobody takes it.
    """

    id: str
    title: str
    claims: str
    independent: str
    share: float
    sure: float
    who: str
    latest: str
    counter: tuple[tuple[str, str], ...]
    more: int
    answered: str
    empty: bool


@dataclass(frozen=True, slots=True)
class QuestionShown:
    """One question in short: its name, what is asked, and its sides."""

    id: str
    title: str
    depends: str
    sides: tuple[SideShown, ...]
    claims: int


@dataclass(frozen=True, slots=True)
class ClaimShown:
    """One claim, or statement on forces, as a row.

    Attributes:
        id: Of the claim or statement.
        address: Of its page.
        report: Id of the report, "" of a statement.
        publisher: Who published it.
        day: When, in words.
        iso: The same as a date for programs, or "".
        letter, digit: Its grade.
        stance: As in the claim.
        status: As in the claim, "" of a statement.
        who: Who says so.
        what: The claim in a sentence.
        place: Where, or "".
        count: How many, in words, or "".
        placed: Whether a person put it on its side.
        topic: As in the claim, "" of a statement.
        origin: Its origin group.
    """

    id: str
    address: str
    report: str
    publisher: str
    day: str
    iso: str
    letter: str
    digit: str
    stance: str
    status: str
    who: str
    what: str
    place: str
    count: str
    placed: bool = False
    topic: str = ""
    origin: str = ""


@dataclass(frozen=True, slots=True)
class OriginShown:
    """One origin on a side: what it says first, and what repeats it.

    Attributes:
        name: In words.
        key: As the table of all claims filters by it.
        unnamed: Whether it may be one that is counted already.
        first: Its eldest claim.
        copies: The others, as many as are listed.
        count: How many claims in all.
        more: How many of them are not listed.
    """

    name: str
    key: str
    unnamed: bool
    first: ClaimShown
    copies: tuple[ClaimShown, ...]
    count: int
    more: int


@dataclass(frozen=True, slots=True)
class Told:
    """One number as it is told: by how many independent origins, in which claims."""

    count: str
    independent: str
    claims: tuple[tuple[str, str], ...]
    more: int


def year_of(view: View) -> int | None:
    """The year that goes without saying."""
    return view.remember("claims: year", lambda: main_year(view.desk))


def day_words(view: View, time: Bounds) -> str:
    """A time in words of this folder."""
    return time_words(time, view.desk.zone, year_of(view))


def claim_address(name: str) -> str:
    """Where the page of a claim stands."""
    return f"/claims/{quote(name, safe='')}"


def row_address(row: Row) -> str:
    """Where the page of a row of the ledger stands: a claim's, or that of a statement on forces."""
    return claim_address(row.id) if row.report else f"/footprint/{quote(row.id, safe='')}"


def question_shown(view: View, question: Question) -> QuestionShown:
    """A question in short."""
    most = max((side.independent.most or 0 for side in question.sides), default=0)
    sides = tuple(_side(view, side, question, most) for side in question.sides)
    return QuestionShown(question.id, question.title, question.depends, sides, sum(len(s.rows) for s in question.sides))


def _side(view: View, side: Side, question: Question, most: int) -> SideShown:
    dated = [row.date for row in side.rows if row.date.known]
    latest = max(dated, key=lambda one: (one.most or one.least or 0, one.least or 0), default=Bounds())
    against = {row.id: row_address(row) for other in question.sides if other.id in side.against for row in other.rows}
    counter = tuple((name, against[name]) for name in side.counter[:_ANSWERS])
    return SideShown(
        side.id,
        side.title,
        many(len(side.rows), "claim"),
        count_words(side.independent, "independent origin") if side.rows else NOT_FOUND,
        (side.independent.most or 0) / most if most else 0.0,
        (side.independent.least or 0) / most if most else 0.0,
        _who(side.origins),
        day_words(view, latest) if dated else "",
        counter,
        len(side.counter) - len(counter),
        "nothing stands against it" if not side.against else f"counter-claim {NOT_FOUND}",
        not side.rows,
    )


def _who(origins: Sequence[str]) -> str:
    """Who says so: the first by name, and how many more."""
    named = [one for one in origins if not one.startswith("?")]
    unnamed = len(origins) - len(named)
    told = origin_names(named[:4]) if named else ""
    told += f" and {len(named) - 4:,} more" if len(named) > 4 else ""
    return told + (f"{'; ' if told else ''}{unnamed:,} unnamed" if unnamed else "")


def origin_groups(side: Side) -> list[tuple[str, list[Row]]]:
    """The rows of a side by origin, that which spoke first before the others; of each, its eldest first."""
    found: dict[str, list[Row]] = {}
    for row in side.rows:
        found.setdefault(row.origin, []).append(row)
    return list(found.items())


def origin_shown(view: View, group: tuple[str, list[Row]]) -> OriginShown:
    """An origin with its claims."""
    name, rows = group
    unnamed = name.startswith("?")
    listed = rows[1 : 1 + _COPIES]
    return OriginShown(
        UNNAMED if unnamed else name, name, unnamed, _row(view, rows[0]), tuple(_row(view, one) for one in listed),
        len(rows), len(rows) - 1 - len(listed),
    )  # fmt: skip


def _row(view: View, row: Row) -> ClaimShown:
    claim = view.desk.standing.claims.get(row.id) if row.report else None
    if claim is not None:
        return claim_shown(view, claim, placed=row.placed == "analyst")
    count = count_words(row.count, row.unit) if row.count.known else ""
    return ClaimShown(
        row.id, row_address(row), row.report, row.speaker, day_words(view, row.date), _iso(view, row.date),
        row.grade[0], row.grade[1], row.stance, "", row.speaker, row.what, "", count, row.placed == "analyst",
        "", row.origin,
    )  # fmt: skip


def claim_shown(view: View, claim: Claim, *, placed: bool = False) -> ClaimShown:
    """A claim as a row."""
    standing = view.desk.standing
    report, grade = standing.reports[claim.report], standing.grade(claim)
    return ClaimShown(
        claim.id,
        claim_address(claim.id),
        claim.report,
        report.publisher or NOT_SAID,
        day_words(view, report.published),
        _iso(view, report.published),
        grade[0],
        grade[1],
        claim.stance,
        claim.status,
        claim.who,
        claim.what,
        claim.place,
        count_words(claim.count, claim.unit) if claim.count.known else "",
        placed,
        claim.topic,
        origin_of(view.desk.origins, claim),
    )


def _iso(view: View, time: Bounds) -> str:
    return "" if time.least is None else day_of(time.least, view.desk.zone).isoformat()


def numbers_told(question: Question) -> tuple[Told, ...]:
    """The numbers of a question as they are told, side by side and never added: what most origins say first."""
    found: dict[tuple[str, int, int], list[Row]] = {}
    for side in question.sides:
        for row in side.rows:
            if row.count.known and row.unit and row.stance != "denies":
                low, high = row.count.least, row.count.most
                key = (row.unit, -1 if low is None else low, 1 << 62 if high is None else high)
                found.setdefault(key, []).append(row)

    def told(rows: list[Row]) -> Told:
        independent = count_origins(row.origin for row in rows)
        names = tuple((row.id, row_address(row)) for row in rows[:_ANSWERS])
        words = count_words(rows[0].count, rows[0].unit)
        return Told(words, count_words(independent), names, len(rows) - len(names))

    order = sorted(found.items(), key=lambda one: (-len({row.origin for row in one[1]}), one[0]))
    return tuple(told(rows) for _, rows in order[:_NUMBERS])

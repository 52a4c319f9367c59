"""The ledger of claims: each question with its sides beside one another, and the counter-claim or its absence.

What belongs to which side is data (`questions.toml`) and a suggestion; a person moves a claim by a link of the kind
`side`: target `<claim> ~ <question>/<side>`, and takes it away by unlinking the same. Statements on forces that stand
in the footprint and count nothing, such as a demand, are rows, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, Final

from tocsin.watch.ledger.lines import official
from tocsin.watch.ledger.patterns import any_of, table
from tocsin.watch.likeness.claim_origins import Origins, claim_origins, count_origins, origin_of
from tocsin.watch.model import Bounds, Claim, Sighting
from tocsin.watch.people.actors import actor_of
from tocsin.watch.standing import Standing

__all__ = ["NOT_FOUND", "Both", "Question", "Row", "Side", "ledger", "side_rule"]

NOT_FOUND: Final = "not found in the data"
"""Said where nobody contradicts; it is no proof that nobody did."""


@dataclass(frozen=True, slots=True)
class Row:
    """One claim, or one statement on forces, in the ledger.

    Attributes:
        id: Of the claim or sighting.
        report: Id of the report; "" of a sighting.
        date: When it was published; where that is not known, what it is about.
        dated: published, about or unknown: which of these the date is.
        speaker: Who says so.
        stance: As in the claim; a sighting asserts.
        grade: Letter and digit.
        origin: Its origin group; the sighting's publisher.
        address: Where it stands.
        what: The claim in one sentence.
        count: How many, where it counts.
        unit: Of what.
        placed: rules, or analyst where a person put it here.
    """

    id: str
    report: str
    date: Bounds
    dated: str
    speaker: str
    stance: str
    grade: str
    origin: str
    address: str
    what: str
    count: Bounds = field(default_factory=Bounds)
    unit: str = ""
    placed: str = "rules"

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        plain = {name: getattr(self, name) for name in self.__slots__}
        return plain | {"date": self.date.as_json(), "count": self.count.as_json()}


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a question.

    Attributes:
        id: Its name in the question.
        title: What it says.
        against: Sides that cannot hold together with it.
        rows: By date, then id.
        origins: Origin groups, each once.
        independent: How many of them are independent: at least and at most.
        counter: Ids of what stands on the sides against it; empty = `NOT_FOUND`.
    """

    id: str
    title: str
    against: tuple[str, ...]
    rows: tuple[Row, ...]
    origins: tuple[str, ...]
    independent: Bounds
    counter: tuple[str, ...]

    @property
    def answered(self) -> str:
        """What is said of the counter-claim."""
        if not self.rows:
            return NOT_FOUND
        return ", ".join(self.counter) if self.counter else f"counter-claim {NOT_FOUND}"

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {
            "id": self.id,
            "title": self.title,
            "against": list(self.against),
            "rows": [one.as_json() for one in self.rows],
            "origins": list(self.origins),
            "independent": self.independent.as_json(),
            "counter": list(self.counter),
            "answered": self.answered,
        }


@dataclass(frozen=True, slots=True)
class Both:
    """Two sides that may both hold where one of the words is in one of the claims, and why."""

    sides: tuple[str, ...]
    words: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Question:
    """One question and all its sides, those that nobody takes included.

    Attributes:
        id: Its name.
        title: What is asked.
        sides: All of them.
        depends: What decides whether its sides clash.
        counted: They clash only where their numbers do.
        timed: What was told before the other thing happened does not clash with it.
        lined: Words on two lines of the inspection do not clash.
        both: Sides that may both hold.
        grounds: Names of grounds and their patterns; claims that name different ones are not set against each other.
    """

    id: str
    title: str
    sides: tuple[Side, ...]
    depends: str = ""
    counted: bool = False
    timed: bool = False
    lined: bool = False
    both: tuple[Both, ...] = ()
    grounds: tuple[tuple[str, str], ...] = ()

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        sides = [one.as_json() for one in self.sides]
        return {"id": self.id, "title": self.title, "depends": self.depends, "counted": self.counted, "sides": sides}


@dataclass(frozen=True, slots=True)
class Rule:
    """How a claim is known to stand on a side; attributes as the keys of `questions.toml` say."""

    id: str
    title: str
    topics: tuple[str, ...] = ()
    against: tuple[str, ...] = ()
    stances: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    where: tuple[str, ...] = ()
    bases: tuple[str, ...] = ()
    who: str = ""
    counted: bool = False


@cache
def _questions() -> tuple[tuple[Question, tuple[Rule, ...]], ...]:
    """Each question, yet without rows, and the rules of its sides."""
    rows = table("questions.toml")["question"]
    lists = ("topics", "against", "stances", "words", "without", "where", "bases")
    return tuple(
        (_bare(one), tuple(Rule(**(side | {key: tuple(side.get(key, ())) for key in lists})) for side in one["side"]))
        for one in rows
    )


def _bare(row: Mapping[str, Any]) -> Question:
    both = tuple(Both(tuple(one["sides"]), tuple(one["words"]), one["why"]) for one in row.get("both", ()))
    marks = {name: row.get(name, False) for name in ("counted", "timed", "lined")}
    grounds = tuple(row.get("grounds", {}).items())
    return Question(row["id"], row["title"], (), row.get("depends", ""), **marks, both=both, grounds=grounds)


def side_rule(question: str, side: str) -> Rule | None:
    """The rule of a side; None if there is no such."""
    rules = next((rules for bare, rules in _questions() if bare.id == question), ())
    return next((one for one in rules if one.id == side), None)


def ledger(standing: Standing, origins: Origins | None = None) -> tuple[Question, ...]:
    """Put claims and statements on forces to the questions.

    Args:
        standing: What holds.
        origins: Claim or report → origin group; by default as `likeness.claim_origins`.
    """
    groups = claim_origins(standing) if origins is None else origins
    moved = _moved(standing)
    return tuple(replace(bare, sides=_sides(bare.id, rules, standing, groups, moved)) for bare, rules in _questions())


def _sides(
    identity: str, rules: Sequence[Rule], standing: Standing, origins: Origins, moved: Mapping[str, str]
) -> tuple[Side, ...]:
    rows: dict[str, list[Row]] = {one.id: [] for one in rules}
    topics = {topic for one in rules for topic in one.topics}
    by_people = {target.partition(" ~ ")[0] for target in moved}
    for _, claim in sorted(standing.claims.items()):
        if claim.topic not in topics and claim.id not in by_people:
            continue
        side, placed = _side(identity, rules, claim, standing, moved)
        if side:
            rows[side].append(_row(claim, standing, origins, placed))
    for _, sighting in sorted(standing.sightings.items()):
        for rule in rules:
            if sighting.basis in rule.bases:
                rows[rule.id].append(_sighted(sighting))
    sides = []
    for rule in rules:
        mine = tuple(sorted(rows[rule.id], key=_order))
        groups = tuple(sorted({one.origin for one in mine}))
        counter = tuple(one.id for name in rule.against for one in sorted(rows.get(name, ()), key=_order))
        sides.append(Side(rule.id, rule.title, rule.against, mine, groups, count_origins(groups), counter))
    return tuple(sides)


def _moved(standing: Standing) -> dict[str, str]:
    """What people said of `<claim> ~ <question>/<side>`: the last word on each pair, link or unlink."""
    found: dict[str, str] = {}
    for one in standing.decisions:
        if one.act in ("link", "unlink") and one.value.get("kind") == "side":
            found[one.target] = one.act
    return found


def _side(
    question: str, rules: Iterable[Rule], claim: Claim, standing: Standing, moved: Mapping[str, str]
) -> tuple[str, str]:
    """On which side of a question a claim stands ("" = on none), and who says so."""
    rules = tuple(rules)
    for rule in rules:
        if moved.get(f"{claim.id} ~ {question}/{rule.id}") == "link":
            return rule.id, "analyst"
    for rule in rules:
        if moved.get(f"{claim.id} ~ {question}/{rule.id}") != "unlink" and _fits(rule, claim, standing):
            return rule.id, "rules"
    return "", ""


def _fits(rule: Rule, claim: Claim, standing: Standing) -> bool:
    if claim.topic not in rule.topics or (rule.stances and claim.stance not in rule.stances):
        return False
    if rule.counted and not claim.count.known:
        return False
    if rule.who and (rule.who == "official") != official(claim, standing.reports[claim.report]):
        return False
    if rule.without and any_of(rule.without).search(claim.what):
        return False
    said = bool(rule.words) and any_of(rule.words).search(claim.what) is not None
    placed = bool(rule.where) and any_of(rule.where).search(claim.place) is not None
    return said or placed or not (rule.words or rule.where)


def _row(claim: Claim, standing: Standing, origins: Origins, placed: str) -> Row:
    report = standing.reports[claim.report]
    date, dated = report.published, "published"
    if not date.known:
        date, dated = claim.when, "about" if claim.when.known else "unknown"
    actor = actor_of(claim.who)
    speaker = claim.who if actor is None or actor.name in claim.who else f"{claim.who} ({actor.name})"
    return Row(
        claim.id, report.id, date, dated, speaker, claim.stance, standing.grade(claim), origin_of(origins, claim),
        report.address, claim.what, claim.count, claim.unit, placed,
    )  # fmt: skip


def _sighted(one: Sighting) -> Row:
    known = one.published.known
    return Row(
        one.id, "", one.published if known else one.about, "published" if known else "about", one.publisher, "asserts",
        one.grade, one.publisher, one.address, one.what, one.count, one.unit,
    )  # fmt: skip


def _order(row: Row) -> tuple[int, str]:
    return (2**62 if row.date.least is None else row.date.least, row.id)

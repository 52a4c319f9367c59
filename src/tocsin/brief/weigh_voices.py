"""Who stands behind each item of evidence: every claim with its report, publisher, day, grade and address."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from tocsin.assess.answer import Point, Weighed
from tocsin.assess.model import Case, Evidence
from tocsin.brief.watch_words import time_words
from tocsin.watch.desk import Desk

__all__ = ["Voice", "Weighing", "voices_of"]


@dataclass(frozen=True, slots=True)
class Voice:
    """One claim or one statement on forces that an item rests on.

    Attributes:
        id: Of the claim or sighting.
        report: Id of the report; "" of a sighting.
        who: Who says so.
        stance: As in the claim; a sighting asserts.
        what: In one sentence, private persons masked.
        publisher: Who published it.
        day: When, in words.
        address: Where it stands, "" if nowhere.
        group: Its origin group, which counts once; "" where it counts as no witness.
        grade: Letter and digit by which the group counts here.
        why: Where the letter comes from.
    """

    id: str
    report: str
    who: str
    stance: str
    what: str
    publisher: str
    day: str
    address: str
    group: str = ""
    grade: str = ""
    why: str = ""

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Weighing:
    """A case that was weighed, with all that is shown of it.

    Attributes:
        case: The case.
        evidence: Its items, bound.
        weighed: The answer.
        course: The answer as it was known at the end of each day; may be empty.
        voices: By item, in the order of `evidence`.
    """

    case: Case
    evidence: tuple[Evidence, ...]
    weighed: Weighed
    course: tuple[Point, ...]
    voices: tuple[tuple[Voice, ...], ...]


def voices_of(desk: Desk, evidence: Iterable[Evidence]) -> tuple[tuple[Voice, ...], ...]:
    """The claims and statements behind each item, by id."""
    return tuple(tuple(_voices(desk, one)) for one in evidence)


def _voices(desk: Desk, one: Evidence) -> Sequence[Voice]:
    spoken = {claim: witness for witness in one.witnesses for claim in witness.claims}
    ids = {*spoken, *one.traces}
    found = []
    for name in sorted(ids & desk.standing.claims.keys()):
        claim, witness = desk.standing.claims[name], spoken.get(name)
        report = desk.standing.reports[claim.report]
        day = time_words(report.published, desk.zone)
        group, grade, why = ("", "", "") if witness is None else (witness.group, witness.grade, witness.why)
        found.append(
            Voice(name, report.id, claim.who, claim.stance, claim.what, report.publisher, day, report.address, group,
                  grade, why)
        )  # fmt: skip
    for name in sorted(ids & desk.standing.sightings.keys()):
        seen = desk.standing.sightings[name]
        day = time_words(seen.about if not seen.published.known else seen.published, desk.zone)
        found.append(Voice(name, "", seen.publisher, "asserts", seen.what, seen.publisher, day, seen.address))
    return found

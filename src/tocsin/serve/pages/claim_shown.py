"""A claim as the pages show it: who says what, how it stands, and where it counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from tocsin.brief.watch_inbox import main_year
from tocsin.brief.watch_words import count_words, time_words
from tocsin.serve.pages.fields import Field, fields_of_claim
from tocsin.serve.room import View
from tocsin.watch import Bounds, Claim
from tocsin.watch.ledger.incidents import Incident
from tocsin.watch.likeness import origin_of

__all__ = [
    "ClaimShown",
    "Place",
    "claim_address",
    "claim_shown",
    "incident_address",
    "incident_of",
    "places_in_ledger",
    "report_address",
    "when_words",
]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a claim stands in the ledger: a side of a question."""

    question: str
    side: str
    asked: str
    says: str


@dataclass(frozen=True, slots=True)
class ClaimShown:
    """A claim in words.

    Attributes:
        id: Of the claim.
        number: Which one of its report.
        report: Id of the report.
        status: suggested, confirmed or corrected.
        stance, topic, who, what, place: As in the claim, masked.
        when, count, notice, due: In words; "" = not said.
        grade: Letter and digit.
        digit: The digit.
        writer: coder, rules or analyst.
        origin: Its origin group; "" where nobody named it, and it may be one that is counted already.
        incident: The incident in which it counts, or None.
        sides: Where it stands in the ledger.
        no_row: Why it writes no row of the log; "" = it writes one.
        fields: What a person may change.
        published: When its report was published, in words.
    """

    id: str
    number: int
    report: str
    status: str
    stance: str
    topic: str
    who: str
    what: str
    place: str
    when: str
    count: str
    notice: str
    due: str
    grade: str
    digit: str
    writer: str
    origin: str
    incident: Incident | None
    sides: tuple[Place, ...]
    no_row: str
    fields: tuple[Field, ...]
    published: str


def report_address(report: str) -> str:
    """The address of a report's page."""
    return f"/inbox/{quote(report, safe='')}"


def claim_address(claim: str) -> str:
    """Where a claim stands on its report's page."""
    report, _, number = claim.rpartition("#")
    return f"{report_address(report)}#c{quote(number, safe='')}"


def incident_address(incident: str) -> str:
    """The address of an incident's page."""
    return f"/incidents/{quote(incident, safe='')}"


def when_words(view: View, time: Bounds) -> str:
    """A time in words, the year left out in which most of the reports were published."""
    return time_words(time, view.desk.zone, view.remember("inbox: year", lambda: main_year(view.desk)))


def incident_of(view: View) -> Mapping[str, Incident]:
    """Claim → the incident in which it counts."""
    return view.remember(
        "incidents: by claim", lambda: {name: one for one in view.desk.incidents for name in one.claims}
    )


def places_in_ledger(view: View) -> Mapping[str, tuple[Place, ...]]:
    """Claim → the sides of questions on which it stands."""
    return view.remember("ledger: places of claims", lambda: _places(view))


def _places(view: View) -> dict[str, tuple[Place, ...]]:
    found: dict[str, list[Place]] = {}
    for question in view.desk.ledger:
        for side in question.sides:
            for row in side.rows:
                if row.report:
                    found.setdefault(row.id, []).append(Place(question.id, side.id, question.title, side.title))
    return {name: tuple(places) for name, places in found.items()}


def claim_shown(view: View, claim: Claim) -> ClaimShown:
    """A standing claim in words."""
    desk = view.desk
    told = {name: when_words(view, time) if time.known else "" for name, time in
            (("when", claim.when), ("due", claim.due))}  # fmt: skip
    origin = origin_of(desk.origins, claim)
    return ClaimShown(
        claim.id,
        claim.number,
        claim.report,
        claim.status,
        claim.stance,
        claim.topic,
        claim.who,
        claim.what,
        claim.place,
        told["when"],
        count_words(claim.count, claim.unit) if claim.count.known else "",
        count_words(claim.notice_hours, "hour") if claim.notice_hours.known else "",
        told["due"],
        desk.standing.grade(claim),
        claim.digit,
        claim.writer,
        "" if origin.startswith("?") else origin,
        incident_of(view).get(claim.id),
        places_in_ledger(view).get(claim.id, ()),
        desk.written.unwritten.get(claim.id, ""),
        fields_of_claim(claim, desk.zone),
        when_words(view, desk.standing.reports[claim.report].published),
    )

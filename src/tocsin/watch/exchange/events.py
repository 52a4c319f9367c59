"""An incident as others read it: one event with bounds of time, a place as written, and what it rests on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tocsin.watch.ledger.incidents import Incident
from tocsin.watch.model import Bounds
from tocsin.watch.standing import Standing

__all__ = ["Event", "Locate", "Place", "events"]

Place = tuple[float, float, float]
"""Latitude and longitude in degrees (WGS 84), and the radius in km within which it may be."""
Locate = Callable[[str], "Place | None"]
"""Finds a place as written, or says that it does not know it."""


@dataclass(frozen=True, slots=True)
class Event:
    """One incident.

    Attributes:
        id: Id of the incident.
        title: What it is about.
        topic: One of `model.TOPICS`.
        when: The time that it may mean.
        place: As written, or "".
        claims: Ids of its claims.
        said: Each claim in one sentence, in the order of `claims`.
        grades: Letter and digit of each.
        denied: Ids of claims that deny it.
        publishers: Who published them, by name.
        independent: How many independent origins say so.
        counts: How many of what unit, for each unit.
        captured: When the last of its reports was captured, in milliseconds.
    """

    id: str
    title: str
    topic: str
    when: Bounds
    place: str
    claims: tuple[str, ...]
    said: tuple[str, ...]
    grades: tuple[str, ...]
    denied: tuple[str, ...]
    publishers: tuple[str, ...]
    independent: Bounds
    counts: tuple[tuple[str, Bounds], ...]
    captured: int


def events(incidents: Iterable[Incident], standing: Standing) -> tuple[Event, ...]:
    """Make events of incidents, by id.

    Args:
        incidents: The incidents.
        standing: What holds, masked (`shown.masked`).
    """
    return tuple(_event(one, standing) for one in sorted(incidents, key=lambda one: one.id))


def _event(one: Incident, standing: Standing) -> Event:
    claims = [standing.claims[name] for name in one.claims]
    reports = [standing.reports[claim.report] for claim in claims]
    return Event(
        one.id,
        one.title,
        one.topic,
        one.when,
        one.place,
        one.claims,
        tuple(claim.what for claim in claims),
        tuple(standing.grade(claim) for claim in claims),
        one.denied,
        tuple(sorted({report.publisher for report in reports if report.publisher})),
        one.independent,
        tuple((amount.unit, amount.count) for amount in one.counts),
        max((report.captured for report in reports), default=0),
    )

"""An incident as others read it: one event with bounds of time, a place as written, and what it rests on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tocsin.watch.ledger.incidents import Incident
from tocsin.watch.standing import Standing

__all__ = ["Event", "Locate", "Place", "events"]

Place = tuple[float, float, float]
"""Latitude and longitude in degrees (WGS 84), and the radius in km within which it may be."""
Locate = Callable[[str], "Place | None"]
"""Finds a place as written, or says that it does not know it."""


@dataclass(frozen=True, slots=True)
class Event:
    """One incident, and what others read of its claims.

    Attributes:
        incident: The incident.
        said: Each of its claims in one sentence, in their order.
        grades: Letter and digit of each.
        publishers: Who published them, by name.
        captured: When the last of its reports was captured, in milliseconds.
    """

    incident: Incident
    said: tuple[str, ...]
    grades: tuple[str, ...]
    publishers: tuple[str, ...]
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
    reports = [standing.reports[name] for name in one.reports]
    return Event(
        one,
        tuple(claim.what for claim in claims),
        tuple(standing.grade(claim) for claim in claims),
        tuple(sorted({report.publisher for report in reports if report.publisher})),
        max((report.captured for report in reports), default=0),
    )

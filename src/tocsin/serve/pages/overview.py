"""The overview: what is asked, what the answer is, what carries it, and what waits for a person."""

from __future__ import annotations

from dataclasses import dataclass
from heapq import nlargest
from urllib.parse import quote

from litestar import get
from litestar.response import Template

from tocsin.brief.watch_words import origins_words, time_words
from tocsin.serve.access import Action, may
from tocsin.serve.page import page
from tocsin.serve.room import Room, View
from tocsin.serve.weighing import Trouble, answered
from tocsin.serve.weighing.shown import shown
from tocsin.watch.model import Report

__all__ = ["HANDLERS", "WARM", "Latest", "Waiting", "latest_incidents", "latest_reports", "waiting"]

_LATEST = 6


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for a person.

    Attributes:
        claims: Claims that rules suggest and nobody has confirmed.
        claim_reports: How many reports they stand in.
        sources: Publishers of reports with the letter F: nobody has judged them in this folder.
        links: Links between reports or claims that are suggested only.
    """

    claims: int
    claim_reports: int
    sources: int
    links: int


@dataclass(frozen=True, slots=True)
class Latest:
    """A report or an incident, in one line."""

    address: str
    title: str
    when: str
    more: str


@get("/", guards=[may(Action.READ)], sync_to_thread=False)
def overview(room: Room) -> Template:
    """Show the overview."""
    view = room.view
    found = answered(view)
    return page(
        "overview.html",
        room,
        "/",
        "Overview",
        counts=view.remember("overview: counts", lambda: _counts(view)),
        waiting=view.remember("overview: waiting", lambda: waiting(view)),
        reports=view.remember("overview: reports", lambda: latest_reports(view)),
        incidents=view.remember("overview: incidents", lambda: latest_incidents(view)),
        trouble=found if isinstance(found, Trouble) else None,
        shown=shown(view),
    )


def _counts(view: View) -> tuple[tuple[str, int], ...]:
    standing = view.desk.standing
    return (
        ("reports", len(standing.reports)),
        ("claims", len(standing.claims)),
        ("origins", len(set(view.desk.origins.values()))),
        ("incidents", len(view.desk.incidents)),
        ("statements on forces", len(standing.sightings)),
    )


def waiting(view: View) -> Waiting:
    """Count what waits for a person."""
    standing = view.desk.standing
    suggested = [one.report for one in standing.claims.values() if one.status == "suggested"]
    heard = {one.publisher for one in standing.reports.values()}
    return Waiting(
        len(suggested),
        len(set(suggested)),
        sum(standing.sources[one].letter == "F" for one in heard),
        sum(one.state == "suggested" for one in standing.links),
    )


def latest_reports(view: View) -> tuple[Latest, ...]:
    """The reports that came in last, and of those that came in together the ones published last."""
    standing = view.desk.standing
    found = []
    for name in nlargest(_LATEST, standing.reports, key=lambda name: _newness(standing.reports[name])):
        report = standing.reports[name]
        title = _title(view, name)
        when = time_words(report.published, view.desk.zone)
        found.append(Latest(f"/inbox/{quote(name, safe='')}", title, when, report.publisher or "publisher not said"))
    return tuple(found)


def _newness(report: Report) -> tuple[int, int, str]:
    """When it came in; of those that came in together when it was published, those without a day last."""
    least, most = report.published.least, report.published.most
    return report.captured, least if least is not None else most if most is not None else 0, report.id


def _title(view: View, name: str) -> str:
    """A report in a line: its title, else its first claim, else that it has no words."""
    report = view.desk.reports[name]
    if report.title:
        return report.title
    claim = view.desk.standing.claims.get(f"{name}#1")
    if claim is not None and claim.what:
        return claim.what
    return report.text[:100] or f"Report {name}"


def latest_incidents(view: View) -> tuple[Latest, ...]:
    """The incidents that were first seen last."""
    found = sorted(
        view.desk.incidents, key=lambda one: (one.first_seen.least or one.first_seen.most or 0, one.id), reverse=True
    )
    return tuple(
        Latest(
            f"/incidents/{quote(one.id, safe='')}",
            one.title,
            time_words(one.when, view.desk.zone),
            f"{origins_words(one.independent)} {'origin' if one.independent.most == 1 else 'origins'}",
        )
        for one in found[:_LATEST]
    )


def _warm(view: View) -> None:
    view.remember("overview: counts", lambda: _counts(view))
    view.remember("overview: waiting", lambda: waiting(view))
    view.remember("overview: reports", lambda: latest_reports(view))
    view.remember("overview: incidents", lambda: latest_incidents(view))
    shown(view)


HANDLERS = [overview]
WARM = (_warm,)

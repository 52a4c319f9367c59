"""Incidents: what is said to have happened, one of them with its chain, and how the whole story travelled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from litestar import Request, get, post
from litestar.enums import RequestEncodingType
from litestar.exceptions import NotFoundException
from litestar.params import Body
from litestar.response import Redirect, Template

from tocsin.errors import TocsinError
from tocsin.serve.access import Action, may
from tocsin.serve.forms import NOTHING, Refused, addressed, wanted_page, words_of_form
from tocsin.serve.page import page, see
from tocsin.serve.pages.chain_shown import ChainShown, chain_shown
from tocsin.serve.pages.claim_shown import claim_address, incident_address, incident_of, report_address
from tocsin.serve.pages.deciding import decided, outcome
from tocsin.serve.pages.inbox_rows import range_of
from tocsin.serve.pages.incidents_shown import (
    Asked,
    asked_for,
    choices,
    drifts_by_claim,
    incident_shown,
    incidents_by_id,
    maybe_by_incident,
    row_of,
)
from tocsin.serve.paging import paged
from tocsin.serve.room import Room, View
from tocsin.watch import Bounds
from tocsin.watch.deciding import PAIR
from tocsin.watch.ledger import chain

__all__ = ["HANDLERS", "WARM"]

Form = Annotated[dict[str, Any], Body(media_type=RequestEncodingType.URL_ENCODED)]
Request_ = Request[Any, Any, Any]


@get("/incidents", guards=[may(Action.READ)], sync_to_thread=False)
def incidents(request: Request_, room: Room) -> Template:
    """Show the incidents that the filters of the address ask for."""
    view, words, refused = room.view, dict(request.query_params), NOTHING
    asked = Asked.of(words)
    try:
        days = range_of(view, asked.since, asked.until)
    except TocsinError as error:
        days, refused = Bounds(), Refused.of(error, asked.words(), "filters")
    return page(
        "incidents.html",
        room,
        "/incidents",
        "Incidents",
        code=422 if refused.problem else 200,
        list=paged(
            asked_for(view, asked, days), wanted_page(words), "/incidents", lambda one: row_of(view, one), asked.words()
        ),
        asked=asked,
        refused=refused,
        choices=choices(view),
        claims=len(view.desk.standing.claims),
        to_incident=incident_address,
        to_claim=claim_address,
    )


@get("/incidents/{incident:path}", guards=[may(Action.READ)], sync_to_thread=False)
def incident(request: Request_, room: Room, incident: str) -> Template:
    """Show one incident."""
    return _page(room, incident.removeprefix("/"), dict(request.query_params), NOTHING)


@post("/incidents/decide", guards=[may(Action.DECIDE)], sync_to_thread=False, status_code=200)
def decide(room: Room, data: Form) -> Template | Redirect:
    """Keep a decision, and show the incident in which its first claim now is; a refused one stands beside its form."""
    words = words_of_form(data)
    name = words.get("incident", "")
    try:
        made = decided(room, words)
    except TocsinError as error:
        return _page(room, name, words, Refused.of(error, words))
    now = incident_of(room.view).get(made.target.partition(PAIR)[0])
    here = name if now is None or name in incidents_by_id(room.view) else now.id
    return see(addressed(incident_address(here), {}, decided=made.number))


def _page(room: Room, name: str, words: Mapping[str, str], refused: Refused) -> Template:
    view, origin = room.view, words.get("origin", "")[:40]
    shown = incident_shown(view, name, wanted_page(words), origin)
    if shown is None:
        raise NotFoundException(f"found no incident {name[:80]!r}: what its claims say may stand in another one now")
    return page(
        "incident.html",
        room,
        "/incidents",
        shown.incident.title,
        code=422 if refused.problem else 200,
        shown=shown,
        way=view.remember(f"incidents: chain of {name}", lambda: _way(view, name)),
        origin=origin,
        refused=refused,
        outcome=outcome(view, words.get("decided", "")) if not refused.problem else None,
        to_incident=incident_address,
        to_claim=claim_address,
        to_report=report_address,
        addressed=addressed,
    )


def _way(view: View, name: str) -> ChainShown:
    return chain_shown(view, chain(incidents_by_id(view)[name], view.desk.standing))


@get("/story", guards=[may(Action.READ)], sync_to_thread=False)
def story(room: Room) -> Template:
    """Show how the whole story travelled: all that people in public and media told of those called."""
    return page(
        "story.html",
        room,
        "/incidents",
        "How the story travelled",
        way=story_of(room.view),
        to_claim=claim_address,
        to_report=report_address,
    )


def story_of(view: View) -> ChainShown:
    """The chain of the whole story, drawn."""
    return view.remember("incidents: story", lambda: chain_shown(view, chain(None, view.desk.standing)))


HANDLERS = [incidents, incident, decide, story]
WARM = (incidents_by_id, incident_of, maybe_by_incident, drifts_by_claim, choices, story_of)

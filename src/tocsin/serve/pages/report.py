"""One report: its text with what was found in it, and every decision that can be made about it."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Request, get, post
from litestar.enums import RequestEncodingType
from litestar.exceptions import NotFoundException, PermissionDeniedException
from litestar.params import Body
from litestar.response import Redirect, Template

from tocsin.errors import TocsinError
from tocsin.serve.access import Action, allowed, may, role_of
from tocsin.serve.forms import NOTHING, Refused, addressed, wanted_page, words_of_form
from tocsin.serve.page import page, see
from tocsin.serve.pages.claim_shown import (
    claim_address,
    incident_address,
    incident_of,
    places_in_ledger,
    report_address,
)
from tocsin.serve.pages.deciding import decided, outcome, sides_of
from tocsin.serve.pages.history_shown import decisions_by_target
from tocsin.serve.pages.report_shown import report_shown, ties_of
from tocsin.serve.room import Room
from tocsin.watch.model import DIGITS, LETTERS, LINK_KINDS, OWNERS
from tocsin.watch.said import SCOPES

__all__ = ["HANDLERS", "WARM"]

KIND_WORDS = {
    "place": "place",
    "date": "date or time",
    "notice": "notice",
    "number": "number",
    "topic": "topic",
    "person": "person",
    "contact": "contact",
}
"""Kinds of findings as the legend calls them."""
Form = Annotated[dict[str, Any], Body(media_type=RequestEncodingType.URL_ENCODED)]
Asked = Request[Any, Any, Any]


@get("/inbox/{report:path}", guards=[may(Action.READ)], sync_to_thread=False)
def report(request: Asked, room: Room, report: str) -> Template:
    """Show one report."""
    return _page(room, report.removeprefix("/"), dict(request.query_params), NOTHING)


@post("/inbox/decide", guards=[may(Action.DECIDE)], sync_to_thread=False, status_code=200)
def decide(request: Asked, room: Room, data: Form) -> Template | Redirect:
    """Keep a decision, and show the report again; a refused one stands beside its form."""
    words = words_of_form(data)
    name = words.get("report", "")
    if words.get("act") == "unmask" and not allowed(role_of(request), Action.UNMASK):
        raise PermissionDeniedException("the role may not unmask")
    try:
        made = decided(room, words)
    except TocsinError as error:
        return _page(room, name, words, Refused.of(error, words))
    back = {"page": words.get("page", "")} if wanted_page(words) > 1 else {}
    return see(addressed(report_address(name), back, decided=made.number))


def _page(room: Room, name: str, words: dict[str, str], refused: Refused) -> Template:
    view, number = room.view, wanted_page(words)
    shown = report_shown(view, name, number)
    if shown is None:
        raise NotFoundException(f"found no report {name[:80]!r}")
    return page(
        "report.html",
        room,
        "/inbox",
        shown.name,
        code=422 if refused.problem else 200,
        shown=shown,
        outcome=outcome(view, words.get("decided", "")) if not refused.problem else None,
        came=words.get("came", ""),
        refused=refused,
        parts=(shown.part, shown.claims, shown.ties, shown.decisions),
        number=number,
        kind_words=KIND_WORDS,
        letters=LETTERS,
        digits=DIGITS,
        owners=OWNERS,
        scopes=SCOPES,
        link_kinds=LINK_KINDS,
        sides=sides_of(view),
        to_report=report_address,
        to_claim=claim_address,
        to_incident=incident_address,
    )


HANDLERS = [report, decide]
WARM = (incident_of, places_in_ledger, ties_of, decisions_by_target, lambda view: view.desk.written)

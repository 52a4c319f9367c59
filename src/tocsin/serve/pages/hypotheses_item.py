"""One item of evidence: what it does, who says so, and its words, which can be tried and changed."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any
from urllib.parse import quote

from litestar import get, post
from litestar.enums import RequestEncodingType
from litestar.exceptions import NotFoundException
from litestar.params import Body
from litestar.response import Redirect, Template

from tocsin.assess.model import Evidence
from tocsin.errors import CaseError, TocsinError
from tocsin.serve.access import Action, may
from tocsin.serve.forms import NOTHING, Refused, words_of_form
from tocsin.serve.page import page, piece, see
from tocsin.serve.room import Room
from tocsin.serve.weighing import Answered, answered
from tocsin.serve.weighing.answered import weighed_again
from tocsin.serve.weighing.changing import NUMBERS, differing, judged, with_item
from tocsin.serve.weighing.keeping import changes_of, judge_item, take_away
from tocsin.serve.weighing.rows import Change, changes
from tocsin.serve.weighing.trace import item_shown
from tocsin.serve.weighing.words import CHOICES, stated

__all__ = ["HANDLERS", "WARM"]

_Form = Annotated[dict[str, Any], Body(media_type=RequestEncodingType.URL_ENCODED)]


@get("/hypotheses/item/{name:str}", guards=[may(Action.READ)], sync_to_thread=False)
def item(room: Room, name: str, done: str = "") -> Template | Redirect:
    """Show one item."""
    found = answered(room.view)
    if not isinstance(found, Answered):
        return see("/hypotheses")
    return _page(room, found, _bound(found, name), NOTHING, done)


@post("/hypotheses/item/{name:str}/try", guards=[may(Action.JUDGE)], sync_to_thread=False, status_code=200)
def tried(room: Room, name: str, data: _Form, headers: dict[str, str]) -> Template | Redirect:
    """Show what the answer would be with other words; nothing is written."""
    view = room.view
    found = answered(view)
    if not isinstance(found, Answered):
        return see("/hypotheses")
    bound = _bound(found, name)
    rows: tuple[Change, ...] = ()
    problem = ""
    try:
        after = judged(words_of_form(data), found.case.hypotheses)
        if differing(bound.item.likelihood, after):
            case = with_item(found.case, replace(bound.item, likelihood=after))
            rows = changes(found.weighed.answer, weighed_again(view, case).weighed.answer)
    except TocsinError as error:
        problem = str(error)
    if "hx-request" in headers:
        return piece("weighing_preview.html", rows=rows, problem=problem)
    back = f"/hypotheses/item/{quote(name, safe='')}"
    return page("hypotheses_tried.html", room, "/hypotheses", "Tried", rows=rows, problem=problem, back=back, name=name)


@post("/hypotheses/item/{name:str}", guards=[may(Action.JUDGE)], sync_to_thread=False)
def save(room: Room, name: str, data: _Form) -> Template | Redirect:
    """Write changed words into the case, with the reason into its history."""
    found = answered(room.view)
    if not isinstance(found, Answered):
        return see("/hypotheses")
    bound, words = _bound(found, name), words_of_form(data)
    try:
        after = judged(words, found.case.hypotheses)
        if not differing(bound.item.likelihood, after):
            raise CaseError("found the words that the item has already; expected another one")
        judge_item(room, found, bound.item, after, words.get("reason", ""))
    except TocsinError as error:
        return _page(room, found, bound, Refused.of(error, words, "judge"))
    return see(f"/hypotheses/item/{quote(name, safe='')}?done=saved")


@post("/hypotheses/item/{name:str}/remove", guards=[may(Action.JUDGE)], sync_to_thread=False)
def remove(room: Room, name: str, data: _Form) -> Template | Redirect:
    """Take a claim away from an item."""
    found = answered(room.view)
    if not isinstance(found, Answered):
        return see("/hypotheses")
    bound, words = _bound(found, name), words_of_form(data)
    try:
        take_away(room, found, bound.item, words.get("claim", ""), words.get("reason", ""))
    except TocsinError as error:
        return _page(room, found, bound, Refused.of(error, words, "remove"))
    return see(f"/hypotheses/item/{quote(name, safe='')}?done=removed")


_DONE = {
    "saved": "Saved in the case, with its reason.",
    "removed": "The claim no longer speaks for this item.",
    "used": "The claim now speaks for this item.",
}


def _bound(found: Answered, name: str) -> Evidence:
    bound = found.item(name)
    if bound is None:
        raise NotFoundException(f"The case has no item {name[:60]!r}.")
    return bound


def _page(room: Room, found: Answered, bound: Evidence, form: Refused, done: str = "") -> Template:
    view = room.view
    history = changes_of(room, found, bound.item.id)
    shown = view.remember(f"hypotheses: item {bound.item.id}", lambda: item_shown(view, found, bound))
    return page(
        "hypotheses_item.html",
        room,
        "/hypotheses",
        stated(bound.item),
        code=422 if form.problem else 200,
        item=shown,
        choices=(*CHOICES, (NUMBERS, "a range in numbers …")),
        form=form,
        history=history,
        changed=history[0] if history and done in _DONE else None,
        done=_DONE.get(done, ""),
    )


HANDLERS = [item, tried, save, remove]
WARM = ()

"""Hypotheses: the answer with all that it rests on, dated judgments, and how to begin without a case."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body
from litestar.response import Redirect, Template

from tocsin.errors import TocsinError
from tocsin.serve.access import Action, may
from tocsin.serve.forms import NOTHING, Refused, words_of_form
from tocsin.serve.page import page, see
from tocsin.serve.room import Room, View
from tocsin.serve.weighing import Answered, Trouble, answered
from tocsin.serve.weighing.keeping import begin_with, judgments, record, settle
from tocsin.serve.weighing.shown import shown

__all__ = ["HANDLERS", "WARM"]

_Form = Annotated[dict[str, Any], Body(media_type=RequestEncodingType.URL_ENCODED)]
_DONE = {
    "begun": "The bundled case was copied into this folder as case.toml. Change it to your own.",
    "recorded": "Today's answer was recorded.",
    "settled": "The outcome was recorded, and all judgments before it are scored.",
}


@get("/hypotheses", guards=[may(Action.READ)], sync_to_thread=False)
def hypotheses(room: Room, done: str = "") -> Template:
    """Show the answer and all that it rests on."""
    return _page(room, NOTHING, _DONE.get(done, ""))


@post("/hypotheses/begin", guards=[may(Action.JUDGE)], sync_to_thread=False)
def begin(room: Room) -> Redirect:
    """Copy the bundled case into the folder."""
    begin_with(room)
    return see("/hypotheses?done=begun")


@post("/hypotheses/judgment", guards=[may(Action.JUDGE)], sync_to_thread=False)
def judgment(room: Room, data: _Form) -> Template | Redirect:
    """Record the answer of today."""
    words, found = words_of_form(data), answered(room.view)
    if not isinstance(found, Answered):
        return see("/hypotheses")
    try:
        record(room, found, words.get("reason", ""))
    except TocsinError as error:
        return _page(room, Refused.of(error, words, "judgment"))
    return see("/hypotheses?done=recorded#judgments")


@post("/hypotheses/outcome", guards=[may(Action.JUDGE)], sync_to_thread=False)
def outcome(room: Room, data: _Form) -> Template | Redirect:
    """Record what it turned out to be."""
    words = words_of_form(data)
    try:
        settle(room, words.get("outcome", ""), words.get("reason", ""))
    except TocsinError as error:
        return _page(room, Refused.of(error, words, "outcome"))
    return see("/hypotheses?done=settled#judgments")


def _page(room: Room, form: Refused, done: str = "") -> Template:
    view = room.view
    found = answered(view)
    return page(
        "hypotheses.html",
        room,
        "/hypotheses",
        "Hypotheses",
        code=422 if form.problem else 200,
        shown=shown(view),
        trouble=found if isinstance(found, Trouble) else None,
        judgments=judgments(room, found) if isinstance(found, Answered) else None,
        form=form,
        done=done,
    )


def _warm(view: View) -> None:
    shown(view)


HANDLERS = [hypotheses, begin, judgment, outcome]
WARM = (_warm,)

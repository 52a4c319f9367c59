"""The ledger of claims: questions with their sides beside one another, one question, one claim, and all claims."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from litestar import Request, get
from litestar.exceptions import NotFoundException
from litestar.response import Template

from tocsin.law import bundled_packs
from tocsin.serve.access import Action, may
from tocsin.serve.page import page
from tocsin.serve.pages.claim_one import one_shown
from tocsin.serve.pages.claims_listed import FILTERS, listed, offered
from tocsin.serve.pages.claims_shown import (
    QuestionShown,
    claim_shown,
    numbers_told,
    origin_groups,
    origin_shown,
    question_shown,
)
from tocsin.serve.pages.question_shown import changed, found_by_law, opposing, singles
from tocsin.serve.paging import paged
from tocsin.serve.room import Room, View

__all__ = ["HANDLERS", "LATER", "WARM"]

FEW = 6
"""Origins of a side that the page of its question shows; all of them stand on a page of the side."""
LAW = "by"
"""The pack whose words stand on the page of a question unless another is asked for."""
Asked = Request[Any, Any, Any]


@get("/claims", guards=[may(Action.READ)], sync_to_thread=False)
def claims(room: Room) -> Template:
    """Show all questions, each with its sides beside one another."""
    view = room.view
    counts = {"claims": len(view.desk.standing.claims), "questions": len(view.desk.ledger)}
    return page("claims.html", room, "/claims", "Claims", questions=_questions(view), counts=counts)


@get("/claims/all", guards=[may(Action.READ)], sync_to_thread=False)
def every(request: Asked, room: Room) -> Template:
    """Show all claims as a table, filtered."""
    view, query = room.view, request.query_params
    asked = {name: str(query.get(name, "")) for name in FILTERS}
    number = _number(query.get("page", "1"))
    rows = paged(listed(view, asked), number, "/claims/all", lambda it: claim_shown(view, it), asked)
    return page("claims_all.html", room, "/claims", "All claims", rows=rows, asked=asked, offered=offered(view))


@get("/claims/question/{question:str}", guards=[may(Action.READ)], sync_to_thread=False)
def question(request: Asked, room: Room, question: str) -> Template:
    """Show one question: each side by origin, what contradicts what, what was changed, and what the law says."""
    view, query = room.view, request.query_params
    found = next((one for one in view.desk.ledger if one.id == question), None)
    if found is None:
        raise NotFoundException(f"There is no question {question!r} in the ledger.")
    chosen = next((one for one in found.sides if one.id == query.get("side", "")), None)
    here = f"/claims/question/{found.id}"
    shown = {one.id: one for one in question_shown(view, found).sides}
    sides = []
    for side in found.sides if chosen is None else (chosen,):
        words = {} if chosen is None else {"side": side.id}
        number = 1 if chosen is None else _number(query.get("page", "1"))
        size = FEW if chosen is None else 50
        groups = paged(origin_groups(side), number, here, lambda it: origin_shown(view, it), words, size)
        sides.append((shown[side.id], groups))
    packs, law, alone = _packs(), str(query.get("law", "")) or LAW, chosen is not None
    # A pack of the house only: a word of the address is never the path of a file.
    refused = "" if law in packs else f"Found {law[:20]!r}; expected a pack of law of {', '.join(packs)}."
    findings = found_by_law(view, found, law) if not alone and not refused else ()
    return page(
        "claims_question.html", room, "/claims", found.title, question=found, sides=sides, chosen=chosen,
        opposing=() if alone else opposing(view, found), singles=() if alone else singles(view, found),
        numbers=() if alone else numbers_told(found), drift=() if alone else changed(view, found),
        findings=findings, law=law, packs=packs, refused=refused, here_address=here,
    )  # fmt: skip


@get("/claims/{claim:path}", guards=[may(Action.READ)], sync_to_thread=False)
def one(room: Room, claim: str) -> Template:
    """Show one claim with all that is known of it."""
    view, name = room.view, claim.removeprefix("/")
    if name not in view.desk.standing.claims_in:
        raise NotFoundException(f"There is no claim {name!r}.")
    return page("claims_one.html", room, "/claims", f"Claim {name}", one=one_shown(view, name))


def _questions(view: View) -> tuple[QuestionShown, ...]:
    return view.remember("claims: questions", lambda: tuple(question_shown(view, one) for one in view.desk.ledger))


def _later(view: View) -> Iterator[None]:
    """What the page of a question and of a claim work out at their first asking."""
    for question in view.desk.ledger:
        changed(view, question)
        yield
        found_by_law(view, question, LAW)
        yield
        opposing(view, question)
        yield
    for name in sorted(view.desk.standing.claims)[:1]:
        one_shown(view, name)  # its tables of all claims stay
        yield


def _packs() -> list[str]:
    return sorted(bundled_packs())


def _number(words: str) -> int:
    return int(words) if words.isascii() and words.isdigit() and len(words) < 9 else 1


HANDLERS = [claims, every, question, one]
WARM = (_questions,)
LATER = (_later,)

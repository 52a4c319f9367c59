"""Use a claim as evidence: let it speak for an item of the case, or make a new item of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, Final
from urllib.parse import quote

from litestar import get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body
from litestar.response import Redirect, Template

from tocsin.assess.model import Case, Item, Range
from tocsin.errors import CaseError, TocsinError
from tocsin.serve.access import Action, may
from tocsin.serve.forms import NOTHING, Refused, words_of_form
from tocsin.serve.page import page, piece, see
from tocsin.serve.room import Room, View
from tocsin.serve.weighing import Answered, answered
from tocsin.serve.weighing.answered import weighed_again
from tocsin.serve.weighing.changing import NUMBERS, judged, with_item
from tocsin.serve.weighing.keeping import add_item, use_claim
from tocsin.serve.weighing.rows import Change, changes
from tocsin.serve.weighing.trace import ClaimRow, claim_row
from tocsin.serve.weighing.words import CHOICES
from tocsin.watch.likeness import origin_of

__all__ = ["HANDLERS", "WARM", "Using", "short_name", "using"]

_Form = Annotated[dict[str, Any], Body(media_type=RequestEncodingType.URL_ENCODED)]
_TAKING: Final = ("event", "statement", "law")
"""Sorts of items that claims speak for."""
_SORTS: Final = (
    ("event", "Something happened, as is reported"),
    ("statement", "Somebody said something; a denial too"),
)
_MOST_NAME: Final = 40
_MOST_LISTED: Final = 30


@dataclass(frozen=True, slots=True)
class Using:
    """What the page shows of a claim.

    Attributes:
        claim: It, or None: none was named.
        problem: Why it cannot be used, or "".
        origin: Its origin group.
        items: Items that it may speak for: id, statement, and what to mind about it ("" = nothing).
        named: Items that rest on it already.
        recent: Claims that stand and were confirmed at the desk, where none was named.
    """

    claim: ClaimRow | None
    problem: str = ""
    origin: str = ""
    items: tuple[tuple[str, str, str], ...] = ()
    named: tuple[tuple[str, str], ...] = ()
    recent: tuple[ClaimRow, ...] = ()


@get("/hypotheses/use", guards=[may(Action.READ)], sync_to_thread=False)
def use(room: Room, claim: str = "") -> Template | Redirect:
    """Show a claim and what it may speak for."""
    found = answered(room.view)
    return _page(room, found, claim.strip(), NOTHING) if isinstance(found, Answered) else see("/hypotheses")


@post("/hypotheses/use/try", guards=[may(Action.JUDGE)], sync_to_thread=False, status_code=200)
def tried(room: Room, data: _Form) -> Template | Redirect:
    """Show what the answer would be; nothing is written."""
    view, words = room.view, words_of_form(data)
    found = answered(view)
    if not isinstance(found, Answered):
        return see("/hypotheses")
    rows: tuple[Change, ...] = ()
    problem = ""
    try:
        case = with_item(found.case, _tried(found.case, words))
        rows = changes(found.weighed.answer, weighed_again(view, case).weighed.answer)
    except TocsinError as error:
        problem = str(error)
    return piece("weighing_preview.html", rows=rows, problem=problem)


@post("/hypotheses/use", guards=[may(Action.JUDGE)], sync_to_thread=False)
def save(room: Room, data: _Form) -> Template | Redirect:
    """Write the claim into the case: into an item, or as a new one."""
    view, words = room.view, words_of_form(data)
    found = answered(view)
    if not isinstance(found, Answered):
        return see("/hypotheses")
    claim = words.get("claim", "")
    try:
        shown = using(view, found, claim)
        if shown.problem or shown.claim is None:
            raise CaseError(shown.problem or "found no claim; expected one")
        if words.get("way") == "new":
            item = _new(found.case, words)
            add_item(room, found, item, words.get("why", ""))
            name = str(item["id"])
        else:
            name = words.get("item", "")
            use_claim(room, found, name, claim, words.get("reason", ""))
    except TocsinError as error:
        return _page(room, found, claim, Refused.of(error, words, words.get("way", "")))
    return see(f"/hypotheses/item/{quote(name, safe='')}?done=used")


def using(view: View, found: Answered, claim: str) -> Using:
    """What the page shows of a claim by id."""
    standing = view.desk.standing
    if not claim:
        ids = [one.target for one in reversed(standing.decisions) if one.act in ("confirm", "edit")]
        recent = [standing.claims[one] for one in dict.fromkeys(ids) if one in standing.claims][:_MOST_LISTED]
        return Using(None, recent=tuple(claim_row(view, one) for one in recent))
    one = standing.claims.get(claim)
    if one is None:
        gone = claim in standing.claims_in
        told = "it was retracted or rejected" if gone else "no claim that stands has this id"
        return Using(None, f"The claim {claim[:60]} cannot be used: {told}.")
    row, origin = claim_row(view, one), origin_of(view.desk.origins, one)
    if one.status == "suggested":
        return Using(row, "Rules suggest this claim, and nobody has confirmed it yet. Confirm it first.", origin)
    takes = [bound for bound in found.evidence if bound.item.sort in _TAKING]
    rests = {bound.item.id for bound in takes if any(claim in each.claims for each in bound.witnesses)}
    speaks = {bound.item.id for bound in takes if any(each.group == origin for each in bound.witnesses)}
    items = tuple(
        (
            bound.item.id,
            bound.item.says,
            "its origin speaks for it already: counts once" if bound.item.id in speaks else "",
        )
        for bound in takes
        if bound.item.id not in rests and claim not in bound.item.claims
    )
    named = tuple(
        (bound.item.id, bound.item.says) for bound in takes if bound.item.id in rests or claim in bound.item.claims
    )
    return Using(row, "", origin, items, named)


def short_name(says: str, taken: set[str]) -> str:
    """An id for a statement: its words in small letters, with a number where another item has it."""
    words = re.sub(r"[^a-z0-9]+", "-", says.lower()).strip("-")[:_MOST_NAME].strip("-") or "item"
    name = words if words[0].isalpha() else f"item-{words}"
    number = 2
    while name in taken:
        name, number = f"{words}-{number}", number + 1
    return name


def _new(case: Case, words: Mapping[str, str]) -> dict[str, Any]:
    """A new item as the case's format has it."""
    likelihood = {name: one.word or [one.low, one.high] for name, one in judged(words, case.hypotheses).items()}
    says, sort = words.get("says", "").strip(), words.get("sort", "")
    if not says:
        raise CaseError("found no statement; expected one sentence", place="Statement")
    if not words.get("why", "").strip():
        raise CaseError("found no reason; expected why the words are so", place="Why")
    if sort not in dict(_SORTS):
        raise CaseError(f"found the sort {sort[:20]!r}; expected event or statement", place="Sort")
    name = short_name(says, {one.id for one in case.items})
    return {
        "id": name,
        "says": says,
        "sort": sort,
        "claims": [words.get("claim", "")],
        "likelihood": likelihood,
        "why": words["why"].strip(),
    }


def _tried(case: Case, words: Mapping[str, str]) -> Item:
    """The item as it would be: an old one with one more claim, or a new one."""
    claim = words.get("claim", "")
    if words.get("way") == "new":
        likelihood: dict[str, Range] = judged(words, case.hypotheses)
        sort = words.get("sort", "event")
        return Item("new", words.get("says", ""), sort if sort in dict(_SORTS) else "event", likelihood, "", (claim,))
    item = next((one for one in case.items if one.id == words.get("item", "")), None)
    if item is None:
        raise CaseError("found no item of that name; expected one of the case")
    return replace(item, claims=(*item.claims, claim))


def _page(room: Room, found: Answered, claim: str, form: Refused) -> Template:
    return page(
        "hypotheses_use.html",
        room,
        "/hypotheses",
        "Use a claim as evidence",
        code=422 if form.problem else 200,
        using=using(room.view, found, claim),
        hypotheses=found.case.hypotheses,
        choices=(*CHOICES, (NUMBERS, "a range in numbers …")),
        sorts=_SORTS,
        form=form,
        asked=claim,
    )


HANDLERS = [use, tried, save]
WARM = ()

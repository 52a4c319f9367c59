"""The inbox: what came in, newest first, and the way in for what is pasted.

Filters stand in the address, so that a list can be kept and sent. Words that are searched for do not: they may name
somebody, and addresses are kept by browsers. They come with the form (POST), and its answer is the list itself; as soon
as the field is empty, the browser is sent to the address of the filters.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from litestar import Request, get, post
from litestar.datastructures import UploadFile
from litestar.enums import RequestEncodingType
from litestar.params import Body
from litestar.response import Redirect, Template

from tocsin.errors import TocsinError, UsageError
from tocsin.serve.access import Action, may
from tocsin.serve.forms import NOTHING, Refused, addressed, wanted_page, words_of_form
from tocsin.serve.page import page, see
from tocsin.serve.pages.claim_shown import report_address
from tocsin.serve.pages.inbox_rows import Filters, choices, found_in, index_of, range_of, row_of, words_of
from tocsin.serve.paging import paged
from tocsin.serve.room import Room
from tocsin.watch import Bounds
from tocsin.watch.desk import machine_reading
from tocsin.watch.intake import KINDS, Limits, Pasted, Summary
from tocsin.watch.model import LEVELS, OWNERS

__all__ = ["HANDLERS", "WARM"]

SIZE = 50
"""Reports a page."""
_MOST_PROBLEMS = 50
Form = Annotated[dict[str, Any], Body(media_type=RequestEncodingType.URL_ENCODED)]
Parts = Annotated[dict[str, Any], Body(media_type=RequestEncodingType.MULTI_PART)]
Asked = Request[Any, Any, Any]


@get("/inbox", guards=[may(Action.READ)], sync_to_thread=False)
def inbox(request: Asked, room: Room) -> Template:
    """Show the reports that the filters of the address ask for."""
    return _list(room, dict(request.query_params), "")


@post("/inbox", guards=[may(Action.READ)], sync_to_thread=False, status_code=200)
def search(room: Room, data: Form) -> Template | Redirect:
    """Show the reports in which words stand; without words, send the browser to the address of the filters."""
    words = words_of_form(data)
    told = words.get("search", "").strip()[:200]
    if not told:
        return see(addressed("/inbox", Filters.of(words).words()))
    return _list(room, words, told)


def _list(room: Room, words: Mapping[str, Any], told: str) -> Template:
    view, asked, refused = room.view, Filters.of(words), NOTHING
    try:
        days = range_of(view, asked.since, asked.until)
    except TocsinError as error:
        days, refused = Bounds(), Refused.of(error, asked.words(), "filters")
    found = found_in(view, asked, days, told)
    return page(
        "inbox.html",
        room,
        "/inbox",
        "Inbox",
        code=422 if refused.problem else 200,
        list=paged(found, wanted_page(words), "/inbox", lambda one: row_of(view, one), asked.words(), SIZE),
        asked=asked,
        search=told,
        choices=choices(view),
        index=index_of(view),
        to_report=report_address,
        refused=refused,
    )


@get("/inbox/add", guards=[may(Action.ADD)], sync_to_thread=False)
def adding(room: Room) -> Template:
    """Show the form for what is pasted."""
    return _form(room, NOTHING, None)


@post(
    "/inbox/add", guards=[may(Action.ADD)], sync_to_thread=False, status_code=200,
    request_max_body_size=Limits().bytes_per_file + 1_000_000,
)  # fmt: skip
def add(room: Room, data: Parts) -> Template | Redirect:
    """Take in what was pasted or chosen; a single new report is shown at once."""
    words, file = words_of_form(data), data.get("file")
    try:
        came = _taken(room, words, file if isinstance(file, UploadFile) and file.filename else None)
    except TocsinError as error:
        return _form(room, Refused.of(error, words, "add"), None)
    ids = (*came.new, *came.known)
    if len(ids) == 1 and not came.problems and not came.remarks:
        return see(addressed(report_address(ids[0]), {"came": "new" if came.new else "known"}))
    return _form(room, Refused("add", words=words) if came.problems else NOTHING, came)


def _taken(room: Room, words: Mapping[str, str], file: UploadFile | None) -> Summary:
    """Take in a file, or else the words.

    Raises:
        TocsinError: There is neither; owner, level or kind is none; nothing of it can be taken in.
    """
    text = words.get("text", "")
    if file is None and not text.strip():
        raise UsageError("found no words and no file; expected a post, or a file to take in", place="text")
    if file is not None and text.strip():
        raise UsageError("found words and a file; expected one of them", place="text")
    owner, level, kind = (words.get(name) or "" for name in ("owner", "level", "kind"))
    for name, said, known in (("owner", owner, OWNERS), ("level", level, LEVELS), ("kind", kind, ("", *KINDS))):
        if said not in known:
            raise UsageError(f"found {said[:60]!r}; expected one of {', '.join(filter(None, known))}", place=name)
    source = Pasted(text.encode("utf-8", "surrogatepass")) if file is None else Pasted(file.file.read(), file.filename)
    with room.changing() as desk:
        reading = machine_reading(
            room.clock(), source="", kept=desk.store.kept("zone"), zone="", owner=owner, level=level,
            publisher=words.get("publisher", "").strip(), published=words.get("published", "").strip(),
        )  # fmt: skip
        return desk.take(source, reading, kind=(kind or ("text" if file is None else None)))


def _form(room: Room, refused: Refused, came: Summary | None) -> Template:
    view = room.view
    return page(
        "inbox-add.html",
        room,
        "/inbox",
        "Take in a post",
        code=422 if refused.problem or (came is not None and came.problems) else 200,
        refused=refused,
        levels=LEVELS,
        owners=OWNERS,
        kinds=KINDS,
        zone=str(view.desk.zone),
        came=came,
        problems=() if came is None else came.problems[:_MOST_PROBLEMS],
        most=SIZE,
        to_report=report_address,
    )


HANDLERS = [inbox, search, adding, add]
WARM = (index_of, words_of, choices)

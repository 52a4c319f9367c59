"""The footprint: what force stands where, as intervals that widen with age, and each statement that it rests on."""

from __future__ import annotations

from typing import Any

from litestar import Request, get
from litestar.exceptions import NotFoundException
from litestar.response import Template

from tocsin.errors import WatchError
from tocsin.serve.access import Action, may
from tocsin.serve.page import page
from tocsin.serve.pages.footprint_shown import courses, known_row, last_day, owners, row_shown, shown_footprint
from tocsin.serve.room import Room
from tocsin.watch.listed import footprint_at

__all__ = ["HANDLERS", "WARM"]

Asked = Request[Any, Any, Any]


@get("/footprint", guards=[may(Action.READ)], sync_to_thread=False)
def footprint(request: Asked, room: Room) -> Template:
    """Show the footprint at a day; what the address asks and cannot be is told beside the form."""
    view, query = room.view, request.query_params
    last = last_day(view)
    asked = {name: str(query.get(name, "")).strip()[:60] for name in ("at", "owner", "like")}
    day, refused, code = asked["at"] or last, "", 200
    try:
        found, alike = footprint_at(view.desk, day, asked["owner"], asked["like"], room.clock())
    except WatchError as error:
        refused, code = str(error), 422
        found, alike = footprint_at(view.desk, last, "", "", room.clock())
    return page(
        "footprint.html", room, "/footprint", "Footprint", code=code, asked=asked | {"at": day}, refused=refused,
        last=last, owners=owners(view), it=shown_footprint(view, found, alike), empty=not last,
    )  # fmt: skip


@get("/footprint/{row:path}", guards=[may(Action.READ)], sync_to_thread=False)
def one(room: Room, row: str) -> Template:
    """Show one statement on forces."""
    view, name = room.view, row.removeprefix("/")
    found = known_row(view, name)
    if found is None:
        raise NotFoundException(f"There is no statement on forces {name!r} that stands.")
    return page("footprint_one.html", room, "/footprint", f"Statement {name}", it=row_shown(view, found))


HANDLERS = [footprint, one]
WARM = (courses,)

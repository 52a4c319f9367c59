"""The overview: what is asked, what came in, what it says."""

from __future__ import annotations

from litestar import get
from litestar.response import Template

from tocsin.serve.access import Action, may
from tocsin.serve.page import page
from tocsin.serve.room import Room, View

__all__ = ["HANDLERS", "WARM"]


@get("/", guards=[may(Action.READ)], sync_to_thread=False)
def overview(room: Room) -> Template:
    """Show the overview."""
    view = room.view
    counts = view.remember("overview: counts", lambda: _counts(view))
    return page("overview.html", room, "/", "Overview", counts=counts)


def _counts(view: View) -> dict[str, int]:
    standing = view.desk.standing
    return {"reports": len(standing.reports), "claims": len(standing.claims), "incidents": len(view.desk.incidents)}


HANDLERS = [overview]
WARM = (_counts,)

"""How a page is made: the template with what every page shows, and the way back after a form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from litestar.response import Redirect, Template

from tocsin.serve.room import Room

__all__ = ["NAVIGATION", "Entry", "page", "piece", "see"]


@dataclass(frozen=True, slots=True)
class Entry:
    """A place of the desk: its address, its name, and the drawing beside it."""

    address: str
    name: str
    icon: str


NAVIGATION: Final = (
    Entry("/", "Overview", "overview"),
    Entry("/inbox", "Inbox", "inbox"),
    Entry("/incidents", "Incidents", "incidents"),
    Entry("/claims", "Claims", "claims"),
    Entry("/map", "Map", "map"),
    Entry("/footprint", "Footprint", "footprint"),
    Entry("/hypotheses", "Hypotheses", "hypotheses"),
)
"""In the order in which a post becomes an answer."""


def page(template: str, room: Room, here: str, title: str, *, code: int = 200, **shown: Any) -> Template:
    """A whole page.

    Args:
        template: File of `serve/templates` that extends base.html.
        room: The room; nothing of it changes while the page is made.
        here: Address of the entry of `NAVIGATION` under which it stands.
        title: Title of the page.
        code: Status of the answer; 422 where a form is shown again with what is wrong in it.
        shown: What the template shows.
    """
    context = {"navigation": NAVIGATION, "here": here, "title": title, **shown}
    return Template(template, context=context, status_code=code)


def piece(template: str, **shown: Any) -> Template:
    """A piece of a page, as htmx puts it in."""
    return Template(template, context=shown)


def see(address: str) -> Redirect:
    """Send the browser to a page after a form was taken (303 See Other)."""
    return Redirect(address, status_code=303)

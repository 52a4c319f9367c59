"""The pages, a module each: handlers, the words that they show, and what they want worked out beforehand.

For: `app.make_app`, which joins them.
Takes: the room (`room.view`), and words of the address or of a form.
Gives: templates of `serve/templates`, whole pages or the pieces that htmx puts in.
Never: decides anything that a room below should, or lets words of a report through unescaped.
Start reading at: overview.py.
"""

from tocsin.serve.pages import (
    claims,
    footprint,
    hypotheses,
    hypotheses_item,
    hypotheses_use,
    inbox,
    incidents,
    map,
    overview,
    report,
)

__all__ = ["HANDLERS", "WARM"]

_PAGES = (overview, inbox, report, incidents, claims, map, footprint, hypotheses, hypotheses_item, hypotheses_use)
HANDLERS = [handler for one in _PAGES for handler in one.HANDLERS]
WARM = tuple(warm for one in _PAGES for warm in one.WARM)

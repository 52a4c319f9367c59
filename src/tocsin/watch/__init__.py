"""What others say happened: reports captured, grouped, traced, put to the law and counted as bounds.

For: analysts, journalists, ombudsmen and rights monitors who watch a call-up from outside.
Takes: feeds, pages, Telegram exports, pasted text, coded reports, dated statements on forces.
Gives: an inbox, incidents with their chain, a ledger of claims, a footprint, and reported rows of the log.
Never: sends anything anywhere, counts a copy twice, deletes, or shows a private person unmasked without a reason.
Start reading at: model.py, then store.py and standing.py.
"""

from tocsin.watch.model import Bounds, Capture, Claim, Decision, Link, Report, Sighting, Source, Span, Suggestion
from tocsin.watch.standing import Standing, standing
from tocsin.watch.store import Added, Store

__all__ = [
    "Added",
    "Bounds",
    "Capture",
    "Claim",
    "Decision",
    "Link",
    "Report",
    "Sighting",
    "Source",
    "Span",
    "Standing",
    "Store",
    "Suggestion",
    "standing",
]

"""Every page: a new module of pages adds its name here, in the order of the navigation."""

from __future__ import annotations

from typing import Final

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

__all__ = ["HANDLERS", "LATER", "WARM"]

_PAGES: Final = (
    overview, inbox, report, incidents, claims, map, footprint, hypotheses, hypotheses_item, hypotheses_use,
)  # fmt: skip
HANDLERS: Final = [handler for one in _PAGES for handler in one.HANDLERS]
WARM: Final = tuple(warm for one in _PAGES for warm in one.WARM)
LATER: Final = claims.LATER
"""What is worked out while nobody asks; the other pages need nothing that takes long."""

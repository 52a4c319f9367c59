"""The columns that a roster may have: their names are ours, whatever the file calls them."""

from __future__ import annotations

__all__ = ["COLUMNS"]

COLUMNS = (
    "person",
    "group",
    "sex",
    "birth",
    "children_births",
    "medical",
    "trade",
    "employer",
    "unit",
    "home",
    "region",
    "point",
    "lat",
    "lon",
    "distance_km",
)
"""Everything else in a roster stays outside: names, addresses, numbers of documents are nobody's business here."""

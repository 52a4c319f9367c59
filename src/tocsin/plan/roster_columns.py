"""The columns that a roster may have, by our names whatever the file calls them, and the faults found in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # `plan check` asks for the names alone, and polars takes 0.2 s to import
    import polars as pl

__all__ = ["COLUMNS", "Fault", "fault"]

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


@dataclass(frozen=True, slots=True)
class Fault:
    """The first row of a roster that breaks one rule.

    Attributes:
        index: Position of the row in what was read, from 0.
        column: Our name of the column.
        sentence: What was found and what was expected.
        rows: How many rows break the rule.
    """

    index: int
    column: str
    sentence: str
    rows: int


def fault(column: str, bad: pl.Series, sentence: str) -> list[Fault]:
    """Return the fault that a mask of bad rows shows, or nothing.

    Args:
        column: Our name of the column.
        bad: Bool a row; null counts as good.
        sentence: What was found and what was expected.
    """
    rows = int(bad.sum() or 0)
    return [Fault(int(bad.fill_null(False).arg_max() or 0), column, sentence, rows)] if rows else []

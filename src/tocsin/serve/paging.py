"""Lists in pages: only the rows that are shown are ever made."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar
from urllib.parse import urlencode

__all__ = ["SIZE", "Paged", "paged"]

SIZE: Final = 50
"""Rows of a page."""
T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Paged(Generic[R]):
    """One page of a list.

    Attributes:
        rows: What it shows.
        page: Which page, from 1.
        pages: How many there are; 1 of an empty list.
        total: How many rows the list has in all.
        first: Number of the first row, from 1; 0 of an empty list.
        last: Number of the last row.
        previous: Address of the page before, or "".
        following: Address of the page after, or "".
    """

    rows: tuple[R, ...]
    page: int
    pages: int
    total: int
    first: int
    last: int
    previous: str
    following: str


def paged(
    rows: Sequence[T],
    page: int,
    address: str,
    make: Callable[[T], R],
    words: Mapping[str, str] | None = None,
    size: int = SIZE,
) -> Paged[R]:
    """Cut one page out of a list and make the rows of it.

    Args:
        rows: The whole list, sorted.
        page: Which page, from 1; one that is not there becomes the nearest that is.
        address: Address of the list.
        make: Makes what is shown of a row; called for the rows of the page only.
        words: What else stands in the address, such as filters; empty ones are left out.
        size: Rows of a page.
    """
    pages = max(1, -(-len(rows) // size))
    here = min(max(page, 1), pages)
    start = (here - 1) * size
    shown = rows[start : start + size]
    kept = {name: value for name, value in (words or {}).items() if value}

    def at(number: int) -> str:
        asked = urlencode(kept | ({"page": str(number)} if number > 1 else {}))
        return f"{address}?{asked}" if asked else address

    return Paged(
        tuple(make(one) for one in shown), here, pages, len(rows),
        start + 1 if shown else 0, start + len(shown),
        at(here - 1) if here > 1 else "", at(here + 1) if here < pages else "",
    )  # fmt: skip

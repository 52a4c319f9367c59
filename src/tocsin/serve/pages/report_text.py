"""A text in pieces, each of which says what was found in it: so that findings may overlap and no mark cuts another.

A text is cut wherever a finding begins or ends. A piece is under all findings that cover it; the narrowest of them that
is no whole sentence gives it its colour. After the last piece of a finding stands its number, which leads to the list.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

__all__ = ["Found", "Piece", "pieces"]

_SENTENCES = ("topic", "notice")
"""Kinds that cover a sentence or most of it: they give a line, not a colour."""


@dataclass(frozen=True, slots=True)
class Found:
    """A finding as it stands in a text that is shown.

    Attributes:
        number: Its number in the list.
        kind: One of `SUGGESTION_KINDS`.
        start: First character of the shown text.
        end: One past the last.
        state: awaits, confirmed, edited or rejected.
    """

    number: int
    kind: str
    start: int
    end: int
    state: str = "awaits"


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters that are under the same findings.

    Attributes:
        text: They.
        kind: The kind that gives the colour, or "".
        lined: Whether a sentence is marked here.
        rejected: Whether all that covers it was rejected.
        begins: Numbers of the findings that begin here.
        ends: Numbers of those that end with it.
    """

    text: str
    kind: str = ""
    lined: bool = False
    rejected: bool = False
    begins: tuple[int, ...] = ()
    ends: tuple[int, ...] = ()


def pieces(text: str, found: Sequence[Found]) -> tuple[Piece, ...]:
    """Cut a text where findings begin and end.

    Args:
        text: The text as shown.
        found: Findings; what lies outside the text, or is empty, is passed over.

    Returns:
        Pieces which together are the text.
    """
    mine = [one for one in found if 0 <= one.start < one.end <= len(text)]
    cuts = sorted({0, len(text), *(one.start for one in mine), *(one.end for one in mine)})
    starting: dict[int, list[Found]] = {}
    for one in mine:
        starting.setdefault(one.start, []).append(one)
    made, now = [], list[Found]()
    for start, end in pairwise(cuts):
        now = [one for one in now if one.end > start] + starting.get(start, [])
        made.append(_piece(text[start:end], start, end, now))
    return tuple(made)


def _piece(text: str, start: int, end: int, now: Sequence[Found]) -> Piece:
    live = [one for one in now if one.state != "rejected"]
    words = [one for one in live if one.kind not in _SENTENCES]
    narrow = min(words, key=lambda one: (one.end - one.start, one.number), default=None)
    lined = any(one.kind in _SENTENCES for one in live)
    return Piece(
        text,
        "" if narrow is None else narrow.kind,
        lined,
        bool(now) and not live,
        tuple(one.number for one in now if one.start == start),
        tuple(one.number for one in now if one.end == end),
    )

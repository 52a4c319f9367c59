"""Claims of one theme put to one another: what of two is alike but their words, and what keeps them apart.

Everything is asked once for each different place, count or formation, and then row by row for all claims at once.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Final, TypeVar

import numpy as np
import numpy.typing as npt

from tocsin.watch.ledger.lines import formations, line_of, voice_of
from tocsin.watch.ledger.meeting import Fits
from tocsin.watch.ledger.themes import theme_of
from tocsin.watch.likeness.claim_origins import Origins
from tocsin.watch.model import Bounds, Claim
from tocsin.watch.times import DAY_MS

__all__ = ["Pairing"]

_FAR: Final = 2**61
"""An open end, in milliseconds; the difference of two still fits in 64 bits."""
_T = TypeVar("_T", bound=Hashable)
_Row = Callable[[int], npt.NDArray[np.bool_]]


class Pairing:
    """Claims of one theme; a claim is known by its place among them.

    Args:
        claims: The claims, at least one.
        origins: Claim or report → origin group.
        fits: Whether of two places as written one may lie in the other.
    """

    def __init__(self, claims: Sequence[Claim], origins: Origins, fits: Fits) -> None:
        theme = theme_of(claims[0])
        self._gap_ms = theme.gap_days * DAY_MS
        self._voices, _ = _numbered([voice_of(origins, one) for one in claims])
        self._reports, _ = _numbered([one.report for one in claims])
        self._places, places = _numbered([one.place for one in claims])
        said = _each(places, lambda one, other: {True: 1, None: 0, False: -1}[fits(one, other)])
        self._placed, self._misplaced = said == 1, said == -1
        self._least = np.array([-_FAR if one.when.least is None else one.when.least for one in claims], np.int64)
        self._most = np.array([_FAR if one.when.most is None else one.when.most for one in claims], np.int64)
        self._dated = np.array([one.when.known for one in claims])
        self._splits = [self._split(name, claims) for name in theme.split]

    def _split(self, name: str, claims: Sequence[Claim]) -> _Row:
        """What keeps claims apart besides place and time, row by row."""
        if name == "speaker":
            return lambda at: self._voices != self._voices[at]
        if name == "site":
            told = np.array([bool(one.place) for one in claims])
            return lambda at: told & told[at] & (self._places != self._places[at])
        if name == "line":
            return _by_table([line_of(one) for one in claims], _other_line)
        if name == "count":
            return _by_table([(one.unit, one.count) for one in claims], _other_count)
        return _by_table([formations(f"{one.what} {one.place}") for one in claims], _other_formation)

    def _gaps(self, at: int) -> npt.NDArray[np.int64]:
        """How far apart the times of a claim and of each are for sure; below one millisecond where they may meet."""
        found: npt.NDArray[np.int64] = np.maximum(self._least - self._most[at], self._least[at] - self._most)
        return found

    def apart(self, at: int) -> npt.NDArray[np.bool_]:
        """Which claims something keeps apart from one, whatever the words say: place, time, or a split of the theme."""
        found: npt.NDArray[np.bool_] = (self._gaps(at) > self._gap_ms) | self._misplaced[self._places[at], self._places]
        for split in self._splits:
            found |= split(at)
        found[at] = False
        return found

    def score(self, at: int) -> npt.NDArray[np.float64]:
        """How sure it is that each is about the same thing as one, but for their words: 0.4 to 0.9."""
        dated = np.where(self._dated & self._dated[at], self._gaps(at) <= 0, -1)
        placed = self._placed[self._places[at], self._places]
        marks = (self._voices == self._voices[at]).astype(np.int64) + placed + dated
        found: npt.NDArray[np.float64] = 0.5 + 0.1 * marks + 0.1 * (self._reports == self._reports[at])
        return found


def _numbered(values: Sequence[_T]) -> tuple[npt.NDArray[np.int64], list[_T]]:
    """Each value's number, and the different values by number."""
    known: dict[_T, int] = {}
    numbers = [known.setdefault(one, len(known)) for one in values]
    return np.array(numbers, np.int64), list(known)


def _each(values: Sequence[_T], asked: Callable[[_T, _T], int]) -> npt.NDArray[np.int8]:
    """What is said of each pair of different values; the order of a pair says nothing."""
    found = np.zeros((len(values), len(values)), np.int8)
    for at, one in enumerate(values):
        for place in range(at, len(values)):
            found[at, place] = found[place, at] = asked(one, values[place])
    return found


def _by_table(values: Sequence[_T], apart: Callable[[_T, _T], bool]) -> _Row:
    numbers, different = _numbered(values)
    table = _each(different, lambda one, other: int(apart(one, other))) == 1
    return lambda at: table[numbers[at], numbers]


def _other_line(one: str, other: str) -> bool:
    return bool(one and other and one != other)


def _other_count(one: tuple[str, Bounds], other: tuple[str, Bounds]) -> bool:
    return one[0] == other[0] and not one[1].meets(other[1])


def _other_formation(one: frozenset[str], other: frozenset[str]) -> bool:
    return bool(one and other and not one & other)

"""All pairs of many texts that share a term, with what they share: the bulk way, compiled.

It says of every pair what `index.py` says one text at a time; both count whole numbers, so that they cannot differ.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import numba
import numpy as np
import numpy.typing as npt

from tocsin.watch.likeness.compare import COPY, LIKE, PART, PASSAGE_RUNS, SHARED, enough

__all__ = ["shared_pairs"]

_WORKERS: Final = 2
_ROOM: Final = 1 - 1e-9
"""The kernel passes a little more than the limits: what `compare.py` says of its pairs is the verdict."""

_WEIGHTS: Final = np.array((1, SHARED), np.int32)

_enough: Final = numba.njit(cache=True, nogil=True)(enough)
"""The same rule, for the kernel."""

Whole = npt.NDArray[np.int64]


def shared_pairs(
    terms: Sequence[Whole],
    sought: Sequence[Whole],
    owners: Sequence[str],
    prints: npt.NDArray[np.int32],
    digests: Whole,
    grams: Sequence[npt.NDArray[np.uint32]],
    shingles: Sequence[npt.NDArray[np.uint32]],
    *,
    every: bool,
) -> Whole:
    """Find all pairs that share a term; of one owner's texts those that share as many as `compare.enough` asks.

    Args:
        terms: Of the words of each text.
        sought: Its other terms, of which one is enough.
        owners: Whose each text is, or "" where one term is enough.
        prints: How many fingerprints each has.
        digests: Of each plain text.
        grams, shingles: Of each text, sorted.
        every: Give every one of these pairs, not only those that letters or words tie.

    Returns:
        (pairs, 4): first, second (numbers of texts, first < second), shared grams, shared shingles; in order.
    """
    whole = [np.concatenate(each) for each in zip(terms, sought, strict=True)]
    weights = np.concatenate(
        [
            np.zeros(0, np.int32),
            *[np.repeat(_WEIGHTS, (len(one), len(two))) for one, two in zip(terms, sought, strict=True)],
        ]
    )
    filed, starts, groups = _filed(whole)
    names = {name: number for number, name in enumerate(dict.fromkeys(owners)) if name}
    own = np.array([names.get(name, -1) for name in owners], np.int32)
    sets = (*_row(grams), *_row(shingles))
    letters = 0.0 if every else LIKE[0] * _ROOM
    with ThreadPoolExecutor(_WORKERS) as pool:
        parts = pool.map(
            lambda part: _pairs(part, *filed, starts, groups, weights, own, prints, digests, *sets, letters),
            range(_WORKERS),
        )
        found = np.concatenate(list(parts))
    return found[np.lexsort((found[:, 1], found[:, 0]))]


def _row(sets: Sequence[npt.NDArray[np.uint32]]) -> tuple[npt.NDArray[np.uint32], Whole]:
    ends = np.cumsum([0, *(len(one) for one in sets)])
    return (np.concatenate(sets) if len(sets) else np.zeros(0, np.uint32)), ends


def _filed(terms: Sequence[Whole]) -> tuple[tuple[npt.NDArray[np.int32], Whole], npt.NDArray[np.int32], Whole]:
    """Texts by term, and for each text where it stands under each of its terms, with the end of that term's texts."""
    ends = np.cumsum([0, *(len(one) for one in terms)])
    values = np.concatenate(terms) if len(terms) else np.zeros(0, np.int64)
    order = np.argsort(values, kind="stable")  # texts stay in order within a term
    values = values[order]
    texts = np.repeat(np.arange(len(terms), dtype=np.int32), np.diff(ends))[order]
    last = np.ones(len(values), np.bool_)
    last[:-1] = values[1:] != values[:-1]
    ends_of_groups = np.flatnonzero(last) + 1
    group_end = np.repeat(ends_of_groups, np.diff(np.concatenate(([0], ends_of_groups))))
    place = np.empty(len(values), np.int32)
    place[order] = np.arange(len(values), dtype=np.int32)
    return (texts, group_end), place, ends


@numba.njit(cache=True, nogil=True)
def _common(values: npt.NDArray[np.uint32], a: int, a_end: int, b: int, b_end: int) -> int:
    """How many numbers two sorted runs of a row share."""
    shared = 0
    while a < a_end and b < b_end:
        first, second = values[a], values[b]
        shared += first == second
        a += first <= second
        b += second <= first
    return shared


@numba.njit(cache=True, nogil=True)
def _pairs(  # a kernel takes arrays, not objects
    part: int,
    texts: npt.NDArray[np.int32],
    group_end: Whole,
    place: npt.NDArray[np.int32],
    ends: Whole,
    weights: npt.NDArray[np.int32],
    own: npt.NDArray[np.int32],
    prints: npt.NDArray[np.int32],
    digests: Whole,
    grams: npt.NDArray[np.uint32],
    gram_ends: Whole,
    shingles: npt.NDArray[np.uint32],
    shingle_ends: Whole,
    letters: float,
) -> Whole:
    """Pairs whose first text is one of every second, that reach any of the limits."""
    count = len(ends) - 1
    seen, shared = np.full(count, -1, np.int32), np.zeros(count, np.int32)
    others, met = np.empty(count, np.int32), 0
    found, size = np.empty((1024, 4), np.int64), 0
    for one in range(part, count, _WORKERS):
        met = 0
        for entry in range(ends[one], ends[one + 1]):
            at = place[entry]
            for other_at in range(at + 1, group_end[at]):
                other = texts[other_at]
                if seen[other] != one:
                    seen[other], shared[other], others[met] = one, 0, other
                    met += 1
                shared[other] += weights[entry]
        a, a_end, c, c_end = gram_ends[one], gram_ends[one + 1], shingle_ends[one], shingle_ends[one + 1]
        for other in others[:met]:
            if own[one] >= 0 and own[one] == own[other] and shared[other] < _enough(prints[one], prints[other]):
                continue
            b, b_end, d, d_end = gram_ends[other], gram_ends[other + 1], shingle_ends[other], shingle_ends[other + 1]
            words = _common(shingles, c, c_end, d, d_end)
            both = _common(grams, a, a_end, b, b_end)
            tied = digests[one] == digests[other] or both >= letters * np.sqrt(float((a_end - a) * (b_end - b)))
            if not tied and words:
                tied = words >= PASSAGE_RUNS or words >= PART[0] * _ROOM * min(c_end - c, d_end - d)
                tied = tied or words >= COPY[0] * _ROOM * (c_end - c + d_end - d - words)
            if not tied:
                continue
            if size == len(found):
                grown = np.empty((2 * size, 4), np.int64)
                grown[:size] = found
                found = grown
            found[size, 0], found[size, 1], found[size, 2], found[size, 3] = one, other, both, words
            size += 1
    return found[:size]

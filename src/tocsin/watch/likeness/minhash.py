"""Terms under which a text is filed, so that texts like it are found without looking at the others.

Bands of MinHash: three numbers make a band, 64 bands a text; two texts meet in a band with the probability J³, where J
is the share of stems that they have in common. Half of J = .22 is found, nine tenths of J = .33, and of unrelated
texts (J = .02) one in two thousand. What shares a passage of ten words is found for certain, by its fingerprint, and
equal texts by their digest. All depends on the two texts alone: neither order nor the rest of the store matters.

A. Broder, "On the resemblance and containment of documents", 1997; bands: P. Indyk, R. Motwani, 1998.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from tocsin.watch.likeness.shingles import Cut, mixed

__all__ = ["BANDS", "ROWS", "key", "signatures", "terms"]

BANDS: Final = 64
ROWS: Final = 3
_SEED: Final = 20260219
"""Seed of the hash functions: a part of the format, never to be changed within one."""

Numbers = npt.NDArray[np.uint64]


def _functions() -> tuple[Numbers, Numbers]:
    made = mixed(np.arange(2 * BANDS * ROWS, dtype=np.uint64) + np.uint64(_SEED)).reshape(2, -1)
    return made[0] | np.uint64(1), made[1]


def signatures(cuts: Sequence[Cut]) -> Numbers:
    """MinHash of the stems of texts, (texts, 192); a row of the largest number where a text has none."""
    sizes = np.array([len(one.stems) for one in cuts], np.int64)
    made = np.full((len(cuts), BANDS * ROWS), np.iinfo(np.uint64).max, np.uint64)
    some = np.flatnonzero(sizes)
    if len(some):
        values = np.concatenate([one.stems for one in cuts])
        starts = np.concatenate(([0], np.cumsum(sizes[some])[:-1]))
        for number, (factor, addend) in enumerate(zip(*_functions(), strict=True)):
            made[some, number] = np.minimum.reduceat(values * factor + addend, starts)
    return made


def terms(cuts: Sequence[Cut], floor: int) -> list[npt.NDArray[np.int64]]:
    """The sorted terms of texts.

    Args:
        cuts: The texts, cut.
        floor: Texts with fewer words are filed under their digest alone.
    """
    rows = signatures(cuts).reshape(len(cuts), BANDS, ROWS)
    bands = np.broadcast_to(np.arange(BANDS, dtype=np.uint64) + np.uint64(1), rows.shape[:2]).copy()
    for number in range(ROWS):
        bands = mixed(bands + rows[:, :, number])
    return [_terms(one, bands[i], floor) for i, one in enumerate(cuts)]


def _terms(one: Cut, bands: Numbers, floor: int) -> npt.NDArray[np.int64]:
    digest = np.array([one.digest], np.int64)
    if one.words < floor:
        return digest
    of_stems = bands if len(one.stems) else bands[:0]
    return np.unique(np.concatenate((digest, of_stems.view(np.int64), one.fingerprints.view(np.int64))))


def key(*words: str) -> int:
    """A term of words, such as a place and a day."""
    value = np.zeros(1, np.uint64)
    for letter in "\x1f".join(words):
        value = mixed(value + np.uint64(ord(letter)) + np.uint64(0x9E3779B97F4A7C15))
    return int(value.view(np.int64)[0])

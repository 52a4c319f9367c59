"""Likeness by letters: the share of four-letter runs that two texts have in common.

The score is the cosine of the two sets, |A ∩ B| / √(|A|·|B|) (Ochiai 1957). It is what is left of character TF-IDF
without a document frequency: on the 100 pairs on which it is judged, weights learned from the pairs themselves made
the score worse, not better (`docs/watch-likeness.md`), and a score without them depends on two texts and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

__all__ = ["cosine", "overlaps"]


def cosine(shared: int, first: int, second: int) -> float:
    """Cosine of two sets of which the sizes are known, and what they share; 0 where one is empty."""
    return shared / float(first * second) ** 0.5 if shared else 0.0


def overlaps(one: npt.NDArray[np.uint32], others: Sequence[npt.NDArray[np.uint32]]) -> npt.NDArray[np.int64]:
    """How many numbers a sorted set shares with each of others, all at once.

    Args:
        one: Sorted set.
        others: Sets.

    Returns:
        (others,) counts.
    """
    if not len(one) or not len(others):
        return np.zeros(len(others), np.int64)
    sizes = np.array([len(other) for other in others])
    values = np.concatenate(others)
    places = np.minimum(np.searchsorted(one, values), len(one) - 1)
    owner = np.repeat(np.arange(len(others)), sizes)
    return np.bincount(owner[one[places] == values], minlength=len(others))

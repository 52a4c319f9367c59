"""Likeness by letters: the share of four-letter runs that two texts have in common.

The score is the cosine of the two sets, |A ∩ B| / √(|A|·|B|) (Ochiai 1957). It is what is left of character TF-IDF
without a document frequency: on the 100 pairs on which it is judged, weights learned from the pairs themselves made
the score worse, not better (`docs/watch-likeness.md`), and a score without them depends on two texts and nothing else.
Texts and the summaries of claims are measured by the same rule.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt

from tocsin.watch.likeness.shingles import cut

__all__ = ["FEWEST_WORDS", "cosine", "likeness", "likenesses", "overlaps"]

FEWEST_WORDS: Final = 4
"""Fewer words than this are like nothing: too few to tell."""
_BLOCK: Final = 256


def cosine(shared: int, first: int, second: int) -> float:
    """Cosine of two sets of which the sizes are known, and what they share; 0 where one is empty."""
    return shared / float(first * second) ** 0.5 if shared else 0.0


@cache
def _runs(text: str) -> frozenset[int]:
    (made,) = cut([text])
    return frozenset(made.grams.tolist() if made.words >= FEWEST_WORDS else ())


def likeness(first: str, second: str) -> float:
    """How like two sentences are by letters, 0 to 1; 0 of texts under the floor."""
    one, other = _runs(first), _runs(second)
    return cosine(len(one & other), len(one), len(other))


def likenesses(texts: Sequence[str]) -> Iterator[npt.NDArray[np.float64]]:
    """`likeness` of every text with every other, row by row, rounded to six places.

    Args:
        texts: Sentences.

    Returns:
        For each text a row of (texts,) scores.
    """
    from scipy.sparse import csr_array

    distinct = sorted(set(texts))
    sets = [made.grams if made.words >= FEWEST_WORDS else made.grams[:0] for made in cut(distinct)]
    sizes = np.array([len(one) for one in sets])
    runs = np.unique(np.concatenate(sets)) if sets else np.zeros(0, np.uint32)
    columns = np.searchsorted(runs, np.concatenate(sets)) if sets else np.zeros(0, np.int64)
    ends = np.concatenate(([0], np.cumsum(sizes)))
    matrix = csr_array((np.ones(len(columns), np.int32), columns, ends), shape=(len(sets), max(1, len(runs))))
    place = {text: at for at, text in enumerate(distinct)}
    order = np.array([place[text] for text in texts], np.int64)
    roots = np.sqrt(np.maximum(sizes, 1).astype(np.float64))
    known: dict[int, npt.NDArray[np.float64]] = {}
    for start in range(0, len(distinct), _BLOCK):
        shared = (matrix[start : start + _BLOCK] @ matrix.T).toarray()
        scores = np.round(shared / roots[start : start + _BLOCK, None] / roots[None, :], 6)
        known.update(enumerate(scores, start))
    yield from (known[at][order] for at in order.tolist())


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

"""Order statistics of whole groups at once: inf{x : F(x) >= p}, the same rule as for the arrival curve."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["NEVER", "by_group", "rank_of", "shares_of"]

Ints = NDArray[np.int64]
NEVER = 1 << 41
"""Milliseconds that stand for "did not happen" (70 years): larger than any time, small enough to add a group
to."""


def rank_of(p: float, n: int) -> int:
    """The rank (from 0) of the p-quantile of n values: the least k with (k + 1) / n >= p."""
    return max(0, math.ceil(p * n - 1e-9) - 1)


def by_group(
    codes: NDArray[np.integer[Any]], values: Ints, groups: int, shares: tuple[float, ...]
) -> tuple[Ints, list[Ints]]:
    """Quantiles of each group.

    Args:
        codes: The group of each value, 0 .. groups - 1, shape (n,).
        values: Whole numbers from 0 to `NEVER`, shape (n,).
        groups: How many groups there are.
        shares: The wanted shares p.

    Returns:
        How many values each group has, and for each p the quantile of each group (-1 for an empty group).
    """
    if groups == 1:
        return _one_group(values, shares)
    counts = np.bincount(codes, minlength=groups).astype(np.int64)
    # One sort for all groups: the group stands in the high bits.
    ordered = np.sort((codes.astype(np.int64) << 42) | values)
    starts = np.cumsum(counts) - counts
    found = []
    for p in shares:
        ranks = np.maximum(np.ceil(p * counts - 1e-9).astype(np.int64) - 1, 0)
        index = np.minimum(starts + ranks, max(len(ordered) - 1, 0))
        picked = ordered[index] & ((1 << 42) - 1) if len(ordered) else np.zeros(groups, np.int64)
        found.append(np.where(counts > 0, picked, -1))
    return counts, found


def _one_group(values: Ints, shares: tuple[float, ...]) -> tuple[Ints, list[Ints]]:
    """The same for a single group: selecting is cheaper than sorting."""
    n = len(values)
    if n == 0:
        return np.zeros(1, np.int64), [np.full(1, -1, np.int64) for _ in shares]
    ranks = [rank_of(p, n) for p in shares]
    ordered = np.partition(values, sorted(set(ranks)))
    return np.array([n], np.int64), [ordered[rank : rank + 1] for rank in ranks]


def shares_of(part: NDArray[Any], whole: NDArray[Any]) -> NDArray[np.float64]:
    """`part / whole` elementwise, NaN where the whole is 0."""
    out = np.full(np.shape(whole), np.nan)
    np.divide(part, whole, out=out, where=np.asarray(whole) > 0)
    return out

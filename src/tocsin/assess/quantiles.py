"""Medians and 5–95 % bands of draws, by order statistics.

Order statistics and not interpolated quantiles: those of a growing function of the draws are the function of those of
the draws, and low and high of a hypothesis and of its complement mirror each other exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from typing import Final

import numpy as np

from tocsin.assess.answer import Likely
from tocsin.assess.inverse import Floats
from tocsin.assess.words import word_of

__all__ = ["TAIL", "bands", "error_of", "likelies", "medians"]

TAIL: Final = 0.05
"""Share of draws below `low`, and above `high`."""


def bands(draws: Floats) -> Floats:
    """Low, median and high along the last axis; shape (…, 3)."""
    return _picked(np.sort(draws, axis=-1))


def medians(draws: Floats) -> Floats:
    """Medians along the last axis."""
    return np.asarray(bands(draws)[..., 1])


def _picked(ordered: Floats) -> Floats:
    count = ordered.shape[-1]
    cut = int(TAIL * count)
    middle = 0.5 * (ordered[..., (count - 1) // 2] + ordered[..., count // 2])
    return np.stack((ordered[..., cut], middle, ordered[..., count - 1 - cut]), axis=-1)


def error_of(draws: Floats) -> float:
    """The largest standard error of low, median and high, of all rows of draws, that comes from their number.

    A quantile lies, two times in three, between the order statistics one standard deviation of their binomial count
    away (David and Nagaraja, Order Statistics, 3rd ed., section 7.1); half of that distance is the error.
    """
    ordered = np.sort(draws, axis=-1)
    count = ordered.shape[-1]
    widest = 0.0
    for level in (TAIL, 0.5, 1 - TAIL):
        away = sqrt(count * level * (1 - level))
        first, last = max(0, int(level * count - away)), min(count - 1, int(level * count + away) + 1)
        widest = max(widest, float(np.max(ordered[..., last] - ordered[..., first])) / 2)
    return widest


def likelies(draws: Floats, prior: Floats, names: Sequence[tuple[str, str]]) -> tuple[Likely, ...]:
    """Sum up the draws of each hypothesis.

    Args:
        draws: Probabilities, shape (hypotheses, draws).
        prior: Bands before the evidence, shape (hypotheses, 3).
        names: Id and name of each.
    """
    made = []
    for (name, shown), (low, median, high), before, row in zip(names, bands(draws), prior, draws, strict=True):
        words = (word_of(median), word_of(low), word_of(high))
        values = (float(median), float(low), float(high), float(row.mean()))
        made.append(Likely(name, shown, *values, *words, float(before[1]), float(before[0]), float(before[2])))
    return tuple(made)

"""What can be said of a difference between two plans, from pairs of runs that shared their luck.

If the two plans do not differ in a number, it is chance which of a pair's two values stands under which plan: the
signs of the differences could as well be the other way round. From this alone follow both the test (how many of the
2ⁿ ways to set the signs give a mean as far from 0; Fisher 1935) and the interval (means of subsets of the
differences are typical values of their mean; Hartigan 1969, doi 10.1080/01621459.1969.10501057). No distribution is
assumed, and few runs cannot give a small p-value: n differences of one sign give 2 / 2ⁿ and no less.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["LEVEL", "Paired", "Shares", "holm", "paired", "shares"]

Floats = NDArray[np.float64]
LEVEL = 0.05
"""How likely at most it is that any difference is called real by chance alone; intervals are of 1 - LEVEL."""
ALL_SIGNS = 14
"""Up to so many pairs all ways to set the signs are gone through; with more pairs, 2 ** ALL_SIGNS drawn ones."""
ROWS_AT_ONCE = 128
NOISE = 1e-12
"""Values that differ by less than so much of themselves are equal: sums in another order round differently."""


@dataclass(frozen=True)
class Paired:
    """Differences of many rows at once, each over the runs in which both plans have a value.

    Attributes:
        pairs: In how many runs both have one.
        base: Mean of the base over those runs; NaN without one.
        other: Mean of the other plan over the same runs.
        difference: Mean of other - base.
        low: Lower end of its 95 % interval; NaN with fewer than six pairs.
        high: Upper end of it.
        p: Chance of a mean so far from 0 if only luck set the signs; NaN where all pairs are equal, or none is there.
        higher: Share of the pairs in which the other plan's value is the higher one.
        lower: Share in which it is the lower one.
        correlation: Of the two values over the runs; NaN where one of them never varies.
        gain: How many times more runs plans with luck of their own would need for the same interval; infinite where
            the difference is the same in all runs, NaN where neither value varies.
    """

    pairs: NDArray[np.int64]
    base: Floats
    other: Floats
    difference: Floats
    low: Floats
    high: Floats
    p: Floats
    higher: Floats
    lower: Floats
    correlation: Floats
    gain: Floats


def paired(base: Floats, other: Floats) -> Paired:
    """Compare two plans run by run.

    Args:
        base: Values under the base, shape (rows, runs); NaN where a run has none.
        other: Values under the other plan, in the same shape and order.

    Returns:
        What can be said of each row.
    """
    both = ~(np.isnan(base) | np.isnan(other))
    pairs = both.sum(axis=1)
    columns = np.full((10, len(base)), np.nan)
    luck = _subsets(base.shape[1])
    for many in np.unique(pairs[pairs > 0]).tolist():
        rows = np.flatnonzero(pairs == many)
        inside = both[rows]
        a, b = (values[rows][inside].reshape(len(rows), many) for values in (base, other))
        subsets = luck[:, :many] if many > ALL_SIGNS else _subsets(many)
        columns[:, rows] = _of_whole_rows(a, b, subsets)
    return Paired(pairs, *columns)


def _of_whole_rows(a: Floats, b: Floats, subsets: NDArray[np.bool_]) -> Floats:
    """Compare rows in which every pair is there; gives the columns of `Paired` after the first."""
    difference = b - a
    difference[np.abs(difference) <= NOISE * np.maximum(np.abs(a), np.abs(b))] = 0.0
    low, high, p = _signed(difference, subsets)
    together = np.stack(_spread(a, b, difference))
    sides = (difference > 0).mean(axis=1), (difference < 0).mean(axis=1)
    return np.stack([a.mean(axis=1), b.mean(axis=1), difference.mean(axis=1), low, high, p, *sides, *together])


def _spread(a: Floats, b: Floats, difference: Floats) -> tuple[Floats, Floats]:
    """Correlation of the two, and the variance of a difference of strangers over that of these pairs."""
    none = np.full(len(a), np.nan)
    if a.shape[1] < 2:
        return none, none
    of_a, of_b, of_pairs = (values.var(axis=1, ddof=1) for values in (a, b, difference))
    with np.errstate(divide="ignore", invalid="ignore"):
        return (of_a + of_b - of_pairs) / 2 / np.sqrt(of_a * of_b), (of_a + of_b) / of_pairs


def _subsets(many: int) -> NDArray[np.bool_]:
    """Choose among so many pairs: every subset if they are few, else as many drawn ones; always the same."""
    if many <= ALL_SIGNS:
        return ((np.arange(2**many)[:, None] >> np.arange(many)) & 1).astype(bool)
    from tocsin.draws import uniforms  # late: compiles, and only a comparison needs it

    count = 2**ALL_SIGNS - 1
    luck = uniforms(0, 0, "compare signs", 1, np.arange(count * many, dtype=np.int64))
    return luck.reshape(count, many) < 0.5


def _signed(difference: Floats, subsets: NDArray[np.bool_]) -> tuple[Floats, Floats, Floats]:
    """Interval and p-value from the sums of subsets: a subset's sum is that of all with the other signs turned."""
    count, many = subsets.shape
    chosen = subsets.astype(np.float64)
    size = chosen.sum(axis=1)
    drawn = many > ALL_SIGNS
    ends, chances = np.full((2, len(difference)), np.nan), np.empty(len(difference))
    rank = int(LEVEL / 2 * (count + drawn))  # of count (+ 1) gaps between typical values each is as likely
    for first in range(0, len(difference), ROWS_AT_ONCE):
        part = difference[first : first + ROWS_AT_ONCE]
        sums, whole = part @ chosen.T, part.sum(axis=1)
        beyond = np.abs(2 * sums - whole[:, None]) >= (np.abs(whole) - 1e-9 * np.abs(part).sum(axis=1))[:, None]
        rows = slice(first, first + len(part))
        chances[rows] = (beyond.sum(axis=1) + drawn) / (count + drawn)
        if rank:
            means = sums[:, size > 0] / size[size > 0]
            means.partition((rank - 1, means.shape[1] - rank), axis=1)
            ends[:, rows] = means[:, rank - 1], means[:, -rank]
    equal = ~difference.any(axis=1)
    ends[:, equal] = 0.0
    return ends[0], ends[1], np.where(equal, np.nan, _sharpened(chances, difference, 1 / (count + 1), drawn))


def _sharpened(chances: Floats, difference: Floats, least: float, drawn: bool) -> Floats:
    """Where no drawn subset went as far, use what is known without drawing.

    Differences of one sign: exactly two of 2ᵏ ways. Otherwise the bound 3.178 (1 - Φ) of a sum of signs
    (Bentkus and Dzindzalieta 2015, doi 10.3150/14-BEJ603).
    """
    from scipy.special import ndtr  # late: SciPy's start is dear

    if not drawn:
        return chances
    scale = np.sqrt((difference**2).sum(axis=1))
    z = np.divide(np.abs(difference.sum(axis=1)), scale, out=np.zeros(len(scale)), where=scale > 0)
    bound = np.where(chances <= least, 2 * 3.178 * ndtr(-z), 1.0)
    one_sided = (difference >= 0).all(axis=1) | (difference <= 0).all(axis=1)
    exact = np.where(one_sided, 2.0 ** (1 - (difference != 0).sum(axis=1)), 1.0)
    return np.where(one_sided, np.minimum(exact, 1.0), np.minimum(chances, bound))


@dataclass(frozen=True)
class Shares:
    """How often each plan reaches something, over the same runs.

    Attributes:
        difference: Share of runs that reach it under the other plan, less the share under the base.
        low: Lower end of its 95 % interval.
        high: Upper end of it.
        p: McNemar's exact p-value; NaN where both reach it in the same runs.
    """

    difference: Floats
    low: Floats
    high: Floats
    p: Floats


def shares(base: NDArray[np.bool_], other: NDArray[np.bool_]) -> Shares:
    """Compare in how many runs something is reached.

    Args:
        base: Whether a run reaches it under the base, shape (rows, runs).
        other: The same under the other plan.

    Returns:
        The difference with the interval of Bonett and Price 2012 (doi 10.3102/1076998611411915), and the exact test
        of McNemar 1947: of the runs in which only one plan reaches it, as many under either.
    """
    from scipy.special import bdtr

    runs = base.shape[1]
    gained, lost = (other & ~base).sum(axis=1), (base & ~other).sum(axis=1)
    up, down = (gained + 1) / (runs + 2), (lost + 1) / (runs + 2)
    half = 1.959964 * np.sqrt((up + down - (up - down) ** 2) / (runs + 2))
    same = gained + lost == 0
    p = np.minimum(1.0, 2 * bdtr(np.minimum(gained, lost).astype(np.float64), gained + lost, 0.5))
    low, high = np.maximum(up - down - half, -1.0), np.minimum(up - down + half, 1.0)
    return Shares((gained - lost) / runs, low, high, np.where(same, np.nan, p))


def holm(p: Floats | Sequence[float]) -> Floats:
    """Adjust p-values for their number, so that the chance of any false finding stays below the level.

    Args:
        p: P-values; NaN where nothing was tested.

    Returns:
        As many adjusted ones (Holm 1979); NaN stays NaN. They hold whatever the dependence between the rows.
    """
    values = np.asarray(p, dtype=np.float64)
    tested = np.flatnonzero(~np.isnan(values))
    order = tested[np.argsort(values[tested], kind="stable")]
    steps = values[order] * np.arange(len(order), 0, -1)
    adjusted = np.full(len(values), np.nan)
    adjusted[order] = np.minimum(1.0, np.maximum.accumulate(steps)) if len(order) else []
    return adjusted

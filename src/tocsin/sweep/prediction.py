"""What a few past exercises say of the next one: its share, with an interval that counts how few they are.

Shares of exercises differ by more than sampling. The model: logit p_i ~ N(mu, tau²) for exercise i, and c_i of n_i
came, binomially. With y_i the logit of c_i / n_i and v_i = 1 / (n_i p_i (1 - p_i)) its sampling variance:

- *tau².* Q(tau²) = Σ w_i (y_i - mu_w)², w_i = 1 / (v_i + tau²), mu_w = Σ w_i y_i / Σ w_i, follows chi² with k - 1
  degrees of freedom at the true tau², whatever that is. Solved for tau² at each quantile of chi² (0 where none is
  left), it gives a confidence distribution of tau², and no point estimate that three exercises cannot bear
  (Viechtbauer 2007, doi 10.1002/sim.2514).
- *The next logit*, given tau², is N(mu_w, tau² + 1 / Σ w_i); mixed over the distribution of tau² (Nagashima, Noma and
  Furukawa 2019, doi 10.1177/0962280218773520, do the same by bootstrap).
- *The next count* is binomial of that. Its interval runs from its 5 % to its 95 % quantile.

Where all v_i are equal, or vanish, this is the exact interval of a next observation, mean ± t(k - 1) s √(1 + 1/k).
There is no prior. What it takes for granted is that the next exercise is drawn like the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tocsin.errors import RunError

__all__ = ["LEVEL", "Prediction", "interval_score", "predict", "sampling_alone"]

Floats = NDArray[np.float64]

LEVEL = 0.9
"""Chance with which an interval should hold the next exercise."""
SPREADS, PLACES = 400, 40  # quantiles of tau², and of the normal distribution of the next logit given each
TOGETHER = 8  # neighbours of these that stand as one chance when counts are worked out


@dataclass(frozen=True)
class Prediction:
    """The share that the next exercise will show.

    Attributes:
        low: Lower end of the interval, a share.
        middle: Median of the next share.
        high: Upper end.
        exercises: How many it rests on.
    """

    low: float
    middle: float
    high: float
    exercises: int

    @property
    def width(self) -> float:
        """Of the interval."""
        return self.high - self.low

    def holds(self, share: float) -> bool:
        """Tell whether a share lies in the interval, its ends included."""
        return self.low <= share <= self.high

    def score(self, share: float) -> float:
        """Interval score of a share that came out."""
        return interval_score(self.low, self.high, share)


def interval_score(low: float, high: float, value: float, level: float = LEVEL) -> float:
    """Score an interval by what came out; less is better, and honesty does best in the long run.

    Args:
        low: Lower end.
        high: Upper end.
        value: What came out.
        level: Chance with which the interval should hold it.

    Returns:
        The width, and 2 / (1 - level) times the distance by which the value was missed, in the unit of the ends
        (Gneiting and Raftery 2007, doi 10.1198/016214506000001437, eq. 43).
    """
    return high - low + 2 / (1 - level) * (max(low - value, 0.0) + max(value - high, 0.0))


def predict(counts: Sequence[int], sizes: Sequence[int], size: int) -> Prediction:
    """Predict the share of the next exercise from those that were held.

    Args:
        counts: How many came, one figure an exercise.
        sizes: Of how many, in the same order.
        size: Of how many the next share will be.

    Returns:
        Its median and its interval.

    Raises:
        RunError: Fewer than two exercises, of which nothing can be said; or a count that is none of its size.
    """
    logits, variances = _logits(counts, sizes, size)
    return _of_nodes(_next_logits(logits, variances), size, len(logits))


def sampling_alone(counts: Sequence[int], sizes: Sequence[int], size: int) -> Prediction:
    """Predict as if all exercises had one and the same chance to come: what a binomial interval would claim.

    Args:
        counts: How many came, one figure an exercise.
        sizes: Of how many, in the same order.
        size: Of how many the next share will be.

    Returns:
        The prediction with tau² = 0, to stand beside `predict`.
    """
    logits, variances = _logits(counts, sizes, size)
    return _of_nodes(_places(logits, variances, np.zeros(1)), size, len(logits))


def _logits(counts: Sequence[int], sizes: Sequence[int], size: int) -> tuple[Floats, Floats]:
    """Logits and their sampling variances, half a person added on either side so that none is infinite."""
    came, of = np.asarray(counts, np.float64), np.asarray(sizes, np.float64)
    if len(came) < 2:
        raise RunError(f"found {len(came)} exercise(s); expected at least 2, as their spread is asked for")
    if size < 1 or not ((came >= 0) & (came <= of) & (of > 0)).all():
        raise RunError("found a count that is none of its size; expected 0 <= count <= size, and size >= 1")
    return np.log((came + 0.5) / (of - came + 0.5)), 1 / (came + 0.5) + 1 / (of - came + 0.5)


def _next_logits(logits: Floats, variances: Floats) -> Floats:
    """Equally likely values of the next logit, sorted."""
    from scipy.special import chdtri  # late: SciPy's start is dear

    levels = (np.arange(SPREADS) + 0.5) / SPREADS
    places = _places(logits, variances, _spreads(logits, variances, chdtri(len(logits) - 1, levels)))
    return np.asarray(places.reshape(-1, TOGETHER).mean(axis=1))


def _spreads(logits: Floats, variances: Floats, wanted: Floats) -> Floats:
    """Solve Q(tau²) = q for each q by bisection: Q falls in tau², and tau² Q(tau²) is less than Σ (y - mean)²."""
    low, high = np.zeros(len(wanted)), ((logits - logits.mean()) ** 2).sum() / wanted
    for _ in range(60):
        middle = (low + high) / 2
        weights = 1 / (variances + middle[:, None])
        centre = (weights @ logits) / weights.sum(axis=1)
        above = (weights * (logits - centre[:, None]) ** 2).sum(axis=1) > wanted
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    return low


def _places(logits: Floats, variances: Floats, spreads: Floats) -> Floats:
    """Quantiles of the next logit given each tau², all equally likely, sorted."""
    from scipy.special import ndtri

    weights = 1 / (variances + spreads[:, None])
    centre = (weights @ logits) / weights.sum(axis=1)
    deviation = np.sqrt(spreads + 1 / weights.sum(axis=1))
    normal = ndtri((np.arange(PLACES) + 0.5) / PLACES)
    return np.sort((centre[:, None] + deviation[:, None] * normal).ravel())


def _of_nodes(nodes: Floats, size: int, exercises: int) -> Prediction:
    from scipy.special import expit

    chances = expit(nodes)
    ends = ((1 - LEVEL) / 2, 0.5, (1 + LEVEL) / 2)
    low, middle, high = (_least_count(chances, size, level) / size for level in ends)
    return Prediction(low, middle, high, exercises)


def _least_count(chances: Floats, size: int, level: float) -> int:
    """The least count that at least this share of the mixed binomial distribution does not exceed, by bisection."""
    from scipy.special import bdtr

    low, high = -1, size
    while high - low > 1:
        middle = (low + high) // 2
        if bdtr(np.float64(middle), size, chances).mean() >= level:
            high = middle
        else:
            low = middle
    return high

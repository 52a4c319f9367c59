"""The level of a series over time: a mean-reverting walk on log(1 + strength), filtered from epochs and movements.

The model is the local level of Harvey, *Forecasting, Structural Time Series Models and the Kalman Filter* (1989,
ch. 2 and 3), with the random walk replaced by an Ornstein–Uhlenbeck process, so that an old count widens towards the
spread that such strengths have at any time, and not without end:

    x(t + d) = mu + a (x(t) − mu) + e,   a = exp(−d / tau),   var e = sigma² (1 − a²)
    y = x + v,                           var v = r² + spread

`spread` is what the observation leaves open: the variance of a uniform over [least, most], w² / 12, at most `OPEN_SD`²;
an observation with an open side has `OPEN_SD`², and its value is the point nearest to what was expected: "at most
10,000" draws an estimate of 4,000 nowhere.

Why this and no finer filter: the variance depends on the times and on the widths of the observations only, never on
their values, and it grows with each of those widths (the Riccati map is monotone). So a wider observation can never
narrow the estimate, and age can never either: both are theorems of these few lines, and tests check them. (Where an
end that nobody else names is taken back altogether, a dispute may end, and with it the width that it made.)

Learnt from the series' own rows that are known are the noise of voices, from their disputes, and the mean; the rest is
assumed and stands in `Assumptions`. Nothing is learnt from other series, so that a row changes its own series only.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tocsin.watch.footprint.epochs import Epoch, log_bounds
from tocsin.watch.footprint.series import time_of
from tocsin.watch.model import Sighting
from tocsin.watch.times import DAY_MS

__all__ = ["OPEN_SD", "Assumptions", "Learnt", "Level", "learn", "level_at", "strength"]

OPEN_SD: Final = 1.0
"""Log standard deviation of what an open side leaves open, and the most that a closed interval does: ± a factor 5 in
90 of 100 cases."""
_MOVE_SD: Final = 0.5
_WIDEST_DISPUTE: Final = 3.0
_DISPUTE: Final = 4.0
_CLIP: Final = 2.0
"""Standard deviations by which one observation may at most surprise; beyond, it moves the level as if it stood there.
The winsorising of Masreliez & Martin (1977) and Huber: one voice that says "none" does not empty a country. It touches
the mean alone, so that the variance stays free of values."""


@dataclass(frozen=True, slots=True)
class Assumptions:
    """What is assumed before any row is read; chosen by reasoning, not fitted.

    Attributes:
        noise: Log standard deviation of one voice around the truth: 0.3 = a third more or less; a judgement, not
            measured.
        spread: Log standard deviation of a strength around its own mean over the years: 1.0 = in 90 of 100 cases
            between a fifth of it and five times it, as from a garrison to an exercise.
        days: Days in which two thirds of a deviation go: 180, about the length of a rotation.
        weight: How many disputes the prior of the noise weighs.
    """

    noise: float = 0.3
    spread: float = 1.0
    days: float = 180.0
    weight: float = 4.0


@dataclass(frozen=True, slots=True)
class Learnt:
    """Parameters of one series: the priors moved by its rows.

    Attributes:
        noise: As in `Assumptions`; disputes widen it, agreement never narrows it.
        spread: As in `Assumptions`; not learnt.
        days: As in `Assumptions`; not learnt.
        mean: Where the level tends to, in log(1 + strength): the mean of its epochs that have a size.
        disputes: How many epochs hold a dispute.
    """

    noise: float
    spread: float
    days: float
    mean: float
    disputes: int


@dataclass(frozen=True, slots=True)
class Level:
    """What is thought of log(1 + strength) at a moment: a normal distribution.

    Attributes:
        mean: Its mean.
        sd: Its standard deviation.
        noise: Standard deviation of one further voice around it.
    """

    mean: float
    sd: float
    noise: float

    def bounds(self, z: float) -> tuple[float, float]:
        """Strength at `z` standard deviations below and above, never below 0."""
        return strength(self.mean - z * self.sd), strength(self.mean + z * self.sd)

    def said(self) -> Level:
        """The same of what the next voice will say: its own noise added."""
        return Level(self.mean, math.hypot(self.sd, self.noise), self.noise)


def strength(log: float) -> float:
    """The strength of a log(1 + strength); never below 0."""
    return max(0.0, math.expm1(log))


def learn(epochs: Sequence[Epoch], assumed: Assumptions) -> Learnt:
    """Learn the noise of voices and the mean of the level from a series' epochs.

    A dispute of width w counts as the variance w² / 4 (the expected square of the range of n normal draws is 2 to 7
    times their variance for n from 2 to 6), never as less than assumed, and w not as more than a factor 20.
    The spread is not learnt: what a series' few changes teach is either blind to the width of rows, or teaches too
    much from it.
    """
    disputed = [one for one in epochs if one.disputed]
    widths = [min(one.ends[1] - one.ends[0], _WIDEST_DISPUTE) for one in disputed]
    noises = [max(assumed.noise**2, width**2 / _DISPUTE) for width in widths]
    noise = (assumed.weight * assumed.noise**2 + sum(noises)) / (assumed.weight + len(noises))
    sizes = [size for one in epochs if (size := _size(one)) is not None]
    mean = sum(sizes) / len(sizes) if sizes else 0.0
    return Learnt(math.sqrt(noise), assumed.spread, assumed.days, mean, len(disputed))


def _size(epoch: Epoch) -> float | None:
    """The middle of an epoch in log; of one with an open side the end that is named; None of "none", which has no size
    in log."""
    low, high = epoch.ends
    if high == 0:
        return None
    return high if low == 0 else (low + high) / 2


def level_at(epochs: Sequence[Epoch], moves: Sequence[Sighting], at_ms: int, learnt: Learnt) -> Level | None:
    """What is thought of the level at a moment, from epochs and movements no later than it.

    Args:
        epochs: Counts of one series, oldest first.
        moves: What came and went, of the same series.
        at_ms: The moment.
        learnt: The series' parameters.

    Returns:
        The level; None where nobody counted anything by then.
    """
    steps: list[tuple[int, int, str, Epoch | Sighting]] = [
        (one.time_ms, 0, one.rows[0].id, one) for one in epochs if one.time_ms <= at_ms
    ]
    if not steps:
        return None
    first = min(step[0] for step in steps)
    timed = [(time_of(row) or 0, row) for row in moves]
    steps += [(time, 1, row.id, row) for time, row in timed if first <= time <= at_ms]
    mean, variance, last = learnt.mean, learnt.spread**2, first
    for time, _, _, step in sorted(steps, key=lambda one: one[:3]):
        mean, variance = _aged(mean, variance, time - last, learnt)
        mean, variance = (
            _observed(mean, variance, step, learnt) if isinstance(step, Epoch) else _moved(mean, variance, step)
        )
        last = time
    mean, variance = _aged(mean, variance, at_ms - last, learnt)
    return Level(mean, math.sqrt(variance), learnt.noise)


def _aged(mean: float, variance: float, passed_ms: int, learnt: Learnt) -> tuple[float, float]:
    """After some time: nearer to the long mean, and wider. A movement may leave more variance than the spread has;
    then that stays, so that age never narrows."""
    kept = math.exp(-passed_ms / DAY_MS / learnt.days)
    aged = kept**2 * variance + (1 - kept**2) * learnt.spread**2
    return learnt.mean + kept * (mean - learnt.mean), max(variance, aged)


def _observed(mean: float, variance: float, epoch: Epoch, learnt: Learnt) -> tuple[float, float]:
    """After an observation. Where its voices differ, the past does not judge between them: the level starts anew from
    all that they say. Otherwise the two are weighed by their variances."""
    value, left_open = _read(epoch, mean)
    doubt = learnt.noise**2 + left_open
    if epoch.disputed:
        return value, doubt
    total = variance + doubt
    gain = variance / total
    value = min(max(value, mean - _CLIP * math.sqrt(total)), mean + _CLIP * math.sqrt(total))
    return mean + gain * (value - mean), (1 - gain) * variance


def _read(epoch: Epoch, mean: float) -> tuple[float, float]:
    """What an observation says, beside an expectation, and the variance that it leaves open.

    The value is the middle of a closed interval. Of one that is wider than `OPEN_SD` allows, or open in a dispute, it
    is the middle of a window of that width, inside what is said, nearest to the expectation; of one voice with an open
    side it is what that voice allows nearest to the expectation. A least of 0 is an open side: "none" has no size in
    log, and nothing seen is not nothing there.
    """
    low, high = epoch.ends
    width = epoch.width
    left_open = OPEN_SD**2 if width is None else min(width**2 / 12, OPEN_SD**2)
    half = math.sqrt(3 * left_open)
    if width is not None:
        return min(max(mean, low + half), high - half) if width > 2 * half else (low + high) / 2, left_open
    inner = half if epoch.disputed else 0.0
    above = epoch.count.most is None
    return max(mean, low + inner) if above else min(mean, max(0.0, high - inner)), left_open


def _moved(mean: float, variance: float, row: Sighting) -> tuple[float, float]:
    """After an arrival or a departure: the level moves by it, and its width is added; it never narrows."""
    low, high = log_bounds(row.count)
    closed = row.count.least is not None and row.count.most is not None
    amount = math.expm1((low + high) / 2)
    now = strength(mean)
    after = now + amount if row.measure == "arrival" else max(now - amount, 0.1 * now)
    added = min((high - low) ** 2 / 12, _MOVE_SD**2) if closed else _MOVE_SD**2
    return math.log1p(after), variance + added

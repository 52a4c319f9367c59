"""Families of distributions: names, parameters, their checks, and slow inverses in plain Python.

Every value is the inverse distribution function of one uniform number, rising with it, so that two plans are
compared on equal luck: who is slow at the medical in one plan is slow in the other.

======================================  =============================================================
row                                     value
======================================  =============================================================
("constant", (x,))                      x
("uniform", (low, high))                between low and high
("exponential", (mean,))                mean * -log(1 - u)
("triangular", (min, mode, max))        with the peak at the mode
("lognormal", (median, sigma))          median * exp(sigma * z)
("gamma", (mean, shape))                quantile with this mean; shape = (mean / standard deviation)**2
("normal", (mean, sd))                  mean + sd * z; the column's floor cuts it
("empirical", (x1, x2, ...))            one of the values, each as likely: the step quantile resamples
                                        what was observed and never invents a value in between
("bernoulli", (p,))                     1 with probability p, else 0
("choice", (share1, share2, ...))       0, 1, ... with these shares; their number = none of them
("uniform52", ())                       the whole number m behind u = (m + 1/2) / 2**52
======================================  =============================================================

All but the last three are milliseconds, rounded half to even, then kept within [floor, CAP_MS].
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from statistics import NormalDist

from tocsin.draws.gamma import LEAST_SHAPE, MOST_SHAPE, gamma_table
from tocsin.errors import RunError

__all__ = ["CAP_MS", "FAMILIES", "Row", "own_values", "parameters", "plain_value"]

Row = tuple[str, Sequence[float]]
"""A family's name and its parameters, in milliseconds where they are times."""

CAP_MS = 2**40
"""No drawn time is longer than this (35 years): sums of many stay far from the end of int64."""

CONSTANT, UNIFORM, EXPONENTIAL, TRIANGULAR, LOGNORMAL = 0, 1, 2, 3, 4
NORMAL, EMPIRICAL, BERNOULLI, CHOICE, UNIFORM52, GAMMA = 5, 6, 7, 8, 9, 10

FAMILIES: dict[str, int] = {
    "constant": CONSTANT,
    "uniform": UNIFORM,
    "exponential": EXPONENTIAL,
    "triangular": TRIANGULAR,
    "lognormal": LOGNORMAL,
    "normal": NORMAL,
    "empirical": EMPIRICAL,
    "bernoulli": BERNOULLI,
    "choice": CHOICE,
    "uniform52": UNIFORM52,
    "gamma": GAMMA,
}
"""The code that kernels know each family by."""

Parameters = tuple[float, float, float, float]
_COUNTS = {
    "constant": 1,
    "uniform": 2,
    "exponential": 1,
    "triangular": 3,
    "lognormal": 2,
    "normal": 2,
    "gamma": 2,
    "bernoulli": 1,
    "uniform52": 0,
}
_SUM_SLACK = 1e-9  # shares written with a few decimals may miss 1 by this much
_STANDARD = NormalDist()


def own_values(row: Row, place: str) -> tuple[float, ...]:
    """Check a row and return the values that it looks up; rows with the same values may share them.

    Args:
        row: Family and parameters.
        place: What to name in a refusal.

    Returns:
        Values for the table that all rows share; for most families none.

    Raises:
        RunError: The family is unknown, or its parameters do not make a distribution.
    """
    name, given = row
    if name not in FAMILIES:
        raise RunError(f"unknown family {name!r}, expected one of {', '.join(FAMILIES)}", place=place)
    p = [float(x) for x in given]
    _check_row(name, p, place)
    if name == "gamma":
        return gamma_table(p[1])
    if name == "empirical":
        return tuple(sorted(p))
    return tuple(_cumulated(p)) if name == "choice" else ()


def parameters(row: Row, start: int) -> Parameters:
    """Return the four parameters that the kernel reads.

    Args:
        row: Family and parameters (already checked).
        start: Where in the shared table this row's own values begin.
    """
    name, p = row[0], [float(x) for x in row[1]]
    if name in ("empirical", "choice"):
        return float(start), float(len(p)), 0.0, 0.0
    if name == "gamma":
        return p[0], float(start), 0.0, 0.0
    if name == "uniform":
        return p[0], p[1] - p[0], 0.0, 0.0
    if name == "triangular":
        low, mode, high = p
        return low, mode, high, (mode - low) / (high - low) if high > low else 1.0
    padded = (*p, 0.0, 0.0, 0.0, 0.0)
    return padded[0], padded[1], padded[2], padded[3]


def _cumulated(shares: list[float]) -> list[float]:
    """Running sums; the last becomes 1 where that was meant, so that rounding leaves nobody out."""
    sums = [math.fsum(shares[: k + 1]) for k in range(len(shares))]
    return [1.0 if abs(s - 1.0) <= _SUM_SLACK else s for s in sums]


def _check_row(name: str, p: list[float], place: str) -> None:
    expected = _COUNTS.get(name)
    if expected is not None and len(p) != expected:
        raise RunError(f"{name} takes {expected} parameters, found {len(p)}", place=place)
    if expected is None and not p:
        raise RunError(f"{name} needs at least one value", place=place)
    if not all(math.isfinite(x) for x in p):
        raise RunError(f"{name} needs finite parameters, found {p}", place=place)
    if name in _DEMANDS:
        holds, demand = _DEMANDS[name]
        if not holds(p):
            raise RunError(f"{name} needs {demand}, found {p}", place=place)


_DEMANDS: dict[str, tuple[Callable[[list[float]], bool], str]] = {
    "uniform": (lambda p: p[0] <= p[1], "low <= high"),
    "exponential": (lambda p: p[0] >= 0, "a mean of 0 or more"),
    "triangular": (lambda p: p[0] <= p[1] <= p[2], "min <= mode <= max"),
    "lognormal": (lambda p: p[0] > 0 and p[1] >= 0, "a median above 0 and a sigma of 0 or more"),
    "gamma": (
        lambda p: p[0] > 0 and LEAST_SHAPE <= p[1] <= MOST_SHAPE,
        f"a mean above 0 and a shape from {LEAST_SHAPE:g} to {MOST_SHAPE:g}",
    ),
    "normal": (lambda p: p[1] >= 0, "a standard deviation of 0 or more"),
    "bernoulli": (lambda p: 0 <= p[0] <= 1, "a probability from 0 to 1"),
    "choice": (
        lambda p: min(p) >= 0 and math.fsum(p) <= 1 + _SUM_SLACK,
        "shares of 0 or more that sum to at most 1",
    ),
}


def plain_value(row: Row, u: float, floor: int) -> int:
    """Return the value of one uniform number in plain Python: the reference that the kernel must equal.

    Args:
        row: Family and parameters (already checked).
        u: A number in (0, 1).
        floor: Least milliseconds; outcomes ignore it.

    Returns:
        Milliseconds, or the outcome for bernoulli, choice and uniform52.
    """
    name, p = row
    if name == "bernoulli":
        return int(u < p[0])
    if name == "choice":
        return sum(u >= c for c in _cumulated([float(x) for x in p]))
    if name == "uniform52":
        return int(u * 2.0**52)
    x = min(max(_plain_time(name, p, u), -CAP_MS), CAP_MS)
    return max(round(x), floor)


def _plain_time(name: str, p: Sequence[float], u: float) -> float:
    """Return the inverse distribution function, unrounded; the normal is the standard library's own."""
    if name == "constant":
        return p[0]
    if name == "uniform":
        return p[0] + u * (p[1] - p[0])
    if name == "exponential":
        return -p[0] * math.log(1.0 - u)
    if name == "triangular":
        low, mode, high = p
        if high == low or u < (mode - low) / (high - low):
            return low + math.sqrt(u * (high - low) * (mode - low))
        return high - math.sqrt((1.0 - u) * (high - low) * (high - mode))
    if name == "empirical":
        return sorted(p)[min(int(u * len(p)), len(p) - 1)]
    if name == "gamma":
        return p[0] / p[1] * _standard_gamma(p[1], u)
    z = _STANDARD.inv_cdf(u)
    if name == "normal":
        return p[0] + p[1] * z
    try:
        return p[0] * math.exp(p[1] * z)
    except OverflowError:
        return math.inf


def _standard_gamma(shape: float, u: float) -> float:
    """Return SciPy's gamma quantile: made in quite another way than the table, which it judges."""
    from scipy.special import gammainccinv, gammaincinv  # late: only the reference needs it

    return float(gammaincinv(shape, u) if u < 0.5 else gammainccinv(shape, 1.0 - u))

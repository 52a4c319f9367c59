"""Estimates beside an expectation: means of independent replications or batches, with a tolerance of their
own making."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["SIGMAS", "agrees", "batches"]

SIGMAS = 4.0
"""Width of every tolerance, in standard errors: a right engine misses it once in a thousand (Student, 20
replications) to once in sixteen thousand (normal); with fixed seeds a test either always passes or never."""


def agrees(estimates: Sequence[float] | NDArray[np.float64], expected: float, sharp: float) -> None:
    """Assert that the mean of independent estimates is the expectation.

    Args:
        estimates: One value a replication.
        expected: What the formula gives.
        sharp: The tolerance may be at most this share of the expectation: a noisy run must not pass.

    Raises:
        AssertionError: The mean is more than four standard errors away, or these are too wide to say
            anything.
    """
    values = np.asarray(estimates, np.float64)
    mean = float(values.mean())
    tolerance = SIGMAS * float(values.std(ddof=1)) / math.sqrt(len(values))
    assert tolerance <= sharp * abs(expected), f"blunt: {mean:.6g} ± {tolerance:.2g} beside {expected:.6g}"
    assert abs(mean - expected) <= tolerance, f"found {mean:.6g} ± {tolerance:.2g}, expected {expected:.6g}"


def batches(values: NDArray[np.float64] | NDArray[np.int64], count: int) -> NDArray[np.float64]:
    """Means of so many consecutive batches of equal length (what is left over is dropped)."""
    size = len(values) // count
    return values[: size * count].reshape(count, size).mean(axis=1)

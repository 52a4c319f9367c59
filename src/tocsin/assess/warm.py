"""Compile the kernels of weighing once and leave them in Numba's cache on disk: `python -m tocsin.assess.warm`."""

from __future__ import annotations

import numpy as np

from tocsin.assess.kernels import shares, times_points
from tocsin.assess.learnt import drawn_again

__all__ = ["warm"]


def warm() -> None:
    """Draw two places and multiply by them: the kernels are the same for any number."""
    ones = np.ones((2, 2))
    places = drawn_again(ones[0], np.array([0.25, 0.75]))
    times_points(ones, ones, places)
    shares(ones, ones, places, ones, places, 0, ones.copy())


if __name__ == "__main__":
    warm()

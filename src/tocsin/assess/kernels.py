"""The inner loops of weighing, compiled: drawing again by weight, and multiplying what was drawn.

Drawing by weight is inversion of the distribution function with a table of cut points: the first place whose running
sum reaches u times the whole, looked for from a place near it (Chen and Asau, "On generating random variates from an
empirical distribution", AIIE Transactions 6, 1974). It is the very place that bisection finds.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

__all__ = ["cut_points", "draw_row", "shares", "times_points"]

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int32]
_SMALL = 2.0**-500


@njit(cache=True, nogil=True)
def cut_points(weight: Floats, reached: Floats, cut: Places) -> None:
    """Make the table by which places are drawn.

    Args:
        weight: Not negative, shape (draws,).
        reached: Is filled with running sums.
        cut: Is filled: for each n-th part of the whole a place near the first that is looked for there.
    """
    total, count = 0.0, weight.shape[0]
    for place in range(count):
        total += weight[place]
        reached[place] = total
    place, step = 0, total / count
    for part in range(count):
        while place < count - 1 and reached[place] < part * step:
            place += 1
        cut[part] = place


@njit(cache=True, nogil=True)
def draw_row(weight: Floats, u: Floats, places: Places) -> None:
    """Draw places by weight.

    Args:
        weight: Not negative, shape (draws,).
        u: In (0, 1), shape (points,).
        places: Is filled: for each number the first place where the running sum is at least u times the whole.
    """
    count = weight.shape[0]
    reached, cut = np.empty(count), np.empty(count, np.int32)
    cut_points(weight, reached, cut)
    total = reached[count - 1]
    for point in range(u.shape[0]):
        wanted = u[point] * total
        place = cut[int(u[point] * count)]
        while place < count - 1 and reached[place] < wanted:
            place += 1
        while place > 0 and reached[place - 1] >= wanted:
            place -= 1
        places[point] = place


@njit(cache=True, nogil=True)
def times_points(total: Floats, value: Floats, places: Places) -> None:
    """Multiply the products of points by the values at the places drawn.

    Products of a point that have all become small are made larger by one power of two: only their shares are asked for.

    Args:
        total: Is changed, shape (points, hypotheses).
        value: Shape (draws, hypotheses).
        places: Shape (points,).
    """
    for point in range(total.shape[0]):
        place = places[point]
        whole = 0.0
        for name in range(total.shape[1]):
            total[point, name] *= value[place, name]
            whole += total[point, name]
        if whole < _SMALL:
            for name in range(total.shape[1]):
                total[point, name] /= _SMALL


@njit(cache=True, nogil=True)
def shares(
    total: Floats, over: Floats, over_places: Places, times: Floats, times_places: Places, first: int, found: Floats
) -> None:
    """Products of some points as shares of their sum, one value divided out and another multiplied in.

    Args:
        total: Products, shape (points, hypotheses).
        over: What is divided out, shape (draws, hypotheses), or (0, 0) for nothing.
        over_places: Where, shape (points,).
        times: What is multiplied in, shape (draws, hypotheses), or (0, 0) for nothing.
        times_places: Where, shape (points,).
        first: Which of all points the first of them is.
        found: Is filled there, shape (hypotheses, all points).
    """
    count = total.shape[1]
    one = np.empty(count)
    for point in range(total.shape[0]):
        whole = 0.0
        for name in range(count):
            one[name] = total[point, name]
        if over.shape[0]:
            for name in range(count):
                one[name] /= over[over_places[point], name]
        if times.shape[0]:
            for name in range(count):
                one[name] *= times[times_places[point], name]
        for name in range(count):
            whole += one[name]
        for name in range(count):
            found[name, first + point] = one[name] / whole

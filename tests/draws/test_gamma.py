"""The gamma's table: the quantile of every shape to a known accuracy, made alike everywhere, shared where it can be."""

from __future__ import annotations

import hashlib
import math

import numpy as np
import pytest
from scipy import special

from tocsin.draws import Column, Columns, draw, uniforms
from tocsin.draws.gamma import LEAST_SHAPE, MIDDLE, MOST_SHAPE, POINTS_A_UNIT, TERMS, gamma_table

SHAPES = [*np.geomspace(LEAST_SHAPE, 1, 12).tolist(), *np.geomspace(1.2, MOST_SHAPE, 24).tolist(), 2.0, 4.0, 100.0]
TAILS = np.concatenate([10.0 ** -np.linspace(0.302, 12, 4_001), [2.0**-53]])
"""u of the lower half and 1 - u of the upper: from next to the middle to 1e-12, and the least that is ever drawn."""


def quantiles(shape: float, z: np.ndarray) -> np.ndarray:
    """Value over mean, looked up in the table as its docstring says, in NumPy."""
    table = np.array(gamma_table(shape)).reshape(-1, TERMS)
    points = np.rint(z * POINTS_A_UNIT)
    coefficients = table[points.astype(int) + MIDDLE]
    return np.exp(np.polynomial.polynomial.polyval(z - points / POINTS_A_UNIT, coefficients.T, tensor=False))


@pytest.mark.parametrize("shape", SHAPES, ids="{:.3g}".format)
def test_the_table_is_scipys_quantile(shape: float) -> None:
    """Within 5e-13 of SciPy's gammaincinv and gammainccinv, relatively; within 1e-13 for shapes from 1 up.

    Drawn times are at most 1.1e12 ms (the cap): the last millisecond of a time of a year (3e10 ms) is not touched.
    """
    z = special.ndtri(TAILS)
    bound = 5e-13 if shape < 1 else 1e-13
    assert np.max(abs(shape * quantiles(shape, z) / special.gammaincinv(shape, TAILS) - 1)) < bound
    assert np.max(abs(shape * quantiles(shape, -z) / special.gammainccinv(shape, TAILS) - 1)) < bound


def test_the_table_reaches_as_far_as_luck() -> None:
    """The least u and the greatest, 2**-53 and 1 - 2**-53, lie nearest to a point that the table has."""
    assert abs(special.ndtri(2.0**-53)) * POINTS_A_UNIT < MIDDLE + 0.5


@pytest.mark.parametrize("shape", SHAPES[::5], ids="{:.3g}".format)
def test_pieces_meet_and_rise(shape: float) -> None:
    """Half-way between two points both pieces say the same (within 1e-12), and every piece rises with z."""
    table = np.array(gamma_table(shape)).reshape(-1, TERMS)
    half = 0.5 / POINTS_A_UNIT
    right = np.polynomial.polynomial.polyval(half, table[:-1].T, tensor=False)
    left = np.polynomial.polynomial.polyval(-half, table[1:].T, tensor=False)
    assert np.max(abs(right - left)) < 1e-12
    steps = np.linspace(-half, half, 9)
    assert (np.diff(np.polynomial.polynomial.polyval(steps, table.T[:, :, None], tensor=False), axis=1) > 0).all()


def test_the_table_is_the_same_everywhere() -> None:
    """The bytes of three tables are those of 2026-11 (our own: the table uses nothing that machines do unequally)."""
    bytes_of = b"".join(np.array(gamma_table(shape)).tobytes() for shape in (0.1, 2.25, 900.0))
    assert hashlib.sha256(bytes_of).hexdigest()[:16] == FROZEN


FROZEN = "f8bff557a5651610"


def test_shape_one_is_the_exponential_with_the_same_luck() -> None:
    """The gamma of shape 1 is the exponential: each person has the same time by either, up to one rounding."""
    people = np.arange(50_000)
    columns = [Column("desk", 1, 0, -1, ((family, p),)) for family, p in GAMMA_AND_EXPONENTIAL]
    one, other = (draw(Columns.compile([column]), 5, 0, people)[0] for column in columns)
    u = uniforms(5, 0, "desk", 1, people)
    assert abs(one - other).max() <= 1
    assert (one == other).mean() > 0.9999
    assert abs(one + 180_000 * np.log1p(-u)).max() < 0.5 + 1e-6


GAMMA_AND_EXPONENTIAL = [("gamma", (180_000.0, 1.0)), ("exponential", (180_000.0,))]


def test_rows_of_one_shape_share_a_table() -> None:
    """Gamma rows with other means but the same shape add one table, and each row keeps its own mean."""
    rows = tuple(("gamma", (mean, 4.0)) for mean in (1e6, 2e6, 3e6))
    columns = Columns.compile([Column("desk", 1, 0, 0, (*rows, ("empirical", (1.0, 2.0)), ("gamma", (1e6, 9.0))))])
    assert len(columns.table) == 2 * len(gamma_table(4.0)) + 2
    people = np.arange(9_000)
    values = draw(columns, 1, 0, people, (people % 5).astype(np.int32)[None])[0]
    for k, mean in enumerate((1e6, 2e6, 3e6)):
        found = values[people % 5 == k]
        assert abs(found.mean() / mean - 1) < 4.5 * 0.5 / math.sqrt(found.size)  # 0.5 = deviation over mean
    assert set(values[people % 5 == 3]) == {1, 2}

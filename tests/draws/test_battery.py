"""The battery: what Tocsin draws with passes it in every order, and bad generators do not."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from scipy import stats
from tools.battery import ORDERS, words
from tools.battery_checks import all_checks, avalanche

from tocsin.draws.streams import plain_word

FEW, MANY = 2**17, 2**22
TOO_SMALL = 1e-6  # some 500 p-values are looked at: by chance one in 2,000 such batteries has one this small


@cache
def p_values(candidate: str, order: str, many: int) -> dict[str, float]:
    """Return all p-values of a candidate in an order."""
    return all_checks(words(candidate, order, many))


def failures(candidate: str, order: str, many: int) -> dict[str, float]:
    """Return the checks that a candidate fails in an order."""
    return {name: p for name, p in p_values(candidate, order, many).items() if p < TOO_SMALL}


def many_words(k0: np.ndarray, k1: np.ndarray, person: np.ndarray) -> np.ndarray:
    """The word of `plain_word`, for whole arrays of inputs (NumPy's unsigned integers wrap)."""
    x = k0 + person * np.uint64(0x9E3779B97F4A7C15)
    x = (x ^ x >> np.uint64(30)) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ x >> np.uint64(27)) * np.uint64(0x94D049BB133111EB)
    x = (x ^ x >> np.uint64(31) ^ k1) * np.uint64(0xD6E8FEB86659FD93)
    return x ^ x >> np.uint64(32)


@pytest.mark.parametrize("order", ORDERS)
def test_our_generator_passes_in_every_order(order: str) -> None:
    """Words person by person, and across runs, stages, visits and seeds, show no flaw; nor do bad keys."""
    assert failures("keyed", order, FEW) == {}


@pytest.mark.parametrize(
    ("candidate", "order"),
    [
        ("weyl", "persons"),
        ("weyl", "runs"),
        ("halfmixed", "bare keys"),
        ("splitmix", "overlapping"),
        ("middle", "overlapping"),
    ],
)
def test_bad_generators_fail(candidate: str, order: str) -> None:
    """Negative control: an unmixed or half-mixed counter fails, and so does one key where streams overlap."""
    assert failures(candidate, order, FEW)


def test_our_p_values_are_themselves_uniform() -> None:
    """All p-values of the real orders together are uniform (they are only nearly independent)."""
    real = ["persons", "runs", "stages", "visits", "seeds"]
    p = [x for order in real for name, x in p_values("keyed", order, FEW).items() if "worst" not in name]
    p = [x for x in p if x < 1]  # "repeats" is 0 or 1
    assert stats.kstest(p, "uniform").pvalue > 1e-4


def test_every_bit_of_the_person_and_the_first_key_moves_every_bit() -> None:
    """Avalanche: flipping one input bit flips each output bit half of the time.

    The second key is outside: it enters last, to part streams, and is itself 64 bits of a strong hash.
    """
    starts = np.random.default_rng(2).integers(0, 2**63, (4_096, 3), dtype=np.uint64)
    starts[:, 2] %= np.uint64(2**20)
    assert many_words(*starts[:9].T).tolist() == [plain_word(*map(int, start)) for start in starts[:9]]
    found = avalanche(many_words, starts, only=("k0", "person"))
    assert min(found.values()) > TOO_SMALL


@pytest.mark.prove
@pytest.mark.parametrize("order", ORDERS)
def test_our_generator_passes_with_many_words(order: str) -> None:
    """The same with 32 times as many words."""
    assert failures("keyed", order, MANY) == {}


@pytest.mark.prove
@pytest.mark.parametrize("order", ["persons", "runs", "stages", "visits", "seeds"])
def test_a_half_mixed_generator_fails_in_every_real_order(order: str) -> None:
    """Negative control at length: one multiplication and one shift are not enough, in whatever order."""
    assert failures("halfmixed", order, MANY)

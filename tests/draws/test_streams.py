"""Streams: the same number for the same name everywhere, and none for what is no name."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.draws import blocks, quantiles, stream_keys, uniform, uniforms
from tocsin.draws.streams import plain_word
from tocsin.errors import RunError

WORDS = st.integers(0, 2**64 - 1)


@given(k0=WORDS, k1=WORDS, person=st.integers(0, 2**63 - 1))
def test_compiled_and_plain_word_have_the_same_bits(k0: int, k1: int, person: int) -> None:
    """The compiled hash equals the one in Python's own integers, whatever the keys and the person."""
    assert int(blocks.word(np.uint64(k0), np.uint64(k1), np.int64(person))) == plain_word(k0, k1, person)


@given(
    seed=WORDS,
    run=st.integers(0, 2**32 - 1),
    stage=st.text(min_size=1).filter(lambda t: t.isprintable()),
    visit=st.integers(0, 2**16 - 1),
    ids=st.lists(st.integers(0, 2**63 - 1), max_size=5),
)
def test_uniforms_equal_the_slow_mirror(seed: int, run: int, stage: str, visit: int, ids: list[int]) -> None:
    """The vector of uniforms is what the slow mirror gives person by person, bit for bit."""
    fast = uniforms(seed, run, stage, visit, np.array(ids, np.int64))
    assert fast.tolist() == [uniform(seed, run, stage, visit, person) for person in ids]


def test_uniform_is_never_0_or_1_and_is_symmetric() -> None:
    """The least and greatest word give 2**-53 and 1 - 2**-53: (m + 1/2) / 2**52 for m = 0 and 2**52 - 1."""
    least, most = blocks.uniform_of(np.uint64(0)), blocks.uniform_of(np.uint64(2**64 - 1))
    assert (least, most) == (2.0**-53, 1 - 2.0**-53)
    assert 0 < least < most < 1
    # The form with 53 bits would not do: its greatest value rounds to 1.
    assert ((2**53 - 1) + 0.5) * 2.0**-53 == 1.0


def test_every_part_of_the_name_counts() -> None:
    """Another seed, run, stage, visit or person is another number."""
    name = (1, 2, "medical", 3, 4)
    changed = [
        (0, 2, "medical", 3, 4),
        (1, 0, "medical", 3, 4),
        (1, 2, "medicaL", 3, 4),
        (1, 2, "medical", 0, 4),
    ]
    numbers = {uniform(*name), *(uniform(*other) for other in changed), uniform(1, 2, "medical", 3, 5)}
    assert len(numbers) == 6


def test_parts_of_the_name_cannot_be_confused() -> None:
    """Digits that move from one part of the name to its neighbour make another stream."""
    names = [
        (1, 11, "a", 1),
        (11, 1, "a", 1),
        (1, 1, "a", 11),
        (1, 1, "1\na", 1),
        (1, 11, "1\na", 1),
        (1, 1, "a", 1),
    ]
    assert len({stream_keys(*name) for name in names}) == len(names)


def test_keys_are_the_documented_hash() -> None:
    """The keys are the first 16 bytes of SHA-256 over format, seed, run, visit and stage, a line each."""
    digest = hashlib.sha256("tocsin draws 1\n7\n0\n2\nпризыв".encode()).digest()
    expected = int.from_bytes(digest[:8], "little"), int.from_bytes(digest[8:16], "little")
    assert stream_keys(7, 0, "призыв", 2) == expected


def test_frozen_uniforms() -> None:
    """The generator gives what it gave on 2026-11-22 (our own values: a change breaks every seed)."""
    ids = np.arange(100_000)
    digests = {
        name: hashlib.sha256(uniforms(*name, ids).tobytes()).hexdigest()[:16]
        for name in [(0, 0, "delivery", 1), (2026, 7, "medical", 2), (2**64 - 1, 2**32 - 1, "путь", 65535)]
    }
    assert list(digests.values()) == FROZEN
    assert uniform(2026, 0, "delivery", 1, 417).hex() == FROZEN_ONE


FROZEN = ["6ccf2f0124a30690", "fb18379ac0ba6179", "03f1457c50871c55"]
FROZEN_ONE = "0x1.52bf28a11050cp-3"


def test_log_and_exponential_are_within_two_last_places() -> None:
    """Coded logarithm and exponential are within 2 ulp of the C library's, over all arguments that occur."""
    rng = np.random.default_rng(1)
    x = np.concatenate([rng.random(20_000), 2.0 ** -rng.uniform(0, 53, 5_000), 1 - 2.0 ** -rng.uniform(1, 53, 5_000)])
    logs = np.array([quantiles.natural_log(v) for v in x])
    assert np.max(abs(logs - np.log(x)) / np.spacing(abs(np.log(x)))) <= 2
    y = np.concatenate([rng.normal(size=20_000) * 3, rng.uniform(-700, 700, 5_000), [0.0, -0.0, 1e-300]])
    powers = np.array([quantiles.exponential_of(v) for v in y])
    assert np.max(abs(powers - np.exp(y)) / np.spacing(np.exp(y))) <= 2


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ((-1, 0, "a", 1), "draws: seed"),
        ((2**64, 0, "a", 1), "draws: seed"),
        ((True, 0, "a", 1), "draws: seed"),
        ((1.5, 0, "a", 1), "draws: seed"),
        ((0, -1, "a", 1), "draws: run"),
        ((0, 2**32, "a", 1), "draws: run"),
        ((0, 0, "", 1), "draws: stage"),
        ((0, 0, 7, 1), "draws: stage"),
        ((0, 0, "\ud800", 1), "draws: stage"),
        ((0, 0, "a", 2**16), "draws: visit"),
    ],
)
def test_what_is_no_name_is_refused(name: tuple[int, int, str, int], place: str) -> None:
    """A number outside its range or a stage without a name is refused with its place."""
    with pytest.raises(RunError) as refusal:
        stream_keys(*name)
    assert refusal.value.place == place


@pytest.mark.parametrize("ids", [np.array([0, -1]), np.array([0.5]), np.zeros((2, 2), int)])
def test_what_are_no_ids_is_refused(ids: np.ndarray) -> None:
    """Negative, fractional or two-dimensional ids are refused."""
    with pytest.raises(RunError, match="person ids must be"):
        uniforms(0, 0, "a", 1, ids)
    with pytest.raises(RunError, match="person must be"):
        uniform(0, 0, "a", 1, -1)

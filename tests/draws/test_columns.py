"""Columns: each stream on its own, whatever stands beside it, in whatever order, on however many threads."""

from __future__ import annotations

import hashlib
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.draws import Column, Columns, draw, plain_value, uniform
from tocsin.errors import RunError

N = 30_011
PEOPLE = np.arange(N) * 7 + 3
CLASSES = np.stack([np.arange(N) % 3, np.arange(N) // 5 % 4]).astype(np.int32)
LISTED = [
    Column("delivery", 1, 0, -1, (("exponential", (3.6e6,)),)),
    Column("travel", 1, 0, 0, tuple(("lognormal", (5.4e6 * k, 0.5 / k)) for k in (1, 2, 3))),
    Column(
        "medical",
        1,
        1,
        1,
        (
            ("triangular", (120_000, 240_000, 540_000)),
            ("empirical", (5_000, 7_000, 6_000)),
            ("lognormal", (300_000, 0.4)),
            ("empirical", (1, 2, 3, 4)),
        ),
    ),
    Column("medical", 2, 1, -1, (("triangular", (120_000, 240_000, 540_000)),)),
    Column("comes", 1, 0, 0, (("bernoulli", (0.9,)), ("bernoulli", (0.5,)), ("bernoulli", (0.0,)))),
    Column("reason", 1, 0, 1, (("choice", (0.5, 0.5)), ("constant", (3,)), ("uniform52", ()), ("choice", (1.0,)))),
]
WHOLE = Columns.compile(LISTED)


def everything(**changes: object) -> np.ndarray:
    """Draw the listed columns for everybody, with something changed."""
    given = {"columns": WHOLE, "seed": 5, "run": 1, "person": PEOPLE, "classes": CLASSES, **changes}
    return draw(**given)


def test_each_person_gets_the_row_of_their_class() -> None:
    """Every value equals the plain inverse of that person's own row, also where families are mixed."""
    values = everything()
    for c, column in enumerate(LISTED):
        for i in range(0, N, 97):
            row = column.rows[CLASSES[column.selector, i] if column.selector >= 0 else 0]
            u = uniform(5, 1, column.name, column.visit, int(PEOPLE[i]))
            assert values[c, i] == plain_value(row, u, column.floor), (column.name, i)


def test_frozen_values() -> None:
    """The columns give what they gave on 2026-11-22 (our own values: a change breaks every seed)."""
    assert hashlib.sha256(everything().tobytes()).hexdigest()[:16] == FROZEN


FROZEN = "0f7f44f56e2847cf"


@given(st.permutations(range(len(LISTED))), st.integers(1, len(LISTED)))
def test_other_columns_change_nothing(order: list[int], many: int) -> None:
    """Listing columns in another order, or leaving some out, changes nothing in what the others draw."""
    kept = order[:many]
    some = draw(Columns.compile([LISTED[k] for k in kept]), 5, 1, PEOPLE[:600], CLASSES[:, :600])
    assert (some == everything()[kept, :600]).all()


@given(st.integers(0, 2**32 - 1))
def test_permuting_people_permutes_values(seed: int) -> None:
    """The value belongs to the person, not to the row: a permutation of people is one of values."""
    order = np.random.default_rng(seed).permutation(2_000)
    permuted = draw(WHOLE, 5, 1, PEOPLE[order], CLASSES[:, order])
    assert (permuted == everything()[:, order]).all()


@pytest.mark.parametrize("threads", [1, 2, 3, 7])
def test_threads_change_nothing(threads: int) -> None:
    """However many threads share the rows, the bytes are the same; blocks of 512 are cut at other places."""
    assert (everything(threads=threads) == everything(threads=1)).all()


def test_rows_outside_the_range_are_left_alone() -> None:
    """The kernel writes the rows that it was given and no other."""
    from tocsin.draws.kernels import fill

    out = np.full((len(LISTED), N), -7)
    w = WHOLE
    keys = w.keys(5, 1)
    fill(out, PEOPLE, 700, 1_900, keys, w.selector, CLASSES, w.rows, w.family, w.params, w.floor, w.table)
    assert (out[:, 700:1_900] == everything()[:, 700:1_900]).all()
    assert (out[:, :700] == -7).all()
    assert (out[:, 1_900:] == -7).all()


def test_runs_and_visits_differ() -> None:
    """Another run, and another visit of the same stage, is other luck."""
    assert (everything()[0] != everything(run=2)[0]).mean() > 0.99
    assert (everything(seed=6)[0] != everything()[0]).mean() > 0.99
    medical = WHOLE.index("medical", 2)
    assert (everything()[medical] != everything()[medical - 1]).mean() > 0.9


def test_read_only_and_narrow_input_is_taken() -> None:
    """Read-only ids (Arrow's), unsigned ids and 64-bit classes give the same values, into a given array."""
    ids = PEOPLE.astype(np.uint32)
    ids.setflags(write=False)
    out = np.empty((len(LISTED), N), np.int64)
    assert everything(person=ids, classes=CLASSES.astype(np.int64), out=out) is out
    assert (out == everything()).all()


def test_nobody_and_nothing() -> None:
    """No people, or no columns, is an empty result and no error."""
    assert draw(WHOLE, 0, 0, PEOPLE[:0], CLASSES[:, :0]).shape == (len(LISTED), 0)
    assert draw(Columns.compile([]), 0, 0, PEOPLE).shape == (0, N)


def test_the_door_is_cheap() -> None:
    """Importing the door, as the command line's rooms do, does not load Numba."""
    code = "import sys, tocsin.draws; print('numba' in sys.modules)"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "False"


@pytest.mark.parametrize(
    ("column", "sentence"),
    [
        (Column("", 1, 0, -1, (("constant", (1,)),)), "needs a name"),
        (Column("a", -1, 0, -1, (("constant", (1,)),)), "visit must be a whole number"),
        (Column("a", 1, 0, -1, ()), "at least one row"),
        (Column("a", 1, 0, -1, (("constant", (1,)), ("constant", (2,)))), "the selector must be 0 or more"),
        (Column("a", 1, 0, -2, (("constant", (1,)),)), "the selector must be 0 or more"),
        (Column("a", 1, 2**41, -1, (("constant", (1,)),)), "the floor must be within"),
    ],
)
def test_what_is_no_column_is_refused(column: Column, sentence: str) -> None:
    """A column without a name, a row, a valid selector or floor is refused."""
    with pytest.raises(RunError, match=sentence):
        Columns.compile([column])


def test_a_stream_named_twice_is_refused() -> None:
    """Two columns with the same stage and visit would have equal luck."""
    with pytest.raises(RunError, match="two columns share this stream") as refusal:
        Columns.compile([LISTED[0], LISTED[1], LISTED[0]])
    assert refusal.value.place == "draws: delivery, visit 1"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"classes": None}, "selector 0 has no row among the 0"),
        ({"classes": CLASSES[:1]}, "selector 1 has no row among the 1"),
        ({"classes": CLASSES[:, :-1]}, "classes must be whole numbers of shape"),
        ({"classes": CLASSES + 1}, "classes must be 0 to 2, found 0 to 3 in selector 0"),
        ({"classes": CLASSES - 1}, "found -1 to"),
        ({"classes": CLASSES * 1.0}, "classes must be whole numbers"),
        ({"out": np.empty((2, N), np.int64)}, "out must be"),
        ({"out": np.empty((N, len(LISTED)), np.int64).T}, "out must be"),
        ({"person": PEOPLE - 10}, "person ids must be 0 or more, found -7"),
        ({"seed": -1}, "seed must be"),
    ],
)
def test_every_index_is_looked_at_before_the_kernel_runs(changes: dict[str, object], sentence: str) -> None:
    """What would let the kernel read or write outside an array is refused."""
    with pytest.raises(RunError, match=sentence):
        everything(**changes)


def test_an_unknown_column_is_refused() -> None:
    """Asking for the place of a column that is not there is refused."""
    with pytest.raises(RunError, match="no column 'kit' with visit 1"):
        WHOLE.index("kit")

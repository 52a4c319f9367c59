"""The critical path in words: every kind of step has words, and minutes add up exactly."""

from __future__ import annotations

import re

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.brief.cases import west

from tocsin.brief.critical import PHRASES, SORTS, critical, exact_minutes, in_words, phrase, worded
from tocsin.measure.catalogue import CATALOGUE
from tocsin.measure.critical import PATH

MINUTE = 60_000
WAITS = {line.name for line in CATALOGUE["C7"].lines[1:]}
"""Every kind of step; the first line is that of the whole path."""
TIME = re.compile(r"(?:([\d,]+)\u00a0h\u00a0(\d\d)|(\d+)\u00a0min)")


def path(*steps: tuple[str, str, str, float]) -> pl.DataFrame:
    """A path of these steps: wait, what, place, minutes."""
    ends, at = [], 0.0
    for *_, minutes in steps:
        at += minutes * MINUTE
        ends.append(round(at))
    begins = [0, *ends[:-1]]
    columns = {
        "step": range(1, len(steps) + 1), "began_ms": begins, "ended_ms": ends,
        "length_ms": [b - a for a, b in zip(begins, ends, strict=True)],
        **{name: [step[k] for step in steps] for k, name in enumerate(("wait", "what", "place"))},
    }  # fmt: skip
    return pl.DataFrame(
        [pl.Series(name, columns.get(name, [None] * len(steps)), dtype=dtype) for name, dtype in PATH.items()]
    )


def minutes_in(text: str) -> list[int]:
    """All times of a sentence in whole minutes."""
    return [int(m) if m else 60 * int(h.replace(",", "")) + int(mm) for h, mm, m in TIME.findall(text)]


def test_every_kind_of_step_has_words() -> None:
    """Whatever C7 may call a step, the report can say it, with what and where known or not."""
    assert PHRASES.keys() == WAITS
    for wait, said in PHRASES.items():
        assert said.sort in SORTS
        assert "Lida" in said.words("Lida", "Lida") or wait in _NAMELESS
        assert "  " not in said.words("", "") and said.words("", "").strip()


_NAMELESS = {"waiting for the summons", "waiting for an answer", "getting ready"}


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (("waiting for couriers", "courier", "Lida"), "waiting for the couriers of Lida"),
        (("waiting at a station", "kit", "point 7"), "waiting for kit at point 7"),
        (("waiting for the order", "the authority", ""), "until the authority sent the order"),
        (("on the way", "", "Hrodna"), "on the way to Hrodna"),
        (("between stations", "request", "Hrodna"), "until a request was made"),
        (("ride", "bus", ""), "on the bus"),
    ],
)
def test_steps_in_words(step: tuple[str, str, str], words: str) -> None:
    """As a person would say it, without a gap where a name is missing."""
    assert phrase(*step) == words


def test_the_sentence_of_the_issue() -> None:
    """31 h 40: 9 h 10 for the couriers of Lida, 4 h 05 for kit, and the rest, in descending order."""
    steps = (
        ("waiting for the order", "the authority", "", 60.0),
        ("waiting for couriers", "courier", "Lida", 300.0),
        ("waiting for couriers", "courier", "Lida", 250.0),
        ("getting ready", "", "", 1_045.0),
        ("waiting at a station", "kit", "point 7", 245.0),
    )
    assert in_words("Brigade", path(*steps)).replace("\u00a0", " ") == (
        "Of 31 h 40 until “Brigade” was complete: 17 h 25 at home, until setting out, 9 h 10 waiting for the couriers "
        "of Lida, 4 h 05 waiting for kit at point 7 and 1 h 00 until the authority sent the order."
    )


@given(st.lists(st.tuples(st.sampled_from(sorted(WAITS)), st.sampled_from("ab"), st.sampled_from(["", "Lida"]),
                          st.floats(0, 900)), min_size=1, max_size=30))  # fmt: skip
def test_the_parts_add_up_to_the_whole(steps: list[tuple[str, str, str, float]]) -> None:
    """The first time of the sentence is the sum of all others, to the minute, whatever the steps are."""
    made = path(*steps)
    if made["ended_ms"][-1] == 0:
        return
    whole, *parts = minutes_in(in_words("Task", made))
    assert whole == sum(parts)
    assert abs(whole - made["ended_ms"][-1] / MINUTE) <= 0.5


@given(st.lists(st.integers(0, 10_000_000), max_size=40))
def test_minutes_are_exact(lengths: list[int]) -> None:
    """Each is its length rounded up or down, and together they are the rounded whole."""
    minutes = exact_minutes(lengths)
    assert sum(minutes) == (sum(lengths) + MINUTE // 2) // MINUTE
    assert all(length // MINUTE <= n <= length // MINUTE + 1 for n, length in zip(minutes, lengths, strict=True))


def test_the_strip_is_the_whole_time() -> None:
    """Stretches follow each other without a gap, from the alert to the end, and the table has the same minutes."""
    for held in critical(west()):
        made = west().paths[held.name]
        at = 0.0
        for part in held.parts:
            assert part.start == pytest.approx(at, abs=1e-9)
            at += part.share
        assert at == pytest.approx(1.0)
        told = [minutes_in(row.cells[0].text)[0] for row in held.table.rows]
        assert sum(told) == sum(part.minutes for part in held.parts) == minutes_in(held.sentence)[0]
        assert abs(sum(told) - made["length_ms"].sum() / MINUTE) <= 0.5


def test_the_longest_are_told() -> None:
    """Tasks that were complete and the last unit formed, the longest first."""
    found = critical(west())
    ends = [west().paths[held.name]["ended_ms"][-1] for held in found]
    assert ends == sorted(ends, reverse=True) and len(found) >= 2


def test_times_are_written_plainly() -> None:
    """Below an hour in minutes, above with two digits of minutes."""
    assert [worded(n).replace("\u00a0", " ") for n in (0, 45, 60, 545, 1900)] == [
        "0 min",
        "45 min",
        "1 h 00",
        "9 h 05",
        "31 h 40",
    ]

"""Bounds in words: what stands in the tables of the watch room."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from tocsin.brief.watch_words import count_words, lag_words, origin_names, time_words
from tocsin.watch import Bounds
from tocsin.watch.times import read_time

MINSK = ZoneInfo("Europe/Minsk")


def at(text: str) -> Bounds:
    return read_time(text, MINSK)[0]


@pytest.mark.parametrize(
    ("time", "words"),
    [
        (at("2026-02-19"), "19 Feb"),
        (at("2026-02-19T08:00"), "19 Feb 08:00"),
        (Bounds(at("2026-02-16").least, at("2026-02-19").most), "16 Feb – 19 Feb"),
        (Bounds(at("2026-02-16T22:00").least, at("2026-02-17T15:00").least), "16 Feb 22:00 – 17 Feb 15:00"),
        (Bounds(at("2026-02-16").least, None), "from 16 Feb"),
        (Bounds(None, at("2026-02-17").most), "until 17 Feb"),
        (at("2025-12-31"), "31 Dec 2025"),
        (Bounds(), "not known"),
    ],
)
def test_times_are_told_as_they_are_known(time: Bounds, words: str) -> None:
    """A day is a day, an interval has both ends, an open one says so; a year is told where it is another one."""
    assert time_words(time, MINSK, 2026) == words


@pytest.mark.parametrize(
    ("count", "unit", "words"),
    [
        (Bounds(400, 400), "person", "400 people"),
        (Bounds(1, 1), "person", "1 person"),
        (Bounds(4000, 5000), "person", "4,000 to 5,000 people"),
        (Bounds(1500, None), "person", "at least 1,500 people"),
        (Bounds(None, 60), "day", "at most 60 days"),
        (Bounds(), "", "–"),
    ],
)
def test_counts_are_bounds(count: Bounds, unit: str, words: str) -> None:
    """At least, at most, from to, or exactly; never about."""
    assert count_words(count, unit) == words


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (Bounds(2, 47), "2 to 47 hours later"),
        (Bounds(24, 144), "1 to 6 days later"),
        (Bounds(-24, 96), "1 day earlier to 4 days later, order not known"),
        (Bounds(-24, 24), "1 day earlier to 1 day later, order not known"),
        (Bounds(-72, -24), "1 to 3 days earlier"),
        (Bounds(0, 1), "0 to 1 hours later"),
        (Bounds(24, None), "at least 1 day later"),
        (Bounds(-24, None), "at most 1 day earlier, or any time later"),
        (Bounds(None, 24), "at most 1 day later, or any time earlier"),
        (Bounds(None, -24), "at least 1 day earlier"),
        (Bounds(), "not known"),
    ],
)
def test_lags_are_earlier_or_later(hours: Bounds, words: str) -> None:
    """A lag says what its ends mean; one that may be below zero says that the order is not known."""
    assert lag_words(hours) == words


def test_unnamed_origins_are_said_to_be_so() -> None:
    """A name that begins with ? is of nobody: it may be one of the others, and its report's id is not shown as one."""
    assert origin_names(["?r060", "Zerkalo", "Latushko"]) == "Latushko, Zerkalo, unnamed (may be one of the others)"
    assert origin_names(["?r060", "?r059"]) == "2 unnamed (each may be one of the others)"
    assert origin_names([]) == "–"

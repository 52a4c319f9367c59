"""How weighed cases are worded: no probability is written as none or all, signs say which way and how far."""

from __future__ import annotations

import pytest

from tocsin.assess.model import Absence, Item, Range
from tocsin.brief.weigh_words import band, judged_words, percent, points, said, sign


@pytest.mark.parametrize(
    ("p", "words"),
    [(0.0, "< 1 %"), (0.004, "< 1 %"), (0.006, "1 %"), (0.5, "50 %"), (0.997, "> 99 %"), (1.0, "> 99 %")],
)
def test_percent(p: float, words: str) -> None:
    """Whole per cent; below half of one and above 99.5 no figure that looks sure."""
    assert percent(p, " ") == words


def test_band() -> None:
    """The sign once; equal ends once; open ends in words."""
    assert band(0.312, 0.74, " ") == "31–74 %"
    assert band(0.001, 0.003, " ") == "< 1 %"
    assert band(0.001, 0.09, " ") == "< 1 % to 9 %"
    assert band(0.9, 0.999, " ") == "90 % to > 99 %"


@pytest.mark.parametrize(
    ("ratio", "signs"),
    [(0.0, "·"), (0.01, "·"), (-0.05, "−"), (0.11, "++"), (-0.31, "−−−"), (0.9, "++++")],
)
def test_sign(ratio: float, signs: str) -> None:
    """One sign from 1.05 times (log10 .02), two from 1.3 (.1), three from twice (.3), four from five times (.7)."""
    assert sign(ratio) == signs


def test_points() -> None:
    """Changes are whole points with a sign that is no hyphen."""
    assert [points(0.074), points(-0.031), points(0.004)] == ["+7", "−3", "0"]


def test_an_absence_says_that_it_was_not_seen() -> None:
    """What was looked for is never shown as if it had happened."""
    likely = Range(0.55, 0.8, "likely")
    item = Item("x", "A decree of mobilisation.", "absence", {"a": likely}, absence=Absence("There.", likely))
    assert said(item) == "Not seen: a decree of mobilisation."
    assert judged_words(likely) == "likely" and "55–80" in judged_words(Range(0.55, 0.8))

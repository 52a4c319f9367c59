"""Numbers of an answer in words: percentages, changes in points, ranges, words of probability."""

from __future__ import annotations

from typing import Final

from tocsin.assess.answer import Likely
from tocsin.assess.model import Range
from tocsin.assess.words import WORDS

__all__ = ["CHOICES", "band_words", "moved", "percent", "points", "ratio_words", "said", "sentence"]

CHOICES: Final = tuple((one.name, f"{one.name} ({one.low:.0%}–{one.high:.0%})") for one in WORDS)
"""The seven words, as a form offers them."""
_LEAST: Final = 0.005


def percent(share: float) -> str:
    """A probability: `71 %`; what would round to none or all is said to be below or above."""
    if share < _LEAST:
        return "below 1 %"
    if share > 1 - _LEAST:
        return "above 99 %"
    return f"{share * 100:.0f} %"


def band_words(low: float, high: float) -> str:
    """A 5–95 % band: `52 % to 84 %`."""
    return f"{percent(low)} to {percent(high)}"


def points(change: float) -> str:
    """A change of a probability in points of a hundred: `+7`, `−7`, `±0`."""
    whole = round(change * 100)
    return f"+{whole}" if whole > 0 else f"−{-whole}" if whole < 0 else "±0"


def ratio_words(log10: float) -> str:
    """A log10 ratio with its sign: `+0.31`, `−0.31`, `0.00` where both are alike."""
    told = f"{abs(log10):.2f}"
    return told if float(told) == 0 else f"{'+' if log10 > 0 else '−'}{told}"


def said(judged: Range) -> str:
    """A judged probability: its word, or its range in numbers."""
    return judged.word or band_words(judged.low, judged.high)


def sentence(one: Likely) -> str:
    """How likely a hypothesis is, one sentence: word and median, and the range with its name."""
    words = one.low_word if one.low_word == one.high_word else f"from {one.low_word} to {one.high_word}"
    run = f"it stays within {words}" if one.low_word == one.high_word else f"the range runs {words}"
    return f"{one.name} is {one.word} (median {percent(one.median)}); {run} (5–95 %: {band_words(one.low, one.high)})."


def moved(name: str, before: float, after: float) -> str:
    """What became of a median: `Routine check: 71 % → 64 %`, or that it stays."""
    first, last = percent(before), percent(after)
    return f"{name}: {first} → {last}" if first != last else f"{name}: stays {first}"

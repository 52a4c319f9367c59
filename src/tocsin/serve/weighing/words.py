"""Numbers of an answer in words: percentages, changes in points, ranges, words of probability."""

from __future__ import annotations

from typing import Final

from tocsin.assess.model import Item, Range
from tocsin.assess.words import WORDS

__all__ = ["CHOICES", "band_words", "percent", "points", "ratio_words", "said", "seen_words", "stated"]

CHOICES: Final = tuple((one.name, f"{one.name} ({one.low * 100:.0f}–{one.high * 100:.0f}\u00a0%)") for one in WORDS)
"""The seven words, as a form offers them."""
_LEAST: Final = 0.005


def percent(share: float) -> str:
    """A probability: `71 %` on one line; what would round to none or all is said to be below or above."""
    if share < _LEAST:
        return "below 1\u00a0%"
    if share > 1 - _LEAST:
        return "above 99\u00a0%"
    return f"{share * 100:.0f}\u00a0%"


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


def stated(item: Item) -> str:
    """The statement of an item as it is listed: of an absence, that it was not seen."""
    return f"Not seen: {item.says}" if item.sort == "absence" else item.says


def seen_words(word: str) -> str:
    """How likely something is to be seen: `It is likely to be seen`, `There is almost no chance to see it`."""
    if word == "almost no chance":
        return "There is almost no chance to see it"
    return f"Whether it will be seen is {word}" if word == "roughly even" else f"It is {word} to be seen"

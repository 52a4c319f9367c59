"""The words of probability: one row of words (ICD 203), never mixed with another.

Intelligence Community Directive 203, "Analytic Standards" (2 January 2015), D.6.e.(2)(a): seven words for seven ranges.
A likelihood says how probable; how sure we are of our grounds is said in another sentence.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

__all__ = ["WORDS", "Word", "range_of", "word_of"]


@dataclass(frozen=True, slots=True)
class Word:
    """A word of probability.

    Attributes:
        name: The word.
        low: The least probability that it means.
        high: The most.
    """

    name: str
    low: float
    high: float


WORDS: Final = (
    Word("almost no chance", 0.01, 0.05),
    Word("very unlikely", 0.05, 0.20),
    Word("unlikely", 0.20, 0.45),
    Word("roughly even", 0.45, 0.55),
    Word("likely", 0.55, 0.80),
    Word("very likely", 0.80, 0.95),
    Word("almost certain", 0.95, 0.99),
)
"""From least to most; together they cover 1 % to 99 % without a gap."""
_BY_NAME: Final = {one.name: one for one in WORDS}


def range_of(name: str) -> tuple[float, float] | None:
    """The least and most probability that a word means; None if it is none of the seven."""
    found = _BY_NAME.get(name)
    return None if found is None else (found.low, found.high)


def word_of(probability: float) -> str:
    """The word for a probability from 0 to 1; on a border the word that is nearer to even.

    Below 1 % and above 99 % the outermost words are still used: there is no word for certainty.
    """
    for one in WORDS[:3]:
        if probability < one.high:
            return one.name
    if probability <= WORDS[3].high:
        return WORDS[3].name
    return next((one.name for one in WORDS[4:] if probability <= one.high), WORDS[-1].name)

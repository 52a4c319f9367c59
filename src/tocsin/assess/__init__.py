"""What it means: hypotheses weighed by evidence that is bound to claims, incidents, footprint and law.

For: analysts who must say how likely it is that a call-up is the routine check that it is said to be.
Takes: a case (hypotheses, judged likelihoods, a prior), and what a watch folder holds.
Gives: ranges as words, what carries the answer and what would change it, what to look for next, and a scored record.
Never: counts twice what an origin says once, calls anything certain, or mixes a likelihood and a confidence.
Start reading at: model.py, then case.py, bind.py and weigh.py.
"""

from tocsin.assess.model import (
    Absence,
    Case,
    Evidence,
    Footing,
    Grade,
    Hypothesis,
    Item,
    LawFooting,
    Observation,
    Prior,
    Range,
    WatchFor,
    Witness,
    World,
)
from tocsin.assess.words import WORDS, Word, range_of, word_of

__all__ = [
    "WORDS",
    "Absence",
    "Case",
    "Evidence",
    "Footing",
    "Grade",
    "Hypothesis",
    "Item",
    "LawFooting",
    "Observation",
    "Prior",
    "Range",
    "WatchFor",
    "Witness",
    "Word",
    "World",
    "range_of",
    "word_of",
]

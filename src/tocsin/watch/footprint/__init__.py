"""The strength of forces that stand in a country over time, from dated statements that disagree and grow old.

For: analysts who ask how many, since when, who says so, and how like it is to the last build-up.
Takes: sightings (coded, or counted claims of the ledger), a moment, and until when things are known.
Gives: per owner, kind, unit, scope and place an estimate with its interval and rows; marks, signs, contradictions.
Never: adds or joins units or scopes, feeds a plan or promise as a count, or reads silence as nothing there.
Start reading at: series.py, then epochs.py, level.py and estimate.py.
"""

from tocsin.watch.footprint.backtest import backtest, cut_times, interval_score
from tocsin.watch.footprint.claims import from_claims, unfed_claims
from tocsin.watch.footprint.estimate import Estimate, estimate
from tocsin.watch.footprint.footprint import Contradiction, Footprint, LeftOut, course, footprint
from tocsin.watch.footprint.indicators import Indicator, indicators
from tocsin.watch.footprint.level import Assumptions
from tocsin.watch.footprint.likeness import Likeness, Mark, likeness
from tocsin.watch.footprint.marks import Change, Crossing, changes, crossings
from tocsin.watch.footprint.series import Key, Series, Statement, series_of

__all__ = [
    "Assumptions",
    "Change",
    "Contradiction",
    "Crossing",
    "Estimate",
    "Footprint",
    "Indicator",
    "Key",
    "LeftOut",
    "Likeness",
    "Mark",
    "Series",
    "Statement",
    "backtest",
    "changes",
    "course",
    "crossings",
    "cut_times",
    "estimate",
    "footprint",
    "from_claims",
    "indicators",
    "interval_score",
    "likeness",
    "series_of",
    "unfed_claims",
]

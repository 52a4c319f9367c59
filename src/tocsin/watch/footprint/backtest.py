"""The back-test: cut at a date, predict what is said later, score it against what was said, and beside persistence.

At a cut only rows that were surely published by then are known. Predicted are the counts of the same series that were
published after the cut and are about a time after it, up to a year; each prediction is a 90 % interval of what the next
voice says. A series that nobody had counted by the cut is not predicted by either.

The score is the interval score of Gneiting & Raftery, "Strictly proper scoring rules, prediction, and estimation",
Journal of the American Statistical Association 102 (2007), section 6.2, for a central 90 % interval (alpha = 0.1):

    S(l, u; x) = (u − l) + (2 / alpha) (l − x) [x < l] + (2 / alpha) (x − u) [x > u]

less is better. The main scale is log(1 + strength), because a mean on people would be the mean of the largest series
alone, and one battalion would weigh nothing beside 45,000 soldiers. The second scale is people (or whatever the unit
is) divided by the series' own mean count, so that units meet as ratios.

A statement that is itself an interval is scored against the end that is nearest to the prediction (an interval that
holds any of it scores its width alone), and again against the worst of its known ends; both methods alike.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from tocsin.watch.footprint.epochs import log_bounds
from tocsin.watch.footprint.estimate import ASSUMED, Z90, estimate
from tocsin.watch.footprint.level import Assumptions
from tocsin.watch.footprint.persistence import FEWEST_PAIRS, Persistence, persist
from tocsin.watch.footprint.series import Key, Series, key_of, series_of, time_of
from tocsin.watch.model import Sighting
from tocsin.watch.times import DAY_MS

__all__ = ["ALPHA", "CUTS", "HORIZON_DAYS", "Case", "Result", "Score", "backtest", "cut_times", "interval_score"]

ALPHA: Final = 0.1
CUTS: Final = 10
HORIZON_DAYS: Final = 365


@dataclass(frozen=True, slots=True)
class Score:
    """One prediction on one scale.

    Attributes:
        low: Lower end of the interval.
        high: Upper end.
        nearest: Its score against the nearest end of the truth.
        worst: Its score against the worst known end.
        held: Whether the interval holds any of the truth.
    """

    low: float
    high: float
    nearest: float
    worst: float
    held: bool


@dataclass(frozen=True, slots=True)
class Case:
    """One statement that was predicted at one cut, by both.

    Attributes:
        cut_ms: The cut.
        row: Id of the statement.
        key: Its series.
        ahead_days: From the cut to what it is about.
        ours: Our prediction in log(1 + strength).
        peer: Persistence's.
        ours_people: Ours in the series' unit, divided by the series' mean count.
        peer_people: Persistence's.
    """

    cut_ms: int
    row: str
    key: Key
    ahead_days: float
    ours: Score
    peer: Score
    ours_people: Score
    peer_people: Score


@dataclass(frozen=True, slots=True)
class Result:
    """What came of it.

    Attributes:
        cuts: The cut dates.
        cases: Every statement predicted, by cut, series and id.
    """

    cuts: tuple[int, ...]
    cases: tuple[Case, ...]

    def mean(self, method: str, *, end: str = "nearest") -> float:
        """Mean score of a method (`ours`, `peer`, `ours_people`, `peer_people`); nan without cases."""
        return _mean([float(getattr(getattr(one, method), end)) for one in self.cases])

    def ratio(self, *, people: bool = False, end: str = "nearest") -> float:
        """Persistence's mean score over ours; above 1 ours is better."""
        tail = "_people" if people else ""
        return self.mean(f"peer{tail}", end=end) / self.mean(f"ours{tail}", end=end)

    def coverage(self, method: str = "ours") -> float:
        """Which share of the statements the intervals hold."""
        return _mean([float(getattr(one, method).held) for one in self.cases])

    def width(self, method: str = "ours") -> float:
        """Mean width of the intervals."""
        return _mean([getattr(one, method).high - getattr(one, method).low for one in self.cases])


def interval_score(low: float, high: float, value: float, alpha: float = ALPHA) -> float:
    """The interval score of a central (1 − alpha) interval against a value; less is better."""
    return (high - low) + 2 / alpha * (max(0.0, low - value) + max(0.0, value - high))


def cut_times(sightings: Iterable[Sighting], cuts: int = CUTS, *, midway: bool = False) -> tuple[int, ...]:
    """The cut dates: when the counts at the deciles were published, ranks ⌊k n / (cuts + 1)⌋ of n for k = 1 … cuts.

    Args:
        sightings: All statements; only counts of what stood decide.
        cuts: How many.
        midway: The ranks half a step later instead: cuts to try things on, so that the others stay unseen.
    """
    times = sorted(
        row.published.most
        for series in series_of(sightings)
        for row in series.rows("count")
        if row.published.most is not None
    )
    shift = 0.5 if midway else 0.0
    ranks = [int((k + shift) * len(times) / (cuts + 1)) for k in range(1, cuts + 1)]
    return tuple(times[rank] for rank in ranks) if times else ()


def backtest(
    sightings: Iterable[Sighting],
    cuts: Sequence[int] | None = None,
    *,
    horizon_days: float = HORIZON_DAYS,
    assumed: Assumptions = ASSUMED,
    signed: bool = False,
    fewest: int = FEWEST_PAIRS,
) -> Result:
    """Predict at each cut, and score.

    Args:
        sightings: All statements.
        cuts: Cut moments; None = those of `cut_times`.
        horizon_days: How far ahead statements are predicted.
        assumed: Our priors.
        signed: Persistence by signed quantiles.
        fewest: How many pairs of one age persistence wants.
    """
    rows = tuple(sightings)
    chosen = tuple(cut_times(rows) if cuts is None else cuts)
    whole = {one.key: one for one in series_of(rows)}
    cases = [case for cut in chosen for case in _at(rows, whole, cut, horizon_days, assumed, signed, fewest)]
    return Result(chosen, tuple(cases))


def _at(
    rows: tuple[Sighting, ...],
    whole: dict[Key, Series],
    cut: int,
    horizon_days: float,
    assumed: Assumptions,
    signed: bool,
    fewest: int,
) -> list[Case]:
    """All cases of one cut."""
    known = {one.key: one for one in series_of(rows, cut)}
    peer = persist(known.values(), assumed, signed=signed, fewest=fewest)
    cases = []
    for key in sorted(whole):
        if key not in known or not known[key].rows("count"):
            continue
        for row in whole[key].rows("count"):
            time = time_of(row)
            told = row.published.most
            if time is None or told is None or told <= cut or not cut < time <= cut + horizon_days * DAY_MS:
                continue
            cases.append(_case(row, known[key], cut, time, peer, assumed))
    return cases


def _case(row: Sighting, known: Series, cut: int, time: int, peer: Persistence, assumed: Assumptions) -> Case:
    """One statement, predicted by both."""
    found = estimate(known, time, assumed=assumed)
    assert found.level is not None, "the series has a count"
    said = found.level.said()
    ours = max(0.0, said.mean - Z90 * said.sd), max(0.0, said.mean + Z90 * said.sd)
    theirs = peer.interval(known, time)
    ends = log_bounds(row.count)
    truth = 0.0 if row.count.least is None else ends[0], math.inf if row.count.most is None else ends[1]
    scale = _mean([math.expm1(end) for one in known.rows("count") for end in log_bounds(one.count)]) or 1.0
    return Case(
        cut,
        row.id,
        key_of(row),
        (time - cut) / DAY_MS,
        _score(ours, truth, ends),
        _score(theirs, truth, ends),
        _score(_people(ours, scale), _people(truth, scale), _people(ends, scale)),
        _score(_people(theirs, scale), _people(truth, scale), _people(ends, scale)),
    )


def _people(ends: tuple[float, float], scale: float) -> tuple[float, float]:
    """Ends in the series' unit, as shares of its mean count."""
    return math.expm1(ends[0]) / scale, math.expm1(ends[1]) / scale


def _score(interval: tuple[float, float], truth: tuple[float, float], ends: tuple[float, float]) -> Score:
    """Score an interval against a truth that may be one itself."""
    low, high = interval
    nearest = min(max(low, truth[0]), truth[1])
    missed = truth[1] < low or truth[0] > high
    worst = max(interval_score(low, high, end) for end in ends)
    return Score(low, high, interval_score(low, high, nearest), worst, not missed)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else math.nan

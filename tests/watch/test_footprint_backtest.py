"""The back-test: its score, its cuts, what each side may know, and what came of it."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest
from tests.watch.footprint_rows import BUNDLED, said

from tocsin.watch.footprint import Assumptions, backtest, cut_times, interval_score, series_of
from tocsin.watch.footprint.persistence import persist
from tocsin.watch.model import Bounds
from tocsin.watch.times import DAY_MS


def test_the_score_is_width_and_twenty_times_the_miss() -> None:
    """Gneiting & Raftery 2007, (43), alpha 0.1: [1, 3] against 2 is 2; against 4 is 2 + 20 · 1; against 0.5, 2 + 10."""
    assert interval_score(1, 3, 2) == 2
    assert interval_score(1, 3, 4) == pytest.approx(22)
    assert interval_score(1, 3, 0.5) == pytest.approx(12)


def test_cuts_are_the_deciles_of_publication() -> None:
    """Of 22 counts, published on days 0 to 21, the ranks ⌊k · 22 / 11⌋ are the days 2, 4, … 20; plans do not count."""
    rows = [said(f"r{n:02}", n, 5, 5) for n in range(22)]
    plans = [said(f"p{n:02}", n, 5, 5, basis="promised") for n in range(22)]
    assert cut_times([*rows, *plans]) == tuple(day * DAY_MS for day in range(2, 21, 2))
    assert cut_times([]) == ()


def test_only_later_counts_of_known_series_are_predicted() -> None:
    """Cut after day 0: day 10 is predicted; day 500 is past the horizon, tanks were never counted before, and what was
    published later about an earlier day is no prediction."""
    rows = [
        said("a", 0, 1000, 1000),
        said("b", 10, 1200, 1200),
        said("c", 500, 1200, 1200),
        said("d", 10, 5, 5, unit="tank", kind="tanks"),
        said("e", -3, 900, 900, published=Bounds(20 * DAY_MS, 20 * DAY_MS)),
    ]
    assert [one.row for one in backtest(rows, [0]).cases] == ["b"]


def test_what_is_said_after_the_cut_changes_no_prediction() -> None:
    """Predictions at a cut are the same whatever the later rows say."""
    rows = [said("a", 0, 1000, 1000), said("b", 10, 1200, 1200)]
    other = [rows[0], replace(rows[1], count=Bounds(9, 9))]
    first, second = (backtest(one, [0]).cases[0] for one in (rows, other))
    assert (first.ours.low, first.ours.high) == (second.ours.low, second.ours.high)
    assert (first.peer.low, first.peer.high) == (second.peer.low, second.peer.high)


def test_a_statement_with_an_open_side_is_met_by_what_it_allows() -> None:
    """ "At most 2,000" holds for an interval that reaches below it: both score their widths alone."""
    (case,) = backtest([said("a", 0, 1000, 1000), said("b", 1, None, 2000)], [0]).cases
    for score in (case.ours, case.peer):
        assert score.held
        assert score.nearest == pytest.approx(score.high - score.low)


def test_persistence_takes_the_last_value_and_its_changes() -> None:
    """Values 99, 199, 99 at days 0, 10, 20 (ln 100 = 4.605): the changes ten days apart are ± ln 2; with all three
    pairs (one of 0 at twenty days) the 90 % quantile of their sizes is ln 2, type 7 at (3 − 1) · 0.9 = 1.8 between
    ln 2 and ln 2."""
    rows = [said("a", 0, 99, 99), said("b", 10, 199, 199), said("c", 20, 99, 99)]
    known = series_of(rows)
    low, high = persist(known, Assumptions()).interval(known[0], 30 * DAY_MS)
    assert low == pytest.approx(math.log(100) - math.log(2))
    assert high == pytest.approx(math.log(100) + math.log(2))


def test_persistence_without_pairs_has_our_prior() -> None:
    """One count has no change; the interval is that of two draws of the walk and the noise of two voices:
    variance 2 · 1² · (1 − e^(−180/180)) + 2 · 0.3² = 1.444241."""
    known = series_of([said("a", 0, 99, 99)])
    low, high = persist(known, Assumptions()).change(180)
    assert high == -low == pytest.approx(1.644854 * math.sqrt(1.444241), rel=1e-5)


def test_the_back_test_of_the_bundled_rows_beats_persistence() -> None:
    """Issue 6: persistence's mean score over ours is at least 1; the coverage of 97 dependent cases (28 statements)
    lies within 0.75 and 1, the same in any order."""
    found = backtest(BUNDLED)
    assert len(found.cuts) == 10
    assert len(found.cases) > 50
    assert found.ratio() >= 1
    assert 0.75 <= found.coverage() <= 1
    assert backtest(tuple(reversed(BUNDLED))) == found
    page = (Path(__file__).resolve().parents[2] / "docs" / "watch-footprint.md").read_text(encoding="utf-8")
    told = f"| `watch.footprint` | {found.mean('ours'):.2f} | {found.mean('peer'):.2f} | {found.ratio():.2f} |"
    assert told in page

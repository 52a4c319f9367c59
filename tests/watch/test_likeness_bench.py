"""The benches' own parts: made posts, their truth, and the figures of pairs."""

from __future__ import annotations

import numpy as np
import pytest
from benchmarks.watch_bulk import SHARES, truth
from benchmarks.watch_pairs import PAIRS, area, best_threshold, mean_f1, out_of_fold, scores
from benchmarks.watch_posts import posts

from tocsin.watch.likeness import clusters, pairs, relate_all
from tocsin.watch.likeness.warm import warm


def test_made_posts_are_the_same_for_a_seed() -> None:
    """Same seed, same posts; another seed, others."""
    one, again, other = posts(200, 1), posts(200, 1), posts(200, 2)
    assert one == again
    assert one.reports != other.reports


def test_made_posts_are_found_as_they_are_meant() -> None:
    """Of 3,000 posts the shares that the bench asks for are reached, and the same links come twice."""
    made = posts(3_000, 5)
    links = relate_all(made.reports)
    groups = clusters((one.id for one in made.reports), links, states=("confirmed", "suggested"), kinds=("copy-of",))
    found = truth(made, links, groups)
    assert all(found[name] >= least for name, least in SHARES.items()), found
    assert links == relate_all(made.reports)


def test_a_viral_post_is_a_star_in_the_truth() -> None:
    """Of 1,000 posts 200 are copies of the first: 199 links, and its shares are the whole family's."""
    made = posts(1_000, 5, viral=200)
    assert [made.kin[one.id] for one in made.reports].count("viral") == 200
    links = relate_all(made.reports)
    assert sum(made.kin[one.first] == "viral" for one in links) == 199
    groups = clusters((one.id for one in made.reports), links, states=("confirmed", "suggested"), kinds=("copy-of",))
    assert truth(made, links, groups)["copies.recall"] > 0.99, "most pairs are within the viral family"


def test_area_by_hand() -> None:
    """Same at 3 and 1, others at 2 and 1: of four comparisons two are right, one is a tie, one wrong: 2.5 / 4."""
    assert area(np.array([3.0, 1.0, 2.0, 1.0]), np.array([True, True, False, False])) == 2.5 / 4


def test_threshold_and_f1_by_hand() -> None:
    """Scores that divide the kinds perfectly have a threshold between them and an F1 of 1 out of every fold."""
    score, same = np.arange(40.0), np.arange(40) >= 20
    assert best_threshold(score, same) == 19.5
    said = out_of_fold(score, same, np.random.default_rng(1), 3)
    assert said.shape == (3, 40)
    assert mean_f1(said, same) > 0.95
    assert mean_f1(np.array([[True, True, False, False]]), np.array([True, False, True, False])) == 0.5


def test_letters_alone_judge_the_pairs_as_was_measured() -> None:
    """AUC .887 on the hundred pairs, measured when the score was chosen; the issue asks for .86."""
    if not PAIRS.is_file():
        pytest.skip("../shared/data/tgcontest_pairs_dev is not there")
    assert area(*scores(None)) == pytest.approx(0.887, abs=0.0005)


def test_the_kernels_are_warmed() -> None:
    """The warm-up compiles every kernel of pairs."""
    warm()
    assert pairs._pairs.signatures, "the inner kernel is within it"

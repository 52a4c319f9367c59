"""Forming of units as order statistics: when the k-th of n ready people comes.

Without stations people of a unit are ready independently, at times of a known distribution F, so the k-th of
n is early by t with the chance that at least k of n are: P(T_k ≤ t) = P(Bin(n, F(t)) ≥ k), the incomplete
beta function I_F(t)(k, n - k + 1) (David and Nagaraja 2003, eq. 2.1.5). Each unit in each run is one
observation.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats
from tests.truth.plans import (
    MINUTE,
    Rehearsal,
    Table,
    assumed,
    constant,
    exponential,
    group,
    plan_of,
    rehearsal,
)

from tocsin.simulate import Outcome

Floats = NDArray[np.float64]
UNITS, RUNS = 60, 40
RARE = 1e-4
MEAN = 90.0
COMES = {"travel": exponential(MEAN), "no_show": 0.2}


def units(posts: list[Table], people: dict[str, int], **more: object) -> Rehearsal:
    """60 units of one list of posts; so many people of each trade are called for each."""
    groups = [
        group(f"{trade} of U{u}", called, trade={trade: 1.0}, units=[f"U{u}"])
        for u in range(UNITS)
        for trade, called in people.items()
    ]
    lists = [assumed(name="list", post=posts, **more)]
    named = [{"name": f"U{u}", "establishment": "list"} for u in range(UNITS)]
    now = [{"name": "notice", "medium": "SMS", "reach": 1, "delay": constant(0)}]
    return rehearsal(plan_of(groups, channels=now, behaviour=COMES, establishment=lists, unit=named))


def formed(rehearsed: Rehearsal) -> NDArray[np.int64]:
    """Times at which units were formed, ms, -1 = never: int64[runs × units]."""
    return np.concatenate([rehearsed.run(run).formed for run in range(RUNS)])


def ready(t: Floats) -> Floats:
    """Chance that one person called is ready by t minutes (a millisecond of notice is neglected)."""
    return 0.8 * -np.expm1(-t / MEAN)


def kth(k: int, n: int) -> Callable[[Floats], Floats]:
    """Distribution of the k-th ready of n called."""
    return lambda t: stats.binom.sf(k - 1, n, ready(t))


def judged(times: NDArray[np.int64], law: Callable[[Floats], Floats]) -> None:
    """Assert that times, those never formed included, are of a law that may stay below 1.

    The chance ever to be formed is the law's limit; given that, Kolmogorov–Smirnov.
    """
    ever = float(law(np.array([1e9]))[0])
    share = (times >= 0).mean()
    assert abs(share - ever) <= 4 * np.sqrt(ever * (1 - ever) / len(times)) + 1e-12
    found = times[times >= 0] / MINUTE
    assert stats.kstest(found, lambda t: law(t) / ever).pvalue > RARE
    assert stats.kstest(found * 1.1, lambda t: law(t) / ever).pvalue < RARE, "the test is blunt"


@pytest.mark.parametrize(
    ("posts", "called", "at", "k"),
    [(20, 20, 0.5, 10), (20, 30, 0.8, 16), (20, 30, 1.0, 20), (7, 9, 0.8, 6), (10, 10, 0.05, 1)],
)
def test_share_of_the_posts(posts: int, called: int, at: float, k: int) -> None:
    """A unit of one trade is formed by the k-th ready of those called, k the least whole number that is X %
    of its posts.

    80 % of 7 are 5.6, so 6; 20 of 20 posts with 30 called at a turnout of .8 may never be filled, as often as
    the law says.
    """
    rehearsed = units([{"trade": "any", "posts": posts}], {"any": called}, formed_at=at)
    assert {u.needed for u in rehearsed.network.units} == {k}
    judged(formed(rehearsed), kth(k, called))


def test_all_of_two_trades() -> None:
    """Two trades, all posts needed: the later of two independent order statistics, so the product of their
    laws."""
    rehearsed = units(
        [{"trade": "driver", "posts": 4}, {"trade": "rifle", "posts": 8}],
        {"driver": 6, "rifle": 12},
        formed_at=1.0,
    )
    judged(formed(rehearsed), lambda t: kth(4, 6)(t) * kth(8, 12)(t))


def test_critical_trade() -> None:
    """12 posts at 50 % need 6 filled, and 3 of the 4 drivers: P = Σ P(d drivers, r rifles there), capped by
    the posts.

    By t the numbers there are independent binomials D of 5 and R of 12; filled are min(D, 4) + min(R, 8).
    """
    posts = [{"trade": "driver", "posts": 4, "critical": True, "share": 0.75}, {"trade": "rifle", "posts": 8}]
    rehearsed = units(posts, {"driver": 5, "rifle": 12}, formed_at=0.5)

    def law(t: Floats) -> Floats:
        p = ready(np.asarray(t))
        total = np.zeros_like(p)
        for d in range(3, 6):
            for r in range(13):
                if min(d, 4) + min(r, 8) >= 6:
                    total += stats.binom.pmf(d, 5, p) * stats.binom.pmf(r, 12, p)
        return total

    judged(formed(rehearsed), law)


def test_surplus() -> None:
    """Of 30 called for 20 posts the first 20 ready fill them, the others are surplus, who never came is
    neither."""
    rehearsed = units([{"trade": "any", "posts": 20}], {"any": 30}, formed_at=1.0)
    for run in range(5):
        outcome: Outcome = rehearsed.run(run)
        for u, unit in enumerate(rehearsed.network.units):
            at = outcome.ready[unit.members]
            came = np.sort(at[at >= 0])
            first = unit.members[np.lexsort((unit.members, np.where(at < 0, 1 << 60, at)))][: min(20, len(came))]
            assert set(first.tolist()) == set(unit.members[outcome.filled[unit.members] == 1].tolist())
            assert (outcome.filled[unit.members] == -1).sum() == 30 - len(came)
            assert outcome.formed[u] == (came[19] if len(came) >= 20 else -1)


def test_trade_without_a_post() -> None:
    """Cooks sent to a unit of drivers are surplus, however early: they fill no post and form nothing."""
    early = assumed(travel=constant(0))
    late = assumed(travel=constant(60))
    groups = [
        group("cooks", 5, trade={"cook": 1.0}, units=["U"], behaviour=early),
        group("drivers", 2, trade={"driver": 1.0}, units=["U"], behaviour=late),
    ]
    unit = assumed(name="U", formed_at=1.0, post=[{"trade": "driver", "posts": 2}])
    outcome = rehearsal(plan_of(groups, unit=[unit])).run()
    assert outcome.filled.tolist() == [0, 0, 0, 0, 0, 1, 1]
    assert outcome.formed.tolist() == [61 * MINUTE] and outcome.formed_by.tolist() == [6]

"""How the story travelled, on the real case: steps, lags as bounds, and what stays unknown."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.watch.west_2026 import MINSK, rows, west

from tocsin.watch.ledger.chain import STEPS, chain, seen_at
from tocsin.watch.ledger.incidents import Incident, incidents
from tocsin.watch.model import Bounds
from tocsin.watch.times import day_bounds, whole_hours


def day(month: int, number: int) -> Bounds:
    """A day of 2026 in Minsk."""
    return day_bounds(dt.date(2026, month, number), MINSK)


def holding(claim: str) -> Incident:
    """The incident that holds a claim."""
    return next(one for one in incidents(west()) if claim in one.claims)


def test_notice_story() -> None:
    """Posts, then media on the 19th, then the ministry's spokeswoman on the 19th (timeline): lags of days as bounds.

    The first post tells of the 16th and was seen through a page of the 19th (r039), so that it lies in between.
    """
    found = chain(holding("r079#2"), west())
    assert [one.step for one in found.steps] == ["first seen", "picked up", "official reply"]
    assert [one.report for one in found.steps] == ["r079", "r038", "r034"]
    first, media, reply = found.steps
    assert first.at == Bounds(day(2, 16).least, day(2, 19).most) and first.basis == "bounded"
    assert media.at == reply.at == day(2, 19)
    lags = {(one.before, one.after): one.hours for one in found.lags}
    # From the last moment of the 19th back to its first: −24 hours; from the first of the 16th to the last of the 19th.
    assert lags["first seen", "picked up"] == Bounds(-24, 96)
    assert lags["picked up", "official reply"] == Bounds(-24, 24)
    assert "r081" in first.maybe, "the other post of those days may have been the first"


def test_whole_story() -> None:
    """The chain tells what the timeline tells, in its order, and every step is an office's word or a page's.

    timeline.md: 13 February Khrenin (reservists called to the reserve regiment), from the 16th posts, the ministry on
    the 17th, Suspilne's story on the 19th, and the spokeswoman's answer that day.
    """
    found = chain(None, west())
    steps = {one.step: one for one in found.steps}
    assert found.missing == ()
    assert [one.step for one in found.steps] == list(STEPS)
    assert steps["said before"].claim == "r026#1" and steps["said before"].at == day(2, 13)
    assert steps["officially said"].claim == "r031#1" and steps["officially said"].at == day(2, 17)
    assert steps["picked up"].claim == "r038#1"
    assert steps["first seen"].at.least == day(2, 16).least
    assert steps["picked up"].at == day(2, 19)
    assert steps["official reply"].claim == "r034#1" and steps["official reply"].at == day(2, 19)


def test_no_step_stands_after_one_that_it_is_older_than() -> None:
    """In every chain of the case, no step is surely older than one that stands before it."""
    standing = west()
    for found in (chain(None, standing), *(chain(one, standing) for one in incidents(standing))):
        for at, one in enumerate(found.steps):
            for later in found.steps[at + 1 :]:
                assert later.at.most is None or one.at.least is None or later.at.most >= one.at.least


def test_state_television_is_no_office() -> None:
    """A presenter's word of 14 February is younger than Khrenin's and is not the step: an office goes before it."""
    found = chain(holding("r036#2"), west())
    assert {one.step: one.claim for one in found.steps}["said before"] == "r026#1"


def test_what_began_with_an_office() -> None:
    """An order that officials announced has no first post: it is officially said, then picked up the same day."""
    found = chain(holding("r001#1"), west())
    assert [(one.step, one.at) for one in found.steps] == [("officially said", day(1, 16)), ("picked up", day(1, 16))]
    office = chain(holding("r009#1"), west())
    assert [(one.step, one.report) for one in office.steps] == [("officially said", "r009"), ("picked up", "r012")]


def test_nobody_answered() -> None:
    """No official word on phones was found: the step is missing, and no lag is made up."""
    found = chain(holding("r080#1"), west())
    assert found.missing == ("official reply",)
    assert all(one.after != "official reply" for one in found.lags)


def test_unknown_stays_unknown() -> None:
    """A page without a day that nobody cites and that dates nothing (r089) has no time; a lag from it would be open."""
    standing = west()
    assert seen_at(standing.reports["r089"], standing) == (Bounds(), "none")
    # r066 has no day of publication, but tells of 21 February as past (the coder: on or after 21 February).
    assert seen_at(standing.reports["r066"], standing) == (Bounds(day(2, 21).least, None), "bounded")
    assert whole_hours(Bounds(3_600_001, None)) == Bounds(1, None)
    assert whole_hours(Bounds(-1, 1)) == Bounds(-1, 1), "rounded outwards"


@pytest.mark.parametrize("report", [one.id for one in rows()[0] if not one.published.known])
def test_bounds_hold_what_is_known(report: str) -> None:
    """A bounded time never ends after the first page that used it."""
    standing = west()
    at, _ = seen_at(standing.reports[report], standing)
    users = [standing.reports[one].published.most for one in standing.reports[report].seen_via]
    known = [one for one in users if one is not None]
    if known:
        assert at.most is not None and at.most <= min(known)


def test_a_wider_page_day_never_narrows_a_lag() -> None:
    """If the page's day becomes a month, the lag that rests on it holds the former one."""
    narrow, wide = Bounds(0, 23), Bounds(-100, 200)
    start = Bounds(-50, -40)
    assert whole_hours(wide.since(start)).holds(whole_hours(narrow.since(start)))


def test_tree_names_what_is_not_stored() -> None:
    """The tree of the notice story leads to Suspilne and Zerkalo, which nobody captured."""
    told = {one.told for one in chain(holding("r079#2"), west()).tree}
    assert {"Suspilne, original not in store", "Zerkalo, original not in store"} <= told
    assert "r079" in {one.source for one in chain(holding("r079#2"), west()).tree if one.stored}


def test_order_changes_nothing() -> None:
    """The same rows backwards give the same chains, of every incident and of the whole."""
    one, other = west(), west(backwards=True)
    assert chain(None, one) == chain(None, other)
    assert [chain(it, one) for it in incidents(one)] == [chain(it, other) for it in incidents(other)]

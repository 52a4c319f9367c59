"""Bounds, and times that are known to a moment, a day, a month or a year."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.errors import WatchError
from tocsin.watch.model import Bounds
from tocsin.watch.times import HOUR_MS, iso, read_time

MINSK = ZoneInfo("Europe/Minsk")
ENDS = st.one_of(st.none(), st.integers(-5, 5))


def bounds(low: int | None, high: int | None) -> Bounds:
    """Bounds with the ends in their order."""
    return Bounds(high, low) if low is not None and high is not None and low > high else Bounds(low, high)


BOUNDS = st.builds(bounds, ENDS, ENDS)


def values(one: Bounds) -> set[int]:
    """The whole numbers from -9 to 9 that lie within."""
    return {n for n in range(-9, 10) if (one.least is None or n >= one.least) and (one.most is None or n <= one.most)}


@given(BOUNDS, BOUNDS)
def test_bounds_do_what_their_sets_do(one: Bounds, two: Bounds) -> None:
    """Meeting, holding, hull and difference agree with the sets of numbers that lie within."""
    a, b = values(one), values(two)
    assert one.meets(two) == bool(a & b)
    assert one.holds(two) == (b <= a)
    assert values(one.hull(two)) >= a | b and one.hull(two).holds(one)
    gap = one.since(two)
    assert all(values(Bounds(n, n)) <= values(gap) for n in (x - y for x in a for y in b) if abs(n) <= 9)


@given(BOUNDS, BOUNDS, BOUNDS)
def test_a_wider_end_never_narrows_a_difference(one: Bounds, two: Bounds, more: Bounds) -> None:
    """The difference of wider bounds holds the difference of narrower ones."""
    assert one.hull(more).since(two).holds(one.since(two))


def test_days_months_and_years_are_whole_in_their_zone() -> None:
    """19 February 2026 in Minsk (UTC+3 all year) is 24 hours from the 18th at 21:00 UTC; February has 28 days."""
    day, exact = read_time("2026-02-19", MINSK)
    assert (
        not exact
        and iso(day.least) == "2026-02-18T21:00:00.000+00:00"
        and day.most == (day.least or 0) + 24 * HOUR_MS - 1
    )
    month, _ = read_time("2026-02", MINSK)
    year, _ = read_time("2026", MINSK)
    assert month.holds(day) and year.holds(month)
    assert (month.most or 0) - (month.least or 0) + 1 == 28 * 24 * HOUR_MS
    assert (year.most or 0) - (year.least or 0) + 1 == 365 * 24 * HOUR_MS


def test_a_moment_is_exact_in_its_own_offset_or_in_the_zone() -> None:
    """08:00 without an offset is 05:00 UTC in Minsk; with +01:00 it is 07:00 UTC; December is followed by a year."""
    assert read_time("2026-02-19T08:00", MINSK) == read_time("2026-02-19T05:00+00:00", MINSK)
    moment, exact = read_time("2026-02-19T08:00+01:00", MINSK)
    assert exact and moment.exact and iso(moment.least) == "2026-02-19T07:00:00.000+00:00"
    assert iso(read_time("2026-12", ZoneInfo("UTC"))[0].most) == "2026-12-31T23:59:59.999+00:00"


@pytest.mark.parametrize("text", ["2026-13", "2026-02-30", "yesterday", "", "2026-2-3", "9999-12-31", "0000"])
def test_what_is_no_time_is_refused_with_its_place(text: str) -> None:
    """A day that does not exist, a word, nothing, and a day after which there is none are refused in one sentence."""
    with pytest.raises(WatchError, match="file, published: found"):
        read_time(text, MINSK, place="file, published")

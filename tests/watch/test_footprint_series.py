"""Which statements make one series, and which of them are fed."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from tests.watch.footprint_rows import BUNDLED
from tests.watch.footprint_rows import said_all_day as said

from tocsin.watch.footprint.epochs import epochs_of
from tocsin.watch.footprint.series import key_of, role_of, series_of, time_of
from tocsin.watch.model import Bounds
from tocsin.watch.times import DAY_MS


def role(identity: str) -> str:
    """The role of a bundled row in its series."""
    return next(one.role for series in series_of(BUNDLED) for one in series.statements if one.row.id == identity)


def test_every_row_plays_one_role() -> None:
    """The bundled file has 196 rows (wc -l), each in one series, once."""
    ids = Counter(one.row.id for series in series_of(BUNDLED) for one in series.statements)
    assert len(ids) == 196
    assert set(ids.values()) == {1}


@pytest.mark.parametrize(
    ("identity", "expected"),
    [
        ("f052", "count"),  # "put the Russians in Belarus at 9,000"
        ("f034", "copy"),  # "same origin as the UN statement, not independent"
        ("f038", "beside"),  # "a forecast, not a count"
        ("f039", "beside"),  # "an example of a garbled figure"
        ("f057", "beside"),  # "Minsk promised"
        ("f097", "beside"),  # "up to 9,000 Russians would come; a ceiling"
        ("f148", "beside"),  # "capacity, not a head count"
        ("f116", "beside"),  # "INTERNAL move"
        ("f196", "silent"),  # "a demand, no figure"
        ("f170", "beside"),  # 300 announced on 29 August for 1 September
        ("f171", "move"),  # "Only at least 100 … seen"
        ("f036", "presence"),  # "Iskander equipment … seen", at least 1
        ("f049", "sign"),  # a bridge
        ("f024", "move"),  # "in the country or on the way": a place of its own, so that no strength is moved by it
        ("f180", "silent"),  # "no significant force, no figure"
    ],
)
def test_roles_of_known_rows(identity: str, expected: str) -> None:
    """Rows play the role that their own sentence (beside each) gives them."""
    assert role(identity) == expected


def test_sixteen_rows_have_no_number() -> None:
    """The README of the data counts 16 rows without a number."""
    assert sum(one.role == "silent" for series in series_of(BUNDLED) for one in series.statements) == 16


def test_other_units_scopes_places_and_owners_are_other_series() -> None:
    """One word apart is another quantity."""
    row = said("a", 0, 5, 5)
    for name in ("owner", "kind", "unit", "scope", "place"):
        assert key_of(replace(row, **{name: "other"})) != key_of(row)
    assert key_of(replace(row, place=" Belarus  (country)")) == key_of(row)


def test_wagner_is_never_russia() -> None:
    """Wagner's men of 2023 are in no series of the Russian force."""
    for series in series_of(BUNDLED):
        assert len({one.row.owner for one in series.statements}) == 1
    owners = {one.row.id: series.key.owner for series in series_of(BUNDLED) for one in series.statements}
    assert owners["f161"] == owners["f163"] == "Wagner (Russia)"
    assert owners["f167"] == "Russia"


def test_only_what_was_surely_published_is_known() -> None:
    """A row that is dated by its month is known from the month's end, one without a date never."""
    month = said("a", 5, 9, 9, published=Bounds(0, 30 * DAY_MS))
    never = said("b", 5, 9, 9, published=Bounds(0, None))
    assert not series_of([month, never], 30 * DAY_MS - 1)
    assert [one.row.id for one in series_of([month, never], 30 * DAY_MS)[0].statements] == ["a"]


def test_a_statement_counts_for_the_middle_of_its_time_but_not_after_it_was_said() -> None:
    """A figure for a month that was said on its first day is about that day's last moment; said later, the middle."""
    row = said("a", 0, 9, 9, about=Bounds(0, 31 * DAY_MS))
    assert time_of(row) == DAY_MS - 1
    assert time_of(replace(row, published=Bounds(60 * DAY_MS, 61 * DAY_MS))) == 31 * DAY_MS // 2


def test_an_unjudged_basis_is_not_fed() -> None:
    """A basis that nobody has decided about moves nothing."""
    assert role_of(said("a", 0, 9, 9, basis="dreamt"))[0] == "beside"


def test_copies_by_a_mapping_count_once() -> None:
    """Of rows of one origin with one figure the first published counts."""
    rows = [said("a", 9, 9, 9), said("b", 3, 9, 9), said("c", 4, 8, 8)]
    (series,) = series_of(rows, origins={"a": "x", "b": "x", "c": "x"})
    assert [(one.row.id, one.role) for one in series.statements] == [("b", "count"), ("c", "count"), ("a", "copy")]


def test_an_arrival_that_differs_from_a_strength_is_a_level() -> None:
    """An arrival that "gives another number for the same thing" as a stock is not added to it."""
    rows = [said("a", 0, 5, 5), said("b", 1, 9, 9, measure="arrival", differs_from=("a",))]
    (series,) = series_of(rows)
    assert [one.role for one in series.statements] == ["count", "beside"]


def test_counts_of_a_week_and_differing_ones_of_a_month_are_one_epoch() -> None:
    """Days 0, 5 (a week), 20 (differs) are one epoch; 30 is alone; 45 differs from 0 but is more than 31 days after."""
    rows = [
        said("a", 0, 9, 9),
        said("b", 5, 5, 7),
        said("c", 20, None, 30, differs_from=("a",)),
        said("d", 30, 6, 6),
        said("e", 45, 6, 6, differs_from=("a",)),
    ]
    epochs = epochs_of(reversed(rows))
    assert [[row.id for row in one.rows] for one in epochs] == [["a", "b", "c"], ["d"], ["e"]]
    assert epochs[0].count == Bounds(5, 30)
    assert [one.disputed for one in epochs] == [True, False, False]


def test_two_upper_bounds_leave_the_low_side_open() -> None:
    """ "At most 2,500" and "at most 2,000" name no least; they do not dispute it."""
    (epoch,) = epochs_of([said("a", 0, None, 2500), said("b", 1, None, 2000, differs_from=("a",))])
    assert epoch.count == Bounds(None, 2500)
    assert not epoch.disputed
    assert epoch.width is None


def test_a_row_that_says_its_origin_copies_the_first_published_near_it() -> None:
    """Of 9 on days 0 (published last) and 3, and 9 on day 20, the marked row of day 5 copies day 3's; without a figure
    like its own near it, it counts itself."""
    rows = [
        said("a", 0, 9, 9, published=Bounds(30 * DAY_MS, 30 * DAY_MS)),
        said("b", 3, 9, 9),
        said("c", 5, 9, 9, what="Same origin as the other, not independent."),
        said("d", 20, 9, 9),
        said("e", 5, 8, 8, what="Same origin as another."),
    ]
    for order in (rows, rows[::-1]):
        (series,) = series_of(order)
        assert {one.row.id: one.why for one in series.statements if one.role == "copy"} == {
            "c": "the same figure of the same origin as b"
        }

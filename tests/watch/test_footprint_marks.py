"""Marks, signs, likeness, claims, and the footprint that puts them together."""

from __future__ import annotations

import json
from importlib.resources import files

import pytest
from tests.watch.footprint_rows import BUNDLED, said

from tocsin.watch.footprint import (
    Key,
    changes,
    course,
    crossings,
    footprint,
    from_claims,
    indicators,
    likeness,
    series_of,
    unfed_claims,
)
from tocsin.watch.intake import Reading, read_reports
from tocsin.watch.model import Bounds, Decision
from tocsin.watch.standing import Standing, after
from tocsin.watch.times import DAY_MS, read_time

FOLDER = files("tocsin.watch").joinpath("bundled/west-2026")
TAKEN = read_reports(FOLDER.joinpath("reports.jsonl").read_bytes(), "reports.jsonl", Reading(0))
TROOPS = Key("Russia", "troops", "person", "national", "Belarus (country)")


def stretch(start: str, end: str) -> Bounds:
    """From the first moment of a day to the last of another."""
    return Bounds(read_time(start, Reading(0).zone)[0].least, read_time(end, Reading(0).zone)[0].most)


def end_of(day: str) -> int:
    """The last moment of a day."""
    most = stretch(day, day).most
    assert most is not None
    return most


def standing_of(decisions: tuple[Decision, ...] = ()) -> Standing:
    """What holds of the bundled reports after decisions."""
    reports = [report for report, _ in TAKEN.items]
    return after(reports, [claim for _, claims in TAKEN.items for claim in claims], (), (), decisions)


def test_a_threshold_is_possible_before_likely_before_sure() -> None:
    """1,000 on day 0, 6,000 on day 60, 60,000 on day 120, 60,000 on day 121, threshold 5,000. The first interval, 624
    to 1,605 (0.2874 · 1.645 in log), lies below it; the last one's lower end lies above it."""
    (series,) = series_of([said(f"r{n}", *row) for n, row in enumerate(((0, 1000, 1000), (60, 6000, 6000),
                                                                      (120, 60000, 60000)))])  # fmt: skip
    (found,) = crossings(series, 200 * DAY_MS, [5000])
    assert found.possible_ms == 60 * DAY_MS
    assert found.likely_ms is not None and found.sure_ms is not None
    assert found.possible_ms <= found.likely_ms <= found.sure_ms == 120 * DAY_MS
    assert dict(found.rows)["possible"] == ("r1",)


def test_age_alone_crosses_nothing() -> None:
    """One count of 1,000 widens above 3,000 within a year, but nobody said anything that made it so."""
    (series,) = series_of([said("a", 0, 1000, 1000)])
    (found,) = crossings(series, 300 * DAY_MS, [3000])
    assert (found.possible_ms, found.likely_ms, found.sure_ms) == (None, None, None)


def test_other_units_have_no_thresholds_of_their_own() -> None:
    """Thresholds are strengths of people; of tanks there are none until somebody names them."""
    (series,) = series_of([said("a", 0, 2000, 2000, unit="tank", kind="tanks")])
    assert crossings(series, DAY_MS) == ()
    assert len(crossings(series, DAY_MS, [100])) == 1


def test_changes_say_whether_they_move_an_estimate() -> None:
    """A move inside the country (f116) changes no strength; twelve helicopters that came to a base (f129)
    change the strength there."""
    found = {one.row: one for one in changes(BUNDLED, end_of("2023-02-01"))}
    assert found["f116"].role == "beside" and "inside the country" in found["f116"].why
    assert found["f129"].role == "move"
    assert "f133" not in found  # a stock
    assert "f165" not in found  # August 2023


@pytest.mark.parametrize(
    ("row", "name", "state"),
    [
        ("f045", "field hospital", "seen"),
        ("f049", "bridge", "seen"),
        ("f053", "bridge", "gone"),
        ("f010", "blood", "seen"),
        ("f021", "undeclared camp", "seen"),
        ("f022", "tents", "seen"),
        ("f118", "feint", "seen"),
        ("f151", "camp", "gone"),
        ("f149", "nuclear warheads", "said"),
        ("f152", "nuclear warheads", "said"),
    ],
)
def test_signs_of_known_rows(row: str, name: str, state: str) -> None:
    """Signs and their states are those of the rows' own sentences."""
    assert (name, state) in {(one.name, one.state) for one in indicators(BUNDLED) if one.row == row}


def test_signs_keep_their_place_and_scope() -> None:
    """The blood of January 2022 was moved "near Ukraine": not in Belarus."""
    (blood,) = [one for one in indicators(BUNDLED, end_of("2022-02-01")) if one.name == "blood"]
    assert blood.scope == "outside"


def test_likeness_counts_absence_only_where_somebody_looked() -> None:
    """Two marks of the past; today one is seen or nobody speaks of it; a row that looked makes the most smaller."""
    past, today = Bounds(0, 10 * DAY_MS), Bounds(100 * DAY_MS, 110 * DAY_MS)
    then = [said("a", 1, 9, 9), said("b", 2, 5, 5, kind="tanks", unit="tank")]
    found = likeness([*then, said("c", 101, 7, 7)], past, today)
    assert (found.had, found.least, found.most) == (2, 0.5, 1.0)
    looked = likeness([*then, said("c", 101, 7, 7), said("d", 102, 0, 0, kind="tanks", unit="tank")], past, today)
    assert (looked.least, looked.most) == (0.5, 0.5)
    told = likeness([*then, said("c", 101, 7, 7)], past, today, looked={"tanks": ["r050#1"]})
    assert (told.least, told.most) == (0.5, 0.5)
    assert next(one for one in told.marks if one.name == "tanks").today_rows == ("r050#1",)


def test_likeness_of_february_2026_is_not_known() -> None:
    """In January and February 2026 no row speaks of forces: of the marks of January–February 2022 none is seen, and
    none is denied by a row either, so that the answer is from 0 to all."""
    found = likeness(BUNDLED, stretch("2022-01-01", "2022-02-23"), stretch("2026-01-01", "2026-02-25"))
    assert found.had >= 10
    assert (found.least, found.most) == (0.0, 1.0)
    past = {one.name: one.past for one in found.marks}
    assert past["field hospital"] == past["bridge"] == past["undeclared camp"] == past["helicopters"] == "seen"
    assert past["blood"] == "not known"  # seen outside the country only


def test_likeness_of_winter_2022_23() -> None:
    """Tanks, trains and troops came again; nobody reported a field hospital or said that there was none."""
    found = likeness(BUNDLED, stretch("2022-01-01", "2022-02-23"), stretch("2022-10-01", "2023-01-31"))
    today = {one.name: one.today for one in found.marks}
    assert today["tanks"] == today["troops"] == today["echelons"] == "seen"
    assert today["field hospital"] == "not known"
    assert found.least is not None and 0 < found.least < 1
    assert found.strength_ratio is not None and found.strength_ratio[0] < 1


def test_no_claim_of_the_inspection_counts_foreign_forces() -> None:
    """In west-2026 four claims speak of foreign forces (r050, r051, r073, r074), and none gives a number: no row counts
    foreign forces in this call-up. "No build-up near the border" is a denial, not a 0."""
    held = standing_of()
    assert from_claims(held) == ()
    assert [one for one, _ in unfed_claims(held)] == ["r050#1", "r051#1", "r073#2", "r074#1"]


def test_a_counted_claim_becomes_a_sighting_and_a_retold_one_is_not_fed() -> None:
    """A count that an analyst enters into a claim is a sighting with the claim's id; retold, its basis is claimed."""
    value = {"count": [500, 700], "unit": "person", "stance": "asserts"}
    edit = Decision(1, 0, "analyst", "edit", "r074#1", value, "the page names a number")
    (found,) = from_claims(standing_of((edit,)), owner="Russia")
    assert (found.id, found.count, found.owner, found.basis) == ("r074#1", Bounds(500, 700), "Russia", "estimate")
    told = Decision(1, 0, "analyst", "edit", "r074#1", {**value, "stance": "retells"}, "it was only retold")
    (retold,) = from_claims(standing_of((told,)))
    assert retold.basis == "claimed"
    denied = Decision(1, 0, "analyst", "edit", "r074#1", {**value, "stance": "denies"}, "it was denied")
    assert from_claims(standing_of((denied,))) == ()


def test_the_footprint_traces_every_number() -> None:
    """Each known estimate names rows of its own quantity only; every row is used or left out with a reason."""
    rows = {one.id: one for one in BUNDLED}
    moment = end_of("2023-01-31")
    found = footprint(BUNDLED, moment, moment)
    for one in found.estimates:
        assert bool(one.rows) == (one.level is not None)
        for row in one.rows:
            assert (rows[row].owner, rows[row].unit, rows[row].scope) == (one.key.owner, one.key.unit, one.key.scope)
    used = {row for one in found.estimates for row in one.rows}
    left = {one.row for one in found.left_out}
    assert all(one.why for one in found.left_out)
    moves = {one.row for one in found.changes if one.role == "move"}  # those before any count move nothing yet
    assert rows.keys() == used | left | moves
    assert not used & left


def test_the_footprint_is_json_and_free_of_order() -> None:
    """Same rows in another order, same bytes."""
    moment = end_of("2026-02-26")
    one = json.dumps(footprint(BUNDLED, moment).as_json())
    assert one == json.dumps(footprint(tuple(reversed(BUNDLED)), moment).as_json())
    assert json.loads(one)["estimates"]


def test_contradictions_say_which_clash() -> None:
    """29 and 25 trains (f001, f002) cannot both hold; 9,000 and a promise (f052, f057) are not compared; nor are
    people and vehicles (f154, f160)."""
    found = {(one.first, one.second): one for one in footprint(BUNDLED, end_of("2026-02-26")).contradictions}
    assert found["f001", "f002"].clash
    assert not found["f052", "f057"].clash and "promise" in found["f052", "f057"].why
    assert not found["f154", "f160"].clash


def test_thresholds_of_the_build_up() -> None:
    """In January 2022 5,000 became likely, before the assault 30,000 was possible and, of voices from 9,000 to 45,000,
    never sure."""
    moment = end_of("2022-02-24")
    found = {one.threshold: one for one in footprint(BUNDLED, moment, moment).crossings if one.key == TROOPS}
    assert found[5000].likely_ms is not None and found[5000].likely_ms < end_of("2022-02-01")
    assert found[30000].possible_ms is not None
    assert found[30000].sure_ms is None


def test_the_course_is_one_estimate_a_moment() -> None:
    """As known then, the course of a month knows nothing that was said later."""
    times = [end_of(day) for day in ("2022-01-31", "2022-02-28", "2022-08-31")]
    found = course(BUNDLED, times, key=TROOPS, as_known_then=True)
    assert [one.at_ms for one in found] == times
    assert not {"f060"} & set(found[0].rows)
    assert found[1].high is not None and found[2].high is not None and found[1].high > found[2].high

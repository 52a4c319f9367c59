"""C4, C5, C6: orders, pictures and cuts by hand, as decision 29 writes their rows."""

from __future__ import annotations

from typing import Any

import pytest
from tests.measure.by_hand import journeys, plan, row, value

from tocsin.measure import Context, measures

# The authority orders the brigade at 0; the brigade orders the 1st at 20 and the 2nd at 25, and again at 55: the first
# sending to the 2nd is lost. The 1st acknowledges, the 2nd's acknowledgement is lost; the 1st reports at 100.
ORDERS: list[dict[str, Any]] = [
    {"kind": "ordered", "at": 0, "known_at": 5, "to": "brigade"},
    {"kind": "order_acknowledged", "at": 8, "known_at": 12, "by": "brigade"},
    {"kind": "ordered", "at": 20, "known_at": 22, "unit": "1st", "by": "brigade"},
    {"kind": "ordered", "at": 25, "unit": "2nd", "by": "brigade", "reason": "not received"},
    {"kind": "order_acknowledged", "at": 30, "known_at": 36, "by": "1st", "unit": "1st", "to": "brigade"},
    {"kind": "ordered", "at": 55, "known_at": 60, "unit": "2nd", "by": "brigade", "visit": 2},
    {"kind": "strength_reported", "at": 100, "known_at": 110, "unit": "1st", "to": "brigade", "amount": 2},
]
PEOPLE: dict[str, list[Any]] = {
    "unit": ["1st", "1st", "1st", "2nd"],
    "place": ["A"] * 4,
    "summoned": [40, 50, 50, 90],
    "arrived": [80, 90, 200, 210],
    "joined": [90, 100, 200, 220],
}


def test_order_latency_by_echelon() -> None:
    """Each time from the first sending: received 5, 2, 35; acknowledged 12, 16, never; acted on 20, 20, 65."""
    found = measures(journeys(PEOPLE, rest=ORDERS), Context(), ["C4"])
    assert [value(found, "C4", f"sent to received p{p}") for p in (50, 80)] == [5, 35]
    assert value(found, "C4", "sent to acknowledged p50") == 16
    assert row(found, "C4", "sent to acknowledged p80")["note"] == "not reached (max 66 %)"
    assert value(found, "C4", "sent to first action p50") == 20
    assert value(found, "C4", "sent to first action p95") == 65
    assert row(found, "C4", "sent to report back p50")["note"] == "not reached (max 33 %)"
    assert value(found, "C4", "sent to acknowledged p95", "echelon 1") == 12
    assert row(found, "C4", "sent to acknowledged p50", "echelon 2")["n"] == 2
    assert value(found, "C4", "sent to report back p50", "echelon 2") == 90
    late = [value(found, "C4", f"unacknowledged after {t} min") for t in (15, 30, 60)]
    assert late == pytest.approx([2 / 3, 1 / 3, 1 / 3])


def test_orders_still_open_at_the_cut_are_censored() -> None:
    """The log ends at 50: of the order sent at 25 it cannot be said whether it was acknowledged within 30 minutes."""
    found = measures(journeys(PEOPLE, rest=ORDERS[:5], closed=None, cut=50), Context(), ["C4"])
    # Acknowledged after 12 and 16 of three; the third is open after 25: by then 2 of 3 are, and nothing more is known.
    assert value(found, "C4", "unacknowledged after 15 min") == pytest.approx(2 / 3)
    assert value(found, "C4", "unacknowledged after 30 min") == pytest.approx(1 / 3)
    gone = row(found, "C4", "unacknowledged after 60 min")
    assert (gone["value"], gone["note"]) == (None, "the log ends before")


def test_without_acknowledgements_nothing_is_said_of_them() -> None:
    """A log that never tells of acknowledgements or reports: not measurable, unless the plan asked for them."""
    plain = [{"kind": "ordered", "at": 5, "unit": "1st"}]
    found = measures(journeys(PEOPLE, rest=plain), Context(plan()), ["C4"])
    needs = found.filter(name="sent to acknowledged p50")["note"].item()
    assert needs == "not measurable: needs rows of order_acknowledged"
    assert found.filter(name="unacknowledged after 15 min").is_empty()
    assert value(found, "C4", "sent to first action p50") == 35
    posts = [{"trade": "rifle", "posts": 2}]
    link = {"acknowledge": {"family": "constant", "value_min": 5}}
    asked = plan(
        headquarters=[{"name": "brigade"}],
        unit=[
            {"name": "1st", "post": posts, "headquarters": "brigade", "link": link},
            {"name": "2nd", "post": posts},
        ],
    )
    found = measures(journeys(PEOPLE, rest=plain), Context(asked), ["C4"])
    assert value(found, "C4", "unacknowledged after 15 min") == 1.0


REPORTS = [
    {"kind": "strength_reported", "at": 95, "known_at": 125, "unit": "1st", "amount": 1},
    {"kind": "strength_reported", "at": 110, "known_at": 120, "unit": "1st", "amount": 2},
    {"kind": "strength_reported", "at": 230, "known_at": 230, "unit": "1st", "amount": 3},
]


def test_picture_lag() -> None:
    """The 1st has 5 posts: from 120 on 2 are believed, also when the older report has come, and 3 from 230 on."""
    found = measures(journeys(PEOPLE, rest=REPORTS, closed=300), Context(plan()), ["C5"])
    by_time = {at: value(found, "C5", "picture error by 15 min", at=at) for at in (120, 135, 195, 210, 225, 240)}
    # Two had joined by 100, the third at 200.
    assert by_time == {120: 0, 135: 0, 195: 0, 210: 1 / 5, 225: 1 / 5, 240: 0}
    assert row(found, "C5", "picture error by 15 min", at=105)["note"] == "no report had come"
    # Check times 0, 15, … 300 are 21; reports hold from 120 on: 13 of them, 2 of which are off by one of five.
    assert value(found, "C5", "picture error", "1st") == pytest.approx(2 / 5 / 13)
    assert value(found, "C5", "picture error") == pytest.approx(2 / 5 / 13)
    assert value(found, "C5", "without a report", "1st") == pytest.approx(8 / 21)
    # Ages 10, 25, … 115 from 120 to 225, then 10, 25, 40, 55, 70 from 240 to 300: sorted, the 7th of 13 is 40 … 55.
    ages = sorted([*range(10, 116, 15), *range(10, 71, 15)])
    assert value(found, "C5", "age of the last report p50") == ages[6]
    assert value(found, "C5", "age of the last report p95") == ages[12]


def test_a_headquarters_stands_for_its_units() -> None:
    """The brigade reports 3 for both its units, in which 4 have joined by the end: one of seven posts off."""
    posts = [{"trade": "rifle", "posts": 5}]
    under = {"headquarters": "brigade"}
    whole = plan(
        headquarters=[{"name": "division"}, {"name": "brigade", "under": "division"}],
        unit=[
            {"name": "1st", "post": posts, **under},
            {"name": "2nd", "post": [{"trade": "rifle", "posts": 2}], **under},
        ],
    )
    report = [{"kind": "strength_reported", "at": 230, "known_at": 239, "by": "brigade", "to": "division", "amount": 3}]
    found = measures(journeys(PEOPLE, rest=report, closed=300), Context(whole), ["C5"])
    assert value(found, "C5", "picture error", "brigade") == pytest.approx(1 / 7)
    assert value(found, "C5", "picture error by 15 min", at=240) == pytest.approx(1 / 7)


def test_without_posts_or_reports_no_picture() -> None:
    """Ages need only the reports; errors need the plan's posts."""
    found = measures(journeys(PEOPLE, rest=REPORTS, closed=300), Context(), ["C5"])
    assert row(found, "C5", "picture error")["note"] == "not measurable: needs the plan's posts"
    assert value(found, "C5", "age of the last report p95") == 115
    none = measures(journeys(PEOPLE), Context(plan()), ["C5"])
    assert none["note"].to_list() == ["not measurable: needs rows of strength_reported"]


# A person arrives every 10 minutes from 0 to 120, nobody until 240, then every 5 minutes.
STEADY: dict[str, list[Any]] = {"arrived": [*range(0, 120, 10), *range(240, 400, 5)]}
CUT = [
    {"kind": "shock_began", "at": 120, "thing": "net down", "reason": "link"},
    {"kind": "shock_ended", "at": 240, "thing": "net down", "reason": "link"},
]


def test_a_cut_and_how_it_was_made_good() -> None:
    """Six an hour before, none during; 5.4 an hour again when 6 have come in an hour: by 265, in the quarter to 270."""
    found = measures(journeys(STEADY, rest=CUT), Context(), ["C6"])
    assert value(found, "C6", "arrivals per hour", "net down: before") == 6
    assert value(found, "C6", "arrivals per hour", "net down: during") == 0
    assert value(found, "C6", "time to return to 90 %", "net down") == 0.5
    needs = row(found, "C6", "sent to acknowledged p50", "net down: before")["note"]
    assert needs == "not measurable: needs rows of order_acknowledged"


def test_orders_before_and_during_a_cut() -> None:
    """An order of either time: acknowledged after 10 minutes before the cut, never during it."""
    orders = [
        {"kind": "ordered", "at": 30, "unit": "1st"},
        {"kind": "order_acknowledged", "at": 35, "known_at": 40, "unit": "1st", "by": "1st"},
        {"kind": "ordered", "at": 130, "unit": "2nd", "reason": "not received"},
    ]
    found = measures(journeys(STEADY, rest=[*CUT, *orders]), Context(), ["C6"])
    assert value(found, "C6", "sent to acknowledged p50", "net down: before") == 10
    assert value(found, "C6", "unacknowledged after 60 min", "net down: before") == 0
    assert row(found, "C6", "sent to acknowledged p50", "net down: during")["note"] == "not reached (max 0 %)"
    assert value(found, "C6", "unacknowledged after 60 min", "net down: during") == 1


def test_a_cut_that_lasts_or_hurts_nobody() -> None:
    """One without an end is never made good; one in which as many arrive as before was never felt."""
    # From 120 to the end 32 people came in 8 hours, 4 an hour; before it were 6 an hour.
    for walk in (STEADY, {"arrived": STEADY["arrived"][:12]}):
        open_end = measures(journeys(walk, rest=CUT[:1]), Context(), ["C6"])
        assert row(open_end, "C6", "time to return to 90 %", "net down")["note"] == "not reached: it lasts to the end"
    early = [{**CUT[0], "at": 30}, {**CUT[1], "at": 60}]
    felt = row(measures(journeys(STEADY, rest=early), Context(), ["C6"]), "C6", "time to return to 90 %", "net down")
    assert (felt["value"], felt["note"]) == (0.0, "it never fell below")
    none = measures(journeys(STEADY, rest=[{**CUT[0], "reason": "stock"}]), Context(), ["C6"])
    assert none["note"].to_list() == ["not measurable: needs rows of shock_began for a link or channel"]

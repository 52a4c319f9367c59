"""A1–A3, A5, A7 on journeys made by hand."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from tests.measure.by_hand import T0, journeys, people, plan, row, value

from tocsin.measure import Context, measures

# Ten people, closed at 600 minutes: 8 reached, 6 arrived (one of them refused before he came), 1 excused, 1
# refused, 1 unreachable, 1 absent who was reached by nobody's word; of the six, one is released, one is
# surplus, four join.
TEN = {
    "summoned": [10, 10, 10, 10, 20, 20, 20, 30, 30, 30],
    "delivered": [20, 20, 30, 40, 50, 60, 70, 80, None, None],
    "undelivered": [None, None, None, None, None, None, None, None, 35, None],
    "acknowledged": [25, 25, 40, None, 60, None, 75, None, None, None],
    "arrived": [60, 60, 120, 180, 240, 400, None, None, None, None],
    "excused": [None] * 6 + [200, None, None, None],
    "refused": [None, None, None, None, 100, None, None, 150, None, None],
    "released": [None, 90, None, None, None, None, None, None, None, None],
    "released_reason": [None, "medical", None, None, None, None, None, None, None, None],
    "joined": [100, None, 160, 220, 280, None, None, None, None, None],
    "surplus": [None, None, None, None, None, 450, None, None, None, None],
}


def test_funnel() -> None:
    """Every step is counted of those called and of the step before, and the denominators stand beside."""
    found = measures(journeys(TEN), Context(plan()), ["A1"])
    counts = {
        "called": 10,
        "delivered": 8,
        "acknowledged": 5,
        "arrived": 6,
        "released": 1,
        "ready": 4,
        "surplus": 1,
    }
    assert {name: value(found, "A1", name) for name in counts} == counts
    assert value(found, "A1", "arrived of called") == 0.6
    assert row(found, "A1", "arrived of delivered")["n"] == 8
    assert value(found, "A1", "arrived of delivered") == 6 / 8
    # of the five who acknowledged (0, 1, 2, 4, 6) four arrived: the numerator is in the denominator
    assert value(found, "A1", "arrived of acknowledged") == 4 / 5
    assert value(found, "A1", "released of arrived", "medical") == 1 / 6


def test_a_reason_of_the_plan_that_nobody_had_is_zero() -> None:
    """The plan's grounds of release have a row in every run, so that a mean over runs counts the zeros."""
    found = measures(journeys(TEN), Context(plan()), ["A1"])
    assert value(found, "A1", "released of arrived", "wrong record") == 0.0


def test_times_count_those_who_never_come() -> None:
    """T50 of called is the fifth of ten arrivals, not the median of six; T80 is never reached and says how
    far it got."""
    found = measures(journeys(TEN), Context(), ["A3"])
    assert value(found, "A3", "T50 of called") == 4.0  # minute 240, the fifth arrival
    naive = np.median([60, 60, 120, 180, 240, 400]) / 60  # what leaving out the absent would say
    assert naive < 4.0
    assert row(found, "A3", "T80 of called")["value"] is None
    assert row(found, "A3", "T80 of called")["note"] == "not reached (max 60 %)"
    assert value(found, "A3", "T50 of reached") == 3.0  # the fourth of eight
    assert row(found, "A3", "T80 of reached")["note"] == "not reached (max 75 %)"


def test_curve_is_the_share_arrived_every_quarter() -> None:
    """A2 stands on a grid of 15 minutes from t0 to the closing and is plain counting at a closed exercise."""
    found = measures(journeys(TEN), Context(), ["A2"]).filter(name="arrived of called")
    assert found["at_ms"].to_list() == [i * 900_000 for i in range(41)]
    arrived = np.array([60, 60, 120, 180, 240, 400])
    assert found["value"].to_list() == [float((arrived <= 15 * i).sum()) / 10 for i in range(41)]


def test_outcomes_at_the_closing() -> None:
    """Arrival wins over an earlier refusal; silence at a closed exercise is absence; the outcomes add up to
    1."""
    found = measures(journeys(TEN), Context(), ["A2"]).filter(name="outcome at the closing")
    shares = dict(zip(found["key"], found["value"], strict=True))
    assert shares == {
        "arrived": 0.6, "excused": 0.1, "refused": 0.1, "unreachable": 0.1, "stood down": 0.0, "absent": 0.1,
        "still on the way": 0.0,
    }  # fmt: skip


def test_in_an_open_log_the_silent_are_censored() -> None:
    """At the cut of an open log people on the way are censored: the curve lies above plain counting."""
    # Four called; one arrives at 60; one is cut off at 100 while on the way ... all silent ones are, at 100.
    columns = {"delivered": [1] * 4, "arrived": [60, None, None, None], "refused": [None, 30, None, None]}
    log = journeys(columns, closed=None, cut=100)
    found = measures(log, Context(), ["A2"])
    assert value(found, "A2", "outcome at the cut", "still on the way") == 0.5
    # refused at 30: S = 3/4; arrival at 60: 3/4 * 1/3 = 1/4 (by hand; nobody was cut before, so it is 1 of 4)
    assert value(found, "A2", "arrived of called", at=75) == pytest.approx(0.25)


def test_an_attempt_that_still_runs_does_not_make_unreachable() -> None:
    """Unreachable is whoever's attempts have all failed, at the last one; a later summons leaves the person
    open."""
    log = journeys(
        {"summoned": [1, 1], "undelivered": [10, 10], "summoned_2": [20, 20], "undelivered_2": [None, 50]},
        closed=None, cut=100,
    )  # fmt: skip
    found = measures(log, Context(), ["A2"])
    assert value(found, "A2", "outcome at the cut", "still on the way") == 0.5
    assert value(found, "A2", "outcome at the cut", "unreachable") == 0.5


def test_a_unit_that_is_stood_down_takes_its_people_along() -> None:
    """A row stood_down of a unit is the outcome of those of its people who have not come."""
    log = journeys({"unit": ["1st", "1st", "2nd"], "arrived": [10, None, None]},
                   rest=[{"kind": "stood_down", "at": 50, "unit": "1st"}], closed=100)  # fmt: skip
    found = measures(log, Context(), ["A2"])
    assert value(found, "A2", "outcome at the closing", "stood down") == pytest.approx(1 / 3)
    assert value(found, "A2", "outcome at the closing", "absent") == pytest.approx(1 / 3)


def test_people_of_whom_the_log_says_nothing_were_called_too() -> None:
    """The list of people is the denominator: silent people count as called, and as absent once it is
    closed."""
    found = measures(journeys({"arrived": [60, 60]}), Context(None, people([None] * 8)), ["A1", "A2", "A3"])
    assert value(found, "A1", "arrived of called") == 0.25
    assert value(found, "A2", "outcome at the closing", "absent") == 0.75
    assert row(found, "A3", "T50 of called")["note"] == "not reached (max 25 %)"


def test_on_time_with_a_fixed_deadline() -> None:
    """On time is not later than the deadline, of called and of delivered; lateness is of those who came
    late."""
    found = measures(journeys(TEN), Context(plan()), ["A5"])  # the plan's deadline is minute 300
    assert value(found, "A5", "on time of called") == 5 / 10
    assert value(found, "A5", "on time of delivered") == 5 / 8
    assert value(found, "A5", "lateness p50") == 100.0
    assert row(found, "A5", "lateness p95")["n"] == 1


def test_on_time_after_delivery_and_by_the_summons() -> None:
    """A deadline may run from delivery; the time on a person's own summons goes before the plan's."""
    exercise = plan().exercise.model_dump() | {"deadline": {"after_delivery_h": 1}}
    log = journeys({"delivered": [10, 10, 10], "summoned_due": [None, None, 200], "arrived": [70, 71, 150]})
    found = measures(log, Context(plan(exercise=exercise)), ["A5"])
    assert value(found, "A5", "on time of called") == pytest.approx(2 / 3)  # 70 <= 10 + 60; 71 is late; 150 <= 200
    assert value(found, "A5", "lateness p50") == 1.0


def test_alert_chain() -> None:
    """Quantiles keep those who never get there: p80 of acknowledgement is not reached with five of eight."""
    rest = [{"kind": "ordered", "at": 5, "unit": "1st"}, {"kind": "ordered", "at": 12, "unit": "2nd"}]
    log = journeys(TEN | {"unit": ["1st"] * 5 + ["2nd"] * 5}, rest=rest)
    found = measures(log, Context(), ["A7"])
    assert value(found, "A7", "decision to summons p50") == 20.0
    # delays 10 10 20 30 30 40 50 50 and two without: the fifth of ten is 30, the eighth 50, the tenth never
    assert value(found, "A7", "summons to delivery p50") == 30.0
    assert value(found, "A7", "summons to delivery p80") == 50.0
    assert row(found, "A7", "summons to delivery p95")["note"] == "not reached (max 80 %)"
    assert row(found, "A7", "delivery to acknowledgement p80")["note"] == "not reached (max 62 %)"
    assert value(found, "A7", "never delivered of summoned") == 0.2
    # 1st: ordered 5, first summons 10; 2nd: ordered 12, first summons 20
    assert value(found, "A7", "order to first summons p50") == 5.0
    assert value(found, "A7", "order to first summons p95") == 8.0


def test_a_stage_that_a_log_never_writes_is_not_zero() -> None:
    """A gate list without deliveries cannot say how many were reached: no number, and the note says what it
    needs."""
    found = measures(journeys({"arrived": [60, None]}), Context(plan()))
    for measure, name in [
        ("A1", "delivered"), ("A2", "arrived of reached"), ("A3", "T50 of reached"),
        ("A5", "on time of delivered"),
        ("A7", "summons to delivery p50"),
    ]:  # fmt: skip
        assert row(found, measure, name)["value"] is None
        assert row(found, measure, name)["note"].startswith("not measurable: needs rows of ")
    assert value(found, "A1", "arrived of called") == 0.5


def test_a_plateau_just_below_does_not_look_as_if_it_had_got_there() -> None:
    """199 of 250 is 79.6 %: T80 is not reached, and the note says 79 %, not 80 %."""
    found = measures(journeys({"arrived": [1] * 199 + [None] * 51}), Context(), ["A3"])
    assert row(found, "A3", "T80 of called")["note"] == "not reached (max 79 %)"


def test_nobody_arrives() -> None:
    """If everybody stays away the curve is 0, nothing is reached, and no measure crashes."""
    log = journeys({"summoned": [1, 1], "delivered": [5, 5], "place": ["A", "B"], "unit": ["1st", "2nd"]})
    found = measures(log, Context(plan(), people(["rifle", "medic"])))
    assert row(found, "A3", "T50 of called")["note"] == "not reached (max 0 %)"
    assert value(found, "A1", "arrived of called") == 0.0
    assert found.filter(found["value"].is_nan()).height == 0


@pytest.mark.parametrize("context", [Context(), Context(plan()), Context(plan(), people([]))])
def test_an_empty_log_gives_notes_instead_of_numbers(context: Context) -> None:
    """A log without people has every measure, each missing value with a reason."""
    found = measures(journeys({}), context)
    assert set(found["measure"]) >= {"A1", "A3", "L1", "C1", "H1", "Q1"}
    assert found.filter(found["value"].is_null() & (found["note"] == "")).height == 0


def test_one_person() -> None:
    """One person who comes at minute 90 is T50, T80 and T95 at once."""
    found = measures(journeys({"delivered": [10], "arrived": [90]}), Context(), ["A3"])
    assert found["value"].to_list() == [1.5] * 6


def test_late_knowledge_of_the_deadline_time_zone() -> None:
    """A deadline with another offset than the alert's is the same instant."""
    at = (T0 + timedelta(minutes=300)).astimezone().isoformat()
    exercise = plan().exercise.model_dump() | {"deadline": {"at": at}}
    found = measures(journeys(TEN), Context(plan(exercise=exercise)), ["A5"])
    assert value(found, "A5", "on time of called") == 0.5

"""Summonses of a log: who was served when, by what, for when, and what the plan and the list of people add."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from tests.law.generated import CHILDREN, law_from, pack_of, rule_of

from tocsin.errors import LawError
from tocsin.law import audit
from tocsin.law.served import summonses
from tocsin.log import EventLog
from tocsin.plan import Plan, loads, people

H0 = dt.datetime(2026, 2, 13, 16, 30, tzinfo=dt.UTC)
"""In Minsk 19:30; seven days later is the 20th."""
DUE = dt.datetime(2026, 2, 20, 5, tzinfo=dt.UTC)
SMALL = (Path(__file__).parents[1] / "plan" / "small.toml").read_text()
LAW = law_from(
    pack_of(
        rule_of(applies_if="kind in ('training', 'verification')"),
        rule_of("children", exempt_if="minor_children >= 3", count=None, selected_by="report"),
        count=[CHILDREN],
        service=["courier", "letter"],
    )
)


def log(*rows: dict[str, Any]) -> EventLog:
    """Return a log; times as hours after H-hour, of one run and numbered in the order given unless a row says."""
    names = ("run", "seq", "writer", "kind", "person", "happened", "happened_until", "channel", "due", "corrects")
    made = []
    for number, row in enumerate(rows):
        one = {"run": 0, "seq": number, "writer": "recorded", "channel": None, "due": None, "corrects": None, **row}
        for name in ("happened", "happened_until"):
            hours = one.get(name, one["happened"] if name == "happened" else None)
            one[name] = None if hours is None else H0 + dt.timedelta(hours=hours)
        made.append(one)
    columns = {name: [row.get(name) for row in made] for name in names}
    types = {"due": pl.Datetime("ms", "UTC"), "happened_until": pl.Datetime("ms", "UTC"), "corrects": pl.UInt32}
    return EventLog.of(pl.DataFrame(columns, schema_overrides={**types, "channel": pl.String, "person": pl.UInt32}))


def summoned(person: int, at: float = 0, **more: Any) -> dict[str, Any]:
    """Return a row: a summons was sent."""
    return {"kind": "summoned", "person": person, "happened": at, "due": DUE, **more}


def delivered(person: int, at: float, channel: str = "courier", **more: Any) -> dict[str, Any]:
    """Return a row: a summons reached its person."""
    return {"kind": "delivered", "person": person, "happened": at, "channel": channel, **more}


def hours(found: pl.DataFrame, column: str) -> list[float | None]:
    """Return a column of moments as hours after H-hour."""
    return [None if value is None else (value - H0).total_seconds() / 3600 for value in found[column]]


def test_the_first_service_counts() -> None:
    """Of two deliveries by channels that count, the first is the service, in whatever order they stand."""
    found = summonses(log(summoned(1), delivered(1, 9, "letter"), delivered(1, 3)), LAW)
    assert found["summons"].to_list() == ["1"] and hours(found, "served") == [3]
    assert found["report"].to_list() == [DUE] and "served_latest" not in found.columns


def test_a_text_message_is_no_service() -> None:
    """A delivery by a channel that the pack does not name leaves the service unknown, and the notice untold."""
    found = summonses(
        log(summoned(1), delivered(1, 1, "SMS"), summoned(2), delivered(2, 1, "SMS"), delivered(2, 4)), LAW
    )
    assert hours(found, "served") == [None, 4]
    verdicts = audit(found.with_columns(kind=pl.lit("training")), LAW)["xx.notice"]
    assert verdicts.to_list() == ["cannot tell", "lawful"]


def test_who_was_never_reached_is_a_summons_still() -> None:
    """A person who was summoned and not reached has a row, of which the service is not known; other rows make none."""
    arrived = {"kind": "arrived", "person": 9, "happened": 5}
    found = summonses(log(summoned(1), arrived, delivered(2, 1)), LAW)
    assert found["summons"].to_list() == ["1", "2"]
    assert hours(found, "served") == [None, 1] and found["report"].to_list() == [DUE, None]


@pytest.mark.parametrize(
    ("first", "until", "verdict"),
    [
        (0, 4, "lawful"),  # all of the 13th in Minsk
        (0, 5, "cannot tell"),  # until the 14th at 00:30
        (6, 9, "breach"),  # all of the 14th: six days
    ],
)
def test_reported_rows_give_bounds(first: float, until: float, verdict: str) -> None:
    """A service that is known to an interval decides where both ends agree, and cannot be told where they do not."""
    found = summonses(log(summoned(1), delivered(1, first, happened_until=until, writer="reported")), LAW)
    assert hours(found, "served") == [first] and hours(found, "served_latest") == [until]
    assert audit(found.with_columns(kind=pl.lit("training")), LAW)["xx.notice"].to_list() == [verdict]


def test_the_first_of_two_services_that_are_intervals() -> None:
    """Of 0 to 9 h and 2 to 3 h the first service lies between 0 and 3 h: by then one of them was made."""
    found = summonses(log(delivered(1, 0, happened_until=9), delivered(1, 2, happened_until=3)), LAW)
    assert hours(found, "served") == [0] and hours(found, "served_latest") == [3]


def test_report_times_that_differ_are_bounds() -> None:
    """Where rows of one person name different times to report, any of them may be meant."""
    later = DUE + dt.timedelta(days=1)
    found = summonses(log(summoned(1), delivered(1, 1, due=later)), LAW)
    assert found["report"].to_list() == [DUE] and found["report_latest"].to_list() == [later]


def test_corrected_rows_do_not_count() -> None:
    """A delivery that was corrected counts as corrected, one that was withdrawn does not count."""
    rows = [
        summoned(1), delivered(1, 1), delivered(1, 8, corrects=1),
        summoned(2), delivered(2, 1), {"kind": "withdrawn", "person": 2, "happened": 2, "corrects": 4},
    ]  # fmt: skip
    found = summonses(log(*rows), LAW)
    assert hours(found, "served") == [8, None]


def test_several_runs_have_names_with_their_run() -> None:
    """The same person in two runs is two summonses, named by run and person; what happened in one stays there."""
    found = summonses(log(delivered(1, 1), delivered(1, 3, run=1, seq=0)), LAW)
    assert found["summons"].to_list() == ["0/1", "1/1"] and hours(found, "served") == [1, 3]


def test_a_log_without_summonses_gives_an_empty_table() -> None:
    """Nothing that happened, no summons."""
    found = summonses(EventLog.empty(), LAW)
    assert found.height == 0 and audit(found, LAW).height == 0


@pytest.fixture(scope="module")
def plan() -> Plan:
    """Return the small plan: a verification camp."""
    return loads(SMALL, name="small.toml")


def test_the_plan_says_kind_and_order(plan: Plan) -> None:
    """The kind of call-up and the moment of the order come from the plan; an unknown kind stays unknown."""
    found = summonses(log(summoned(1)), LAW, plan)
    assert found["kind"].to_list() == ["verification"] and found["ordered"].to_list() == [plan.exercise.alert]
    other = loads(SMALL.replace('kind = "verification"', 'kind = "unknown"'), name="small.toml")
    assert summonses(log(summoned(1)), LAW, other)["kind"].to_list() == [None]


def test_the_people_say_the_rest(plan: Plan) -> None:
    """Facts of the people are taken over by their numbers; the children of people who were drawn are all they have."""
    made = people(plan, 1)
    found = summonses(log(summoned(2), summoned(0)), LAW, plan, made)
    assert found["sex"].to_list() == made["sex"].cast(pl.String).gather([0, 2]).to_list()
    assert found["children_births"].to_list() == made["children_births"].gather([0, 2]).to_list()
    assert found["children_complete"].to_list() == [True, True]
    assert "cannot tell" not in audit(found, LAW)["xx.children"].to_list()


def test_a_word_of_the_people_that_no_law_knows_is_unknown(plan: Plan) -> None:
    """A plan may have medical categories of its own; one that the facts do not have is not known to the law."""
    made = pl.DataFrame({"person": [1, 2], "medical": ["fit", "limited"], "farmer": [True, None]})
    found = summonses(log(summoned(1), summoned(2), summoned(3)), LAW, plan, made)
    assert found["medical"].to_list() == ["fit", None, None] and found["farmer"].to_list() == [True, None, None]


def test_a_person_twice_in_the_people_is_refused() -> None:
    """A person who stands twice in the list of people would be two summonses."""
    made = pl.DataFrame({"person": [1, 1], "farmer": [True, False]})
    with pytest.raises(LawError, match="list of people: found the person 1 twice"):
        summonses(log(summoned(1)), LAW, None, made)

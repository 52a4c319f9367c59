"""`check`: tiny logs, each impossible in one way, and the rows that are blamed for it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from tests.log.generated import T0, logs, numbered

from tocsin.log import EventLog
from tocsin.log.check import check


def _row(kind: str, minute: float, **more: Any) -> dict[str, Any]:
    at = T0 + timedelta(minutes=minute)
    row = {"run": 0, "writer": "simulated", "happened": at, "happened_until": at, "known": at, "kind": kind}
    return {**row, **more}


def _visit(kind: str, minute: float, station: str = "checkin", person: int = 1, **more: Any) -> dict[str, Any]:
    return _row(kind, minute, person=person, place=more.pop("place", "Hrodna"), station=station, visit=1, **more)


WALK = [
    _row("summoned", 0, person=1, channel="SMS"),
    _row("delivered", 0, person=1, channel="SMS", cause=0),
    _row("set_out", 30, person=1, cause=1),
    _row("arrived", 90, person=1, place="Hrodna", cause=2),
    _visit("queued", 90, cause=3),
    _visit("service_began", 90, by="server 1", cause=4),
    _visit("service_ended", 95, cause=5),
    _row("boarded", 100, person=1, place="Hrodna", thing="bus 1", cause=6),
    _row("joined", 150, person=1, unit="A", cause=7),
]


def _recorded(*rows: dict[str, Any]) -> list[dict[str, Any]]:
    return [{**row, "writer": "recorded"} for row in rows]


def _codes(rows: list[dict[str, Any]], **options: Any) -> list[tuple[int | None, str]]:
    return [(problem.row, problem.code) for problem in check(numbered([dict(r) for r in rows]), **options)]


def test_a_walk_is_possible() -> None:
    """A whole simulated walk, with a chain of events at one instant, has no findings; nor has no log."""
    assert _codes(WALK) == []
    assert check(EventLog.empty()) == []


IMPOSSIBLE: dict[str, tuple[list[dict[str, Any]], list[tuple[int, str]]]] = {
    "a simulation sights nobody": ([_row("sighted", 0, place="Brest")], [(0, "writer")]),
    "an arrival is somebody's": (_recorded(_row("arrived", 0)), [(0, "needs")]),
    "a departure is a vehicle's": ([_row("bus_departed", 0)], [(0, "needs")]),
    "a breakdown is a vehicle's or a station's": ([_row("broke_down", 0, station="kit")], []),
    "a report has an origin": ([_row("arrived", 0, writer="reported", amount=300)], [(0, "needs")]),
    "a report may count": ([_row("arrived", 0, writer="reported", amount=300, origin="r1")], []),
    "a report of nobody": ([_row("arrived", 0, writer="reported", origin="r1")], [(0, "needs")]),
    "earliest before latest": ([_row("closed", 5, happened_until=T0)], [(0, "interval")]),
    "known after it happened": ([_row("closed", 5, known=T0)], [(0, "known")]),
    "reports may foretell": ([_row("closed", 5, known=T0, writer="reported", origin="r1")], []),
    "least before most": ([_row("instructed", 0, place="A", amount=5, amount_most=3)], [(0, "amount")]),
    "nothing below nothing": ([_row("instructed", 0, place="A", amount=-1)], [(0, "amount")]),
    "visits count from 1": (_recorded({**_visit("queued", 0), "visit": 0}), [(0, "visit")]),
    "a cause is there": ([_row("closed", 0, cause=7)], [(0, "cause")]),
    "a cause is written before": ([_row("closed", 0, cause=0)], [(0, "cause")]),
    "a cause happens before": (
        [_row("shock_began", 9, thing="x"), _row("closed", 5, cause=0)],
        [(1, "cause")],
    ),
    "a correction is of something": ([_row("closed", 0, corrects=4)], [(0, "corrects")]),
    "a delivery was sent": (_recorded(_row("delivered", 0, person=1, channel="SMS")), [(0, "before")]),
    "a delivery was sent that way": (
        _recorded(_row("summoned", 0, person=1, channel="letter"), _row("delivered", 1, person=1, channel="SMS")),
        [(1, "before")],
    ),
    "an arrival may come from nowhere in a record": (_recorded(_row("arrived", 0, person=1)), []),
    "but not in a simulation": ([_row("arrived", 0, person=1)], [(0, "before")]),
    "an end has its beginning": (_recorded(_visit("service_ended", 5)), [(0, "before")]),
    "at that station": (
        _recorded(_visit("service_began", 1), _visit("service_ended", 5, "medical")),
        [(1, "before")],
    ),
    "and before it": (_recorded(_visit("service_ended", 5), _visit("service_began", 6)), [(0, "before")]),
    "uploads may come late": (_recorded(_visit("service_ended", 5), _visit("service_began", 2)), []),
    "released is out": (
        _recorded(
            _row("arrived", 0, person=1, place="A"),
            _row("released", 5, person=1, place="A", reason="student"),
            _row("joined", 9, person=1, unit="A"),
        ),
        [(2, "after")],
    ),
    "unless they came back": (
        _recorded(
            _row("released", 5, person=1, reason="student"),
            _row("arrived", 7, person=1, place="A"),
            _row("joined", 9, person=1, unit="A"),
        ),
        [],
    ),
    "absent who came": (_recorded(_row("arrived", 0, person=1), _row("absent", 9, person=1)), [(1, "after")]),
    "another's release": (
        _recorded(_row("released", 5, person=2, reason="student"), _row("joined", 9, person=1, unit="A")),
        [],
    ),
    "two places at once": (
        _recorded(_row("arrived", 5, person=1, place="A"), _row("arrived", 5, person=1, place="B")),
        [(1, "two-places")],
    ),
    "two places one after the other": (
        _recorded(_row("arrived", 5, person=1, place="A"), _row("arrived", 6, person=1, place="B")),
        [],
    ),
    "two services at once": (
        _recorded(
            _visit("service_began", 0),
            _visit("service_began", 3, "medical"),
            _visit("service_ended", 5),
            _visit("service_ended", 8, "medical"),
        ),
        [(1, "two-services")],
    ),
    "one service after the other": (
        _recorded(
            _visit("service_began", 0),
            _visit("service_began", 5, "medical"),
            _visit("service_ended", 5),
            _visit("service_ended", 8, "medical"),
        ),
        [],
    ),
    "one visit, one service": (
        _recorded(_visit("service_began", 0), _visit("service_began", 1)),
        [(1, "double")],
    ),
    "what was corrected is not blamed": (
        _recorded(_visit("service_began", 0), _visit("service_began", 1, corrects=0, reason="clock")),
        [],
    ),
}


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_impossible(name: str) -> None:
    """Each tiny log is blamed for exactly what its name says."""
    rows, expected = IMPOSSIBLE[name]
    assert _codes(rows) == expected


def test_a_gap_in_the_numbers() -> None:
    """A missing row is found in a whole log; a slice is excused."""
    log = numbered([dict(row) for row in WALK])
    part = EventLog(log.frame.filter(pl.col("seq") != 4))
    assert [(p.row, p.code, p.place) for p in check(part)] == [
        (4, "numbering", "run 0, seq 5"),
        (4, "cause", "run 0, seq 5"),
        (4, "before", "run 0, seq 5"),
    ]
    assert check(part, whole=False) == []


def test_a_sentence_says_why() -> None:
    """The finding names run, seq, what was found and what was expected."""
    rows = _recorded(_row("delivered", 0, person=1, channel="SMS"))
    told = str(check(numbered([dict(row) for row in rows]))[0])
    assert told.startswith("run 0, seq 0: found 'delivered' without summoned of the same person, channel before")


def test_many_findings_are_counted() -> None:
    """Of a rule that everything breaks, some rows are told and the rest counted."""
    found = check(numbered(_recorded(*[_row("arrived", m) for m in range(10)])), most=3)
    assert [p.row for p in found] == [0, 1, 2, None]
    assert found[-1].sentence.startswith("found 7 more rows of this kind")


@settings(deadline=None, max_examples=25)
@given(logs())
def test_any_log_can_be_checked(log: EventLog) -> None:
    """Whatever a log says, checking ends with findings, in the order of rows, each with a row of the log."""
    found = [problem.row for problem in check(log) if problem.row is not None]
    assert found == sorted(found)
    assert all(0 <= row < len(log) for row in found)

"""`EventLog`: shape, append, merge, slice, and the two clocks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.log.generated import T0, logs, row_of

from tocsin.errors import LogError
from tocsin.log import COLUMNS, SCHEMA, EventLog, merge


def _row(seq: int, minute: int, kind: str = "arrived", **more: Any) -> dict[str, Any]:
    at = T0 + timedelta(minutes=minute)
    return {"run": 0, "seq": seq, "writer": "recorded", "happened": at, "kind": kind, **more}


def _log(*rows: dict[str, Any]) -> EventLog:
    columns = sorted({name for row in rows for name in row})
    return EventLog.of(pl.DataFrame({name: [row.get(name) for row in rows] for name in columns}))


def test_a_loose_frame_gets_its_shape() -> None:
    """Absent columns come as nulls, text as names, and an exact time is known when it happened."""
    log = _log(_row(1, 5, person=3), _row(0, 9, place="Brest"))
    assert tuple(log.frame.columns) == COLUMNS
    assert dict(log.frame.schema) == SCHEMA
    assert log.frame["seq"].to_list() == [0, 1]
    assert log.frame["known"].equals(log.frame["happened"].alias("known"))


@pytest.mark.parametrize(
    ("column", "values", "told"),
    [
        ("kind", ["arrived", "landed"], "row 1, column kind: found 'landed', expected one of service_ended"),
        ("person", [1, -2], "row 1, column person: found -2, expected a value of type UInt32"),
        ("person", [1.0, 2.5], "row 1, column person: found 2.5, expected a value of type UInt32"),
        ("person", ["1", "2"], "row 0, column person: found the type String, expected UInt32"),
        ("due", ["x", "y"], "row 0, column due: found the type String"),
        ("visit", [1, 65_536], "row 1, column visit: found 65536, expected a value of type UInt16"),
        ("grade", ["A1", "G7"], "row 1, column grade: found 'G7', expected one of A1, A2"),
        ("writer", ["recorded", None], "row 1, column writer: found nothing, expected a value"),
        ("colour", [1, 2], "found the column 'colour', expected only run, seq"),
    ],
)
def test_a_wrong_cell_is_named(column: str, values: list[Any], told: str) -> None:
    """A refusal names the source, the row, the column, what was found and what was expected."""
    rows = [_row(0, 1), _row(1, 2)]
    frame = pl.DataFrame(rows).with_columns(pl.Series(column, values))
    with pytest.raises(LogError) as refusal:
        EventLog.of(frame, place="x.parquet")
    assert str(refusal.value).startswith(f"x.parquet: {told}")


def test_naive_times_are_refused() -> None:
    """A time without a zone could be local: the log refuses it, the intake asks for the zone."""
    frame = pl.DataFrame([_row(0, 1)]).with_columns(pl.col("happened").dt.replace_time_zone(None))
    with pytest.raises(LogError, match="found the type Datetime"):
        EventLog.of(frame)


def test_an_identity_stands_once() -> None:
    """Two rows of one (run, seq) are refused by their row."""
    with pytest.raises(LogError, match=r"row 1, column seq: found \(run, seq\) = \(0, 4\) after \(0, 4\)"):
        _log(_row(4, 1), _row(4, 2))


@settings(deadline=None, max_examples=25)
@given(logs(12), st.lists(st.integers(0, 2**128 - 1), min_size=1, max_size=8))
def test_append_numbers_on(log: EventLog, numbers: list[int]) -> None:
    """Appended rows follow their run's last row, densely and in the order given; what was there stays."""
    rows = [row_of(number) for number in numbers]
    names = sorted({name for row in rows for name in row})
    longer = log.append(pl.DataFrame({name: [row.get(name) for row in rows] for name in names}))
    assert len(longer) == len(log) + len(rows)
    for run in {row["run"] for row in rows}:
        part = longer.frame.filter(pl.col("run") == run)
        assert part["seq"].to_list() == list(range(part.height))
        old = log.frame.filter(pl.col("run") == run)
        assert part.head(old.height).equals(old)
        told = [row["happened"] for row in rows if row["run"] == run]
        assert part["happened"].tail(len(told)).to_list() == told


def test_append_refuses_numbers() -> None:
    """Only the log numbers its rows."""
    with pytest.raises(LogError, match="expected rows that the log numbers itself"):
        EventLog.empty().append(pl.DataFrame([_row(0, 1)]))


@settings(deadline=None, max_examples=40)
@given(logs(16), st.lists(st.integers(0, 2), min_size=16, max_size=16))
def test_merge_undoes_a_split(log: EventLog, which: list[int]) -> None:
    """However a log is split, and even if parts overlap, merging gives it back."""
    piece = pl.Series((which * 2)[: len(log)], dtype=pl.Int64)
    parts = [EventLog(log.frame.filter(piece == part)) for part in (2, 0, 1)]
    assert merge(*parts, parts[0]).frame.equals(log.frame)


def test_merge_refuses_a_clash() -> None:
    """One identity with two contents is an error that names identity, column and both values."""
    with pytest.raises(LogError) as refusal:
        merge(_log(_row(0, 1, person=3)), _log(_row(0, 1, person=4)))
    assert refusal.value.code == "clash"
    assert str(refusal.value).startswith("run 0, seq 0, column person: found 4 in one log and 3 in another")


def test_slice() -> None:
    """A slice takes what may have happened in [start, end), by kind, person, place and run."""
    late = _row(2, 20, person=2, place="Brest", happened_until=T0 + timedelta(minutes=40))
    log = _log(_row(0, 1, person=1), _row(1, 10, "joined", person=1, unit="A"), late)
    minute = timedelta(minutes=1)

    def seqs(part: EventLog) -> list[int]:
        return part.frame["seq"].to_list()

    assert seqs(log.slice(T0 + 30 * minute)) == [2]
    assert seqs(log.slice(end=T0 + 10 * minute)) == [0]
    assert seqs(log.slice(T0 + 1 * minute, T0 + 11 * minute)) == [0, 1]
    assert seqs(log.slice(kinds=["arrived"], persons=[1])) == [0]
    assert seqs(log.slice(places=["Brest", "nowhere"])) == [2]
    assert seqs(log.slice(runs=[1])) == []
    with pytest.raises(LogError, match="found the kind 'landed'"):
        log.slice(kinds=["landed"])


def test_the_second_clock() -> None:
    """What was known at a moment: later rows and later corrections are not yet there."""
    wrong = _row(0, 10, person=1, known=T0 + timedelta(minutes=12))
    right = _row(1, 8, person=1, known=T0 + timedelta(minutes=30), corrects=0, reason="clock")
    gone = _row(2, 8, "withdrawn", known=T0 + timedelta(minutes=50), corrects=1)
    log = _log(wrong, right, gone)
    states = [log.as_known_at(T0 + timedelta(minutes=m)).frame["seq"].to_list() for m in (11, 12, 30, 50)]
    assert states == [[], [0], [1], []]


@settings(deadline=None, max_examples=60)
@given(logs())
def test_corrected_as_a_slow_reader_would(log: EventLog) -> None:
    """The vectorised correction agrees with reading row by row."""
    rows = log.frame.select("run", "seq", "known", "kind", "corrects").rows(named=True)
    out = {(r["run"], r["seq"]) for r in rows if r["kind"] == "withdrawn"}
    last: dict[tuple[int, int], dict[str, Any]] = {}
    for row in sorted(rows, key=lambda r: (r["known"], r["seq"])):
        if row["corrects"] is not None:
            target = (row["run"], row["corrects"])
            out.add(target)
            if target in last:
                out.add((last[target]["run"], last[target]["seq"]))
            last[target] = row
    expected = [(r["run"], r["seq"]) for r in rows if (r["run"], r["seq"]) not in out]
    assert log.corrected().frame.select("run", "seq").rows() == expected

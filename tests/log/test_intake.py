"""Logs of others: mapped, never guessed, and refused with file, row, found and expected."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.errors import LogError
from tocsin.log.check import check
from tocsin.log.intake import Mapped, read_foreign
from tocsin.log.pivot import by_key
from tocsin.log.visits import visits_of

MAPPING: dict[str, Any] = {
    "zone": "Europe/Minsk",
    "columns": {"person": "case", "kind": "activity", "happened": "time", "known": "entered"},
    "fixed": {"place": "Hrodna"},
    "activities": {
        "Arrival": "arrived",
        "Start check-in": {"kind": "service_began", "station": "checkin"},
        "End check-in": {"kind": "service_ended", "station": "checkin"},
        "Lunch": "ignore",
    },
}

CSV = """case,activity,time,entered
M-17,Arrival,2026-02-17 06:40,2026-02-17T06:52:00+03:00
M-03,Arrival,2026-02-17 06:41:30.0005,2026-02-17T03:45Z
M-17,Lunch,2026-02-17 07:00,
M-17,Start check-in,2026-02-17 06:50,
M-17,End check-in,2026-02-17 06:53,
M-17,Start check-in,2026-02-17 06:50,
M-17,Start check-in,2026-02-17 08:00,
"""


def _read(tmp_path: Path, text: str, **more: Any) -> Any:
    (tmp_path / "log.csv").write_text(text, encoding="utf-8")
    return read_foreign(tmp_path / "log.csv", {**MAPPING, **more})


def test_a_log_comes_in(tmp_path: Path) -> None:
    """Times to UTC, names to numbers, activities to kinds with stations and visits; oddities are counted."""
    intake = _read(tmp_path, CSV)
    frame = intake.log.frame
    # Minsk is UTC+3 without summer time: 06:40 there is 03:40 UTC.
    assert frame["happened"][0] == datetime(2026, 2, 17, 3, 40, tzinfo=UTC)
    assert frame["known"][:2].to_list() == [
        datetime(2026, 2, 17, 3, 52, tzinfo=UTC),
        datetime(2026, 2, 17, 3, 45, tzinfo=UTC),
    ]
    assert frame["known"][2] == frame["happened"][2]
    # Half a millisecond goes to the even one: .0005 s is .000.
    assert frame["happened"][1] == datetime(2026, 2, 17, 3, 41, 30, tzinfo=UTC)
    assert intake.persons.rows() == [(0, "M-03"), (1, "M-17")]
    assert frame["person"].to_list() == [1, 0, 1, 1, 1, 1]
    assert frame["seq"].to_list() == [0, 1, 2, 3, 4, 5]
    assert frame["visit"].to_list() == [None, None, 1, 1, 1, 2]
    assert set(frame["writer"]) == {"recorded"}
    assert intake.counts == {
        "rows": 7, "ignored": 1, "missing_ids": 0, "rounded": 1, "ambiguous": 0, "mixed": 0, "midnight": 0,
        "implied": 0, "duplicates": 1, "out_of_order": 1, "backwards": 0,
    }  # fmt: skip
    assert intake.left_out == {}
    assert [problem.code for problem in check(intake.log)] == ["double"]


def test_parquet_comes_in(tmp_path: Path) -> None:
    """Typed columns are taken as they are: numbers stay numbers, times keep their zone, finer ones round."""
    frame = pl.DataFrame(
        {
            "case": [5, 9],
            "activity": ["Arrival"] * 2,
            "time": [datetime(2026, 2, 17, 6), datetime(2026, 2, 17, 6, 0, 0, 1500)],
            "entered": pl.Series([datetime(2026, 2, 17, 7, tzinfo=UTC)] * 2),
        }
    )
    frame.write_parquet(tmp_path / "log.parquet")
    intake = read_foreign(tmp_path / "log.parquet", MAPPING)
    assert intake.log.frame["person"].to_list() == [5, 9]
    assert intake.persons.height == 0
    base = datetime(2026, 2, 17, 3, tzinfo=UTC)
    # 1.5 ms is half way between 1 and 2, and 2 is even.
    assert intake.log.frame["happened"].to_list() == [base, base + timedelta(milliseconds=2)]
    assert intake.counts["rounded"] == 1


@pytest.mark.parametrize(
    ("form", "cell", "expected"),
    [
        ("iso", "2026-02-17", datetime(2026, 2, 16, 21, tzinfo=UTC)),
        ("iso", "2026-02-17T06:00:00-0130", datetime(2026, 2, 17, 7, 30, tzinfo=UTC)),
        ("iso", " 2026-02-17 06:00:00 +05:30", datetime(2026, 2, 17, 0, 30, tzinfo=UTC)),
        ("epoch_s", "1771297200.25", datetime(2026, 2, 17, 3, 0, 0, 250_000, tzinfo=UTC)),
        ("epoch_ms", "1771297200250", datetime(2026, 2, 17, 3, 0, 0, 250_000, tzinfo=UTC)),
        ("%d.%m.%Y %H:%M", "17.02.2026 06:00", datetime(2026, 2, 17, 3, tzinfo=UTC)),
        ("%d.%m.%Y %H:%M %z", "17.02.2026 06:00 +0100", datetime(2026, 2, 17, 5, tzinfo=UTC)),
    ],
)
def test_forms_of_time(form: str, cell: str, expected: datetime, tmp_path: Path) -> None:
    """Each form, in Minsk time where no offset is stated; expected values by hand."""
    text = f"case,activity,time,entered\n1,Arrival,{cell},\n"
    assert _read(tmp_path, text, time_format=form).log.frame["happened"][0] == expected


def test_the_hour_that_comes_twice(tmp_path: Path) -> None:
    """In Tallinn 03:30 of 25 October 2026 came twice: the row says from the first to the second."""
    text = "case,activity,time,entered\n1,Arrival,2026-10-25 03:30,\n"
    intake = _read(tmp_path, text, zone="Europe/Tallinn")
    row = intake.log.frame.row(0, named=True)
    assert row["happened"] == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert row["happened_until"] == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert intake.counts["ambiguous"] == 1


GOOD = "1,Arrival,2026-02-17 06:00,\n"


@pytest.mark.parametrize(
    ("rows", "more", "told"),
    [
        (GOOD + "1,Landing,2026-02-17 06:00,\n", {}, "row 2, column activity: found 'Landing'"),
        (GOOD + "1,,2026-02-17 06:00,\n", {}, "row 2, column activity: found None, expected one of"),
        (GOOD + "1,Arrival,17/02/2026,\n", {}, "row 2, column time: found '17/02/2026', expected a time of"),
        (GOOD + "1,Arrival,2026-02-30 06:00,\n", {}, "row 2, column time: found '2026-02-30 06:00'"),
        (GOOD + "1,Arrival,,\n", {}, "row 2, column happened: found nothing, expected a value"),
        (GOOD, {"zone": None}, "row 1, column time: found '2026-02-17 06:00', expected an offset such"),
        (
            "1,Arrival,2026-03-29 03:30,\n",  # clocks went from 03:00 to 04:00
            {"zone": "Europe/Tallinn"},
            "row 1, column time: found '2026-03-29 03:30', expected a time that clocks in Eur",
        ),
        (GOOD + "\n1,Landing,,\n", {}, "row 3, column activity: found 'Landing'"),
        (GOOD + "1,Arrival\n", {}, "row 2: found 2 cells, expected 4"),
        (GOOD + "1,Arrival,2026-02-17 06:00,,,\n", {}, "row 2: found 6 cells, expected 4"),
        (
            "1,Lunch,2026-02-17 06:00,\n" + GOOD,
            {"columns": {**MAPPING["columns"], "amount": "case"}, "fixed": {"channel": "owl"}},
            "row 2, column channel: found 'owl', expected one of courier",
        ),
        (
            GOOD + "x,Arrival,2026-02-17 06:00,\n",
            {"columns": {"kind": "activity", "happened": "time", "amount": "case"}},
            "row 2, column case: found 'x', expected a whole number for amount",
        ),
        (
            GOOD,
            {"columns": {**MAPPING["columns"], "unit": "troop"}},
            "found the columns 'case', 'activity', 'time', 'entered', expected 'troop' for unit",
        ),
    ],
)  # fmt: skip
def test_bad_rows_are_named(rows: str, more: dict[str, Any], told: str, tmp_path: Path) -> None:
    """File, row (from 1, the header apart), column, found, expected."""
    with pytest.raises(LogError) as refusal:
        _read(tmp_path, "case,activity,time,entered\n" + rows, **more)
    assert str(refusal.value).startswith(f"{tmp_path / 'log.csv'}: {told}")


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"colums": {}}, "mapping: colums: found the key 'colums', expected one of writer, zone"),
        (
            {"columns": {"kind": "a"}},
            "mapping: columns.happened: found nothing, expected the name of their column",
        ),
        ({"columns": {"who": "a"}}, "mapping: columns.who: found the key 'who'"),
        ({"activities": {"A": "landed"}}, "mapping: activities.A: found the kind 'landed'"),
        (
            {"activities": {"A": {"kind": "queued"}}},
            "mapping: activities.A: found 'queued' without a station",
        ),
        ({"writer": "invented"}, "mapping: writer: found 'invented'"),
        ({"zone": "Europe/Atlantis"}, "found the zone 'Europe/Atlantis'"),
        ({"activities": "x"}, "mapping: activities: found 'x', expected a table"),
        ({"separator": "ab"}, "mapping: separator: found 'ab', expected one character"),
    ],
)
def test_bad_mappings_are_named(more: dict[str, Any], told: str) -> None:
    """A mapping is refused by its key path."""
    with pytest.raises(LogError) as refusal:
        Mapped.of({**MAPPING, **more})
    assert str(refusal.value).startswith(told)


def test_mappings_are_toml(tmp_path: Path) -> None:
    """A mapping may be a file; one that is no TOML is refused with its name."""
    path = tmp_path / "map.toml"
    path.write_text('[columns]\nkind = "a"\nhappened = "t"\n[activities]\nx = "arrived"\n')
    assert Mapped.read(path).activities == {"x": {"kind": "arrived"}}
    path.write_text("columns = ")
    with pytest.raises(LogError, match="expected a mapping in TOML") as refusal:
        Mapped.read(path)
    assert refusal.value.place == str(path)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    """One sentence, no traceback of somebody else's."""
    for name in ("log.csv", "log.parquet"):
        with pytest.raises(LogError, match="found no such file"):
            read_foreign(tmp_path / name, MAPPING)


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    """A file in another encoding is refused, not guessed."""
    (tmp_path / "log.csv").write_bytes("case,activity,time,entered\n1,Прибыл,x,\n".encode("cp1251"))
    with pytest.raises(LogError, match="UTF-8"):
        read_foreign(tmp_path / "log.csv", MAPPING)


CELLS = st.lists(st.tuples(st.integers(-1, 4), st.integers(-1, 2), st.integers(0, 3)), max_size=12)


@given(CELLS)
def test_visits_are_counted_as_by_hand(found: list[tuple[int, int, int]]) -> None:
    """A row's visit is the number of distinct moments up to its own in its group; rows alike are those that agree."""
    persons, kinds, times = (list(column) for column in zip(*found, strict=True)) if found else ([], [], [])
    rows = pl.DataFrame(
        {
            "person": pl.Series([None if p < 0 else p for p in persons], dtype=pl.UInt32),
            "kind": pl.Series([None if k < 0 else f"k{k}" for k in kinds], dtype=pl.String),
            "station": pl.Series(["kit"] * len(found), dtype=pl.String),
            "happened": pl.Series(times, dtype=pl.Int64).cast(pl.Datetime("ms", "UTC")),
        }
    )
    visits, alike = visits_of(rows)
    expected = [len({t for p, k, t in found if (p, k) == one[:2] and t <= one[2]}) for one in found]
    assert visits.to_list() == expected
    assert alike.tolist() == [i for i, one in enumerate(found) if found.count(one) > 1]


@given(st.lists(st.integers(0, 8), max_size=9))
def test_rows_by_key(keys: list[int]) -> None:
    """Keys that stand once each are put in order; as soon as one stands twice there is no answer."""
    rows = by_key(np.array(keys, np.int64))
    wanted = sorted(range(len(keys)), key=keys.__getitem__) if len(set(keys)) == len(keys) else None
    assert (None if rows is None else rows.tolist()) == wanted

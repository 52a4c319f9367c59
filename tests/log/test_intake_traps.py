"""What foreign logs are known for: mixed dates, midnight, words for nothing, columns of stages; seen and counted."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from tests.cli.calls import ROOT, call
from tests.cli.documents import blocks_of
from tests.conftest import SHARED

from tocsin.errors import LogError
from tocsin.log.intake import COUNTS, Intake, read_foreign
from tocsin.measure import Context
from tocsin.measure.readings import with_intervals
from tocsin.measure.sources import measured

SCANS: dict[str, Any] = {
    "zone": "UTC",
    "columns": {"person": "case", "kind": "what", "happened": "time"},
    "activities": {
        "in": "arrived",
        "queue": {"kind": "queued", "station": "kit"},
        "begin": {"kind": "service_began", "station": "kit"},
        "end": {"kind": "service_ended", "station": "kit"},
    },
}


def read(tmp_path: Path, text: str, **more: Any) -> Intake:
    (tmp_path / "log.csv").write_text(text, encoding="utf-8")
    return read_foreign(tmp_path / "log.csv", {**SCANS, **more})


def minute(day: int, hour: int, minute: int) -> datetime:
    return datetime(2026, 2, day, hour, minute, tzinfo=UTC)


def test_two_forms_in_one_column(tmp_path: Path) -> None:
    """A cell that only one form reads is exact; 03/02 is 3 February or 2 March, so it is from one to the other."""
    text = (
        "case,what,time\n1,in,17/02/2026 06:00\n2,in,03/02/2026 06:00\n3,in,2026-02-17 06:00\n4,in,02/02/2026 06:00\n"
    )
    intake = read(tmp_path, text, time_format=["%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M", "iso"])
    rows = intake.log.frame.select("happened", "happened_until").rows()
    march = datetime(2026, 3, 2, 6, tzinfo=UTC)
    assert rows == [
        (minute(17, 6, 0), minute(17, 6, 0)),
        (minute(3, 6, 0), march),
        (minute(17, 6, 0), minute(17, 6, 0)),
        (minute(2, 6, 0), minute(2, 6, 0)),
    ]
    assert intake.counts["mixed"] == 1


def test_a_cell_that_no_form_reads(tmp_path: Path) -> None:
    """It is refused with its row and all the forms that were tried."""
    with pytest.raises(LogError, match=r"row 1, column time: found '31/31/2026', expected a time of the form 'iso' or"):
        read(tmp_path, "case,what,time\n1,in,31/31/2026\n", time_format=["iso", "%d/%m/%Y"])


def test_past_midnight(tmp_path: Path) -> None:
    """Times of day that fall back within a case are of the next day, and so is what follows; another case is not."""
    rows = ["1,in,23:50", "2,in,23:40", "1,queue,00:10", "1,begin,00:30", "2,queue,23:41"]
    text = "case,what,time,day\n" + "".join(f"{row},2026-02-17\n" for row in rows)
    intake = read(tmp_path, text, time_format="%H:%M", day="day")
    assert intake.log.frame["happened"].to_list() == [
        minute(17, 23, 50), minute(17, 23, 40), minute(18, 0, 10), minute(18, 0, 30), minute(17, 23, 41),
    ]  # fmt: skip
    assert intake.counts["midnight"] == 2
    fixed = read(tmp_path, "case,what,time\n1,in,23:50\n1,queue,00:10\n", time_format="%H:%M", day="2026-02-17")
    assert fixed.log.frame["happened"].to_list() == [minute(17, 23, 50), minute(18, 0, 10)]
    with pytest.raises(LogError, match=r"on a day such as '2026-02-17' \(found 'Tuesday'\)"):
        read(tmp_path, "case,what,time\n1,in,23:50\n", time_format="%H:%M", day="Tuesday")


def test_words_for_nothing_are_nobody(tmp_path: Path) -> None:
    """NULL, NA and their like are no person: three rows of nobody are not one busy person, and are counted."""
    text = (
        "case,what,time\nNULL,in,2026-02-17\nNA,in,2026-02-17\n nan ,in,2026-02-17\n,in,2026-02-17\nM-1,in,2026-02-17\n"
    )
    intake = read(tmp_path, text)
    assert intake.log.frame["person"].to_list() == [None, None, None, None, 0]
    assert intake.persons.rows() == [(0, "M-1")]
    assert intake.counts["missing_ids"] == 3
    kept = read(tmp_path, text, missing=["-"])
    assert kept.persons["name"].to_list() == [" nan ", "M-1", "NA", "NULL"]


def test_several_columns_say_the_activity(tmp_path: Path) -> None:
    """Station and state in two columns are told as `station / state`."""
    text = (
        "case,step,state,time\n1,Kit,start,2026-02-17 06:00\n1,Kit,complete,2026-02-17 06:10\n1,Kit,NULL,2026-02-17\n"
    )
    mapping: dict[str, Any] = {
        "columns": {"person": "case", "kind": ["step", "state"], "happened": "time"},
        "activities": {
            "Kit / start": {"kind": "service_began", "station": "kit"},
            "Kit / complete": {"kind": "service_ended", "station": "kit"},
            "Kit": "ignore",
        },
    }
    frame = read(tmp_path, text, **mapping).log.frame
    assert frame["kind"].to_list() == ["service_began", "service_ended"]


WIDE = """incident,engine,called,sent,there
7,E1,23:58,23:59,00:05
7,E2,23:58,00:01,00:09
8,E1,10:00,10:01,NULL
8,E3,10:00,10:02,10:20
9,E1,12:00,12:01,12:04
"""
DISPATCH = """
zone = "UTC"
time_format = "%H:%M"
day = "2026-02-17"
[columns]
run = "incident"
unit = "engine"
[stages]
called = "ordered"
sent = "unit_set_out"
there = "in_position"
"""


def test_several_units_an_incident(tmp_path: Path) -> None:
    """Incidents are runs; C1 is when the last unit ordered was there, C2 from the first to the last; worked by hand."""
    (tmp_path / "calls.csv").write_text(WIDE)
    (tmp_path / "map.toml").write_text(DISPATCH)
    found = measured(tmp_path / "calls.csv", mapping=tmp_path / "map.toml", only=["C1", "C2", "Q1"])

    def of(measure: str, name: str) -> list[tuple[Any, ...]]:
        mine = found.filter((pl.col("measure") == measure) & (pl.col("name") == name))
        return mine.select("run", pl.col("value") * 60, "n", "of", "note").rows()

    # Incident 7: E1 after 7 minutes (past midnight), E2 after 11. Incident 8: E1 never. Incident 9: E1 alone, after 4.
    assert of("C1", "complete") == [
        (7, pytest.approx(11), 2, "units ordered", ""),
        (8, None, 2, "units ordered", "not complete (1 of 2 units in position)"),
        (9, pytest.approx(4), 1, "units ordered", ""),
    ]
    assert [row[1] for row in of("C2", "spread")] == [pytest.approx(4), None, pytest.approx(0)]
    past = found.filter((pl.col("name") == "rows as they came") & pl.col("key").str.contains("midnight"))
    # E1 at 00:05; E2 at 00:01 and 00:09.
    assert past.select("value", "n", "of").unique().rows() == [(3.0, 14, "rows read")]


def test_an_end_before_its_beginning_is_no_negative_wait(tmp_path: Path) -> None:
    """A service that ends before it begins is counted by Q1; waits and services stay at or above nothing."""
    rows = ["1,in,2026-02-17 06:00", "1,queue,2026-02-17 06:05", "1,begin,2026-02-17 06:20", "1,end,2026-02-17 06:10"]
    text = "\n".join(["case,what,time", *rows, ""])
    (tmp_path / "log.csv").write_text(text)
    (tmp_path / "map.toml").write_text(
        'zone = "UTC"\n[columns]\nperson = "case"\nkind = "what"\nhappened = "time"\n[activities]\nin = "arrived"\n'
        + "".join(
            f'{word} = {{kind = "{kind}", station = "kit"}}\n'
            for word, kind in (("queue", "queued"), ("begin", "service_began"), ("end", "service_ended"))
        )
    )
    found = measured(tmp_path / "log.csv", mapping=tmp_path / "map.toml", only=["L1", "Q1"])
    value = dict(found.filter(pl.col("key").is_in(["", "kit"])).select("name", "value").rows())
    assert value["wait p50"] == 15.0
    assert value["out of order"] == 1.0


PAGE = ROOT / "docs" / "foreign-logs.md"


def from_page(name: str, folder: Path, only: str) -> list[dict[str, Any]]:
    """Measure one of the logs of the page on foreign logs by the command."""
    for block in blocks_of(PAGE):
        if "file" in block.words:
            (folder / block.words["file"]).write_text(block.text, encoding="utf-8")
    done = call("measure", folder / f"{name}.csv", "--map", folder / f"{name}.toml", "--only", only, "--json")
    assert done.code == 0, done.err
    return list(done.json)


def test_every_trap_is_counted_by_the_command(tmp_path: Path) -> None:
    """Q1 of the page's scans, counted by hand: what was odd in nine rows."""
    found = from_page("scans", tmp_path, "L2,Q1")
    as_they_came = {row["key"]: row["mean"] for row in found if row["name"] == "rows as they came"}
    assert {words: count for words, count in as_they_came.items() if count} == {
        "ignored by the mapping": 1,  # the canteen
        "without a name where one belongs": 1,  # NULL; the NA is a clerk's, and in an ignored row
        "with a time that two forms read differently": 1,  # 03/02
        "that repeat another": 1,  # card 18 at the kit
        # 18 at the gate; its end before its start; NULL at the gate on 3 February
        "that happened before the row above": 3,
    }
    assert set(as_they_came) == set(COUNTS.values())
    value = {row["name"]: row["mean"] for row in found if row["key"] in ("", "kit")}
    assert value["duplicates"] == 1  # the same row as above
    assert value["out of order"] == 1  # card 18 ends before it starts
    assert value["mean service"] == 6.0  # card 17 alone: 06:52 to 06:58


def test_incidents_of_several_units_by_the_command(tmp_path: Path) -> None:
    """C1 and C2 of the page's incidents: two of three complete, by hand; the third stays in the result."""
    found = {(row["measure"], row["name"]): row for row in from_page("calls", tmp_path, "C1,C2")}
    complete, spread = found["C1", "complete"], found["C2", "spread"]
    # F-101: 23:52 to 00:09; F-103: 05:00 to 05:13; Engine 3 of F-102 never came. The median of 13, 17 and never is 17.
    assert (complete["runs"], complete["reached"], complete["mean"]) == (3, 2, None)
    assert complete["p50"] == pytest.approx(17 / 60)
    # From the first to the last: 8 and 6 minutes, and never.
    assert (spread["reached"], spread["p50"]) == (2, pytest.approx(8 / 60))
    # The first of two units: after 11 minutes in F-102, 7 in F-103.
    first = found["C1", "unit 1 of 2"]
    assert (first["reached"], first["mean"]) == (2, pytest.approx(9 / 60))


def test_an_incident_that_nobody_reached_is_not_complete(tmp_path: Path) -> None:
    """Where other incidents have units in position, one without any is incomplete, not unknown: 0 of 1."""
    (tmp_path / "calls.csv").write_text(WIDE + "10,E5,13:00,13:01,NULL\n")
    (tmp_path / "map.toml").write_text(DISPATCH)
    found = measured(tmp_path / "calls.csv", mapping=tmp_path / "map.toml", only=["C1", "C2"])
    notes = found.filter((pl.col("run") == 10) & pl.col("name").is_in(["complete", "spread"]))["note"]
    assert notes.to_list() == ["not complete (0 of 1 units in position)"] * 2
    blank = WIDE.splitlines()[0] + "\n10,E5,13:00,13:01,NULL\n"
    (tmp_path / "calls.csv").write_text(blank)
    found = measured(tmp_path / "calls.csv", mapping=tmp_path / "map.toml", only=["C1"])
    assert found["note"].to_list() == ["not measurable: needs the plan's units, or rows of orders to units"]


def test_a_unit_that_is_there_before_it_was_ordered(tmp_path: Path) -> None:
    """Its time is nothing, never negative, and Q1 counts it."""
    rows = [
        "E1,called,10:00",
        "E1,there,09:58",
        "E2,called,10:00",
        "E2,left,10:05",
        "E2,there,10:04",
        "E3,called,10:00",
    ]
    text = "incident,engine,what,time\n"
    text += "".join(f"1,{row[:-5]}2026-02-17 {row[-5:]}\n" for row in [*rows, "E3,there,10:07"])
    mapping = {
        "zone": "UTC",
        "columns": {"run": "incident", "unit": "engine", "kind": "what", "happened": "time"},
        "activities": {"called": "ordered", "left": "unit_set_out", "there": "in_position"},
    }
    (tmp_path / "log.csv").write_text(text)
    intake = read_foreign(tmp_path / "log.csv", mapping)
    assert intake.counts["backwards"] == 2  # E1 before the call, E2 before it left
    found = with_intervals(intake.log, Context(noticed=intake.counts), ["C1", "Q1"])
    assert found.filter(name="unit 1 of 3")["value"].to_list() == [0.0]
    assert found.filter(pl.col("key") == COUNTS["backwards"])["value"].to_list() == [2.0]


def test_a_case_may_be_a_unit(tmp_path: Path) -> None:
    """The case of a log may be a unit, in one run: C1 without a plan is when the last of those ordered was there."""
    text = "case,what,time\nA,sent,2026-02-17 10:00\nB,sent,2026-02-17 10:05\nA,there,2026-02-17 11:00\n"
    mapping = {
        "zone": "UTC",
        "columns": {"unit": "case", "kind": "what", "happened": "time"},
        "activities": {"sent": "ordered", "there": "in_position"},
    }
    (tmp_path / "log.csv").write_text(text + "B,there,2026-02-17 12:30\n")
    log = read_foreign(tmp_path / "log.csv", mapping).log
    found = with_intervals(log, Context(), ["C1", "C2"])
    assert dict(found.select("name", "value").rows()) == {
        "unit 1 of 2": 1.0, "unit 2 of 2": 2.5, "complete": 2.5, "spread": 1.5,
    }  # fmt: skip


STATIONS = {
    "Registration": 165.2, "Triage and Assessment": 786.3, "Blood test": 332.1, "MRI SCAN": 249.0,
    "X-Ray": 290.8, "Discuss Results": 166.5, "Check-out": 123.8,
}  # fmt: skip
"""Mean service in minutes of the stations of an emergency department, as the page of the data states it."""


def test_patients_are_measured_by_the_command(tmp_path: Path) -> None:
    """Real rows of another tool, end to end: L2's mean service of each station is what the data's own page states."""
    path = SHARED / "data" / "patients" / "patients.csv"
    if not path.exists():
        pytest.skip("the shared data with the patients of an emergency department are not here")
    lines = [
        f'"{station} / {state}" = {{kind = "service_{what}", station = "{station}"}}'
        for station in STATIONS
        for state, what in (("start", "began"), ("complete", "ended"))
    ]
    columns = '[columns]\nperson = "patient"\nkind = ["handling", "registration_type"]\nhappened = "time"\n'
    (tmp_path / "map.toml").write_text(
        'queued = "since the last end"\n' + columns + "[activities]\n" + "\n".join(lines)
    )
    done = call("measure", path, "--map", tmp_path / "map.toml", "--only", "L1,L2,Q1", "--json")
    assert done.code == 0
    mean = {row["key"]: round(row["mean"], 1) for row in done.json if row["name"] == "mean service"}
    assert mean == STATIONS
    queued = {row["key"] for row in done.json if row["name"] == "wait p50"}
    assert queued == set(STATIONS) - {"Registration"}  # everybody's first service, before which nothing is assumed


def test_patients_of_an_emergency_department(tmp_path: Path) -> None:
    """Real rows of another tool: mean service of each station is what the data's own page states, in minutes."""
    path = SHARED / "data" / "patients" / "patients.csv"
    if not path.exists():
        pytest.skip("the shared data with the patients of an emergency department are not here")
    kinds = {"start": "service_began", "complete": "service_ended"}
    mapping = {
        "columns": {
            "person": "patient", "kind": ["handling", "registration_type"], "happened": "time", "by": "employee",
        },
        "activities": {
            f"{station} / {state}": {"kind": kind, "station": station}
            for station in STATIONS
            for state, kind in kinds.items()
        },
    }  # fmt: skip
    intake = read_foreign(path, mapping)
    assert intake.left_out == {"column 'handling_id'": 5442}
    wide = intake.log.frame.pivot(on="kind", index=["person", "station", "visit"], values="happened")
    lasted = wide.with_columns((pl.col("service_ended") - pl.col("service_began")).dt.total_milliseconds().alias("ms"))
    mean = dict(lasted.group_by(pl.col("station").cast(pl.String)).agg(pl.col("ms").mean() / 60_000).iter_rows())
    assert {station: round(minutes, 1) for station, minutes in mean.items()} == STATIONS

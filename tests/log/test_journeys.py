"""Journeys and log are the same truth: nothing is lost and nothing is added on the way there and back."""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.log.generated import T0, logs, numbered, row_of

from tocsin.errors import LogError
from tocsin.log import EventLog
from tocsin.log.journeys import (
    REST_SCHEMA,
    End,
    Journeys,
    column_type,
    journeys_of,
    log_of,
    read_journeys,
    stage_rows,
    write_journeys,
)

ENDS: list[End] = ["earliest", "latest"]


def _there_and_back(log: EventLog, at: End) -> None:
    journeys = journeys_of(log, at)
    assert log_of(journeys).frame.equals(log.frame)
    assert dict(journeys.rest.schema) == REST_SCHEMA


@settings(deadline=None, max_examples=80)
@given(logs(), st.sampled_from(ENDS))
def test_there_and_back(log: EventLog, at: End) -> None:
    """`log_of(journeys_of(log))` is the log, in every cell, whatever the log says."""
    _there_and_back(log, at)


@pytest.mark.prove
@settings(deadline=None, max_examples=5000)
@given(logs(60), st.sampled_from(ENDS))
def test_there_and_back_at_length(log: EventLog, at: End) -> None:
    """The same on many and longer logs."""
    _there_and_back(log, at)


def test_the_generated_logs_try_every_way() -> None:
    """Of generated rows many are wide, many shown but kept whole, and many only kept: the properties bite."""
    luck = random.Random(3)
    told = [0, 0, 0]
    for _ in range(15):
        log = numbered([row_of(luck.getrandbits(128)) for _ in range(24)])
        rest = journeys_of(log).rest
        shown = int(rest["in_journeys"].sum())
        told = [
            have + new for have, new in zip(told, [len(log) - rest.height, shown, rest.height - shown], strict=True)
        ]
    assert min(told) > 36, told  # a tenth of the rows each


@settings(deadline=None, max_examples=60)
@given(logs(), st.sampled_from(ENDS))
def test_wide_table_is_the_earliest_truth(log: EventLog, at: End) -> None:
    """Every cell is the least time of the true rows of its stage; every person of the log has one row."""
    journeys = journeys_of(log, at)
    end = "happened" if at == "earliest" else "happened_until"
    start = pl.lit(journeys.t0, dtype=log.frame.schema["happened"])
    truth = log.corrected().frame.with_columns((pl.col(end) - start).dt.total_milliseconds().alias("ms"))
    persons = log.frame.filter(pl.col("person").is_not_null()).select("run", "person").unique()
    assert journeys.frame.select("run", "person").rows() == sorted(persons.rows())
    for stem in journeys.stems:
        of_stage = truth.filter(
            pl.col("person").is_not_null(),
            pl.col("kind") == stem.kind,
            pl.max_horizontal(pl.col("visit").fill_null(1), pl.lit(1, pl.UInt16)) == stem.visit,
            pl.lit(stem.entry.station_stem is None) | pl.col("station").cast(pl.String).eq_missing(stem.station),
        )
        least = {(r, p): ms for r, p, ms in of_stage.group_by("run", "person").agg(pl.col("ms").min()).rows()}
        cells = journeys.frame.select("run", "person", f"{stem.name}_ms").rows()
        assert {(r, p): ms for r, p, ms in cells if ms is not None} == least


@settings(deadline=None, max_examples=40)
@given(logs())
def test_no_row_is_told_twice(log: EventLog) -> None:
    """A row stands in the wide table with its number or whole in the rest, never in both."""
    journeys = journeys_of(log)
    wide = sum(journeys.frame[f"{stem.name}_seq"].count() for stem in journeys.stems)
    assert wide + journeys.rest.height == len(log)


def _simulated(kind: str, minute: int, **more: object) -> dict[str, object]:
    return {"run": 0, "writer": "simulated", "kind": kind, "happened": T0 + timedelta(minutes=minute), **more}


LOOP = [
    _simulated("summoned", 0, person=5, channel="SMS", place="Hrodna", unit="A", due=T0 + timedelta(hours=9)),
    _simulated("delivered", 1, person=5, channel="SMS", cause=0),
    _simulated("arrived", 90, person=5, place="Hrodna", cause=1),
    _simulated("queued", 90, person=5, place="Hrodna", station="medical", visit=1, cause=2),
    _simulated("service_began", 95, person=5, place="Hrodna", station="medical", visit=1, by="server 2", cause=3),
    _simulated("service_ended", 99, person=5, place="Hrodna", station="medical", visit=1, cause=4),
    _simulated("queued", 99, person=5, place="Hrodna", station="medical", visit=2, cause=5),
    _simulated("closed", 600),
]


def test_a_loop_by_hand() -> None:
    """A simulated walk with a second medical visit is wholly wide; only the closing stays in the rest."""
    journeys = journeys_of(numbered([dict(row) for row in LOOP]))
    assert journeys.t0 == T0
    assert journeys.rest["kind"].to_list() == ["closed"]
    row = journeys.frame.row(0, named=True)
    assert (row["run"], row["person"], row["place"], row["unit"]) == (0, 5, "Hrodna", "A")
    assert row["summoned_due"] == 9 * 3_600_000
    assert (row["medical_queued_ms"], row["medical_2_queued_ms"]) == (90 * 60_000, 99 * 60_000)
    assert (row["medical_began_by"], row["medical_began_seq"], row["medical_began_cause"]) == (
        "server 2",
        4,
        3,
    )
    assert journeys.closed_ms == journeys.cut_ms == 600 * 60_000


def test_a_correction_is_the_truth_and_keeps_its_rows() -> None:
    """The corrected time stands in the wide table; both rows stay in the rest, and only one is shown."""
    rows = [dict(row) for row in LOOP]
    rows.append(_simulated("arrived", 80, person=5, place="Hrodna", corrects=2, reason="clock"))
    journeys = journeys_of(numbered(rows))
    assert journeys.frame["arrived_ms"].to_list() == [80 * 60_000]
    assert journeys.frame["arrived_seq"].to_list() == [None]
    told = journeys.rest.filter(pl.col("kind") == "arrived").select("seq", "in_journeys").rows()
    assert told == [(2, False), (8, True)]


def test_an_open_run_leaves_the_whole_open() -> None:
    """`closed_ms` is null as long as one of the runs was not closed."""
    rows = [dict(row) for row in LOOP]
    rows.append({**_simulated("arrived", 5, person=5), "run": 1})
    assert journeys_of(numbered(rows)).closed_ms is None


def test_interval_rows_give_bounds() -> None:
    """An arrival known to lie between two times stands early in one form and late in the other."""
    arrived = _simulated("arrived", 60, person=1, happened_until=T0 + timedelta(minutes=75))
    log = numbered([_simulated("ordered", 0, unit="A"), arrived])
    bounds = [journeys_of(log, at).frame["arrived_ms"][0] for at in ENDS]
    assert bounds == [60 * 60_000, 75 * 60_000]


def test_the_engine_has_no_numbers() -> None:
    """Journeys without `_seq` are refused with a sentence that says where the numbers come from."""
    frame = pl.DataFrame({"run": [0], "person": [1], "arrived_ms": [5]})
    engine = Journeys(frame, pl.DataFrame(schema=REST_SCHEMA), T0, None, 5)
    with pytest.raises(LogError, match="'arrived_seq', expected journeys that were made from a log"):
        log_of(engine)


def test_the_engine_gets_its_rows() -> None:
    """`stage_rows` writes engine journeys as canonical rows, whose numbers are still to be given."""
    frame = pl.DataFrame(
        {"run": [0, 0], "person": [1, 2], "place": ["Hrodna", "Brest"], "unit": [None, "A"],
         "kit_2_began_ms": [None, 5], "kit_2_began_by": [None, "server 3"]},
        schema_overrides={"place": pl.Categorical, "unit": pl.Categorical, "kit_2_began_by": pl.Categorical},
    )  # fmt: skip
    engine = Journeys(frame, pl.DataFrame(schema=REST_SCHEMA), T0, None, 5)
    rows = stage_rows(engine, engine.stems[0])
    assert rows.height == 1
    row = {name: value for name, value in rows.row(0, named=True).items() if value is not None}
    at = T0 + timedelta(milliseconds=5)
    assert row == {
        "run": 0, "writer": "simulated", "happened": at, "happened_until": at, "known": at,
        "kind": "service_began", "person": 2, "place": "Brest", "station": "kit", "visit": 2,
        "by": "server 3",
    }  # fmt: skip


@settings(deadline=None, max_examples=30)
@given(logs())
def test_columns_have_their_types(log: EventLog) -> None:
    """Every journey column has the type that `column_type` promises to whoever writes journeys."""
    frame = journeys_of(log).frame
    assert {name: column_type(name) for name in frame.columns} == dict(frame.schema)


@settings(deadline=None, max_examples=20)
@given(logs())
def test_journeys_on_disk(log: EventLog) -> None:
    """Journeys that were written and read are the same, and give the same log."""
    with TemporaryDirectory() as folder:
        wide, rest = Path(folder) / "journeys.parquet", Path(folder) / "rest.parquet"
        journeys = journeys_of(log)
        write_journeys(wide, journeys, rest=rest)
        back = read_journeys(wide, rest=rest)
        assert (back.t0, back.closed_ms, back.cut_ms) == (journeys.t0, journeys.closed_ms, journeys.cut_ms)
        assert log_of(back).frame.equals(log.frame)
        assert read_journeys(wide).rest.height == 0


def test_a_file_that_holds_no_journeys(tmp_path: Path) -> None:
    """Parquet of something else is refused with its name."""
    pl.DataFrame({"a": [1]}).write_parquet(tmp_path / "x.parquet")
    for name in ("x", "y"):
        with pytest.raises(LogError, match="expected journeys in Parquet"):
            read_journeys(tmp_path / f"{name}.parquet")

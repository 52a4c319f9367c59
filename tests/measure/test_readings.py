"""A log gets the interval that its writer calls for."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from tocsin.log.schema import WRITER
from tocsin.log.table import EventLog
from tocsin.measure import Context
from tocsin.measure.export import rows_of
from tocsin.measure.readings import with_intervals
from tocsin.plan import Plan, load, people
from tocsin.simulate import Engine, compile, log_blocks

SEED = 7


@pytest.fixture(scope="module")
def okas() -> tuple[Plan, Context, pl.DataFrame]:
    """The plan of Okas 2017, what measures may know, and the rows of one run."""
    plan = load("okas-2017")
    crowd = people(plan, SEED)
    rows = pl.concat(log_blocks(Engine(compile(plan, crowd)).run(SEED, 0)))
    return plan, Context(plan, crowd), rows


def t50(frame: pl.DataFrame) -> dict[str, object]:
    """The row of the time by which half of those called are there."""
    return frame.filter(pl.col("name") == "T50 of called").row(0, named=True)


def written_by(rows: pl.DataFrame, writer: str) -> EventLog:
    """The same rows by another writer."""
    return EventLog(rows.with_columns(writer=pl.lit(writer, WRITER)))


def test_a_simulated_run_has_no_interval(okas: tuple[Plan, Context, pl.DataFrame]) -> None:
    """One simulated run is one run: a value and neither bounds nor interval."""
    plan, context, rows = okas
    row = t50(with_intervals(EventLog(rows), context, ["A3"], t0=plan.exercise.alert))
    assert row["value"] is not None
    assert row["low"] is None and row["high"] is None


def test_a_closed_record_is_resampled(okas: tuple[Plan, Context, pl.DataFrame]) -> None:
    """A closed recorded log keeps its value and gets an interval around it that says what it leaves out."""
    plan, context, rows = okas
    row = t50(with_intervals(written_by(rows, "recorded"), context, ["A3"], t0=plan.exercise.alert))
    assert row["low"] <= row["value"] <= row["high"]
    assert "persons share queues" in str(row["note"])


def test_an_open_record_is_bounded(okas: tuple[Plan, Context, pl.DataFrame]) -> None:
    """While an exercise is open its silent may still come: 80 % of those reached is sure, 95 % is bounded below."""
    plan, context, rows = okas
    still = rows.filter(~pl.col("kind").cast(pl.String).is_in(["closed", "absent"]))
    frame = with_intervals(written_by(still, "recorded"), context, ["A3"], t0=plan.exercise.alert)
    late = frame.filter(pl.col("name") == "T95 of reached").row(0, named=True)
    assert late["value"] is None and late["low"] is not None and late["high"] is None
    assert str(late["note"]).startswith("at least")


def test_reported_rows_give_bounds(okas: tuple[Plan, Context, pl.DataFrame]) -> None:
    """Rows known to two hours give bounds two hours apart, and no value between them, in JSON too."""
    plan, context, rows = okas
    wide = rows.with_columns(
        happened_until=pl.col("happened") + dt.timedelta(hours=2), known=pl.col("known") + dt.timedelta(hours=3)
    )
    frame = with_intervals(written_by(wide, "reported"), context, ["A3"], t0=plan.exercise.alert)
    row = t50(frame)
    assert row["value"] is None
    assert row["high"] - row["low"] == pytest.approx(2)
    told = next(r for r in rows_of(frame) if r["name"] == "T50 of called")
    assert (told["mean"], told["low"], told["high"]) == (None, row["low"], row["high"])

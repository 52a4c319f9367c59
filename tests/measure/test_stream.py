"""A log read in blocks gives the measures of the same log in memory, number for number and note for note."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl
import pytest
from benchmarks import long_log, measure_stream
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal
from tests.cli.calls import call, execute
from tests.log.generated import logs
from tests.measure import by_hand

from tocsin.errors import LogError
from tocsin.log import RunFolder, blocks
from tocsin.log.blocks import LogFile
from tocsin.log.chain import read_log
from tocsin.log.table import EventLog
from tocsin.measure import Context, sources
from tocsin.measure.readings import bounded, with_intervals
from tocsin.measure.streamed import Streamed

CONTEXTS = [Context(), Context(by_hand.plan(), by_hand.people(["rifle", "medic", None, "rifle"]))]


def both(
    log: EventLog, context: Context, rows: int, *, t0: datetime | None = None, only: Sequence[str] = ()
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The measures of a log in memory, and of the same log on disk read in blocks of so many rows."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "log.parquet"
        log.frame.write_parquet(path, row_group_size=max(rows, 1))
        streamed = bounded(Streamed(path, t0, file=LogFile(path, rows)), context, only)
    return with_intervals(log, context, only, t0=t0), streamed


def told(rows: list[dict[str, Any]]) -> EventLog:
    """A log of rows as `by_hand.rest_rows` takes them, recorded unless they say otherwise."""
    return EventLog.of(by_hand.rest_rows([{"writer": "recorded", **row} for row in rows]).drop("in_journeys"))


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `log.parquet`, `plan.toml` and `people.parquet`: the log of the bench, of 20,000 rows."""
    folder = tmp_path_factory.mktemp("long")
    long_log.write(folder, 20_000)
    return folder


@given(log=logs(40), rows=st.sampled_from([1, 3, 7, 100]), context=st.sampled_from(CONTEXTS))
def test_wild_logs_measure_the_same(log: EventLog, rows: int, context: Context) -> None:
    """Several runs, writers, loops, duplicates, corrections across blocks, intervals, rows of nobody: equal frames."""
    assert_frame_equal(*both(log, context, rows))


@given(log=logs(40), part=st.sampled_from([1, 4, 1000]))
def test_the_order_of_the_file_does_not_matter(log: EventLog, part: int) -> None:
    """A file in no order is read in that of (run, seq), in as many parts as it takes."""
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks, "SORTED_ROWS", part)
        path = Path(folder) / "log.parquet"
        log.frame.sample(fraction=1, shuffle=True, seed=1).write_parquet(path, row_group_size=5)
        streamed = bounded(Streamed(path, file=LogFile(path, 3)), Context())
    assert_frame_equal(with_intervals(log, Context()), streamed)


def test_the_log_of_the_bench_measures_the_same(tmp_path: Path) -> None:
    """The log that `measure.stream` measures, much shorter, with plan and people, as the bench compares it."""
    assert measure_stream.same(tmp_path, 20_000, only=["A1", "A2", "A4", "L1", "L2", "L3", "C1", "C2", "C3", "Q1"])


def test_a_correction_in_a_later_block() -> None:
    """Of three who came one was scanned by mistake and one an hour later: blocks of two rows, times worked by hand."""
    log = told(
        [
            {"kind": "ordered", "at": 0, "unit": "1st"},
            {"kind": "arrived", "at": 60, "person": 0, "place": "A"},
            {"kind": "arrived", "at": 60, "person": 1, "place": "A"},
            {"kind": "arrived", "at": 60, "person": 2, "place": "A"},
            {"kind": "summoned", "at": 5, "person": 3, "channel": "SMS"},
            {"kind": "arrived", "at": 120, "known_at": 300, "person": 1, "place": "A", "corrects": 2},
            {"kind": "withdrawn", "at": 130, "person": 2, "corrects": 3},
            {"kind": "closed", "at": 600},
        ]
    )
    held, streamed = both(log, Context(), 2, only=["A1", "A3", "Q1"])
    assert_frame_equal(held, streamed)
    # Persons 0, 1, 2 and 3 are called; 0 came after 1 h and 1 after 2 h; the scan of 2 is taken back.
    assert by_hand.value(streamed, "A1", "arrived of called") == 0.5
    assert by_hand.value(streamed, "A3", "T50 of called") == 2.0
    assert by_hand.value(streamed, "Q1", "corrections") == 1.0


def test_each_run_is_measured_by_itself() -> None:
    """Runs that begin within a block, one of them without people: as many results as there are runs, in their order."""
    runs = [
        by_hand.rest_rows([{"kind": "arrived", "at": 10 * n, "person": p} for p in range(n)], run=n) for n in (1, 2, 5)
    ]
    log = EventLog.of(pl.concat(runs).drop("in_journeys"))
    held, streamed = both(log, Context(), 3, only=["A1", "A3"])
    assert_frame_equal(held, streamed)
    assert by_hand_of(streamed, "arrived") == [(1, 1.0), (2, 2.0), (5, 5.0)]


def by_hand_of(frame: pl.DataFrame, name: str) -> list[tuple[Any, ...]]:
    return frame.filter(pl.col("name") == name).select("run", "value").rows()


def test_reported_rows_give_bounds() -> None:
    """A row known to an interval is read early and late from disk, too: T50 lies between the two, by hand."""
    log = told(
        [
            {"kind": "arrived", "at": 60, "until": 120, "person": 0, "writer": "reported", "origin": "r1"},
            {"kind": "arrived", "at": 90, "person": 1, "writer": "reported", "origin": "r2"},
            {"kind": "summoned", "at": 0, "person": 2, "channel": "SMS", "writer": "reported", "origin": "r3"},
            {"kind": "closed", "at": 600, "writer": "reported", "origin": "r4"},
        ]
    )
    held, streamed = both(log, Context(), 1, only=["A1", "A3"])
    assert_frame_equal(held, streamed)
    # Two of three have come when the second came: 90 min if the first came early, 120 if late.
    half = by_hand.row(streamed, "A3", "T50 of called")
    assert (half["value"], half["low"], half["high"], half["note"]) == (None, 1.5, 2.0, "bounds")


def test_counts_of_people_without_names_give_bounds() -> None:
    """Rows that only count people are kept whole, whatever block they are in."""
    log = told(
        [
            {"kind": "summoned", "at": 0, "amount": 669, "amount_most": 669, "scope": "whole", "writer": "reported"},
            {"kind": "arrived", "at": 0, "until": 600, "amount": 500, "scope": "whole", "writer": "reported"},
        ]
    )
    held, streamed = both(log, Context(), 1, only=["A1", "A3"])
    assert_frame_equal(held, streamed)
    assert by_hand.row(streamed, "A1", "arrived")["low"] == 500


def test_an_open_log_bounds_the_silent() -> None:
    """A recorded log that nobody closed: none of the silent come, or all of them."""
    log = told([{"kind": "arrived", "at": 60, "person": 0}, {"kind": "summoned", "at": 0, "person": 1}])
    held, streamed = both(log, Context(), 1, only=["A1"])
    assert_frame_equal(held, streamed)
    share = by_hand.row(streamed, "A1", "arrived of called")
    assert (share["low"], share["high"]) == (0.5, 1.0)


@pytest.mark.parametrize("context", CONTEXTS, ids=["alone", "with plan and people"])
def test_an_empty_log_measures_the_same(context: Context) -> None:
    """No rows are no error: the numbers that cannot be had say why."""
    assert_frame_equal(*both(EventLog.empty(), context, 10))


# --- the command --------------------------------------------------------------------------------------------------


def words(folder: Path) -> list[str | Path]:
    return ["measure", folder / "log.parquet", "--plan", folder / "plan.toml", "--people", folder / "people.parquet"]


def test_the_number_of_rows_decides(long: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Above `HELD_ROWS` rows the command streams, without ever loading the log, and prints the very same."""
    held = call(*words(long), "--only", "A1,A4,L2,C1,Q1", "--all", "--json")
    assert (held.code, held.err) == (0, "")
    monkeypatch.setattr(sources, "HELD_ROWS", 19_000)
    monkeypatch.setattr(sources, "read_any", None)  # whoever loads the log fails
    streamed = call(*words(long), "--only", "A1,A4,L2,C1,Q1", "--all", "--json")
    assert (streamed.code, streamed.err) == (0, "")
    assert streamed.json == held.json


def test_a_run_folder_is_streamed_too(long: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder brings its plan and people; its log is read in blocks when it is long."""
    parts: dict[str, Any] = {
        "plan.toml": (long / "plan.toml").read_text(encoding="utf-8"),
        "people.parquet": pl.read_parquet(long / "people.parquet"),
        "log.parquet": read_log(long / "log.parquet"),
    }
    RunFolder.write(tmp_path / "run", parts)
    held = call("measure", tmp_path / "run", "--only", "A1,A4,C1", "--json")
    monkeypatch.setattr(sources, "HELD_ROWS", 1000)
    monkeypatch.setattr(sources, "read_any", None)
    streamed = call("measure", tmp_path / "run", "--only", "A1,A4,C1", "--json")
    assert (streamed.code, streamed.err) == (0, "")
    assert streamed.json == held.json == call(*words(long), "--only", "A1,A4,C1", "--json").json


def test_a_long_log_by_the_executable(tmp_path: Path) -> None:
    """A log that is really longer than `HELD_ROWS`: all corrections and all people are found."""
    size = long_log.write(tmp_path, sources.HELD_ROWS + 50_000)
    assert size > sources.HELD_ROWS
    done = execute("measure", tmp_path / "log.parquet", "--only", "Q1", "--json", cwd=tmp_path)
    assert done.code == 0
    found = {row["name"]: row for row in done.json}
    # Counted in the file; everybody was summoned, and some rows are of nobody.
    frame = pl.scan_parquet(tmp_path / "log.parquet").select(pl.col("corrects").count(), pl.col("person").n_unique())
    corrected, persons = frame.collect().row(0)
    assert found["corrections"]["mean"] == corrected > 0
    assert persons - 1 == pl.scan_parquet(tmp_path / "people.parquet").select(pl.len()).collect().item()


def refused(path: Path) -> str:
    """What `tocsin measure` says of a file: one line, exit code 2."""
    done = call("measure", path)
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1), done
    return done.err


def test_damaged_files_are_refused(long: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut off, overwritten, or no Parquet at all: one line with the file, exit code 2, no traceback."""
    monkeypatch.setattr(sources, "HELD_ROWS", 1000)
    whole = (long / "log.parquet").read_bytes()
    middle = len(whole) // 2
    for name, content in {
        "cut": whole[:middle],
        "overwritten": whole[:8] + bytes(len(whole) - 100_008) + whole[-100_000:],
        "text": b"person,kind\n",
        "empty": b"",
    }.items():
        path = tmp_path / f"{name}.parquet"
        path.write_bytes(content)
        assert str(path) in refused(path)


def test_what_is_no_log_is_refused(long: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Strange columns, a missing one, an impossible cell, an identity that stands twice: each with its place."""
    monkeypatch.setattr(sources, "HELD_ROWS", 1000)
    frame = read_log(long / "log.parquet").frame
    path = tmp_path / "log.parquet"
    for other, expected in {
        "strange": (frame.with_columns(colour=pl.lit("red")), "found the column 'colour'"),
        "missing": (frame.drop("kind"), "column kind"),
        "null": (frame.with_columns(pl.when(pl.col("seq") != 15_000).then("happened")), "row 15000, column happened"),
        "twice": (pl.concat([frame, frame[7:8]]), "found (run, seq) = (0, 7) twice"),
    }.values():
        other.write_parquet(path)
        assert expected in refused(path)


def test_an_identity_that_stands_twice_is_named(tmp_path: Path) -> None:
    """A sorted file with a repeated row is refused like an unsorted one: (run, seq) names it."""
    frame = told([{"kind": "arrived", "at": at, "person": at} for at in range(3)]).frame
    pl.concat([frame, frame[2:]]).write_parquet(tmp_path / "log.parquet")
    with pytest.raises(LogError, match=r"found \(run, seq\) = \(0, 2\) twice"):
        Streamed(tmp_path / "log.parquet")


def test_t0_may_be_given() -> None:
    """Hours count from the decision where a plan gives it, as in memory."""
    log = told([{"kind": "arrived", "at": 60, "person": 0}, {"kind": "closed", "at": 90}])
    held, streamed = both(log, Context(), 1, t0=by_hand.T0 - timedelta(hours=1), only=["A3"])
    assert_frame_equal(held, streamed)
    assert by_hand.value(streamed, "A3", "T50 of called") == 2.0

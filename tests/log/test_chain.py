"""The chain: canonical bytes, blocks, and a streaming writer whose bytes are always the same."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from tests.log.generated import T0, logs

from tocsin.errors import LogError
from tocsin.log import SCHEMA, EventLog
from tocsin.log import chain as chain_module
from tocsin.log.canonical import feed
from tocsin.log.chain import GENESIS, chain_of, read_blocks, read_log, write_log


def _digest(frame: pl.DataFrame) -> str:
    digest = hashlib.sha256()
    feed(digest, frame)
    return digest.hexdigest()


def _many(rows: int) -> pl.DataFrame:
    seq = pl.int_range(rows, dtype=pl.UInt32, eager=True)
    happened = pl.Series([T0]).new_from_index(0, rows) + pl.duration(milliseconds=seq * 7)
    frame = pl.select(
        run=pl.lit(0),
        seq=seq,
        writer=pl.lit("simulated"),
        kind=pl.lit("arrived"),
        person=seq % 1000,
        place="point " + (seq % 7).cast(pl.String),
        happened=happened,
    )
    return EventLog.of(frame).frame


@settings(deadline=None, max_examples=40)
@given(logs())
def test_canonical_bytes_know_no_chunks(log: EventLog) -> None:
    """How a frame is cut in memory changes nothing."""
    frame = log.frame
    chunked = pl.concat([frame[:3], frame[3:4], frame[4:]], rechunk=False)
    assert _digest(chunked) == _digest(frame)


def test_canonical_bytes_do_not_look_under_nulls() -> None:
    """A null over an old value is a null."""
    frame = _many(8)
    masked = frame.with_columns(pl.when(pl.col("seq") < 4).then(pl.col("person", "place", "known")))
    fresh = pl.concat([frame[:4], frame[4:].with_columns(person=None, place=None, known=None).cast(SCHEMA)])
    assert masked.equals(fresh)
    assert _digest(masked.head(8)) == _digest(fresh) != _digest(frame)


def test_every_cell_counts() -> None:
    """Changing any one cell, to another value or to null, changes the hash."""
    row = {
        "run": 1, "seq": 1, "writer": "recorded", "happened": T0, "happened_until": T0, "known": T0,
        "kind": "arrived", "person": 1, "unit": "A", "place": "B", "station": "C", "visit": 1, "thing": "D",
        "by": "E", "to": "F", "channel": "SMS", "amount": 1, "amount_most": 1, "due": T0, "reason": "G",
        "cause": 1, "corrects": 1, "origin": "H", "grade": "A1", "scope": "part",
    }  # fmt: skip
    other = {
        "writer": "reported", "kind": "joined", "channel": "letter", "grade": "A2", "scope": "whole",
    }  # fmt: skip
    frame = EventLog.of(pl.DataFrame([row])).frame
    seen = {_digest(frame)}
    for name, dtype in SCHEMA.items():
        changed = other.get(name, T0 + timedelta(seconds=1) if dtype == pl.Datetime else 2)
        changed = "Z" if dtype in (pl.Categorical, pl.String) else changed
        seen.add(_digest(frame.with_columns(pl.lit(changed, dtype=dtype).alias(name))))
        seen.add(_digest(frame.with_columns(pl.lit(None, dtype=dtype).alias(name))))
    assert len(seen) == 1 + 2 * len(SCHEMA)


def test_values_do_not_slide() -> None:
    """The same letters cut differently, or in the next row, are other content."""

    def of(origins: list[str | None]) -> str:
        rows = {"run": [0, 0], "seq": [0, 1], "writer": ["reported"] * 2, "kind": ["closed"] * 2}
        return _digest(EventLog.of(pl.DataFrame({**rows, "happened": [T0, T0], "origin": origins})).frame)

    assert len({of(["ab", "c"]), of(["a", "bc"]), of(["abc", ""]), of(["abc", None]), of([None, "abc"])}) == 5


@pytest.mark.parametrize("cut", [1, 17, 100, 257, 1000])
def test_however_the_blocks_are_cut(cut: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file and the chain do not depend on the heights of the frames that are handed over."""
    monkeypatch.setattr(chain_module, "BLOCK_ROWS", 100)
    frame = _many(1000)
    whole = write_log(tmp_path / "whole.parquet", [frame])
    parts = write_log(tmp_path / "parts.parquet", (frame[at : at + cut] for at in range(0, 1000, cut)))
    assert whole == parts
    assert (len(whole.blocks), whole.rows) == (10, 1000)
    assert (tmp_path / "whole.parquet").read_bytes() == (tmp_path / "parts.parquet").read_bytes()
    assert read_log(tmp_path / "parts.parquet").frame.equals(frame)
    assert chain_of(read_blocks(tmp_path / "whole.parquet")) == whole


def test_each_hash_covers_the_one_before() -> None:
    """The definition, by hand: SHA-256 of the hash before and the block's canonical bytes."""
    frame = _many(chain_module.BLOCK_ROWS + 5)
    first, second = frame[: chain_module.BLOCK_ROWS], frame[chain_module.BLOCK_ROWS :]
    told = GENESIS
    for block in (first, second):
        digest = hashlib.sha256(bytes.fromhex(told))
        feed(digest, block)
        told = digest.hexdigest()
    assert chain_of([first, second]).head == told


def test_an_empty_log_has_a_head(tmp_path: Path) -> None:
    """Nothing is a log too."""
    assert write_log(tmp_path / "log.parquet", []).head == GENESIS
    assert len(read_log(tmp_path / "log.parquet")) == 0


SCRIPT = """
import hashlib, sys
import polars as pl
from datetime import UTC, datetime
from tocsin.log import EventLog
from tocsin.log.chain import write_log
met = pl.Series(sys.argv[2].split(","), dtype=pl.Categorical)
n = 5000
seq = pl.int_range(n, dtype=pl.UInt32, eager=True)
frame = pl.select(
    run=pl.lit(0), seq=seq, writer=pl.lit("simulated"), kind=pl.lit("arrived"), person=seq,
    place="p" + (seq % 50).cast(pl.String), happened=pl.lit(datetime(2026, 2, 16, tzinfo=UTC)),
)
print(write_log(sys.argv[1], [EventLog.of(frame).frame]).head)
print(hashlib.sha256(open(sys.argv[1], "rb").read()).hexdigest())
"""


def test_same_bytes_in_every_process(tmp_path: Path) -> None:
    """Processes that met other names before, in another order, write the same bytes and the same head."""
    told = []
    for number, met in enumerate(["p7,p3,zzz,p49", "a"]):
        path = tmp_path / f"{number}.parquet"
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT, str(path), met], capture_output=True, text=True, check=True
        )
        told.append(done.stdout)
    assert told[0] == told[1]


def test_rows_out_of_order_are_refused(tmp_path: Path) -> None:
    """A block that goes back is named; no file is left."""
    frame = _many(10)
    with pytest.raises(
        LogError, match="block 1: found it to begin with run 0, seq 0, expected rows after run 0, seq 9"
    ):
        write_log(tmp_path / "log.parquet", [frame, frame])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("failure", [RuntimeError, KeyboardInterrupt])
def test_a_failing_source_leaves_nothing(failure: type[BaseException], tmp_path: Path) -> None:
    """An exception or Ctrl-C while rows are made goes through unchanged, and the older file stays whole."""
    path = tmp_path / "log.parquet"
    write_log(path, [_many(10)])
    before = path.read_bytes()

    def blocks() -> Iterator[pl.DataFrame]:
        yield _many(10)
        raise failure("in the middle")

    with pytest.raises(failure, match="in the middle"):
        write_log(path, blocks())
    assert path.read_bytes() == before
    assert [inside.name for inside in tmp_path.iterdir()] == ["log.parquet"]


INTERRUPTED = """
import os, signal, sys
import polars as pl
from datetime import UTC, datetime
from tocsin.log import EventLog, RunFolder, write_log
def blocks():
    for seq in range(10**6):
        if seq == 20:
            os.kill(os.getpid(), signal.SIGINT)
        happened = pl.lit(datetime(2026, 2, 16, tzinfo=UTC))
        row = pl.select(run=0, seq=seq, writer=pl.lit("simulated"), kind=pl.lit("closed"), happened=happened)
        yield EventLog.of(row).frame
try:
    RunFolder.write(sys.argv[1], {"log.parquet": lambda path: write_log(path, blocks())})
except KeyboardInterrupt:
    left = os.listdir(os.path.dirname(sys.argv[1]))
    print("stopped", left, signal.getsignal(signal.SIGINT).__name__)
"""


def test_ctrl_c_is_quiet(tmp_path: Path) -> None:
    """A real Ctrl-C while a log is written stops at once, leaves nothing, prints nothing else."""
    command = [sys.executable, "-c", INTERRUPTED, str(tmp_path / "run")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert (done.stdout, done.stderr, done.returncode) == ("stopped [] default_int_handler\n", "", 0)


def test_a_file_that_is_no_log(tmp_path: Path) -> None:
    """Not Parquet, or Parquet of something else: one sentence with the file."""
    (tmp_path / "a.parquet").write_bytes(b"no")
    pl.DataFrame({"colour": [1]}).write_parquet(tmp_path / "b.parquet")
    for name, told in (("a", "expected a readable Parquet file"), ("b", "found the column 'colour'")):
        with pytest.raises(LogError, match=told) as refusal:
            read_log(tmp_path / f"{name}.parquet")
        assert refusal.value.place == str(tmp_path / f"{name}.parquet")

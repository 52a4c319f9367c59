"""PM4Py reads what we write and we read what it writes; it runs in a process of its own, for it is AGPL."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tocsin.log import EventLog
from tocsin.log.exchange import read_any, write_any
from tocsin.measure.sources import measured
from tocsin.plan import load, people
from tocsin.simulate import Engine, compile, log_blocks

READ = """
import json, sys, pm4py
folder = sys.argv[1]
told = {}
for name, read in (
    ("log.json", pm4py.read_ocel2_json), ("log.sqlite", pm4py.read_ocel2_sqlite), ("log.xml", pm4py.read_ocel2_xml)
):
    ocel = read(f"{folder}/{name}")
    events = ocel.events
    told[name] = {
        "events": len(events), "objects": len(ocel.objects), "ties": len(ocel.relations),
        "kinds": {str(k): int(v) for k, v in events["ocel:activity"].value_counts().items()},
        "last": events["ocel:timestamp"].max().isoformat(),
        "persons": int((ocel.objects["ocel:type"] == "person").sum()),
    }
frame = pm4py.read_xes(f"{folder}/log.xes")
frame = frame if hasattr(frame, "columns") else pm4py.convert_to_dataframe(frame)
told["log.xes"] = {
    "events": len(frame), "cases": int(frame["case:concept:name"].nunique()),
    "last": frame["time:timestamp"].max().isoformat(),
    "starts": int((frame["lifecycle:transition"] == "start").sum()),
}
pm4py.write_xes(frame[frame["case:concept:name"] != "exercise"], f"{folder}/theirs.xes")
pm4py.write_ocel2_sqlite(pm4py.read_ocel2_json(f"{folder}/log.json"), f"{folder}/theirs.sqlite")
print(json.dumps(told))
"""


@pytest.fixture(scope="module")
def log() -> EventLog:
    """The first 300 people of the bundled call-up of Okas 2017, and all that was nobody's."""
    plan = load("okas-2017")
    outcome = Engine(compile(plan, people(plan, 7))).run(7, 0)
    frame = pl.concat(list(log_blocks(outcome))).filter(pl.col("person").is_null() | (pl.col("person") < 300))
    return EventLog.of(frame.with_columns(pl.int_range(pl.len(), dtype=pl.UInt32).alias("seq"), cause=None))


@pytest.fixture(scope="module")
def told(log: EventLog, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """What PM4Py says of our files, and the folder with what it wrote itself."""
    folder = tmp_path_factory.mktemp("pm4py")
    for name in ("log.json", "log.sqlite", "log.xml", "log.xes"):
        write_any(folder / name, log)
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", READ, str(folder)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return folder, json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize("name", ["log.json", "log.sqlite", "log.xml"])
def test_pm4py_reads_our_objects(name: str, log: EventLog, told: tuple[Path, dict[str, Any]]) -> None:
    """As many events of each kind, objects, ties, and the same last moment."""
    found, frame = told[1][name], log.frame
    assert found["events"] == len(log)
    assert found["kinds"] == {str(k): n for k, n in frame["kind"].cast(pl.String).value_counts().iter_rows()}
    assert found["persons"] == frame["person"].drop_nulls().n_unique() == 300
    related = ["person", "unit", "place", "station", "thing", "by", "to"]
    alone = frame.select(pl.all_horizontal(pl.col(related).is_null()).sum()).item()
    assert found["ties"] == frame.select(pl.sum_horizontal(pl.col(related).count())).item() + alone
    last = frame["happened"].max()
    assert found["last"][:19] == last.isoformat()[:19]  # type: ignore[union-attr]


def test_pm4py_reads_our_traces(log: EventLog, told: tuple[Path, dict[str, Any]]) -> None:
    """A case a person and one for the exercise, services that start, all events, the same last moment."""
    found, frame = told[1]["log.xes"], log.frame
    assert found["events"] == len(log)
    assert found["cases"] == 301
    assert found["starts"] == (frame["kind"] == "service_began").sum()


def test_what_pm4py_writes_comes_back_as_ours(log: EventLog, told: tuple[Path, dict[str, Any]]) -> None:
    """Our objects, read and written by PM4Py, are our rows again: it keeps every attribute and tie."""
    assert read_any(told[0] / "theirs.sqlite").log.frame.equals(log.frame)


def test_a_log_of_pm4py_is_measured_end_to_end(told: tuple[Path, dict[str, Any]], log: EventLog) -> None:
    """Taken as a foreign log, by activity and lifecycle alone: the same waits as from our own rows."""
    path, mapping = told[0] / "theirs.xes", told[0] / "map.toml"
    stations = log.frame["station"].drop_nulls().unique().cast(pl.String).to_list()
    steps = {"schedule": "queued", "start": "service_began", "complete": "service_ended"}
    lines = [
        f'"{station} / {step}" = {{kind = "{kind}", station = "{station}"}}'
        for station in stations
        for step, kind in steps.items()
    ]
    named = log.frame.filter(~pl.col("kind").is_in(list(steps.values())))["kind"].cast(pl.String).unique()
    lines += [f'"{kind} / complete" = "{kind if kind == "arrived" else "ignore"}"' for kind in named]
    columns = ['person = "case:concept:name"', 'kind = ["concept:name", "lifecycle:transition"]']
    columns += ['happened = "time:timestamp"', 'place = "tocsin:place"']
    text = path.read_text(encoding="utf-8").replace('key="tocsin:seq"', 'key="number"')  # no longer ours
    (told[0] / "foreign.xes").write_text(text, encoding="utf-8")
    mapping.write_text("\n".join(["[columns]", *columns, "[activities]", *sorted(lines)]) + "\n", encoding="utf-8")
    found = measured(told[0] / "foreign.xes", mapping=mapping, only=["L1"])
    write_any(told[0] / "own.parquet", log)
    own = measured(told[0] / "own.parquet", only=["L1"])
    p95 = (pl.col("name") == "wait p95") & pl.col("value").is_not_null()
    assert found.filter(p95).select("key", "value", "n").rows() == own.filter(p95).select("key", "value", "n").rows()
    assert found.filter(p95).height > 2

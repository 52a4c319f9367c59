"""PM4Py reads what we write and we read what it writes; it runs in a process of its own, for it is AGPL."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from tests.cli.calls import call

from tocsin.log import EventLog
from tocsin.log.exchange import read_any, write_any
from tocsin.measure.sources import measured
from tocsin.plan import load, people
from tocsin.simulate import Engine, compile, log_blocks

READ = """
import json, sys, pm4py
from pm4py.objects.ocel.validation import ocel20_rel_validation
folder = sys.argv[1]
told = {}
def times(column):
    return sorted(int(t.timestamp() * 1000 + 0.5) for t in column)
for name, read in (
    ("log.json", pm4py.read_ocel2_json), ("log.sqlite", pm4py.read_ocel2_sqlite), ("log.xml", pm4py.read_ocel2_xml)
):
    ocel = read(f"{folder}/{name}")
    events = ocel.events
    told[name] = {
        "events": len(events), "objects": len(ocel.objects), "ties": len(ocel.relations),
        "kinds": {str(k): int(v) for k, v in events["ocel:activity"].value_counts().items()},
        "times": times(events["ocel:timestamp"]),
        "types": {str(k): int(v) for k, v in ocel.objects["ocel:type"].value_counts().items()},
        "between": len(ocel.o2o),
        "persons": int((ocel.objects["ocel:type"] == "person").sum()),
    }
frame = pm4py.read_xes(f"{folder}/log.xes")
frame = frame if hasattr(frame, "columns") else pm4py.convert_to_dataframe(frame)
told["log.xes"] = {
    "events": len(frame), "cases": int(frame["case:concept:name"].nunique()),
    "times": times(frame["time:timestamp"]),
    "starts": int((frame["lifecycle:transition"] == "start").sum()),
}
pm4py.write_xes(frame[frame["case:concept:name"] != "exercise"], f"{folder}/theirs.xes")
ocel = pm4py.read_ocel2_json(f"{folder}/log.json")
pm4py.write_ocel2_sqlite(ocel, f"{folder}/again.sqlite")
pm4py.write_ocel2_xml(ocel, f"{folder}/again.xml")
pm4py.write_ocel2_json(ocel, f"{folder}/again.json")
told["unsatisfied"] = ocel20_rel_validation.apply(f"{folder}/log.sqlite")[1]
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
    """As many events of each kind, objects of each type, ties, and every moment the same."""
    found, frame = told[1][name], log.frame
    assert found["events"] == len(log)
    assert found["kinds"] == {str(k): n for k, n in frame["kind"].cast(pl.String).value_counts().iter_rows()}
    assert found["persons"] == frame["person"].drop_nulls().n_unique() == 300
    related = ["person", "unit", "place", "station", "thing", "by", "to"]
    alone = frame.select(pl.all_horizontal(pl.col(related).is_null()).sum()).item()
    assert found["ties"] == frame.select(pl.sum_horizontal(pl.col(related).count())).item() + alone
    assert found["times"] == frame["happened"].to_physical().sort().to_list()
    stations = frame.select("place", "station").filter(pl.col("station").is_not_null()).n_unique()
    numbers = {name: frame[name].drop_nulls().n_unique() for name in ("person", "unit", "place", "thing")}
    numbers |= {"exercise": 1, "station": stations}
    actors = pl.concat([frame["by"].cast(pl.String), frame["to"].cast(pl.String)]).drop_nulls().n_unique()
    numbers["actor"] = actors
    assert found["types"] == {name: number for name, number in numbers.items() if number}
    assert found["between"] >= 300 + stations  # each person to a place at least, each station at its place


def test_our_database_meets_every_constraint(told: tuple[Path, dict[str, Any]]) -> None:
    """PM4Py's validator checks the tables, columns and keys that the specification asks of a database."""
    assert told[1]["unsatisfied"] == []


def test_pm4py_reads_our_traces(log: EventLog, told: tuple[Path, dict[str, Any]]) -> None:
    """A case a person and one for the exercise, services that start, all events, every moment the same."""
    found, frame = told[1]["log.xes"], log.frame
    assert found["events"] == len(log)
    assert found["cases"] == 301
    assert found["times"] == frame["happened"].to_physical().sort().to_list()
    assert found["starts"] == (frame["kind"] == "service_began").sum()


@pytest.mark.parametrize("name", ["again.sqlite", "again.xml", "again.json"])
def test_what_pm4py_writes_comes_back_as_ours(name: str, log: EventLog, told: tuple[Path, dict[str, Any]]) -> None:
    """Our log, read and written by PM4Py, is our rows again; its JSON states the time of an event in whole seconds."""
    back = read_any(told[0] / name).log.frame
    if name == "again.json":
        times = ("happened", "happened_until", "known")
        assert back.drop(times).equals(log.frame.drop(times))
        assert back["happened"].equals(log.frame["happened"].dt.truncate("1s"))
    else:
        assert back.equals(log.frame)


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
    mapping.write_text("\n".join(["[columns]", *columns, "[activities]", *sorted(lines)]) + "\n", encoding="utf-8")
    taken = told[0] / "taken.parquet"
    done = call("convert", path, taken, "--map", mapping, "--json")
    assert done.code == 0, done.err
    assert "column 'tocsin:cause'" in done.json["left_out"] or "column 'tocsin:seq'" in done.json["left_out"]
    through, direct = (
        call("measure", *words, "--only", "L1", "--json") for words in ([taken], [path, "--map", mapping])
    )
    assert through.code == direct.code == 0 and through.json == direct.json
    found = measured(taken, only=["L1"])
    write_any(told[0] / "own.parquet", log)
    own = measured(told[0] / "own.parquet", only=["L1"])
    p95 = (pl.col("name") == "wait p95") & pl.col("value").is_not_null()
    assert found.filter(p95).select("key", "value", "n").rows() == own.filter(p95).select("key", "value", "n").rows()
    assert found.filter(p95).height > 2

"""`measure.pm4py`: waits and service times of a log that others recorded, ours beside PM4Py's.

Both start from one CSV file, in a process of their own: ours is the command `tocsin measure --map`, PM4Py reads the
file with pandas, pairs starts with ends, and takes its waits and services with business hours set to the whole week.
Processor time is ours on one thread, as PM4Py runs on one; wall time is ours as it comes.
PM4Py is AGPL: it runs in a child process and is never imported here.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from benchmarks.timing import process, row

__all__ = ["rows"]

PATIENTS = Path(__file__).resolve().parents[2] / "shared" / "data" / "patients" / "patients.csv"
STATIONS = (
    *("Registration", "Triage and Assessment", "Blood test", "MRI SCAN"),
    *("X-Ray", "Discuss Results", "Check-out"),
)
ROWS, SERVICES = 1_000_000, 4
HOUR_MS = 3_600_000

PEER = """
import json, sys, pandas as pd, pm4py
from pm4py.objects.log.util import interval_lifecycle
frame = pd.read_csv(sys.argv[1])
frame = frame.rename(columns={"patient": "case:concept:name", "handling": "concept:name", "time": "time:timestamp",
                              "registration_type": "lifecycle:transition", "handling_id": "concept:instance"})
frame["time:timestamp"] = pd.to_datetime(frame["time:timestamp"], format="ISO8601", utc=True)
frame["case:concept:name"] = frame["case:concept:name"].astype(str)
frame = frame.sort_values(["case:concept:name", "time:timestamp"], kind="stable")
log = pm4py.convert_to_event_log(frame)
week = [(day * 86400, (day + 1) * 86400) for day in range(7)]
parameters = {"business_hours": True, "business_hour_slots": week}
found = interval_lifecycle.assign_lead_cycle_time(log, parameters=parameters)
total = {}
for trace in found:
    for event in trace:
        wait, service, n = total.get(event["concept:name"], (0.0, 0.0, 0))
        total[event["concept:name"]] = (
            wait + event["@@approx_bh_this_wasted_time"], service + event["@@approx_bh_duration"], n + 1
        )
print(json.dumps({name: [wait / 3600, service / n / 60] for name, (wait, service, n) in total.items()}))
"""


def rows(*, quick: bool = False) -> list[dict[str, Any]]:
    """The rows `measure.pm4py` (CPU s) and `measure.pm4py.wall` (s), of a made log of a million rows.

    Results are compared on it, and on the real patients where they are at hand.
    """
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        (here / "map.toml").write_text(_mapping(), encoding="utf-8")
        made = here / "made.csv"
        _made(ROWS // 50 if quick else ROWS).write_csv(made)
        files = [made, *([PATIENTS] if PATIENTS.exists() else [])]
        equal = all(_agree(_ours(file, here), _theirs(file, here)) for file in files)
        command, times = _our_command(made, here), 1 if quick else 5
        one = process(["env", "POLARS_MAX_THREADS=1", *command], times, warm=1)
        peer = process(_peer_command(made, here), 1)
        ours = process(command, times)
    name = f"pm4py {_version()}"
    return [
        row("measure.pm4py", one.cpu, "CPU s", name, peer.cpu, 20, less=True, times=True, equal=equal),
        row("measure.pm4py.wall", ours.wall, "s", name, peer.wall, 20, less=True, times=True, equal=equal),
    ]


def _version() -> str:
    from importlib.metadata import version

    return version("pm4py")


def _mapping() -> str:
    kinds = {"start": "service_began", "complete": "service_ended"}
    lines = [
        f'"{station} / {state}" = {{kind = "{kind}", station = "{station}"}}'
        for station in STATIONS
        for state, kind in kinds.items()
    ]
    columns = 'person = "patient"\nkind = ["handling", "registration_type"]\nhappened = "time"\n'
    return f'queued = "since the last end"\n[columns]\n{columns}[activities]\n' + "\n".join(lines) + "\n"


def _made(size: int) -> pl.DataFrame:
    """Cases of four services each, some of which overlap, in the columns of the real file; always the same."""
    luck = np.random.default_rng(1)
    cases = size // (2 * SERVICES)
    station = luck.permuted(np.tile(np.arange(len(STATIONS)), (cases, 1)), axis=1)[:, :SERVICES]
    gap, lasts = (luck.integers(low, 7200, (cases, SERVICES)) for low in (-1800, 60))
    began = luck.integers(0, 10_000_000, (cases, 1)) + np.cumsum(gap + 3600, axis=1)
    times = np.stack([began, began + lasts], axis=2).reshape(-1)
    n = cases * SERVICES
    table = pl.DataFrame(
        {
            "handling": pl.Series(np.array(STATIONS)[np.repeat(station.reshape(-1), 2)]),
            "patient": np.repeat(np.arange(cases), 2 * SERVICES),
            "employee": pl.Series(np.array([f"r{i + 1}" for i in range(7)])[np.repeat(station.reshape(-1), 2)]),
            "handling_id": np.repeat(np.arange(n), 2),
            "registration_type": ["start", "complete"] * n,
            "time": pl.Series(times * 1000 + 1_483_228_800_000).cast(pl.Datetime("ms", "UTC")),
        }
    )
    return table.with_columns(pl.col("time").dt.strftime("%Y-%m-%dT%H:%M:%SZ"))


def _our_command(file: Path, folder: Path) -> list[str]:
    tocsin = os.fspath(Path(sys.executable).with_name("tocsin"))
    return [tocsin, "measure", os.fspath(file), "--map", os.fspath(folder / "map.toml"), "--only", "L1,L2"]


def _peer_command(file: Path, folder: Path) -> list[str]:
    (folder / "peer.py").write_text(PEER, encoding="utf-8")
    return [sys.executable, "-W", "ignore", os.fspath(folder / "peer.py"), os.fspath(file)]


def _ours(file: Path, folder: Path) -> dict[str, list[float]]:
    """Person-hours waited and mean service in minutes, by station."""
    told = json.loads(_said([*_our_command(file, folder), "--json"]))
    wanted = {"person-hours waited": 0, "mean service": 1}
    found: dict[str, list[float]] = {}
    for each in told:
        if each["name"] in wanted and each["key"] in STATIONS:
            found.setdefault(each["key"], [0.0, 0.0])[wanted[each["name"]]] = each["mean"]
    return found


def _theirs(file: Path, folder: Path) -> dict[str, list[float]]:
    found: dict[str, list[float]] = json.loads(_said(_peer_command(file, folder)).splitlines()[-1])
    return found


def _said(command: list[str]) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def _agree(ours: dict[str, list[float]], theirs: dict[str, list[float]]) -> bool:
    """Equal but for the last digits of sums of floats: ours are of whole milliseconds, theirs of seconds."""
    return ours.keys() == theirs.keys() and all(
        abs(a - b) <= 1e-9 * max(abs(a), abs(b)) for key in ours for a, b in zip(ours[key], theirs[key], strict=True)
    )

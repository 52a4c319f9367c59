"""Strategies: logs as wild as the format allows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
from hypothesis import strategies as st

from tocsin.log import KIND_OF, KINDS, EventLog, Stem
from tocsin.log.kinds import CHANNELS, GRADES, SCOPES, WRITERS

T0 = datetime(2026, 2, 16, 19, 30, tzinfo=UTC)
PERSONAL = [kind.name for kind in KINDS if kind.stem or kind.station_stem]
# Names that look like visits, like kinds, or like nothing: each must survive the way through column names.
STATIONS = ["checkin", "medical", "medical_2", "request", "undelivered", "_", "", "зал 1"]
# For each column the values to choose from; the first one is what shrinking tends to.
PLAIN: dict[str, list[Any]] = {
    "kind": [*PERSONAL, *PERSONAL, *(kind.name for kind in KINDS)],
    "run": [0, 0, 0, 7],
    "ms": list(range(-20, 60)),
    "person": [1, 1, 0, 2, None, 4_000_000_000],
    "station": [None, *STATIONS],
    "visit": [None, 1, 1, 2, 3, 0, 65_535],
    "place": [None, "Hrodna", "Hrodna", "Brest"],
    "unit": [None, "A", "B"],
    "cause": [None, 0, 3, 40],
    "channel": [None, None, *CHANNELS[:2]],
    "reason": [None, None, "medical", "granted", ""],
    "thing": [None, None, "bus 1", "tent"],
    "by": [None, None, "server 1", "clerk"],
    "due": [None, None, T0 + timedelta(hours=9)],
}
ODD: dict[str, list[Any]] = {
    "writer": list(WRITERS),
    "lasts": [0, 0, 1, 30],
    "delay": [0, 0, 5, -3],
    "to": [None, None, None, "2nd company"],
    "amount": [None, None, None, 0, 400],
    "amount_most": [None, None, None, 400],
    "corrects": [None, None, *range(12)],
    "origin": [None, None, None, "report 3, claim 1"],
    "grade": [None, None, GRADES[0], GRADES[-1]],
    "scope": [None, None, *SCOPES],
}


def row_of(number: int) -> dict[str, Any]:
    """Read a row off a number, digit by digit: one draw a row is ten times quicker than one a cell.

    A third of the rows are as a simulation writes them, a third differ in one column, a third are wild.
    """
    number, manner = divmod(number, 3)
    row: dict[str, Any] = {}
    for name, values in {**PLAIN, **ODD}.items():
        number, digit = divmod(number, len(values))
        row[name] = values[digit]
    if manner < 2:
        wild, row = row, _tamed(row)
        changed = sorted(wild)[number % len(wild)]
        row |= {changed: wild[changed]} if manner == 1 else {}
    happened = T0 + timedelta(milliseconds=row.pop("ms"))
    row["happened"] = happened
    row["happened_until"] = happened + timedelta(milliseconds=row.pop("lasts"))
    row["known"] = happened + timedelta(milliseconds=row.pop("delay"))
    return row


def _tamed(wild: dict[str, Any]) -> dict[str, Any]:
    """Make a wild row canonical: only what its kind keeps, at the place and unit of its person."""
    kind = KIND_OF[wild["kind"]]
    row = dict.fromkeys(wild)
    row |= {name: wild[name] for name in ("kind", "run", "ms", "person", "cause", *kind.attributes)}
    row |= {"writer": "simulated", "lasts": 0, "delay": 0}
    if kind.station_stem and not (kind.stem and wild["station"] is None):
        row |= {"station": wild["station"] or "kit", "visit": wild["visit"] or 1}
    elif wild["visit"] not in (0, 1):
        row["visit"] = wild["visit"]
    carries = Stem(kind.name, row["station"] if kind.station_stem else None).carries
    if "place" in carries:
        row["place"] = "Hrodna" if wild["person"] else "Brest"
    if "unit" in carries:
        row["unit"] = "A" if wild["person"] == 1 else None
    return row


def numbered(found: list[dict[str, Any]]) -> EventLog:
    """Make a log of rows, numbered densely a run in the order given."""
    counts: dict[int, int] = {}
    for row in found:
        row["seq"] = counts.get(row["run"], 0)
        counts[row["run"]] = row["seq"] + 1
    columns = sorted({name for row in found for name in row})
    return EventLog.of(pl.DataFrame({name: [row.get(name) for row in found] for name in columns}))


def logs(max_size: int = 24) -> st.SearchStrategy[EventLog]:
    """Logs of anything: unsorted times, loops, duplicates, corrections, intervals, runs and writers."""
    numbers = st.lists(st.integers(0, 2**128 - 1), max_size=max_size)
    return numbers.map(lambda found: numbered([row_of(n) for n in found]) if found else EventLog.empty())

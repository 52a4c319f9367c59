"""Strategies: logs as wild as the format allows, and small lawful ones."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl
from hypothesis import strategies as st

from tocsin.log import KINDS, EventLog
from tocsin.log.kinds import CHANNELS, GRADES, SCOPES, WRITERS

T0 = datetime(2026, 2, 16, 19, 30, tzinfo=UTC)
PERSONAL = [kind.name for kind in KINDS if kind.stem or kind.station_stem]
# Names that look like visits, like kinds, or like nothing: each must survive the way through column names.
STATIONS = ["checkin", "medical", "medical_2", "request", "undelivered", "_", "", "зал 1"]


def _mostly_none(values: st.SearchStrategy[object], nothing: int = 5) -> st.SearchStrategy[object]:
    return st.one_of(*[st.none()] * nothing, values)


def _moment(draw: st.DrawFn) -> datetime:
    return T0 + timedelta(milliseconds=draw(st.integers(-50, 200)))


@st.composite
def rows(draw: st.DrawFn) -> dict[str, object]:
    """One row: often a canonical one, often not."""
    plain = draw(st.booleans())
    kind = draw(st.one_of(st.sampled_from(PERSONAL), st.sampled_from([kind.name for kind in KINDS])))
    happened = _moment(draw)
    row: dict[str, object] = {
        "run": draw(st.sampled_from([0, 0, 0, 7])),
        "writer": "simulated" if plain else draw(st.sampled_from(WRITERS)),
        "kind": kind,
        "happened": happened,
        "happened_until": happened,
        "known": happened,
        "person": draw(st.sampled_from([0, 1, 1, 2, None, 4_000_000_000])),
        "station": draw(st.sampled_from([None, *STATIONS])),
        "visit": draw(st.sampled_from([None, 1, 1, 2, 3, 0, 65_535])),
        "place": draw(st.sampled_from([None, "Hrodna", "Hrodna", "Brest"])),
        "unit": draw(st.sampled_from([None, "A", "B"])),
        "cause": draw(_mostly_none(st.integers(0, 40), 1)),
    }
    if not plain:
        row["happened_until"] = happened + timedelta(milliseconds=draw(st.integers(0, 60)))
        row["known"] = _moment(draw)
    odd = {
        "channel": st.sampled_from(CHANNELS),
        "reason": st.sampled_from(["medical", "granted", ""]),
        "thing": st.sampled_from(["bus 1", "tent"]),
        "by": st.sampled_from(["server 1", "clerk"]),
        "due": st.just(T0 + timedelta(hours=9)),
    }
    for name, values in odd.items():
        row[name] = draw(_mostly_none(values, 2))
    rare = {
        "to": st.just("2nd company"),
        "amount": st.integers(0, 400),
        "amount_most": st.integers(0, 400),
        "corrects": st.integers(0, 25),
        "origin": st.just("report 3, claim 1"),
        "grade": st.sampled_from(GRADES),
        "scope": st.sampled_from(SCOPES),
    }
    for name, values in rare.items():
        row[name] = None if plain else draw(_mostly_none(values))
    return row


def numbered(found: list[dict[str, object]]) -> EventLog:
    """Make a log of rows, numbered densely a run in the order given."""
    counts: dict[object, int] = {}
    for row in found:
        row["seq"] = counts.get(row["run"], 0)
        counts[row["run"]] = counts.get(row["run"], 0) + 1
    return EventLog.of(pl.DataFrame(found)) if found else EventLog.empty()


@st.composite
def logs(draw: st.DrawFn, max_size: int = 24) -> EventLog:
    """A log of anything: times unsorted, loops, duplicates, corrections, intervals, several runs and writers."""
    return numbered([dict(row) for row in draw(st.lists(rows(), max_size=max_size))])

"""A recorded call-up of millions, written to disk block by block: a log that does not fit into memory.

Everything follows from the numbers of persons and stages, so the same size gives the same bytes. People come in waves;
in the file a person's rows stand far apart, between those of others. One row in two hundred is corrected an hour
later, one service in two hundred is scanned twice, one person in seven never comes.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import tomlkit
from numpy.typing import NDArray

from tocsin.log import EventLog, write_log
from tocsin.log.schema import SCHEMA

__all__ = ["write"]

Ints = NDArray[np.int64]
T0 = datetime(2026, 2, 16, 15, 0, tzinfo=UTC)
START = round(T0.timestamp() * 1000)
TICK = 120_000
"""Two minutes: a wave of people sets off in each, and every stage takes some of them."""
WAVES, POINTS, UNITS = 240, 120, 300
ROWS_A_PERSON = 11.24
STATIONS = ("checkin", "medical")
TRADES = ("rifle", "driver", "medic", "signal")
STAGES: tuple[tuple[str, str | None, int], ...] = (
    ("summoned", None, 0),
    ("delivered", None, 1),
    ("acknowledged", None, 3),
    ("set_out", None, 10),
    ("arrived", None, 40),
    ("queued", "checkin", 41),
    ("service_began", "checkin", 44),
    ("service_ended", "checkin", 45),
    ("queued", "medical", 46),
    ("request_filed", None, 47),
    ("request_answered", None, 50),
    ("service_began", "medical", 52),
    ("service_ended", "medical", 54),
    ("released", None, 55),
    ("boarded", None, 58),
    ("joined", None, 61),
)
"""Kinds, stations, and the tick after their own in which people of a wave come to them."""
CORRECTED_AFTER = 30
LAST = WAVES + 100
RARE = {"request_filed": 50, "request_answered": 100, "released": 40, "boarded": 2}
"""Of so many people one, by kind; all others come to every stage."""


def write(folder: Path, rows: int, *, writer: str = "recorded") -> int:
    """Write `log.parquet`, `people.parquet` and `plan.toml`.

    Args:
        folder: Where to.
        rows: How many rows the log has, roughly.
        writer: Who wrote them.

    Returns:
        How many rows the log has.
    """
    people = round(rows / ROWS_A_PERSON)
    (folder / "plan.toml").write_text(_plan(people), encoding="utf-8")
    trades = pl.Series("trade", TRADES).gather((_luck(np.arange(people), "trade") % len(TRADES)).astype(np.uint32))
    pl.DataFrame({"person": pl.int_range(people, dtype=pl.UInt32, eager=True), "trade": trades}).write_parquet(
        folder / "people.parquet"
    )
    return write_log(folder / "log.parquet", _numbered(_blocks(people), writer)).rows


def _luck(number: Ints, stage: str) -> Ints:
    """A number from 0 to 2**31 for each of some numbers (the finaliser of SplitMix64)."""
    salt = int.from_bytes(stage.encode()[:7].ljust(7), "little")
    mixed = number.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(salt)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return (mixed >> np.uint64(33)).astype(np.int64)


Rows = dict[str, Any]


def _blocks(people: int) -> Iterator[Rows]:
    """The rows of each tick: columns of arrays, `happened` in ms since the alert."""
    yield {"kind": "ordered", "happened": np.zeros(UNITS, np.int64), "unit": np.arange(UNITS)}
    for station in STATIONS:
        at = np.arange(POINTS)
        yield {
            "kind": "station_opened", "happened": np.zeros(POINTS, np.int64), "station": station, "place": at,
            "amount": np.full(POINTS, people // 4000 + 1),
        }  # fmt: skip
    first = 2 * POINTS + UNITS
    wrong: dict[int, tuple[Ints, Ints]] = {}
    for tick in range(LAST):
        if tick % 15 == 0:
            yield {"kind": "instructed", "happened": np.full(POINTS, tick * TICK), "place": np.arange(POINTS)}
            first += POINTS
        for kind, station, after in STAGES:
            if not 0 <= tick - after < WAVES:
                continue
            who = _wave(people, tick - after, kind, station)
            block = _stage(who, kind, station, tick)
            if kind == "arrived":
                chosen = _luck(who, "wrong") % 200 == 0
                wrong[tick + CORRECTED_AFTER] = (who[chosen], first + np.flatnonzero(chosen))
            yield block
            first += len(block["happened"])
        if tick in wrong:
            who, corrects = wrong.pop(tick)
            late = _stage(who, "arrived", None, tick - CORRECTED_AFTER)
            yield late | {
                "happened": late["happened"] + 60_000, "corrects": corrects,
                "known": np.full(len(who), tick * TICK + 1),
            }  # fmt: skip
            first += len(who)
    yield {"kind": "closed", "happened": np.array([LAST * TICK])}


def _wave(people: int, wave: int, kind: str, station: str | None) -> Ints:
    """Who of a wave comes to a stage; a few services are scanned twice."""
    who = np.arange(wave, people, WAVES, dtype=np.int64)
    if kind not in ("summoned", "delivered", "acknowledged"):
        who = who[_luck(who, "comes") % 7 != 0]
    if kind in RARE:
        who = who[_luck(who, "request" if kind == "request_answered" else kind) % RARE[kind] == 0]
    if kind == "service_began" and station == "checkin":
        who = np.concatenate([who, who[_luck(who, "twice") % 200 == 0]])
    return who


def _stage(who: Ints, kind: str, station: str | None, tick: int) -> Rows:
    at = tick * TICK + _luck(who, f"{kind[:4]}{station}") % TICK
    found: Rows = {"kind": kind, "happened": at, "person": who, "known": at + _luck(who, f"known{kind}") % 600_000}
    if station is not None:
        found |= {"station": station, "visit": 1}
    if kind in ("summoned", "arrived", "released", "boarded") or station is not None:
        found["place"] = who % POINTS
    if kind in ("summoned", "joined"):
        found["unit"] = who % UNITS
    if kind in ("summoned", "delivered"):
        found["channel"] = "SMS"
    if kind == "summoned":
        found["due"] = np.full(len(who), 9 * 3_600_000)
    if kind.startswith(("request", "released")):
        found["reason"] = {"request_filed": "medical", "request_answered": "granted", "released": "unfit"}[kind]
    return found | ({"thing": "bus"} if kind == "boarded" else {})


def _numbered(blocks: Iterator[Rows], writer: str) -> Iterator[pl.DataFrame]:
    """Rows as the log wants them, joined to blocks of some size."""
    names = {"place": [f"point {i:03}" for i in range(POINTS)], "unit": [f"unit {i:03}" for i in range(UNITS)]}
    held: list[pl.DataFrame] = []
    first = 0
    for block in blocks:
        size = len(block["happened"])
        columns = {"run": 0, "writer": writer, "seq": first + np.arange(size), "known": block["happened"]} | block
        first += size
        held.append(pl.DataFrame([_column(name, columns.get(name), size, names.get(name)) for name in SCHEMA]))
        if sum(frame.height for frame in held) >= 200_000:
            yield EventLog(pl.concat(held)).frame
            held = []
    yield pl.concat(held)


def _column(name: str, values: Any, size: int, names: list[str] | None) -> pl.Series:
    kind = SCHEMA[name]
    if not isinstance(values, np.ndarray):
        return pl.Series(name, [values], dtype=kind).new_from_index(0, size)
    if names is not None:
        return pl.Series(name, names, dtype=kind).gather(values)
    if isinstance(kind, pl.Datetime):
        values = values + START
    return pl.Series(name, values).cast(kind)


def _plan(people: int) -> str:
    """A plan with the points and units of the log."""
    posts = max(people // UNITS // 8, 1)
    post = [{"trade": trade, "posts": posts, "critical": trade == "medic"} for trade in TRADES]
    table: dict[str, Any] = {
        "exercise": {
            "name": "long", "title": "A long log", "country": "by", "kind": "verification", "alert": T0,
            "time_zone": "Europe/Minsk", "horizon_h": 24, "deadline": {"at": T0 + timedelta(hours=9)},
        },
        "region": [{"name": "West"}],
        "town": [{"name": "Hrodna", "region": "West", "population": 1000, "lat": 53.7, "lon": 23.8}],
        "group": [{"name": "all", "called": people, "age": [{"from": 20, "until": 30}]}],
        "channel": [{"name": "sms", "medium": "SMS", "reach": 0.9}],
        "behaviour": {"travel": {"speed_kmh": 50}},
        "point": [{"name": f"point {i:03}", "town": "Hrodna", "layout": "camp"} for i in range(POINTS)],
        "layout": [{"name": "camp", "station": [
            {"name": name, "service": {"family": "constant", "value_min": 3}, "servers": 9} for name in STATIONS
        ]}],
        "unit": [{"name": f"unit {i:03}", "post": post, "formed_at": 0.8} for i in range(UNITS)],
        "task": [{"name": "all of them", "units": [f"unit {i:03}" for i in range(0, UNITS, 50)]}],
    }  # fmt: skip
    for part in table.values():
        for one in part if isinstance(part, list) else [part]:
            one["assumption"] = "invented for the bench"
    return tomlkit.dumps(table)

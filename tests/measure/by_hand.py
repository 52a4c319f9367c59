"""Journeys made by hand: a table of minutes becomes what the engine or a log would hand over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl

from tocsin.log.journeys import REST_SCHEMA, Journeys, column_type
from tocsin.plan.model import Plan

T0 = datetime(2026, 2, 16, 15, 0, tzinfo=UTC)
MINUTE = 60_000


def journeys(
    columns: dict[str, list[Any]],
    *,
    rest: list[dict[str, Any]] | None = None,
    closed: float | None = 600,
    cut: float | None = None,
    run: int = 0,
) -> Journeys:
    """Make journeys of columns by stem (`arrived`: minutes since t0) and by attribute (`released_reason`:
    names).

    Args:
        columns: A column a stem (minutes, None = never) or attribute; all of one length.
        rest: Rows without a journey cell: `kind`, `at` (minutes), and any column of a log.
        closed: When the exercise was closed, minutes; None = an open log.
        cut: The end of what was seen, minutes; None = the closing.
        run: Number of the run.
    """
    size = max((len(values) for values in columns.values()), default=0)
    frame: dict[str, pl.Series] = {
        "run": pl.Series("run", [run] * size, dtype=pl.UInt32),
        "person": pl.Series("person", range(size), dtype=pl.UInt32),
    }
    for name, values in columns.items():
        series = _attribute(name, values) if _is_attribute(name) else _stage(name, values)
        frame[series.name] = series
    end = cut if cut is not None else closed if closed is not None else 600
    closed_ms = None if closed is None else round(closed * MINUTE)
    return Journeys(pl.DataFrame(frame), rest_rows(rest or [], run), T0, closed_ms, round(end * MINUTE))


def _is_attribute(name: str) -> bool:
    return name in ("place", "unit") or name.rpartition("_")[2] in (
        "due",
        "channel",
        "reason",
        "thing",
        "by",
        "station",
    )


def _stage(name: str, values: list[Any]) -> pl.Series:
    return pl.Series(f"{name}_ms", [None if v is None else round(v * MINUTE) for v in values], dtype=pl.Int64)


def _attribute(name: str, values: list[Any]) -> pl.Series:
    if name.endswith("_due"):
        return _stage(name, values).alias(name)
    return pl.Series(name, values, dtype=pl.String).cast(column_type(name))


def rest_rows(rows: list[dict[str, Any]], run: int = 0) -> pl.DataFrame:
    """Make rows of the rest; `at` is minutes since t0, `until` the latest, `known_at` when it was learned."""
    made = []
    for seq, given in enumerate(rows):
        row = dict(given)
        at = row.pop("at")
        times = {
            "happened": T0 + timedelta(minutes=at),
            "happened_until": T0 + timedelta(minutes=row.pop("until", at)),
            "known": T0 + timedelta(minutes=row.pop("known_at", at)),
        }
        made.append({"run": run, "seq": seq, "writer": "simulated", "in_journeys": False, **times, **row})
    blank = {name: [] for name in REST_SCHEMA}
    data = {name: [row.get(name) for row in made] for name in REST_SCHEMA} if made else blank
    return pl.DataFrame({n: pl.Series(n, data[n], dtype=_loose(t)).cast(t) for n, t in REST_SCHEMA.items()})


def _loose(dtype: pl.DataType) -> pl.DataType:
    return pl.String() if isinstance(dtype, pl.Categorical | pl.Enum) else dtype


def value(frame: pl.DataFrame, measure: str, name: str, key: str = "", at: float | None = None) -> float | None:
    """The value of the one row that fits."""
    return row(frame, measure, name, key, at)["value"]


def row(frame: pl.DataFrame, measure: str, name: str, key: str = "", at: float | None = None) -> dict[str, Any]:
    """The one row that fits."""
    wanted = (pl.col("measure") == measure) & (pl.col("name") == name) & (pl.col("key") == key)
    if at is not None:
        wanted &= pl.col("at_ms") == round(at * MINUTE)
    found = frame.filter(wanted)
    assert found.height == 1, f"{found.height} rows fit {measure} {name} {key!r}"
    return found.row(0, named=True)


def plan(**changes: Any) -> Plan:
    """A small plan with everything that a measure may ask for; top-level tables may be replaced."""
    post = [
        {"trade": "rifle", "posts": 4},
        {"trade": "medic", "posts": 1, "critical": True, "share": 1.0},
    ]
    tables: dict[str, Any] = {
        "exercise": {
            "name": "by-hand", "title": "By hand", "country": "by", "kind": "verification",
            "alert": T0, "time_zone": "Europe/Minsk", "horizon_h": 10,
            "deadline": {"at": T0 + timedelta(minutes=300)},
        },
        "region": [{"name": "West"}],
        "town": [{"name": "Hrodna", "region": "West", "population": 1000, "lat": 53.7, "lon": 23.8}],
        "group": [{"name": "all", "called": 10, "age": [{"from": 20, "until": 30}]}],
        "channel": [{"name": "sms", "medium": "SMS", "reach": 0.9}],
        "behaviour": {"travel": {"speed_kmh": 50}},
        "point": [{"name": name, "town": "Hrodna", "layout": "camp"} for name in "AB"],
        "layout": [{"name": "camp", "station": [
            {"name": "checkin", "service": {"family": "constant", "value_min": 10}, "servers": 2,
             "release": [{"reason": "wrong record", "share": 0.1}]},
        ]}],
        "unit": [
            {"name": "1st", "post": post, "formed_at": 0.6, "needs": ["2nd"]},
            {"name": "2nd", "post": [{"trade": "rifle", "posts": 2}], "formed_at": 1.0},
        ],
        "task": [{"name": "hold the bridge", "units": ["1st", "2nd"]}],
        "request": [
            {"name": "doctor", "kind": "medical", "when": "gate", "share": 0.1, "servers": 1, "granted": 0.5,
             "reason": "medical", "answer": {"family": "constant", "value_min": 5}},
        ],
        "limits": {"wait_min": 30, "idle_min": 45, "answer_min": 20},
    }  # fmt: skip
    return Plan.model_validate(tables | changes)


def camp_with_buses(*, fleet: int | None, capacity: int) -> dict[str, Any]:
    """The layout of the small plan's points, with a line to the range; `fleet` None = a bus always stands ready."""
    trip = {"family": "constant", "value_min": 40}
    line = {"name": "range", "to": "the range", "capacity": capacity, "timeout_min": 60, "trip": trip}
    station = {"name": "checkin", "service": {"family": "constant", "value_min": 10}, "servers": 2}
    return {"name": "camp", "station": [station], "bus": [line if fleet is None else line | {"fleet": fleet}]}


def people(trades: list[str | None]) -> pl.DataFrame:
    """The list of people called, with their trades."""
    return pl.DataFrame({"person": pl.Series(range(len(trades)), dtype=pl.UInt32), "trade": trades})

"""Journeys made by hand: a table of minutes becomes what the engine or a log would hand over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl

from tocsin.log.journeys import REST_SCHEMA, Journeys, column_type

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
    """Make journeys of columns by stem (`arrived`: minutes since t0) and by attribute (`released_reason`: names).

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
    return Journeys(
        pl.DataFrame(frame), rest_rows(rest or [], run), T0, None if closed is None else round(closed * MINUTE), round(end * MINUTE)
    )


def _is_attribute(name: str) -> bool:
    return name in ("place", "unit") or name.rpartition("_")[2] in ("due", "channel", "reason", "thing", "by", "station")


def _stage(name: str, values: list[Any]) -> pl.Series:
    return pl.Series(f"{name}_ms", [None if v is None else round(v * MINUTE) for v in values], dtype=pl.Int64)


def _attribute(name: str, values: list[Any]) -> pl.Series:
    if name.endswith("_due"):
        return _stage(name, values).alias(name)
    return pl.Series(name, values, dtype=pl.String).cast(column_type(name))


def rest_rows(rows: list[dict[str, Any]], run: int = 0) -> pl.DataFrame:
    """Make rows of the rest; `at` is minutes since t0, `until` the latest, `known_at` when it was learned."""
    made = []
    for seq, row in enumerate(rows):
        row = dict(row)
        at = row.pop("at")
        happened = T0 + timedelta(minutes=at)
        until = T0 + timedelta(minutes=row.pop("until", at))
        known = T0 + timedelta(minutes=row.pop("known_at", at))
        made.append({"run": run, "seq": seq, "writer": "simulated", "happened": happened, "happened_until": until,
                     "known": known, "in_journeys": False, **row})  # fmt: skip
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

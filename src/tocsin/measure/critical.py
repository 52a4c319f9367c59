"""C7: what held the force back? The chain of causes that ends when a task is complete, step by step.

Each step lasts from its cause to its effect, and the first from t0 to the first row, so the steps add up to the whole
time, to the millisecond. What a step was, `steps.py` says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import polars as pl

from tocsin.errors import MeasureError
from tocsin.log.causes import ENDS, Trail, held, led_to
from tocsin.log.journeys import milliseconds
from tocsin.log.table import EventLog
from tocsin.measure.ready import forces_of, marching, sent_of
from tocsin.measure.rows import Rows
from tocsin.measure.steps import steps_of
from tocsin.measure.view import HOUR_MS, View

__all__ = ["PATH", "critical_path", "critical_paths", "paths_of"]

PATH: Final[dict[str, pl.DataType]] = {
    "step": pl.UInt32(),
    "began_ms": pl.Int64(),
    "ended_ms": pl.Int64(),
    "length_ms": pl.Int64(),
    "wait": pl.String(),
    "what": pl.String(),
    "place": pl.String(),
    "unit": pl.String(),
    "person": pl.UInt32(),
    "kind": pl.String(),
    "seq": pl.UInt32(),
    "cause": pl.UInt32(),
}
"""Columns of a path."""
LAST: Final = "last unit formed"
"""What C7 calls the path that ends when the last unit was formed."""
CAUSES: Final = "rows of unit_formed or in_position, and the causes of rows"
_OF: Final = "the whole time"
_NAMES: Final = ("unit", "place", "station", "thing", "by", "to", "channel", "reason", "kind")


def critical_path(log: EventLog | pl.DataFrame, row: int, *, run: int = 0, t0: int | None = None) -> pl.DataFrame:
    """Follow the causes of a row of a log back to the first.

    Args:
        log: A log whose rows name their causes.
        row: The number (`seq`) of the row that ends the path.
        run: Its run.
        t0: What times count from, ms since 1970; None = the first order of the log, else its first row.

    Returns:
        One row a step, from the first cause on, with the columns `PATH`: `began_ms` and `ended_ms` count from t0, and
        all `length_ms` add up to the last `ended_ms`; `wait` (a row of C7 in the catalogue), `what` and `place` say
        what it was; `unit` whose way it is, as far as rows name one; `person`, `kind`, `seq`, `cause` are the effect's.

    Raises:
        MeasureError: The run has no such row.
    """
    frame = log.frame if isinstance(log, EventLog) else log
    start = _start(frame) if t0 is None else t0
    mine = frame if frame["run"].n_unique() == 1 else frame.filter(pl.col("run") == run)
    found = _rows_by_number(led_to(held(mine), [row]))
    if row not in found or not (mine["run"] == run).all():
        raise MeasureError(f"found no row {row} in run {run} of the log; expected the number of a row", place="row")
    return _path(found, row, start)


def _start(frame: pl.DataFrame) -> int:
    orders = frame.filter(pl.col("kind") == "ordered")
    first = (frame if orders.is_empty() else orders).select(pl.col("happened").min()).item()
    return 0 if first is None else milliseconds(first)


def _rows_by_number(frame: pl.DataFrame) -> dict[int, dict[str, Any]]:
    """Rows as plain words, by their number, with `at` in ms since 1970."""
    plain = frame.with_columns(pl.col(_NAMES).cast(pl.String), pl.col("happened").to_physical().alias("at"))
    return {row["seq"]: row for row in plain.drop("happened").iter_rows(named=True)}


def _chain(found: Mapping[int, dict[str, Any]], row: int) -> list[dict[str, Any]]:
    """The rows from the first cause to this one."""
    path = []
    next_one: int | None = row
    while next_one is not None and next_one in found:
        path.append(found[next_one])
        cause = path[-1]["cause"]
        next_one = cause if cause is not None and cause < next_one else None
    return path[::-1]


def _path(found: Mapping[int, dict[str, Any]], row: int, start: int) -> pl.DataFrame:
    rows = _chain(found, row)
    ends = [one["at"] - start for one in rows]
    begins = [0, *ends[:-1]]
    steps = steps_of(rows)
    columns: dict[str, Sequence[Any]] = {
        "step": range(1, len(rows) + 1),
        "began_ms": begins,
        "ended_ms": ends,
        "length_ms": [end - begin for begin, end in zip(begins, ends, strict=True)],
        "wait": [step.wait for step in steps],
        "what": [step.what for step in steps],
        "place": [step.place for step in steps],
        "unit": _units(rows),
    }
    columns |= {name: [one[name] for one in rows] for name in ("person", "kind", "seq", "cause")}
    return pl.DataFrame({name: pl.Series(name, columns[name], dtype=dtype) for name, dtype in PATH.items()})


def _units(rows: Sequence[Mapping[str, Any]]) -> list[str | None]:
    """Whose way each step is: the unit that its effect names, else that of the step after it."""
    units: list[str | None] = []
    unit = None
    for row in reversed(rows):
        unit = row["unit"] or unit
        units.append(unit)
    return units[::-1]


# --- the measure ------------------------------------------------------------------------------------------------


def critical_paths(view: View, rows: Rows) -> None:
    """C7: for each task, and for the last unit formed, how long each kind of step held it back."""
    trail = view.trail if view.told & set(ENDS) else None
    if trail is None or trail.ends.is_empty():
        rows.missing("C7", "critical path", "h", CAUSES, of=_OF)
        return
    wanted = _wanted(view, trail)
    ends = [seq for seq, _ in wanted.values() if seq is not None]
    found = _rows_by_number(led_to(trail, ends))
    if all(found[seq]["cause"] is None for seq in ends):
        rows.missing("C7", "critical path", "h", CAUSES, of=_OF)
        return
    for name, (seq, note) in wanted.items():
        if seq is None:
            rows.add("C7", "critical path", None, "h", key=name, of=_OF, note=note)
        else:
            _measured(rows, name, _path(found, seq, _counted_from(view)))


def _measured(rows: Rows, name: str, path: pl.DataFrame) -> None:
    """The whole time, and what it was made of, in the order in which it comes along the path."""
    rows.add("C7", "critical path", path["ended_ms"][-1] / HOUR_MS, "h", key=name, n=path.height, of=_OF)
    parts = path.group_by("wait", "what", "place", maintain_order=True).agg(pl.col("length_ms").sum(), pl.len())
    for wait, what, place, length, steps in parts.filter(pl.col("length_ms") != 0).iter_rows():
        where = " @ ".join(part for part in (what, place) if part)
        key = f"{name}: {where}" if where else name
        rows.add("C7", wait, length / HOUR_MS, "h", key=key, n=steps, of=_OF)


def _counted_from(view: View) -> int:
    """What the whole time counts from, ms since 1970: t0, or where units were ordered without a plan, that order."""
    if not sent_of(view):
        return view.t0_ms
    orders = view.rows("ordered").filter(pl.col("unit").is_not_null() & pl.col("person").is_null())
    return view.t0_ms + int(orders["at_ms"].to_numpy().min())


def _wanted(view: View, trail: Trail) -> dict[str, tuple[int | None, str]]:
    """The rows that paths end with: that which completes each task (or why none does), and the last unit formed."""
    first = trail.ends.sort("happened", "seq").with_columns(pl.col("unit").cast(pl.String))
    formed, there = (first.filter(pl.col("kind") == kind).unique("unit", keep="first") for kind in ENDS)
    found: dict[str, tuple[int | None, str]] = {}
    forces = forces_of(view)
    marches = frozenset(there["unit"]) | marching(view)
    for force in forces:
        of_march = pl.col("unit").is_in(list(marches & set(force.units)))
        on_foot = pl.col("unit").is_in([unit for unit in force.units if unit not in marches])
        ready = pl.concat([there.filter(of_march), formed.filter(on_foot)]).sort("happened", "seq")
        note = f"not complete ({ready.height} of {len(force.units)} units ready)"
        found[force.name] = (None, note) if ready.height < force.need else (int(ready["seq"][force.need - 1]), "")
    last = formed.sort("happened", "seq")
    if last.height and LAST not in found:
        found[LAST] = int(last["seq"][-1]), ""
    return found


def paths_of(view: View) -> dict[str, pl.DataFrame]:
    """Give the paths that C7 sums up, step by step.

    Args:
        view: One run, with the rows' causes at hand.

    Returns:
        For each task that was complete, and for the last unit formed, its path (columns `PATH`); empty where causes are
        not known.
    """
    trail = view.trail
    if trail is None or trail.ends.is_empty():
        return {}
    wanted = {name: seq for name, (seq, _) in _wanted(view, trail).items() if seq is not None}
    found = _rows_by_number(led_to(trail, list(wanted.values())))
    return {name: _path(found, seq, _counted_from(view)) for name, seq in wanted.items()}

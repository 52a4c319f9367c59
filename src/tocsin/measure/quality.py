"""Q1: how good is the log itself? Shown beside every result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tocsin.log.intake import COUNTS
from tocsin.log.kinds import KIND_OF
from tocsin.log.stems import stem_name
from tocsin.log.visits import IMPLIED
from tocsin.measure.quantiles import NEVER, rank_of
from tocsin.measure.rows import Rows
from tocsin.measure.view import MINUTE_MS, View

__all__ = ["AS_READ", "Tally", "log_quality", "rest_tally", "tally_of"]

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
NEEDED = (
    ("summoned", "delivered"),
    ("delivered", "acknowledged"),
    ("delivered", "refused"),
    ("summoned", "arrived"),
    ("arrived", "released"),
    ("arrived", "boarded"),
    ("arrived", "joined"),
    ("arrived", "surplus"),
)
"""Stages without a station, and the later stages that they must precede."""


AS_READ = "as read"
"""In the memory of a view with made-up arrivals: the view without them, whose rows are those that somebody wrote."""


@dataclass(frozen=True)
class Tally:
    """What Q1 counts row by row, of the rows that corrections left.

    Attributes:
        writers: Rows of each writer.
        same: Further rows of a stage that the journeys have already, at the same instant.
        other: Further rows of a stage at another instant.
        corrections: Rows that correct another one.
        grades: Rows of each grade.
        late_ms: Delays after which rows were learned, above 0 and rising, shape (delays,).
        late_rows: How many rows had each delay, shape (delays,).
        early: Rows that were known before they happened.
        devices: Of each device that recorded rows, how many, and by how many ms the earliest known of them was known
            before it happened (0 = none was).
    """

    writers: Mapping[str, int]
    same: int
    other: int
    corrections: int
    grades: Mapping[str, int]
    late_ms: Ints
    late_rows: Ints
    early: int
    devices: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """All rows."""
        return sum(self.writers.values())


def log_quality(view: View, rows: Rows) -> None:
    """Q1: rows by writer and grade, duplicates, conflicts, out of order, missing stages, late uploads."""
    tally = tally_of(view)
    _by_writer(rows, tally)
    total = tally.total
    rows.add("Q1", "duplicates", tally.same, "rows", n=total, of="rows")
    rows.add("Q1", "conflicts", tally.other, "rows", n=total, of="rows")
    rows.add("Q1", "corrections", tally.corrections, "rows", n=total, of="rows")
    _order(view, rows)
    _late(rows, tally)
    _clocks(rows, tally)
    for grade, count in sorted(tally.grades.items()):
        rows.add("Q1", "rows of a grade", count, "rows", key=grade, n=total, of="rows")
    noticed = view.context.noticed
    for name, words in COUNTS.items():
        if name in noticed:
            rows.add("Q1", "rows as they came", noticed[name], "rows", key=words, n=noticed["rows"], of="rows read")


def _clocks(rows: Rows, tally: Tally) -> None:
    """Devices whose clocks are ahead, and by how much at least."""
    if not tally.devices:
        return
    ahead = {device: told for device, told in tally.devices.items() if told[1] > 0}
    rows.add("Q1", "devices with a clock ahead", len(ahead), "devices", n=len(tally.devices), of="devices")
    for device, (count, ms) in ahead.items():
        rows.add(
            "Q1", "clock ahead by at least", ms / MINUTE_MS, "min", key=device, n=count, of="rows of the device",
        )  # fmt: skip


def tally_of(view: View) -> Tally:
    """Count the rows of a run, or give what was counted while they were read."""
    if AS_READ in view.memory:
        return tally_of(view.memory[AS_READ])
    if "tally" not in view.memory:
        same, other = _repeats(view)
        rest = rest_tally(view.rest)
        cells = {view.writer: rest.writers.get(view.writer, 0) + _cells(view)}
        view.memory["tally"] = replace(rest, writers={**rest.writers, **cells}, same=same, other=other)
    found: Tally = view.memory["tally"]
    return found


def rest_tally(rows: pl.DataFrame) -> Tally:
    """Count long rows, all of them true; which of them repeat others does not stand in them."""
    noted = rows.filter(pl.col("writer") != "simulated")  # a simulated report is late on its way, not in being written
    delay = (noted["known"] - noted["happened_until"]).dt.total_milliseconds().to_numpy()
    lasted = (noted["happened_until"] - noted["happened"]).dt.total_milliseconds().to_numpy()
    late_ms, late_rows = np.unique(delay[delay > 0], return_counts=True)
    writers, grades = (
        dict(rows[name].drop_nulls().cast(pl.String).value_counts().iter_rows()) for name in ("writer", "grade")
    )
    early = int((delay < -lasted).sum())
    return Tally(writers, 0, 0, rows["corrects"].count(), grades, late_ms, late_rows, early, _devices(rows))


def _devices(rows: pl.DataFrame) -> dict[str, tuple[int, int]]:
    """Rows by the device that recorded them (the first word of an origin of two), and how far its clock is ahead.

    What was known before it happened was stamped by a clock ahead of the one that noted when it was known, by at least
    that much. A clock that is behind looks like a late upload and cannot be told from one.
    """
    if "origin" not in rows.columns or not rows["origin"].count():
        return {}
    parts = pl.col("origin").str.split_exact(" ", 1).struct.rename_fields(["device", "nonce"])
    told = rows.filter(pl.col("writer") == "recorded", pl.col("origin") != IMPLIED)
    ahead = (pl.col("happened") - pl.col("known")).dt.total_milliseconds().max().clip(lower_bound=0)
    named = told.with_columns(parts.struct.unnest())
    found = named.drop_nulls("nonce").group_by("device").agg(pl.len(), ahead.alias("ahead")).sort("device")
    return {device: (count, ms) for device, count, ms in found.iter_rows()}


def _cells(view: View) -> int:
    """How many cells of the wide table stand for a row of their own."""
    names = (f"{stem.name}_seq" if f"{stem.name}_seq" in view.columns else f"{stem.name}_ms" for stem in view.stems)
    return sum(view.cells.filled(name) for name in names)


def _by_writer(rows: Rows, tally: Tally) -> None:
    total = tally.total
    for writer in ("simulated", "recorded", "reported"):
        rows.add(
            "Q1",
            "rows by writer",
            tally.writers.get(writer, 0) / total if total else None,
            "share",
            key=writer,
            n=total,
            of="rows",
            note="" if total else "the log is empty",
        )


def _repeats(view: View) -> tuple[int, int]:
    """Further rows of a stage that the journeys have already: at the same instant (duplicate) or not
    (conflict)."""
    further = view.rest.filter(pl.col("person").is_not_null() & ~pl.col("in_journeys"))
    same = other = 0
    for (kind, station, visit), part in further.group_by("kind", "station", "visit", maintain_order=True):
        name = stem_name(str(kind), _text(station), int(visit or 1)) if str(kind) in KIND_OF else None
        if name is None or f"{name}_ms" not in view.columns:
            continue
        shown = view.frame.select("person", pl.col(f"{name}_ms").alias("shown"))
        found = part.select("person", "at_ms").join(shown, on="person").drop_nulls("shown")
        equal = int((found["at_ms"] == found["shown"]).sum())
        same, other = same + equal, other + found.height - equal
    return same, other


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _order(view: View, rows: Rows) -> None:
    """Stages that stand before what must precede them, and stages without it."""
    pairs = [(a, b) for a, b in NEEDED if f"{b}_ms" in view.columns]
    for station, visits in view.stations.items():
        for visit in visits:
            queued, began, ended = (
                stem_name(kind, station, visit) or "" for kind in ("queued", "service_began", "service_ended")
            )
            pairs += [(queued, began), (began, ended)] + ([("arrived", queued)] if visit == 1 else [])
    wrong = np.zeros(view.people, np.bool_)
    lacking = np.zeros(view.people, np.bool_)
    swapped = 0
    gaps: list[tuple[str, int]] = []
    for before, after in pairs:
        earlier, later = view.ms(before), view.ms(after)
        there = later < NEVER
        missing = there & (earlier >= NEVER)
        inverted = there & (earlier < NEVER) & (earlier > later)
        swapped += int(inverted.sum())
        wrong |= inverted
        lacking |= missing
        gaps.append((f"{after} without {before}", int(missing.sum())))
    n = view.people
    rows.add("Q1", "out of order", swapped, "rows", n=n, of="called")
    _affected(rows, "people with rows out of order", wrong)
    _affected(rows, "people with a missing stage", lacking)
    for key, count in gaps:
        if count:
            rows.add("Q1", "missing stage", count, "rows", key=key, n=n, of="called")


def _affected(rows: Rows, name: str, who: Bools) -> None:
    n = len(who)
    rows.add(
        "Q1",
        name,
        float(who.mean()) if n else None,
        "share",
        n=n,
        of="called",
        note="" if n else "nobody called",
    )


def _late(rows: Rows, tally: Tally) -> None:
    """Rows learned after they happened: share and delay. Cells of the wide table were learned at once."""
    total, late, up_to = tally.total, int(tally.late_rows.sum()), np.cumsum(tally.late_rows)
    rows.add(
        "Q1",
        "learned late",
        late / total if total else None,
        "share",
        n=total,
        of="rows",
        note="" if total else "the log is empty",
    )
    for p in (0.5, 0.95):
        rank = np.searchsorted(up_to, rank_of(p, late), side="right")
        rows.add(
            "Q1",
            f"learned late by p{p * 100:.0f}",
            tally.late_ms[rank] / MINUTE_MS if late else None,
            "min",
            n=late,
            of="rows learned late",
            note="" if late else "no row was learned late",
        )
    rows.add("Q1", "known before it happened", tally.early, "rows", n=total, of="rows")

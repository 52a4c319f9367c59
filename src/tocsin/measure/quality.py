"""Q1: how good is the log itself? Shown beside every result."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tocsin.log.kinds import KIND_OF
from tocsin.log.stems import stem_name
from tocsin.measure.quantiles import NEVER, rank_of
from tocsin.measure.rows import Rows
from tocsin.measure.view import MINUTE_MS, View

__all__ = ["log_quality"]

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


def log_quality(view: View, rows: Rows) -> None:
    """Q1: rows by writer and grade, duplicates, conflicts, out of order, missing stages, late uploads."""
    total = _by_writer(view, rows)
    same, other = _repeats(view)
    rows.add("Q1", "duplicates", same, "rows", n=total, of="rows")
    rows.add("Q1", "conflicts", other, "rows", n=total, of="rows")
    rows.add("Q1", "corrections", view.rest["corrects"].count(), "rows", n=total, of="rows")
    _order(view, rows)
    _late(view, rows, total)
    graded = view.rest["grade"].drop_nulls().cast(pl.String).value_counts().sort("grade")
    for grade, count in graded.iter_rows():
        rows.add("Q1", "rows of a grade", count, "rows", key=grade, n=total, of="rows")


def _by_writer(view: View, rows: Rows) -> int:
    """Count rows by writer: cells of the wide table that stand for a row of their own, and the rest."""
    cells = 0
    for stem in view.stems:
        column = f"{stem.name}_seq" if f"{stem.name}_seq" in view.columns else f"{stem.name}_ms"
        cells += view.cells.filled(column)
    counts = dict(view.rest["writer"].cast(pl.String).value_counts().iter_rows())
    counts[view.writer] = counts.get(view.writer, 0) + cells
    total = sum(counts.values())
    for writer in ("simulated", "recorded", "reported"):
        value = counts.get(writer, 0) / total if total else None
        rows.add(
            "Q1",
            "rows by writer",
            value,
            "share",
            key=writer,
            n=total,
            of="rows",
            note="" if total else "the log is empty",
        )
    return total


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


def _late(view: View, rows: Rows, total: int) -> None:
    """Rows learned after they happened: share and delay. Cells of the wide table were learned at once."""
    delay = (view.rest["known"] - view.rest["happened_until"]).dt.total_milliseconds()
    late = np.sort(delay.filter(delay > 0).to_numpy())
    rows.add(
        "Q1",
        "learned late",
        len(late) / total if total else None,
        "share",
        n=total,
        of="rows",
        note="" if total else "the log is empty",
    )
    for p in (0.5, 0.95):
        value = late[rank_of(p, len(late))] / MINUTE_MS if len(late) else None
        rows.add(
            "Q1",
            f"learned late by p{p * 100:.0f}",
            value,
            "min",
            n=len(late),
            of="rows learned late",
            note="" if len(late) else "no row was learned late",
        )
    early = int((delay < -(view.rest["happened_until"] - view.rest["happened"]).dt.total_milliseconds()).sum())
    rows.add("Q1", "known before it happened", early, "rows", n=total, of="rows")

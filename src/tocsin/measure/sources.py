"""Measuring what is on disk: a run folder, or a log, of ours or of others, with plan and people given beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import polars as pl

from tocsin.errors import MeasureError
from tocsin.log.blocks import rows_in
from tocsin.log.exchange import read_any
from tocsin.log.folder import LOG, RunFolder
from tocsin.measure.readings import bounded, with_intervals
from tocsin.measure.streamed import Streamed
from tocsin.measure.view import Context

if TYPE_CHECKING:
    from tocsin.law import Law
    from tocsin.plan import Plan

__all__ = ["HELD_ROWS", "is_long", "measured"]

HELD_ROWS: Final = 2_000_000
"""A log of more rows is not loaded: at this length loading takes about as much memory as all the rest of Tocsin."""
READ_OF_PEOPLE: Final = ("person", "trade")
"""The columns of the list of people that measures read."""


def measured(
    source: Path,
    *,
    plan: str | None = None,
    people: Path | None = None,
    mapping: Path | None = None,
    law: str = "",
    only: Sequence[str] = (),
) -> pl.DataFrame:
    """Measure the log of a run folder, or a log that stands alone.

    Args:
        source: A run folder, a log in any format (`tocsin.log.exchange`), or with a mapping one that others recorded.
        plan: A plan for a log that stands alone: a file or a bundled name. A folder brings its own.
        people: A Parquet file with the people of a log that stands alone.
        mapping: TOML that says what the columns and activities of others mean (see `tocsin.log.intake`).
        law: A country with a rule pack, or a pack's file, to which summonses are put (W1); empty = none.
        only: Numbers of measures; empty = all.

    Returns:
        The measures, with the intervals that `tocsin.measure.readings.with_intervals` finds for such a log.

    Raises:
        TocsinError: Something is missing, damaged, or given twice.
    """
    if not source.exists():
        raise MeasureError("found nothing there; expected a run folder or a log", place=str(source))
    if source.is_dir():
        if plan is not None or people is not None or mapping is not None:
            raise MeasureError("found --plan, --people or --map; a run folder brings its own", place=str(source))
        path, context = _folder(RunFolder.open(source))
    else:
        path, context = source, Context(_plan(plan) if plan else None, _people(people) if people else None)
    t0 = context.plan.exercise.alert if context.plan else None
    if law:
        from tocsin.law import law as pack_of  # late: most measuring asks no law

        listed = path.with_name("people.parquet") if source.is_dir() else people
        context = _judged(path, context, pack_of(law), mapping, listed)
    if mapping is None and is_long(path):
        return bounded(Streamed(path, t0), context, only)
    reading = read_any(path, mapping)
    if source.is_file() and plan is None and people is None and not len(reading.log):
        raise MeasureError(
            "found a log without rows; expected at least one: of nothing, nothing is known", place=str(source)
        )
    noticed = {} if reading.intake is None else reading.intake.counts
    return with_intervals(reading.log, replace(context, noticed=noticed), only, t0=t0)


def _judged(path: Path, context: Context, law: Law, mapping: Path | None, people: Path | None) -> Context:
    """Add the summonses of a log, run by run, and the law that they are put to."""
    from tocsin.law.served import summonses, summonses_in

    whole = pl.read_parquet(people) if people is not None and people.exists() else None
    if mapping is None and path.suffix == ".parquet":
        table = summonses_in(path, law, context.plan, whole)
    else:
        table = summonses(read_any(path, mapping).log, law, context.plan, whole)
    by_run = {int(run): part for (run,), part in table.partition_by("run", as_dict=True).items()}
    return replace(context, law=law, summonses=by_run)


def is_long(path: Path) -> bool:
    """Whether a log is read block by block; the measures are the same either way."""
    return path.suffix == ".parquet" and rows_in(path) > HELD_ROWS


def _folder(folder: RunFolder) -> tuple[Path, Context]:
    plan: Plan | None = _plan(folder.file("plan.toml")) if folder.has("plan.toml") else None
    people = _people(folder.file("people.parquet")) if folder.has("people.parquet") else None
    if not folder.has(LOG):
        raise MeasureError(f"found no {LOG}; there is nothing to measure", place=str(folder.path))
    return folder.file(LOG), Context(plan, people)


def _plan(source: str | Path) -> Plan:
    from tocsin.plan import load  # late: many logs come without a plan

    return load(source)


def _people(path: Path) -> pl.DataFrame:
    """The columns of the list of people that measures read."""
    try:
        found = pl.scan_parquet(path)
        known = [name for name in READ_OF_PEOPLE if name in found.collect_schema().names()]
        people = found.select(known).collect()
    except (OSError, pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        raise MeasureError(f"found {error}; expected a Parquet file of people", place=str(path)) from error
    if "person" not in known:
        raise MeasureError("found no column 'person'; expected a list of people", place=str(path))
    return people

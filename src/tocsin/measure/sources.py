"""Measuring what is on disk: a run folder, or a log, of ours or of others, with plan and people given beside it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from tocsin.errors import MeasureError
from tocsin.log.exchange import read_any
from tocsin.log.folder import LOG, RunFolder
from tocsin.log.table import EventLog
from tocsin.measure.readings import with_intervals
from tocsin.measure.view import Context
from tocsin.plan import Plan, load

__all__ = ["measured"]


def measured(
    source: Path,
    *,
    plan: str | None = None,
    people: Path | None = None,
    mapping: Path | None = None,
    only: Sequence[str] = (),
) -> pl.DataFrame:
    """Measure the log of a run folder, or a log that stands alone.

    Args:
        source: A run folder, a log in any format (`tocsin.log.exchange`), or with a mapping one that others recorded.
        plan: A plan for a log that stands alone: a file or a bundled name. A folder brings its own.
        people: A Parquet file with the people of a log that stands alone.
        mapping: TOML that says what the columns and activities of others mean (see `tocsin.log.intake`).
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
        log, context = _folder(RunFolder.open(source))
    else:
        reading = read_any(source, mapping)
        log = reading.log
        noticed = {} if reading.intake is None else reading.intake.counts
        context = Context(load(plan) if plan else None, _people(people) if people else None, noticed)
    t0 = context.plan.exercise.alert if context.plan else None
    return with_intervals(log, context, only, t0=t0)


def _folder(folder: RunFolder) -> tuple[EventLog, Context]:
    plan: Plan | None = load(folder.file("plan.toml")) if folder.has("plan.toml") else None
    people = folder.table("people.parquet") if folder.has("people.parquet") else None
    if not folder.has(LOG):
        raise MeasureError(f"found no {LOG}; there is nothing to measure", place=str(folder.path))
    return folder.log(), Context(plan, people)


def _people(path: Path) -> pl.DataFrame:
    try:
        return pl.read_parquet(path)
    except (OSError, pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        raise MeasureError(f"found {error}; expected a Parquet file of people", place=str(path)) from error

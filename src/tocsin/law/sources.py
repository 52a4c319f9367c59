"""Where summonses come from: a run folder, a log of any writer, a roster of planned ones; in parts, however many."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import polars as pl

from tocsin.errors import LawError
from tocsin.law.load import Law
from tocsin.law.results import parts_of_roster, with_given
from tocsin.law.served import summonses, summonses_in
from tocsin.log.exchange import ENDINGS, read_any
from tocsin.log.folder import LOG, RunFolder
from tocsin.plan import Plan, load

__all__ = ["summonses_of"]

_TABLES: Final = (".csv", ".parquet")


def summonses_of(
    source: Path,
    law: Law,
    *,
    plan: str | None = None,
    people: Path | None = None,
    mapping: Path | None = None,
    given: pl.DataFrame | None = None,
) -> Iterator[pl.DataFrame]:
    """Give the summonses of a source as tables.

    Args:
        source: A run folder, a log, or a roster: a table (CSV or Parquet) without the columns of a log.
        law: The pack.
        plan: A plan for a log that stands alone: a file or a bundled name. A folder brings its own.
        people: A Parquet file with the people of a log that stands alone.
        mapping: TOML that says what the columns and activities of a foreign log mean.
        given: Facts that hold for every summons, one row; they fill gaps and replace nothing.

    Raises:
        TocsinError: Something is missing, damaged, or given twice.
    """
    if not source.exists():
        raise LawError("found nothing there; expected a run folder, a log or a roster", place=str(source))
    if source.is_dir():
        if plan is not None or people is not None or mapping is not None:
            raise LawError("found --plan, --people or --map; a run folder brings its own", place=str(source))
        parts: Iterator[pl.DataFrame] = iter([_of_folder(RunFolder.open(source), law)])
    elif mapping is None and source.suffix in _TABLES and not _is_log(source):
        if plan is not None or people is not None:
            raise LawError("found --plan or --people; a roster says all itself, or --given does", place=str(source))
        parts = parts_of_roster(source, law)
    else:
        told = load(plan) if plan else None, _people(people) if people else None
        if mapping is None and source.suffix == ".parquet":
            parts = iter([summonses_in(source, law, *told)])
        else:
            parts = iter([summonses(read_any(source, mapping).log, law, *told)])
    for part in parts:
        yield part if given is None else with_given(part, given)


def _of_folder(folder: RunFolder, law: Law) -> pl.DataFrame:
    plan: Plan | None = load(folder.file("plan.toml")) if folder.has("plan.toml") else None
    people = _people(folder.file("people.parquet")) if folder.has("people.parquet") else None
    if not folder.has(LOG):
        raise LawError(f"found no {LOG}; there is no summons to look at", place=str(folder.path))
    return summonses_in(folder.file(LOG), law, plan, people)


def _is_log(source: Path) -> bool:
    """Whether a table has the columns that no log lacks."""
    scan = pl.scan_parquet(source) if source.suffix == ".parquet" else pl.scan_csv(source, infer_schema=False)
    try:
        return {"kind", "happened", "writer"} <= set(scan.collect_schema().names())
    except (OSError, pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        reason = str(error).splitlines()[0][:120]
        raise LawError(
            f"found a file that cannot be read ({reason}); expected {', '.join(ENDINGS)}", place=str(source)
        ) from None


def _people(path: Path) -> pl.DataFrame:
    try:
        people = pl.read_parquet(path)
    except (OSError, pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        reason = str(error).splitlines()[0][:120]
        raise LawError(f"found {reason}; expected a Parquet file of people", place=str(path)) from None
    if "person" not in people.columns:
        raise LawError("found no column 'person'; expected a list of people", place=str(path))
    return people

"""Summonses of a log: when each person was served, for when, and what the plan and the list of people say of them.

Served is the first delivery by a channel that the pack counts as service; a text message is none in Belarus, and a
delivery by it leaves the service unknown. Rows that are known to an interval give intervals. Who wrote the log does not
matter here.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import polars as pl

from tocsin.errors import LawError
from tocsin.law.facts import FACT_OF, MOMENT, column_types
from tocsin.law.load import Law
from tocsin.log.blocks import LogFile
from tocsin.log.schema import KIND, SCHEMA
from tocsin.log.survey import rows_of
from tocsin.log.table import EventLog, replaced_rows
from tocsin.plan.model import Plan

__all__ = ["described", "summonses", "summonses_in"]

_ROW: Final = ("run", "person")
_READ: Final = (*_ROW, "kind", "channel", "happened", "happened_until", "due")


def summonses(log: EventLog, law: Law, plan: Plan | None = None, people: pl.DataFrame | None = None) -> pl.DataFrame:
    """Make the table of summonses of a log: one row for each person who was summoned, or to whom it was delivered.

    Args:
        log: The log.
        law: The pack, for the channels that count as service.
        plan: Says the kind of call-up and when it was decided.
        people: One row a person; its columns that are facts are taken over.

    Returns:
        `run`, `summons` (the person's number, with the run before it where there are several), and the facts known.

    Raises:
        LawError: The list of people holds a person twice, so that a summons would be counted twice.
    """
    true = log.frame.filter(~replaced_rows(log.frame))
    return _of_rows(true.filter(_is("summoned") | _is("delivered")), law, plan, people)


def summonses_in(path: Path, law: Law, plan: Plan | None = None, people: pl.DataFrame | None = None) -> pl.DataFrame:
    """Make the table of summonses of a log in Parquet, as `summonses`, without loading it: block by block."""
    return _of_rows(rows_of(LogFile(path), ("summoned", "delivered"), _READ), law, plan, people)


def _of_rows(rows: pl.DataFrame, law: Law, plan: Plan | None, people: pl.DataFrame | None) -> pl.DataFrame:
    mine = rows.filter(pl.col("person").is_not_null())
    table = mine.select(_ROW).unique().sort(_ROW)
    table = _joined(table, _service(mine, law, plan))
    return described(_joined(table, _report(mine, plan)), plan, people)


def described(table: pl.DataFrame, plan: Plan | None, people: pl.DataFrame | None) -> pl.DataFrame:
    """Add to summonses (`run`, `person`, when served and for when) what the plan and the list of people say of them."""
    if people is not None:
        table = table.join(_facts_of(people), on="person", how="left", maintain_order="left")
    if plan is not None:
        table = table.with_columns(_of_plan(plan, people))
    one = table["run"].n_unique() <= 1
    person = pl.col("person").cast(pl.String)
    label = person if one else pl.format("{}/{}", pl.col("run"), person)
    return table.select("run", label.alias("summons"), pl.exclude(*_ROW, "summons"))


def _is(kind: str) -> pl.Expr:
    return pl.col("kind") == pl.lit(kind, dtype=KIND)


def _joined(table: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    return table.join(found, on=_ROW, how="left", maintain_order="left")


def _service(rows: pl.DataFrame, law: Law, plan: Plan | None) -> pl.DataFrame:
    """The first service of each, not before and not after.

    Of an unknown kind of call-up it lies between the first delivery by a channel that counts for some kind and the
    first by one that counts for every; without such a one it is not known.
    """
    kind = None if plan is None or plan.exercise.kind == "unknown" else plan.exercise.kind
    some, sure = law.pack.counting(kind)
    channel = pl.col("channel").cast(pl.String)
    told = rows.filter(_is("delivered") & channel.is_in(list(some)))
    latest = pl.col("happened_until").filter(channel.is_in(list(sure))).min()
    found = told.group_by(_ROW).agg(pl.col("happened").min().alias("served"), latest.alias("served_latest"))
    return _bounds(found.filter(pl.col("served_latest").is_not_null()), "served")


def _report(rows: pl.DataFrame, plan: Plan | None) -> pl.DataFrame:
    """The time at which each has to report; several that differ are bounds. The plan may count it from delivery."""
    hours = None if plan is None else plan.exercise.deadline.after_delivery_h
    if hours is not None and rows["due"].null_count() == rows.height:
        first = rows.filter(_is("delivered")).group_by(_ROW).agg(pl.col("happened", "happened_until").min())
        after = pl.duration(milliseconds=round(hours * 3_600_000))
        both = {"report": pl.col("happened") + after, "report_latest": pl.col("happened_until") + after}
        return _bounds(first.select(*_ROW, **both), "report")
    due = rows.filter(pl.col("due").is_not_null()).group_by(_ROW)
    return _bounds(due.agg(pl.col("due").min().alias("report"), pl.col("due").max().alias("report_latest")), "report")


def _bounds(found: pl.DataFrame, name: str) -> pl.DataFrame:
    """Leave the other end out where all are exact."""
    typed = found.with_columns(pl.col(name, f"{name}_latest").cast(MOMENT))
    return typed.drop(f"{name}_latest") if (typed[name] == typed[f"{name}_latest"]).all() else typed


def _facts_of(people: pl.DataFrame) -> pl.DataFrame:
    """The columns of a list of people that are facts, typed; a word that is none of the fact's own is unknown."""
    twice = people.filter(pl.col("person").is_duplicated())["person"]
    if len(twice):
        raise LawError(f"found the person {twice[0]} twice; expected one row a person", place="list of people")
    types = column_types()
    columns = [pl.col("person").cast(SCHEMA["person"])]
    for name in people.columns:
        if name in types and name != "person":
            typed = pl.col(name).cast(types[name])
            words = FACT_OF[name].words if name in FACT_OF else ()
            columns.append(pl.when(typed.is_in(list(words))).then(typed).alias(name) if words else typed)
    return people.select(columns)


def _of_plan(plan: Plan, people: pl.DataFrame | None) -> list[pl.Expr]:
    kind = None if plan.exercise.kind == "unknown" else plan.exercise.kind
    found = [pl.lit(kind, pl.String).alias("kind"), pl.lit(plan.exercise.alert).cast(MOMENT).alias("ordered")]
    drawn = plan.roster is None  # people who were drawn have the children that were drawn, and no others
    if people is not None and "children_complete" not in people.columns and drawn:
        found.append(pl.lit(True).alias("children_complete"))
    return found

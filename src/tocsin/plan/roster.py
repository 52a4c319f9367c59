"""People listed in a roster: its columns typed and checked against the plan, the first bad row named.

A roster may be a list of real people, so only the columns of `roster_columns` are read; all others stay outside and
are reported. What it leaves open (a point, a unit) is assigned as for synthesised people.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import polars as pl

from tocsin.errors import RosterError
from tocsin.plan.model import Plan
from tocsin.plan.problem import nearest, shown
from tocsin.plan.resolve import region_names, towns_of, trades_of
from tocsin.plan.roster_columns import COLUMNS, Fault, fault
from tocsin.plan.roster_file import ROW, RawRoster, read_file
from tocsin.plan.roster_people import assigned, faults_between_columns
from tocsin.plan.roster_types import (
    Typed,
    as_dates,
    as_lists_of_dates,
    as_names,
    as_numbers,
    as_sexes,
    as_texts,
    as_whole,
    present,
)
from tocsin.plan.synthesis import day_of_alert

__all__ = ["RosterReading", "read_roster"]

EARLIEST_BIRTH = dt.date(1900, 1, 1)
LEAST_AGE = 10
"""Years on the day of the alert below which a date of birth is taken for a slip; the law has its own opinion."""

MOST_NUMBER = 2**32 - 1


@dataclass(frozen=True, slots=True)
class RosterReading:
    """What became of a roster.

    Attributes:
        people: The columns of `tocsin.plan.people`, and `listed`: the roster's own number, or its row without one.
        left_out: Columns of the file that were not read.
    """

    people: pl.DataFrame
    left_out: tuple[str, ...]


def read_roster(plan: Plan, *, base: Path | None = None) -> RosterReading:
    """Read the people of a plan's roster.

    Args:
        plan: A plan with a roster.
        base: Folder to which the roster's path is relative; the working folder if None.

    Returns:
        One row a person, by the roster's own numbers or else in its order.

    Raises:
        RosterError: The first row (by its number in the file) that cannot be used, and how many more there are.
    """
    if plan.roster is None:
        raise RosterError("found no roster in the plan", place="roster")
    raw = read_file((base or Path()) / plan.roster.file, plan.roster.file)
    source = _mapping(plan, raw)
    typed, faults = _typed(plan, raw, source)
    _refuse(faults, raw, source)
    _refuse(faults_between_columns(plan, typed), raw, source)
    people, faults = assigned(plan, typed)
    _refuse(faults, raw, source)
    return RosterReading(people, tuple(c for c in raw.columns if c not in source.values()))


def _mapping(plan: Plan, raw: RawRoster) -> dict[str, str]:
    """Return the file's name of each of our columns that it has."""
    wanted = {} if plan.roster is None else plan.roster.columns
    for ours, theirs in wanted.items():
        if theirs not in raw.columns:
            listed = ", ".join(map(shown, raw.columns[:12]))
            hint = nearest(theirs, raw.columns) or f"; the file has {listed}"
            raise RosterError(
                f"found no column {shown(theirs)}, which the plan maps to `{ours}`{hint}",
                place=f"{raw.name}: columns",
            )
    taken = set(wanted.values())
    return {
        ours: wanted.get(ours, ours)
        for ours in COLUMNS
        if ours in wanted or (ours in raw.columns and ours not in taken)
    }


def _readers(plan: Plan) -> dict[str, partial[Typed]]:
    """Return what types each column."""
    day = day_of_alert(plan.exercise)
    latest = dt.date(day.year - LEAST_AGE, 12, 31)
    towns = [town.name for town in towns_of(plan)]
    return {
        "person": partial(as_whole, most=MOST_NUMBER),
        "group": partial(as_texts),
        "sex": partial(as_sexes),
        "birth": partial(as_dates, first=EARLIEST_BIRTH, last=latest),
        "children_births": partial(as_lists_of_dates, first=EARLIEST_BIRTH, last=day),
        "medical": partial(as_texts),
        "trade": partial(as_names, known=trades_of(plan), what="trade") if plan.units else partial(as_texts),
        "employer": partial(as_texts),
        "unit": partial(as_names, known=[u.name for u in plan.units], what="unit"),
        "home": partial(as_names, known=towns, what="town"),
        "region": partial(as_names, known=region_names(plan), what="region"),
        "point": partial(as_names, known=[p.name for p in plan.points], what="point"),
        "lat": partial(as_numbers, least=-90, most=90),
        "lon": partial(as_numbers, least=-180, most=180),
        "distance_km": partial(as_numbers, least=0, most=20_000),
    }


def _typed(plan: Plan, raw: RawRoster, source: dict[str, str]) -> tuple[pl.DataFrame, list[Fault]]:
    """Type every column; one that the file does not have is null."""
    columns: dict[str, pl.Series] = {}
    faults: list[Fault] = []
    nothing = pl.Series([None], dtype=pl.String).new_from_index(0, len(raw.frame))
    for ours, reader in _readers(plan).items():
        found = present(raw.frame[source[ours]]) if ours in source else nothing
        if found.dtype == pl.Null:
            found = nothing
        columns[ours], expected = reader(found)
        bad = found.is_not_null() & columns[ours].is_null()
        if bad.any():
            value = _cell(found, int(bad.arg_max() or 0))
            hint = nearest(str(value), reader.keywords["known"]) if "known" in reader.keywords else ""
            faults += fault(ours, bad, f"found {shown(value)}; expected {expected}{hint}")
        if ours == "person" and ours in source:
            faults += fault(ours, found.is_null(), "found no number; expected one for every row")
            faults += _numbers_once(columns[ours], raw)
    if "person" not in source:
        columns["person"] = raw.frame[ROW].cast(pl.Int64)
    return pl.DataFrame(columns), faults


def _cell(column: pl.Series, index: int) -> object:
    """Return a cell; a list of dates of a damaged file may hold some outside the calendar, at which polars panics."""
    cell = column[index]
    if not isinstance(cell, pl.Series):
        return cell
    return present(cell).to_list()


def _numbers_once(number: pl.Series, raw: RawRoster) -> list[Fault]:
    """Every row has a number of its own."""
    again = ~number.is_first_distinct() & number.is_not_null()
    if not again.any():
        return []
    value = number[int(again.arg_max() or 0)]
    first = raw.frame[ROW][int((number == value).arg_max() or 0)]
    return fault("person", again, f"found {value} a second time (first in row {first}); expected each number once")


def _refuse(faults: list[Fault], raw: RawRoster, source: dict[str, str]) -> None:
    """Raise the fault that stands first in the file."""
    if not faults:
        return
    first = min(faults, key=lambda f: (f.index, COLUMNS.index(f.column)))
    same = [f for f in faults if f.column == first.column]
    more = sum(f.rows for f in same) - 1
    tail = f" (and {more} more rows)" if more > 1 else " (and 1 more row)" if more else ""
    column = shown(source.get(first.column, first.column))
    raise RosterError(
        f"{first.sentence}{tail}", place=f"{raw.name}: row {raw.frame[ROW][first.index]}, column {column}"
    )

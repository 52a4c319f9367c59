"""People listed in a roster: its columns typed and checked against the plan, the first bad row named.

A roster may be a list of real people, so only the columns of `roster_columns` are read; all others stay outside and
are reported. What it leaves open (a point, a unit) is assigned as for synthesised people.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import polars as pl

from tocsin.errors import RosterError
from tocsin.plan.model import Plan
from tocsin.plan.problem import nearest, shown
from tocsin.plan.resolve import region_names, towns_of, trades_of
from tocsin.plan.roster_columns import COLUMNS
from tocsin.plan.roster_file import ROW, RawRoster, read_file
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
    from tocsin.plan.roster_people import assigned, faults_between_columns  # the next step: it needs what is typed here

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

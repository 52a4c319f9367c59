"""The rows of command, reports, marches and shocks as parts of a log, and their causes as numbers.

Everything here is empty, and costs nothing, where a plan has no headquarters, no marches and no shocks that strike.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tocsin.log.schema import SCHEMA, TIME
from tocsin.plan.strikes import struck
from tocsin.simulate.command import NEVER, Command
from tocsin.simulate.outcome import Outcome
from tocsin.simulate.part import Part
from tocsin.simulate.reporting import Picture
from tocsin.simulate.struck import window_of
from tocsin.simulate.told import Told, frame_of, part_of

__all__ = ["Telling", "heard_rows", "overlaid", "tell_causes", "telling_of", "told_parts"]

Rows = NDArray[np.int32]
MARCH_KINDS = ("unit_set_out", "halted", "passed", "in_position")


@dataclass(frozen=True, eq=False)
class Telling:
    """The rows of an outcome that are told one by one.

    Attributes:
        rows: By kind, in their order; kinds without rows are left out.
        about: Of kinds that others name as a cause by number: what each row is about.
        otherwise: Of the orders: those to units without a headquarters, by unit of the plan.
    """

    rows: dict[str, list[Told]]
    about: dict[str, list[int]]
    otherwise: dict[int, Told]

    @cached_property
    def numbers(self) -> dict[int, tuple[str, int]]:
        """The kind of each row and its number in it, by `id`."""
        return {id(row): (kind, i) for kind, rows in self.rows.items() for i, row in enumerate(rows)}


def telling_of(outcome: Outcome) -> Telling:
    """Gather the rows of an outcome that are told one by one."""
    rows: dict[str, list[Told]] = {}
    otherwise: dict[int, Told] = {}
    if outcome.command is not None:
        otherwise = _ordered_otherwise(outcome)
        rows["ordered"] = [*outcome.command.sendings, *otherwise.values()]
        rows["order_acknowledged"] = outcome.command.answers
    if outcome.movement is not None:
        rows |= {kind: [row for row in outcome.movement.rows if row.kind == kind] for kind in MARCH_KINDS}
    about: dict[str, list[int]] = {}
    for kind, number, row in _shocks(outcome):
        rows.setdefault(kind, []).append(row)
        about.setdefault(kind, []).append(number)
    return Telling({kind: told for kind, told in rows.items() if told}, about, otherwise)


def told_parts(outcome: Outcome, telling: Telling) -> Iterator[Part]:
    """Give the parts of these rows and of the reports; with headquarters the orders to all units are among them."""
    for kind, rows in telling.rows.items():
        about = telling.about.get(kind)
        yield part_of(kind, rows, None if about is None else np.array(about, np.int64))
    if outcome.picture is not None and outcome.network.command is not None and len(outcome.picture.counted):
        yield _reports(outcome.picture, outcome.network.command)


def _ordered_otherwise(outcome: Outcome) -> dict[int, Told]:
    """The orders to units that have no headquarters."""
    due = outcome.network.deadline_ms if outcome.network.deadline_ms >= 0 else None
    return {
        number: Told("ordered", int(outcome.ordered[number]), None, {"unit": unit.name, "due": due})
        for number, unit in enumerate(outcome.network.plan.units)
        if unit.headquarters is None and outcome.ordered[number] >= 0
    }


def _shocks(outcome: Outcome) -> Iterator[tuple[str, int, Told]]:
    """Beginnings and ends of the shocks that strike, with their numbers among the plan's."""
    plan = outcome.network.plan
    for shock in struck(plan):
        start, end = window_of(shock, plan.exercise)
        for kind, at in (("shock_began", start), ("shock_ended", end)):
            if at <= outcome.network.horizon_ms:
                place = shock.points[0] if len(shock.points) == 1 else None
                yield kind, plan.shocks.index(shock), Told(kind, at, None, {"thing": shock.name, "place": place})


def _reports(picture: Picture, command: Command) -> Part:
    n = len(picture.counted)
    names = np.array(command.names, object)[picture.reporter]
    of_unit = np.array(command.unit)[picture.reporter] != NEVER
    superior = np.array([None if s == NEVER else command.names[s] for s in command.superior], object)
    channel = np.array([link.medium for link in command.links], object)
    by, unit = names.copy(), names
    by[of_unit], unit[~of_unit] = None, None
    said = frame_of(
        {name: [None] * n for name in ("place", "visit", "thing", "due", "reason")}
        | {"unit": unit.tolist(), "by": by.tolist(), "to": superior[picture.reporter].tolist()}
        | {"channel": channel[picture.reporter].tolist(), "amount": picture.amount, "known": picture.known}
    )
    return Part("strength_reported", picture.counted, np.arange(n), np.zeros(n, np.int8), False, said=said)


# --- causes -------------------------------------------------------------------------------------------------------


def heard_rows(outcome: Outcome, telling: Telling, base: dict[str, int]) -> Rows:
    """The row of the order that each unit of the plan acts on, -1 = none; `base` is the first row of each kind."""
    found = np.full(max(len(outcome.network.plan.units), 1), NEVER, np.int32)
    command, orders = outcome.network.command, outcome.command
    if command is None or orders is None:
        return found
    heard = {command.unit[node]: row for node, row in enumerate(orders.heard) if command.unit[node] != NEVER}
    for unit, row in (telling.otherwise | heard).items():
        found[unit] = NEVER if row is None else base["ordered"] + telling.numbers[id(row)][1]
    return found


def tell_causes(outcome: Outcome, telling: Telling, parts: dict[str, Part], base: dict[str, int], formed: Rows) -> None:
    """Write the causes of the rows that are told.

    Args:
        outcome: The outcome whose rows they are.
        telling: These rows.
        parts: All rows by kind.
        base: The first row of each kind.
        formed: The row of `unit_formed` of each unit, -1 = none.
    """

    def row_of(row: Told | None) -> int:
        if row is None:
            return NEVER
        kind, number = telling.numbers[id(row)]
        return base[kind] + number

    def cause_of(row: Told) -> int:
        if not isinstance(row.cause, tuple):
            return row_of(row.cause)
        kind, about = row.cause
        return int(formed[about]) if kind == "unit_formed" else base[kind] + telling.about[kind].index(about)

    for kind, rows in telling.rows.items():
        parts[kind].cause = np.array([cause_of(row) for row in rows], np.int32)
    if outcome.picture is not None and outcome.command is not None and "strength_reported" in parts:
        heard = np.array([row_of(row) for row in outcome.command.heard], np.int32)
        parts["strength_reported"].cause = _causes_of_reports(outcome.picture, heard, base["strength_reported"])


def _causes_of_reports(picture: Picture, heard: Rows, base: int) -> Rows:
    first = picture.before == NEVER
    return np.where(first, heard[picture.reporter], base + picture.before).astype(np.int32)


# --- frames -------------------------------------------------------------------------------------------------------


def overlaid(frame: pl.DataFrame, said: pl.DataFrame, which: Rows, start: int) -> pl.DataFrame:
    """Write over rows of a frame what is said of them.

    Args:
        frame: Rows with the columns of a log.
        said: Columns of `SAID`, times in ms after the alert.
        which: int32[rows], the row of `said` for each row of the frame, -1 = none.
        start: The alert, ms since 1970.
    """
    hits = np.flatnonzero(which >= 0)
    if not len(hits):
        return frame
    picked = np.arange(len(which), dtype=np.uint32)
    picked[hits] = len(which) + which[hits].astype(np.uint32)
    times = [(pl.col(name) + start).cast(TIME) for name in ("due", "known")]
    said = said.with_columns(times).cast({name: SCHEMA[name] for name in said.columns})
    columns = [pl.concat([frame[name], said[name]]).gather(pl.Series(picked)) for name in said.columns]
    return frame.with_columns(columns)

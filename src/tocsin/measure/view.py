"""One run as the measures see it: stage times as plain arrays, people and plan beside them.

Loaded once a run and shared by all measures, so that 300,000 people and 100 runs stay cheap: a column is
turned into an array once (see `cells`), and a group-by is an integer code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tocsin.log.causes import Trail
from tocsin.log.journeys import Journeys, milliseconds
from tocsin.log.kinds import KIND_NAMES
from tocsin.log.lean import Lean
from tocsin.log.pivot import codes_of
from tocsin.log.stems import Stem, stems_in
from tocsin.log.table import replaced_rows
from tocsin.measure.cells import Cells, Coded, LeanCells, TableCells, coded
from tocsin.measure.quantiles import NEVER

if TYPE_CHECKING:  # much measuring asks neither law nor plan, and each takes a while to import
    from tocsin.law import Law
    from tocsin.plan.model import Plan

__all__ = ["GRID_MS", "HOUR_MS", "MINUTE_MS", "Context", "View", "views"]

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
MINUTE_MS = 60_000
HOUR_MS = 3_600_000
GRID_MS = 15 * MINUTE_MS
"""Curves are printed every 15 minutes; quantiles use the exact times."""


@dataclass(frozen=True)
class Context:
    """What measures may know beside the log.

    Attributes:
        plan: Posts, tasks, deadline, limits; None if there is no plan.
        people: One row a person called, at least `person`, better with `trade`; None if there is no list.
        noticed: What the intake of a foreign log counted (`tocsin.log.intake.COUNTS`, and `rows`); else empty.
        law: The rule pack to which summonses are put; None = none.
        summonses: What is known of each summons (`tocsin.law.served`), by run; for W1.
        logs: For each run whose rows name their causes, what gives them; for C7.
        memory: What measures have worked out of plan and people, for all runs.
    """

    plan: Plan | None = None
    people: pl.DataFrame | None = None
    noticed: Mapping[str, int] = field(default_factory=dict)
    law: Law | None = None
    summonses: Mapping[int, pl.DataFrame] = field(default_factory=dict, repr=False, compare=False)
    logs: Mapping[int, Callable[[], Trail]] = field(default_factory=dict, repr=False, compare=False)
    memory: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def codes(self, column: str) -> Coded | None:
        """A column of the list of people as codes and names; None if there is none."""
        if self.people is None or column not in self.people.columns:
            return None
        if column not in self.memory:
            self.memory[column] = coded(self.people[column])
        found: Coded = self.memory[column]
        return found


@dataclass(frozen=True)
class View:
    """One run.

    Attributes:
        run: Its number.
        cells: Its journeys, one row a person called, silent ones included.
        rest: Its other rows, long, without those that were corrected or withdrawn, with `at_ms` (milliseconds
            since t0) beside `happened`.
        closed_ms: When the exercise was closed; None for an open log.
        cut_ms: The end of what was seen.
        context: Plan and people.
        writer: Who wrote the rows that stand in the journeys.
        told: Of which kinds there are rows in any run of the log; what none tells of is unknown, not undone.
        memory: What measures of this run have already worked out and share.
    """

    run: int
    cells: Cells
    rest: pl.DataFrame
    closed_ms: int | None
    cut_ms: int
    context: Context
    writer: str
    told: frozenset[str] = frozenset()
    memory: dict[str, Any] = field(default_factory=dict, repr=False)

    @property
    def frame(self) -> pl.DataFrame:
        """The journeys as a table."""
        return self.cells.frame

    @cached_property
    def columns(self) -> frozenset[str]:
        """The names of the columns of the journeys."""
        return frozenset(self.cells.columns)

    @cached_property
    def stems(self) -> list[Stem]:
        """The stages that the journeys have."""
        return stems_in(self.cells.columns)

    @cached_property
    def trail(self) -> Trail | None:
        """The rows with their causes; None if they are not at hand."""
        found = self.context.logs.get(self.run)
        return None if found is None else found()

    @property
    def t0_ms(self) -> int:
        """What times count from, ms since 1970; 0 if no row but those of persons tells."""
        return 0 if self.rest.is_empty() else int(self.rest["happened"].to_physical()[0] - self.rest["at_ms"][0])

    @property
    def people(self) -> int:
        """How many people were called."""
        return len(self.cells.person)

    @property
    def end_ms(self) -> int:
        """Up to when arrivals count: the closing, or the cut of an open log."""
        return self.cut_ms if self.closed_ms is None else self.closed_ms

    @property
    def grid(self) -> Ints:
        """Every 15 minutes from t0 up to the end."""
        return np.arange(0, max(self.end_ms, 0) + 1, GRID_MS, dtype=np.int64)

    def ms(self, stem: str) -> Ints:
        """When each person reached a stage, ms since t0; `NEVER` where they did not. Shape (people,)."""
        return self.times(f"{stem}_ms")

    def times(self, name: str) -> Ints:
        """A column of times, such as `summoned_due`; `NEVER` where there is none. Shape (people,)."""
        if name not in self.memory:
            if name in self.columns:
                self.memory[name] = self.cells.times(name)
            else:
                self.memory[name] = np.full(self.people, NEVER, dtype=np.int64)
        found: Ints = self.memory[name]
        return found

    def has(self, stem: str) -> Bools:
        """Who reached a stage. Shape (people,); shared, not to be written to."""
        key = f"has {stem}"
        if key not in self.memory:
            self.memory[key] = self.ms(stem) < NEVER
        found: Bools = self.memory[key]
        return found

    def knows(self, stem: str) -> bool:
        """Whether anybody reached the stage in this log."""
        return f"{stem}_ms" in self.columns and bool(self.has(stem).any())

    @cached_property
    def stations(self) -> dict[str, list[int]]:
        """The visits of each station, stations in the order of the columns."""
        found: dict[str, list[int]] = {}
        for stem in self.stems:
            if stem.kind in ("queued", "service_began") and stem.station is not None:
                visits = found.setdefault(stem.station, [])
                if stem.visit not in visits:
                    visits.append(stem.visit)
        return {station: sorted(visits) for station, visits in found.items()}

    def visits_of(self, kind: str) -> list[str]:
        """The stems of a kind without a station: the first visit, the second, …"""
        found = [s for s in self.stems if s.kind == kind and s.station is None]
        return [s.name for s in sorted(found, key=lambda s: s.visit)]

    def codes(self, column: str) -> tuple[NDArray[np.int32], list[str]]:
        """A column of names as codes and names, in the plan's order or by alphabet; -1 for null."""
        key = f"codes {column}"
        if key not in self.memory:
            self.memory[key] = self.cells.coded(column) if column in self.columns else self._nothing()
        found: Coded = self.memory[key]
        return found

    def says(self, column: str, word: str) -> Bools | None:
        """Whose cell in a column of names is this word; None if the log has no such column. Shape (people,)."""
        if column not in self.columns:
            return None
        return np.asarray(self.cells.codes_in(column, [word]) == 0, np.bool_)

    def person_codes(self, column: str) -> Coded | None:
        """A column of the list of people, in the order of the journeys, as `codes` gives it; None if there is
        none."""
        known = self.context.codes(column)
        if known is None or self.context.people is None:
            return None
        if "row of person" not in self.memory:
            self.memory["row of person"] = _rows_of(self.cells.person, self.context.people["person"])
        where: Ints = self.memory["row of person"]
        return np.append(known[0], np.int32(-1))[where], known[1]

    def index_of(self, person: Ints) -> Ints:
        """In which row of the journeys each person stands, by number; -1 if in none. Shape of `person`."""
        if "persons" not in self.memory:
            self.memory["persons"] = pl.Series(self.cells.person)
        listed: pl.Series = self.memory["persons"]
        return _rows_of(person, listed)

    def _nothing(self) -> tuple[NDArray[np.int32], list[str]]:
        return np.full(self.people, -1, dtype=np.int32), []

    def rows(self, kind: str) -> pl.DataFrame:
        """The other rows of one kind, in the order of the log."""
        if "kinds" not in self.memory:
            kinds = codes_of(self.rest["kind"])
            self.memory["kinds"] = (kinds, set(np.flatnonzero(np.bincount(kinds)).tolist()))
        kinds, there = self.memory["kinds"]
        code = KIND_NAMES.index(kind)
        if code not in there:
            return self.rest.clear()
        if f"rows {kind}" not in self.memory:
            self.memory[f"rows {kind}"] = self.rest.filter(pl.Series(kinds == code))
        found: pl.DataFrame = self.memory[f"rows {kind}"]
        return found


def _rows_of(wanted: Ints, listed: pl.Series) -> Ints:
    """In which row of the list each person stands; -1 if in none."""
    index = np.asarray(listed.cast(pl.Int64).to_numpy(), np.int64)
    if np.array_equal(index, np.arange(len(index))):  # as Tocsin itself numbers people
        return np.where(wanted < len(index), wanted, -1)
    order = np.argsort(index, kind="stable")
    place = np.minimum(np.searchsorted(index, wanted, sorter=order), max(len(index) - 1, 0))
    found = order[place] if len(index) else place
    return np.where(index[found] == wanted, found, -1) if len(index) else np.full(len(wanted), -1, np.int64)


def views(journeys: Journeys | Lean, context: Context) -> Iterator[View]:
    """Split journeys into runs, in the order of their numbers."""
    replaced = replaced_rows(journeys.rest)
    true = journeys.rest.filter(~replaced) if replaced.any() else journeys.rest
    rest = true.with_columns((true["happened"].to_physical() - milliseconds(journeys.t0)).alias("at_ms"))
    told = frozenset(rest["kind"].unique().cast(pl.String).to_list())
    if isinstance(journeys, Lean):
        yield _view(journeys.run, LeanCells(journeys), rest, journeys, context, told)
        return
    runs = sorted(set(journeys.frame["run"].unique().to_list()) | set(rest["run"].unique().to_list()))
    for run in runs or [0]:
        mine = journeys.frame if len(runs) <= 1 else journeys.frame.filter(pl.col("run") == run)
        others = rest if len(runs) <= 1 else rest.filter(pl.col("run") == run)
        yield _view(run, TableCells(_with_silent(mine, context, run)), others, journeys, context, told)


def _view(
    run: int, cells: Cells, rest: pl.DataFrame, journeys: Journeys | Lean, context: Context, told: frozenset[str]
) -> View:
    return View(run, cells, rest, journeys.closed_ms, journeys.cut_ms, context, journeys.writer, told)


def _with_silent(frame: pl.DataFrame, context: Context, run: int) -> pl.DataFrame:
    """Add a row for everybody who was called and of whom the log says nothing."""
    if context.people is None or "person" not in context.people.columns:
        return frame
    called = context.people["person"]
    if len(called) == frame.height and np.array_equal(called.to_numpy(), frame["person"].to_numpy()):
        return frame
    silent = called.filter(~called.is_in(frame["person"].implode())).cast(frame["person"].dtype)
    if silent.is_empty():
        return frame
    blank = pl.DataFrame({"run": pl.repeat(run, len(silent), dtype=frame["run"].dtype, eager=True), "person": silent})
    return pl.concat([frame, blank], how="diagonal")

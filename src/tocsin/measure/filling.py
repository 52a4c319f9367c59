"""The journeys of one run as arrays that rows are put into block by block, whatever their order.

What `journeys_of` makes of a table at once: of several rows of one stage the earliest, at a tie the one written first;
the place where a person arrived and the unit that they joined. Eight bytes a person and stage, whatever the rows.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tocsin.log.journeys import End
from tocsin.log.kinds import KIND_NAMES, KINDS
from tocsin.log.pivot import Stages, codes_of
from tocsin.log.stems import Stem
from tocsin.measure.cells import Coded, numbered, renumbered
from tocsin.measure.quantiles import NEVER

__all__ = ["ATTRIBUTES", "Filling"]

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Codes = NDArray[np.int32]

ATTRIBUTES = ("due", "reason", "thing", "station")
"""What measures read of a stage beside its time: neither channels nor servers, as of a lean run."""
_TABLE_LIMIT = 1 << 26
"""Up to so large person numbers a table finds their slots; above, a search."""
_SUREST = {"place": KIND_NAMES.index("arrived"), "unit": KIND_NAMES.index("joined")}
_TELLING = {
    column: np.array([column in kind.carries or kind.station_stem is not None for kind in KINDS]) for column in _SUREST
}


class Words:
    """Names as they come, numbered in the order in which they first do."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self._known = np.full(1, -1, np.int32)  # by Polars's own number; the last entry is for null

    def codes(self, column: pl.Series) -> Codes:
        """The number of each name, -1 for null."""
        physical = codes_of(column)
        lacking = int(physical.max(initial=-1)) + 2 - len(self._known)
        if lacking > 0:
            self._known = np.append(self._known, np.full(lacking + len(self._known), -1, np.int32))
        codes = self._known[physical]
        fresh = np.flatnonzero((codes < 0) & (physical >= 0))
        if len(fresh):
            new, first = np.unique(physical[fresh], return_index=True)
            self._known[new] = np.arange(len(self.names), len(self.names) + len(new), dtype=np.int32)
            self.names += column.gather(fresh[first]).cast(pl.String).to_list()
            codes = self._known[physical]
        return np.asarray(codes, np.int32)


class _Stage:
    """One stage: a time a person, and what else the row says that the time is from."""

    def __init__(self, stem: Stem, people: int, apart: bool) -> None:
        self.stem, self.people = stem, people
        self.times = np.full(people, NEVER, np.int64)
        # When the row happened at the earliest, where the other end of its interval is what counts.
        self.since = np.full(people, NEVER, np.int64) if apart else self.times
        self.attributes: dict[str, NDArray[np.int64] | Codes] = {}
        self._odd: Bools | None = None
        self._further: list[tuple[Ints, Ints]] = []

    def add(self, slot: Ints, stamp: Ints, since: Ints, odd: Bools) -> Ints:
        """Take rows in, in their order.

        Args:
            slot: Whose they are, shape (rows,).
            stamp: Their time, as the journeys count it, ms since t0, shape (rows,).
            since: When they happened at the earliest, ms since t0, shape (rows,).
            odd: Which of them have a station though their kind is never at one: such a row repeats nothing.

        Returns:
            Which of the rows now stand in the cells.
        """
        first = _first_of(slot, stamp)
        better = stamp[first] < self.times[slot[first]]
        won = first[better]
        lost = np.ones(len(slot), np.bool_)
        lost[won] = False
        self._note(slot[lost & ~odd], since[lost & ~odd])
        taken = slot[won]
        self._displace(taken[self.times[taken] < NEVER])
        self.times[taken] = stamp[won]
        self.since[taken] = since[won]
        self._mark(taken, odd[won])
        return won

    def keep(self, name: str, slot: Ints, values: NDArray[np.int64] | Codes) -> None:
        """Keep an attribute of the rows that stand in the cells."""
        nothing = NEVER if name == "due" else -1
        if name not in self.attributes:
            if (values == nothing).all():
                return
            self.attributes[name] = np.full(self.people, nothing, values.dtype)
        self.attributes[name][slot] = values

    def _displace(self, slot: Ints) -> None:
        """Note the rows that lose their cells."""
        known = slot if self._odd is None else slot[~self._odd[slot]]
        self._note(known, self.since[known])

    def _note(self, slot: Ints, since: Ints) -> None:
        if len(slot):
            self._further.append((slot, since))

    def _mark(self, slot: Ints, odd: Bools) -> None:
        if self._odd is None and odd.any():
            self._odd = np.zeros(self.people, np.bool_)
        if self._odd is not None:
            self._odd[slot] = odd

    def repeats(self) -> tuple[int, int]:
        """How many rows do not stand in the cells: at the same instant as the one that does, and at another."""
        same = sum(int((since == self.times[slot]).sum()) for slot, since in self._further)
        return same, sum(len(slot) for slot, _ in self._further) - same


def _first_of(slot: Ints, stamp: Ints) -> Ints:
    """Of each slot's rows the earliest, at a tie the first."""
    order = np.lexsort((stamp, slot))
    ordered = slot[order]
    return order[np.append(True, ordered[1:] != ordered[:-1])] if len(order) else order


class Filling:
    """Cells of one run (see `tocsin.measure.cells`), filled from its rows.

    Args:
        run: Its number.
        person: Everybody called; the persons of the log in rising order, then those it says nothing of.
        told: How many of them the log speaks of.
        stems: The stages of the whole log, in their order.
        start: What times count from, ms since 1970.
        at: Which end of an interval counts.
        interval: Whether the log has any.
    """

    def __init__(
        self, run: int, person: Ints, told: int, stems: Sequence[Stem], start: int, at: End, interval: bool
    ) -> None:
        self.run, self.person = run, person
        self._persons, self._start, self._at = person[:told], start, at
        self._table: Codes | None = None
        self._stages: dict[Stem, _Stage] = {}
        self._apart = interval and at == "latest"
        self._words = {name: Words() for name in ("place", "unit", *ATTRIBUTES[1:])}
        self._own = {name: np.full(len(person), -1, np.int32) for name in _SUREST}
        self._sure = {name: np.zeros(len(person), np.int8) for name in _SUREST}
        self._cells: dict[str, tuple[Stem, str]] = {}
        for stem in stems:
            for name in ("ms", *(a for a in stem.entry.attributes if a in ATTRIBUTES)):
                self._cells[f"{stem.name}_{name}"] = (stem, name)
        self.columns = ["run", "person", "place", "unit", *self._cells]

    # --- filling ------------------------------------------------------------------------------------------

    def add(self, block: pl.DataFrame, truth: Bools) -> None:
        """Take the next rows of the run in; `truth` marks those that corrections left."""
        slot = self._slots(codes_of(block["person"]))
        eligible = truth & (slot >= 0)
        since = codes_of(block["happened"]) - self._start
        stamp = codes_of(block["happened_until"]) - self._start if self._apart else since
        columns = {name: words.codes(block[name]) for name, words in self._words.items()}
        due = codes_of(block["due"])
        values = columns | {"due": np.where(block["due"].is_null().to_numpy(), NEVER, due - self._start)}
        at_station = columns["station"] >= 0
        kind = codes_of(block["kind"])
        for name in _SUREST:
            self._tell(name, kind, columns[name], slot, eligible)
        for stem, rows, _ in Stages.of(block, eligible).groups():
            stage = self._stage(stem)
            odd = at_station[rows] if stem.entry.station_stem is None else np.zeros(len(rows), np.bool_)
            won = rows[stage.add(slot[rows], stamp[rows], since[rows], odd)]
            for name in set(stem.entry.attributes) & set(ATTRIBUTES):
                stage.keep(name, slot[won], values[name][won])

    def _slots(self, person: Ints) -> Ints:
        """The slot of each row's person, -1 for nobody."""
        if not len(self._persons):
            return np.full(len(person), -1, np.int64)
        if self._persons[-1] >= _TABLE_LIMIT:
            return np.where(person < 0, -1, np.searchsorted(self._persons, person))
        if self._table is None:
            self._table = np.full(int(self._persons[-1]) + 2, -1, np.int32)  # the last entry is for nobody
            self._table[self._persons] = np.arange(len(self._persons), dtype=np.int32)
        return self._table[person].astype(np.int64)

    def _stage(self, stem: Stem) -> _Stage:
        if stem not in self._stages:
            self._stages[stem] = _Stage(stem, len(self.person), self._apart)
        return self._stages[stem]

    def _tell(self, name: str, kind: Ints, codes: Codes, slot: Ints, eligible: Bools) -> None:
        """Keep the place or unit that a person's first telling row names, or better the first of the surest kind."""
        own, sure = self._own[name], self._sure[name]
        rows = np.flatnonzero(eligible & (codes >= 0) & _TELLING[name][kind])
        for grade, part in ((1, rows), (2, rows[kind[rows] == _SUREST[name]])):
            new = part[sure[slot[part]] < grade][::-1]  # backwards, so that the first row of a person stays
            own[slot[new]] = codes[new]
            sure[slot[new]] = grade

    def repeats(self) -> tuple[int, int]:
        """Rows of stages that do not stand in the cells: at the same instant as the one that does, at another."""
        found = [stage.repeats() for stage in self._stages.values()]
        return sum(same for same, _ in found), sum(other for _, other in found)

    # --- the cells ----------------------------------------------------------------------------------------

    @property
    def frame(self) -> pl.DataFrame:
        """All of them as a table."""
        columns = [pl.Series("run", [self.run], dtype=pl.UInt32).new_from_index(0, len(self.person))]
        columns.append(pl.Series("person", self.person, dtype=pl.UInt32))
        for name in self.columns[2:]:
            if self._is_time(name):
                times = pl.Series(name, self.times(name))
                columns.append(times.set(times >= NEVER, None))
            else:
                codes, names = self._named(name)
                words = pl.Series(name, [*names, None], dtype=pl.Categorical)
                columns.append(words.gather(np.where(codes < 0, len(names), codes)))
        return pl.DataFrame(columns)

    def times(self, name: str) -> Ints:
        """A column of times, `NEVER` for null."""
        stem, part = self._cells[name]
        stage = self._stages.get(stem)
        found = None if stage is None else stage.times if part == "ms" else stage.attributes.get(part)
        return (
            np.broadcast_to(np.int64(NEVER), len(self.person)) if found is None else found.astype(np.int64, copy=False)
        )

    def coded(self, name: str) -> Coded:
        """A column of names: those that occur, sorted."""
        return numbered(*self._named(name))

    def codes_in(self, name: str, order: Sequence[str]) -> Codes:
        """A column of names as codes of the given order."""
        return renumbered(*self._named(name), order)

    def filled(self, name: str) -> int:
        """How many cells of a column are not null."""
        if self._is_time(name):
            return int((self.times(name) < NEVER).sum())
        return int((self._named(name)[0] >= 0).sum())

    def _is_time(self, name: str) -> bool:
        return name in self._cells and self._cells[name][1] in ("ms", "due")

    def _named(self, name: str) -> tuple[Codes, list[str]]:
        """A column of names as codes, and what they stand for."""
        if name in self._own:
            return self._own[name], self._words[name].names
        stem, part = self._cells[name]
        stage = self._stages.get(stem)
        codes = stage.attributes.get(part) if stage is not None else None
        blank = np.broadcast_to(np.int32(-1), len(self.person))
        return blank if codes is None else codes.astype(np.int32, copy=False), self._words[part].names

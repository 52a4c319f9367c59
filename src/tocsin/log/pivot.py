"""The workings of the pivot: which rows belong to which person and stage, and which of them are canonical.

Arrays only, no judgement: `journeys.py` says what is done with them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from tocsin.log.kinds import KIND_NAMES, KIND_OF, KINDS
from tocsin.log.stems import Stem, stem_name

__all__ = [
    "Bools",
    "Persons",
    "Rows",
    "Stages",
    "by_key",
    "codes_of",
    "distinct",
    "earliest",
    "gather",
    "own_rows",
    "picked",
    "plain_rows",
    "take",
]

Rows = npt.NDArray[np.int64]
"""Row numbers (or codes) ; -1 for none."""
Bools = npt.NDArray[np.bool_]

_TABLE_LIMIT: Final = 1 << 26
_TABLE_SHARE: Final = 16
"""Above so many cells, or so many for each value, distinct values are found by sorting, not by a lookup table."""


def codes_of(column: pl.Series) -> Rows:
    """Give the physical values of a column as int64, -1 where null; equal codes are equal values."""
    physical = column.to_physical()
    if physical.null_count() == len(physical):
        return np.full(len(physical), -1, np.int64)
    whole = physical.cast(pl.Int64)
    return np.asarray((whole.fill_null(-1) if whole.null_count() else whole).to_numpy(), dtype=np.int64)


def take(column: pl.Series, rows: Rows) -> pl.Series:
    """Gather a column at row numbers; null where the number is -1."""
    return gather(column, picked(rows))


def picked(rows: Rows) -> pl.Series:
    """Make row numbers an index that several columns are gathered by; -1 becomes null."""
    wanted = pl.Series(rows, dtype=pl.Int64)
    return wanted.set(wanted < 0, None)


def gather(column: pl.Series, index: pl.Series) -> pl.Series:
    """Gather a column by an index; null where the index is."""
    if column.null_count() == column.len():
        return pl.Series(column.name, [None], dtype=column.dtype).new_from_index(0, index.len())
    return column.gather(index)


def distinct(values: Rows) -> tuple[Rows, Rows]:
    """Give the distinct values in order, and for each element the index of its own; values are ≥ 0."""
    top = int(values.max(initial=-1)) + 1
    if len(values) and int(values.min()) == top - 1:
        return values[:1], np.zeros(len(values), np.int64)
    if top > min(_TABLE_LIMIT, _TABLE_SHARE * (len(values) + 4096)):
        found, index = np.unique(values, return_inverse=True)
        return found, index.astype(np.int64)
    there = np.zeros(top, dtype=bool)
    there[values] = True
    found = np.flatnonzero(there)
    if len(found) == top:
        return found, values
    place = np.cumsum(there, dtype=np.int64) - 1
    return found, place[values]


def by_key(keys: Rows) -> Rows | None:
    """Give row numbers in the order of their keys, where each key stands once and keys are dense; else None."""
    top = int(keys.max(initial=-1)) + 1
    if top > min(_TABLE_LIMIT, _TABLE_SHARE * (len(keys) + 4096)):
        return None
    row = np.full(top, -1, np.int64)
    row[keys] = np.arange(len(keys))
    rows = row[row >= 0]
    return rows if len(rows) == len(keys) else None


@dataclass(frozen=True, slots=True)
class Persons:
    """The (run, person) pairs of a log, in order.

    Attributes:
        slot: For each row of the log the index of its pair, -1 for rows without a person.
        run: For each pair the run, UInt32.
        person: For each pair the person, UInt32.
    """

    slot: Rows
    run: pl.Series
    person: pl.Series

    @property
    def count(self) -> int:
        """How many pairs there are."""
        return self.run.len()

    @classmethod
    def of(cls, frame: pl.DataFrame) -> Persons:
        """Find the pairs of a log's frame."""
        person = codes_of(frame["person"])
        there = slice(None) if frame["person"].null_count() == 0 else person >= 0
        runs, run_index = distinct(codes_of(frame["run"])[there])
        width = int(person.max(initial=0)) + 1
        pairs, index = distinct(run_index * width + person[there] if len(runs) > 1 else person[there])
        slot = np.full(frame.height, -1, dtype=np.int64)
        slot[there] = index
        return cls(
            slot,
            pl.Series("run", runs[pairs // width]).cast(pl.UInt32),
            pl.Series("person", pairs % width).cast(pl.UInt32),
        )


@dataclass(frozen=True, slots=True)
class Stages:
    """The rows that belong to a stage of a person's journey, sorted by stage.

    Attributes:
        stems: The stages, in the order of their first rows.
        rows: All row numbers, those of one stage together and in the order of the log.
        exact: For each of them whether `station` and `visit` are as the stem writes them.
        starts: Where each stage begins in `rows`; one more at the end.
    """

    stems: list[Stem]
    rows: Rows
    exact: Bools
    starts: Rows

    def groups(self) -> Iterator[tuple[Stem, Rows, Bools]]:
        """Go through the stages: the stem, its rows, and their exactness."""
        for index, stem in enumerate(self.stems):
            part = slice(int(self.starts[index]), int(self.starts[index + 1]))
            yield stem, self.rows[part], self.exact[part]

    @classmethod
    def of(cls, frame: pl.DataFrame, eligible: Bools) -> Stages:
        """Sort the eligible rows (those of persons, and true) by stage."""
        rows = np.flatnonzero(eligible).astype(np.int64)
        codes = (codes_of(frame[name]) for name in ("kind", "station", "visit"))
        kind, station, visit = (code if len(rows) == len(code) else code[rows] for code in codes)
        stations, at = distinct(station + 1)
        visits, nth = distinct(visit + 1)
        combos, combo = distinct((kind * max(len(stations), 1) + at) * max(len(visits), 1) + nth)
        first = np.full(len(combos), frame.height, dtype=np.int64)
        first[combo[::-1]] = rows[::-1]
        names = take(frame["station"], first).cast(pl.String).to_list()
        stems, stem_of, exact_of = _stems_of_combos(
            [KIND_NAMES[int(kind_)] for kind_ in combos // max(len(stations) * len(visits), 1)],
            names,
            [int(visits[int(v)]) - 1 for v in combos % max(len(visits), 1)],
            first,
        )
        stage = stem_of[combo]
        if (stem_of < 0).any():
            rows, combo, stage = rows[stage >= 0], combo[stage >= 0], stage[stage >= 0]
        # Radix sort: stable, and quick for 16-bit keys.
        order = np.argsort(stage.astype(np.uint16 if len(stems) < 65_536 else np.int64), kind="stable")
        counts = np.bincount(stage, minlength=len(stems))
        starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        return cls(stems, rows[order], exact_of[combo[order]], starts)


def _stems_of_combos(
    kinds: list[str], stations: list[str | None], visits: list[int], first: Rows
) -> tuple[list[Stem], Rows, Bools]:
    """Name each combination's stage: its index among the stems (-1 for none), and whether it is exact."""
    found: dict[Stem, int] = {}
    stem_of = np.full(len(kinds), -1, dtype=np.int64)
    exact = np.zeros(len(kinds), dtype=bool)
    for combo in np.argsort(first, kind="stable"):
        kind, station, visit = kinds[combo], stations[combo], visits[combo]
        entry = KIND_OF[kind]
        here = station if entry.station_stem else None
        stem = Stem(kind, here, max(visit, 1))
        if stem_name(stem.kind, stem.station, stem.visit) is None:
            continue
        stem_of[combo] = found.setdefault(stem, len(found))
        same_station = station == here or "station" in entry.attributes
        exact[combo] = same_station and visit == (-1 if stem.written_visit is None else stem.written_visit)
    return list(found), stem_of, exact


def own_rows(frame: pl.DataFrame, column: str, eligible: Bools, persons: Persons) -> Rows:
    """Find for each person the row that tells their own place or unit, -1 for none.

    The place is where they arrived, the unit the one that they joined; without such a row, the first that
    tells one.

    Args:
        frame: The log's frame.
        column: `place` or `unit`.
        eligible: The rows to look at.
        persons: The persons.

    Returns:
        A row number for each person.
    """
    if frame[column].null_count() == frame.height:
        return np.full(persons.count, -1, dtype=np.int64)
    telling = np.array([column in kind.carries or kind.station_stem is not None for kind in KINDS])
    surest = KIND_NAMES.index("arrived" if column == "place" else "joined")
    kind = codes_of(frame["kind"])
    rows = np.flatnonzero(eligible & (codes_of(frame[column]) >= 0) & telling[kind])
    own = np.full(persons.count, -1, dtype=np.int64)
    for part in (rows, rows[kind[rows] == surest]):
        # Backwards, so that the first row of a person is the one that stays.
        own[persons.slot[part[::-1]]] = part[::-1]
    return own


def earliest(rows: Rows, stamps: Rows, persons: Persons) -> Rows:
    """Of each person's rows of one stage, keep the earliest; at a tie the one written first."""
    slots = persons.slot[rows]
    seen = np.zeros(persons.count, dtype=bool)
    seen[slots] = True
    if int(seen.sum()) == len(rows):
        return rows
    order = np.lexsort((rows, stamps[rows], slots))
    ordered = slots[order]
    is_first = np.ones(len(order), dtype=bool)
    is_first[1:] = ordered[1:] != ordered[:-1]
    return rows[order[is_first]]


def plain_rows(frame: pl.DataFrame, writer: str) -> Bools:
    """Mark the rows of one writer with one time and none of the columns that no stage keeps."""
    never = ("to", "amount", "amount_most", "corrects", "origin", "grade", "scope")
    # Column by column: one query for all of them costs twenty times as much.
    plain = frame["writer"] == writer
    for name in ("happened_until", "known"):
        plain &= frame["happened"] == frame[name]
    for name in never:
        if frame[name].null_count() < frame.height:
            plain &= frame[name].is_null()
    return np.asarray(plain.to_numpy(), dtype=bool)

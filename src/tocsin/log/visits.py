"""Visits: the n-th time that somebody comes to a station; and waits that follow from one visit to the next.

Logs of other tools often hold services alone. A mapping that says `queued = "since the last end"` assumes that people
join the next queue when all their services so far have ended; each such row says so in its `origin`. Of a first service
nothing is assumed: nobody knows since when the person was there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tocsin.log.pivot import by_key, codes_of, distinct

__all__ = ["IMPLIED", "SINCE_LAST_END", "numbered", "queued_rows", "visits_of"]

SINCE_LAST_END: Final = "since the last end"
"""What a mapping says to have waits assumed."""
IMPLIED: Final = "assumed: since the last end"
"""The origin of an assumed row."""

_FEW: Final = 4096
"""Up to so many numbers those that do not occur are left out."""
_ENDS: Final = ("began", "ended")
Ints = NDArray[np.int64]


def visits_of(rows: pl.DataFrame) -> tuple[pl.Series, Ints]:
    """Count a person's visits to a station by time; a scan repeated at one moment is one visit.

    Args:
        rows: Rows with `happened`, and what there is of `run`, `person`, `place`, `kind` and `station`.

    Returns:
        The visit of each row, from 1, null without a station; and the rows that agree with another one in all these
        columns, rising: among them are all that repeat another one in everything.
    """
    group = numbered(rows, [name for name in ("run", "person", "place", "kind", "station") if name in rows.columns])
    visit, alike = np.ones(rows.height, np.int64), np.empty(0, np.int64)
    if by_key(group) is None:
        visit, alike = _counted(group, _integers(rows["happened"]))
    at_station = (
        rows["station"].is_not_null() if "station" in rows.columns else pl.repeat(False, rows.height, eager=True)
    )
    counted = pl.Series("visit", visit)
    return counted if at_station.all() else counted.set(~at_station, None), alike


def _counted(group: Ints, time: Ints) -> tuple[Ints, Ints]:
    """The number of each row's moment in its group, from 1; and the rows that share group and moment."""
    order = _ordered(group, time)
    same, now = (np.concatenate(([False], key[order][1:] == key[order][:-1])) for key in (group, time))
    steps = np.cumsum(same & ~now)
    first = np.flatnonzero(~same)
    visit = np.empty(len(order), np.int64)
    visit[order] = steps - np.repeat(steps[first], np.diff(np.append(first, len(order)))) + 1
    again = np.flatnonzero(same & now)
    return visit, np.unique(np.concatenate([order[again], order[again - 1]]))


def queued_rows(rows: pl.DataFrame) -> pl.DataFrame:
    """Give a row of `queued` for each service that a person had after another one.

    Args:
        rows: Rows with the columns of a log.

    Returns:
        Such rows without numbers, by person and time; the same columns as `rows`.
    """
    row, start, end = _services(rows)
    person = numbered(rows.select("run", "person")[row], ["run", "person"])
    order = _ordered(person, start, end)
    person, start, end, row = person[order], start[order], end[order], row[order]
    # Ends count from the first moment of all, and each person's stand above those of the person before.
    low = int(start.min(initial=0))
    span = int(end.max(initial=0)) - low + 1
    rank = np.cumsum(np.concatenate(([0], person[1:] != person[:-1]))) if len(person) else person
    so_far = np.maximum.accumulate(end - low + rank * span) - rank * span + low
    again = np.flatnonzero(np.concatenate(([False], person[1:] == person[:-1])))
    since = pl.Series(np.minimum(so_far[again - 1], start[again])).cast(rows.schema["happened"])
    told = {"happened": since, "happened_until": since, "known": since, "kind": "queued", "by": None, "origin": IMPLIED}
    index = pl.Series(row[again])
    return pl.DataFrame([_repeated(rows[name], index, told) for name in rows.columns])


def _services(rows: pl.DataFrame) -> tuple[Ints, Ints, Ints]:
    """The services of persons at stations: their first row, when they began, and ended, if they did."""
    of_person = (rows["person"].is_not_null() & rows["station"].is_not_null()).to_numpy()
    began, ended = (np.flatnonzero(of_person & (rows["kind"] == f"service_{what}").to_numpy()) for what in _ENDS)
    key, time = numbered(rows, ["run", "person", "station", "visit"]), _integers(rows["happened"])
    began, ended = (_first(which, key, time) for which in (began, ended))
    start = time[began]
    end = start.copy()
    if np.array_equal(key[ended], key[began]):
        end = np.maximum(start, time[ended])
    elif len(ended):
        where = np.minimum(np.searchsorted(key[ended], key[began]), len(ended) - 1)
        found = key[ended[where]] == key[began]
        end[found] = np.maximum(start[found], time[ended[where[found]]])
    return began, start, end


def _repeated(cells: pl.Series, index: pl.Series, told: Mapping[str, object]) -> pl.Series:
    """The cells of some rows, or what is told instead of them."""
    value = told.get(cells.name)
    if isinstance(value, pl.Series):
        return value.alias(cells.name)
    if cells.name in told or cells.null_count() == cells.len():
        return pl.Series(cells.name, [value], dtype=cells.dtype).new_from_index(0, index.len())
    return cells.gather(index)


def _first(which: Ints, key: Ints, time: Ints) -> Ints:
    """Of the rows of each key the earliest, at a tie the one written first; by key."""
    if (sole := by_key(key[which])) is not None:
        return which[sole]
    order = which[_ordered(key[which], time[which])]
    return order[np.concatenate(([True], key[order][1:] != key[order][:-1]))] if len(order) else order


def _ordered(first: Ints, *then: Ints) -> Ints:
    """Sort rows by several keys, ties in the order of the rows: as `np.lexsort`, quicker where two keys suffice.

    Two keys that fit into one number are sorted as one; only if rows agree in both are they looked at further.
    """
    if len(first):
        low, most = int(then[0].min()), int(then[0].max())
        span = most - low + 1
        if (int(first.max()) + 1) * span < 1 << 63:
            packed = first * span + (then[0] - low)
            order = np.argsort(packed)
            ordered = packed[order]
            if not (ordered[1:] == ordered[:-1]).any():
                return order
    return np.lexsort((*then[::-1], first))


def _integers(values: pl.Series) -> Ints:
    """Numbers that stand for values; null is -1."""
    return codes_of(values.cast(pl.Categorical) if values.dtype == pl.String else values)


def numbered(rows: pl.DataFrame, names: list[str]) -> Ints:
    """One number for each combination of the cells of some columns, in their order."""
    number: NDArray[Any] = np.zeros(rows.height, np.int64)
    size = 1
    for name in names:
        cells = _integers(rows[name])
        low, most = (int(cells.min()), int(cells.max())) if len(cells) else (0, 0)
        if low == most:
            continue
        cells = cells - low if low else cells
        wide = most - low + 1
        if wide < _FEW:
            found, cells = distinct(cells)
            wide = len(found)
        if size * wide >= 1 << 62:
            number = np.unique(number, return_inverse=True)[1].astype(np.int64)
            size = int(number.max(initial=0)) + 1
        number, size = cells if size == 1 else number * wide + cells, size * wide
    return number

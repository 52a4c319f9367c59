"""Visits: the n-th time that somebody comes to a station; and waits that follow from one visit to the next.

Logs of other tools often hold services alone. A mapping that says `queued = "since the last end"` assumes that people
join the next queue when all their services so far have ended; each such row says so in its `origin`. Of a first service
nothing is assumed: nobody knows since when the person was there.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

__all__ = ["IMPLIED", "SINCE_LAST_END", "queued_rows", "visits_of"]

SINCE_LAST_END: Final = "since the last end"
"""What a mapping says to have waits assumed."""
IMPLIED: Final = "assumed: since the last end"
"""The origin of an assumed row."""

Ints = NDArray[np.int64]


def visits_of(rows: pl.DataFrame) -> pl.Series:
    """Count a person's visits to a station by time; a scan repeated at one moment is one visit.

    Args:
        rows: Rows with `happened`, `station`, and what there is of `run`, `person`, `place` and `kind`.

    Returns:
        The visit of each row, from 1; null without a station.
    """
    group = _numbered(rows, [name for name in ("run", "person", "place", "kind", "station") if name in rows.columns])
    time = _integers(rows["happened"])
    order = np.lexsort((time, group))
    same = np.concatenate(([False], group[order][1:] == group[order][:-1]))
    later = np.concatenate(([False], time[order][1:] != time[order][:-1]))
    steps = np.cumsum(same & later)
    first = np.flatnonzero(~same)
    base = np.repeat(steps[first], np.diff(np.append(first, len(order))))
    visit = np.empty(len(order), np.int64)
    visit[order] = steps - base + 1
    return pl.Series("visit", visit).set(rows["station"].is_null(), None)


def queued_rows(rows: pl.DataFrame) -> pl.DataFrame:
    """Give a row of `queued` for each service that a person had after another one.

    Args:
        rows: Rows with the columns of a log.

    Returns:
        Such rows without numbers, by person and time; the same columns as `rows`.
    """
    mine = rows.with_row_index("_row").filter(
        pl.col("kind").is_in(["service_began", "service_ended"])
        & pl.col("person").is_not_null()
        & pl.col("station").is_not_null()
    )
    key = _numbered(mine, ["run", "person", "station", "visit"])
    began = np.asarray((mine["kind"] == "service_began").to_numpy(), np.bool_)
    time = _integers(mine["happened"])
    row, start, key_of = _first(np.flatnonzero(began), key, time)
    _, ended, done = _first(np.flatnonzero(~began), key, time)
    end = start.copy()
    if len(done):
        where = np.minimum(np.searchsorted(done, key_of), len(done) - 1)
        found = done[where] == key_of
        end[found] = np.maximum(start[found], ended[where[found]])
    person = _numbered(mine, ["run", "person"])[row]
    order = np.lexsort((end, start, person))
    person, start, end, row = person[order], start[order], end[order], row[order]
    # Ends count from the first moment of all, and each person's stand above those of the person before.
    low = int(start.min(initial=0))
    span = int(end.max(initial=0)) - low + 1
    rank = np.cumsum(np.concatenate(([0], person[1:] != person[:-1]))) if len(person) else person
    so_far = np.maximum.accumulate(end - low + rank * span) - rank * span + low
    again = np.flatnonzero(np.concatenate(([False], person[1:] == person[:-1])))
    since = pl.Series(np.minimum(so_far[again - 1], start[again])).cast(rows.schema["happened"])
    chosen = mine[row[again]].select(rows.columns)
    return chosen.with_columns(
        since.alias("happened"),
        since.alias("happened_until"),
        since.alias("known"),
        pl.lit("queued").cast(rows.schema["kind"]).alias("kind"),
        pl.lit(None).cast(rows.schema["by"]).alias("by"),
        pl.lit(IMPLIED).alias("origin"),
    )


def _first(which: Ints, key: Ints, time: Ints) -> tuple[Ints, Ints, Ints]:
    """Of the rows of each key the earliest, by key: row, time, key."""
    order = which[np.lexsort((time[which], key[which]))]
    kept = order[np.concatenate(([True], key[order][1:] != key[order][:-1]))] if len(order) else order
    return kept, time[kept], key[kept]


def _integers(values: pl.Series) -> Ints:
    """Numbers that stand for values; null is -1."""
    if values.dtype == pl.String:
        values = values.cast(pl.Categorical)
    return np.asarray(values.to_physical().cast(pl.Int64).fill_null(-1).to_numpy(), np.int64)


def _numbered(rows: pl.DataFrame, names: list[str]) -> Ints:
    """One number for each combination of the cells of some columns, in their order."""
    number: NDArray[Any] = np.zeros(rows.height, np.int64)
    size = 1
    for name in names:
        cells = _integers(rows[name]) + 1
        wide = int(cells.max(initial=0)) + 1
        if size * wide >= 1 << 62:
            number = np.unique(number, return_inverse=True)[1].astype(np.int64)
            size = int(number.max(initial=0)) + 1
        number, size = number * wide + cells, size * wide
    return number

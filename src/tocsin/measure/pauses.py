"""Services that stood still: from being interrupted (a server broke down, a higher class came) to going on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tocsin.log.stems import stem_name
from tocsin.measure.quantiles import NEVER
from tocsin.measure.view import View

__all__ = ["Pauses", "pauses_of"]

Ints = NDArray[np.int64]
_KEY = ["person", "station", "visit"]


@dataclass(frozen=True)
class Pauses:
    """Interruptions at one station; arrays of shape (pauses,), times in ms since t0.

    Attributes:
        person: Index of the person in the run's journeys.
        visit: Which visit of theirs.
        since: When the service stopped.
        until: When it went on; if it never did, its end, or the cut.
    """

    person: Ints
    visit: Ints
    since: Ints
    until: Ints


def pauses_of(view: View, station: str) -> Pauses | None:
    """The interruptions at a station; None if there were none."""
    stopped = view.rows("service_interrupted")
    if stopped.is_empty():
        return None
    if "pauses" not in view.memory:
        view.memory["pauses"] = _paired(view, stopped)
    table: pl.DataFrame = view.memory["pauses"]
    mine = table.filter(pl.col("station") == station)
    if mine.is_empty():
        return None
    person, visit, since, until = (mine[name].to_numpy() for name in ("index", "visit", "at_ms", "until"))
    until = np.where(until >= NEVER, _ends(view, station, person, visit), until)
    return Pauses(person, visit, since, np.maximum(np.minimum(until, view.cut_ms), since))


def _paired(view: View, stopped: pl.DataFrame) -> pl.DataFrame:
    """Each interruption with the row that follows it for the same person, station and visit."""
    both = pl.concat([stopped, view.rows("service_resumed")]).select(
        pl.col("person").cast(pl.Int64),
        pl.col("station").cast(pl.String),
        pl.col("visit").cast(pl.Int64).fill_null(1),
        "at_ms",
        (pl.col("kind") == "service_resumed").alias("resumed"),
    )
    ordered = both.sort(*_KEY, "at_ms", "resumed").with_columns(
        pl.when(pl.col("resumed").shift(-1).over(_KEY))
        .then(pl.col("at_ms").shift(-1).over(_KEY))
        .otherwise(NEVER)
        .alias("until")
    )
    people = pl.DataFrame({"person": view.cells.person}).with_row_index("index")
    return ordered.filter(~pl.col("resumed")).join(people, on="person").with_columns(pl.col("index").cast(pl.Int64))


def _ends(view: View, station: str, person: Ints, visit: Ints) -> Ints:
    """When the services of some visits ended, `NEVER` if they did not."""
    found = np.full(len(person), NEVER, np.int64)
    for one in np.unique(visit).tolist():
        mine = visit == one
        found[mine] = view.ms(stem_name("service_ended", station, one) or "")[person[mine]]
    return found

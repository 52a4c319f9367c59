"""What became of each person's summons: arrival, an outcome that competes with it, or still on the way.

Arrival wins over everything said before it: somebody who refused and came, came. Of the outcomes that
compete, the earliest counts; at one instant the order of `CAUSES`.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tocsin.measure.quantiles import NEVER
from tocsin.measure.view import View

__all__ = ["ARRIVED", "CAUSES", "CENSORED", "outcome", "reached"]

Ints = NDArray[np.int64]
CENSORED: Final = 0
ARRIVED: Final = 1
CAUSES: Final = {
    1: "arrived",
    2: "excused",
    3: "refused",
    4: "unreachable",
    5: "stood down",
    6: "absent",
}
"""Numbers and names of the outcomes; 0 is censored: still on the way when an open log was cut."""


def outcome(view: View) -> tuple[Ints, NDArray[np.int64]]:
    """When the outcome of each person came (ms since t0) and which it was. Two arrays of shape (people,)."""
    if "outcome" not in view.memory:
        view.memory["outcome"] = _outcome(view)
    found: tuple[Ints, NDArray[np.int64]] = view.memory["outcome"]
    return found


def _outcome(view: View) -> tuple[Ints, NDArray[np.int64]]:
    competing = (_excused(view), view.ms("refused"), _unreachable(view), _stood_down(view), _absent(view))
    when, cause = np.full(view.people, NEVER, np.int64), np.zeros(view.people, np.int64)
    for number, times in enumerate(competing, start=ARRIVED + 1):
        earlier = times < when
        np.minimum(when, times, out=when)
        cause[earlier] = number
    arrived = view.has("arrived")
    cause[arrived] = ARRIVED
    np.copyto(when, view.ms("arrived"), where=arrived)
    silent = when >= NEVER
    cause[silent], when[silent] = CENSORED, view.cut_ms
    return when, cause


def reached(view: View) -> NDArray[np.bool_]:
    """Who got the summons by any channel. Shape (people,)."""
    return view.has("delivered")


def _excused(view: View) -> Ints:
    """Excused by the authority or released: before arrival both mean that the person need not come."""
    return np.minimum(view.ms("excused"), view.ms("released"))


def _unreachable(view: View) -> Ints:
    """The last failed attempt of those who were never reached and whose attempts have all failed."""
    who = np.flatnonzero(~view.has("delivered") & ~view.has("acknowledged"))
    failed, tried = _last(view, "undelivered", who), _last(view, "summoned", who)
    out = np.full(view.people, NEVER, dtype=np.int64)
    out[who] = np.where((failed >= 0) & (failed >= tried), failed, NEVER)
    return out


def _last(view: View, kind: str, who: Ints) -> Ints:
    """The time of the last visit of a kind for some people; -1 if there is none."""
    last = np.full(len(who), -1, dtype=np.int64)
    for stem in view.visits_of(kind):
        times = view.ms(stem)[who]
        np.maximum(last, np.where(times < NEVER, times, -1), out=last)
    return last


def _stood_down(view: View) -> Ints:
    """The person's own row, or that of their unit."""
    own = view.ms("stood_down")
    rows = view.rows("stood_down").filter(pl.col("person").is_null() & pl.col("unit").is_not_null())
    if rows.is_empty():
        return own
    codes, names = view.codes("unit")
    by_unit = np.full(len(names) + 1, NEVER, dtype=np.int64)  # the last one is for people without a unit
    for unit, at in zip(rows["unit"].cast(pl.String).to_list(), rows["at_ms"].to_list(), strict=True):
        if unit in names:
            by_unit[names.index(unit)] = min(by_unit[names.index(unit)], at)
    return np.minimum(own, by_unit[codes])


def _absent(view: View) -> Ints:
    """Silence at a closed exercise is absence at the closing, whether or not a row says so."""
    own = view.ms("absent")
    return own if view.closed_ms is None else np.minimum(own, view.closed_ms)

"""C5: how far is the picture that superiors have from the truth, and how old is it?

A superior believes, of those who report to it, the report that was counted last among those that have come. It is held
against who had joined by then, by the log; a headquarters stands for all units under it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tocsin.measure.orders import told_ms
from tocsin.measure.quantiles import NEVER, rank_of, shares_of
from tocsin.measure.rows import Rows
from tocsin.measure.units import fill_of
from tocsin.measure.view import MINUTE_MS, View

__all__ = ["picture_lag"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
_OF = "posts of those who report"


@dataclass(frozen=True)
class _Picture:
    """What is believed of each reporter at each check time; arrays of shape (reporters, check times).

    Attributes:
        reporters: Units and headquarters.
        strength: What was reported; 0 where nothing has come yet.
        known: Whether a report has come.
        age: How old it is, ms.
    """

    reporters: list[str]
    strength: Ints
    known: Bools
    age: Ints


def picture_lag(view: View, rows: Rows) -> None:
    """C5: every 15 minutes, strength reported against strength in the log, and the age of the last report."""
    reports = _reports(view) if "strength_reported" in view.told else None
    if reports is None or reports.is_empty():
        rows.missing("C5", "picture error", "share", "rows of strength_reported", of=_OF)
        return
    picture = _picture(view, reports)
    _ages(rows, picture)
    fill = fill_of(view)
    if fill is None:
        rows.missing("C5", "picture error", "share", "the plan's posts", of=_OF)
        return
    posts = dict(zip(fill.names, fill.posts.tolist(), strict=True))
    _errors(view, rows, picture, posts)


def _reports(view: View) -> pl.DataFrame:
    """Reports: of whom, when counted, when known above, how many."""
    found = view.rows("strength_reported")
    who = pl.coalesce(pl.col("unit").cast(pl.String), pl.col("by").cast(pl.String)).alias("who")
    return found.select(who, told_ms(found), "at_ms", "amount").filter(
        pl.col("who").is_not_null() & pl.col("amount").is_not_null()
    )


def _picture(view: View, reports: pl.DataFrame) -> _Picture:
    names = sorted(reports["who"].unique().to_list())
    shape = (len(names), len(view.grid))
    strength, known, age = np.zeros(shape, np.int64), np.zeros(shape, np.bool_), np.zeros(shape, np.int64)
    for row, name in enumerate(names):
        mine = reports.filter(pl.col("who") == name).sort("told_ms", "at_ms")
        told, counted, amount = (mine[column].to_numpy() for column in ("told_ms", "at_ms", "amount"))
        # A report that overtook one counted later changes nothing: of those that have come, the latest count holds.
        newest = np.maximum.accumulate(counted)
        holds = np.maximum.accumulate(np.where(counted == newest, np.arange(len(counted)), 0))
        last = np.searchsorted(told, view.grid, side="right") - 1
        known[row] = last >= 0
        at = holds[np.maximum(last, 0)]
        strength[row] = np.where(known[row], amount[at], 0)
        age[row] = np.where(known[row], view.grid - counted[at], 0)
    return _Picture(names, strength, known, age)


def _ages(rows: Rows, picture: _Picture) -> None:
    without = 1.0 - picture.known.mean(axis=1)
    n = picture.known.shape[1]
    rows.many(
        "C5",
        "without a report",
        without,
        "share",
        keys=picture.reporters,
        n=[n] * len(picture.reporters),
        of="check times",
    )
    ages = np.sort(picture.age[picture.known])
    for p in (0.5, 0.95):
        value = ages[rank_of(p, len(ages))] / MINUTE_MS if len(ages) else None
        note = "" if len(ages) else "no report came"
        name = f"age of the last report p{p * 100:.0f}"
        rows.add("C5", name, value, "min", n=len(ages), of="check times with a report", note=note)


def _errors(view: View, rows: Rows, picture: _Picture, posts: dict[str, int]) -> None:
    """Errors over time, of all units that report together; and the mean of each reporter's own."""
    under = {name: _units_under(view, name, posts) for name in picture.reporters}
    truth = np.array([sum((_joined(view, unit) for unit in under[name]), _none(view)) for name in picture.reporters])
    size = np.array([sum(posts[unit] for unit in under[name]) for name in picture.reporters], np.int64)
    error = np.abs(picture.strength - truth) * picture.known
    units = np.array([name in posts for name in picture.reporters], np.bool_)
    which = units if units.any() else np.ones(len(units), np.bool_)
    counted = (picture.known * size[:, None])[which].sum(axis=0)
    curve = shares_of(error[which].sum(axis=0), counted)
    notes = ["" if n else "no report had come" for n in counted.tolist()]
    rows.curve("C5", "picture error by 15 min", view.grid, curve, "share", of=_OF, notes=notes)
    whole = shares_of(error[which].sum(), counted.sum())
    rows.add("C5", "picture error", float(whole), "share", n=int(which.sum()), of=_OF, note=_why(float(whole)))
    own = shares_of(error.sum(axis=1), picture.known.sum(axis=1) * size)
    rows.many(
        "C5",
        "picture error",
        own,
        "share",
        keys=picture.reporters,
        n=size,
        of=_OF,
        notes=[_why(value) for value in own.tolist()],
    )


def _why(value: float) -> str:
    return "no report had come" if np.isnan(value) else ""


def _none(view: View) -> Ints:
    return np.zeros(len(view.grid), np.int64)


def _joined(view: View, unit: str) -> Ints:
    """How many had joined a unit by each check time."""
    codes, names = view.codes("unit")
    if unit not in names:
        return _none(view)
    joined = view.ms("joined")[codes == names.index(unit)]
    return np.searchsorted(np.sort(joined[joined < NEVER]), view.grid, side="right")


def _units_under(view: View, name: str, posts: dict[str, int]) -> list[str]:
    """The unit itself, or all units under a headquarters, however far down."""
    if name in posts:
        return [name]
    plan = view.context.plan
    if plan is None:
        return []
    above = {one.name: one.under for one in plan.headquarters}
    found = []
    for unit in plan.units:
        over, seen = unit.headquarters, set[str]()
        while over is not None and over != name and over not in seen:
            seen.add(over)
            over = above.get(over)
        if over == name:
            found.append(unit.name)
    return found

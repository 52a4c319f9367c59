"""L4: who got what they were to be handed, and for how long was there nothing to hand out?

What is handed out is in the log when the service ends, and leaves the stock when the service begins: levels are worked
out with that, from what the plan says there was, what came in, what was lost to shocks and what was taken.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tocsin.log.stems import stem_name
from tocsin.measure.quantiles import NEVER, shares_of
from tocsin.measure.rows import Rows
from tocsin.measure.view import HOUR_MS, View

if TYPE_CHECKING:
    from tocsin.plan.model import Plan
    from tocsin.plan.stations import Stock

__all__ = ["fill_rate"]

Ints = NDArray[np.int64]
KINDS = frozenset(("item_issued", "item_short"))
ITEMS = "rows of item_issued and item_short"
_CAME, _LOST, _TAKEN = range(3)
"""What changes a stock at one instant, in this order."""


def fill_rate(view: View, rows: Rows) -> None:
    """L4: issued of asked at the first visit, demand that was never met, and time out of stock; item by item."""
    plan = view.context.plan
    stocks = () if plan is None else plan.stocks
    if not (view.told & KINDS or (stocks and view.writer == "simulated")):
        rows.missing("L4", "fill rate", "share", ITEMS, of="asked at the first visit")
        return
    asked = _asked(view)
    if asked.is_empty():
        note = "nobody came to be handed anything"
        rows.add("L4", "fill rate", None, "share", n=0, of="asked at the first visit", note=note)
    for keys in (["thing"], ["thing", "place"]):
        _fill_rows(rows, asked, keys)
    if plan is None or not stocks:
        rows.missing("L4", "time out of stock", "h", "the plan's stocks", of="the time until the end")
        return
    _out_of_stock(view, rows, plan, asked.filter("issued"))


def _asked(view: View) -> pl.DataFrame:
    """Every thing that somebody was to be handed: whom, what, where, at which visit, how many, and whether it was."""
    both = [
        view.rows(kind).select(
            pl.col("person").cast(pl.Int64),
            *(pl.col(name).cast(pl.String) for name in ("thing", "place", "station")),
            pl.col("visit").cast(pl.Int64).fill_null(1),
            pl.col("amount").fill_null(1),
            "at_ms",
            pl.lit(kind == "item_issued").alias("issued"),
        )
        for kind in sorted(KINDS)
    ]
    return pl.concat(both)


def _fill_rows(rows: Rows, asked: pl.DataFrame, keys: list[str]) -> None:
    """Fill rate and unmet demand of each item, or of each item at each point."""
    if asked.is_empty():
        return
    asked = asked.drop_nulls(keys)  # what is said of nothing named is of no item
    first = asked.filter(pl.col("visit") == 1)
    amount, got = pl.col("amount"), pl.col("issued")
    rate = first.group_by(keys).agg(amount.sum().alias("asked"), amount.filter(got).sum().alias("got")).sort(keys)
    share = shares_of(rate["got"].to_numpy(), rate["asked"].to_numpy())
    rows.many(
        "L4",
        "fill rate",
        share,
        "share",
        keys=_keys(rate, keys),
        n=rate["asked"].to_list(),
        of="asked at the first visit",
        notes=["" if n else "nobody asked for any" for n in rate["asked"].to_list()],
    )
    later = asked.filter("issued").group_by("person", "thing").agg(pl.col("at_ms").max().alias("last"))
    unmet = asked.join(later, on=["person", "thing"], how="left")
    never = ~got & (pl.col("last").is_null() | (pl.col("last") < pl.col("at_ms")))
    found = unmet.group_by(keys).agg(amount.sum().alias("asked"), amount.filter(never).sum().alias("unmet")).sort(keys)
    rows.many(
        "L4",
        "unserved demand",
        found["unmet"].cast(pl.Float64).to_numpy(),
        "items",
        keys=_keys(found, keys),
        n=found["asked"].to_list(),
        of="asked",
    )


def _keys(table: pl.DataFrame, keys: list[str]) -> list[str]:
    return [" @ ".join(row) for row in table.select(keys).iter_rows()]


# --- levels -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Changes:
    """What changed one stock, in any order; times in ms since t0, amounts below 0 are taken."""

    at_ms: Ints
    amount: Ints
    rank: Ints

    def below(self, level: int, least: int, end: int) -> int:
        """For how long less than `least` was there, from t0 to the end, in ms."""
        order = np.lexsort((self.rank, self.at_ms))
        edges = np.clip(np.concatenate([[0], self.at_ms[order], [end]]), 0, end)
        levels = level + np.concatenate([[0], np.cumsum(self.amount[order])])
        return int(np.diff(edges)[levels < least].sum())


def _out_of_stock(view: View, rows: Rows, plan: Plan, issued: pl.DataFrame) -> None:
    """How long each stock of the plan held less than one person is handed."""
    came = view.rows("resupplied")
    unknown = view.writer != "simulated" and "resupplied" not in view.told
    taken = issued.with_columns(pl.Series("at_ms", _taken_at(view, issued)))
    columns = pl.col("thing", "place").cast(pl.String), pl.col("amount").fill_null(0), "at_ms"
    came, lost = came.select(*columns), view.rows("stock_lost").select(*columns)
    for stock in plan.stocks:
        if unknown and (stock.deliveries or stock.reorder):
            what = "rows of resupplied"
            rows.missing("L4", "time out of stock", "h", what, key=stock.name, of="the time until the end")
            continue
        shared = stock.per == "all"
        for point in [""] if shared else list(stock.points or (point.name for point in plan.points)):
            mine = pl.col("thing") == stock.name
            mine = mine if shared else mine & (pl.col("place") == point)
            changes = _changes(came.filter(mine), lost.filter(mine), taken.filter(mine))
            short = changes.below(stock.amount, _least(plan, stock), view.end_ms)
            key = stock.name if shared else f"{stock.name} @ {point}"
            rows.add("L4", "time out of stock", short / HOUR_MS, "h", key=key, of="the time until the end")


def _changes(came: pl.DataFrame, lost: pl.DataFrame, taken: pl.DataFrame) -> _Changes:
    parts = ((came, 1, _CAME), (lost, -1, _LOST), (taken, -1, _TAKEN))
    return _Changes(
        np.concatenate([part["at_ms"].to_numpy() for part, _, _ in parts]).astype(np.int64),
        np.concatenate([sign * part["amount"].to_numpy() for part, sign, _ in parts]).astype(np.int64),
        np.repeat(np.array([rank for _, _, rank in parts], np.int64), [part.height for part, _, _ in parts]),
    )


def _taken_at(view: View, issued: pl.DataFrame) -> Ints:
    """When each issue left the stock: when the service began, or if the log does not say, when it was handed out."""
    at = issued["at_ms"].to_numpy().astype(np.int64)
    person = view.index_of(issued["person"].fill_null(-1).to_numpy())
    for (station, visit), rows in issued.with_row_index().group_by("station", "visit"):
        stem = None if station is None else stem_name("service_began", str(station), int(str(visit)))
        index = rows["index"].to_numpy()
        index = index[person[index] >= 0]
        began = view.ms(stem or "")[person[index]]
        at[index] = np.where(began < NEVER, np.minimum(began, at[index]), at[index])
    return at


def _least(plan: Plan, stock: Stock) -> int:
    """The least of it that anybody is handed at once."""
    from tocsin.plan.resolve import holders_of  # late: with a plan only

    issues = [issue for _, holder in holders_of(plan) for station in holder.stations for issue in station.issues]
    return min((issue.amount for issue in issues if issue.stock == stock.name), default=1)

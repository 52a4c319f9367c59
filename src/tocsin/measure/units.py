"""A4: how full are the units, and when were they formed?

`Fill` is also what coordination (C1–C3) starts from: the moment at which each unit was ready.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tocsin.measure.quantiles import NEVER
from tocsin.measure.rows import Rows, not_reached, percent
from tocsin.measure.view import GRID_MS, HOUR_MS, View

if TYPE_CHECKING:
    from tocsin.plan.model import Plan

__all__ = ["Fill", "fill_of", "hours_of", "unit_fill"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
WANTED = 0.8
"""The share of posts whose time T80_posts is."""
TRADES = "the list of people with their trades"


@dataclass(frozen=True)
class Fill:
    """Posts and joins of the plan's units; arrays of shape (units,), times in ms since t0, `NEVER` if not
    reached.

    Attributes:
        names: The units in the plan's order.
        posts: How many posts each has.
        called: How many people were called for each.
        filled: How many posts were filled at the end.
        t80: When 80 % of the posts were filled.
        t80_of_all: When 80 % of the posts of all units together were filled.
        critical: Whether it has critical trades.
        t80_critical: When 80 % of the posts of every critical trade were filled; None without the list of
            people.
        weakest: Fill of the critical trade that is filled worst at the end (NaN: none); None without the
            list.
        formed: When it was formed: as logged, else by the plan's shares; None if neither can be told.
        joined: How many joins there were by each point of the grid, of all units, shape (grid,).
    """

    names: list[str]
    posts: Ints
    called: Ints
    filled: Ints
    t80: Ints
    t80_of_all: int
    critical: NDArray[np.bool_]
    t80_critical: Ints | None
    weakest: Floats | None
    formed: Ints | None
    joined: Ints


@dataclass(frozen=True)
class _Trades:
    """The critical trades of all units: one entry a (unit, trade)."""

    unit: Ints
    trade: Ints
    posts: Ints
    share: Floats


def fill_of(view: View) -> Fill | None:
    """Work out the fill of each unit of the plan; None without a plan or without units."""
    plan = view.context.plan
    if plan is None or not plan.units:
        return None
    if "fill" not in view.memory:
        view.memory["fill"] = _fill(view, plan)
    found: Fill = view.memory["fill"]
    return found


def least(share: float, posts: int) -> int:
    """How many posts are at least this share of them; a hair of rounding does not ask for one more."""
    return math.ceil(share * posts - 1e-9)


def _fill(view: View, plan: Plan) -> Fill:
    from tocsin.plan.resolve import formed_at_of, posts_of  # late: with a plan only

    names = [unit.name for unit in plan.units]
    size = len(names)
    posts = np.array([sum(post.posts for post in posts_of(plan, unit)) for unit in plan.units], np.int64)
    unit = _plan_codes(*view.codes("unit"), names)
    joined = np.where(view.has("surplus"), NEVER, view.ms("joined"))
    counts = (unit >= 0) & (joined < NEVER)
    order = _Ordered(unit[counts], joined[counts], size)
    filled = np.minimum(order.count_until(view.end_ms), posts)
    formed = order.kth(
        np.array([least(formed_at_of(plan, u), n) for u, n in zip(plan.units, posts.tolist(), strict=True)])
    )
    trades, by_trade = _critical(view, plan, unit[counts], counts, joined[counts])
    critical = np.zeros(size, np.bool_)
    critical[trades.unit] = True
    t80_critical, weakest = None, None
    if by_trade is not None:
        t80_critical = _latest(by_trade.kth(_least_all(WANTED, trades.posts)), trades.unit, size)
        formed = np.maximum(formed, _latest(by_trade.kth(_least_all(trades.share, trades.posts)), trades.unit, size))
        weakest = np.full(size, np.nan)
        np.fmin.at(weakest, trades.unit, np.minimum(by_trade.count_until(view.end_ms) / trades.posts, 1.0))
    by_plan = None if critical.any() and by_trade is None else formed
    return Fill(
        names,
        posts,
        np.bincount(unit[unit >= 0], minlength=size),
        filled,
        order.kth(_least_all(WANTED, posts)),
        order.kth_of_all(least(WANTED, int(posts.sum())), posts),
        critical,
        t80_critical,
        weakest,
        _formed(view, names, by_plan),
        _counted(joined[counts], len(view.grid)),
    )


def _counted(times: Ints, points: int) -> Ints:
    """How many times there are by each point of the grid; times before the first point count at it."""
    slot = np.clip(-(-times // GRID_MS), 0, points)
    return np.cumsum(np.bincount(slot, minlength=points + 1)[:points])


def _plan_codes(codes: NDArray[np.int32], found: Sequence[str], names: list[str]) -> Ints:
    """Codes of the log's units in the plan's order; -1 for people of no unit or of one that the plan
    lacks."""
    place = {name: i for i, name in enumerate(names)}
    table = np.array([*(place.get(name, -1) for name in found), -1], dtype=np.int64)
    return table[codes]


class _Ordered:
    """Times sorted within groups, for order statistics and counts of all groups at once."""

    def __init__(self, groups: Ints, times: Ints, size: int) -> None:
        self.keys = np.sort((groups << 42) | times)
        self.counts = np.bincount(groups, minlength=size).astype(np.int64)
        self.starts = np.cumsum(self.counts) - self.counts

    def first(self, groups: int) -> _Ordered:
        """The first so many groups."""
        kept = _Ordered.__new__(_Ordered)
        kept.keys, kept.counts, kept.starts = self.keys, self.counts[:groups], self.starts[:groups]
        return kept

    def kth(self, k: Ints) -> Ints:
        """The k-th time (from 1) of each group; `NEVER` if it has fewer; 0 if none is asked for."""
        index = np.clip(self.starts + k - 1, 0, max(len(self.keys) - 1, 0))
        times = self.keys[index] & ((1 << 42) - 1) if len(self.keys) else np.full(len(k), NEVER, np.int64)
        return np.where(k <= 0, 0, np.where(k <= self.counts, times, NEVER))

    def kth_of_all(self, k: int, most: Ints) -> int:
        """The k-th time of all groups together, of which each counts its first `most`; `NEVER` if there are fewer."""
        group = self.keys >> 42
        counted = np.arange(len(self.keys)) - self.starts[group] < most[group]
        times = self.keys[counted] & ((1 << 42) - 1)
        return int(np.partition(times, k - 1)[k - 1]) if 0 < k <= len(times) else NEVER

    def count_until(self, end: int) -> Ints:
        """How many times of each group are at most `end`."""
        groups = np.arange(len(self.counts), dtype=np.int64)
        return np.searchsorted(self.keys, (groups << 42) | max(end, 0), side="right") - self.starts


def _critical(
    view: View, plan: Plan, unit: Ints, counts: NDArray[np.bool_], joined: Ints
) -> tuple[_Trades, _Ordered | None]:
    """The critical trades and the joins of each, or None if the trades of people are not known."""
    from tocsin.plan.resolve import formed_at_of, posts_of  # late: with a plan only

    known = view.person_codes("trade")
    names = known[1] if known is not None else []
    entries = [
        (u, post.trade, post.posts, formed_at_of(plan, one) if post.share is None else post.share)
        for u, one in enumerate(plan.units)
        for post in posts_of(plan, one)
        if post.critical
    ]
    place = {name: i for i, name in enumerate(names)}
    trades = _Trades(
        np.array([e[0] for e in entries], np.int64),
        np.array([place.get(e[1], len(names)) for e in entries], np.int64),
        np.array([e[2] for e in entries], np.int64),
        np.array([e[3] for e in entries], np.float64),
    )
    if known is None:
        return trades, None
    # One group a critical (unit, trade); joins of other trades fall into the last group, which nobody asks for.
    # Column len(names) is for trades that no person has; the one after it is nobody's: there people without a trade
    # (-1) of the next unit fall.
    width = len(names) + 2
    group = np.full(len(plan.units) * width, len(entries), np.int64)
    group[trades.unit * width + trades.trade] = np.arange(len(entries))
    mine = group[unit * width + known[0][counts]]
    ordered = _Ordered(mine, joined, len(entries) + 1)
    return trades, ordered.first(len(entries))


def _least_all(share: Floats | float, posts: Ints) -> Ints:
    return np.ceil(share * posts - 1e-9).astype(np.int64)


def _latest(times: Ints, unit: Ints, size: int) -> Ints:
    """The latest time of each unit's trades; 0 for a unit without critical trades."""
    out = np.zeros(size, np.int64)
    np.maximum.at(out, unit, times)
    return out


def _formed(view: View, names: list[str], by_plan: Ints | None) -> Ints | None:
    """When each unit was formed: its row in the log, else what the plan's shares say."""
    logged = view.rows("unit_formed").group_by(pl.col("unit").cast(pl.String)).agg(pl.col("at_ms").min())
    at = dict(zip(logged["unit"].to_list(), logged["at_ms"].to_list(), strict=True))
    if by_plan is None and not at:
        return None
    computed = np.full(len(names), NEVER, np.int64) if by_plan is None else by_plan
    return np.array([at.get(name, when) for name, when in zip(names, computed.tolist(), strict=True)], np.int64)


def unit_fill(view: View, rows: Rows) -> None:
    """A4: T80 of posts, of critical trades, the moment of being formed, and the fill at the end, unit by
    unit."""
    fill = fill_of(view)
    if fill is None:
        for name, unit in (("T80 of posts", "h"), ("formed", "h"), ("fill at the end", "share")):
            rows.missing("A4", name, unit, "the plan's posts", of="posts")
        return
    share = fill.filled / fill.posts
    total = int(fill.posts.sum())
    rows.add("A4", "posts filled", float(fill.filled.sum()) / total, "share", n=total, of="posts of all units")
    rows.curve("A4", "joined per post", view.grid, fill.joined / total, "share", n=total, of="posts of all units")
    if fill.formed is not None:
        formed = float((fill.formed <= view.end_ms).mean())
        rows.add("A4", "units formed", formed, "share", n=len(fill.names), of="units")
    whole, never = fill.t80_of_all, fill.t80_of_all >= NEVER
    note = not_reached(float(fill.filled.sum()) / total) if never else ""
    value = None if never else whole / HOUR_MS
    rows.add("A4", "T80 of posts", value, "h", n=total, of="posts of all units", note=note)
    _times(rows, "T80 of posts", fill, fill.t80, share)
    _formed_rows(rows, fill, share)
    rows.many("A4", "fill at the end", share, "share", keys=fill.names, n=fill.posts, of="posts")
    _critical_rows(rows, fill)
    rows.many(
        "A4",
        "called per post",
        fill.called / fill.posts,
        "persons",
        keys=fill.names,
        n=fill.posts,
        of="posts",
    )


def hours_of(times: Ints) -> Floats:
    """Milliseconds as hours; NaN for `NEVER`."""
    return np.where(times < NEVER, times / HOUR_MS, np.nan)


def _times(rows: Rows, name: str, fill: Fill, times: Ints, share: Floats) -> None:
    notes = ["" if t < NEVER else not_reached(s) for t, s in zip(times.tolist(), share.tolist(), strict=True)]
    rows.many("A4", name, hours_of(times), "h", keys=fill.names, n=fill.posts, of="posts", notes=notes)


def _formed_rows(rows: Rows, fill: Fill, share: Floats) -> None:
    if fill.formed is None:
        rows.missing("A4", "formed", "h", TRADES, of="posts")
        return
    notes = [
        "" if t < NEVER else f"not complete ({percent(s)} of posts)"
        for t, s in zip(fill.formed.tolist(), share.tolist(), strict=True)
    ]
    rows.many("A4", "formed", hours_of(fill.formed), "h", keys=fill.names, n=fill.posts, of="posts", notes=notes)


def _critical_rows(rows: Rows, fill: Fill) -> None:
    which = np.flatnonzero(fill.critical)
    if not len(which):
        return
    if fill.t80_critical is None or fill.weakest is None:
        rows.missing("A4", "T80 of critical trades", "h", TRADES, of="posts of each critical trade")
        return
    keys = [fill.names[i] for i in which]
    times, weakest = fill.t80_critical[which], fill.weakest[which]
    notes = [
        "" if t < NEVER else not_reached(w, " in the weakest trade")
        for t, w in zip(times.tolist(), weakest.tolist(), strict=True)
    ]
    of = "posts of each critical trade"
    rows.many("A4", "T80 of critical trades", hours_of(times), "h", keys=keys, of=of, notes=notes)
    rows.many("A4", "weakest critical trade at the end", weakest, "share", keys=keys, of=of)

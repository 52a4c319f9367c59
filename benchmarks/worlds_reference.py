"""Summaries of a run computed again the slow way: person by person in plain Python, from the journeys of its log.

It shares nothing with `tocsin.assess.worlds.summaries` but the definitions, and says which of them it knows.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from tocsin.measure import Context, measures
from tocsin.plan import Plan
from tocsin.simulate import Outcome, journeys

__all__ = ["reference"]

H = 3_600_000
Row = Mapping[str, Any]


def reference(outcome: Outcome, plan: Plan, people: pl.DataFrame) -> dict[str, float]:
    """All summaries of a run by name, as `tocsin.assess.worlds` defines them; inf = not reached, nan = none."""
    walks = journeys(outcome)
    home = dict(zip(people["person"].to_list(), people["region"].to_list(), strict=True))
    rows = walks.frame.to_dicts()
    clock = plan.exercise.alert.astimezone(ZoneInfo(plan.exercise.time_zone))
    told = [row for row in rows if _told(row) is not None]
    came = [row for row in rows if row["arrived_ms"] is not None]
    notice = [n for row in told if (n := _notice(row, plan)) > 0]
    stays = [_stay(row) for row in came]
    waits = [_wait(row, plan) for row in came]
    shares = {(m, n): v for m, n, k, v in _measured(walks, plan, people) if not k}
    found = {
        "notice_h_p05": _quantile(notice, 0.05), "notice_h_median": _quantile(notice, 0.5),
        "notice_h_p95": _quantile(notice, 0.95),
        "share_notice_under_12_h": _part(notice, lambda n: n < 12 * H),
        "share_notice_under_24_h": _part(notice, lambda n: n < 24 * H),
        "called_total": sum(1 for row in rows if row["summoned_ms"] is not None),
        "told_total": shares["A1", "delivered"],
        "told_day_most": _busiest([_day(_told(row), clock) for row in told]),
        "telling_h": (max(map(_told, told)) - min(map(_told, told))) / H if told else math.nan,
        "came_total": shares["A1", "arrived"], "share_came": shares["A1", "arrived of delivered"],
        "came_day_most": _busiest([_day(row["arrived_ms"], clock) for row in came]),
        "came_point_day_most": _busiest([(row["place"], _day(row["arrived_ms"], clock)) for row in came]),
        "wait_h_median": _quantile(waits, 0.5), "wait_h_p90": _quantile(waits, 0.9),
        "stay_h_p05": _quantile(stays, 0.05), "stay_h_median": _quantile(stays, 0.5),
        "stay_h_p90": _quantile(stays, 0.9),
        "share_released": shares["A1", "released of arrived"],
        "t80_posts_h": shares.get(("A4", "T80 of posts"), math.nan),
    }  # fmt: skip
    for day in (1, 2, 3, 5, 7):
        found[f"regions_day_{day}"] = _regions(told, home, clock, day, walks.cut_ms)
    return {name: float(value) for name, value in found.items()}


def _measured(walks: Any, plan: Plan, people: pl.DataFrame) -> list[tuple[Any, ...]]:
    frame = measures(walks, Context(plan, people))
    rows = frame.filter(pl.col("measure").is_in(["A1", "A4"])).select("measure", "name", "key", "value").rows()
    return [(m, n, k, math.inf if v is None and n == "T80 of posts" else v) for m, n, k, v in rows]


def _told(row: Row) -> Any:
    times = [row[name] for name in row if name.startswith("delivered") and name.endswith("_ms")]
    return min((time for time in times if time is not None), default=None)


def _notice(row: Row, plan: Plan) -> float:
    after = plan.exercise.deadline.after_delivery_h
    return after * H if after is not None else row["summoned_due"] - _told(row)


def _left(row: Row) -> Any:
    names = ("boarded_ms", "released_ms", "gave_up_ms", "joined_ms", "surplus_ms")
    return next((row[name] for name in names if row.get(name) is not None), None)


def _stay(row: Row) -> float:
    return math.inf if _left(row) is None else _left(row) - row["arrived_ms"]


def _wait(row: Row, plan: Plan) -> float:
    if _left(row) is None:
        return math.inf
    stems = [name.removesuffix("_queued_ms") for name in row if name.endswith("_queued_ms")]
    pairs = [(row[f"{stem}_queued_ms"], row[f"{stem}_began_ms"]) for stem in stems]
    return sum(began - queued for queued, began in pairs if queued is not None and began is not None)


def _day(ms: int, clock: datetime) -> int:
    return ((clock + timedelta(milliseconds=ms)).date() - clock.date()).days + 1


def _regions(told: Sequence[Row], home: Mapping[int, str], clock: datetime, day: int, cut_ms: int) -> float:
    if clock + timedelta(milliseconds=cut_ms) < clock.replace(hour=0, minute=0, second=0) + timedelta(days=day):
        return math.nan
    return len({home[row["person"]] for row in told if _day(_told(row), clock) <= day})


def _quantile(times: Sequence[float], share: float) -> float:
    if not times:
        return math.nan
    return sorted(times)[max(0, math.ceil(share * len(times) - 1e-9) - 1)] / H


def _part(times: Sequence[float], wanted: Callable[[float], bool]) -> float:
    return sum(map(wanted, times)) / len(times) if times else math.nan


def _busiest(keys: Sequence[Any]) -> float:
    return max(Counter(keys).values(), default=0)

"""A1–A3, A5, A7: how quickly do the reserves assemble?

Units (A4) are in `units.py`. Every share names its denominator; people who never come stay in it.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tocsin.measure.incidence import Ranks, Steps, incidence, quantiles_of
from tocsin.measure.outcomes import ARRIVED, CAUSES, CENSORED, outcome, reached
from tocsin.measure.quantiles import NEVER, rank_of
from tocsin.measure.rows import Rows, not_reached
from tocsin.measure.view import HOUR_MS, MINUTE_MS, View

__all__ = [
    "alert_chain",
    "arrival_curve",
    "arrival_times",
    "deadlines",
    "funnel",
    "on_time",
    "reach_row",
]

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
QUANTILES = (0.5, 0.8, 0.95)


def funnel(view: View, rows: Rows) -> None:
    """A1: called, delivered, acknowledged, arrived, released by reason, ready; surplus apart."""
    called = np.ones(view.people, dtype=np.bool_)
    steps = {
        "called": called,
        "delivered": reached(view),
        "acknowledged": view.has("acknowledged"),
        "arrived": view.has("arrived"),
        "released": view.has("arrived") & view.has("released"),
        "ready": view.has("joined"),
        "surplus": view.has("surplus"),
    }
    unknown = {name for name in ("delivered", "acknowledged") if silent_on(view, name)}
    for name, who in steps.items():
        if name in unknown:
            rows.missing("A1", name, "persons", f"rows of {name}", of="called")
            continue
        rows.add("A1", name, int(who.sum()), "persons", of="called", n=view.people)
        if name != "called":
            _share(rows, name, "called", who, called)
    for name, before in _PREVIOUS:
        if not unknown & {name, before}:
            _share(rows, name, before, steps[name], steps[before])
    _released_by_reason(view, rows, steps["released"], steps["arrived"])


_PREVIOUS = (
    ("acknowledged", "delivered"),
    ("arrived", "delivered"),
    ("arrived", "acknowledged"),
    ("released", "arrived"),
    ("ready", "arrived"),
    ("surplus", "arrived"),
)


def _share(rows: Rows, name: str, of: str, who: Bools, among: Bools, key: str = "") -> None:
    n = int(among.sum())
    value = int((who & among).sum()) / n if n else None
    note = "" if n else f"nobody {of}"
    rows.add("A1", f"{name} of {of}", value, "share", key=key, n=n, of=of, note=note)


def _released_by_reason(view: View, rows: Rows, released: Bools, arrived: Bools) -> None:
    codes, found = view.codes("released_reason")
    # The plan's reasons always have a row, so that a run in which nobody had one counts as 0, not as missing.
    for reason in dict.fromkeys([*_planned_reasons(view), *found]):
        who = released & (codes == found.index(reason)) if reason in found else np.zeros(view.people, np.bool_)
        _share(rows, "released", "arrived", who, arrived, key=reason)


def _planned_reasons(view: View) -> list[str]:
    plan = view.context.plan
    if plan is None:
        return []
    from tocsin.plan.resolve import layout_of  # late: with a plan only

    stations = [station for point in plan.points for station in layout_of(plan, point).stations]
    reasons = [release.reason for station in stations for release in station.release]
    return [*reasons, *(request.reason for request in plan.requests if request.when == "gate")]


def arrival_curve(view: View, rows: Rows) -> None:
    """A2: cumulative incidence of arrival every 15 minutes, and the outcomes at the end."""
    _, cause = outcome(view)
    for of, steps in _arrivals(view):
        if steps.n:
            rows.curve("A2", f"arrived of {of}", view.grid, steps.at(view.grid), "share", n=steps.n, of=of)
        else:
            rows.add("A2", f"arrived of {of}", None, "share", n=0, of=of, note=f"nobody {of}")
    if silent_on(view, "delivered"):
        rows.missing("A2", "arrived of reached", "share", "rows of delivered", of="reached")
    end = "at the closing" if view.closed_ms is not None else "at the cut"
    for number, name in {**CAUSES, CENSORED: "still on the way"}.items():
        value = float((cause == number).mean()) if view.people else None
        note = "" if view.people else "nobody called"
        rows.add("A2", f"outcome {end}", value, "share", key=name, n=view.people, of="called", note=note)


def _arrivals(view: View) -> list[tuple[str, Steps]]:
    """The incidence of arrival of each denominator: of those called, and of those reached if the log says who
    was."""
    if "arrivals" not in view.memory:
        when, cause = outcome(view)
        called = incidence(when, cause, of=ARRIVED)
        found = [("called", called)]
        if not silent_on(view, "delivered"):
            who = reached(view)
            # Whoever arrived was reached, as a rule: then it is the same curve of fewer people.
            same = not (cause == CENSORED).any() and not (view.has("arrived") & ~who).any() and who.any()
            of_reached = called.among(int(who.sum())) if same else incidence(when[who], cause[who], of=ARRIVED)
            found.append(("reached", of_reached))
        view.memory["arrivals"] = found
    steps: list[tuple[str, Steps]] = view.memory["arrivals"]
    return steps


_LATER = {
    "summoned": ("delivered", "acknowledged", "arrived"),
    "delivered": ("acknowledged", "refused", "arrived"),
    "acknowledged": ("arrived",),
}


def silent_on(view: View, stage: str) -> bool:
    """Whether the log cannot know a stage: not one row of it, though people came to later stages.

    People may arrive without having acknowledged, so an acknowledgement is unknown only if nobody wrote any
    down.
    """
    known = f"{stage}_ms" in view.columns if stage == "acknowledged" else view.knows(stage)
    return not known and any(view.knows(one) for one in _LATER.get(stage, ()))


def arrival_times(view: View, rows: Rows) -> None:
    """A3: the times by which half, 80 % and 95 % have arrived."""
    for of, steps in _arrivals(view):
        for p in QUANTILES:
            reach_row(rows, "A3", f"T{p * 100:.0f} of {of}", steps, p, "h", of)
    if silent_on(view, "delivered"):
        for p in QUANTILES:
            rows.missing("A3", f"T{p * 100:.0f} of reached", "h", "rows of delivered", of="reached")


def reach_row(
    rows: Rows, measure: str, name: str, steps: Steps | Ranks, p: float, unit: str, of: str, key: str = ""
) -> None:
    """Add the time by which a share is reached, or the note that it never is."""
    at = steps.reach(p)
    scale = {"h": HOUR_MS, "min": MINUTE_MS}[unit]
    note = "" if at is not None else not_reached(steps.most) if steps.n else f"nobody {of}"
    rows.add(measure, name, None if at is None else at / scale, unit, key=key, n=steps.n, of=of, note=note)


def on_time(view: View, rows: Rows) -> None:
    """A5: who came by the deadline, and by how much the others missed it."""
    due = deadlines(view)
    if due is None:
        for of in ("called", "delivered"):
            rows.missing("A5", f"on time of {of}", "share", "a deadline", of=of)
        return
    arrived = view.ms("arrived")
    punctual = (arrived < NEVER) & (arrived <= due)
    for of, who in (("called", np.ones(view.people, np.bool_)), ("delivered", reached(view))):
        if of == "delivered" and silent_on(view, "delivered"):
            rows.missing("A5", "on time of delivered", "share", "rows of delivered", of=of)
            continue
        n = int(who.sum())
        value = int((punctual & who).sum()) / n if n else None
        rows.add("A5", f"on time of {of}", value, "share", n=n, of=of, note="" if n else f"nobody {of}")
    late = np.sort((arrived - due)[(arrived < NEVER) & (due < NEVER) & (arrived > due)])
    for p in (0.5, 0.95):
        value = late[rank_of(p, len(late))] / MINUTE_MS if len(late) else None
        rows.add(
            "A5",
            f"lateness p{p * 100:.0f}",
            value,
            "min",
            n=len(late),
            of="late arrivals",
            note="" if len(late) else "nobody came late",
        )


def deadlines(view: View) -> Ints | None:
    """The time of report of each person: their summons says it, else the plan; None if neither does."""
    due = view.times("summoned_due")
    plan = view.context.plan
    if plan is not None:
        deadline = plan.exercise.deadline
        if deadline.at is not None:
            fixed = round((deadline.at - plan.exercise.alert).total_seconds() * 1000)
            due = np.where(due < NEVER, due, fixed)
        elif deadline.after_delivery_h is not None:
            delivered = view.ms("delivered")
            counted = delivered + round(deadline.after_delivery_h * HOUR_MS)
            due = np.where((due >= NEVER) & (delivered < NEVER), counted, due)
    return due if bool((due < NEVER).any()) else None


def alert_chain(view: View, rows: Rows) -> None:
    """A7: decision to summons, summons to delivery, delivery to acknowledgement, order to first summons."""
    summoned = view.ms("summoned")
    chain = (
        ("decision", "called"),
        ("summons", "summoned"),
        ("delivery", "delivered"),
        ("acknowledgement", "acknowledged"),
    )
    for (before, start), (after, end) in pairwise(chain):
        unknown = next((stage for stage in (start, end) if silent_on(view, stage)), None)
        if unknown is not None:
            for p in QUANTILES:
                rows.missing("A7", f"{before} to {after} p{p * 100:.0f}", "min", f"rows of {unknown}", of=start)
            continue
        begun = np.zeros(view.people, np.int64) if start == "called" else view.ms(start)
        _link(view, rows, f"{before} to {after}", begun, view.ms(end), start)
    if silent_on(view, "summoned") or silent_on(view, "delivered"):
        rows.missing("A7", "never delivered of summoned", "share", "rows of summoned and delivered", of="summoned")
    else:
        tried = summoned < NEVER
        n = int(tried.sum())
        never = int((tried & ~reached(view)).sum()) / n if n else None
        rows.add(
            "A7",
            "never delivered of summoned",
            never,
            "share",
            n=n,
            of="summoned",
            note="" if n else "nobody summoned",
        )
    _order_to_summons(view, rows)


def _link(view: View, rows: Rows, name: str, start: Ints, end: Ints, of: str) -> None:
    """Quantiles from one stage to the next; those who never get there compete, those cut off are censored."""
    who = start < NEVER
    begun, done = start[who], end[who]
    happened = done < NEVER
    lost = 2 if view.closed_ms is not None else CENSORED
    cause = np.where(happened, 1, lost)
    # A later stage that stands before the earlier one is a fault of the log (Q1 counts it), not a negative
    # wait.
    lasted = np.maximum(np.where(happened, done, view.cut_ms) - begun, 0)
    steps = quantiles_of(lasted, cause, QUANTILES)
    for p in QUANTILES:
        reach_row(rows, "A7", f"{name} p{p * 100:.0f}", steps, p, "min", of)


def first_summons(view: View) -> dict[str, int]:
    """The first summons of any of each unit's people, ms since t0, `NEVER` if none was summoned."""
    if "first summons" not in view.memory:
        codes, units = view.codes("unit")
        first = np.full(len(units) + 1, NEVER, dtype=np.int64)  # the last one is for people without a unit
        np.minimum.at(first, codes, view.ms("summoned"))
        view.memory["first summons"] = dict(zip(units, first.tolist(), strict=False))
    found: dict[str, int] = view.memory["first summons"]
    return found


def _order_to_summons(view: View, rows: Rows) -> None:
    """For each unit that was ordered: the first summons to one of its people after the order to the unit."""
    name = "order to first summons"
    orders = view.rows("ordered").filter(pl.col("unit").is_not_null() & pl.col("person").is_null())
    if orders.is_empty():
        rows.missing("A7", f"{name} p50", "min", "rows of orders to units", of="units ordered")
        return
    first = first_summons(view)
    ordered = orders.group_by(pl.col("unit").cast(pl.String)).agg(pl.col("at_ms").min()).sort("unit")
    at = dict(zip(ordered["unit"].to_list(), ordered["at_ms"].to_list(), strict=True))
    gap = np.array([when - at[unit] if when < NEVER else NEVER for unit, when in first.items() if unit in at])
    gap.sort()
    for p in QUANTILES:
        value = gap[rank_of(p, len(gap))] if len(gap) else NEVER
        reached_share = float((gap < NEVER).mean()) if len(gap) else 0.0
        rows.add(
            "A7",
            f"{name} p{p * 100:.0f}",
            value / MINUTE_MS if value < NEVER else None,
            "min",
            n=len(gap),
            of="units ordered",
            note="" if value < NEVER else not_reached(reached_share),
        )

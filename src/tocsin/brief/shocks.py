"""Shocks of one run: what struck, of what kind, from when to when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from tocsin.brief.case import Clock
from tocsin.measure.view import HOUR_MS, View

__all__ = ["KINDS", "Struck", "shocks_of"]

KINDS = {
    "surge": "more people called",
    "station": "servers of stations lost",
    "point": "assembly points lost",
    "vehicles": "vehicles lost",
    "road": "roads cut",
    "channel": "a channel down",
    "link": "links of command cut",
    "power": "power cut",
    "network": "network down",
    "stock": "stock lost",
    "weather": "weather",
}
"""The plan's kinds of shock in words for a reader."""


@dataclass(frozen=True, slots=True)
class Struck:
    """A shock of one run.

    Attributes:
        name: The shock's name in the plan, as the log has it.
        kind: What happened, in words.
        began: Hours after the alert.
        ended: Hours after the alert; None if it lasted to the end; of a surge, its begin.
    """

    name: str
    kind: str
    began: float
    ended: float | None

    def told(self, clock: Clock) -> str:
        """Say what it was and when: "bridge (roads cut), Tue 02:00 to 06:00"."""
        end = " to the end" if self.ended is None else "" if self.instant else f" to {clock.short(self.ended)}"
        return f"{self.name} ({self.kind}), {clock.short(self.began)}{end}"

    @property
    def instant(self) -> bool:
        """Whether it took no time, as a surge."""
        return self.ended == self.began


def shocks_of(view: View) -> tuple[Struck, ...]:
    """Pair the rows of shocks that began and ended, by name, in the order in which they began.

    What kind they are, their reason says, else the plan.
    """
    plan = view.context.plan
    planned = {} if plan is None else {shock.name: shock.kind for shock in plan.shocks}
    ended = _times(view, "shock_ended")
    found = []
    for name, at, reason in _times(view, "shock_began"):
        end = next((until for thing, until, _ in ended if thing == name and until >= at), None)
        reason = reason or planned.get(name, "")
        if reason == "surge" and end is None:
            end = at  # more people are called at one instant
        kind = KINDS.get(reason, reason or "of a kind that the log does not name")
        found.append(Struck(name, kind, at / HOUR_MS, None if end is None else end / HOUR_MS))
    return tuple(found)


def _times(view: View, kind: str) -> Sequence[tuple[str, int, str]]:
    rows = view.rows(kind).select(pl.col("thing").cast(pl.String), "at_ms", pl.col("reason").cast(pl.String))
    return [
        (name or "a shock", at, reason or "") for name, at, reason in rows.sort("at_ms", maintain_order=True).rows()
    ]

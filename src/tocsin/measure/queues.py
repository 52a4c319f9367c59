"""Stays at stations: who queued where, when the wait ended and how, when the service ended.

One `Stays` a station, all points and visits together, as arrays; the measures of waits, servers, bottlenecks
and of people left without word all start from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from tocsin.log.stems import stem_name
from tocsin.measure.quantiles import NEVER
from tocsin.measure.view import View

__all__ = ["Stays", "stays_of"]

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Stays:
    """All stays at one station; arrays of shape (stays,), times in ms since t0.

    Attributes:
        station: Its name.
        person: Index of the person in the run's journeys.
        place: Code of the assembly point, -1 if unknown.
        queued: When they joined the queue.
        left: When the wait ended: service, giving up, being sent away, or the cut.
        ended: When they left the station: service ended, or as `left`; the cut if in service then.
        served: Whether the wait ended with a service.
        waiting: Whether they still waited at the cut.
        unpaired_began: When services began of people who never queued (a gap in the log).
    """

    station: str
    person: Ints
    place: NDArray[np.int32]
    queued: Ints
    left: Ints
    ended: Ints
    served: Bools
    waiting: Bools
    unpaired_began: Ints

    @cached_property
    def wait(self) -> Ints:
        """How long each waited, so far for those still waiting. Never negative."""
        return np.asarray(np.maximum(self.left - self.queued, 0), np.int64)

    def only(self, which: Bools) -> Stays:
        """The stays that are marked."""
        return Stays(
            self.station,
            self.person[which],
            self.place[which],
            self.queued[which],
            self.left[which],
            self.ended[which],
            self.served[which],
            self.waiting[which],
            self.unpaired_began,
        )


def stays_of(view: View) -> list[Stays]:
    """The stays at each station, in the order in which people come to the stations."""
    if "stays" not in view.memory:
        found = [_stays(view, station, visits) for station, visits in view.stations.items()]
        found.sort(key=lambda s: (float(s.queued.mean()) if len(s.queued) else np.inf, s.station))
        view.memory["stays"] = found
    stays: list[Stays] = view.memory["stays"]
    return stays


def _stays(view: View, station: str, visits: list[int]) -> Stays:
    parts = [_visit(view, station, visit) for visit in visits]
    if len(parts) == 1:
        return parts[0]

    return Stays(
        station,
        np.concatenate([part.person for part in parts]),
        np.concatenate([part.place for part in parts]),
        np.concatenate([part.queued for part in parts]),
        np.concatenate([part.left for part in parts]),
        np.concatenate([part.ended for part in parts]),
        np.concatenate([part.served for part in parts]),
        np.concatenate([part.waiting for part in parts]),
        np.concatenate([part.unpaired_began for part in parts]),
    )


def _visit(view: View, station: str, visit: int) -> Stays:
    queued, began, ended = (
        view.ms(stem_name(kind, station, visit) or "") for kind in ("queued", "service_began", "service_ended")
    )
    place, _ = view.codes("place")
    who = np.flatnonzero(queued < NEVER)
    if len(who) == view.people:
        q, b, e = queued, began, ended
    else:
        q, b, e, place = queued[who], began[who], ended[who], place[who]
    away = _sent_away(view, station, who, q)
    left = np.minimum(np.minimum(b, away), view.cut_ms)
    served = b <= left
    gone = np.minimum(np.where(served, e, left), view.cut_ms)
    orphan = began[(queued >= NEVER) & (began < NEVER)]
    waiting = ~served & (away > view.cut_ms)
    return Stays(station, who, place, q, left, np.maximum(gone, left), served, waiting, orphan)


def _sent_away(view: View, station: str, who: Ints, queued: Ints) -> Ints:
    """When people left the queue unserved: gave up here, released, or stood down after they had queued."""
    away = np.full(len(who), NEVER, dtype=np.int64)
    for stem in ("gave_up", "released", "stood_down"):
        for name in view.visits_of(stem):
            if not view.knows(name):
                continue
            times = view.ms(name)[who]
            valid = times >= queued
            here = view.says(f"{name}_station", station) if stem == "gave_up" else None
            if here is not None:  # else everybody, if the log does not say where people gave up
                valid &= here[who]
            np.minimum(away, np.where(valid, times, NEVER), out=away)
    return away

"""Where everybody is, step by step, in one run: on the way, waiting, being served, on a bus, joined.

Counted, never listed: nothing here tells of a person, and its size does not grow with people.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tocsin.brief.case import Case
from tocsin.measure.quantiles import NEVER
from tocsin.measure.queues import stays_of
from tocsin.measure.view import MINUTE_MS, Context, View, views
from tocsin.plan import point_places, towns_of
from tocsin.plan.geography import distance_km

__all__ = ["MOST_STEPS", "Flow", "Whereabouts", "counted", "first_view", "step_for", "whereabouts"]

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
MOST_STEPS = 300
"""No picture that moves has more steps than this."""
STEPS_MIN = (1, 2, 3, 5, 10, 15, 20, 30, 60, 120, 180, 240, 360, 720, 1440, 2880)
FEWEST = 5
"""Flows of fewer people are never told: they would tell of persons (measures.md, H4)."""
SHORTEST_KM = 10.0
"""Who goes less far is counted, but draws no flow: it would be a dot; points less far apart are one place."""
NEARLY_ALL = 0.98
TOTALS = 5
GONE = ("released", "gave_up", "stood_down", "joined", "surplus", "boarded")
"""Stages that end somebody's stay at an assembly point."""


@dataclass(frozen=True, slots=True)
class Flow:
    """People from one town to the assembly points of one place.

    Attributes:
        home: Name of the town.
        place: Which of the places, by its number in `Whereabouts.places`.
        people: How many set out in all.
        on_way: How many are on the way at each step, shape (steps,).
    """

    home: str
    place: int
    people: int
    on_way: Ints


@dataclass(frozen=True, eq=False)
class Whereabouts:
    """Counts of one run at equal steps from the alert; arrays of shape (places, steps).

    Attributes:
        step_ms: From one step to the next.
        places: Names of the assembly points, those of most people first; points close together are one place.
        spots: Degrees north and east of each.
        waiting: Who is there and not being served: in a queue, or waiting for an answer or a bus.
        aboard: Who is on a bus from there.
        joined: Who took a post, having come there.
        flows: The largest flows from town to place.
        people: How many were called.
        left_out: How many other places there are; totals have them all the same.
        totals: On the way, waiting, being served, aboard and joined everywhere, shape (5, steps).
    """

    step_ms: int
    places: tuple[str, ...]
    spots: tuple[tuple[float, float], ...]
    waiting: Ints
    aboard: Ints
    joined: Ints
    flows: tuple[Flow, ...]
    people: int
    left_out: int
    totals: Ints

    @property
    def steps(self) -> int:
        """How many steps there are, the first at the alert."""
        return int(self.totals.shape[1])

    def hour(self, step: int) -> float:
        """Hours after the alert at a step."""
        return step * self.step_ms / (60 * MINUTE_MS)


def first_view(case: Case) -> View | None:
    """The first run of a case as the measures see it."""
    return next(views(case.first, Context(case.plan, case.people)), None)


def step_for(end_ms: int, most: int) -> int:
    """The shortest round step, in milliseconds, with which a time has at most so many steps."""
    return next(
        (minutes * MINUTE_MS for minutes in STEPS_MIN if -(-end_ms // (minutes * MINUTE_MS)) + 1 <= most),
        -(-end_ms // max(most - 1, 1)),
    )


def counted(rows: Ints, starts: Ints, ends: Ints, size: int, steps: int, step_ms: int) -> Ints:
    """Count who is between a start and an end at each step, row by row.

    Args:
        rows: The row of each person, shape (people,); negative ones count nowhere.
        starts: When each begins to count, ms; counted from the first step at or after it.
        ends: When each no longer counts.
        size: How many rows there are.
        steps: How many steps there are.
        step_ms: From one step to the next.

    Returns:
        Counts, shape (size, steps).
    """
    here = (rows >= 0) & (starts < NEVER) & (ends > starts)
    change = np.zeros(size * (steps + 1), np.int64)
    row = rows[here].astype(np.int64) * (steps + 1)
    for times, sign in ((starts[here], 1), (ends[here], -1)):
        slot = np.clip(-(-times // step_ms), 0, steps)
        change += sign * np.bincount(row + slot, minlength=len(change))
    found: Ints = change.reshape(size, steps + 1).cumsum(axis=1)[:, :steps]
    return found


def whereabouts(case: Case, view: View, most_values: int, most_places: int, most_flows: int) -> Whereabouts | None:
    """Count where everybody is in one run; None if nobody set out, or nobody's assembly point is known.

    Args:
        case: The case, for homes and for where points stand.
        view: One run of it.
        most_values: At most so many numbers: with more places and flows there are fewer steps.
        most_places: At most so many places are told apart, those of most people.
        most_flows: At most so many flows from town to place.
    """
    arrived, set_out = view.ms("arrived"), view.ms("set_out")
    code, names = view.codes("place")
    gathered = _gathered(case, names, code)
    if not (np.minimum(arrived, set_out) < NEVER).any() or not gathered.names:
        return None
    left = np.minimum(np.minimum.reduce([view.ms(stem) for stem in GONE]), view.cut_ms)
    boarded, ready = view.ms("boarded"), np.minimum(view.ms("joined"), view.ms("surplus"))
    place, size = np.append(gathered.of, -1)[code], len(gathered.names)
    shown = np.argsort(-np.bincount(place[place >= 0], minlength=size), kind="stable")[:most_places]
    most_steps = min(MOST_STEPS, most_values // (TOTALS + 3 * len(shown) + most_flows))
    end = _end(view, (set_out, arrived, left, ready))
    step_ms = step_for(end, most_steps)
    steps = min(-(-end // step_ms) + 1, most_steps)

    def count(rows: Ints, starts: Ints, ends: Ints, size: int = size) -> Ints:
        return counted(rows, starts, ends, size, steps, step_ms)

    there, served = count(place, arrived, left), _served(view, gathered, steps, step_ms)
    aboard = count(place, boarded, np.minimum(ready, view.cut_ms))
    joined = count(place, view.ms("joined"), np.full(view.people, NEVER, np.int64))
    waiting = np.maximum(there - served, 0)
    on_way = count(np.zeros_like(place), set_out, np.minimum(arrived, view.cut_ms), 1)
    totals = np.stack([on_way[0], *(each.sum(axis=0) for each in (waiting, served, aboard, joined))])
    went = _Went(place, shown, set_out, np.minimum(arrived, view.cut_ms))
    return Whereabouts(
        step_ms, tuple(gathered.names[p] for p in shown), tuple(gathered.spots[p] for p in shown),
        waiting[shown], aboard[shown], joined[shown],
        _flows(case, view, gathered, went, most_flows, steps, step_ms), view.people, size - len(shown), totals,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Gathered:
    """Assembly points that stand close together, as one place each.

    Attributes:
        names: Of each place: that of its point, or the town of the largest of them and how many there are.
        spots: Degrees north and east of that point.
        of: The place of each point of the log; -1 where the plan does not say where it stands.
    """

    names: list[str]
    spots: list[tuple[float, float]]
    of: Ints


def _gathered(case: Case, points: Sequence[str], code: NDArray[np.int32]) -> _Gathered:
    """Gather points that would lie on each other on a map, each with the first larger one that is near."""
    at = dict(zip((point.name for point in case.plan.points), point_places(case.plan), strict=True))
    people = np.bincount(code[code >= 0], minlength=len(points))
    of = np.full(len(points), -1, np.int64)
    spots: list[tuple[float, float]] = []
    names: list[str] = []
    members: list[int] = []
    for p in np.argsort(-people, kind="stable").tolist():
        spot = at.get(points[p])
        if spot is None:
            continue
        near = next((k for k, other in enumerate(spots) if distance_km(*spot, *other) < SHORTEST_KM), None)
        if near is None:
            near = len(spots)
            spots.append(spot)
            names.append(points[p])
            members.append(0)
        of[p] = near
        members[near] += 1
    towns = {point.name: point.town or point.name for point in case.plan.points}
    told = [name if n == 1 else f"{towns[name]} ({n} points)" for name, n in zip(names, members, strict=True)]
    return _Gathered(told, spots, of)


def _end(view: View, times: Sequence[Ints]) -> int:
    """When nearly all movements of people before the cut, and all of units, were over: stragglers would take hours."""
    moved = np.concatenate([each[each < view.cut_ms] for each in times])
    found = [int(np.quantile(moved, NEARLY_ALL)) if len(moved) else 1]
    for kind in ("unit_set_out", "passed", "in_position", "shock_ended"):
        rows = view.rows(kind)
        if rows.height:
            found.append(min(int(rows["at_ms"].to_numpy().max()), view.cut_ms))
    return max(*found, 1)


def _served(view: View, gathered: _Gathered, steps: int, step_ms: int) -> Ints:
    total = np.zeros((len(gathered.names), steps), np.int64)
    place = np.append(gathered.of, -1)
    for stays in stays_of(view):
        which = stays.only(stays.served)
        total += counted(place[which.place], which.left, which.ended, len(total), steps, step_ms)
    return total


@dataclass(frozen=True, slots=True)
class _Went:
    """To which place each person went and when, and which places are shown."""

    place: Ints
    shown: Ints
    set_out: Ints
    arrived: Ints


def _flows(
    case: Case, view: View, gathered: _Gathered, went: _Went, most: int, steps: int, step_ms: int
) -> tuple[Flow, ...]:
    """The largest flows from a town to one of the places that are shown."""
    known = view.person_codes("home")
    if known is None:
        return ()
    home, homes = known
    size = len(gathered.names)
    rank = np.full(size, -1, np.int64)
    rank[went.shown] = np.arange(len(went.shown))
    some = (home >= 0) & (went.place >= 0) & (went.set_out < NEVER)
    pair = np.where(some, home.astype(np.int64) * size + went.place, -1)
    pairs, people = np.unique(pair[some], return_counts=True)
    kept = (rank[pairs % size] >= 0) & (people >= FEWEST) & _far(case, homes, gathered)[pairs // size, pairs % size]
    pairs, people = pairs[kept], people[kept]
    largest = np.argsort(-people, kind="stable")[:most]
    row = np.full(len(homes) * size + 1, -1, np.int64)
    row[pairs[largest]] = np.arange(len(largest))
    counts = counted(row[pair], went.set_out, went.arrived, len(largest), steps, step_ms)
    return tuple(
        Flow(homes[int(pairs[i]) // size], int(rank[pairs[i] % size]), int(people[i]), counts[k])
        for k, i in enumerate(largest)
    )


def _far(case: Case, homes: Sequence[str], gathered: _Gathered) -> Bools:
    """Which ways from a home to a place are long enough to be drawn, shape (homes, places)."""
    towns = {town.name: (town.lat, town.lon) for town in towns_of(case.plan)}
    far = [
        [name in towns and distance_km(*towns[name], *spot) >= SHORTEST_KM for spot in gathered.spots] for name in homes
    ]
    return np.array(far, np.bool_).reshape(len(homes), len(gathered.spots))

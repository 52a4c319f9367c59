"""How far each resource may shrink, or the demand grow, before the plan breaks a goal (L7).

The search goes over whole servers and buses, and over sixteenths of demand and stocks; each step is the whole plan run
again on equal luck. More of a resource is taken never to harm, and more demand never to help, so that halving finds
where the plan breaks: where the means do, and, around it, where they do for certain (the whole 95 % interval lies
beyond the limit) and where they do not rule it out (some of it does).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tocsin.plan import Plan
from tocsin.plan.shocks import Goal
from tocsin.sweep.goals import Floats, Row, held
from tocsin.sweep.levers import MOST, PARTS, Lever
from tocsin.sweep.reruns import Reruns

__all__ = ["Margin", "margins", "state_of"]

SURELY_KEPT, KEPT, DOUBTFUL = 2, 1, 0
"""States of `Held.state` at and above which a plan keeps its goals: for certain, on the mean, or not impossibly."""


@dataclass(frozen=True)
class Margin:
    """What was found of one resource, or of the demand.

    Attributes:
        lever: The resource.
        mends: Whether the plan breaks a goal undisturbed, so that the search asked what would mend it.
        kept: The farthest number with which all goals are kept (when it mends, the nearest); None = none was.
        broken: The number next to it, with which a goal breaks; None where none was found.
        factor: By how much the demand can grow, or the resource shrink; below 1, how far it falls short. None where
            no number was found at which that changes.
        low: The factor up to which the goals are kept for certain.
        high: The factor from which on one breaks for certain is beyond it; None = beyond what was searched.
        goal: Which goal breaks first there, a position; None where none does.
        searched: The farthest number that was looked at.
    """

    lever: Lever
    mends: bool
    kept: int | None
    broken: int | None
    factor: float | None
    low: float | None
    high: float | None
    goal: int | None
    searched: int | None

    @property
    def rank(self) -> tuple[float, float]:
        """Weakest first: by the factor, then by how small a step breaks the plan."""
        if self.factor is None:
            return float("inf"), 0.0
        return self.factor, _factor(self.lever, self.broken) if self.broken else float("inf")


def state_of(goals: Sequence[Goal], values: Floats) -> tuple[int, int]:
    """Give the worst state of all goals (see `Held.state`) and the position of the first that has it.

    Args:
        goals: The goals.
        values: float64[goals, runs], as `values_of` gives them.
    """
    states = [held(goal, value).state for goal, value in zip(goals, values, strict=True)]
    return min(states), states.index(min(states))


def margins(plan: Plan, resources: Sequence[Lever], goals: Sequence[Goal], reruns: Reruns) -> tuple[Margin, ...]:
    """Search the margin of every resource.

    Args:
        plan: The plan, undisturbed.
        resources: What is changed, one at a time.
        goals: What the plan must keep; the search asks for all of them together.
        reruns: Runs plans.

    Returns:
        The margins, in the order of the resources.
    """
    rows: list[Row] = [(goal.measure, goal.name, goal.key) for goal in goals]
    base = state_of(goals, reruns.values([plan], rows)[0])[0]
    searches = [_Search(lever, mends=base < KEPT) for lever in resources]
    while asked := [(search, at) for search in searches if (at := search.next()) is not None]:
        found = reruns.values([search.lever.changed(search.levels[at]) for search, at in asked], rows)
        for (search, at), values in zip(asked, found, strict=True):
            search.states[at] = state_of(goals, values)
    return tuple(search.margin() for search in searches)


class _Search:
    """The search for one resource: which numbers it may have, and what was found of some of them."""

    def __init__(self, lever: Lever, *, mends: bool) -> None:
        self.lever, self.mends = lever, mends
        self.levels = _levels(lever, mends)
        self.states: dict[int, tuple[int, int]] = {}

    def next(self) -> int | None:
        """Give the position of the number to look at next; None when all is found."""
        for limit in (KEPT, SURELY_KEPT, DOUBTFUL):
            before, after = self._between(limit)
            if after - before > 1:
                if after < len(self.levels):
                    return (before + after) // 2
                # Fewer servers cost no more to run, so the last is looked at first; more demand does.
                return min(2 * before + 2, after - 1) if self.lever.kind == "demand" and not self.mends else after - 1
        return None

    def _between(self, limit: int) -> tuple[int, int]:
        """Give the last position known to be before the change at a limit, and the first known to be behind it."""
        behind = [at for at, (state, _) in self.states.items() if (state >= limit) == self.mends]
        after = min(behind, default=len(self.levels))
        return max((at for at in self.states if at < after), default=-1), after

    def margin(self) -> Margin:
        """Sum up what was found."""
        if not self.levels:
            return Margin(self.lever, self.mends, self.lever.base, None, None, None, None, None, None)
        return self._mended() if self.mends else self._shrunk()

    def _shrunk(self) -> Margin:
        """How far it goes before a goal breaks: kept at the last number before that, broken at the next."""
        change, sure, possible = (self._between(limit)[1] for limit in (KEPT, SURELY_KEPT, DOUBTFUL))
        end, kept = len(self.levels), self._level(change - 1)
        low = self._factor(sure - 1) if sure < end else None
        high = self._factor(possible - 1) if possible < end else None
        if change == end:
            return Margin(self.lever, False, kept, None, None, low, high, None, self.levels[-1])
        goal = self.states[change][1]
        return Margin(
            self.lever, False, kept, self.levels[change], self._factor(change - 1), low, high, goal, self.levels[-1]
        )

    def _mended(self) -> Margin:
        """How far it must go until no goal is broken: kept at the first number of that, broken at the one before."""
        change, sure, possible = (self._between(limit)[1] for limit in (KEPT, SURELY_KEPT, DOUBTFUL))
        end = len(self.levels)
        low, high = (self._factor(at) if at < end else None for at in (sure, possible))
        if change == end:
            return Margin(self.lever, True, None, None, None, low, high, None, self.levels[-1])
        kept, broken = self.levels[change], self._level(change - 1)
        return Margin(self.lever, True, kept, broken, self._factor(change), low, high, None, self.levels[-1])

    def _level(self, at: int) -> int:
        return self.levels[at] if at >= 0 else self.lever.base

    def _factor(self, at: int) -> float:
        return _factor(self.lever, self._level(at))


def _levels(lever: Lever, mends: bool) -> list[int]:
    """Numbers to look at, from next to the plan's own outwards."""
    base = lever.base
    if lever.kind == "demand":
        return list(range(base - 1, 0, -1)) if mends else list(range(base + 1, MOST * PARTS + 1))
    if mends:
        return list(range(base + 1, MOST * base + 1))
    return list(range(base - 1, -1 if lever.kind == "stock" else 0, -1))


def _factor(lever: Lever, number: int) -> float:
    """Demand: how many times as much; a resource: its number over the changed one."""
    if lever.kind == "demand":
        return number / lever.base
    return lever.base / number if number else float("inf")

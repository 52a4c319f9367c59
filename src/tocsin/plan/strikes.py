"""Which shocks strike in a run, and whom a surge calls in addition: so many more of each town of each group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tocsin.errors import PlanError
from tocsin.plan.assignment import apportion
from tocsin.plan.model import Group, Plan, Town
from tocsin.plan.problem import nearest, shown
from tocsin.plan.resolve import lives_in, towns_of
from tocsin.plan.shocks import Shock

__all__ = ["Called", "called_in_addition", "homes_of", "struck", "struck_by"]

Codes = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Called:
    """People of one group who are called because of a surge.

    Attributes:
        shock: The surge.
        group: Position of their group in the plan.
        homes: int32[n], position of each one's town in `towns_of(plan)`.
    """

    shock: Shock
    group: int
    homes: Codes


def struck(plan: Plan) -> tuple[Shock, ...]:
    """Return the shocks that strike in this run, in the plan's order."""
    return tuple(shock for shock in plan.shocks if shock.name in plan.exercise.shocks)


def struck_by(plan: Plan, names: Sequence[str]) -> Plan:
    """Return the plan with just these of its shocks striking.

    Raises:
        PlanError: It has no shock of such a name.
    """
    known = [shock.name for shock in plan.shocks]
    for name in names:
        if name not in known:
            has = f"; it has {', '.join(known)}" if known else "; it has none"
            found = f"found the shock {shown(name)}, which the plan does not have"
            raise PlanError(f"{found}{nearest(name, known) or has}", place="exercise.shocks")
    exercise = plan.exercise.model_copy(update={"shocks": tuple(dict.fromkeys(names))})
    return plan.model_copy(update={"exercise": exercise})


def homes_of(group: Group, towns: Sequence[Town], position: int) -> Codes:
    """Return the town of each person of a group, towns in their order, int32[called].

    Raises:
        PlanError: The group has no town to live in.
    """
    here = np.array([i for i, town in enumerate(towns) if lives_in(group, town)], np.int32)
    if not len(here):
        raise PlanError(f"found no town where the group '{group.name}' lives", place=f"group[{position}]")
    return np.repeat(here, apportion(group.called, _population(towns, here)))


def called_in_addition(plan: Plan, towns: Sequence[Town] | None = None) -> tuple[Called, ...]:
    """Return who is called in addition in this run, in the order of their numbers, which follow all others'.

    Of each group `size` times those who live in the surge's regions, rounded half up, spread over the towns there by
    population.

    Args:
        plan: A plan that passed its checks.
        towns: Its towns, where they are known already.

    Raises:
        PlanError: A surge strikes a plan with a roster, which lists whom it calls.
    """
    surges = [shock for shock in struck(plan) if shock.kind == "surge"]
    if surges and plan.roster is not None:
        raise PlanError(
            "found a surge in a plan with a roster, which lists whom it calls; expected groups of people",
            place=f"shock '{surges[0].name}'",
        )
    found = []
    towns = towns_of(plan) if surges and towns is None else towns or ()
    for shock in surges:
        for position, group in enumerate(plan.groups):
            homes = _more(shock, homes_of(group, towns, position), towns)
            if len(homes):
                found.append(Called(shock, position, homes))
    return tuple(found)


def _more(shock: Shock, homes: Codes, towns: Sequence[Town]) -> Codes:
    """The homes of those whom a surge calls besides the people of a group who live there."""
    reached = [not shock.regions or town.region in shock.regions for town in towns]
    count = int(np.floor((shock.size or 0.0) * int(np.array(reached)[homes].sum()) + 0.5))
    here = np.array([i for i in np.unique(homes).tolist() if reached[i]], np.int32)
    return np.repeat(here, apportion(count, _population(towns, here))) if count and len(here) else here[:0]


def _population(towns: Sequence[Town], here: Codes) -> npt.NDArray[np.int64]:
    return np.array([towns[int(i)].population for i in here], np.int64)

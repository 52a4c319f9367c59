"""The people of a plan, one row each: synthesised from the groups' shares, or listed in a roster."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tocsin.plan.model import Plan

if TYPE_CHECKING:  # polars takes 0.2 s to import, and `plan check` can do without
    import polars as pl

__all__ = ["people"]


def people(plan: Plan, seed: int, *, base: Path | None = None) -> pl.DataFrame:
    """Return the people of a plan.

    Args:
        plan: A plan that passed its checks.
        seed: Seed of the exercise; the same seed gives the same people. A roster needs none.
        base: Folder to which a roster's path is relative; the working folder if None.

    Returns:
        One row a person: person u32 (0 to n - 1), group, sex, birth, children_births, medical, trade, employer, unit,
        home, region, point, distance_km (straight line from the door to the point). Enums hold what the plan names, in
        the plan's order. A column that a roster does not have is null.

    Raises:
        RosterError: The roster is missing, or a row of it cannot be used.
        PlanError: The plan names a region, town or point that cannot be placed.
    """
    if plan.roster is not None:
        from tocsin.plan.roster import read_roster

        return read_roster(plan, base=base).people
    from tocsin.plan.synthesis import synthesise

    return synthesise(plan, seed)

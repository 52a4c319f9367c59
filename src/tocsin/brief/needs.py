"""Who waited for whom: a matrix of the hours that units stood ready for others that they need."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from tocsin.brief.case import Case
from tocsin.brief.words import FIXED, hours, listed, whole

__all__ = ["Cell", "Matrix", "matrix"]

MOST_COLUMNS = 6
MOST_ROWS = 20
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Cell:
    """What one unit waited for another: the hours in words, their share of the most, whether it is a lower bound."""

    text: str
    shade: float
    open: bool


@dataclass(frozen=True, slots=True)
class Matrix:
    """Units that wait, by units that are waited for.

    Attributes:
        columns: The units waited for, with the unit-hours that all others waited for each, the most first.
        rows: The units that waited, each with a cell a column (None: it does not need it) and its own sum.
        total: All unit-hours.
        sentence: The whole of it in a sentence.
        note: What must be known to read it.
    """

    columns: tuple[tuple[str, str], ...]
    rows: tuple[tuple[str, tuple[Cell | None, ...], str], ...]
    total: str
    sentence: str
    note: str


def matrix(case: Case) -> Matrix | None:
    """Set the waits of C3 side by side, as means over the runs; None if no unit of the plan needs another."""
    pairs = [(unit.name, need) for unit in case.plan.units for need in unit.needs]
    found = _waits(case)
    waits = {(u, w): found[f"{u} for {w}"] for u, w in pairs if f"{u} for {w}" in found}
    if not waits:
        return None
    by_need, by_unit = _sums(waits, 1), _sums(waits, 0)
    total = sum(value for value, _ in waits.values())
    some_open = any(still for _, still in waits.values())
    columns = sorted((n for n in by_need if by_need[n] > 0), key=lambda name: -by_need[name])
    rows = sorted((n for n in by_unit if by_unit[n] > 0), key=lambda name: -by_unit[name])
    shown = columns[:MOST_COLUMNS]
    rows_shown = [name for name in rows if any(waits.get((name, need), (0.0, False))[0] > 0 for need in shown)][
        :MOST_ROWS
    ]
    most = max((waits[u, w][0] for u, w in waits if u in rows_shown and w in shown), default=0.0)
    return Matrix(
        tuple((name, _hours(by_need[name], _open(waits, 1, name))) for name in shown),
        tuple(
            (u, tuple(_cell(waits.get((u, w)), most) for w in shown), _hours(by_unit[u], _open(waits, 0, u)))
            for u in rows_shown
        ),
        _hours(total, some_open),
        _sentence(case, waits, by_need, total, some_open),
        _note(case, len(shown), len(columns), len(rows_shown), len(rows), some_open),
    )


def _waits(case: Case) -> dict[str, tuple[float, bool]]:
    """Mean unit-hours of each pair over the runs, those still waiting counted to the end, and whether any still was."""
    rows = case.frame.filter((pl.col("measure") == "C3") & (pl.col("name") == "waited for"))
    value = pl.coalesce("value", "low")
    means = rows.group_by("key", maintain_order=True).agg(value.mean(), pl.col("value").is_null().any().alias("open"))
    return {key: (mean or 0.0, still) for key, mean, still in means.rows()}


def _sums(waits: Mapping[Pair, tuple[float, bool]], which: int) -> dict[str, float]:
    found: dict[str, float] = {}
    for pair, (value, _) in waits.items():
        found[pair[which]] = found.get(pair[which], 0.0) + value
    return found


def _open(waits: Mapping[Pair, tuple[float, bool]], which: int, name: str) -> bool:
    return any(still for pair, (_, still) in waits.items() if pair[which] == name)


def _hours(value: float, still: bool) -> str:
    if value <= 0:
        return "0"
    return f"≥{FIXED}{hours(value)}" if still else hours(value)


def _cell(wait: tuple[float, bool] | None, most: float) -> Cell | None:
    if wait is None:
        return None
    value, still = wait
    return Cell(_hours(value, still), value / most if most else 0.0, still)


def _sentence(
    case: Case, waits: Mapping[Pair, tuple[float, bool]], by_need: Mapping[str, float], total: float, some_open: bool
) -> str:
    mean = f", on average of {whole(case.runs)} runs," if case.runs > 1 else ""
    if total <= 0:
        return f"Of {len(waits)} pairs of units of which one needs the other{mean} none had to wait."
    worst = sorted((name for name in by_need if by_need[name] > 0), key=lambda name: -by_need[name])
    told = [f"{_hours(by_need[name], _open(waits, 1, name))} for {name}" for name in worst[:3]]
    rest = [f"{len(worst) - 3} others"] if len(worst) > 3 else []
    return (
        f"Units that stood ready{mean} waited {'at least ' if some_open else ''}{hours(total)} for others that they "
        f"need, all waits added up: {listed([*told, *rest])}."
    )


def _note(case: Case, columns: int, all_columns: int, rows: int, all_rows: int, some_open: bool) -> str:
    text = "Unit-hours, means of the runs. " if case.runs > 1 else "Unit-hours. "
    text += "A row waits for a column; an empty field: it does not need it."
    if columns < all_columns or rows < all_rows:
        text += (
            f" The {columns} of {all_columns} units most waited for, {rows} of {all_rows} that waited; sums have all."
        )
    if some_open:
        text += f" ≥{FIXED}: in some run the wait was not over at the end, and is counted up to it."
    return text

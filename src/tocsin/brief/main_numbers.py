"""The table of main numbers: each with its denominator and both intervals, for those who want to check the page."""

from __future__ import annotations

from collections.abc import Callable

from tocsin.brief.numbers import Number, Numbers
from tocsin.brief.tables import Cell, Column, Row, Table
from tocsin.brief.words import between, hours, minutes, share, spread, told, whole

__all__ = ["main_numbers"]

FORMS: dict[str, Callable[[float], str]] = {
    "share": share,
    "h": hours,
    "min": minutes,
    "persons": whole,
    "requests": whole,
    "person-h": lambda value: f"{whole(value)}\u00a0person-h",
    "unit-h": lambda value: f"{whole(value)}\u00a0unit-h",
}
"""How numbers of a unit are written; numbers of other units are not main ones."""
KEYED = ("L1", "W3")
"""Measures of which also the numbers of each station or kind are main ones."""


def main_numbers(numbers: Numbers) -> Table:
    """List the numbers of the whole, and of each station and kind of request, all points together."""
    rows = tuple(
        _row(f"{measure} {name}", key, number, _most(numbers, measure, name))
        for (measure, name, key), number in numbers.all().items()
        if number.unit in FORMS and (not key or (measure in KEYED and " @ " not in key))
    )
    columns = [Column("number", False), Column("denominator", False), Column("mean" if numbers.runs > 1 else "value")]
    if numbers.runs > 1:
        columns += [Column("95\u202f% interval of the mean"), Column("5–95\u202f% of one future call-up")]
    note = "" if numbers.runs > 1 else "One run, no interval."
    return Table("main-numbers", "All main numbers with their denominators and intervals", tuple(columns), rows, note)


def _most(numbers: Numbers, measure: str, name: str) -> float | None:
    """The share that a time of A3 is about is reached at most: the end of its curve."""
    curve = numbers.curve("A2", f"arrived of {name.rpartition(' of ')[2]}") if measure == "A3" else None
    return None if curve is None else curve.last


def _row(name: str, key: str, number: Number, most: float | None) -> Row:
    form = FORMS[number.unit]
    cells = [Cell(_denominator(number)), Cell(told(number, form, most))]
    if number.runs > 1:
        mean = "–"
        if number.mean_low is not None and number.mean_high is not None:
            mean = between(number.mean_low, number.mean_high, form)
        cells += [Cell(mean), Cell(spread(number, form) or "–")]
    return Row(name, tuple(cells), key)


def _denominator(number: Number) -> str:
    if not number.of:
        return "–"
    return number.of if number.n is None else f"{whole(number.n)} {number.of}"

"""What every number is: name, unit, denominator, definition, interval and source, from one table, `catalogue.toml`.

The page docs/measures.md is made from it (`catalogue_page.py`); a test fails if the page is stale or if a measure
prints a row that is not described here.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

__all__ = ["CATALOGUE", "FROM_RERUNS", "Definition", "Line"]

_STEP: Final = "task: who or what @ place"


@dataclass(frozen=True, slots=True)
class Line:
    """One kind of row of a measure.

    Attributes:
        name: As in the column `name`; `k` and `n` stand for numbers.
        unit: As in the column `unit`.
        of: The denominator, as in the column `of`.
        keys: What the column `key` may hold, besides nothing.
        meaning: What the value is.
    """

    name: str
    unit: str
    of: str
    keys: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Definition:
    """One measure.

    Attributes:
        id: Its number, as in the column `measure`.
        name: Its name.
        unit: The units of its rows.
        denominator: What its shares and times are of.
        definition: How it is computed, in sentences.
        interval: Which intervals it may carry.
        source: Where the definition is from.
        lines: The kinds of rows it prints.
    """

    id: str
    name: str
    unit: str
    denominator: str
    definition: str
    interval: str
    source: str
    lines: tuple[Line, ...]


def _catalogue() -> dict[str, Definition]:
    """Read the table. By its path, because the tab key reads this module without the door of its room."""
    told = tomllib.loads(Path(__file__).with_name("catalogue.toml").read_text(encoding="utf-8"))
    intervals = told.pop("intervals")
    return {number: _definition(number, entry, intervals) for number, entry in told.items()}


def _definition(number: str, entry: dict[str, Any], intervals: dict[str, str]) -> Definition:
    interval = "; ".join(_joined(intervals[name]) for name in entry["interval"])
    lines = _steps(entry["steps"]) if "steps" in entry else _lines(entry["lines"])
    return Definition(
        number,
        entry["name"],
        entry["unit"],
        entry["denominator"],
        _joined(entry["definition"]),
        interval,
        entry["source"],
        lines,
    )


def _joined(text: str) -> str:
    """Take the breaks of lines out of a text."""
    return " ".join(text.split())


def _lines(table: str) -> tuple[Line, ...]:
    """Read lines of name ¦ unit ¦ of ¦ keys ¦ meaning; "[50/80]" in a name stands for a line each."""
    found = []
    for row in table.strip().splitlines():
        name, unit, of, keys, meaning = (cell.strip().replace("–", "") for cell in row.split("¦"))
        before, _, rest = name.partition("[")
        shares, _, after = rest.partition("]")
        for share in shares.split("/"):
            found.append(Line(f"{before}{share}{after}", unit, of, keys, meaning.replace("[p]", share)))
    return tuple(found)


def _steps(table: str) -> tuple[Line, ...]:
    """Read the rows of C7, name ¦ meaning: the first is of the whole path, the others are its steps."""
    (name, meaning), *steps = ([cell.strip() for cell in row.split("¦")] for row in table.strip().splitlines())
    of = "the whole time"
    return (Line(name, "h", of, "task", meaning), *(Line(wait, "h", of, _STEP, what) for wait, what in steps))


CATALOGUE: Final[dict[str, Definition]] = _catalogue()
"""Every measure by its number, in the order of the frame."""
FROM_RERUNS: Final = ("L7",)
"""Measures that no log holds: `tocsin stress` finds them by running a plan again."""

"""Tables as declarations: what stands in each cell, and which bar is drawn in it."""

from __future__ import annotations

from dataclasses import dataclass, field

from tocsin.brief.numbers import Number

__all__ = ["Bar", "Cell", "Column", "Folded", "Moment", "Row", "Table", "bar_of"]


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar in a cell: a share of its width, the 5–95 % range as a whisker, and a mark (a threshold)."""

    value: float
    low: float | None = None
    high: float | None = None
    mark: float | None = None
    tone: str = "main"


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment on a line of time, as shares of the line: where it is, its 5–95 % range, and a mark (the deadline).

    Without an `at` the line is empty; a `high` of None beside a `low` is a range that ends in "never".
    """

    at: float | None
    low: float | None = None
    high: float | None = None
    mark: float | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell: a text, a smaller one below it, perhaps a bar or a moment drawn beside them."""

    text: str
    small: str = ""
    bar: Bar | Moment | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """A column; numbers are aligned to the right."""

    title: str
    number: bool = True


@dataclass(frozen=True, slots=True)
class Row:
    """A row: what it is about, a smaller text below that, and its cells."""

    head: str
    cells: tuple[Cell, ...]
    small: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table.

    Attributes:
        key: Short name, unique on a page.
        caption: Its heading.
        columns: One more than each row has cells, the first being that of the heads.
        rows: What stands in it.
        note: What must be known to read it.
        measures: The measures that stand in it, by number, so that a reader can ask for their definitions.
    """

    key: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    note: str = ""
    measures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Folded:
    """A table that is shown at once, and the whole one, which a reader may unfold, if the first is a part."""

    shown: Table
    more: Table | None = field(default=None)


def bar_of(number: Number, tone: str = "main", mark: float | None = None, scale: float = 1.0) -> Bar | None:
    """Make the bar of a number that is a share, or of one that is scaled to be one."""
    if number.value is None:
        return None
    low = None if number.low is None else number.low * scale
    high = None if number.high is None else number.high * scale
    return Bar(number.value * scale, low, high, mark, tone)

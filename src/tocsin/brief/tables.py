"""Tables as declarations: what stands in each cell, and which bar is drawn in it."""

from __future__ import annotations

from dataclasses import dataclass, field

from tocsin.brief.numbers import Number

__all__ = ["Bar", "Cell", "Column", "Folded", "Row", "Table", "bar_of"]


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar in a cell: a share of its width, the 5–95 % range as a whisker, and a mark (a threshold)."""

    value: float
    low: float | None = None
    high: float | None = None
    mark: float | None = None
    tone: str = "main"


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell: a text, a smaller one below it, perhaps a bar."""

    text: str
    small: str = ""
    bar: Bar | None = None


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
    """A table; `columns` has one more entry than each row has cells, the first being that of the heads."""

    key: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    note: str = ""


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

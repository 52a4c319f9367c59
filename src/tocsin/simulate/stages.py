"""The draws that a network needs, gathered by name, and made in one pass a run."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tocsin.draws import ONE_CLASS, Column, Columns, Row, draw
from tocsin.draws.columns import Spread
from tocsin.plan.duration import Constant, Duration, Empirical, Exponential, Gamma, Lognormal, Triangular

__all__ = ["NONE", "Stages"]

NONE = -1
"""The column of a draw that is not needed: a chance of 1, a delay of 0, no time yet."""

MINUTE_MS = 60_000.0


class Stages:
    """Named draws for one kind of entity (people, bus trips, orders), one column each.

    Args:
        ids: int64[n], the stable numbers of the entities.
        classes: For each selector, int32[n]: which row of parameters an entity has.
    """

    def __init__(self, ids: NDArray[np.int64], classes: dict[str, NDArray[np.int32]]) -> None:
        self.ids = ids
        self.selectors = {name: i for i, name in enumerate(classes)}
        self.classes = (
            np.ascontiguousarray(np.stack(list(classes.values())), np.int32)
            if classes
            else np.zeros((0, len(ids)), np.int32)
        )
        self._columns: list[Column] = []
        self._compiled: Columns | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns, in order."""
        return tuple(column.name for column in self._columns)

    def duration(
        self, name: str, durations: Sequence[Duration | None], selector: str, *, floor: int, visit: int = 1
    ) -> int:
        """Add a duration in ms, one row of parameters a class; a class without one has 0.

        Returns:
            Its column, or `NONE` where no class has one.
        """
        if all(d is None for d in durations):
            return NONE
        return self._add(name, [_row(d) for d in durations], selector, floor, visit)

    def chance(self, name: str, shares: Sequence[float], selector: str, visit: int = 1) -> int:
        """Add an event that happens (1) or not (0); `NONE` where it always happens."""
        if all(share == 1 for share in shares):
            return NONE
        return self._add(name, [("bernoulli", (share,)) for share in shares], selector, 0, visit)

    def choice(self, name: str, shares: Sequence[tuple[float, ...]], selector: str) -> int:
        """Add a choice among outcomes 0, 1, … with these shares; `NONE` where the outcome is always the last."""
        if all(sum(row) == 0 for row in shares):
            return NONE
        return self._add(name, [("choice", row) for row in shares], selector, 0)

    def lot(self, name: str, visit: int = 1) -> int:
        """Add a whole number below 2**52, to be compared with shares that depend on the person."""
        return self._add(name, [("uniform52", ())], "", 0, visit)

    def draw(
        self, seed: int, run: int, spread: Spread | None = None, out: NDArray[np.int64] | None = None
    ) -> NDArray[np.int64]:
        """Draw all columns for all entities: int64[columns, n]."""
        if self._compiled is None:
            self._compiled = Columns.compile(self._columns)
        return draw(self._compiled, seed, run, self.ids, self.classes, 1, out, spread)

    def column(self, name: str) -> int:
        """The column of this name (its first visit), or `NONE`."""
        return self.names.index(name) if name in self.names else NONE

    def _add(self, name: str, rows: list[Row], selector: str, floor: int, visit: int = 1) -> int:
        same = all(row == rows[0] for row in rows)
        chosen = ONE_CLASS if same else self.selectors[selector]
        self._columns.append(Column(name, visit, floor, chosen, (rows[0],) if same else tuple(rows)))
        self._compiled = None
        return len(self._columns) - 1


def _row(duration: Duration | None) -> Row:
    """A duration of the plan as a family with parameters in milliseconds."""
    match duration:
        case None:
            return ("constant", (0.0,))
        case Constant(value_min=value):
            return ("constant", (value * MINUTE_MS,))
        case Exponential(mean_min=mean):
            return ("exponential", (mean * MINUTE_MS,))
        case Triangular(min_min=low, mode_min=mode, max_min=high):
            return ("triangular", (low * MINUTE_MS, mode * MINUTE_MS, high * MINUTE_MS))
        case Lognormal(median_min=median, sigma=sigma):
            return ("lognormal", (median * MINUTE_MS, sigma))
        case Gamma(mean_min=mean, shape=shape):
            return ("gamma", (mean * MINUTE_MS, shape))
        case Empirical(values_min=values):
            return ("empirical", tuple(value * MINUTE_MS for value in values))

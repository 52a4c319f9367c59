"""What was published of real exercises, and each predicted from the others.

The figures stand in `exercises.toml`, each with its denominator, its source, and why it enters a series or does not.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from tocsin.sweep.prediction import Prediction, predict, sampling_alone

__all__ = ["Figure", "LeftOut", "figures", "left_out", "series"]


@dataclass(frozen=True)
class Figure:
    """One published share.

    Attributes:
        exercise: Its name.
        year: When it was held.
        what: What is counted: came, reached …
        of: The denominator: sent, reached, came, posts.
        count: How many; None where nothing was found, or no size.
        size: Of how many; None where only a percentage of something unknown was published.
        percentage: The published percentage, if only that was.
        bound: Whether the share is only the most that it can have been.
        alike: Whether it was called up as the others of its series were: at a day's notice or two.
        enters: Whether it stands in a series.
        why: Why it does, or does not.
        source: Where it was read.
    """

    exercise: str
    year: int
    what: str
    of: str
    count: int | None
    size: int | None
    percentage: float | None
    bound: bool
    alike: bool
    enters: bool
    why: str
    source: str

    @property
    def share(self) -> float | None:
        """The share, as exactly as it is known; None = nothing was found."""
        if self.percentage is not None:
            return self.percentage / 100
        return None if self.count is None or self.size is None else self.count / self.size


@dataclass(frozen=True)
class LeftOut:
    """One exercise predicted from the others of its series.

    Attributes:
        figure: What came out.
        share: It, as a share.
        prediction: What the others foretell.
        alone: What they would foretell if there were no variance between exercises.
    """

    figure: Figure
    share: float
    prediction: Prediction
    alone: Prediction


@cache
def figures() -> tuple[Figure, ...]:
    """Read the table of published figures, in its order."""
    text = (files("tocsin.sweep") / "exercises.toml").read_text(encoding="utf-8")
    return tuple(_figure(table) for table in tomllib.loads(text)["figure"])


def _figure(table: dict[str, Any]) -> Figure:
    optional: dict[str, Any] = {"count": None, "size": None, "percentage": None, "bound": False, "alike": True}
    filled = optional | table
    if filled["percentage"] is not None and filled["size"] is not None:
        filled["count"] = round(filled["size"] * filled["percentage"] / 100)
    return Figure(**filled)


def series(what: str, of: str) -> list[Figure]:
    """Give the figures of one kind that enter, by year.

    Args:
        what: What is counted.
        of: The denominator.
    """
    return sorted((f for f in figures() if f.enters and (f.what, f.of) == (what, of)), key=lambda f: f.year)


def left_out(chosen: Sequence[Figure]) -> list[LeftOut]:
    """Leave out one figure after the other, and predict it from the rest.

    Args:
        chosen: Figures of one kind, each with count and size. A bound helps to predict others and is not predicted.

    Returns:
        One entry for each that is no bound, in the order given.

    Raises:
        RunError: Fewer than three figures, so that fewer than two are left.
    """
    found = []
    for figure in chosen:
        if figure.bound or figure.share is None or figure.size is None:
            continue
        others = [other for other in chosen if other is not figure]
        counts, sizes = [other.count or 0 for other in others], [other.size or 0 for other in others]
        both = predict(counts, sizes, figure.size), sampling_alone(counts, sizes, figure.size)
        found.append(LeftOut(figure, figure.share, *both))
    return found

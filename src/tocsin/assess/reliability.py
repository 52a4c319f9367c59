"""How far a report is believed, by its grade: the table of `reliability.toml`, which is an assumption.

P(report says E | E) = t and P(report says E | not E) = 1 - t. The letter gives the mean of t, the digit moves it in log
odds, and both say how sure that mean is. A source that was judged speaks from nothing (t = 1/2) to truly: t = 1/2 + v/2
with v from a Beta distribution. Of one that cannot be judged (F) t itself is, widely and evenly about 1/2: that is not
"50 %", which would be a source known to say nothing.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from math import exp, log
from typing import Any, Final

from tocsin.errors import CaseError
from tocsin.watch.model import DIGITS, LETTERS

__all__ = ["ASSUMPTION", "Belief", "believed", "letter_known"]

_TABLE: Final[dict[str, Any]] = tomllib.loads(files("tocsin.assess").joinpath("reliability.toml").read_text("utf-8"))
ASSUMPTION: Final[str] = _TABLE["assumption"]
"""What the table rests on."""


@dataclass(frozen=True, slots=True)
class Belief:
    """How far a witness is believed: t = least + (1 - least) v, with v from Beta(a, b).

    Attributes:
        a: First parameter.
        b: Second parameter.
        least: Least t: 1/2 of a source that was judged, 0 of one that cannot be.
    """

    a: float
    b: float
    least: float

    @property
    def mean(self) -> float:
        """Mean of t."""
        return self.least + (1 - self.least) * self.a / (self.a + self.b)


@lru_cache(maxsize=128)
def believed(grade: str) -> Belief:
    """The distribution of a witness's truthfulness.

    Args:
        grade: Letter and digit, as `B2`.

    Raises:
        CaseError: There is no such grade.
    """
    letter, digit = grade[:1], grade[1:]
    if letter not in LETTERS or digit not in DIGITS:
        raise CaseError(f"found the grade {grade!r}; expected a letter A to F and a digit 1 to 6", place="grade")
    mean = _TABLE["mean"][letter]
    moved = 1 / (1 + exp(-log(mean / (1 - mean)) - _TABLE["shift"][digit]))
    if not letter_known(grade):
        doubtful = _TABLE["shift"][digit] < 0
        share, least = max(moved, 0.5), 0.0
        sure = _TABLE["concentration"]["both_doubtful" if doubtful else "letter_unknown"]
    else:
        share = 2 * max(moved, _TABLE["limits"]["least_mean"]) - 1
        sure, least = _TABLE["concentration"]["digit_unknown" if digit == "6" else "known"], 0.5
    return Belief(share * sure, (1 - share) * sure, least)


def letter_known(grade: str) -> bool:
    """Whether anybody judged the source."""
    return grade[:1] != "F"

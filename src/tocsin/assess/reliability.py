"""How far a report is believed, by its grade: the table of `reliability.toml`, which is an assumption.

P(report says E | E) = t and P(report says E | not E) = 1 - t, with t from a Beta distribution. The letter gives its
mean, the digit moves the mean in log odds, and both say how sure that mean is. What cannot be judged (F, 6) is a wide
distribution and not 50 %.
"""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files
from math import exp, log
from typing import Any, Final

from tocsin.errors import CaseError
from tocsin.watch.model import DIGITS, LETTERS

__all__ = ["ASSUMPTION", "believed", "letter_known"]

_TABLE: Final[dict[str, Any]] = tomllib.loads(files("tocsin.assess").joinpath("reliability.toml").read_text("utf-8"))
ASSUMPTION: Final[str] = _TABLE["assumption"]
"""What the table rests on."""


@lru_cache(maxsize=128)
def believed(grade: str) -> tuple[float, float]:
    """The Beta distribution of a witness's truthfulness.

    Args:
        grade: Letter and digit, as `B2`.

    Returns:
        Its parameters a and b.

    Raises:
        CaseError: There is no such grade.
    """
    letter, digit = grade[:1], grade[1:]
    if letter not in LETTERS or digit not in DIGITS:
        raise CaseError(f"found the grade {grade!r}; expected a letter A to F and a digit 1 to 6", place="grade")
    mean = _TABLE["mean"][letter]
    odds = log(mean / (1 - mean)) + _TABLE["shift"][digit]
    mean = max(1 / (1 + exp(-odds)), _TABLE["limits"]["least_mean"])
    sure = _TABLE["concentration"][
        "letter_unknown" if not letter_known(grade) else "digit_unknown" if digit == "6" else "known"
    ]
    return mean * sure, (1 - mean) * sure


def letter_known(grade: str) -> bool:
    """Whether anybody judged the source."""
    return grade[:1] != "F"

"""From counts to likelihoods: accepted of runs, with an interval, and honest words where none or all were accepted.

The interval is that of the Beta(accepted + ½, runs − accepted + ½) distribution (Jeffreys; Brown, Cai and DasGupta
2001, Statistical Science 16:101–133), the same from which weighing draws.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["Likelihood", "likelihood", "likelihoods"]


@dataclass(frozen=True, slots=True)
class Likelihood:
    """How probable a report is in the worlds of a hypothesis.

    Attributes:
        accepted: Runs that agree with it.
        runs: Runs made.
        median: Median of the Beta distribution.
        low: Its 5 % quantile; 0 where no run was accepted.
        high: Its 95 % quantile; 1 where all were.
        note: What must be said where none or all were accepted, else "".
    """

    accepted: int
    runs: int
    median: float
    low: float
    high: float
    note: str = ""

    def as_json(self) -> dict[str, object]:
        """Numbers and note, ready for JSON."""
        numbers = {name: round(getattr(self, name), 6) for name in ("median", "low", "high")}
        return {"accepted": self.accepted, "runs": self.runs, **numbers, "note": self.note}


def likelihood(accepted: int, runs: int) -> Likelihood:
    """The likelihood that a number of accepted runs stands for.

    Args:
        accepted: 0 to `runs`.
        runs: 0 or more; of no runs nothing is known, and the interval says so.
    """
    from scipy.stats import beta  # late: nothing but this needs it, and it takes a while

    low, median, high = (float(q) for q in beta.ppf([0.05, 0.5, 0.95], accepted + 0.5, runs - accepted + 0.5))
    note = ""
    if runs and accepted == 0:
        low, note = 0.0, f"none of {runs:,} runs agrees: at most {high:.2%}, by this number of runs"
    elif runs and accepted == runs:
        high, note = 1.0, f"all of {runs:,} runs agree: at least {low:.2%}, by this number of runs"
    return Likelihood(accepted, runs, median, low, high, note)


def likelihoods(counts: Mapping[str, tuple[int, int]]) -> dict[str, Likelihood]:
    """The likelihood of each hypothesis, from accepted and runs."""
    return {id_: likelihood(*counts[id_]) for id_ in counts}

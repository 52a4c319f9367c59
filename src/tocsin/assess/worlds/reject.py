"""Rejection: which simulated runs agree with what was reported.

A run agrees with an observation if its summary lies within the reported bounds, widened by the tolerance that the case
states. The share of runs that agree estimates how probable such a report is if the plan was carried out: rejection
sampling, the first form of approximate Bayesian computation (Tavaré, Balding, Griffiths and Donnelly 1997, Genetics
145:505–518; Pritchard and others 1999, Mol. Biol. Evol. 16:1791–1798). A bound of None is open. A time that was not
reached (+inf) is no number: it agrees only where the upper bound is open; a summary without meaning (NaN) only where
both are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tocsin.assess.model import Observation

__all__ = ["accepted", "patterns"]

Bools = NDArray[np.bool_]


def accepted(values: NDArray[np.float64], observation: Observation) -> Bools:
    """Which runs agree with one observation.

    Args:
        values: Its summary in each run, shape (runs,).
        observation: What was reported.

    Returns:
        bool[runs].
    """
    least, most = observation.seen
    if least is None and most is None:
        return np.ones(len(values), np.bool_)
    low = -np.inf if least is None else least - observation.tolerance
    high = np.inf if most is None else most + observation.tolerance
    return np.asarray((values >= low) & (values <= high))


def patterns(values: NDArray[np.float64], observations: Sequence[Observation]) -> dict[str, int]:
    """How many runs agree with which observations: all that any joint count needs.

    Args:
        values: Summaries, shape (runs, observations).
        observations: In the order of the columns.

    Returns:
        A pattern such as `101` (agrees with the first and the third) → runs, patterns in order.
    """
    columns = [accepted(values[:, i], one) for i, one in enumerate(observations)]
    rows = zip(*columns, strict=True) if columns else [()] * len(values)
    return dict(sorted(Counter("".join("01"[int(bit)] for bit in row) for row in rows).items()))

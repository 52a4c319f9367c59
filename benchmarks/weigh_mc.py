"""`weigh.mc`: all of `weigh` on a large invented case, beside the slow reference in plain Python on some of its draws.

The row's value is one whole weighing: posterior, effects and leaving out of each item, turning round, other priors,
what to look for next. The reference computes the posterior alone, so that its ratio a draw is the least that is won.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from benchmarks.timing import repeat, row
from benchmarks.weigh_cases import invented
from benchmarks.weigh_reference import reference
from tocsin.assess.weigh import posterior_draws, weigh

__all__ = ["rows"]

_LIMIT_S: Final = 0.5


def rows(*, quick: bool = False) -> list[dict[str, Any]]:
    """Whole weighing, the posterior alone by draw, and the error that is left by the number of draws."""
    draws, checked = (2_000, 5) if quick else (20_000, 50)
    case, evidence = invented(50, 5, draws)
    equal = _equal(checked, draws)
    whole = repeat(lambda: weigh(case, evidence), 3 if quick else 7)
    alone = repeat(lambda: posterior_draws(case, evidence), 3 if quick else 7)
    slow = repeat(lambda: reference(case, evidence, range(checked), case.seed), 1, warm=0)
    limit = None if quick else _LIMIT_S
    ours_us, peer_us = alone.wall / draws * 1e6, slow.wall / checked * 1e6
    checked_by = f"plain Python, {checked} draws"
    told = f"limit; {len(evidence)} items, 5 hypotheses, {draws} draws"
    error = weigh(*invented(25, 4, draws, 25)).error
    return [
        row("weigh.mc", whole.wall, "s", told, _LIMIT_S, limit, less=True, equal=equal),
        row(
            "weigh.mc.draw",
            ours_us,
            "µs a draw",
            checked_by,
            peer_us,
            None,
            less=True,
            equal=equal,
        ),
        row("weigh.mc.error", error, "of a quantile", "limit; 25 items, 4 hypotheses", 0.01, 0.01, less=True),
    ]


def _equal(checked: int, draws: int) -> bool:
    """Whether both give the same draws, on the large case and on small ones."""
    for items, hypotheses, seed in ((50, 5, 3), (5, 2, 1), (20, 4, 2)):
        case, evidence = invented(items, hypotheses, draws, seed)
        order, fast = posterior_draws(case, evidence)
        slow = reference(case, evidence, range(checked), seed)
        both = np.array([[one[name] for name in order] for one in slow]).T
        if not np.allclose(fast[:, :checked], both, rtol=1e-11, atol=1e-12):
            return False
    return True

"""`tocsin bench turnout`: each real exercise foretold from the others, its interval's width and score.

Ours lets turnout vary between exercises; beside it stands what the same exercises would foretell if it did not, that
is, sampling alone. For `turnout.YEAR` and `reach.YEAR` the value is what came out, the peer's value the median
foretold, and the goal the 90 % interval. The intervals are wide because the exercises are few; docs/prediction.md
says how little that tells.
"""

from __future__ import annotations

from typing import Any

from tocsin.sweep.exercises import LeftOut, left_out, series

__all__ = ["rows"]

SERIES = {"turnout": ("came", "sent"), "reach": ("reached", "sent")}


def rows(*, quick: bool = False) -> list[dict[str, Any]]:
    """Three rows an exercise: what came out, the interval's width, and its score (less is better)."""
    del quick  # it takes a second
    return [row for name, kind in SERIES.items() for found in left_out(series(*kind)) for row in _rows_of(name, found)]


def _rows_of(name: str, found: LeftOut) -> list[dict[str, Any]]:
    ours, alone, share = found.prediction, found.alone, found.share
    name, held = f"{name}.{found.figure.year}", ours.holds(share)
    foretold, goal = f"{ours.low:.3f} – {ours.high:.3f}", ""
    peer = f"median of {ours.exercises} others"
    if found.figure.alike:
        goal = foretold
    else:  # it was not drawn like them, so that they owe it nothing; what they say of it is told all the same
        peer, held = f"{peer}, another kind: {foretold} {'holds' if held else 'misses'} it", True
    return [
        _row(name, "of sent", share, peer, ours.middle, share / ours.middle, goal, held),
        _row(f"{name}.width", "of sent", ours.width, "sampling alone", alone.width, alone.width / ours.width),
        _row(f"{name}.score", "of sent", ours.score(share), "sampling alone", alone.score(share),
             alone.score(share) / ours.score(share)),
    ]  # fmt: skip


def _row(
    name: str, unit: str, value: float, peer: str, peer_value: float, ratio: float, goal: str = "", met: bool = True
) -> dict[str, Any]:
    return {"name": name, "value": value, "unit": unit, "peer": peer, "peer_value": peer_value, "ratio": ratio,
            "goal": goal, "met": met, "equal": None}  # fmt: skip

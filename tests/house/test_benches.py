"""The rows of benches: what is met, what is missed, and what has no goal."""

from __future__ import annotations

from benchmarks.timing import row


def test_a_row_without_a_goal_meets_nothing() -> None:
    """Without a goal a row is neither met nor missed, however far it lies from what it stands beside."""
    assert row("a", 96.0, "ms", "beside", 50.0, None, less=True)["met"] is None


def test_a_goal_is_met_only_with_equal_results() -> None:
    """3 s against a limit of 4 is met; with results that differ it is not, and no goal is needed for that."""
    assert row("a", 3.0, "s", "limit", 4.0, 4.0, less=True)["met"] is True
    assert row("a", 5.0, "s", "limit", 4.0, 4.0, less=True)["met"] is False
    assert row("a", 3.0, "s", "limit", 4.0, 4.0, less=True, equal=False)["met"] is False
    assert row("a", 3.0, "s", "peer", 4.0, None, less=True, equal=False)["met"] is False

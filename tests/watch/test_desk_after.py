"""The desk that a change leaves behind: the same as one that is opened anew, and never older than the store."""

from __future__ import annotations

from pathlib import Path

from tocsin.watch.desk import machine_reading, opened


def test_the_desk_after_a_change_holds_what_a_new_one_holds(tmp_path: Path) -> None:
    """After each of two decisions at one desk, `after` says what a desk that is opened anew says."""
    with opened(tmp_path / "watch", create=True) as desk:
        reading = machine_reading(
            1_790_000_000_000, source="west-2026", kept="", zone="", publisher="", owner="", level=""
        )
        desk.take("west-2026", reading)
        first, second = sorted(desk.after.standing.claims)[:2]
        for at, name in enumerate((first, second)):
            desk.decide("confirm", name, (), "Read twice.", "analyst", at)
            assert desk.after.standing.claims[name].status == "confirmed"
            assert desk.after is desk.after
            assert desk.after.standing == desk.again().standing
            assert desk.after.origins == desk.again().origins
            assert desk.after.reports == desk.again().reports
        kept = desk.after
        desk.store.decide(9, "analyst", "retract", first, {}, "Written past the desk.")
        assert desk.after is not kept
        assert first not in desk.after.standing.claims

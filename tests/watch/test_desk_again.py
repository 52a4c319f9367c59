"""A desk after a change: what was worked out for the log is used again, and nothing that no longer holds is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tocsin.errors import WatchError
from tocsin.watch.desk import Desk, machine_reading, opened

AT_MS = 1_795_000_000_000
"""In November 2026, after all that is in the case."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A watch folder with the bundled case."""
    monkeypatch.setenv("TOCSIN_WATCH_KEY", str(tmp_path / "watch.key"))
    reading = machine_reading(
        AT_MS, source="west-2026", kept="", zone="", publisher="", owner="unknown", level="unknown"
    )
    with opened(tmp_path / "watch", create=True) as desk:
        desk.take("west-2026", reading)
    yield tmp_path / "watch"


def digit(desk: Desk, report: str) -> str:
    """The digit of the grade that a person gave a report last."""
    told = [one.value.get("digit", "") for one in desk.standing.decisions if one.target == report]
    return str(told[-1]) if told else ""


def test_the_desk_after_a_decision_is_the_one_that_wrote_the_log(folder: Path) -> None:
    """It is the same desk twice, holds the decision, and shows what a desk with nothing remembered shows."""
    with opened(folder) as desk:
        desk.decide("retract", "r038#4", [], "a test", "analyst", AT_MS)
        after, fresh = desk.again(), Desk(desk.store)
        assert after is desk.again() and "written" in vars(after)
        assert "r038#4" not in after.standing.claims
        assert after.standing.claims == fresh.standing.claims and after.origins == fresh.origins
        assert after.written == fresh.written and dict(after.reports) == dict(fresh.reports)
        assert after.incidents == fresh.incidents and after.ledger == fresh.ledger


def test_two_decisions_at_one_desk_both_hold(folder: Path) -> None:
    """The second decision is checked against what the first left, and the desk after both shows both."""
    with opened(folder) as desk:
        desk.decide("grade", "r038", ["digit=3"], "a test", "analyst", AT_MS)
        first = desk.again()
        desk.decide("grade", "r038", ["digit=4"], "a test", "analyst", AT_MS + 1)
        assert desk.again() is not first and digit(desk.again(), "r038") == "4"
        desk.decide("retract", "r038#4", [], "a test", "analyst", AT_MS + 2)
        assert "r038#4" not in desk.again().standing.claims
        with pytest.raises(WatchError):
            desk.decide("grade", "r038#4", ["digit=3"], "a test", "analyst", AT_MS + 3)


def test_a_desk_from_before_another_change_is_not_used_again(folder: Path) -> None:
    """Whoever else writes, through a connection of their own or through this one, is seen by the next desk."""
    with opened(folder) as desk:
        desk.decide("grade", "r038", ["digit=3"], "a test", "analyst", AT_MS)
        with opened(folder) as other:
            other.decide("grade", "r038", ["digit=4"], "a test", "analyst", AT_MS + 1)
        assert digit(desk.again(), "r038") == "4"
        desk.decide("grade", "r038", ["digit=2"], "a test", "analyst", AT_MS + 2)
        kept = desk.again()
        desk.store.decide(AT_MS + 3, "analyst", "grade", "r038", {"digit": "5"}, "a test")
        assert desk.again() is not kept and digit(desk.again(), "r038") == "5"


def test_another_that_writes_while_the_log_is_written_is_seen(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The desk that wrote the log is not used again if another changed the folder in the meantime."""
    plain = Desk.write

    def write(self: Desk) -> None:
        plain(self)
        monkeypatch.setattr(Desk, "write", plain)
        with opened(folder) as other:
            other.decide("grade", "r038", ["digit=4"], "a test", "analyst", AT_MS + 1)

    with opened(folder) as desk:
        monkeypatch.setattr(Desk, "write", write)
        desk.decide("grade", "r038", ["digit=3"], "a test", "analyst", AT_MS)
        assert digit(desk.again(), "r038") == "4"

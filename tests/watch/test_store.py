"""The store: rows only added, batches whole or not at all, refusals that leave the file as it was."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from tocsin.errors import WatchError
from tocsin.watch.model import Bounds, Claim, Link, Report, Sighting, Span, Suggestion
from tocsin.watch.store import FILE, Store

REPORT = Report(
    "r1", "d1", "feed", "https://example.org/1", "Herald", "p-0011", "independent", "outlet", "be",
    Bounds(10, 20), "page-date", 99, "Загаловак", "Тэкст з ‮спадамі‬", ("Other", "r2"), ("r3",), "Channel", "a remark",
)  # fmt: skip
CLAIM = Claim(
    "r1#1", "r1", 1, "retells", "numbers", "an office", "About 300 came.", "Hrodna", Bounds(5, None), "context",
    Bounds(300, 400), "person", Bounds(None, 24), Bounds(40, 40), (Span(0, 5), Span(2, 4, "title")), "rules",
    "suggested", "3",
)  # fmt: skip
SIGHTING = Sighting(
    "f1", "https://example.org/f", "Herald", "official", "neutral", Bounds(1, 2), Bounds(None, 3), "Russia", "Lida",
    "tanks", "tank", "stock", "observed", "site", Bounds(9, None), "At least nine.", ("f2",), True, "B2",
)  # fmt: skip


def test_every_row_comes_back_as_it_went_in(tmp_path: Path) -> None:
    """A report, its claims, suggestions and links, and a sighting are read back equal, after closing and opening."""
    found = Suggestion("r1@place:b0-3", "r1", "place", Span(0, 3), "Тэк", {"id": "1"}, ({"id": "2"},), "town")
    link = Link("copy-of", "r1", "r2", 0.75, "suggested", "minhash")
    with Store.open(tmp_path / "w", create=True) as store:
        store.add([(REPORT, [CLAIM])])
        store.add_sightings([SIGHTING])
        store.put_suggestions([found])
        store.put_links([link])
    with Store.open(tmp_path / "w") as store:
        assert store.reports() == [REPORT]
        assert store.claims() == store.claims(["r1"]) == [CLAIM]
        assert store.sightings() == [SIGHTING]
        assert store.suggestions(["r1"]) == [found]
        assert store.links(["r2"]) == store.links() == [link]
        assert store.reports(["r2"]) == store.claims(["r2"]) == []


def test_the_same_report_again_is_known_and_changes_nothing(tmp_path: Path) -> None:
    """A digest that is there already adds neither a report nor claims, whatever id it comes with."""
    with Store.open(tmp_path, create=True) as store:
        assert store.add([(REPORT, [CLAIM])]).new == ("r1",)
        assert store.add([(REPORT, [CLAIM])]).known == ("r1",)
        assert len(store.claims()) == 1


def test_a_refused_batch_leaves_nothing_behind(tmp_path: Path) -> None:
    """Where the second of two reports takes the id of another one, the first is not there either."""
    other, thief = Report("r9", "d9", "text"), Report("r1", "d2", "text", "pasted")
    with Store.open(tmp_path, create=True) as store:
        store.add([(REPORT, [])])
        with pytest.raises(WatchError, match="'r1' with other content"):
            store.add([(other, []), (thief, [])])
        assert [one.id for one in store.reports()] == ["r1"]
        assert not store.connection.in_transaction


def test_a_sighting_with_the_id_of_another_is_refused(tmp_path: Path) -> None:
    """The same row again is known; another row under its id is an error that names the id."""
    other = Sighting(**{name: getattr(SIGHTING, name) for name in SIGHTING.__slots__} | {"place": "Brest"})
    with Store.open(tmp_path, create=True) as store:
        assert store.add_sightings([SIGHTING, SIGHTING]).known == ("f1",)
        with pytest.raises(WatchError, match="'f1' with other content"):
            store.add_sightings([other])


def test_a_decision_needs_a_reason(tmp_path: Path) -> None:
    """A decision without a reason is refused; decisions are numbered from 1 in their order."""
    with Store.open(tmp_path, create=True) as store:
        with pytest.raises(WatchError, match="no reason"):
            store.decide(1, "analyst", "retract", "r1", {}, "  ")
        store.decide(1, "analyst", "retract", "r1", {}, "taken down")
        store.decide(2, "analyst", "grade", "Herald", {"letter": "B"}, "often right")
        assert [(one.number, one.act, one.value) for one in store.decisions()] == [
            (1, "retract", {}),
            (2, "grade", {"letter": "B"}),
        ]


def test_what_is_no_store_is_refused_in_one_sentence(tmp_path: Path) -> None:
    """A folder without a store, a file that is no database, and a store of another format each get their sentence."""
    with pytest.raises(WatchError, match="no store there"):
        Store.open(tmp_path)
    (tmp_path / FILE).write_bytes(b"not a database, but long enough to be taken for one" * 40)
    with pytest.raises(WatchError, match="no store of Tocsin"):
        Store.open(tmp_path)
    (tmp_path / "other").mkdir()
    with sqlite3.connect(tmp_path / "other" / FILE) as connection:
        connection.execute("CREATE TABLE meta (key TEXT, value TEXT)")
        connection.execute("INSERT INTO meta VALUES ('format', '99')")
    connection.close()
    with pytest.raises(WatchError, match="the format '99'"):
        Store.open(tmp_path / "other")


def test_a_foreign_database_is_left_as_it_is(tmp_path: Path) -> None:
    """A database of somebody else's is refused, and no table is added to it."""
    with sqlite3.connect(tmp_path / FILE) as connection:
        connection.execute("CREATE TABLE theirs (a)")
    connection.close()
    with pytest.raises(WatchError, match="no store of Tocsin"):
        Store.open(tmp_path, create=True)
    with sqlite3.connect(tmp_path / FILE) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("theirs",)]
    connection.close()


def test_two_first_commands_make_one_store(tmp_path: Path) -> None:
    """Two that create the same store one inside the other see the same rows."""
    with Store.open(tmp_path, create=True) as one, Store.open(tmp_path, create=True) as two:
        one.add([(REPORT, [])])
        assert two.reports() == [REPORT]

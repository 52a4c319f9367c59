"""The way into the store: in batches that are whole or not there, which go on where they were interrupted."""

from __future__ import annotations

import json
import sqlite3
from contextlib import suppress
from itertools import islice, permutations
from pathlib import Path

import pytest
from tests.watch.captures import READING, export, message, sample

from tocsin.errors import WatchError
from tocsin.watch import Store
from tocsin.watch.intake import Limits, Pasted, Summary, take_into


def content(store: Store) -> list[list[object]]:
    """All rows of a store, without the cursor."""
    return [[*store.reports()], [*store.claims()], [*store.sightings()]]


def posts(count: int) -> Pasted:
    """An export of so many posts, one of them without words and one broken."""
    whole = export(*(message(n, f"Паведамленне {n}" if n % 7 else "") for n in range(1, count + 1)))
    return Pasted(whole.replace(b'"id": 9,', b'"id": 9, "text": oops,'), "result.json")


def test_taking_in_twice_changes_nothing(tmp_path: Path) -> None:
    """The second time everything is known, and the store holds the same."""
    with Store.open(tmp_path, create=True) as store:
        first = take_into(store, "west-2026", READING)
        before = content(store)
        again = take_into(store, "west-2026", READING)
        assert content(store) == before
    assert (len(first.new), len(first.known), len(first.new_sightings)) == (92, 0, 196)
    assert (len(again.new), set(again.known)) == (0, set(first.new))
    assert set(again.known_sightings) == set(first.new_sightings) and again.problems == ()


def test_the_order_of_intake_changes_nothing(tmp_path: Path) -> None:
    """Five orders of four sources, each of which stands first at least once, fill the store with the same rows."""
    sources = ["west-2026", posts(20), *(Pasted(sample(name), name) for name in ("feed.xml", "page.html"))]
    found = []
    for number, order in enumerate(islice(permutations(sources), 0, None, 5)):
        with Store.open(tmp_path / str(number), create=True) as store:
            for source in order:
                take_into(store, source, READING)
            found.append(content(store))
    assert all(one == found[0] for one in found)


@pytest.mark.parametrize("stop", [1, 2, 3, 7])
def test_an_interrupted_intake_goes_on_where_it_stopped(tmp_path: Path, stop: int) -> None:
    """Interrupted behind any batch, the end is the same as without: rows, problems; nothing is done twice."""
    limits, source = Limits(batch=5), posts(40)
    with Store.open(tmp_path / "whole", create=True) as store:
        whole = take_into(store, source, READING, limits)
        expected = content(store)
    assert len(whole.new) == 34 and len(whole.problems) == 1 and whole.skipped == 5

    calls = 0

    def interrupt(done: int, file: str) -> None:
        nonlocal calls
        calls += 1
        assert (done, file) == (calls * 5, "result.json")
        if calls == stop:
            raise KeyboardInterrupt

    with Store.open(tmp_path / "cut", create=True) as store:
        with pytest.raises(KeyboardInterrupt):
            take_into(store, source, READING, limits, interrupt)
        found = len(store.reports())
        rest = take_into(store, source, READING, limits)
        assert content(store) == expected
        assert rest.resumed == stop * 5 and rest.known == () and len(rest.new) == 34 - found
        assert [str(one) for one in rest.problems] == [str(one) for one in whole.problems]
        again = take_into(store, source, READING, limits)
        assert (again.resumed, len(again.known), again.new) == (0, 34, ())


def test_an_interrupted_folder_goes_on_with_its_next_file(tmp_path: Path) -> None:
    """Files before the cursor are passed over; one that changed since is read anew; nothing is lost."""
    folder = tmp_path / "in"
    folder.mkdir()
    for name in "abcdef":
        (folder / f"{name}.txt").write_bytes(f"words of {name}".encode())
    (folder / "bb.bin").write_bytes(b"%PDF")

    def interrupt(done: int, file: str) -> None:
        if file == "c.txt":
            raise KeyboardInterrupt

    with Store.open(tmp_path / "store", create=True) as store:
        with pytest.raises(KeyboardInterrupt):
            take_into(store, folder, READING, Limits(batch=1), interrupt)
        (folder / "c.txt").write_bytes(b"other words of c")
        rest = take_into(store, folder, READING)
        texts = sorted(one.text for one in store.reports())
    assert texts == ["other words of c", *(f"words of {name}" for name in "abcdef")]
    assert len(rest.new) == 4 and len(rest.problems) == 1 and rest.kinds[0] == ("c.txt", "text")


@pytest.mark.parametrize("batch", [1, 2, 3, 4, 100])
@pytest.mark.parametrize("stop", [1, 2, 3])
def test_a_batch_may_hold_pieces_of_several_files(tmp_path: Path, batch: int, stop: int) -> None:
    """Wherever files and batches end: after an interruption the rows and the problems are those of one run."""
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.txt").write_bytes(b"words")
    (folder / "b.csv").write_bytes(b"id,stance,topic,summary\nx,asserts,place,s\nbroken\ny,asserts,place,s\n")
    (folder / "c.bin").write_bytes(b"%PDF")
    (folder / "d.json").write_bytes(export(*(message(n, f"post {n}") for n in range(5))))
    with Store.open(tmp_path / "whole", create=True) as store:
        whole = take_into(store, folder, READING)
        expected = content(store)
    calls = 0

    def interrupt(done: int, file: str) -> None:
        nonlocal calls
        calls += 1
        if calls == stop:
            raise KeyboardInterrupt

    with Store.open(tmp_path / "cut", create=True) as store:
        with suppress(KeyboardInterrupt):
            take_into(store, folder, READING, Limits(batch=batch), interrupt)
        rest = take_into(store, folder, READING, Limits(batch=batch))
        assert content(store) == expected and len(expected[0]) == 8
    if rest.resumed:
        assert rest.known == () and sorted(map(str, rest.problems)) == sorted(map(str, whole.problems))


def test_a_failing_batch_leaves_the_store_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that is full in the middle: one clear error, whole batches only, and the next intake ends the work."""
    source, limits = posts(40), Limits(batch=10)
    with Store.open(tmp_path, create=True) as store:
        add, calls = store.add, 0

        def full(taken: object) -> object:
            nonlocal calls
            calls += 1
            if calls == 15:
                raise sqlite3.OperationalError("database or disk is full")
            return add(taken)

        monkeypatch.setattr(store, "add", full)
        with pytest.raises(WatchError, match="disk is full"):
            take_into(store, source, READING, limits)
        monkeypatch.undo()
        assert len(store.reports()) == 8, "of the first ten, one is without words and one is broken"
        assert len(take_into(store, source, READING, limits).new) == 26


def test_an_id_that_stands_for_something_else_is_a_problem_of_its_row(tmp_path: Path) -> None:
    """The rows around it come in, and what was there stays as it was."""
    rows = [{"id": name, "publisher": word} for name, word in (("a", "x"), ("b", "x"), ("a", "y"), ("c", "x"))]
    data = "\n".join(map(json.dumps, rows)).encode()
    with Store.open(tmp_path, create=True) as store:
        summary = take_into(store, Pasted(data, "x.jsonl"), READING, kind="coded")
        assert [one.publisher for one in store.reports()] == ["x", "x", "x"]
    assert summary.new == ("a", "b", "c") and "'a'" in summary.problems[0].sentence


def test_the_same_address_with_other_words_is_a_new_report(tmp_path: Path) -> None:
    """A page that was changed after it was captured is captured again; the first capture stays."""
    page = sample("page.html")
    with Store.open(tmp_path, create=True) as store:
        for data in (page, page, page.replace("за сем дзён".encode(), "за тры дні".encode())):
            take_into(store, Pasted(data, "page.html"), READING)
        found = store.reports()
    assert len(found) == 2 and len({one.address for one in found}) == 1


def test_a_summary_says_itself_to_programs() -> None:
    """Every list and the place of every problem."""
    told = Summary(new=("a",), problems=(WatchError("bad", place="x, line 2"),), kinds=(("x", "text"),)).as_json()
    assert json.loads(json.dumps(told))["problems"] == [{"place": "x, line 2", "sentence": "bad"}]
    assert told["kinds"] == [{"file": "x", "kind": "text"}]

"""Coded rows: each by itself, from lines of JSON or from a table, with values that the store and JSON can hold."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.watch.captures import CAPTURED, MINSK, READING, sample

from tocsin.watch.intake import Limits, Reading, read_reports, read_sightings, read_table
from tocsin.watch.model import Bounds, Sighting

ROW: dict[str, Any] = {"id": "r1", "url": "https://news.example/1", "publisher": "News", "published": "2026-02-19"}
CLAIM: dict[str, Any] = {"stance": "asserts", "topic": "called-up", "summary": "Called up."}
FORCE: dict[str, Any] = {
    **{"id": "f1", "owner": "Russia", "place": "Belarus", "kind": "troops", "measure": "stock"},
    **{"basis": "estimate", "scope": "national", "unit": "person", "published": "2022-01", "about_from": "2022-01"},
}


def lines(*rows: dict[str, Any]) -> bytes:
    """Rows as lines of JSON."""
    return "\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode()


def test_broken_lines_are_problems_and_the_others_come_in() -> None:
    """Each broken line is one problem that names it; the rest is taken in, in its order."""
    data = b'\xef\xbb\xbf{"id": "a"}\n{"id": \n\n[]\n\xff\xfe\n{"id": "b"}\n' + b"[" * 100_000 + b"\n"
    taken = read_reports(data, "x.jsonl", READING)
    assert [report.id for report, _ in taken.items] == ["a", "b"]
    assert [one.place for one in taken.problems] == [f"x.jsonl, line {n}" for n in (2, 4, 5, 7)]


@pytest.mark.parametrize(
    ("row", "key"),
    [
        (ROW | {"id": "a b"}, "id"),
        (ROW | {"id": "a#1"}, "id"),
        (ROW | {"id": ""}, "id"),
        (ROW | {"id": "x" * 81}, "id"),
        (ROW | {"url": "javascript:alert(1)"}, "url"),
        (ROW | {"url": "data:text/html,x"}, "url"),
        (ROW | {"published": "yesterday"}, "published"),
        (ROW | {"published": "20260219"}, "published"),
        (ROW | {"owner": "nobody"}, "owner"),
        (ROW | {"cites": "BelTA"}, "cites"),
        (ROW | {"claims": [CLAIM | {"at_least": 10**30}]}, "at_least"),
        (ROW | {"claims": [CLAIM | {"at_least": float("inf")}]}, "at_least"),
        (ROW | {"claims": [CLAIM | {"at_least": float("nan")}]}, "at_least"),
        (ROW | {"claims": [CLAIM | {"at_least": 1.5}]}, "at_least"),
        (ROW | {"claims": [CLAIM | {"at_least": True}]}, "at_least"),
        (ROW | {"claims": [CLAIM | {"at_least": 3, "at_most": 2}]}, "at_least"),
        (ROW | {"claims": [CLAIM | {"digit": "7"}]}, "digit"),
        (ROW | {"claims": [CLAIM | {"when_basis": "felt"}]}, "when_basis"),
        (ROW | {"claims": [CLAIM | {"when_from": "2026-02-20", "when_to": "2026-02-19"}]}, "when_from"),
    ],
)
def test_a_wrong_value_is_one_problem_at_its_key(row: dict[str, Any], key: str) -> None:
    """What no claim can be is refused with file, line and key; the row beside it comes in."""
    taken = read_reports(lines(row, ROW | {"id": "good"}), "x.jsonl", READING)
    assert [report.id for report, _ in taken.items] == ["good"]
    (problem,) = taken.problems
    assert problem.place.startswith("x.jsonl, line 1") and problem.place.endswith(f", {key}")
    assert "expected" in problem.sentence


def test_a_key_that_comes_twice_is_refused() -> None:
    """JSON would keep the last value and hide the first."""
    taken = read_reports(b'{"id": "a", "id": "b"}', "x.jsonl", READING)
    assert taken.items == () and "twice" in taken.problems[0].sentence


def test_the_digest_is_of_what_a_row_says() -> None:
    """Order of keys, absent, null and empty values make no difference; another word does."""
    base = read_reports(lines(ROW), "x", READING).items[0][0].digest
    same = {"note": None, "cites": [], **dict(reversed(ROW.items()))}
    assert read_reports(lines(same), "y", READING).items[0][0].digest == base
    assert read_reports(lines(ROW | {"note": "x"}), "x", READING).items[0][0].digest != base


def test_odd_characters_of_a_row_never_reach_the_store() -> None:
    """Half a surrogate pair, NUL and escape cannot be kept or printed: they are replaced or dropped."""
    data = b'{"id": "a", "publisher": "x\\ud800y\\u0000z\\u001b[2J"}'
    assert read_reports(data, "x", READING).items[0][0].publisher == "x\ufffdyz[2J"


def test_a_password_never_stays_in_an_address() -> None:
    """A coded address loses its user name and password."""
    taken = read_reports(lines(ROW | {"url": "https://me:secret@news.example/1"}), "x", READING)
    assert taken.items[0][0].address == "https://news.example/1"


def test_a_report_from_the_future_is_taken_in_and_its_time_is_unknown() -> None:
    """Nothing was published after it was captured: at most the capture, with a remark."""
    report, _ = read_reports(lines(ROW | {"published": "2027-01-01"}), "x", READING).items[0]
    assert (report.published, report.published_basis) == (Bounds(None, CAPTURED), "none")
    assert "after its capture" in report.note
    told, _ = read_reports(lines(ROW | {"published": "2027-01-01"}), "x", Reading(0, MINSK)).items[0]
    assert told.published_basis == "page-date", "without a time of capture nothing lies in the future"


def test_too_many_rows_are_cut_off_with_one_problem() -> None:
    """The first rows come in, and one problem says that there were more."""
    taken = read_reports(lines(*(ROW | {"id": f"r{n}"} for n in range(9))), "x", READING, Limits(items=4))
    assert len(taken.items) == 4 and len(taken.problems) == 1


def test_a_table_says_the_same_as_lines() -> None:
    """The sample's rows become three reports, the first with two claims, and the digest of the same lines of JSON."""
    taken = read_table(sample("coded.csv"), "coded.csv", READING)
    assert taken.problems == ()
    assert [(report.id, len(claims)) for report, claims in taken.items] == [("s1", 2), ("s2", 1), ("s3", 0)]
    first, claims = taken.items[0]
    assert first.cites == ("A reader", "Invented Channel") and claims[0].notice_hours == Bounds(0, 10)
    assert (claims[1].count, claims[1].unit) == (Bounds(1, None), "person")
    row = {
        **{"id": "s2", "url": "https://office.example/statement", "publisher": "Invented Ministry", "owner": "state"},
        **{"published": "2026-02-20T12:00+03:00", "language": "ru", "level": "official"},
        "claims": [
            {
                **{"stance": "denies", "topic": "phones-taken", "who": "the ministry"},
                "summary": "Phones are not taken away.",
            }
        ],
    }
    assert read_reports(lines(row), "x", READING).items[0] == taken.items[1]


@pytest.mark.parametrize(("mark", "encoding"), [(",", "utf-8"), (";", "utf-8-sig"), ("\t", "cp1251"), (";", "utf-16")])
def test_a_table_may_be_parted_and_encoded_as_offices_do(mark: str, encoding: str) -> None:
    """Comma, semicolon or tab; UTF-8, with or without a mark, UTF-16, or the Cyrillic of Windows."""
    rows = [["id", "publisher", "stance", "topic", "summary"], ["a", "Навіны", "asserts", "place", "У Гродне збіраюць"]]
    data = "\r\n".join(mark.join(row) for row in rows).encode(encoding)
    taken = read_table(data, "x.csv", READING)
    assert taken.problems == () and taken.items[0][0].publisher == "Навіны"
    assert taken.items[0][1][0].what == "У Гродне збіраюць"


def test_a_remark_on_a_table_names_its_file() -> None:
    """In a folder of many, whoever reads the remark must know which it is of."""
    assert read_table(b"id,note\x00\na,words\n", "x.csv", READING).remarks == ("x.csv: 1 control characters dropped",)


def test_an_unknown_column_is_one_clear_error() -> None:
    """A header that says what nobody knows is refused whole: guessing would lose a column in silence."""
    taken = read_table(b"id,summary,colour\na,b,red\n", "x.csv", READING)
    (problem,) = taken.problems
    assert taken.items == () and problem.place == "x.csv, line 1" and "'colour'" in problem.sentence


@pytest.mark.parametrize(
    ("row", "said"),
    [("a,asserts,place", "3 fields"), ("a,asserts,place,x,y", "5 fields"), (",asserts,place,x", "id"), ('a,"b', "CSV")],
)
def test_a_broken_row_of_a_table_is_one_problem(row: str, said: str) -> None:
    """The rows before it come in."""
    taken = read_table(f"id,stance,topic,summary\ngood,asserts,place,x\n{row}".encode(), "x.csv", READING)
    assert [report.id for report, _ in taken.items] == ["good"]
    assert len(taken.problems) == 1 and said in str(taken.problems[0])


def test_two_rows_that_disagree_about_their_report_leave_it_out() -> None:
    """Nobody can say which of two publishers is meant; other reports come in."""
    data = b"id,publisher,stance,topic,summary\na,X,asserts,place,x\na,Y,asserts,place,y\nb,X,asserts,place,x\n"
    taken = read_table(data, "x.csv", READING)
    assert [report.id for report, _ in taken.items] == ["b"]
    assert "another publisher" in taken.problems[0].sentence and taken.problems[0].place == "x.csv, line 3"


def test_a_table_of_forces_is_known_by_its_columns() -> None:
    """`measure` and `scope` say that rows are dated statements on forces."""
    columns = [*FORCE, "value", "differs_from", "published_inferred"]
    cells = [*map(str, FORCE.values()), "30000", "f2|f3", "true"]
    taken = read_table(f"{','.join(columns)}\n{','.join(cells)}\n".encode(), "x.csv", READING)
    (found,) = taken.sightings
    assert (found.count, found.differs_from, found.published_inferred) == (Bounds(30000, 30000), ("f2", "f3"), True)


@pytest.mark.parametrize("change", [{"grade": "Z9"}, {"published_inferred": "yes"}, {"scope": "galactic"}, {"id": 7}])
def test_a_wrong_statement_on_forces_is_one_problem(change: dict[str, Any]) -> None:
    """It stays out, and the one beside it comes in."""
    taken = read_sightings(lines(FORCE | change, FORCE | {"id": "f2"}), "x", READING)
    assert [one.id for one in taken.sightings] == ["f2"] and len(taken.problems) == 1


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from([*ROW, "claims", "cites", "note", "level"]), json_values))
def test_any_object_is_a_report_or_a_problem(values: dict[str, Any]) -> None:
    """Whatever JSON can say under known keys: one item or one problem, and nothing raised."""
    taken = read_reports(json.dumps(values).encode(), "x", READING)
    assert len(taken.items) + len(taken.problems) == 1
    for report, _ in taken.items:
        "".join((report.id, report.note, report.publisher, report.address)).encode()


@given(st.dictionaries(st.sampled_from([*FORCE, "value", "at_least", "grade", "about_to"]), json_values))
def test_any_object_is_a_statement_on_forces_or_a_problem(values: dict[str, Any]) -> None:
    """The same for dated statements on forces."""
    taken = read_sightings(json.dumps(FORCE | values).encode(), "x", READING)
    assert len(taken.sightings) + len(taken.problems) == 1
    assert all(isinstance(one, Sighting) for one in taken.sightings)

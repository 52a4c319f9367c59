"""The footprint's pages say what the room says: intervals, "not known" in words, every number with its rows."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient

from tocsin.serve.pages.footprint_shown import courses, shown_footprint, statements
from tocsin.serve.room import View
from tocsin.watch import Store
from tocsin.watch.desk import Desk
from tocsin.watch.listed import footprint_at


@pytest.fixture(scope="module")
def view(filled: Path) -> Iterator[View]:
    with Store.open(filled) as store:
        yield View(Desk(store), None)


def test_strengths_at_a_day_are_those_of_the_room(client: TestClient[Any], view: View) -> None:
    """Every interval that is known on the eve of the invasion is printed, and each row that it rests on is a link."""
    found, _ = footprint_at(view.desk, "2022-02-23", "", "", 0)
    text = client.get("/footprint?at=2022-02-23").text
    known = [one for one in found.estimates if one.known]
    assert known
    for one in known:
        assert one.low is not None and one.high is not None
        assert f"{int(one.low):,} to {-int(-one.high // 1):,}" in text
        assert all(f'href="/footprint/{row}"' in text for row in one.rows[-8:])


def test_what_is_not_known_is_said_in_words(client: TestClient[Any]) -> None:
    """At a day long after the last count there is no number, and the page says that there is none, and why."""
    text = client.get("/footprint?at=2030-01-01").text
    assert "No strength is known on 1 Jan 2030" in text
    assert "not known any more" in text


def test_an_interval_widens_with_age(view: View) -> None:
    """After the last count the distribution behind the band of the first course only ever gets wider."""
    first = courses(view)[0]
    days = {dot.at_ms for dot in first.course.dots}
    last = max(days)
    tail = [one.level.sd for one in first.course.line if one.at_ms > last and one.level is not None]
    assert len(tail) > 3 and tail == sorted(tail) and tail[-1] > tail[0]


def test_the_drawing_has_a_dot_for_each_count_and_its_rows_beside(client: TestClient[Any], view: View) -> None:
    """Each count of a course is a dot whose title names its row."""
    text = client.get("/footprint").text
    first = courses(view)[0]
    for dot in first.course.dots:
        assert f"<title>{dot.row}, " in text


def test_no_two_units_or_scopes_share_a_drawing(view: View) -> None:
    """A course is of one quantity: its counts have one owner, kind, unit, scope and place."""
    rows = {one.id: one for one in statements(view)}
    for one in courses(view):
        kinds = {
            (rows[dot.row].owner, rows[dot.row].kind, rows[dot.row].unit, rows[dot.row].scope)
            for dot in one.course.dots
        }
        assert len(kinds) == 1


def test_likeness_marks_crossings_signs_and_left_out_rows(client: TestClient[Any], view: View) -> None:
    """The page compares with the past stretch that is asked for, and shows the rest of the footprint."""
    text = client.get("/footprint?at=2026-03-09&like=2022-01-01/2022-02-23").text
    found, like = footprint_at(view.desk, "2026-03-09", "", "2022-01-01/2022-02-23", 0)
    assert like is not None
    told = shown_footprint(view, found, like)
    assert told["like"]["share"] in text
    assert sum(one["count"] for one in told["left_out"]) == len(found.left_out)
    assert len(told["crossings"]) == len(found.crossings)
    assert "Signs without a number" in text and "field hospital" in client.get("/footprint?at=2022-02-23").text


@pytest.mark.parametrize("query", ["at=zz", "at=2026-13-40", "owner=Nobody", "like=2022", "like=2022-03-01/2022-01-01"])
def test_what_cannot_be_asked_is_told_beside_the_form(client: TestClient[Any], query: str) -> None:
    """A wrong day, owner or stretch gives one sentence, and what was typed stays."""
    answer = client.get(f"/footprint?{query}")
    assert answer.status_code == 422
    assert re.search(r'role="alert">.*expected', answer.text, re.DOTALL)


def test_each_statement_has_a_page_with_address_and_role(client: TestClient[Any], view: View) -> None:
    """Every statement can be read, says by whom, how it is known, and what it does to the estimate."""
    for row in statements(view):
        text = client.get(f"/footprint/{row.id}")
        assert text.status_code == 200, row.id
    text = client.get("/footprint/f052").text
    row = next(one for one in statements(view) if one.id == "f052")
    assert row.publisher in html.unescape(text) and "What it does to the estimate" in text
    assert 'rel="noopener noreferrer nofollow"' in text
    assert client.get("/footprint/f999").status_code == 404


def test_an_owner_alone(client: TestClient[Any]) -> None:
    """Who asks for one owner sees no estimate of another's."""
    text = client.get("/footprint?at=2023-09-01&owner=Wagner%20(Russia)").text
    table = text.split("What stands there on", 1)[1].split("Over time", 1)[0]
    assert "Wagner (Russia): troops" in table and "Russia: troops, Belarus" not in table
    assert not re.search(r'scope="row">Russia:', table)

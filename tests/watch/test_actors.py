"""Public offices and officials: found in six languages, told from namesakes, each traced to coded reports."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tocsin.watch.people.actors import LINES, SIDES, actor_mentions, actor_of, actors, speaks_for

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"


@pytest.mark.parametrize(
    ("language", "text", "ids"),
    [
        ("ru", "Вольфович доложил Лукашенко о Хренине.", ["volfovich", "lukashenko", "khrenin"]),
        ("ru", "По словам Александра Вольфовича, в военкомате ждут.", ["volfovich", "military-office"]),
        ("be", "Паводле Вальфовіча, Лукашэнкі і Хрэніна.", ["volfovich", "lukashenko", "khrenin"]),
        ("be", "У ваенкамаце і ў Генштабе.", ["military-office", "general-staff"]),
        ("uk", "Речник ДПСУ Андрій Демченко і Зеленський.", ["ukraine-border-guard", "demchenko", "zelensky"]),
        ("pl", "Według Chrenina i Łukaszenki.", ["khrenin", "lukashenko"]),
        ("lt", "Pasak Lukašenkos ir Gynybos ministerijos.", ["lukashenko", "ministry-of-defence"]),
        ("en", "Khrenin, defence minister, told Lukashenko.", ["khrenin", "lukashenko"]),
    ],
)
def test_actors_are_found_in_their_cases(language: str, text: str, ids: list[str]) -> None:
    """Each line names these actors in this order."""
    assert [one.actor.id for one in actor_mentions(text, language)] == ids


@pytest.mark.parametrize("text", ["Ольга Демченко плачет.", "Иван Романенко уехал.", "Демченко Инна ждёт."])
def test_a_namesake_with_another_given_name_is_no_official(text: str) -> None:
    """A private person who shares an official's surname does not become one."""
    assert actor_mentions(text, "ru") == []


def test_coded_speakers() -> None:
    """The first actor of a coded `who` is meant; media and residents are none."""
    found = {who: actor_of(who) for who in ("Volfovich / Lukashenko", "Maj. Gen. Revenko, assistant to the minister")}
    assert [one.id for one in found.values() if one] == ["volfovich", "revenko"]
    assert actor_of("woman in Grodno (A)") is None
    assert actor_of("Zerkalo") is None


@pytest.mark.parametrize(
    ("who", "name", "ours"),
    [
        ("Volfovich / Lukashenko", "volfovich", True),
        ("deputy military commissar of Grodno", "military-commissar", True),
        ("Commander, 11th brigade", "brigade-11", True),
        # People ring up an office: what it says is not yet the state's official word.
        ("military offices, by phone to Zerkalo", "military-office", False),
        ("Zelensky", "zelensky", False),
        ("Latushko, United Transitional Cabinet", "latushko", False),
        ("Polish Ministry of Defence", None, False),
        ("residents", None, False),
    ],
)
def test_who_speaks_for_the_state(who: str, name: str | None, *, ours: bool) -> None:
    """Officials of the watched state speak for it; its phones, other sides and other states' offices do not."""
    found = actor_of(who)
    assert (None if found is None else found.id) == name
    assert speaks_for(found) is ours
    assert not speaks_for(found, "xx")


def test_sides_are_those_of_the_table() -> None:
    """Each state that has a side has actors on it."""
    assert set(SIDES.values()) <= {one.side for one in actors().values()}


def test_the_two_lines_of_the_inspection() -> None:
    """The president's line and the ministry's are told apart (timeline.md, "Two inspections under one name")."""
    lines = {one: actors()[one].line for one in ("volfovich", "security-council", "khrenin", "general-staff")}
    assert lines == {
        "volfovich": "president", "security-council": "president", "khrenin": "ministry", "general-staff": "ministry",
    }  # fmt: skip
    assert all(one.line in LINES for one in actors().values())


@pytest.mark.skipif(not DATA.is_dir(), reason="../shared/data is not there")
def test_every_fact_names_rows_that_are_there() -> None:
    """Sources are ids of coded reports and statements."""
    rows = [*(DATA / "west-2026" / "reports.jsonl").read_text(encoding="utf-8").splitlines()]
    rows += (DATA / "footprint" / "footprint.jsonl").read_text(encoding="utf-8").splitlines()
    ids = {json.loads(row)["id"] for row in rows}
    for one in actors().values():
        assert one.sources
        assert set(one.sources) <= ids
        assert one.as_json()["sources"] == list(one.sources)

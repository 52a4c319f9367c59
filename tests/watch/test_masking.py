"""Masking: what is shown names no private person, positions map, and only a decision opens a mask."""

from __future__ import annotations

from dataclasses import fields, replace
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.watch.intake import Reading, read_reports, read_sightings
from tocsin.watch.masking import (
    Masked,
    Numbers,
    mask_claim,
    mask_report,
    mask_sighting,
    mask_text,
    masked,
    masked_words,
    numbers_of,
    shown,
    unmasked_ids,
)
from tocsin.watch.model import Bounds, Claim, Decision, Report, Sighting, Span, Suggestion
from tocsin.watch.shown import shown_suggestions
from tocsin.watch.standing import standing
from tocsin.watch.store import Store
from tocsin.watch.text.found import Found

NAME = "Сергей Выдумкин"
TEXT = f"Забрали, {NAME} не отвечает, тел. +375 29 000-00-00. Выдумкина ждут в Гродно, Лукашенко молчит."


def report(**changes: object) -> Report:
    """A post with a private name in its text."""
    return replace(Report("t-1", "d", "text", language="ru", text=TEXT), **changes)


def persons(first: int, last: int) -> Found:
    """A private person at these characters."""
    return Found("person", first, last, {"role": "private", "name": "person 1"})


def decision(number: int, act: str, target: str) -> Decision:
    """A decision with a reason."""
    return Decision(number, 0, "analyst", act, target, {}, "She published it herself.")


def test_a_person_has_one_number_and_officials_keep_their_names() -> None:
    """Both writings of the name are person 1, the phone is a phone; Hrodna and Lukashenko stay."""
    assert mask_text(TEXT, "ru") == (
        "Забрали, [person 1] не отвечает, тел. [phone]. [person 1] ждут в Гродно, Лукашенко молчит."
    )


def test_numbers_agree_between_the_fields_of_a_report() -> None:
    """The title's person is the text's."""
    shown_ = mask_report(report(title="Где Выдумкин Сергей?", note="Asked: Siarhei Invented."), (), ())
    assert shown_.title == "Где [person 1]?"
    assert "[person 1]" in shown_.text
    assert shown_.note == "Asked: [person 2]."


def test_a_surname_that_another_field_tells_for_one_is_masked() -> None:
    """«Ковша» alone looks like a bucket; the text's «Сергей Ковш» tells whose name it is, in title and claim too."""
    one = report(title="Ковша ждут дома", text="Забрали Сергея Ковша утром. Ковш молчит.")
    assert mask_text(one.title, "ru") == one.title, "by itself no rule finds it"
    assert mask_report(one, (), ()).title == "[person 1] ждут дома"
    claim = Claim("t-1#1", "t-1", 1, "asserts", "other", what="Ковш молчит.", writer="rules")
    assert mask_claim(claim, "ru", numbers_of(one)).what == "[person 1] молчит."


def test_nothing_in_the_bundled_data_is_masked() -> None:
    """The 92 coded reports and 196 statements name no private person; officials, media and offices stay."""
    folder = files("tocsin.watch") / "bundled" / "west-2026"
    taken = read_reports((folder / "reports.jsonl").read_bytes(), "reports", Reading(0))
    assert len(taken.items) == 92
    for one, claims in taken.items:
        assert mask_report(one, (), ()) == one
        assert [mask_claim(claim, one.language, numbers_of(one)) for claim in claims] == list(claims)
    seen = read_sightings((folder / "footprint.jsonl").read_bytes(), "footprint", Reading(0)).sightings
    assert len(seen) == 196
    assert [mask_sighting(one) for one in seen] == list(seen)


def test_every_text_field_of_a_report_and_a_claim_is_masked() -> None:
    """Whatever field of text holds the name, it is not shown; fields that hold no words of people are left."""
    kept = {"id", "digest", "route", "owner", "level", "language", "published_basis", "seen_via", "address"}
    for one in fields(Report):
        if one.type in ("str", "tuple[str, ...]") and one.name not in kept:
            value = NAME if one.type == "str" else (NAME,)
            assert NAME not in str(getattr(mask_report(report(**{one.name: value}), (), ()), one.name)), one.name
    claim = Claim("t-1#1", "t-1", 1, "asserts", "other")
    kept = {"id", "report", "stance", "topic", "when_basis", "unit", "writer", "status", "digit"}
    for one in fields(Claim):
        if one.type == "str" and one.name not in kept:
            assert NAME not in getattr(mask_claim(replace(claim, **{one.name: NAME}), "ru"), one.name), one.name


def test_a_sighting_is_masked() -> None:
    """What, place and publisher."""
    head = ("f1", "", NAME, "claim", "neutral", Bounds(), Bounds(), "Russia", NAME, "troops", "person")
    one = mask_sighting(Sighting(*head, "stock", "observed", "national", Bounds(), NAME))
    assert NAME not in str(one)


def test_the_address_of_a_private_post_loses_its_profile() -> None:
    """A channel's address stays, a private person's profile goes."""
    address = "https://www.threads.net/@nobody/post/000"
    assert mask_report(report(address=address, level="social"), (), ()).address == "https://www.threads.net/[handle]"
    assert mask_report(report(address=address), (), ()).address == address


def test_only_an_unmask_opens_and_only_its_own_span() -> None:
    """Confirming does not open; unmasking opens one finding; a later reject closes it."""
    start = TEXT.index(NAME)
    target = f"t-1@person:b{start}-{start + len(NAME)}"
    assert NAME not in masked_words(report(), (), [decision(1, "confirm", target)]).text
    opened = masked_words(report(), (), [decision(1, "unmask", target)]).text
    assert NAME in opened
    assert "Выдумкина" not in opened
    assert unmasked_ids([decision(1, "unmask", target), decision(2, "reject", target)]) == frozenset()
    assert unmasked_ids([replace(decision(1, "unmask", target), reason=" ")]) == frozenset()


def test_what_an_older_rule_found_stays_masked() -> None:
    """A suggestion in the store is masked though no rule finds it now; others' suggestions are not looked at."""
    text = "Приходил сосед Ковш."
    span = Span(text.index("Ковш"), text.index("Ковш") + 4)
    one = Suggestion("x", "t-1", "person", span, "Ковш", {"role": "private", "name": "person 1"})
    assert "Ковш" not in masked_words(report(text=text), [one], ()).text
    assert masked_words(report(text="Тихо."), [replace(one, report="t-2")], ()).text == "Тихо."


def test_a_suggestion_is_shown_masked(tmp_path: Path) -> None:
    """Words are those of the text as shown, whatever its kind; a person's value tells nothing until it is opened."""
    start = TEXT.index(NAME)
    end = start + len(NAME)
    one = Suggestion(f"t-1@person:b{start}-{end}", "t-1", "person", Span(start, end), NAME, {"name": "person 1"})
    topic = Suggestion(f"t-1@topic:b0-{len(TEXT)}", "t-1", "topic", Span(0, len(TEXT)), TEXT, {"topic": "other"})
    with Store.open(tmp_path, create=True) as store:
        store.add([(report(), ())])
        holds = standing(store)
    person, told = shown_suggestions((one, topic), holds)
    assert (person.words, person.value) == ("[person 1]", {"masked": True})
    assert (told.words, told.value) == (mask_text(TEXT, "ru"), topic.value)
    person, told = shown_suggestions((one, topic), replace(holds, decisions=(decision(1, "unmask", one.id),)))
    assert person == one
    assert NAME in told.words and "Выдумкина" not in told.words


def test_an_official_in_no_table_is_masked_until_opened() -> None:
    """A word of office alone shows nobody's name."""
    assert mask_text("Звонил капитан Небылицын.", "ru") == "Звонил [person 1]."


def test_positions_map_between_text_and_masked_text() -> None:
    """By hand: «ab NAME cd»; the name of four characters becomes a mask of ten."""
    one = masked("ab Name cd", [persons(3, 7)])
    assert one == Masked("ab [person 1] cd", one.masks)
    assert [one.position(place) for place in (0, 3, 5, 7, 8)] == [0, 3, 3, 13, 14]
    assert one.span(Span(8, 10)) == Span(14, 16)
    assert one.span(Span(4, 6)) == Span(3, 13), "a span inside a mask shows the whole mask"
    assert one.span(Span(0, 10)) == Span(0, 16)
    assert one.as_json()["masks"] == [[3, 7, "[person 1]"]]


def test_what_meets_is_masked_as_one() -> None:
    """A name within an e-mail is an e-mail; nothing of either is left."""
    found = [persons(0, 4), Found("contact", 0, 16, {"sort": "e-mail"})]
    assert masked("name@example.org", found).text == "[e-mail]"


def test_unmasking_never_opens_what_another_finding_covers() -> None:
    """An opened span inside a longer finding that nobody opened stays masked."""
    found = [persons(0, 4), Found("contact", 0, 16, {"sort": "e-mail"})]
    assert masked("name@example.org", found, frozenset({(0, 4)})).text == "[e-mail]"


WORDS = st.sampled_from(
    [
        "Сергей",
        "Выдумкин",
        "муж",
        "в",
        "Гродно",
        "Лукашенко",
        "Jan",
        "Zmyślony",
        "+375290000000",
        "a@example.org",
        "и",
        ".",
        "\n",
    ]
)


@settings(max_examples=50, deadline=None)
@given(st.lists(WORDS, max_size=12).map(" ".join))
def test_masking_is_idempotent_and_names_nobody(text: str) -> None:
    """Masked once or twice is the same; a masked text holds no found name."""
    once = mask_text(text, "ru")
    assert mask_text(once, "ru") == once
    assert "Сергей Выдумкин" not in once
    assert "example.org" not in once


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=40), st.lists(st.tuples(st.integers(0, 40), st.integers(1, 10)), max_size=5))
def test_positions_of_unmasked_characters_hold_the_same_character(text: str, spans: list[tuple[int, int]]) -> None:
    """Every character outside the masks stands where `position` says; order is kept."""
    made = masked(text, [persons(start, min(len(text), start + many)) for start, many in spans if start < len(text)])
    hidden = {place for one in made.masks for place in range(one.start, one.end)}
    for place, letter in enumerate(text):
        if place not in hidden:
            assert made.text[made.position(place)] == letter
    positions = [made.position(place) for place in range(len(text) + 1)]
    assert positions == sorted(positions)
    assert positions[-1] == len(made.text)


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=60))
def test_shown_keeps_positions_and_shows_no_control(text: str) -> None:
    """One character for one; nothing turns the direction of reading or hides."""
    made = shown(text)
    assert len(made) == len(text)
    assert not set(made) & set(
        "\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u200b\x00\x1b\r"
    )


def test_shown_by_hand() -> None:
    """New lines and tabs stay."""
    assert shown("a\u202eb\tc\n\x1b[31m") == "a\ufffdb\tc\n\ufffd[31m"


@pytest.mark.parametrize("text", ["Сергей " * 15_000, "@" * 100_000, "\u202e" * 100_000])
def test_long_strings_are_masked_without_hanging(text: str) -> None:
    """The number of masks is that of findings; the time is that of `people.find` (see there)."""
    assert "Сергей" not in mask_text(text, "ru", Numbers())


@pytest.mark.parametrize(
    "text",
    [
        *("Belarus Ministry of Defence", "Maj. Gen. Revenko, assistant to the defence minister", "Onet citing Janes"),
        *("woman in Grodno (A)", "One mechanised formation was put on readiness.", "Volfovich / Lukashenko"),
        *("Copy of the Defence Blog text.", "Lt. Gen. (ret.) Romanenko", "it began on 16 Jan and ended on 20 Feb"),
    ],
)
def test_coded_words_without_private_names_stay(text: str) -> None:
    """Offices, officials, media and months in coded English are shown as they are."""
    assert mask_text(text, "en") == text

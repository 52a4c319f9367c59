"""Telegram exports: every whole message comes in, and nobody's name with it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from tests.watch.captures import CAPTURED, READING, export, message, sample

from tocsin.watch.intake import Limits, Taken, read_telegram
from tocsin.watch.model import Bounds, Report
from tocsin.watch.people.protect import pseudonym

SMALL = export(
    message(1, "Позвы ў Гродне"),
    message(2, ["а ", {"type": "bold", "text": 'б "}] {'}, " в"]),
    message(3, "", action="pin_message") | {"type": "service"},
    message(4, "канец 😀"),
)


def reports(taken: Taken) -> list[Report]:
    """Its reports."""
    return [report for report, _ in taken.items]


def test_the_sample_is_read_whole() -> None:
    """Parts become one text, times are exact, the channel keeps its name, people are pseudonyms."""
    taken = read_telegram(sample("result.json"), "result.json", READING)
    first, second, third = reports(taken)
    assert taken.problems == ()
    assert first.text == "У Гродне раздаюць позвы: заўтра да 8 раніцы. Крыніца тут."
    assert first.note == "links to https://news.example/2026/02/19/pozvy"
    assert (first.published, first.published_basis) == (Bounds(1771443000000, 1771443000000), "time")
    assert (first.publisher, first.level, first.route) == ("Прыдуманы канал", "social", "telegram")
    assert first.address == "https://t.me/c/1000000001/2"
    assert first.author == pseudonym("Алесь Сінтэтычны", READING.key)
    assert second.forwarded == pseudonym("Марыя Сінтэтычная", READING.key)
    assert second.note == "changed 2026-02-19T05:00:00.000+00:00: its words are of then"
    assert third.forwarded == "Суседні канал" and third.text.endswith("{не хвалюйцеся}.")
    assert taken.skipped == 2
    said = {"service messages (who joined, what was pinned): 1", "messages with media and no words: 1"}
    assert set(taken.remarks) == said


def test_no_name_of_a_person_is_anywhere_in_what_is_taken_in() -> None:
    """Writers, signatures, forwards, the other side of a chat, contacts: none is left in the clear."""
    chat = message(1, "Сустрэнемся", **{"from": "Janka Synthetic", "from_id": "user4711"})
    forward = message(2, "Глядзі", **{"from": "Janka Synthetic", "forwarded_from": "Maryja Synthetic"})
    whole = {
        "about": "export",
        "personal_information": {"first_name": "Janka", "last_name": "Synthetic", "phone_number": "+375000000000"},
        "contacts": {"list": [{"first_name": "Maryja", "phone_number": "+375111111111"}]},
        "chats": {
            "about": "chats",
            "list": [
                {"name": "Maryja Synthetic", "type": "personal_chat", "id": 4712, "messages": [chat, forward]},
                {"name": "Synthetic family", "type": "private_group", "id": 99, "messages": [chat]},
                {"name": "Open square", "type": "public_supergroup", "id": 77, "messages": [chat]},
            ],
        },
        "left_chats": {
            "list": [{"name": "News", "type": "public_channel", "id": 5, "messages": [message(3, "Навіна")]}]
        },
    }
    taken = read_telegram(json.dumps(whole).encode(), "result.json", READING)
    found = reports(taken)
    assert taken.problems == () and len(found) == 5
    everything = repr(taken)
    for never in ("Janka", "Maryja", "Synthetic", "+375", "4711", "4712"):
        assert never not in everything
    assert [one.publisher for one in found[-2:]] == ["Open square", "News"]
    assert {one.author for one in found[:4]} == {pseudonym("Janka Synthetic", READING.key)}
    assert found[0].publisher == pseudonym("Maryja Synthetic", READING.key) == found[1].forwarded


def test_without_a_key_writers_are_left_out() -> None:
    """No secret, no pseudonym: and no name either."""
    chat = export(message(1, "x", **{"from": "Janka"}), name="Maryja", kind="personal_chat")
    (found,) = reports(read_telegram(chat, "r", replace(READING, key=b"")))
    assert (found.author, found.publisher) == ("", "")


def test_a_forward_of_unknown_sort_is_a_pseudonym() -> None:
    """A display name alone does not say whether it is a channel's: it is protected, unless it is this channel's own."""
    data = export(message(1, "a", forwarded_from="Somebody"), message(2, "b", forwarded_from="Invented Channel"))
    first, second = reports(read_telegram(data, "r", READING))
    assert first.forwarded == pseudonym("Somebody", READING.key) and second.forwarded == "Invented Channel"


def test_the_digest_knows_the_words_and_not_the_people() -> None:
    """Other views, reactions, key or names: the same digest; edited words: another, at the same address."""
    first = reports(read_telegram(export(message(1, "слова")), "r", READING))[0]
    other = message(1, "слова", views=7, reactions=[{"count": 3}], author="Somebody Else", edited_unixtime="1771450000")
    again = reports(read_telegram(export(other), "elsewhere", replace(READING, key=b"k" * 32, captured=CAPTURED + 1)))[
        0
    ]
    assert (again.id, again.digest, again.address) == (first.id, first.digest, first.address)
    edited = reports(read_telegram(export(message(1, "іншыя словы")), "r", READING))[0]
    assert edited.address == first.address and edited.digest != first.digest


@pytest.mark.parametrize("cut", range(len(SMALL)))
def test_an_export_that_is_cut_anywhere_gives_its_whole_messages(cut: int) -> None:
    """Cut at every byte: a message whose last brace is there comes in, and one problem tells of the rest."""
    data = SMALL[:cut]
    taken = read_telegram(data, "result.json", READING)
    ends = [SMALL.index(b"\n  }", SMALL.index(f'"id": {n},'.encode(), 60)) + 4 for n in (1, 2, 3, 4)]
    whole = [n for n, end in zip((1, 2, 3, 4), ends, strict=True) if end <= cut]
    assert [one.address.rpartition("/")[2] for one in reports(taken)] == [str(n) for n in whole if n != 3]
    assert taken.skipped == (3 in whole)
    assert len(taken.problems) == 1
    assert data.strip() == b"" or "breaks off" in taken.problems[0].sentence


def test_the_whole_of_what_was_cut_has_no_problem() -> None:
    """The test above cuts something that is whole."""
    taken = read_telegram(SMALL, "result.json", READING)
    assert (len(taken.items), taken.skipped, taken.problems) == (3, 1, ())


@pytest.mark.parametrize(
    "broken",
    [
        b'{"id": 2, "type": "message", "text": "unclosed },',
        b'{"id": 2, "type": "message", "text": ' + b"[" * 100_000 + b"},",
        b'{"id": 2, "type": "message", "date_unixtime": ' + b"9" * 5_000 + b"},",
        b'{"id": 2, "type": "message", "text": tru},',
        b'"just a word",',
        b"[1, 2],",
        b"17,",
    ],
)
def test_a_broken_message_keeps_nobody_out(broken: bytes) -> None:
    """The message before it and the one after it come in; one problem says what is missing."""
    one, two = (json.dumps(message(n, f"text {n}")).encode() for n in (1, 3))
    data = b'{"name": "C", "type": "public_channel", "id": 1, "messages": [' + one + b"," + broken + two + b"]}"
    taken = read_telegram(data, "r", READING)
    assert [report.text for report in reports(taken)] == ["text 1", "text 3"]
    assert len(taken.problems) == 1


def test_a_missing_comma_loses_no_message() -> None:
    """The next message begins where the comma should have been."""
    one, two = (json.dumps(message(n, f"text {n}")) for n in (1, 2))
    data = f'{{"name": "C", "type": "public_channel", "id": 1, "messages": [{one} {two}]}}'.encode()
    taken = read_telegram(data, "r", READING)
    assert len(taken.items) == 2 and len(taken.problems) == 1


def test_an_export_of_rubbish_is_given_up() -> None:
    """After so many broken messages the rest is no export, and the reader does not go on for hours."""
    rubbish = b'{"id": 1, "type": "message", oops,' * 5_000
    taken = read_telegram(b'{"messages": [' + rubbish, "r", READING, Limits(broken=10))
    assert taken.items == () and len(taken.problems) == 11


@pytest.mark.parametrize(
    ("change", "basis", "said"),
    [
        ({"date_unixtime": "4102444800"}, "none", "after its capture"),
        ({"date_unixtime": "soon", "date": "2026-02-18T22:30:00"}, "time", "clock of who exported"),
        ({"date_unixtime": None, "date": ""}, "none", "no date"),
        ({"date_unixtime": "0"}, "none", "before 1990"),
    ],
)
def test_odd_times_are_taken_in_and_told(change: dict[str, Any], basis: str, said: str) -> None:
    """The future, no Unix time, no time at all, 1970: the words come in, the time is as good as it is."""
    (found,) = reports(read_telegram(export(message(1, "x") | change), "r", READING))
    assert found.published_basis == basis and said in found.note


def test_a_time_that_cannot_be_read_is_a_problem_of_its_message() -> None:
    """The message beside it comes in."""
    bad = message(1, "x", date_unixtime="never", date="yesterday")
    taken = read_telegram(export(bad, message(2, "y")), "r", READING)
    assert len(taken.items) == 1 and taken.problems[0].place == "r, message 1, date"


def test_a_poll_is_its_question_and_answers() -> None:
    """Words of a poll are words."""
    poll = {"question": "Позва?", "answers": [{"text": "так"}, {"text": "не"}]}
    (found,) = reports(read_telegram(export(message(1, "", poll=poll)), "r", READING))
    assert found.text == "Позва?\n– так\n– не"


def test_characters_that_break_lines_do_not_break_the_export() -> None:
    """U+2028 and NEL, which Telegram writes as they are, become ends of lines; half a pair becomes U+FFFD."""
    data = export(message(1, "a\u2028b\u0085c"))
    (found,) = reports(read_telegram(data, "r", READING))
    assert found.text == "a\nb\nc"
    half = b'{"type": "public_channel", "name": "\\ud800", "id": 1, "messages": [{"id": 1, "text": "x\\udc00y"}]}'
    (found,) = reports(read_telegram(half, "r", READING))
    assert found.text == "x\ufffdy" and found.publisher == "\ufffd"


def test_limits_hold() -> None:
    """A text that is too long is one problem; too many messages are cut off with one."""
    data = export(*(message(n, "x" * 20 if n == 2 else "x") for n in range(1, 8)))
    taken = read_telegram(data, "r", READING, Limits(characters=10, items=4))
    assert len(taken.items) == 3 and len(taken.problems) == 2


def test_links_behind_words_are_noted_unless_they_name_a_person() -> None:
    """News and posts of channels may stand in the remark; profiles and posts of people may not."""
    links = [
        "https://news.example/a?utm_id=1",
        "https://t.me/channel/12",
        "https://t.me/janka",
        "https://x.com/janka/status/1",
    ]
    links += ["https://www.instagram.com/janka", "tg://user?id=7", "javascript:alert(1)"]
    words = [{"type": "text_link", "text": "here", "href": link} for link in links]
    (found,) = reports(read_telegram(export(message(1, words)), "r", READING))
    assert found.note == "links to https://news.example/a, https://t.me/channel/12"

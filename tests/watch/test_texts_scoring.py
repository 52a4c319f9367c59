"""The scoring of text rules: perfect and empty readers, each rule of meeting and equality by hand, the rows."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from types import ModuleType
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from benchmarks import watch_texts
from benchmarks.bench_watch import PARTS
from benchmarks.watch_corpus import HALVES, LANGUAGES, Mark, Text, read_texts, text_of
from benchmarks.watch_texts import Read, misses, score

from tocsin.watch.model import SUGGESTION_KINDS, Report, Span, Suggestion

ROW = {
    "id": "ru-01",
    "language": "ru",
    "published": "2026-02-17T21:40",
    "zone": "Europe/Minsk",
    "genre": "post",
    "title": "",
    "sentences": [
        {
            "topics": {"called-up": "asserts", "notice-time?": "asserts"},
            "marked": "Явиться {{date:2026-02-18T08:00r|завтра к 8}} в {{place:Hrodna,by|Гродно}}, "
            "это {{notice:-24g|меньше суток}}.",
        },
        {
            "topics": {},
            "marked": "{{number:~400 person|Около 400}} на {{number:2- week|две недели минимум}}, "
            "{{person:private|Пётр}}.",
        },
        {"topics": {}, "marked": "Звоните {{contact:phone|+375 00}}, {{place?:|Минск}} молчит."},
    ],
}


def found(kind: str, start: int, end: int, **value: Any) -> Suggestion:
    """A find in the body."""
    return Suggestion(f"ru-01@{kind}:b{start}-{end}", "ru-01", kind, Span(start, end), "", value)


def told(mark: Mark) -> Suggestion:
    """What a perfect reader says of a mark."""
    value = dict(mark.value)
    if mark.kind == "number":
        value["least"] = value.pop("leasts")[0]
    return Suggestion("", "", mark.kind, Span(mark.start, mark.end, mark.part), mark.words, value)


def perfect() -> Read:
    """A reader that knows the marks."""
    by_id = {text.id: text for language in LANGUAGES for text in read_texts(language)}

    def read(report: Report, zone: ZoneInfo) -> Iterable[Suggestion]:
        return [told(mark) for mark in by_id[report.id].marks if not mark.optional]

    return read


@pytest.fixture
def one_text(monkeypatch: pytest.MonkeyPatch) -> Text:
    """A corpus of the one text above."""
    text = text_of(ROW, "here")
    monkeypatch.setattr(watch_texts, "read_texts", lambda language, half: [text])
    return text


@pytest.fixture
def tally(one_text: Text) -> Callable[..., tuple[int, int, int]]:
    """Score some finds in that text: right, wrong and missed of one name."""

    def counted(name: str, *finds: Suggestion) -> tuple[int, int, int]:
        one = score("ru", None, lambda report, zone: finds)[name]
        return one.tp, one.fp, one.fn

    return counted


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_knows_the_marks_scores_one_and_who_says_nothing_zero(language: str) -> None:
    """F1 is 1 with an interval of no width, and 0, for every kind; every mark is counted once."""
    known, silent = score(language, None, perfect()), score(language, None, lambda report, zone: [])
    assert {
        name for name, one in known.items() if (one.f1, one.low, one.high, one.fp, one.fn) != (1, 1, 1, 0, 0)
    } == set()
    assert {name for name, one in silent.items() if (one.f1, one.tp, one.fp) != (0, 0, 0)} == set()
    assert {name: one.n for name, one in silent.items()} == {name: one.n for name, one in known.items()}
    assert misses(language, None, perfect()) == []


def test_scores_are_seeded_and_sets_add_up() -> None:
    """The same call gives the same intervals, and the counts of the three sets are those of all."""
    read = perfect()

    def every_third(report: Report, zone: ZoneInfo) -> list[Suggestion]:
        return list(read(report, zone))[::3]

    whole = score("be", None, every_third)
    sets = [score("be", half, every_third) for half in HALVES]
    assert whole == score("be", None, every_third)
    assert {name: one.tp for name, one in whole.items()} == {
        name: sum(each[name].tp for each in sets) for name in whole
    }
    assert all(one.low <= one.f1 <= one.high for one in whole.values())
    assert any(0 < one.low < one.high < 1 for one in whole.values())


def test_a_place_meets_by_half_of_the_shorter_and_by_any_of_its_names(one_text: Text, tally: Any) -> None:
    """Grodno is Hrodna; another country is not; an optional place counts nowhere; a place too many is wrong."""
    at = one_text.text.index("Гродно")
    assert tally("place", found("place", at - 2, at + 6, name="Grodno", country="by")) == (1, 0, 0)
    assert tally("place", found("place", at, at + 6, name="Grodno", country="pl")) == (0, 1, 1)
    assert tally("place.span", found("place", at, at + 6, name="Grodno", country="pl")) == (1, 0, 0)
    assert tally("place", found("place", at + 4, at + 12, name="Grodno", country="by")) == (0, 1, 1)  # 2 of 6 shared
    minsk = one_text.text.index("Минск")
    assert tally("place", found("place", minsk, minsk + 5, name="Minsk", country="by")) == (0, 0, 1)
    assert tally("place", found("place", 0, 7, name="Yavitsa", country="by")) == (0, 1, 1)


def test_a_date_is_compared_by_its_days_and_its_role_apart(one_text: Text, tally: Any) -> None:
    """Any time of 18 February is right; the day after is not; the role counts only in `date.role`."""
    mark = next(mark for mark in one_text.marks if mark.kind == "date")
    least = mark.value["least"]
    day = found("date", mark.start, mark.end, least=least - 8 * 3_600_000, most=least + 15 * 3_600_000, role="other")
    assert (tally("date", day), tally("date.role", day)) == ((1, 0, 0), (0, 1, 1))
    late = found("date", mark.start, mark.end, least=least, most=least + 16 * 3_600_000, role="report")
    assert tally("date", late) == (0, 1, 1)  # it ends at 00:00 of the 19th


@pytest.mark.parametrize(
    ("least", "most", "right"),
    [(400, 400, True), (320, 480, True), (401, 480, False), (270, 400, False), (400, 600, False), (400, None, False)],
)
def test_about_four_hundred(one_text: Text, tally: Any, least: int, most: int | None, right: bool) -> None:
    """Bounds within 30 % of 400 that hold it: 280 ≤ least ≤ 400 and 380 ≤ most ≤ 520."""
    mark = next(mark for mark in one_text.marks if mark.words == "Около 400")
    one = found("number", mark.start, mark.end, least=least, most=most, unit="person")
    assert tally("number", one)[0] == int(right)


def test_periods_are_compared_in_hours(one_text: Text, tally: Any) -> None:
    """At least two weeks are at least 14 days, and not 14 people."""
    mark = next(mark for mark in one_text.marks if mark.value.get("unit") == "week")
    for unit, right in [("day", 1), ("person", 0)]:
        assert tally("number", found("number", mark.start, mark.end, least=14, most=None, unit=unit))[0] == right


def test_a_notice_within_the_time_to_report_is_neither_right_nor_wrong(one_text: Text, tally: Any) -> None:
    """ "By 8 tomorrow" also says how long the notice was; what is owed or given counts only in `notice.says`."""
    date, notice = (next(mark for mark in one_text.marks if mark.kind == kind) for kind in ("date", "notice"))
    derived = found("notice", date.start, date.end, hours_least=10, hours_most=10, says="given")
    owed = found("notice", notice.start, notice.end, hours_least=0, hours_most=24, says="owed")
    assert tally("notice", derived, owed) == (1, 0, 0)
    assert tally("notice.says", derived, owed) == (0, 1, 1)


@pytest.mark.parametrize(("least", "most", "right"), [(168, 168, 1), (168, None, 1), (168, 192, 0), (None, 168, 0)])
def test_what_is_owed_is_owed_at_least(
    monkeypatch: pytest.MonkeyPatch, least: int | None, most: int | None, right: int
) -> None:
    """Seven days of notice by law are 168 hours or more: a finder may leave the upper end open, or shut it there."""
    row = ROW | {"sentences": [{"topics": {}, "marked": "Закон требует {{notice:168o|семь дней}}."}]}
    monkeypatch.setattr(watch_texts, "read_texts", lambda language, half: [text_of(row, "here")])
    one = found("notice", 14, 23, hours_least=least, hours_most=most, says="owed")
    assert score("ru", None, lambda report, zone: [one])["notice"].tp == right


def test_a_topic_counts_once_a_sentence(one_text: Text, tally: Any) -> None:
    """Two words of one topic in its sentence are one find; in another sentence it is wrong; stance counts apart."""
    start = one_text.sentences[2][0]
    twice = [found("topic", at, at + 5, topic="called-up", stance="denies") for at in (0, 10)]
    assert (tally("topic", *twice), tally("topic.stance", *twice)) == ((1, 0, 0), (0, 1, 1))
    assert tally("topic", found("topic", start, start + 5, topic="called-up", stance="asserts")) == (0, 1, 1)
    assert tally("topic", found("topic", 0, 5, topic="notice-time", stance="asserts")) == (0, 0, 1)


def test_what_is_marked_implies_its_topic(one_text: Text, tally: Any) -> None:
    """To find the topic numbers where people are counted is neither right nor wrong; equipment there is wrong."""
    start = one_text.sentences[1][0]
    assert tally("topic", found("topic", start, start + 5, topic="numbers", stance="asserts")) == (0, 0, 1)
    assert tally("topic", found("topic", start, start + 5, topic="equipment", stance="asserts")) == (0, 1, 1)


def test_who_is_masked_in_part_is_not_masked(one_text: Text, tally: Any) -> None:
    """A person or contact is right only where every character of the mark is covered."""
    at, number = one_text.text.index("Пётр"), one_text.text.index("+375 00")
    assert tally("person", found("person", at, at + 4, role="private")) == (1, 0, 0)
    assert tally("person", found("person", at, at + 3, role="private")) == (0, 1, 1)
    assert tally("contact", found("contact", number - 8, number + 7, sort="phone")) == (1, 0, 0)
    assert tally("contact", found("contact", number, number + 5, sort="phone")) == (0, 1, 1)


def test_each_mark_answers_for_one_find(one_text: Text, tally: Any) -> None:
    """Of two finds at one place the one with the right value is taken, and the other is wrong."""
    at = one_text.text.index("Гродно")
    both = [found("place", at, at + 6, name=name, country="by") for name in ("Hradna", "Hrodna")]
    assert tally("place", *both) == (1, 1, 0)


def test_rows_are_of_the_held_texts_with_their_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """One row a kind and language, named as the issue names benches, with precision, recall, interval and n."""
    fake = ModuleType("tocsin.watch.text")
    fake.read_text = perfect()
    monkeypatch.setitem(sys.modules, "tocsin.watch.text", fake)
    rows = {row["name"]: row for row in watch_texts.rows(quick=True)}
    assert set(rows) == {f"watch.text.{kind}.{LANGUAGES[0]}" for kind in SUGGESTION_KINDS}
    held = score(LANGUAGES[0], "held", perfect())
    assert {name: row["n"] for name, row in rows.items()} == {
        f"watch.text.{kind}.be": held[kind].n for kind in SUGGESTION_KINDS
    }
    assert all(row["value"] == row["precision"] == row["recall"] == 1 for row in rows.values())
    assert "watch_texts" in PARTS


def test_only_the_misses_of_dev_are_ever_printed(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    """Without option the scores of `dev` and its misses; with `--tried` or `--held` the scores of that set alone."""
    fake = ModuleType("tocsin.watch.text")
    fake.read_text = lambda report, zone: []
    monkeypatch.setitem(sys.modules, "tocsin.watch.text", fake)
    for options, half in (([], "dev"), (["--tried"], "tried"), (["--held"], "held")):
        monkeypatch.setattr(sys, "argv", ["watch_texts", "be", *options])
        watch_texts._main()
        printed = capsys.readouterr().out
        assert f"{score('be', half, fake.read_text)['place'].n} missed" in printed
        assert ("expected" in printed) == (half == "dev")


def test_texts_about_something_else_imply_no_topic() -> None:
    """Places and numbers imply optional topics in a text about a call-up, and none in a text of genre `aside`."""
    told = {genre: text_of(ROW | {"genre": genre}, "here") for genre in ("post", "aside")}
    implied = {
        genre: [mark for mark in text.marks if mark.optional and mark.kind == "topic"] for genre, text in told.items()
    }
    assert {mark.value["topic"] for mark in implied["post"]} >= {"place", "numbers"}
    assert [mark.value["topic"] for mark in implied["aside"]] == ["notice-time"]  # marked so by hand

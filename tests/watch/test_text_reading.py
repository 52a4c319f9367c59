"""Reading texts: what holds of every text, how days are counted, and what hostile text may not do."""

from __future__ import annotations

import datetime as dt
import time
import tomllib
from collections import Counter
from importlib.resources import files
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.watch.model import Bounds, Report, Suggestion
from tocsin.watch.text import LONGEST, Context, language_of, read_text
from tocsin.watch.text.dates import find as find_dates
from tocsin.watch.text.lexicon import LANGUAGES, lexicon
from tocsin.watch.text.notice import find as find_notice
from tocsin.watch.text.numbers import find as find_numbers
from tocsin.watch.times import day_bounds, moment_ms

ZONE = ZoneInfo("Europe/Minsk")
DAY = day_bounds(dt.date(2026, 2, 19), ZONE)
READING = Context(DAY, ZONE)
FINDERS = (find_dates, find_notice, find_numbers)
WORDS = (
    *("вчера", "завтра", "в", "к", "до", "с", "по", "19", "17–20", "февраля", "8:00", "08.00", "утра"),
    *("вечером", "повестку", "вручили", "явиться", "за", "семь", "дней", "сутки", "около", "тысяч", "человек"),
    *("400", "не", "позднее", "чем", "по", "закону", "the", "next", "day", "at", "8", "a.m.", "on", "Thursday"),
    *("within", "hours'", "notice", "May", "2026", "up", "to", "jutro", "o", "ósmej", "w", "nocy", "z", "16"),
    *("na", "lutego", "tys.", "żołnierzy", "wezwanie", "rytoj", "val.", "vasario", "d.", "per", "parą"),
    *("šaukimą", "gavo", "учора", "а", "раніцы", "позву", "за", "сем", "дзён", "упродовж", "доби", "отримав"),
    *("99999999999", "31", "32.13.2026", "2026-02-30", "25:61", "24:00", "%", "№", "-", "–", ",", ".", "!"),
    *("\n"),
)
TEXTS = st.one_of(
    st.text(max_size=200),
    st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join),
    st.text(alphabet="0123456789 .,:-–/№%\n\u00a0", max_size=120),
)
CODES = st.sampled_from((*LANGUAGES, "und", "de", "bg"))
PUBLISHED = st.one_of(
    st.just(Bounds()),
    st.just(Bounds(None, DAY.most)),
    st.tuples(st.integers(-(2**45), 2**45), st.integers(0, 10**10)).map(lambda pair: Bounds(pair[0], sum(pair))),
)


def report(text: str, language: str = "und", published: Bounds = DAY, title: str = "") -> Report:
    """A report of that text."""
    return Report("r1", "0", "text", language=language, published=published, title=title, text=text)


@settings(max_examples=50, deadline=None)
@given(TEXTS, TEXTS, CODES, PUBLISHED)
def test_every_suggestion_rests_on_its_characters(title: str, text: str, language: str, published: Bounds) -> None:
    """Reading never raises; spans lie in their part; words are those characters; ids are unique; bounds are ordered."""
    found = read_text(report(text, language, published, title), ZONE)
    assert len({one.id for one in found}) == len(found)
    for one in found:
        part = title if one.span.part == "title" else text
        assert 0 <= one.span.start < one.span.end <= len(part)
        assert one.words == part[one.span.start : one.span.end]
        assert one.rule
        for value in (one.value, *one.alternatives):
            names = ("hours_least", "hours_most") if one.kind == "notice" else ("least", "most")
            Bounds(*(value[name] for name in names))  # raises where least > most


@settings(max_examples=50, deadline=None)
@given(TEXTS, TEXTS, st.sampled_from(LANGUAGES))
def test_what_follows_a_sentence_changes_nothing_before_it(text: str, more: str, language: str) -> None:
    """After an empty line a further text adds its own finds and leaves those before it as they were."""
    for find in FINDERS:
        before = find(text + "\n\n", language, READING)
        assert find(text + "\n\n" + more, language, READING)[: len(before)] == before


@settings(max_examples=30, deadline=None)
@given(TEXTS, CODES, st.integers(0, 10**9))
def test_less_known_of_publication_never_narrows_a_date(text: str, language: str, wider: int) -> None:
    """A date read with a later last moment of publication holds what was read with the earlier one."""
    assert DAY.least is not None and DAY.most is not None
    known = find_dates(text, language, READING)
    unsure = find_dates(text, language, Context(Bounds(DAY.least, DAY.most + wider), ZONE))
    assert [(one.start, one.end) for one in known] == [(one.start, one.end) for one in unsure]
    for one, other in zip(known, unsure, strict=True):
        assert Bounds(other.value["least"], other.value["most"]).holds(Bounds(one.value["least"], one.value["most"]))


@pytest.mark.parametrize(
    "text",
    [
        *("1" * 200_000, "1 " * 100_000, "-" * 200_000, "1-" * 100_000, "111 " * 50_000, "1." * 100_000),
        *("12:30 " * 33_000, "две тысячи " * 18_000, "17 февраля " * 18_000, "1, " * 66_000, "за сутки " * 22_000),
        *("менее суток " * 16_000, "вручили " * 25_000, "a.m. " * 40_000, "\n" * 200_000, "שלום " * 40_000),
        *("'" * 200_000, "и 1 " * 50_000, "a" * 200_000, "до " * 66_000),
    ],
    ids=lambda text: repr(text[:9]),
)
def test_hostile_text_is_read_in_time(text: str) -> None:
    """200,000 characters of one pattern are read in seconds: time grows with length, not with its square.

    The bound is on this process's own time; it is four times what a busy machine took for all finders together, and a
    quadratic rule takes minutes.
    """
    started = time.process_time()
    read_text(report(text, "ru"), ZONE)
    assert time.process_time() - started < 12.0


def test_an_overlong_text_is_read_to_its_bound() -> None:
    """What stands behind the first 100,000 characters is kept but not read."""
    text = "я" * (LONGEST - 16) + ". 400 солдат. " + "500 солдат. " * 3
    found = read_text(report(text, "ru"), ZONE)
    assert [one.value["least"] for one in found if one.kind == "number"] == [400]


def test_relative_days_are_counted_from_each_day_of_publication() -> None:
    """Published on 18 or 19 February, "yesterday" is 17 to 18 February: the hull of both."""
    both = Context(Bounds(day_bounds(dt.date(2026, 2, 18), ZONE).least, DAY.most), ZONE)
    (found,) = find_dates("Вчера", "ru", both)
    first, last = day_bounds(dt.date(2026, 2, 17), ZONE), day_bounds(dt.date(2026, 2, 18), ZONE)
    assert (found.value["least"], found.value["most"]) == (first.least, last.most)


def test_a_relative_day_without_publication_is_unknown() -> None:
    """Nobody knows which day was yesterday where nobody knows when that was written; a full date stays known."""
    nowhere = Context(Bounds(), ZONE)
    (found,) = find_dates("Вчера", "ru", nowhere)
    assert (found.value["least"], found.value["most"]) == (None, None)
    (found,) = find_dates("19.02.2026", "ru", nowhere)
    assert found.value["least"] == DAY.least


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("20 декабря", 2025),  # the nearest not after publication
        ("20 февраля", 2026),  # tomorrow: eleven and a half months ago would be the other reading
        ("20 октября", 2025),
        ("Сборы пройдут 20 мая", 2026),  # words say future
        ("Явиться 20 мая", 2026),
    ],
)
def test_the_year_is_the_nearest_that_the_words_allow(text: str, year: int) -> None:
    """Read on 19 February 2026."""
    (found,) = find_dates(text, "ru", READING)
    assert dt.datetime.fromtimestamp(found.value["least"] / 1000, ZONE).year == year


def test_the_other_year_is_an_alternative() -> None:
    """A day without a year keeps its other reading for a person to choose."""
    (found,) = find_dates("20 февраля", "ru", READING)
    assert [dt.datetime.fromtimestamp(one["least"] / 1000, ZONE).year for one in found.alternatives] == [2025]


def test_an_order_to_report_and_a_summons_received_differ() -> None:
    """The drift that copies make, "report at 08:00" into "received at 08:00", shows in the role of the date."""
    (first,) = find_dates("He must report at 08:00 on 20 February.", "en", READING)
    (other,) = find_dates("He received the summons at 08:00 on 20 February.", "en", READING)
    eight = moment_ms(dt.datetime(2026, 2, 20, 8), ZONE)
    assert (first.value["role"], other.value["role"]) == ("report", "served")
    assert first.value["least"] == other.value["least"] == eight


def test_days_are_those_of_the_zone() -> None:
    """Published at 22:30 UTC on the 18th, it was the 19th in Minsk: today is the 19th."""
    moment = moment_ms(dt.datetime(2026, 2, 18, 22, 30, tzinfo=dt.UTC), ZONE)
    (found,) = find_dates("сегодня", "ru", Context(Bounds(moment, moment), ZONE))
    assert found.value["least"] == DAY.least


def test_a_number_inside_a_period_is_no_count() -> None:
    """Seven days' notice gives no count of seven days, and no date."""
    found = read_text(report("Повестку вручили за семь дней до явки.", "ru"), ZONE)
    assert [one.kind for one in found if one.kind != "topic"] == ["notice"]


def test_digits_of_a_telephone_are_no_count_and_no_date() -> None:
    """A number of a phone is found as a contact, and nothing else is found inside it."""
    found = read_text(report("Соседа забрали, телефон +375 29 123-45-67 не отвечает с 19 февраля.", "ru"), ZONE)
    phone = next(one for one in found if one.kind == "contact")
    inside = [one.kind for one in found if phone.span.start <= one.span.start < phone.span.end]
    assert inside == ["contact"]
    assert [one.words for one in found if one.kind == "date"] == ["19 февраля"]


POSTED = moment_ms(dt.datetime(2026, 2, 19, 20, 0), ZONE)
"""A post of 20:00 on 19 February 2026."""


def posted(text: str, language: str) -> list[Suggestion]:
    """What dates, notices and numbers are found in a post whose hour is known."""
    whole = Report("r1", "0", "text", language=language, published=Bounds(POSTED, POSTED), text=text)
    return list(read_text(whole, ZONE, FINDERS))


def test_a_clock_time_that_was_is_the_last_one_before_the_post() -> None:
    """At 20:00 "they took him at five" is five of that day; five of the day before stays as an alternative."""
    (found,) = posted("Соседа забрали в пять утра.", "ru")
    five = moment_ms(dt.datetime(2026, 2, 19, 5, 0), ZONE)
    assert (found.value["least"], found.value["most"]) == (five, five)
    assert [one["least"] for one in found.alternatives] == [five - 24 * 3_600_000]


def test_hours_ago_are_a_quarter_wide() -> None:
    """Two hours before 20:00, half an hour off on either side: 17:30 to 18:30."""
    (found,) = posted("They took him two hours ago.", "en")
    assert (found.value["least"], found.value["most"]) == (POSTED - 150 * 60_000, POSTED - 90 * 60_000)


def test_what_was_served_tonight_was_served_before_the_post() -> None:
    """From 17:00, when the evening begins, to the post."""
    (found,) = posted("Vyrui šįvakar atnešė šaukimą.", "lt")
    assert (found.value["least"], found.value["most"]) == (POSTED - 3 * 3_600_000, POSTED)


def test_since_keeps_the_time_until_now_beside() -> None:
    """Since 16 February: that day, and as the other reading from it to the post."""
    (found,) = posted("С 16 февраля вручают повестки.", "ru")
    assert [one["most"] for one in found.alternatives] == [POSTED]


def test_a_number_takes_no_unit_from_another_paragraph() -> None:
    """About 2,000 after a blank line counts nothing that is known; after a full stop it counts people."""
    apart = posted("There are 500 soldiers.\n\nThe other estimate is about 2,000.", "en")
    beside = posted("There are 500 soldiers. The other estimate is about 2,000.", "en")
    assert [one.words for one in apart] == ["500 soldiers"]
    assert [(one.words, one.value["unit"]) for one in beside] == [("500 soldiers", "person"), ("about 2,000", "person")]


def test_a_quotation_is_read_in_its_own_language() -> None:
    """A Russian quotation inside an English sentence keeps its yesterday."""
    found = posted("My uncle in the town writes: «Вчера забрали соседа», and then nothing.", "en")
    assert [(one.kind, one.words) for one in found] == [("date", "Вчера")]


def test_title_and_body_are_told_apart() -> None:
    """The id says in which part the characters stand: t of the title, b of the body."""
    found = read_text(report("400 солдат", "ru", title="500 солдат"), ZONE)
    assert [one.id for one in found if one.kind == "number"] == ["r1@number:t0-10", "r1@number:b0-10"]


def test_a_sentence_in_another_language_is_read_in_it() -> None:
    """A Belarusian sentence inside a Russian text keeps its Belarusian date."""
    found = read_text(report("Он это видел. Позву ўручылі 17 лютага ўвечары.", "ru"), ZONE)
    assert [(one.kind, one.words) for one in found] == [("date", "17 лютага ўвечары")]


def test_the_same_text_gives_the_same_suggestions() -> None:
    """Finders in another order find the same: order of the table is not order of the result."""
    text = report("Вчера 400 солдат получили повестки за сутки до явки.", "ru")
    assert read_text(text, ZONE, FINDERS) == read_text(text, ZONE, FINDERS[::-1])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Вчера вечером принесли повестку, сказали быть в военкомате утром.", "ru"),
        ("Учора ўвечары прынеслі позву, загадалі быць у ваенкамаце раніцай.", "be"),
        ("Увечері принесли повістку, наказали бути у військкоматі вранці.", "uk"),
        ("Wczoraj wieczorem przynieśli wezwanie, kazali być w komendzie rano.", "pl"),
        ("Vakar vakare atnešė šaukimą, liepė ryte būti komisariate.", "lt"),
        ("Yesterday evening they brought a summons and told him to report in the morning.", "en"),
        ("Gestern Abend brachten sie die Vorladung, er sollte sich morgens melden.", "de"),
        ("ў Гродне", "be"),
        ("Їде", "uk"),
        ("ok", "und"),
        ("12345 +++", "und"),
        ("", "und"),
        ("שלום עולם שלום עולם שלום", "und"),
        ("Позвы раздаюць у Гродне і Лідзе", "be"),
        ("Повестки раздают в Гродно и Лиде мужчинам", "ru"),
    ],
)
def test_languages_are_told_apart(text: str, code: str) -> None:
    """Letters of one language decide; a text too short to tell is `und`."""
    assert language_of(text) == code


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_tag_says_a_form_once(language: str) -> None:
    """Of a form that a tag has twice, only the first value would ever be read."""
    table = tomllib.loads((files("tocsin.watch.text") / "words" / f"{language}.toml").read_text("utf-8"))
    for tag, values in table.items():
        forms = Counter(form for value in values.values() for form in value)
        assert (tag, [form for form, times in forms.items() if times > 1]) == (tag, [])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_table_has_what_rules_ask_for(language: str) -> None:
    """A table that lacks months, weekdays, units or cues would be read without an error and find nothing."""
    table = lexicon(language)
    values = {"month": set(), "weekday": set(), "unit": set(), "cue": set(), "time": set()}  # type: dict[str, set[str]]
    for tags in (*table._words.whole.values(), *table._words.stems.values()):
        for name, seen in values.items():
            seen |= {tags[name]} if name in tags else set()
    assert values["month"] == {str(number) for number in range(1, 13)}
    assert values["weekday"] == {str(number) for number in range(1, 8)}
    assert {"report", "served", "got", "taken"} <= values["cue"]
    assert {"person", "vehicle", "tank", "train", "aircraft", "platform", "tent", "summons", "child"} <= values["unit"]
    assert {"hour", "day", "week", "month"} <= values["time"]

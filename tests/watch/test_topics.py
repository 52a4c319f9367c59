"""Topics of sentences and their stance, six languages; sentences were written for these tests."""

from __future__ import annotations

import time

import pytest

from tocsin.watch.model import STANCES, TOPICS
from tocsin.watch.text.topics import find, sentences


def topics(text: str, language: str) -> dict[str, str]:
    """Topic → stance of a text of one sentence."""
    return {one.value["topic"]: one.value["stance"] for one in find(text, language)}


@pytest.mark.parametrize(
    ("language", "text", "topic", "stance"),
    [
        ("ru", "У мужчин забрали телефоны.", "phones-taken", "asserts"),
        ("ru", "По словам женщин, у мужчин забрали телефоны.", "phones-taken", "retells"),
        ("ru", "Численность вооружённых сил не увеличивается.", "numbers", "denies"),
        ("ru", "Скрытая мобилизация уже идёт.", "hypothesis", "asserts"),
        ("be", "У мужчын забралі тэлефоны.", "phones-taken", "asserts"),
        ("be", "Шматдзетным бацькам прыносяць павесткі.", "exempt-summoned", "asserts"),
        ("be", "Колькасць войск не павялічваецца.", "numbers", "denies"),
        ("uk", "Багатодітним батькам вручають повістки.", "exempt-summoned", "asserts"),
        ("uk", "Накопичення військ біля кордону немає.", "foreign-forces", "denies"),
        ("pl", "Jak podaje portal, rezerwistów wezwano bez uprzedzenia.", "notice-time", "retells"),
        ("pl", "Ministerstwo zaprzecza, że trwa ukryta mobilizacja.", "hypothesis", "denies"),
        ("lt", "Pasak moterų, telefonus atėmė.", "phones-taken", "retells"),
        ("lt", "Karių skaičius nedidinamas.", "numbers", "denies"),
        ("en", "He was summoned the same day.", "notice-time", "asserts"),
        ("en", "The strength of the armed forces is not being increased.", "numbers", "denies"),
        ("en", "According to relatives, the phones were taken.", "phones-taken", "retells"),
    ],
)
def test_a_sentence_has_its_topic_and_stance(language: str, text: str, topic: str, stance: str) -> None:
    """Each line speaks of this topic in this way."""
    assert topics(text, language).get(topic) == stance


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ru", "Погода сегодня хорошая."),
        ("be", "Учора быў снег."),
        ("uk", "Дякую всім за увагу."),
        ("pl", "Dzień dobry, jak się macie?"),
        ("lt", "Šiandien gražus oras."),
        ("en", "The weather was fine."),
    ],
)
def test_a_sentence_of_nothing_has_no_topic(language: str, text: str) -> None:
    """Precision goes before recall."""
    assert topics(text, language) == {}


def test_a_sentence_may_have_several_topics_each_once() -> None:
    """Fathers of three are called without notice: three topics, each with the whole sentence as its characters."""
    text = "Тихо. Отцу троих детей вручили повестку вечером, явиться завтра в 8."
    found = find(text, "ru")
    assert {one.value["topic"] for one in found} >= {"called-up", "exempt-summoned", "notice-time"}
    assert len({one.value["topic"] for one in found}) == len(found)
    assert {text[one.start : one.end] for one in found} == {text[6:]}


def test_a_rule_stated_calls_nobody_up() -> None:
    """A general rule is no call-up."""
    assert "called-up" not in topics("Обычно повестку вручают за семь дней.", "ru")


def test_sentences_are_cut_at_their_ends_only() -> None:
    """Full stops of shortened words, initials and times end no sentence."""
    text = "В г. Гродно, ул. Мира, ждут с 8.00. А. Б. Выдумкин там!\nВсё."
    assert [text[start:end] for start, end in sentences(text)] == [
        "В г. Гродно, ул. Мира, ждут с 8.00.", "А. Б. Выдумкин там!", "Всё.",
    ]  # fmt: skip


def test_values_are_words_of_the_model() -> None:
    """Topics and stances are those that a claim may have; what is found never says `other`."""
    found = find("У мужчин забрали телефоны. Проверка завершена.", "und")
    assert found
    assert all(one.value["topic"] in TOPICS and one.value["stance"] in STANCES for one in found)


@pytest.mark.parametrize("text", ["повестка " * 10_000, "а. " * 30_000, "x" * 100_000, ". " * 50_000])
def test_long_strings_cost_bounded_time(text: str) -> None:
    """A hostile hundred kilobytes does not hang."""
    start = time.perf_counter()
    find(text, "ru")
    assert time.perf_counter() - start < 30

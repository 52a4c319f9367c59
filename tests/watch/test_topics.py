"""Topics of sentences and their stance, six languages; sentences were written for these tests."""

from __future__ import annotations

import time
import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tocsin.watch.model import STANCES, TOPICS, Report
from tocsin.watch.people.inflection import fold
from tocsin.watch.text import read_text
from tocsin.watch.text.topics import find, sentences
from tocsin.watch.times import read_time

ZONE = ZoneInfo("Europe/Minsk")
PUBLISHED = read_time("2026-02-17T12:00", ZONE)[0]
EXAMPLES: dict[str, Any] = tomllib.loads((Path(__file__).parent / "topic_examples.toml").read_text(encoding="utf-8"))
LANGUAGES = ("ru", "be", "uk", "pl", "lt", "en")


def topics(text: str, language: str) -> dict[str, str]:
    """Topic → stance of a text of one sentence."""
    return {one.value["topic"]: one.value["stance"] for one in find(text, language)}


def read(text: str, language: str, title: str = "", level: str = "unknown") -> list[tuple[str, str]]:
    """Topics and stances of a report, sentence by sentence; findings of the other rules are known."""
    report = Report(
        "r1", "r1", "text", language=language, published=PUBLISHED, published_basis="time", title=title, text=text,
        level=level,
    )  # fmt: skip
    found = [one for one in read_text(report, ZONE) if one.kind == "topic" and one.span.part == "text"]
    assert len({one.id for one in found}) == len(found), "each topic of a sentence is a suggestion of its own"
    return [(one.value["topic"], one.value["stance"]) for one in found]


@pytest.mark.parametrize(
    ("language", "text", "wanted"), [(one, *row) for one in LANGUAGES for row in EXAMPLES[one]["topics"]]
)
def test_topics_of_the_examples_are_found(language: str, text: str, wanted: str) -> None:
    """Each sentence has at least these topics; they were written beside it."""
    assert {topic for topic, _ in read(text, language)} >= set(wanted.split())


@pytest.mark.parametrize(("language", "text"), [(one, row) for one in LANGUAGES for row in EXAMPLES[one]["nothing"]])
def test_examples_of_daily_life_have_no_topic(language: str, text: str) -> None:
    """Families, trains, shops, doctors and telephones are no topics by themselves."""
    assert read(text, language) == []


@pytest.mark.parametrize(
    ("language", "text", "topic", "stance"), [(one, *row) for one in LANGUAGES for row in EXAMPLES[one]["stances"]]
)
def test_stances_of_the_examples_are_told(language: str, text: str, topic: str, stance: str) -> None:
    """Denials of ministries, what portals and witnesses say, and what somebody saw."""
    assert dict(read(text, language))[topic] == stance


def test_every_language_has_the_same_concepts() -> None:
    """A new language is one table: each has the concepts of all, save `home` (one's own country is not watched)."""
    tables = {
        language: set(tomllib.loads((files("tocsin.watch.text") / "concepts" / f"{language}.toml").read_text("utf-8")))
        for language in LANGUAGES
    }
    every = set().union(*tables.values()) - {"home"}
    assert {language: every - table for language, table in tables.items()} == {one: set() for one in LANGUAGES}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_concept_says_a_beginning_twice(language: str) -> None:
    """An entry that begins with a whole shorter entry of its line finds nothing that the shorter one does not."""
    table = tomllib.loads((files("tocsin.watch.text") / "concepts" / f"{language}.toml").read_text("utf-8"))
    for concept, line in table.items():
        entries = line.split()
        plain = {fold(one) for one in entries if not one.startswith("=") and "_" not in one and len(fold(one)) > 1}
        idle = [one for one in entries if fold(one).removeprefix("=").startswith(tuple(plain - {fold(one)}))]
        assert (concept, idle, len(entries)) == (concept, [], len(set(entries)))


def test_topics_are_made_of_what_there_is() -> None:
    """Every term of `topics.toml` is a concept, a topic before it, or a finding that the rules name."""
    folder = files("tocsin.watch.text")
    concepts = set(tomllib.loads((folder / "concepts" / "ru.toml").read_text("utf-8")))
    code = (folder / "topics.py").read_text("utf-8")
    before: set[str] = set()
    for topic, rule in tomllib.loads((folder / "topics.toml").read_text("utf-8")).items():
        assert topic in TOPICS
        for way in (*rule["when"], *rule.get("unless", ()), *rule.get("deny", ())):
            for term in way.replace(" + ", "|").split("|"):
                name = term.removeprefix("-").removeprefix("!")
                if name.startswith("@"):
                    assert f'"{name}"' in code or name in ("@report", "@served"), name
                elif name.startswith("#"):
                    assert name[1:] in before, name
                else:
                    assert name in concepts, name
        before.add(topic)
    assert before == set(TOPICS) - {"other"}


def test_who_retells_goes_on_until_he_speaks_for_himself() -> None:
    """What follows "as the portal writes" is the portal's; "we saw it" is the text's own again."""
    text = (
        "Портал пишет, что резервистов вызвали на сборы. Телефоны забрали на входе. "
        "Мы сами были там. Очередь у военкомата с утра."
    )
    assert read(text, "ru") == [("called-up", "retells"), ("phones-taken", "retells"), ("waiting", "asserts")]


def test_a_text_from_abroad_retells_what_happened_in_the_watched_country() -> None:
    """A Polish text on Hrodna retells; on reservists in Suwałki it speaks of its own country."""
    assert dict(read("W Grodnie rezerwistom wręczono karty powołania.", "pl"))["called-up"] == "retells"
    assert dict(read("W Suwałkach rezerwistom wręczono karty powołania.", "pl"))["called-up"] == "asserts"


def test_an_office_speaks_for_itself() -> None:
    """The same English sentence retells in a text of nobody, and asserts in one of an office."""
    text = "The drills are over and the reservists have returned home."
    assert read(text, "en") == [("ended", "retells")]
    assert read(text, "en", level="official") == [("ended", "asserts")]


def test_a_dateline_is_what_somebody_sent_in() -> None:
    """«Орша: …» was sent in from Orsha."""
    assert dict(read("Орша: повестки раздали прямо в цеху.", "ru"))["called-up"] == "retells"


def test_a_quotation_in_another_script_is_read_in_its_language() -> None:
    """A Russian call to the office inside an English sentence is a call-up."""
    assert "called-up" in dict(read("My uncle writes: «сказали, завтра в военкомат».", "en"))


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
    """A father of three is called without notice: two topics, each with the whole sentence as its characters.

    That he is called up is said by the first already.
    """
    text = "Тихо. Отцу троих детей вручили повестку за два часа до явки."
    found = find(text, "ru")
    assert {one.value["topic"] for one in found} == {"exempt-summoned", "notice-time"}
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

"""Places: inflected names of six languages, homonyms, what is no place, coded names, and what lies within what.

Expected places were written down from the grammar of each language, before the rules were run on these lines.
"""

from __future__ import annotations

import json
import time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tocsin.watch.model import Bounds
from tocsin.watch.text.found import Context, Found
from tocsin.watch.text.gazetteer import by_id, spellings
from tocsin.watch.text.places import Place, find, resolve, within

READING = Context(Bounds(), ZoneInfo("Europe/Minsk"))
DATA = Path(__file__).resolve().parents[3] / "shared" / "data"


def places(text: str, language: str) -> list[tuple[str, str, str]]:
    """Words, name and sort of each place that is found."""
    return [(text[one.start : one.end], one.value["name"], one.value["sort"]) for one in find(text, language, READING)]


@pytest.mark.parametrize(
    ("language", "text", "name"),
    [
        ("ru", "Повестки разносят в Гродно.", "Hrodna"),
        ("ru", "Людей везут из Барановичей.", "Baranavichy"),
        ("ru", "Колонна под Слонимом.", "Slonim"),
        ("ru", "В Бресте тихо.", "Brest"),
        ("ru", "Из Могилёва сообщают.", "Mahilyow"),
        ("ru", "Под Осиповичами лагерь.", "Osipovichi"),
        ("be", "У Гродне чакаюць.", "Hrodna"),
        ("be", "Людзі з Баранавіч.", "Baranavichy"),
        ("be", "У Магілёве ціха.", "Mahilyow"),
        ("be", "У Брэсце і навокал.", "Brest"),
        ("be", "У Лідзе збіраюць.", "Lida"),
        ("be", "Пад Слонімам палігон.", "Slonim"),
        ("uk", "Везуть до Барановичів.", "Baranavichy"),
        ("uk", "У Гродні викликають.", "Hrodna"),
        ("uk", "Біля Чернігова спокійно.", "Chernihiv"),
        ("uk", "У Бресті черги.", "Brest"),
        ("pl", "W Grodnie wezwano mężczyzn.", "Hrodna"),
        ("pl", "Z Baranowicz wyjechał pociąg.", "Baranavichy"),
        ("pl", "W Brześciu spokój.", "Brest"),
        ("pl", "Pod Homlem widziano kolumnę.", "Homyel"),
        ("pl", "W Mińsku zapowiedziano.", "Minsk"),
        ("lt", "Gardine šaukiami vyrai.", "Hrodna"),
        ("lt", "Baranavičiuose renkasi.", "Baranavichy"),
        ("lt", "Iš Minsko pranešė.", "Minsk"),
        ("lt", "Lydoje tylu.", "Lida"),
        ("en", "Residents of Hrodna wait.", "Hrodna"),
        ("en", "A column near Gomel's outskirts.", "Homyel"),
        ("en", "A Grodno-based unit.", "Hrodna"),
    ],
)
def test_a_town_is_found_in_its_cases(language: str, text: str, name: str) -> None:
    """Each line names one town in some case; it and nothing else is found."""
    assert [one[1:] for one in places(text, language)] == [(name, "town")]


@pytest.mark.parametrize(
    ("language", "text", "words"),
    [
        ("ru", "В Гродненской области тихо.", "Гродненской области"),
        ("ru", "Из Гродненщины.", "Гродненщины"),
        ("be", "У Гродзенскай вобласці ціха.", "Гродзенскай вобласці"),
        ("uk", "У Гродненській області тихо.", "Гродненській області"),
        ("pl", "W obwodzie grodzieńskim cicho.", "obwodzie grodzieńskim"),
        ("lt", "Gardino srityje tylu.", "Gardino srityje"),
        ("en", "In the Hrodna region.", "Hrodna region"),
    ],
)
def test_a_kind_word_makes_a_region_of_a_town(language: str, text: str, words: str) -> None:
    """Hrodna region is found with its kind word, and the town stays as the other reading."""
    assert places(text, language) == [(words, "Hrodna region", "region")]


def test_several_regions_share_one_kind_word() -> None:
    """Of «Брестской, Гродненской и Витебской областях» all three are regions; of «Grodno and Brest regions» both."""
    text = "Проверка идёт в Брестской, Гродненской и Витебской областях."
    assert [one[1] for one in places(text, "ru")] == ["Brest region", "Hrodna region", "Vitsyebsk region"]
    assert [one[1] for one in places("In Grodno and Brest regions.", "en")] == ["Hrodna region", "Brest region"]
    told = places("Baranovičiuose, Gardino ir Bresto srityse tylu.", "lt")
    assert [one[1:] for one in told] == [
        ("Baranavichy", "town"),
        ("Hrodna region", "region"),
        ("Brest region", "region"),
    ]


def test_a_district_is_its_town_with_a_wider_radius() -> None:
    """The gazetteer has no districts: Lida district is the town, 35 km wide (`places.DISTRICT_KM`)."""
    (one,) = find("У Лідскім раёне ціха.", "be", READING)
    assert (one.value["name"], one.value["radius_km"], one.rule) == ("Lida district", 35.0, "places.district")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ru", "Мир во всём мире, Лида сказала правду. У Лиды двое детей."),
        ("ru", "Концерт на Минск-Арене отменён."),
        ("ru", "Сергей Гродненский и Анна Слуцкая пришли."),
        ("ru", "Борисов заявил это вчера, а И. Борисов повторил."),
        ("ru", "Глубокое озеро, высокое дерево, городок."),
        ("ru", "Владимир позвонил Илье."),
        ("ru", "Дом на улице Минска."),
        ("uk", "Мінські угоди порушено."),
        ("en", "The police said it was a nice mir."),
        ("en", "The Minsk agreements are dead."),
        ("pl", "Policja i most."),
        ("lt", "Vyrai gavo šaukimus."),
    ],
)
def test_what_is_no_place(language: str, text: str) -> None:
    """Ordinary words, given names, surnames, streets and names of other things are no places."""
    assert places(text, language) == []


def test_risky_names_are_taken_behind_a_preposition_or_kind_word() -> None:
    """Мир, Лида and Борисов are towns where a preposition or «город» says so."""
    assert [one[1] for one in places("В Мире, под Борисовом, в Лиде и в городе Дзержинск.", "ru")][:3] == [
        "Mir", "Barysaw", "Lida",
    ]  # fmt: skip


def test_homonyms_are_alternatives_with_the_watched_country_first() -> None:
    """Brest of Belarus before Brest of France; watched from France the other way round."""
    (home,) = find("В Бресте ждут.", "ru", READING)
    assert home.value["country"] == "by"
    assert [one["country"] for one in home.alternatives] == ["fr"]
    (away,) = find("В Бресте ждут.", "ru", Context(Bounds(), ZoneInfo("Europe/Paris"), "fr"))
    assert away.value["country"] == "fr"


def test_western_regions_of_another_country_are_not_ours() -> None:
    """«Западные области» are those of the watched country unless another country stands behind."""
    assert [one[1] for one in places("Западные области готовятся.", "ru")] == ["western Belarus"]
    assert [one[1] for one in places("Западные области Украины готовятся.", "ru")] == ["Ukraine"]


def test_spans_are_the_words_themselves() -> None:
    """Start and end cut the name out of the text, also behind characters outside the basic plane."""
    text = "😀 в Гродно и у Слоніме"
    assert [one[0] for one in places(text, "ru")] == ["Гродно", "Слоніме"]


def test_a_site_near_a_town_says_that_it_is_assumed() -> None:
    """A range has the coordinates of the town that the data name with it, a wide radius, and says so."""
    range_ = by_id()["borisov-range"]
    town = resolve("Barysaw")[0]
    assert (range_.lat, range_.lon) == (town.lat, town.lon)
    assert range_.radius_km == 30.0
    assert range_.assumed
    assert by_id()["western-command"].lat is None


def test_coded_names_give_each_place_once() -> None:
    """Names as coders wrote them; a region behind a town only says where it lies."""

    def names(text: str) -> list[str]:
        return [one.name for one in resolve(text)]

    assert names("Baranovichi, Lyakhovichi (Brest region)") == ["Baranavichy", "Lyakhovichi"]
    assert names("western regions of Belarus") == ["western Belarus"]
    assert names("Borisov range; Vitebsk, Grodno and Brest regions") == [
        "Borisov range", "Vitsyebsk region", "Hrodna region", "Brest region",
    ]  # fmt: skip
    assert names("Naroulya and Homel region") == ["Narovlya", "Homyel region"]
    assert names("Obuz-Lesnovsky range (Baranovichi), Brestsky range") == ["Obuz-Lesnovsky range", "Brestsky range"]
    assert names("19th Mechanised Brigade") == ["19th Mechanised Brigade"]


def test_an_unknown_part_of_a_coded_name_is_said_to_be_unknown() -> None:
    """'Baranki' is in no table; the region behind it is kept with it, and nothing is guessed."""
    found = resolve("Slonim (Grodno region); 'Baranki', Brest region")
    assert [(one.name, one.known, one.region) for one in found] == [
        ("Slonim", True, "by-03"),
        ("Baranki", False, "by-01"),
    ]
    assert [one.known for one in resolve("three training ranges")] == [False]
    assert resolve("") == ()


@pytest.mark.parametrize(
    "both",
    [
        *(("Grodno", "Hrodna"), ("Gomel", "Homyel"), ("Gomel", "Homel"), ("Vitebsk", "Vitsyebsk"), ("Minsk", "Mińsk")),
        *(
            ("Baranovichi", "Baranavichy"),
            ("Mogilev", "Mahilyow"),
            ("Osipovichi", "Asipovichy"),
            ("Rechitsa", "Rečyca"),
        ),
    ],
)
def test_russian_and_belarusian_spellings_are_one_place(both: tuple[str, str]) -> None:
    """Both customary Latin spellings resolve to the same place."""
    first, second = (resolve(one)[0] for one in both)
    assert first == second


def test_within() -> None:
    """Town in region in country by the tables; what nobody has drawn is unknown, never False."""
    slonim, region, country = resolve("Slonim")[0], resolve("Grodno region")[0], resolve("Belarus")[0]
    brest, west = resolve("Brest region")[0], resolve("western Belarus")[0]
    assert within(slonim, region) is True
    assert within(slonim, country) is True
    assert within(region, country) is True
    assert within(slonim, brest) is False
    assert within(country, region) is False
    assert within(region, slonim) is False
    assert within(region, west) is None
    assert within(slonim, west) is None
    assert within(slonim, resolve("Poland")[0]) is False
    assert within(Place("", "Baranki", "unknown"), country) is None
    assert within(resolve("Minsk")[0], resolve("Minsk region")[0]) is False, "the capital is a region of its own"


def test_every_place_has_a_name_and_sound_numbers() -> None:
    """Ids are unique by construction; coordinates lie on the map, and a radius goes with them."""
    for one in by_id().values():
        assert one.name
        assert spellings()[one.id]
        assert (one.lat is None) == (one.radius_km is None)
        if one.lat is not None and one.lon is not None:
            assert -90 <= one.lat <= 90
            assert -180 <= one.lon <= 180


@pytest.mark.parametrize(("kind", "ceiling"), [("west-2026", 6), ("footprint", 2)])
@pytest.mark.skipif(not DATA.is_dir(), reason="../shared/data is not there")
def test_coded_names_of_the_data_are_resolved(kind: str, ceiling: int) -> None:
    """Of 95 distinct names all but seven resolve wholly; those seven name no place (a brigade, gathering points …)."""
    lines = (DATA / kind / ("reports.jsonl" if kind == "west-2026" else "footprint.jsonl")).read_text(encoding="utf-8")
    rows = [json.loads(line) for line in lines.splitlines()]
    names = {claim["where"] for row in rows for claim in row.get("claims", ())} | {
        row["place"] for row in rows if "place" in row
    }
    unknown = {name for name in names if not all(one.known for one in resolve(name)) or not resolve(name)}
    assert len(unknown) <= ceiling, sorted(unknown)


@pytest.mark.parametrize("text", ["Гродно " * 15_000, "а" * 100_000, "Брест-" * 15_000, "в " * 50_000])
def test_long_strings_cost_bounded_time(text: str) -> None:
    """A hostile hundred kilobytes takes seconds at most (about one on an idle core)."""
    start = time.perf_counter()
    find(text, "und", READING)
    assert time.perf_counter() - start < 20


def test_the_same_text_gives_the_same_findings() -> None:
    """No order of sets or caches shows in what is found."""
    text = "Брест, Гродно, Минск и Полоцк"
    assert find(text, "ru", READING) == find(text, "ru", READING)
    assert all(isinstance(one, Found) for one in find(text, "ru", READING))

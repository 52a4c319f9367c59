"""Names of persons and contact details: six languages, what is no name, and officials told from private persons.

All people and contacts here are invented; numbers have runs of zeros.
"""

from __future__ import annotations

import time
from zoneinfo import ZoneInfo

import pytest

from tocsin.watch.model import Bounds
from tocsin.watch.text.found import Context
from tocsin.watch.text.people import find, person_key

READING = Context(Bounds(), ZoneInfo("Europe/Minsk"))


def people(text: str, language: str) -> list[str]:
    """The words of each private person that is found."""
    found = find(text, language, READING)
    return [text[one.start : one.end] for one in found if one.kind == "person" and one.value["role"] == "private"]


def contacts(text: str) -> list[tuple[str, str]]:
    """Sort and words of each contact that is found."""
    found = find(text, "und", READING)
    return [(one.value["sort"], text[one.start : one.end]) for one in found if one.kind == "contact"]


@pytest.mark.parametrize(
    ("language", "text", "names"),
    [
        ("ru", "Мой муж Сергей Выдумкин получил повестку.", ["Сергей Выдумкин"]),
        ("ru", "Вчера Ольгу Петровну не пустили.", ["Ольгу Петровну"]),
        ("ru", "Расписался Выдумкин С. А. вчера.", ["Выдумкин С. А."]),
        ("ru", "А. Б. Выдумкин не пришёл.", ["А. Б. Выдумкин"]),
        ("ru", "ФИО: Придумов Иван Иванович", ["Придумов Иван Иванович"]),
        ("ru", "Нашего Серёжу забрали, Катя плачет.", ["Серёжу", "Катя"]),
        ("be", "Мужа завуць Алесь Выдумскі.", ["Алесь Выдумскі"]),
        ("be", "Сястра Наталлі Выдумскай чакае.", ["Наталлі Выдумскай"]),
        ("uk", "Мого брата Андрія Вигаданого забрали.", ["Андрія Вигаданого"]),
        ("uk", "Громадянин Вигадько Іван чекає.", ["Вигадько Іван"]),
        ("pl", "Pan Jan Zmyślony i pani Anna Zmyślona.", ["Jan Zmyślony", "Anna Zmyślona"]),
        ("pl", "Mąż Katarzyny Zmyślonej czeka.", ["Katarzyny Zmyślonej"]),
        ("lt", "Vyras Jonas Pramanytas gavo šaukimą.", ["Jonas Pramanytas"]),
        ("lt", "Jonui Pramanytui skambino.", ["Jonui Pramanytui"]),
        ("en", "Her husband Siarhei Invented was called.", ["Siarhei Invented"]),
        ("en", "Signed: Mr Notreal", ["Notreal"]),
    ],
)
def test_private_names_are_found_in_their_cases(language: str, text: str, names: list[str]) -> None:
    """Each line names these private persons."""
    assert people(text, language) == names


@pytest.mark.parametrize(
    ("language", "text", "name"),
    [
        ("lt", "Vakar pas Petraičius atėjo kariškiai.", "Petraičius"),
        ("lt", "Kaimynė Ona Pramanienė verkė.", "Ona Pramanienė"),
        ("lt", "Paskambino Išgalvytei iš komisariato.", "Išgalvytei"),
        ("lt", "Jono Pasakaičio šaukimas guli ant stalo.", "Jono Pasakaičio"),
        ("lt", "Jonai Pasakaiti, atsiliepk!", "Jonai Pasakaiti"),
        ("lt", "Su Andriumi Nebūtausku kalbėjomės vakar.", "Andriumi Nebūtausku"),
        ("lt", "R. Pramanienė nežino, kur vyras.", "R. Pramanienė"),
        ("lt", "Pasak Gretos Nesamaitės, brolis paimtas.", "Gretos Nesamaitės"),
        ("lt", "Sūnų Motiejų Niekaitį paėmė iš darbo.", "Motiejų Niekaitį"),
        ("lt", "Seržantas Niekis liepė laukti.", "Seržantas Niekis"),
        ("lt", "Kaimynas Zbignevas Bajkovskis dingo.", "Zbignevas Bajkovskis"),
        ("pl", "Państwo Zmyśleccy czekają na syna.", "Zmyśleccy"),
        ("pl", "Syn Bajkowskich dostał kartę.", "Bajkowskich"),
        ("pl", "U Nowaczyków nikogo nie ma.", "Nowaczyków"),
        ("pl", "Rozmawiałam z Katarzyną Bajkowską-Nikt.", "Katarzyną Bajkowską-Nikt"),
        ("pl", "Dzwoniła Zuzia Zmyślona.", "Zuzia Zmyślona"),
        ("pl", "Bajczykowi Janowi wręczono kartę.", "Bajczykowi Janowi"),
        ("pl", "Widziano Zmyślewicza przy bramie.", "Zmyślewicza"),
        ("pl", "J. Bajczyk nie odbiera.", "J. Bajczyk"),
        ("pl", "Mój brat Genek nie wrócił.", "Genek"),
        ("pl", "Sierżant Bujda krzyczał na wszystkich.", "Sierżant Bujda"),
        ("pl", "Pani Halino, proszę dzwonić!", "Halino"),
        ("ru", "У Небывальцевых забрали обоих сыновей.", "Небывальцевых"),
        ("ru", "Пишет Ефросинья Сказкина из Лиды.", "Ефросинья Сказкина"),
        ("ru", "Сказкин Пётр Петрович расписался.", "Сказкин Пётр Петрович"),
        ("ru", "Соседа Вовчика увезли.", "Вовчика"),
        ("ru", "Старший лейтенант Выдумкин орал.", "лейтенант Выдумкин"),
        ("ru", "Сказкина П.П. нет дома.", "Сказкина П.П."),
        ("ru", "Его зовут Лукьян Небылица.", "Лукьян Небылица"),
        ("ru", "Мой сын Артёмка пропал.", "Артёмка"),
        ("uk", "Забрали Вигаданчука з роботи.", "Вигаданчука"),
        ("uk", "Пише Мотря Казкова з Ковеля.", "Мотря Казкова"),
        ("uk", "Сусіда Петра Вигаданця повезли.", "Петра Вигаданця"),
        ("uk", "У Вигаданських забрали сина.", "Вигаданських"),
        ("uk", "Казковий С. І. розписався.", "Казковий С. І."),
        ("uk", "Лейтенант Казковенко кричав.", "Лейтенант Казковенко"),
        ("uk", "Юрку, відгукнись!", "Юрку"),
        ("be", "У Казачных нікога няма дома.", "Казачных"),
        ("be", "Забралі Выдуманчука з працы.", "Выдуманчука"),
        ("be", "Піша Альжбета Казачная.", "Альжбета Казачная"),
        ("be", "Суседа Янку Выдуманца павезлі.", "Янку Выдуманца"),
        ("be", "Алеся Казачнага сёння адпусцілі.", "Алеся Казачнага"),
        ("be", "Сяржант Казачны крычаў.", "Сяржант Казачны"),
        ("be", "Вінцука Небылоўскага не бачылі.", "Вінцука Небылоўскага"),
        ("en", "A man named Arseni Storyman was taken.", "Arseni Storyman"),
        ("en", "Her son Zmitser Tale is missing.", "Zmitser Tale"),
        ("en", "Sergeant Fable shouted at them.", "Sergeant Fable"),
        ("en", "Pyotr Skazkin told us so.", "Pyotr Skazkin"),
        ("en", "My neighbour Fiona Madeup saw it.", "Fiona Madeup"),
        ("en", "The Storykins' son is gone, says Darya.", "Darya"),
        ("en", "Tell uncle Vasya to call.", "Vasya"),
        ("en", "A. Fableman signed for it.", "A. Fableman"),
    ],
)
def test_names_are_covered_whole(language: str, text: str, name: str) -> None:
    """One person in each line, of whom every character lies in one find; invented people."""
    found = [one for one in find(text, language, READING) if one.kind == "person"]
    assert len(found) == 1
    assert name in text[found[0].start : found[0].end]


def test_a_rank_belongs_to_the_name_and_not_to_the_person() -> None:
    """«капитан» is covered with the name, and two writings of it are one person."""
    text = "Звонил капитан Небылицын. Небылицын кричал."
    found = [one for one in find(text, "ru", READING) if one.kind == "person"]
    assert next(text[one.start : one.end] for one in found) == "капитан Небылицын"
    assert person_key("капитан Небылицын") == person_key("Небылицын")


def test_a_surname_found_once_is_found_alone() -> None:
    """«Выдумкину» behind «Сергей Выдумкин» is the same person, with the same key."""
    text = "Сергей Выдумкин ждёт. Выдумкину 30 лет."
    assert people(text, "ru") == ["Сергей Выдумкин", "Выдумкину"]
    assert person_key("Сергей Выдумкин") == person_key("Выдумкину") == person_key("С. Выдумкина")
    assert person_key("Jonas Pramanytas") == person_key("Jonui Pramanytui")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ru", "Любовь к порядку. Вера в людей. Роман читали вслух. Любой ответ."),
        ("ru", "Министерство обороны и Генштаб в Минске. Верховной власти нет."),
        ("be", "Яны чакаюць. У Лідзе ціха. Баранавічы і Ляхавічы."),
        ("uk", "Калинковичі та Барановичі. Верховна Рада."),
        ("pl", "Ministerstwo Obrony Narodowej w Warszawie."),
        ("lt", "Gynybos ministerija Vilniuje."),
        ("en", "One train arrived on 26 Jan. Very short notice. Nine men. The U.S. Army said."),
    ],
)
def test_what_is_no_name(language: str, text: str) -> None:
    """Ordinary words, offices, places, months are no persons."""
    assert people(text, language) == []


def test_officials_are_told_from_private_persons() -> None:
    """Лукашенко is an official by the table; «капитан Небылицын» by his office, without a name in the value."""
    text = "Лукашенко принял доклад. Звонил капитан Небылицын."
    found = [one for one in find(text, "ru", READING) if one.kind == "person"]
    assert [(one.value["role"], one.value["name"]) for one in found] == [("official", "Lukashenko"), ("official", "")]


def test_the_value_of_a_private_person_holds_no_name() -> None:
    """What is kept beside the span names nobody."""
    (one,) = [one for one in find("Пишет Ольга Выдумкина.", "ru", READING) if one.kind == "person"]
    assert one.value == {"role": "private", "name": "person 1"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("звоните +375 29 000-00-00", [("phone", "+375 29 000-00-00")]),
        ("8 (029) 000 00 00", [("phone", "8 (029) 000 00 00")]),
        ("80290000000 звонить", [("phone", "80290000000")]),
        ("+380 67 000 00 00", [("phone", "+380 67 000 00 00")]),
        ("067 000 00 00", [("phone", "067 000 00 00")]),
        ("+48 500 000 000", [("phone", "+48 500 000 000")]),
        ("tel. 500 000 000", [("phone", "500 000 000")]),
        ("+370 600 00000", [("phone", "+370 600 00000")]),
        ("+7 (900) 000-00-00", [("phone", "+7 (900) 000-00-00")]),
        ("тел. 00-00-00", [("phone", "тел. 00-00-00")]),
        ("пишите на nobody@example.org", [("e-mail", "nobody@example.org")]),
        ("nobody (собака) example.org", [("e-mail", "nobody (собака) example.org")]),
        ("это @nobody_000, да", [("handle", "@nobody_000")]),
        ("https://t.me/nobody000 и vk.com/id000", [("handle", "https://t.me/nobody000"), ("handle", "vk.com/id000")]),
        ("ул. Выдуманная, д. 5, кв. 12", [("address", "ул. Выдуманная, д. 5, кв. 12")]),
        ("вуліца Выдуманая, 7", [("address", "вуліца Выдуманая, 7")]),
        ("ul. Zmyślona 5", [("address", "ul. Zmyślona 5")]),
        ("Pramanų g. 5", [("address", "Pramanų g. 5")]),
        ("12 Nowhere Street", [("address", "12 Nowhere Street")]),
        ("машина 0000 AB-7", [("plate", "0000 AB-7")]),
        ("паспорт KH0000000", [("document", "паспорт KH0000000")]),
        ("PESEL 00000000000", [("document", "PESEL 00000000000")]),
        ("0000000A000BC0", [("document", "0000000A000BC0")]),
    ],
)
def test_contacts(text: str, expected: list[tuple[str, str]]) -> None:
    """Formats of Belarus, Ukraine, Poland, Lithuania and Russia."""
    assert contacts(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "16.02.2026 08:00",
        "2026-02-16",
        "4 000–5 000 человек",
        "1 500 reservists",
        "в 8.00 и 15:00",
        "19-я бригада",
        "20-22",
    ],
)
def test_what_is_no_contact(text: str) -> None:
    """Dates, times and counts are no contacts."""
    assert contacts(text) == []


@pytest.mark.parametrize(
    "name", ["Сер\u200bгей Выд\u00adумкин", "Cepгeй Выдумкин", "СЕРГЕЙ ВЫДУМКИН", "Сергеи\u0306 Выдумкин"]
)
def test_a_hidden_name_is_found(name: str) -> None:
    """Unseen characters, Latin letters that look Cyrillic, large letters and decomposed ones hide no name."""
    assert people(f"Пропал {name} вчера.", "ru") == [name]


@pytest.mark.parametrize(
    "text",
    ["Иван " * 20_000, "А." * 50_000, "1 " * 50_000, "+375" * 25_000, "a@" * 50_000, "ул. " * 25_000, "0" * 100_000],
)
def test_long_strings_cost_bounded_time(text: str) -> None:
    """A hostile hundred kilobytes takes some two seconds on an idle core, and never hangs."""
    start = time.perf_counter()
    find(text, "ru", READING)
    assert time.perf_counter() - start < 30

"""Pasted texts and text files; from bytes to characters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.watch.captures import CAPTURED, READING

from tocsin.watch.intake import Limits, clean_address, read_plain
from tocsin.watch.intake.characters import cleaned, decoded, language_of
from tocsin.watch.model import Bounds, Report


def only(data: bytes, name: str = "") -> Report:
    """The report of a text without a problem."""
    taken = read_plain(data, name, READING)
    assert taken.problems == ()
    return taken.items[0][0]


def test_a_text_is_one_report_whose_time_nobody_told() -> None:
    """Published at most when it was captured."""
    found = only("  Позвы ў Гродне\r\n\r\nда 8 раніцы \n".encode())
    assert (found.text, found.route, found.address) == ("Позвы ў Гродне\n\nда 8 раніцы", "text", "")
    assert (found.published, found.published_basis) == (Bounds(None, CAPTURED), "none")
    assert found.id == f"t-{found.digest[:12]}"


def test_a_heading_of_markdown_is_the_title() -> None:
    """Only in a file of Markdown: elsewhere a number sign is a number sign."""
    data = "# Загаловак\n\nСловы".encode()
    assert (only(data, "a.md").title, only(data, "a.md").text) == ("Загаловак", "Словы")
    assert only(data, "a.txt").title == ""


def test_the_same_text_of_two_names_is_one_report() -> None:
    """A file that was moved or renamed is known."""
    assert only(b"words", "a.txt").digest == only(b"words", "folder/b.txt").digest != only(b"other", "a.txt").digest


@pytest.mark.parametrize(
    ("words", "encoding"),
    [
        ("Мужчинам в Гродно вручили повестки с требованием явиться", "cp1251"),
        ("Мужчинам в Гродно вручили повестки с требованием явиться", "koi8-r"),
        ("Мужчинам в Гродно вручили повестки с требованием явиться", "cp866"),
        ("У Гродне мужчынам уручылі позвы, ваенкамат маўчыць", "cp1251"),
        ("Чоловікам у Гродно вручили повістки, військкомат мовчить", "koi8-u"),
        ("Białoruś wezwała rezerwistów na ćwiczenia, żeby stawić się o ósmej", "cp1250"),
        ("Białoruś wezwała rezerwistów na ćwiczenia, żeby stawić się o ósmej", "iso8859-2"),
        ("Baltarusija pakvietė atsarginius į pratybas, žmonės gavo šaukimus", "cp1257"),
        ("Позвы ў Гродне", "utf-16"),
        ("Позвы ў Гродне", "utf-16-be"),
        ("Позвы ў Гродне", "utf-32"),
        ("Позвы ў Гродне", "utf-8-sig"),
    ],
)
def test_the_encodings_of_the_watched_languages_are_told_apart(words: str, encoding: str) -> None:
    """Without any label, one sentence is enough."""
    assert only(words.encode(encoding), "x.txt").text == words


def test_control_characters_are_dropped_and_counted() -> None:
    """NUL, escape, delete and a stray mark of byte order; ends of lines and tabs stay."""
    found = only(b"a\x00b\x1b[31mc\x7f\td\xef\xbb\xbfe\x0bf", "x")
    assert (found.text, found.note) == ("ab[31mc\tde\nf", "4 control characters dropped")


def test_right_to_left_text_is_kept_as_it_was() -> None:
    """The store has every character, those too that steer; `masking.shown` makes them visible."""
    text = "צו קריאה למילואים \u202eevil\u202c ok"
    assert only(text.encode()).text == text


@given(st.text())
def test_cleaning_is_done_once(text: str) -> None:
    """Clean text stays as it is, and any text becomes one that a file can hold."""
    once = cleaned(text)[0]
    once.encode()
    assert cleaned(once) == (once, 0)


@given(st.text(min_size=1))
def test_utf_8_comes_out_as_it_went_in(text: str) -> None:
    """Valid UTF-8 that is no UTF-16 by its look is read as UTF-8, however odd."""
    data = text.encode("utf-8", "ignore")
    if data and b"\0" not in data:
        assert decoded(data).text == cleaned(data.decode("utf-8-sig"))[0] or not data.decode().strip("\ufeff")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\0\1" * 20 + b"x", "no characters"),
        (b"", "no words"),
        (b" \n\t", "no words"),
        (b"\0\0\0", "no words"),
        (b"x" * 30, "at most 20"),
    ],
)
def test_what_is_no_text_is_one_problem(data: bytes, said: str) -> None:
    """Nothing, spaces, only NUL, or too much: one clear error."""
    taken = read_plain(data, "x", READING, Limits(characters=20))
    assert taken.items == () and said in taken.problems[0].sentence


@pytest.mark.parametrize(
    ("label", "language"),
    [
        ("be-BY", "be"),
        ("RU", "ru"),
        ("uk_UA.UTF-8", "uk"),
        ("be-tarask", "be"),
        ("bel", "und"),
        ("", "und"),
        ("русский", "und"),
    ],
)
def test_a_label_of_a_language_is_two_letters(label: str, language: str) -> None:
    """Anything else is undetermined."""
    assert language_of(label) == language


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("HTTPS://News.Example/a?utm_source=x&id=7&fbclid=q#top", "https://news.example/a?id=7"),
        ("https://me:pw@news.example/a", "https://news.example/a"),
        ("https://a@b@news.example/a", "https://news.example/a"),
        ("https://news.example", "https://news.example/"),
        ("https://news.example/?q=a@b", "https://news.example/?q=a@b"),
        ("javascript:alert(1)", ""),
        ("//news.example/a", ""),
        ("https://news.example:99999/", ""),
        ("http://[::1/", ""),
        ("https://news.example/a b", ""),
        ("", ""),
    ],
)
def test_an_address_is_kept_without_what_tells_of_its_reader(address: str, kept: str) -> None:
    """Tracking, marks within the page, user names and passwords go; what is no web address is none."""
    assert clean_address(address) == kept

"""Short examples in six languages: what must be found in each, and what it means."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tocsin.watch.model import Report
from tocsin.watch.text import read_text
from tocsin.watch.times import day_bounds, moment_ms

ZONE = ZoneInfo("Europe/Minsk")
PUBLISHED = day_bounds(dt.date(2026, 2, 19), ZONE)
FOLDER = Path(__file__).parent / "text_examples"
LANGUAGES = ("be", "en", "lt", "pl", "ru", "uk")


def examples(language: str) -> list[tuple[str, str, str]]:
    """Kind, marked text and meaning of each example."""
    lines = (FOLDER / f"{language}.txt").read_text("utf-8").splitlines()
    split = [line.split(" | ") for line in lines if line and not line.startswith("#")]
    return [(kind, text, meaning) for kind, text, meaning in split]


def value_of(kind: str, meaning: str) -> dict[str, Any]:
    """The value that a meaning stands for; its days end with their last millisecond, its moments are exact."""
    if kind == "date":
        span, role = meaning.split()
        first, _, last = span.partition("..")
        return {"least": end_of(first)[0], "most": end_of(last or first)[1] - ("T" in last), "role": role}
    least, most, word = meaning.split()
    names = ("least", "most", "unit") if kind == "number" else ("hours_least", "hours_most", "says")
    return dict(zip(names, [*(None if one == "-" else int(one) for one in (least, most)), word], strict=True))


def end_of(text: str) -> tuple[int, int]:
    """First and last millisecond of a day, or a moment twice."""
    if "T" in text:
        moment = moment_ms(dt.datetime.fromisoformat(text), ZONE)
        return moment, moment
    bounds = day_bounds(dt.date.fromisoformat(text), ZONE)
    assert bounds.least is not None and bounds.most is not None
    return bounds.least, bounds.most


def read(text: str, language: str) -> list[tuple[str, str, dict[str, Any]]]:
    """Kind, words and value of each suggestion."""
    report = Report("r", "0", "text", language=language, published=PUBLISHED, text=text)
    return [(one.kind, one.words, one.value) for one in read_text(report, ZONE)]


CASES = [(language, *one) for language in LANGUAGES for one in examples(language)]


@pytest.mark.parametrize(("language", "kind", "marked", "meaning"), CASES, ids=lambda one: str(one)[:50])
def test_an_example_is_read(language: str, kind: str, marked: str, meaning: str) -> None:
    """What stands in brackets is found with that meaning; where "nothing" is written, nothing of the kind is."""
    text = marked.replace("[", "").replace("]", "")
    found = [(words, value) for each, words, value in read(text, language) if each == kind]
    if meaning == "nothing":
        assert found == []
        return
    words = marked.partition("[")[2].partition("]")[0]
    assert (words, value_of(kind, meaning)) in found


def test_each_language_has_examples_of_all_kinds() -> None:
    """At least 40 a language, and each kind at least 8 times: a language with few examples would pass unseen."""
    for language in LANGUAGES:
        counts = Counter(kind for kind, _text, _meaning in examples(language))
        assert sum(counts.values()) >= 40
        assert min(counts[kind] for kind in ("number", "date", "notice")) >= 8

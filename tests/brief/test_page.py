"""The page: one file, asking nothing of anybody, escaping everything, the same every time."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import re
from html import unescape
from importlib.resources import files
from itertools import pairwise

import pytest
from tests.brief.cases import Elements, okas, rehearsed, west

from tocsin.brief import page
from tocsin.brief.origins import origins_of_run
from tocsin.measure.catalogue import CATALOGUE
from tocsin.plan import load, loads

MOST_BYTES = 1_500_000


@pytest.fixture(scope="module")
def html() -> str:
    return page(west())


def test_it_asks_for_nothing(html: str) -> None:
    """No address in any attribute, no import or address in the style, no script but the one that moves the map, which
    is named by its hash: no other would run, and none has an address."""
    elements = Elements(html)
    assert not [tag for tag, _ in elements.tags if tag in ("iframe", "object", "embed", "base")]
    assert [attributes for tag, attributes in elements.tags if tag == "script"] == [{}]
    script = html[html.index("<script>") + 8 : html.index("</script>")]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in unescape(html)
    assert not re.search(r"fetch|XMLHttpRequest|import|WebSocket|sendBeacon|https?:|innerHTML|eval", script)
    for _, attributes in elements.tags:
        for name in ("src", "href", "srcset", "action", "data"):
            value = attributes.get(name) or "#"
            assert value.startswith(("#", "data:")), value
    style = html[html.index("<style>") : html.index("</style>")]
    assert "url(" not in style and "@import" not in style
    assert "default-src 'none'" in html


def test_it_is_small(html: str) -> None:
    """The size does not depend on how many people there are: everything is aggregated before it is drawn."""
    assert len(html.encode()) < MOST_BYTES / 2


@pytest.mark.prove
def test_a_national_plan_is_small() -> None:
    """300,000 people at 120 points, 240 units."""
    assert len(page(rehearsed(load("national"), 2)).encode()) < MOST_BYTES


def test_it_is_the_same_every_time(html: str) -> None:
    """The same case gives the same bytes, also from a frame and people made anew."""
    again = rehearsed(load("west-2026"), 3)
    assert page(again) == html


def test_names_are_escaped() -> None:
    """A plan is text that anybody may have written: nothing in it becomes markup."""
    text = (files("tocsin.plan") / "bundled" / "west-2026.toml").read_text(encoding="utf-8")
    evil = "<script>alert('x')</script>"
    text = text.replace("Kobryn territorial battalion", evil)
    text = text.replace('title = "Belarus, western regions', 'title = "<img src=x onerror=alert(1)> & co')
    text = text.replace('reason = "student"', 'reason = "</td><b>&\'student"')
    text = text.replace("Four hours from reporting", "</style><svg onload=alert(2)> Four hours")
    html = page(rehearsed(loads(text, name="evil"), 2))
    elements = Elements(html)
    assert not [tag for tag, _ in elements.tags if tag == "img"]
    assert html.count("<script") == html.count("<script>") == 1
    assert not [name for _, attributes in elements.tags for name in attributes if name.startswith("on")]
    assert evil in elements.text
    assert "<img src=x" not in html and evil not in html and "<svg onload" not in html
    assert "</td><b>&" not in html


def test_its_structure_can_be_read_aloud(html: str) -> None:
    """Headings descend by one, every th has a scope, every drawing a name, ids are unique, links lead somewhere."""
    elements = Elements(html)
    levels = [int(tag[1]) for tag, _ in elements.tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert all(attributes.get("scope") in ("col", "row") for tag, attributes in elements.tags if tag == "th")
    ids = [attributes["id"] for _, attributes in elements.tags if attributes.get("id")]
    assert len(ids) == len(set(ids))
    for tag, attributes in elements.tags:
        if tag == "svg":
            assert attributes["role"] == "img"
            assert set((attributes["aria-labelledby"] or "").split()) <= set(ids)
        if tag == "a":
            assert (attributes["href"] or "").removeprefix("#") in ids
    assert next(attributes for tag, attributes in elements.tags if tag == "html")["lang"] == "en"


def test_it_says_what_it_is(html: str) -> None:
    """Kind, place, time, runs, seed, digest, credits, every definition and every assumption stand on it."""
    case = west()
    text = Elements(html).text
    for words in (
        "Verification camp",
        "Monday 16 February 2026, 18:00 local time",
        "Simulated, 3 runs, seed 7: not a forecast.",
        "Figures marked as assumptions",
        case.digest,
        "tocsin simulate plan.toml -n 3 --seed 7",
        "GeoNames (CC BY 4.0)",
        "Natural Earth",
    ):
        assert words in text, words
    for definition in CATALOGUE.values():
        assert " ".join(definition.definition.split()) in text
    for origin in origins_of_run(case.plan, "assumption"):
        assert " ".join(origin.text.split()) in text


def test_not_reached_is_printed_with_the_most(html: str) -> None:
    """T80 and T95 of those called are beyond the plateau in the bundled plan."""
    assert re.search(r"not reached \(max 7\d %\)", Elements(html).text)


def test_both_intervals_have_columns(html: str) -> None:
    """The interval of the mean and the range of one future call-up stand side by side, each under its name."""
    text = Elements(html).text
    assert "95 % interval of the mean" in text
    assert "5–95 % of one future call-up" in text


def test_a_plain_plan_has_a_plain_page() -> None:
    """One run, no request, no bus: sections without anything to show are left out, nothing is empty."""
    html = page(okas())
    text = Elements(html).text
    ids = [attributes.get("id") for _, attributes in Elements(html).tags]
    assert "arrivals" in ids and "requests" not in ids and "buses" not in ids
    assert "one run, no interval" in text
    assert "None" not in text and "nan" not in text.split()


def test_no_word_of_python_leaks(html: str) -> None:
    """No None, nan or inf where a number should stand."""
    words = set(re.findall(r"[A-Za-z]+", Elements(html[html.index("<main") : html.index('id="read"')]).text))
    assert not words & {"None", "nan", "NaN", "inf", "undefined"}


def test_the_plan_alone_names_the_zone() -> None:
    """Local times follow the exercise's zone: Tokyo's clock shows six hours more than Minsk's."""
    case = west()
    exercise = case.plan.exercise.model_copy(update={"time_zone": "Asia/Tokyo"})
    moved = dataclasses.replace(case, plan=case.plan.model_copy(update={"exercise": exercise}))
    assert "Tuesday 17 February 2026, 00:00 local time" in Elements(page(moved)).text


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_text_has_contrast() -> None:
    """Every colour that text has stands out from the paper by at least 4.5 : 1, in light and dark (WCAG 2.2, 1.4.3)."""
    css = (files("tocsin.brief") / "templates" / "page.css").read_text(encoding="utf-8")
    blocks = re.findall(r":root \{(.*?)\}", css, flags=re.S)
    for block in blocks[:2]:
        colours = dict(re.findall(r"--([a-z0-9]+): (#[0-9a-f]{6});", block))
        for name in ("ink", "muted", "main", "alert"):
            light, dark = sorted((_luminance(colours[name]), _luminance(colours["paper"])), reverse=True)
            assert (light + 0.05) / (dark + 0.05) >= 4.5, name
        light, dark = sorted((_luminance(colours["ink"]), _luminance(colours["called"])), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_a_run_rests_on_the_shocks_that_strike() -> None:
    """Of the plan's shocks only those that strike are among a run's assumptions, and its goals are not."""
    from tocsin.plan import load
    from tocsin.plan.strikes import struck_by

    plan = load("west-2026")
    usual, shaken = (origins_of_run(one, "assumption") for one in (plan, struck_by(plan, ["power-cut"])))
    assert not [origin for origin in usual if origin.where.startswith(("shock", "stress"))]
    assert [origin.where for origin in shaken if origin not in usual] == ["shock power-cut"]

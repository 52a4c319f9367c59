"""The pages in a real browser: they fit, are silent, can be read by everybody, and can be printed."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.brief.cases import okas, struck, west
from tests.brief.test_animation import animated
from tests.brief.test_stress import stressed
from tests.conftest import CHROMIUM
from tests.sweep.plans import doctors, strangers

from tocsin.brief import page
from tocsin.brief.comparison import comparison_page
from tocsin.brief.stress import stress_page

pytestmark = pytest.mark.browser

OVERLAPS = """() => {
  const seen = [...document.querySelectorAll('svg')].filter(s => s.getBoundingClientRect().width > 0);
  const found = [];
  for (const svg of seen) {
    const frame = svg.getBoundingClientRect();
    const texts = [...svg.querySelectorAll('text')].map(t => [t.textContent, t.getBoundingClientRect()])
      .filter(([, box]) => box.width > 0);
    texts.forEach(([name, a], i) => {
      if (a.left < frame.left - 1 || a.right > frame.right + 1) found.push(`${name} is cut`);
      if (a.bottom > frame.bottom + 1 || a.top < frame.top - 1) found.push(`${name} is cut`);
      for (const [other, b] of texts.slice(i + 1))
        if (a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 3 && b.top < a.bottom - 3)
          found.push(`${name} meets ${other}`);
    });
  }
  return found;
}"""
SMALLEST_TEXT = """() => Math.min(...[...document.querySelectorAll("svg text")]
  .filter(t => t.getBoundingClientRect().width)
  .map(t => parseFloat(getComputedStyle(t).fontSize) * t.getScreenCTM().a))"""
"""In pixels of the screen: a drawing that is scaled down has smaller text than its style says."""
CUT_IN_PRINT = """() => [...document.querySelectorAll('main *')].filter(e => {
  const box = e.getBoundingClientRect();
  const seen = box.width > 1 && !e.closest('.unseen') && e.tagName != 'use';  // what is used is cut to its drawing
  return seen && box.right > document.documentElement.clientWidth + 1;
}).map(e => e.outerHTML.slice(0, 80))"""
A4_BETWEEN_MARGINS = 688
"""Pixels: 210 mm less twice 14 mm, at 96 to the inch."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=arguments)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    texts = {
        "several runs": page(west()),
        "one run": page(okas()),
        "plans alike": comparison_page(doctors(), sources=["west-2026", "doctor.toml"], version="0.1.0"),
        "plans apart": comparison_page(strangers(), sources=["a", "b"], version="0.1.0"),
        "disturbed": page(struck()),
        "under stress": stress_page(*stressed(), source="west-2026", version="0.1.0"),
    }
    found = {}
    for name, text in texts.items():
        found[name] = folder / f"{name.replace(' ', '-')}.html"
        found[name].write_text(text, encoding="utf-8")
    return found


NAMES = ["several runs", "one run", "plans alike", "plans apart", "disturbed", "under stress"]
SAME_TEMPLATES = ("several runs", "one run", "plans apart")
"""Pages that differ from the others only in what is left out: axe, which takes seconds, looks at one width."""


def unfold(view: Any) -> None:
    view.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1024, 1600])
def test_it_fits_is_silent_and_axe_is_content(
    browser: Any, pages: dict[str, Path], width: int, scheme: str, name: str
) -> None:
    """Folded or not: no horizontal scroll, no message, no request but for the file, no text over text or too small, no
    serious violation that axe knows."""
    from axe_playwright_python.sync_playwright import Axe

    view = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    said: list[str] = []
    asked: list[str] = []
    view.on("console", lambda message: said.append(message.text))
    view.on("pageerror", lambda error: said.append(str(error)))
    view.on("request", lambda request: asked.append(request.url))
    view.goto(pages[name].as_uri())
    assert view.evaluate("document.documentElement.scrollWidth") <= width
    unfold(view)
    assert view.evaluate("document.documentElement.scrollWidth") <= width
    assert view.evaluate(OVERLAPS) == []
    assert view.evaluate(SMALLEST_TEXT) >= 8.5
    paper = view.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (paper == "rgb(251, 250, 245)") == (scheme == "light")
    assert said == []
    assert [url for url in asked if not url.startswith(("data:", pages[name].as_uri()))] == []
    if name not in SAME_TEMPLATES or width == 1024:
        found = Axe().run(view).response["violations"]
        assert [(one["id"], one["help"]) for one in found if one["impact"] in {"serious", "critical"}] == []
    view.close()


@pytest.mark.parametrize("name", NAMES)
def test_it_fits_at_four_times_the_size(browser: Any, pages: dict[str, Path], name: str) -> None:
    """320 pixels, a screen of 1280 at 400 %, need no horizontal scroll (WCAG 2.2, 1.4.10)."""
    view = browser.new_page(viewport={"width": 320, "height": 700})
    view.goto(pages[name].as_uri())
    unfold(view)
    assert view.evaluate("document.documentElement.scrollWidth") <= 320
    view.close()


def test_it_can_be_walked_by_keyboard(browser: Any, pages: dict[str, Path]) -> None:
    """The first stop is the way past the contents to the report."""
    view = browser.new_page(viewport={"width": 1024, "height": 900})
    view.goto(pages["several runs"].as_uri())
    view.keyboard.press("Tab")
    assert view.evaluate("document.activeElement.className") == "skip"
    view.keyboard.press("Enter")
    assert view.evaluate("location.hash") == "#main"
    view.close()


@pytest.mark.parametrize("width", [390, 1024])
@pytest.mark.parametrize("name", ["several runs", "plans alike"])
def test_a_definition_is_there_on_demand(browser: Any, pages: dict[str, Path], name: str, width: int) -> None:
    """Tab leads to a button beside a number, Enter shows the definition within the screen, Escape takes it away and
    gives the focus back."""
    view = browser.new_page(viewport={"width": width, "height": 900})
    view.goto(pages[name].as_uri())
    for _ in range(60):
        view.keyboard.press("Tab")
        if view.evaluate("document.activeElement.className") == "ask":
            break
    target = view.evaluate("document.activeElement.getAttribute('popovertarget')")
    assert target, "no button for a definition within sixty stops"
    assert not view.locator(f"#{target}").is_visible()
    view.keyboard.press("Enter")
    about = view.locator(f"#{target}")
    about.wait_for(state="visible")
    assert "Denominator: " in about.inner_text()
    box = about.bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= width
    assert box["y"] >= 0 and box["y"] + box["height"] <= 900
    view.keyboard.press("Escape")
    about.wait_for(state="hidden")
    assert view.evaluate("document.activeElement.getAttribute('popovertarget')") == target
    view.close()


def test_every_button_has_its_definition(browser: Any, pages: dict[str, Path]) -> None:
    """No button leads nowhere, and each is large enough to be hit (WCAG 2.2, 2.5.8: 24 pixels)."""
    for path in pages.values():
        view = browser.new_page(viewport={"width": 390, "height": 900})
        view.goto(path.as_uri())
        unfold(view)
        buttons = """[...document.querySelectorAll('.ask')].map(b => [b.textContent, !!b.popoverTargetElement,
          Math.min(b.getBoundingClientRect().width, b.getBoundingClientRect().height)])"""
        found = view.evaluate(buttons)
        assert len(found) >= 5
        assert [name for name, leads, size in found if not leads or size < 24] == []
        view.close()


@pytest.mark.parametrize("name", NAMES)
def test_it_can_be_printed(browser: Any, pages: dict[str, Path], name: str) -> None:
    """On paper: white even where the screen is dark, every fold open, nothing cut, no button; and it makes a PDF."""
    view = browser.new_page(viewport={"width": A4_BETWEEN_MARGINS, "height": 1000}, color_scheme="dark")
    view.goto(pages[name].as_uri())
    view.emulate_media(media="print")
    assert view.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    closed = """[...document.querySelectorAll('details')].filter(d =>
      ![...d.children].slice(1).every(c => c.checkVisibility({contentVisibilityAuto: true})
        && c.getBoundingClientRect().height > 0)).map(d => d.innerText.slice(0, 40))"""
    assert view.evaluate(closed) == []
    assert view.evaluate(CUT_IN_PRINT) == []
    assert view.evaluate(OVERLAPS) == []
    assert view.evaluate("[...document.querySelectorAll('.ask, nav, .about')].some(e => e.checkVisibility())") is False
    assert view.pdf(format="A4", prefer_css_page_size=True).startswith(b"%PDF")
    view.close()


# --- the animation ------------------------------------------------------------------------------------------------

SHOWN = """() => [document.querySelector('.clock').textContent,
  ...[...document.querySelectorAll('.states .n')].map(n => Number(n.textContent.replaceAll(',', '')))]"""


def moved(browser: Any, pages: dict[str, Path], name: str = "disturbed", **options: Any) -> Any:
    view = browser.new_page(viewport={"width": 1024, "height": 900}, **options)
    view.goto(pages[name].as_uri())
    return view


def test_the_script_shows_the_counts_of_the_run(browser: Any, pages: dict[str, Path]) -> None:
    """At each of some steps the page shows, by its own decoding, the time and the five totals of the run."""
    made = animated(struck())
    view = moved(browser, pages)
    for step in (0, 31, made.shown, 200, made.where.steps - 1):
        view.locator("input.control").fill(str(step))
        assert view.evaluate(SHOWN) == [made.labels[step], *made.where.totals[:, step].tolist()]
        radii = view.evaluate(
            "[...document.querySelectorAll('.picture .waiting circle')].map(c => c.r.baseVal.value > 0)"
        )
        assert radii == (made.where.waiting[:, step] > 0).tolist()
    view.close()


def test_it_is_moved_by_keys(browser: Any, pages: dict[str, Path]) -> None:
    """Arrow keys go step by step, Home and End to the ends, and what is read aloud is the time and the counts."""
    made = animated(struck())
    view = moved(browser, pages)
    view.locator("input.control").focus()
    for key, step in (
        ("Home", 0),
        ("ArrowRight", 1),
        ("ArrowRight", 2),
        ("ArrowLeft", 1),
        ("End", made.where.steps - 1),
    ):
        view.keyboard.press(key)
        assert view.locator("input.control").input_value() == str(step)
        assert view.evaluate("document.querySelector('.clock').textContent") == made.labels[step]
    told = view.locator("input.control").get_attribute("aria-valuetext")
    assert told.startswith(f"{made.labels[-1]}: {made.where.totals[0][-1]} on the way")
    assert "bridge (roads cut)" in told  # it lasts to the end
    view.close()


@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
def test_it_plays_and_stops(browser: Any, pages: dict[str, Path], motion: str) -> None:
    """Nothing moves by itself. Played it goes on until it is paused; with less motion asked for, in few large steps."""
    view = moved(browser, pages, reduced_motion=motion)

    def step() -> int:
        return int(view.locator("input.control").input_value())

    first = step()
    view.wait_for_timeout(300)
    assert step() == first
    view.locator("button.play").focus()
    view.keyboard.press("Enter")
    assert view.locator("button.play").inner_text() == "Pause"
    view.wait_for_timeout(700)
    view.keyboard.press("Enter")
    played = step()
    assert view.locator("button.play").inner_text() == "Play"
    hop = math.ceil(animated(struck()).where.steps / 24)  # an hour of a day
    assert played - first in (hop, 2 * hop) if motion == "reduce" else played - first >= 2
    view.wait_for_timeout(200)
    assert step() == played
    dashes = view.evaluate(
        "[...document.querySelectorAll('.picture .flow')].map(l => l.getAttribute('stroke-dashoffset'))"
    )
    assert (set(dashes) == {"0"}) == (motion == "reduce")
    view.close()


def test_units_on_the_march_move(browser: Any, pages: dict[str, Path]) -> None:
    """Before it sets out a unit is not drawn; later it stands elsewhere from step to step, and then where it ended."""
    view = moved(browser, pages)
    places = []
    for step in (0, 140, 150, 288):
        view.locator("input.control").fill(str(step))
        column = view.locator(".picture .column").first
        places.append((column.get_attribute("visibility"), column.get_attribute("transform")))
    assert places[0][0] == "hidden" and places[1][0] == "visible"
    assert len({where for _, where in places[1:]}) == 3
    view.close()


def test_without_scripts_there_are_stills(browser: Any, pages: dict[str, Path]) -> None:
    """Where no script runs there is no control that does nothing, but small pictures of some instants."""
    view = moved(browser, pages, java_script_enabled=False)
    assert not view.locator("button.play").is_visible() and not view.locator("input.control").is_visible()
    stills = view.locator(".stills figure")
    assert stills.count() == len(animated(struck()).stills)
    assert all(stills.nth(k).is_visible() for k in range(stills.count()))
    view.close()


def test_land_is_drawn_where_the_map_is_not(browser: Any, pages: dict[str, Path]) -> None:
    """The land is drawn once and used again: also on a phone, on which the drawing that holds it is not shown."""
    view = browser.new_page(viewport={"width": 390, "height": 900})
    view.goto(pages["disturbed"].as_uri())
    assert not view.locator("#map svg.wide").is_visible()
    box = view.evaluate("document.querySelector('.picture use').getBBox().width")
    assert box > 100
    view.close()

"""From a pasted post to a claim in its incident, in a real browser and by the keyboard alone; each page looked at."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.serve.asking import RUSSIAN
from tests.serve.visits import Served, Visit, served

pytestmark = pytest.mark.browser

ACTIVE = "wanted => document.activeElement !== null && document.activeElement.matches(wanted)"


@pytest.fixture(scope="module")
def changed(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A desk on a copy of the demonstration, to be changed."""
    folder = Path(shutil.copytree(filled, tmp_path_factory.mktemp("walk") / "watch"))
    with served(folder) as running:
        yield running


def reach(tab: Any, wanted: str, most: int = 250) -> None:
    """Press Tab until the focus is on something."""
    for _ in range(most):
        if tab.evaluate(ACTIVE, wanted):
            return
        tab.keyboard.press("Tab")
    raise AssertionError(f"{wanted} is not reached by {most} presses of Tab on {tab.url}")


def fill(tab: Any, wanted: str, words: str) -> None:
    """Go to a field and type."""
    reach(tab, wanted)
    tab.keyboard.insert_text(words)


def press(tab: Any, wanted: str) -> None:
    """Go to a link, a button or a summary and press Enter."""
    reach(tab, wanted)
    tab.keyboard.press("Enter")


@pytest.mark.parametrize("script", [True, False], ids=["with scripts", "without scripts"])
def test_from_a_pasted_post_to_its_incident(browser: Any, changed: Served, script: bool) -> None:
    """Paste a post in Russian, confirm a finding, confirm its claim, follow it: it stands confirmed in its incident;
    all by the keyboard, with and without scripts."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, java_script_enabled=script)
    tab = context.new_page()
    if not script:  # the focus cannot be asked for then: the same forms, by their labels
        without_scripts(tab, changed.address)
        context.close()
        return
    visit = Visit(tab, changed.address)
    visit.listen()
    visit.go("/inbox", axe=False)
    press(tab, "a[href='/inbox/add']")
    tab.wait_for_url("**/inbox/add")
    fill(tab, "#a-text", RUSSIAN)
    fill(tab, "#a-publisher", "Town channel")
    fill(tab, "#a-published", "2026-02-18T09:00")
    press(tab, "#add button.main")
    tab.wait_for_url("**/inbox/t-*")
    assert "claims await a person" in tab.locator("main").inner_text()
    visit.look()

    number = (
        tab.locator(".findings li").filter(has=tab.locator("strong:text-is('number')")).first.get_attribute("id")[1:]
    )
    press(tab, f"#s{number} summary")
    fill(tab, f"#f-s{number}-reason", "The post says so.")
    press(tab, f"#f-s{number} button[value=confirm]")
    tab.wait_for_selector("#told")
    assert tab.evaluate(ACTIVE, "#told")
    assert "confirmed" in tab.locator(f"#s{number}").inner_text()

    claim = tab.locator("li.claim").filter(has=tab.locator(".chip:text-is('numbers')")).first
    name, at = claim.locator(".id").first.inner_text(), claim.get_attribute("id")
    press(tab, f"#{at} summary")
    fill(tab, f"#f-{at}-reason", "A neighbour counted; one post.")
    press(tab, f"#f-{at} button[value=confirm]")
    tab.wait_for_selector(f"#told:has-text('{name}')")
    assert tab.evaluate(ACTIVE, "#told")
    visit.look(axe=False)
    press(tab, "#told .counts a[href^='/incidents/']")
    tab.wait_for_url("**/incidents/*")
    mine = tab.locator(".origins li").filter(has_text=name).first.inner_text()
    assert "confirmed" in mine and "[person 1]" in mine
    visit.look()
    night = browser.new_page(viewport={"width": 390, "height": 844}, color_scheme="dark")
    dark = Visit(night, changed.address)
    dark.listen()
    dark.go(f"/inbox/{name.partition('#')[0]}")  # a text full of marks keeps its contrast by night, on a phone
    night.close()
    context.close()


def without_scripts(tab: Any, address: str) -> None:
    """The same walk where the browser runs no script: forms post and lead on."""
    tab.goto(f"{address}/inbox/add")
    tab.get_by_label("Text").fill(RUSSIAN)
    tab.get_by_label("Publisher").fill("Village channel")
    tab.get_by_label("Published").fill("2026-02-18T09:00")
    tab.get_by_role("button", name="Take in").press("Enter")
    tab.wait_for_url("**/inbox/t-*")
    claim = tab.locator("li.claim").filter(has=tab.locator(".chip:text-is('numbers')")).first
    name = claim.locator(".id").first.inner_text()
    claim.locator("summary").first.press("Enter")
    claim.get_by_label("Why").first.fill("One post.")
    claim.get_by_role("button", name="Confirm").first.press("Enter")
    tab.wait_for_url("**decided=*")
    tab.locator("#told .counts a[href^='/incidents/']").press("Enter")
    tab.wait_for_url("**/incidents/*")
    assert "confirmed" in tab.locator(".origins li").filter(has_text=name).first.inner_text()


def test_a_refusal_is_where_the_focus_goes(browser: Any, changed: Served) -> None:
    """A decision that is refused is told beside its form, with the focus there and the words that were typed."""
    tab = browser.new_page(viewport={"width": 1280, "height": 900})
    visit = Visit(tab, changed.address)
    visit.listen()
    visit.go("/inbox/r083", axe=False)
    press(tab, "#c1 summary")
    reach(tab, "#f-c1-count")
    tab.keyboard.press("Control+A")
    tab.keyboard.insert_text("9..3")
    fill(tab, "#f-c1-reason", "A slip.")
    press(tab, "#f-c1 button[value=correct]")
    tab.wait_for_selector("#f-c1-refused")
    assert tab.evaluate(ACTIVE, "#f-c1-refused")
    assert tab.locator("#f-c1-reason").input_value() == "A slip."
    assert tab.locator("#f-c1-count").input_value() == "9..3"
    visit.said = [one for one in visit.said if "status of 422" not in one]
    visit.look()
    tab.close()


@pytest.mark.parametrize("path", ["/inbox/add", "/inbox/r038", "/incidents/i-r038%234", "/story"])
def test_each_page_at_both_widths(visit: Visit, path: str) -> None:
    """The pages that no entry of the navigation leads to keep the rules of all pages, opened folds included."""
    tab = visit.go(path, axe=False)
    tab.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    visit.look()

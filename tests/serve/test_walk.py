"""From a pasted post to a changed answer, and from its copy to one that stays: in a real browser, at two widths."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.serve.visits import WIDTHS, Visit, served

from tocsin.assess.case import load_case
from tocsin.serve.weighing import Answered, answered

pytestmark = pytest.mark.browser

POST = (
    "Reservists were called up in Slonim on 18 February 2026. About 900 people got summonses, "
    "they were told to report within hours. The trains to the south stand ready at the station."
)
"""A made post; nobody in it is real."""
COPY = POST + " (seen in our town chat)"
"""The same post as another channel prints it a day later, nearly word for word."""


@pytest.fixture(params=sorted(WIDTHS))
def walk(
    request: pytest.FixtureRequest, browser: Any, filled: Path, case_file: Path, tmp_path: Path
) -> Iterator[tuple[Visit, Any]]:
    """A tab at a desk of its own, that may be changed, at the width of a phone and of a desktop."""
    folder = Path(shutil.copytree(filled, tmp_path / "watch"))
    case = Path(shutil.copytree(case_file.parent, tmp_path / "case")) / case_file.name
    with served(folder, case) as running:
        wide, high = WIDTHS[request.param]
        visit = Visit(browser.new_page(viewport={"width": wide, "height": high}), running.address)
        visit.listen()
        yield visit, running.room
        visit.tab.close()


def medians(room: Any) -> list[float]:
    found = answered(room.view)
    assert isinstance(found, Answered)
    return [one.median for one in found.weighed.answer]


def pasted(visit: Visit, text: str, publisher: str, published: str) -> str:
    """Paste a post and confirm its first claim; the id of the claim."""
    tab = visit.go("/inbox/add", axe=False)
    tab.fill("#a-text", text)
    tab.fill("#a-publisher", publisher)
    tab.fill("#a-published", published)
    tab.click("#add button.main")
    tab.wait_for_url("**/inbox/*")
    report = tab.url.rpartition("/inbox/")[2].partition("?")[0].partition("#")[0]
    tab.locator("#c1 .acts summary").first.click()
    form = tab.locator("#c1 form").first
    form.locator("input[name=reason]").fill("It says so in plain words.")
    form.locator("button[value=confirm]").click()
    tab.wait_for_selector("a:has-text('Use as evidence')")
    visit.look(axe=False)
    assert report
    return report


def test_from_a_post_to_a_changed_answer_and_a_copy_changes_nothing(walk: tuple[Visit, Any]) -> None:
    """A post is pasted, its claim confirmed and used as new evidence: the answer changes. A copy changes nothing."""
    visit, room = walk
    first = medians(room)
    pasted(visit, POST, "Slonim channel", "2026-02-18T09:00")
    tab = visit.tab
    tab.locator("a:has-text('Use as evidence')").first.click()
    tab.wait_for_selector("#new-form")
    visit.look()
    tab.fill("#new-says", "Summonses go out in Slonim by the hundred, and trains to the south stand ready.")
    tab.select_option("#new-word-routine", "very unlikely")
    tab.select_option("#new-word-staging", "very likely")

    tab.wait_for_selector("#new-preview .changes")  # nothing is written yet
    assert medians(room) == first
    tab.fill("#new-why", "A check has no use for trains.")
    tab.click("#new-form button.main")
    tab.wait_for_selector(".changed .changes")
    visit.look()
    second = medians(room)
    assert second != first
    told = tab.inner_text(".changed")
    assert "→" in told, told
    item = load_case(room.case_file).items[-1]

    pasted(visit, COPY, "Chat of the town", "2026-02-19T20:00")
    tab.locator("a:has-text('Use as evidence')").first.click()
    tab.wait_for_selector("#add-form")
    tab.select_option("#use-item", item.id)
    tab.wait_for_selector("#add-preview .changes")
    tab.fill("#add-reason", "It says the same.")
    tab.click("#add-form button.main")
    tab.wait_for_selector(".changed .changes")
    visit.look()
    assert medians(room) == second
    told = tab.inner_text(".changed")
    assert "counts once" in told and "→" not in told.partition("counts once")[2], told


def test_a_word_is_tried_at_once_and_saved_with_a_reason(walk: tuple[Visit, Any]) -> None:
    """Choosing another word shows the answer at once; saving writes it, and overview and course show the new answer."""
    visit, room = walk
    before = medians(room)
    tab = visit.go("/hypotheses/item/border-quiet", axe=False)
    tab.select_option("#word-routine", "roughly even")
    tab.wait_for_selector("#preview .changes")
    preview = tab.inner_text("#preview")
    assert "not saved yet" in preview and "→" in preview
    assert medians(room) == before
    tab.fill("#judge-reason", "They looked by day only.")
    tab.click("#judge-form button.main")
    tab.wait_for_selector(".changed .changes")
    visit.look()
    after = medians(room)
    assert after != before
    moved = tab.inner_text(".changed li >> nth=0").split("→")[1].split()[0]
    assert visit.go("/", axe=False).locator("table.answer td.median").first.inner_text().split()[0] == moved
    visit.go("/hypotheses")

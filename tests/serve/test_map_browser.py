"""The map in a real browser: it draws, the timeline filters map and list alike, the keyboard reaches every event."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
from tests.conftest import CHROMIUM
from tests.serve.visits import WIDTHS, Served, Visit

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def drawing() -> Iterator[Any]:
    """A Chromium that draws WebGL by itself, without a graphics card."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-quic", "--disable-background-networking", "--use-gl=angle",
                     "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]  # fmt: skip
        started = playwright.chromium.launch(executable_path=str(CHROMIUM), args=arguments)
        yield started
        started.close()


@pytest.fixture
def live(request: pytest.FixtureRequest, drawing: Any, desk: Served) -> Iterator[Visit]:
    """The map, drawn."""
    wide, high = WIDTHS[request.param]
    tab = drawing.new_page(viewport={"width": wide, "height": high}, reduced_motion="reduce")
    visit = Visit(tab, desk.address)
    visit.listen()
    tab.goto(desk.address + "/map")
    tab.wait_for_selector("#map[data-ready]", timeout=20_000)
    yield visit
    tab.close()


def _colours(tab: Any) -> int:
    from PIL import Image

    picture = Image.open(io.BytesIO(tab.locator("#map .maplibregl-canvas").screenshot())).convert("RGB")
    return len(picture.getcolors(1 << 20) or [])


@pytest.mark.parametrize("live", sorted(WIDTHS), indirect=True)
def test_it_draws_and_asks_only_its_own_server(live: Visit) -> None:
    """The canvas shows land, borders and marks; nothing left the server, the policy forbade nothing, axe is content."""
    assert _colours(live.tab) > 50  # an empty canvas has one
    assert live.tab.locator("#drawn").is_hidden()
    live.look()
    assert any("maplibre-gl-worker" in url for url in live.asked)
    box = live.tab.locator("#map").bounding_box()
    live.tab.locator("#map").scroll_into_view_if_needed()
    for part in range(1, 20):  # somewhere on the way across the map the pointer meets a mark
        live.tab.mouse.move(box["x"] + box["width"] * part / 20, live.tab.locator("#map").bounding_box()["y"] + 160)
    live.look(axe=False)


def _counts(tab: Any) -> tuple[int, int]:
    shown = int(tab.get_attribute("#map", "data-shown"))
    return shown, int(tab.get_attribute("#list-count", "data-placed"))


def _moved(tab: Any, slider: str, part: float) -> None:
    """Move a slider and wait until the list has followed."""
    with tab.expect_response(lambda answer: "/map/list" in answer.url):
        tab.eval_on_selector(
            slider,
            "(one, part) => { one.value = Math.round(+one.min + part * (one.max - one.min));"
            " one.dispatchEvent(new Event('input', { bubbles: true })); }",
            part,
        )
    tab.wait_for_timeout(150)


@pytest.mark.parametrize("live", ["desktop"], indirect=True)
def test_the_timeline_filters_map_and_list_alike(live: Visit) -> None:
    """Wherever the sliders stand and whatever groups are ticked, the map shows as many as the list says."""
    tab = live.tab
    whole = _counts(tab)
    assert whole[0] == whole[1] > 20
    _moved(tab, "#until", 0.2)
    early = _counts(tab)
    assert early[0] == early[1] and 0 < early[0] < whole[0]
    _moved(tab, "#until", 1.0)
    _moved(tab, "#since", 0.9)
    late = _counts(tab)
    assert late[0] == late[1] and 0 < late[0] < whole[0]
    with tab.expect_response(lambda answer: "/map/list" in answer.url):
        tab.uncheck("input[name=group][value=forces]")
    tab.wait_for_timeout(150)
    rest = _counts(tab)
    assert rest[0] == rest[1] < late[0]
    assert "from=" in tab.url and "group=" in tab.url  # the address says what is shown
    live.look()


@pytest.mark.parametrize("live", ["phone"], indirect=True)
def test_the_keyboard_reaches_an_event_and_its_card(live: Visit) -> None:
    """Each row on the map has a button that Tab reaches; Enter opens the card, with links to where it is from."""
    tab = live.tab
    buttons = tab.locator("#list .on-map")
    assert buttons.count() == tab.locator("#list tr:has-text('within')").count() > 0
    buttons.nth(2).focus()
    tab.keyboard.press("Enter")
    assert tab.evaluate("document.activeElement.id") == "card-t"
    row = tab.locator("#list tr[data-id]").nth(2)
    assert row.locator("th a").inner_text() in tab.locator("#card").inner_text()
    assert tab.locator("#card a.id").count() > 0
    live.look(axe=False)


def test_without_scripts_the_drawing_stays(drawing: Any, desk: Served) -> None:
    """A browser without scripts shows the same outlines and marks as an SVG, and the list."""
    context = drawing.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(desk.address + "/map")
    assert tab.locator("#drawn svg.static-map").is_visible()
    assert tab.locator("#list tr[data-id]").count() == 50
    assert tab.locator("#sliders").is_hidden() and tab.locator("#list .on-map").first.is_hidden()
    context.close()


def test_without_webgl_the_drawing_stays(drawing: Any, desk: Served) -> None:
    """Where the canvas cannot draw, the drawing and the list stay, the list follows the groups, nothing is said."""
    tab = drawing.new_page()
    tab.add_init_script("HTMLCanvasElement.prototype.getContext = () => null")
    visit = Visit(tab, desk.address)
    visit.listen()
    tab.goto(desk.address + "/map")
    tab.wait_for_timeout(700)
    assert tab.locator("#drawn svg.static-map").is_visible()
    visit.look(axe=False)
    tab.close()

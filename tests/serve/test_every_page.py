"""Every page of the desk in a real browser: it fits, is silent, asks nobody else, and can be read by everybody."""

from __future__ import annotations

import pytest
from tests.serve.visits import Visit

from tocsin.serve.page import NAVIGATION

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("address", [entry.address for entry in NAVIGATION])
def test_each_entry_of_the_navigation(visit: Visit, address: str) -> None:
    """Each place of the desk opens, says where one is, and breaks none of the rules of all pages."""
    tab = visit.go(address)
    assert tab.locator("h1").count() == 1
    assert tab.locator(".top nav a[aria-current=page]").get_attribute("href") == address


def test_a_page_that_is_not_there(visit: Visit) -> None:
    """An unknown address gives a page in the desk's own style, with a way back."""
    tab = visit.go("/nowhere", code=404)
    assert tab.locator("main a[href='/']").is_visible()


def test_the_first_stop_leads_past_the_navigation(wide: Visit) -> None:
    """Tab leads first to the way past the navigation, and Enter to the page."""
    tab = wide.go("/", axe=False)
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.className") == "skip"
    tab.keyboard.press("Enter")
    assert tab.evaluate("location.hash") == "#main"


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ("document.querySelector('main').setAttribute('style', 'color: red')", "says something"),
        ("new Image().src = 'http://localhost:1/x.png'", "asks elsewhere"),
        ("document.querySelector('h1').style.minWidth = '3000px'", "scrolls sideways"),
        ("document.querySelector('main').append(document.createElement('input'))", "axe"),
    ],
)
def test_a_fault_would_be_found(wide: Visit, fault: str, told: str) -> None:
    """What every page must not do is noticed when it does it; the checks would otherwise pass for the wrong reason."""
    wide.go("/", axe=False)
    with pytest.raises(AssertionError, match=told):
        wide.tab.evaluate(f"() => {{ {fault} }}")
        wide.tab.wait_for_timeout(100)
        wide.look()

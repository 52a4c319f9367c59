"""The pages of ledger and footprint under the navigation, in a real browser, at both widths and in both schemes."""

from __future__ import annotations

import pytest
from tests.serve.visits import Visit

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    "address",
    [
        "/claims/all?topic=notice-time",
        "/claims/question/notice",
        "/claims/question/purpose?side=readiness",
        "/claims/r038%234",
        "/footprint?at=2022-02-23&like=2022-01-01/2022-02-23",
        "/footprint/f052",
    ],
)
def test_each_page_can_be_read_in_light_and_dark(visit: Visit, address: str) -> None:
    """It fits, is silent, and axe finds nothing serious in either scheme; what is folded is opened for that."""
    tab = visit.go(address, axe=False)
    tab.eval_on_selector_all("details", "all => all.forEach(one => one.open = true)")
    visit.look()
    tab.emulate_media(color_scheme="dark")
    visit.look()


def test_copies_unfold_by_keyboard(wide: Visit) -> None:
    """Enter on the words that fold copies opens them, and Tab leads on to the claims within."""
    tab = wide.go("/claims/question/notice", axe=False)
    fold = tab.locator("summary", has_text="count once").first
    fold.focus()
    tab.keyboard.press("Enter")
    assert fold.locator("..").get_attribute("open") is not None
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.closest('.copies') !== null")

"""The page in a real browser: it fits, it is silent, and nothing on the map covers anything else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.brief.cases import west
from tests.conftest import CHROMIUM

from tocsin.brief import page

pytestmark = pytest.mark.browser

OVERLAPS = """() => {
  const seen = [...document.querySelectorAll('svg')].filter(s => s.getBoundingClientRect().width > 0);
  const found = [];
  for (const svg of seen) {
    const frame = svg.getBoundingClientRect();
    const texts = [...svg.querySelectorAll('text')].map(t => [t.textContent, t.getBoundingClientRect()]);
    texts.forEach(([name, a], i) => {
      if (a.left < frame.left - 1 || a.right > frame.right + 1) found.push(`${name} is cut`);
      for (const [other, b] of texts.slice(i + 1))
        if (a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 3 && b.top < a.bottom - 3)
          found.push(`${name} meets ${other}`);
    });
  }
  return found;
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=arguments)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("brief") / "report.html"
    path.write_text(page(west()), encoding="utf-8")
    return path


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1024, 1600])
def test_it_fits_and_is_silent(browser: Any, report: Path, width: int, scheme: str) -> None:
    """No horizontal overflow, no message of the console, no request but for the file itself, no text over text."""
    view = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    said: list[str] = []
    asked: list[str] = []
    view.on("console", lambda message: said.append(message.text))
    view.on("pageerror", lambda error: said.append(str(error)))
    view.on("request", lambda request: asked.append(request.url))
    view.goto(report.as_uri())
    assert view.evaluate("document.documentElement.scrollWidth") <= width
    assert view.evaluate("[...document.querySelectorAll('details')].map(d => d.open = true).length") > 3
    assert view.evaluate("document.documentElement.scrollWidth") <= width
    assert view.evaluate(OVERLAPS) == []
    paper = view.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (paper == "rgb(251, 250, 245)") == (scheme == "light")
    view.close()
    assert said == []
    assert [url for url in asked if not url.startswith(("data:", report.as_uri()))] == []


def test_it_can_be_walked_by_keyboard(browser: Any, report: Path) -> None:
    """The first stop is the way past the contents to the report."""
    view = browser.new_page(viewport={"width": 1024, "height": 900})
    view.goto(report.as_uri())
    view.keyboard.press("Tab")
    assert view.evaluate("document.activeElement.className") == "skip"
    view.keyboard.press("Enter")
    assert view.evaluate("location.hash") == "#main"
    view.close()

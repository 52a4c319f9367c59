"""The site: built strictly from the repository's pages, whole, and without a request to anybody."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from functools import cache
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

ROOT = Path(__file__).resolve().parents[2]
TAKEN_IN = {
    "README.md": "in-short",
    "GLOSSARY.md": "glossary",
    "CHANGELOG.md": "changes",
    "CONTRIBUTING.md": "contributing",
}
"""Pages from outside docs/, and their names in the site."""
LOADING = {"script": "src", "img": "src", "iframe": "src", "source": "src", "link": "href", "object": "data"}
"""Elements for which a browser asks, and where they say whom."""
NEVER_ASKED = {"canonical", "prev", "next", "alternate", "author"}
"""Links in a page's head that say something and load nothing."""
WIDTHS = (390, 1600)


class Reader(HTMLParser):
    """What a page names: links, anchors, and whatever a browser would load."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.loads: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if "id" in found:
            self.anchors.add(found["id"])
        if tag == "a" and "href" in found:
            self.links.append(found["href"])
        if tag in LOADING and LOADING[tag] in found and found.get("rel") not in NEVER_ASKED:
            self.loads.append(found[LOADING[tag]])
        self.loads += re.findall(r"url\(([^)]+)\)", found.get("style", ""))


@cache
def read(page: Path) -> Reader:
    return Reader(page.read_text(encoding="utf-8"))


def build(configuration: Path, target: Path) -> subprocess.CompletedProcess[str]:
    """Build a site as `make docs` does: strictly, and not quietly, which would hide what strictness counts."""
    return subprocess.run(
        [os.fspath(Path(sys.executable).with_name("mkdocs")), "build", "--strict", "-f", configuration, "-d", target],
        cwd=configuration.parent,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built into another folder."""
    folder = tmp_path_factory.mktemp("site") / "built"
    done = build(ROOT / "mkdocs.yml", folder)
    assert done.returncode == 0, done.stderr
    return folder


def test_a_broken_page_fails_the_build(tmp_path: Path) -> None:
    """A link or a heading that is not there, and a page without its line in the navigation, each stop the build."""
    for name in ("docs", "tools"):
        shutil.copytree(ROOT / name, tmp_path / name)
    for name in (
        "mkdocs.yml",
        "LICENSE",
        "src/tocsin/plan/places/CREDITS.md",
        "src/tocsin/watch/text/CREDITS.md",
        *TAKEN_IN,
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    with (tmp_path / "docs" / "defence.md").open("a", encoding="utf-8") as page:
        page.write("\n[lost](nowhere.md), [lost](tour.md#nowhere), [lost](../NOWHERE.md)\n")
    (tmp_path / "docs" / "unlisted.md").write_text("# Unlisted\n", encoding="utf-8")
    done = build(tmp_path / "mkdocs.yml", tmp_path / "built")
    assert done.returncode == 1
    for word in ("'nowhere.md'", "#nowhere", "NOWHERE.md", "unlisted.md"):
        assert any(word in line and "WARNING" in line for line in _joined(done.stderr)), word


def _joined(told: str) -> list[str]:
    """Messages of a build; one may go on over several lines."""
    return re.split(r"\n(?=INFO|WARNING|ERROR)", told)


def pages_of(site: Path) -> list[Path]:
    return sorted(site.rglob("*.html"))


def test_every_page_is_in_the_site_and_in_its_navigation(site: Path) -> None:
    """Each page of docs/, and README, glossary, changes and contributing, is linked from the front page."""
    docs = [path.relative_to(ROOT / "docs").with_suffix("") for path in (ROOT / "docs").rglob("*.md")]
    named = [path.parent / "index" if path.name == "README" else path for path in docs]
    wanted = {f"{name.as_posix()}.html" for name in named} | {f"{name}.html" for name in TAKEN_IN.values()}
    assert wanted <= {page.relative_to(site).as_posix() for page in pages_of(site)}
    linked = {urlsplit(link).path for link in read(site / "index.html").links}
    assert wanted - {"index.html"} <= linked


def test_pages_from_outside_are_whole(site: Path) -> None:
    """Each heading and each bold word of README, glossary, changes and contributing stands on their pages."""
    for name, page in TAKEN_IN.items():
        html = unescape((site / f"{page}.html").read_text(encoding="utf-8"))
        words = re.findall(r"(?m)^#+ (.+)$|\*\*([^*]+)\*\*", (ROOT / name).read_text(encoding="utf-8"))
        assert len(words) > 2
        assert [word for pair in words for word in pair if word not in html] == []


def test_lists_are_lists_and_tables_are_tables(site: Path) -> None:
    """What the repository's page shows as a list or a table, the site does not run together into a paragraph."""
    for page in pages_of(site):
        for paragraph in re.findall(r"<p>(.*?)</p>", page.read_text(encoding="utf-8"), re.DOTALL):
            assert not re.search(r"(?m)^(?:[-*]|\d+\.) |^\|.*\|$|^```", paragraph), f"{page.name}: {paragraph[:200]}"


def test_no_page_asks_outside(site: Path) -> None:
    """No script, style, picture, frame or font of any page or style comes from another host."""
    asked = {f"{page.name}: {url}" for page in pages_of(site) for url in read(page).loads if urlsplit(url).netloc}
    for style in site.rglob("*.css"):
        urls = re.findall(r"(?:url\(|@import\s+)[\"']?((?:https?:)?//[^)\"'\s]+)", style.read_text(encoding="utf-8"))
        asked |= {f"{style.name}: {url}" for url in urls}
    assert asked == set()
    together = "".join(page.read_text(encoding="utf-8") for page in pages_of(site))
    assert "googletagmanager" not in together and "fonts.g" not in together
    assert 'class="mermaid"' not in together, "diagrams of this kind load a script from elsewhere"


def test_every_inner_link_and_anchor_leads_somewhere(site: Path) -> None:
    """Each link between pages, to a file or to a heading leads to one; none leaves the site's folder."""
    lost = []
    for page in pages_of(site):
        for link in read(page).links:
            parts = urlsplit(link)
            if parts.scheme or page.name == "404.html":  # that one stands at no fixed place
                continue
            target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
            target = target / "index.html" if target.is_dir() else target
            inside = target.is_relative_to(site.resolve()) or target == page
            if not (inside and target.exists()):
                lost.append(f"{page.relative_to(site)}: {link}")
            elif parts.fragment and parts.fragment not in read(target).anchors:
                lost.append(f"{page.relative_to(site)}: {link} (no such heading)")
    assert lost == []


def test_the_search_needs_no_server(site: Path) -> None:
    """The index is there as a script, and holds words of every kind of page."""
    index = (site / "search" / "search_index.js").read_text(encoding="utf-8")
    assert index.startswith("var __index = ")
    for word in ("STRESS-DES", "fallback_after", "cumulative incidence", "Holm"):
        assert word in index


@pytest.mark.browser
def test_pages_open_from_a_folder_and_search_without_a_network(site: Path) -> None:
    """From a file, on phone and wide screen: no request leaves the folder, nothing scrolls sideways, search finds."""
    from playwright.sync_api import sync_playwright

    outside: list[str] = []
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path="/usr/bin/chromium",
            args=["--no-sandbox", "--disable-quic", "--disable-background-networking"],
        )
        tab = browser.new_page()
        tab.on("request", lambda asked: None if asked.url.startswith(("file:", "data:")) else outside.append(asked.url))
        for width in WIDTHS:
            tab.set_viewport_size({"width": width, "height": 900})
            for name in ("index", "plan-reference", "measures", "model", "logs-differ", "glossary", "decisions/index"):
                tab.goto((site / f"{name}.html").as_uri())
                wide = tab.evaluate("document.documentElement.scrollWidth")
                assert wide <= width, f"{name} is {wide} px wide at {width}"
        tab.keyboard.press("f")
        tab.keyboard.type("surplus")
        tab.wait_for_selector("a.md-search-result__link[href*='glossary.html'][href$='#surplus']", timeout=10_000)
        browser.close()
    assert outside == []

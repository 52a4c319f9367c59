"""The page of a weighed case: drawn where its numbers are, traced to addresses, without a script, text as text."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser

import pytest
from tests.brief.cases import west as report_of

from tocsin.assess.case import load_case, read_case
from tocsin.assess.worlds import bundled_worlds
from tocsin.brief import page
from tocsin.brief.weigh import weigh_page, with_section
from tocsin.brief.weigh_charts import Bar, Pushed, bands_drawn, pushes_drawn
from tocsin.brief.weighing import Weighing, weighing_of
from tocsin.errors import UsageError
from tocsin.watch.desk import Desk


@pytest.fixture(scope="module")
def desk(west: Desk) -> Desk:
    return west


@pytest.fixture(scope="module")
def weighing(desk: Desk) -> Weighing:
    case = load_case("west-2026")
    return weighing_of(case, desk, draws=2_000, worlds=bundled_worlds(case)[0])


@pytest.fixture(scope="module")
def html(weighing: Weighing) -> str:
    return weigh_page(weighing, source="west-2026", version="0")


class Ids(HTMLParser):
    """All ids and inner links of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.ids, self.links, self.tags = Counter[str](), set[str](), Counter[str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        for name, value in attrs:
            if name == "id" and value:
                self.ids[value] += 1
            if name == "href" and value and value.startswith("#"):
                self.links.add(value[1:])


def read(text: str) -> Ids:
    found = Ids()
    found.feed(text)
    return found


def test_ids_are_unique_and_links_lead_somewhere(html: str) -> None:
    """Each id once; each link within the page has its target; no script, and nothing is loaded."""
    found = read(html)
    assert [name for name, times in found.ids.items() if times > 1] == []
    assert found.links <= found.ids.keys()
    assert found.tags["script"] == 0 and "default-src 'none'" in html
    assert found.tags["svg"] == 3 * 3 + 2 * 4, "bands, pushes and worlds at three widths, four courses at two"


def test_every_report_behind_an_item_has_its_address(html: str, weighing: Weighing) -> None:
    """Each claim that an item rests on is named, with the address of its page."""
    for traced in weighing.traced:
        for row in traced.rows:
            assert f"<code>{row.id}</code>" in html
            assert row.address.replace("&", "&amp;") in html


def test_the_same_arguments_give_the_same_bytes(html: str, weighing: Weighing) -> None:
    """Nothing of the moment is in the page."""
    assert weigh_page(weighing, source="west-2026", version="0") == html


def test_the_section_stands_in_a_report_once(weighing: Weighing) -> None:
    """It stands before the part on how to read it, with its link; all else is as it was; twice is refused."""
    report = page(report_of())
    both = with_section(report, weighing)
    found = read(both)
    assert [name for name, times in found.ids.items() if times > 1] == []
    assert found.links <= found.ids.keys()
    assert both.index('id="weighed"') < both.index('<section id="read"')
    assert both.endswith(report[report.index('<section id="read"') :])
    with pytest.raises(UsageError, match="found no place"):
        with_section(both, weighing)
    with pytest.raises(UsageError, match="found no place"):
        with_section("<p>another page</p>", weighing)


def test_markup_in_a_case_is_text(weighing: Weighing, desk: Desk) -> None:
    """Scripts in what an analyst writes are shown as they are written, never run."""
    text = weighing.case.text.replace('name = "Routine check"', 'name = "<script>alert(1)</script>"')
    text = text.replace('says = "Phones are taken from those called."', 'says = "<img src=x onerror=alert(2)>"')
    text = re.sub(r'class = "reference-class.jsonl"\nbase = "ref"\npseudo = 0.5\n', "", text)
    text = re.sub(r"\[prior.stands_for\].*?(?=\n# --- how sources)", JUDGED, text, flags=re.DOTALL)
    case = read_case(text, folder=None)
    shown = weigh_page(weighing_of(case, desk, draws=200, by_day=False), source="<x>", version="0")
    assert "<script" not in shown and "<img" not in shown and "&lt;script&gt;alert(1)" in shown


JUDGED = "[prior.judged]\nroutine = 3\nexercise = 2\nmobilisation = 1\nstaging = 1\n"


def test_bands_are_drawn_where_their_numbers_are() -> None:
    """0 to 1 lie between 4 and 632 px of the wide drawing: .5 stands at 318, .25 to .75 at 161–475."""
    drawn = str(bands_drawn("x", "T", [Bar("one", (0.1, 0.2, 0.3), (0.25, 0.5, 0.75))]))
    wide = drawn.partition('<svg class="chart middle"')[0]
    assert 'cx="318"' in wide
    assert re.search(r'class="thick" d="M161 [\d.]+H475"', wide)
    assert re.search(r'class="thin" d="M66.8 [\d.]+H192.4"', wide)
    assert wide.count('class="stripe') == 7


def test_pushes_go_left_and_right_of_nothing() -> None:
    """The greatest change has the full length; what speaks the other way stands on the other side."""
    drawn = str(pushes_drawn("x", "T", [Pushed("a", "a", 0.1, "s"), Pushed("b", "b", -0.05, "s")]))
    wide = drawn.partition('<svg class="chart middle"')[0]
    bars = re.findall(r'class="push (up|down)" x="([\d.]+)" y="[\d.]+" width="([\d.]+)"', wide)
    assert bars == [("up", "320", "284"), ("down", "178", "142")]
    assert "+10" in wide and "−5" in wide

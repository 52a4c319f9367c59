"""The page of a plan under stress says what the reruns found, in words, tables and curves."""

from __future__ import annotations

import dataclasses
import re
from functools import cache
from importlib.resources import files

import polars as pl
import pytest
from tests.brief.cases import Elements

from tocsin.brief import stress_words as words
from tocsin.brief.stress import stress_page, weakest_sentences
from tocsin.plan import loads
from tocsin.sweep import Stressed, stress
from tocsin.sweep.first_runs import FirstRun, first_runs

SHOCKS = """
[[shock]]
name = "late-surge"
kind = "surge"
at_h = 6
size = 0.3
assumption = "ours, for a test"

[[shock]]
name = "phones-down"
kind = "channel"
channels = ["phone"]
at_h = 1
until_h = 8
assumption = "ours, for a test"
"""


@cache
def stressed() -> tuple[Stressed, tuple[FirstRun, ...]]:
    """A bundled plan with a surge and a channel that fails, two runs of each variant."""
    text = (files("tocsin.plan") / "bundled" / "west-2026.toml").read_text(encoding="utf-8")
    text = text.partition("[[shock]]")[0].partition("[stress]")[0] + SHOCKS
    found = stress(loads(text, name="west-2026"), runs=2, workers=1)
    return found, first_runs(found)


@pytest.fixture(scope="module")
def html() -> str:
    return stress_page(*stressed(), source="west-2026", version="0.1.0")


def test_it_says_where_the_plan_breaks_first(html: str) -> None:
    """The weakest resource and what the shocks do, in the sentences of the terminal; then the next weakest."""
    done, _ = stressed()
    text = Elements(html).text
    for sentence in (words.first_sentence(done), words.shocks_sentence(done), *weakest_sentences(done)[1:]):
        assert " ".join(sentence.split()) in text
    assert len(weakest_sentences(done)) == min(3, len(done.ranked))


def test_every_goal_stands_under_every_shock(html: str) -> None:
    """A row a scenario and a cell a goal, each with its value and whether the goal is kept."""
    done, _ = stressed()
    elements = Elements(html)
    cells = [a for tag, a in elements.tags if tag == "td" and (a.get("class") or "").startswith("goal ")]
    assert len(cells) == len(done.scenarios) * len(done.goals)
    kept = sum("kept" in (a["class"] or "") for a in cells)
    assert kept == sum(held.kept for one in done.scenarios for held in one.held)
    for one in done.scenarios:
        for held, unit in zip(one.held, done.units, strict=True):
            assert " ".join(words.held_words(held, unit).partition(" (")[0].split()) in elements.text


def test_margins_stand_weakest_first(html: str) -> None:
    """The table has every margin with a factor, in the order of their rank; the others are told in words."""
    done, _ = stressed()
    panel = html[html.index('id="margins"') : html.index("</table>", html.index('id="margins"'))]
    heads = re.findall(r'<th scope="row">(.*?)<small>', panel)
    assert heads == [margin.lever.label for margin in done.ranked]
    for sentence in words.firm_sentences(done):
        assert " ".join(sentence.split()) in Elements(html).text


def test_each_disturbance_is_drawn_beside_the_undisturbed_run(html: str) -> None:
    """A fold a scenario with curves of both runs, the recovery in words, and ids of its own."""
    done, runs = stressed()
    elements = Elements(html)
    ids = [a["id"] for _, a in elements.tags if a.get("id")]
    assert len(ids) == len(set(ids))
    for number in range(1, len(done.scenarios)):
        assert {f"shock-{number}", f"shock-{number}-minutes-arrived", f"shock-{number}-recovery"} <= set(ids)
    assert "the same run undisturbed" in elements.text
    assert [run.name for run in runs] == [one.name for one in done.scenarios]


def test_first_runs_have_equal_luck() -> None:
    """Whoever is in both runs is the same person; a surge calls others in addition, after them."""
    _, runs = stressed()
    base, surge = runs[0], runs[1]
    same = surge.people.head(base.people.height)
    assert same["birth"].equals(base.people["birth"]) and surge.people.height > base.people.height
    before = [run.journeys.frame.filter(pl.col("delivered_ms") < 6 * 3_600_000) for run in (base, surge)]
    assert before[0].height > 100  # until the surge, six hours after the alert, nothing differs
    assert before[0]["person", "delivered_ms"].equals(before[1]["person", "delivered_ms"])


def test_it_asks_for_nothing_and_runs_no_script(html: str) -> None:
    """No script, no address, and the same bytes again."""
    elements = Elements(html)
    assert not [tag for tag, _ in elements.tags if tag in ("script", "img", "iframe")]
    for _, attributes in elements.tags:
        for name in ("src", "href"):
            assert (attributes.get(name) or "#").startswith(("#", "data:"))
    assert stress_page(*stressed(), source="west-2026", version="0.1.0") == html
    assert len(html.encode()) < 1_000_000


def test_names_are_escaped() -> None:
    """The title of a plan and the name of a resource are text, not markup."""
    done, _ = stressed()
    exercise = done.plan.exercise.model_copy(update={"title": "<script>alert(1)</script>"})
    evil = dataclasses.replace(done, plan=done.plan.model_copy(update={"exercise": exercise}))
    html = stress_page(evil, (), source="<b>", version="0.1.0")
    assert "<script" not in html and "alert(1)" in html and "<b>'" not in html


def test_without_first_runs_nothing_is_drawn_over_time() -> None:
    """The page stands without them, and has no section on it."""
    done, _ = stressed()
    html = stress_page(done, (), source="west-2026", version="0.1.0")
    assert 'id="struck"' not in html and 'id="goals"' in html

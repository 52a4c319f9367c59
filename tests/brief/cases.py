"""Cases made by the real engine, small enough for every test, and how the page is read."""

from __future__ import annotations

from functools import cache
from html.parser import HTMLParser

import polars as pl

from tocsin.brief import Case
from tocsin.law import bundled_packs, law
from tocsin.law.results import Audit
from tocsin.law.served import described
from tocsin.measure import Context, measures
from tocsin.plan import Plan, load, people
from tocsin.simulate import Engine, Outcome, compile, journeys, service

SEED = 7


def rehearsed(plan: Plan, runs: int) -> Case:
    """Run a plan and gather what a brief is written from."""
    called = people(plan, SEED)
    engine = Engine(compile(plan, called), 1)
    first, frames = None, []
    audit = audit_of(plan, called, engine.run(SEED, 0))
    for run in range(runs):
        found = journeys(engine.run(SEED, run))
        first = found if first is None else first
        frames.append(measures(found, Context(plan, called)))
    assert first is not None
    return Case(plan, called, first, pl.concat(frames), SEED, runs, "0.1.0", "sha256:c0ffee", audit)


def audit_of(plan: Plan, called: pl.DataFrame, outcome: Outcome) -> Audit | None:
    """What the pack of the plan's country says of a run; None without a pack."""
    if plan.exercise.country not in bundled_packs():
        return None
    pack = law(plan.exercise.country)
    found = Audit(pack)
    found.add(described(service(outcome, *pack.pack.counting(plan.exercise.kind)), plan, called))
    return found


@cache
def west(runs: int = 3) -> Case:
    return rehearsed(load("west-2026"), runs)


@cache
def okas() -> Case:
    """One run, one unit, no bus, no request."""
    return rehearsed(load("okas-2017"), 1)


class Elements(HTMLParser):
    """Every start tag with its attributes, and the text of the page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).split())

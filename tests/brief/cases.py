"""Cases made by the real engine, small enough for every test, and how the page is read."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence
from functools import cache
from html.parser import HTMLParser
from typing import Any

import polars as pl

from tocsin.brief import Case
from tocsin.law import bundled_packs, law
from tocsin.law.results import Audit
from tocsin.law.served import described
from tocsin.measure import Context, measures
from tocsin.measure.critical import paths_of
from tocsin.measure.view import View, views
from tocsin.plan import Plan, load, people
from tocsin.simulate import Engine, Outcome, compile, journeys, service, trail

SEED = 7


def rehearsed(plan: Plan, runs: int) -> Case:
    """Run a plan and gather what a brief is written from."""
    called = people(plan, SEED)
    engine = Engine(compile(plan, called), 1)
    first, frames = None, []
    kept = engine.run(SEED, 0)
    audit = audit_of(plan, called, kept)
    for run in range(runs):
        found = journeys(engine.run(SEED, run))
        first = found if first is None else first
        frames.append(measures(found, Context(plan, called)))
    assert first is not None
    paths = paths_of(next(views(first, Context(plan, called, logs={0: lambda: trail(kept)}))))
    return Case(plan, called, first, pl.concat(frames), SEED, runs, "0.1.0", "sha256:c0ffee", audit, paths)


def view_of(case: Case) -> View:
    """The first run of a case as the measures see it."""
    return next(views(case.first, Context(case.plan, case.people)))


def with_rows(case: Case, rows: Sequence[dict[str, Any]]) -> Case:
    """The case with rows in its first run that no engine wrote; each has a kind, an `hour` and other columns."""
    first = case.first
    empty = {name: None for name in first.rest.columns} | {"run": 0, "writer": "simulated", "in_journeys": False}
    full = []
    for row in rows:
        at = first.t0 + dt.timedelta(hours=row["hour"])
        said = {name: value for name, value in row.items() if name != "hour"}
        full.append(empty | {"happened": at, "happened_until": at, "known": at} | said)
    plain = {
        name: pl.String() if dtype in (pl.Categorical, pl.Enum) else dtype for name, dtype in first.rest.schema.items()
    }
    more = pl.DataFrame(full, schema=plain).cast(dict(first.rest.schema))
    return dataclasses.replace(case, first=dataclasses.replace(first, rest=pl.concat([first.rest, more])))


@cache
def struck() -> Case:
    """The bundled call-up with invented rows: a power cut, a cut road to the end, and four units on the march."""
    rows: list[dict[str, Any]] = [
        {"kind": "shock_began", "hour": 12.0, "thing": "dark", "reason": "power"},
        {"kind": "shock_ended", "hour": 15.0, "thing": "dark"},
        {"kind": "shock_began", "hour": 16.5, "thing": "bridge", "reason": "road"},
    ]
    for number, unit in enumerate(west().plan.units[:4]):
        way = (("unit_set_out", 22, "Hrodna"), ("passed", 24, "Lida"), ("in_position", 28, "Baranovichi"))
        rows += [{"kind": kind, "hour": hour + number, "unit": unit.name, "place": place} for kind, hour, place in way]
        rows.append({"kind": "passed", "hour": 25 + number, "unit": unit.name, "place": "Lida", "visit": 2})
    return with_rows(west(), rows)


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

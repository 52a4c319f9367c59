"""The plan to start from: it runs as it stands, shows every key that a plan may have, and so do its optional parts."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, get_args

import pytest
from pydantic import BaseModel
from tests.cli.documents import without_tables

from tocsin.errors import PlanError
from tocsin.plan import Plan, check, dumps, expanded, loads, new_plan
from tocsin.plan.duration import Duration

TEXT = new_plan("my-plan")
PARTS = list(re.finditer(r"(?m)(?:^#[^ \n].*\n)+", TEXT))
"""Optional parts: lines in a row that begin with # and no blank."""


def with_parts(*parts: re.Match[str]) -> str:
    """The plan with some optional parts made part of it; the list of people takes the place of the groups."""
    text = TEXT
    for part in sorted(parts, key=lambda part: -part.start()):
        text = text[: part.start()] + re.sub(r"(?m)^#", "", part[0]) + text[part.end() :]
    listed = any("[roster]" in part[0] for part in parts)
    return without_tables(text, "group") if listed else text


def name_of(part: re.Match[str]) -> str:
    return part[0].split("\n")[0].lstrip("#")[:40]


def test_it_is_a_plan_without_faults_or_doubts() -> None:
    """`plan check` finds neither an error nor a warning, and the name is the one that was asked for."""
    plan = loads(new_plan("spring-2027"), name="new")
    assert plan.exercise.name == "spring-2027"
    assert "my-plan" not in new_plan("spring-2027")
    assert check(plan) == []


def test_every_assumption_says_that_it_is_to_be_replaced() -> None:
    """No figure pretends to be known: each `assumption`, in optional parts too, begins so; none is a source."""
    told = re.findall(r'(?m)^#?assumption = "(.*)"$', TEXT)
    assert len(told) >= 15
    assert [words for words in told if not words.startswith("To be replaced: ")] == []
    assert not re.search(r"(?m)^#?source =", TEXT)


@pytest.mark.parametrize("part", PARTS, ids=name_of)
def test_each_optional_part_can_be_used(part: re.Match[str]) -> None:
    """With the # of one part taken away the plan still loads, without a doubt, and is another plan."""
    plan = loads(with_parts(part), name="new")
    assert [problem for problem in check(plan) if problem.level == "error"] == []
    assert plan != loads(TEXT, name="new")


def test_all_optional_parts_can_be_used_together() -> None:
    """All parts but the list of people, which replaces the groups, make one plan; with the list, groups go."""
    others = [part for part in PARTS if "[roster]" not in part[0]]
    assert len(others) == len(PARTS) - 1
    loads(with_parts(*others), name="new")


def test_written_out_it_is_the_same_plan() -> None:
    """What a run folder keeps of it reads back as the same plan, gamma durations and all."""
    plan = loads(with_parts(*[part for part in PARTS if "[roster]" not in part[0]]), name="new")
    assert loads(dumps(plan), name="again") == expanded(plan)


def keys_of(model: Any, seen: set[str]) -> Iterator[str]:
    """Every key of a model and of the models inside it, as `Model.key`; where figures are from is no key here."""
    for name, field in model.model_fields.items():
        key = f"{model.__name__}.{field.alias or name}"
        if key in seen or name in ("source", "assumption"):
            continue
        seen.add(key)
        yield key
        for inner in models_in(field.annotation):
            yield from keys_of(inner, seen)


def models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from models_in(inner)


def test_every_key_of_a_plan_is_shown() -> None:
    """The plan, its optional parts and its comments write every key that the models know: a new key must be added."""
    written = set(re.findall(r"(\w+)(?= = )|(?<=\[)\[?(?:\w+\.)*(\w+)(?=\])", TEXT))
    shown = {word for pair in written for word in pair if word}
    assert [key for key in keys_of(Plan, set()) if key.partition(".")[2] not in shown] == []


def test_every_family_is_explained() -> None:
    """The comments show each family of durations, in a form that is one."""
    families = {family.model_fields["family"].annotation.__args__[0] for family in get_args(get_args(Duration)[0])}
    shown = re.findall(r"(?m)^#   (\{ family = .*?\})", TEXT)
    assert {tomllib.loads(f"d = {table}")["d"]["family"] for table in shown} == families
    for table in shown:
        loads(TEXT.replace('{ family = "exponential", mean_min = 15 }', table, 1), name="new")


def test_every_key_has_a_comment() -> None:
    """Where a key comes for the first time it is explained behind its value, or in the line above it."""
    explained = {"name", "assumption"}
    lines = TEXT.splitlines()
    for before, line in pairwise(lines):
        found = re.match(r"^(\w+) = ", line)
        if found and found[1] not in explained:
            assert "# " in line or before.startswith("# "), line
            explained.add(found[1])
    assert len(explained) > 60


@pytest.mark.parametrize("name", ["", "My plan", "a.toml", "-a", "a" * 41])
def test_a_name_that_none_can_have_is_refused(name: str) -> None:
    """The name is that of an exercise: what is none is refused in one sentence."""
    with pytest.raises(PlanError, match="expected a short name of lower-case letters, digits and hyphens"):
        new_plan(name)


def test_it_fits_its_lines() -> None:
    """No line is longer than 120 characters: it is read in editors."""
    assert [line for line in TEXT.splitlines() if len(line) > 120] == []

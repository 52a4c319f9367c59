"""A plan that is written out repeats the run, and the schema says what the models say."""

from __future__ import annotations

import datetime as dt
import json
import tomllib
from typing import Any

import jsonschema
import pytest
from tests.plan.bad import ROSTER_PLAN, SMALL

from tocsin.plan import dumps, expanded, load, loads, people, schema


@pytest.mark.parametrize("source", ["small", "roster", "west-2026", "okas-2017", "okas-2019", "national"])
def test_a_plan_written_and_read_is_the_same(source: str) -> None:
    """The text loads to the same plan with its towns listed, needs no bundled table, and is stable."""
    texts = {"small": SMALL, "roster": ROSTER_PLAN}
    plan = loads(texts[source], name=source) if source in texts else load(source)
    text = dumps(plan)
    again = loads(text, name="again")
    assert again == expanded(plan)
    assert "places" not in tomllib.loads(text).get("region", [{}])[0]
    assert dumps(again) == text


def test_a_plan_written_and_read_has_the_same_people() -> None:
    """The run folder's plan.toml gives the people of the plan that it was written from."""
    plan = loads(SMALL, name="small")
    assert people(loads(dumps(plan), name="again"), 3).equals(people(plan, 3))


def plain(value: Any) -> Any:
    """Return parsed TOML as JSON has it."""
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, dt.date | dt.datetime) else value


def test_the_schema_accepts_a_plan_and_refuses_a_slip() -> None:
    """The schema is a valid JSON Schema; the small plan meets it, an unknown key and a negative number do not."""
    judge = jsonschema.Draft202012Validator(schema())
    judge.check_schema(schema())
    assert not list(judge.iter_errors(plain(tomllib.loads(SMALL))))
    for old, new in (("servers = 2\n", "severs = 2\n"), ("called = 101", "called = -1")):
        assert list(judge.iter_errors(plain(tomllib.loads(SMALL.replace(old, new)))))


def test_the_schema_describes_the_keys() -> None:
    """What a person reads beside a key in an editor is there, and the whole is JSON."""
    exercise = schema()["$defs"]["Exercise"]["properties"]
    assert "t0 of every measure" in exercise["alert"]["description"]
    assert json.loads(json.dumps(schema())) == schema()

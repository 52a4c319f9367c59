"""The page on the plan's keys says what the schema says, and its examples are a plan."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tocsin.plan import Plan, check, loads, schema
from tocsin.plan.reference_page import EXAMPLE, ROSTER, reference_page

PAGE = Path(__file__).parents[2] / "docs" / "plan-reference.md"
DEFINITIONS: dict[str, dict[str, Any]] = schema()["$defs"]
FAMILIES = [name for name, body in DEFINITIONS.items() if "family" in body["properties"]]
TABLES = [name for name in DEFINITIONS if name not in FAMILIES]


def test_the_page_is_fresh() -> None:
    """`docs/plan-reference.md` is what the schema says today."""
    assert PAGE.read_text(encoding="utf-8") == reference_page(), (
        "stale: python -m tocsin.plan.reference_page docs/plan-reference.md"
    )


def test_every_table_is_explained_once() -> None:
    """Each table of the schema has one section with its own words, and each family of durations one row."""
    page = reference_page()
    for name in TABLES:
        assert page.count("\n\n" + " ".join(DEFINITIONS[name]["description"].split())) == 1, name
    for name in FAMILIES:
        family = DEFINITIONS[name]["properties"]["family"]["const"]
        assert page.count(f"\n| `{family}` | ") == 1, family
    assert page.count("\n```toml\n") == len(TABLES)


@pytest.mark.parametrize("name", TABLES)
def test_every_key_is_explained(name: str) -> None:
    """Each key of a table stands on the page with a description of its own."""
    page = reference_page()
    for key, body in DEFINITIONS[name]["properties"].items():
        told = body.get("description", "")
        assert told.endswith("."), f"{name}.{key} has no description that is a sentence"
        assert key in ("source", "assumption") or any(
            line.startswith(f"| `{key}` | ") and line.endswith(f" | {told} |") for line in page.splitlines()
        )


def test_the_examples_are_a_plan() -> None:
    """The examples together can be run without an error or a doubt, and every table and family is among them."""
    plan = loads(EXAMPLE, name="reference.toml")
    assert check(plan) == []
    for name in FAMILIES:
        family = DEFINITIONS[name]["properties"]["family"]["const"]
        assert f'family = "{family}"' in EXAMPLE, f"reference.toml has no duration of the family {family}"


def test_every_piece_of_the_page_stands_in_the_examples() -> None:
    """What the page shows is cut from the plan that the test above loads, so it cannot be invalid by itself."""
    blocks = reference_page().split("\n```toml\n")[1:]
    pieces = [piece for block in blocks for piece in block.partition("```")[0].split("\n\n")]
    for piece in pieces:
        assert piece.strip() in EXAMPLE or piece.strip() == ROSTER.strip(), piece


def test_the_roster_stands_in_place_of_groups() -> None:
    """The plan of the examples with the roster instead of its groups is a plan, too."""
    before, _, rest = EXAMPLE.partition("[[group]]\n")
    after = rest[rest.index("[[channel]]") :].replace('groups = ["reserve"]\n', "").replace('groups = ["medics"]\n', "")
    plan = loads(before + ROSTER + "\n" + after, name="with-a-roster.toml")
    assert isinstance(plan, Plan) and plan.roster is not None

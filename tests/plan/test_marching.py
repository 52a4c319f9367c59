"""What no road can carry is named before the run."""

from __future__ import annotations

from typing import Any

import pytest
from tests.simulate.marches import case_of, column, road

from tocsin.errors import PlanError
from tocsin.plan import bundled, loads
from tocsin.plan.marching import undrivable

LINE = [road("ab", "A", "B", 10), road("bc", "B", "C", 20)]


def found(roads: list[dict[str, Any]], columns: list[dict[str, Any]], **tables: Any) -> list[tuple[str, str]]:
    """Places and sentences of the problems."""
    return [(p.place, p.sentence) for p in undrivable(case_of(roads, columns, **tables).plan)]


def test_a_plan_that_can_be_driven_has_no_problem() -> None:
    """Roads, a march over them, a meeting on its way and a shock to one of its roads: nothing to say."""
    meeting = {"name": "m", "at": "B", "units": ["x", "y"]}
    columns = [column("x", "A", "C"), column("y", "C", "A")]
    shock = {"name": "cut", "kind": "road", "at_h": 1, "roads": ["ab"]}
    assert found(LINE, columns, rendezvous=[meeting], shock=[shock]) == []


@pytest.mark.parametrize(
    ("roads", "march", "tables", "place", "words"),
    [
        ([], column("x", "A", "C"), {}, "unit[0].march", "found the march of 'x' in a plan without roads"),
        (LINE, column("x", "A", "F"), {}, "unit[0].march", "found no road from 'A' to 'F'"),
        (LINE, column("x", "A", "C", via=["E"]), {}, "unit[0].march", "found no road from 'A' to 'E'"),
        (LINE, column("x", "A", "Q"), {}, "unit[0].march", "found 'Q', which is none of"),
        (
            LINE,
            column("x", "A", "B"),
            {"rendezvous": [{"name": "m", "at": "C", "units": ["x", "z"]}]},
            "rendezvous[0].at",
            "found 'C', which is not on the way of 'x' from 'A' to 'B' (unit[0].march)",
        ),
        (
            LINE,
            column("x", "A", "B"),
            {"shock": [{"name": "cut", "kind": "road", "at_h": 1, "roads": ["ba"]}]},
            "shock[0].roads",
            "found the road 'ba', which is none of the plan's roads",
        ),
    ],
)
def test_each_is_named(
    roads: list[dict[str, Any]], march: dict[str, Any], tables: dict[str, Any], place: str, words: str
) -> None:
    """One problem, with the place in the plan and what was found."""
    problems = found(roads, [march], **tables)
    assert [at for at, _ in problems] == [place]
    assert problems[0][1].startswith(words)


def test_the_check_of_a_plan_asks_the_roads() -> None:
    """A bundled plan whose battalion is to march where no road leads is refused, at its line."""
    text = bundled()["okas-2017"].read_text(encoding="utf-8")
    march = 'march = { to = "range", vehicles = 9, assumption = "a test" }'
    places = "".join(
        f'[[place]]\nname = "{name}"\nlat = 59.{k}\nlon = 27\nassumption = "a test"\n\n'
        for k, name in enumerate(("range", "bridge"))
    )
    road = '[[road]]\nfrom = "Jõhvi"\nto = "bridge"\nassumption = "a test"\n\n'
    unit = '[[unit]]\nname = "13th infantry battalion"\n'
    with pytest.raises(PlanError, match="found no road from 'Jõhvi campus' to 'range'") as refused:
        loads(text.replace(unit, f"{places}{road}{unit}{march}\n"), name="plan.toml")
    assert refused.value.place.endswith("unit[0].march")


def test_a_file_of_roads_is_left_to_the_run() -> None:
    """Its folder is not known to the check of a plan; the compiler refuses what is wrong."""
    file = {"file": "none.osm.pbf", "assumption": "a test"}
    assert list(undrivable(case_of(LINE, [column("x", "A", "F")], roads=file).plan)) == []

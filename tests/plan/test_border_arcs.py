"""The script's geometry: a border that two regions share stays one border, however it is simplified."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

TOOL = Path(__file__).parents[2] / "tools" / "border_arcs.py"
FRAME = (-100_000, -100_000, 900_000, 900_000)

# Two squares of a degree (100,000 units), west and east of a border that wiggles by 0.001 degrees (0.1 km).
WEST = [(0, 0), (100_000, 0), (100_100, 30_000), (99_900, 60_000), (100_000, 100_000), (0, 100_000)]
EAST = [
    (100_000, 0),
    (200_000, 0),
    (200_000, 100_000),
    (100_000, 100_000),
    (99_900, 60_000),
    (100_100, 30_000),
]


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    """Load the script's own module from the checkout; it is no part of the package."""
    spec = importlib.util.spec_from_file_location("border_arcs", TOOL)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["border_arcs"] = module
    spec.loader.exec_module(module)
    return module


def test_a_shared_border_is_one_arc_and_simplified_once(tool: ModuleType) -> None:
    """Both regions walk the one arc, in opposite directions, and 0.1 km of wiggle is gone at 0.25 km."""
    arcs, walks = tool.arcs_of([WEST, EAST])
    (shared,) = {number for number, _ in walks[0]} & {number for number, _ in walks[1]}
    assert {forward for walk in walks for number, forward in walk if number == shared} == {True, False}
    small = tool.simplified(arcs, [0.25] * len(arcs), FRAME)
    assert sorted(small[shared]) == [(1000, 0), (1000, 1000)]
    assert sorted(tool.ring_along(walks[0], small)) == [(0, 0), (0, 1000), (1000, 0), (1000, 1000)]


def test_a_wiggle_above_the_tolerance_stays(tool: ModuleType) -> None:
    """At 0.05 km the same border keeps its four points."""
    arcs, walks = tool.arcs_of([WEST, EAST])
    small = tool.simplified(arcs, [0.05] * len(arcs), FRAME)
    assert len(tool.ring_along(walks[0], small)) == len(WEST)


def test_a_hole_and_its_filling_are_one_loop(tool: ModuleType) -> None:
    """A ring without junction is the same arc for the region around it, which walks it the other way."""
    city = [(40_000, 40_000), (60_000, 40_000), (60_000, 60_000), (40_000, 60_000)]
    hole = city[2:][::-1] + city[:2][::-1]
    arcs, walks = tool.arcs_of([city, hole])
    assert len(arcs) == 1
    assert [forward for walk in walks for _, forward in walk] in ([True, False], [False, True])


def test_a_country_is_dissolved_from_its_regions(tool: ModuleType) -> None:
    """The two squares together are one ring of six corners: the shared border is gone."""
    arcs, walks = tool.arcs_of([WEST, EAST])
    small = tool.simplified(arcs, [0.25] * len(arcs), FRAME)
    (walk,) = tool.dissolve(walks, small)
    ring = tool.ring_along(walk, small)
    assert tool.doubled_area(ring) == 2 * 2000 * 1000  # anticlockwise, two square degrees
    assert len(ring) == 6


def test_crossings_are_found_and_shared_ends_are_none(tool: ModuleType) -> None:
    """Two crossing arcs are named; two that meet in a shared end are not, nor are cuts along the frame."""
    frame = (0, 0, 50, 50)
    assert tool.crossed([((1, 1), (9, 9)), ((1, 9), (9, 1)), ((20, 20), (30, 20))], frame) == {0, 1}
    assert tool.crossed([((1, 1), (5, 5)), ((5, 5), (9, 1))], frame) == set()
    assert tool.crossed([((0, 1), (0, 9)), ((0, 3), (0, 5))], frame) == set()


def test_a_ring_is_cut_to_a_frame(tool: ModuleType) -> None:
    """A square of 10 that reaches 5 into the frame leaves 5 x 5; one outside leaves nothing."""
    square = [(-5, -5), (5, -5), (5, 5), (-5, 5)]
    assert tool.doubled_area(tool.cut(square, (0, 0, 50, 50))) == 2 * 25
    assert tool.cut(square, (6, 6, 50, 50)) == []

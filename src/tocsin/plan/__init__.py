"""What is meant: the typed plan of a call-up.

For: everybody who needs to know what was planned: people, places, channels, stations, units, tasks.
Takes: a TOML file or a bundled name; a seed; perhaps a roster.
Gives: a frozen `Plan`, the problems in it, its people, and what it refers to, looked up.
Never: simulates, judges by law, or guesses what a plan leaves open without saying so.
Start reading at: model.py, then load.py.
"""

from tocsin.plan.consistency import check
from tocsin.plan.load import Examination, bundled, examine, load, loads
from tocsin.plan.model import Plan
from tocsin.plan.people import people
from tocsin.plan.problem import Problem
from tocsin.plan.resolve import (
    formed_at_of,
    layout_of,
    point_place,
    point_places,
    posts_of,
    towns_of,
    trades_of,
)
from tocsin.plan.text import dumps, expanded, new_plan, schema

__all__ = [
    "Examination",
    "Plan",
    "Problem",
    "bundled",
    "check",
    "dumps",
    "examine",
    "expanded",
    "formed_at_of",
    "layout_of",
    "load",
    "loads",
    "new_plan",
    "people",
    "point_place",
    "point_places",
    "posts_of",
    "schema",
    "towns_of",
    "trades_of",
]

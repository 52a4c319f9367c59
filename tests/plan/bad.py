"""Bad edits of a good plan and a good roster: what a slip, a cut, or a wrong file does to them.

`plan_edits` changes one thing in the parsed plan, `dangling_edits` the name of something else that stands there,
`text_edits` something in its text, `roster_edits` something in a roster's CSV. An edit that must be refused says which
place its message names and what it must contain; an edit that may be harmless says neither, and then the test proves
that what loaded is whole.
"""

from __future__ import annotations

import copy
import datetime as dt
import json
import math
import random
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

SMALL = (Path(__file__).parent / "small.toml").read_text()

Keys = tuple[str | int, ...]


@dataclass(frozen=True)
class Edit:
    """One change.

    Attributes:
        title: What was done.
        text: The plan's text, or the roster's CSV, after it.
        place: What the message's place must contain; empty if the edit may be harmless.
        found: What its sentence must contain.
    """

    title: str
    text: str
    place: str = ""
    found: str = ""


def plan_edits(count: int, seed: int) -> list[Edit]:
    """Return so many edits of the parsed plan, spread evenly over all that can be made of it."""
    every = list(all_plan_edits())
    random.Random(seed).shuffle(every)
    return [make() for make in every[:count]]


def all_plan_edits() -> Iterator[Callable[[], Edit]]:
    """Yield what makes each edit of the plan: there are more than two thousand."""
    plan = tomllib.loads(SMALL)
    for path, value in walk(plan, ()):
        for title, new, found in _replacements(value):
            yield partial(_edited, plan, path, title, new, found)
        if isinstance(value, dict):
            yield partial(_with_unknown_key, plan, path)
            for key in value:
                yield partial(_without, plan, (*path, key))
        if isinstance(value, list) and value:
            yield partial(_with_repeated_item, plan, path)


_REFERENCES = {
    *("region", "regions", "town", "towns", "groups", "trades", "medical", "units", "points", "layout", "after"),
    *("fallback", "establishment", "needs", "headquarters", "under", "crew", "shared_fleet", "stock", "via", "at"),
    *("shocks", "stations", "buses", "fleets", "roads", "channels", "stocks"),
}
"""Keys under which a text names something that the plan has elsewhere; `from` and `to` besides, where no shift is."""


def dangling_edits() -> list[Edit]:
    """Return an edit for each reference of the plan, to something that the plan does not have."""
    plan = tomllib.loads(SMALL)
    return [
        _edited(plan, path, f"dangling {value}", "nowhere", "'nowhere'")
        for path, value in walk(plan, ())
        if isinstance(value, str) and _refers(path)
    ]


def _refers(path: Keys) -> bool:
    key = _last_key(path)
    return key in _REFERENCES or (key in ("from", "to") and bool({"march", "road", "recheck"} & set(path)))


def walk(value: Any, path: Keys) -> Iterator[tuple[Keys, Any]]:
    if path:
        yield path, value
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from walk(inner, (*path, key))


def _replacements(value: Any) -> Iterator[tuple[str, Any, str]]:
    """Yield what may stand instead of a value: title, new value, and what the message must show (or nothing)."""
    if isinstance(value, bool):
        yield from (("a number for a yes", 7, "7"), ("a text for a yes", "yes", "'yes'"))
    elif isinstance(value, int | float):
        yield from (
            ("a text", "many", "'many'"),
            ("yes for a number", True, "true"),
            ("not a number", math.nan, "nan"),
            ("endless", math.inf, "inf"),
            ("an array", [1], "an array of 1"),
            ("far too much", 10**30, str(10**30)),
            ("below zero", -7, ""),
            ("above one", 1.5, ""),
            ("zero", 0, ""),
        )
    elif isinstance(value, str):
        yield from (
            ("a number", 7, "7"),
            ("yes for a text", True, "true"),
            ("a table", {"a": 1}, "a table with a = 1"),
            ("nothing", "", ""),
            ("blanks", "  ", ""),
            ("another name", "Nowhere", ""),
            ("a line break", "a\nb", ""),
        )
    elif isinstance(value, dt.datetime | dt.date):
        yield from (("a word", "tomorrow", "'tomorrow'"), ("a number", 2026, "2026"), ("a time", dt.time(8), ""))
        if isinstance(value, dt.datetime):
            yield from (("no offset", value.replace(tzinfo=None), ""), ("long ago", value.replace(year=3), ""))
    elif isinstance(value, dict):
        yield from (("a number for a table", 3, "3"), ("an array for a table", [], "an empty array"))
    elif isinstance(value, list):
        yield from (("a number for an array", 3, "3"), ("an empty array", [], ""))


def _edited(plan: dict[str, Any], path: Keys, title: str, new: object, found: str) -> Edit:
    changed = copy.deepcopy(plan)
    here: Any = changed
    for key in path[:-1]:
        here = here[key]
    here[path[-1]] = new
    # A Region's `places`, a family, a `travel` and the like name other things too: only the wrong type is certain.
    place = str(_last_key(path)) if found else ""
    return Edit(f"{_title(path)}: {title}", _toml(changed), place, found)


def _with_unknown_key(plan: dict[str, Any], path: Keys) -> Edit:
    changed = copy.deepcopy(plan)
    here: Any = changed
    for key in path:
        here = here[key]
    here["zzz"] = 1
    free = _last_key(path) in {"sex", "minor_children", "medical", "trade", "employer", "columns"}
    return Edit(f"{_title(path)}: an unknown key", _toml(changed), "" if free else "zzz", "" if free else "'zzz'")


def _without(plan: dict[str, Any], path: Keys) -> Edit:
    changed = copy.deepcopy(plan)
    here: Any = changed
    for key in path[:-1]:
        here = here[key]
    del here[path[-1]]
    return Edit(f"{_title(path)}: left out", _toml(changed))


def _with_repeated_item(plan: dict[str, Any], path: Keys) -> Edit:
    changed = copy.deepcopy(plan)
    here: Any = changed
    for key in path:
        here = here[key]
    here.append(copy.deepcopy(here[0]))
    return Edit(f"{_title(path)}: the first item twice", _toml(changed))


def _last_key(path: Keys) -> str | int:
    return next((key for key in reversed(path) if isinstance(key, str)), path[-1])


def _title(path: Keys) -> str:
    return ".".join(map(str, path))


def _toml(data: dict[str, Any]) -> str:
    """Write data as TOML without headers: ten times faster than a library that keeps the style."""
    return "".join(f"{_key(key)} = {_inline(value)}\n" for key, value in data.items())


def _inline(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_key(key)} = {_inline(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[\n" + "".join(f"{_inline(item)},\n" for item in value) + "]"
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    return str(value) if isinstance(value, float) else json.dumps(value, ensure_ascii=False)


def _key(key: str) -> str:
    return json.dumps(key, ensure_ascii=False)


def text_edits(count: int, seed: int, text: str = SMALL) -> list[Edit]:
    """Return so many edits of a text: cuts, flipped and foreign characters, lines lost, doubled and swapped."""
    dice = random.Random(seed)
    return [_text_edit(dice, text) for _ in range(count)]


def _text_edit(dice: random.Random, text: str) -> Edit:
    at = dice.randrange(1, len(text) - 1)
    lines = text.split("\n")
    row = dice.randrange(len(lines) - 1)
    kind = dice.choice(
        ("cut", "flip", "drop", "insert", "line lost", "line twice", "lines swapped", "quote", "bracket")
    )
    if kind == "cut":
        return Edit(f"cut at {at}", text[:at])
    if kind == "flip":
        return Edit(f"flipped at {at}", text[:at] + chr(ord(text[at]) ^ (1 << dice.randrange(7))) + text[at + 1 :])
    if kind == "drop":
        return Edit(f"character lost at {at}", text[:at] + text[at + 1 :])
    if kind == "insert":
        foreign = dice.choice(["\x00", "\x07", "\ufeff", "é", "☃", "\r", "=", "9", "-"])
        return Edit(f"{foreign!r} at {at}", text[:at] + foreign + text[at:])
    if kind == "line lost":
        return Edit(f"line {row + 1} lost", "\n".join(lines[:row] + lines[row + 1 :]))
    if kind == "line twice":
        return Edit(f"line {row + 1} twice", "\n".join(lines[: row + 1] + lines[row:]))
    if kind == "lines swapped":
        swapped = [*lines[:row], lines[row + 1], lines[row], *lines[row + 2 :]]
        return Edit(f"lines {row + 1} and {row + 2} swapped", "\n".join(swapped))
    mark = '"' if kind == "quote" else dice.choice("[]{}")
    at = dice.choice([i for i, character in enumerate(text) if character == mark] or [at])
    return Edit(f"{mark} lost at {at}", text[:at] + text[at + 1 :])


ROSTER_PLAN = (
    SMALL[: SMALL.index("[[group]]")]
    + '[roster]\nfile = "people.csv"\ncolumns = { person = "nr", birth = "born", medical = "category" }\n\n'
    + SMALL[SMALL.index("[[channel]]") :].replace(', { groups = ["east"] }', "")
)

_HEADER = [
    "nr",
    "full name",
    "born",
    "sex",
    "children_births",
    "category",
    "trade",
    "unit",
    "home",
    "region",
    "point",
    "lat",
    "lon",
    "distance_km",
]
_HOMES = (
    ("Alder", "East", "East barracks"),
    ("Hrodna", "Hrodna", "Hrodna school"),
    ("Lida", "Hrodna", "Hrodna school"),
)


def roster_rows() -> list[list[str]]:
    """Return a good roster: a header and forty people, some cells empty."""
    rows = [_HEADER]
    for i in range(40):
        home, region, point = _HOMES[i % 3]
        children = ("", "-", "2012-05-01;2015-06-02")[i % 3]
        unit = "2nd company" if i % 4 == 0 else ""
        who = [str(100 + i), f"Person {i}", f"19{70 + i % 30}-0{1 + i % 9}-1{i % 10}", "fm"[i % 2], children, "fit"]
        what = [("rifleman", "driver", "")[i % 3], unit, home, region if i % 2 else "", point if i % 5 == 0 else ""]
        where = ["53.5" if i % 7 == 0 else "", "25.9" if i % 7 == 0 else "", "12.5" if i % 6 == 0 else ""]
        rows.append([*who, *what, *where])
    return rows


def csv_of(rows: list[list[str]]) -> str:
    """Write rows as CSV without quotes."""
    return "".join(",".join(row) + "\n" for row in rows)


_BAD_CELLS: dict[str, tuple[str, ...]] = {
    "nr": ("", "x17", "-4", "4294967296", "1.5", "38001010000", "101"),
    "born": ("03/04/1990", "1990-13-01", "1990-02-30", "1850-01-01", "2026-01-01", "90-01-01", "soon"),
    "sex": ("x", "1", "männlich"),
    "children_births": ("2012", "2012-05-01,", "2030-01-01", "2012-05-01;x", "1961-01-01"),
    "trade": ("baker", "RIFLEMAN", "7"),
    "unit": ("9th company", "1"),
    "home": ("Atlantis", "alder"),
    "region": ("Atlantis", "east"),
    "point": ("Harbour",),
    "lat": ("91", "north", "nan", "inf", "53,5"),
    "lon": ("181", "-200", "east"),
    "distance_km": ("-1", "far", "nan", "30000"),
    "category": ("x" * 81,),
}


def roster_edits(count: int, seed: int) -> list[Edit]:
    """Return so many edits of a roster: bad cells with the row that the message must name, and damaged text."""
    dice = random.Random(seed)
    edits = []
    for i in range(count):
        rows = roster_rows()
        if i % 4 == 3:
            edits.append(_text_edit(dice, csv_of(rows)))
            continue
        column = dice.choice(list(_BAD_CELLS))
        bad = dice.choice(_BAD_CELLS[column])
        row = dice.randrange(3, 41) if column == "nr" else dice.randrange(1, 41)
        if row == 2 and bad == "101":
            continue
        cell = f'"{bad}"' if "," in bad else bad
        rows[row][_HEADER.index(column)] = cell
        found = bad[:20] if bad else "no number"
        edits.append(
            Edit(f"{column} = {bad!r} in row {row + 1}", csv_of(rows), f"row {row + 1}, column '{column}'", found)
        )
    return edits

"""The plan's JSON Schema as a page: `python -m tocsin.plan.reference_page docs/plan-reference.md` writes it.

A test compares the page that is committed with this one, so that it cannot lie. The examples are pieces of
`reference.toml`, a whole plan with every kind of table; another test loads it.
"""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tocsin.plan.roster_columns import COLUMNS
from tocsin.plan.shocks import SHOCK_PLACES, SHOCK_SIZES
from tocsin.plan.text import schema

__all__ = ["EXAMPLE", "ROSTER", "reference_page"]

EXAMPLE = (Path(__file__).parent / "reference.toml").read_text(encoding="utf-8")
"""A whole plan with every kind of table but the roster."""

ROSTER = """[roster]
file = "people.csv"
columns = { birth = "born", home = "town" }
assumption = "Invented."
"""
"""What stands in a plan in place of its groups."""

_HEAD = """# The plan, key by key

Generated from the plan's schema by `python -m tocsin.plan.reference_page docs/plan-reference.md`; do not edit.
[Write your own plan](how-to-plan.md) builds one from the beginning.

A plan is one TOML file. All examples of this page but the roster are pieces of one plan, which the tests load.

- A key that does not stand here is refused, and so is a value of another type: `"3"` is not 3.
- **Needed** keys have no default; `–` means that the key may be left out, and what that means is said beside it.
- A table marked *figures* takes `source` (where they are from) or `assumption` (why these, where there is no source),
  and is refused with neither; an inner table may leave that to the outer one, a town to its region.
- A *name* is yours, and is given once a table; a *reference* is a name that is given elsewhere. A *short name* is lower
  case, digits and hyphens and begins with a letter.
- Instants carry their offset. Times of day (`"06:30"`) are local to `exercise.time_zone`. Durations end in their unit.

The schema itself, with which editors complete keys and mark mistakes:

```sh run
tocsin plan schema > plan.schema.json
```
"""

_DURATIONS = """
## Durations

Wherever *duration* stands, a table with a `family`: how long something lasts, drawn anew for each person, an order for
each unit, a trip for each trip. What is drawn is rounded to whole milliseconds; a service lasts at least 1 ms.

| family | figures | what | example |
|---|---|---|---|
"""

_ACROSS = """
## Across tables

What no table sees alone, `tocsin plan check` looks at:

- Each reference leads to something that the plan has, and each name is given once: stations once a point, trades once a
  unit.
- Fallbacks of channels end, each channel is started by something, each group is summoned by a channel.
- Units do not need each other in a circle, headquarters are not under each other in one, nor need anybody wait for
  room in one; a task asks for no more units than it has.
- Who is sent back goes to the same or an earlier station; nobody comes to a station more than 16 times.
- A station is met by somebody: its conditions are those of a group, and no station before it sends everybody home.
- A stock is issued by a station where it is, and could at some time hold what one person is handed.
- Marches, and ways that follow roads, have roads; their places have a position or are the end of a road; units that
  meet are on a march.
- A shock begins within the run, and what it names stands where it strikes; so does a delivery come within the run.
- Towns of a group lie in its regions; `min_population` goes with `places` only.
- The releases of a station add up to at most 1 for any person.
- Whatever is staffed is open at some time of the run.
- Every figure has its source or assumption.

These stop a run. What a plan may want but rarely does is a warning: a layout, a bus, a crew, a fleet or a trade that
nobody uses, a unit that those called cannot form, a headquarters that commands nobody, a shift outside the run, a shock
that strikes nothing.
"""

_UNITS = {"min": "minutes", "h": "hours", "km": "km", "kmh": "km/h", "m": "metres"}
_HEADED = {"station", "crew", "bus", "post", "goal"}
"""Arrays of tables inside a table that stand under headers of their own."""
_REFERENCES = {
    *("region", "town", "fallback", "after", "layout", "establishment", "crew", "shared_fleet", "stock"),
    *("headquarters", "under", "at", "Recheck.to", "Road.from", "Road.to", "March.from", "March.to"),
}
"""Keys that hold the name of something else; with their table where another one has a name of its own there."""
_OWN = ("source", "assumption")
_SHARES = {
    "columns": "table: our column = theirs",
    "minor_children": "table: number = share",
    "sex": "table: `female`, `male` = share",
}
_SHORT = "^[a-z][a-z0-9-]*$"


@dataclass
class _Table:
    """A table of the plan: its definition in the schema, where it may stand, and the tables first met inside it."""

    name: str
    body: dict[str, Any]
    places: list[str] = field(default_factory=list)
    inner: list[_Table] = field(default_factory=list)


def reference_page() -> str:
    """Write the page, in Markdown."""
    made = schema()
    tables = _tables(made)
    parts = [_HEAD, _at_the_top(made)]
    titles = {table.name: table.places[0] for top in tables for table in _with_inner(top)}
    for top in tables:
        parts += [_section(table, 2 if table is top else 3, titles) for table in _with_inner(top)]
    parts += [_durations(made), _ACROSS]
    return "".join(parts)


# --- what there is ------------------------------------------------------------------------------------------------


def _tables(made: dict[str, Any]) -> list[_Table]:
    """Find every table that a plan may hold, each once: where it stands first, with all other places beside."""
    found: dict[str, _Table] = {}
    tops = []
    for key, body in made["properties"].items():
        for name in _tables_in(body):
            table = found.setdefault(name, _Table(name, made["$defs"][name]))
            table.places.append(f"[[{key}]]" if body.get("type") == "array" else f"[{key}]")
            tops.append(table)
    for table in tops:
        _descend(table, found, made)
    return tops


def _descend(table: _Table, found: dict[str, _Table], made: dict[str, Any]) -> None:
    for key, body in table.body["properties"].items():
        for name in _tables_in(body):
            place = f"{_path(table)}.{key}"
            own = f"[[{place}]]" if key in _HEADED else place
            if name in found:
                found[name].places.append(own)
                continue
            inner = found[name] = _Table(name, made["$defs"][name], [own])
            table.inner.append(inner)
            _descend(inner, found, made)


def _with_inner(table: _Table) -> list[_Table]:
    return [table, *(deeper for inner in table.inner for deeper in _with_inner(inner))]


def _path(table: _Table) -> str:
    return table.places[0].strip("[]")


def _tables_in(body: dict[str, Any]) -> list[str]:
    """Name the tables that a key may hold, durations aside."""
    names = []
    for part in (body, body.get("items", {}), *body.get("anyOf", ())):
        if "$ref" in part and "discriminator" not in part:
            names.append(part["$ref"].rpartition("/")[2])
    return names


# --- a section ----------------------------------------------------------------------------------------------------


def _at_the_top(made: dict[str, Any]) -> str:
    told = made["properties"]["format"]["description"]
    return f"\n## At the top\n\n`format = 1`: {told[0].lower()}{told[1:]} It may be left out.\n"


def _section(table: _Table, depth: int, titles: dict[str, str]) -> str:
    keys = table.body["properties"]
    lines = [f"\n{'#' * depth} `{table.places[0]}`\n\n{' '.join(table.body['description'].split())}"]
    if _OWN[0] in keys:
        lines.append(" *Figures.*")
    if len(table.places) > 1:
        lines.append(f" The same stands as {', '.join(f'`{place}`' for place in table.places[1:])}.")
    needed = table.body.get("required", [])
    lines.append("\n\n| key | value | default | what |\n|---|---|---|---|\n")
    lines += [_row(table.name, key, body, key in needed, titles) for key, body in keys.items() if key not in _OWN]
    if table.name == "Shock":
        lines.append(_shocks())
    if table.name == "Roster":
        lines.append(f"\nColumns: {', '.join(f'`{column}`' for column in COLUMNS)}.\n")
    lines.append(f"\n```toml\n{_example(table)}```\n")
    return "".join(lines)


def _shocks() -> str:
    """Say, kind by kind, what a shock's size means and which keys say where it strikes."""
    rows = [
        f"| `{kind}` | {size} | {', '.join(f'`{key}`' for key in SHOCK_PLACES[kind])} |\n"
        for kind, size in SHOCK_SIZES.items()
    ]
    return f"\n| kind | what `size` is | where |\n|---|---|---|\n{''.join(rows)}"


def _row(table: str, key: str, body: dict[str, Any], needed: bool, titles: dict[str, str]) -> str:
    told = body.get("description", "")
    return f"| `{key}` | {_value(f'{table}.{key}', body, titles)} | {_default(body, needed)} | {told} |\n"


def _default(body: dict[str, Any], needed: bool) -> str:
    default = body.get("default")
    if needed:
        return "**needed**"
    if default in (None, [], "") or (isinstance(default, dict) and not any(default.values())):
        return "–"
    if isinstance(default, dict):
        return f"`{{ {', '.join(f'{key} = {_number(value)}' for key, value in default.items())} }}`"
    return f"`{_number(default)}`"


def _number(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return json.dumps(value) if isinstance(value, str) else f"{value:g}" if isinstance(value, float) else str(value)


def _value(where: str, body: dict[str, Any], titles: dict[str, str]) -> str:
    """Say what a key (`where`: with its table before it) may hold: its type, unit and limits."""
    choices = [part for part in body.get("anyOf", [body]) if part.get("type") != "null"]
    return " or ".join(dict.fromkeys(_one(where, part, titles) for part in choices))


def _one(where: str, part: dict[str, Any], titles: dict[str, str]) -> str:
    key = where.rpartition(".")[2]
    if "discriminator" in part:
        return "[duration](#durations)"
    if "$ref" in part:
        return f"[table](#{_anchor(part, titles)})"
    if "enum" in part or "const" in part:
        return ", ".join(f"`{value}`" for value in part.get("enum", [part.get("const")]))
    kind = part.get("type")
    if kind == "array":
        return _array(key, part, titles)
    if kind == "object":
        return _SHARES.get(key, "table: name = share")
    if kind in ("number", "integer"):
        return _figure(key, part)
    return _text(where, part) if kind == "string" else "true or false"


def _array(key: str, part: dict[str, Any], titles: dict[str, str]) -> str:
    least = {0: "", 1: ", at least one"}.get(part.get("minItems", 0), f", at least {part.get('minItems')}")
    inner = part["items"]
    if "$ref" in inner:
        return f"[tables](#{_anchor(inner, titles)}){least}"
    if "enum" in inner:
        return f"a list of {_one(key, inner, titles)}"
    return f"a list of references{least}"


def _anchor(part: dict[str, Any], titles: dict[str, str]) -> str:
    """Give the anchor that pages make of a heading: its letters and digits."""
    return re.sub(r"[^a-z_-]", "", titles[part["$ref"].rpartition("/")[2]])


def _figure(key: str, part: dict[str, Any]) -> str:
    what = "whole number" if part["type"] == "integer" else "number"
    unit = _UNITS.get(key.rpartition("_")[2], "") or {"lat": "degrees", "lon": "degrees"}.get(key, "")
    low, high = part.get("minimum"), part.get("maximum")
    above, below = part.get("exclusiveMinimum"), part.get("exclusiveMaximum")
    if (low, high) == (0, 1):
        return "share, 0 to 1"
    limits = [f"above {above:,}" if above is not None else "", f"below {below:,}" if below is not None else ""]
    if low is not None and high is not None:
        limits.append(f"{low:,} to {high:,}")
    elif low is not None or high is not None:
        limits.append(f"at least {low:,}" if low is not None else f"at most {high:,}")
    return ", ".join(word for word in (what, unit, *limits) if word)


def _text(where: str, part: dict[str, Any]) -> str:
    key = where.rpartition(".")[2]
    if "format" in part:
        return {"date-time": "instant with offset", "date": "date"}[part["format"]]
    if {key, where} & _REFERENCES:
        return "reference"
    if "24:00" in part.get("pattern", "") or key in ("from", "until"):
        return "time of day"
    if part.get("pattern") == "^[a-z]{2}$":
        return "two letters"
    if part.get("pattern") == _SHORT:
        return f"short name, at most {part['maxLength']}"
    return f"name, at most {part['maxLength']}" if "maxLength" in part else "text"


# --- examples -----------------------------------------------------------------------------------------------------


def _example(table: _Table) -> str:
    """Cut from the example what shows a table: its own tables, or the first line that holds it."""
    if table.name == "Roster":
        return ROSTER
    own = [text for name, text in _cut(EXAMPLE) if name in {place.strip("[]") for place in table.places}]
    if own:
        return "\n".join(own)
    around, _, key = _path(table).rpartition(".")
    lines = [line for name, text in _cut(EXAMPLE) for line in text.splitlines() if name == around]
    return next(ln for ln in (*lines, *EXAMPLE.splitlines()) if re.search(rf"\b{key} = \[?\{{(?! family)", ln)) + "\n"


def _cut(text: str) -> list[tuple[str, str]]:
    """Cut a plan into its tables: the path of each, and its text."""
    parts = re.split(r"(?m)^(?=\[)", text)[1:]
    return [(part.partition("]")[0].strip("["), part.rstrip() + "\n") for part in parts]


def _durations(made: dict[str, Any]) -> str:
    lines = [_DURATIONS]
    for body in made["$defs"].values():
        keys = body["properties"]
        if "family" in keys:
            figures = [f"`{key}`: {_figures(key, part)}" for key, part in keys.items() if key not in (*_OWN, "family")]
            told = " ".join(body["description"].split())
            name = keys["family"]["const"]
            example = re.search(rf'\{{ family = "{name}"[^}}]*\}}', EXAMPLE)
            shown_as = f"`{example[0]}`" if example else "–"
            lines.append(f"| `{name}` | {'; '.join(figures)} | {told} | {shown_as} |\n")
    return "".join(lines)


def _figures(key: str, part: dict[str, Any]) -> str:
    return (
        f"list of {_figure(key, part['items']).replace('number', 'numbers')}"
        if part.get("type") == "array"
        else _figure(key, part)
    )


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(reference_page(), encoding="utf-8")

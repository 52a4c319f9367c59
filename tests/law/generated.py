"""Packs as wild as the format allows, rosters for them, and the same rosters with less known.

A pack is made as a dictionary, written as TOML and read as any other. A row says of each fact nothing, one value, or an
interval; `less_known` takes something away from it, so that whatever was decided with less must stand with more.
"""

from __future__ import annotations

import datetime as dt
from random import Random
from typing import Any

import polars as pl
import tomlkit

from tocsin.law.facts import FACT_OF, column_types, other_end
from tocsin.law.load import Law, law_of

Row = dict[str, Any]
"""Facts by name; moments and counts as both ends."""

CITE = {"act": "An act", "article": "art. 1", "status": "confirmed", "checked_on": dt.date(2026, 11, 1)}
ZONES = ("Europe/Minsk", "Europe/Tallinn", "Europe/Zurich", "Atlantic/Azores")
UNITS = ("day", "full-day", "hour", "working-day", "month")
LENGTH_OF = {"day": "days", "full-day": "days", "hour": "hours", "working-day": "working_days", "month": "months"}
MOMENTS = ("served", "report", "ordered", "request_filed")
FLAGS = ("contracted", "farmer", "order_departs", "consent_written")
COUNTS = ("minor_children", "earlier_callups", "days_this_year")
WORDS = {"kind": ("training", "special", "verification"), "sex": ("female", "male"), "medical": ("fit", "unfit")}
# Clocks change on 29 March and on 25 October 2026; 29 February 2008 + 18 years falls into 2026.
STARTS = [dt.datetime(*day, tzinfo=dt.UTC) for day in ((2026, 2, 20), (2026, 3, 20), (2026, 10, 17), (2026, 12, 24))]
BORN = ((2008, 2, 29), (2008, 3, 1), (2008, 2, 28), (2026, 3, 1), (2015, 6, 1), (1990, 1, 1))
BIRTHS = [dt.date(*day) for day in BORN]


def pack_of(*rules: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return a whole pack of some rules; keys given by name replace what stands there."""
    whole: dict[str, Any] = {
        "format": 1,
        "country": "xx",
        "title": "A pack",
        "version": "1.0.0",
        "time_zone": "Europe/Minsk",
        "leap_day": "1 March",
        "service": ["courier"],
        "service_cite": dict(CITE),
    }
    return {**whole, **more, "rule": list(rules)}


def rule_of(name: str = "notice", **more: Any) -> dict[str, Any]:
    """Return a whole rule; without a demand of its own, seven days' notice."""
    demand = {} if "require" in more or "exempt_if" in more else {"require": "notice >= days(7)"}
    count = {} if "count" in more or not demand else {"count": {"unit": "day"}}
    whole = {"id": f"xx.{name}", "title": "A rule", "cite": dict(CITE), "selected_by": "served", "say": "It says so."}
    return {key: value for key, value in {**whole, **demand, **count, **more}.items() if value is not None}


CHILDREN = {"name": "minor_children", "of": "children", "under_years": 18, "on": "report", "meaning": "Minors."}
YEARS = [
    {"year": 2025, "days_off": [dt.date(2025, 12, 25)], "source": "a test"},
    {
        "year": 2026,
        "days_off": [dt.date(2026, 1, 1), dt.date(2026, 1, 2), dt.date(2026, 5, 1), dt.date(2026, 12, 25)],
        "working": [dt.date(2026, 1, 10)],
        "source": "a test",
    },
]


def toml(pack: dict[str, Any]) -> bytes:
    """Return a pack as the bytes of a file."""
    return tomlkit.dumps(pack).encode()


def law_from(pack: dict[str, Any], name: str = "pack.toml") -> Law:
    """Return a pack as it is read from a file."""
    return law_of(toml(pack), name)


# --- packs ------------------------------------------------------------------------------------------------------------


def wild_pack(dice: Random) -> dict[str, Any]:
    """Return a pack of one to four rules, some in two versions, some above others."""
    names = ["a", "b", "c", "d"][: dice.randint(1, 4)]
    rules = [rule for place, name in enumerate(names) for rule in _versions(dice, name, names[place + 1 :])]
    count = {**CHILDREN, "on": dice.choice(["report", "served"])}
    calendar = {"calendar": {"year": YEARS}} if dice.random() < 0.7 else {}
    return pack_of(
        *rules,
        time_zone=dice.choice(ZONES),
        leap_day=dice.choice(["28 February", "1 March"]),
        count=[count],
        **calendar,
    )


def _versions(dice: Random, name: str, lower: list[str]) -> list[dict[str, Any]]:
    same = {"selected_by": dice.choice(["served", "report", "ordered"])}
    same["binds"] = dice.choice(["authority", "authority", "authority", "person"])
    if dice.random() < 0.6:
        return [_rule(dice, name, lower, same)]
    change = dice.choice(STARTS).date() + dt.timedelta(days=dice.randint(-2, 6))
    spans = ({"until": change - dt.timedelta(days=1)}, {"from": change})
    return [{**_rule(dice, name, lower, same), "in_force": span} for span in spans]


def _rule(dice: Random, name: str, lower: list[str], same: dict[str, str]) -> dict[str, Any]:
    unit = dice.choice([None, *UNITS])
    rule = rule_of(name, require=None, count=_count(dice, unit), **same)
    rule["cite"] = {**CITE, "status": dice.choice(["confirmed", "confirmed", "secondary", "unverified"])}
    rule["applies_if"] = dice.choice(["True", condition(dice, unit, 1)])
    if dice.random() < 0.3:
        rule["unless"] = condition(dice, unit, 1)
    exempt = dice.random() < 0.4
    rule["exempt_if" if exempt else "require"] = condition(dice, unit, 2)
    rule["effect"] = dice.choice(["breach", "irregularity", "ask-why"] if exempt else ["breach", "irregularity"])
    if lower and dice.random() < 0.4:
        rule["overrides"] = [f"xx.{one}" for one in dice.sample(lower, dice.randint(1, len(lower)))]
    return rule


def _count(dice: Random, unit: str | None) -> dict[str, Any] | None:
    if unit in (None, "hour", "full-day"):
        return {"unit": unit} if unit else None
    edges = {"exclude_first": dice.choice([True, True, False, "not found"])}
    edges |= {"exclude_last": dice.choice([False, False, True, "not found"])}
    roll = dice.choice(["none", "next-working-day"]) if unit in ("day", "month") else "none"
    return {"unit": unit, "roll": roll, **edges}


def condition(dice: Random, unit: str | None, depth: int) -> str:
    """Return a condition of the language, at most so deep."""
    kind = dice.random()
    if depth and kind < 0.5:
        joint = dice.choice([" and ", " or "])
        return joint.join(f"({condition(dice, unit, depth - 1)})" for _ in range(2))
    if depth and kind < 0.6:
        return f"not ({condition(dice, unit, depth - 1)})"
    return dice.choice([_time, _time, _word, _flag, _number, _moments, _season])(dice, unit)


def _time(dice: Random, unit: str | None) -> str:
    if unit is None:
        return _number(dice, unit)
    number = {"hour": dice.randint(0, 300), "month": dice.randint(0, 3)}.get(unit, dice.randint(0, 12))
    left = dice.choice(["notice", "notice", "between(request_filed, report)"])
    signs = ["<", "<=", ">", ">="] + ([] if unit == "month" else ["==", "!="])
    return f"{left} {dice.choice(signs)} {LENGTH_OF[unit]}({number})"


def _word(dice: Random, unit: str | None) -> str:
    name = dice.choice(list(WORDS))
    some = dice.sample(WORDS[name], dice.randint(1, len(WORDS[name])))
    if len(some) == 1:
        return f"{name} {dice.choice(['==', '!='])} {some[0]!r}"
    return f"{name} {dice.choice(['in', 'not in'])} {tuple(some)}"


def _flag(dice: Random, unit: str | None) -> str:
    return dice.choice(["{}", "not {}", "{} == True", "{} != True"]).format(dice.choice(FLAGS))


def _number(dice: Random, unit: str | None) -> str:
    left = dice.choice([*COUNTS, "minor_children", "age_on(report)", "earlier_callups + minor_children"])
    if dice.random() < 0.2:
        return f"1 <= {left} < {dice.randint(2, 30)}"
    most = 40 if left.startswith("age") else 4
    return f"{left} {dice.choice(['<', '<=', '>', '>=', '==', '!='])} {dice.randint(0, most)}"


def _moments(dice: Random, unit: str | None) -> str:
    one, other = dice.sample(MOMENTS, 2)
    return f"{one} {dice.choice(['<', '<=', '>', '>='])} {other}"


def _season(dice: Random, unit: str | None) -> str:
    ends = dice.choice([("03-25", "10-20"), ("10-20", "03-25"), ("02-27", "03-01"), ("03-01", "02-27")])
    return f"in_season({dice.choice(MOMENTS)}, {ends[0]!r}, {ends[1]!r})"


# --- rosters ----------------------------------------------------------------------------------------------------------


def wild_row(dice: Random) -> Row:
    """Return what is known of one summons."""
    served = dice.choice(STARTS) + dt.timedelta(minutes=dice.randrange(14 * 24 * 60))
    row: Row = {}
    for name in MOMENTS:
        moment = served + dt.timedelta(minutes=0 if name == "served" else dice.randrange(-60, 14 * 24 * 60))
        wide = dt.timedelta(minutes=dice.choice([0, 0, 0, 30, 90, 3000]))
        row[name] = (moment, moment + wide)
    for name in ("earlier_callups", "days_this_year"):
        number = dice.randint(0, 4)
        row[name] = (number, number + dice.choice([0, 0, 0, 2]))
    row |= {name: dice.choice([True, False]) for name in FLAGS}
    row |= {name: dice.choice(words) for name, words in WORDS.items()}
    row["birth"] = dice.choice(BIRTHS)
    row["children_births"] = [dice.choice(BIRTHS) for _ in range(dice.randint(0, 4))]
    row["children_complete"] = dice.choice([True, True, None])
    for name in dice.sample(list(row), dice.randint(0, 3)):
        row[name] = (None, None) if other_end(name) else None
    return row


def less_known(dice: Random, row: Row) -> Row:
    """Return the same row with one or two of its facts known less well, or not at all."""
    less = dict(row)
    for name in dice.sample(list(less), dice.randint(1, 2)):
        if other_end(name):
            less[name] = _wider(dice, less[name])
        elif name == "children_births" and less[name] and dice.random() < 0.6:
            less[name], less["children_complete"] = _fewer(dice, row)
        else:
            less[name] = None
    return less


def _wider(dice: Random, ends: tuple[Any, Any]) -> tuple[Any, Any]:
    low, high = ends
    if low is None or high is None or dice.random() < 0.4:
        return dice.choice([(None, None), (low, None), (None, high)])
    more = dice.choice([1, 50, 600])
    if isinstance(low, int):
        return max(0, low - more), high + more
    return low - dt.timedelta(minutes=dice.choice([0, more])), high + dt.timedelta(minutes=more)


def _fewer(dice: Random, row: Row) -> tuple[list[dt.date | None], bool | None]:
    """Fewer children of a list that is then not complete, or a child whose birth is not known."""
    births = list(row["children_births"])
    place = dice.randrange(len(births))
    if dice.random() < 0.5:
        return [*births[:place], None, *births[place + 1 :]], row["children_complete"]
    return births[:place] + births[place + 1 :], None


def table_of(rows: list[Row]) -> pl.DataFrame:
    """Return rows as a table, each moment and count with both ends."""
    columns = []
    types = column_types()
    for name in rows[0]:
        other = other_end(name) if name in FACT_OF else None
        if other:
            columns.append(pl.Series(name, [row[name][0] for row in rows], dtype=types[name]))
            columns.append(pl.Series(other, [row[name][1] for row in rows], dtype=types[name]))
        else:
            columns.append(pl.Series(name, [row[name] for row in rows], dtype=types[name]))
    return pl.DataFrame(columns)

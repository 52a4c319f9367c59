"""Bad edits of a good pack and a good roster: what a slip, a cut, or a wrong file does to them.

`pack_edits` changes one thing in the parsed pack, wherever it stands; `slips` are those that need a sense of the law;
`roster_edits` damage a roster. An edit that must be refused says what the place of its message contains and what its
sentence shows; one that may be harmless says neither, and then the test proves that what loaded can be used.
"""

from __future__ import annotations

import copy
import datetime as dt
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from tests.law.generated import CHILDREN, YEARS, pack_of, rule_of, toml
from tests.plan.bad import Keys, text_edits, walk


@dataclass(frozen=True)
class Edit:
    """One change.

    Attributes:
        title: What was done.
        content: The file's bytes after it.
        places: What the message's place must contain; empty if the edit may be harmless.
        found: What its sentence must contain.
    """

    title: str
    content: bytes
    places: tuple[str, ...] = ()
    found: str = ""


def good_pack() -> dict[str, Any]:
    """Return a pack that has one of everything."""
    span = {"until": dt.date(2024, 10, 14), "note": "As reported."}
    case = {"name": "Seven days", "facts": {"kind": "training", "minor_children": [1, 2]}, "verdict": "cannot tell"}
    return pack_of(
        rule_of("notice", require="notice >= days(10)", count={"unit": "day"}, in_force=span),
        rule_of("notice", in_force={"from": dt.date(2024, 10, 15)}, case=[case], unless="notice_waived"),
        rule_of("children", exempt_if="minor_children >= 3", count=None, effect="irregularity"),
        rule_of("working", require="notice >= working_days(5)", overrides=["xx.notice"],
                count={"unit": "working-day", "exclude_first": False, "exclude_last": "not found"}),
        rule_of("answer", require="between(request_filed, request_answered) <= months(1)",
                count={"unit": "month", "roll": "next-working-day", "note": "It rolls."}),
        rule_of("why", exempt_if="farmer and in_season(report, '04-01', '10-01')", count=None, effect="ask-why"),
        note="A note.", signed_by="Nobody", count=[CHILDREN], calendar={"weekend": [6, 7], "year": YEARS},
        not_found=[{"what": "Some article", "note": "It was looked for."}],
    )  # fmt: skip


# --- anything, anywhere -----------------------------------------------------------------------------------------------


def pack_edits(count: int, seed: int) -> list[Edit]:
    """Return so many edits of the parsed pack, spread evenly over all that can be made of it."""
    every = list(all_pack_edits())
    random.Random(seed).shuffle(every)
    return [make() for make in every[:count]]


def all_pack_edits() -> Iterator[Callable[[], Edit]]:
    """Yield what makes each edit of the pack: there are more than a thousand."""
    pack = good_pack()
    for path, value in walk(pack, ()):
        for title, new, found in _replacements(value):
            yield partial(_edited, pack, path, title, new, found)
        if isinstance(value, dict):
            yield partial(_with_unknown_key, pack, path)
            for key in value:
                yield partial(_without, pack, (*path, key))
        if isinstance(value, list):
            yield partial(_with_item_twice, pack, path)


def _replacements(value: Any) -> Iterator[tuple[str, Any, str]]:
    """Yield what may stand instead of a value: title, new value, and what the message must show (or nothing)."""
    if isinstance(value, bool):
        yield from (("a number for a yes", 7, "7"), ("a text for a yes", "yes", "'yes'"))
    elif isinstance(value, int):
        yield from (("a text", "many", "'many'"), ("yes for a number", True, "true"), ("a fraction", 1.5, "1.5"))
        yield from (("far too much", 10**30, ""), ("below zero", -7, "-7"))
    elif isinstance(value, str):
        yield from (("a number", 7, "7"), ("yes for a text", True, "true"), ("a table", {"a": 1}, "a table with a = 1"))
        yield from (
            ("nothing", "", ""),
            ("blanks", "   ", ""),
            ("another word", "nowhere", ""),
            ("two lines", "a\nb", ""),
        )
    elif isinstance(value, dt.date):
        yield from (("a word", "tomorrow", "'tomorrow'"), ("a number", 2026, "2026"))
        yield from (("a time", dt.datetime(2026, 1, 1, 8), "2026-01-01T08:00:00"), ("long ago", dt.date(3, 1, 1), ""))
    elif isinstance(value, dict):
        yield from (("a number for a table", 3, "3"), ("an array for a table", [], "an empty array"))
    elif isinstance(value, list):
        yield from (("a number for an array", 3, "3"), ("an empty array", [], ""))


def _places(pack: dict[str, Any], path: Keys) -> tuple[str, ...]:
    """What the message must name: the last key, and the rule it stands in."""
    key = str(next(part for part in reversed(path) if isinstance(part, str)))
    if path[0] == "rule" and len(path) > 2 and path[2] != "id":
        return key, f"rule {pack['rule'][path[1]]['id']}"
    return (key,)


def _certain(path: Keys) -> bool:
    """Whether a wrong type is refused here: facts of a case are free until they are put to the pack."""
    return "facts" not in path[:-1]


def _changed(pack: dict[str, Any], path: Keys) -> tuple[dict[str, Any], Any]:
    """A copy of the pack, and the table or array in it that holds the last key of a path."""
    changed = copy.deepcopy(pack)
    here: Any = changed
    for key in path[:-1]:
        here = here[key]
    return changed, here


def _edited(pack: dict[str, Any], path: Keys, title: str, new: object, found: str) -> Edit:
    changed, here = _changed(pack, path)
    here[path[-1]] = new
    certain = found and _certain(path)
    return Edit(
        f"{_title(path)}: {title}", toml(changed), _places(pack, path) if certain else (), found if certain else ""
    )


def _with_unknown_key(pack: dict[str, Any], path: Keys) -> Edit:
    changed, here = _changed(pack, (*path, "zzz"))
    here["zzz"] = 1
    free = "facts" in path
    return Edit(
        f"{_title(path)}: an unknown key", toml(changed), () if free else ("zzz",), "" if free else "found a key"
    )


def _without(pack: dict[str, Any], path: Keys) -> Edit:
    changed, here = _changed(pack, path)
    del here[path[-1]]
    return Edit(f"{_title(path)}: left out", toml(changed))


def _with_item_twice(pack: dict[str, Any], path: Keys) -> Edit:
    changed, here = _changed(pack, path)
    here[path[-1]].append(copy.deepcopy(here[path[-1]][0]))
    return Edit(f"{_title(path)}: the first item twice", toml(changed))


def _title(path: Keys) -> str:
    return ".".join(map(str, path))


def damaged_packs(count: int, seed: int) -> list[Edit]:
    """Return so many packs whose text was cut, flipped, or lost a line."""
    edits = text_edits(count, seed, toml(good_pack()).decode())
    return [Edit(edit.title, edit.text.encode("utf-8", "surrogatepass")) for edit in edits]


# --- slips of the law -------------------------------------------------------------------------------------------------


def slips() -> list[Edit]:
    """Return what only somebody who knows packs would get wrong."""
    made = [_slip(title, place, found, **change) for title, place, found, change in _RULE_SLIPS]
    return made + [_pack_slip(title, places, found, change) for title, places, found, change in _PACK_SLIPS]


_RULE_SLIPS: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
    ("an unknown fact", "require", "found the fact 'notise', which there is not", {"require": "notise >= days(7)"}),
    ("a unit of another rule", "require", "in a rule that counts in days", {"require": "notice >= months(3)"}),
    ("a length without a count", "require", "in a rule without `count`", {"count": None}),
    ("code", "require", "expected days(7)", {"require": "__import__('os').system('true')"}),
    ("a loop", "applies_if", "expected a fact", {"applies_if": "[x for x in kind]"}),
    ("far too many brackets", "unless", "expected a condition", {"unless": "(" * 900 + "farmer" + ")" * 900}),
    ("far too many parts", "unless", "of more than 200 parts", {"unless": "not " * 220 + "farmer"}),
    ("far too long", "unless", "", {"unless": "farmer or " * 400 + "farmer"}),
    ("a kind that there is not", "applies_if", "found 'camp' for kind", {"applies_if": "kind == 'camp'"}),
    ("two demands", "rule[0]", "found both or neither", {"exempt_if": "farmer"}),
    ("no demand", "rule[0]", "found both or neither", {"require": None}),
    ("ask why with a demand", "rule[0]", "a rule that only asks why has `exempt_if`", {"effect": "ask-why"}),
    ("another effect", "effect", "found 'fine'; expected 'breach'", {"effect": "fine"}),
    ("days backwards", "in_force", "lies before from",
     {"in_force": {"from": dt.date(2026, 2, 1), "until": dt.date(2026, 1, 1)}}),
    ("an edge of hours", "count", "has no edges", {"require": "notice >= hours(4)",
                                                   "count": {"unit": "hour", "exclude_last": True}}),
    ("hours that roll", "count", "does not roll", {"require": "notice >= hours(4)",
                                                   "count": {"unit": "hour", "roll": "next-working-day"}}),
    ("no citation", "cite", "found no cite", {"cite": None}),
    ("a citation without a status", "cite.status", "found no status",
     {"cite": {"act": "An act", "article": "art. 1", "checked_on": dt.date(2026, 1, 1)}}),
    ("an override of nothing", "overrides", "(did you mean 'xx.notice'?)", {"overrides": ["xx.notise"]}),
    ("an override of itself", "overrides", "in a circle", {"overrides": ["xx.notice"]}),
    ("a rule named without its country", "id", "expected a name such as 'by.notice'", {"id": "notice"}),
    ("selected by another moment", "selected_by", "expected 'served', 'report' or 'ordered'", {"selected_by": "birth"}),
    ("an unknown key", "wording", "found a key that packs do not have", {"wording": "As it stands."}),
)  # fmt: skip

NOTICE = rule_of("notice")
_PACK_SLIPS: tuple[tuple[str, tuple[str, ...], str, dict[str, Any]], ...] = (
    ("overlapping versions", ("rule xx.notice", "in_force"), "found two versions in force on 2026-01-31",
     {"rule": [rule_of(in_force={"until": dt.date(2026, 1, 31)}), rule_of(in_force={"from": dt.date(2026, 1, 31)})]}),
    ("the same rule twice", ("rule xx.notice", "in_force"), "found two versions in force on every day",
     {"rule": [NOTICE, NOTICE]}),
    ("versions by two moments", ("rule xx.notice", "selected_by"), "expected one moment",
     {"rule": [rule_of(in_force={"until": dt.date(2026, 1, 31)}),
               rule_of(in_force={"from": dt.date(2026, 2, 1)}, selected_by="report")]}),
    ("versions that bind two", ("rule xx.notice", "binds"), "found versions that bind the authority and the person",
     {"rule": [rule_of(in_force={"until": dt.date(2026, 1, 31)}),
               rule_of(in_force={"from": dt.date(2026, 2, 1)}, binds="person")]}),
    ("a circle of three", ("rule xx.a", "overrides"), "in a circle",
     {"rule": [rule_of(a, overrides=[f"xx.{b}"]) for a, b in ("ab", "bc", "ca")]}),
    ("no rule", ("rule",), "found an empty array; expected at least 1", {"rule": []}),
    ("a bad zone", ("time_zone",), "expected a name such as Europe/Minsk", {"time_zone": "Europe/Atlantis"}),
    ("a path for a zone", ("time_zone",), "expected a name", {"time_zone": "../../../etc/localtime"}),
    ("another format", ("format",), "found 2; expected 1", {"format": 2}),
    ("a channel that there is not", ("service",), "found 'pigeon'", {"service": ["pigeon"]}),
    ("a country of three letters", ("country",), "expected a country code", {"country": "bel"}),
    ("a leap day of ours", ("leap_day",), "expected '28 February' or '1 March'", {"leap_day": "29 February"}),
    ("a count that is a word of the facts", ("count",), "which is a fact of another sort",
     {"count": [{**CHILDREN, "name": "kind"}]}),
    ("a count of pets", ("count[0].of",), "found 'pets'; expected 'children'", {"count": [{**CHILDREN, "of": "pets"}]}),
    ("two counts of one name", ("count",), "twice", {"count": [CHILDREN, CHILDREN]}),
    ("a day off of another year", ("calendar.year[0]",), "expected a day of that year",
     {"calendar": {"year": [{"year": 2026, "days_off": [dt.date(2025, 1, 1)], "source": "a test"}]}}),
    ("days off in war", ("calendar.year[0]",), "in which they are suspended",
     {"calendar": {"year": [{**YEARS[1], "suspended": True}]}}),
    ("a gap between years", ("calendar",), "expected each year once",
     {"calendar": {"year": [{"year": year, "source": "a test"} for year in (2024, 2026)]}}),
    ("a week of no days", ("calendar",), "", {"calendar": {"weekend": [1, 2, 3, 4, 5, 6, 8]}}),
)  # fmt: skip


def _slip(title: str, place: str, found: str, **change: Any) -> Edit:
    rule = {**rule_of("notice", unless="farmer"), **change}
    whole = pack_of({key: value for key, value in rule.items() if value is not None})
    named = "rule notice" if change.get("id") else "rule xx.notice"
    return Edit(title, toml(whole), (place, named), found)


def _pack_slip(title: str, places: tuple[str, ...], found: str, change: dict[str, Any]) -> Edit:
    return Edit(title, toml({**pack_of(NOTICE), **change}), places, found)


def files() -> list[Edit]:
    """Return what is no pack at all."""
    whole = toml(pack_of(NOTICE))
    return [
        Edit("nothing", b"", ("pack.toml",), "found an empty file"),
        Edit("only a comment", b"# a pack\n", ("pack.toml",), "found an empty file"),
        Edit("bytes", b"\xff\xfe\x00\x01", ("pack.toml:1",), "found bytes that are not UTF-8"),
        Edit("bytes in line 3", b"a = 1\nb = 2\n\xff", ("pack.toml:3",), "found bytes that are not UTF-8"),
        Edit("no TOML", b"<html></html>", ("pack.toml",), "this is not TOML"),
        Edit("JSON", b'{"rule": []}', ("pack.toml",), "this is not TOML"),
        Edit("a key twice", whole + b"\nformat = 1\n", ("pack.toml",), ""),
        Edit("deep arrays", whole + b"\n[zzz]\na = " + b"[" * 5_000 + b"]" * 5_000, ("pack.toml",), "far too deep"),
        Edit(
            "deep tables", whole + b"\n[zzz]\n" + b".".join([b"a"] * 5_000) + b" = 1\n", ("pack.toml",), "far too deep"
        ),
        Edit("a mark before it", b"\xef\xbb\xbf" + whole),
        Edit("lines of Windows", whole.replace(b"\n", b"\r\n")),
    ]


# --- rosters ----------------------------------------------------------------------------------------------------------

_HEADER = ["summons", "kind", "served", "served_latest", "report", "birth", "children_births", "children_complete",
           "minor_children", "farmer", "full name"]  # fmt: skip
_BAD_CELLS: dict[str, tuple[str, ...]] = {
    "kind": ("camp", "TRAINING", "7", "training;special"),
    "served": (
        "2026-02-13",
        "2026-02-13T22:30",
        "13.02.2026 22:30",
        "2026-02-30T22:30Z",
        "0001-01-01T00:00+14:00",
        "now",
    ),
    "served_latest": ("2026-02-01T00:00+03:00", "later", "9999-12-31T23:59-14:00"),
    "report": ("2026-02-20T8:00+03:00", "2026-02-20T08:00:61Z", "20", "1770000000"),
    "birth": ("03/04/1990", "1990-13-01", "1990-02-30", "0190-01-01", "90-01-01", "soon"),
    "children_births": ("2012", "2012-05-01,", "2012-05-01;x", "none", "0012-01-01"),
    "children_complete": ("1", "y", "complete"),
    "minor_children": ("two", "-1", "1.5", "1000000", "1e3"),
    "farmer": ("maybe", "0"),
}


def roster_rows() -> list[list[str]]:
    """Return a good roster: a header and forty summonses, some cells empty."""
    rows = [_HEADER]
    for i in range(40):
        day = 10 + i % 10
        kind = ("training", "special", "verification", "", "unknown")[i % 5]
        served = "" if i % 11 == 0 else f"2026-02-{day:02}T22:{i:02}+03:00"
        late = f"2026-02-{day + 1:02} 08:00Z" if i % 4 == 0 else ""
        births = ("", "-", "2012-05-01;2015-06-02")[i % 3]
        report, birth = f"2026-02-{day + 7:02}T08:00Z", f"19{70 + i % 30}-02-28"
        rest = [("yes", "no", "")[i % 3], "2" if i % 7 == 0 else "", ("no", "")[i % 2], f"Person {i}"]
        rows.append([f"S-{i}", kind, served, late, report, birth, births, *rest])
    return rows


def csv_of(rows: list[list[str]]) -> bytes:
    """Write rows as CSV, in quotes where a comma stands."""
    return "".join(",".join(f'"{c}"' if "," in c else c for c in row) + "\n" for row in rows).encode()


def roster_edits(count: int, seed: int) -> list[Edit]:
    """Return so many edits of a roster: bad cells with the row that the message must name, and damaged text."""
    dice = random.Random(seed)
    return [_damaged(dice) if i % 4 == 3 else _bad_cell(dice) for i in range(count)]


def _damaged(dice: random.Random) -> Edit:
    (edit,) = text_edits(1, dice.randrange(2**32), csv_of(roster_rows()).decode())
    return Edit(edit.title, edit.text.encode("utf-8", "surrogatepass"))


def _bad_cell(dice: random.Random) -> Edit:
    rows = roster_rows()
    column = dice.choice(list(_BAD_CELLS))
    bad, row = dice.choice(_BAD_CELLS[column]), dice.randrange(1, 41)
    if column == "served_latest" and bad.startswith("2026"):
        row = 2  # which has a service that it lies before
    rows[row][_HEADER.index(column)] = bad
    shown = "lies before served" if column == "served_latest" and bad.startswith("2026") else f"found '{bad}'"
    return Edit(f"{column} = {bad!r} in row {row}", csv_of(rows), (f"row {row}, column {column}",), shown)

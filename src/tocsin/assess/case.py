"""Reading a case: from a file, a bundled name or a text to a `Case`, or to one sentence that says why not.

The format is told in docs/weigh-case.md. A case is refused at the first thing that is wrong in it, with its place;
nothing is guessed, and nothing outside the folder of the case is read.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path, PurePosixPath
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tocsin.assess import case_items
from tocsin.assess.case_file import MOST_BYTES, text_of
from tocsin.assess.case_table import SHORT, Table, Text
from tocsin.assess.model import Case, Grade, Hypothesis, Observation, World
from tocsin.assess.prior import prior
from tocsin.errors import CaseError
from tocsin.plan.problem import nearest, shown
from tocsin.plan.toml_text import parse_toml
from tocsin.watch.model import LETTERS, LEVELS, OWNERS

__all__ = ["DRAWS", "MOST_SEED", "bundled_cases", "load_case", "read_case"]

_CASE_FILE: Final = "case.toml"
_TOP: Final = ("case", "hypothesis", "prior", "grade", "evidence", "observation", "watch_for")
_CASE: Final = ("name", "question", "watch", "law", "zone", "as_of", "written", "draws", "seed")
_MOST_HYPOTHESES: Final = 20
DRAWS: Final = (1_000, 1_000_000)
MOST_SEED: Final = 2**63 - 1
_MOST_DEPTH: Final = 8
_WHERE: Final = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)$")


def bundled_cases() -> dict[str, Traversable]:
    """Folders of the cases that come with Tocsin, by name."""
    folder = files("tocsin.assess") / "bundled"
    if not folder.is_dir():
        return {}
    found = [one for one in folder.iterdir() if one.is_dir() and (one / _CASE_FILE).is_file()]
    return {one.name: one for one in sorted(found, key=lambda one: one.name)}


def load_case(source: str | Path) -> Case:
    """Load a case.

    Args:
        source: A file, a folder that holds a `case.toml`, or the name of a bundled case, which goes before a file of
            that name.

    Raises:
        CaseError: It cannot be read, or something in it is wrong: the first thing that is met.
    """
    inside = bundled_cases()
    if isinstance(source, str) and source in inside:
        folder = inside[source]
        return read_case(text_of(folder / _CASE_FILE, _CASE_FILE), folder=folder, file=_CASE_FILE)
    place = shown(str(source))[1:-1] or "case"
    try:
        path = Path(source)
        if not str(source) or not path.exists():
            known = f"; bundled cases are {', '.join(inside)}" if inside else ""
            close = nearest(str(source), inside)
            raise CaseError(f"found nothing there; expected a case file{known}{close}", place=place)
        path = path / _CASE_FILE if path.is_dir() else path
    except (OSError, ValueError, RuntimeError):
        raise CaseError("found a path that leads nowhere; expected a case file", place=place) from None
    return read_case(text_of(path, shown(path.name)[1:-1]), folder=path.parent, file=path.name)


def read_case(text: str, *, folder: Path | Traversable | None, file: str = _CASE_FILE) -> Case:
    """Read a case from its text.

    Args:
        text: TOML.
        folder: Where it lies, and the reference class beside it; None = nowhere.
        file: What to call it in messages.

    Raises:
        CaseError: Something in it is wrong: the first thing that is met.
    """
    name = shown(file)[1:-1]
    source = Text(name, text, _parsed(text, name))
    top = Table(source, (), source.data, ZoneInfo("UTC"))
    top.only(_TOP, "a case")
    about = top.table("case")
    if about is None:
        raise CaseError("found no [case]; expected name and question in it", place=name)
    about.only(_CASE, "[case]")
    zone = _zone(about)
    return _case(Table(source, (), source.data, zone), Table(source, about.path, about.data, zone), folder)


def _case(top: Table, about: Table, folder: Path | Traversable | None) -> Case:
    hypotheses = _hypotheses(top)
    ids = [one.id for one in hypotheses]
    observations = _observations(top)
    law, as_of = _law(about), about.moment("as_of")
    found, met = [], set[str]()
    for table in top.tables("evidence"):
        found.append(
            case_items.item(table, ids, [one.id for one in observations], law, as_of)
        )  # fmt: skip
        table.unique(found[-1].id, met, "evidence")
    if not found:
        raise CaseError("found no evidence; expected at least one [[evidence]]", place=top.source.file)
    watch_for, met = [], set()
    for table in top.tables("watch_for"):
        watch_for.append(case_items.watch_for(table, ids))
        table.unique(watch_for[-1].id, met, "thing to watch for")
    before = top.table("prior")
    if before is None:
        raise CaseError("found no [prior]; expected a reference class or judged weights", place=top.source.file)
    return Case(
        about.name("name"),
        about.text("question"),
        hypotheses,
        tuple(found),
        prior(before, ids, folder),
        _grades(top),
        tuple(watch_for),
        observations,
        _watch(about),
        law,
        as_of,
        _written(about),
        about.whole("seed", 1, low=0, high=MOST_SEED),
        about.whole("draws", 20_000, low=DRAWS[0], high=DRAWS[1]),
        top.source.file,
        hashlib.sha256(top.source.text.encode("utf-8", "surrogatepass")).hexdigest(),
        top.source.text,
    )


def _parsed(text: str, file: str) -> dict[str, Any]:
    if not text.strip():
        raise CaseError("found an empty file; expected a case", place=file)
    if len(text) > MOST_BYTES:
        raise CaseError(f"found {len(text):,} characters; expected at most {MOST_BYTES:,}", place=file)
    try:
        data = parse_toml(text)
    except RecursionError:
        raise CaseError("found tables or arrays nested far too deep; expected a case", place=file) from None
    except ValueError as error:
        where = _WHERE.search(str(error))
        line = f", line {where[1]}" if where and where[1] else ""
        told = shown(_WHERE.sub("", str(error)))[1:-1]
        raise CaseError(f"this is not TOML: {told[:1].lower()}{told[1:]}", place=f"{file}{line}") from None
    if _depth(data) > _MOST_DEPTH:
        raise CaseError("found tables or arrays nested far too deep; expected a case", place=file)
    return data


def _depth(data: object) -> int:
    """How deep tables and arrays are nested, at most one more than there may be; dotted keys nest without brackets."""
    level, depth = [data], 0
    while level and depth <= _MOST_DEPTH:
        inner = [list(one.values()) if isinstance(one, dict) else one for one in level if isinstance(one, dict | list)]
        level, depth = [value for values in inner for value in values], depth + 1
    return depth


def _zone(about: Table) -> ZoneInfo:
    """Time zone of the case's days: as said, else that of the bundled record that it names, else UTC."""
    from tocsin.watch.intake.sources import zone_of  # late: the intake loads much

    name = about.text("zone", "", most=SHORT)
    try:
        return ZoneInfo(name) if name else zone_of(about.text("watch", "", most=SHORT)) or ZoneInfo("UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise about.error(f"found {shown(name)}; expected a time zone such as Europe/Minsk", "zone") from None


def _watch(about: Table) -> str:
    name = about.text("watch", "", most=SHORT)
    path = PurePosixPath(name)
    if name and (path.is_absolute() or ".." in path.parts or "\\" in name or "\n" in name):
        raise about.error(f"found {shown(name)}; expected a bundled record, or a folder beside the case", "watch")
    return name


def _law(about: Table) -> str:
    name = about.text("law", "", most=SHORT)
    if name:
        packs = [one.name.removesuffix(".toml") for one in (files("tocsin.law") / "packs").iterdir()]
        known = sorted(one for one in packs if re.fullmatch("[a-z]{2}", one))
        if name not in known:
            raise about.error(f"found {shown(name)}; expected one of {', '.join(known)}", "law")
    return name


def _written(about: Table) -> str:
    value = about.data.get("written")
    if "written" not in about.data:
        return ""
    about.moment_of(value, True, "written")
    assert isinstance(value, dt.date), "a moment is a day or a time of one"
    return value.isoformat()


def _hypotheses(top: Table) -> tuple[Hypothesis, ...]:
    found, met = [], set[str]()
    for table in top.tables("hypothesis", most=_MOST_HYPOTHESES):
        table.only(("id", "name", "says", "expects", "world"), "a hypothesis")
        name = table.name("id")
        table.unique(name, met, "hypothesis")
        told, says = table.text("name", most=SHORT), table.text("says")
        found.append(Hypothesis(name, told, says, table.texts("expects"), _world(table.table("world"))))
    if len(found) < 2:
        several = "one hypothesis" if found else "no hypothesis"
        raise CaseError(f"found {several}; expected at least two [[hypothesis]]", place=top.source.file)
    names: dict[str, int] = {}
    for at, one in enumerate(found):
        if one.name in names:
            told = f"found the name {shown(one.name)} twice; expected each hypothesis by a name of its own"
            raise top.error(told, "hypothesis", at, "name")
        names[one.name] = at
    return tuple(found)


def _world(table: Table | None) -> World | None:
    if table is None:
        return None
    table.only(("plan", "changes", "vary", "scale", "source", "assumption"), "a world")
    source, assumption = table.text("source", ""), table.text("assumption", "")
    if not source and not assumption:
        raise table.error("found neither source nor assumption; expected where this world comes from", "assumption")
    plan = table.text("plan", most=SHORT)
    if Path(plan).is_absolute() or ".." in PurePosixPath(plan).parts or "\\" in plan:
        raise table.error(f"found {shown(plan)}; expected a bundled plan, or a file beside the case", "plan")
    changes, vary = table.table("changes"), table.table("vary")
    scale = table.number("scale", 1.0, low=0.001, high=1_000, what="a number from 0.001 to 1,000")
    return World(
        plan,
        {} if changes is None else _changes(changes),
        {} if vary is None else {key: _ends(vary, key) for key in vary.data},
        scale,
        source,
        assumption,
    )


def _changes(table: Table) -> dict[str, Any]:
    """Values of a plan by key path; whether the plan takes them is asked when the world is made."""
    for key, value in table.data.items():
        if isinstance(value, dict):
            raise table.error("found a table; expected the whole key path in quotes, and a value", key)
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, float):
                table.checked_number(one, -1e300, 1e300, "a finite number", key)
            elif isinstance(one, str) and len(one) > SHORT:
                raise table.error(f"found a text of {len(one):,} characters; expected at most {SHORT}", key)
    return dict(table.data)


def _ends(table: Table, key: str) -> tuple[float, float]:
    value = table.data[key]
    if not isinstance(value, list) or len(value) != 2:
        raise table.error(f"found {shown(value)}; expected a least and a most such as [0.5, 1.5]", key)
    low, high = (table.checked_number(one, -1e300, 1e300, "a finite number", key, at) for at, one in enumerate(value))
    if low > high:
        raise table.error(f"found [{low:g}, {high:g}]; expected the lower end first", key)
    return low, high


def _observations(top: Table) -> tuple[Observation, ...]:
    found, met = [], set[str]()
    for table in top.tables("observation"):
        found.append(case_items.observation(table))
        table.unique(found[-1].id, met, "observation")
    return tuple(found)


def _grades(top: Table) -> tuple[Grade, ...]:
    found = []
    for table in top.tables("grade"):
        table.only(("publisher", "owner", "level", "letter", "reason"), "a grade")
        publisher = table.text("publisher", "", most=SHORT)
        owner, level = table.one_of("owner", OWNERS, ""), table.one_of("level", LEVELS, "")
        if not (publisher or owner or level):
            raise table.error("found none of publisher, owner and level; expected which reports it grades", "publisher")
        found.append(Grade(table.one_of("letter", LETTERS), table.text("reason"), publisher, owner, level))
    return tuple(found)

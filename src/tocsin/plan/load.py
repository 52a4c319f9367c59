"""Reading a plan: from a file, a bundled name or a text to a checked `Plan`, or to one sentence that says why not."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path as FilePath

from pydantic import ValidationError

from tocsin.errors import PlanError
from tocsin.plan.consistency import check
from tocsin.plan.model import Plan
from tocsin.plan.problem import Problem, key_path, nearest, shown
from tocsin.plan.toml_text import parse_toml

__all__ = ["Examination", "bundled", "examine", "load", "loads"]

_MOST_BYTES = 64 * 2**20
_KEYS = re.compile(r"\((?:'[^']*',? ?)+\)")  # how tomllib writes the keys of a table
_WHERE = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)$")


@dataclass(frozen=True, slots=True)
class Examination:
    """What was found in the text of a plan.

    Attributes:
        name: What the text is called in messages.
        plan: The plan, or None if the text is none.
        problems: Errors and warnings by their place in the text, with lines.
    """

    name: str
    plan: Plan | None
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that stop a run."""
        return tuple(p for p in self.problems if p.level == "error")

    def place(self, problem: Problem) -> str:
        """Write where a problem is: file, line and key path."""
        line = "" if problem.line is None else f":{problem.line}"
        return f"{self.name}{line}: {problem.place}" if problem.path else f"{self.name}{line}"


def load(source: str | FilePath) -> Plan:
    """Load a plan that can be used.

    Args:
        source: Path of a TOML file, or the name of a bundled plan such as "west-2026".

    Returns:
        The plan, checked in itself and across its tables.

    Raises:
        PlanError: The file cannot be read, or the plan has an error: the first by place, and how many more.
    """
    return _accepted(examine(source))


def loads(text: str, *, name: str) -> Plan:
    """Load a plan from its text.

    Args:
        text: TOML.
        name: What to call it in messages.

    Returns:
        The plan, checked in itself and across its tables.

    Raises:
        PlanError: The plan has an error: the first by place, and how many more.
    """
    return _accepted(_examine(text, name))


def examine(source: str | FilePath) -> Examination:
    """Read a plan and list everything that is wrong with it, instead of refusing it at the first error.

    Args:
        source: Path of a TOML file, or the name of a bundled plan.

    Returns:
        The plan if the text is one, and all problems.

    Raises:
        PlanError: The file cannot be read at all.
    """
    return _examine(_read(source), str(source))


def bundled() -> dict[str, Traversable]:
    """Return the bundled plans by name, in alphabetical order."""
    folder = files(__package__) / "bundled"
    if not folder.is_dir():
        return {}
    plans = [f for f in folder.iterdir() if f.name.endswith(".toml")]
    return {f.name.removesuffix(".toml"): f for f in sorted(plans, key=lambda f: f.name)}


def _accepted(examination: Examination) -> Plan:
    errors = examination.errors
    if examination.plan is not None and not errors:
        return examination.plan
    more = f" (and {len(errors) - 1} more; `tocsin plan check` lists all)" if len(errors) > 1 else ""
    raise PlanError(f"{errors[0].sentence}{more}", place=examination.place(errors[0]))


def _read(source: str | FilePath) -> str:
    """Return the text of a plan; a name that is bundled wins over a file of that name."""
    inside = bundled()
    if isinstance(source, str) and source in inside:
        return inside[source].read_text(encoding="utf-8")
    place = str(source)
    try:
        path = FilePath(source)
        if path.is_dir():
            raise PlanError("found a folder; expected a TOML file or the name of a bundled plan", place=place)
        if path.stat().st_size > _MOST_BYTES:
            raise PlanError(f"found {path.stat().st_size} bytes; expected a plan of at most {_MOST_BYTES}", place=place)
        content = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        known = ", ".join(inside) or "none"
        raise PlanError(
            f"found no such file; bundled plans are: {known}{nearest(place, inside)}", place=place or "plan"
        ) from None
    except (OSError, ValueError) as reason:
        raise PlanError(
            f"found a file that cannot be read ({shown(str(reason))[1:-1]})", place=place or "plan"
        ) from reason
    return _decoded(content, place)


def _decoded(content: bytes, place: str) -> str:
    """Decode UTF-8; the mark that some editors put before it is no fault."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise PlanError("found text in UTF-16; expected UTF-8", place=place)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as reason:
        line = content.count(b"\n", 0, reason.start) + 1
        raise PlanError(
            f"found the byte 0x{content[reason.start]:02x}, which is not UTF-8; expected text in UTF-8",
            place=f"{place}:{line}",
        ) from reason


def _examine(text: str, name: str) -> Examination:
    text = text.removeprefix("\ufeff")
    data = _parsed(text, name)
    if isinstance(data, Problem):
        return Examination(name, None, (data,))
    plan: Plan | None = None
    try:
        plan = Plan.model_validate({key: _frozen(value) for key, value in data.items()}, strict=True)
        problems = check(plan)
    except ValidationError as error:
        from tocsin.plan.explain import explain  # late: only an error needs it

        problems = explain(error, data)
    return Examination(name, plan, _placed(problems, text))


def _parsed(text: str, name: str) -> Mapping[str, object] | Problem:
    """Parse TOML; a syntax error is a problem with its line and what stands there."""
    if not text.strip():
        return Problem("error", (), "found an empty file; expected a plan")
    try:
        return parse_toml(text)
    except RecursionError:
        return Problem("error", (), "found tables or arrays nested far too deep; expected a plan")
    except ValueError as error:
        where = _WHERE.search(str(error))
        lines = text.split("\n")
        line = int(where[1]) if where and where[1] else len(text.rstrip().split("\n")) if where else None
        message = _KEYS.sub(lambda m: key_path(tuple(re.findall(r"'([^']*)'", m[0]))), _WHERE.sub("", str(error)))
        found = f"; found {shown(lines[line - 1].strip())}" if line is not None and line <= len(lines) else ""
        return Problem("error", (), f"this is not TOML: {message[:1].lower()}{message[1:]}{found}", line)


def _frozen(value: object) -> object:
    """Turn arrays into tuples, which strict models ask for: strict, so that '3' and true are no numbers."""
    if isinstance(value, dict):
        return {key: _frozen(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return tuple(_frozen(inner) for inner in value)
    return value


def _placed(problems: list[Problem], text: str) -> tuple[Problem, ...]:
    """Give each problem its line and sort them by it."""
    if not problems:
        return ()
    from tocsin.plan.positions import line_of, lines_of_keys  # late: only a problem needs it

    lines = lines_of_keys(text)
    placed = [replace(p, line=line_of(p.path, lines)) for p in problems]
    return tuple(sorted(placed, key=lambda p: p.line or 0))

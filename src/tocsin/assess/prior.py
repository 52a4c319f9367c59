"""The prior of a case: weights of a Dirichlet distribution from a reference class, with its doubts as variants.

A class is a file of JSON lines beside the case, one earlier case a line, with `id`, `label` and, for people, `name`,
`country`, `date_from`, `outcome` and `note`. What a label or a single case stands for says the case file. A case that
stands for several hypotheses is *contested* and shared evenly; the variants give it to the first, to the last, to none.
Each weight is the number of its cases and the pseudo-count; `sums` writes that out.

Dirichlet with a pseudo-count for each answer: Gelman et al., *Bayesian Data Analysis* (3rd ed., 2013), section 3.4.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path, PurePosixPath
from typing import Final

from tocsin.assess.case_file import text_of
from tocsin.assess.case_table import LONG, SHORT, Table
from tocsin.assess.model import Prior
from tocsin.errors import CaseError
from tocsin.plan.problem import nearest, shown

__all__ = ["Past", "prior", "reference_class", "sums"]

_PSEUDO: Final = 0.5
_LEAST_WEIGHT: Final = 0.001
_MOST_WEIGHT: Final = 10_000.0
_MOST_CASES: Final = 2_000
Stands = Mapping[str, tuple[str, ...]]
"""Label or id of a case → the hypotheses that it stands for."""


@dataclass(frozen=True, slots=True)
class Past:
    """An earlier case of a reference class.

    Attributes:
        id: The coder's id.
        label: How it ended, in the coder's word.
        note: What it was, and the coder's remark.
    """

    id: str
    label: str
    note: str


def prior(table: Table, hypotheses: Sequence[str], folder: Path | Traversable | None) -> Prior:
    """Read `[prior]`.

    Args:
        table: The table.
        hypotheses: Ids of all hypotheses, in the order of the file.
        folder: Where the case lies, and the class beside it; None = nowhere.

    Raises:
        CaseError: Something in it, or in the class, is wrong.
    """
    table.only(("class", "base", "pseudo", "basis", "stands_for", "judged"), "a prior")
    basis, judged = table.text("basis"), table.table("judged")
    if judged is None:
        return _counted(table, hypotheses, folder, basis)
    for key in ("class", "base", "pseudo", "stands_for"):
        if key in table.data:
            raise table.error(f"found {key} beside judged; expected a class or judged weights, not both", key)
    judged.only(hypotheses, "the list of hypotheses")
    what = f"a weight above 0, from {_LEAST_WEIGHT} to {_MOST_WEIGHT:,.0f}"
    weights = {name: judged.number(name, low=_LEAST_WEIGHT, high=_MOST_WEIGHT, what=what) for name in hypotheses}
    return Prior(weights, {"even": dict.fromkeys(hypotheses, 1.0)}, basis=basis)


def _counted(table: Table, hypotheses: Sequence[str], folder: Path | Traversable | None, basis: str) -> Prior:
    """A prior from a reference class."""
    if "class" not in table.data:
        raise table.error("found neither class nor judged; expected a reference class or judged weights", "class")
    past = reference_class(table, folder)
    start = table.text("base", "", most=SHORT)
    what = f"a number above 0, from {_LEAST_WEIGHT} to {_MOST_WEIGHT:,.0f}"
    pseudo = table.number("pseudo", _PSEUDO, low=_LEAST_WEIGHT, high=_MOST_WEIGHT, what=what)
    stands = _stands(table, hypotheses, past)
    members = [one for one in past if one.id.startswith(start)]
    if not members:
        raise table.error(f"found no case whose id begins with {shown(start)}; expected some", "base")
    meant = {one.id: _meant(one, stands, table) for one in past}
    base = {one.id: meant[one.id] for one in members}
    chosen = {name: said[:1] for name, said in base.items()}
    variants = {
        "contested cases to the first": _weights(chosen, hypotheses, pseudo),
        "contested cases to the last": _weights({n: said[-1:] for n, said in base.items()}, hypotheses, pseudo),
        "without contested cases": _weights(
            {name: said for name, said in base.items() if len(said) == 1}, hypotheses, pseudo
        ),
        "with cases chosen for how they ended": _weights(meant, hypotheses, pseudo),
        "pseudo-count doubled": _weights(base, hypotheses, 2 * pseudo),
        "pseudo-count halved": _weights(base, hypotheses, pseudo / 2),
        "even": dict.fromkeys(hypotheses, 1.0),
    }
    if len(members) == len(past):
        del variants["with cases chosen for how they ended"]
    contested = tuple(sorted(name for name, said in base.items() if len(said) > 1))
    if not contested:
        variants = {name: found for name, found in variants.items() if "contested" not in name}
    return Prior(
        _weights(base, hypotheses, pseudo),
        variants,
        {name: tuple(sorted(one for one, said in base.items() if name in said)) for name in hypotheses},
        contested,
        basis,
        {one.id: one.note for one in past},
    )


def _weights(meant: Stands, hypotheses: Sequence[str], pseudo: float) -> dict[str, float]:
    """Hypothesis → its cases, shared ones in parts, and the pseudo-count."""
    return {
        name: sum(1.0 / len(said) for _, said in sorted(meant.items()) if name in said) + pseudo for name in hypotheses
    }


def _stands(table: Table, hypotheses: Sequence[str], past: Sequence[Past]) -> Stands:
    """Read `[prior.stands_for]`."""
    given = table.table("stands_for")
    if given is None:
        raise table.error("found no stands_for; expected what each label of the class stands for", "stands_for")
    known = {one.label for one in past} | {one.id for one in past}
    found = {}
    for key, value in given.data.items():
        if key not in known:
            told = f"found {shown(key)}, which is neither a label nor a case of the class"
            raise given.error(told + nearest(key, sorted(known)), key)
        said = (given.text(key, most=SHORT),) if isinstance(value, str) else given.texts(key, needed=True, most=SHORT)
        for name in said:
            if name not in hypotheses:
                told = f"found the hypothesis {shown(name)}, which the case does not have{nearest(name, hypotheses)}"
                raise given.error(told, key)
        found[key] = said
    return found


def _meant(one: Past, stands: Stands, table: Table) -> tuple[str, ...]:
    said = stands.get(one.id) or stands.get(one.label)
    if said is None:
        told = f"found nothing that {one.id} (label {shown(one.label)}) stands for; expected its label or its id"
        raise table.error(told, "stands_for")
    return said


def reference_class(table: Table, folder: Path | Traversable | None) -> tuple[Past, ...]:
    """Read the file that `class` names, which lies beside the case.

    Args:
        table: `[prior]`.
        folder: Where the case lies.

    Raises:
        CaseError: It is missing or damaged.
    """
    name = table.text("class", most=SHORT)
    if folder is None or PurePosixPath(name).name != name or "\\" in name or name in (".", ".."):
        where = "a file" if folder is None else f"the file {shown(name)}"
        raise table.error(f"found {where} that does not lie beside the case; expected its bare name", "class")
    lines = text_of(folder / name, name).split("\n")
    found: list[Past] = []
    for number, line in enumerate(lines, 1):
        if line.strip():
            one = _past(line, f"{name}, line {number}")
            if any(one.id == other.id for other in found):
                raise CaseError(f"found {one.id} twice; expected each case once", place=f"{name}, line {number}")
            found.append(one)
        if len(found) > _MOST_CASES:
            raise CaseError(f"found more than {_MOST_CASES:,} cases; expected at most so many", place=name)
    if not found:
        raise CaseError("found an empty file; expected cases, one a line", place=name)
    return tuple(found)


def _past(line: str, place: str) -> Past:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        raise CaseError("found a line that is not JSON; expected one case in braces", place=place) from None
    if not isinstance(row, dict):
        raise CaseError(f"found {shown(row)}; expected one case in braces", place=place)
    told = [str(row[key]) for key in ("name", "country", "date_from") if row.get(key)]
    remarks = [str(row[key]) for key in ("outcome", "note") if row.get(key)]
    note = ". ".join(one.rstrip(".") for one in (", ".join(told), *remarks) if one)
    return Past(_word(row, "id", place), _word(row, "label", place), _plain(note))


def _word(row: Mapping[str, object], key: str, place: str) -> str:
    value = row.get(key)
    if not isinstance(value, str) or not value.strip() or len(value) > SHORT or not value.isprintable():
        raise CaseError(f"found {shown(value)} as {key}; expected a short text", place=place)
    return value


def _plain(note: str) -> str:
    """A remark as it may be shown: on one line, nothing in it that is not seen, not too long."""
    seen = "".join(char if char.isprintable() else " " for char in note)
    return " ".join(seen.split())[:LONG]


def sums(prior: Prior) -> dict[str, str]:
    """Hypothesis → how its weight is worked out: `16 cases + 2 shared with others (1) + 0.5 = 17.5`."""
    shares: dict[str, int] = {}
    for ids in prior.cases.values():
        for name in ids:
            shares[name] = shares.get(name, 0) + 1
    told = {}
    for name, weight in prior.weights.items():
        mine = prior.cases.get(name, ())
        own = sum(shares[one] == 1 for one in mine)
        part = sum(1.0 / shares[one] for one in mine if shares[one] > 1)
        if not prior.cases:
            told[name] = f"{weight:g}, judged"
            continue
        shared = f" + {len(mine) - own} shared with others ({part:g})" if len(mine) > own else ""
        told[name] = f"{own} case{'s' * (own != 1)}{shared} + {weight - own - part:g} = {weight:g}"
    return told

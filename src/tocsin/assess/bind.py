"""Binding a case to a watch folder: each item becomes evidence that rests on what stands in the folder, or does not.

An id that never came in is a fault of the case, and refused. What was retracted, denied or published later is none: the
item no longer holds, and says why. What is not known never counts (an estimate that is too old, law that cannot tell).
Only a *saying* is read differently: see `witnesses.py`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from tocsin.assess.case_table import refusal
from tocsin.assess.model import Case, Evidence, Item, Witness
from tocsin.assess.witnesses import LeftOut, Speakers
from tocsin.errors import CaseError
from tocsin.plan.problem import Path, nearest, shown
from tocsin.watch.desk import Desk
from tocsin.watch.ledger import Incident, incidents
from tocsin.watch.model import Claim

__all__ = ["Binding", "bind"]

_INCIDENT: Final = "i-"


def bind(case: Case, desk: Desk, *, as_of: int | None = None) -> tuple[Evidence, ...]:
    """Bind a case to a watch folder.

    Args:
        case: The case.
        desk: The folder, open.
        as_of: What was not surely published by then does not count, milliseconds; None = the case's own moment, and if
            it has none all counts.

    Returns:
        Evidence for each item, in the order of the case.

    Raises:
        CaseError: An item names a claim, incident, sighting or rule that never came in.
        LawError: The case's pack of law cannot be used.
    """
    return Binding(case, desk).at(case.as_of if as_of is None else as_of)


@dataclass(frozen=True)
class Binding:
    """A case and a folder, for binding at several moments.

    Attributes:
        case: The case.
        desk: The folder, open.
    """

    case: Case
    desk: Desk

    @cached_property
    def speakers(self) -> Speakers:
        """Who speaks in the folder, as the case grades them."""
        return Speakers(self.case, self.desk)

    def at(self, as_of: int | None) -> tuple[Evidence, ...]:
        """All items as known at a moment; None = all that came in."""
        return tuple(self._evidence(number, one, as_of) for number, one in enumerate(self.case.items))

    def _evidence(self, number: int, item: Item, as_of: int | None) -> Evidence:
        return self._reported(number, item, as_of)

    def _reported(self, number: int, item: Item, as_of: int | None) -> Evidence:
        """An event, or that somebody said something."""
        named = self.claims_of(number, item)
        found, left = self.speakers.of_claims(named, as_of, statement=item.sort == "statement")
        return Evidence(
            item, found, bool(found), _rests(found, left), traces=_traces(found, (*item.incidents, *_named(left)))
        )

    # --- which claims an item names -----------------------------------------------------------------------------

    def claims_of(self, number: int, item: Item) -> tuple[str, ...]:
        """Ids of the claims that an item names, those of its incidents included, whether they count or not.

        Args:
            number: Which item, from 0.
            item: The item.

        Raises:
            CaseError: It names one that never came in.
        """
        known = self.desk.standing.claims_in
        for at, name in enumerate(item.claims):
            self.refuse_unknown(name, known, "claim", ("evidence", number, "claims", at))
        found = set(item.claims)
        for at, name in enumerate(item.incidents):
            path = ("evidence", number, "incidents", at)
            if not name.startswith(_INCIDENT):
                raise self.error(f"found {shown(name)}; expected an incident such as i-r038#4", path)
            self.refuse_unknown(name.removeprefix(_INCIDENT), known, "incident", path)
            found |= self._of_incident(name.removeprefix(_INCIDENT), item.sort)
        return tuple(sorted(found))

    def refuse_unknown(self, name: str, known: Mapping[str, object], what: str, path: Path) -> None:
        """Refuse an id that never came in."""
        if name not in known:
            told = f"found the {what} {shown(name)}, which never came into the watch folder{nearest(name, known)}"
            raise self.error(told, path)

    def error(self, sentence: str, path: Path) -> CaseError:
        """A refusal at a place of the case."""
        return refusal(self.case.file, self.case.text, path, sentence)

    def _of_incident(self, eldest: str, sort: str) -> set[str]:
        """Claims of the incident that is named after a claim; a denial in it is bound by its own id only."""
        incident = self._home.get(eldest)
        if incident is None:
            incident = self._before(eldest)
        if incident is None:
            return {eldest}
        return {one for one in incident.claims if one not in incident.denied} | {eldest}

    @cached_property
    def _home(self) -> Mapping[str, Incident]:
        return {name: one for one in self.desk.incidents for name in one.claims}

    def _before(self, gone: str) -> Incident | None:
        """The incident of a claim that no longer stands, as if it did: so that only the claim itself is lost."""
        standing = self.desk.standing
        claim: Claim = standing.claims_in[gone]
        report = standing.reports_in[claim.report]
        there = replace(
            standing,
            claims={**dict(standing.claims), gone: claim},
            reports={**dict(standing.reports), report.id: report},
        )
        found = incidents(there, {**self.desk.origins, gone: report.id})
        return next((one for one in found if gone in one.claims), None)


def _rests(found: Sequence[Witness], left: LeftOut) -> str:
    """One sentence: on what an item rests, or why it does not hold."""
    out = _left(left)
    if not found:
        return f"nothing is left that says so: {out}" if out else "nothing says so"
    claims = sum(len(one.claims) for one in found)
    told = f"rests on {len(found)} origin{'s' * (len(found) != 1)} ({claims} claim{'s' * (claims != 1)})"
    return f"{told}; left out: {out}" if out else told


def _left(left: LeftOut) -> str:
    """What does not count, by reason: `2 denies it (r038#1, r041#2)`."""
    by_why: dict[str, list[str]] = {}
    for name, why in sorted(left.items()):
        by_why.setdefault(why, []).append(name)
    return "; ".join(f"{', '.join(names)} ({why})" for why, names in sorted(by_why.items()))


def _named(left: LeftOut) -> tuple[str, ...]:
    return tuple(left)


def _traces(found: Iterable[Witness], more: Iterable[str] = ()) -> tuple[str, ...]:
    """Ids of all that witnesses rest on, and others, each once, by id."""
    ids = Counter(more)
    for one in found:
        ids.update((*one.claims, *one.reports))
    return tuple(sorted(ids))

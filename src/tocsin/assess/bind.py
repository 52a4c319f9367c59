"""Binding a case to a watch folder: each item becomes evidence that rests on what stands in the folder, or does not.

An id that never came in is a fault of the case, and refused. What was retracted, denied or published later is none: the
item no longer holds, and says why. What is not known never counts (an estimate that is too old, law that cannot tell).
Only a *saying* is read differently: see `witnesses.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from tocsin.assess.bind_footprint import support
from tocsin.assess.bind_law import found_in
from tocsin.assess.case_table import refusal
from tocsin.assess.model import Case, Evidence, Item, Witness
from tocsin.assess.witnesses import LeftOut, Speakers
from tocsin.errors import CaseError
from tocsin.law import law as load_law
from tocsin.plan.problem import Path, nearest, shown
from tocsin.watch.desk import Desk
from tocsin.watch.ledger import Incident, LegalFinding, incidents, legal
from tocsin.watch.model import Claim, Sighting

__all__ = ["Binding", "bind"]

_INCIDENT: Final = "i-"
_MOST_NAMED: Final = 8
_IDS: Final = re.compile(r"[\w-]+(?:#\d+)?")


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
        """All items as known at a moment; None = all that came in.

        Raises:
            CaseError: See `bind`.
        """
        for number, one in enumerate(self.case.observations):
            for at, name in enumerate(one.claims):
                self.refuse_unknown(name, self.desk.standing.claims_in, "claim", ("observation", number, "claims", at))
        return tuple(self._evidence(number, one, as_of) for number, one in enumerate(self.case.items))

    def _evidence(self, number: int, item: Item, as_of: int | None) -> Evidence:
        if item.sort == "absence":
            return self._absent(item, as_of)
        if item.sort == "footprint":
            return self._strong(number, item, as_of)
        if item.sort == "law":
            return self._found(number, item, as_of)
        return self._simulated(item, as_of) if item.sort == "world" else self._reported(number, item, as_of)

    def _reported(self, number: int, item: Item, as_of: int | None) -> Evidence:
        """An event, or that somebody said something."""
        named = self.claims_of(number, item)
        found, left = self.speakers.of_claims(named, as_of, statement=item.sort == "statement")
        return Evidence(item, found, bool(found), _rests(found, left), traces=_traces(found, (*item.incidents, *left)))

    def _absent(self, item: Item, as_of: int | None) -> Evidence:
        """Something that was not seen, unless it was.

        That it would have been seen was judged for the moment of the case, and where it has none for all that came in;
        before that the time was not over.
        """
        assert item.absence is not None, "the reader gave it one"
        seen = [name for side in item.absence.unless for name in self._sides[side] if self._counts(name, as_of)]
        reports = self._reports_of(seen)
        if seen:
            return Evidence(item, (), False, f"seen after all: {_listed(seen)}", traces=_sorted(seen, reports))
        if as_of is not None and as_of < self._judged_at:
            return Evidence(item, (), False, "the time in which it would have been seen was not over")
        sides = "; nothing stands on " + ", ".join(item.absence.unless) if item.absence.unless else ""
        told = f"not seen by those who would have: {item.absence.looked.rstrip('.')}{sides}"
        return Evidence(item, (), True, told, traces=self._mentioned(item.absence.looked))

    @cached_property
    def _judged_at(self) -> int:
        """The moment of the case, else the last day on which anything was published."""
        if self.case.as_of is not None:
            return self.case.as_of
        return max((self.desk.clock.at(name)[0].most or 0 for name in self.desk.standing.reports), default=0)

    def _mentioned(self, sentence: str) -> tuple[str, ...]:
        """Ids of reports, claims and statements on forces that a sentence names."""
        standing = self.desk.standing
        return _sorted(
            word for word in _IDS.findall(sentence)
            if word in standing.reports_in or word in standing.claims_in or word in standing.sightings
        )  # fmt: skip

    def _counts(self, name: str, as_of: int | None) -> bool:
        """Whether what stands on a side of the ledger was known."""
        if name in self.desk.standing.sightings:
            return not self.speakers.of_sightings([name], as_of)[1]
        return not self.speakers.left_out(name, as_of, statement=True)

    @cached_property
    def _sides(self) -> Mapping[str, tuple[str, ...]]:
        """Side of the ledger as `question/side` → ids of what stands there."""
        return {
            f"{one.id}/{side.id}": tuple(row.id for row in side.rows) for one in self.desk.ledger for side in one.sides
        }

    def _strong(self, number: int, item: Item, as_of: int | None) -> Evidence:
        """The strength of a force: by the footprint, or by those who saw it."""
        assert item.footing is not None, "the reader gave it one"
        if not item.footing.sightings:
            found = support(item.footing, self.desk, as_of)
            traces = _sorted(found.rows, self._reports_of(found.rows))
            known = found.probability is not None
            return Evidence(item, (), known, found.why, support=found.probability, traces=traces)
        known_ids = {**self.desk.standing.sightings, **self._gone_sightings}
        for at, name in enumerate(item.footing.sightings):
            path = ("evidence", number, "footprint", "sightings", at)
            self.refuse_unknown(name, known_ids, "statement on forces", path)
        seen, left = self.speakers.of_sightings(item.footing.sightings, as_of)
        return Evidence(item, seen, bool(seen), _rests(seen, left, "statement"), traces=_traces(seen, left))

    @cached_property
    def _gone_sightings(self) -> Mapping[str, Sighting]:
        """Statements on forces that came in and were retracted."""
        retracted = self.desk.standing.retracted
        return {one.id: one for one in self.desk.store.sightings() if one.id in retracted}

    def _found(self, number: int, item: Item, as_of: int | None) -> Evidence:
        """A finding of law."""
        assert item.law is not None, "the reader gave it one"
        rules = load_law(self.case.law).rules
        self.refuse_unknown(item.law.rule, rules, "rule", ("evidence", number, "law", "rule"), f"law {self.case.law}")
        named = self.claims_of(number, item)
        found = found_in(self._findings, item.law, named)
        seen, left = self.speakers.of_claims(found.claims, as_of)
        traces = _traces(seen, (item.law.rule, *named, *item.incidents, *left, *self._reports_of(named)))
        if not found.claims:
            instead = ", ".join(found.instead) or "nothing: no claim tells what it asks"
            return Evidence(item, (), False, f"{item.law.rule} says instead: {instead}", traces=traces)
        return Evidence(
            item, seen, bool(seen), f"{item.law.rule} says: {', '.join(found.said)}; {_rests(seen, left)}",
            traces=traces,
        )  # fmt: skip

    @cached_property
    def _findings(self) -> tuple[LegalFinding, ...]:
        return legal(self.desk.standing, self.case.law)

    def _simulated(self, item: Item, as_of: int | None) -> Evidence:
        """What simulated worlds are put to; the worlds themselves are run elsewhere."""
        traces = list[str]()
        gone = list[str]()
        for one in self.case.observations:
            if one.id not in item.observations:
                continue
            seen, left = self.speakers.of_claims(one.claims, as_of)
            traces += _traces(seen, left)
            if one.claims and not seen:
                gone.append(f"{one.id}: {_left(left)}")
        told = "nothing is left of " + "; ".join(gone) if gone else f"numbers reported: {', '.join(item.observations)}"
        return Evidence(item, (), not gone, told, traces=_sorted(traces))

    def _reports_of(self, ids: Iterable[str]) -> tuple[str, ...]:
        """Reports of those ids that are claims."""
        claims = self.desk.standing.claims_in
        return _sorted(claims[one].report for one in ids if one in claims)

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
            eldest = name.removeprefix(_INCIDENT)
            if eldest == name:
                raise self.error(f"found {shown(name)}; expected an incident such as i-r038#4", path)
            if eldest not in known:
                told = f"found the incident {shown(name)}, which is not in the watch folder"
                raise self.error(f"{told}; expected i- and the id of its eldest claim", path)
            found |= self._of_incident(eldest)
        return tuple(sorted(found))

    def refuse_unknown(
        self, name: str, known: Mapping[str, object], what: str, path: Path, where: str = "the watch folder"
    ) -> None:
        """Refuse an id that never came in."""
        if name not in known:
            close = nearest(name, known) or "; expected one that came in"
            raise self.error(f"found the {what} {shown(name)}, which is not in {where}{close}", path)

    def error(self, sentence: str, path: Path) -> CaseError:
        """A refusal at a place of the case."""
        return refusal(self.case.file, self.case.text, path, sentence)

    def _of_incident(self, eldest: str) -> set[str]:
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


def _rests(found: Sequence[Witness], left: LeftOut, what: str = "claim") -> str:
    """One sentence: on what an item rests, or why it does not hold."""
    out = _left(left)
    if not found:
        return f"nothing is left that says so: {out}" if out else "nothing says so"
    claims = sum(len(one.claims) for one in found)
    told = f"rests on {len(found)} origin{'s' * (len(found) != 1)} ({claims} {what}{'s' * (claims != 1)})"
    return f"{told}; left out: {out}" if out else told


def _left(left: LeftOut) -> str:
    """What does not count, by reason: `2 denies it (r038#1, r041#2)`."""
    by_why: dict[str, list[str]] = {}
    for name, why in sorted(left.items()):
        by_why.setdefault(why, []).append(name)
    return "; ".join(f"{_listed(names)} ({why})" for why, names in sorted(by_why.items()))


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _MOST_NAMED
    return ", ".join(names[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def _traces(found: Iterable[Witness], more: Iterable[str] = ()) -> tuple[str, ...]:
    """Ids of all that witnesses rest on, and others, each once, by id."""
    return _sorted(more, *((*one.claims, *one.reports) for one in found))


def _sorted(*groups: Iterable[str]) -> tuple[str, ...]:
    """Ids, each once, in order."""
    return tuple(sorted({name for group in groups for name in group}))

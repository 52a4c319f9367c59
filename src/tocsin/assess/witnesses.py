"""Who speaks for an item: claims and statements on forces that count, drawn together by origin, each group graded.

What counts, and when it was known:

- A claim counts if it stands, somebody confirmed it (a rule's suggestion does not count), it asserts or retells, and it
  was surely published by the moment that is asked about: of a day its end. A page without a day of its own is bounded
  by those that cite it or through which it was seen (`Desk.clock`); what nothing bounds is known from
  when it was captured.
- A denial speaks for a *statement* ("the ministry denied it") and for no event.
- A group has the grade of its eldest claim, and is known from its eldest report; a copy is younger than what it copies,
  whatever its day.
- The letter is the folder's own decision on the publisher, else the first rule of the case that fits, else F. For a
  statement an office's own channel is A, whatever else it is worth: what stands there, it said.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from tocsin.assess.model import Case, Grade, Witness
from tocsin.watch.desk import Desk
from tocsin.watch.ledger.incidents import published_order
from tocsin.watch.likeness import origin_of
from tocsin.watch.likeness.voices import Voices, voices
from tocsin.watch.model import Claim, Report, Sighting, Source

__all__ = ["LeftOut", "Speakers"]

_FAR: Final = 2**62
_NOBODY: Final = "nobody judged it"
LeftOut = Mapping[str, str]
"""Id of a claim or statement that does not count → why."""


@dataclass(frozen=True)
class Speakers:
    """Who speaks in a watch folder, as a case grades them.

    Attributes:
        case: The case.
        desk: The folder.
    """

    case: Case
    desk: Desk

    def of_claims(
        self, ids: Iterable[str], as_of: int | None, *, statement: bool = False
    ) -> tuple[tuple[Witness, ...], LeftOut]:
        """The origin groups of claims, and which claims do not count.

        Args:
            ids: Ids of claims that came in.
            as_of: Until when things are known; None = all.
            statement: Whether the saying is what counts, and not what is said.
        """
        groups: dict[str, list[Claim]] = {}
        left: dict[str, str] = {}
        for name in sorted(set(ids)):
            why = self.left_out(name, as_of, statement=statement)
            if why:
                left[name] = why
            else:
                claim = self.desk.standing.claims[name]
                groups.setdefault(origin_of(self.desk.origins, claim), []).append(claim)
        found = (self._witness(group, mine, statement) for group, mine in sorted(groups.items()))
        return tuple(found), left

    def left_out(self, name: str, as_of: int | None, *, statement: bool = False) -> str:
        """Why a claim that came in does not count; "" = it counts."""
        standing = self.desk.standing
        claim = standing.claims.get(name)
        if claim is None:
            gone = standing.retracted.get(name) or standing.retracted.get(standing.claims_in[name].report)
            return "no longer stands" if gone is None else f"{gone.act}ed"
        if claim.status == "suggested":
            return "suggested by rules and not confirmed"
        if claim.stance == "denies" and not statement:
            return "denies it"
        if as_of is not None and (known := self.known(claim.report)) is not None and known > as_of:
            return "not surely published by then"
        return ""

    def known(self, report: str) -> int | None:
        """When a report was known at the latest, milliseconds; None = nothing says."""
        most = self.desk.clock.at(report)[0].most
        return most if most is not None else self.desk.standing.reports[report].captured or None

    @cached_property
    def _copies(self) -> frozenset[str]:
        """Reports that are confirmed copies of another one."""
        links = self.desk.standing.links
        return frozenset(one.first for one in links if one.kind == "copy-of" and one.state == "confirmed")

    def _witness(self, group: str, claims: Sequence[Claim], statement: bool) -> Witness:
        standing = self.desk.standing
        ordered = sorted(claims, key=lambda one: (one.report in self._copies, published_order(one, standing)))
        own = [one for one in ordered if statement and _own_channel(one, standing.reports[one.report])]
        eldest = (own or ordered)[0]
        report = standing.reports[eldest.report]
        letter, why = self.letter(report.publisher, self._owner(report), report.level)
        if own:
            letter, why = "A", "an office's own channel, for what it says itself"
        first = [one for one in claims if one.report not in self._copies] or claims
        known = [one for one in (self.known(each.report) for each in first) if one is not None]
        return Witness(
            group,
            letter + eldest.digit,
            tuple(sorted(one.id for one in claims)),
            tuple(sorted({one.report for one in claims})),
            min(known, default=None),
            why,
            tuple(sorted({self._incident.get(one.id, one.id) for one in claims})),
            all(one.report in self._copies for one in claims),
        )

    @cached_property
    def _incident(self) -> Mapping[str, str]:
        """Claim → the incident that it is about."""
        return {name: one.id for one in self.desk.incidents for name in one.claims}

    def letter(self, publisher: str, owner: str, level: str) -> tuple[str, str]:
        """The letter of a publisher, and who gave it.

        Args:
            publisher: Its name.
            owner: Whose it is.
            level: Who speaks.
        """
        if publisher in self._graded:
            return self.desk.standing.sources[publisher].letter, f"the folder's decision: {self._graded[publisher]}"
        for one in self.case.grades:
            if _fits(one, publisher, owner, level):
                return one.letter, f"the case: {one.reason}"
        return "F", _NOBODY

    @cached_property
    def _graded(self) -> Mapping[str, str]:
        """Publisher → the reason of the last decision that gave it a letter."""
        decisions = self.desk.standing.decisions
        return {one.target: one.reason for one in decisions if one.act == "grade" and "letter" in one.value}

    @cached_property
    def _owned(self) -> frozenset[str]:
        return frozenset(one.target for one in self.desk.standing.decisions if one.act == "own")

    def _owner(self, report: Report) -> str:
        """Whose a report's publisher is: as decided, else as the report says."""
        decided = report.publisher in self._owned
        return self.desk.standing.sources[report.publisher].owner if decided else report.owner

    def of_sightings(self, ids: Iterable[str], as_of: int | None) -> tuple[tuple[Witness, ...], LeftOut]:
        """The origin groups of statements on forces: whom the publisher cites, else the publisher."""
        groups: dict[str, list[Sighting]] = {}
        left: dict[str, str] = {}
        for name in sorted(set(ids)):
            one = self.desk.standing.sightings.get(name)
            if one is None:
                left[name] = "retracted"
            elif as_of is not None and (one.published.most is None or one.published.most > as_of):
                left[name] = "not surely published by then"
            else:
                groups.setdefault(self._voices.name(one.publisher) or one.publisher, []).append(one)
        return tuple(self._seen(group, mine) for group, mine in sorted(groups.items())), left

    def _seen(self, group: str, mine: Sequence[Sighting]) -> Witness:
        eldest = min(mine, key=lambda one: (one.published.least or _FAR, one.published.most or _FAR, one.id))
        source = self.desk.standing.sources.get(eldest.publisher, Source(eldest.publisher))
        letter, why = self.letter(source.name, source.owner, eldest.level)
        if why == _NOBODY and eldest.grade[:1] != "F":
            letter, why = eldest.grade[0], "as coded"
        known = [one.published.most for one in mine if one.published.most is not None]
        names = tuple(sorted(one.id for one in mine))
        return Witness(group, letter + eldest.grade[1:], names, (), min(known, default=None), why, names)

    @cached_property
    def _voices(self) -> Voices:
        standing = self.desk.standing
        return voices(standing.reports.values(), standing.claims.values())


def _own_channel(claim: Claim, report: Report) -> bool:
    return report.level == "official" and claim.stance != "retells"


def _fits(rule: Grade, publisher: str, owner: str, level: str) -> bool:
    return rule.publisher in ("", publisher) and rule.owner in ("", owner) and rule.level in ("", level)

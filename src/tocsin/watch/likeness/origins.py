"""Origin groups: whose word a report and a claim go back to, so that copies, reprints and one owner count once.

A report may carry the words of several: a page that retells Suspilne and quotes the ministry belongs to both. So the
origin that is *counted* is the claim's (`claim_origins`), one for each; a report's origins are those of its claims,
and with `use_cites` those that it cites.

Whose word a claim is, by the first of these that answers:

1. `who` names somebody (`voices.py`): theirs.
2. It retells without a name, and the report names one source elsewhere (in other claims that it retells; with
   `use_cites` in what it cites), the state not counted: that one's.
3. The report's own root: of a copy, that of the eldest copy; of a forwarded post, the channel's that it came from; of
   what nobody captured itself, that of the pages through which it was seen; of a page of the watched state, the
   state's; of outlets with one owner (`Source.group`), the owner's; of a private person's post, that post; otherwise
   the medium's.

Being about the same thing in other words (`same-as`) makes no origin: two witnesses of one thing are two.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from tocsin.watch.likeness.clusters import clusters
from tocsin.watch.likeness.voices import Voices, medium, voices
from tocsin.watch.model import Claim, Report
from tocsin.watch.standing import Standing

__all__ = ["Belonging", "Origin", "claim_origins", "origins"]

_LATE: Final = 1 << 62


@dataclass(frozen=True, slots=True, order=True)
class Belonging:
    """Why a report belongs to an origin.

    Attributes:
        report: Its id.
        because: who, names-one, cites, copy-of, forwarded, seen-via, state, owner, medium, itself.
        trace: What that rests on: ids of claims or reports, or the words of the source.
    """

    report: str
    because: str
    trace: str


@dataclass(frozen=True, slots=True)
class Origin:
    """Whose word it is, and all that go back to it.

    Attributes:
        id: Name of the root, such as "Suspilne", or the id of a report that is its own root.
        members: Ids of the reports, sorted.
        why: Each reason of each member, sorted.
    """

    id: str
    members: tuple[str, ...]
    why: tuple[Belonging, ...]

    def as_json(self) -> dict[str, Any]:
        """As it is shown."""
        why = [{"report": one.report, "because": one.because, "trace": one.trace} for one in self.why]
        return {"id": self.id, "members": list(self.members), "why": why}


@dataclass(frozen=True, slots=True)
class _Case:
    """What is asked again and again."""

    standing: Standing
    names: Voices
    claims: Mapping[str, tuple[Claim, ...]]
    eldest: Mapping[str, str]
    use_cites: bool


def origins(standing: Standing, *, use_cites: bool = True, country: str = "by") -> dict[str, tuple[Origin, ...]]:
    """Group reports by whose word they carry.

    Args:
        standing: What holds.
        use_cites: Whether what a report cites counts; without, only words, speakers, links and owners do.
        country: Which state is watched.

    Returns:
        For each standing report, its origins, by id of the origin.
    """
    case = _case(standing, use_cites=use_cites, country=country)
    why: dict[str, set[Belonging]] = {}
    for report in standing.reports.values():
        for root, because, trace in _roots(case, report):
            why.setdefault(root, set()).add(Belonging(report.id, because, trace))
    made = [
        Origin(root, tuple(sorted({one.report for one in found})), tuple(sorted(found)))
        for root, found in sorted(why.items())
    ]
    return {name: tuple(one for one in made if name in one.members) for name in sorted(standing.reports)}


def claim_origins(standing: Standing, *, use_cites: bool = True, country: str = "by") -> dict[str, str]:
    """Whose word each claim is: what counts as one voice when claims are counted.

    Args:
        standing, use_cites, country: As of `origins`.

    Returns:
        Id of each standing claim → id of its origin.
    """
    case = _case(standing, use_cites=use_cites, country=country)
    return {
        claim.id: _of_claim(case, standing.reports[claim.report], claim)[0]
        for _, claim in sorted(standing.claims.items())
    }


def _case(standing: Standing, *, use_cites: bool, country: str) -> _Case:
    claims: dict[str, list[Claim]] = {}
    for claim in sorted(standing.claims.values(), key=lambda one: (one.report, one.number)):
        claims.setdefault(claim.report, []).append(claim)
    copies = clusters(standing.reports, standing.links, kinds=("copy-of",))
    eldest = {one: min(group, key=lambda each: _age(standing.reports[each])) for group in copies for one in group}
    names = voices(standing.reports.values(), standing.claims.values(), country)
    return _Case(standing, names, {report: tuple(found) for report, found in claims.items()}, eldest, use_cites)


def _age(report: Report) -> tuple[int, str]:
    least, most = report.published.least, report.published.most
    return least if least is not None else most if most is not None else _LATE, report.id


def _roots(case: _Case, report: Report) -> Iterable[tuple[str, str, str]]:
    """All roots of a report: root, reason, trace."""
    found = [_of_claim(case, report, claim) for claim in case.claims.get(report.id, ())]
    if case.use_cites:
        found += _cited(case, report)
    return found or [_own_root(case, report)]


def _of_claim(case: _Case, report: Report, claim: Claim) -> tuple[str, str, str]:
    name = case.names.name(claim.who)
    if name and name != medium(report.publisher):
        return name, "who", claim.id
    if claim.stance == "retells" and not name:
        told = {case.names.name(one.who) for one in case.claims[report.id] if one.stance == "retells"} - {""}
        if case.use_cites:
            told |= {root for root, _, _ in _cited(case, report)}
        told -= {case.names.state, medium(report.publisher)}
        if len(told) == 1:
            return told.pop(), "names-one", claim.id
    return _own_root(case, report)


def _cited(case: _Case, report: Report) -> list[tuple[str, str, str]]:
    """Roots of what a report cites: names, or own roots of reports."""
    found = []
    for told in report.cites:
        other = case.standing.reports.get(told)
        if other is None:
            name = case.names.name(told)
            found += [(name, "cites", told)] if name else []
        elif other.id != report.id and not other.seen_via:
            said = {_direct(case, other, claim) for claim in case.claims.get(other.id, ())} or {_direct(case, other)}
            found += [(root, "cites", told) for root in sorted(said)]
    return found


def _direct(case: _Case, report: Report, claim: Claim | None = None) -> str:
    """Whose word it is by its own speaker or medium, asking no other report."""
    name = case.names.name(claim.who) if claim is not None else ""
    return name or _plain_root(case, report)[0]


def _own_root(case: _Case, report: Report) -> tuple[str, str, str]:
    eldest = case.eldest[report.id]
    if eldest != report.id:
        return (_plain_root(case, case.standing.reports[eldest])[0], "copy-of", eldest)
    seen = [one for one in report.seen_via if one in case.standing.reports]
    if seen:
        return _seen_root(case, report, seen)
    return _plain_root(case, report)


def _seen_root(case: _Case, report: Report, seen: list[str]) -> tuple[str, str, str]:
    """The root that most of the pages name through which it was seen; of equal ones the first by name.

    Nobody captured the thing itself: it is known only as those pages tell it, and must not count beside them.
    """
    count: Counter[str] = Counter()
    for page in seen:
        other = case.standing.reports[page]
        named = {case.names.name(claim.who) for claim in case.claims.get(page, ())}
        if case.use_cites:
            named |= {case.names.name(told) for told in other.cites if told not in case.standing.reports}
        count.update(named - {"", case.names.state} or {_plain_root(case, other)[0]})
    most = min(count, key=lambda name: (-count[name], name))
    return most, "seen-via", ", ".join(sorted(seen))


def _plain_root(case: _Case, report: Report) -> tuple[str, str, str]:
    if report.forwarded:
        return medium(report.forwarded), "forwarded", report.forwarded
    source = case.standing.sources[report.publisher]
    if source.group:
        return source.group, "owner", report.publisher
    if source.owner == "state":
        return case.names.state, "state", report.publisher
    if report.owner == "private-person" or not report.publisher:
        return report.id, "itself", report.id
    return medium(report.publisher), "medium", report.publisher

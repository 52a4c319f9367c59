"""What a report goes back to by itself: the eldest copy, a forwarded channel, who saw it, an owner, or its medium.

Of a copy it is the root of the eldest copy; of a forwarded post the channel that it came from; of what nobody captured
itself, that of the pages through which it was seen; of outlets with one owner (`Source.group`) the owner; of a page of
the watched state the state; of a private person's post that post; otherwise the medium.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tocsin.watch.likeness.clusters import clusters
from tocsin.watch.likeness.media import medium
from tocsin.watch.likeness.voices import Voices, voices
from tocsin.watch.model import Claim, Report
from tocsin.watch.standing import Standing

__all__ = ["Case", "Root", "case_of", "cited", "only_source", "own_root"]

Root = tuple[str, str, str]
"""Root, why (as in `Belonging`), and what that rests on."""


@dataclass(frozen=True, slots=True)
class Case:
    """What is asked again and again.

    Attributes:
        standing: What holds.
        names: Whose word it is.
        claims: Report → its claims, by number.
        eldest: Report → its eldest confirmed copy, or itself.
        use_cites: Whether what a report cites counts.
    """

    standing: Standing
    names: Voices
    claims: Mapping[str, tuple[Claim, ...]]
    eldest: Mapping[str, str]
    use_cites: bool


def case_of(standing: Standing, *, use_cites: bool, country: str) -> Case:
    """Prepare what all roots of a store are worked out from."""
    claims: dict[str, list[Claim]] = {}
    for claim in sorted(standing.claims.values(), key=lambda one: (one.report, one.number)):
        claims.setdefault(claim.report, []).append(claim)
    copies = clusters(standing.reports, standing.links, kinds=("copy-of",))
    eldest = {one: min(group, key=lambda each: standing.reports[each].elder_key) for group in copies for one in group}
    names = voices(standing.reports.values(), standing.claims.values(), country)
    return Case(standing, names, {report: tuple(found) for report, found in claims.items()}, eldest, use_cites)


def cited(case: Case, report: Report) -> list[Root]:
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


def only_source(case: Case, report: Report) -> str:
    """The one source that a report names, in claims that it retells or in what it cites, the state not counted."""
    told = {case.names.name(one.who) for one in case.claims.get(report.id, ()) if one.stance == "retells"} - {""}
    if case.use_cites:
        told |= {root for root, _, _ in cited(case, report)}
    told -= {case.names.state, medium(report.publisher)}
    return told.pop() if len(told) == 1 else ""


def _direct(case: Case, report: Report, claim: Claim | None = None) -> str:
    """Whose word it is by its own speaker or medium, asking no other report."""
    name = case.names.name(claim.who) if claim is not None else ""
    return name or _plain_root(case, report)[0]


def own_root(case: Case, report: Report) -> Root:
    """What a report goes back to by itself."""
    eldest = case.eldest[report.id]
    if eldest != report.id:
        return (_plain_root(case, case.standing.reports[eldest])[0], "copy-of", eldest)
    seen = [one for one in report.seen_via if one in case.standing.reports]
    return _seen_root(case, seen) if seen else _plain_root(case, report)


def _seen_root(case: Case, seen: Iterable[str]) -> Root:
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


def _plain_root(case: Case, report: Report) -> Root:
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

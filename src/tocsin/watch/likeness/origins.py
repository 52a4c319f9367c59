"""Origin groups of reports: whose words a page carries, each with its reason, for the desk and the bench.

A report may carry the words of several: a page that retells Suspilne and quotes the ministry belongs to both. So what
is *counted* is the origin of a claim (`claim_origins.py`), one for each. A report belongs to whoever brought it its
claims, to what it cites (with `use_cites`), and to what it goes back to by itself (`roots.py`) where nobody else is
named.
Only in one thing do the two differ: "Lukashenko via Forbes" came by Forbes and is Lukashenko's word.

Being about the same thing in other words (`same-as`) makes no origin: two witnesses of one thing are two.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from tocsin.watch.likeness.media import medium
from tocsin.watch.likeness.roots import Case, Root, case_of, cited, only_source, own_root
from tocsin.watch.model import Claim, Report
from tocsin.watch.standing import Standing

__all__ = ["Belonging", "Origin", "origins"]


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


def origins(standing: Standing, *, use_cites: bool = True, country: str = "by") -> dict[str, tuple[Origin, ...]]:
    """Group reports by whose word they carry.

    Args:
        standing: What holds.
        use_cites: Whether what a report cites counts; without, only words, speakers, links and owners do.
        country: Which state is watched.

    Returns:
        For each standing report, its origins, by id of the origin.
    """
    case = case_of(standing, use_cites=use_cites, country=country)
    why: dict[str, set[Belonging]] = {}
    for report in standing.reports.values():
        for root, because, trace in _roots(case, report):
            why.setdefault(root, set()).add(Belonging(report.id, because, trace))
    of_report: dict[str, list[Origin]] = {name: [] for name in sorted(standing.reports)}
    for root, found in sorted(why.items()):
        made = Origin(root, tuple(sorted({one.report for one in found})), tuple(sorted(found)))
        for name in made.members:
            of_report[name].append(made)
    return {name: tuple(found) for name, found in of_report.items()}


def _roots(case: Case, report: Report) -> Iterable[Root]:
    """All roots of a report."""
    found = [_brought(case, report, claim) for claim in case.claims.get(report.id, ())]
    if case.use_cites:
        found += cited(case, report)
    return found or [own_root(case, report)]


def _brought(case: Case, report: Report, claim: Claim) -> Root:
    """Who brought a claim of a report."""
    name = case.names.name(claim.who)
    if name and name != medium(report.publisher):
        return name, "who", claim.id
    source = only_source(case, report) if claim.stance == "retells" and not name else ""
    return (source, "names-one", claim.id) if source else own_root(case, report)

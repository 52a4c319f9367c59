"""From an item back to the reports: each claim and statement that it traces to, as it may be shown.

Everything here is masked, so that pages and terminals can print it as it stands: what somebody unmasked for a reason is
masked here, too. Only the reports behind the items are looked at, and not all of the folder.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from tocsin.assess.model import Evidence
from tocsin.watch.desk import Desk
from tocsin.watch.masking import masked_title, shown
from tocsin.watch.model import Bounds, Claim, Report, Sighting
from tocsin.watch.times import iso

__all__ = ["Trace", "Traced", "trace"]


@dataclass(frozen=True, slots=True)
class Trace:
    """A claim, a statement on forces, or a report that is named by itself, behind an item.

    Attributes:
        id: Its id.
        report: Id of its report; "" of a statement on forces.
        publisher: Who published it.
        title: Title of the report, masked.
        published: When, as far as is known.
        address: Where it stands.
        what: What it says, in one sentence, masked; "" of a report.
        stance: asserts, denies or retells; a statement on forces asserts; "" of a report.
        group: The origin group with which it counts; "" = it does not count.
        grade: Grade of that group, or "".
        stands: Whether it still stands in the folder.
    """

    id: str
    report: str
    publisher: str
    title: str
    published: Bounds
    address: str
    what: str
    stance: str
    group: str = ""
    grade: str = ""
    stands: bool = True

    def as_json(self) -> dict[str, Any]:
        """For programs; times as ISO 8601."""
        plain = {name: getattr(self, name) for name in self.__slots__}
        return plain | {"published": [iso(self.published.least), iso(self.published.most)]}


@dataclass(frozen=True, slots=True)
class Traced:
    """All that an item traces to.

    Attributes:
        item: Id of the item.
        rows: Its claims and statements, and reports of which it names no claim; those that count first, then by id.
        others: Ids of incidents and rules of law.
    """

    item: str
    rows: tuple[Trace, ...] = ()
    others: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {
            "item": self.item,
            "rows": [one.as_json() for one in self.rows],
            "others": list(self.others),
        }


def trace(evidence: Iterable[Evidence], desk: Desk) -> tuple[Traced, ...]:
    """Follow each item back to its reports.

    Args:
        evidence: Items as bound.
        desk: The folder that they were bound to.

    Returns:
        One for each item, in their order.
    """
    gone = {one.id: one for one in desk.store.sightings() if one.id in desk.standing.retracted}
    return tuple(_traced(one, desk, gone) for one in evidence)


def _traced(one: Evidence, desk: Desk, gone: dict[str, Sighting]) -> Traced:
    groups = {name: (mine.group, mine.grade) for mine in one.witnesses for name in mine.claims}
    claims, sightings, reports = desk.standing.claims_in, desk.standing.sightings, desk.standing.reports_in
    told = {claims[name].report for name in one.traces if name in claims}
    rows, others = list[Trace](), list[str]()
    for name in one.traces:
        group = groups.get(name, ("", ""))
        if name in claims:
            rows.append(_claim(claims[name], desk, group))
        elif name in sightings:
            rows.append(_sighting(sightings[name], group))
        elif name in gone:
            rows.append(Trace(name, "", "", "", gone[name].published, "", "retracted", "asserts", stands=False))
        elif name not in reports:
            others.append(name)
        elif name not in told:
            rows.append(_shown(name, name, "", "", desk, ("", ""), stands=name in desk.standing.reports))
    rows.sort(key=lambda row: (not row.group, row.id))
    return Traced(one.item.id, tuple(rows), tuple(others))


def _claim(one: Claim, desk: Desk, group: tuple[str, str]) -> Trace:
    here = desk.standing.claims.get(one.id)
    now = one if here is None else here
    return _shown(one.id, one.report, now.what, now.stance, desk, group, stands=here is not None)


def _shown(
    name: str, report_id: str, what: str, stance: str, desk: Desk, group: tuple[str, str], *, stands: bool
) -> Trace:
    """What stands in a report, with the report as it may be shown."""
    report: Report = desk.standing.reports_in[report_id]
    found = desk.store.suggestions([report.id]) if report.title else []
    title = shown(masked_title(report, found, ()).text) if report.title else ""
    return Trace(
        name, report.id, shown(report.publisher), title, report.published, report.address, what, stance, *group,
        stands=stands,
    )  # fmt: skip


def _sighting(one: Sighting, group: tuple[str, str]) -> Trace:
    return Trace(one.id, "", one.publisher, "", one.published, one.address, one.what, "asserts", *group)

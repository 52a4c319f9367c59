"""From an item back to the reports: each claim and statement that it traces to, as it may be shown.

Everything here comes from the masked views of the desk, so that pages and terminals can print it as it stands.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from tocsin.assess.model import Evidence
from tocsin.watch.desk import Desk
from tocsin.watch.model import Bounds, Claim, Report, Sighting
from tocsin.watch.times import iso

__all__ = ["Trace", "Traced", "trace"]


@dataclass(frozen=True, slots=True)
class Trace:
    """A claim or a statement on forces behind an item.

    Attributes:
        id: Its id.
        report: Id of its report; "" of a statement on forces.
        publisher: Who published it.
        title: Title of the report, masked.
        published: When, as far as is known.
        address: Where it stands.
        what: What it says, in one sentence, masked.
        stance: asserts, denies or retells; a statement on forces asserts.
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
        rows: Its claims and statements, those that count first, then by id.
        reports: Ids of reports that it names without a claim.
        others: Ids of incidents and rules of law.
    """

    item: str
    rows: tuple[Trace, ...] = ()
    reports: tuple[str, ...] = field(default=())
    others: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {
            "item": self.item,
            "rows": [one.as_json() for one in self.rows],
            "reports": list(self.reports),
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
    claims, sightings = desk.standing.claims_in, desk.standing.sightings
    rows, reports, others = list[Trace](), list[str](), list[str]()
    for name in one.traces:
        group = groups.get(name, ("", ""))
        if name in claims:
            rows.append(_claim(claims[name], desk, group))
        elif name in sightings:
            rows.append(_sighting(sightings[name], group))
        elif name in gone:
            bare = gone[name]
            rows.append(Trace(name, "", "", "", bare.published, "", "retracted", "asserts", stands=False))
        else:
            (reports if name in desk.standing.reports_in else others).append(name)
    told = {row.report for row in rows}
    rows.sort(key=lambda row: (not row.group, row.id))
    return Traced(one.item.id, tuple(rows), tuple(name for name in reports if name not in told), tuple(others))


def _claim(one: Claim, desk: Desk, group: tuple[str, str]) -> Trace:
    report: Report = desk.reports[one.report]
    here = desk.standing.claims.get(one.id)
    now = one if here is None else here
    return Trace(
        one.id, report.id, report.publisher, report.title, report.published, report.address, now.what, now.stance,
        *group, stands=here is not None,
    )  # fmt: skip


def _sighting(one: Sighting, group: tuple[str, str]) -> Trace:
    return Trace(one.id, "", one.publisher, "", one.published, one.address, one.what, "asserts", *group)

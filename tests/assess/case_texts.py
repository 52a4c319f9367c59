"""A small case as text, changed as a test asks; and small watch folders to bind it to. All of it is synthetic."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from tocsin.assess.case import read_case
from tocsin.assess.model import Case
from tocsin.watch import Bounds, Claim, Link, Report, Sighting, Store
from tocsin.watch.desk import Desk

DAY_MS = 86_400_000
FEB_16 = 1_771_200_000_000
"""2026-02-16T00:00Z."""

HEAD = """# A remark that must stay.
[case]
name = "small"
question = "Is it a check?"   # asked by many
law = "by"
as_of = 2026-03-09
written = 2026-11-26
draws = 2000
seed = 7

[[hypothesis]]
id = "check"
name = "A check"
says = "It is a check."
expects = ["They go home."]

[[hypothesis]]
id = "war"
name = "A war"
says = "It is a war."

[prior]
basis = "Judged for a test."
[prior.judged]
check = 3.0
war = 1.0

[[grade]]
publisher = "Herald"
letter = "B"
reason = "It corrects itself."

[[grade]]
owner = "state"
letter = "D"
reason = "It is a side."

"""
NOTICE = """[[evidence]]
id = "notice"
says = "They had hours."
sort = "event"
claims = ["a#1"]
likelihood = { check = "likely", war = [0.8, 0.95] }  # judged in a hurry
why = "Both are quick."

"""
TAIL = """# What to look for next.
[[watch_for]]
id = "home"
says = "They go home."
where = "Their towns."
by = 2026-04-18
sides = ["end/finished"]
likelihood = { check = "very likely", war = "unlikely" }
"""
WHOLE = HEAD + NOTICE + TAIL


def item(name: str, sort: str, more: str = "", claims: str = "") -> str:
    """One piece of evidence as text."""
    named = f"claims = {claims}\n" if claims else ""
    judged = 'likelihood = { check = "likely", war = "unlikely" }\n'
    return f'[[evidence]]\nid = "{name}"\nsays = "Something."\nsort = "{sort}"\n{named}{judged}{more}\n'


def case(*items: str, head: str = HEAD) -> Case:
    """A case of some items."""
    return read_case(head + "\n".join(items), folder=None, file="small.toml")


def report(name: str, day: int | None = 0, publisher: str = "Herald", **more: Any) -> Report:
    """A report of a day from 16 February 2026; None = nobody knows which."""
    at = Bounds() if day is None else Bounds(FEB_16 + day * DAY_MS, FEB_16 + (day + 1) * DAY_MS - 1)
    given = {
        "route": "coded", "owner": "independent", "level": "outlet", "language": "en", "captured": FEB_16 + 300 * DAY_MS
    }  # fmt: skip
    return Report(
        name, name, address=f"https://example.org/{name}", publisher=publisher, published=at, **(given | more)
    )  # fmt: skip


def claim(name: str, number: int = 1, topic: str = "notice-time", **more: Any) -> Claim:
    """A claim of a report."""
    given = {"what": "Summonses gave hours, not days, a reader says.", "stance": "asserts"} | more
    return Claim(f"{name}#{number}", name, number, given.pop("stance"), topic, **given)


def sighting(name: str, day: int, least: int | None, most: int | None, **more: Any) -> Sighting:
    """A count of Russian soldiers in the country."""
    at = Bounds(FEB_16 + day * DAY_MS, FEB_16 + (day + 1) * DAY_MS - 1)
    given: dict[str, Any] = {"publisher": "Herald", "unit": "person", "scope": "national", "place": "Belarus (country)"}
    told = given | more
    return Sighting(
        name, f"https://example.org/{name}", told["publisher"], "analysis", "neutral", at, at, "Russia", told["place"],
        "troops", told["unit"], "stock", "observed", told["scope"], Bounds(least, most), "Soldiers stand there.",
    )  # fmt: skip


def desk(
    folder: Path,
    reports: Sequence[Report] = (),
    claims: Iterable[Claim] = (),
    sightings: Iterable[Sighting] = (),
    links: Iterable[Link] = (),
) -> Desk:
    """A watch folder that holds some rows; claims are those of the reports."""
    store = Store.open(folder, create=True)
    mine = list(claims)
    store.add([(one, [each for each in mine if each.report == one.id]) for one in reports])
    store.add_sightings(list(sightings))
    store.put_links(list(links))
    return Desk(store)

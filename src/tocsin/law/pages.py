"""The packs as pages for lawyers: `python -m tocsin.law.pages docs/packs` writes one for each country.

A test compares the pages that are committed with these, so that they cannot lie.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tocsin.law.load import Law, bundled_packs, law
from tocsin.law.pack import NOT_FOUND, STATUSES, Cite, Counting, Rule

__all__ = ["law_page", "law_pages"]

_SELECTS: Final = {"served": "service", "report": "reporting", "ordered": "the order"}
_UNITS: Final = {
    "day": "days by the calendar",
    "full-day": "full days of 24 hours by the clock on the wall",
    "hour": "hours that pass",
    "working-day": "working days, from the table below",
    "month": "months by the calendar",
}
_EDGES: Final = {True: "does not count", False: "counts", NOT_FOUND: "counts or not: not found"}


def law_pages() -> dict[str, str]:
    """The page of each bundled pack, by country."""
    return {country: law_page(law(country)) for country in bundled_packs()}


def law_page(law: Law) -> str:
    """Write the page of a pack, in Markdown: each rule with its source, its dates, its conditions and its cases."""
    pack = law.pack
    parts = [
        f"# {pack.title}\n",
        f"Generated from `src/tocsin/law/packs/{law.name}` by `python -m tocsin.law.pages docs/packs`; do not edit. "
        "How to read it is told in [packs of rules](../laws.md).\n",
        *([f"{pack.note}\n"] if pack.note else []),
        f"{_standing(law)}\n",
        "\n".join(_service(law)),
        *(["\n## Counted by the pack\n", "\n".join(_counts(law))] if pack.counts else []),
        "\n## Rules",
        *(_rule(law, identity) for identity in law.rules),
        *(["\n## Found, and no test of a summons\n", "\n".join(_no_tests(law))] if pack.no_test else []),
        "\n## Not found\n",
        "\n".join(f"- **{one.what}.**{f' {one.note}' if one.note else ''}" for one in pack.not_found),
        "\n## Days off\n",
        "\n".join(_days_off(law)),
    ]
    return "\n".join(parts) + "\n"


def _standing(law: Law) -> str:
    pack = law.pack
    statuses = Counter(rule.cite.status for rule in pack.rules)
    told = ", ".join(f"{statuses[status]} {status}" for status in STATUSES if statuses[status])
    signed = f"{pack.signed_by} answers for it" if pack.signed_by else "No lawyer has signed it"
    return (
        f"Version {pack.version}. {signed}. Versions of rules: {told}. Days are counted in the time zone "
        f"{pack.time_zone}; who was born on 29 February is a year older on {pack.leap_day}."
    )


def _service(law: Law) -> Iterator[str]:
    pack = law.pack
    yield "## What counts as service\n"
    listed = ", ".join(pack.service).replace("_", " ") or "nothing: the channels were not found"
    yield f"- {listed[:1].upper()}{listed[1:]}. {_cited(pack.service_cite)}"
    for one in pack.service_for:
        yield f"- For {', '.join(one.kinds)}: {', '.join(one.channels).replace('_', ' ')}. {_cited(one.cite)}"


def _counts(law: Law) -> Iterator[str]:
    for one in law.pack.counts:
        yield f"- `{one.name}`: {one.meaning}"


def _rule(law: Law, identity: str) -> str:
    versions = [one.rule for one in law.rules[identity]]
    return "\n".join([f"\n### {identity}", *("\n".join(_version(rule)) for rule in versions)])


def _version(rule: Rule) -> Iterator[str]:
    yield f"\n**{rule.title}.** {rule.say}\n"
    yield f"- Source: {_cited(rule.cite)}"
    yield f"- In force: {_in_force(rule)}.{_after(rule.in_force.note)}"
    yield f"- Applies: {'always.' if rule.applies_if == 'True' else f'`{rule.applies_if}`'}"
    if rule.unless is not None:
        yield f"- Unless: `{rule.unless}`"
    if rule.require is not None:
        yield f"- Demands: `{rule.require}`"
    else:
        yield f"- {'Ground' if rule.effect == 'ask-why' else 'Exempt'}: `{rule.exempt_if}`"
    if rule.count is not None:
        yield f"- Counting: {_counting(rule.count)}"
    if rule.overrides:
        yield f"- Goes before: {', '.join(f'`{other}`' for other in rule.overrides)}"
    yield f"- {_effect(rule)}"
    yield "- Cases:"
    for case in rule.cases:
        yield f"    - {case.name} *{case.verdict[:1].upper()}{case.verdict[1:]}.*"


def _effect(rule: Rule) -> str:
    if rule.effect == "ask-why":
        return "A matter of discretion: never a breach, only *ask why*."
    said = rule.effect if rule.cite.status == "confirmed" else f"possible {rule.effect}, for the law is not verified"
    whose = " It is the person's duty, and says nothing of the summons." if rule.binds == "person" else ""
    return f"Where it is not kept: {said}.{whose}"


def _in_force(rule: Rule) -> str:
    held, by = rule.in_force, f"by the day of {_SELECTS[rule.selected_by]}"
    if held.from_ is None and held.until is None:
        return "no dates were found"
    start = "long before" if held.from_ is None else f"{held.from_}"
    return f"from {start} to {held.until}, {by}" if held.until is not None else f"from {start} on, {by}"


def _counting(count: Counting) -> str:
    text = _UNITS[count.unit]
    if count.unit in ("day", "working-day", "month"):
        text += f"; the first day {_EDGES[count.exclude_first]}, the last day {_EDGES[count.exclude_last]}"
    if count.roll != "none":
        text += "; a limit that ends on a day off moves to the next working day"
    return f"{text}.{_after(count.note)}"


def _cited(cite: Cite) -> str:
    where = "article not found" if cite.article == NOT_FOUND else cite.article
    place = f" ({cite.url})" if cite.url else ""
    return f"{cite.act}, {where}{place}: **{cite.status}**, looked at on {cite.checked_on}.{_after(cite.note)}"


def _after(note: str) -> str:
    if not note:
        return ""
    return f" {note}" if note.endswith((".", ")")) else f" {note}."


def _no_tests(law: Law) -> Iterator[str]:
    for one in law.pack.no_test:
        yield f"- {one.what} {_cited(one.cite)}"


def _days_off(law: Law) -> Iterator[str]:
    calendar = law.pack.calendar
    if calendar is None:
        yield "The pack has no table of days off, so that no working days are counted."
    elif calendar.needs:
        yield f"Days off depend on the {calendar.needs}; without a table for it no working days are counted."
    else:
        for year in sorted(calendar.years, key=lambda one: one.year):
            off = ", ".join(f"{day.day} {day:%B}" for day in year.days_off) or "none"
            off = "suspended" if year.suspended else off
            works = ", ".join(f"{day.day} {day:%B}" for day in year.working)
            moved = f" Working days in their place: {works}." if works else ""
            yield f"- **{year.year}**: {off}.{moved} Source: {year.source}."


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    for country, page in law_pages().items():
        (target / f"{country}.md").write_text(page, encoding="utf-8")

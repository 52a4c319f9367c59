"""Audits, rules and facts as tables in a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.table import Table

from tocsin.law.audit import OVERALL
from tocsin.law.explain import Finding, article, words
from tocsin.law.facts import FACTS
from tocsin.law.load import Law
from tocsin.law.pack import VERDICTS
from tocsin.law.results import Audit

__all__ = ["show_audit", "show_facts", "show_findings", "show_law", "show_packs"]

STATUS_WORDS = {
    "confirmed": "the act's text was read",
    "secondary": "told by others only",
    "unverified": "not found in a text of law",
}


def show_audit(found: Audit) -> None:
    """Print how often each rule gave each verdict, what is said of the summonses as a whole, and what is not known."""
    law, console = found.law, _console()
    console.print(f"{law.pack.title}, pack of {law.pack.version}: {found.summonses:,} summonses\n")
    table = _table("rule", *(verdict.replace(" ", "\n") for verdict in VERDICTS))
    for identity, versions in law.rules.items():
        for k, one in enumerate(versions):
            counts = [found.verdicts[identity, k, verdict] for verdict in VERDICTS]
            if len(versions) > 1 and not sum(counts):
                continue
            title = f"{one.rule.title} ({identity}, {one.rule.cite.status})"
            table.add_row(title, *(f"{count:,}" if count else "–" for count in counts))
    console.print(table)
    console.print()
    whole = _table("all rules together", "summonses", "share")
    for word in OVERALL:
        count = found.overall[word]
        if count:
            whole.add_row(word, f"{count:,}", f"{count / found.summonses:.1%}")
    console.print(whole)
    _show_gaps(found, console)
    if any(one.rule.cite.status != "confirmed" for versions in law.rules.values() for one in versions):
        console.print(
            "\nA rule whose source is not confirmed neither accuses nor clears: its breach is a possible breach, "
            "and its lawful is possibly lawful."
        )


def _show_gaps(found: Audit, console: Console) -> None:
    if found.unknown:
        console.print("\nWhat is not known, where a rule cannot tell:")
        by_rule: dict[str, list[str]] = {}
        for (rule, fact), count in found.unknown.most_common():
            by_rule.setdefault(rule, []).append(f"{fact} of {count:,}")
        for rule, facts in by_rule.items():
            console.print(f"  {rule}: {', '.join(facts)}")
    if found.late:
        console.print(
            f"\n{found.late:,} summonses have a report time before the earliest that keeps every notice "
            "(column earliest_report of the file that -o writes)."
        )


def show_findings(found: Sequence[Finding], overall: str) -> None:
    """Print what each rule says of one summons, the gravest first; rules that are no concern of it in one line.

    Args:
        found: The findings.
        overall: What is said of the summons, all rules together.
    """
    console = _console()
    console.print(f"All rules together: {overall}\n")
    order = {verdict: place for place, verdict in enumerate(("breach", "cannot tell", "lawful"))}
    said = [one for one in found if one.verdict in order]
    for one in sorted(said, key=lambda one: order[one.verdict]):
        console.print(f"{one.title} ({one.rule}): {one.words}", style="bold")
        console.print(f"  {one.sentence.partition('. ')[2]}")
        console.print(f"  {one.article} ({one.law_status}: {STATUS_WORDS[one.law_status]})\n")
    rest = [one.rule for one in found if one.verdict not in order]
    if rest:
        console.print(f"Not applicable: {', '.join(rest)}")


def show_packs(packs: Mapping[str, Law]) -> None:
    """Print every rule of every pack: title, days in force, how well it was verified."""
    console = _console()
    for country, law in packs.items():
        signed = law.pack.signed_by or "no lawyer yet"
        console.print(f"{country}  {law.pack.title} (pack of {law.pack.version}; signed by {signed})", style="bold")
        table = _table("rule", "in force", "source", "says")
        for identity, versions in law.rules.items():
            for one in versions:
                table.add_row(identity, _in_force(one.rule.in_force), one.rule.cite.status, one.rule.title)
        console.print(table)
        console.print()


def show_law(law: Law) -> None:
    """Print the rules of one pack in full, and what was looked for and not found."""
    console = _console()
    console.print(f"{law.pack.title} (pack of {law.pack.version}, digest {law.digest[:12]})\n", style="bold")
    for identity, versions in law.rules.items():
        for one in versions:
            rule = one.rule
            console.print(f"{identity}: {rule.title}", style="bold")
            console.print(f"  {rule.say}")
            console.print(
                f"  {article(rule)}; {rule.cite.status}, looked at on {rule.cite.checked_on}; {rule.cite.url}"
            )
            console.print(f"  in force {_in_force(rule.in_force)}, by the day of {rule.selected_by}; a failure is: "
                          f"{words('breach' if rule.effect != 'ask-why' else 'cannot tell', rule)}\n")  # fmt: skip
    for missing in law.pack.not_found:
        console.print(f"Not found: {missing.what}. {missing.note}")


def show_facts(law: Law | None) -> None:
    """Print the facts that a pack reads, or all of them."""
    table = _table("fact", "written as", "meaning")
    for fact in FACTS:
        if law is None or fact.name in law.reads:
            sort = "one of " + ", ".join(fact.words) if fact.words else fact.sort
            table.add_row(fact.name, sort, fact.meaning)
    for count in law.counts.values() if law is not None else ():
        if count.name not in {fact.name for fact in FACTS}:
            table.add_row(count.name, "count", count.meaning)
    _console().print(table)


def _in_force(held: object) -> str:
    first, last = getattr(held, "from_", None), getattr(held, "until", None)
    if first is None and last is None:
        return "no dates found"
    return f"{first or '…'} to {last or 'today'}"


def _console() -> Console:
    return Console(highlight=False, soft_wrap=False)


def _table(*titles: str) -> Table:
    table = Table(box=None, pad_edge=False)
    numbers = {*(verdict.replace(" ", "\n") for verdict in VERDICTS), "summonses", "share"}
    for title in titles:
        number = title in numbers
        table.add_column(
            title, justify="right" if number else "left", no_wrap=number or title == "fact", overflow="fold"
        )
    return table

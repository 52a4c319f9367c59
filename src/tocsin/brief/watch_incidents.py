"""Incidents in a terminal: what is said to have happened, and how one story travelled."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from rich.markup import escape
from rich.table import Table

from tocsin.brief.watch_inbox import console, main_year, table
from tocsin.brief.watch_words import count_words, lag_words, many, origin_names, origins_words, some_ids, time_words
from tocsin.watch.desk import Desk
from tocsin.watch.ledger.chain import Chain, Step
from tocsin.watch.ledger.incidents import Incident
from tocsin.watch.ledger.questions import NOT_FOUND

__all__ = ["show_chain", "show_incident", "show_incidents"]

_MOST_IDS = 3
_INTERVAL: Final = (
    "A day means some hour of that day. From one day to another means a moment between them, nobody knows which: not "
    "before what the post tells of, not after the first page that shows it."
)


def show_incidents(desk: Desk) -> None:
    """Print all incidents, by the time that they are about."""
    year = main_year(desk)
    told = f"{many(len(desk.incidents), 'incident')} of {many(len(desk.standing.claims), 'claim')}"
    days = f"; days of {year}" if year else ""
    shown = table(
        f"What is said to have happened: {told}{days}",
        "when",
        "what",
        "origins",
        "how many",
        ids="incident",
        wide="what",
    )
    for one in desk.incidents:
        counts = "; ".join(
            count_words(amount.count, amount.unit) + ("" if amount.agree else " (they differ)") for amount in one.counts
        )
        title = one.title + (f" – denied: {', '.join(one.denied)}" if one.denied else "")
        shown.add_row(
            time_words(one.when, desk.zone, year), escape(title), origins_words(one.independent), counts or "–", one.id
        )
    console().print(shown)
    console().print("\nOrigins: how many independent ones say so, at least and at most; copies count once.")


def show_incident(desk: Desk, incident: Incident, chain: Chain) -> None:
    """Print one incident: its claims, and how it travelled."""
    out, year = console(), main_year(desk)
    out.print(f"[bold]{escape(incident.title)}[/bold]  {incident.id}")
    out.print(f"when: {time_words(incident.when, desk.zone, year)}; where: {escape(incident.place or 'not said')}")
    named = escape(origin_names(incident.origins))
    out.print(f"independent origins: {origins_words(incident.independent)} ({named})")
    shown = table("Who says what", "published", "who", "what", "grade", ids="claim", wide="what")
    for name in incident.claims:
        claim = desk.standing.claims[name]
        report = desk.standing.reports[claim.report]
        when = time_words(report.published, desk.zone, year)
        shown.add_row(
            when, f"{escape(claim.who)} ({claim.stance})", escape(claim.what), desk.standing.grade(claim), name
        )
    out.print()
    out.print(shown)
    show_chain(desk, chain)


def show_chain(desk: Desk, chain: Chain) -> None:
    """Print how a story travelled: steps with their lags, what was not found, and who took from whom."""
    out = console()
    shown = table("How it travelled", "step", "when", "who says what", ids="claim", wide="who says what")
    before = {second.step: first.step for first, second in pairwise(chain.steps)}
    lags = {(one.before, one.after): lag_words(one.hours) for one in chain.lags}
    for one in chain.steps:
        first = before.get(one.step, "")
        lag = f"from “{first}”: {lags[first, one.step]}" if first else ""
        shown.add_row(one.step, time_words(one.at, desk.zone, main_year(desk)), _told(desk, one, lag), one.claim)
    for name in chain.missing:
        shown.add_row(name, "–", NOT_FOUND, "–")
    out.print()
    out.print(shown)
    whole = lags.get(("first seen", "official reply"))
    if whole is not None and before.get("official reply") != "first seen":
        out.print(f"\nFrom “first seen” to “official reply”: {whole}.")
    if any(one.at.known and not one.at.exact for one in chain.steps):
        out.print(f"\n{_INTERVAL}")
    if chain.tree:
        out.print()
        out.print(_tree(chain))


def _told(desk: Desk, step: Step, lag: str) -> str:
    """Who says what in a step, what it tells of, the lag from the step before, and what may have been there before."""
    claim = desk.standing.claims[step.claim]
    about = time_words(claim.when, desk.zone, main_year(desk))
    more = [f"tells of {about}"] if claim.when.known and claim.when != step.at else []
    more += [lag] if lag else []
    more += [f"perhaps {some_ids(step.maybe, _MOST_IDS, ', ')} before it"] if step.maybe else []
    who = f"{claim.who}, in {step.publisher}" if step.publisher and claim.who not in step.publisher else claim.who
    tail = f"\n[dim]{escape('; '.join(more))}[/dim]" if more else ""
    return f"{escape(who)}: {escape(claim.what)}{tail}"


def _tree(chain: Chain) -> Table:
    """Who took it from whom, one line a source."""
    pages: dict[str, list[str]] = {}
    for branch in chain.tree:
        pages.setdefault(branch.told, []).append(branch.page)
    shown = table("Who took it from whom", "taken from", ids="reports")
    for source, mine in sorted(pages.items(), key=lambda one: (-len(one[1]), one[0])):
        shown.add_row(escape(source), " ".join(sorted(mine)))
    return shown

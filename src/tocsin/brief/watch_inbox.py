"""The inbox in a terminal: what came in, one report with what was found in it, and sources as they were judged."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tocsin.brief.watch_words import count_words, many, time_words
from tocsin.watch import Bounds, Report, Suggestion
from tocsin.watch.deciding import NOT_SAID
from tocsin.watch.desk import Desk
from tocsin.watch.times import day_of

__all__ = [
    "by_day",
    "console",
    "main_year",
    "meaning",
    "show_inbox",
    "show_report",
    "show_sources",
    "show_taken",
    "table",
]

_MOST_PROBLEMS = 20
_LONG = 44
"""Most signs of a sentence that only names its topic; the whole of it stands in the text above."""
_NARROW, _NARROWER, _IDS, _MANY, _BROAD = 17, 13, 19, 4, 120
"""Most signs of a column that is no sentence (of few or of many columns) and of ids, so that 80 hold them all; from a
terminal of 120 on, twice as many."""


def console() -> Console:
    """A console that colours nothing by itself."""
    return Console(highlight=False)


def table(title: str, *columns: str, ids: str = "", wide: str = "") -> Table:
    """A calm table; the column of ids comes last and is never cut.

    Args:
        title: What it shows.
        columns: Titles of columns.
        ids: Title of the column of ids; "" = none.
        wide: The column that holds sentences, and keeps room for them.
    """
    made = Table(title=escape(title), title_justify="left", title_style="bold", box=None, pad_edge=False)
    narrow = (_NARROW if len(columns) < _MANY else _NARROWER) * (2 if console().width >= _BROAD else 1)
    for name in columns:
        made.add_column(name, overflow="fold", max_width=None if name == wide else narrow)
    if ids:
        made.add_column(ids, overflow="fold", style="dim", max_width=_IDS)
    return made


def main_year(desk: Desk) -> int | None:
    """The year in which most reports were published: it goes without saying."""
    times = (one.published.most for one in desk.standing.reports.values())
    years = Counter(day_of(ms, desk.zone).year for ms in times if ms is not None)
    return max(years, key=lambda year: (years[year], year), default=None)


def by_day(report: Report) -> tuple[float, str]:
    """Sorts reports by when they were published at the earliest; those of which nobody knows it come last."""
    return math.inf if report.published.least is None else report.published.least, report.id


def show_taken(told: Mapping[str, Any], folder: Path) -> None:
    """Say what became of one source.

    Args:
        told: The source, and the intake's summary as JSON.
        folder: The watch folder.
    """
    counts = (_taken(told, "new"), _taken(told, "known"))
    more = f", {told['skipped']:,} skipped" if told["skipped"] else ""
    print(f"{told['source']}: {counts[0]} new, {counts[1]} known{more}; log and tables in {folder}")
    for remark in told["remarks"]:
        print(f"noticed: {remark}")
    for problem in told["problems"][:_MOST_PROBLEMS]:
        print(f"not taken in: {problem['place']}: {problem['sentence']}")
    if len(told["problems"]) > _MOST_PROBLEMS:
        print(f"… and {len(told['problems']) - _MOST_PROBLEMS:,} more (--json lists all)")


def _taken(told: Mapping[str, Any], how: str) -> str:
    sightings = len(told[f"{how}_sightings"])
    reports = many(len(told[how]), "report")
    return reports + (f" and {many(sightings, 'statement')} on forces" if sightings else "")


def show_inbox(desk: Desk) -> None:
    """Print the reports that stand, by when they were published."""
    holds, year = desk.standing, main_year(desk)
    claims = Counter(one.report for one in holds.claims.values())
    told = f"{many(len(holds.reports), 'report')}, {many(len(holds.claims), 'claim')}" + (
        f"; days of {year}" if year else ""
    )
    shown = table(f"What came in: {told}", "published", "publisher", "who", "lang", "claims", ids="report")
    for one in sorted(holds.reports.values(), key=by_day):
        letter = holds.sources[one.publisher].letter
        who = f"{one.level}, {one.owner}"
        publisher = f"{one.publisher or NOT_SAID} [{letter}]"
        claimed = str(claims[one.id] or "–")
        shown.add_row(time_words(one.published, desk.zone, year), escape(publisher), who, one.language, claimed, one.id)
    console().print(shown)
    gone = sum(one in holds.reports_in for one in holds.retracted)
    console().print(f"\nRetracted: {gone}. Statements on forces: {len(holds.sightings)} (tocsin watch footprint).")
    console().print("The letter says how reliable a source is; F: nobody has judged it.")


def meaning(one: Suggestion, desk: Desk) -> str:
    """What characters mean, in words, with the other readings; what is not known is left out."""
    others = [_reading(one.kind, each, desk) for each in one.alternatives]
    told = [_reading(one.kind, one.value, desk), *dict.fromkeys(others)]
    return "; or ".join(each for each in told if each)


def _reading(kind: str, value: Mapping[str, Any], desk: Desk) -> str:
    """One reading: times and numbers as bounds, a place by name and how exact it is, the rest by name."""
    if kind == "place":
        within = value.get("radius_km")
        exact = "" if within is None else f", within {within:g} km"
        return f"{value.get('name')} ({value.get('sort')}, {value.get('country')}{exact})"
    left, told = dict(value), []
    if {"least", "most"} <= left.keys():
        ends = Bounds(left.pop("least"), left.pop("most"))
        unit = str(left.pop("unit", ""))
        told.append(time_words(ends, desk.zone, main_year(desk)) if kind == "date" else count_words(ends, unit))
    if {"hours_least", "hours_most"} <= left.keys():
        told.append(count_words(Bounds(left.pop("hours_least"), left.pop("hours_most")), "hour"))
    told += [f"{name} {said}" for name, said in sorted(left.items(), reverse=True) if said not in (None, "")]
    return "; ".join(told)


def show_sources(desk: Desk) -> None:
    """Print publishers as they were judged."""
    counts = Counter(one.publisher for one in desk.standing.reports.values())
    shown = table("Who publishes, and how each was judged", "letter", "owner", "group", "reports", ids="source")
    for name, source in sorted(desk.standing.sources.items(), key=lambda one: (-counts[one[0]], one[0])):
        if name in counts:
            shown.add_row(source.letter, source.owner, source.group or "–", str(counts[name]), escape(name or NOT_SAID))
    console().print(shown)


def show_report(desk: Desk, report: Report) -> None:
    """Print one report: its text with private persons masked, what rules found, its claims and links."""
    out, year = console(), main_year(desk)
    words = desk.reports[report.id]
    out.print(f"[bold]{escape(words.title or report.publisher or report.id)}[/bold]")
    who = f", {escape(report.publisher)}" if report.publisher else ""
    out.print(f"{report.id}{who}: {report.level}, {report.owner}, {report.language}")
    basis = "nothing says when" if report.published_basis == "none" else f"known by {report.published_basis}"
    out.print(f"published: {time_words(report.published, desk.zone, year)} ({basis})")
    for name, told in (("address", report.address), ("takes from", "; ".join(words.cites)), ("note", report.note),
                       ("seen through", " ".join(report.seen_via)), ("forwarded from", report.forwarded),
                       ("author", report.author), ("digest", report.digest)):  # fmt: skip
        if told:
            out.print(f"{name}: {escape(told)}", soft_wrap=name in ("address", "digest"))
    for capture in desk.store.captures(report.id):
        at = time_words(Bounds(capture.at, capture.at), desk.zone, year)
        told = f"captured: {at}, {capture.size:,} bytes of {capture.media_type}, SHA-256 {capture.sha256}"
        out.print(escape(told), soft_wrap=True)
    if words.text:
        out.print(f"\n{escape(words.text)}")
    _claims(desk, report, out)
    _suggestions(desk, report, out)
    tied = [one for one in desk.standing.links if report.id in (one.first, one.second)]
    for one in tied:
        out.print(f"{one.kind}: {one.first} ~ {one.second} ({one.state} by {one.by}, {one.score:.2f})")


def _claims(desk: Desk, report: Report, out: Console) -> None:
    mine = [one for one in desk.standing.claims.values() if one.report == report.id]
    if not mine:
        return
    shown = table("What it claims", "stance, topic", "what", "how many", "grade", ids="claim", wide="what")
    for one in sorted(mine, key=lambda one: one.number):
        status = "" if one.status == "confirmed" else f" ({one.status})"
        counted = count_words(one.count, one.unit)
        shown.add_row(f"{one.stance}{status}, {one.topic}", escape(one.what), counted, desk.standing.grade(one), one.id)
    out.print()
    out.print(shown)


def _suggestions(desk: Desk, report: Report, out: Console) -> None:
    found = desk.suggestions(report.id)
    if not found:
        return
    masked = {one.kind for one in found} & {"person", "contact"}
    out.print("\n[bold]What rules found: to confirm, edit or reject[/bold]")
    for one in found:
        words = one.words if len(one.words) <= _LONG else f"{one.words[: _LONG - 2]} …"
        out.print(f"{one.kind}  “{escape(words)}”  {escape(meaning(one, desk))}")
        out.print(f"    {one.id}", style="dim", soft_wrap=True)
    if masked:
        out.print("Private persons and contacts are masked; `tocsin watch decide unmask` shows one, for a reason.")

"""The ledger in a terminal: each question with its sides beside one another, drift, false clashes, and the law."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.markup import escape

from tocsin.brief.watch_inbox import by_day, console, main_year, table
from tocsin.brief.watch_words import count_words, many, origin_names, origins_words, some_ids, time_words
from tocsin.watch import Bounds, Claim
from tocsin.watch.desk import Desk
from tocsin.watch.ledger import Question, Side
from tocsin.watch.ledger.clashes import Clash
from tocsin.watch.ledger.drift import Drift
from tocsin.watch.ledger.legal import LegalFinding
from tocsin.watch.ledger.opposed import Opposed
from tocsin.watch.ledger.questions import NOT_FOUND

__all__ = ["show_claims", "show_clashes", "show_drift", "show_legal", "show_question", "show_questions"]

_MOST_IDS, _MOST_ROWS = 3, 60
"""Ids in a cell that only points on; rows of a list that may be as long as a folder is large."""


def show_questions(questions: Iterable[Question]) -> None:
    """Print all questions: each side, how many claims of how many independent origins, and what answers it."""
    shown = table(
        "What is asked, and who says what",
        "question, side",
        "claims",
        "origins",
        "answered by",
        ids="id",
        wide="question, side",
    )
    for one in questions:
        shown.add_row(f"[bold]{escape(one.title)}[/bold]", "", "", "", f"[bold]{one.id}[/bold]")
        for side in one.sides:
            number = str(len(side.rows)) if side.rows else "–"
            title = f"  {escape(side.title)}"
            shown.add_row(title, number, origins_words(side.independent), escape(_answered(side)), side.id)
    console().print(shown)


def _answered(side: Side) -> str:
    """The first claims that answer a side, or that none was found."""
    if not side.rows or not side.counter:
        return side.answered
    return some_ids(side.counter, _MOST_IDS, ", ")


def show_question(desk: Desk, question: Question) -> None:
    """Print one question with every claim on every side."""
    out, year = console(), main_year(desk)
    out.print(f"[bold]{escape(question.title)}[/bold]  {question.id}")
    for side in question.sides:
        if not side.rows:
            out.print(f"\n[bold]{escape(side.title)}[/bold] ({side.id}): {NOT_FOUND}")
            continue
        shown = table(f"{side.title} ({side.id})", "date", "who", "says", "grade", ids="claim", wide="says")
        for row in side.rows:
            date = time_words(row.date, desk.zone, year) + ("" if row.dated == "published" else f" ({row.dated})")
            counted = f" [{count_words(row.count, row.unit)}]" if row.count.known else ""
            shown.add_row(date, escape(row.speaker), escape(row.what + counted), row.grade, row.id)
        out.print()
        out.print(shown)
        out.print(f"Origins: {escape(origin_names(side.origins))}")
        out.print(f"Answered by: {escape(side.answered)}")


def show_claims(desk: Desk, topic: str, claims: Iterable[Claim]) -> None:
    """Print the claims on one topic, by when they were published."""
    year = main_year(desk)
    shown = table(f"Claims on {topic}", "published", "who", "what", "grade", ids="claim", wide="what")
    reports = desk.standing.reports
    mine = sorted(claims, key=lambda one: (*by_day(reports[one.report]), one.number))
    for claim in mine:
        counted = f" [{count_words(claim.count, claim.unit)}]" if claim.count.known else ""
        when = time_words(reports[claim.report].published, desk.zone, year)
        who = f"{escape(claim.who)} ({claim.stance})"
        shown.add_row(when, who, escape(claim.what + counted), desk.standing.grade(claim), claim.id)
    console().print(shown)


def show_clashes(found: Iterable[Clash], groups: Iterable[Opposed]) -> None:
    """Print what seems to contradict itself, and what explains it: one row for each pair of sides, then the rest.

    Args:
        found: All pairs; those that stand on sides are shown in their group.
        groups: Pairs of sides.
    """
    found, groups = list(found), list(groups)
    if not found:
        return
    false = sum(bool(one.explained) for one in found)
    told = f"{many(len(found) - false, 'pair')} of claims, and {false:,} that only seem to"
    shown = table(f"What contradicts what: {told}", "", "what against what", wide="what against what")
    rows = [(bool(one.explained), _group_text(one)) for one in groups]
    rows += [(bool(one.explained), _single_text(one)) for one in found if not one.sides]
    for seeming, words in sorted(rows, key=lambda row: row[0])[:_MOST_ROWS]:
        shown.add_row("false clash" if seeming else "contradiction", words)
    out = console()
    out.print()
    out.print(shown)
    _more(out, len(rows))
    out.print("\nEach pair is in --json; you confirm one, or take it away, by a link of the kind contradicts.")


def _group_text(one: Opposed) -> str:
    sides = [
        f"“{escape(camp.title)}”: {many(len(camp.claims), 'claim')}, {_origins(camp.independent)}\n"
        f"  [dim]{some_ids(camp.claims, _MOST_ROWS)}[/dim]"
        for camp in one.sides
    ]
    depends = f"\nIt depends on {escape(one.depends)}." if one.depends and not one.explained else ""
    confirmed = f"\n{many(one.confirmed, 'pair')} of {len(one.pairs):,} confirmed by a person" if one.confirmed else ""
    return f"[bold]{escape(one.title)}[/bold]\n{sides[0]}\nagainst {sides[1]}{depends}{confirmed}" + _explained(one)


def _more(out: Console, rows: int) -> None:
    if rows > _MOST_ROWS:
        out.print(f"… and {rows - _MOST_ROWS:,} more (--json lists all)")


def _single_text(one: Clash) -> str:
    return f"{escape(one.why)} [dim]{one.first} {one.second}[/dim]" + _explained(one)


def _explained(one: Clash | Opposed) -> str:
    return f"\nExplained: {escape(one.explained)} [dim]({', '.join(one.reports)})[/dim]" if one.explained else ""


def _origins(independent: Bounds) -> str:
    return count_words(independent, "independent origin")


def show_drift(found: Iterable[Drift]) -> None:
    """Print what became of claims on their way."""
    shown = table("What changed on the way", "kind", "what", ids="claims", wide="what")
    drifted = list(found)
    for one in drifted[:_MOST_ROWS]:
        ids = f"{one.source_claim or one.source} {one.claim or one.report}"
        shown.add_row(one.kind, escape(one.sentence), ids)
    if shown.row_count:
        console().print()
        console().print(shown)
        _more(console(), len(drifted))


def show_legal(title: str, found: Iterable[LegalFinding]) -> None:
    """Print what a country's law says of claims as they are claimed, side by side, and the fact that is missing."""
    out = console()
    out.print(f"[bold]As claimed, before the law: {escape(title)}[/bold]")
    for one in found:
        out.print()
        out.print(f"[bold]{escape(one.subject)}: {escape(one.title)}[/bold]  {escape(one.id)}")
        out.print(escape(one.sentence))
        out.print(f"  offices say so: {_ids(one.official)}")
        out.print(f"  others say so: {_ids(one.reported)}")
        out.print(f"  not known: {escape(', '.join(one.missing) or '–')}; {escape(one.article)} ({one.status})")
    out.print("\nA claim is no fact: this is what follows if it is true. Unverified law neither accuses nor clears.")


def _ids(claims: tuple[str, ...]) -> str:
    return " ".join(claims) or "not found in the data"

"""The record of a case in a terminal and for programs: dated judgments, what turned out, and how good they were."""

from __future__ import annotations

import datetime as dt
from typing import Any

from rich.markup import escape
from rich.table import Table

from tocsin.assess.history import NONE_OF_THESE, History, Judgment, Score
from tocsin.assess.model import Case
from tocsin.brief.watch_inbox import console
from tocsin.brief.weigh_words import band, percent

__all__ = ["history_json", "show_history"]

_GAP = " "


def show_history(case: Case, history: History, scored: Score | None) -> None:
    """Print dated judgments, the outcome, and the scores.

    Args:
        case: The case.
        history: All that was kept.
        scored: Its scores; None before there is an outcome.
    """
    out = console()
    out.print(f"[bold]{escape(case.question)}[/bold]")
    names = {one.id: one.name for one in case.hypotheses}
    table = Table(title="Judgments", title_justify="left", title_style="bold", box=None, pad_edge=False)
    for column in ("day, by", *(one.id for one in case.hypotheses), "Brier"):
        table.add_column(column, overflow="fold", justify="left" if column == "day, by" else "right")
    brier = {} if scored is None else {one.judgment.line: one.brier for one in scored.scored}
    for one in history.judgments:
        score = f"{brier[one.line]:.2f}" if one.line in brier else "–"
        table.add_row(f"{_day(one.at)}, {escape(one.by)}", *(_cell(one, name) for name in names), score)
    out.print(table)
    for one in history.judgments:
        out.print(f"{_day(one.at)}: {escape(one.reason)}")
    if scored is None:
        out.print("\nNo outcome is kept yet: nothing can be scored (--outcome ID --reason WHY).")
        return
    known = scored.outcome
    told = names.get(known.hypothesis, NONE_OF_THESE)
    out.print(
        f"\n[bold]Outcome:[/bold] {escape(told)}, {_day(known.at)}, by {escape(known.by)}: {escape(known.reason)}"
    )
    if scored.brier is None:
        out.print("No judgment was made before it: none is scored.")
        return
    bits = "" if scored.bits is None else f"; {scored.bits:.2f} bits"
    out.print(f"Brier score {scored.brier:.2f}, from 0 (right and sure) to 2 (wrong and sure){bits}.")
    n = len(names)
    out.print(f"Who says the same of all {n} would have {1 - 1 / n:.2f}. One case says little of a method.")
    for word in scored.words:
        out.print(f"- “{word.word}” was said {word.used} times, and was so {word.true} times.")


def history_json(history: History, scored: Score | None) -> dict[str, Any]:
    """The record for programs."""
    found: dict[str, Any] = {
        "judgments": [
            {"line": one.line, "at": _time(one.at), "by": one.by, "reason": one.reason, "case": one.case,
             "evidence": one.evidence, "answer": {name: dict(said) for name, said in one.answer.items()}}
            for one in history.judgments
        ],
        "outcome": None,
        "score": None,
    }  # fmt: skip
    if scored is not None:
        known = scored.outcome
        found["outcome"] = {
            "at": _time(known.at),
            "by": known.by,
            "hypothesis": known.hypothesis,
            "reason": known.reason,
        }
        found["score"] = {
            "brier": scored.brier, "bits": scored.bits, "too_late": list(scored.too_late),
            "judgments": [{"line": one.judgment.line, "brier": one.brier, "bits": one.bits} for one in scored.scored],
            "words": [{"word": one.word, "used": one.used, "true": one.true} for one in scored.words],
        }  # fmt: skip
    return found


def _cell(one: Judgment, name: str) -> str:
    said = one.answer.get(name)
    if said is None:
        return "–"
    return f"{percent(said['median'], _GAP)}\n{band(said['low'], said['high'], _GAP)}"


def _time(ms: int) -> str:
    return dt.datetime.fromtimestamp(ms / 1000, dt.UTC).isoformat(timespec="seconds")


def _day(ms: int) -> str:
    return dt.datetime.fromtimestamp(ms / 1000, dt.UTC).date().isoformat()

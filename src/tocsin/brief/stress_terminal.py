"""A plan under stress in a terminal: where it breaks first, its shocks, its margins, and what one more would help."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tocsin.brief import stress_words as words
from tocsin.brief.words import share
from tocsin.sweep import Bottleneck, Difference, Margin, Stressed
from tocsin.sweep.goals import ASSUMED

__all__ = ["show_stress"]

BREAKS = 17
"""Width of the column of broken goals: in 80 columns the names before it keep 20. No column has a least width: Rich
would cut the last one for it."""


def show_stress(stressed: Stressed) -> None:
    """Print what came of a plan under stress.

    Args:
        stressed: What came of it.
    """
    console = Console(highlight=False)
    console.print(f"\n[bold]{escape(stressed.plan.exercise.title)}[/bold] under stress")
    console.print(f"{stressed.runs:,} runs of each variant on equal luck, seed {stressed.seed}. No forecast.")
    if stressed.assumed:
        console.print(escape(ASSUMED))
    console.print()
    told = words.base_sentence, words.mending_sentence, words.first_sentence, words.shocks_sentence
    for sentence in (sentence(stressed) for sentence in told):
        if sentence:
            console.print(escape(sentence))
    for table in (_goals(stressed), _shocks(stressed), _mending(stressed), _margins(stressed)):
        if table.row_count:
            console.print()
            console.print(table)
    for sentence in words.firm_sentences(stressed):
        console.print(escape(sentence))
    if stressed.bottlenecks:
        console.print()
        console.print(_bottlenecks(stressed.bottlenecks, stressed.runs))
    elif stressed.bottlenecks is None:
        console.print("What one more would help cannot be told: 80 % of the posts are filled in no run.")
    console.print("\nIntervals are of 95 %; a question mark: luck could turn it.")


def _goals(stressed: Stressed) -> Table:
    table = _table("What the plan is held to")
    table.add_column("", overflow="fold")
    table.add_column("undisturbed", justify="right", overflow="fold")
    table.add_column("", no_wrap=True)
    for goal, unit, held in zip(stressed.goals, stressed.units, stressed.base.held, strict=True):
        table.add_row(escape(words.goal_words(goal, unit)), words.held_words(held, unit), words.kept_words(held))
    return table


def _shocks(stressed: Stressed) -> Table:
    """Every shock by what it does to the first goal, worst first; the others only where they break."""
    table = _table(f"What each shock does to {words.row_words(stressed.goals[0])}")
    table.add_column("", overflow="fold")
    for column in ("mean", "change"):
        table.add_column(column, justify="right", overflow="fold")
    table.add_column("breaks", overflow="fold", max_width=BREAKS)
    unit = stressed.units[0]
    for one in stressed.struck:
        when = f"\n  {words.shock_words(one.shocks[0])}" if len(one.shocks) == 1 else ""
        broken = words.breaks(stressed, one)
        names = [words.row_words(stressed.goals[n]) + ("" if one.held[n].settled else "?") for n in broken]
        mean, change = words.held_words(one.held[0], unit), _difference(one.differences[0], unit, stressed.runs)
        style = "bold" if broken else ""
        table.add_row(escape(one.name + when), _stacked(mean), change, escape("; ".join(names) or "–"), style=style)
    return table


def _margins(stressed: Stressed) -> Table:
    table = _table("How far each may shrink, and the demand grow, weakest first")
    table.add_column("", overflow="fold")
    for column in ("now", "still do", "not with"):
        table.add_column(column, justify="right", no_wrap=True)
    table.add_column("factor", justify="right", no_wrap=True)
    table.add_column("breaks", overflow="fold", max_width=BREAKS)
    for margin in stressed.ranked:
        goal = "" if margin.goal is None else words.row_words(stressed.goals[margin.goal])
        table.add_row(escape(margin.lever.label), *_numbers(margin), _stacked(words.factor_words(margin)), escape(goal))
    return table


def _mending(stressed: Stressed) -> Table:
    table = _table("What would mend it, the least change first")
    table.add_column("", overflow="fold")
    for column in ("now", "would do", "not with"):
        table.add_column(column, justify="right", no_wrap=True)
    table.add_column("factor", justify="right", no_wrap=True)
    for margin in stressed.mending:
        table.add_row(escape(margin.lever.label), *_numbers(margin), _stacked(words.factor_words(margin)))
    return table


def _numbers(margin: Margin) -> list[str]:
    return [words.number_words(margin, n, bare=True) for n in (margin.lever.base, margin.kept, margin.broken)]


def _bottlenecks(found: tuple[Bottleneck, ...], runs: int) -> Table:
    table = _table("One more: how much sooner are 80 % of all posts filled?")
    table.add_column("", overflow="fold")
    table.add_column("why suspected")
    table.add_column("difference", justify="right", overflow="fold")
    table.add_column("", no_wrap=True)
    for one in found:
        why = "a tight margin" if one.suspected is None else f"L3 in {share(one.suspected)} of runs"
        name = f"{one.name}, {one.where}\n  one {one.unit} more"
        style = "bold" if one.confirmed else ""
        table.add_row(
            escape(name), why, _difference(one.difference, "h", runs), words.bottleneck_words(one), style=style
        )
    return table


def _difference(difference: Difference, unit: str, runs: int) -> str:
    told, interval = words.difference_words(difference, unit, runs)
    return _stacked(f"{told} ({interval})" if interval else told)


def _stacked(told: str) -> str:
    """Put the interval, and of how many runs a value is, on lines of their own: a narrow column folds no number."""
    return told.replace(" (", "\n(").replace("; in ", ";\nin ").replace(" in ", "\nin ")


def _table(title: str) -> Table:
    return Table(title=escape(title), title_justify="left", title_style="bold", box=None, pad_edge=False)

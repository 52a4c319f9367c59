"""A plan under stress in a terminal: where it breaks first, its shocks, its margins, and what one more would help."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tocsin.brief import stress_words as words
from tocsin.brief.words import share
from tocsin.sweep import Bottleneck, Stressed
from tocsin.sweep.goals import ASSUMED

__all__ = ["show_stress"]


def show_stress(stressed: Stressed) -> None:
    """Print what came of a plan under stress.

    Args:
        stressed: What came of it.
    """
    console = Console(highlight=False)
    console.print(f"\n[bold]{escape(stressed.plan.exercise.title)}[/bold] under stress")
    console.print(
        f"{stressed.runs:,} runs of each variant on equal luck, seed {stressed.seed}. No forecast; intervals are of 95 %."
    )
    if stressed.assumed:
        console.print(ASSUMED)
    sentences = [words.base_sentence(stressed), words.first_sentence(stressed), words.shocks_sentence(stressed)]
    console.print("\n" + "\n".join(escape(sentence) for sentence in sentences if sentence))
    for number in range(len(stressed.goals)):
        console.print()
        console.print(_goal(stressed, number, console.width))
    console.print()
    console.print(_margins(stressed))
    for sentence in words.firm_sentences(stressed):
        console.print(escape(sentence))
    if stressed.bottlenecks:
        console.print()
        console.print(_bottlenecks(stressed.bottlenecks))
    elif stressed.bottlenecks is None:
        console.print("What one more would help cannot be told: 80 % of the posts are filled in no run.")


def _goal(stressed: Stressed, number: int, width: int) -> Table:
    goal, unit = stressed.goals[number], stressed.units[number]
    table = _table(words.goal_words(goal, unit))
    table.add_column("", overflow="fold", min_width=14)
    for column in ("mean", "from undisturbed"):
        table.add_column(column, justify="right", overflow="fold")
    table.add_column("goal", no_wrap=True, min_width=len("BROKEN?"))
    for one in stressed.scenarios:
        held = one.held[number]
        told, interval = words.difference_words(one.differences[number], unit)
        difference = "" if not one.shocks else f"{told} ({interval})" if interval else told
        when = words.shock_words(one.shocks[0]) if len(one.shocks) == 1 else ""
        name = f"{one.name}\n  {when}" if when else one.name
        style = "" if held.kept else "bold"
        table.add_row(escape(name), words.held_words(held, unit), difference, words.kept_words(held), style=style)
    return table


def _margins(stressed: Stressed) -> Table:
    title = "What would mend it" if stressed.broken else "How far each may shrink, and the demand grow, weakest first"
    table = _table(title)
    table.add_column("", overflow="fold", min_width=20)
    for column in ("now", "would do" if stressed.broken else "still do", "not with"):
        table.add_column(column, justify="right", no_wrap=True)
    table.add_column("factor", justify="right")
    if not stressed.broken:
        table.add_column("breaks", overflow="fold")
    for margin in stressed.ranked:
        numbers = (words.number_words(margin, n, bare=True) for n in (margin.lever.base, margin.kept, margin.broken))
        goal = [] if margin.goal is None else [escape(_short(stressed, margin.goal))]
        table.add_row(escape(margin.lever.label), *numbers, words.factor_words(margin), *goal)
    return table


def _short(stressed: Stressed, number: int) -> str:
    goal = stressed.goals[number]
    return f"{goal.name}, {goal.key}" if goal.key else goal.name


def _bottlenecks(found: tuple[Bottleneck, ...]) -> Table:
    table = _table("One more of it: when 80 % of all posts are filled")
    table.add_column("", overflow="fold", min_width=20)
    table.add_column("why suspected")
    table.add_column("difference", justify="right", overflow="fold")
    table.add_column("", no_wrap=True)
    for one in found:
        told, interval = words.difference_words(one.difference, "h")
        why = "a tight margin" if one.suspected is None else f"L3 in {share(one.suspected)} of runs"
        name = f"one {one.unit} more: {one.name}, {one.where}"
        difference = f"{told} ({interval})" if interval else told
        style = "bold" if one.confirmed else ""
        table.add_row(escape(name), why, difference, words.bottleneck_words(one), style=style)
    return table


def _table(title: str) -> Table:
    return Table(title=escape(title), title_justify="left", title_style="bold", box=None, pad_edge=False)

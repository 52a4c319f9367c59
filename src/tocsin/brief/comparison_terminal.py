"""A comparison in a terminal: what the plans say differently, the numbers that come first, and what is real."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tocsin.brief.comparison import alone_words, summary
from tocsin.brief.comparison_rows import Contrast, headline_contrasts, largest_contrasts, luck_words, verdict_words
from tocsin.sweep import Change, Comparison

__all__ = ["show_comparison"]

MOST_CHANGES, MOST_LARGEST, MOST_ALONE, LONGEST, WIDE = 8, 8, 4, 60, 108
LONGEST_VERDICT = len("not settled")


def show_comparison(comparison: Comparison) -> None:
    """Print a comparison.

    Args:
        comparison: Plans on equal luck.
    """
    console = Console(highlight=False)
    base = comparison.labels[0]
    console.print(f"\n{comparison.runs:,} runs of each plan on equal luck, seed {comparison.seed}. No forecast.")
    for label in comparison.labels[1:]:
        console.print(f"\n[bold]{escape(label)}[/bold] beside {escape(base)}")
        _show_changes(console, comparison.changes(label))
        console.print()
        console.print(
            _table("What everybody asks first", base, label, headline_contrasts(comparison, label), console.width)
        )
        if largest := largest_contrasts(comparison, label, MOST_LARGEST):
            console.print()
            console.print(_table("The largest other differences that are real", base, label, largest, console.width))
        console.print()
        alone = alone_words(comparison, label)
        for sentence in alone[:MOST_ALONE]:
            console.print(escape(sentence), soft_wrap=True)
        if len(alone) > MOST_ALONE:
            console.print(f"… and {len(alone) - MOST_ALONE} more measures that only one of the two plans has.")
        console.print(escape(summary(comparison, label)))
        if luck := luck_words(comparison.gain(label)):
            console.print(luck)
    console.print("Real: the chance of any false one among all these is at most 5 %; intervals are of one number each.")


def _show_changes(console: Console, found: tuple[Change, ...]) -> None:
    for change in found[:MOST_CHANGES]:
        before, after = ("nothing" if text is None else _short(text) for text in (change.before, change.after))
        console.print(f"  {escape(change.path)}: {escape(before)} → {escape(after)}", soft_wrap=True)
    if len(found) > MOST_CHANGES:
        console.print(f"  … and {len(found) - MOST_CHANGES} more changes")
    if not found:
        console.print("  The plans say the same.")


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _table(title: str, base: str, label: str, rows: list[Contrast], width: int) -> Table:
    """The interval stands beside the difference, or below it where the terminal is narrow."""
    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False)
    table.add_column("", min_width=min(LONGEST, int(0.27 * width)), overflow="fold")
    for column in (escape(base), escape(label), "difference"):
        table.add_column(column, justify="right", overflow="fold")
    table.add_column("real?", min_width=LONGEST_VERDICT, no_wrap=True)
    between = "  " if width >= WIDE else "\n"
    for row in rows:
        name = f"{row.head}: {row.key}" if row.key else row.head
        difference = f"{row.difference}{between}{row.interval}" if row.interval else row.difference
        style = "bold" if row.real else ""
        table.add_row(escape(name), row.base, row.other, difference, verdict_words(row), style=style)
        if row.reached:
            table.add_row(escape(f"  {row.reached}"))
    return table

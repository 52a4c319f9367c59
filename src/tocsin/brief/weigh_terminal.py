"""A weighed case in a terminal of 80 columns: the answer in words, what carries it, what to look for next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from rich.markup import escape
from rich.table import Table

from tocsin.assess.answer import Likely, Point, Weighed
from tocsin.assess.model import Case, Evidence
from tocsin.brief.watch_inbox import console
from tocsin.brief.watch_words import many, time_words
from tocsin.brief.weigh_words import (
    BASIS,
    SIGNS,
    WORTH,
    band,
    hindsight,
    judged_words,
    moved_most,
    percent,
    points,
    said,
    sign,
    times_words,
    uncounted,
    without_words,
)  # fmt: skip
from tocsin.brief.weighing import Weighing

__all__ = ["show_course", "show_item", "show_weighed"]

_MOST_CARRYING, _MOST_FLIPS = 7, 5
_GAP: Final = " "


def show_weighed(weighing: Weighing) -> None:
    """Print the answer of a case, and all that one must know of it."""
    out, case, weighed = console(), weighing.case, weighing.weighed
    out.print(f"[bold]{escape(case.question)}[/bold]")
    out.print(f"{escape(hindsight(weighing))}\n")
    for sentence in weighed.sentences:
        out.print(escape(sentence))
    out.print()
    out.print(escape(weighed.grounds.says))
    for part in (_answer(weighed), _carrying(case, weighed)):
        out.print()
        out.print(part)
    if weighed.flips:
        out.print("\n[bold]What would change it most[/bold]")
        for flip in weighed.flips[:_MOST_FLIPS]:
            out.print(f"- {escape(flip.says)}")
    for part, note in ((_next(case, weighed), WORTH), (_priors(weighed), ""), (_matrix(case, weighed), SIGNS)):
        if part.row_count:
            out.print()
            out.print(part)
            if note:
                out.print(note)
    _left_out(weighing)
    for note in weighed.notes:
        out.print(f"\n{escape(note)}", end="")
    out.print(f"\n\n{BASIS}")
    out.print(f"Another seed would move medians and bands by about {100 * weighed.error:.1f} points.")


def _table(title: str, first: str, *columns: str) -> Table:
    table = Table(title=escape(title), title_justify="left", title_style="bold", box=None, pad_edge=False)
    table.add_column(first, overflow="fold")
    for column in columns:
        table.add_column(column, justify="right", overflow="fold")
    return table


def _answer(weighed: Weighed) -> Table:
    table = _table("How likely", "hypothesis", "before", "median", "5–95 %")
    table.add_column("in words", overflow="fold")
    for one in weighed.answer:
        table.add_row(
            escape(one.name), percent(one.prior_median, _GAP), percent(one.median, _GAP),
            band(one.low, one.high, _GAP), _between(one), style="bold" if one.hypothesis == weighed.leading else "",
        )  # fmt: skip
    return table


def _between(one: Likely) -> str:
    if one.low_word == one.high_word:
        return one.word
    return f"{one.word} ({one.low_word} to {one.high_word})"


def _carrying(case: Case, weighed: Weighed) -> Table:
    table = _table("What carries the answer: it would move most without these", "item")
    table.add_column("without it", overflow="fold", max_width=26)
    table.add_column("id", overflow="fold", style="dim", max_width=22)
    items = {one.id: one for one in case.items}
    effects = {one.id: one for one in weighed.items}
    answer = {one.hypothesis: one for one in weighed.answer}
    for name in weighed.carries[:_MOST_CARRYING]:
        moved = moved_most(effects[name])
        told = "" if moved is None else without_words(moved, answer, _GAP)
        table.add_row(escape(said(items[name])), escape(told), name)
    return table


def _next(case: Case, weighed: Weighed) -> Table:
    table = _table("What to look for next, the most telling first", "what", "to be seen")
    table.add_column("leads if seen", overflow="fold", max_width=14)
    table.add_column("if not", overflow="fold", max_width=14)
    table.add_column("bits", justify="right")
    names = {one.id: one.name for one in case.hypotheses}
    looks = {one.id: one for one in case.watch_for}
    for one in weighed.next:
        table.add_row(
            f"{escape(looks[one.id].says)} [dim]{one.id}[/dim]",
            f"{percent(one.seen, _GAP)}\n{band(one.seen_low, one.seen_high, _GAP)}",
            escape(names[one.leading_if_seen]), escape(names[one.leading_if_not]), f"{one.bits:.2f}",
        )  # fmt: skip
    return table


def _priors(weighed: Weighed) -> Table:
    table = _table("With another prior", "reading of the earlier cases", *(one.hypothesis for one in weighed.answer))
    table.add_row("as the case has it", *(percent(one.median, _GAP) for one in weighed.answer))
    for reading in weighed.priors:
        table.add_row(escape(reading.name), *(percent(one.median, _GAP) for one in reading.answer))
    return table


def _matrix(case: Case, weighed: Weighed) -> Table:
    table = _table("What each item says: + for, − against, · nothing", "item", *(one.id for one in case.hypotheses))
    table.add_column("origins", justify="right")
    for effect in weighed.items:
        if effect.ratios:
            signs = (sign(ratio.median) for ratio in effect.ratios)
            table.add_row(effect.id, *signs, str(effect.origins) if effect.origins else "–")
    return table


def _left_out(weighing: Weighing) -> None:
    out = console()
    gone = [one for one in weighing.weighed.items if not one.holds or one.counted_in]
    if not gone:
        return
    out.print(f"\n[bold]{many(len(gone), 'item')} that do not count by themselves[/bold]")
    for one in gone:
        where = f" (counted in {one.counted_in})" if one.counted_in else ""
        out.print(f"- {escape(one.id)}: {escape(one.why)}{where}")


def show_item(weighing: Weighing, name: str) -> None:
    """Print one item: how it was judged and why, what it does, and every claim behind it."""
    out, case, weighed = console(), weighing.case, weighing.weighed
    at = next(n for n, one in enumerate(weighing.evidence) if one.item.id == name)
    bound = weighing.evidence[at]
    effect = next(one for one in weighed.items if one.id == name)
    out.print(f"[bold]{escape(said(bound.item))}[/bold]  {name} ({bound.item.sort})")
    if bound.item.absence is not None:
        out.print(f"Looked for and not seen. Where: {escape(bound.item.absence.looked)}")
    if bound.why:
        out.print(escape(bound.why))
    if not bound.holds:
        out.print("It does not go into the answer.")
    out.print()
    out.print(_judged(case, bound, weighed))
    out.print(f"Why so judged: {escape(bound.item.why)}")
    moved, answer = moved_most(effect), {one.hypothesis: one for one in weighed.answer}
    if moved is not None:
        out.print(f"Without it: {escape(without_words(moved, answer, _GAP))}.")
    if effect.borne is not None:
        low, middle, high = effect.borne
        told = f"{percent(middle, _GAP)} ({band(low, high, _GAP)})"
        out.print(f"Its witnesses alone would bring even odds that it is so to {told}.")
    for note in effect.shared:
        out.print(escape(note))
    out.print()
    out.print(_traced(weighing, at))


def _judged(case: Case, bound: Evidence, weighed: Weighed) -> Table:
    effect = next(one for one in weighed.items if one.id == bound.item.id)
    ratios = {one.hypothesis: one for one in effect.ratios}
    worlds = bound.simulated or {}
    table = _table("", "if this is true", "it is", *(["worlds agree"] if worlds else []), "says", "times", "without it")
    table.title = None
    without = {one.hypothesis: one for one in effect.without}
    for one in case.hypotheses:
        ratio, gone = ratios.get(one.id), without.get(one.id)
        table.add_row(
            escape(one.name), judged_words(bound.item.likelihood[one.id]), *_agreed(worlds.get(one.id)),
            "–" if ratio is None else sign(ratio.median), "–" if ratio is None else times_words(ratio),
            "–" if gone is None else f"{percent(gone.median, _GAP)} ({points(gone.change)})",
        )  # fmt: skip
    return table


def _agreed(counts: tuple[int, int] | None) -> tuple[str, ...]:
    return () if counts is None else (f"{counts[0]:,} of {counts[1]:,}",)


def _traced(weighing: Weighing, at: int) -> Table:
    table = _table("Who says so", "claim")
    table.columns[0].no_wrap = True
    table.add_column("what", overflow="fold")
    table.add_column("published", overflow="fold", max_width=20)
    table.add_column("grade, origin", overflow="fold", max_width=18)
    traced = weighing.traced[at]
    for one in traced.rows:
        where = f"{one.publisher}, {time_words(one.published, weighing.zone)}"
        stance = "" if one.stance == "asserts" else f" ({one.stance})"
        grade = f"{one.grade} {one.group}" if one.group else uncounted(weighing.evidence[at])
        grade = grade if one.stands else "no longer stands"
        table.add_row(one.id, escape(one.what + stance), escape(where), escape(grade))
    for name in traced.others:
        table.add_row(escape(name), "", "", "")
    if not table.row_count:
        table.add_row("–", "nobody: it rests on no claim", "", "")
    return table


def show_course(case: Case, course: Sequence[Point]) -> None:
    """Print the answer as it was known at the end of each day."""
    out = console()
    out.print(f"[bold]{escape(case.question)}[/bold]")
    names = [one.id for one in case.hypotheses]
    table = _table("As it was known at the end of each day (median and 5–95 %)", "day", *names)
    table.add_column("new", overflow="fold", max_width=22)
    for point in course:
        cells = (f"{percent(one.median, _GAP)}\n{band(one.low, one.high, _GAP)}" for one in point.answer)
        table.add_row(point.day, *cells, _some(point.new))
    out.print(table)
    out.print("\nJudged today, with today's words: it says what the reports of that day would have said, no more.")


def _some(ids: Iterable[str]) -> str:
    found = list(ids)
    return "\n".join([*found[:4], *([f"and {len(found) - 4} more"] if len(found) > 4 else [])])

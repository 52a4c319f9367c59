"""The page of a comparison: plans on equal luck, what differs, and what of it is real. One HTML file, no script."""

from __future__ import annotations

import math
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import polars as pl
from jinja2 import Template

from tocsin.brief.chart import Chart
from tocsin.brief.comparison_charts import MOST_PLANS, Curves, difference_chart, overlay, queue_overlays
from tocsin.brief.comparison_rows import (
    Contrast,
    contrasts,
    headline_contrasts,
    largest_contrasts,
    luck_words,
    title_of,
    verdict_words,
)
from tocsin.brief.page import _environment, _text, style
from tocsin.brief.words import listed, whole
from tocsin.measure.catalogue import CATALOGUE
from tocsin.sweep import Change, Comparison
from tocsin.sweep.paired import LEVEL

__all__ = ["Beside", "beside", "comparison_page", "counted", "summary"]

MOST_LARGEST = 12
MOST_ALL = 400
"""So many rows of the whole list are on the page; the others are in differences.parquet."""


@dataclass(frozen=True, slots=True)
class Beside:
    """One plan beside the base.

    Attributes:
        number: Which one, from 1.
        label: What it is called.
        changes: What its text has that the base's has not, and the other way round.
        headlines: The numbers that come first.
        largest: The largest other real differences.
        every: All numbers that differ in any run, by measure.
        more: How many of them do not fit on the page.
        alone: Numbers that only one of the two has: a sentence each.
        told: What is real, in one sentence.
        luck: What equal luck was worth, in one sentence.
        charts: The differences of the curves.
    """

    number: int
    label: str
    changes: tuple[Change, ...]
    headlines: list[Contrast]
    largest: list[Contrast]
    every: dict[str, list[Contrast]]
    more: int
    alone: list[str]
    told: str
    luck: str
    charts: list[Chart]


def comparison_page(comparison: Comparison, *, sources: Sequence[str], version: str) -> str:
    """Write the page of a comparison.

    Args:
        comparison: Plans on equal luck.
        sources: What the plans were called in the command, to repeat it; names without folders.
        version: The version of Tocsin.

    Returns:
        One HTML document; the same comparison gives the same bytes.
    """
    curves = Curves(comparison)
    others = [beside(comparison, label, number, curves) for number, label in enumerate(comparison.labels[1:], 1)]
    overlays = [
        overlay(curves, "A2", "arrived of called", "arrivals", "When the people arrive", "arrived, of those called"),
        overlay(curves, "A4", "joined per post", "posts", "When the posts fill", "posts filled, all units"),
    ]
    queues = queue_overlays(curves)
    used = {contrast.measure for other in others for contrast in [*other.headlines, *other.largest]}
    used.update(measure for drawn in (*overlays, queues) if drawn is not None for measure in drawn.measures)
    return _template().render(
        comparison=comparison,
        css=style(),
        title=_title(comparison),
        others=others,
        overlays=[chart for chart in overlays if chart is not None],
        queues=queues,
        left_out=comparison.labels[MOST_PLANS:],
        definitions=[definition for name, definition in CATALOGUE.items() if name in used],
        digests=[(label, done.digest) for label, done in zip(comparison.labels, comparison.rehearsals, strict=True)],
        command=f"tocsin compare {shlex.join(sources)} -n {comparison.runs} --seed {comparison.seed}",
        version=version,
        verdict_words=verdict_words,
        title_of=title_of,
    )


@cache
def _template() -> Template:
    """The page after the macros of the report, which stand before its first line."""
    macros, _, _ = _text("page.html").partition("<!DOCTYPE html>")
    return _environment().from_string(macros + _text("comparison.html"))


def _title(comparison: Comparison) -> str:
    titles = dict.fromkeys(rehearsal.plan.exercise.title for rehearsal in comparison.rehearsals)
    return next(iter(titles)) if len(titles) == 1 else listed(list(titles))


def beside(comparison: Comparison, label: str, number: int, curves: Curves) -> Beside:
    """Gather what the page says of one plan beside the base.

    Args:
        comparison: Plans on equal luck.
        label: What the plan is called.
        number: Which one it is, from 1.
        curves: The curves of all plans.
    """
    found = contrasts(comparison, label)
    every: dict[str, list[Contrast]] = {}
    for contrast in found[:MOST_ALL]:
        every.setdefault(contrast.measure, []).append(contrast)
    less = f"{label} less {comparison.labels[0]}"
    drawn = (
        difference_chart(
            comparison, curves, label, ("A2", "arrived of called"), f"arrivals-{number}", f"Arrived: {less}"
        ),
        difference_chart(comparison, curves, label, ("A4", "joined per post"), f"posts-{number}", f"Posts: {less}"),
    )
    return Beside(
        number, label, comparison.changes(label), headline_contrasts(comparison, label),
        largest_contrasts(comparison, label, MOST_LARGEST), every, max(0, len(found) - MOST_ALL),
        alone_words(comparison, label), summary(comparison, label), luck_words(comparison.gain(label)),
        [chart for chart in drawn if chart is not None],
    )  # fmt: skip


def counted(comparison: Comparison, label: str) -> dict[str, int]:
    """Count the numbers of one plan by what is known of their difference: real, unsettled, equal, and all."""
    table = comparison.differences.filter((pl.col("plan") == label) & pl.col("at_ms").is_null())
    real = pl.any_horizontal(pl.col(name).is_in(["higher", "lower"]) for name in ("verdict", "reached_verdict"))
    equal = pl.col("verdict").is_in(["equal", "none"]) & (pl.col("reached_verdict") == "equal")
    found = table.select(real=real.sum(), equal=equal.sum(), all=pl.len()).row(0, named=True)
    return {**found, "unsettled": found["all"] - found["real"] - found["equal"]}


def summary(comparison: Comparison, label: str) -> str:
    """Say in one sentence how much of the difference between a plan and the base is real."""
    many = counted(comparison, label)
    base = comparison.labels[0]
    if many["equal"] == many["all"]:
        return f"Between {label} and {base} no number differs in any of the {whole(comparison.runs)} runs."
    parts = [f"{whole(many['real'])} really {'differs' if many['real'] == 1 else 'differ'}"]
    if many["unsettled"]:
        parts.append(f"{whole(many['unsettled'])} {'is' if many['unsettled'] == 1 else 'are'} not settled")
    if many["equal"]:
        parts.append(f"{whole(many['equal'])} {'is' if many['equal'] == 1 else 'are'} the same in every run")
    told = f"Of {whole(many['all'])} numbers that {label} and {base} both have, {listed(parts)}."
    least = least_runs(comparison)
    if comparison.runs >= least:
        return told
    return f"{told} Among so many numbers {comparison.runs} runs can show nothing to be real; at least {least} can."


def least_runs(comparison: Comparison) -> int:
    """The fewest runs with which a difference that is there in all of them is real among as many numbers."""
    tested = sum(comparison.differences[name].count() for name in ("p", "reached_p"))
    return math.ceil(1 + math.log2(max(tested, 1) / LEVEL))


def alone_words(comparison: Comparison, label: str) -> list[str]:
    """Say which numbers only one of two plans has, one sentence a measure and plan."""
    table = comparison.alone.filter(pl.col("plan") == label)
    found = []
    for (under, measure, name), rows in table.group_by("under", "measure", "name", maintain_order=True):
        keys = [key for key in rows["key"].to_list() if key]
        of = f": {listed(keys, 6)}" if keys else ""
        found.append(f"Only under {under}: {measure} {name}{of}.")
    return found

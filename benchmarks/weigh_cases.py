"""Invented cases for benches and tests of weighing: random words, origins and grades; nothing in them is real."""

from __future__ import annotations

import random
from dataclasses import replace

from tocsin.assess.model import (
    Absence,
    Case,
    Evidence,
    Hypothesis,
    Item,
    Prior,
    Range,
    WatchFor,
    Witness,
)
from tocsin.assess.words import WORDS

__all__ = ["RANGES", "case_of", "invented", "told"]

RANGES = {one.name: Range(one.low, one.high, one.name) for one in WORDS}
"""The words as ranges."""


def told(name: str, words: dict[str, str], *witnesses: Witness, sort: str = "event") -> Evidence:
    """An item of evidence, judged in words."""
    likelihood = {hypothesis: RANGES[word] for hypothesis, word in words.items()}
    absence = Absence("where one would have looked", RANGES["likely"]) if sort == "absence" else None
    return Evidence(Item(name, f"Thing {name} happened.", sort, likelihood, absence=absence), witnesses)


def case_of(weights: dict[str, float], evidence: list[Evidence], *, draws: int = 20_000, seed: int = 1) -> Case:
    """A case around evidence."""
    hypotheses = tuple(Hypothesis(name, name.capitalize(), f"It is {name}.") for name in weights)
    items = tuple(one.item for one in evidence)
    return Case("invented", "What is it?", hypotheses, items, Prior(weights), seed=seed, draws=draws)


def invented(
    items: int = 50, hypotheses: int = 5, draws: int = 20_000, seed: int = 3, *, ahead: int = 10, variants: int = 4
) -> tuple[Case, list[Evidence]]:
    """A case of any size: a tenth absences, one to three origins an item, some of them shared or unnamed."""
    source = random.Random(seed)
    names = [f"h{k}" for k in range(hypotheses)]

    def words() -> dict[str, str]:
        return {name: source.choice(WORDS).name for name in names}

    def weights() -> dict[str, float]:
        return {name: source.uniform(0.5, 6.0) for name in names}

    evidence = []
    for number in range(items):
        sort = "absence" if number % 10 == 9 else "event"
        groups = {
            source.choice(("", "", "", "?")) + f"g{source.randrange(2 * items)}"
            for _ in range(source.choice((1, 2, 3)))
        }
        voices = [
            Witness(group, source.choice("ABCDEF") + source.choice("123456"), (f"c{number}",), (f"r{number}",), number)
            for group in sorted(groups)
        ]
        evidence.append(told(f"e{number}", words(), *(voices if sort == "event" else ()), sort=sort))
    case = case_of(weights(), evidence, draws=draws, seed=seed)
    readings = {f"reading {k}": weights() for k in range(variants)}
    watch_for = tuple(
        WatchFor(f"w{k}", f"Thing {k} is seen.", "there", {name: RANGES[word] for name, word in words().items()})
        for k in range(ahead)
    )
    return replace(case, prior=replace(case.prior, variants=readings), watch_for=watch_for), evidence

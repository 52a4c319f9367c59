"""The answer in plain sentences: the median as a word, the band as words, and the grounds in sentences of their own.

No sentence holds both a word of probability and a word on how sure we are of our grounds (ICD 203, D.6.e.(2)(b)).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tocsin.assess.answer import Flip, Grounds, Likely, Next, Without
from tocsin.assess.gathered import Gathered
from tocsin.assess.likelihoods import witnesses_of
from tocsin.assess.model import Case, Item, WatchFor

__all__ = ["flip_sentence", "grounds", "likely_sentence", "next_sentence", "percent", "shared_note"]


def percent(share: float) -> str:
    """A probability as people read it, rounded as in the tables; the ends are never 0 or 100 %."""
    if share < 0.005:
        return "under 1 %"
    return "over 99 %" if share > 0.995 else f"{100 * share:.0f} %"


def likely_sentence(one: Likely) -> str:
    """One hypothesis: median and band, as words and numbers."""
    said = f"{one.name} {_is(one.word)} (median {percent(one.median)})"
    numbers = f"(5–95 %: {percent(one.low)} to {percent(one.high)})"
    if one.low_word == one.high_word:
        return f"{said}; the same holds over the whole range {numbers}."
    return f"{said}; the range runs from {one.low_word} to {one.high_word} {numbers}."


def _is(word: str) -> str:
    return f"has {word}" if word.endswith("chance") else f"is {word}"


def next_sentence(one: Next, watch_for: WatchFor, names: Mapping[str, str]) -> str:
    """One thing to look for: how probable it is to be seen, and what it would do to the answer."""
    seen, not_seen = _leading(one.if_seen), _leading(one.if_not)
    return (
        f"{watch_for.says.rstrip('.')}: that it is seen {_is(one.seen_word)} ({percent(one.seen)}); if it is, "
        f"{names[seen.hypothesis]} {_is(seen.word)} ({percent(seen.median)}), and if it is not, "
        f"{names[not_seen.hypothesis]} {_is(not_seen.word)} ({percent(not_seen.median)})."
    )


def _leading(answer: Sequence[Likely]) -> Likely:
    return max(answer, key=lambda one: one.median)


def flip_sentence(
    item: Item, how: str, answer: Sequence[Without], leading: str, before: str, names: Mapping[str, str]
) -> str:
    """What one item's falling away, or turning round, would do."""
    says = item.says.rstrip(".")
    falls = how == Flip.FALLS
    if item.sort == "absence":
        if_so = f"If it did not count that “{says}” was not seen" if falls else f"If “{says}” was seen after all"
    else:
        if_so = f"If “{says}” fell away" if falls else f"If “{says}” turned out not to be so"
    by_id = {one.hypothesis: one for one in answer}
    if leading != before:
        return f"{if_so}, {names[leading]} would lead, at {percent(by_id[leading].median)}."
    most = max(answer, key=lambda one: abs(one.change))
    was = percent(most.median - most.change)
    return f"{if_so}, {names[most.hypothesis]} would go from {was} to {percent(most.median)}."


def shared_note(group: str, times: int) -> str:
    """An origin whose word on one thing is used for several items."""
    told = f"What the origin “{group}” says of one thing is used for {times} items and counts once in all"
    return f"{told}: each has the {_root(times)} root of its odds."


def _root(times: int) -> str:
    named = {2: "square", 3: "cube"}
    return named.get(times, f"{times}th")


def grounds(case: Case, items: Sequence[Gathered], left_out: int) -> Grounds:
    """What the answer rests on: how many origins, and how many of them anybody has judged."""
    best = witnesses_of(items)
    by_letter: dict[str, int] = {}
    for grade in sorted(best.values()):
        by_letter[grade[:1]] = by_letter.get(grade[:1], 0) + 1
    graded = len(best) - by_letter.get("F", 0)
    unnamed = sum(group.startswith("?") for group in best)
    used = sum(len(one.ids) for one in items)
    says = f"The answer rests on {_many(used, 'item')} from {_many(len(best), 'origin')}, each counted once; "
    says += f"{_of(graded, len(best))} graded."
    if unnamed:
        others = "one that is" if unnamed == 1 else "others that are"
        says += f" {_many(unnamed, 'origin')} may be {others} counted already."
    if left_out:
        says += f" {_many(left_out, 'item')} did not go in."
    return Grounds(len(items), left_out, len(best), graded, unnamed, by_letter, says)


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _of(count: int, total: int) -> str:
    if count == 0:
        return "none of them is"
    return "all of them are" if count == total else f"{count} of them {'is' if count == 1 else 'are'}"

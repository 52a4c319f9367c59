"""Which reports are tied: one new report against the store, or many at once, with the same answer.

A verdict depends on its two texts and on nothing else. Equal texts are asked once: the eldest of them is compared, and
the others are tied to it (`stars.py`). So the order of intake changes no link, and a report that is retracted takes its
own links with it and no others; where it was the eldest of equal ones, the next eldest takes its place
(`standing.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from tocsin.watch.likeness.compare import FLOOR, Verdict, judge
from tocsin.watch.likeness.index import Filed, file, file_terms, keep_vector, met, take_terms
from tocsin.watch.likeness.letters import overlaps
from tocsin.watch.likeness.sentences import Sentences, choose
from tocsin.watch.likeness.stars import grouped, led
from tocsin.watch.likeness.subjects import Subject, subjects
from tocsin.watch.model import Claim, Link, Report, Suggestion
from tocsin.watch.standing import FINDERS
from tocsin.watch.store import Store

__all__ = ["relate", "relate_all"]

_MANY: Final = 200
"""New reports from which the bulk way is taken, where not many more are filed already."""
_CHEAPER: Final = 16
"""How many filed reports the bulk way compares anew in the time that one new report takes by itself (measured)."""


def relate(store: Store, ids: Sequence[str], model: Sentences | None = None) -> list[Link]:
    """Find what ties some reports to all others, and keep it in the store.

    Call it after the rules have read the texts: places help to find what words do not. Called again for a report, it
    puts new links in the place of those that it had found. Reports that were never related are not met.
    The first call decides for the store whether the model is used; see `sentences.model_of`.

    Args:
        store: The store; features and terms of the reports are filed in it.
        ids: Reports; those that are not in the store are passed over.
        model: The sentence model, or None: by letters alone.

    Returns:
        The links found that touch these reports, by pair.

    Raises:
        WatchError: The store was related with the model and there is none, or without it and there is one.
    """
    reports = store.reports(ids)
    names = [one.id for one in reports]
    if not names:
        return []
    made = subjects(reports, store.claims(names), store.suggestions(names))
    with store.batch():
        choose(store, model)
        file(store, made)
        leading, dethroned, copies = led(store, made)
        take_terms(store, _subjects(store, dethroned))
        asked = [one for one in made if one.report in leading and one.shape.words >= FLOOR]
        file_terms(store, asked)
        if len(asked) >= _MANY and _leaders(store) <= _CHEAPER * len(asked):
            found = _with_all_filed(store, made, leading, model)
        else:
            found = _sorted(link for one in asked for link in _one(store, one, model))
        _forget(store, FINDERS, [*dethroned, *(name for name in names if name not in leading)])
        _forget(store, FINDERS[1:], leading)
        store.put_links([*found, *copies])
        return [one for one in store.links(names) if one.by in FINDERS]


def relate_all(
    reports: Sequence[Report],
    claims: Iterable[Claim] = (),
    suggestions: Iterable[Suggestion] = (),
    model: Sentences | None = None,
) -> list[Link]:
    """Find what ties many reports to each other, without a store: the links that `relate` would find one by one.

    Args:
        reports: The reports.
        claims, suggestions: What was coded and found in them.
        model: The sentence model, or None.
    """
    leaders, copies = grouped(subjects(reports, claims, suggestions))
    return _sorted([*_all(leaders, model), *copies])


def _with_all_filed(store: Store, made: Sequence[Subject], new: set[str], model: Sentences | None) -> list[Link]:
    """The bulk way: everything that leads is compared, and the links that touch new reports are kept."""
    names = {name for (name,) in store.connection.execute("SELECT report FROM features WHERE leads")}
    mine = [one for one in made if one.report in names]
    others = _subjects(store, sorted(names - {one.report for one in mine}))
    every = sorted([*mine, *others], key=lambda one: one.report)
    return [link for link in _all(every, model) if link.first in new or link.second in new]


def _leaders(store: Store) -> int:
    return int(store.connection.execute("SELECT count(*) FROM features WHERE leads").fetchone()[0])


def _subjects(store: Store, names: Sequence[str]) -> list[Subject]:
    return subjects(store.reports(names), store.claims(names), store.suggestions(names))


def _forget(store: Store, finders: Sequence[str], ids: Iterable[str]) -> None:
    asked = f"DELETE FROM links WHERE (first = ?1 OR second = ?1) AND by IN ({','.join(map(repr, finders))})"
    store.connection.executemany(asked, ((one,) for one in ids))


def _one(store: Store, one: Subject, model: Sentences | None) -> Iterator[Link]:
    others = met(store, one, model=model is not None)
    letters = overlaps(one.cut.grams, [other.grams for other in others])
    runs = overlaps(one.cut.shingles, [other.shingles for other in others])
    near = _nearness(store, one, others, model)
    for other, grams, shingles, cosine in zip(others, letters.tolist(), runs.tolist(), near, strict=True):
        verdict = judge(one.shape, other.shape, grams, shingles, cosine)
        if verdict is not None:
            yield _link(verdict, one, other)


def _nearness(store: Store, one: Subject, others: list[Filed], model: Sentences | None) -> Sequence[float | None]:
    """Cosines of vectors; those that are not filed yet are made and filed."""
    if model is None:
        return [None] * len(others)
    lacking = [other.report for other in others if other.vector is None]
    reports = store.reports(lacking)
    made = {each.report: each for each in subjects(reports, store.claims(lacking))} | {one.report: one}
    vectors = dict(zip(made, model.vectors([each.text for each in made.values()]), strict=True))
    for report, vector in vectors.items():
        keep_vector(store, report, vector)
    mine = vectors[one.report]
    return [_cosine(mine, vectors[each.report] if each.vector is None else each.vector) for each in others]


def _all(made: list[Subject], model: Sentences | None) -> list[Link]:
    """Links between texts no two of which are equal."""
    from tocsin.watch.likeness.pairs import shared_pairs  # compiled: not for a single report

    made = [one for one in made if one.shape.words >= FLOOR]
    found = shared_pairs(
        [one.terms for one in made],
        [one.sought(model=model is not None) for one in made],
        [one.own for one in made],
        np.array([one.prints for one in made], np.int32),
        np.array([one.shape.digest for one in made], np.int64),
        [one.cut.grams for one in made],
        [one.cut.shingles for one in made],
        every=model is not None,
    )
    vectors = None if model is None else model.vectors([one.text for one in made])
    links = []
    for start in range(0, len(found), 100_000):
        for first, second, grams, shingles in found[start : start + 100_000].tolist():
            near = None if vectors is None else _cosine(vectors[first], vectors[second])
            verdict = judge(made[first].shape, made[second].shape, grams, shingles, near)
            if verdict is not None:
                links.append(_link(verdict, made[first], made[second]))
    return _sorted(links)


def _cosine(one: npt.NDArray[np.float16], other: npt.NDArray[np.float16]) -> float:
    return float(one.astype(np.float64) @ other.astype(np.float64))


def _link(verdict: Verdict, one: Subject | Filed, other: Subject | Filed) -> Link:
    """A link of two: the younger first of a copy or a part, otherwise the smaller id first."""
    if verdict.kind == "same-as":
        first, second = sorted((one.report, other.report))
    else:
        second, first = (each.report for each in sorted((one, other), key=lambda each: each.elder_key))
    return Link(verdict.kind, first, second, verdict.score, verdict.state, verdict.by)


def _sorted(links: Iterable[Link]) -> list[Link]:
    """Each link once, by pair."""
    return sorted(set(links), key=lambda one: (one.first, one.second, one.kind, one.by))

"""`tocsin bench watch`: same event or not, on 100 hard pairs of Russian news (`tgcontest_pairs_dev`).

The score is the one that verdicts stand on (`likeness.like`), of title and text. AUC, and the F1 of a threshold that
is chosen on four fifths of the pairs and judged on the fifth one, over repeated stratified folds. A hundred pairs say
little: the 90 % interval of each, from a bootstrap of pairs (their thresholds kept), is printed as rows of its own.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from benchmarks.timing import row
from tocsin.watch.likeness import Sentences, Shape, like, open_model
from tocsin.watch.likeness.letters import overlaps
from tocsin.watch.likeness.shingles import Cut, cut

__all__ = ["area", "best_threshold", "mean_f1", "out_of_fold", "rows", "scores"]

PAIRS: Final = Path(__file__).parents[2] / "shared/data/tgcontest_pairs_dev/pairs.tsv"
GOALS: Final = {"model": (0.88, 0.75), "plain": (0.86, 0.72)}
SEED: Final = 20260219
FOLDS: Final = 5
REPEATS: Final = 20
DRAWS: Final = 400
_SIDES: Final = ("first", "second")
_UNITS: Final = {"auc": "AUC", "f1": "F1"}

Floats = npt.NDArray[np.float64]
Truth = npt.NDArray[np.bool_]


def rows(*, quick: bool = False) -> list[dict[str, Any]]:
    """The rows `watch.pairs.plain.*` and `watch.pairs.model.*`; the peer is the goal. None without the data."""
    if not PAIRS.is_file():
        print("watch.pairs: skipped, ../shared/data/tgcontest_pairs_dev is not there", file=sys.stderr)
        return []
    made = _rows("plain", *scores(None), quick=quick)
    model, why = open_model()
    if model is None:
        print(f"watch.pairs.model: skipped. {why}", file=sys.stderr)
        return made
    return made + _rows("model", *scores(model), quick=quick)


def scores(model: Sentences | None) -> tuple[Floats, Truth]:
    """The score of each pair, and whether it is the same event."""
    with PAIRS.open(encoding="utf-8", newline="") as file:
        pairs = list(csv.DictReader(file, delimiter="\t"))
    sides = [[f"{one[f'INPUT:{side}_title']}. {one[f'INPUT:{side}_text']}" for one in pairs] for side in _SIDES]
    first, second = (cut(texts) for texts in sides)
    near: list[float | None] = [None] * len(pairs)
    if model is not None:
        one, other = (model.vectors(texts).astype(np.float64) for texts in sides)
        near = list(np.einsum("ij,ij->i", one, other).tolist())
    found = [_score(a, b, cosine) for a, b, cosine in zip(first, second, near, strict=True)]
    return np.array(found), np.array([one["GOLDEN:quality"] == "OK" for one in pairs])


def _score(one: Cut, other: Cut, near: float | None) -> float:
    shapes = (Shape(each.words, each.digest, len(each.grams), len(each.shingles), "ru") for each in (one, other))
    return like(*shapes, int(overlaps(one.grams, [other.grams])[0]), near)


def _rows(name: str, score: Floats, same: Truth, *, quick: bool) -> list[dict[str, Any]]:
    rng = np.random.default_rng(SEED)
    said = out_of_fold(score, same, rng, 2 if quick else REPEATS)
    goals = dict(zip(("auc", "f1"), GOALS[name], strict=True))
    figures = {"auc": area(score, same), "f1": mean_f1(said, same)}
    drawn: dict[str, list[float]] = {"auc": [], "f1": []}
    for _ in range(20 if quick else DRAWS):
        some = rng.integers(0, len(same), len(same))
        drawn["auc"].append(area(score[some], same[some]))
        drawn["f1"].append(mean_f1(said[:, some], same[some]))
    made = []
    for figure, value in figures.items():
        goal = goals[figure]
        called = f"watch.pairs.{name}" + ("" if figure == "auc" else ".f1")
        made.append(row(called, value, _UNITS[figure], "goal", goal, goal, less=False))
        for end, at in (("low", 5), ("high", 95)):
            edge = float(np.percentile(drawn[figure], at))
            made.append(row(f"{called}.{end}", edge, _UNITS[figure], "the figure", value, None, less=False))
    return made


def area(score: Floats, same: Truth) -> float:
    """Area under the ROC curve: the share of (same, other) pairs in the right order, ties as half."""
    above = score[same][:, None] - score[~same][None, :]
    return float(np.mean((above > 0) + 0.5 * (above == 0)))


def out_of_fold(score: Floats, same: Truth, rng: np.random.Generator, repeats: int) -> Truth:
    """What is said of each pair in each repeat, (repeats, pairs), by the threshold of the folds that it is not in."""
    said = np.zeros((repeats, len(same)), np.bool_)
    for one in said:
        fold = np.empty(len(same), np.int64)
        for kind in (True, False):
            members = rng.permutation(np.flatnonzero(same == kind))
            fold[members] = np.arange(len(members)) % FOLDS
        for number in range(FOLDS):
            rest = fold != number
            one[~rest] = score[~rest] >= best_threshold(score[rest], same[rest])
    return said


def mean_f1(said: Truth, same: Truth) -> float:
    """F1 of each repeat, their mean."""
    hits = (said & same).sum(axis=1)
    return float(np.mean(2 * hits / np.maximum(1, said.sum(axis=1) + same.sum())))


def best_threshold(score: Floats, same: Truth) -> float:
    """The threshold with the best F1, half way to the next score below it."""
    order = np.argsort(-score, kind="stable")
    hits = np.cumsum(same[order])
    f1 = 2 * hits / (np.arange(1, len(same) + 1) + same.sum())
    at = int(np.argmax(f1))
    ranked = score[order]
    return float((ranked[at] + ranked[min(at + 1, len(same) - 1)]) / 2)

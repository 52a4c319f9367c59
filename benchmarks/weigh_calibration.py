"""`weigh.coverage`, `weigh.words`, `weigh.sharpness`: weighing on simulated cases whose answer is known.

Each case is made forwards, from what the method itself assumes. The prior is drawn from its Dirichlet distribution, the
true hypothesis from that prior; each item's p from its judged range (the same range is the same p), each witness's t
from the Beta of its grade; whether E happened from p under the true hypothesis; what each witness then reports from t.
A witness who reports that it is not so enters as a witness of the complement statement, with complement ranges. The
case is then weighed as any other.

1. *Coverage*: the oracle knows p, t and prior, and computes P(h | reports) exactly. A 90 % band should hold the
   oracle's probability nine times in ten.
2. *Words*: of all hypotheses that were called by a word, how many are true; it should lie in the word's range. Beside
   it stands the Wilson interval of the share, which takes the hypotheses of one case as independent (they are not).
3. *Sharpness*: width of the bands, entropy of the mean, its Brier score beside the prior's.

The method does not reweight its draws by the evidence (a "cut"). Beside it stands the alternative that does: the same
draws, weighted by the probability of all reports under each. Exact Bayes is calibrated by construction, for worlds that
are drawn from the assumed ranges and Betas; the cut is what remains right when they are not.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import sqrt
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from benchmarks.timing import row
from tocsin.assess.gathered import Gathering, gather
from tocsin.assess.inverse import beta_log_odds
from tocsin.assess.likelihoods import Streams, likelihood, log_prior, posterior
from tocsin.assess.model import Case, Evidence, Hypothesis, Item, Prior, Range, Witness
from tocsin.assess.quantiles import TAIL, bands
from tocsin.assess.reliability import Belief, believed
from tocsin.assess.words import WORDS, word_of

__all__ = ["Scores", "Setting", "measure", "rows", "wilson"]

Floats = npt.NDArray[np.float64]
_RANGES: Final = tuple(Range(one.low, one.high, one.name) for one in WORDS)


@dataclass(frozen=True, slots=True)
class Setting:
    """A kind of simulated case.

    Attributes:
        items: How many things are reported on.
        letters: Grades' letters, drawn from.
        digits: Their digits.
        witnesses: How many of each item at most, drawn from 1.
        hypotheses: How many.
        cases: How many cases.
        draws: Draws of each weighing.
        seed: Of everything.
    """

    items: int = 8
    letters: str = "ABCDEF"
    digits: str = "1236"
    witnesses: int = 1
    hypotheses: int = 3
    cases: int = 1000
    draws: int = 2000
    seed: int = 7


@dataclass(slots=True)
class Scores:
    """What came out, over all cases.

    Attributes:
        held: Of each case, the share of hypotheses whose oracle lies in the band.
        held_exact: The same for bands that are reweighted by the evidence.
        words: Word → of each hypothesis called by it: number of its case, and whether it is true.
        width: Width of the bands, mean over hypotheses.
        width_exact: The same, reweighted.
        entropy: Of the mean, bits.
        brier: Of the mean, 0 to 2.
        brier_prior: Of the prior's mean.
        brier_oracle: Of the oracle.
        brier_exact: Of the reweighted mean.
    """

    held: list[float] = field(default_factory=list)
    held_exact: list[float] = field(default_factory=list)
    words: dict[str, list[tuple[int, bool]]] = field(default_factory=dict)
    width: list[float] = field(default_factory=list)
    width_exact: list[float] = field(default_factory=list)
    entropy: list[float] = field(default_factory=list)
    brier: list[float] = field(default_factory=list)
    brier_prior: list[float] = field(default_factory=list)
    brier_oracle: list[float] = field(default_factory=list)
    brier_exact: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _World:
    """A simulated case and what is known of it: the true hypothesis (its place) and the oracle's probabilities."""

    case: Case
    evidence: tuple[Evidence, ...]
    true: int
    oracle: Floats


def measure(setting: Setting) -> Scores:
    """Weigh many simulated cases of one kind."""
    source = np.random.default_rng(setting.seed)
    scores = Scores()
    for number in range(setting.cases):
        _score(scores, _world(setting, number, source), number, setting)
    return scores


def wilson(hits: int, count: int, z: float = 1.96) -> tuple[float, float]:
    """Interval of a share (E. B. Wilson, Journal of the American Statistical Association 22, 1927)."""
    share, wide = hits / count, z * z / count
    middle, half = share + wide / 2, z * sqrt(share * (1 - share) / count + wide / (4 * count))
    return (middle - half) / (1 + wide), (middle + half) / (1 + wide)


def _world(setting: Setting, number: int, source: np.random.Generator) -> _World:
    names = [f"h{k}" for k in range(setting.hypotheses)]
    weights = {name: float(source.choice([0.5, 1.0, 2.0, 4.0])) for name in names}
    prior = source.dirichlet([weights[name] for name in names])
    true = int(source.choice(len(names), p=prior))
    evidence: list[Evidence] = []
    log_oracle = np.log(np.maximum(prior, 1e-300))
    for place in range(setting.items):
        ranges = [_RANGES[int(source.integers(len(_RANGES)))] for _ in names]
        judged = {one: source.uniform(one.low, one.high) for one in ranges}
        p = np.array([judged[one] for one in ranges])
        happened = source.random() < p[true]
        yes, no = 1.0, 1.0
        said: dict[bool, list[Witness]] = {True: [], False: []}
        for voice in range(int(source.integers(1, setting.witnesses + 1))):
            grade = str(source.choice(list(setting.letters))) + str(source.choice(list(setting.digits)))
            one = believed(grade)
            t = one.least + (1 - one.least) * source.beta(one.a, one.b)
            reports = bool(source.random() < (t if happened else 1 - t))
            yes, no = yes * (t if reports else 1 - t), no * (1 - t if reports else t)
            said[reports].append(Witness(f"g{place}-{voice}", grade, (), ()))
        log_oracle += np.log(p * yes + (1 - p) * no)
        for reports, voices in said.items():
            if voices:
                evidence.append(_told(f"e{place}{'' if reports else ' not'}", names, ranges, reports, voices))
    oracle = np.exp(log_oracle - log_oracle.max())
    items = tuple(one.item for one in evidence)
    hypotheses = tuple(Hypothesis(name, name, "") for name in names)
    case = Case("simulated", "", hypotheses, items, Prior(weights), seed=number, draws=setting.draws)
    return _World(case, tuple(evidence), true, oracle / oracle.sum())


def _told(name: str, names: list[str], ranges: list[Range], reports: bool, voices: list[Witness]) -> Evidence:
    meant = [one if reports else Range(1 - one.high, 1 - one.low) for one in ranges]
    return Evidence(Item(name, name, "event", dict(zip(names, meant, strict=True))), tuple(voices))


def _score(scores: Scores, world: _World, number: int, setting: Setting) -> None:
    ready = gather(world.case, world.evidence)
    draws, weight = _weighed(world.case, ready)
    names = [one.id for one in world.case.hypotheses]
    rows = [ready.order.index(name) for name in names]
    draws = draws[rows]
    band, mean = bands(draws), draws.mean(axis=1)
    exact, exact_mean = _reweighted(draws, weight), draws @ weight
    scores.held.append(_held(band, world.oracle))
    scores.held_exact.append(_held(exact, world.oracle))
    scores.width.append(float(np.mean(band[:, 2] - band[:, 0])))
    scores.width_exact.append(float(np.mean(exact[:, 2] - exact[:, 0])))
    scores.entropy.append(float(-(mean * np.log2(mean)).sum()))
    weights = np.array([world.case.prior.weights[name] for name in names])
    for into, guess in (
        (scores.brier, mean),
        (scores.brier_prior, weights / weights.sum()),
        (scores.brier_oracle, world.oracle),
        (scores.brier_exact, exact_mean),
    ):
        into.append(_brier(guess, world.true))
    for place, (_, middle, _) in enumerate(band):
        scores.words.setdefault(word_of(float(middle)), []).append((number, place == world.true))


def _weighed(case: Case, ready: Gathering) -> tuple[Floats, Floats]:
    """Draws of the answer as weighing makes them, and the weight of each by the probability of the reports."""
    streams = Streams(case.seed, case.draws)
    before = log_prior(streams, ready.prior_keys, [case.prior.weights[name] for name in ready.order])
    log_weight = before.copy()
    common = np.zeros(case.draws)
    for item in ready.items:
        like, _ = likelihood(streams, item)
        log_weight += np.log(like)
        common += _common(
            streams, [believed(one.grade) for one in item.witnesses], [one.group for one in item.witnesses]
        )
    evidence = common + np.log(np.exp(log_weight).sum(axis=0)) - np.log(np.exp(before).sum(axis=0))
    weight = np.exp(evidence - evidence.max())
    return posterior(log_weight), weight / weight.sum()


def _common(streams: Streams, grades: list[Belief], groups: list[str]) -> Floats:
    """log(Π t + Π (1 - t)): what `likelihood` leaves out, being common to all hypotheses."""
    yes, no = np.zeros(streams.draws), np.zeros(streams.draws)
    for one, group in zip(grades, groups, strict=True):
        odds = beta_log_odds(one.a, one.b, streams.odds(f"origin {group}"), least=one.least)
        yes, no = yes - np.logaddexp(0.0, -odds), no - np.logaddexp(0.0, odds)
    return np.asarray(np.logaddexp(yes, no))


def _reweighted(draws: Floats, weight: Floats) -> Floats:
    """Weighted quantiles of each row."""
    made = []
    for one in draws:
        order = np.argsort(one)
        reached = np.cumsum(weight[order])
        made.append([one[order[min(int(np.searchsorted(reached, at)), len(one) - 1)]] for at in (TAIL, 0.5, 1 - TAIL)])
    return np.array(made)


def _held(band: Floats, oracle: Floats) -> float:
    return float(np.mean((band[:, 0] <= oracle) & (oracle <= band[:, 2])))


def _brier(guess: Floats, true: int) -> float:
    hit = np.zeros_like(guess)
    hit[true] = 1.0
    return float(((guess - hit) ** 2).sum())


def rows(*, quick: bool = False) -> list[dict[str, Any]]:
    """Coverage by setting with exact Bayes beside it, words over all settings, sharpness of the middle one."""
    cases = 60 if quick else 1000
    settings = {
        "few": Setting(items=3, cases=cases),
        "middle": Setting(cases=cases),
        "many": Setting(items=15, cases=cases),
        "many_good": Setting(items=15, letters="AB", cases=cases),
        "many_poor": Setting(items=15, letters="DEF", cases=cases),
        "several_voices": Setting(witnesses=3, cases=cases),
    }
    found = {name: measure(setting) for name, setting in settings.items()}
    made = [_coverage(name, settings[name], one, quick=quick) for name, one in found.items()]
    return [*made, *_words(found, quick=quick), *_sharpness(found["middle"])]


def _coverage(name: str, setting: Setting, one: Scores, *, quick: bool) -> dict[str, Any]:
    error = float(np.std(one.held)) / sqrt(len(one.held))
    told = f"reweighted; {setting.items} items, grades {setting.letters}, {setting.cases} cases, ± {1.96 * error:.3f}"
    goal = None if quick else 0.85
    held, exact = float(np.mean(one.held)), float(np.mean(one.held_exact))
    return row(f"weigh.coverage.{name}", held, "of 90 %", told, exact, goal, less=False)


def _words(found: dict[str, Scores], *, quick: bool) -> list[dict[str, Any]]:
    """Of each word how often it was true, beside the middle of its range; met = its Wilson interval meets the range."""
    made = []
    for word in WORDS:
        hits = [hit for one in found.values() for _, hit in one.words.get(word.name, [])]
        low, high = wilson(sum(hits), len(hits)) if hits else (0.0, 1.0)
        least, most = (0.0 if word is WORDS[0] else word.low), (1.0 if word is WORDS[-1] else word.high)
        told = f"{word.low:.2f} – {word.high:.2f}; {sum(hits)} of {len(hits)}, {low:.3f} – {high:.3f}"
        share, middle = sum(hits) / max(1, len(hits)), (word.low + word.high) / 2
        one = row(f"weigh.words.{word.name.replace(' ', '_')}", share, "true", told, middle, None, less=False)
        goal = {} if quick else {"goal": "inside", "met": low <= most and high >= least}
        made.append(one | goal)
    return made


def _sharpness(one: Scores) -> list[dict[str, Any]]:
    width, exact = float(np.mean(one.width)), float(np.mean(one.width_exact))
    scores = (one.brier, one.brier_prior, one.brier_oracle, one.brier_exact)
    ours, prior, oracle, reweighted = (float(np.mean(each)) for each in scores)
    entropy = float(np.mean(one.entropy))
    most = float(np.log2(3))
    return [
        row("weigh.sharpness", width, "mean width of the band", "reweighted", exact, None, less=True),
        row("weigh.sharpness.entropy", entropy, "bits", "knowing nothing of three", most, None, less=True),
        row("weigh.sharpness.brier", ours, "0 to 2", f"the prior (the oracle {oracle:.3f})", prior, None, less=True),
        row("weigh.sharpness.brier_cut", ours, "0 to 2", "reweighted", reweighted, None, less=True),
    ]

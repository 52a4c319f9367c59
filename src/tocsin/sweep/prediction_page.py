"""How well past exercises foretell one another, as a page: `python -m tocsin.sweep.prediction_page docs/prediction.md`.

A test compares the page that is committed with this one, so that it cannot lie.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from tocsin.sweep.exercises import Figure, LeftOut, figures, left_out, series
from tocsin.sweep.prediction import LEVEL, Prediction, predict

__all__ = ["prediction_page"]

CAME, REACHED = ("came", "sent"), ("reached", "sent")
COME_IN_THE_END = 524  # of Okas 2017, docs/calibration.md
NEXT = 1000  # people of the exercise to come
NUMBERS = (2, 3, 4, 6, 10, 30)

_HEAD = """# Prediction: one exercise from the others

*Written by `python -m tocsin.sweep.prediction_page docs/prediction.md` from `src/tocsin/sweep/exercises.toml`; a test
fails when it is stale. `tocsin bench turnout` prints the same figures as rows.*

[Calibration](calibration.md) asks whether a plan gives back the exercise that it was fitted to. This page asks what
that is worth: **had one exercise not been held yet, what would the others have said of it?** Each is left out once,
and its share is foretold from the rest, with an interval that should hold it nine times in ten.

**In short.** {short}

## The model
Exercises differ by more than chance: the logits of their shares are normal round a mean, with a variance between
exercises that is estimated along with it (*logit-normal*), and those who come are binomial given the exercise's own
share. With three exercises the variance is hardly known itself, so no single value of it is used: each value counts
as much as the spread of the exercises allows (a confidence distribution by the generalised Q statistic: Viechtbauer
2007, doi 10.1002/sim.2514; Nagashima, Noma and Furukawa 2019, doi 10.1177/0962280218773520). For exercises of one
size this is the exact interval of a next observation, mean ± t(k - 1) s √(1 + 1/k). There is no prior. On simulated
exercises whose truth is known, three to six of them, it holds the next one in 88 to 92 of 100 where they vary as much
as these, and in up to 98 where they hardly do.

The **interval score** is the width, plus twenty times the distance by which the figure was missed (Gneiting and
Raftery 2007, doi 10.1198/016214506000001437, eq. 43); less is better. "5 % to 95 %", which knows nothing, has the
score 0.90 wherever it holds. *Sampling alone* is what the same exercises foretell if all of them share one chance to
come: the interval of whoever forgets that exercises differ.
"""

_LITTLE = """## How little this tells
- **{held} of {all} inside proves next to nothing.** Intervals that hold only {least} would manage that once in twenty
  times, even if the four were independent; and they are not, as each helps to foretell the three others.
- **Three others leave the answer wide.** Its interval takes up {widths} of the way from nobody to everybody. Whoever
  plans for the next exercise learns that most will come, probably, and not nearly all.
- **What was published may be the better half.** Of the eight snap exercises in the table below, four have a turnout
  of sent that could be found. If the other four went worse, the interval stands too high.
- **The exercises must be alike.** The interval takes for granted that the next one is drawn like the others: the same
  country, the same custom, a day's notice or two, no war. For a call-up unlike them it promises nothing.

More exercises help slowly, and never beyond their own spread. With the spread of these four, and the same middle:

{table}

The last line is what stays if the mean and the variance between exercises were known: turnout simply differs so much.
"""

_BUNDLED = """## What it means for a rehearsal
The ranges of a rehearsal hold chance within one exercise of known turnout. A plan for an exercise to come should be
run at several turnouts across the interval above (`no_show`, or `reach`), not at its middle; [limits](limits.md) says
the same in other words.
"""


def prediction_page() -> str:
    """Write the page, in Markdown."""
    chosen = series(*CAME)
    turnout, reach = left_out(chosen), left_out(series(*REACHED))
    parts = [
        _HEAD.format(short=_short(turnout)),
        "## Turnout: came, of those to whom a summons was sent",
        _table(turnout),
        _next(chosen),
        "### Were the choices decisive?",
        _variants(chosen),
        "## Reach: reached, of those to whom a summons was sent",
        _reach(reach),
        "## Turnout of those reached",
        "One exercise alone published it (Okas 2019: 1,464 of 1,902 = 0.770). From none, nothing can be foretold; a\n"
        "plan that splits turnout into reach and behaviour rests, for its second half, on that one figure.",
        _how_little(chosen, turnout),
        _BUNDLED,
        "## The figures, and why each enters or does not",
        _sources(),
    ]
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def _short(turnout: list[LeftOut]) -> str:
    widths = [found.prediction.width for found in turnout]
    inside = sum(found.prediction.holds(found.share) for found in turnout)
    alone = sum(found.alone.holds(found.share) for found in turnout)
    return (
        f"{inside} of {len(turnout)} turnouts lie in their 90 % interval, which is {min(widths):.2f} to "
        f"{max(widths):.2f} wide; of the\nintervals that sampling alone gives, {alone} of {len(turnout)}. "
        "A few exercises can warn against a narrow forecast; they cannot\ngive one."
    )


def _table(found: Sequence[LeftOut]) -> str:
    lines = [
        "| left out | what came out | foretold by the others | inside | width | score "
        "| sampling alone | inside | score |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for one in found:
        of = "" if one.figure.count is None else f"{one.figure.count:,}/{one.figure.size:,} = "
        foretold = f"{one.prediction.middle:.3f} ({_range(one.prediction)})"
        cells = [one.figure.exercise, f"{of}{one.share:.3f}", foretold, *_judged(one.prediction, one.share)]
        inside, _, score = _judged(one.alone, one.share)
        lines.append(f"| {' | '.join([*cells, _range(one.alone), inside, score])} |")
    return "\n".join(lines)


def _judged(prediction: Prediction, share: float) -> tuple[str, str, str]:
    inside = "yes" if prediction.holds(share) else "**no**"
    return inside, f"{prediction.width:.3f}", f"{prediction.score(share):.3f}"


def _range(prediction: Prediction) -> str:
    return f"{prediction.low:.3f} – {prediction.high:.3f}"


def _of(chosen: Sequence[Figure], size: int) -> Prediction:
    return predict([figure.count or 0 for figure in chosen], [figure.size or 0 for figure in chosen], size)


def _next(chosen: Sequence[Figure]) -> str:
    told = _of(chosen, NEXT)
    return (
        f"A next exercise that is drawn like these {len(chosen)} and calls {NEXT:,}: {told.middle:.2f} of sent, "
        f"with nine chances in\nten between {told.low:.2f} and {told.high:.2f}."
    )


def _variants(chosen: Sequence[Figure]) -> str:
    """Set other readings of the figures beside the series as it stands."""
    notice = next(f for f in figures() if (f.what, f.of) == CAME and not f.alike)
    in_the_end = [replace(f, count=COME_IN_THE_END) if f.year == 2017 else f for f in chosen]
    at_least = [replace(f, count=1800, percentage=None) if f.year == 2022 else f for f in chosen]
    variants = {
        "as above": list(chosen),
        "2017: the 524 who came in the end": in_the_end,
        "2022: 1,800 of 2,861": at_least,
        "without 2017, whose figure has a deadline": [f for f in chosen if f.year != 2017],
        "with Kevadtorm 2024, at 120 days' notice": [*chosen, notice],
    }
    lines = ["| variant | exercises | inside | widths | mean score | the next 1,000 |", "|---|---|---|---|---|---|"]
    for name, those in variants.items():
        found = left_out(those)
        inside = sum(one.prediction.holds(one.share) for one in found)
        widths = [one.prediction.width for one in found]
        score = np.mean([one.prediction.score(one.share) for one in found])
        cells = [
            name,
            len(those),
            f"{inside} of {len(found)}",
            f"{min(widths):.2f} – {max(widths):.2f}",
            f"{score:.2f}",
        ]
        lines.append(f"| {' | '.join(map(str, [*cells, _range(_of(those, NEXT))]))} |")
    told = (
        "\n\nHow 2017 and 2022 are read decides nothing. With a fifth exercise at another notice the intervals\n"
        "shrink, and one figure falls out of its own: what is pooled must be alike."
    )
    return "\n".join(lines) + told


def _reach(found: Sequence[LeftOut]) -> str:
    outside = [one.figure.exercise for one in found if not one.prediction.holds(one.share)]
    missed = f"{' and '.join(outside) or 'Neither'} falls outside"
    return (
        f"{_table(found)}\n\nEach is foretold from two, of which one is a bound (2022: 90 % at most) or of another\n"
        "kind (2024: 120 days' notice). From two the interval is everything, or, where they happen to agree, surer\n"
        f"than two figures of different kinds allow. {missed}. Nothing should be built on these lines; they\n"
        "stand here so that nobody thinks reach is known."
    )


def _how_little(chosen: Sequence[Figure], turnout: Sequence[LeftOut]) -> str:
    inside = sum(found.prediction.holds(found.share) for found in turnout)
    widths = [found.prediction.width for found in turnout]
    return _LITTLE.format(
        held=inside,
        all=len(turnout),
        least=f"{100 * 0.05 ** (1 / len(turnout)):.0f} %",  # chance p of each with pⁿ = 1 in 20
        widths=f"{100 * min(widths):.0f} to {100 * max(widths):.0f} %",
        table="\n".join(_more(chosen)),
    )


def _more(chosen: Sequence[Figure]) -> list[str]:
    """Interval of the next share from so many exercises, mean ± t(k - 1) s √(1 + 1/k) on the logits."""
    from scipy.special import expit, ndtri, stdtrit  # late: SciPy's start is dear

    shares = np.array([figure.share for figure in chosen], np.float64)
    logits = np.log(shares / (1 - shares))
    middle, spread, tail = logits.mean(), logits.std(ddof=1), (1 + LEVEL) / 2
    lines = ["| exercises | interval of the next | width |", "|---|---|---|"]
    halves = [(str(k), stdtrit(k - 1, tail) * spread * (1 + 1 / k) ** 0.5) for k in NUMBERS]
    for name, half in [*halves, ("no end of them", ndtri(tail) * spread)]:
        low, high = expit(middle - half), expit(middle + half)
        lines.append(f"| {name} | {low:.2f} – {high:.2f} | {high - low:.2f} |")
    return lines


def _sources() -> str:
    lines = ["| exercise | share | enters | why | source |", "|---|---|---|---|---|"]
    for figure in figures():
        of = f"{figure.what}, of {figure.of}"
        share = "not found" if figure.share is None else f"{'at most ' if figure.bound else ''}{figure.share:.3f}"
        enters = "yes" if figure.enters else "no"
        lines.append(f"| {figure.exercise} | {of}: {share} | {enters} | {figure.why} | {figure.source} |")
    return "\n".join(lines)


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(prediction_page(), encoding="utf-8")

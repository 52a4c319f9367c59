"""What weighing gives: for each hypothesis a median and a band in words, what each item does, what to look for next.

All probabilities are medians and 5 % and 95 % quantiles over the draws; `low` and `high` are always those two.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, ClassVar

__all__ = ["Effect", "Flip", "Grounds", "Likely", "Next", "Point", "Ratio", "Reading", "Weighed", "Without"]


@dataclass(frozen=True, slots=True)
class Likely:
    """How likely one hypothesis is.

    Attributes:
        hypothesis: Its id.
        name: As it is shown.
        median: Over the draws.
        low: 5 % of the draws are below.
        high: 5 % of the draws are above.
        mean: Over the draws: what scores are counted from; the means of all hypotheses add up to 1.
        word: ICD 203 word of the median.
        low_word: Word of `low`.
        high_word: Word of `high`.
        prior_median: The median before any of the evidence.
        prior_low: `low` before any of the evidence.
        prior_high: `high` before any of the evidence.
    """

    hypothesis: str
    name: str
    median: float
    low: float
    high: float
    mean: float
    word: str
    low_word: str
    high_word: str
    prior_median: float
    prior_low: float
    prior_high: float

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return _fields(self)


@dataclass(frozen=True, slots=True)
class Ratio:
    """How an item speaks for a hypothesis: log10 of its likelihood over the mean of the others'; above 0 = for it."""

    hypothesis: str
    median: float
    low: float
    high: float

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return _fields(self)


@dataclass(frozen=True, slots=True)
class Without:
    """What a hypothesis would be if one item were changed.

    Attributes:
        hypothesis: Its id.
        median: Its median then.
        change: That median minus the one that is published.
    """

    hypothesis: str
    median: float
    change: float

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return _fields(self)


@dataclass(frozen=True, slots=True)
class Effect:
    """What one item of evidence does.

    Attributes:
        id: Of the item.
        holds: Whether it went into the answer.
        why: Why not, or what it rests on.
        counted_in: Id of the item that it was counted in, being a copy of it; "" otherwise.
        ratios: By hypothesis, in the order of the case; empty where it did not go in, or was counted in another.
        diagnosticity: Median over the draws of the mean absolute log10 ratio of the likelihoods of two hypotheses, over
            all pairs: 0 = tells nothing, 1 = ten times.
        without: The answer with this item left out, by hypothesis; roots of shared testimony stay as they were.
        borne: 5 %, median and 95 % of how far its witnesses bear it out: the probability of the statement at even odds
            before they spoke; None where no witness is asked (an absence, a simulated world).
        origins: How many origins spoke for it and were counted.
        shared: Notes on origins whose word on one thing is used for other items too, one sentence each.
    """

    id: str
    holds: bool
    why: str
    counted_in: str = ""
    ratios: tuple[Ratio, ...] = ()
    diagnosticity: float = 0.0
    without: tuple[Without, ...] = ()
    borne: tuple[float, float, float] | None = None
    origins: int = 0
    shared: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return _fields(self)


@dataclass(frozen=True, slots=True)
class Flip:
    """What the answer would be if one item fell away, or turned round: if it were not so.

    Attributes:
        item: Its id.
        how: `Flip.FALLS` or `Flip.TURNS`.
        leading: Id of the hypothesis that would lead (by median).
        changes_lead: Whether that is another one than now.
        moved: The largest change of a median of any hypothesis.
        answer: All hypotheses then.
        says: One sentence.
    """

    FALLS: ClassVar[str] = "falls away"
    TURNS: ClassVar[str] = "turns round"

    item: str
    how: str
    leading: str
    changes_lead: bool
    moved: float
    answer: tuple[Without, ...]
    says: str

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return _fields(self)


@dataclass(frozen=True, slots=True)
class Reading:
    """The answer under another reading of the prior."""

    name: str
    answer: tuple[Likely, ...]

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return _fields(self)


@dataclass(frozen=True, slots=True)
class Next:
    """What one further observation would be worth.

    Attributes:
        id: Of the thing to look for.
        bits: Expected information, the mutual information of hypothesis and seen or not, in bits: median.
        bits_low: Its 5 % quantile.
        bits_high: Its 95 % quantile.
        seen: How likely it is to be seen, if one looks: median.
        seen_low: Its 5 % quantile.
        seen_high: Its 95 % quantile.
        seen_word: Word of `seen`.
        if_seen: The answer if it is seen for sure, by hypothesis.
        if_not: The answer if it is for sure not there.
        leading_if_seen: Id of the hypothesis that would lead then.
        leading_if_not: The same, if it is not there.
        says: One sentence.
    """

    id: str
    bits: float
    bits_low: float
    bits_high: float
    seen: float
    seen_low: float
    seen_high: float
    seen_word: str
    if_seen: tuple[Likely, ...]
    if_not: tuple[Likely, ...]
    leading_if_seen: str
    leading_if_not: str
    says: str

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return _fields(self)


@dataclass(frozen=True, slots=True)
class Grounds:
    """What the answer rests on.

    Attributes:
        items: How many items went in; copies are one.
        left_out: How many did not.
        origins: How many origin groups speak for them, each once.
        graded: How many of those have a letter other than F.
        unnamed: How many of them may be another one that is counted already.
        by_letter: Letter → how many origins (the best letter, where one has several).
        says: One or two sentences.
    """

    items: int
    left_out: int
    origins: int
    graded: int
    unnamed: int
    by_letter: Mapping[str, int]
    says: str

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return _fields(self)


@dataclass(frozen=True, slots=True)
class Point:
    """The answer as it was known at the end of a day.

    Attributes:
        at: The moment: the publication of the last witness counted, of the last point the case's `as_of`; milliseconds
            since 1970, or None where no date is known.
        day: The day in UTC, as YYYY-MM-DD.
        items: Ids of items that went in, by id.
        new: Ids of items that are new, or got a further witness, since the point before.
        answer: All hypotheses.
    """

    at: int | None
    day: str
    items: tuple[str, ...]
    new: tuple[str, ...]
    answer: tuple[Likely, ...]

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return _fields(self)


@dataclass(frozen=True, slots=True)
class Weighed:
    """A case, weighed.

    Attributes:
        case: Its name.
        question: Its question.
        seed: Seed of all draws.
        draws: How many draws.
        case_digest: SHA-256 of the case's text.
        evidence_digest: SHA-256 over what went in: items, witnesses, grades.
        answer: By hypothesis, in the order of the case.
        leading: Id of the hypothesis with the largest median.
        items: By item, in the order of the case.
        carries: Ids of the items that carry the answer, the biggest change by leaving it out first.
        flips: What would change the answer most, first what changes the leading hypothesis.
        priors: The answer under other readings of the prior.
        next: What to look for, most expected information first.
        grounds: What the answer rests on.
        sentences: The answer in words, one sentence a hypothesis, the likeliest first.
        error: Standard error of the medians and quantiles that comes from the number of draws: the largest of all.
        notes: What else must be said (copies, what an origin says once for several items), one sentence each.
    """

    case: str
    question: str
    seed: int
    draws: int
    case_digest: str
    evidence_digest: str
    answer: tuple[Likely, ...]
    leading: str
    items: tuple[Effect, ...]
    carries: tuple[str, ...]
    flips: tuple[Flip, ...]
    priors: tuple[Reading, ...]
    next: tuple[Next, ...]
    grounds: Grounds
    sentences: tuple[str, ...]
    error: float
    notes: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return _fields(self)


def _fields(one: Any) -> dict[str, Any]:
    return {field.name: _plain(getattr(one, field.name)) for field in fields(one)}


def _plain(value: Any) -> Any:
    """Tuples as lists and nouns as their fields, all the way down."""
    if is_dataclass(value):
        return _fields(value)
    if isinstance(value, Mapping):
        return {key: _plain(part) for key, part in value.items()}
    return [_plain(part) for part in value] if isinstance(value, tuple) else value

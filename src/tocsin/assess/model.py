"""The nouns of weighing: hypotheses, evidence, judgments in words, a prior; and what evidence rests on.

A case is what an analyst writes (`case.py` reads it, docs/weigh-case.md tells the format). Binding it to a watch
folder (`bind.py`) turns each item into `Evidence`: the same statement with its witnesses, each an origin group that
counts once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from tocsin.watch.model import Bounds

__all__ = [
    "SORTS",
    "Absence",
    "Case",
    "Evidence",
    "Footing",
    "Grade",
    "Hypothesis",
    "Item",
    "LawFooting",
    "Observation",
    "Prior",
    "Range",
    "WatchFor",
    "Witness",
    "World",
]

SORTS: Final = ("event", "statement", "absence", "footprint", "law", "world")
"""What an item is: something that happened, as reported; that somebody said something (a denial is one); that something
was not seen where one would have looked; the strength of forces; a finding of law; what simulated worlds can show."""


@dataclass(frozen=True, slots=True, order=True)
class Range:
    """A judged probability.

    Attributes:
        low: Least, above 0.
        high: Most, below 1; low ≤ high.
        word: The word by which it was judged; "" of a range in numbers.
    """

    low: float
    high: float
    word: str = ""


@dataclass(frozen=True, slots=True)
class World:
    """How a hypothesis is simulated.

    Attributes:
        plan: A bundled plan's name, or a file beside the case.
        changes: Key path of the plan → its value in this world, as `tocsin compare` sets them.
        vary: Key path or `scale` → least and most, drawn evenly for each run.
        scale: How many times the plan's people are called.
        source: Where it comes from, or "".
        assumption: That it is assumed, and why, or "".
    """

    plan: str
    changes: Mapping[str, Any] = field(default_factory=dict)
    vary: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    scale: float = 1.0
    source: str = ""
    assumption: str = ""


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One answer to the question of a case.

    Attributes:
        id: Short name, as likelihoods use it.
        name: As it is shown.
        says: One sentence.
        expects: What one should see if it is true.
        world: How it is simulated, or None.
    """

    id: str
    name: str
    says: str
    expects: tuple[str, ...] = ()
    world: World | None = None


@dataclass(frozen=True, slots=True)
class Absence:
    """Something that was not seen.

    Attributes:
        looked: Where one would have looked, in a sentence; without it there is no such evidence.
        detect: How likely one would have seen it, had it been there.
        unless: Sides of the ledger as `question/side`; a standing claim there means that it was seen after all.
    """

    looked: str
    detect: Range
    unless: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Footing:
    """A statement on the strength of a force, put to the footprint.

    Attributes:
        owner, kind, unit, scope, place: The quantity, as `watch footprint` names it; "" = not asked for.
        at: The moment, milliseconds since 1970.
        strength: At least and at most.
        like: A past build-up to resemble, as (from, until) in milliseconds, or None.
        sightings: Ids of statements on forces that say so; instead of a strength.
    """

    owner: str = ""
    kind: str = ""
    unit: str = ""
    scope: str = "national"
    place: str = ""
    at: int = 0
    strength: Bounds = field(default_factory=Bounds)
    like: tuple[int, int] | None = None
    sightings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LawFooting:
    """A finding of law that an item rests on.

    Attributes:
        rule: Id of a rule of the case's pack.
        words: What the finding must say (as `law.explain` words it), one of these.
        assumed: Facts that are assumed, such as the kind of call-up.
    """

    rule: str
    words: tuple[str, ...]
    assumed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Item:
    """One piece of evidence as the analyst writes it: a statement, what it rests on, and how likely it is under each.

    Attributes:
        id: Short name.
        says: The statement E, one sentence.
        sort: One of `SORTS`.
        likelihood: Hypothesis → judged P(E | hypothesis).
        why: Why so judged; an assumption of the analyst.
        claims: Ids of claims that say so.
        incidents: Ids of incidents whose asserting claims say so.
        absence: Of an absence.
        footing: Of a footprint.
        law: Of a finding of law.
        observations: Ids of observations, of a world.
        use: Of a world: `judged` or `simulated`, whichever goes into the answer; both are shown.
    """

    id: str
    says: str
    sort: str
    likelihood: Mapping[str, Range]
    why: str = ""
    claims: tuple[str, ...] = ()
    incidents: tuple[str, ...] = ()
    absence: Absence | None = None
    footing: Footing | None = None
    law: LawFooting | None = None
    observations: tuple[str, ...] = ()
    use: str = "judged"


@dataclass(frozen=True, slots=True)
class Observation:
    """A number that was reported and that a simulated world gives too.

    Attributes:
        id: Short name.
        says: What it is, one sentence.
        summary: Name of a summary of a run (`worlds/summaries.py`).
        seen: At least and at most, as reported, in the summary's unit.
        tolerance: How far outside a run may lie and still be accepted, in the summary's unit.
        claims: Ids of claims that say so.
        assumption: What was assumed in choosing bounds and tolerance, or "".
    """

    id: str
    says: str
    summary: str
    seen: tuple[float | None, float | None]
    tolerance: float
    claims: tuple[str, ...] = ()
    assumption: str = ""


@dataclass(frozen=True, slots=True)
class Prior:
    """What was likely before any of the evidence.

    Attributes:
        weights: Hypothesis → parameter of a Dirichlet distribution: cases of its kind, and the pseudo-count.
        variants: Name of another reading (contested cases this way or that, without them, more cases, flat) → the same.
        cases: Hypothesis → ids of cases of the reference class behind its weight, shared ones included.
        contested: Ids of cases that are contested.
        basis: One sentence on the class and its doubts.
        note: The remark on each case, by id.
    """

    weights: Mapping[str, float]
    variants: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    cases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    contested: tuple[str, ...] = ()
    basis: str = ""
    note: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Grade:
    """How reports of some kind are graded in this case, where nobody has graded them in the watch folder.

    Attributes:
        letter: One of `watch.model.LETTERS`.
        reason: Why.
        publisher, owner, level: What a report must be; "" = any.
    """

    letter: str
    reason: str
    publisher: str = ""
    owner: str = ""
    level: str = ""


@dataclass(frozen=True, slots=True)
class WatchFor:
    """Something to look for next.

    Attributes:
        id: Short name.
        says: What would be seen, one sentence.
        where: Where one would look.
        likelihood: Hypothesis → judged probability that it is there to be seen.
        by: Until when it should have shown, milliseconds since 1970, or None.
        sides: Sides of the ledger as `question/side`: where claims on it would come in.
    """

    id: str
    says: str
    where: str
    likelihood: Mapping[str, Range]
    by: int | None = None
    sides: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """A question, its possible answers, and the evidence.

    Attributes:
        name: Short name.
        question: The question.
        hypotheses: In the order of the file; at least two.
        items: In the order of the file; at least one.
        prior: What was likely before.
        grades: How sources are graded here; the first that fits holds.
        watch_for: What to look for next.
        observations: Numbers that simulated worlds are put to.
        watch: A bundled case of the watch room, or a folder beside the file; "" = said by the command.
        law: Country of the pack of law, or "".
        as_of: What was published after it does not count, milliseconds since 1970; None = all counts.
        written: The day of the judgments, as written in the file, or "".
        seed: Seed of all draws.
        draws: How many draws.
        file: Name of the file it came from (no path).
        digest: SHA-256 of the file's text.
        text: The file's text.
    """

    name: str
    question: str
    hypotheses: tuple[Hypothesis, ...]
    items: tuple[Item, ...]
    prior: Prior
    grades: tuple[Grade, ...] = ()
    watch_for: tuple[WatchFor, ...] = ()
    observations: tuple[Observation, ...] = ()
    watch: str = ""
    law: str = ""
    as_of: int | None = None
    written: str = ""
    seed: int = 1
    draws: int = 20_000
    file: str = ""
    digest: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Witness:
    """An origin group that speaks for an item: what it testifies to counts once, however many copies there are.

    Attributes:
        group: Name of the origin group (`watch.likeness.claim_origins`); one that begins with `?` may be another one's.
        grade: Letter and digit of its eldest claim among those bound.
        claims: Ids of its claims, by id.
        reports: Ids of their reports, by id.
        known: When the first of them was published that is no copy of another, as far as is known: milliseconds, the
            latest it may be; None = not known.
        why: Where the letter comes from: the folder's decision, a rule of the case, nobody.
        testimony: Ids of the incidents that its claims are about, by id; what it says of one incident it says once,
            in however many items. Empty: all that it says is one thing.
        copied: Whether all of its reports are copies of others: then it is younger than they are, whatever its day.
    """

    group: str
    grade: str
    claims: tuple[str, ...]
    reports: tuple[str, ...]
    known: int | None = None
    why: str = ""
    testimony: tuple[str, ...] = ()
    copied: bool = False

    def said(self) -> frozenset[tuple[str, str]]:
        """What counts once: the group with each thing that it testifies to."""
        return frozenset((self.group, one) for one in self.testimony or ("",))


@dataclass(frozen=True, slots=True)
class Evidence:
    """An item bound to what a watch folder holds.

    Attributes:
        item: The item.
        witnesses: By group; none of an absence.
        holds: Whether it goes into the answer.
        why: Why not, or what it rests on, one sentence.
        support: Of a footprint: probability that the statement holds by the estimate, or None.
        simulated: Of a world: hypothesis → runs accepted and runs made, or None where nothing was simulated.
        traces: Ids of all claims, sightings, reports and rules that it traces to.
    """

    item: Item
    witnesses: tuple[Witness, ...] = ()
    holds: bool = True
    why: str = ""
    support: float | None = None
    simulated: Mapping[str, tuple[int, int]] | None = None
    traces: tuple[str, ...] = ()

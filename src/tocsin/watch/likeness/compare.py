"""Two texts: is one a copy of the other, a part of it, or about the same thing, and how sure is that?

The order of questions:

1. Are the plain texts equal? Then one is a copy. Under the floor that is all that is asked, and the answer is only
   suggested; under four words nothing is.
2. Do they share their runs of three words? Half of all: a copy. Four tenths of the shorter one's, or a passage of 20
   words: a part. That is a fact about words, whatever they tell. Within one publisher only eight tenths make a part:
   a channel's standing lines stand under all its posts.
3. Are they alike? With the model the score is the mean of two shares, each counted from what unrelated texts have (0)
   to what equal ones have (1): of letters (.13 to 1) and of the model's cosine (.80 to 1). Of two languages the model
   alone is asked. Without a model the score is the cosine of letters.

Two thresholds make the answer suggested or confirmed. What a coder wrote is compared as what it tells, never as words:
two summaries of one hand that read alike are no copies, and nothing of them is confirmed without a person.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tocsin.watch.likeness.letters import cosine

__all__ = ["COPY", "FLOOR", "LEAST", "LIKE", "LIKE_MODEL", "PART", "Shape", "Verdict", "enough", "judge", "like"]

FLOOR: Final = 8
"""Words under which texts are not compared, but for equality."""
LEAST: Final = 4
"""Words under which texts are not asked for equality either."""
COPY: Final = (0.5, 0.7)
"""Suggested and confirmed: the share of the runs of three words of both together."""
PART: Final = (0.4, 0.8)
"""Suggested and confirmed: the share of the shorter one's runs of three words."""
PASSAGE_RUNS: Final = 18
"""Shared runs of three words that suggest a part whatever the length: a passage of 20 words."""
LIKE: Final = (0.40, 0.85)
"""Suggested and confirmed, by letters alone."""
LIKE_MODEL: Final = (0.45, 0.85)
"""Suggested and confirmed, with the model."""
SHARED: Final = 6
"""Terms of words that two posts of one publisher must share to be compared."""
_OWN: Final = 0.65
"""Suggested within one publisher: its posts share its ways of writing, whatever they tell."""
_OTHER_LANGUAGE: Final = 0.35
"""Suggested across languages: a cosine of .87; never confirmed."""
_LETTERS_APART: Final = 0.13
_MODEL_APART: Final = 0.80


@dataclass(frozen=True, slots=True)
class Shape:
    """What a verdict asks of one text.

    Attributes:
        words: How many.
        digest: Of the plain text.
        grams, shingles: Sizes of the sets.
        language: Two letters, or und.
        publisher: Whose it is, or "".
        coded: Whether these are a coder's words about a report.
    """

    words: int
    digest: int
    grams: int
    shingles: int
    language: str = "und"
    publisher: str = ""
    coded: bool = False

    @property
    def copies(self) -> bool:
        """Whether equal texts are copies of it."""
        return not self.coded and self.words >= LEAST


@dataclass(frozen=True, slots=True)
class Verdict:
    """What two texts are to each other: kind, score, state and finder as in `Link`."""

    kind: str
    score: float
    state: str
    by: str


def enough(first: int, second: int) -> int:
    """How many terms of words two posts of one publisher must share to be compared.

    A standing line under all posts of a channel gives each two of them some terms in common, and no verdict: within one
    publisher a part needs .8. So they are compared only where they share more than half of the fingerprints of the
    shorter one, or six terms. That depends on the two texts alone.

    Args:
        first, second: How many fingerprints each has.
    """
    return min(SHARED, min(first, second) // 2 + 1)


def judge(first: Shape, second: Shape, grams: int, shingles: int, near: float | None = None) -> Verdict | None:
    """Judge a pair.

    Args:
        first, second: Both texts, in either order.
        grams, shingles: How many they share.
        near: Cosine of their vectors; None without a model.

    Returns:
        The verdict, or None: nothing ties them.
    """
    coded, words = first.coded or second.coded, min(first.words, second.words)
    if not coded and first.digest == second.digest and words >= LEAST:
        return Verdict("copy-of", 1.0, "confirmed" if words >= FLOOR else "suggested", "digest")
    if words < FLOOR:
        return None
    own = first.publisher == second.publisher != ""
    copied = None if coded else _copied(first.shingles, second.shingles, shingles, own=own)
    return copied or _alike(first, second, grams, near)


def _copied(first: int, second: int, shared: int, *, own: bool) -> Verdict | None:
    if not shared:
        return None
    both, part = shared / (first + second - shared), shared / min(first, second)
    if both >= COPY[0]:
        return Verdict("copy-of", round(both, 4), _state(both, COPY), "minhash")
    if part >= PART[1] or (not own and (part >= PART[0] or shared >= PASSAGE_RUNS)):
        return Verdict("part-of", round(part, 4), _state(part, PART), "minhash")
    return None


def _alike(first: Shape, second: Shape, grams: int, near: float | None) -> Verdict | None:
    score, by = like(first, second, grams, near), "tfidf" if near is None else "model"
    across = near is not None and _languages_differ(first, second)
    least = _OTHER_LANGUAGE if across else LIKE[0] if near is None else LIKE_MODEL[0]
    if first.publisher == second.publisher != "" and not first.coded and not second.coded:
        least = max(least, _OWN)
    if score < least:
        return None
    sure = not across and not first.coded and not second.coded
    state = _state(score, LIKE if near is None else LIKE_MODEL) if sure else "suggested"
    return Verdict("same-as", round(score, 4), state, by)


def like(first: Shape, second: Shape, grams: int, near: float | None = None) -> float:
    """How like two texts are, 0 to 1: the score that thresholds stand on and that the bench judges."""
    letters = cosine(grams, first.grams, second.grams)
    if near is None:
        return letters
    meaning = (near - _MODEL_APART) / (1 - _MODEL_APART)
    if _languages_differ(first, second):
        return min(1.0, max(0.0, meaning))
    return min(1.0, max(0.0, ((letters - _LETTERS_APART) / (1 - _LETTERS_APART) + meaning) / 2))


def _languages_differ(first: Shape, second: Shape) -> bool:
    return first.language != second.language and "und" not in (first.language, second.language)


def _state(score: float, thresholds: tuple[float, float]) -> str:
    return "confirmed" if score >= thresholds[1] else "suggested"

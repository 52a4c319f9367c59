"""Cutting texts into what is compared: letters in fours, words in threes, stems, and fingerprints of passages.

A text is first made plain: without the lines by which a channel signs, NFKC, casefold, ё as е, and nothing but words
with one space between them. Then

- *grams*: runs of four characters inside a word, its two edges counted as characters; a set. They carry likeness.
- *shingles*: runs of three words; a set. They carry copying, since they know the order of words.
- *stems*: the first six letters of every word of five letters or more, and whole numbers; a set. Short words are the
  same in every text of a language, so that leaving them out is what an inverse document frequency would do, without
  asking what else is in the store.
- *fingerprints*: winnowed runs of five words. Two texts that share a passage of ten words share one for certain.

Everything is a hash, worked out for many texts at once; what a text gives depends on that text alone.

Winnowing: S. Schleimer, D. Wilkerson, A. Aiken, "Winnowing: local algorithms for document fingerprinting", 2003.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

__all__ = ["GRAM", "LONGEST", "PASSAGE", "RUN", "SHINGLE", "Cut", "cut", "mixed", "plain"]

LONGEST: Final = 50_000
"""Characters of a text that are compared; what comes after them is not."""
GRAM: Final = 4
SHINGLE: Final = 3
RUN: Final = 5
"""Words of one fingerprint's run."""
_WINDOW: Final = 6
PASSAGE: Final = RUN + _WINDOW - 1
"""Words of a shared passage that is found for certain."""
_STEM: Final = 6
_LONG: Final = 5
_BATCH: Final = 2_000
_SIGNED: Final = re.compile(
    r"@\w|https?://|\bt\.me/|подпис|підпис|падпіс|наш канал|subscri|follow us|prenumer|subskry|obserwuj|sekite",
    re.IGNORECASE,
)
"""What marks a channel's own line under a post; written for this project."""
_SIGNATURE: Final = 3
"""Lines at the end of a text that may be a signature."""
_WORD: Final = re.compile(r"\w+")

Numbers = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """One text, cut.

    Attributes:
        words: How many words it has.
        digest: 64 bits of the digest of the plain text; equal texts have equal ones.
        grams: Sorted set, 32 bits each.
        shingles: Sorted set, 32 bits each.
        stems: Sorted set, 64 bits each.
        fingerprints: Sorted set, 64 bits each.
    """

    words: int
    digest: int
    grams: npt.NDArray[np.uint32]
    shingles: npt.NDArray[np.uint32]
    stems: Numbers
    fingerprints: Numbers


def plain(text: str) -> str:
    """A text as it is compared: words in small letters with one space between them, without a channel's signature."""
    small = unicodedata.normalize("NFKC", _unsigned(text[:LONGEST])).casefold().replace("ё", "е")
    return " ".join(_WORD.findall(small))


def _unsigned(text: str) -> str:
    """A text without the lines at its end by which a channel signs; its first line always stays."""
    lines = text.rstrip().split("\n")
    for _ in range(_SIGNATURE):
        while len(lines) > 1 and not lines[-1].strip():
            lines.pop()
        if len(lines) > 1 and _SIGNED.search(lines[-1]):
            lines.pop()
    return "\n".join(lines)


def mixed(values: Numbers) -> Numbers:
    """Spread 64 bits evenly (the end of SplitMix64: Steele, Lea, Flood 2014)."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def cut(texts: Sequence[str]) -> list[Cut]:
    """Cut texts.

    Args:
        texts: As captured; they are made plain here.

    Returns:
        One for each, in their order.
    """
    found: list[Cut] = []
    for start in range(0, len(texts), _BATCH):
        found += _cut([plain(text) for text in texts[start : start + _BATCH]])
    return found


def _cut(texts: list[str]) -> list[Cut]:
    """Cut a batch of plain texts: one long row of characters, with two spaces where a text ends."""
    row = "".join(f" {text} " for text in texts).encode("utf-32-le", "surrogatepass")
    codes = np.frombuffer(row, np.uint32).astype(np.uint64)
    text_of = np.repeat(np.arange(len(texts)), [len(text) + 2 for text in texts])
    letters = codes != 32
    first = np.flatnonzero(letters & ~np.roll(letters, 1))
    lengths = np.flatnonzero(letters & ~np.roll(letters, -1)) - first + 1
    words, stems = _words(codes, first, lengths), _words(codes, first, np.minimum(lengths, _STEM))
    owner = text_of[first]
    telling = (lengths >= _LONG) | ((codes[first] >= 48) & (codes[first] <= 57))
    grams = _grams(codes, letters)
    counts = np.bincount(owner, minlength=len(texts))
    parts = (
        _sets(text_of[grams[0]], grams[1] >> np.uint64(32), len(texts)),
        _sets(*_runs(words, owner, SHINGLE, shift=32), len(texts)),
        _sets(owner[telling], stems[telling], len(texts)),
        _sets(*_winnowed(*_runs(words, owner, RUN)), len(texts)),
    )
    return [
        Cut(int(counts[i]), _digest(text), parts[0][i].astype(np.uint32), parts[1][i].astype(np.uint32), *rest)
        for i, text in enumerate(texts)
        for rest in [(parts[2][i], parts[3][i])]
    ]


def _digest(text: str) -> int:
    made = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(made, "little", signed=True)


def _words(codes: Numbers, first: npt.NDArray[np.int64], lengths: npt.NDArray[np.int64]) -> Numbers:
    """A hash of the first letters of each word: the sum of its letters, each mixed with its place."""
    if not len(first):
        return np.zeros(0, np.uint64)
    starts = np.concatenate(([0], np.cumsum(lengths)[:-1]))
    places = np.arange(int(lengths.sum())) - np.repeat(starts, lengths)
    letters = codes[np.repeat(first, lengths) + places]
    return mixed(np.add.reduceat(mixed(letters + (places.astype(np.uint64) << np.uint64(32))), starts))


def _grams(codes: Numbers, letters: npt.NDArray[np.bool_]) -> tuple[npt.NDArray[np.int64], Numbers]:
    """Where runs of four characters begin whose inner ones are letters, and their hashes."""
    if len(codes) < GRAM:
        return np.zeros(0, np.int64), np.zeros(0, np.uint64)
    end = len(codes) - GRAM + 1
    where = np.flatnonzero(letters[1 : end + 1] & letters[2 : end + 2])
    value = np.zeros(len(where), np.uint64)
    for step in range(GRAM):
        value = mixed(value + codes[where + step] + np.uint64(0x9E3779B97F4A7C15))
    return where, value


def _runs(
    words: Numbers, owner: npt.NDArray[np.int64], long: int, shift: int = 0
) -> tuple[npt.NDArray[np.int64], Numbers]:
    """Whose each run of words is, and its hash, in the order of the text; no run goes past the end of its text."""
    count = max(0, len(words) - long + 1)
    whole = owner[:count] == owner[long - 1 : long - 1 + count] if count else np.zeros(0, np.bool_)
    value = np.zeros(count, np.uint64)
    for step in range(long if count else 0):
        value = mixed(value + words[step : step + count] + np.uint64(0x9E3779B97F4A7C15))
    return owner[:count][whole], value[whole] >> np.uint64(shift)


def _winnowed(owner: npt.NDArray[np.int64], runs: Numbers) -> tuple[npt.NDArray[np.int64], Numbers]:
    """The least of every window of runs; of a text with fewer runs than a window, the least of all."""
    count = len(runs)
    least, full = runs.copy(), np.ones(count, np.bool_)
    for step in range(1, _WINDOW):
        inside = np.zeros(count, np.bool_)
        inside[: max(0, count - step)] = owner[step:] == owner[: max(0, count - step)]
        where = np.flatnonzero(inside)
        least[where] = np.minimum(least[where], runs[where + step])
        full &= inside
    starts = np.ones(count, np.bool_)
    starts[1:] = owner[1:] != owner[:-1]
    kept = full | starts
    return owner[kept], least[kept]


def _sets(owner: npt.NDArray[np.int64], values: Numbers, texts: int) -> list[Numbers]:
    """The sorted set of values of each text."""
    order = np.lexsort((values, owner))
    owner, values = owner[order], values[order]
    fresh = np.ones(len(values), np.bool_)
    fresh[1:] = (owner[1:] != owner[:-1]) | (values[1:] != values[:-1])
    owner, values = owner[fresh], values[fresh]
    return np.split(values, np.searchsorted(owner, np.arange(1, texts)))

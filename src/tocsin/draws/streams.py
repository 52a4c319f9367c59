"""Names of random streams: which 128 bits of key stand for (seed, run, stage, visit).

A strong hash does this part, once a column and run, so that runs 0, 1, 2 or seeds that differ in a single bit
give streams with nothing in common; the cheap part, once a person, is in `tocsin.draws.kernels`.
"""

from __future__ import annotations

from hashlib import sha256

import numpy as np
import numpy.typing as npt

from tocsin.errors import RunError

__all__ = ["PERSON_LIMIT", "stream_keys", "uniform", "uniforms"]

PERSON_LIMIT = 2**63
"""Person ids are stable whole numbers from 0 up to but not including this."""

_FORMAT = "tocsin draws 1"  # part of every key: a later generator changes it and shares no stream with this one
_LIMITS = {"seed": 2**64, "run": 2**32, "visit": 2**16}
_WORD = 2**64 - 1


def stream_keys(seed: int, run: int, stage: str, visit: int) -> tuple[int, int]:
    """Return the two 64-bit keys of a stream.

    Args:
        seed: Seed of the exercise, 0 to 2**64 - 1.
        run: Replication, 0 to 2**32 - 1.
        stage: Name of what is drawn, such as "medical service"; not empty.
        visit: The n-th time that the person comes there, 0 to 65535.

    Returns:
        The first 128 bits of SHA-256 over the four, as two unsigned words.

    Raises:
        RunError: A number is outside its range, or the name is empty or not text.
    """
    for name, number in (("seed", seed), ("run", run), ("visit", visit)):
        _check_number(name, number, _LIMITS[name])
    if not isinstance(stage, str) or not stage:
        raise RunError(f"a random stream needs a name, found {stage!r}", place="draws: stage")
    try:
        text = f"{_FORMAT}\n{int(seed)}\n{int(run)}\n{int(visit)}\n{stage}".encode()
    except UnicodeEncodeError:
        sentence = f"the name of a random stream must be text, found {stage!r}"
        raise RunError(sentence, place="draws: stage") from None
    digest = sha256(text).digest()
    return int.from_bytes(digest[:8], "little"), int.from_bytes(digest[8:16], "little")


def uniforms(seed: int, run: int, stage: str, visit: int, ids: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Return the uniform number of each person in one stream.

    Args:
        seed: Seed of the exercise.
        run: Replication.
        stage: Name of what is drawn.
        visit: The n-th time.
        ids: Stable person ids, whole numbers, shape (n,).

    Returns:
        float64[n], each (m + 1/2) / 2**52 with a whole m: never 0, never 1.

    Raises:
        RunError: A part of the stream's name or an id is outside its range.
    """
    from tocsin.draws import kernels  # late: the door stays cheap for those who only name columns

    k0, k1 = stream_keys(seed, run, stage, visit)
    person = check_ids(ids)
    out = np.empty(person.shape[0])
    kernels.fill_uniforms(out, person, np.uint64(k0), np.uint64(k1))
    return out


def uniform(seed: int, run: int, stage: str, visit: int, person: int) -> float:
    """Return one person's uniform number in plain Python: slow, obvious, bit-identical to the kernel.

    Args:
        seed: Seed of the exercise.
        run: Replication.
        stage: Name of what is drawn.
        visit: The n-th time.
        person: Stable id.

    Returns:
        A number in (0, 1).

    Raises:
        RunError: A part of the name or the id is outside its range.
    """
    k0, k1 = stream_keys(seed, run, stage, visit)
    _check_number("person", person, PERSON_LIMIT)
    return ((plain_word(k0, k1, int(person)) >> 12) + 0.5) * 2.0**-52


def plain_word(k0: int, k1: int, person: int) -> int:
    """Return the 64 random bits of one person with Python's own integers (formula: `kernels.py`)."""
    x = (k0 + person * 0x9E3779B97F4A7C15) & _WORD
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9 & _WORD
    x = (x ^ x >> 27) * 0x94D049BB133111EB & _WORD
    x = (x ^ x >> 31 ^ k1) * 0xD6E8FEB86659FD93 & _WORD
    return x ^ x >> 32


def check_ids(ids: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return the ids as a contiguous int64 array, or refuse what is not a list of ids.

    Raises:
        RunError: The array has another shape, is not of whole numbers, or holds a negative id.
    """
    found = np.asarray(ids)
    if found.ndim != 1 or found.dtype.kind not in "iu":
        raise RunError(
            f"person ids must be whole numbers in one dimension, found {found.dtype} with shape {found.shape}",
            place="draws: person",
        )
    person = np.ascontiguousarray(found, dtype=np.int64)
    if person.size and person.min() < 0:
        raise RunError(f"person ids must be 0 or more, found {person.min()}", place="draws: person")
    return person


def _check_number(name: str, number: int, limit: int) -> None:
    if isinstance(number, bool) or not isinstance(number, (int, np.integer)) or not 0 <= number < limit:
        sentence = f"{name} must be a whole number from 0 to {limit - 1}, found {number!r}"
        raise RunError(sentence, place=f"draws: {name}")

"""The index in the store: features of every report and the terms under which it is filed (tables of `store.py`).

A report is found through its terms, and only what shares one with it is read. Of equal texts only the
eldest has terms. Numbers in the index are given in order of filing; nothing that is shown depends on them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from tocsin.watch.likeness.compare import SHARED, Shape, enough
from tocsin.watch.likeness.subjects import Subject
from tocsin.watch.store import Store

__all__ = ["Filed", "file", "file_terms", "keep_vector", "met", "take_terms"]

_ASK: Final = 400
"""Values in one question; SQLite allows more, older ones 999."""
_WRITTEN: Final = 100_000
"""Rows of terms that are objects at a time."""
_COLUMNS: Final = "report, words, digest, language, publisher, coded, age, grams, shingles, vector"


@dataclass(frozen=True, slots=True, eq=False)
class Filed:
    """A report as it stands in the index."""

    report: str
    shape: Shape
    grams: npt.NDArray[np.uint32]
    shingles: npt.NDArray[np.uint32]
    age: int
    vector: npt.NDArray[np.float16] | None

    @property
    def elder_key(self) -> tuple[int, str]:
        """Sorts the elder first; of equal times the smaller id."""
        return self.age, self.report


def file(store: Store, subjects: Sequence[Subject]) -> None:
    """File the features of reports; what is filed already keeps its own. What is a copy does not lead yet."""
    for one in subjects:
        if _number(store, one.report) is None:
            _insert(store, one)


def file_terms(store: Store, subjects: Sequence[Subject]) -> None:
    """File reports under their terms: those under which they can be found; known ones get the terms that are new."""
    store.connection.executemany("INSERT OR IGNORE INTO postings VALUES (?, ?)", _postings(store, subjects))


def take_terms(store: Store, subjects: Sequence[Subject]) -> None:
    """Take the terms of reports away: they are found no more."""
    store.connection.executemany("DELETE FROM postings WHERE term = ? AND number = ?", _postings(store, subjects))


def _postings(store: Store, subjects: Sequence[Subject]) -> Iterator[tuple[int, int]]:
    """Terms and numbers of reports, in order: the table is a tree by term, and so it is written once.

    They are millions of many reports: only a part of them is made into objects at a time.
    """
    numbered = [(number, one.filed()) for one in subjects if (number := _number(store, one.report)) is not None]
    if not numbered:
        return
    terms = np.concatenate([found for _, found in numbered])
    numbers = np.repeat([number for number, _ in numbered], [len(found) for _, found in numbered])
    order = np.lexsort((numbers, terms))
    for start in range(0, len(order), _WRITTEN):
        part = order[start : start + _WRITTEN]
        yield from zip(terms[part].tolist(), numbers[part].tolist(), strict=True)


def _number(store: Store, report: str) -> int | None:
    found = store.connection.execute("SELECT number FROM features WHERE report = ?", (report,)).fetchone()
    return None if found is None else int(found[0])


def _insert(store: Store, one: Subject) -> None:
    shape = one.shape
    values = (one.report, shape.words, shape.digest, shape.language, shape.publisher, shape.coded, one.age)
    store.connection.execute(
        f"INSERT INTO features ({_COLUMNS}, prints, leads) VALUES (?,?,?,?,?,?,?,?,?,NULL,?,?)",
        (*values, one.cut.grams.tobytes(), one.cut.shingles.tobytes(), one.prints, not shape.copies),
    )


def met(store: Store, one: Subject, *, model: bool) -> list[Filed]:
    """All filed reports that are to be compared with one, by id.

    They share a site, a day or a term of words with it, and where they are of its own publisher as many terms of words
    as `compare.enough` asks.
    """
    near = {number for (number,) in _asked(store, "SELECT number FROM postings WHERE term", one.sought(model=model))}
    shared = Counter(number for (number,) in _asked(store, "SELECT number FROM postings WHERE term", one.terms))
    numbers = near | shared.keys()
    if one.own:
        few = [number for number, count in shared.items() if count < SHARED and number not in near]
        own = _asked(store, "SELECT number, prints, publisher, coded FROM features WHERE number", few)
        numbers -= {
            number
            for number, prints, publisher, coded in own
            if publisher == one.own and not coded and shared[number] < enough(one.prints, prints)
        }
    found = [_filed(row) for row in _asked(store, f"SELECT {_COLUMNS} FROM features WHERE number", sorted(numbers))]
    return sorted((each for each in found if each.report != one.report), key=lambda each: each.report)


def _asked(store: Store, asked: str, values: Sequence[int] | npt.NDArray[np.int64]) -> Iterator[tuple[Any, ...]]:
    """Rows for which a number is one of some values."""
    for part in _parts(values if isinstance(values, list) else np.asarray(values).tolist()):
        yield from store.connection.execute(f"{asked} IN ({','.join('?' * len(part))})", part)


def _parts(values: list[int]) -> Iterator[list[int]]:
    return (values[start : start + _ASK] for start in range(0, len(values), _ASK))


def _filed(row: tuple[Any, ...]) -> Filed:
    report, words, digest, language, publisher, coded, age, grams, shingles, vector = row
    letters, runs = np.frombuffer(grams, np.uint32), np.frombuffer(shingles, np.uint32)
    shape = Shape(words, digest, len(letters), len(runs), language, publisher, bool(coded))
    return Filed(report, shape, letters, runs, age, None if vector is None else np.frombuffer(vector, np.float16))


def keep_vector(store: Store, report: str, vector: npt.NDArray[np.float16]) -> None:
    """Keep the vector of a filed report."""
    store.connection.execute("UPDATE features SET vector = ? WHERE report = ?", (vector.tobytes(), report))

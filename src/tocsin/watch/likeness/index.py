"""The index in the store: features of every report and the terms under which it is filed (tables of `store.py`).

A report is found through its terms, and only what shares one with it is read. Numbers in the index are given in order
of filing; nothing that is shown depends on them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from tocsin.watch.likeness.compare import Shape
from tocsin.watch.likeness.subjects import Subject
from tocsin.watch.store import Store

__all__ = ["Filed", "file", "keep_vector", "met"]

_ASK: Final = 400
"""Values in one question; SQLite allows more, older ones 999."""
_COLUMNS: Final = "number, report, words, digest, grams, shingles, language, publisher, coded, age, vector"


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
    """File reports; what is filed already keeps its features and gets the terms that are new."""
    ask = "SELECT number FROM features WHERE report = ?"
    with store.batch():
        rows = []
        for one in subjects:
            there = store.connection.execute(ask, (one.report,)).fetchone()
            if there is None:
                there = (_insert(store, one),)
            rows += [(term, there[0]) for term in one.filed().tolist()]
        rows.sort()  # the table is a tree by term: in order it is written once
        store.connection.executemany("INSERT OR IGNORE INTO postings VALUES (?, ?)", rows)


def _insert(store: Store, one: Subject) -> int:
    shape = one.shape
    values = (one.report, shape.words, shape.digest, one.cut.grams.tobytes(), one.cut.shingles.tobytes())
    cursor = store.connection.execute(
        f"INSERT INTO features ({_COLUMNS}) VALUES (NULL,?,?,?,?,?,?,?,?,?,NULL)",
        (*values, shape.language, shape.publisher, shape.coded, one.age),
    )
    assert cursor.lastrowid is not None, "an insert has a number"
    return cursor.lastrowid


def met(store: Store, terms: npt.NDArray[np.int64], but: str) -> list[Filed]:
    """All filed reports that share a term, but one; by id."""
    numbers: set[int] = set()
    for part in _parts(terms.tolist()):
        asked = f"SELECT number FROM postings WHERE term IN ({','.join('?' * len(part))})"
        numbers.update(row[0] for row in store.connection.execute(asked, part))
    found = []
    for part in _parts(sorted(numbers)):
        asked = f"SELECT {_COLUMNS} FROM features WHERE number IN ({','.join('?' * len(part))})"
        found += [_filed(row) for row in store.connection.execute(asked, part)]
    return sorted((one for one in found if one.report != but), key=lambda one: one.report)


def _parts(values: list[int]) -> Iterator[list[int]]:
    return (values[start : start + _ASK] for start in range(0, len(values), _ASK))


def _filed(row: tuple[int, str, int, int, bytes, bytes, str, str, int, int, bytes | None]) -> Filed:
    _, report, words, digest, grams, shingles, language, publisher, coded, age, vector = row
    letters, runs = np.frombuffer(grams, np.uint32), np.frombuffer(shingles, np.uint32)
    shape = Shape(words, digest, len(letters), len(runs), language, publisher, bool(coded))
    return Filed(report, shape, letters, runs, age, None if vector is None else np.frombuffer(vector, np.float16))


def keep_vector(store: Store, report: str, vector: npt.NDArray[np.float16]) -> None:
    """Keep the vector of a filed report."""
    store.connection.execute("UPDATE features SET vector = ? WHERE report = ?", (vector.tobytes(), report))

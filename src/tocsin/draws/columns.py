"""Columns of draws: what is drawn for whom, checked once, then filled by one kernel for every plan.

A column is one stream: a stage name and a visit. It may hold several rows (family and parameters) and then a
*selector* says which row a person has: the row of `classes` with each person's group, point or whatever the
column depends on. Adding, removing or reordering columns never changes what another column draws.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tocsin.draws.families import CAP_MS, FAMILIES, Row, own_values, parameters
from tocsin.draws.streams import check_ids, stream_keys
from tocsin.errors import RunError

__all__ = ["ONE_CLASS", "Column", "Columns", "Spread", "draw"]

ONE_CLASS = -1
"""The selector of a column in which everybody has the same row."""

Spread = Callable[[Callable[[int, int], object], int], None]
"""Runs a function of (first row, last row + 1) over 0 to n, in one range or several."""

_WORTH_A_THREAD = 50_000  # values; below, starting a thread costs more than it saves


@dataclass(frozen=True, slots=True)
class Column:
    """One stream of draws for everybody.

    Args:
        name: Stage name; with the visit it names the stream.
        visit: The n-th time, 0 to 65535.
        floor: Least milliseconds: 1 for services, 0 for delays; outcomes ignore it.
        selector: Row of `classes` that says which of `rows` a person has, or `ONE_CLASS`.
        rows: Family and parameters, one a class (see `tocsin.draws.families`).
    """

    name: str
    visit: int
    floor: int
    selector: int
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """Checked columns and the arrays that the kernel reads; make it with `Columns.compile`."""

    columns: tuple[Column, ...]
    selector: npt.NDArray[np.int32]
    rows: npt.NDArray[np.int32]
    family: npt.NDArray[np.int32]
    params: npt.NDArray[np.float64]
    floor: npt.NDArray[np.int64]
    table: npt.NDArray[np.float64]

    @classmethod
    def compile(cls, columns: Iterable[Column]) -> Columns:
        """Check the columns and lay them out for the kernel.

        Args:
            columns: Any number, in any order; the order is that of the result's rows.

        Returns:
            The compiled columns; families and parameters are padded to the column with the most rows.

        Raises:
            RunError: A stream is named twice, a column has no rows, or a row is no distribution.
        """
        listed = tuple(columns)
        _check_columns(listed)
        width = max((len(c.rows) for c in listed), default=1)
        family = np.zeros((len(listed), width), np.int32)
        params = np.zeros((len(listed), width, 4))
        table: list[float] = []
        starts: dict[tuple[float, ...], int] = {}
        for at, column in enumerate(listed):
            for k, row in enumerate(column.rows):
                values = own_values(row, f"{_place(column)}, row {k}")
                start = starts.setdefault(values, len(table))
                if start == len(table):
                    table += values
                family[at, k], params[at, k] = FAMILIES[row[0]], parameters(row, start)
        return cls(
            columns=listed,
            selector=np.array([c.selector for c in listed], np.int32),
            rows=np.array([len(c.rows) for c in listed], np.int32),
            family=family,
            params=params,
            floor=np.array([c.floor for c in listed], np.int64),
            table=np.array(table, np.float64),
        )

    def __len__(self) -> int:
        """Return the number of columns."""
        return len(self.columns)

    def index(self, name: str, visit: int = 1) -> int:
        """Return the row of the result that holds the stream `name`, `visit`.

        Raises:
            RunError: There is no such column.
        """
        for at, column in enumerate(self.columns):
            if (column.name, column.visit) == (name, visit):
                return at
        raise RunError(f"there is no column {name!r} with visit {visit}", place="draws")

    def keys(self, seed: int, run: int) -> npt.NDArray[np.uint64]:
        """Return the stream keys of every column in one run, uint64[columns, 2]."""
        pairs = [stream_keys(seed, run, c.name, c.visit) for c in self.columns]
        return np.array(pairs, np.uint64).reshape(len(pairs), 2)


def draw(
    columns: Columns,
    seed: int,
    run: int,
    person: npt.NDArray[np.int64],
    classes: npt.NDArray[np.int32] | None = None,
    threads: int = 2,
    out: npt.NDArray[np.int64] | None = None,
    spread: Spread | None = None,
) -> npt.NDArray[np.int64]:
    """Draw every column for every person; the same values however many threads share the work.

    Args:
        columns: Compiled columns.
        seed: Seed of the exercise.
        run: Replication.
        person: Stable ids, int64[n]; their order only orders the result.
        classes: Class of each person for each selector, int32[selectors, n]; none without selectors.
        threads: How many threads may share the rows.
        out: An int64[columns, n] array in C order to write into, to save its allocation; else a new one.
        spread: Runs the work over ranges of rows in threads of the caller's; then `threads` is not looked at.

    Returns:
        int64[columns, n]: milliseconds or outcomes.

    Raises:
        RunError: An id, a class, a shape or the seed is outside its range.
    """
    from tocsin.draws import kernels  # late: the door stays cheap for those who only name columns

    ids = check_ids(person)
    n = ids.shape[0]
    chosen = _check_classes(columns, classes, n)
    result = _room_for(columns, n, out)
    keys = columns.keys(seed, run)

    def part(lo: int, hi: int) -> None:
        kernels.fill(
            result, ids, lo, hi, keys, columns.selector, chosen, columns.rows,
            columns.family, columns.params, columns.floor, columns.table,
        )  # fmt: skip

    if spread is not None:
        spread(part, n)
        return result
    workers = max(1, min(threads, result.size // _WORTH_A_THREAD))
    if workers == 1:
        part(0, n)
        return result
    cuts = [n * k // workers for k in range(workers + 1)]
    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(part, cuts[:-1], cuts[1:]))
    return result


def _place(column: Column) -> str:
    return f"draws: {column.name}, visit {column.visit}"


def _check_columns(columns: tuple[Column, ...]) -> None:
    seen: set[tuple[str, int]] = set()
    for column in columns:
        stream_keys(0, 0, column.name, column.visit)  # refuses what cannot name a stream
        if (column.name, column.visit) in seen:
            raise RunError("two columns share this stream and would have equal luck", place=_place(column))
        seen.add((column.name, column.visit))
        if not column.rows:
            raise RunError("a column needs at least one row", place=_place(column))
        if column.selector < ONE_CLASS or (column.selector == ONE_CLASS and len(column.rows) > 1):
            raise RunError(
                f"the selector must be 0 or more, or {ONE_CLASS} for a column of one row; "
                f"found {column.selector} with {len(column.rows)} rows",
                place=_place(column),
            )
        if not -CAP_MS <= column.floor <= CAP_MS:
            sentence = f"the floor must be within {CAP_MS} ms, found {column.floor}"
            raise RunError(sentence, place=_place(column))


def _check_classes(columns: Columns, classes: npt.NDArray[np.int32] | None, n: int) -> npt.NDArray[np.int32]:
    """Return the classes as int32[selectors, n] after looking at every index: the kernel will not."""
    given = np.zeros((0, n), np.int32) if classes is None else np.asarray(classes)
    if given.ndim != 2 or given.shape[1] != n or given.dtype.kind not in "iu":
        raise RunError(
            f"classes must be whole numbers of shape (selectors, {n}), found {given.dtype} with shape {given.shape}",
            place="draws: classes",
        )
    least = given.min(axis=1, initial=0)
    most = given.max(axis=1, initial=0)
    for column in columns.columns:
        if column.selector == ONE_CLASS:
            continue
        if column.selector >= given.shape[0]:
            sentence = f"selector {column.selector} has no row among the {given.shape[0]} of classes"
            raise RunError(sentence, place=_place(column))
        if least[column.selector] < 0 or most[column.selector] >= len(column.rows):
            raise RunError(
                f"classes must be 0 to {len(column.rows) - 1}, found {least[column.selector]} to "
                f"{most[column.selector]} in selector {column.selector}",
                place=_place(column),
            )
    return np.ascontiguousarray(given, np.int32)


def _room_for(columns: Columns, n: int, out: npt.NDArray[np.int64] | None) -> npt.NDArray[np.int64]:
    if out is None:
        return np.empty((len(columns), n), np.int64)
    fits = out.shape == (len(columns), n) and out.dtype == np.int64
    if not (fits and out.flags.c_contiguous and out.flags.writeable):
        raise RunError(
            f"out must be a writable int64 array in C order of shape ({len(columns)}, {n}), "
            f"found {out.dtype} with shape {out.shape}",
            place="draws: out",
        )
    return out

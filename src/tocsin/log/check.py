"""Is the log possible? Every rule, each over all rows at once, each finding with its row and the reason.

In order: who may write what, what each kind needs, times and amounts, numbering and references, what must
come before, what cannot come after, one person in two places, one visit served twice. Rules about the course
of events judge the truth after corrections; an interval is only blamed for what holds for all of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from tocsin.log.kinds import KIND_OF, KINDS, WRITERS, After, Kind
from tocsin.log.pivot import codes_of
from tocsin.log.schema import KIND, WRITER, row_key
from tocsin.log.table import EventLog, replaced_rows

__all__ = ["Problem", "check"]

Rows = npt.NDArray[np.int64]
_AT_POINT: Final = ("arrived", "queued", "service_began", "service_ended", "gave_up", "released", "boarded")


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding.

    Attributes:
        row: Row of the log's frame, from 0; None if it is not about one row.
        sentence: What was found and what was expected.
        code: A short stable word for programs.
        place: The file, or `run R, seq S`; may be empty.
    """

    row: int | None
    sentence: str
    code: str
    place: str = ""

    def __str__(self) -> str:
        """Give the finding as one line."""
        return f"{self.place}: {self.sentence}" if self.place else self.sentence


@dataclass(frozen=True, slots=True)
class _Finding:
    """Rows that break one rule, and the sentence for each."""

    code: str
    rows: Rows
    sentence: Callable[[int], str]


def check(log: EventLog, *, whole: bool = True, most: int = 1000) -> list[Problem]:
    """Find the rows that cannot be true, or cannot be true together.

    Args:
        log: The log.
        whole: Whether the log claims to be whole; a slice is excused from dense numbering, from naming causes
            outside of it and from what must come before.
        most: How many findings of one rule are told; of the rest only how many.

    Returns:
        The findings by row; none if the log is possible.
    """
    frame = log.frame
    problems: list[Problem] = []
    for finding in _findings(frame, whole):
        for row in finding.rows[:most]:
            place = f"run {frame['run'][int(row)]}, seq {frame['seq'][int(row)]}"
            problems.append(Problem(int(row), finding.sentence(int(row)), finding.code, place))
        if len(finding.rows) > most:
            more = f"found {len(finding.rows) - most:,} more rows of this kind: {problems[-1].sentence}"
            problems.append(Problem(None, more, finding.code))
    return sorted(problems, key=lambda problem: (problem.row is None, problem.row or 0))


def _findings(frame: pl.DataFrame, whole: bool) -> Iterator[_Finding]:
    yield from _writers(frame)
    yield from _needs(frame)
    yield from _values(frame)
    if whole:
        yield _numbering(frame)
    yield from _references(frame, whole)
    replaced = replaced_rows(frame)
    truth = frame.lazy().with_row_index("row")
    if replaced.any():
        truth = truth.filter(~pl.lit(replaced))
    if whole:
        for kind in KINDS:
            for rule in kind.after:
                yield _after(frame, truth, kind, rule)
    for kind in KINDS:
        if kind.never_after:
            yield _never_after(frame, truth, kind)
    yield _two_places(frame, truth)
    yield _overlaps(frame, truth)
    yield from _twice_served(frame, truth)


# --- single rows ------------------------------------------------------------------------------------------


def _writers(frame: pl.DataFrame) -> Iterator[_Finding]:
    allowed = np.array([[writer in kind.writers for writer in WRITERS] for kind in KINDS])
    bad = ~allowed[codes_of(frame["kind"]), codes_of(frame["writer"])]
    yield _Finding(
        "writer",
        np.flatnonzero(bad),
        lambda row: (
            f"found '{frame['kind'][row]}' {frame['writer'][row]}, "
            f"expected it to be {' or '.join(KIND_OF[frame['kind'][row]].writers)}"
        ),
    )


def _needs(frame: pl.DataFrame) -> Iterator[_Finding]:
    reported = pl.col("writer") == pl.lit("reported", dtype=WRITER)
    yield _Finding(
        "needs",
        _rows_where(frame, reported & pl.col("origin").is_null()),
        lambda row: "found a reported row without an origin, expected the report and claim that it comes from",
    )
    for need in sorted({need for kind in KINDS for need in kind.needs}):
        names = [kind.name for kind in KINDS if need in kind.needs]
        columns = need.split("|")
        missing = pl.all_horizontal(pl.col(column).is_null() for column in columns)
        excused = reported
        if columns == ["person"]:
            excused = reported & (pl.col("amount").is_not_null() | pl.col("amount_most").is_not_null())
        of_kind = pl.col("kind").is_in(pl.lit(pl.Series(names, dtype=KIND)).implode())
        yield _Finding(
            "needs",
            _rows_where(frame, missing & of_kind & ~excused),
            partial(_told_needed, frame, " or ".join(columns)),
        )


def _told_needed(frame: pl.DataFrame, columns: str, row: int) -> str:
    return f"found '{frame['kind'][row]}' without {columns}, which it needs"


def _values(frame: pl.DataFrame) -> Iterator[_Finding]:
    own = pl.col("writer") != pl.lit("reported", dtype=WRITER)
    yield _Finding(
        "interval",
        _rows_where(frame, pl.col("happened") > pl.col("happened_until")),
        lambda row: (
            f"found it to happen at the earliest at {frame['happened'][row]} and at the latest at "
            f"{frame['happened_until'][row]}, expected the earliest first"
        ),
    )
    yield _Finding(
        "known",
        _rows_where(frame, own & (pl.col("known") < pl.col("happened"))),
        lambda row: f"found it known at {frame['known'][row]}, before it happened at {frame['happened'][row]}",
    )
    yield _Finding(
        "amount",
        _rows_where(frame, (pl.col("amount") > pl.col("amount_most")) | (pl.col("amount") < 0)),
        lambda row: (
            f"found an amount from {frame['amount'][row]} to {frame['amount_most'][row]}, "
            "expected at least 0, and the least first"
        ),
    )
    yield _Finding(
        "visit",
        _rows_where(frame, pl.col("visit") == 0),
        lambda row: "found visit 0, expected visits from 1",
    )


# --- numbers and references -------------------------------------------------------------------------------


def _numbering(frame: pl.DataFrame) -> _Finding:
    run, seq = codes_of(frame["run"]), codes_of(frame["seq"])
    expected = np.zeros(len(run), dtype=np.int64)
    expected[1:] = np.where(run[1:] == run[:-1], seq[:-1] + 1, 0)
    return _Finding(
        "numbering",
        np.flatnonzero(seq != expected),
        lambda row: f"found seq {seq[row]}, expected {expected[row]}: rows are missing before it",
    )


def _references(frame: pl.DataFrame, whole: bool) -> Iterator[_Finding]:
    happened, until = codes_of(frame["happened"]), codes_of(frame["happened_until"])
    for column, code in (("cause", "cause"), ("corrects", "corrects")):
        rows = _rows_where(frame, pl.col(column).is_not_null())
        if not len(rows):
            continue
        at = _located(frame, rows, column)
        absent = at < 0
        if whole:
            yield _Finding(
                code,
                rows[absent],
                partial(_told_absent, frame, column),
            )
        late = ~absent & (at >= rows)
        if column == "cause":
            late |= ~absent & (happened[at] > until[rows])
        yield _Finding(
            code,
            rows[late],
            partial(_told_late, frame, column),
        )


def _told_absent(frame: pl.DataFrame, column: str, row: int) -> str:
    return f"found {column} {frame[column][row]}, expected the number of a row of this run"


def _told_late(frame: pl.DataFrame, column: str, row: int) -> str:
    return f"found {column} {frame[column][row]}, which is not before this row, expected an earlier one"


def _located(frame: pl.DataFrame, rows: Rows, column: str) -> Rows:
    """Find the row that each reference names, -1 where there is none."""
    run, seq = codes_of(frame["run"]), codes_of(frame["seq"])
    wanted = codes_of(frame[column])[rows]
    # In a densely numbered run the row is found by counting back; only where that fails, by search.
    at = rows - (seq[rows] - wanted)
    inside = (at >= 0) & (at < frame.height)
    safe = np.where(inside, at, 0)
    hit = inside & (seq[safe] == wanted) & (run[safe] == run[rows])
    if not hit.all():
        keys = frame.select(row_key()).to_series().to_numpy()
        missed = ~hit
        key = (run[rows[missed]].astype(np.uint64) << np.uint64(32)) + wanted[missed].astype(np.uint64)
        found = np.searchsorted(keys, key)
        found_safe = np.minimum(found, frame.height - 1)
        at[missed] = np.where(keys[found_safe] == key, found_safe, -1)
    return at


# --- the course of events ---------------------------------------------------------------------------------


def _of(truth: pl.LazyFrame, *kinds: str) -> pl.LazyFrame:
    return truth.filter(pl.col("kind").is_in(pl.lit(pl.Series(kinds, dtype=KIND)).implode()))


def _rows_of(query: pl.LazyFrame) -> Rows:
    found = query.select(pl.col("row").unique()).collect().to_series().sort()
    return np.asarray(found.cast(pl.Int64).to_numpy(), dtype=np.int64)


def _after(frame: pl.DataFrame, truth: pl.LazyFrame, kind: Kind, rule: After) -> _Finding:
    keys = ["run", *rule.same]
    writers = pl.lit(pl.Series(rule.writers, dtype=WRITER)).implode()
    # Place, station and visit may be unsaid, and then agree with unsaid; of nobody nothing can be told.
    named = [pl.col(key).is_not_null() for key in rule.same if key in ("person", "unit", "thing")]
    later = _of(truth, kind.name).filter(pl.col("writer").is_in(writers), *named)
    earlier = _of(truth, *rule.kinds).group_by(keys).agg(pl.col("happened").min().alias("first"))
    late = pl.col("first").is_null() | (pl.col("first") > pl.col("happened_until"))
    joined = later.select("row", "happened_until", *keys).join(earlier, on=keys, how="left", nulls_equal=True)
    told = f"{' or '.join(rule.kinds)} of the same {', '.join(rule.same)} before"
    name = kind.name
    return _Finding(
        "before", _rows_of(joined.filter(late)), lambda row: f"found '{name}' without {told}, which it needs"
    )


def _never_after(frame: pl.DataFrame, truth: pl.LazyFrame, kind: Kind) -> _Finding:
    keys = ["run", "person"]
    ends = _of(truth, *kind.never_after).filter(pl.col("person").is_not_null())
    ends = ends.select(*keys, pl.col("kind").alias("end"), pl.col("happened_until").alias("ended"))
    later = _of(truth, kind.name).filter(pl.col("person").is_not_null())
    later = later.select(*keys, "row", "happened", "happened_until")
    pairs = later.join(ends, on=keys).filter(pl.col("ended") < pl.col("happened"))
    back = _of(truth, "arrived").select(
        *keys, pl.col("happened").alias("back"), pl.col("happened_until").alias("back_until")
    )
    again = (
        pairs.filter(pl.col("end") != pl.lit("arrived", dtype=KIND))
        .join(back, on=keys)
        .filter(pl.col("back_until") >= pl.col("ended"), pl.col("back") <= pl.col("happened_until"))
    )
    found = pairs.join(again, on=["row", "end", "ended"], how="anti")
    told = " or ".join(kind.never_after)
    name = kind.name
    return _Finding("after", _rows_of(found), lambda row: f"found '{name}' of a person who is already {told}")


def _two_places(frame: pl.DataFrame, truth: pl.LazyFrame) -> _Finding:
    keys = ["run", "person"]
    seen = _of(truth, *_AT_POINT).filter(
        pl.col("person").is_not_null(),
        pl.col("place").is_not_null(),
        pl.col("happened") == pl.col("happened_until"),
    )
    code = pl.col("place").to_physical()
    # Nearly everybody is at one place only: find the others first.
    travellers = seen.group_by(keys).agg(code.min().alias("least"), code.max().alias("most"))
    travellers = travellers.filter(pl.col("least") != pl.col("most")).select(keys)
    placed = seen.join(travellers, on=keys, how="semi").with_columns(
        code.first().over(*keys, "happened").alias("first_place"), code.alias("code")
    )
    rows = _rows_of(placed.filter(pl.col("code") != pl.col("first_place")))
    return _Finding(
        "two-places",
        rows,
        lambda row: (
            f"found person {frame['person'][row]} at {frame['place'][row]!r} and at another place at the "
            f"same moment, {frame['happened'][row]}"
        ),
    )


def _overlaps(frame: pl.DataFrame, truth: pl.LazyFrame) -> _Finding:
    visit = ["run", "person", "place", "station", "visit"]
    began = _of(truth, "service_began").filter(pl.col("person").is_not_null())
    ended = _of(truth, "service_ended").group_by(visit).agg(pl.col("happened").max().alias("end"))
    services = began.select("row", "happened", "happened_until", *visit).join(ended, on=visit, nulls_equal=True)
    services = services.sort("run", "person", "happened", "row")
    # If any two services of a person overlap, so do two that follow each other in order of beginning.
    same = (pl.col("run") == pl.col("run").shift(1)) & (pl.col("person") == pl.col("person").shift(1))
    # A scan that was repeated is one service; "double" finds it.
    other = pl.any_horizontal(pl.col(key).ne_missing(pl.col(key).shift(1)) for key in visit[2:])
    lasted = pl.col("happened_until") < pl.col("end").shift(1)
    clash = same & other & lasted & (pl.col("end") > pl.col("happened_until"))
    return _Finding(
        "two-services",
        _rows_of(services.filter(clash)),
        lambda row: (
            f"found person {frame['person'][row]} served at {frame['station'][row]!r} from "
            f"{frame['happened'][row]}, while another service of theirs still lasted"
        ),
    )


def _twice_served(frame: pl.DataFrame, truth: pl.LazyFrame) -> Iterator[_Finding]:
    visit = ["run", "person", "place", "station", "visit"]
    for kind in ("service_began", "service_ended"):
        served = _of(truth, kind).filter(*(pl.col(key).is_not_null() for key in ("person", "station", "visit")))
        again = served.filter(~pl.struct(visit).is_first_distinct())
        yield _Finding(
            "double",
            _rows_of(again),
            partial(_told_again, frame, kind),
        )


def _told_again(frame: pl.DataFrame, kind: str, row: int) -> str:
    return (
        f"found a second '{kind}' of person {frame['person'][row]} in visit {frame['visit'][row]} "
        f"at {frame['station'][row]!r}, expected one"
    )


def _rows_where(frame: pl.DataFrame, test: pl.Expr) -> Rows:
    found = frame.select(test.fill_null(False).arg_true()).to_series()
    return np.asarray(found.cast(pl.Int64).to_numpy(), dtype=np.int64)

"""The files beside the store: the log of reported rows, and the tables of claims and reports that it rests on.

All three are written beside their place and renamed, so that a reader never meets half of one; they can be made anew
from the store at any time. Texts of reports never stand in them, and words of rules are masked.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tocsin.log.atomic import atomic_file
from tocsin.watch.likeness import origin_of
from tocsin.watch.model import Claim, Report
from tocsin.watch.rows import Written
from tocsin.watch.standing import Standing

if TYPE_CHECKING:
    import polars as pl  # late: it takes a while to import

__all__ = ["CLAIMS", "LOG", "REPORTS", "claim_rows", "report_rows", "write_tables"]

LOG: Final = "log.parquet"
CLAIMS: Final = "claims.parquet"
REPORTS: Final = "reports.parquet"

_WHOLE: Final = frozenset(
    ("number", "when_least", "when_most", "count_least", "count_most", "hours_least", "hours_most", "due_least",
     "due_most", "row", "captured", "published_least", "published_most", "retracted")
)  # fmt: skip
_TIMES: Final = frozenset(
    ("when_least", "when_most", "due_least", "due_most", "published_least", "published_most", "captured")
)


def write_tables(
    folder: Path, standing: Standing, written: Written, origins: Mapping[str, str], reports: Mapping[str, Report]
) -> None:
    """Write `log.parquet`, `claims.parquet` and `reports.parquet` of a watch folder.

    Args:
        folder: The folder.
        standing: What holds.
        written: The rows of it.
        origins: Claim or report → name of its origin group.
        reports: All that came in, as they may be shown.
    """
    from tocsin.log.chain import write_log

    write_log(folder / LOG, [written.log.frame])
    _write(folder / CLAIMS, _frame(claim_rows(standing, written, origins), _CLAIM_COLUMNS))
    _write(folder / REPORTS, _frame(report_rows(standing, reports), _REPORT_COLUMNS))


_CLAIM_COLUMNS: Final = (
    *("id", "report", "number", "stance", "topic", "who", "what", "place", "when_least", "when_most", "when_basis"),
    *("count_least", "count_most", "unit", "hours_least", "hours_most", "due_least", "due_most", "spans", "writer"),
    *("status", "grade", "origin", "row", "no_row"),
)
_REPORT_COLUMNS: Final = (
    *("id", "digest", "route", "address", "publisher", "author", "owner", "level", "language", "published_least"),
    *("published_most", "published_basis", "captured", "title", "cites", "seen_via", "forwarded", "note", "retracted"),
)


def claim_rows(standing: Standing, written: Written, origins: Mapping[str, str]) -> list[dict[str, Any]]:
    """The table of claims: each that stands, with its origin, and the row of the log that it supports or why none."""
    row_of = {
        claim: seq for seq, one in enumerate(written.rows) if not one.withdrawn for claim in one.claims
    }  # of several versions the last: it is the one that holds
    found = []
    for _, claim in sorted(standing.claims.items(), key=lambda one: (one[1].report, one[1].number)):
        why = written.unwritten.get(claim.id, "")
        found.append(_claim(claim) | {
            "grade": standing.grade(claim),
            "origin": origin_of(origins, claim),
            "row": None if why else row_of.get(claim.id),
            "no_row": why,
        })  # fmt: skip
    return found


def _claim(one: Claim) -> dict[str, Any]:
    spans = " ".join(f"{span.part}:{span.start}-{span.end}" for span in one.spans)
    return {
        "id": one.id, "report": one.report, "number": one.number, "stance": one.stance, "topic": one.topic,
        "who": one.who, "what": one.what, "place": one.place, "when_least": one.when.least, "when_most": one.when.most,
        "when_basis": one.when_basis, "count_least": one.count.least, "count_most": one.count.most, "unit": one.unit,
        "hours_least": one.notice_hours.least, "hours_most": one.notice_hours.most,
        "due_least": one.due.least, "due_most": one.due.most, "spans": spans,
        "writer": one.writer, "status": one.status,
    }  # fmt: skip


def report_rows(standing: Standing, reports: Mapping[str, Report]) -> list[dict[str, Any]]:
    """The table of reports: each that came in, and the decision that retracted it, if one did."""
    found = []
    for _, one in sorted(reports.items()):
        gone = standing.retracted.get(one.id)
        found.append(_report(one) | {"retracted": None if gone is None else gone.number})
    return found


def _report(one: Report) -> dict[str, Any]:
    told = {name: getattr(one, name) for name in _REPORT_COLUMNS if hasattr(one, name)}
    ends = {"published_least": one.published.least, "published_most": one.published.most}
    lists = {"cites": "; ".join(one.cites), "seen_via": " ".join(one.seen_via)}
    return told | ends | lists


def _frame(rows: list[dict[str, Any]], columns: tuple[str, ...]) -> pl.DataFrame:
    import polars as pl

    schema = {name: pl.Int64() if name in _WHOLE else pl.String() for name in columns}
    frame = pl.DataFrame(rows, schema=schema)
    times = [name for name in columns if name in _TIMES]
    return frame.with_columns(pl.col(times).cast(pl.Datetime("ms", "UTC")))


def _write(path: Path, frame: pl.DataFrame) -> None:
    with atomic_file(path) as beside:
        frame.write_parquet(beside, compression="zstd", compression_level=1)

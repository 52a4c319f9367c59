"""An audit as a whole: tables of any length in parts, verdicts counted, the findings in a file.

A table is put to the law part by part, so that ten million summonses need no more memory than one part. The file holds
for each summons the facts that the pack reads, each rule's verdict, and what is said of the summons as a whole; words
and sentences are made from it for what is shown (`tocsin.law.explain`).
"""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import polars as pl

from tocsin.errors import LawError
from tocsin.law.audit import OVERALL, audit_counted, counted, tally
from tocsin.law.earliest import earliest_report
from tocsin.law.explain import article, words
from tocsin.law.facts import RELATIONS, other_end
from tocsin.law.load import Law
from tocsin.law.pack import VERDICTS
from tocsin.law.tables import roster_batches
from tocsin.log.atomic import atomic_file

__all__ = ["ENDINGS", "Audit", "audit_all", "parts_of_roster", "with_given"]

ENDINGS: Final = (".parquet", ".csv", ".json")
PART_ROWS: Final = 1_000_000


@dataclass
class Audit:
    """What was found, counted.

    Attributes:
        law: The pack.
        summonses: How many were put to it.
        verdicts: How many by rule, version and verdict.
        overall: How many by what is said of them as a whole.
        unknown: How many of those that cannot be told lack a fact, by rule and fact.
        late: How many have a report time before the earliest that keeps every notice.
    """

    law: Law
    summonses: int = 0
    verdicts: Counter[tuple[str, int, str]] = field(default_factory=Counter)
    overall: Counter[str] = field(default_factory=Counter)
    unknown: Counter[tuple[str, str]] = field(default_factory=Counter)
    late: int = 0

    def add(self, table: pl.DataFrame) -> pl.DataFrame:
        """Put one part to the law, count what was found, and give it row by row."""
        ready = counted(table, self.law)
        found = audit_counted(ready, self.law)
        self.summonses += table.height
        self.verdicts.update({(one.rule, one.version, one.verdict): one.count for one in tally(found, self.law)})
        self.overall.update(dict(found["overall"].cast(pl.String).value_counts().iter_rows()))
        self._count_unknown(ready, found)
        earliest = earliest_report(ready, self.law)
        if "report" in ready.columns:
            self.late += int((ready["report"] < earliest).sum())
        kept = [name for name in ready.columns if name == "summons" or _reads(self.law, name)]
        return pl.concat([ready.select(kept), found, earliest.to_frame()], how="horizontal")

    def _count_unknown(self, ready: pl.DataFrame, found: pl.DataFrame) -> None:
        for identity, versions in self.law.rules.items():
            unsure = found[identity] == "cannot tell"
            if not unsure.any():
                continue
            for name in dict.fromkeys(name for one in versions for name in one.reads):
                lacks = ready[name].is_null() if name in ready.columns else unsure
                number = int((unsure & lacks).sum())
                if number:
                    self.unknown[identity, name] += number

    def rows(self) -> list[dict[str, Any]]:
        """For programs: a row for each rule, version and verdict, and for the summonses as a whole."""
        found = []
        for identity, versions in self.law.rules.items():
            for k, one in enumerate(versions):
                for verdict in VERDICTS:
                    count = self.verdicts[identity, k, verdict]
                    if count or len(versions) == 1:
                        lacking = {fact: n for (rule, fact), n in self.unknown.items() if rule == identity}
                        found.append(
                            {
                                "rule": identity,
                                "title": one.rule.title,
                                "verdict": verdict,
                                "law_status": one.rule.cite.status,
                                "words": words(verdict, one.rule),
                                "article": article(one.rule),
                                "count": count,
                                "of": self.summonses,
                                "missing": lacking if verdict == "cannot tell" and count else {},
                                "sentence": one.rule.say,
                            }
                        )
        return found + [
            {"rule": "overall", "verdict": name, "count": self.overall[name], "of": self.summonses} for name in OVERALL
        ]


def _reads(law: Law, column: str) -> bool:
    base = column.removesuffix("_latest").removesuffix("_most")
    return column in law.reads or base in law.reads or base in law.counts


def audit_all(parts: Iterable[pl.DataFrame], law: Law, out: Path | None = None) -> Audit:
    """Put tables to a law, part by part.

    Args:
        parts: Tables of summonses.
        law: The pack.
        out: A file for what was found of each summons, `.parquet`, `.csv` or `.json`; None = only counts.

    Raises:
        LawError: The file's ending says no format, or verdicts do not add up.
    """
    if out is not None and out.suffix not in ENDINGS:
        raise LawError(f"found the ending {out.suffix!r}; expected one of {', '.join(ENDINGS)}", place=str(out))
    found = Audit(law)
    with tempfile.TemporaryDirectory(prefix="tocsin-") as folder:
        files = []
        for number, part in enumerate(parts):
            rows = found.add(part)
            if out is not None:
                files.append(Path(folder) / f"{number:06}.parquet")
                rows.write_parquet(files[-1])
        if out is not None:
            _written(files, out, law)
    if sum(found.overall.values()) != found.summonses:
        raise LawError("what is said of the summonses does not add up to them", place=law.name)
    return found


def _written(files: list[Path], out: Path, law: Law) -> None:
    """Join the parts into one file, whole or not at all."""
    if not files:
        raise LawError("found no summons; expected at least one", place=str(out))
    whole = pl.scan_parquet(files)
    with atomic_file(out) as beside:
        if out.suffix == ".parquet":
            whole.sink_parquet(beside, metadata={"tocsin.law": law.pack.country, "tocsin.pack": law.digest})
        elif out.suffix == ".csv":
            lists = [name for name, kind in whole.collect_schema().items() if isinstance(kind, pl.List)]
            whole.with_columns(pl.col(lists).cast(pl.List(pl.String)).list.join(";")).sink_csv(beside)
        else:
            with beside.open("w", encoding="utf-8") as file:
                for rows in map(pl.read_parquet, files):
                    for row in rows.iter_rows(named=True):
                        file.write(json.dumps(row, default=str, ensure_ascii=False) + "\n")


def parts_of_roster(path: Path, law: Law, given: pl.DataFrame | None = None) -> Iterator[pl.DataFrame]:
    """A roster in parts, with facts that hold for all of them added."""
    for part in roster_batches(path, PART_ROWS, counts=law.counts):
        yield part if given is None else with_given(part, given, counts=law.counts)


def with_given(table: pl.DataFrame, given: pl.DataFrame, *, counts: Container[str] = ()) -> pl.DataFrame:
    """Add facts that hold for every summons; they fill what a table does not say and never replace what it says.

    Args:
        table: Summonses.
        given: One row of facts.
        counts: Names that the pack counts; a row that lists births says something of them.
    """
    names = [name for name in given.columns if name != "summons"]
    beside = given.select(pl.col(name).alias(_given(name)) for name in names)
    filled: list[pl.Expr] = []
    for name in names:
        if name.removesuffix("_latest").removesuffix("_most") == name:
            said = [pl.col(births) for births in RELATIONS.values() if name in counts and births in table.columns]
            filled += _filled(name, table.columns, names, said)
    both = table.join(beside, how="cross") if names else table
    return both.with_columns(filled).drop(map(_given, names))


def _given(name: str) -> str:
    return f"given {name}"


def _filled(name: str, table: list[str], given: list[str], said: list[pl.Expr]) -> list[pl.Expr]:
    """A fact, and its other end if either side may hold one: what a row says of it, be it one end, goes before."""
    other = other_end(name) or f"{name}_most"
    mine = [pl.col(one) for one in (name, other) if one in table]
    if not mine and not said:
        return [pl.col(_given(one)).alias(one) for one in (name, other) if one in given]
    silent = pl.all_horizontal(one.is_null() for one in (*mine, *said))
    theirs = pl.col(_given(other if other in given else name))  # the other end of what is exact is itself
    own = [pl.col(one) if one in table else None for one in (name, other)]
    ends = [pl.when(silent).then(pl.col(_given(name))).otherwise(own[0]).alias(name)]
    if other in table or other in given:
        ends.append(pl.when(silent).then(theirs).otherwise(own[0] if own[1] is None else own[1]).alias(other))
    return ends

"""An audit as a whole: one row a summons in every file, the same in parts as whole, and the earliest lawful time."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from random import Random

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.law.generated import (
    CHILDREN,
    LENGTH_OF,
    UNITS,
    YEARS,
    law_from,
    pack_of,
    rule_of,
    table_of,
    wild_pack,
    wild_row,
)
from tests.law.test_audit import SHORT, WEEK, table

from tocsin.errors import LawError
from tocsin.law import Law, audit
from tocsin.law.audit import counted
from tocsin.law.earliest import earliest_report
from tocsin.law.facts import MOMENT
from tocsin.law.results import Audit, audit_all, parts_of_roster, with_given
from tocsin.law.tables import case_of_words

LAW = law_from(
    pack_of(
        rule_of(applies_if="kind == 'training'"),
        rule_of("children", exempt_if="minor_children >= 3", count=None, selected_by="report"),
        count=[CHILDREN],
    )
)
BIRTHS = [dt.date(2010, 1, 1), dt.date(2012, 1, 1), dt.date(2014, 1, 1)]
ROWS = (
    {"kind": "training", **WEEK, "children_births": BIRTHS[:1], "children_complete": True},
    {"kind": "training", **SHORT, "children_births": BIRTHS, "children_complete": None},
    {"kind": "special", **SHORT, "children_births": [], "children_complete": True},
    {"kind": None, **WEEK, "children_births": None, "children_complete": None},
    {"kind": "training", "report": WEEK["report"], "children_births": BIRTHS[:2], "children_complete": None},
)


def roster() -> pl.DataFrame:
    """Return five summonses with their names."""
    return table(*ROWS).with_columns(pl.Series("summons", [f"S-{i}" for i in range(len(ROWS))]))


def read(path: Path) -> pl.DataFrame:
    """Read a file of findings, with every cell as text."""
    if path.suffix == ".parquet":
        found = pl.read_parquet(path)
    elif path.suffix == ".csv":
        found = pl.read_csv(path, infer_schema=False)
    else:
        found = pl.DataFrame([json.loads(line) for line in path.read_text().splitlines()], infer_schema_length=None)
    return found


@pytest.mark.parametrize("ending", [".parquet", ".csv", ".json"])
def test_a_file_holds_a_row_for_each_summons(tmp_path: Path, ending: str) -> None:
    """Each file has the names of all summonses in their order, every rule's verdict and what is said as a whole."""
    path = tmp_path / f"found{ending}"
    audit_all([roster()], LAW, path)
    found, verdicts = read(path), audit(roster(), LAW)
    assert found["summons"].to_list() == roster()["summons"].to_list()
    for name in ("xx.notice", "xx.children", "overall"):
        assert found[name].to_list() == verdicts[name].cast(pl.String).to_list()
    reads = {"kind", "served", "report", "minor_children", "minor_children_most"}
    assert set(found.columns) == reads | {"summons", "xx.notice", "xx.children", "overall", "earliest_report"}


@pytest.mark.parametrize("ending", [".parquet", ".csv", ".json"])
def test_parts_give_what_the_whole_gives(tmp_path: Path, ending: str) -> None:
    """The counts and the file are the same whether a table comes whole, in twos, or row by row."""
    whole = audit_all([roster()], LAW, tmp_path / f"whole{ending}")
    for rows in (1, 2):
        parts = audit_all(roster().iter_slices(rows), LAW, tmp_path / f"parts{ending}")
        assert parts.rows() == whole.rows() and parts.late == whole.late and parts.unknown == whole.unknown
        one, other = read(tmp_path / f"whole{ending}"), read(tmp_path / f"parts{ending}")
        assert one.equals(other)


def test_what_is_counted() -> None:
    """Verdicts by rule, what is said as a whole, missing facts by rule, and reports before the earliest lawful time."""
    found = audit_all([roster()], LAW)
    assert found.summonses == 5
    assert {key[2]: n for key, n in found.verdicts.items() if key[0] == "xx.notice" and n} == {
        "lawful": 1, "breach": 1, "not applicable": 1, "cannot tell": 2
    }  # fmt: skip
    assert dict(found.overall) == {"lawful": 2, "breach": 1, "cannot tell": 2}
    assert dict(found.unknown) == {
        ("xx.notice", "kind"): 1,
        ("xx.notice", "served"): 1,
        ("xx.children", "minor_children"): 1,
    }
    assert found.late == 1  # the second; the third needs no notice


def test_rows_for_programs_add_up() -> None:
    """For each rule the counts of the rows add up to the summonses; each row says what its law's status allows."""
    rows = audit_all([roster()], LAW).rows()
    for rule in (*LAW.rules, "overall"):
        assert sum(row["count"] for row in rows if row["rule"] == rule) == 5
    told = next(row for row in rows if row["rule"] == "xx.notice" and row["verdict"] == "cannot tell")
    assert told["missing"] == {"kind": 1, "served": 1} and told["article"] == "An act, art. 1"
    assert json.loads(json.dumps(rows)) == rows


def test_a_format_that_there_is_not_is_refused(tmp_path: Path) -> None:
    """Another ending is refused before anything is read, and nothing is written."""
    with pytest.raises(LawError, match=r"found the ending '\.xlsx'; expected one of \.parquet, \.csv, \.json"):
        audit_all([roster()], LAW, tmp_path / "found.xlsx")
    with pytest.raises(LawError, match="found no summons"):
        audit_all([], LAW, tmp_path / "found.csv")
    assert list(tmp_path.iterdir()) == []


def test_a_bad_row_leaves_no_half_of_a_file(tmp_path: Path) -> None:
    """Where a later part is refused, what stood at the place stands there still."""
    out, source = tmp_path / "found.csv", tmp_path / "roster.csv"
    out.write_text("before")
    source.write_text("kind\ntraining\nexercise\n")
    with pytest.raises(LawError, match="row 2, column kind"):
        audit_all(parts_of_roster(source, LAW), LAW, out)
    assert out.read_text() == "before" and len(list(tmp_path.iterdir())) == 2


def test_a_roster_from_a_file_in_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A roster of more rows than a part is audited part by part, with the same findings."""
    source = tmp_path / "roster.parquet"
    roster().write_parquet(source)
    whole = audit_all(parts_of_roster(source, LAW), LAW)
    monkeypatch.setattr("tocsin.law.results.PART_ROWS", 2)
    assert len(list(parts_of_roster(source, LAW))) == 3
    assert audit_all(parts_of_roster(source, LAW), LAW).rows() == whole.rows()


# --- facts that hold for all ------------------------------------------------------------------------------------------


def test_given_facts_fill_and_never_replace() -> None:
    """A fact given for all summonses stands where a row is silent; a row that says something keeps what it says."""
    frame = table({"kind": "special"}, {"kind": None})
    assert with_given(frame, case_of_words(["kind=training"]))["kind"].to_list() == ["special", "training"]
    births = with_given(frame, case_of_words(["children_births=2012-01-01;2014-05-06"]))["children_births"]
    assert births.to_list() == [[dt.date(2012, 1, 1), dt.date(2014, 5, 6)]] * 2
    assert with_given(frame, case_of_words([])).equals(frame)


def test_a_given_interval_leaves_exact_rows_exact() -> None:
    """Where a row has its own moment, a given interval adds no end to it; where it has none, it gets both."""
    frame = table({"served": WEEK["served"]}, {"served": None})
    given_ = case_of_words(["served=2026-02-01T00:00Z..2026-02-02T00:00Z"])
    found = with_given(frame, given_)
    first, last = (dt.datetime(2026, 2, day, tzinfo=dt.UTC) for day in (1, 2))
    own = dt.datetime.fromisoformat(WEEK["served"]).astimezone(dt.UTC)
    assert found["served"].to_list() == [own, first] and found["served_latest"].to_list() == [own, last]


def test_a_given_number_goes_into_both_ends() -> None:
    """An exact number fills both ends of a silent row, and neither end of a row that knows at least one."""
    frame = pl.DataFrame(
        {"minor_children": [1, None, None], "minor_children_most": [None, 2, None]},
        schema={"minor_children": pl.Int64, "minor_children_most": pl.Int64},
    )
    found = with_given(frame, case_of_words(["minor_children=4"]))
    assert found["minor_children"].to_list() == [1, None, 4]
    assert found["minor_children_most"].to_list() == [None, 2, 4]


def test_a_given_number_does_not_go_before_births() -> None:
    """A number given for all fills the rows that list no births; a row that lists them is counted."""
    frame = table({**WEEK, "children_births": BIRTHS}, {**WEEK, "children_births": None})
    found = with_given(frame, case_of_words(["minor_children=1"]), counts=LAW.counts)
    assert found["minor_children"].to_list() == [None, 1]
    assert audit(found, LAW)["xx.children"].to_list() == ["breach", "lawful"]


# --- the earliest lawful report ---------------------------------------------------------------------------------------


def earliest(law: Law, *rows: dict[str, object]) -> list[dt.datetime | None]:
    """Return the earliest report time of each row."""
    found: list[dt.datetime | None] = earliest_report(counted(table(*rows), law), law).to_list()
    return found


def test_seven_days_end_at_midnight_in_minsk() -> None:
    """Served on 13 February at 22:30, the report may be from the 20th at 00:00 in Minsk, which is 21:00 UTC."""
    law = law_from(pack_of(rule_of()))
    assert earliest(law, WEEK) == [dt.datetime(2026, 2, 19, 21, tzinfo=dt.UTC)]
    more = law_from(pack_of(rule_of(require="notice > days(6)", count={"unit": "day"})))
    assert earliest(more, WEEK) == earliest(law, WEEK)


def test_the_longest_notice_that_may_be_owed_counts() -> None:
    """Of several notices the longest counts, and one that may apply counts as one that does."""
    long = rule_of("long", applies_if="contracted", require="notice >= days(30)", count={"unit": "day"})
    law = law_from(pack_of(rule_of(), long))
    midnight = [dt.datetime(2026, *day, 21, tzinfo=dt.UTC) for day in ((2, 19), (3, 14))]
    rows = [{**WEEK, "contracted": value} for value in (False, True, None)]
    assert earliest(law, *rows) == [midnight[0], midnight[1], midnight[1]]


def test_no_time_where_it_cannot_be_said() -> None:
    """Without a service, or where one of the notices that are owed cannot be counted, no time is given."""
    law = law_from(pack_of(rule_of()))
    assert earliest(law, {"report": WEEK["report"]}) == [None]
    beyond = rule_of("beyond", require="notice >= working_days(5)", count={"unit": "working-day"})
    both = law_from(pack_of(rule_of(), beyond, calendar={"year": YEARS}))
    assert earliest(both, WEEK) != [None]
    later = {"served": "2026-12-30T12:00+03:00", "report": "2027-01-20T12:00+03:00"}
    assert earliest(law, later) != [None] and earliest(both, later) == [None]


def test_the_version_of_the_time_that_is_looked_for() -> None:
    """Where the report selects the version, every version that may still come into force counts."""
    change = dt.date(2026, 3, 1)
    spans = ({"until": change - dt.timedelta(days=1)}, {"from": change})
    rules = [
        rule_of(require=f"notice >= days({n})", count={"unit": "day"}, in_force=span, selected_by="report")
        for n, span in zip((7, 20), spans, strict=True)
    ]
    law = law_from(pack_of(*rules))
    assert earliest(law, WEEK) == [dt.datetime(2026, 3, 4, 21, tzinfo=dt.UTC)]  # twenty days: on the safe side
    assert earliest(law, {**WEEK, "served": "2026-03-02T12:00+03:00"}) == [dt.datetime(2026, 3, 21, 21, tzinfo=dt.UTC)]


MINUTE = dt.timedelta(minutes=1)
START = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


@given(
    st.lists(st.tuples(st.integers(0, 300 * 24 * 60), st.integers(0, 200)), min_size=1, max_size=20),
    st.sampled_from(UNITS), st.sampled_from(["Europe/Minsk", "Europe/Tallinn", "Europe/Zurich"]),
    st.sampled_from([True, False, "not found"]), st.sampled_from([True, False, "not found"]), st.integers(1, 40),
    st.sampled_from([">=", ">"]), st.booleans(),
)  # fmt: skip
def test_at_that_time_the_notice_is_kept_and_a_minute_before_it_is_not(
    served: list[tuple[int, int]], unit: str, zone: str, first: bool | str, last: bool | str, number: int, sign: str,
    wide: bool,
) -> None:  # fmt: skip
    """At the earliest report time the rule is lawful; a minute before it is a breach, or cannot be told.

    In every unit, with every edge, for services known to the minute or to an interval, over nights in which clocks
    change. With `>` of an hour or a full day the first millisecond after the limit is meant.
    """
    edges = {} if unit in ("hour", "full-day") else {"exclude_first": first, "exclude_last": last}
    length = f"notice {sign} {LENGTH_OF[unit]}({number % 4 if unit == 'month' else number})"
    rule = rule_of(require=length, count={"unit": unit, **edges})
    law = law_from(pack_of(rule, time_zone=zone, calendar={"year": YEARS}))
    low = [START + MINUTE * minute for minute, _ in served]
    high = [one + MINUTE * more * wide for one, (_, more) in zip(low, served, strict=True)]
    frame = pl.DataFrame({"served": low, "served_latest": high}, schema={"served": MOMENT, "served_latest": MOMENT})
    if not wide:
        frame = frame.drop("served_latest")
    time = earliest_report(frame, law)
    there = frame.with_columns(time.alias("report")).filter(pl.col("report").is_not_null())
    if unit != "working-day":
        assert there.height == frame.height
    before = there.with_columns(pl.col("report") - pl.duration(minutes=1))
    assert set(audit(there, law)["xx.notice"]) <= {"lawful"}
    assert "lawful" not in audit(before, law)["xx.notice"].to_list()


@given(st.integers(0, 2**64))
@settings(max_examples=20)
def test_any_pack_gives_a_time_or_none(seed: int) -> None:
    """For any pack and roster there is a time or none for each summons, whatever columns the table has."""
    dice = Random(seed)
    law = law_from(wild_pack(dice))
    frame = table_of([wild_row(dice) for _ in range(10)])
    for some in (frame, frame.drop("served", "served_latest"), frame.drop("report", "report_latest")):
        found = Audit(law)
        assert found.add(some)["earliest_report"].dtype == MOMENT

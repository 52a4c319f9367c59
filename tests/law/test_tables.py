"""Cases and rosters become typed facts; what cannot be read is named by row and column, and never becomes unknown."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.errors import LawError
from tocsin.law.facts import FACTS, MOMENT, column_types, other_end
from tocsin.law.tables import case_of_words, case_row, roster, roster_batches

SERVED = dt.datetime(2026, 2, 13, 19, 30, tzinfo=dt.UTC)


def row(*words: str, counts: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return the only row that words make."""
    return case_of_words(words, counts=counts).row(0, named=True)


def refused(*words: str) -> str:
    """Return the message that refuses words."""
    with pytest.raises(LawError) as caught:
        case_of_words(words)
    return str(caught.value)


# --- cases from words -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "facts"),
    [
        ("kind=training", {"kind": "training"}),
        ("kind=unknown", {"kind": None}),
        ("kind=", {"kind": None}),
        ("served=2026-02-13T22:30+03:00", {"served": SERVED}),
        ("served=2026-02-13T22:30:00.000+0300", {"served": SERVED}),
        ("served=2026-02-13 19:30Z", {"served": SERVED}),
        ("birth=2008-02-29", {"birth": dt.date(2008, 2, 29)}),
        ("minor_children=2", {"minor_children": 2}),
        ("minor_children=2..", {"minor_children": 2, "minor_children_most": None}),
        ("minor_children=..2", {"minor_children": 0, "minor_children_most": 2}),
        ("minor_children=1..3", {"minor_children": 1, "minor_children_most": 3}),
        ("minor_children=2..2", {"minor_children": 2}),
        ("farmer=yes", {"farmer": True}),
        ("farmer=No", {"farmer": False}),
        ("children_births=-", {"children_births": []}),
        ("children_births=2012-01-01;2014-05-06", {"children_births": [dt.date(2012, 1, 1), dt.date(2014, 5, 6)]}),
        ("canton=a = b", {"canton": "a = b"}),
        ("medical=minor limitations", {"medical": "minor limitations"}),
        (
            "served=2026-02-13T22:30+03:00..2026-02-14T22:30+03:00",
            {"served": SERVED, "served_latest": SERVED + dt.timedelta(days=1)},
        ),
        ("served=2026-02-13T22:30+03:00..", {"served": SERVED, "served_latest": None}),
        ("served=..2026-02-13T22:30+03:00", {"served": None, "served_latest": SERVED}),
    ],
)
def test_a_word_becomes_a_fact(word: str, facts: dict[str, Any]) -> None:
    """Each way of writing a fact gives its typed columns, the other end only where it differs."""
    assert row(word) == facts


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["training"], "--case: found 'training'; expected fact=value, such as kind=training"),
        (["knid=training"], "--case knid: found the fact 'knid', which there is not (did you mean 'kind'?)"),
        (["kind=exercise"], "--case kind: found 'exercise'; expected one of training, special"),
        (["sex=m"], "--case sex: found 'm'; expected one of female, male"),
        (["kind=training", "kind=special"], "--case kind: found the fact twice; expected it once"),
        (["served=2026-02-13T22:30"], "--case served: found '2026-02-13T22:30'; expected a time with its offset"),
        (["served=13.02.2026 22:30+03:00"], "expected a time with its offset"),
        (["served=2026-02-30T22:30+03:00"], "expected a time with its offset"),
        (["served=2026-02-13T24:00+03:00"], "expected a time with its offset"),
        (["served=2026-02-13T22:30+25:00"], "expected a time with its offset"),
        (["served=0001-01-01T00:00+14:00"], "expected a time with its offset"),
        (["served=9999-12-31T23:59-14:00"], "expected a time with its offset"),
        (["served=2026-02-14T00:00Z..2026-02-13T00:00Z"], "whose end lies before its beginning"),
        (["birth=29.02.2008"], "--case birth: found '29.02.2008'; expected a date YYYY-MM-DD"),
        (["birth=2007-02-29"], "expected a date YYYY-MM-DD"),
        (["birth=2008-02-28..2008-03-01"], "expected a date YYYY-MM-DD"),
        (["minor_children=two"], "--case minor_children: found 'two'; expected a whole number from 0 to 100,000"),
        (["minor_children=-1"], "expected a whole number"),
        (["minor_children=100001"], "expected a whole number"),
        (["minor_children=٢"], "expected a whole number"),
        (["minor_children=3..2"], "whose end lies before its beginning"),
        (["farmer=perhaps"], "--case farmer: found 'perhaps'; expected yes or no"),
        (["children_births=2012-01-01,2013-01-01"], "expected dates YYYY-MM-DD with ';' between them"),
        (["children_births=none"], "expected dates"),
        (["served_latest=2026-02-13T22:30Z"], "found the fact 'served_latest', which there is not"),
    ],
)
def test_a_word_that_cannot_be_read_is_refused(words: list[str], message: str) -> None:
    """What was given and not understood is refused with the fact's name; it does not become unknown."""
    assert message in refused(*words)


def test_a_count_of_the_pack_is_a_fact() -> None:
    """A number that only the pack counts can be given, too, with both ends."""
    assert row("young_children=1..2", counts=("young_children",)) == {"young_children": 1, "young_children_most": 2}


def test_no_words_are_a_summons_of_which_nothing_is_known() -> None:
    """Without facts there is one row still."""
    assert case_of_words([]).height == 1


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        ({"served": SERVED.astimezone(dt.timezone(dt.timedelta(hours=3)))}, {"served": SERVED}),
        ({"served": [SERVED, SERVED]}, {"served": SERVED}),
        ({"minor_children": [1, 2]}, {"minor_children": 1, "minor_children_most": 2}),
        ({"children_births": [dt.date(2012, 1, 1)]}, {"children_births": [dt.date(2012, 1, 1)]}),
        ({"served": "2026-02-13T22:30+03:00", "farmer": True}, {"served": SERVED, "farmer": True}),
    ],
)
def test_typed_facts_of_a_pack(facts: dict[str, object], found: dict[str, object]) -> None:
    """The cases of a pack are typed already; an interval is an array of two."""
    assert case_row(facts, "by.toml: rule by.notice, case 1").row(0, named=True) == found


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"served": dt.datetime(2026, 2, 13)}, "expected a time with its offset"),
        ({"served": [SERVED, SERVED - dt.timedelta(days=1)]}, "whose end lies before its beginning"),
        ({"served": dt.datetime(1, 1, 1, tzinfo=dt.timezone(dt.timedelta(hours=14)))}, "expected a time"),
        ({"birth": SERVED}, "expected a date"),
        ({"minor_children": True}, "expected a whole number"),
        ({"minor_children": 1.5}, "expected a whole number"),
        ({"farmer": 1}, "expected yes or no"),
        ({"children_births": [SERVED]}, "expected dates"),
        ({"knid": "training"}, "did you mean 'kind'?"),
        ({"kind": ["training"]}, "expected one of training"),
        ({"kind": {}}, "expected one of training"),
    ],
)
def test_a_typed_fact_of_another_sort_is_refused(facts: dict[str, object], words: str) -> None:
    """A value of a pack's case that does not fit its fact is refused with the place of the case."""
    with pytest.raises(LawError) as caught:
        case_row(facts, "by.toml: rule by.notice, case 1")
    assert words in str(caught.value) and str(caught.value).startswith("by.toml: rule by.notice, case 1")


# --- rosters ----------------------------------------------------------------------------------------------------------

HEADER = "summons,kind,served,served_latest,report,children_births,children_complete,minor_children,farmer,shoe size"
GOOD = (
    "A-1,training,2026-02-13T22:30+03:00,,2026-02-20T08:00:00+03:00,-,yes,,no,43",
    "A-2,,2026-02-13 19:30Z,2026-02-14T19:30Z,,2012-01-01;2014-05-06,,2,,",
    "A-3,unknown,?,2026-02-14T19:30Z,2026-02-20T08:00+0300,,,,yes,44",
)


def csv(folder: Path, *lines: str) -> Path:
    """Write a roster."""
    path = folder / "roster.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_a_roster_of_text(tmp_path: Path) -> None:
    """Cells become facts; an empty end of an interval is the other one; columns that are no facts are left out."""
    found = roster(csv(tmp_path, HEADER, *GOOD))
    assert found.columns == [name for name in HEADER.split(",") if name != "shoe size"]
    later = SERVED + dt.timedelta(days=1)
    report = dt.datetime(2026, 2, 20, 5, tzinfo=dt.UTC)
    births = [dt.date(2012, 1, 1), dt.date(2014, 5, 6)]
    assert found.rows() == [
        ("A-1", "training", SERVED, SERVED, report, [], True, None, False),
        ("A-2", None, SERVED, later, None, births, None, 2, None),
        ("A-3", None, later, later, report, None, None, None, True),
    ]


def test_the_same_roster_as_parquet(tmp_path: Path) -> None:
    """Typed columns give what text gave; rows without names are numbered from 1."""
    found = roster(csv(tmp_path, HEADER, *GOOD))
    found.drop("summons").write_parquet(tmp_path / "roster.parquet")
    again = roster(tmp_path / "roster.parquet")
    assert again["summons"].to_list() == ["1", "2", "3"]
    assert again.drop("summons").equals(found.drop("summons"))


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("kind", "exercise"),
        ("kind", "Training"),
        ("served", "2026-02-13T22:30"),
        ("served", "2026-02-13"),
        ("served", "13/02/2026 22:30+03:00"),
        ("served", "2026-02-13T22:30:60Z"),
        ("served", "0001-01-01T00:00+14:00"),
        ("served", "2026-13-01T00:00Z"),
        ("served_latest", "soon"),
        ("served_latest", "2026-02-13T19:29Z"),  # a minute before its beginning
        ("children_births", "2012-01-01,"),
        ("children_births", "2012-1-1"),
        ("children_births", "2012-02-30;2014-05-06"),
        ("children_complete", "1"),
        ("minor_children", "-1"),
        ("minor_children", "1.0"),
        ("minor_children", "1000000"),
        ("farmer", "ja"),
    ],
)
def test_the_first_bad_cell_is_named(tmp_path: Path, column: str, cell: str) -> None:
    """A cell that cannot be read is named by its row, counted from 1, and its column, and shown."""
    bad = GOOD[1].split(",")
    bad[HEADER.split(",").index(column)] = f'"{cell}"'
    path = csv(tmp_path, HEADER, GOOD[0], ",".join(bad), ",".join(bad))
    with pytest.raises(LawError) as caught:
        roster(path)
    error = caught.value
    assert error.place == f"{path}: row 2, column {column}" and "expected" in error.sentence
    assert cell in error.sentence or column == "served_latest"


@pytest.mark.parametrize("rows", [1, 2, 3, 7, 1000])
def test_parts_are_the_whole(tmp_path: Path, rows: int) -> None:
    """A roster that is read in parts of any length is the roster; rows without names are numbered on."""
    path = csv(tmp_path, "kind", *["training", "special", "verification"] * 3)
    parts = list(roster_batches(path, rows))
    assert pl.concat(parts).equals(roster(path)) and all(part.height <= rows for part in parts)
    assert pl.concat(parts)["summons"].to_list() == [str(i + 1) for i in range(9)]


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_a_wrong_row_in_the_second_part(tmp_path: Path, ending: str) -> None:
    """A wrong row is named by its number in the file, not in its part."""
    path = csv(tmp_path, "kind", *["training"] * 7, "exercise", "training")
    if ending == "parquet":
        pl.read_csv(path).write_parquet(tmp_path / "roster.parquet")
        path = tmp_path / "roster.parquet"
    with pytest.raises(LawError, match=rf"roster\.{ending}: row 8, column kind: found 'exercise'"):
        list(roster_batches(path, 5))


@pytest.mark.parametrize(
    ("column", "words"),
    [
        (pl.Series("served", [dt.datetime(2026, 2, 13)]), "column served: found a column of Datetime"),
        (pl.Series("served", [3]), "column served: found a column of Int64"),
        (pl.Series("birth", [SERVED]), "column birth: found a column of Datetime"),
        (pl.Series("farmer", [1]), "column farmer: found a column of Int64; expected yes or no"),
        (pl.Series("minor_children", [1.5]), "column minor_children: found a column of Float64"),
        (pl.Series("minor_children", [-1]), "row 1, column minor_children: found -1"),
        (pl.Series("minor_children", [10**6]), "row 1, column minor_children: found 1000000"),
        (pl.Series("kind", [7]), "row 1, column kind: found '7'"),
        (pl.Series("birth", [dt.date(208, 1, 1)]), "row 1, column birth: found 0208-01-01"),
        (pl.Series("children_births", [[1, 2]]), "column children_births: found a column of List(Int64)"),
        (pl.Series("children_births", [[dt.date(12, 1, 1)]]), "row 1, column children_births"),
        (pl.Series("shoe size", [43]), "found the columns shoe size; expected facts, such as served"),
    ],
)
def test_a_typed_column_of_another_sort_is_refused(tmp_path: Path, column: pl.Series, words: str) -> None:
    """A column of Parquet that is no such fact is refused by its type, a value out of bounds by its row."""
    path = tmp_path / "roster.parquet"
    pl.DataFrame([column]).write_parquet(path)
    with pytest.raises(LawError) as caught:
        roster(path)
    assert words in str(caught.value) and caught.value.place.startswith(str(path))


@pytest.mark.parametrize("dtype", [pl.Categorical, pl.Enum(["training", "special"]), pl.String, pl.Null])
def test_words_of_any_type(tmp_path: Path, dtype: pl.DataType) -> None:
    """A word may stand in a column of text, of categories, or of nothing."""
    values = ["training", None] if dtype != pl.Null else [None, None]
    pl.DataFrame({"kind": pl.Series(values, dtype=dtype)}).write_parquet(tmp_path / "roster.parquet")
    found = roster(tmp_path / "roster.parquet")
    assert found["kind"].to_list() == values and found["kind"].dtype == pl.String


@pytest.mark.parametrize("unit", ["ms", "us", "ns"])
def test_moments_of_any_zone_and_unit(tmp_path: Path, unit: str) -> None:
    """Typed moments are taken in any zone and unit, and are UTC milliseconds inside."""
    local = pl.Series("served", [SERVED]).cast(pl.Datetime(unit, "UTC")).dt.convert_time_zone("Europe/Minsk")
    pl.DataFrame([local]).write_parquet(tmp_path / "roster.parquet")
    found = roster(tmp_path / "roster.parquet")["served"]
    assert found.dtype == MOMENT and found.to_list() == [SERVED]


@pytest.mark.parametrize("content", [b"", b"PAR1", b"\xff\xfe\x00", b"kind,served\ntraining,a,b,c\n"])
@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_a_file_that_is_no_table_is_refused(tmp_path: Path, content: bytes, ending: str) -> None:
    """Whatever a file holds, it is a roster or one refusal with its name."""
    path = tmp_path / f"roster.{ending}"
    path.write_bytes(content)
    with pytest.raises(LawError) as caught:
        roster(path)
    assert caught.value.place.startswith(str(path)) and "\n" not in str(caught.value)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """A missing file and a folder are refused by name."""
    for path in (tmp_path / "none.csv", tmp_path / "none.parquet", tmp_path):
        with pytest.raises(LawError) as caught:
            roster(path)
        assert caught.value.place.startswith(str(path))


# --- one way of reading -----------------------------------------------------------------------------------------------

DIGITS = st.text("0123456789-:T Z+.;", min_size=0, max_size=26)
NEAR = st.builds(
    "{}{:02}-{:02}{}{:02}:{:02}{}{}".format,
    st.sampled_from(["2026-", "1850-", "2199-", "26-", "1849-"]), st.integers(0, 13), st.integers(0, 32),
    st.sampled_from(["T", " ", "t"]), st.integers(0, 24), st.integers(0, 60),
    st.sampled_from(["", ":00", ":60", ":01.5"]),
    st.sampled_from(["Z", "+03:00", "-0330", "", "+3", "+24:00", " Z"]),
)  # fmt: skip
CELLS = st.one_of(
    DIGITS, NEAR, st.sampled_from(["yes", "NO", "-", "2012-01-01|2014-05-06 ", ";", "2012-01-01;", "training"])
)


@given(st.sampled_from(FACTS), CELLS)
@settings(max_examples=300)
def test_a_cell_and_a_word_are_read_alike(fact: Any, cell: str) -> None:
    """What a case takes a roster takes, with the same value; what a case refuses a roster refuses."""
    if ".." in cell or not cell.strip():
        return  # intervals have columns of their own in a roster
    from tocsin.law.tables import _column

    types = column_types()
    try:
        column = _column(pl.Series(fact.name, [cell]), types[fact.name], "roster.csv", 0).to_list()
    except LawError:
        column = None
    try:
        value = case_of_words([f"{fact.name}={cell}"])[fact.name].to_list()
    except LawError:
        value = None
    assert column == value


def test_every_fact_has_a_column_and_moments_and_counts_have_two() -> None:
    """The catalogue gives the columns: one a fact, and the other end where a fact may be known to an interval."""
    ends = [fact.name for fact in FACTS if other_end(fact.name)]
    assert {fact.sort for fact in FACTS if fact.name in ends} == {"moment", "count"}
    assert len(column_types()) == len(FACTS) + len(ends)

"""A roster's rows become people; a bad one is named by its row in the file, its column, and what stands there."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
import pytest
from tests.plan.bad import ROSTER_PLAN, SMALL, csv_of, roster_rows

from tocsin.errors import PlanError, RosterError
from tocsin.plan import Plan, loads, people
from tocsin.plan.roster import read_roster


@pytest.fixture(scope="module")
def plan() -> Plan:
    """Return a plan whose people are listed in people.csv, with three columns under other names."""
    return loads(ROSTER_PLAN, name="roster.toml")


def read(plan: Plan, folder: Path, text: str) -> pl.DataFrame:
    """Write a roster beside the plan and read its people."""
    (folder / "people.csv").write_text(text, newline="", encoding="utf-8")
    return people(plan, 1, base=folder)


def test_rows_become_people(plan: Plan, tmp_path: Path) -> None:
    """Values are taken as they stand; homes give regions, points and ways; open units are dealt; empty is null."""
    text = (
        "nr,full name,born,sex,children_births,category,trade,unit,home,lat,lon\n"
        "9,A B,1990-02-03,m,2012-05-01;2010-01-01,fit,driver,1st company,Hrodna,,\n"
        "4,C D,,F,-,,,,Alder,53.6,26.1\n"
        "\n"
        "7,E F,1985-12-31,,,ill,cook,,Alder,,\n"
    )
    found = read(plan, tmp_path, text)
    assert found["listed"].to_list() == [4, 7, 9] and found["person"].to_list() == [0, 1, 2]
    assert found["sex"].to_list() == ["female", None, "male"]
    assert found["birth"].to_list() == [None, dt.date(1985, 12, 31), dt.date(1990, 2, 3)]
    assert found["children_births"].to_list() == [[], None, [dt.date(2010, 1, 1), dt.date(2012, 5, 1)]]
    assert found["medical"].to_list() == [None, "ill", "fit"]
    assert found["unit"].to_list() == ["2nd company", "2nd company", "1st company"]
    assert found["point"].to_list() == ["East barracks", "East barracks", "Hrodna school"]
    assert found["region"].to_list() == ["East", "East", "Hrodna"]
    assert found["distance_km"][0] == 0.0 and found["distance_km"][2] == 0.0  # at its point's own place
    assert found["group"].unique().to_list() == ["roster"]
    assert found.drop("listed").schema["trade"] == pl.Enum(["rifleman", "driver", "cook"])


def test_what_is_not_asked_for_is_left_out(plan: Plan, tmp_path: Path) -> None:
    """A column of names is neither read nor kept, and is reported."""
    (tmp_path / "people.csv").write_text(csv_of(roster_rows()))
    reading = read_roster(plan, base=tmp_path)
    assert reading.left_out == ("full name",)
    assert not any("Person 3" in str(row) for row in reading.people.rows())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "people.csv: found an empty file"),
        ("nr,born,category\n", "people.csv: found no rows"),
        ("nr,born,category,nr\n1,,,2\n", "people.csv: row 1: found the column 'nr' twice"),
        ("nr,birth,category\n1,,\n", "people.csv: columns: found no column 'born', which the plan maps to `birth`"),
        (
            "nr,born,category,home\n1,,,Alder\n2,,,\n",
            "row 3, column 'home': found no point, home, region, or lat and lon",
        ),
        ("nr,born,category,home\n1,,,Alder\n2,,Alder\n", "row 3: found 3 fields; expected 4"),
        ('nr,born,category,home\n1,,"a,b",Alder\n2,,"a,Alder\n', "found a quoted field that is not closed"),
        ("nr,born,category,home,lat\n1,,,Alder,53\n", "row 2, column 'lon': found nothing beside a value of `lat`"),
        (
            "nr,born,category,home,region\n1,,,Alder,Hrodna\n",
            "row 2, column 'region': found 'Hrodna'; expected the region",
        ),
        (
            "nr,born,category,home,unit\n1,,,Alder,1st company\n",
            "row 2, column 'unit': found '1st company'; expected a unit that takes",
        ),
        ("nr,born,category,point\n1,,,East barracks\n", "column 'distance_km': found no way to the point"),
        (
            "nr,born,category,home\n1,03/04/1990,,Alder\n2,1990,,Alder\n",
            "row 2, column 'born': found '03/04/1990'; expected a date YYYY-MM-DD from 1900-01-01 to 2016-12-31 (and 1 "
            "more row)",
        ),
        (
            "nr,born,category,home,children_births\n1,1990-01-01,,Alder,1995-01-01\n",
            "column 'children_births': found 1995-01-01; expected births at least 10 years",
        ),
    ],
)
def test_a_bad_roster_is_explained(plan: Plan, tmp_path: Path, text: str, message: str) -> None:
    """One sentence with file, row and column (the header is row 1, as a spreadsheet shows it)."""
    with pytest.raises(RosterError) as refused:
        read(plan, tmp_path, text)
    assert message in str(refused.value)


@pytest.mark.parametrize("separator", [";", "\t"])
def test_other_separators_are_understood(plan: Plan, tmp_path: Path, separator: str) -> None:
    """Semicolons and tabs separate as commas do, also after a byte order mark and with Windows' line ends."""
    text = csv_of([[cell.replace(";", "|") for cell in row] for row in roster_rows()])
    plain = read(plan, tmp_path, text)
    assert read(plan, tmp_path, "\ufeff" + text.replace(",", separator).replace("\n", "\r\n")).equals(plain)


def test_foreign_encodings_are_refused(plan: Plan, tmp_path: Path) -> None:
    """A byte that is not UTF-8 is named with its line."""
    (tmp_path / "people.csv").write_bytes("nr,born,category,home\n1,,,Alder\n2,,,Bjärka\n".encode("latin-1"))
    with pytest.raises(RosterError, match=r"people.csv: line 3: found the byte 0xe4, which is not UTF-8"):
        people(plan, 1, base=tmp_path)


def test_a_missing_file_is_named_without_this_machine(plan: Plan, tmp_path: Path) -> None:
    """The message names the file as the plan does, not where it was looked for."""
    with pytest.raises(RosterError) as refused:
        people(plan, 1, base=tmp_path / "nowhere")
    assert str(refused.value) == "people.csv: found no such file; the path is relative to the plan"


def test_an_unknown_column_of_ours_is_refused_in_the_plan() -> None:
    """The mapping is part of the plan, and its slip has the plan's line."""
    with pytest.raises(
        PlanError, match=r"roster.columns.brith: found the column 'brith', which is none of ours .did you mean 'birth'"
    ):
        loads(ROSTER_PLAN.replace('birth = "born"', 'brith = "born"'), name="p")


def test_synthesised_people_come_back_as_a_roster(tmp_path: Path) -> None:
    """People written to Parquet and read as a roster are the same people, so a run folder can be run again."""
    made = people(loads(SMALL, name="p"), 5)
    made.write_parquet(tmp_path / "people.parquet")
    plan = loads(
        ROSTER_PLAN.replace("people.csv", "people.parquet").replace(
            '{ person = "nr", birth = "born", medical = "category" }', "{}"
        ),
        name="p",
    )
    again = people(plan, 5, base=tmp_path).drop("listed")
    assert again.select(pl.exclude("group", "medical", "employer", "trade")).equals(
        made.select(pl.exclude("group", "medical", "employer", "trade"))
    )
    for column in ("group", "medical", "employer", "trade"):  # their vocabularies are in the order of the file
        assert again[column].cast(pl.String).equals(made[column].cast(pl.String))


@pytest.mark.parametrize("damage", ["cut", "flipped", "text"])
def test_a_damaged_parquet_file_is_refused_or_whole(tmp_path: Path, damage: str) -> None:
    """A cut or flipped file is one RosterError, or (where the flip hit nothing that counts) still people."""
    made = people(loads(SMALL, name="p"), 5)
    made.write_parquet(tmp_path / "people.parquet")
    whole = (tmp_path / "people.parquet").read_bytes()
    plan = loads(
        ROSTER_PLAN.replace("people.csv", "people.parquet").replace(
            '{ person = "nr", birth = "born", medical = "category" }', "{}"
        ),
        name="p",
    )
    for i in range(0, len(whole), len(whole) // 12):
        flipped = whole[:i] + bytes([whole[i] ^ 0x55]) + whole[i + 1 :]
        (tmp_path / "people.parquet").write_bytes({"cut": whole[:i], "flipped": flipped, "text": b"PAR1" * i}[damage])
        try:
            listed = people(plan, 5, base=tmp_path)
        except RosterError as error:
            assert error.place.startswith("people.parquet")
        else:
            assert damage == "flipped" and listed["point"].null_count() == 0


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"home": ["Alder"], "birth": [1990.5]}, "row 1, column 'birth': found 1990.5; expected a date"),
        ({"home": ["Alder"], "person": [-1]}, "row 1, column 'person': found -1; expected a whole number"),
        ({"home": [3]}, "row 1, column 'home': found 3; expected a town"),
        (
            {"home": ["Alder", "Alder"], "lat": [53.0, float("nan")], "lon": [26.0, 26.0]},
            "row 2, column 'lat': found nan",
        ),
        (
            {"home": ["Alder"], "birth": [dt.datetime(1990, 1, 1)]},
            "column 'birth': found 1990-01-01T00:00:00; expected a date",
        ),
        (
            {"home": ["Alder"], "children_births": [["2012-13-01"]]},
            "column 'children_births': found an array of 1; expected dates",
        ),
    ],
)
def test_a_wrong_type_in_parquet_is_refused(tmp_path: Path, columns: dict[str, list[object]], message: str) -> None:
    """Columns of other types than ours are refused with their first value; rows of Parquet count from 1."""
    pl.DataFrame(columns).write_parquet(tmp_path / "people.parquet")
    plan = loads(
        ROSTER_PLAN.replace("people.csv", "people.parquet").replace(
            '{ person = "nr", birth = "born", medical = "category" }', "{}"
        ),
        name="p",
    )
    with pytest.raises(RosterError) as refused:
        people(plan, 1, base=tmp_path)
    assert message in str(refused.value)


def name_one_bad_row(plan: Plan, folder: Path, rows: int) -> None:
    """Write so many rows with one bad date, and let it be named."""
    bad = rows * 7 // 9
    frame = pl.DataFrame({"nr": range(rows)}).with_columns(
        pl.when(pl.col("nr") == bad).then(pl.lit("02.01.1990")).otherwise(pl.lit("1990-01-02")).alias("born"),
        pl.lit("fit").alias("category"),
        pl.lit("Alder").alias("home"),
        pl.lit("2010-01-01;2012-01-01").alias("children_births"),
    )
    frame.write_csv(folder / "people.csv")
    with pytest.raises(RosterError) as refused:
        people(plan, 1, base=folder)
    assert refused.value.place == f"people.csv: row {bad + 2}, column 'born'"
    assert "found '02.01.1990'" in refused.value.sentence


def test_one_bad_row_among_many_is_named(plan: Plan, tmp_path: Path) -> None:
    """One bad date in 50,000 rows is found at its row."""
    name_one_bad_row(plan, tmp_path, 50_000)


@pytest.mark.prove
def test_one_bad_row_among_a_million_is_named(plan: Plan, tmp_path: Path) -> None:
    """One bad date in a million rows is found at its row (in about 3 s of CPU when measured)."""
    name_one_bad_row(plan, tmp_path, 1_000_000)

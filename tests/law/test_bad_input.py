"""Whatever is wrong with a pack or a roster is one sentence with its place, and nothing else ever escapes."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from tests.law.bad import (
    Edit,
    all_pack_edits,
    csv_of,
    damaged_packs,
    files,
    good_pack,
    pack_edits,
    roster_edits,
    roster_rows,
    slips,
)
from tests.law.generated import law_from

from tocsin.errors import LawError
from tocsin.law import Law, audit, law, tally
from tocsin.law.load import law_of
from tocsin.law.results import Audit
from tocsin.law.tables import roster

CASES = pl.DataFrame({"kind": ["training", None, "special"], "farmer": [True, None, False], "sex": ["male"] * 3})


def ids(edit: Edit) -> str:
    """Name a case by what was done."""
    return edit.title.encode("ascii", "backslashreplace").decode()


def judge(error: LawError, edit: Edit, name: str) -> None:
    """One line with a place; where the edit is certain, at the edited rule and key and showing what stands there."""
    text = str(error)
    assert error.place.startswith(name), text
    assert error.sentence and "\n" not in text and len(text) < 700, text
    assert "pydantic" not in text and "nput should" not in text and "Value error" not in text, text
    for place in edit.places:
        assert place in error.place, f"{text} (expected {edit.places})"
    assert edit.found in error.sentence, f"{text} (expected {edit.found})"


def prove_usable(loaded: Law) -> None:
    """What loaded can be put to a table: every rule gives every row a verdict."""
    found = audit(CASES, loaded)
    assert sum(one.count for one in tally(found, loaded)) == CASES.height * len(loaded.rules)


def try_pack(edit: Edit) -> bool:
    """Read an edited pack; say whether it was refused."""
    try:
        loaded = law_of(edit.content, "pack.toml")
    except LawError as error:
        judge(error, edit, "pack.toml")
        return True
    assert not edit.places, f"{edit.title} was not noticed"
    prove_usable(loaded)
    return False


def try_roster(edit: Edit, loaded: Law, folder: Path) -> bool:
    """Read and audit an edited roster; say whether it was refused."""
    path = folder / "roster.csv"
    path.write_bytes(edit.content)
    try:
        table = roster(path)
        found = Audit(loaded).add(table)
    except LawError as error:
        judge(error, edit, str(path))
        return True
    assert not edit.places, f"{edit.title} was not noticed"
    assert found.height == table.height
    return False


@pytest.mark.parametrize("edit", slips(), ids=ids)
def test_a_slip_is_refused(edit: Edit) -> None:
    """What only somebody who knows packs would get wrong is refused at its rule and key."""
    assert try_pack(edit)


@pytest.mark.parametrize("edit", files(), ids=ids)
def test_a_file_is_a_pack_or_refused(edit: Edit) -> None:
    """A file that is no pack is refused by its name, with the line where that is known."""
    assert try_pack(edit) == bool(edit.places)


@pytest.mark.parametrize("edit", pack_edits(25, seed=1), ids=ids)
def test_an_edited_pack_is_refused_or_whole(edit: Edit) -> None:
    """An edit of the parsed pack gives one error with file, rule and key, or a pack that can be used."""
    try_pack(edit)


@pytest.mark.parametrize("edit", damaged_packs(10, seed=2), ids=ids)
def test_a_damaged_text_is_refused_or_whole(edit: Edit) -> None:
    """Damage to the text gives one error with its place, or a pack that can be used."""
    try_pack(edit)


@pytest.fixture(scope="module")
def loaded() -> Law:
    """Return the pack that the edits start from."""
    return law_from(good_pack())


@pytest.mark.parametrize("edit", roster_edits(15, seed=3), ids=ids)
def test_an_edited_roster_is_refused_or_whole(edit: Edit, loaded: Law, tmp_path: Path) -> None:
    """A bad cell is named by its row and column; damage gives one error with its place, or a whole table."""
    try_roster(edit, loaded, tmp_path)


def test_what_the_edits_start_from_is_good(loaded: Law, tmp_path: Path) -> None:
    """The pack and the roster are accepted before they are edited, so that the edits are what is refused."""
    prove_usable(loaded)
    assert not try_roster(Edit("none", csv_of(roster_rows())), loaded, tmp_path)


def test_a_pack_that_is_not_there(tmp_path: Path) -> None:
    """A name that is neither a country nor a file, a folder and an endless file are refused by name."""
    big = tmp_path / "big.toml"
    with big.open("wb") as file:
        file.truncate(5 * 2**20)
    for source in ("atlantis", str(tmp_path / "none.toml"), str(tmp_path), "", str(big)):
        with pytest.raises(LawError) as caught:
            law(source)
        assert caught.value.place == (source or "law") and "\n" not in str(caught.value)


@pytest.mark.prove
def test_hundreds_of_edited_packs() -> None:
    """As above for 300 edits of the parsed pack and 80 of its text; most of them are refused, not all."""
    assert len(list(all_pack_edits())) > 800
    edits = pack_edits(300, seed=11) + damaged_packs(80, seed=12)
    refused = sum(try_pack(edit) for edit in edits)
    assert 0.5 * len(edits) < refused < len(edits)


@pytest.mark.prove
def test_hundreds_of_edited_rosters(loaded: Law, tmp_path: Path) -> None:
    """As above for 120 edits of a roster."""
    edits = roster_edits(120, seed=13)
    refused = sum(try_roster(edit, loaded, tmp_path) for edit in edits)
    assert 0.5 * len(edits) < refused < len(edits)

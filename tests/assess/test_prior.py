"""A prior is worked out from the cases of a class, and its doubts are shown beside it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.assess.case_texts import HEAD, NOTICE

from tocsin.assess.case import read_case
from tocsin.assess.model import Prior
from tocsin.assess.prior import sums
from tocsin.errors import CaseError

PAST = [
    {"id": "p1", "label": "calm", "name": "Check", "country": "Us", "date_from": "2015", "outcome": "End", "note": "A"},
    {"id": "p2", "label": "calm", "name": None, "note": None},
    {"id": "p3", "label": "contested"},
    {"id": "p4", "label": "bad"},
    {"id": "x1", "label": "bad"},
]  # fmt: skip
STANDS = 'calm = "check"\ncontested = ["check", "war"]\nbad = "war"'
COUNTED = '[prior]\nbasis = "Five cases."\nclass = "past.jsonl"\nbase = "p"\npseudo = 0.5\n[prior.stands_for]\n'
START, END = HEAD.index("[prior]"), HEAD.index("[[grade]]")


def text(stands: str = STANDS, counted: str = COUNTED) -> str:
    """The small case with a prior from a class."""
    return HEAD[:START] + counted + stands + "\n\n" + HEAD[END:] + NOTICE


def read(folder: Path, rows: list[object] | str | bytes = PAST, **more: str) -> Prior:
    """The prior of the small case, with a class beside it."""
    lines = rows if isinstance(rows, str | bytes) else "\n".join(json.dumps(one) for one in rows)
    (folder / "past.jsonl").write_bytes(lines if isinstance(lines, bytes) else lines.encode())
    return read_case(text(**more), folder=folder, file="c.toml").prior


def test_weights_are_counts_and_the_pseudo_count(tmp_path: Path) -> None:
    """Two calm cases, half of the contested one, and a half: 3; one bad one, the other half, and a half: 2."""
    found = read(tmp_path)
    assert found.weights == {"check": 3.0, "war": 2.0}
    assert found.cases == {"check": ("p1", "p2", "p3"), "war": ("p3", "p4")}
    assert found.contested == ("p3",)
    assert sums(found) == {
        "check": "2 cases + 1 shared with others (0.5) + 0.5 = 3",
        "war": "1 case + 1 shared with others (0.5) + 0.5 = 2",
    }
    assert found.note["p1"] == "Check, Us, 2015. End. A"


def test_doubts_are_variants(tmp_path: Path) -> None:
    """Each reading of the contested case, the chosen case, the other pseudo-counts and the flat prior, by hand."""
    assert read(tmp_path).variants == {
        "contested cases to the first": {"check": 3.5, "war": 1.5},
        "contested cases to the last": {"check": 2.5, "war": 2.5},
        "without contested cases": {"check": 2.5, "war": 1.5},
        "with cases chosen for how they ended": {"check": 3.0, "war": 3.0},
        "pseudo-count doubled": {"check": 3.5, "war": 2.5},
        "pseudo-count halved": {"check": 2.75, "war": 1.75},
        "even": {"check": 1.0, "war": 1.0},
    }


def test_without_doubts_there_are_no_variants_of_them(tmp_path: Path) -> None:
    """Where no case is contested or chosen, nothing is said of such cases."""
    stands = 'calm = "check"\ncontested = "check"\nbad = "war"'
    found = read(tmp_path, stands=stands, counted=COUNTED.replace('base = "p"\n', ""))
    assert set(found.variants) == {"pseudo-count doubled", "pseudo-count halved", "even"}
    assert found.contested == ()


def test_a_case_goes_before_its_label(tmp_path: Path) -> None:
    """What stands for one case by its id is not what its label stands for."""
    assert read(tmp_path, stands=STANDS + '\np2 = "war"').weights == {"check": 2.0, "war": 3.0}


def test_judged_weights_need_no_class() -> None:
    """A judged prior is its weights, and says so."""
    found = read_case(HEAD + NOTICE, folder=None).prior
    assert found.weights == {"check": 3.0, "war": 1.0}
    assert sums(found) == {"check": "3, judged", "war": "1, judged"}
    assert list(found.variants) == ["even"]


WRONG: list[tuple[dict[str, str], str]] = [
    ({"stands": 'calm = "check"'}, "found nothing that p3 (label 'contested') stands for"),
    ({"stands": STANDS + '\ncalmer = "war"'}, "found 'calmer', which is neither a label nor a case of the class"),
    ({"stands": STANDS.replace('"war"]', '"wars"]')}, "found the hypothesis 'wars'"),
    ({"stands": STANDS.replace('["check", "war"]', "[]")}, "found an empty array"),
    ({"stands": STANDS.replace('["check", "war"]', "3")}, "found 3; expected an array"),
    ({"counted": COUNTED.replace("0.5", "0")}, "found 0; expected a number above 0"),
    ({"counted": COUNTED.replace("0.5", "nan")}, "found nan; expected a number above 0"),
    ({"counted": COUNTED.replace('"p"', '"q"')}, "found no case whose id begins with 'q'"),
    ({"counted": COUNTED.replace("past.jsonl", "../past.jsonl")}, "does not lie beside the case"),
    ({"counted": COUNTED.replace("past.jsonl", "gone.jsonl")}, "gone.jsonl: found no such file"),
    ({"counted": COUNTED.replace('basis = "Five cases."\n', "")}, "found no basis"),
    ({"counted": COUNTED.replace('class = "past.jsonl"\n', "")}, "found neither class nor judged"),
    ({"counted": COUNTED.replace("[prior.stands_for]", "[prior.judged]")}, "found class beside judged"),
]


@pytest.mark.parametrize(("changed", "sentence"), WRONG, ids=[one[1][:40] for one in WRONG])
def test_what_is_wrong_is_refused(changed: dict[str, str], sentence: str, tmp_path: Path) -> None:
    """Each fault of a prior is refused with its own sentence."""
    with pytest.raises(CaseError) as error:
        read(tmp_path, **changed)
    assert sentence in str(error.value)


DAMAGED: list[tuple[str | bytes, str]] = [
    ("", "past.jsonl: found an empty file"),
    ('{"id": "p1", "label": "calm"}\n{"id"', "past.jsonl, line 2: found a line that is not JSON"),
    ('{"id": "p1", "label": "calm"}\n\n[1]', "past.jsonl, line 3: found an array of 1"),
    ('{"id": "p1"}', "past.jsonl, line 1: found None as label"),
    ('{"id": 1, "label": "calm"}', "past.jsonl, line 1: found 1 as id"),
    ('{"id": "p1", "label": "calm"}\n{"id": "p1", "label": "bad"}', "past.jsonl, line 2: found p1 twice"),
    (b"\xff", "past.jsonl, line 1: found the byte 0xff"),
    ("[" * 100_000, "past.jsonl, line 1: found a line that is not JSON"),
    ("9" * 10_000, "past.jsonl, line 1: found a line that is not JSON"),
]


@pytest.mark.parametrize(("rows", "sentence"), DAMAGED, ids=[one[1][12:50] for one in DAMAGED])
def test_a_damaged_class_is_refused(rows: str | bytes, sentence: str, tmp_path: Path) -> None:
    """A class that is damaged is refused with its line."""
    with pytest.raises(CaseError) as error:
        read(tmp_path, rows)
    assert sentence in str(error.value)


def test_a_class_without_a_folder_is_refused() -> None:
    """A text that lies nowhere has nothing beside it."""
    with pytest.raises(CaseError, match="does not lie beside the case"):
        read_case(text(), folder=None)


@settings(deadline=None, max_examples=30)
@given(st.permutations(PAST))
def test_order_of_a_class_changes_nothing(tmp_path_factory: pytest.TempPathFactory, rows: list[object]) -> None:
    """The same cases in any order give the same prior, to the bit."""
    folder = tmp_path_factory.mktemp("class")
    found = read(folder, rows)
    assert (found.weights, found.variants, found.cases) == (
        (again := read(folder)).weights, again.variants, again.cases,
    )  # fmt: skip

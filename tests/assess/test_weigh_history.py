"""The record of judgments: rows are only added, outcomes score what was said before them, damage is refused."""

from __future__ import annotations

import json
from math import log2
from pathlib import Path

import pytest
from benchmarks.weigh_cases import case_of, told

from tocsin.assess.answer import Weighed
from tocsin.assess.history import NONE_OF_THESE, history_file, keep, outcome, read_history, score
from tocsin.assess.model import Witness
from tocsin.assess.weigh import weigh
from tocsin.errors import CaseError


@pytest.fixture(name="found", scope="module")
def _found() -> Weighed:
    evidence = [told("x", {"a": "likely", "b": "unlikely", "c": "unlikely"}, Witness("g", "B2", ("c",), ("r",)))]
    return weigh(case_of({"a": 2.0, "b": 1.0, "c": 1.0}, evidence, draws=1000), evidence)


def _row(**means: float) -> str:
    answer = {name: {"mean": at, "median": at, "low": at, "high": at, "word": "likely"} for name, at in means.items()}
    row = {"row": "judgment", "at": 1, "by": "x", "case": "", "evidence": "", "answer": answer}
    return json.dumps(row | {"reason": "", "corrects": 0}) + "\n"


def test_the_file_is_beside_the_case() -> None:
    """`west.toml` has `west.history.jsonl` beside it."""
    assert history_file(Path("cases/west.toml")) == Path("cases/west.history.jsonl")


def test_rows_are_only_added(tmp_path: Path, found: Weighed) -> None:
    """What was written stays as it was, byte for byte; a correction is a new row that takes an older one's place."""
    file = tmp_path / "a.history.jsonl"
    keep(file, found, at=5, by="analyst", reason="First look.")
    before = file.read_bytes()
    keep(file, found, at=6, by="analyst", reason="The first had a wrong date.", corrects=1)
    outcome(file, "b", at=9, by="analyst", reason="Seen.")
    outcome(file, "a", at=9, by="analyst", reason="Misread.", corrects=3)
    assert file.read_bytes().startswith(before)
    history = read_history(file)
    assert [one.line for one in history.rows] == [1, 2, 3, 4]
    assert [one.line for one in history.judgments] == [2]
    assert history.outcome is not None and history.outcome.hypothesis == "a"
    assert history.judgments[0].answer["a"]["mean"] == found.answer[0].mean
    assert history.judgments[0].evidence == found.evidence_digest


def test_no_score_before_an_outcome(tmp_path: Path, found: Weighed) -> None:
    """Judgments alone, and an empty history, have no score."""
    file = tmp_path / "a.history.jsonl"
    assert score(read_history(file)) is None
    keep(file, found, at=5, by="analyst", reason="")
    assert score(read_history(file)) is None


def test_scores_by_hand(tmp_path: Path) -> None:
    """Brier over all categories: (.7, .2, .1) with the first true gives .09 + .04 + .01 = .14; -log2 .7 in bits."""
    file = tmp_path / "a.history.jsonl"
    file.write_text(_row(a=0.7, b=0.2, c=0.1) + _row(a=0.0, b=1.0, c=0.0))
    outcome(file, "a", at=9, by="analyst", reason="Seen.")
    found = score(read_history(file))
    assert found is not None
    assert [one.brier for one in found.scored] == pytest.approx([0.14, 2.0])  # the second: sure and wrong
    assert found.scored[0].bits == pytest.approx(-log2(0.7))
    assert found.scored[1].bits is None and found.bits is None
    assert found.brier == pytest.approx(1.07)
    assert [(one.word, one.used, one.true) for one in found.words] == [("likely", 6, 2)]


def test_none_of_these_is_a_hypothesis_given_nothing(tmp_path: Path) -> None:
    """(.7, .2, .1) where none of them was true: .49 + .04 + .01 + 1."""
    file = tmp_path / "a.history.jsonl"
    file.write_text(_row(a=0.7, b=0.2, c=0.1))
    outcome(file, NONE_OF_THESE, at=9, by="analyst", reason="It was something else.")
    found = score(read_history(file))
    assert found is not None and found.brier == pytest.approx(1.54) and found.bits is None


def test_what_was_said_afterwards_is_not_scored(tmp_path: Path, found: Weighed) -> None:
    """A judgment of the day of the outcome or later is listed as too late."""
    file = tmp_path / "a.history.jsonl"
    keep(file, found, at=5, by="analyst", reason="")
    outcome(file, "a", at=9, by="analyst", reason="Seen.")
    keep(file, found, at=9, by="analyst", reason="Now we know.")
    scored = score(read_history(file))
    assert scored is not None
    assert [one.judgment.line for one in scored.scored] == [1] and scored.too_late == (3,)


@pytest.mark.parametrize(
    ("damage", "line"),
    [
        (_row(a=1.0)[:-20], 1),
        (_row(a=1.0) + "{}\n", 2),
        (_row(a=1.0) + "\n", 2),
        (_row(a=1.0) + "[1]\n", 2),
        (_row(a=0.7, b=0.7), 1),
        (_row(a=1.5, b=-0.5), 1),
        (_row(a=1.0).replace('"at": 1', '"at": "1"'), 1),
        (_row(a=1.0).replace('"corrects": 0', '"corrects": 1'), 1),
        (_row(a=1.0) + '{"row": "outcome", "at": 1, "by": "", "hypothesis": "a", "reason": "", "corrects": 1}\n', 2),
        (_row(a=1.0) + "\x00\n", 2),
        (_row(a=1.0).replace('"mean": 1.0', '"mean": NaN'), 1),
    ],
)
def test_damage_is_refused_with_its_line(tmp_path: Path, found: Weighed, damage: str, line: int) -> None:
    """A damaged file is neither read nor added to, and stays as it is."""
    file = tmp_path / "a.history.jsonl"
    file.write_text(damage)
    for act in (lambda: read_history(file), lambda: keep(file, found, at=1, by="", reason="")):
        with pytest.raises(CaseError, match=f"a.history.jsonl, line {line}: found"):
            act()
    assert file.read_text() == damage


def test_an_outcome_names_a_hypothesis_that_was_judged(tmp_path: Path, found: Weighed) -> None:
    """An unknown outcome is refused, with those that may be named; nothing is written."""
    file = tmp_path / "a.history.jsonl"
    keep(file, found, at=5, by="analyst", reason="")
    before = file.read_bytes()
    with pytest.raises(CaseError, match="found the outcome 'd'; expected one of a, b, c, none of these"):
        outcome(file, "d", at=9, by="analyst", reason="")
    assert file.read_bytes() == before


def test_a_folder_in_the_way_is_refused(tmp_path: Path, found: Weighed) -> None:
    """What cannot be read or written is one clear refusal."""
    with pytest.raises(CaseError, match="found no file that can be"):
        keep(tmp_path, found, at=5, by="analyst", reason="")

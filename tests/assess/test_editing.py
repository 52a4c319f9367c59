"""Editing a case's text: the one thing changes, everything else stays, and nothing half-valid comes out."""

from __future__ import annotations

import difflib
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.assess.case_texts import HEAD, NOTICE, TAIL, WHOLE, item

from tocsin.assess.case import read_case
from tocsin.assess.editing import rejudged, with_claim, with_item, without_claim
from tocsin.assess.model import Case, Range
from tocsin.assess.words import WORDS
from tocsin.errors import CaseError

LAW = item("law", "law", '[evidence.law]\nrule = "by.notice"\nwords = ["possible breach"]')
NEW = {
    "id": "new",
    "says": 'They said: "home"\nand went.',
    "sort": "absence",
    "likelihood": {"check": "unlikely", "war": (0.1, 0.2)},
    "absence": {"looked": "Their towns.", "detect": "likely"},
}


def read(text: str) -> Case:
    """A case, without what hangs on its very text."""
    return replace(read_case(text, folder=None), text="", digest="")


def changed(text: str, new: str) -> list[str]:
    """The lines that are new."""
    return [line[2:] for line in difflib.ndiff(text.split("\n"), new.split("\n")) if line.startswith("+ ")]


def test_a_judgment_changes_its_word_only() -> None:
    """One word of one line is another; remarks and all other lines stay."""
    new = rejudged(WHOLE, "notice", "check", "unlikely")
    assert changed(WHOLE, new) == [
        'likelihood = { check = "unlikely", war = [0.8, 0.95] }  # judged in a hurry'
    ]  # fmt: skip
    assert read(new).items[0].likelihood["check"] == Range(0.20, 0.45, "unlikely")


def test_a_judgment_in_numbers_and_of_what_to_watch_for() -> None:
    """A range is taken as well as a word, and so is a thing to watch for."""
    assert read(rejudged(WHOLE, "notice", "war", (0.25, 0.5))).items[0].likelihood["war"] == Range(0.25, 0.5)
    new = rejudged(WHOLE, "home", "war", "likely", part="watch_for")
    assert read(new).watch_for[0].likelihood["war"].word == "likely"
    assert read(new).items == read(WHOLE).items


def test_claims_come_and_go() -> None:
    """A claim that is bound and taken away again leaves the text as it was; bound twice it stands once."""
    new = with_claim(WHOLE, "notice", "b#2")
    assert read(new).items[0].claims == ("a#1", "b#2")
    assert with_claim(new, "notice", "b#2") == new
    assert without_claim(new, "notice", "b#2") == WHOLE


def test_a_claim_does_not_fall_into_another_table() -> None:
    """An item of law, whose last lines are a table of its own, gets its claims in front of that."""
    new = with_claim(HEAD + LAW, "law", "b#2")
    (law,) = read(new).items
    assert law.claims == ("b#2",)
    assert read(without_claim(new, "law", "b#2")) == read(HEAD + LAW)


def test_a_new_item_stands_behind_the_others() -> None:
    """New evidence comes behind the last, before the remarks over what follows; nothing else moves, twice either."""
    new = with_item(WHOLE, NEW)
    assert new.startswith(HEAD + NOTICE)
    assert new.endswith("\n\n" + TAIL)
    found = read(new)
    assert [one.id for one in found.items] == ["notice", "new"]
    assert found.items[1].says == 'They said: "home"\nand went.'
    assert found.items[1].likelihood["war"] == Range(0.1, 0.2)
    again = with_item(new, NEW | {"id": "newer"})
    assert [one.id for one in read(again).items] == ["notice", "new", "newer"]
    assert replace(found, items=read(WHOLE).items) == read(WHOLE)


def test_without_anything_behind_it_stands_at_the_end() -> None:
    """In a case that ends with its evidence a new item is the end."""
    assert [one.id for one in read(with_item(HEAD + NOTICE, NEW)).items] == ["notice", "new"]


WRONG = [
    (lambda: rejudged(WHOLE, "notices", "check", "likely"), "did you mean 'notice'?"),
    (lambda: rejudged(WHOLE, "notice", "checks", "likely"), "did you mean 'check'?"),
    (lambda: rejudged(WHOLE, "notice", "check", "probable"), "found 'probable'"),
    (lambda: rejudged(WHOLE, "notice", "check", (0.5, 0.2)), "expected the lower end first"),
    (lambda: rejudged(WHOLE, "notice", "check", (0.5, float("nan"))), "found nan"),
    (lambda: rejudged("x = 1", "notice", "check", "likely"), "found the key 'x'"),
    (lambda: with_claim(WHOLE, "notice", "a\u202eb"), "not seen (U+202E)"),
    (lambda: without_claim(WHOLE, "notice", "a#2"), "did you mean 'a#1'?"),
    (lambda: without_claim(WHOLE, "notice", "a#1"), "found neither claims nor incidents"),
    (lambda: with_item(WHOLE, NEW | {"id": "notice"}), "found the evidence 'notice' twice"),
    (lambda: with_item(WHOLE, NEW | {"sort": "event"}), "found absence in evidence of the sort event"),
    (lambda: with_item(WHOLE, NEW | {"why": None}), "found a value that no case can hold"),
]


@pytest.mark.parametrize(("edit", "sentence"), WRONG, ids=[one[1][:40] for one in WRONG])
def test_what_would_be_no_case_is_refused(edit: object, sentence: str) -> None:
    """An edit that leads to no case, or has nothing to change, is refused."""
    assert callable(edit)
    with pytest.raises(CaseError) as error:
        edit()
    assert sentence in str(error.value)


@settings(deadline=None, max_examples=30)
@given(
    st.sampled_from(["check", "war"]),
    st.one_of(
        st.sampled_from([one.name for one in WORDS]),
        st.tuples(st.floats(0.01, 0.99), st.floats(0.01, 0.99)).map(lambda ends: tuple(sorted(ends))),
    ),
)
def test_what_is_judged_is_read_back(hypothesis: str, judged: str | tuple[float, float]) -> None:
    """Any word or range comes back to the bit, and the case is otherwise the same."""
    new, old = read(rejudged(WHOLE, "notice", hypothesis, judged)), read(WHOLE)
    found = new.items[0].likelihood[hypothesis]
    assert judged in (found.word, (found.low, found.high))
    back = dict(new.items[0].likelihood) | {hypothesis: old.items[0].likelihood[hypothesis]}
    assert replace(new, items=(replace(new.items[0], likelihood=back),)) == old

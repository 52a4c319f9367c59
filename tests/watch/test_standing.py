"""What holds after decisions: later ones override, nothing is deleted, and what is gone takes only its own with it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.errors import WatchError
from tocsin.watch.model import Bounds, Claim, Decision, Link, Report
from tocsin.watch.standing import Standing, after

REPORTS = [Report(f"r{n}", f"d{n}", "text", publisher=f"P{n % 2}", owner="foreign") for n in range(4)]
CLAIMS = [
    Claim(f"r{n}#{k}", f"r{n}", k, "asserts", "numbers", count=Bounds(n, n + k)) for n in range(4) for k in (1, 2)
]
LINKS = [
    Link("copy-of", "r1", "r0", 0.9, "confirmed", "minhash"),
    Link("same-as", "r2", "r3", 0.6, "suggested", "tfidf"),
]


def said(number: int, act: str, target: str, **value: Any) -> Decision:
    """A decision."""
    return Decision(number, number, "analyst", act, target, value, "because")


def held(*decisions: Decision) -> Standing:
    """What holds of the rows above after decisions."""
    return after(REPORTS, CLAIMS, [], LINKS, decisions)


def test_a_retracted_report_takes_its_claims_and_links_with_it() -> None:
    """Retracting r1 removes r1, its two claims and its link, and nothing else."""
    whole, less = held(), held(said(1, "retract", "r1"))
    assert whole.reports.keys() - less.reports.keys() == {"r1"}
    assert whole.claims.keys() - less.claims.keys() == {"r1#1", "r1#2"}
    assert set(whole.links) - set(less.links) == {LINKS[0]}
    assert less.retracted["r1"].reason == "because"


def test_confirming_what_was_retracted_brings_it_back() -> None:
    """The later of two decisions about one thing holds."""
    assert "r1" in held(said(1, "retract", "r1"), said(2, "confirm", "r1")).reports
    assert "r1" not in held(said(1, "confirm", "r1"), said(2, "retract", "r1")).reports


def test_a_correction_changes_the_named_fields_only() -> None:
    """A corrected claim has the new count and is marked so; the others are as they were."""
    found = held(said(1, "correct", "r2#1", count=[5, 9], place="Lida"))
    assert found.claims["r2#1"] == replace(CLAIMS[4], count=Bounds(5, 9), place="Lida", status="corrected")
    assert [one.number for one in found.corrections["r2#1"]] == [1]
    assert {k: v for k, v in found.claims.items() if k != "r2#1"} == {
        k: v for k, v in held().claims.items() if k != "r2#1"
    }


def test_a_correction_that_no_claim_can_follow_is_refused() -> None:
    """An unknown field, and bounds the wrong way round, are one clear error each."""
    for value in ({"colour": "red"}, {"count": [9, 5]}):
        with pytest.raises(WatchError, match="no claim can follow"):
            held(said(1, "correct", "r2#1", **value))


def test_grades_come_from_the_source_and_the_claim() -> None:
    """A letter is the publisher's, a digit the claim's or its report's; unjudged is F6."""
    found = held(
        said(1, "grade", "P0", letter="B"), said(2, "grade", "r2", digit="3"), said(3, "grade", "r2#2", digit="2")
    )
    grades = {one: found.grade(claim) for one, claim in found.claims.items()}
    assert grades["r2#1"] == "B3" and grades["r2#2"] == "B2" and grades["r0#1"] == "B6" and grades["r1#1"] == "F6"


def test_what_a_person_says_of_a_pair_replaces_what_rules_found() -> None:
    """A confirmed pair has score 1 by the analyst; an unlinked one is gone; both in either order of ids."""
    found = held(said(1, "link", "r3 ~ r2", kind="same-as"), said(2, "unlink", "r1 ~ r0", kind="copy-of"))
    assert found.links == (Link("same-as", "r2", "r3", 1.0, "confirmed", "analyst"),)
    assert held(said(1, "link", "r0 ~ r9", kind="same-as")).links == tuple(LINKS)


@given(st.permutations(REPORTS), st.permutations(CLAIMS), st.permutations(LINKS))
def test_the_order_of_rows_changes_nothing(reports: list[Report], claims: list[Claim], links: list[Link]) -> None:
    """What holds is the same in whichever order rows come from the store."""
    decisions = [said(1, "retract", "r0"), said(2, "grade", "P1", letter="C")]
    assert after(reports, claims, [], links, decisions) == after(REPORTS, CLAIMS, [], LINKS, decisions)

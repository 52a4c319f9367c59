"""Checking a pack: each fault of its cases is found and named, and what is only a fact about it is a note."""

from __future__ import annotations

import pytest
from tests.cli.documents import blocks_of
from tests.house.test_text import ROOT
from tests.law.small import CITE, overall_of, rule, small, verdict_of

from tocsin.errors import LawError
from tocsin.law import check
from tocsin.law.load import law_of

DEMAND = 'require = "length_days <= 30"'
TRAINING = "applies_if = \"kind == 'training'\""


def case(name: str, facts: str, verdict: str) -> str:
    return f'[[rule.case]]\nname = "{name}"\nfacts = {{ {facts} }}\nverdict = "{verdict}"'


LAWFUL = case("Thirty days.", 'kind = "training", length_days = 30', "lawful")
BREACH = case("Thirty-one days.", 'kind = "training", length_days = 31', "breach")
CANNOT = case("Length not known.", 'kind = "training"', "cannot tell")
NOT = case("Mobilisation.", 'kind = "mobilisation", length_days = 90', "not applicable")
CASES = (LAWFUL, BREACH, CANNOT, NOT)


def found(*tables: str) -> list[tuple[str, str]]:
    """What is found of a pack: levels and sentences."""
    return [(problem.level, problem.sentence) for problem in check(small(*tables))]


def test_a_whole_pack_is_clean() -> None:
    """A rule with a case for each of its four verdicts, without dates, has no problem."""
    assert found(rule(DEMAND, TRAINING, *CASES)) == []


def test_a_case_that_fails_is_named() -> None:
    """A case with another verdict is an error with the rule, the case, what was found and what was expected."""
    wrong = case("Thirty-one days.", 'kind = "training", length_days = 31', "lawful")
    (problem,) = check(small(rule(DEMAND, TRAINING, LAWFUL, wrong, BREACH, CANNOT, NOT)))
    assert str(problem) == "zz.toml: rule zz.rule, case 'Thirty-one days.': found 'breach'; expected 'lawful'"


def test_a_case_with_a_fact_that_there_is_not() -> None:
    """A mistyped fact in a case is an error that names the case, and is never left out silently."""
    wrong = case("Thirty days.", 'kind = "training", lenght_days = 30', "lawful")
    problems = check(small(rule(DEMAND, TRAINING, LAWFUL, wrong, BREACH, CANNOT, NOT)))
    assert [problem.level for problem in problems] == ["error"]
    assert "lenght_days" in str(problems[0]) and "Thirty days." in str(problems[0])


@pytest.mark.parametrize("left_out", range(4))
def test_each_verdict_needs_a_case(left_out: int) -> None:
    """A verdict that the rule can give and none of its cases shows is an error."""
    rest = [one for k, one in enumerate(CASES) if k != left_out]
    name = ("lawful", "breach", "cannot tell", "not applicable")[left_out]
    assert ("error", f"found no case that gives {name}") in found(rule(DEMAND, TRAINING, *rest))


def test_a_rule_about_everything_needs_no_case_that_does_not_apply() -> None:
    """Where a rule is about every summons and has no dates, not applicable cannot be given."""
    assert found(rule(DEMAND, *CASES[:3])) == []


def test_a_rule_of_discretion_needs_two_cases() -> None:
    """A rule that asks why gives two verdicts only, and a case for each is enough."""
    grounds = 'exempt_if = "student and not request_granted"'
    ask = case("A student, refused.", "student = true, request_granted = false", "cannot tell")
    none = case("No student.", "student = false", "not applicable")
    assert found(rule(grounds, 'effect = "ask-why"', ask, none)) == []


def test_changes_in_force_are_tried_on_both_days() -> None:
    """A change in force without cases on the day before and on the day of it is an error for each of the two."""
    dated = (TRAINING, "in_force = { from = 2026-05-01 }")
    day = 'kind = "training", report = 2026-06-01T08:00:00+03:00, length_days'
    cases = (
        case("Thirty days.", f"{day} = 30", "lawful"),
        case("Thirty-one days.", f"{day} = 31", "breach"),
        CANNOT,
        NOT,
    )
    sentences = [sentence for level, sentence in found(rule(DEMAND, *dated, *cases)) if level == "error"]
    assert sentences == [
        "found no case on 2026-04-30 (by report), the day before a change in force",
        "found no case on 2026-05-01 (by report), the day of a change in force",
    ]
    eve = case("The eve.", 'kind = "training", report = 2026-04-30T08:00:00+03:00, length_days = 31', "not applicable")
    first = case("The day.", 'kind = "training", report = 2026-05-01T00:30:00+03:00, length_days = 31', "breach")
    assert [level for level, _ in found(rule(DEMAND, *dated, *cases, eve, first))] == ["note"]


def test_gaps_are_notes() -> None:
    """Days before the first version, between two, and after the last are notes, not errors."""
    old = rule(DEMAND, "in_force = { from = 2020-01-01, until = 2021-12-31 }")
    new = rule(DEMAND, "in_force = { from = 2023-01-01, until = 2024-12-31 }")
    notes = [sentence for level, sentence in found(old, new) if level == "note"]
    assert notes == [
        "nothing is said of days before 2020-01-01: then the rule is not applicable",
        "no version holds from 2022-01-01 to 2022-12-31",
        "no version holds after 2024-12-31",
    ]


def test_overlaps_are_refused_when_the_pack_is_loaded() -> None:
    """Two versions that hold on the same day never reach the check."""
    with pytest.raises(LawError, match="two versions in force"):
        small(
            rule(DEMAND, "in_force = { until = 2021-12-31 }"),
            rule(DEMAND, "in_force = { from = 2021-12-31 }"),
        )


def test_a_fact_that_no_case_gives_is_found() -> None:
    """A fact that a rule reads and none of its cases gives is an error: nobody has tried what it does."""
    demand = 'require = "length_days <= 30 or consent_written"'
    breach = case("Not known.", 'kind = "training", length_days = 31', "cannot tell")
    problems = found(rule(demand, TRAINING, LAWFUL, breach, NOT))
    assert ("error", "found no case that gives consent_written, which the rule reads") in problems


def test_a_confirmed_rule_says_where_it_was_read() -> None:
    """Confirmed without an article or an address is an error; secondary may lack both."""
    for cite, expected in (
        (CITE.replace('"s. 5"', '"not found"'), 1),
        (CITE.replace('url = "gazette", ', ""), 1),
        (CITE.replace('"s. 5"', '"not found"').replace('"confirmed"', '"secondary"'), 0),
    ):
        whole = rule(DEMAND, TRAINING, *CASES).replace(CITE, cite)
        assert len([level for level, _ in found(whole) if level == "error"]) == expected


def test_a_rule_that_overrides_is_seen_in_the_cases_of_the_rule_below() -> None:
    """A case of an overridden rule is judged with the rule above it."""
    above = rule('require = "length_days <= 90"', "applies_if = \"order_by == 'president'\"", 'overrides = ["zz.rule"]')
    above = above.replace('id = "zz.rule"', 'id = "zz.above"')
    below = case("By order.", 'kind = "training", order_by = "president", length_days = 60', "not applicable")
    sentences = [sentence for _, sentence in found(rule(DEMAND, below), above) if "expected" in sentence]
    assert sentences == []


def test_what_a_person_owes_never_makes_the_summons_a_breach() -> None:
    """A late appeal is late; said of the summons as a whole it is nothing."""
    owed = rule('require = "between(decision_told, appeal_filed) <= days(10)"', 'binds = "person"',
                'count = { unit = "day" }')  # fmt: skip
    law = small(owed)
    facts = {"decision_told": "2026-05-01T10:00+03:00", "appeal_filed": "2026-06-01T10:00+03:00"}
    assert verdict_of(law, "zz.rule", **facts) == "breach"
    assert overall_of(law, **facts) == "not applicable"


def test_channels_by_kind() -> None:
    """Other channels hold for the kinds that name them; of an unknown kind only what counts for each."""
    special = f"[[service_for]]\nkinds = ['additional']\nchannels = ['publication', 'letter']\n{CITE}"
    pack = small(special, rule(DEMAND)).pack
    assert pack.channels("training") == ("letter",)
    assert pack.channels("additional") == ("publication", "letter")
    assert pack.channels(None) == ("letter",)
    other = small(special.replace(", 'letter'", ""), rule(DEMAND)).pack
    assert other.channels(None) == ()


def test_a_word_that_a_fact_cannot_have_is_refused() -> None:
    """An occupation that is mistyped in a pack is refused: it would exempt nobody and nobody would see it."""
    with pytest.raises(LawError, match="juge"):
        small(rule("exempt_if = \"occupation == 'juge'\""))


def test_the_guides_pack_is_clean() -> None:
    """The pack in the guide loads and is clean, so that who copies it begins with a sound one."""
    (block,) = [block for block in blocks_of(ROOT / "docs" / "laws.md") if block.words.get("file") == "my-law.toml"]
    problems = check(law_of(block.text.encode(), "my-law.toml"))
    assert [str(problem) for problem in problems if problem.level == "error"] == []

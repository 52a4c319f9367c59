"""Saying a verdict: the words that its law allows, the values that it rests on, what is missing, the reasoning."""

from __future__ import annotations

import json
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.law.generated import CHILDREN, CITE, law_from, pack_of, rule_of, table_of, wild_pack, wild_row
from tests.law.test_audit import SHORT, WEEK, table

from tocsin.law import Law, audit
from tocsin.law.explain import Finding, findings, letter, reasoning, words
from tocsin.law.tables import case_of_words

SAYS = "The summons must be handed over seven days before."


def one(law: Law, *case: str) -> Finding:
    """Return the only finding of a case."""
    (found,) = findings(case_of_words(case), law)
    return found


def law_with(status: str = "confirmed", **more: object) -> Law:
    """Return a pack of one rule."""
    return law_from(pack_of(rule_of(cite={**CITE, "status": status}, say=SAYS, **more), count=[CHILDREN]))


@pytest.mark.parametrize(
    ("verdict", "status", "effect", "said"),
    [
        ("breach", "confirmed", "breach", "breach"),
        ("breach", "secondary", "breach", "possible breach"),
        ("breach", "unverified", "breach", "possible breach"),
        ("breach", "confirmed", "irregularity", "irregularity"),
        ("breach", "secondary", "irregularity", "possible irregularity"),
        ("lawful", "confirmed", "breach", "lawful"),
        ("lawful", "secondary", "breach", "possibly lawful (law not verified)"),
        ("lawful", "unverified", "breach", "possibly lawful (law not verified)"),
        ("cannot tell", "secondary", "breach", "cannot tell"),
        ("cannot tell", "confirmed", "ask-why", "cannot tell: ask why"),
        ("not applicable", "unverified", "breach", "not applicable"),
    ],
)
def test_unverified_law_neither_accuses_nor_clears(verdict: str, status: str, effect: str, said: str) -> None:
    """The words follow from verdict, status and effect: what was not verified is only possible, both ways."""
    demand = {"exempt_if": "farmer", "count": None} if effect == "ask-why" else {}
    law = law_with(status, effect=effect, **demand)
    assert words(verdict, law.rules["xx.notice"][0].rule) == said


def test_a_finding_shows_what_it_rests_on() -> None:
    """Verdict, article, values as they were read, the notice as it was counted, and one sentence by the local clock."""
    found = one(law_with(), f"served={WEEK['served']}", f"report={SHORT['report']}")
    assert found.verdict == "breach" and found.article == "An act, art. 1" and found.missing == ()
    assert found.values == {
        "served": "2026-02-13T19:30+00:00",
        "report": "2026-02-19T20:59+00:00",
        "notice": 6,
        "notice_unit": "day",
    }
    assert found.sentence == (f"Breach. {SAYS} Here: served 2026-02-13 22:30; report 2026-02-19 23:59; notice 6 days.")
    assert json.loads(json.dumps(found.as_json()))["words"] == "breach"


def test_what_is_missing_is_named() -> None:
    """A verdict that cannot be told names the facts that it would need, in the value and in the sentence."""
    found = one(law_with(applies_if="kind == 'training'"), f"report={WEEK['report']}")
    assert found.verdict == "cannot tell" and found.missing == ("kind", "served")
    assert found.sentence.startswith("Cannot tell.") and found.sentence.endswith("Not known: kind, served.")
    assert found.values["served"] is None and found.values["notice"] is None


def test_an_interval_is_shown_by_both_ends() -> None:
    """A service known to an interval gives a notice of both lengths, and the sentence says that it does not decide."""
    found = one(law_with(), "served=2026-02-13T22:30+03:00..2026-02-14T08:00+03:00", f"report={WEEK['report']}")
    assert found.verdict == "cannot tell" and found.missing == ()
    assert found.values["notice"] == [6, 7]
    assert "served 2026-02-13 22:30 to 2026-02-14 08:00; " in found.sentence and "notice 6 to 7 days" in found.sentence
    assert "What is known does not decide it" in found.sentence


@pytest.mark.parametrize(
    ("count", "length", "value", "unit"),
    [
        ({"unit": "hour"}, "hours(48)", 153.5, "hour"),
        ({"unit": "full-day"}, "days(7)", 6.3, "full-day"),
        ({"unit": "month"}, "months(1)", 7, "day"),
        ({"unit": "day", "exclude_last": "not found"}, "days(7)", [6, 7], "day"),
    ],
)
def test_the_notice_in_the_unit_of_the_rule(count: dict[str, str], length: str, value: object, unit: str) -> None:
    """Hours and full days to a tenth, never rounded up: 6 days and 9.5 hours are 6.3 of full days; months as days."""
    law = law_with(require=f"notice >= {length}", count=count)
    found = one(law, *(f"{name}={when}" for name, when in WEEK.items()))
    assert found.values["notice"] == value and found.values["notice_unit"] == unit


def test_the_version_that_answers_is_the_one_explained() -> None:
    """Of a rule in two versions the finding is about the one of the day."""
    import datetime as dt

    change = dt.date(2026, 2, 1)
    old = rule_of(title="Ten days", in_force={"until": change - dt.timedelta(days=1)})
    law = law_from(pack_of(old, rule_of(title="Seven days", in_force={"from": change})))
    assert findings(table(WEEK), law)[0].title == "Seven days"
    early = {name: when.replace("2026-02", "2026-01") for name, when in WEEK.items()}
    assert findings(table(early), law)[0].title == "Ten days"


def test_the_reasoning_is_a_tree() -> None:
    """In force, applies, excepted, demanded: each with its answer, down to the facts, and the verdict at the end."""
    law = law_with(applies_if="kind in ('training', 'special') and not farmer", unless="notice_waived")
    case = [f"{name}={when}" for name, when in WEEK.items()]
    lines = reasoning(case_of_words([*case, "kind=training", "farmer=no"]), law, "xx.notice")
    assert lines == [
        "A rule (An act, art. 1; confirmed)",
        f"  {SAYS}",
        "  1. In force long before to today, by the day of served: yes",
        "  2. Applies: yes",
        "         all of: yes",
        "            kind in ('training', 'special'): yes (kind training)",
        "            not: yes",
        "               farmer: no (farmer no)",
        "  3. Excepted: not known",
        "         notice_waived: not known (notice waived not known)",
        "  4. Demanded: yes",
        "         notice >= days(7): yes (served 2026-02-13 22:30, report 2026-02-20 08:00, notice 7 days)",
        "  = cannot tell",
    ]


def test_a_rule_that_is_put_aside_says_by_which() -> None:
    """Where another rule goes before, the reasoning says so: else "not applicable" would come from nowhere."""
    low, high = rule_of("low"), rule_of("high", require="True", count=None, overrides=["xx.low"])
    law = law_from(pack_of(low, high))
    lines = reasoning(table(SHORT), law, "xx.low")
    assert "  3. Put aside by xx.high: yes" in lines and lines[-1] == "  = not applicable"


def test_a_letter_leaves_out_what_does_not_apply() -> None:
    """A letter holds the rules that apply, says that no lawyer has signed, and who would."""
    rules = [rule_of("short", say=SAYS), rule_of("other", title="Another rule", applies_if="kind == 'special'")]
    case = case_of_words([*(f"{name}={when}" for name, when in SHORT.items()), "kind=training"])
    text = letter(case, law_from(pack_of(*rules)), "A-1")
    assert "On the summons of A-1" in text and "Breach. " + SAYS in text and "Another rule" not in text
    assert "No lawyer has signed" in text
    assert "A. Lawyer answers for" in letter(case, law_from(pack_of(*rules, signed_by="A. Lawyer")), "A-1")


@given(st.integers(0, 2**64))
@settings(max_examples=20)
def test_every_finding_of_any_pack_can_be_said(seed: int) -> None:
    """For any pack and summons: the verdicts of the audit, values that are JSON, one line, a tree, a letter."""
    dice = Random(seed)
    law = law_from(wild_pack(dice))
    case = table_of([wild_row(dice)])
    verdicts = audit(case, law).row(0, named=True)
    for found in findings(case, law):
        assert found.verdict == verdicts[found.rule] and "\n" not in found.sentence
        json.dumps(found.as_json(), allow_nan=False)
        assert set(found.missing) == {name for name, value in found.values.items() if value is None} - {
            name for name in found.values if name.split("_unit")[0] not in law.reads
        }
        assert reasoning(case, law, found.rule)[0]
    assert letter(case, law, "A-1").startswith("On the summons of A-1")

"""The section on lawfulness: its numbers are the audit's, and its words accuse and clear no more than the law does."""

from __future__ import annotations

import datetime as dt

import polars as pl
from tests.brief.cases import Elements, west
from tests.measure.test_lawfulness import small_law, summonses_by_hand

from tocsin.brief import page
from tocsin.brief.lawfulness import lawfulness
from tocsin.law.facts import MOMENT
from tocsin.law.results import Audit


def by_hand() -> Audit:
    """Twelve summonses put to two rules: see `tests.measure.test_lawfulness` for the count by hand."""
    found = Audit(small_law())
    found.add(summonses_by_hand(12))
    return found


def test_without_an_audit_there_is_no_section() -> None:
    """No pack, or nobody summoned: nothing is said."""
    assert lawfulness(None) is None
    assert lawfulness(Audit(small_law())) is None


def test_the_parts_are_the_whole() -> None:
    """Shares of all summonses that add up to one, the gravest first."""
    found = lawfulness(by_hand())
    assert found is not None
    assert [(part.name, round(part.share * 12)) for part in found.parts] == [
        ("breach", 4), ("possible breach", 2), ("cannot tell", 2), ("possibly lawful", 4),
    ]  # fmt: skip
    assert sum(part.share for part in found.parts) == 1
    assert found.sentences[0].startswith("Of the 12 people summoned in the first run, 4 (33")
    assert "2 (17" in found.sentences[0] and "may have been summoned against a rule" in found.sentences[0]
    assert found.sentences[1] == "What would decide more is not known: student (of 3)."


def test_words_follow_the_status_both_ways() -> None:
    """Of a rule that is not confirmed a breach is possible, and what is lawful possibly so; of a confirmed one, no."""
    found = lawfulness(by_hand())
    assert found is not None
    rows = {row.head: row for row in found.rules.shown.rows}
    assert [cell.text for cell in rows["Two days"].cells] == ["4", "8", "0", "0"]
    assert [cell.small for cell in rows["Two days"].cells] == ["", "", "", ""]
    assert [cell.text for cell in rows["Students"].cells] == ["3", "6", "3", "0"]
    assert [cell.small for cell in rows["Students"].cells[:2]] == ["possible", "possibly"]


def test_rules_about_nobody_are_folded_away() -> None:
    """A rule that applies to no summons stands among all rules and not among those that are about anybody."""
    moment = dt.datetime(2026, 2, 1, tzinfo=dt.UTC)
    table = pl.DataFrame(
        {"kind": ["special"], "served": [moment], "report": [moment], "student": [False]},
        schema_overrides={"served": MOMENT, "report": MOMENT},
    )
    audit = Audit(small_law())
    audit.add(table)
    found = lawfulness(audit)
    assert found is not None and found.rules.more is not None
    assert [row.head for row in found.rules.shown.rows] == ["Students"]
    assert [row.head for row in found.rules.more.rows] == ["Two days", "Students"]


def test_the_page_says_it() -> None:
    """A Belarusian plan's report has the section, with the pack's digest and no finding that is more than possible."""
    case = west()
    text = Elements(page(case)).text
    assert case.audit is not None
    assert "Was it lawful?" in text
    assert case.audit.law.digest[:12] in text
    assert case.audit.overall["breach"] == case.audit.overall["lawful"] == 0  # nothing in the pack is confirmed

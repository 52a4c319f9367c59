"""The packs of the house: they load, are clean by their own cases, and say what was read as well as it was read."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from tests.law.small import overall_of, verdict_of, with_both_ends

from tocsin.law import Law, audit, bundled_packs, check, law
from tocsin.law.check import change_days, possible
from tocsin.law.pages import law_pages
from tocsin.law.tables import case_row

COUNTRIES = ("by", "ch", "ee", "fi", "lt", "lv", "pl", "ua")
PAGES = Path(__file__).resolve().parents[2] / "docs" / "packs"

# What was read in the act itself, word by word: article by rule; everything else must be weaker.
CONFIRMED = {
    ("ch.medical-complaint", "art. 39"),
    ("ch.reconsideration", "art. 38"),
    ("ee.broadcast", "§ 70¹(2)–(5)"),
    ("ee.employer", "§ 70¹(6)–(7)"),
    ("ee.employer-additional", "§ 70¹(6)–(7)"),
    ("ee.evidence", "§ 76"),
    ("ee.length", "§§ 69, 73"),
    ("ee.length-additional", "§§ 69, 73"),
    ("ee.may-be-released", "§ 76(2)–(3)"),
    ("ee.not-called", "§ 70(3)–(4)"),
    ("ee.notice", "§ 70¹(1)"),
    ("ee.notice-additional", "§ 70¹(2)–(5)"),
    ("ee.released", "§ 76(1)"),
    ("fi.readiness", "s. 32(3)–(4)"),
    ("lt.appeal", "art. 38"),
    ("lt.appeal-answer", "art. 38"),
    ("lt.appeal-court", "art. 38"),
    ("lt.days-five-years", "art. 23(3)"),
    ("pl.days-year", "art. 251"),
    ("pl.exercise", "art. 249"),
    ("pl.not-called", "art. 248(5)"),
}
UNVERIFIED = {"by.exempt.children", "lt.days-five-years", "lv.mobilisation", "lv.mobilisation-contract"}


@cache
def pack(country: str) -> Law:
    return law(country)


def verdict(rule: str, **facts: Any) -> str:
    return verdict_of(pack(rule[:2]), rule, **facts)


# --- all packs ----------------------------------------------------------------------------------------------------


def test_the_packs_are_those_of_the_design() -> None:
    """There is one pack for each country of the design, and it is called as its country."""
    assert tuple(bundled_packs()) == COUNTRIES
    assert [pack(country).pack.country for country in COUNTRIES] == list(COUNTRIES)


@pytest.mark.parametrize("country", COUNTRIES)
def test_a_pack_is_clean(country: str) -> None:
    """Each case gives its verdict, each verdict has a case, each change in force is tried on both days."""
    errors = [str(problem) for problem in check(pack(country)) if problem.level == "error"]
    assert errors == []


@pytest.mark.parametrize("country", COUNTRIES)
def test_every_rule_cites(country: str) -> None:
    """Every version names act, article or that none was found, status and a day; confirmed ones where it was read."""
    for rule in pack(country).pack.rules:
        assert rule.cite.act and rule.cite.article and rule.cite.checked_on, rule.id
        assert rule.cite.status != "confirmed" or (rule.cite.url and rule.cite.article != "not found"), rule.id
        assert rule.say.endswith("."), rule.id


def test_what_was_read_is_confirmed_and_nothing_else_is() -> None:
    """Only what was read in the act itself is confirmed: article by article; nothing of Belarus, Latvia or Ukraine."""
    rules = [rule for country in COUNTRIES for rule in pack(country).pack.rules]
    assert {(rule.id, rule.cite.article) for rule in rules if rule.cite.status == "confirmed"} == CONFIRMED
    assert {rule.id for rule in rules if rule.cite.status == "unverified"} == UNVERIFIED


@pytest.mark.parametrize("country", COUNTRIES)
def test_each_pack_says_what_was_not_found(country: str) -> None:
    """Each pack lists what was looked for and not found, and no lawyer has signed one yet."""
    assert pack(country).pack.not_found
    assert pack(country).pack.signed_by == ""


def test_discretion_is_never_a_breach() -> None:
    """Rules that ask why give neither breach nor lawful in any of their cases."""
    rules = [rule for country in COUNTRIES for rule in pack(country).pack.rules if rule.effect == "ask-why"]
    assert {rule.id for rule in rules} == {"by.release", "ch.reconsideration", "ee.may-be-released", "fi.release"}
    assert {case.verdict for rule in rules for case in rule.cases} == {"cannot tell", "not applicable"}


def test_what_tests_no_summons_is_told_with_its_source() -> None:
    """Facts of the law that test no single summons stand in the packs beside the rules, as well cited."""
    told = {(country, one.cite.article, one.cite.status) for country in COUNTRIES for one in pack(country).pack.no_test}
    assert {
        ("by", "art. 436", "secondary"),
        ("ee", "§ 76(3¹), (3²)", "confirmed"),
        ("lt", "art. 25", "confirmed"),
        ("lt", "art. 38", "confirmed"),
        ("pl", "art. 243(2)", "confirmed"),
    } <= told
    assert any("still open" in one.what for one in pack("fi").pack.no_test)


@cache
def cases(country: str) -> list[tuple[str, str, dict[str, Any], str]]:
    """Rule, name, facts and verdict of every case of a pack."""
    return [
        (rule.id, case.name, case.facts, case.verdict) for rule in pack(country).pack.rules for case in rule.cases
    ]  # fmt: skip


def verdicts(country: str, many: list[tuple[str, dict[str, Any]]]) -> list[str]:
    """Put many summonses to a pack as one table, and read of each the verdict of one rule."""
    rows = [with_both_ends(case_row(facts, "test", counts=pack(country).counts)) for _, facts in many]
    numbered = [row.with_columns(pl.lit(k).alias("summons")) for k, row in enumerate(rows)]
    found = audit(pl.concat(numbered, how="diagonal"), pack(country))
    return [str(found[rule][k]) for k, (rule, _) in enumerate(many)]


@pytest.mark.parametrize("country", COUNTRIES)
def test_a_case_alone_and_among_others(country: str) -> None:
    """A summons gets the same verdict in a table of many, where columns of other cases are empty, as alone."""
    found = verdicts(country, [(rule, facts) for rule, _, facts, _ in cases(country)])
    expected = [(rule, name, verdict) for rule, name, _, verdict in cases(country)]
    assert [(rule, name, one) for (rule, name, _), one in zip(expected, found, strict=True)] == expected


@pytest.mark.parametrize("country", COUNTRIES)
def test_knowing_less_decides_nothing(country: str) -> None:
    """A case without one of its facts gets the verdict that it had, or cannot be told."""
    less = [
        (rule, name, dropped, {key: value for key, value in facts.items() if key != dropped}, verdict)
        for rule, name, facts, verdict in cases(country)
        for dropped in facts
    ]
    found = verdicts(country, [(rule, facts) for rule, _, _, facts, _ in less])
    turned = [
        (rule, name, f"without {dropped}: {one}")
        for (rule, name, dropped, _, verdict), one in zip(less, found, strict=True)
        if one not in (verdict, "cannot tell")
    ]
    assert turned == []


@pytest.mark.parametrize("country", COUNTRIES)
def test_without_the_kind_of_call_up_nothing_is_decided(country: str) -> None:
    """Where a rule is about a kind of call-up, a summons of unknown kind is neither lawful nor a breach."""
    about = {one.rule.id for versions in pack(country).rules.values() for one in versions if "kind" in one.reads}
    some = [
        (rule, {key: value for key, value in facts.items() if key != "kind"})
        for rule, _, facts, verdict in cases(country)
        if rule in about and verdict in ("lawful", "breach")
    ]
    assert set(verdicts(country, some)) <= {"cannot tell"}


@pytest.mark.parametrize("country", COUNTRIES)
def test_pages_are_fresh(country: str) -> None:
    """The page of a pack is the one that its file makes."""
    committed = (PAGES / f"{country}.md").read_text(encoding="utf-8")
    assert committed == law_pages()[country], "write them anew: python -m tocsin.law.pages docs/packs"


def test_a_page_tells_the_whole_pack() -> None:
    """A page holds each sentence, each source with its status, each case, and all that was not found."""
    for country, page in law_pages().items():
        for rule in pack(country).pack.rules:
            assert rule.say in page and f"**{rule.cite.status}**" in page
            assert all(case.name in page for case in rule.cases)
        assert all(one.what in page for one in pack(country).pack.not_found)
        assert all(one.what in page for one in pack(country).pack.no_test)
    assert not re.search(r"\bNone\b(?! of)|datetime\.", "".join(law_pages().values()))


# --- Belarus ------------------------------------------------------------------------------------------------------


def test_belarus_verification_camps_owe_no_notice() -> None:
    """The seven days leave verification camps out: nine hours' notice is no breach there, and is one of training."""
    times = {"served": "2026-02-15T23:00+03:00", "report": "2026-02-16T08:00+03:00"}
    assert verdict("by.notice", kind="verification", **times) == "not applicable"
    assert verdict("by.notice", kind="training", **times) == "breach"
    assert verdict("by.notice", **times) == "cannot tell"
    assert verdict("by.notice", kind="unknown", **times) == "cannot tell"


def test_belarus_ten_days_became_seven() -> None:
    """Eight days were too few until 14 October 2024 and are enough from the 15th, by the day of service in Minsk."""
    assert change_days(pack("by"), "by.notice") == (pack("by").rules["by.notice"][1].rule.in_force.from_,)
    for served, report, expected in (
        ("2024-10-14T23:59+03:00", "2024-10-22T08:00+03:00", "breach"),
        ("2024-10-15T00:00+03:00", "2024-10-23T08:00+03:00", "lawful"),
        ("2024-10-14T21:30Z", "2024-10-23T08:00+03:00", "lawful"),  # half past midnight of the 15th in Minsk
    ):
        assert verdict("by.notice", kind="training", served=served, report=report) == expected


def test_belarus_unverified_law_neither_accuses_nor_clears() -> None:
    """What the Belarus pack finds is a possible breach or possibly lawful, never more."""
    times = {"served": "2026-02-15T23:00+03:00", "report": "2026-02-16T08:00+03:00"}
    assert overall_of(pack("by"), kind="training", **times) == "possible breach"


def test_belarus_length_by_date() -> None:
    """Sixty days replaced 35 on 15 August 2023."""
    for report, days, expected in (
        ("2023-08-14T08:00+03:00", 35, "lawful"),
        ("2023-08-14T08:00+03:00", 36, "breach"),
        ("2023-08-15T08:00+03:00", 60, "lawful"),
        ("2023-08-15T08:00+03:00", 61, "breach"),
    ):
        facts = {"kind": "verification", "rank": "soldier", "report": report, "length_days": days}
        assert verdict("by.length", **facts) == expected


@pytest.mark.parametrize(
    ("rule", "rank", "category", "most"),
    [
        ("by.times", "soldier", 1, 5),
        ("by.times", "nco", 2, 3),
        ("by.times", "soldier", 3, 1),
        ("by.times-officers", "officer", 1, 10),
        ("by.times-officers", "officer", 2, 5),
        ("by.times-officers", "officer", 3, 5),
    ],
)
def test_belarus_times_called(rule: str, rank: str, category: int, most: int) -> None:
    """Soldiers are called 5, 3 and 1 times by category, officers 10, 5 and 5 times."""
    facts = {"kind": "training", "rank": rank, "reserve_category": category, "report": "2026-02-16T08:00+03:00"}
    assert verdict(rule, **facts, earlier_callups=most - 1) == "lawful"
    assert verdict(rule, **facts, earlier_callups=most) == "breach"


def test_belarus_limited_fitness_needs_written_consent() -> None:
    """Minor limitations are no bar; limited fitness in wartime is one without written consent."""
    facts = {"kind": "training", "report": "2026-02-16T08:00+03:00"}
    assert verdict("by.fitness", **facts, medical="minor limitations") == "lawful"
    assert verdict("by.fitness", **facts, medical="limited in wartime") == "cannot tell"
    assert verdict("by.fitness", **facts, medical="limited in wartime", consent_written=False) == "breach"
    assert verdict("by.fitness", **facts, medical="limited in wartime", consent_written=True) == "lawful"


@pytest.mark.parametrize("kind", ["training", "special", "verification"])
@pytest.mark.parametrize(
    ("rule", "facts"),
    [
        ("by.exempt.reserved", {"reserved_worker": True}),
        ("by.exempt.office", {"occupation": "judge"}),
        ("by.exempt.office", {"occupation": "prosecutor"}),
        ("by.exempt.office", {"occupation": "deputy"}),
        ("by.exempt.transport", {"occupation": "aviation staff"}),
        ("by.exempt.transport", {"occupation": "rail staff"}),
        ("by.exempt.river", {"occupation": "river crew", "work_season": True}),
        ("by.exempt.family", {"family_deferral": True}),
    ],
)
def test_belarus_exemptions_hold_for_all_kinds_of_camps(kind: str, rule: str, facts: dict[str, Any]) -> None:
    """Who is released is released from training, special and verification camps alike."""
    assert verdict(rule, kind=kind, report="2026-06-16T08:00+03:00", **facts) == "breach"


def test_belarus_three_children_are_unverified() -> None:
    """The number of children is not in a text that was read: three minors are a possible breach at most."""
    rule = pack("by").rules["by.exempt.children"][0].rule
    assert rule.cite.status == "unverified"
    assert any("three or more minor children" in one.what for one in pack("by").pack.not_found)
    births = "2012-03-01;2015-07-20;2020-01-05"
    facts = {"kind": "verification", "children_births": births, "report": "2026-02-16T08:00+03:00"}
    assert verdict(rule.id, **facts) == "breach"
    assert overall_of(pack("by"), **facts) == "possible breach"


def test_belarus_a_text_message_is_no_service() -> None:
    """In person against receipt or by registered letter; a text message is additional, whatever the kind."""
    assert "SMS" not in pack("by").pack.channels("training")
    assert set(pack("by").pack.channels(None)) == {"courier", "in_person", "letter"}


# --- Estonia ------------------------------------------------------------------------------------------------------


def test_estonia_70_1_1_notice_of_120_days() -> None:
    """KVTS § 70¹(1): reserve training is told 120 days before; 120 by the calendar are not decided, 119 are too few."""
    versions = pack("ee").rules["ee.notice"]
    assert [one.rule.cite.status for one in versions] == ["secondary", "confirmed"]
    assert versions[1].rule.cite.article == "§ 70¹(1)"
    report = "2026-09-08T09:00+03:00"
    for served, expected in (("2026-05-10", "lawful"), ("2026-05-11", "cannot tell"), ("2026-05-13", "breach")):
        assert verdict("ee.notice", kind="training", served=f"{served}T10:00+03:00", report=report) == expected


def test_estonia_70_1_2_publication_is_service_for_additional_training_only() -> None:
    """KVTS § 70¹(2)–(5): what was published is delivered, for additional training and for no other kind."""
    ee = pack("ee").pack
    assert {"publication", "radio"} <= set(ee.channels("additional"))
    assert not {"publication", "radio", "SMS"} & (set(ee.channels("training")) | set(ee.channels(None)))
    assert [one.cite.status for one in ee.service_for if "publication" in one.channels] == ["confirmed"]


def test_estonia_additional_training_is_told_before_or_during() -> None:
    """KVTS § 70¹(2): an hour before is enough for Okas, and is a breach of ordinary training."""
    times = {"served": "2026-10-15T08:00+03:00", "report": "2026-10-15T09:00+03:00"}
    assert verdict("ee.notice-additional", kind="additional", **times) == "lawful"
    assert verdict("ee.notice", kind="additional", **times) == "not applicable"
    assert verdict("ee.notice", kind="training", **times) == "breach"


def test_estonia_76_has_no_number_of_children() -> None:
    """No Estonian rule reads children."""
    assert not {"minor_children", "children_births"} & set(pack("ee").reads)


@pytest.mark.parametrize(("rank", "most"), [("officer", 30), ("nco", 21), ("soldier", 14)])
def test_estonia_69_73_length_by_rank(rank: str, most: int) -> None:
    """KVTS §§ 69, 73: 30 days for officers, 21 for non-commissioned officers, 14 for soldiers; 60 for additional."""
    facts = {"kind": "training", "rank": rank, "report": "2026-11-09T09:00+02:00"}
    assert verdict("ee.length", **facts, length_days=most) == "lawful"
    assert verdict("ee.length", **facts, length_days=most + 1) == "breach"


def test_estonia_a_persons_own_delay_is_no_breach_of_the_summons() -> None:
    """Evidence that comes too late is late, and the summons as a whole stays what it was."""
    facts = {
        "kind": "training", "asked": True, "served": "2026-05-01T10:00+03:00", "report": "2026-11-09T09:00+02:00",
        "evidence_filed": "2026-11-08T10:00+02:00",
    }  # fmt: skip
    assert verdict("ee.evidence", **facts) == "breach"
    assert overall_of(pack("ee"), **facts) == "cannot tell"


# --- Finland ------------------------------------------------------------------------------------------------------


def test_finland_three_months_are_secondary_and_the_act_that_overrides_them_is_confirmed() -> None:
    """The three months are told by intti.fi; Act 500/2016 s. 32(3)–(4), which was read, lets the President depart."""
    rules = {one.rule.id: one.rule for versions in pack("fi").rules.values() for one in versions}
    assert rules["fi.notice"].cite.status == "secondary"
    assert (rules["fi.readiness"].cite.status, rules["fi.readiness"].cite.article) == ("confirmed", "s. 32(3)–(4)")
    assert rules["fi.readiness"].overrides == ("fi.notice",)
    facts = {"kind": "training", "notice_waived": False, "served": "2026-05-24T10:00+03:00",
             "report": "2026-05-25T09:00+03:00", "length_days": 30}  # fmt: skip
    assert verdict("fi.notice", **facts, order_departs=False) == "breach"
    assert verdict("fi.notice", **facts) == "cannot tell"
    ordered = {**facts, "order_departs": True, "order_by": "president"}
    assert verdict("fi.notice", **ordered) == "not applicable"
    assert verdict("fi.readiness", **ordered) == "lawful"


def test_finland_before_the_act_nobody_could_depart() -> None:
    """On 30 June 2016 an order of the President does not lift the three months; on 1 July it does."""
    facts = {"kind": "training", "notice_waived": False, "order_departs": True, "order_by": "president"}
    before = {"served": "2016-06-30T10:00+03:00", "report": "2016-07-10T09:00+03:00"}
    after = {"served": "2016-07-01T10:00+03:00", "report": "2016-07-10T09:00+03:00"}
    assert verdict("fi.notice", **facts, **before) == "breach"
    assert verdict("fi.notice", **facts, **after) == "not applicable"


# --- Lithuania, Latvia, Poland, Ukraine, Switzerland --------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "start", "end", "days"),
    [
        ("lt.appeal", "decision_told", "appeal_filed", 10),
        ("lt.appeal-answer", "appeal_filed", "appeal_answered", 14),
        ("lt.appeal-court", "appeal_answered", "court_filed", 10),
    ],
)
def test_lithuania_38_appeal(rule: str, start: str, end: str, days: int) -> None:
    """Art. 38, old wording: 10 days to the minister, 14 for the answer, 10 to the court, until 31 December 2025."""
    (only,) = pack("lt").rules[rule]
    assert only.rule.in_force.until is not None and only.rule.in_force.until.isoformat() == "2025-12-31"
    facts = {"served": "2017-05-01T10:00+03:00", start: "2017-05-01T10:00+03:00"}
    assert verdict(rule, **facts, **{end: f"2017-05-{days:02d}T10:00+03:00"}) == "lawful"
    assert verdict(rule, **facts, **{end: f"2017-05-{days + 2:02d}T10:00+03:00"}) == "breach"
    new = {**facts, "served": "2026-01-01T10:00+02:00", end: "2017-05-30T10:00+03:00"}
    assert verdict(rule, **new) == "not applicable"


def test_latvia_mobilisation_hours() -> None:
    """Regulation 666: 48 hours under a contract, 72 for others; after it was replaced the hours are unverified."""
    for contracted, rule, hours in ((True, "lv.mobilisation-contract", 48), (False, "lv.mobilisation", 72)):
        assert [one.rule.cite.status for one in pack("lv").rules[rule]] == ["secondary", "unverified"]
        facts = {"kind": "mobilisation", "contracted": contracted, "served": "2026-03-02T08:00+02:00"}
        day = 2 + hours // 24
        assert verdict(rule, **facts, report=f"2026-03-{day:02d}T08:00+02:00") == "lawful"
        assert verdict(rule, **facts, report=f"2026-03-{day:02d}T07:59+02:00") == "breach"


def test_poland_251_ninety_days_a_year() -> None:
    """Art. 251: days before and days now are added; the replaced law's 14 days and 4 hours are in no rule."""
    facts = {"kind": "training", "days_this_year": 80, "report": "2026-09-07T08:00+02:00"}
    assert verdict("pl.days-year", **facts, length_days=10) == "lawful"
    assert verdict("pl.days-year", **facts, length_days=11) == "breach"
    assert "served" not in pack("pl").reads


def test_ukraine_camps_and_their_exceptions() -> None:
    """Verification camps last 15 days; farm work at harvest exempts from others and not from them."""
    facts = {"report": "2021-08-02T08:00+03:00", "contracted": False, "occupation": "agriculture", "work_season": True}
    assert verdict("ua.length-verification", kind="verification", length_days=16, **facts) == "breach"
    assert verdict("ua.exempt-farming", kind="training", **facts) == "breach"
    assert verdict("ua.exempt-farming", kind="verification", **facts) == "not applicable"


def test_switzerland_six_weeks_are_civil_protections() -> None:
    """Three weeks are too few for civil protection and nothing is said of them for the army."""
    times = {"served": "2026-08-10T09:00+02:00", "report": "2026-08-31T09:00+02:00", "emergency": False}
    assert verdict("ch.civil-protection", kind="civil-protection", **times) == "breach"
    assert verdict("ch.civil-protection", kind="training", **times) == "not applicable"
    assert any("army" in one.what for one in pack("ch").pack.not_found)


# --- days off -----------------------------------------------------------------------------------------------------


def working(country: str, day: str) -> bool:
    """Whether a day is a working day in a pack's table."""
    table = pack(country).table
    assert table is not None
    number = pl.Series([day]).str.to_date().cast(pl.Int32)
    counts = pl.DataFrame({"on": number, "before": number - 1}).select(
        table.count_upto(pl.col("on")) - table.count_upto(pl.col("before"))
    )
    return counts.item() == 1


@pytest.mark.parametrize(
    ("off", "instead"),
    [
        ("2024-05-13", "2024-05-18"),
        ("2024-11-08", "2024-11-16"),
        ("2025-01-06", "2025-01-11"),
        ("2025-04-28", "2025-04-26"),
        ("2025-07-04", "2025-07-12"),
        ("2025-12-26", "2025-12-20"),
        ("2026-04-20", "2026-04-25"),
    ],
)
def test_belarus_moved_working_days(off: str, instead: str) -> None:
    """A day off that was moved is off, and the Saturday in its place is a working day; other Saturdays are not."""
    assert not working("by", off)
    assert working("by", instead)
    assert not working("by", "2026-04-18")


def test_ukraine_has_no_public_holidays_under_martial_law() -> None:
    """In the years for which holidays are suspended, New Year is a working day and Saturdays are not."""
    assert working("ua", "2026-01-01")
    assert not working("ua", "2026-01-03")


def test_switzerland_counts_no_working_days_without_a_canton() -> None:
    """Public holidays are the cantons': there is no table, so that working days would be unknown."""
    assert pack("ch").table is None
    assert pack("ch").pack.calendar is not None and pack("ch").pack.calendar.needs == "canton"


@pytest.mark.parametrize("country", ["by", "ee", "fi", "lt", "lv", "pl", "ua"])
def test_each_year_names_its_source(country: str) -> None:
    """Each table of days off is of 2026 at least, holds no year twice and says where it is from."""
    calendar = pack(country).pack.calendar
    assert calendar is not None
    years = [year.year for year in calendar.years]
    assert 2026 in years and len(years) == len(set(years))
    assert all(year.source for year in calendar.years)


def test_each_verdict_that_a_rule_can_give_is_counted_once() -> None:
    """What can be given: all four of most rules; without not applicable where a rule is about everything."""
    law_ = pack("by")
    assert possible(law_, law_.rules["by.notice"][0]) == ("lawful", "breach", "cannot tell", "not applicable")
    assert possible(law_, law_.rules["by.release"][0]) == ("cannot tell", "not applicable")

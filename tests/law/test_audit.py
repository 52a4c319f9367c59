"""Verdicts: which version holds, whom a rule is about, what goes before it, what is said of a summons as a whole."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

import polars as pl
import pytest
from tests.law.generated import CHILDREN, CITE, law_from, pack_of, rule_of

from tocsin.errors import LawError
from tocsin.law import Law, audit, tally
from tocsin.law.audit import OVERALL, counted
from tocsin.law.facts import KINDS, column_types

WEEK = {"served": "2026-02-13T22:30+03:00", "report": "2026-02-20T08:00+03:00"}
"""Seven calendar days in Minsk."""
SHORT = {**WEEK, "report": "2026-02-19T23:59+03:00"}


def table(*rows: dict[str, Any]) -> pl.DataFrame:
    """Return a typed table; moments as text with an offset, a fact that a row leaves out is null."""
    types = column_types()
    names = list(dict.fromkeys(name for row in rows for name in row))
    columns = []
    for name in names:
        values = [row.get(name) for row in rows]
        if types[name] == pl.Datetime("ms", "UTC"):
            values = [None if value is None else dt.datetime.fromisoformat(value) for value in values]
        columns.append(pl.Series(name, values, dtype=types[name]))
    return pl.DataFrame(columns)


def verdicts(law: Law, *rows: dict[str, Any], rule: str = "xx.notice") -> list[str]:
    """Return what a rule finds of each row."""
    found: list[str] = audit(table(*rows), law)[rule].cast(pl.String).to_list()
    return found


def law_with(*rules: dict[str, Any], **more: Any) -> Law:
    """Return a pack of some rules."""
    return law_from(pack_of(*rules, **more))


# --- one rule ---------------------------------------------------------------------------------------------------------


def test_the_four_verdicts() -> None:
    """Seven days are lawful, six a breach, another kind not applicable, an unknown kind or service cannot be told."""
    law = law_with(rule_of(applies_if="kind == 'training'"))
    rows = [
        {"kind": "training", **WEEK},
        {"kind": "training", **SHORT},
        {"kind": "verification", **SHORT},
        {**SHORT},
        {"kind": "training", "report": WEEK["report"]},
        {"kind": "verification"},
    ]
    assert verdicts(law, *rows) == [
        *("lawful", "breach", "not applicable", "cannot tell", "cannot tell", "not applicable")
    ]


def test_a_table_without_the_columns_cannot_be_told_row_by_row() -> None:
    """Where no fact of the pack is in the table, each of its rows cannot be told, and none is lost."""
    law = law_with(rule_of(applies_if="kind == 'training'"))
    assert verdicts(law, {"sex": "male"}, {"sex": "female"}, {"sex": None}) == ["cannot tell"] * 3
    always = law_with(rule_of(require="1 < 2", count=None))
    assert verdicts(always, {"sex": "male"}, {"sex": "female"}) == ["lawful"] * 2


def test_no_summonses_no_verdicts() -> None:
    """An empty table gives an empty one with the same columns."""
    law = law_with(rule_of())
    found = audit(table(WEEK).clear(), law)
    assert found.shape == (0, 2) and found.columns == ["xx.notice", "overall"]


TRUTHS = {"yes": True, "no": False, "unknown": None}


@pytest.mark.parametrize(("applies", "met"), list(itertools.product(TRUTHS, TRUTHS)))
@pytest.mark.parametrize("key", ["require", "exempt_if"])
def test_the_table_of_truths(applies: str, met: str, key: str) -> None:
    """Not applicable where it is sure not to apply; lawful or breach where both are known; cannot tell otherwise."""
    law = law_with(rule_of(applies_if="farmer", count=None, **{key: "student"}))
    holds = TRUTHS[met] if key == "require" or TRUTHS[met] is None else not TRUTHS[met]
    expected = "cannot tell"
    if TRUTHS[applies] is False:
        expected = "not applicable"
    elif TRUTHS[applies] and holds is not None:
        expected = "lawful" if holds else "breach"
    assert verdicts(law, {"farmer": TRUTHS[applies], "student": TRUTHS[met]}) == [expected]


@pytest.mark.parametrize(
    ("ground", "verdict"), [(True, "cannot tell"), (None, "cannot tell"), (False, "not applicable")]
)
def test_discretion_is_never_a_breach(ground: bool | None, verdict: str) -> None:
    """A ground on which somebody may be released, or an unknown one, asks why; without one nothing is asked."""
    law = law_with(rule_of(exempt_if="farmer", effect="ask-why", count=None))
    found = audit(table({"farmer": ground}), law)
    assert found["xx.notice"].to_list() == [verdict] and found["overall"].to_list() == [verdict]


def test_discretion_with_a_demand_is_refused() -> None:
    """A rule that only asks why cannot have `require`, which would make breaches of it."""
    with pytest.raises(LawError, match="a rule that only asks why has `exempt_if`"):
        law_with(rule_of(effect="ask-why"))


def test_an_irregularity_is_a_breach_in_verdict() -> None:
    """The verdict is what the rule gives; the word for it is milder and made elsewhere."""
    assert verdicts(law_with(rule_of(effect="irregularity")), SHORT) == ["breach"]


def test_the_exception() -> None:
    """Where the exception holds the rule does not apply; where it is unknown, it cannot be told whether it does."""
    law = law_with(rule_of(unless="notice_waived"))
    rows = [{**SHORT, "notice_waived": value} for value in (True, False, None)]
    assert verdicts(law, *rows) == ["not applicable", "breach", "cannot tell"]


# --- versions ---------------------------------------------------------------------------------------------------------


def changing(moment: str = "served") -> Law:
    """Return a pack whose ten days became seven on 15 October 2024."""
    change = dt.date(2024, 10, 15)
    spans = ({"until": change - dt.timedelta(days=1)}, {"from": change})
    demands = ("notice >= days(10)", "notice >= days(7)")
    rules = [
        rule_of(require=d, in_force=s, selected_by=moment, count={"unit": "day"})
        for d, s in zip(demands, spans, strict=True)
    ]
    return law_with(*rules)


@pytest.mark.parametrize(
    ("served", "report", "verdict", "version"),
    [
        ("2024-10-14T23:59+03:00", "2024-10-22T12:00+03:00", "breach", 0),  # eight days, of ten
        ("2024-10-15T00:00+03:00", "2024-10-22T12:00+03:00", "lawful", 1),  # seven days, of seven
        ("2024-10-14T23:59+03:00", "2024-10-24T12:00+03:00", "lawful", 0),
        ("2024-10-14T22:00+00:00", "2024-10-22T12:00+03:00", "lawful", 1),  # 01:00 on the 15th in Minsk
        (None, "2024-10-22T12:00+03:00", "cannot tell", None),
    ],
)
def test_the_day_of_the_change(served: str | None, report: str, verdict: str, version: int | None) -> None:
    """The version is the one in force on the day of service in Minsk: the day before the change, and on the day."""
    law = changing()
    found = audit(table({"served": served, "report": report}), law)
    assert found["xx.notice"].to_list() == [verdict]
    assert version is None or found["xx.notice version"].to_list() == [version]


def test_the_moment_that_selects() -> None:
    """Served before the change, to report after it: selected by the report, the new seven days hold."""
    case = {"served": "2024-10-14T12:00+03:00", "report": "2024-10-22T12:00+03:00"}
    assert verdicts(changing("served"), case) == ["breach"]
    assert verdicts(changing("report"), case) == ["lawful"]


def test_an_interval_across_the_change_cannot_be_told() -> None:
    """Where the service may lie on either side of the change, neither version may be taken, even if both agree."""
    case = {"served": "2024-10-14T12:00+03:00", "served_latest": "2024-10-15T12:00+03:00"}
    assert verdicts(changing(), {**case, "report": "2024-10-22T12:00+03:00"}) == ["cannot tell"]
    assert verdicts(changing(), {**case, "served": "2024-10-15T00:00+03:00", "report": "2024-10-22T12:00+03:00"}) == [
        "lawful"
    ]


def test_before_the_first_version_nothing_applies() -> None:
    """A rule that came into force in 2024 says nothing of 2023, nor after its last day."""
    law = law_with(rule_of(in_force={"from": dt.date(2024, 1, 1), "until": dt.date(2024, 12, 31)}))
    rows = [
        {"served": f"{day}T12:00+03:00", "report": f"{day}T13:00+03:00"}
        for day in ("2023-12-31", "2024-01-01", "2024-12-31", "2025-01-01")
    ]
    assert verdicts(law, *rows) == ["not applicable", "breach", "breach", "not applicable"]


def test_a_hundred_versions() -> None:
    """Of a rule with a version a day, the one of the day answers."""
    first = dt.date(2026, 1, 1)
    days = [first + dt.timedelta(days=i) for i in range(100)]
    law = law_with(*(rule_of(require=f"days_this_year == {i}", count=None, in_force={"from": d, "until": d})
                     for i, d in enumerate(days)))  # fmt: skip
    rows = [{"served": f"{day}T12:00+03:00", "days_this_year": i} for i, day in enumerate(days)]
    found = audit(table(*rows), law)
    assert found["xx.notice"].to_list() == ["lawful"] * 100
    assert found["xx.notice version"].to_list() == list(range(100))


# --- one rule above another -------------------------------------------------------------------------------------------


def test_what_overrides_and_what_overrides_that() -> None:
    """A rule does not apply where one above it does; where a third puts that one aside, it applies again."""
    low = rule_of("low", require="False", count=None)
    middle = rule_of("middle", applies_if="farmer", require="True", count=None, overrides=["xx.low"])
    high = rule_of("high", applies_if="student", require="True", count=None, overrides=["xx.middle"])
    rows = [{"farmer": farmer, "student": student} for farmer in (True, False, None) for student in (True, False, None)]
    law = law_with(low, middle, high)
    # low applies unless middle does; middle applies where farmer and not student.
    assert verdicts(law, *rows, rule="xx.low") == [
        *("breach", "not applicable", "cannot tell"),
        *("breach", "breach", "breach"),
        *("breach", "cannot tell", "cannot tell"),
    ]
    assert verdicts(law, *rows, rule="xx.middle")[:3] == ["not applicable", "lawful", "cannot tell"]


def test_the_order_of_rules_in_the_pack_does_not_matter() -> None:
    """Overrides hold wherever in the pack the rules stand."""
    low = rule_of("low", require="False", count=None)
    high = rule_of("high", require="True", count=None, overrides=["xx.low"])
    for rules in ((low, high), (high, low)):
        assert verdicts(law_with(*rules), {"sex": "male"}, rule="xx.low") == ["not applicable"]


def test_a_rule_above_does_not_apply_outside_its_days() -> None:
    """A version that is not in force puts nothing aside."""
    low = rule_of("low", require="False", count=None)
    high = rule_of("high", require="True", count=None, overrides=["xx.low"], in_force={"until": dt.date(2026, 2, 12)})
    assert verdicts(law_with(low, high), WEEK, rule="xx.low") == ["breach"]


def test_many_layers_of_overrides_cost_no_more_than_their_number() -> None:
    """Forty layers of three rules, each above all of the next layer, are asked once each: 120, not 3 to the 40th."""
    names = [[f"l{layer}-{i}" for i in range(3)] for layer in range(40)]
    rules = [
        rule_of(name, require="True", count=None, overrides=[f"xx.{one}" for one in lower])
        for layer, lower in zip(names, [*names[1:], []], strict=True)
        for name in layer
    ]
    law = law_with(*rules)
    found = audit(table({"sex": "male"}, {"sex": "female"}), law)
    assert found["xx.l0-0"].to_list() == ["lawful"] * 2 and found["xx.l1-0"].to_list() == ["not applicable"] * 2
    assert found["xx.l2-0"].to_list() == ["lawful"] * 2


# --- the summons as a whole -------------------------------------------------------------------------------------------

FLAG_OF = {"confirmed": "farmer", "secondary": "student"}


def two_rules() -> Law:
    """Return a rule of confirmed law about farmers and one of told law about students; both demand written consent."""
    rules = [
        rule_of(status, cite={**CITE, "status": status}, applies_if=flag, require="consent_written", count=None)
        for status, flag in FLAG_OF.items()
    ]
    return law_with(*rules)


@pytest.mark.parametrize(
    ("farmer", "student", "consent", "overall"),
    [
        (True, True, False, "breach"),
        (True, None, False, "breach"),
        (None, True, False, "possible breach"),  # though the other cannot be told
        (False, True, False, "possible breach"),
        (True, False, None, "cannot tell"),
        (True, None, True, "cannot tell"),
        (True, True, True, "possibly lawful"),
        (False, True, True, "possibly lawful"),
        (True, False, True, "lawful"),
        (False, False, None, "not applicable"),
    ],
)
def test_the_gravest_finding_is_said(
    farmer: bool | None, student: bool | None, consent: bool | None, overall: str
) -> None:
    """A breach of confirmed law, else a possible breach, else what cannot be told; cleared only as far as verified."""
    found = audit(table({"farmer": farmer, "student": student, "consent_written": consent}), two_rules())
    assert found["overall"].to_list() == [overall] and overall in OVERALL


def test_the_version_says_how_verified_its_breach_is() -> None:
    """Of a rule whose old version was only told and whose new one was read, the version that answers decides."""
    change = dt.date(2026, 1, 1)
    old = rule_of(cite={**CITE, "status": "secondary"}, in_force={"until": change - dt.timedelta(days=1)})
    law = law_with(old, rule_of(in_force={"from": change}))
    rows = [{"served": f"{y}-06-01T12:00+03:00", "report": f"{y}-06-02T12:00+03:00"} for y in (2025, 2026)]
    assert audit(table(*rows), law)["overall"].to_list() == ["possible breach", "breach"]


# --- counts -----------------------------------------------------------------------------------------------------------


def test_three_known_minors_decide_though_the_list_may_be_longer() -> None:
    """Three minors are at least three; two of a list that may be longer are unknown; two of a whole list are two."""
    law = law_with(rule_of(exempt_if="minor_children >= 3", count=None), count=[CHILDREN])
    minors = [dt.date(2010, 1, 1), dt.date(2012, 1, 1), dt.date(2014, 1, 1)]
    rows = [
        {**WEEK, "children_births": minors},
        {**WEEK, "children_births": minors[:2]},
        {**WEEK, "children_births": minors[:2], "children_complete": True},
        {**WEEK, "children_births": [*minors[:2], None], "children_complete": True},
        {**WEEK, "children_births": [], "children_complete": True},
        {**WEEK, "children_births": None, "children_complete": True},
        {"served": WEEK["served"], "children_births": minors, "children_complete": True},
    ]
    assert verdicts(law, *rows) == [
        *("breach", "cannot tell", "lawful", "cannot tell", "lawful", "cannot tell", "cannot tell")
    ]


def test_a_number_that_a_row_gives_goes_before_its_births() -> None:
    """A table may give the number for some rows and the births for others; each row is read by what it has."""
    law = law_with(rule_of(exempt_if="minor_children >= 3", count=None), count=[CHILDREN])
    births = {"children_births": [dt.date(2010, 1, 1)], "children_complete": True}
    rows = [{**WEEK, **births}, {**WEEK, **births, "minor_children": 3}, {**WEEK, "minor_children": 2}]
    assert verdicts(law, *rows) == ["lawful", "breach", "lawful"]
    ends = [{**row, "minor_children_most": most} for row, most in zip(rows, (None, 4, None), strict=True)]
    assert verdicts(law, *ends) == ["lawful", "breach", "cannot tell"]  # of the last, at least two
    once = counted(table(*rows), law)
    assert counted(once, law).equals(once)


def test_kinds_of_call_up_are_the_same_words_everywhere() -> None:
    """The kinds are those of the reference, in its order."""
    assert KINDS == ("training", "special", "verification", "additional", "mobilisation", "civil-protection")


# --- tallies ----------------------------------------------------------------------------------------------------------


def test_counts_add_up_by_version() -> None:
    """Each rule's verdicts add up to the table, each counted under the version that answered."""
    law = changing()
    rows = [
        {"served": served, "report": "2024-10-22T12:00+03:00"}
        for served in ("2024-10-01T12:00+03:00", "2024-10-14T12:00+03:00", "2024-10-15T12:00+03:00", None)
    ]
    found = audit(table(*rows), law)
    counts = {(one.version, one.verdict): one.count for one in tally(found, law) if one.count}
    assert sum(counts.values()) == 4
    assert counts[0, "lawful"] == 1 and counts[0, "breach"] == 1 and counts[1, "lawful"] == 1


def test_a_lost_verdict_is_noticed() -> None:
    """Verdicts that are null add up to less than the table, which is a defect and is said."""
    law = law_with(rule_of(), rule_of("other"))
    found = audit(table(WEEK, SHORT), law).with_columns(pl.lit(None, pl.String).alias("xx.other"))
    with pytest.raises(LawError, match="do not add up"):
        tally(found, law)

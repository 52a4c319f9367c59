"""Knowing less never decides anything, knowing more never turns a decision round: over generated packs and rosters."""

from __future__ import annotations

from random import Random

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.law.generated import law_from, less_known, table_of, wild_pack, wild_row

from tocsin.law import Law, audit, tally
from tocsin.law.audit import counted
from tocsin.law.earliest import earliest_report
from tocsin.law.facts import other_end
from tocsin.law.results import Audit

ROWS = 40
DECIDED = ("lawful", "breach", "not applicable")
SEEDS = st.integers(0, 2**64 - 1)


def judge(law: Law, less: pl.DataFrame, more: pl.DataFrame) -> None:
    """What is decided of a summons of which less is known is decided the same where more is known.

    What is said of it as a whole stays, too, but that a possible breach may turn out to be one of confirmed law.
    """
    before, after = audit(less, law), audit(more, law)
    for rule in law.rules:
        pair = pl.DataFrame({"less": before[rule].cast(pl.String), "more": after[rule].cast(pl.String)})
        turned = pair.with_row_index().filter(pl.col("less").is_in(DECIDED), pl.col("less") != pl.col("more"))
        if turned.height:
            at = turned["index"][0]
            raise AssertionError(f"{rule}: {turned.row(0)}\n{less.row(at, named=True)}\n{more.row(at, named=True)}")
    for one, other in zip(before["overall"].to_list(), after["overall"].to_list(), strict=True):
        assert one == other or one == "cannot tell" or (one, other) == ("possible breach", "breach"), (one, other)


def prove(seed: int) -> None:
    """One pack, one roster, one roster with less known in each row and one without a whole column."""
    dice = Random(seed)
    law = law_from(wild_pack(dice))
    rows = [wild_row(dice) for _ in range(ROWS)]
    more, less = table_of(rows), table_of([less_known(dice, row) for row in rows])
    judge(law, less, more)
    lost = dice.choice(list(rows[0]))  # with both ends: without the other one it would be exact
    judge(law, more.drop(lost, other_end(lost) or lost), more)


@given(SEEDS)
@example(25603526)  # a limit that rolls at the end of the table, where the wider interval was decided
@settings(max_examples=30)
def test_more_knowledge_never_contradicts(seed: int) -> None:
    """A verdict that was reached with a fact unknown, or known less well, is the verdict with the fact known.

    So making a fact unknown never turns a breach or a "cannot tell" into lawful or not applicable: whatever is decided
    with less known is what was decided with more.
    """
    prove(seed)


@given(SEEDS)
@settings(max_examples=12)
def test_counts_add_up(seed: int) -> None:
    """For each rule the four verdicts, and for all together what is said as a whole, add up to the summonses."""
    dice = Random(seed)
    law = law_from(wild_pack(dice))
    table = table_of([wild_row(dice) for _ in range(dice.randint(1, ROWS))])
    found = audit(table, law)
    for rule in law.rules:
        assert sum(one.count for one in tally(found, law) if one.rule == rule) == table.height
    whole = Audit(law)
    whole.add(table)
    assert sum(whole.overall.values()) == whole.summonses == table.height


@given(SEEDS)
@settings(max_examples=12)
def test_counting_twice_changes_nothing(seed: int) -> None:
    """What the pack counts may be added to a table any number of times."""
    dice = Random(seed)
    law = law_from(wild_pack(dice))
    table = table_of([wild_row(dice) for _ in range(ROWS)])
    once = counted(table, law)
    assert counted(once, law).equals(once) and audit(once, law).equals(audit(table, law))
    earliest_report(once, law)


@pytest.mark.prove
@given(SEEDS)
@settings(max_examples=2_000)
def test_more_knowledge_never_contradicts_in_thousands(seed: int) -> None:
    """As above for two thousand packs of forty summonses each."""
    prove(seed)

"""Tables name what their figures are of, and draw no moment that never comes."""

from __future__ import annotations

import dataclasses

import polars as pl
import pytest
from tests.brief.cases import okas, west

from tocsin.brief import page
from tocsin.brief.main_numbers import main_numbers
from tocsin.brief.map import by_town
from tocsin.brief.page import outcomes
from tocsin.brief.strength import units
from tocsin.brief.tables import Moment
from tocsin.measure.catalogue import CATALOGUE


def plain(text: str) -> str:
    return text.replace("\u202f", " ").replace("\u00a0", " ")


def test_every_share_names_its_denominator_and_both_intervals() -> None:
    """In the table of main numbers no share stands without what it is a share of; the intervals have a column each."""
    table = main_numbers(west().numbers)
    titles = [plain(column.title) for column in table.columns]
    assert titles == [
        "number",
        "denominator",
        "mean",
        "95 % interval of the mean",
        "5–95 % of one future call-up",
    ]
    assert len(table.rows) > 60
    rows = {(row.head, row.small): [plain(cell.text) for cell in row.cells] for row in table.rows}
    assert [name for name, cells in rows.items() if "%" in cells[1] and cells[0] == "–"] == []
    assert rows["A1 arrived of called", ""][0] == "6,000 called"
    assert rows["L1 wait p95", "checkin"][0].endswith(" queued")
    assert all(" @ " not in key for _, key in rows)


def test_not_reached_is_no_number_in_the_table() -> None:
    """A time that no run reaches has the most in place of a value, and no interval."""
    table = main_numbers(west().numbers)
    cells = next([plain(cell.text) for cell in row.cells] for row in table.rows if row.head == "A3 T95 of called")
    assert cells[1].startswith("not reached (max 7")
    assert cells[2:] == ["–", "–"]


def test_one_run_has_no_interval_columns() -> None:
    """Of one run the value is called a value, and a note says that there is no interval."""
    table = main_numbers(okas().numbers)
    assert [column.title for column in table.columns] == ["number", "denominator", "value"]
    assert table.note == "One run, no interval."


def test_the_line_of_time_is_when_a_unit_was_formed() -> None:
    """The dot is the mean hour over the length of the curve, the whisker its range, the tick the deadline."""
    case = west()
    found = units(case, case.numbers)
    assert found is not None
    end = case.numbers.horizon("A4", "joined per post")
    assert end == 48
    for row in found.shown.rows:
        formed = case.numbers.get("A4", "formed", row.head)
        moment = row.cells[1].bar
        assert isinstance(moment, Moment)
        at = formed.value if formed.value is not None else formed.median
        assert moment.at == (None if at is None else pytest.approx(at / end))
        assert moment.mark == pytest.approx(14 / 48)
        assert (moment.high is None) == (formed.high is None)
    assert "run from the alert to 48 h after it" in plain(found.shown.note)


def test_a_unit_that_is_never_formed_has_an_empty_line() -> None:
    """No dot and no whisker stand for "never"."""
    case = west()
    formed = pl.col("name") == "formed"
    value = pl.when(formed).then(None).otherwise(pl.col("value")).alias("value")
    note = pl.when(formed).then(pl.lit("not complete (max 60 %)")).otherwise(pl.col("note")).alias("note")
    never = dataclasses.replace(case, frame=case.frame.with_columns(value, note))
    found = units(never, never.numbers)
    assert found is not None
    for row in found.shown.rows:
        assert "not formed" in row.cells[1].text
        moment = row.cells[1].bar
        assert isinstance(moment, Moment) and (moment.at, moment.low, moment.high) == (None, None, None)
    assert 'class="moment"' not in page(never)


def test_outcomes_carry_their_range() -> None:
    """What became of those called adds up to all of them, each part with the range of one call-up."""
    found = outcomes(west().numbers)
    assert sum(one.share for one in found) == pytest.approx(1)
    assert all(one.range for one in found)
    assert not [one for one in outcomes(okas().numbers) if one.range]


def test_towns_are_cut_and_folded() -> None:
    """The largest are shown, all are folded away; with room for all there is nothing to unfold."""
    cut = by_town(west(), 9)
    assert cut is not None and cut.more is not None
    assert (len(cut.shown.rows), len(cut.more.rows)) == (9, 46)
    whole = by_town(west(), 60)
    assert whole is not None and whole.more is None and len(whole.shown.rows) == 46


def test_every_definition_can_be_asked_for() -> None:
    """Each button leads to a definition on the page, and the measures beside the figures are those of the catalogue."""
    html = page(west())
    asked = {part.split('"')[0] for part in html.split('popovertarget="about-')[1:]}
    assert {"A1", "A2", "A3", "A4", "A5", "A7", "C1", "H1", "H2", "L1", "L2", "L3", "L5", "W3"} <= asked
    assert asked <= set(CATALOGUE)
    for name in CATALOGUE:
        assert html.count(f'id="about-{name}"') == 1

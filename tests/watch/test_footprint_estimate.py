"""The level of a series: hand-computed cases, and what must hold of any."""

from __future__ import annotations

import math
import random
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.watch.footprint_rows import BUNDLED, said

from tocsin.watch.footprint import Key, estimate, footprint, series_of
from tocsin.watch.footprint.estimate import STALE_DAYS, Z90, Estimate
from tocsin.watch.footprint.series import Series
from tocsin.watch.intake import Reading
from tocsin.watch.model import Bounds, Sighting
from tocsin.watch.times import DAY_MS, read_time

WAGNER = Key("Wagner (Russia)", "troops", "person", "national", "Belarus (country)")
TROOPS = Key("Russia", "troops", "person", "national", "Belarus (country)")


def at(day: int, *rows: Sighting) -> Estimate:
    """The estimate of one series at the first moment of a day."""
    (series,) = series_of(rows)
    return estimate(series, day * DAY_MS)


def real(day: str, key: Key = TROOPS) -> Estimate:
    """The estimate of a bundled series at the end of a day, with what was published by then."""
    end = read_time(day, Reading(0).zone)[0].most
    assert end is not None
    series = next(one for one in series_of(BUNDLED) if one.key == key)
    return estimate(series, end, end)


def sd(found: Estimate) -> float:
    """Standard deviation of log(1 + strength)."""
    assert found.level is not None
    return found.level.sd


def test_one_count() -> None:
    """1,000 once. Prior variance 1, voice 0.3² = 0.09: 1 · 0.09 / 1.09 = 0.0825688 (by hand); the median stays."""
    found = at(0, said("a", 0, 1000, 1000))
    assert sd(found) ** 2 == pytest.approx(0.0825688, abs=1e-6)
    assert found.median == pytest.approx(1000)
    assert found.low == pytest.approx(1001 * math.exp(-Z90 * math.sqrt(0.0825688)) - 1, rel=1e-5)


def test_two_equal_counts_forty_days_apart() -> None:
    """By hand: 0.0825688 ages to 0.641180 · 0.0825688 + 0.358820 = 0.411762 (e^(−80/180) = 0.641180); with the second
    count 0.411762 · 0.09 / 0.501762 = 0.0738569."""
    found = at(40, said("a", 0, 1000, 1000), said("b", 40, 1000, 1000))
    assert sd(found) ** 2 == pytest.approx(0.0738569, abs=1e-6)
    assert found.median == pytest.approx(1000)


def test_two_voices_that_differ_are_spread_and_not_averaged() -> None:
    """9,000 and 45,000 of one day. By hand: w = ln(45001 / 9001) = 1.609349; noise² = (4 · 0.09 + w² / 4) / 5 =
    0.201500; left open w² / 12 = 0.215834; variance 0.417334; the median is the geometric middle."""
    found = at(0, said("a", 0, 9000, 9000), said("b", 0, 45000, 45000, differs_from=("a",)))
    assert sd(found) ** 2 == pytest.approx(0.417334, abs=1e-5)
    assert found.median == pytest.approx(math.sqrt(9001 * 45001) - 1)
    assert found.low is not None and found.high is not None
    assert found.low < 9000 and found.high > 45000


def test_an_arrival_between_counts_moves_the_level() -> None:
    """1,000 stood, 500 came: 1,500 stand, and the interval is no narrower in log than before."""
    came = said("b", 0, 500, 500, measure="arrival")
    found = at(0, said("a", 0, 1000, 1000), came)
    assert found.median == pytest.approx(1500, rel=2e-3)  # the middle of 501 and 501 in log(1 + n), less 1
    assert sd(found) >= sd(at(0, said("a", 0, 1000, 1000)))
    assert found.rows == ("a", "b")


def test_a_departure_never_leaves_less_than_nothing() -> None:
    """1,000 stood, 5,000 are said to have gone: a tenth stays thinkable."""
    found = at(0, said("a", 0, 1000, 1000), said("b", 0, 5000, 5000, measure="departure"))
    assert found.median == pytest.approx(100)


def test_an_arrival_before_any_count_is_no_strength() -> None:
    """Nobody counted what stood: what came does not say how much stands."""
    found = at(9, said("b", 0, 500, 500, measure="arrival"))
    assert not found.known
    assert (found.low, found.median, found.high) == (None, None, None)
    assert "nobody counted what stood" in found.why


def test_at_most_does_not_draw_an_estimate_that_it_allows() -> None:
    """4,000 was counted; "at most 10,000" allows it, so that the median stays where age alone leads it."""
    alone, more = said("a", 0, 4000, 4000), said("b", 40, None, 10000)
    assert at(40, alone, more).median == pytest.approx(
        at(40, alone).median, rel=0.35
    )  # the series' mean moves towards 10,000 with it, the count of the day does not
    assert sd(at(40, alone, more)) < sd(at(40, alone))


def test_none_left_is_read_as_an_open_low_side() -> None:
    """One voice that says 0 after counts of 2,000 does not empty the country."""
    found = at(20, said("a", 0, 2000, 2000), said("b", 20, 0, 0))
    assert found.high is not None and found.high > 500


def test_nobody_who_counted_is_not_zero() -> None:
    """No count: not known. A presence says that something stood there and no more."""
    found = at(5, said("a", 0, 1, None))
    assert not found.known
    assert found.present == ("a",)
    assert found.median is None
    empty = estimate(Series(TROOPS, ()), 0)
    assert "nothing seen is not nothing there" in empty.why


def test_after_a_year_it_is_not_known_any_more() -> None:
    """A day past a year without a count there is no number, and the high-water mark stays."""
    row = said("a", 0, 1000, 1000)
    assert at(STALE_DAYS, row).known
    late = at(STALE_DAYS + 1, row)
    assert not late.known
    assert late.high_water == Bounds(1000, 1000)
    assert late.why.startswith("not known any more")


def test_real_february_2022_holds_both_camps() -> None:
    """On 23 February 2022 a minister said 9,000 (f052, f059), others 30,000 to 45,000 (f054, f058, f060)."""
    found = real("2022-02-23")
    assert found.low is not None and found.high is not None
    assert found.low <= 9_000 and found.high >= 30_000
    assert {"f052", "f054", "f058", "f059"} <= set(found.rows)
    assert not {"f035", "f038", "f039", "f046", "f057", "f062"} & set(found.rows)  # plans, a promise, another scope


def test_the_high_water_mark_holds_all_voices() -> None:
    """In February 2022 no voice went below 9,000 (f052) or above 45,000 (f054); in November the only voice said 12,000
    (f105). A count with an open upper end leaves the mark open, as Wagner's "more than 5,000" (f163) does."""
    assert real("2022-12-31").high_water == Bounds(12_000, 45_000)
    assert real("2023-07-31", WAGNER).high_water == Bounds(5_000, None)
    assert real("2022-02-23").high_water == Bounds(9_000, 45_000)
    assert {"f052", "f054", "f060"} <= set(real("2022-02-23").high_water_rows)
    assert at(9, said("a", 0, 5, 5), said("b", 9, 3, None)).high_water == Bounds(5, None)


def test_real_august_2023_never_mixes_wagner() -> None:
    """While Wagner stood at 5,000, the Russian force was a few thousand at most; neither uses a row of the other."""
    wagner = real("2023-08-20", WAGNER)
    russia = real("2023-08-20")
    assert wagner.rows == ("f161", "f163")
    assert not set(wagner.rows) & set(russia.rows)


def test_real_before_the_first_count_it_is_not_known() -> None:
    """On 20 January 2022 there were plans and arrivals, and no count of what stood."""
    assert not real("2022-01-20").known


COUNTS = st.lists(
    st.tuples(st.integers(0, 400), st.integers(0, 40_000), st.integers(0, 40_000), st.booleans()),
    min_size=1,
    max_size=6,
)


def _rows(counts: list[tuple[int, int, int, bool]]) -> list[Sighting]:
    """Counts of one series; some say that they differ from the first."""
    return [
        said(f"r{n}", day, least, least + more, differs_from=("r0",) if links and n else ())
        for n, (day, least, more, links) in enumerate(counts)
    ]


@settings(deadline=None, max_examples=50)
@given(COUNTS, st.integers(0, 5), st.integers(0, 20_000), st.integers(0, 20_000), st.integers(0, 300))
def test_a_wider_count_never_narrows(
    counts: list[tuple[int, int, int, bool]], which: int, down: int, up: int, later: int
) -> None:
    """Lowering the least and raising the most of one row never lowers the spread in log, now or later."""
    rows = _rows(counts)
    index = which % len(rows)
    old = rows[index].count
    assert old.least is not None and old.most is not None
    wide = [*rows]
    wide[index] = replace(rows[index], count=Bounds(max(0, old.least - down), old.most + up))
    if wide[index].count.least == 1:
        wide[index] = rows[index]
    day = max(one[0] for one in counts) + later
    assert sd(at(day, *wide)) >= sd(at(day, *rows)) - 1e-12


@settings(deadline=None, max_examples=50)
@given(COUNTS, st.integers(0, 5), st.booleans())
def test_opening_a_side_of_a_count_that_stands_alone_never_narrows(
    counts: list[tuple[int, int, int, bool]], which: int, low: bool
) -> None:
    """Where no other row is of the same time, taking back an end altogether never lowers the spread in log."""
    rows = _rows([(50 * n, least + 2, more, False) for n, (_, least, more, _) in enumerate(counts)])
    index = which % len(rows)
    old = rows[index].count
    wide = [*rows]
    wide[index] = replace(rows[index], count=Bounds(None, old.most) if low else Bounds(old.least, None))
    assert sd(at(400, *wide)) >= sd(at(400, *rows)) - 1e-12


@settings(deadline=None, max_examples=50)
@given(COUNTS, st.integers(0, 200), st.integers(0, 200))
def test_age_never_narrows(counts: list[tuple[int, int, int, bool]], first: int, second: int) -> None:
    """The later the moment, the wider, while nobody says anything new."""
    rows, last = _rows(counts), max(one[0] for one in counts)
    near, far = sorted((first, second))
    assert sd(at(last + far, *rows)) >= sd(at(last + near, *rows)) - 1e-12


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 195), st.integers(0, 2**32))
def test_removing_a_row_changes_its_own_series_only(which: int, seed: int) -> None:
    """Every other estimate stays as it was, in whatever order rows come."""
    moment = 1_674_000_000_000  # 18 January 2023
    gone = BUNDLED[which]
    left = [row for row in BUNDLED if row is not gone]
    random.Random(seed).shuffle(left)
    before = {one.key: one for one in footprint(BUNDLED, moment).estimates}
    after = {one.key: one for one in footprint(left, moment).estimates}
    own = (gone.owner, gone.kind, gone.unit, gone.scope, gone.place)
    for key in before.keys() | after.keys():
        if (key.owner, key.kind, key.unit, key.scope, key.place) != own:
            assert before.get(key) == after.get(key)


@settings(deadline=None, max_examples=30)
@given(COUNTS, st.integers(0, 5))
def test_a_copy_changes_no_count(counts: list[tuple[int, int, int, bool]], which: int) -> None:
    """The same figure for the same day once more leaves the level as it was."""
    rows = _rows(counts)
    copy = replace(rows[which % len(rows)], id="z", publisher="another")
    assert at(500, *rows, copy).level == at(500, *rows).level


def test_a_number_of_four_hundred_digits_is_no_error() -> None:
    """A count beyond any force is taken as 10¹²: it is read, and nothing overflows."""
    found = at(0, said("a", 0, 10**400, 10**400))
    assert found.median == pytest.approx(1e12)
    assert found.high_water == Bounds(10**400, 10**400)
    assert found.as_json()["rows"] == ["a"]


def test_the_page_tells_what_is_estimated() -> None:
    """Every row of the table in docs/watch-footprint.md is what the estimate of that day says."""
    page = (Path(__file__).resolve().parents[2] / "docs" / "watch-footprint.md").read_text(encoding="utf-8")
    told = re.findall(r"^\| (\d{4}-\d\d-\d\d) \| ([\d,]+|not known) \|(?: ([\d,]+) – ([\d,]+) )?", page, re.MULTILINE)
    assert len(told) == 10
    for day, median, low, high in told:
        found = real(day).as_json()
        if median == "not known":
            assert not found["known"]
        else:
            assert [f"{found[name]:,}" for name in ("median", "low", "high")] == [median, low, high]

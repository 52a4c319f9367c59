"""Claims as reported rows: what becomes of each topic, copies, corrections, retractions, and the measures."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from tocsin.log import EventLog, check
from tocsin.log.kinds import KIND_OF
from tocsin.measure.readings import with_intervals
from tocsin.measure.view import Context
from tocsin.watch import Bounds, Claim, Decision, Report, Standing
from tocsin.watch.intake import Reading, read_reports
from tocsin.watch.model import TOPICS
from tocsin.watch.rows import rows, written
from tocsin.watch.said import TABLE
from tocsin.watch.standing import after

ROOT = Path(__file__).resolve().parents[2]
HOUR = 3_600_000
DAY = 24 * HOUR
NOW = 60 * DAY
Items = list[tuple[Report, tuple[Claim, ...]]]


TENTH = Bounds(10 * DAY, 11 * DAY)


def report(name: str, published: Bounds = TENTH, **more: Any) -> Report:
    return Report(name, f"digest of {name}", "coded", publisher=more.pop("publisher", "P"), published=published,
                  captured=NOW, **more)  # fmt: skip


def claim(of: Report, number: int = 1, topic: str = "numbers", **more: Any) -> Claim:
    told = {"stance": "asserts", "who": "W", "what": "x", "place": "Grodno", "when": Bounds(5 * DAY, 6 * DAY),
            "when_basis": "seen", "count": Bounds(100, 200), "unit": "person"}  # fmt: skip
    return Claim(f"{of.id}#{number}", of.id, number, topic=topic, **(told | more))


def stands(items: Items, decisions: tuple[Decision, ...] = ()) -> Standing:
    claims = [one for _, said in items for one in said]
    return after([one for one, _ in items], claims, [], [], decisions)


def one(**more: Any) -> Standing:
    """One report with one claim."""
    of = report("a")
    return stands([(of, (claim(of, **more),))])


def told(log: EventLog) -> pl.DataFrame:
    """What a log says: rows that hold, without numbers."""
    return log.corrected().frame.drop("seq", "corrects", "reason").sort("origin", "kind")


def called(log: EventLog) -> tuple[float | None, float | None]:
    """Least and most called, as A1 tells."""
    found = with_intervals(log, Context(), ("A1",)).filter(pl.col("name") == "called")
    return found["low"][0], found["high"][0]


@pytest.fixture(scope="module")
def west() -> Items:
    data = files("tocsin.watch").joinpath("bundled/west-2026/reports.jsonl").read_bytes()
    taken = read_reports(data, "west-2026", Reading(NOW + 21_000 * DAY, ZoneInfo("Europe/Minsk")))
    assert taken.problems == ()
    return list(taken.items)


# --- the table ------------------------------------------------------------------------------------------------------


def test_the_table_knows_every_topic_and_only_kinds_of_the_catalogue() -> None:
    """Each topic has one line, and its kind may be written by a reporter."""
    assert set(TABLE) == set(TOPICS)
    for entry in TABLE.values():
        assert not entry.kind or "reported" in KIND_OF[entry.kind].writers
        assert entry.why


def test_the_page_shows_this_table() -> None:
    """The page on rows lists topic, kind and reason exactly as the code has them."""
    page = (ROOT / "docs" / "watch-rows.md").read_text(encoding="utf-8")
    listed = dict(re.findall(r"^\| `([a-z-]+)` \| (.+) \|$", page, re.MULTILINE))
    assert listed == {
        topic: " | ".join((f"`{e.kind}`" if e.kind else "none", e.asks or "–", e.why)) for topic, e in TABLE.items()
    }


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, ("summoned", 100, 200, None, "part")),
        ({"count": Bounds(None, 60)}, ("summoned", 0, 60, None, "part")),
        ({"topic": "called-up", "count": Bounds(), "unit": ""}, ("summoned", 1, None, None, "part")),
        ({"topic": "announced", "count": Bounds(), "unit": ""}, ("ordered", None, None, "Grodno", None)),
        ({"topic": "equipment", "count": Bounds(3, None), "unit": "tank"}, ("sighted", 3, None, "Grodno", "part")),
        ({"topic": "exemption-granted", "count": Bounds(1, None)}, ("request_answered", 1, None, "Grodno", "part")),
    ],
)
def test_what_a_claim_becomes(more: Mapping[str, Any], expected: tuple[object, ...]) -> None:
    """Kind, amounts, place and scope are those of the claim; people summoned carry no place that would be added up."""
    log = rows(one(**more))
    assert check(log) == []
    assert log.frame.select("kind", "amount", "amount_most", "place", "scope").row(0) == expected
    assert log.frame.select("origin", "grade", "by", "writer").row(0) == ("a#1", "F6", "W", "reported")


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"stance": "denies"}, "a denial"),
        ({"status": "suggested"}, "nobody has confirmed"),
        ({"count": Bounds()}, "no number"),
        ({"unit": "tank"}, "counts tank"),
        ({"count": Bounds(0, 0)}, "a denial"),
        ({"when": Bounds(None, 6 * DAY)}, "since when"),
        ({"when": Bounds(12 * DAY, 13 * DAY)}, "a time to come"),
        ({"when_basis": "page-date"}, "when it was said"),
        ({"topic": "foreign-forces", "count": Bounds()}, "cannot be told apart"),
        ({"topic": "place", "place": ""}, "names no place"),
        ({"topic": "ended"}, "whole call-up ended"),
        ({"topic": "notice-time", "notice_hours": Bounds(0, 9)}, "exact time to report"),
    ],
)
def test_what_is_not_said_is_not_written(more: Mapping[str, Any], reason: str) -> None:
    """Denials, suggestions, and claims that lack what a kind means write no row; the reason is listed."""
    found = written(one(**more))
    assert len(found.log) == 0
    assert reason in found.unwritten["a#1"]


def test_one_summons_with_its_time_to_report() -> None:
    """To report at hour 200, 9 to 10 hours after the summons: served from hour 190 to hour 191, due at 200."""
    due = 200 * HOUR
    log = rows(
        one(topic="notice-time", when=Bounds(), when_basis="none", notice_hours=Bounds(9, 10), due=Bounds(due, due))
    )
    (row,) = log.frame.with_columns(pl.col("happened", "happened_until", "due").to_physical()).to_dicts()
    assert (row["happened"], row["happened_until"], row["due"]) == (190 * HOUR, 191 * HOUR, due)
    assert (row["kind"], row["amount"]) == ("summoned", 1)


def test_when_it_was_served_goes_before_the_hours_of_notice() -> None:
    """Served at hour 190 and due at 200, whatever the rounded hours say; without a time to report there is no row."""
    served, due = Bounds(190 * HOUR, 190 * HOUR), Bounds(200 * HOUR, 200 * HOUR)
    claim = one(topic="notice-time", when=served, when_basis="seen", notice_hours=Bounds(9, 11), due=due)
    (row,) = rows(claim).frame.with_columns(pl.col("happened", "happened_until", "due").to_physical()).to_dicts()
    assert (row["happened"], row["happened_until"], row["due"]) == (190 * HOUR, 190 * HOUR, 200 * HOUR)
    assert len(rows(one(topic="notice-time", when=served, when_basis="seen", notice_hours=Bounds(9, 11)))) == 0


def test_nothing_happens_after_it_was_published() -> None:
    """A claim open to the future is told as past: at the latest when its report was published."""
    log = rows(one(when=Bounds(5 * DAY, None)))
    assert log.frame["happened_until"].to_physical()[0] == log.frame["known"].to_physical()[0] == 11 * DAY


# --- copies, corrections, retractions -------------------------------------------------------------------------------


def copied() -> tuple[Items, dict[str, str]]:
    """A report and a later copy that made ten times as many of it."""
    first, second = report("b"), report("a", Bounds(12 * DAY, 13 * DAY))
    items: Items = [(first, (claim(first),)), (second, (claim(second, count=Bounds(1000, 2000)),))]
    return items, {"a#1": "b#1", "b#1": "b#1"}


def test_a_copy_is_support_and_no_row() -> None:
    """One origin says one thing: the root's row, whatever the copy made of the number."""
    items, origins = copied()
    found = written(stands(items), origins)
    assert found.log.frame["amount"].to_list() == [100]
    assert found.supports == (("b#1", "a#1"),)
    assert len(rows(stands(items))) == 2  # without origins, each stands for itself


def test_the_root_is_the_earliest_unless_it_is_named() -> None:
    """A group whose name is no claim begins with what was published first; a name that is one says so itself."""
    items, _ = copied()
    assert rows(stands(items), {"a#1": "g", "b#1": "g"}).frame["origin"].to_list() == ["b#1"]
    for name in ("a", "a#1"):
        assert rows(stands(items), {"a#1": name, "b#1": name}).frame["origin"].to_list() == ["a#1"]


def test_what_one_origin_says_of_another_time_is_another_thing() -> None:
    """An order in January and one in February are two, though one office told of both."""
    first, later = report("a"), report("b", Bounds(50 * DAY, 51 * DAY))
    told_twice: Items = [(first, (claim(first, topic="announced"),)),
                         (later, (claim(later, topic="announced", when=Bounds(50 * DAY, 51 * DAY)),))]  # fmt: skip
    assert rows(stands(told_twice), {"a": "office", "b": "office"}).frame["origin"].to_list() == ["a#1", "b#1"]


def decision(number: int, act: str, target: str, at: int = 20 * DAY, **value: Any) -> Decision:
    return Decision(number, at, "tester", act, target, value, "because")


def test_a_correction_leaves_the_old_row() -> None:
    """The first row stays, the second names it, and what holds is the second; known is when it was corrected."""
    items, _ = copied()
    log = rows(stands(items[:1], (decision(1, "correct", "b#1", count=[150, 160]),)))
    assert check(log) == []
    assert log.frame["amount"].to_list() == [100, 150]
    assert log.frame["corrects"].to_list() == [None, 0]
    assert log.frame["reason"].to_list() == [None, "corrected: decision 1"]
    assert log.frame["known"].to_physical().to_list() == [11 * DAY, 20 * DAY]
    assert log.corrected().frame["amount"].to_list() == [150]


def test_a_retraction_is_a_withdrawn_row() -> None:
    """The row of a retracted report stays, and a later one takes it back; the copy then speaks for itself."""
    items, origins = copied()
    log = rows(stands(items, (decision(1, "retract", "b"),)), origins)
    assert check(log) == []
    assert log.frame["kind"].to_list() == ["summoned", "summoned", "withdrawn"]
    assert log.frame["origin"].to_list() == ["b#1", "a#1", "b#1"]
    assert log.corrected().frame["amount"].to_list() == [1000]


def test_a_correction_that_says_nothing_takes_the_row_away() -> None:
    """Corrected into a denial, a claim has no row any more: the old one is withdrawn."""
    items, _ = copied()
    found = written(stands(items[:1], (decision(1, "correct", "b#1", stance="denies"),)))
    assert found.log.frame["kind"].to_list() == ["summoned", "withdrawn"]
    assert len(found.log.corrected()) == 0
    assert "denial" in found.unwritten["b#1"]


def test_what_rules_found_counts_once_it_is_confirmed() -> None:
    """A suggested claim writes no row; confirmed, it does, known when it was published; corrections stay none."""
    of = report("a")
    items: Items = [(of, (claim(of, status="suggested", writer="rules"),))]
    log = rows(stands(items, (decision(1, "confirm", "a#1"),)))
    assert log.frame["known"].to_physical().to_list() == [11 * DAY]
    assert log.frame["corrects"].to_list() == [None]


def test_an_analyst_may_say_that_a_count_is_the_whole() -> None:
    """`scope=whole` on a confirmation: both limits hold (100 and 200); without it only the lower one."""
    of = report("a")
    items: Items = [(of, (claim(of, when=Bounds(0, 6 * DAY)),))]
    assert called(rows(stands(items))) == (100, None)
    assert called(rows(stands(items, (decision(1, "confirm", "a#1", scope="whole"),)))) == (100, 200)


# --- properties -----------------------------------------------------------------------------------------------------

SAID = st.sampled_from(("numbers", "called-up", "announced", "place", "equipment", "exemption-granted", "hypothesis"))


@st.composite
def bounds(draw: st.DrawFn, least: int, most: int) -> Bounds:
    low, high = sorted((draw(st.integers(least, most)), draw(st.integers(least, most))))
    return Bounds(low if draw(st.booleans()) else None, high if draw(st.booleans()) else None)


@st.composite
def many(draw: st.DrawFn) -> tuple[Items, dict[str, str]]:
    """Up to five reports of up to three claims each, and any origin groups of claims."""
    items: Items = []
    for k in range(draw(st.integers(1, 5))):
        of = report(f"r{k}", draw(bounds(8 * DAY, 12 * DAY)), publisher=draw(st.sampled_from("PQ")))
        said = []
        for n in range(1, draw(st.integers(1, 3)) + 1):
            count = draw(bounds(1, 500))
            said.append(claim(
                of, n, draw(SAID), stance=draw(st.sampled_from(("asserts", "retells", "denies"))),
                when=draw(bounds(0, 14 * DAY)), count=count, unit="person" if count.known else "",
                when_basis=draw(st.sampled_from(("seen", "page-date"))),
                status=draw(st.sampled_from(("confirmed", "suggested"))),
            ))  # fmt: skip
        items.append((of, tuple(said)))
    names = [one.id for _, said in items for one in said]
    return items, {name: draw(st.sampled_from("gh")) for name in names if draw(st.booleans())}


@settings(max_examples=50, deadline=None)
@given(many(), st.randoms(use_true_random=False))
def test_order_of_intake_changes_nothing(made: tuple[Items, dict[str, str]], luck: Any) -> None:
    """The same reports in any order give the same rows, and the rows are possible."""
    items, origins = made
    log = rows(stands(items), origins)
    assert check(log) == []
    mixed = list(items)
    luck.shuffle(mixed)
    turned: Items = [(of, tuple(reversed(said))) for of, said in mixed]
    assert_frame_equal(rows(stands(turned), origins).frame, log.frame)


@settings(max_examples=50, deadline=None)
@given(many(), st.data())
def test_removing_a_report_removes_its_rows_and_nothing_else(made: tuple[Items, dict[str, str]], data: Any) -> None:
    """Retracted or never taken in, what holds is the same; of rows of other groups none changes."""
    items, origins = made
    gone = data.draw(st.sampled_from([of.id for of, _ in items]))
    without = rows(stands([one for one in items if one[0].id != gone]), origins)
    retracted = rows(stands(items, (decision(1, "retract", gone),)), origins)
    assert check(retracted) == []
    assert_frame_equal(told(retracted), told(without), categorical_as_str=True)
    touched = {origins.get(one.id, one.id) for of, said in items if of.id == gone for one in said}
    others = [one.id for _, said in items for one in said if origins.get(one.id, one.id) not in touched]
    whole = told(rows(stands(items), origins)).filter(pl.col("origin").is_in(others))
    assert_frame_equal(told(without).filter(pl.col("origin").is_in(others)), whole, categorical_as_str=True)


@settings(max_examples=50, deadline=None)
@given(many(), st.data())
def test_a_copy_changes_no_count(made: tuple[Items, dict[str, str]], data: Any) -> None:
    """A later report of the same origin groups, with any numbers, leaves rows and bounds as they were.

    Which of two is the copy is known by their days, or by the name of the group; here, by the day of the original.
    """
    items, origins = made
    of, said = data.draw(st.sampled_from(items))
    assume(of.published.least is not None)
    again = replace(of, id="z", digest="z", published=Bounds(13 * DAY, 13 * DAY))
    copies = tuple(replace(one, id=f"z#{one.number}", report="z", count=data.draw(bounds(1, 5000)), unit="person",
                           topic=one.topic) for one in said)  # fmt: skip
    known = {one: name for one, name in origins.items()} | {one.id: origins.get(one.id, one.id) for one in said}
    copied_as = {f"z#{one.number}": known[one.id] for one in said}
    spoken = written(stands(items), known)
    kept = tuple(one for one in copies if f"{of.id}#{one.number}" not in spoken.unwritten)
    more = written(stands([*items, (again, kept)]), known | copied_as)
    assert_frame_equal(more.log.frame, spoken.log.frame)
    assert called(more.log) == called(spoken.log)


@settings(max_examples=50, deadline=None)
@given(many(), st.data())
def test_a_wider_interval_never_narrows_a_bound(made: tuple[Items, dict[str, str]], data: Any) -> None:
    """However much wider the number or the time of one claim becomes, at least as few may have been called."""
    items, origins = made
    k = data.draw(st.integers(0, len(items) - 1))
    of, said = items[k]
    n = data.draw(st.integers(0, len(said) - 1))
    old = said[n]

    def wider(found: Bounds, least: int, most: int) -> Bounds:
        low = None if found.least is None else data.draw(st.none() | st.integers(least, found.least))
        high = None if found.most is None else data.draw(st.none() | st.integers(found.most, most))
        return Bounds(low, high)

    count = wider(old.count, 1, 900)
    new = replace(old, count=count, unit="person" if count.known else "", when=wider(old.when, -DAY, 20 * DAY))
    changed = [*items[:k], (of, (*said[:n], new, *said[n + 1 :])), *items[k + 1 :]]
    before, then = called(rows(stands(items), origins)), called(rows(stands(changed), origins))
    assert (then[0] or 0) <= (before[0] or 0)
    assert before[1] is None and then[1] is None  # parts are lower limits only


# --- the bundled case -----------------------------------------------------------------------------------------------


def test_the_bundled_case_writes_possible_rows(west: Items) -> None:
    """Every claim is a row or is listed with its reason; the log passes the check; no denial writes a row."""
    standing = stands(west)
    found = written(standing)
    assert check(found.log) == []
    assert {one for claims in found.supports for one in claims} | set(found.unwritten) == set(standing.claims)
    assert not {one for one in found.log.frame["origin"] if standing.claims[one].stance == "denies"}
    assert "closed" not in found.log.frame["kind"].cast(pl.String).to_list()  # how it ended was not found


def test_the_bundled_case_gives_bounds(west: Items) -> None:
    """4,000 at least were called, as one post says (r083#1); how many at most nobody says; nothing else is known."""
    measured = with_intervals(rows(stands(west)), Context(), ("A1",))
    assert measured.filter(pl.col("name") == "called").select("value", "low", "high").row(0) == (None, 4000, None)
    assert measured.filter(pl.col("name") != "called")["note"].str.starts_with("not measurable").all()
    without = [(of, said) for of, said in west if of.id not in ("r066", "r083")]
    assert called(rows(stands(without))) == (1500, None)  # r084#1, the next largest number: 1,500

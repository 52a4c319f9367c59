"""Binding: an item rests on what stands in the folder, counts each origin once, and says why where it does not hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.assess.case_texts import DAY_MS, FEB_16, HEAD, case, claim, desk, item, report, sighting
from tests.watch.west_2026 import rows

from tocsin.assess.bind import bind
from tocsin.assess.model import Case, Evidence
from tocsin.assess.trace import trace
from tocsin.errors import CaseError
from tocsin.watch import Link, Store
from tocsin.watch.desk import Desk

EVENT = item("e", "event", claims='["a#1", "b#1", "c#1", "d#1", "g#1"]')
REPORTS = [
    report("a", 0, "Herald"),
    report("b", 1, "Herald"),
    report("c", 2, "Gazette", owner="foreign"),
    report("d", 3, "Ministry", owner="state", level="official"),
    report("g", 4, "Gazette", owner="foreign"),
]
CLAIMS = [
    claim("a"),
    claim("b", digit="2"),
    claim("c", stance="retells", who="Observer"),
    claim("d", stance="denies"),
    claim("g", status="suggested", writer="rules"),
]


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Desk]:
    """Five reports: two of one paper, one that retells another, a denial, and a claim that nobody confirmed."""
    found = desk(tmp_path / "w", REPORTS, CLAIMS)
    with found.store:
        yield found


def one(evidence: tuple[Evidence, ...]) -> Evidence:
    """The only piece of evidence."""
    (found,) = evidence
    return found


def groups(evidence: Evidence) -> dict[str, str]:
    """Origin group → grade."""
    return {each.group: each.grade for each in evidence.witnesses}


def decided(found: Desk, act: str, target: str, value: dict[str, object] | None = None) -> Desk:
    """The folder after a decision."""
    found.store.decide(FEB_16, "analyst", act, target, value or {}, "a test")
    return found.again()


# --- events and statements ------------------------------------------------------------------------------------------


def test_origins_count_once_with_the_grade_of_the_eldest(small: Desk) -> None:
    """Two claims of one paper are one witness, with the letter of the case and the digit of its elder claim."""
    found = one(bind(case(EVENT), small))
    assert groups(found) == {"Herald": "B6", "Observer": "F6"}
    herald = found.witnesses[0]
    assert (herald.claims, herald.reports, herald.known) == (("a#1", "b#1"), ("a", "b"), FEB_16 + DAY_MS - 1)
    assert herald.why == "the case: It corrects itself."
    assert found.witnesses[1].why == "nobody judged it"
    assert found.holds
    assert found.why == (
        "rests on 2 origins (3 claims); left out: d#1 (denies it); g#1 (suggested by rules and not confirmed)"
    )
    assert set(found.traces) == {"a", "a#1", "b", "b#1", "c", "c#1", "d#1", "g#1"}


def test_a_decision_of_the_folder_goes_before_the_case(small: Desk) -> None:
    """A letter that somebody gave in the folder holds, F too; the first rule of the case that fits is next."""
    graded = decided(small, "grade", "Herald", {"letter": "F"})
    found = one(bind(case(EVENT), graded))
    assert groups(found)["Herald"] == "F6"
    assert found.witnesses[0].why == "the folder's decision: a test"
    digits = decided(decided(small, "grade", "Herald", {"letter": "A"}), "grade", "a#1", {"digit": "3"})
    assert groups(one(bind(case(EVENT), digits)))["Herald"] == "A3"


def test_a_confirmed_suggestion_counts(small: Desk) -> None:
    """What rules suggested counts from when somebody confirms it."""
    found = one(bind(case(EVENT), decided(small, "confirm", "g#1")))
    assert "Gazette" in groups(found)


def test_a_denial_is_a_saying(small: Desk) -> None:
    """A denial speaks for the statement that it was said, and the office's own page is A for that, whatever the case
    thinks of the office."""
    said = one(bind(case(item("s", "statement", claims='["d#1"]')), small))
    assert groups(said) == {"Belarusian state": "A6"}
    assert said.witnesses[0].why == "an office's own channel, for what it says itself"
    event = one(bind(case(item("e", "event", claims='["d#1"]')), small))
    assert (event.holds, event.why) == (False, "nothing is left that says so: d#1 (denies it)")


def test_what_was_not_surely_published_does_not_count(small: Desk, tmp_path: Path) -> None:
    """A day counts when it is over; a page without a day when it was captured, or when a dated page cites it."""
    early = one(bind(case(EVENT), small, as_of=FEB_16 + DAY_MS - 2))
    assert (early.holds, early.witnesses) == (False, ())
    later = one(bind(case(EVENT), small, as_of=FEB_16 + DAY_MS - 1))
    assert groups(later) == {"Herald": "B6"}
    event = case(item("e", "event", claims='["u#1"]'))
    alone = desk(tmp_path / "u", [report("u", None)], [claim("u")])
    cited = desk(tmp_path / "v", [report("u", None), report("v", 5, cites=("u",))], [claim("u")])
    with alone.store, cited.store:
        assert not one(bind(event, alone)).holds
        assert one(bind(event, cited)).holds
        assert one(bind(replace(event, as_of=None), alone)).holds


def test_an_unknown_id_is_refused_and_a_retracted_one_is_not(small: Desk) -> None:
    """A claim, incident or rule that never came in is a fault of the case; one that was taken away is not."""
    for name, told in (("a#9", "the claim 'a#9'"), ("zz#1", "the claim 'zz#1'")):
        with pytest.raises(CaseError) as error:
            bind(case(item("e", "event", claims=f'["a#1", "{name}"]')), small)
        line = HEAD.count("\n") + 5  # [[evidence]], id, says, sort, claims
        assert str(error.value).startswith(f"small.toml: evidence 1 (e).claims 2, line {line}: found {told}")
    with pytest.raises(CaseError, match="the incident 'i-zz#1'"):
        bind(case(item("e", "event", 'incidents = ["i-zz#1"]')), small)
    with pytest.raises(CaseError, match="expected an incident such as"):
        bind(case(item("e", "event", 'incidents = ["a#1"]')), small)
    gone = decided(small, "retract", "a")
    found = one(bind(case(item("e", "event", claims='["a#1"]')), gone))
    assert (found.holds, found.why) == (False, "nothing is left that says so: a#1 (retracted)")
    rejected = decided(small, "reject", "b#1")
    assert "b#1 (rejected)" in one(bind(case(item("e", "event", claims='["b#1"]')), rejected)).why


def test_an_incident_brings_its_claims_without_denials(small: Desk) -> None:
    """An incident counts by all that assert it, and outlives the claim that it is named after."""
    named = next(each for each in small.incidents if "a#1" in each.claims)
    assert set(named.claims) >= {"a#1", "b#1"}
    found = case(item("e", "event", f'incidents = ["{named.id}"]'))
    whole = one(bind(found, small))
    assert named.id in whole.traces
    eldest = named.id.removeprefix("i-")
    gone = one(bind(found, decided(small, "retract", eldest)))
    names = {name for each in whole.witnesses for name in each.claims}
    assert {name for each in gone.witnesses for name in each.claims} == names - {eldest}
    assert f"{eldest} (retracted)" in gone.why


@settings(deadline=None, max_examples=20)
@given(st.sampled_from(["a", "b", "c"]), st.integers(0, 5), st.booleans())
def test_a_copy_changes_no_group(tmp_path_factory: pytest.TempPathFactory, name: str, day: int, by_id: bool) -> None:
    """A copy of a report, of whatever day and publisher, adds no group and changes no grade, bound or not."""
    folder = tmp_path_factory.mktemp("copies")
    first = next(each for each in REPORTS if each.id == name)
    mine = next(each for each in CLAIMS if each.report == name)
    copy = replace(report("z", max(day, int(name > "a")), "Copyist"), cites=(name,))
    again = replace(mine, id="z#1", report="z")
    plain = desk(folder / "p", REPORTS, CLAIMS)
    more = desk(folder / "m", [*REPORTS, copy], [*CLAIMS, again], links=[
        Link("copy-of", "z", first.id, 1.0, "confirmed", "analyst")
    ])  # fmt: skip
    bound = item("e", "event", claims='["a#1", "b#1", "c#1"]')
    bound_more = item("e", "event", claims='["a#1", "b#1", "c#1", "z#1"]') if by_id else bound
    with plain.store, more.store:
        before, after = one(bind(case(bound), plain)), one(bind(case(bound_more), more))
    assert groups(after) == groups(before)


@settings(deadline=None, max_examples=20)
@given(st.sampled_from([each.id for each in REPORTS]))
def test_retracting_a_report_removes_its_own_only(tmp_path_factory: pytest.TempPathFactory, name: str) -> None:
    """Without a report its claims are gone from their witness, and every other claim counts as before."""
    found = desk(tmp_path_factory.mktemp("gone") / "w", REPORTS, CLAIMS)
    with found.store:
        before = one(bind(case(EVENT), found))
        after = one(bind(case(EVENT), decided(found, "retract", name)))
    there = {claimed: each.group for each in before.witnesses for claimed in each.claims}
    left = {claimed: each.group for each in after.witnesses for claimed in each.claims}
    assert left == {claimed: group for claimed, group in there.items() if not claimed.startswith(f"{name}#")}


# --- absences -------------------------------------------------------------------------------------------------------

QUIET = item(
    "q", "absence", '[evidence.absence]\nlooked = "Its page (a)."\ndetect = "likely"\nunless = ["end/finished"]'
)
ENDED = claim("h", topic="ended", what="The check is finished, the ministry says.")


def test_an_absence_holds_until_it_is_seen(small: Desk, tmp_path: Path) -> None:
    """Nothing on the side: it holds, without witnesses. A claim there, published by then: it was seen after all."""
    found = one(bind(case(QUIET), small))
    assert (found.holds, found.witnesses, found.traces) == (True, (), ("a",))
    assert "nothing stands on end/finished" in found.why
    (named,) = trace([found], small)[0].rows
    assert (named.id, named.report, named.publisher, named.what) == ("a", "a", "Herald", "")
    seen = desk(tmp_path / "s", [report("h", 6)], [ENDED])
    later = desk(tmp_path / "l", [report("h", 60)], [ENDED])
    unsure = desk(tmp_path / "r", [report("h", 6)], [replace(ENDED, status="suggested")])
    with seen.store, later.store, unsure.store:
        gone = one(bind(case(QUIET), seen))
        assert (gone.holds, gone.why, gone.traces) == (False, "seen after all: h#1", ("h", "h#1"))
        assert one(bind(case(QUIET), later)).holds
        assert one(bind(case(QUIET), unsure)).holds


def test_an_absence_waits_for_its_moment(small: Desk) -> None:
    """That it would have been seen was judged for the moment of the case; earlier it says nothing."""
    over = "the time in which it would have been seen was not over"
    found = one(bind(case(QUIET), small, as_of=FEB_16))
    assert (found.holds, found.why) == (False, over)
    always = case(QUIET, head=HEAD.replace("as_of = 2026-03-09\n", ""))  # then until the last report, of the fifth day
    assert one(bind(always, small)).holds
    assert one(bind(always, small, as_of=FEB_16 + 5 * DAY_MS - 1)).holds
    assert one(bind(always, small, as_of=FEB_16 + 5 * DAY_MS - 2)).why == over


# --- footprint ------------------------------------------------------------------------------------------------------


def few(ends: str, more: str = "") -> Case:
    """A statement on Russian soldiers on 20 February."""
    head = '[evidence.footprint]\nowner = "Russia"\nkind = "troops"\nunit = "person"\nat = 2026-02-20\n'
    return case(item("f", "footprint", head + ends + "\n" + more))


def test_support_is_the_probability_of_the_estimate(tmp_path: Path) -> None:
    """At most and more than a number are sure of each other's rest; the estimate's median divides it evenly."""
    found = desk(tmp_path / "f", [], [], [sighting("f1", 0, 2000, 2500), sighting("f2", 1, 2200, 2600)])
    with found.store:
        most = one(bind(few("at_most = 2300"), found))
        least = one(bind(few("at_least = 2300"), found))
        wide = one(bind(few("at_least = 0\nat_most = 1000000"), found))
    assert most.support is not None
    assert least.support is not None
    assert most.holds
    assert most.support + least.support == pytest.approx(1.0, abs=1e-9)
    assert 0.3 < most.support < 0.7  # the counts' own middle lies at 2,200 to 2,400
    assert wide.support == pytest.approx(1.0, abs=1e-6)
    assert most.witnesses == ()
    assert set(most.traces) == {"f1", "f2"}


def test_what_is_not_known_never_holds(tmp_path: Path) -> None:
    """No count, a count that is too old, one that was published later, another scope: not known, and no evidence."""
    empty = desk(tmp_path / "e")
    old = desk(tmp_path / "o", [], [], [sighting("f1", -500, 2000, 2500)])
    late = desk(tmp_path / "l", [], [], [sighting("f1", 30, 2000, 2500)])
    site = desk(tmp_path / "s", [], [], [sighting("f1", 0, 2000, 2500, scope="site")])
    with empty.store, old.store, late.store, site.store:
        for each in (empty, old, late, site):
            found = one(bind(few("at_most = 3000"), each))
            assert (found.holds, found.support) == (False, None)
            assert found.why.startswith("not known")


def test_quantities_are_never_added_or_chosen(tmp_path: Path) -> None:
    """Where two places fit, neither is taken and they are not added; naming one of them takes that."""
    rows_of = [sighting("f1", 0, 2000, 2500), sighting("f2", 0, 100, 200, place="Baranovichi")]
    found = desk(tmp_path / "t", [], [], rows_of)
    with found.store:
        both = one(bind(few("at_most = 3000"), found))
        named = one(bind(few("at_most = 3000", 'place = "Baranovichi"'), found))
    assert not both.holds
    assert "2 quantities fit and are never added" in both.why
    assert named.holds
    assert named.traces == ("f2",)


def test_a_strength_of_later_is_not_known_yet(tmp_path: Path) -> None:
    """What is said of a day is no evidence before that day."""
    found = desk(tmp_path / "f", [], [], [sighting("f1", 0, 2000, 2500)])
    with found.store:
        assert not one(bind(few("at_most = 3000"), found, as_of=FEB_16 + 2 * DAY_MS)).holds


def test_a_past_build_up_is_alike_by_its_marks(tmp_path: Path) -> None:
    """Resembling needs half of the marks that the past had: all of its one mark seen again is sure; none is nothing."""
    past = replace(sighting("f1", -400, 2000, 2500), kind="tanks")
    again = replace(sighting("f2", 0, 10, 20), kind="tanks")
    text = '[evidence.footprint]\nowner = "Russia"\nkind = "tanks"\nat = 2026-02-20\nlike = [2025-01-10, 2025-01-16]'
    whole, alone, none = (desk(tmp_path / name, [], [], seen) for name, seen in (
        ("w", [past, again]), ("a", [past]), ("n", [again]),
    ))  # fmt: skip
    with whole.store, alone.store, none.store:
        seen, unseen, without = (one(bind(case(item("f", "footprint", text)), each)) for each in (whole, alone, none))
    assert (seen.support, set(seen.traces)) == (1.0, {"f1", "f2"})
    assert seen.why == "of 1 marks of the past build-up 100% to 100% are seen again"
    assert (unseen.holds, unseen.why) == (False, "not known: of 1 marks of the past build-up 0% to 100% are seen again")
    assert "no marks" in without.why


def test_statements_on_forces_are_witnesses(tmp_path: Path) -> None:
    """Each publisher is one witness, one that cites another is that other; letters come from the case."""
    seen = [
        sighting("f1", 0, 2000, 2500),
        sighting("f2", 1, 2000, 2500, publisher="Gazette citing Observer"),
        sighting("f3", 2, 2000, 2500, publisher="Courier citing Observer"),
        sighting("f4", 40, 2000, 2500, publisher="Late"),
    ]
    found = desk(tmp_path / "s", [], [], seen)
    given_ids = '[evidence.footprint]\nsightings = ["f1", "f2", "f3", "f4"]'
    with found.store:
        bound = one(bind(case(item("f", "footprint", given_ids)), found))
        assert groups(bound) == {"Herald": "B6", "Observer": "F6"}
        assert "f4 (not surely published by then)" in bound.why
        with pytest.raises(CaseError, match=r"footprint\.sightings 1.*the statement on forces 'f9'"):
            bind(case(item("f", "footprint", '[evidence.footprint]\nsightings = ["f9"]')), found)
        gone = one(bind(case(item("f", "footprint", given_ids)), decided(found, "retract", "f1")))
        assert groups(gone) == {"Observer": "F6"}
        assert "f1 (retracted)" in gone.why


# --- law and worlds -------------------------------------------------------------------------------------------------


def test_only_the_words_that_were_waited_for_count(west: Desk) -> None:
    """A notice of hours: possible breach of a training camp's seven days, not of a verification camp's; law that nobody
    verified is never plain breach; without a kind it cannot be told."""
    assert law(west, "possible breach", 'assumed = { kind = "training" }').holds
    other = law(west, "possible breach", 'assumed = { kind = "verification" }')
    assert (other.holds, other.why) == (False, "by.notice says instead: possibly lawful (law not verified)")
    assert not law(west, "breach", 'assumed = { kind = "training" }').holds
    assert not law(west, "possible breach", "").holds
    assert not law(west, "possible breach", 'assumed = { kind = "holiday" }').holds
    found = law(west, "possible breach", 'assumed = { kind = "training" }')
    assert {"by.notice", "r048#1", "r048"} <= set(found.traces)


def law(found: Desk, words: str, more: str) -> Evidence:
    """A finding on notice."""
    part = f'[evidence.law]\nrule = "by.notice"\nwords = ["{words}"]\n{more}'
    return one(bind(case(item("l", "law", part)), found))


def test_a_rule_that_is_not_there_is_refused(west: Desk) -> None:
    """A rule that the pack does not have is a fault of the case."""
    with pytest.raises(CaseError, match=r"\(l\)\.law\.rule.*did you mean 'by\.notice'"):
        bind(case(item("l", "law", '[evidence.law]\nrule = "by.notices"\nwords = ["breach"]')), west)


SEEN = '[[observation]]\nid = "hours"\nsays = "Hours."\nsummary = "notice_h_median"\nat_least = 6\ntolerance = 2\n'
WORLD = item("w", "world", 'observations = ["hours"]')


def test_a_world_traces_to_what_was_reported(small: Desk) -> None:
    """A world has no witnesses; it traces to the claims of its numbers, and falls with the last of them."""
    found = one(bind(case(SEEN + 'claims = ["a#1"]\n' + WORLD), small))
    assert (found.holds, found.witnesses, found.traces) == (True, (), ("a", "a#1"))
    gone = one(bind(case(SEEN + 'claims = ["d#1"]\n' + WORLD), small))
    assert (gone.holds, gone.why) == (False, "nothing is left of hours: d#1 (denies it)")
    with pytest.raises(CaseError, match=r"observation 1 \(hours\)\.claims 1"):
        bind(case(SEEN + 'claims = ["a#7"]\n' + WORLD), small)


# --- the bundled record ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def west(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The bundled record of 2026."""
    reports, claims, sightings = rows()
    with Store.open(tmp_path_factory.mktemp("west") / "w", create=True) as store:
        store.add([(each, [mine for mine in claims if mine.report == each.id]) for each in reports])
        store.add_sightings(list(sightings))
        yield Desk(store)


def test_the_record_of_2026(west: Desk) -> None:
    """The incident of a notice of hours stands on the roots that timeline.md names: Suspilne, Zerkalo, Latushko,
    Salidarnasts and Belsat; every id of it leads to a report with publisher and address."""
    evidence = bind(case(item("n", "event", 'incidents = ["i-r038#4"]')), west)
    found = one(evidence)
    assert set(groups(found)) == {"Suspilne", "Zerkalo", "Latushko", "Salidarnasts", "Belsat"}
    (traced,) = trace(evidence, west)
    assert {row.id for row in traced.rows} == {name for each in found.witnesses for name in each.claims}
    assert all(row.publisher and row.address and row.report in found.traces for row in traced.rows)
    assert traced.others == ("i-r038#4",)
    assert traced.as_json()["rows"][0]["published"][1].startswith("2026-")


def test_traces_are_masked_and_say_what_counts(tmp_path: Path) -> None:
    """A private person in title and claim is masked; what was left out stands below what counts, with no group."""
    posted = report("p", 0, "Herald", route="text", title="Ivan Petrov, +375 29 111-22-33, was called", text="x")
    said = claim("p", what="Ivan Petrov of Lida, tel. +375 29 111-22-33, was called.")
    found = desk(tmp_path / "m", [posted, *REPORTS], [said, *CLAIMS])
    with found.store:
        (traced,) = trace(bind(case(item("e", "event", claims='["d#1", "p#1"]')), found), found)
        assert traced.rows[0].title == found.reports["p"].title
    first, last = traced.rows
    assert (first.id, first.group, last.id, last.group) == ("p#1", "Herald", "d#1", "")
    assert "111-22-33" not in first.title + first.what
    assert "Petrov" not in first.what


def test_without_a_moment_all_counts(small: Desk) -> None:
    """A case without a moment takes everything; the moment that is asked for goes before that of the case."""
    always = case(EVENT, head=HEAD.replace("as_of = 2026-03-09\n", ""))
    assert groups(one(bind(always, small))) == groups(one(bind(case(EVENT), small)))
    assert groups(one(bind(always, small, as_of=FEB_16 + DAY_MS))) == {"Herald": "B6"}

"""The bundled case west-2026: it traces to reports, counts nothing twice, and answers no more surely than it may."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from tests.cli.calls import ROOT

from tocsin.assess import Case, Evidence
from tocsin.assess.answer import Weighed
from tocsin.assess.bind import bind
from tocsin.assess.case import load_case
from tocsin.assess.trace import trace
from tocsin.assess.weigh import weigh
from tocsin.assess.worlds import bundled_worlds, with_worlds
from tocsin.watch.desk import Desk, machine_reading, opened

BUNDLED = ROOT / "src" / "tocsin" / "assess" / "bundled" / "west-2026"
SHARED = ROOT.parent / "shared" / "data" / "west-2026"
CASE_OBSERVATIONS = load_case("west-2026").observations
WRITTEN = int(dt.datetime(2026, 11, 26, tzinfo=dt.UTC).timestamp() * 1000)


@pytest.fixture(scope="module")
def desk(west: Desk) -> Desk:
    return west


@pytest.fixture(scope="module")
def case() -> Case:
    return load_case("west-2026")


@pytest.fixture(scope="module")
def evidence(case: Case, desk: Desk) -> tuple[Evidence, ...]:
    return with_worlds(bind(case, desk), bundled_worlds(case)[0])


@pytest.fixture(scope="module")
def weighed(case: Case, evidence: tuple[Evidence, ...]) -> Weighed:
    return weigh(case, evidence)


def test_every_item_holds_and_traces(evidence: tuple[Evidence, ...], desk: Desk) -> None:
    """Each item goes in; all but absences lead to a report or a statement with an address."""
    for one, traced in zip(evidence, trace(evidence, desk), strict=True):
        assert one.holds, f"{one.item.id}: {one.why}"
        assert one.item.why and len(one.item.likelihood) == 4
        if one.item.sort == "absence":
            assert one.item.absence is not None and one.item.absence.looked
        else:
            assert traced.rows, one.item.id
            assert all(row.stands and row.address.startswith("http") for row in traced.rows), one.item.id
            if one.item.sort in ("event", "statement", "law"):
                assert any(row.group for row in traced.rows), one.item.id


def test_ids_in_reasons_exist(case: Case, desk: Desk) -> None:
    """Reports, claims, statements on forces and earlier cases that the case names are there."""
    known = {*desk.standing.reports, *desk.standing.claims, *desk.standing.sightings}
    known |= {json.loads(line)["id"] for line in (BUNDLED / "reference-class.jsonl").read_text().splitlines()}
    text = " ".join([case.text, *(one.why for one in case.items), *(one.where for one in case.watch_for)])
    named = set(re.findall(r"\b(?:r\d{3}(?:#\d)?|f\d{3}|ref\d{2}|out\d{2})\b", text))
    assert len(named) > 60 and named <= known, named - known


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared data are not here")
def test_the_class_is_the_one_that_was_coded() -> None:
    """The reference class beside the case is the shared one, byte for byte."""
    name = "reference-class.jsonl"
    assert (BUNDLED / name).read_bytes() == (SHARED / name).read_bytes()


def test_no_certainty_and_wide_bands(weighed: Weighed) -> None:
    """No hypothesis is surer than its prior and single words allow: none is almost certain, the band of the leading one
    is wider than 20 points, and no band is a single word but at the very bottom."""
    for one in weighed.answer:
        assert one.high_word != "almost certain" and 0 < one.low < one.median < one.high < 1
    leading = next(one for one in weighed.answer if one.hypothesis == weighed.leading)
    assert leading.high - leading.low > 0.2 and leading.low_word != leading.high_word
    assert sum(one.mean for one in weighed.answer) == pytest.approx(1, abs=1e-9)


def test_what_put_it_into_the_class_moves_nothing(weighed: Weighed, case: Case) -> None:
    """The prior counts that it is an announced check; items that say so again, denials and the law are equal words."""
    equal = {
        "announced-as-check", "growth-denied", "hidden-mobilisation-said", "short-notice-meant",
        "notice-possibly-lawful", "territorial-classes", "end-named", "crowd",
    }  # fmt: skip
    for one in weighed.items:
        judged = next(item for item in case.items if item.id == one.id).likelihood
        assert (len({(each.low, each.high) for each in judged.values()}) == 1) == (one.id in equal | {"first-night"})
        if one.id in equal:
            assert one.diagnosticity == 0 and not one.counted_in


def test_no_two_items_are_counted_as_one(weighed: Weighed) -> None:
    """Equal words and a common origin would make one item of two: here no two are."""
    assert [one.id for one in weighed.items if one.counted_in] == []


def test_one_interview_is_one_origin(evidence: tuple[Evidence, ...]) -> None:
    """Phones taken: six claims of four origins, the interview on three pages among them (timeline: one man's words)."""
    phones = next(one for one in evidence if one.item.id == "phones-taken")
    groups = {one.group: one.claims for one in phones.witnesses}
    assert groups["Latushko"] == ("r045#6", "r061#3", "r071#2") and len(groups) == 4


def test_the_answer_depends_on_the_prior_and_says_so(weighed: Weighed) -> None:
    """Under an even prior another hypothesis leads, and no band lies above one half: reports alone do not decide."""
    even = next(one for one in weighed.priors if one.name == "even")
    assert max(even.answer, key=lambda one: one.median).hypothesis != weighed.leading
    assert max(one.low for one in even.answer) < 0.5
    assert {one.name for one in weighed.priors} > {"without contested cases", "with cases chosen for how they ended"}


def test_worlds_of_a_mobilisation_are_the_rarest_to_fit(evidence: tuple[Evidence, ...]) -> None:
    """As the reason of the item says: its first night is larger than what was told."""
    crowd = next(one for one in evidence if one.item.id == "crowd")
    assert crowd.simulated is not None
    assert min((accepted, name) for name, (accepted, _) in crowd.simulated.items())[1] == "mobilisation"


@pytest.mark.parametrize("report", ["r077", "r045", "r026", "r050"])
def test_a_retraction_changes_only_what_rests_on_it(
    report: str, case: Case, evidence: tuple[Evidence, ...], tmp_path: Path, desk: Desk
) -> None:
    """Without a report each item that named none of its claims is bound to the very same witnesses."""
    named = {one.item.id for one in evidence if any(name.startswith(f"{report}#") for name in one.traces)}
    with opened(tmp_path / "watch", create=True) as other:
        reading = machine_reading(
            WRITTEN, source="west-2026", kept="", zone="", publisher="", owner="unknown", level="unknown"
        )
        other.take("west-2026", reading)
        other.again().decide("retract", report, [], "To see what rests on it.", "test", WRITTEN)
        after = with_worlds(bind(case, other.again()), bundled_worlds(case)[0])
    changed = {
        a.item.id for a, b in zip(evidence, after, strict=True) if (a.witnesses, a.holds) != (b.witnesses, b.holds)
    }
    assert changed and changed <= named


def test_hindsight_is_dated(case: Case) -> None:
    """The case says when it was judged, and no later report can have come in."""
    assert case.written == "2026-11-26" and case.as_of is None
    assert replace(case, written="").written == ""


def test_every_number_of_an_item_traces(evidence: tuple[Evidence, ...], weighed: Weighed, desk: Desk) -> None:
    """Each origin that an item counts leads over its claims to reports that stand, each with an address and a day, or
    why it has none; nothing else speaks for it, and every claim speaks for one origin of the item only."""
    effects = {one.id: one for one in weighed.items}
    for one, traced in zip(evidence, trace(evidence, desk), strict=True):
        rows = {row.id: row for row in traced.rows}
        behind = [name for voice in one.witnesses for name in voice.claims]
        assert len(behind) == len(set(behind)) and set(behind) <= set(one.traces), one.item.id
        assert effects[one.item.id].origins == len(one.witnesses), one.item.id
        for voice in one.witnesses:
            assert {desk.standing.claims[name].report for name in voice.claims} == set(
                voice.reports
            ) or not voice.reports
            for name in voice.claims:
                row = rows[name]
                assert row.stands and row.what and row.address.startswith("http"), name
                assert (row.group, row.grade) == (voice.group, voice.grade)
                assert row.published.known or desk.clock.at(row.report)[1], name
        if one.item.observations:
            named = {c for o in CASE_OBSERVATIONS if o.id in one.item.observations for c in o.claims}
            assert named and named <= set(rows)


def test_the_prior_traces_to_addresses(case: Case) -> None:
    """Each case behind a weight is in the class, with an address; a weight is cases, shared ones in parts, and ½."""
    past = {one["id"]: one for one in map(json.loads, (BUNDLED / "reference-class.jsonl").read_text().splitlines())}
    of = case.prior.cases
    times = {name: sum(name in ids for ids in of.values()) for ids in of.values() for name in ids}
    assert len(times) == 20 and all(past[name]["urls"] for name in times)
    for name, ids in of.items():
        assert case.prior.weights[name] == pytest.approx(0.5 + sum(1 / times[one] for one in ids))


def test_items_that_follow_from_one_another_say_so(case: Case) -> None:
    """Where a reason says “judged given”, the item that it is judged given stands before it in the case."""
    order = [one.id for one in case.items]
    pairs = {
        "wartime-strength": "thousands-in-days",
        "russian-arrivals": "border-quiet",
        "few-russians": "russian-arrivals",
    }
    given = {one.id for one in case.items if "Judged given" in one.why}
    assert given == set(pairs)
    assert all(order.index(first) < order.index(then) for then, first in pairs.items())

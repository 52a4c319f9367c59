"""What weighing says in words: no sentence mixes how probable with how sure; flips, next observations, the course."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from math import log2

import pytest
from benchmarks.weigh_cases import RANGES, case_of, invented, told

from tocsin.assess.answer import Flip, Likely, Weighed
from tocsin.assess.course import course
from tocsin.assess.model import Range, WatchFor, Witness
from tocsin.assess.sentences import likely_sentence, percent
from tocsin.assess.weigh import weigh
from tocsin.assess.words import WORDS, word_of

_SURE = re.compile(r"\b(confiden\w*|reliab\w*|credib\w*|trust\w*|sure|graded?|origins?|well[- ]founded)\b", re.I)
DAY_MS = 86_400_000


def said(group: str, grade: str = "B2", known: int | None = 0) -> Witness:
    """A witness of an origin, known on a day (0 = the first)."""
    return Witness(group, grade, ("c",), ("r",), None if known is None else known * DAY_MS)


def _sentences(found: Weighed) -> Iterator[str]:
    texts = [
        *found.sentences,
        found.grounds.says,
        *found.notes,
        *(one.says for one in found.flips),
        *(one.says for one in found.next),
        *(note for one in found.items for note in (*one.shared, one.why)),
    ]
    for text in texts:
        yield from re.split(r"(?<=[.!?])\s+", text)


@pytest.mark.parametrize("seed", range(5))
def test_no_sentence_mixes_likelihood_and_confidence(seed: int) -> None:
    """No sentence holds both a word of probability and a word on how well founded it is (ICD 203)."""
    found = weigh(*invented(20, 4, 500, seed))
    mixed = 0
    for sentence in _sentences(found):
        probable = any(one.name in sentence for one in WORDS)
        assert not (probable and _SURE.search(sentence)), sentence
        mixed += probable
    assert mixed > 4


def _likely(low: float, median: float, high: float) -> Likely:
    words = (word_of(median), word_of(low), word_of(high))
    return Likely("check", "Routine check", median, low, high, median, *words, 0.5, 0.4, 0.6)


def test_the_answer_in_words() -> None:
    """The sentence of the brief; a band inside one word; the word that needs another verb."""
    assert likely_sentence(_likely(0.52, 0.71, 0.84)) == (
        "Routine check is likely (median 71 %); the range runs from roughly even to very likely (5–95 %: 52 % to 84 %)."
    )
    assert likely_sentence(_likely(0.60, 0.71, 0.75)) == (
        "Routine check is likely (median 71 %); the same holds over the whole range (5–95 %: 60 % to 75 %)."
    )
    assert likely_sentence(_likely(0.002, 0.03, 0.3)).startswith("Routine check has almost no chance (median 3 %); ")


def test_no_probability_reads_as_certainty() -> None:
    """Neither 0 % nor 100 % is ever shown."""
    assert [percent(at) for at in (0.0, 0.004, 0.011, 0.5, 0.989, 0.996, 1.0)] == [
        "under 1 %", "under 1 %", "1 %", "50 %", "99 %", "over 99 %", "over 99 %",
    ]  # fmt: skip


def test_grounds_count_origins_and_grades() -> None:
    """Three origins, one of them unnamed and two graded; the best letter of each counts."""
    words = {"a": "likely", "b": "unlikely"}
    evidence = [
        told("x", words, said("one", "D6"), said("?r7", "F6")),
        told("y", {"a": "unlikely", "b": "likely"}, said("one", "B6"), said("two", "C3")),
        told("z", words),
    ]
    found = weigh(case_of({"a": 1.0, "b": 1.0}, evidence, draws=500), evidence).grounds
    assert (found.items, found.left_out, found.origins, found.graded, found.unnamed) == (2, 1, 3, 2, 1)
    assert dict(found.by_letter) == {"B": 1, "C": 1, "F": 1}
    assert found.says == (
        "The answer rests on 2 items from 3 origins, each counted once; 2 of them are graded."
        " 1 origin may be one that is counted already. 1 item did not go in."
    )


def test_flips_put_first_what_changes_the_lead() -> None:
    """The one strong item leads the list both ways: without it, and turned round, the other hypothesis leads."""
    evidence = [
        told("strong", {"a": "almost certain", "b": "very unlikely"}, said("one", "A1")),
        told("weak", {"a": "likely", "b": "roughly even"}, said("two", "D3")),
    ]
    found = weigh(case_of({"a": 2.0, "b": 4.0}, evidence, draws=4000), evidence)
    assert found.leading == "a"
    assert [(one.item, one.how, one.changes_lead) for one in found.flips[:2]] == [
        ("strong", Flip.TURNS, True), ("strong", Flip.FALLS, True),
    ]  # fmt: skip
    assert found.flips[0].moved > found.flips[1].moved
    assert found.flips[1].says.startswith("If “Thing strong happened” fell away, B would lead, at ")
    assert not any(one.changes_lead for one in found.flips[2:])


def test_an_absence_turned_round_was_seen() -> None:
    """What was not seen does not "turn out not to be so": it was seen after all, and then it speaks as it is judged."""
    absent = told("none", {"a": "almost no chance", "b": "almost certain"}, sort="absence")
    found = weigh(case_of({"a": 1.0, "b": 1.0}, [absent], draws=2000), [absent])
    says = {one.how: one.says for one in found.flips}
    assert says[Flip.TURNS].startswith("If “Thing none happened” was seen after all, B would lead, at ")
    assert says[Flip.FALLS].startswith("If it did not count that “Thing none happened” was not seen, ")


def test_turned_round_is_the_complement() -> None:
    """An item turned round does what the same item with complement ranges does, given the same origin."""
    item = told("x", {"a": "very likely", "b": "unlikely"}, said("one", "A1"))
    found = weigh(case_of({"a": 1.0, "b": 1.0}, [item], draws=8000), [item])
    other = {name: Range(1 - one.high, 1 - one.low) for name, one in item.item.likelihood.items()}
    turned = [replace(item, item=replace(item.item, likelihood=other))]
    plain = weigh(case_of({"a": 1.0, "b": 1.0}, turned, draws=8000), turned)
    flip = next(one for one in found.flips if one.how == Flip.TURNS)
    assert flip.answer[0].median == pytest.approx(plain.answer[0].median, abs=0.02)  # other draws of p


def test_expected_information_by_hand() -> None:
    """Two hypotheses at even odds, p = .9 and .1, all but without spread: 1 - H(.9) = .531 bits; seen half the time."""
    evidence = [told("x", {"a": "likely", "b": "likely"}, said("one"))]
    case = case_of({"a": 1e6, "b": 1e6}, evidence, draws=1000)
    sharp = {"a": Range(0.8999, 0.9001), "b": Range(0.0999, 0.1001)}
    dull = {"a": RANGES["likely"], "b": RANGES["likely"]}
    ahead = (WatchFor("dull", "Nothing new.", "there", dull), WatchFor("sharp", "It ends.", "there", sharp))
    first, second = weigh(replace(case, watch_for=ahead), evidence).next
    assert (first.id, second.id) == ("sharp", "dull")
    assert first.bits == pytest.approx(1 + 0.9 * log2(0.9) + 0.1 * log2(0.1), abs=0.002)
    assert first.bits_low <= first.bits <= first.bits_high
    assert second.bits == pytest.approx(0.0, abs=1e-12)
    assert first.seen == pytest.approx(0.5, abs=0.002) and first.seen_word == "roughly even"
    assert first.if_seen[0].median == pytest.approx(0.9, abs=0.002)
    assert first.if_not[0].median == pytest.approx(0.1, abs=0.002)
    assert (first.leading_if_seen, first.leading_if_not) == ("a", "b")
    assert second.if_seen[0].median == pytest.approx(second.if_not[0].median, abs=0.001)  # drawn again: other points


def test_the_course_ends_at_the_answer() -> None:
    """A point a day with a new witness; what has no date, and an absence, at the last only, which is the answer."""
    words = {"a": "very likely", "b": "unlikely"}
    evidence = [
        told("one", words, said("g1", known=1), said("g2", known=3)),
        told("two", {"a": "unlikely", "b": "likely"}, said("g1", known=2)),
        told("undated", {"a": "likely", "b": "unlikely"}, said("g4", known=None)),
        told("absent", {"a": "unlikely", "b": "very likely"}, sort="absence"),
    ]
    case = replace(case_of({"a": 2.0, "b": 1.0}, evidence, draws=2000), as_of=9 * DAY_MS)
    points = course(case, evidence)
    assert [one.day for one in points] == ["1970-01-02", "1970-01-03", "1970-01-04", "1970-01-10"]
    assert [one.new for one in points] == [("one",), ("two",), ("one",), ("absent", "undated")]
    assert points[-1].items == ("absent", "one", "two", "undated")
    assert points[-1].answer == weigh(case, evidence).answer
    early = [replace(evidence[0], witnesses=evidence[0].witnesses[:1])]
    assert points[0].answer[0].median == pytest.approx(weigh(case, early).answer[0].median, abs=1e-12)


def test_the_course_of_a_case_without_dates_is_one_point() -> None:
    """Where nothing is dated, there is the answer and no day."""
    evidence = [told("x", {"a": "likely", "b": "unlikely"}, said("g", known=None))]
    (point,) = course(case_of({"a": 1.0, "b": 1.0}, evidence, draws=500), evidence)
    assert (point.at, point.day, point.items) == (None, "", ("x",))


def test_as_json_is_plain() -> None:
    """Results are plain lists, numbers and texts for programs, all the way down."""
    plain = weigh(*invented(6, 3, 200, 1)).as_json()

    def check(value: object) -> None:
        assert value is None or isinstance(value, (dict, list, str, int, float, bool)), value
        for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            check(part)

    check(plain)
    assert {"answer", "items", "flips", "next", "grounds", "priors", "carries"} <= set(plain)

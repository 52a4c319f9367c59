"""Equal texts: one link for each later copy, to the eldest, whichever order they come in and whoever is taken back."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.watch.likeness_texts import OTHER, QUOTING, RETOLD, SUMMONS, made

from tocsin.watch import Bounds, Claim, Decision, Link, Report, Store, standing
from tocsin.watch.likeness import clusters, links, relate, relate_all
from tocsin.watch.standing import after

COPIES = [
    made(name, SUMMONS + "!" * n, day=20_000 + day)
    for n, (name, day) in enumerate(zip("abcd", (3, 1, 2, 1), strict=True))
]
"""Of one text: b and d are the eldest, of one day, and b has the smaller id."""
AROUND = [made("x", RETOLD, day=20_000), made("y", QUOTING, day=20_002), made("z", OTHER, day=20_001)]


def pairs(found: list[Link]) -> list[tuple[str, str, str]]:
    """Kind and ends."""
    return [(one.kind, one.first, one.second) for one in found]


def test_a_star_by_hand() -> None:
    """Three later copies have one link each to b; what quotes or retells the text is tied to b alone."""
    assert pairs(relate_all(COPIES)) == [("copy-of", name, "b") for name in "acd"]
    assert pairs(relate_all([*COPIES, *AROUND])) == [
        ("copy-of", "a", "b"),
        ("same-as", "b", "x"),
        ("copy-of", "c", "b"),
        ("copy-of", "d", "b"),
        ("part-of", "y", "b"),
    ]


def test_every_order_gives_the_same_star(tmp_path: Path) -> None:
    """All 24 orders of three copies and one who retells, one by one: an elder copy that comes later takes the links."""
    reports = [*COPIES[:3], AROUND[0]]
    expected = relate_all(reports)
    for number, order in enumerate(permutations(reports)):
        with Store.open(tmp_path / str(number), create=True) as store:
            for one in order:
                store.add([(one, ())])
                found = relate(store, [one.id])
                assert found == [link for link in store.links() if one.id in (link.first, link.second)]
            assert store.links() == expected


@settings(deadline=None, max_examples=25)
@given(st.permutations([*COPIES, *AROUND, made("e", RETOLD.upper(), day=19_999)]), st.integers(1, 8), st.booleans())
def test_batches_and_repeats_give_the_same_star(
    tmp_path_factory: pytest.TempPathFactory, order: list[Report], size: int, again: bool
) -> None:
    """Two stars that meet, in any batches, each related twice or once."""
    with Store.open(tmp_path_factory.mktemp("store"), create=True) as store:
        for start in range(0, len(order), size):
            batch = order[start : start + size]
            store.add((one, ()) for one in batch)
            for _ in range(1 + again):
                relate(store, [one.id for one in batch])
        assert store.links() == relate_all(order)


@pytest.mark.parametrize("before", [0, 20])
def test_the_bulk_way_moves_links_too(before: int, tmp_path: Path) -> None:
    """A batch of 250 that brings an elder copy to a star that is filed: its links move, also those to others."""
    old = [*AROUND[:2], *(made(f"old{n}", SUMMONS, day=20_001) for n in range(before))]
    new = [made("elder", SUMMONS, day=19_000)]
    new += [made(f"n{n:03}", f"{OTHER} Номер {n} и слово {n}", day=20_000) for n in range(links._MANY)]
    with Store.open(tmp_path, create=True) as store:
        for batch in (old, new):
            store.add((one, ()) for one in batch)
            relate(store, [one.id for one in batch])
        assert store.links() == relate_all([*old, *new])
        assert ("part-of", "y", "elder") in pairs(store.links())


@pytest.mark.parametrize("text", [SUMMONS, "Повестка завтра утром, Гродно", "Спасибо"])
def test_ten_thousand_equal_posts_make_as_many_links(text: str, tmp_path: Path) -> None:
    """10,000 equal posts: 9,999 links (none of a text of one word), not 50 million; one more makes one more."""
    count = 10_000
    reports = [made(f"r{n:05}", text, day=20_000 + n // 100) for n in range(count)]
    expected = 0 if text == "Спасибо" else count - 1
    assert len(relate_all(reports)) == expected
    with Store.open(tmp_path, create=True) as store:
        store.add((one, ()) for one in reports)
        relate(store, [one.id for one in reports])
        assert len(store.links()) == expected
        for n in range(20):
            store.add([(made(f"s{n}", text, day=21_000), ())])
            assert len(relate(store, [f"s{n}"])) == (expected > 0)


def test_retracting_the_eldest_leaves_the_copies_together(tmp_path: Path) -> None:
    """The next eldest inherits the links; confirmed again, all is as it was; a copy that goes takes its link only."""
    with Store.open(tmp_path, create=True) as store:
        store.add((one, ()) for one in [*COPIES, *AROUND])
        relate(store, [one.id for one in [*COPIES, *AROUND]])
        store.decide(1, "analyst", "retract", "b", {}, "a forgery")
        left = standing(store)
        assert list(left.links) == relate_all([one for one in [*COPIES, *AROUND] if one.id != "b"])
        assert clusters(left.reports, left.links, kinds=("copy-of",))[0] == ("a", "c", "d")
        store.decide(2, "analyst", "retract", "d", {}, "a forgery")
        assert list(standing(store).links) == relate_all([COPIES[0], COPIES[2], *AROUND])
        store.decide(3, "analyst", "confirm", "b", {}, "no forgery")
        store.decide(4, "analyst", "confirm", "d", {}, "no forgery")
        assert list(standing(store).links) == store.links()


def test_who_was_parted_by_a_person_stays_parted_when_links_move() -> None:
    """Unlinked from the eldest: after an elder copy came, or the eldest was retracted, the pair is not tied anew."""
    reports = [*COPIES, *AROUND]
    elder = made("0", SUMMONS, day=19_000)
    apart = [
        Decision(1, 1, "analyst", "unlink", "b ~ x", {"kind": "same-as"}, "another town"),
        Decision(2, 2, "analyst", "unlink", "a ~ b", {"kind": "copy-of"}, "a form, filled in by two"),
    ]
    for more, gone in (([], []), ([elder], []), ([], [Decision(3, 3, "analyst", "retract", "b", {}, "a forgery")])):
        found = after([*reports, *more], (), (), relate_all([*reports, *more]), [*apart, *gone]).links
        assert not [one for one in found if "x" in (one.first, one.second)]
        assert not [one for one in found if one.kind == "copy-of" and one.first == "a"]
        assert [one for one in found if one.kind == "copy-of" and one.first == "c"]
    back = Decision(4, 4, "analyst", "link", "b ~ x", {"kind": "same-as"}, "the same town after all")
    assert ("same-as", "b", "x") in pairs(list(after(reports, (), (), relate_all(reports), [*apart, back]).links))


def test_coded_summaries_make_no_star() -> None:
    """Equal summaries of coders are tied pair by pair, as before: they are no copies."""
    reports = [replace(Report(name, name, "coded", publisher=name), published=Bounds(0, 86_399_999)) for name in "abc"]
    told = "Fathers of many children are summoned in Grodno with less than one day of notice."
    claims = [Claim(f"{name}#1", name, 1, "asserts", "notice-time", what=told) for name in "abc"]
    assert pairs(relate_all(reports, claims)) == [("same-as", *pair) for pair in ("ab", "ac", "bc")]

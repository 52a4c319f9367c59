"""Pairs of claims: likeness of words, places by the gazetteer, what keeps apart, and who speaks for the state."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.watch.west_2026 import west

from tocsin.watch.ledger import official, theme_of
from tocsin.watch.ledger.lines import voice_of
from tocsin.watch.ledger.meeting import fits, whole_country
from tocsin.watch.ledger.pairing import Pairing
from tocsin.watch.likeness import claim_origins
from tocsin.watch.likeness.compare import Shape, like
from tocsin.watch.likeness.letters import likeness, likenesses
from tocsin.watch.likeness.shingles import cut
from tocsin.watch.model import Bounds, Claim

SENTENCES = sorted({one.what for one in west().claims.values()})
WORDS = st.lists(st.sampled_from(["позва", "Гродна", "summons", "at", "08:00", "reservists", ""]), max_size=8)


@given(st.lists(WORDS.map(" ".join), min_size=1, max_size=6))
@settings(max_examples=40, deadline=None)
def test_one_likeness(texts: list[str]) -> None:
    """Pair by pair and all at once give the same, to the six places that are kept."""
    rows = np.array(list(likenesses(texts)))
    assert rows.shape == (len(texts), len(texts))
    for at, one in enumerate(texts):
        assert rows[at].tolist() == pytest.approx([likeness(one, other) for other in texts], abs=1e-6)


def test_sentences_are_measured_as_texts_are() -> None:
    """The score of two summaries is that of two texts (`compare.like`), and an equal sentence has 1."""
    first, second = SENTENCES[10], SENTENCES[11]
    made = cut([first, second])
    shapes = [Shape(one.words, one.digest, len(one.grams), len(one.shingles)) for one in made]
    shared = len(np.intersect1d(made[0].grams, made[1].grams))
    assert likeness(first, second) == like(*shapes, shared)
    assert likeness(first, first) == pytest.approx(1.0)


def test_three_words_are_like_nothing() -> None:
    """Too few words to tell: not even like themselves."""
    assert likeness("Phones were taken", "Phones were taken") == 0.0


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        ("Grodno", "Grodno region", True),
        ("Slonim", "Belarus", True),
        ("Grodno", "Slonim", False),
        ("Vitebsk region", "Grodno", False),
        ("Baranovichi, Lyakhovichi (Brest region)", "Lyakhovichi", True),
        # Nobody has drawn which regions are western, and a brigade has no place in the table.
        ("western regions of Belarus", "Grodno region", None),
        ("19th Mechanised Brigade", "Grodno", None),
        ("gathering points", "Grodno", None),
        ("", "Grodno", None),
    ],
)  # fmt: skip
def test_places_fit_by_the_gazetteer(first: str, second: str, told: bool | None) -> None:
    """One may be, hold or lie in the other; what the gazetteer does not know keeps nothing apart."""
    assert fits(first, second) is told
    assert fits(second, first) is told


def test_a_country_alone_says_little() -> None:
    """Only what is no more than the country is left out of titles."""
    assert whole_country("all districts of Belarus") and not whole_country("Grodno") and not whole_country("")


@pytest.mark.parametrize("theme", ["called-up", "wartime-strength", "a-day", "stock", "released", "began"])
def test_what_keeps_apart_keeps_both_ways(theme: str) -> None:
    """Each row of a pairing says of a pair what the other's row says; nothing is apart from itself."""
    standing = west()
    claims = [one for _, one in sorted(standing.claims.items()) if theme_of(one).id == theme]
    pairing = Pairing(claims, claim_origins(standing), fits)
    apart = np.array([pairing.apart(at) for at in range(len(claims))])
    score = np.array([pairing.score(at) for at in range(len(claims))])
    assert len(claims) > 1 and (apart == apart.T).all() and (score == score.T).all()
    assert not apart.diagonal().any() and score.min() >= 0.4 and score.max() <= 0.9 + 1e-9


@given(st.tuples(*[st.none() | st.integers(0, 20)] * 4))
@settings(max_examples=50, deadline=None)
def test_days_apart_are_counted_from_end_to_begin(ends: tuple[int | None, ...]) -> None:
    """Rows of a pairing keep apart what lies more than the theme's ten days apart for sure, pair by pair."""
    day = 86_400_000
    times = [Bounds(*(None if one is None else one * day for one in pair)) for pair in _pairs(ends)]
    claims = [Claim(f"r{n}#1", f"r{n}", 1, "asserts", "waiting", when=when) for n, when in enumerate(times)]
    assert bool(Pairing(claims, {}, fits).apart(0)[1]) is (_apart_ms(*times) > 10 * day)


def _apart_ms(first: Bounds, second: Bounds) -> int:
    """How far apart two times are for sure; 0 where they may meet."""
    gaps = [
        low.least - high.most
        for low, high in ((first, second), (second, first))
        if low.least is not None and high.most is not None
    ]
    return max([0, *gaps])


def _pairs(ends: tuple[int | None, ...]) -> list[tuple[int | None, int | None]]:
    found = [ends[:2], ends[2:]]
    return [(low, high) if low is None or high is None or low <= high else (high, low) for low, high in found]


def test_a_state_is_one_origin_and_many_voices() -> None:
    """Volfovich and Khrenin count once and make two statements; one man on two pages is one voice."""
    standing = west()
    groups = claim_origins(standing)
    volfovich, khrenin, again = (standing.claims[one] for one in ("r001#1", "r014#2", "r022#1"))
    assert groups[volfovich.id] == groups[khrenin.id]
    assert voice_of(groups, volfovich) != voice_of(groups, khrenin)
    assert voice_of(groups, volfovich) == voice_of(groups, again)


def test_who_speaks_officially() -> None:
    """The state's people, offices and media wherever they are retold; not offices that answer a phone, nor others."""
    standing = west()
    said = {name: official(one, standing.reports[one.report]) for name, one in standing.claims.items()}
    assert all(said[one] for one in ("r023#1", "r025#2", "r016#1", "r059#1", "r060#5", "r007#2"))
    assert not any(said[one] for one in ("r057#2", "r045#1", "r050#1", "r069#1", "r079#1"))

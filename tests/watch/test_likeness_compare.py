"""Two texts: equal, nearly equal, a part, alike or neither; floors and thresholds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.watch.likeness_texts import OTHER, QUOTING, RETOLD, SUMMONS, made

from tocsin.watch import Link
from tocsin.watch.likeness import FLOOR, Shape, judge, like, relate_all
from tocsin.watch.likeness.compare import COPY, LIKE, LIKE_MODEL
from tocsin.watch.likeness.letters import overlaps
from tocsin.watch.likeness.minhash import terms
from tocsin.watch.likeness.shingles import PASSAGE, cut, plain


def tie(first: str, second: str) -> Link | None:
    """What ties two texts, the first published a day after the second."""
    found = relate_all([made("a", first, day=20_001), made("b", second)])
    assert len(found) <= 1, "a pair has one link"
    return found[0] if found else None


def test_equal_words_are_a_confirmed_copy_of_the_elder() -> None:
    """Case, ё, signs and spaces do not matter; the younger (a) is the copy of the elder (b)."""
    found = tie(SUMMONS.upper().replace(".", " !!"), SUMMONS.replace("идёт", "идет"))
    assert found == Link("copy-of", "a", "b", 1.0, "confirmed", "digest")


def test_few_changed_words_are_a_copy() -> None:
    """Two words of 29 changed: of 27 runs of three words 22 stay, 22 / 32 = .69: a copy, under the second threshold."""
    found = tie(SUMMONS.replace("сообщают", "пишут").replace("трогали", "звали"), SUMMONS)
    assert found is not None
    assert (found.kind, found.state, found.by) == ("copy-of", "suggested", "minhash")
    assert COPY[0] <= found.score < COPY[1]


def test_a_quoted_passage_is_a_part() -> None:
    """Two sentences of the one stand whole in the other, which has three more of its own."""
    found = tie(QUOTING, SUMMONS)
    assert found is not None
    assert (found.kind, found.first, found.second, found.by) == ("part-of", "a", "b", "minhash")


def test_a_channels_standing_lines_make_no_part() -> None:
    """Nine shared runs of 20 are .45, a part between two publishers; one channel says its own lines under each post."""
    one, other = (Shape(22, digest, 90, 20, "ru", publisher) for digest, publisher in ((1, "x"), (2, "y")))
    found = judge(one, other, 10, 9)
    assert found is not None
    assert (found.kind, found.score) == ("part-of", 0.45)
    assert judge(one, replace(other, publisher="x"), 10, 9) is None
    assert judge(replace(one, publisher=""), replace(other, publisher=""), 10, 9) == found


def test_other_words_for_the_same_are_suggested_alike() -> None:
    """The same story in another order: no copy, above the first threshold of letters, below the second."""
    found = tie(RETOLD, SUMMONS)
    assert found is not None
    assert (found.kind, found.state, found.by) == ("same-as", "suggested", "tfidf")
    assert LIKE[0] <= found.score < LIKE[1]


def test_other_things_are_not_tied() -> None:
    """A metro station and a call-up share no more than common words."""
    assert tie(OTHER, SUMMONS) is None


@pytest.mark.parametrize(("words", "state"), [(3, None), (4, "suggested"), (7, "suggested"), (8, "confirmed")])
def test_short_texts_match_only_when_equal(words: int, state: str | None) -> None:
    """Under four words nothing matches, under the floor of eight an equal text is only suggested."""
    text = " ".join(["повестка", "завтра", "утром", "Гродно", "военкомат", "срочно", "все", "пришли"][:words])
    found = tie(text, text + "!")
    assert (found.state if found else None) == state
    assert FLOOR == 8


def test_under_the_floor_nearly_equal_is_nothing() -> None:
    """Seven words, six of them the same."""
    text = "Повестка завтра утром в Гродно срочно всем"
    assert tie(text, text.replace("утром", "вечером")) is None


@pytest.mark.parametrize(
    ("shared", "near", "state"),
    [(39, None, None), (40, None, "suggested"), (85, None, "confirmed"), (20, 0.80, None), (60, 0.95, "suggested"),
     (100, 1.0, "confirmed")],
)  # fmt: skip
def test_thresholds(shared: int, near: float | None, state: str | None) -> None:
    """Of 100 grams each, the cosine is the share; with the model the mean of (.6−.13)/.87 and (.95−.8)/.2 is .645."""
    one, other = (Shape(50, digest, 100, 48, "ru") for digest in (1, 2))
    found = judge(one, other, shared, 0, near)
    assert (found.state if found else None) == state
    assert LIKE == (0.40, 0.85)
    assert LIKE_MODEL == (0.45, 0.85)


def test_of_two_languages_the_model_alone_is_asked_and_never_confirms() -> None:
    """A cosine of .94 is (.94 − .80) / .20 = .7; letters of two alphabets share nothing and must not weigh."""
    one, other = Shape(50, 1, 100, 48, "ru"), Shape(50, 2, 100, 48, "en")
    assert like(one, other, 0, 0.94) == pytest.approx(0.7)
    found = judge(one, other, 0, 0, 0.999)
    assert found is not None
    assert (found.state, found.by) == ("suggested", "model")
    assert judge(one, other, 0, 0, None) is None


def test_a_coders_words_are_no_copy_and_never_confirmed() -> None:
    """Equal summaries of one coder say that two pages tell the same, not that one took it from the other."""
    one, other = (Shape(20, 7, 90, 18, "en", coded=True) for _ in range(2))
    found = judge(one, other, 90, 18)
    assert found is not None
    assert (found.kind, found.state) == ("same-as", "suggested")


def test_one_publishers_posts_must_be_more_alike() -> None:
    """.64 of the letters ties two channels' posts, and not two posts of one channel."""
    one, other = (Shape(50, digest, 100, 48, "ru", publisher) for digest, publisher in ((1, "x"), (2, "y")))
    assert judge(one, other, 64, 0) is not None
    assert judge(one, replace(other, publisher="x"), 64, 0) is None
    assert judge(one, replace(other, publisher="x"), 65, 0) is not None


def test_a_channels_signature_is_no_part_of_a_text() -> None:
    """Lines at the end with a handle, an address or a call to subscribe go; the first line and others never do."""
    assert plain("Повестки в Гродно\n\nПодписаться: @canal\nhttps://t.me/canal\n") == "повестки в гродно"
    assert plain("Пишите @canal") == "пишите canal"
    assert plain("Пишите @canal\nПовестки в Гродно") == "пишите canal повестки в гродно"


def test_plain_text_is_words_alone() -> None:
    """NFKC makes ligatures and wide letters plain; ё is е; signs go."""
    assert plain("  Ёлка — «ﬁre», №7!\n") == "елка fire no7"


def test_sets_by_hand() -> None:
    """Of `abcde fg` the runs of four are ␣abc abcd bcde cde␣ ␣fg␣: five; one word is long enough for a stem."""
    found = cut(["Abcde, fg"])[0]
    assert (found.words, len(found.grams), len(found.shingles), len(found.stems)) == (2, 5, 0, 1)


@pytest.mark.parametrize("text", ["", " ", "!?", "я", "\ud800", "😀 😀", "שלום עולם", "a" * 200_000, "\x00 слово"])
def test_odd_texts_are_cut(text: str) -> None:
    """Nothing that can be captured fails, alone or among others, and none is tied to an ordinary text."""
    assert len(cut([text, SUMMONS, text])) == 3
    assert relate_all([made("a", text), made("b", SUMMONS)]) == []


def test_what_a_text_gives_depends_on_it_alone() -> None:
    """Cut alone or within a batch of others, a text gives the same sets and terms."""
    texts = [SUMMONS, "", RETOLD, "кратко", QUOTING, OTHER]
    together = cut(texts)
    for text, one, filed in zip(texts, together, terms(together, FLOOR), strict=True):
        alone = cut([text])
        assert (alone[0].digest, alone[0].words) == (one.digest, one.words)
        for name in ("grams", "shingles", "stems", "fingerprints"):
            assert np.array_equal(getattr(alone[0], name), getattr(one, name)), name
        assert np.array_equal(terms(alone, FLOOR)[0], filed)


WORD = st.text(st.sampled_from("абвгдежз"), min_size=1, max_size=9)


@settings(deadline=None, max_examples=50)
@given(st.lists(WORD, max_size=40), st.lists(WORD, max_size=40), st.lists(WORD, min_size=PASSAGE, max_size=20))
def test_a_shared_passage_of_ten_words_is_always_found(before: list[str], after: list[str], passage: list[str]) -> None:
    """Winnowing promises a common fingerprint for every passage of run + window − 1 = 5 + 6 − 1 words."""
    one, other = cut([" ".join(before + passage), " ".join(passage + after)])
    assert np.intersect1d(one.fingerprints, other.fingerprints).size
    assert PASSAGE == 10


@settings(deadline=None, max_examples=50)
@given(st.lists(st.sets(st.integers(0, 40)), min_size=2, max_size=6))
def test_overlaps_are_counts_of_common_numbers(sets: list[set[int]]) -> None:
    """The same as Python's own sets say."""
    arrays = [np.array(sorted(one), np.uint32) for one in sets]
    assert overlaps(arrays[0], arrays[1:]).tolist() == [len(sets[0] & other) for other in sets[1:]]

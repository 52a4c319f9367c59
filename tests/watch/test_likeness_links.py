"""Links in a store and in bulk: the same, in any order, with or without any report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.watch.likeness_texts import OTHER, QUOTING, RETOLD, SUMMONS, made

from tocsin.errors import WatchError
from tocsin.watch import Bounds, Claim, Decision, Link, Report, Span, Store, Suggestion, standing
from tocsin.watch.likeness import Sentences, clusters, index, links, model_of, open_model, relate, relate_all, sentences
from tocsin.watch.likeness.subjects import subjects
from tocsin.watch.standing import after

TEXTS = (SUMMONS, SUMMONS.upper(), RETOLD, QUOTING, OTHER, OTHER.replace("мая", "июня"), "Повестка завтра утром", "")
REPORTS = [made(f"r{n}", text, day=20_000 + n % 3) for n, text in enumerate(TEXTS * 2)]


def stored(folder: Path, batches: Sequence[Sequence[Report]], model: Sentences | None = None) -> list[Link]:
    """Links of a store into which reports came in batches."""
    with Store.open(folder, create=True) as store:
        for batch in batches:
            store.add((one, ()) for one in batch)
            relate(store, [one.id for one in batch], model)
        return store.links()


@settings(deadline=None, max_examples=20)
@given(st.permutations(REPORTS), st.integers(1, len(REPORTS)))
def test_order_of_intake_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, order: list[Report], size: int
) -> None:
    """In any order and any batches the store holds the links that the bulk way finds."""
    batches = [order[start : start + size] for start in range(0, len(order), size)]
    found = stored(tmp_path_factory.mktemp("store"), batches)
    assert found == relate_all(REPORTS)
    assert found == relate_all(order)
    assert {one.kind for one in found} == {"copy-of", "part-of", "same-as"}


@settings(deadline=None, max_examples=30)
@given(st.lists(st.sampled_from(REPORTS), unique_by=lambda one: one.id, max_size=12))
def test_without_some_reports_are_the_links_without_them(gone: list[Report]) -> None:
    """Retracting reports leaves the links that the others have without them: an eldest copy's place is inherited."""
    decided = [Decision(n, n, "analyst", "retract", one.id, {}, "taken back") for n, one in enumerate(gone, 1)]
    left = after(REPORTS, (), (), relate_all(REPORTS), decided)
    assert list(left.links) == relate_all([one for one in REPORTS if one not in gone])


def test_a_retracted_report_takes_its_links_along(tmp_path: Path) -> None:
    """What stands after a retraction has the links of the other reports."""
    stored(tmp_path, [REPORTS])
    with Store.open(tmp_path) as store:
        store.decide(1, "analyst", "retract", "r0", {}, "taken back by its author")
        assert list(standing(store).links) == relate_all([one for one in REPORTS if one.id != "r0"])


def test_related_again_is_the_same(tmp_path: Path) -> None:
    """Links are put in the place of those found before; what people and other finders said stays."""
    first = stored(tmp_path, [REPORTS])
    with Store.open(tmp_path) as store:
        other = Link("contradicts", "r0", "r4", 1.0, "suggested", "rules")
        store.put_links([other])
        assert relate(store, [one.id for one in REPORTS]) == first
        assert [one for one in store.links() if one.by != "rules"] == first
        assert other in store.links()


@pytest.mark.parametrize("before", [0, 30])
def test_many_at_once_take_the_compiled_way(before: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A batch of 200 reports goes the bulk way, after none or after 30 others; forbidding it changes no link."""
    many = [made(f"m{n:03}", f"{TEXTS[n % 6]} {n % 7}") for n in range(before + links._MANY)]
    batches = [many[:before], many[before:]]
    first = stored(tmp_path / "bulk", batches)
    monkeypatch.setattr(links, "_MANY", 10**9)
    assert first == stored(tmp_path / "single", batches) == relate_all(many)
    assert first


def test_a_known_place_and_fortnight_bring_reports_together(tmp_path: Path) -> None:
    """Small words in another order share neither stem nor passage: only one town within a week makes them meet."""
    words = ["дом", "сад", "лес", "луг", "мост", "путь", "мир", "год", "час", "раз", "два", "три"]
    reports = [made("a", " ".join(words)), made("b", " ".join(words[::-1]), day=20_007)]
    town = [
        Suggestion(f"{name}@place", name, "place", Span(0, 1), "Гродно", {"id": "627904", "sort": "town"})
        for name in ("a", "b")
    ]
    assert relate_all(reports) == []
    found = relate_all(reports, (), town)
    assert [(one.kind, one.score) for one in found] == [("same-as", 1.0)]
    with Store.open(tmp_path, create=True) as store:
        for report, place in zip(reports, town, strict=True):
            store.add([(report, ())])
            store.put_suggestions([place])
            relate(store, [report.id])
        assert store.links() == found


def test_coded_reports_are_compared_by_what_they_tell(tmp_path: Path) -> None:
    """Summaries of claims are compared, within days of each other; the link is suggested and no copy."""
    day = Bounds(0, 86_399_999)
    reports = [Report(name, name, "coded", publisher=name, published=day) for name in ("a", "b")]
    told = "Fathers of many children are summoned in Grodno with less than one day of notice."
    claims = [Claim(f"{name}#1", name, 1, "asserts", "notice-time", what=told) for name in ("a", "b")]
    found = relate_all(reports, claims)
    assert [(one.kind, one.state, one.score) for one in found] == [("same-as", "suggested", 1.0)]
    with Store.open(tmp_path, create=True) as store:
        for report, claim in zip(reports, claims, strict=True):
            store.add([(report, [claim])])
            relate(store, [report.id])
        assert store.links() == found


def test_a_captured_title_without_text_is_no_coders_word() -> None:
    """A feed that gives titles alone is compared by them as by any captured words: equal ones are copies."""
    title = "В Гродно вызывают мужчин на сборы за день до явки"
    reports = [replace(made(name, ""), title=title) for name in ("a", "b")]
    assert [(one.kind, one.state) for one in relate_all(reports)] == [("copy-of", "confirmed")]


def line(channel: int, n: int) -> str:
    """A post of its own words with a standing line of 13 words in the middle."""
    drawn = [(n * 40 + step + 1) * 2_654_435_761 % 2**30 for step in range(40)]
    words = ["".join(chr(ord("а") + (value >> 5 * place) % 32) for place in range(6)) for value in drawn]
    footer = "Пішыце нам пра ўсё што бачылі ў сваім горадзе мы чытаем кожны ліст"
    return f"{' '.join(words[:20])} {footer} {' '.join(words[20:])} {channel}"


def test_a_standing_line_does_not_bring_a_channels_posts_together(tmp_path: Path) -> None:
    """Of 60 posts of one channel with one line in each, no two are compared; of two channels they are, by it."""
    reports = [replace(made(f"m{n:02}", line(1, n)), publisher="channel") for n in range(60)]
    other = made("other", line(2, 500))
    cuts = subjects([*reports, other])
    with Store.open(tmp_path, create=True) as store:
        store.add((one, ()) for one in [*reports, other])
        relate(store, [one.id for one in [*reports, other]])
        assert len(index.met(store, cuts[5], model=False)) <= 3
        assert len(index.met(store, cuts[-1], model=False)) == 60
        assert store.links() == relate_all([*reports, other])


def test_a_channel_that_quotes_itself_is_found(tmp_path: Path) -> None:
    """A short post that stands whole in a long one of the same channel is a confirmed part of it, one by one too."""
    words = OTHER.split()
    short = replace(made("a", " ".join(words[:20])), publisher="channel")
    long = replace(made("b", f"{SUMMONS} {' '.join(words[:20])} {RETOLD}", day=20_001), publisher="channel")
    assert [(one.kind, one.first, one.state) for one in relate_all([short, long])] == [("part-of", "b", "confirmed")]
    with Store.open(tmp_path, create=True) as store:
        for one in (short, long):
            store.add([(one, ())])
            relate(store, [one.id])
        assert store.links() == relate_all([short, long])


@settings(deadline=None, max_examples=25)
@given(st.permutations([replace(one, publisher="channel") for one in REPORTS]), st.integers(1, len(REPORTS)))
def test_within_one_publisher_too_order_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, order: list[Report], size: int
) -> None:
    """The same for a channel's own posts, of which fewer are compared."""
    batches = [order[start : start + size] for start in range(0, len(order), size)]
    assert stored(tmp_path_factory.mktemp("store"), batches) == relate_all(order)


def test_clusters_join_what_links_join() -> None:
    """a–b and b–c are one group by confirmed links; the suggested c–d joins only where it is asked for."""
    ties = [
        Link("copy-of", "b", "a", 1, "confirmed", "digest"),
        Link("part-of", "c", "b", 1, "confirmed", "minhash"),
        Link("same-as", "c", "d", 0.5, "suggested", "tfidf"),
        Link("contradicts", "a", "e", 1, "confirmed", "rules"),
    ]
    assert clusters("edcba", ties) == [("a", "b", "c"), ("d",), ("e",)]
    assert clusters("edcba", ties, states=("confirmed", "suggested")) == [("a", "b", "c", "d"), ("e",)]


class Toy:
    """A stand-in for the model: two topics, told by one word."""

    def query(self, text: str) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
        """The topic's axis."""
        return np.array([1, 0] if "Grodno" in text or "Гродно" in text else [0, 1], np.float32)


def test_with_a_model_other_languages_are_found_in_any_order(tmp_path: Path) -> None:
    """A Russian and an English text of one day, of one topic by the model: suggested, by model, in each order."""
    reports = [
        made("a", SUMMONS),
        made("b", "Men in Grodno are summoned to camps with a day of notice only", language="en"),
        made("c", "A new metro station will be opened on the third line in summer", language="en"),
    ]
    model = Sentences(Toy())
    found = relate_all(reports, model=model)
    assert [(one.first, one.second, one.kind, one.state, one.by) for one in found] == [
        ("a", "b", "same-as", "suggested", "model")
    ]
    for number, order in enumerate((reports, reports[::-1])):
        assert stored(tmp_path / str(number), [[one] for one in order], model) == found
    assert relate_all(reports) == []


def test_one_store_never_mixes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first relate decides; later ones with another score are refused, and nothing is changed."""
    reports = [made("a", SUMMONS), made("b", "Men in Grodno are summoned to camps with a day of notice", language="en")]
    model = Sentences(Toy())
    with Store.open(tmp_path / "plain", create=True) as store:
        assert relate(store, ["nobody"], model) == [], "nothing was related, so nothing is decided"
        store.add((one, ()) for one in reports)
        assert relate(store, ["a", "b"]) == []
        with pytest.raises(WatchError, match="related by letters alone"):
            relate(store, ["a"], model)
        assert model_of(store) is None
        with pytest.raises(WatchError, match="begun without the sentence model"):
            model_of(store, wanted=True)
    monkeypatch.setattr(sentences, "open_model", lambda: (model, ""))
    with Store.open(tmp_path / "model", create=True) as store:
        store.add((one, ()) for one in reports)
        assert model_of(store) is None and model_of(store, wanted=True) is model
        first = relate(store, ["a", "b"], model)
        assert first == relate_all(reports, model=model) != []
        store.add([(made("c", SUMMONS), ())])
        with pytest.raises(WatchError, match=r"extra tocsin\[model\]"):
            relate(store, ["c"])
        assert store.links() == first and model_of(store) is model
        monkeypatch.setattr(sentences, "open_model", lambda: (None, "not installed"))
        with pytest.raises(WatchError, match=r"extra tocsin\[model\]"):
            model_of(store)


def test_a_store_without_a_vector_gets_it(tmp_path: Path) -> None:
    """A report whose vector is not filed yet is given one when it is met."""
    reports = [made("a", SUMMONS), made("b", "Men in Grodno are summoned to camps with a day of notice", language="en")]
    model = Sentences(Toy())
    with Store.open(tmp_path, create=True) as store:
        store.add((one, ()) for one in reports)
        relate(store, ["a", "b"], model)
        store.connection.execute("UPDATE features SET vector = NULL")
        assert relate(store, ["a"], model) == relate_all(reports, model=model) != []


def test_a_machine_without_the_model_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not installed, or of another release than was measured: no model, and one sentence."""

    def absent(name: str) -> str:
        raise sentences.PackageNotFoundError(name)

    monkeypatch.setattr(sentences, "version", absent)
    assert open_model() == (None, "The sentence model is not installed (extra `model`); likeness is by letters alone.")
    monkeypatch.setattr(sentences, "version", lambda name: "9.9")
    assert open_model()[0] is None
    assert "9.9" in open_model()[1]


def test_the_model_finds_a_translation() -> None:
    """The pinned model, where it is there: a Russian text and its English translation, not the metro's."""
    model, why = open_model()
    if model is None:
        pytest.skip(why)
    told = "Men in Grodno are summoned to training camps a day before they must report; fathers of many are taken too."
    metro = "A new metro station on the capital's third line will open in summer, and trains run every four minutes."
    reports = [made("a", SUMMONS), made("b", told, language="en"), made("c", metro, language="en"), made("d", OTHER)]
    found = {(one.first, one.second) for one in relate_all(reports, model=model)}
    assert found == {("a", "b"), ("c", "d")}

"""Incidents, chains and the story: the pages say what the room says, count no copy twice, and join and part."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.serve.asking import RUSSIAN, Asking, asked, links, seen, tags

from tocsin.brief.watch_words import count_words, lag_words, origins_words
from tocsin.serve.pages.chain_shown import _bar, _lag, _scale
from tocsin.serve.pages.inbox_rows import key_of
from tocsin.serve.pages.incidents_shown import Asked, asked_for, incident_shown, maybe_by_incident
from tocsin.watch import Bounds
from tocsin.watch.ledger import NOT_FOUND, chain, drifts, legal
from tocsin.watch.likeness import count_origins, origin_of


@pytest.fixture(scope="module")
def desk(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asking]:
    """The demonstration with a post and a copy of it."""
    with asked(filled, tmp_path_factory.mktemp("incidents") / "watch") as found:
        found.add(RUSSIAN)
        found.add(RUSSIAN, publisher="Copyist", published="2026-02-19")
        yield found


def address(incident: str) -> str:
    return f"/incidents/{incident.replace('#', '%23')}"


def test_every_incident_is_listed_once(desk: Asking) -> None:
    """The pages of the list together name each incident of the room once, in its order."""
    listed = [
        one
        for number in (1, 2)
        for one in re.findall(r'<th scope="row"><a href="/incidents/([^"]+)"', desk.page(f"/incidents?page={number}"))
    ]
    assert [one.replace("%23", "#") for one in listed] == [one.id for one in desk.view.desk.incidents]


def test_a_row_says_what_the_room_says(desk: Asking) -> None:
    """When, origins and counts of a row are the room's own words; counts of different units are not added."""
    one = next(one for one in desk.view.desk.incidents if one.counts and one.place)
    text = seen(desk.page(f"/incidents?topic={one.topic}&place={key_of(one.place)}"))
    assert one.title in text and origins_words(one.independent) in text
    for amount in one.counts:
        assert count_words(amount.count, amount.unit) in text


@pytest.mark.parametrize("name", ["topic", "question"])
def test_a_filter_leaves_what_has_it(desk: Asking, name: str) -> None:
    """Topic and question leave exactly the incidents that have them."""
    value = getattr(desk.view.desk.incidents[3], name)
    expected = [one.id for one in desk.view.desk.incidents if getattr(one, name) == value]
    assert [one.id for one in asked_for(desk.view, Asked(**{name: value}), Bounds())] == expected
    assert f"{len(expected)} incident" in seen(desk.page(f"/incidents?{name}={value}"))


def test_days_leave_what_may_have_been_then(desk: Asking) -> None:
    """A stretch of days leaves the incidents that may have happened in it; a day that is none is refused."""
    text = seen(desk.page("/incidents?since=2026-01-16&until=2026-01-16"))
    from tocsin.watch.times import read_time

    day = read_time("2026-01-16", desk.view.desk.zone)[0]
    expected = [one for one in desk.view.desk.incidents if one.when.known and one.when.meets(day)]
    assert f"{len(expected)} incident" in text and expected
    assert "expected a year, month, day or moment" in seen(desk.page("/incidents?until=soon", code=422))


def test_an_incident_names_all_its_claims_by_origin(desk: Asking) -> None:
    """Each claim of an incident stands under its origin once, and each origin once: a copy adds a claim, no origin."""
    for one in desk.view.desk.incidents:
        shown = incident_shown(desk.view, one.id)
        assert shown is not None
        named = [each.id for group in shown.origins.rows for each in (group.first, *group.copies)]
        hidden = sum(group.more for group in shown.origins.rows)
        assert len(named) == len(set(named)) == len(one.claims) - hidden and set(named) <= set(one.claims)
        groups = {origin_of(desk.view.desk.origins, desk.view.desk.standing.claims[each]) for each in one.claims}
        assert shown.origins.total == len(groups)
        assert shown.row.origins == origins_words(count_origins(groups))


def test_a_copy_is_folded_under_its_origin(desk: Asking) -> None:
    """The claims of a copied post stand under the elder's origin, with the word that they count once."""
    elder, copy = (
        next(one.id for one in desk.view.desk.reports.values() if one.publisher == name)
        for name in ("Town channel", "Copyist")
    )
    incident = next(one for one in desk.view.desk.incidents if {elder, copy} <= set(one.reports))
    shown = incident_shown(desk.view, incident.id)
    assert shown is not None
    group = next(one for one in shown.origins.rows if copy in {each.report for each in one.copies})
    assert group.first.report == elder
    assert "of the same origin" in seen(desk.page(address(incident.id)))


def test_an_origin_with_many_claims_has_pages_of_its_own(desk: Asking) -> None:
    """Asked for one origin, the page shows all its claims and no others."""
    one = max(desk.view.desk.incidents, key=lambda one: len(one.claims))
    claims = [desk.view.desk.standing.claims[each] for each in one.claims]
    name = origin_of(desk.view.desk.origins, claims[0])
    mine = {each.id for each in claims if origin_of(desk.view.desk.origins, each) == name}
    shown = incident_shown(desk.view, one.id, origin=key_of(name))
    assert shown is not None and {each.first.id for each in shown.origins.rows} == mine
    assert "All origins" in seen(desk.page(f"{address(one.id)}?origin={key_of(name)}"))
    assert desk.page(f"{address(one.id)}?origin=nobody")


def test_the_chain_is_that_of_the_room(desk: Asking) -> None:
    """Steps, lags in words, missing steps and who took from whom are the room's; each step leads to its claim."""
    one = next(one for one in desk.view.desk.incidents if "notice-time" in one.topic and len(one.claims) > 5)
    way, text = chain(one, desk.view.desk.standing), desk.page(address(one.id))
    told = seen(text)
    for step in way.steps:
        assert step.step in told
        assert any(step.claim.replace("#", "#c") in each for each in links(text))
    for lag in way.lags:
        assert lag_words(lag.hours) in told
    assert (NOT_FOUND in told) == bool(way.missing)
    assert all(branch.source in told for branch in way.tree)


def test_the_story_is_that_of_the_room(desk: Asking) -> None:
    """The page of the story gives the steps and lags of the whole story."""
    way, told = chain(None, desk.view.desk.standing), seen(desk.page("/story"))
    assert [one.step for one in way.steps if one.step in told] == [one.step for one in way.steps]
    assert all(lag_words(lag.hours) in told for lag in way.lags)


def test_drift_and_law_are_those_of_the_claims(desk: Asking) -> None:
    """What was changed on the way and what the law says stand on the page of each incident that they touch."""
    home = {claim: one.id for one in desk.view.desk.incidents for claim in one.claims}
    found = drifts(desk.view.desk.standing, desk.view.desk.origins)
    assert found
    for one in found[:6]:
        assert seen(one.sentence) in seen(desk.page(address(home[one.claim])))
    for one in legal(desk.view.desk.standing, "by")[:6]:
        assert one.sentence in seen(desk.page(address(home[one.claims[0]])))


def test_every_number_leads_somewhere(desk: Asking) -> None:
    """Each link of an incident's page within the desk leads to a page or place that is there."""
    one = max(desk.view.desk.incidents, key=lambda one: len(one.claims))
    text = desk.page(address(one.id))
    ids = {value for _, attributes in tags(text) for name, value in attributes if name == "id"}
    for each in set(links(text)):
        if each.startswith("#"):
            assert each[1:] in ids, each
        elif each.startswith("/inbox/r"):
            path, _, part = each.partition("#")
            assert not part or f'id="{part}"' in desk.page(path), each


def test_incidents_are_joined_and_parted(desk: Asking) -> None:
    """A suggested pair is joined by one form and parted by the other; the page that follows holds the claim."""
    pairs = [one for pairs in maybe_by_incident(desk.view).values() for one in pairs]
    pair = max(pairs, key=lambda one: (one.score, one.first))
    given = {"incident": pair.first, "about": pair.claims[0], "other": pair.claims[1], "reason": "One thing.",
             "by": "analyst", "value__kind": "same-as", "was__kind": "", "which": "f-m1"}  # fmt: skip
    answer = desk.send("/incidents/decide", act="link", **given)
    home = {claim: one.id for one in desk.view.desk.incidents for claim in one.claims}
    assert home[pair.claims[0]] == home[pair.claims[1]]
    assert "One thing." in seen(desk.page(answer.headers["location"]))
    given["incident"] = home[pair.claims[0]]
    desk.send("/incidents/decide", act="unlink", **given)
    home = {claim: one.id for one in desk.view.desk.incidents for claim in one.claims}
    assert home[pair.claims[0]] != home[pair.claims[1]]
    asked_again = [one.claims for pairs in maybe_by_incident(desk.view).values() for one in pairs]
    assert pair.claims not in asked_again  # who was told that they are two is not asked again


def test_a_refused_pair_keeps_what_was_typed(desk: Asking) -> None:
    """A pair that is none is refused beside its form; what was typed stays."""
    one = desk.view.desk.incidents[0]
    answer = desk.send(
        "/incidents/decide", code=422, incident=one.id, act="link", about=one.claims[0], other="r999#1",
        value__kind="same-as", was__kind="", reason="Kept words.", by="analyst", which="f-pair",
    )  # fmt: skip
    inside = answer.text[answer.text.index('id="f-pair"') :]
    assert "expected two ids" in seen(inside) and 'value="r999#1"' in inside and 'value="Kept words."' in inside


def test_there_is_no_such_incident(desk: Asking) -> None:
    """An id that is none, such as one from before a correction, gives a page that says so."""
    assert "may stand in another one now" in seen(desk.page("/incidents/i-nobody", code=404))


# --- the drawing ------------------------------------------------------------------------------------------------------


@given(
    st.lists(st.tuples(st.none() | st.integers(0, 10**6), st.none() | st.integers(0, 10**6)), min_size=1, max_size=5)
)
def test_bars_lie_within_the_drawing(ends: list[tuple[int | None, int | None]]) -> None:
    """Whatever is known, a bar begins and ends within the width, and holds its time; a lag holds its least and most."""
    times = [Bounds(*sorted(pair)) if None not in pair else Bounds(*pair) for pair in ends]  # type: ignore[type-var]  # both are numbers
    for one in times:
        bar = _bar(one, 0, 10**6)
        assert (bar is None) == (not one.known)
        if bar is not None:
            assert bar.start >= 0 and bar.start + bar.width <= 100.01 and bar.width > 0
        lag = _lag("first seen", one, _scale(times))
        for part in (lag.sure, lag.perhaps):
            assert part is None or (part.start >= 0 and part.start + part.width <= 101)


def test_a_lag_is_drawn_from_its_least_to_its_most() -> None:
    """Of 9 to 33 hours nine are sure; where the order is not known, nothing is; before zero, the nearer end is sure."""
    scale = (-24, 48)
    sure = _lag("a", Bounds(9, 33), scale).sure
    assert sure is not None and sure.start == _lag("a", Bounds(9, 33), scale).zero
    assert _lag("a", Bounds(-5, 9), scale).sure is None
    before = _lag("a", Bounds(-20, -5), scale).sure
    assert before is not None and round(before.start + before.width, 2) == _lag("a", Bounds(-20, -5), scale).zero
    assert _lag("a", Bounds(), scale).perhaps is None

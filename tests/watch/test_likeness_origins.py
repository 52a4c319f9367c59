"""Whose word a report and a claim go back to: names, copies, forwards, owners; copies counted once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest
from benchmarks.watch_origins import chains, west
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.watch import Bounds, Claim, Decision, Link, Report
from tocsin.watch.likeness import claim_origins, origins
from tocsin.watch.likeness.media import medium
from tocsin.watch.likeness.voices import Voices, voices
from tocsin.watch.standing import Standing, after

STATE = "Belarusian state"
WEST = west()


def report(name: str, publisher: str, **more: object) -> Report:
    """A report of a publisher, published on the day of its number."""
    day = Bounds(int(name[1:]), int(name[1:]))
    return replace(Report(name, name, "coded", publisher=publisher, owner="foreign", published=day), **more)


def claim(name: str, number: int, who: str, stance: str = "retells") -> Claim:
    """A claim of a report by somebody."""
    return Claim(f"{name}#{number}", name, number, stance, "notice-time", who=who)


def stands(
    reports: Iterable[Report],
    claims: Iterable[Claim] = (),
    links: Iterable[Link] = (),
    decided: Iterable[Decision] = (),
) -> Standing:
    """What holds of them."""
    return after(reports, claims, (), links, decided)


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ("Suspilne", "Suspilne"),
        ("Suspilne investigations desk", "Suspilne"),
        ("Suspilne (same sequence; not named in excerpt)", "Suspilne"),
        ("social-media users via Suspilne", "Suspilne"),
        ("women quoted by NEXTA", "NEXTA"),
        ("Women in Grodno as collected by NEXTA", "NEXTA"),
        ("military offices, by phone to Zerkalo", "Zerkalo"),
        ("Lukashenko via Forbes", "Forbes"),
        ("Zerkalo (Zelensky interview)", "Zelensky"),
        ("Kyiv24 (Latushko interview)", "Latushko"),
        ("Latushko, United Transitional Cabinet", "Latushko"),
        ("Lt. Gen. (ret.) Romanenko", "Romanenko"),
        ("'Belaruskaya vyvedka' channel", "Belaruskaya vyvedka"),
        ("forsal.pl", "forsal.pl"),
        ("BelTA", STATE),
        ("BelTA (German)", STATE),
        ("Volfovich statement (BelTA text)", STATE),
        ("Belarus Ministry of Defence", STATE),
        ("Pul Pervogo (president's Telegram)", STATE),
        ("deputy military commissar of Grodno", STATE),
        ("Maj. Gen. Revenko, assistant to the defence minister", STATE),
        ("Demchenko, State Border Guard Service of Ukraine", "Demchenko"),
        ("Ministry of Defence of Ukraine", "Ministry of Defence of Ukraine"),
        ("social media", ""),
        ("Threads users", ""),
        ("Belarusian outlets (not named)", ""),
        ("a Ukrainian army-corps officer in Chernihiv region", ""),
        ("woman in Grodno (A)", ""),
        ("modest residents", ""),
        ("", ""),
    ],
)
def test_names_behind_a_coders_words(told: str, name: str) -> None:
    """Read by hand from the words; Volfovich is learned from an official's own report, as in the data."""
    official = report("r1", "BelTA", owner="state", level="official")
    assert voices([official], [claim("r1", 1, "Volfovich", "asserts")]).name(told) == name


def test_who_is_told_with_an_office_speaks_for_it_elsewhere_too() -> None:
    """ "Gavrusik, MoD spokeswoman" in one report makes "Gavrusik" the state's in another one."""
    known = voices([], [claim("r1", 1, "Gavrusik, MoD spokeswoman"), claim("r2", 1, "Latushko, Cabinet")])
    assert (known.name("Gavrusik"), known.name("Latushko")) == (STATE, "Latushko")


def test_a_country_without_a_table_has_no_offices() -> None:
    """Its persons are learned all the same."""
    assert voices([], [], "xx").name("BelTA") == "BelTA"
    assert Voices("xx", "the state", frozenset({"somebody"})).name("Somebody") == "the state"


@pytest.mark.parametrize(
    ("publisher", "name"),
    [("BelTA (German)", "BelTA"), ("Sputnik Belarus on Mail.ru", "Sputnik Belarus"), ("24 Kanal", "24 Kanal")],
)
def test_medium_behind_a_publisher(publisher: str, name: str) -> None:
    """Editions and mirrors are one medium."""
    assert medium(publisher) == name


def test_a_report_of_two_roots_has_two_and_its_claims_one_each() -> None:
    """The data's r042: Suspilne's Threads users, Zerkalo's calls, and other users whom nobody names.

    The page is iPress's where nobody else is named; as a voice those users may be somebody who is counted already.
    """
    assert [one.id for one in origins(WEST, use_cites=False)["r042"]] == ["Suspilne", "Zerkalo", "iPress"]
    counted = claim_origins(WEST, use_cites=False)
    assert [counted[f"r042#{n}"] for n in range(1, 5)] == ["Suspilne", "Suspilne", "Zerkalo", "?r042"]


def test_unnamed_users_belong_to_the_only_source_that_is_retold() -> None:
    """Not to the state, which is quoted beside it, nor to a commentator whom the page itself puts forward."""
    page = report("r1", "Page")
    told = [claim("r1", 1, "Suspilne"), claim("r1", 2, "Threads users"), claim("r1", 3, "BelTA")]
    assert claim_origins(stands([page], told))["r1#2"] == "Suspilne"
    own = [claim("r1", 1, "Zhmailo", "asserts"), claim("r1", 2, "local women online")]
    assert claim_origins(stands([page], own)) == {"r1#1": "Zhmailo", "r1#2": "?r1"}


def test_cites_count_only_where_they_are_used() -> None:
    """A page that cites Suspilne and names nobody is Suspilne's with cites; without, nobody knows whose."""
    held = stands([report("r1", "Page", cites=("Suspilne", "social media"))], [claim("r1", 1, "residents")])
    assert claim_origins(held) == {"r1#1": "Suspilne"}
    assert claim_origins(held, use_cites=False) == {"r1#1": "?r1"}


def test_a_cited_report_gives_its_own_root() -> None:
    """A copy that cites a report by id goes back to whom that one quotes."""
    held = stands([report("r1", "First"), report("r2", "Second", cites=("r1",))], [claim("r1", 1, "Svitan, colonel")])
    assert [one.id for one in origins(held)["r2"]] == ["Svitan"]


def test_copies_go_back_to_the_eldest() -> None:
    """Three channels with one text: one origin, that of the eldest, whichever was captured first."""
    reports = [report(f"r{n}", f"Channel {n}", text="words") for n in (3, 1, 2)]
    ties = [
        Link("copy-of", "r2", "r1", 1.0, "confirmed", "digest"),
        Link("copy-of", "r3", "r2", 1.0, "confirmed", "digest"),
    ]
    told = [claim(f"r{n}", 1, "", "asserts") for n in (1, 2, 3)]
    assert set(claim_origins(stands(reports, told, ties)).values()) == {"Channel 1"}
    group = origins(stands(reports, told, ties))["r3"][0]
    assert group.members == ("r1", "r2", "r3")
    assert [(one.report, one.because, one.trace) for one in group.why][1:] == [
        ("r2", "copy-of", "r1"),
        ("r3", "copy-of", "r1"),
    ]
    assert group.as_json()["members"] == ["r1", "r2", "r3"]


def test_a_copy_counts_once_under_any_name_of_its_channel() -> None:
    """A channel whose name ends in a word for what it is speaks with one voice: a copy of its post adds none."""
    found = claim_origins(
        stands(
            (report("r1", "Town channel"), report("r2", "Copyist")),
            (claim("r1", 1, "Town channel", "asserts"), claim("r2", 1, "Copyist", "asserts")),
            (Link("copy-of", "r2", "r1", 1.0, "confirmed", "digest"),),
        )
    )
    assert found == {"r1#1": "Town channel", "r2#1": "Town channel"}


def test_a_copy_without_a_day_is_as_old_as_its_capture() -> None:
    """The eldest is whom the link calls so (`Report.elder_key`): captured at 1, it stood before the page of 2."""
    undated = report("r1", "First", published=Bounds(), captured=1)
    held = stands([undated, report("r2", "Second")], (), [Link("copy-of", "r2", "r1", 1.0, "confirmed", "digest")])
    (group,) = origins(held)["r2"]
    assert group.id == "First" and group.members == ("r1", "r2")


def test_suggested_copies_and_retellings_make_no_origin() -> None:
    """Two witnesses of one thing are two; a copy that nobody confirmed is none yet."""
    reports = [report(f"r{n}", f"Channel {n}") for n in (1, 2, 3)]
    ties = [
        Link("same-as", "r1", "r2", 0.99, "confirmed", "tfidf"),
        Link("copy-of", "r3", "r2", 0.6, "suggested", "minhash"),
    ]
    assert [one[0].id for one in origins(stands(reports, (), ties)).values()] == ["Channel 1", "Channel 2", "Channel 3"]


def test_forwards_owners_and_the_state() -> None:
    """A forward is its channel's; outlets of one owner are the owner's; pages of the state are the state's."""
    reports = [
        report("r1", "Chat", forwarded="Flagship (channel)"),
        report("r2", "Flagship"),
        report("r3", "Morning"),
        report("r4", "Evening"),
        report("r5", "District paper", owner="state"),
        report("r6", "Post", owner="private-person"),
        report("r7", "Post", owner="private-person"),
    ]
    own = [
        Decision(n, n, "analyst", "own", name, {"group": "House"}, "one company register entry")
        for n, name in ((1, "Morning"), (2, "Evening"))
    ]
    found = [one[0].id for one in origins(stands(reports, (), (), own)).values()]
    assert found == ["Flagship", "Flagship", "House", "House", STATE, "r6", "r7"]


def test_what_was_seen_through_pages_counts_with_them() -> None:
    """A post that nobody captured is known only as Suspilne's retellers tell it: it adds no voice to theirs."""
    reports = [
        report("r1", "Page"),
        report("r2", "Other page"),
        report("r3", "Post", owner="private-person", seen_via=("r1", "r2", "r9")),
    ]
    told = [claim("r1", 1, "Suspilne"), claim("r2", 1, "women via Suspilne"), claim("r2", 2, "via Zerkalo")]
    told += [claim("r3", 1, "woman (A)", "asserts")]
    assert claim_origins(stands(reports, told))["r3#1"] == "Suspilne"


def test_every_report_has_an_origin_and_every_reason_a_trace() -> None:
    """On the data, with cites and without: every origin is traced, and what is counted is a group or unknown (`?`).

    A claim counts for a group that its own page is not in only where a listed person's word was brought by a medium
    ("Lukashenko via Forbes", r023 and r088), or a post is repeated that others saw, too (r066, r068).
    """
    for use_cites in (False, True):
        found, counted = origins(WEST, use_cites=use_cites), claim_origins(WEST, use_cites=use_cites)
        assert found.keys() == WEST.reports.keys()
        assert counted.keys() == WEST.claims.keys()
        named = {one: name for one, name in counted.items() if not name.startswith("?")}
        assert set(named.values()) <= {one.id for some in found.values() for one in some}
        apart = {one[:4] for one, name in named.items() if name not in {group.id for group in found[one[:4]]}}
        assert apart == ({"r023", "r066", "r068", "r088"} if use_cites else {"r023", "r088"})
        for some in found.values():
            assert some and all(one.trace for origin in some for one in origin.why)


@settings(deadline=None, max_examples=10)
@given(st.randoms())
def test_order_changes_no_origin(random: st.Random) -> None:
    """Reports, claims and links in any order give the same groups and the same voices."""
    reports, claims, links = list(WEST.reports.values()), list(WEST.claims.values()), list(WEST.links)
    for rows in (reports, claims, links):
        random.shuffle(rows)
    held = after(reports, claims, (), links, ())
    assert origins(held) == origins(WEST) and claim_origins(held) == claim_origins(WEST)


def test_a_listed_persons_word_is_theirs_whoever_prints_it() -> None:
    """The data's r023: what Forbes brought of Lukashenko is the state's word; phoned offices are nobody by name."""
    counted = claim_origins(WEST)
    assert counted["r023#1"] == counted["r088#1"] == STATE
    assert counted["r057#2"] == counted["r061#4"] == "Zerkalo"
    assert {counted[one] for one in ("r001#1", "r016#1", "r026#1", "r034#1", "r060#6")} == {STATE}


@pytest.mark.parametrize(
    "who", ["Polish Ministry of Defence", "General Staff of Latvia", "Territorial Defence of Poland"]
)
def test_offices_of_another_state_are_not_ours(who: str) -> None:
    """An office by a word that every state uses is the watched state's only if no other state is named."""
    assert voices([], []).name(who) == who


def test_a_claim_repeats_the_likest_of_all_that_its_report_cites() -> None:
    """The data's r066 cites two posts: each number goes to the post that gives it, in whatever order they are cited."""
    counted = claim_origins(WEST)
    assert (counted["r066#2"], counted["r066#3"]) == (counted["r084#1"], counted["r083#1"])


def test_one_name_in_all_languages() -> None:
    """An official is one voice whether a coder or a rule wrote the name down."""
    known = voices([], [])
    assert known.name("Зеленский") == known.name("Zelensky") == "Zelensky"
    assert known.name("Вольфович") == STATE


def test_a_copy_changes_no_count() -> None:
    """A copy of any report of the data, coded anew elsewhere, adds no origin to those that claims count."""
    before = set(claim_origins(WEST).values())
    first = WEST.reports["r038"]
    copy = replace(first, id="x", digest="x", publisher="Copyist", published=Bounds(2**41, 2**41))
    told = [replace(one, id=f"x#{one.number}", report="x") for one in WEST.claims.values() if one.report == "r038"]
    link = Link("copy-of", "x", "r038", 1.0, "confirmed", "analyst")
    held = after([*WEST.reports.values(), copy], [*WEST.claims.values(), *told], (), [*WEST.links, link], ())
    assert set(claim_origins(held).values()) == before


def test_the_gold_names_reports_that_there_are() -> None:
    """Every page of a chain is a report, none is named twice in it, and the timeline's own counts hold."""
    named = chains(by_class=True)
    assert all(one <= WEST.reports.keys() for one in named)
    assert [len(one) for one in named] == [14, 10, 6, 3, 1, 2, 43]


def test_the_gold_is_what_the_timeline_says() -> None:
    """Ids in the timeline's lines that name their pages, ranges spelled out, are those of the gold."""
    file = Path(__file__).parents[3] / "shared/data/west-2026/timeline.md"
    if not file.is_file():
        pytest.skip("../shared/data/west-2026 is not there")
    text = file.read_text(encoding="utf-8").split("## How the story travelled")[1]
    import re

    ids = set()
    for first, last in re.findall(r"r(\d{3})(?:-r(\d{3}))?", text):
        ids |= {f"r{n:03}" for n in range(int(first), int(last or first) + 1)}
    assert ids == set().union(*chains(by_class=False))
    assert sum(len(list(combinations(one, 2))) for one in chains(by_class=False)) == 91 + 45 + 15 + 3 + 0 + 1

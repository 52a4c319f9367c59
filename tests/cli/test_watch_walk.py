"""Three users walk through `tocsin watch` on files of their own: a journalist, a monitor of rights, an analyst.

The files stand in `tests/watch/samples/walk`, made for this; every person, number, channel and outlet in them is
invented. What each user must see was worked out by hand from those files; where, stands beside the number.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from tests.cli.calls import ROOT, call

from tocsin.watch import Store

WALK = ROOT / "tests" / "watch" / "samples" / "walk"
MINSK = ZoneInfo("Europe/Minsk")
CHANNEL, OUTLET, AGENCY = "Слонім гаворыць (выдуманы)", "Kurier Zmyślony", "Išgalvotų naujienų agentūra"
POST = "https://t.me/c/1900000001/{}"
PRIVATE = (
    *("гриневич", "вярбіцк", "касцючэнк", "барысевіч", "лозовск", "дубовік", "туроўск", "wierzbowsk", "krzemi"),
    *("kalvaityt", "осадч", "радкевич", "hryshkevich", "555-01-23", "5-55-01", "555 01 99", "555-07-08"),
    *("slonim.vydumany@", "slonim_vydumany_bot", "osadchaya", "первомайской", "красноармейской"),
)
"""Surnames, numbers and addresses of the files' invented private persons, in small letters."""
FORMATS = ("log", "acled", "geojson", "claimreview", "json", "csv")


def at(day: int, clock: str) -> int:
    """A moment of February 2026 in Minsk, in milliseconds."""
    hour, minute = map(int, clock.split(":"))
    return int(dt.datetime(2026, 2, day, hour, minute, tzinfo=MINSK).timestamp() * 1000)


def asked(folder: Path, *words: str) -> Any:
    """What a view says, as JSON."""
    done = call("watch", *words, "--store", folder, "--json")
    assert (done.code, done.err) == (0, "")
    return done.json


def decided(folder: Path, act: str, target: str, *values: str) -> None:
    """Make a decision."""
    more = [word for value in values for word in ("--value", value)]
    done = call("watch", "decide", act, target, *more, "--reason", "A walk.", "--store", folder)
    assert (done.code, done.err) == (0, "")


def claims_of(folder: Path) -> list[dict[str, str]]:
    """The rows of the exported CSV."""
    out = folder.parent / "claims.csv"
    assert call("watch", "export", "csv", "-o", out, "--store", folder, "--replace").code == 0
    return list(csv.DictReader(io.StringIO(out.read_text("utf-8"))))


def report_at(folder: Path, address: str) -> dict[str, Any]:
    """The report of an address."""
    (found,) = [one for one in asked(folder, "inbox") if one["address"] == address]
    whole: dict[str, Any] = asked(folder, "inbox", found["id"])
    return whole


def claim_at(folder: Path, address: str, topic: str) -> dict[str, Any]:
    """The first claim on a topic of the report at an address."""
    found: dict[str, Any] = next(one for one in report_at(folder, address)["claims"] if one["topic"] == topic)
    return found


def everything_shown(folder: Path) -> str:
    """All that any view prints, any export writes and any table beside the store holds, in one text."""
    shown = []
    views = [("inbox",), ("inbox", "--sources"), ("incidents",), ("incidents", "--story"), ("claims",)]
    views += [("claims", "--law", "by"), ("footprint", "--at", "2026-02-20")]
    views += [("inbox", one["id"]) for one in asked(folder, "inbox")]
    views += [("incidents", one["id"]) for one in asked(folder, "incidents")]
    views += [("claims", "--topic", topic) for topic in sorted({one["topic"] for one in claims_of(folder)})]
    for words in views:
        for more in ((), ("--json",)):
            done = call("watch", *words, *more, "--store", folder)
            assert (done.code, done.err) == (0, ""), words
            shown.append(done.out)
    for form in FORMATS:
        out = folder.parent / f"shown.{form}"
        assert call("watch", "export", form, "-o", out, "--store", folder, "--replace").code == 0
        shown.append(str(pl.read_parquet(out).rows()) if form == "log" else out.read_text("utf-8"))
    shown += [str(pl.read_parquet(one).rows()) for one in sorted(folder.glob("*.parquet"))]
    return "\n".join(shown)


def named_in(text: str) -> list[str]:
    """Which of the private names, numbers and addresses a text holds, however it is written."""
    low = text.lower().encode("utf-8").decode("unicode_escape", "ignore") if "\\u" in text else text.lower()
    return [one for one in PRIVATE if one in text.lower() or one in low]


def spans_hold(folder: Path) -> int:
    """Assert that spans of claims and suggestions are the very characters they speak of; how many were looked at."""
    looked = 0
    with Store.open(folder) as store:
        reports = {one.id: one for one in store.reports()}
        for claim in store.claims():
            if claim.writer != "rules":
                continue
            first = claim.spans[0]
            text = reports[claim.report].title if first.part == "title" else reports[claim.report].text
            assert text[first.start : first.end] == claim.what
            assert all(0 <= one.start < one.end <= len(text) for one in claim.spans if one.part == first.part)
            looked += 1
        for one in store.suggestions():
            text = reports[one.report].title if one.span.part == "title" else reports[one.report].text
            assert text[one.span.start : one.span.end] == one.words
            looked += 1
    return looked


# --- a journalist: a town's channel, an outlet that cites it, an agency with the official word --------------------


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The journalist's folder; made once, and only read."""
    folder = tmp_path_factory.mktemp("town") / "watch"
    for name, *more in (
        ("channel", "--zone", "Europe/Minsk"),
        ("outlet.html", "--level", "outlet", "--owner", "foreign"),
        ("agency.xml", "--level", "outlet", "--owner", "foreign"),
    ):
        done = call("watch", "add", WALK / name, *more, "--store", folder)
        assert (done.code, done.err) == (0, "")
    return folder


@pytest.fixture
def copied(town: Path, tmp_path: Path) -> Callable[[], Path]:
    """Makes a copy of the journalist's folder, to decide something in it."""
    import shutil

    return lambda: Path(shutil.copytree(town, tmp_path / "town" / "watch"))


def test_all_that_came_in_is_listed_with_its_own_address(town: Path) -> None:
    """Twenty messages less one picture, one page, two entries; each post by its number, each in its language."""
    listed = {one["address"]: one for one in asked(town, "inbox")}
    assert len(listed) == 19 + 1 + 2  # result.json: messages 2 to 21, of which 13 has no words
    assert {POST.format(n) for n in range(2, 22)} - listed.keys() == {POST.format(13)}
    assert listed[POST.format(3)]["language"] == "be"
    assert listed[POST.format(20)]["language"] == "ru"  # mostly an e-mail and a handle
    assert listed["https://kurier.example/2026/02/18/slonim"]["language"] == "pl"
    assert listed["https://agency.example/lt/2026/02/19/ministerija"]["language"] == "lt"  # in a feed labelled `en`
    assert listed[POST.format(5)]["forwarded"] == "Гродна побач (выдуманы)"
    assert re.fullmatch(r"p-[0-9a-f]{12}", listed[POST.format(3)]["author"])
    assert "changed 2026-02-18T07:02" in listed[POST.format(8)]["note"]  # edited_unixtime: 10:02 in Minsk


def test_how_the_story_travelled(town: Path) -> None:
    """First seen in the channel on the 17th at 21:15, picked up at 16:00 the next day: 18 to 19 whole hours later."""
    way = asked(town, "incidents", "--story")["chain"]
    first, picked = way["steps"][:2]
    assert (first["step"], first["publisher"], first["at"]) == ("first seen", CHANNEL, [at(17, "21:15")] * 2)
    assert (picked["step"], picked["publisher"], picked["at"]) == ("picked up", OUTLET, [at(18, "16:00")] * 2)
    (lag,) = [one for one in way["lags"] if one["to"] == "picked up"]
    assert lag["hours"] == [18, 19]  # 18 h 45 min
    assert "18 to 19 h" in call("watch", "incidents", "--story", "--store", town).out


def test_the_ministry_s_word_is_the_official_reply(town: Path) -> None:
    """The channel quotes the ministry on the 19th at 11:05, the agency at 15:30: the earlier is the official reply."""
    way = asked(town, "incidents", "--story")["chain"]
    (reply,) = [one for one in way["steps"] if one["step"] == "official reply"]
    assert reply["at"] == [at(19, "11:05")] * 2
    (lag,) = [one for one in way["lags"] if (one["from"], one["to"]) == ("first seen", "official reply")]
    assert lag["hours"] == [37, 38]  # from the 17th at 21:15: 37 h 50 min


def test_a_copy_counts_once(town: Path, copied: Callable[[], Path]) -> None:
    """Post 14 repeats post 5, which came from another channel: one origin, and without it no count is another."""
    elder, copy = report_at(town, POST.format(5)), report_at(town, POST.format(14))
    assert [(one["kind"], one["state"]) for one in copy["links"]] == [("copy-of", "confirmed")]
    assert {one["origin"] for one in (*elder["claims"], *copy["claims"])} == {"Гродна побач"}
    folder = copied()
    decided(folder, "retract", copy["id"])

    def counted(where: Path) -> list[tuple[str, Any, Any]]:
        return [(one["id"], one["independent"], one["counts"][:0]) for one in asked(where, "incidents")]

    def amounts(where: Path) -> list[list[Any]]:
        return [[(each["unit"], each["count"]) for each in one["counts"]] for one in asked(where, "incidents")]

    assert counted(folder) == counted(town)
    assert amounts(folder) == amounts(town)


def test_an_outlet_that_retells_the_channel_is_no_origin_of_its_own(town: Path) -> None:
    """The outlet writes "napisał kanał …" of each claim but one: its word is the channel's, and adds no voice."""
    number = claim_at(town, "https://kurier.example/2026/02/18/slonim", "numbers")
    assert number["origin"] != OUTLET


def test_the_ministry_denies_and_says_what_it_is(town: Path) -> None:
    """In one sentence the ministry denies that phones are taken and says that the check is planned: two stances."""
    told = {one["topic"]: one["stance"] for one in report_at(town, POST.format(17))["claims"]}
    assert told["phones-taken"] == "denies"
    assert told["official-purpose"] in ("asserts", "retells")
    (phones,) = [one for one in asked(town, "claims")["questions"] if one["id"] == "phones"]
    sides = {one["id"]: one for one in phones["sides"]}
    assert [len({one["report"] for one in sides[name]["rows"]}) for name in ("taken", "not-taken")] == [1, 3]


def test_who_asks_claims_nothing_and_a_year_counts_nobody(town: Path) -> None:
    """Post 18 asks whether refusal is fined; the agency's sentence holds no number but a year."""
    assert report_at(town, POST.format(18))["claims"] == []
    english = report_at(town, "https://agency.example/en/2026/02/19/ministry")
    assert "numbers" not in {one["topic"] for one in english["claims"]}


def test_a_number_stands_only_with_what_it_counts(town: Path) -> None:
    """112 reservists were called; they are no measure of a wait, which is in hours or days."""
    waits = [one for one in claims_of(town) if one["topic"] == "waiting" and one["unit"]]
    assert waits
    assert {one["unit"] for one in waits} <= {"hour", "day", "minute"}


def test_two_numbers_contradict_each_other_once(town: Path) -> None:
    """112 and about 300 in one town are one contradiction, not one for each topic of the two sentences."""
    pairs = [{one["first"].split("#")[0], one["second"].split("#")[0]} for one in asked(town, "claims")["clashes"]]
    told = [tuple(sorted(one)) for one in pairs]
    assert len(told) == len(set(told))


def test_other_news_of_one_channel_is_no_change_on_the_way(town: Path) -> None:
    """No post of the channel is a version of another but the copy, which changes nothing: nothing has drifted."""
    assert asked(town, "claims")["drift"] == []


def test_notice_of_hours_cannot_be_judged_without_the_kind(town: Path) -> None:
    """Served at 21:30 to come at 8: 10 to 11 hours; a breach or not hangs on the kind of call-up, which nobody says."""
    claim = claim_at(town, POST.format(4), "notice-time")
    assert claim["notice_hours"] == [10, 11]
    (found,) = [one for one in asked(town, "claims", "--law", "by") if claim["id"] in one["reported"]]
    assert (found["rule"], found["verdict"], found["missing"]) == ("by.notice", "cannot tell", ["kind"])
    assert found["sentence"].endswith("cannot tell which (missing: kind of call-up).")
    assert found["sentence"] in call("watch", "claims", "--law", "by", "--store", town).out


def test_a_kind_that_is_said_decides(town: Path) -> None:
    """Post 16 says verification camps, and twelve hours: the rule's own words except them, so nothing is missing."""
    claim = claim_at(town, POST.format(16), "notice-time")
    assert claim["notice_hours"] == [12, 12]
    (found,) = [one for one in asked(town, "claims", "--law", "by") if claim["id"] in one["reported"]]
    assert found["missing"] == []
    assert "possibly lawful (law not verified)" in found["sentence"]


def test_nobody_of_the_town_is_named_anywhere(town: Path) -> None:
    """No surname, number, handle or house of a private person is in any view, export or table; the masks are."""
    shown = everything_shown(town)
    assert named_in(shown) == []
    assert all(mask in shown for mask in ("[person 1]", "[phone]", "[e-mail]", "[handle]", "[address]"))
    captured = "".join(one.read_text("utf-8").lower() for one in WALK.rglob("*") if one.is_file())
    assert all(one in captured for one in PRIVATE)  # they are there to be found


def test_every_claim_is_traced_to_its_characters(town: Path) -> None:
    """The first span of a claim is its sentence, that of a suggestion its words, in the text as it was captured."""
    assert spans_hold(town) > 100


def test_masked_words_stand_where_the_shown_span_says(town: Path) -> None:
    """In the text as shown, the shown span of a claim and of a suggestion holds the words shown for it."""
    for one in asked(town, "inbox"):
        whole = asked(town, "inbox", one["id"])
        text = {"text": whole["text"], "title": whole["title"]}
        for claim in whole["claims"]:
            part, start, end = claim["shown_spans"][0]
            assert text[part][start:end] == claim["what"]
        for found in whole["suggestions"]:
            part, start, end = found["shown_span"]
            assert text[part][start:end] == found["words"]


def test_rows_come_only_from_what_was_confirmed(town: Path, copied: Callable[[], Path]) -> None:
    """Before a person confirms, the log is empty; then it holds what was confirmed: at least 112 called, no limit."""
    assert pl.read_parquet(town / "log.parquet").height == 0
    assert call("measure", town / "log.parquet").code == 2
    folder = copied()
    number, notice = claim_at(folder, POST.format(8), "numbers"), claim_at(folder, POST.format(4), "notice-time")
    for one in (number, notice):
        decided(folder, "confirm", one["id"])
    log = pl.read_parquet(folder / "log.parquet")
    assert sorted(log["origin"]) == sorted((number["id"], notice["id"]))
    assert call("check", folder / "log.parquet").code == 0
    (row,) = [one for one in call("measure", folder / "log.parquet", "--only", "A1", "--json").json
              if one["name"] == "called"]  # fmt: skip
    assert (row["low"], row["high"]) == (112, None)


def test_a_confirmed_notice_is_due_when_people_are_to_report(town: Path, copied: Callable[[], Path]) -> None:
    """Served on the 17th at 21:30, to report on the 18th at 8: the row is due at 8, and was served that night."""
    folder = copied()
    decided(folder, "confirm", claim_at(folder, POST.format(4), "notice-time")["id"])
    (row,) = pl.read_parquet(folder / "log.parquet").to_dicts()
    assert row["due"].timestamp() * 1000 == at(18, "08:00")
    assert row["happened"].timestamp() * 1000 <= at(17, "21:30") <= row["happened_until"].timestamp() * 1000


def test_a_suggestion_that_is_edited_or_rejected_changes_its_claim(town: Path, copied: Callable[[], Path]) -> None:
    """docs/watch.md: edit reads the same characters otherwise, reject says that the rules were wrong."""
    folder = copied()
    report = report_at(folder, POST.format(8))
    found = {one["kind"]: one["id"] for one in report["suggestions"]}
    decided(folder, "edit", found["number"], "least=110", "most=115")
    assert claim_at(folder, POST.format(8), "numbers")["count"] == [110, 115]
    decided(folder, "reject", found["place"])
    assert claim_at(folder, POST.format(8), "numbers")["place"] == ""


# --- a monitor of rights: two messages, a table of coded reports, and nobody named ---------------------------------


@pytest.fixture
def monitored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The monitor's folder: two messages pasted in, and a table."""
    folder = tmp_path / "watch"
    words = ("--zone", "Europe/Minsk", "--published", "2026-02-18", "--level", "social", "--owner", "private-person")
    for name in ("message-1.txt", "message-2.txt"):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO((WALK / name).read_bytes())))
        assert call("watch", "add", "-", *words, "--store", folder).code == 0
    assert call("watch", "add", WALK / "coded.csv", "--store", folder).code == 0
    return folder


def pasted(folder: Path, language: str) -> dict[str, Any]:
    """The pasted report in a language."""
    (found,) = [one for one in asked(folder, "inbox") if one["route"] == "text" and one["language"] == language]
    whole: dict[str, Any] = asked(folder, "inbox", found["id"])
    return whole


def test_the_monitor_sees_which_claims_would_be_breaches(monitored: Path) -> None:
    """A training camp at 11 hours' notice would be one; messages that name no kind cannot be told; a denial is none."""
    law = asked(monitored, "claims", "--law", "by")
    verdicts = {claim: one for one in law for claim in (*one["official"], *one["reported"])}
    assert (verdicts["m1#1"]["verdict"], verdicts["m1#1"]["missing"]) == ("breach", [])
    assert "possible breach" in verdicts["m1#1"]["sentence"]  # the rule is known at second hand: it does not accuse
    for language, hours in (("be", [10, 10]), ("ru", [10, 11])):  # 22:00 to 8:00, and 20:30 to 7:00
        claim = next(one for one in pasted(monitored, language)["claims"] if one["topic"] == "notice-time")
        assert claim["notice_hours"] == hours
        assert (verdicts[claim["id"]]["verdict"], verdicts[claim["id"]]["missing"]) == ("cannot tell", ["kind"])
    assert "m3#1" not in verdicts


def test_a_father_of_four_is_put_to_the_law(monitored: Path) -> None:
    """Four children are three or more: a breach or not hangs on how many of them are minors."""
    (found,) = [one for one in asked(monitored, "claims", "--law", "by") if "m2#1" in one["reported"]]
    assert found["missing"] == ["minor_children"]


def test_the_monitor_confirms_two_and_rejects_one(monitored: Path) -> None:
    """Two claims of the messages write rows beside the two coded ones; the rejected one is gone from every list."""
    mine = {one["topic"]: one["id"] for one in pasted(monitored, "ru")["claims"]}
    other = {one["topic"]: one["id"] for one in pasted(monitored, "be")["claims"]}
    assert set(pl.read_parquet(monitored / "log.parquet")["origin"]) == {"m1#1", "m1#2"}
    decided(monitored, "confirm", mine["notice-time"])
    decided(monitored, "confirm", other["notice-time"])
    decided(monitored, "reject", mine["place"])
    log = pl.read_parquet(monitored / "log.parquet")
    assert set(log["origin"]) == {"m1#1", "m1#2", mine["notice-time"], other["notice-time"]}
    rows = {one["id"]: one for one in claims_of(monitored)}
    assert mine["place"] not in rows
    assert {rows[one]["status"] for one in (mine["notice-time"], other["notice-time"])} == {"confirmed"}
    assert rows[mine["called-up"]]["no_row"] == "found by rules, and nobody has confirmed it yet"
    (called,) = [one for one in call("measure", monitored / "log.parquet", "--only", "A1", "--json").json
                 if one["name"] == "called"]  # fmt: skip
    assert called["low"] >= 200  # m1#2 says between 200 and 250: a part, so no upper limit
    assert called["high"] is None


def test_the_monitor_grades_and_exports_and_nobody_is_named(monitored: Path, tmp_path: Path) -> None:
    """Grades stand beside each claim; CSV and ClaimReview hold no private name; "cannot tell" gets no number."""
    decided(monitored, "grade", "Invented Monitor", "letter=B")
    decided(monitored, "grade", "m1", "digit=2")
    rows = {one["id"]: one for one in claims_of(monitored)}
    assert [rows[one]["grade"] for one in ("m1#1", "m2#1", "m3#1")] == ["B2", "B6", "F6"]
    out = tmp_path / "reviews.json"
    assert call("watch", "export", "claimreview", "--law", "by", "-o", out, "--store", monitored).code == 0
    reviews = {one["identifier"]: one for one in json.loads(out.read_text("utf-8"))["@graph"]}
    assert reviews["m1#1 by.notice"]["reviewRating"]["alternateName"] == "possible breach"
    assert not any(
        "ratingValue" in one["reviewRating"] for one in reviews.values()
    )  # no rule of these is confirmed law
    assert all("Whether it is true is not judged here." in one["reviewBody"] for one in reviews.values())
    assert named_in(everything_shown(monitored)) == []
    assert spans_hold(monitored) > 10


def test_a_surname_that_stands_alone_is_masked_in_claims(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A surname that looks like a word is told for one by the full name before it, in claims as in the text."""
    text = "Антон Ковш получил повестку вчера. Ковш должен явиться завтра к 08:00, у Ковша забрали телефон."
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    folder = tmp_path / "watch"
    words = ("--published", "2026-02-18", "--zone", "Europe/Minsk", "--level", "social")
    assert call("watch", "add", "-", *words, "--store", folder).code == 0
    assert "ковш" not in everything_shown(folder).lower()


# --- an analyst: ten sightings of their own ------------------------------------------------------------------------


@pytest.fixture
def watching(tmp_path: Path) -> Path:
    """The analyst's folder."""
    folder = tmp_path / "watch"
    told = call("watch", "add", WALK / "sightings.jsonl", "--zone", "Europe/Minsk", "--store", folder, "--json").json
    assert len(told[0]["new_sightings"]) == 10
    return folder


def stands(folder: Path, day: str = "2026-02-20") -> dict[tuple[str, str], dict[str, Any]]:
    """Estimates of a day, by kind and place."""
    found = asked(folder, "footprint", "--at", day)
    return {(one["kind"], one["place"]): one for one in found["estimates"]}


def test_the_analyst_sees_intervals_apart_by_place_and_unit(watching: Path) -> None:
    """Four quantities, never added; each names its rows; two trains with nothing before them are not known."""
    found = stands(watching)
    assert set(found) == {("armour", "Asipovichy"), ("armour", "Lida"), ("troops", "Asipovichy"),
                          ("trains", "Asipovichy")}  # fmt: skip
    armour = found["armour", "Asipovichy"]
    assert armour["rows"] == ["own01", "own02", "own03", "own04", "own05", "own09"]
    assert armour["low"] < 50 and armour["high"] > 120  # neither own05 (50–70) nor own09 (90–120) is put aside
    assert armour["high_water"] == [55, 120]  # at least: own03's 55; at most: own09's 120
    assert found["armour", "Lida"]["rows"] == ["own06"]
    assert (found["trains", "Asipovichy"]["known"], found["trains", "Asipovichy"]["low"]) == (False, None)
    whole = asked(watching, "footprint", "--at", "2026-02-20")
    assert [one["rows"] for one in whole["contradictions"]] == [["own05", "own09"]]
    assert [(one["name"], one["state"], one["row"]) for one in whole["indicators"]] == [
        ("field hospital", "seen", "own08")
    ]


def test_the_interval_widens_with_age_and_follows_a_retraction(watching: Path) -> None:
    """Four months on each interval holds the one of February; without the doubtful row its number is gone."""
    now, later = stands(watching), stands(watching, "2026-06-20")
    for key, one in now.items():
        if one["known"]:
            assert later[key]["low"] <= one["low"] and later[key]["high"] >= one["high"]
    decided(watching, "retract", "own09")
    armour = stands(watching)["armour", "Asipovichy"]
    assert "own09" not in armour["rows"]
    assert armour["high_water"] == [55, 85]  # own03
    assert asked(watching, "footprint", "--at", "2026-02-20")["contradictions"] == []
    again = call("watch", "add", WALK / "sightings.jsonl", "--store", watching, "--json").json
    assert (again[0]["new_sightings"], len(again[0]["known_sightings"])) == ([], 10)
    assert "own09" not in stands(watching)["armour", "Asipovichy"]["rows"]

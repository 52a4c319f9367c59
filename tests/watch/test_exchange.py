"""What others read: ACLED's columns, GeoJSON, ClaimReview; masks hold in every file that leaves the folder."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from tocsin.watch import Bounds, Claim, Report, Sighting, Span, Store, shown
from tocsin.watch.desk import Desk
from tocsin.watch.exchange import COLUMNS, FORMATS, Event, acled, claim_reviews, exported, geojson
from tocsin.watch.ledger.incidents import Amount, Incident
from tocsin.watch.listed import report_json, reports_json
from tocsin.watch.standing import after
from tocsin.watch.times import read_time

MINSK = ZoneInfo("Europe/Minsk")


def day(text: str) -> Bounds:
    return read_time(text, MINSK)[0]


def between(first: str, last: str) -> Bounds:
    return Bounds(day(first).least, day(last).most)


INCIDENT = Incident(
    "i-a#1", "Summonses", "summons", "numbers", "scale", "Grodno", day("2026-02-16"), day("2026-02-16"),
    ("a#1", "b#1"), ("a", "b"), ("a", "b"), Bounds(1, 2), (Amount("person", Bounds(1500, None), ("a#1",), True),),
    day("2026-02-16"), (),
)  # fmt: skip
EVENT = Event(INCIDENT, ("Some 1,500.", "Many."), ("F6", "B2"), ("P", "Q"), 1_771_400_000_000)


def locate(place: str) -> tuple[float, float, float] | None:
    """Grodno as GeoNames has it, a region of 90 km, and a country."""
    return {"Grodno": (53.6884, 23.8258, 8.0), "West": (53.0, 25.0, 90.0), "Belarus": (53.5, 28.0, 300.0)}.get(place)


def cells(publishers: tuple[str, ...] = EVENT.publishers, **more: Any) -> dict[str, str]:
    text = acled(
        [Event(replace(INCIDENT, **more), EVENT.said, EVENT.grades, publishers, EVENT.captured)], locate, MINSK
    )
    (row,) = csv.DictReader(io.StringIO(text))
    return row


# --- ACLED ------------------------------------------------------------------------------------------------------------


def test_the_columns_are_those_of_the_codebook() -> None:
    """31 columns in the codebook's order (since 20 March 2023: disorder_type, civilian_targeting and tags are in)."""
    text = acled([EVENT], locate, MINSK)
    assert tuple(next(csv.reader(io.StringIO(text)))) == COLUMNS
    assert len(COLUMNS) == len(set(COLUMNS)) == 31
    assert {"disorder_type", "civilian_targeting", "tags"} < set(COLUMNS)


def test_what_is_known_is_filled_and_the_rest_is_empty() -> None:
    """Day, place, sources, notes and tags are filled; kinds, actors, regions and fatalities are not guessed."""
    row = cells()
    assert (row["event_id_cnty"], row["event_date"], row["year"], row["time_precision"]) == (
        "i-a#1", "2026-02-16", "2026", "1",
    )  # fmt: skip
    assert (row["location"], row["latitude"], row["longitude"], row["geo_precision"]) == (
        "Grodno", "53.6884", "23.8258", "1",
    )  # fmt: skip
    assert (row["source"], row["timestamp"]) == ("P; Q", "1771400000")
    assert row["tags"] == "topic=numbers; claims=a#1 b#1"
    assert "a#1 (F6): Some 1,500. | b#1 (B2): Many." in row["notes"] and "person 1500.." in row["notes"]
    filled = {name for name, cell in row.items() if cell}
    assert filled == {
        *("event_id_cnty", "event_date", "year", "time_precision", "location", "latitude", "longitude"),
        *("geo_precision", "source", "notes", "tags", "timestamp"),
    }


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        (between("2026-02-16", "2026-02-19"), ("2026-02-16", "2026", "2")),
        (between("2026-02-01", "2026-02-28"), ("2026-02-01", "2026", "3")),
        (between("2026-01-16", "2026-05-31"), ("", "2026", "")),
        (between("2025-12-31", "2026-01-01"), ("2025-12-31", "", "2")),
        (Bounds(day("2026-02-16").least, None), ("", "", "")),
    ],
)
def test_a_date_is_only_as_precise_as_its_bounds(when: Bounds, expected: tuple[str, str, str]) -> None:
    """A week at most: precision 2; a month at most: 3; longer or open: no date, and the notes give the bounds."""
    row = cells(when=when)
    assert (row["event_date"], row["year"], row["time_precision"]) == expected


@pytest.mark.parametrize(("place", "precision"), [("Grodno", "1"), ("West", "3"), ("Belarus", ""), ("Nowhere", "")])
def test_a_place_is_only_as_precise_as_the_gazetteer(place: str, precision: str) -> None:
    """A town 1, a region 3; the middle of a country and what nobody knows have no coordinates; the words stay."""
    row = cells(place=place)
    assert (row["geo_precision"], row["latitude"] != "", row["location"]) == (precision, precision != "", place)


def test_no_cell_is_a_formula() -> None:
    """What captured words begin with = or @ is no formula for a spreadsheet."""
    row = cells(place="=HYPERLINK(1)", publishers=("@here",))
    assert (row["location"], row["source"]) == ("'=HYPERLINK(1)", "'@here")


# --- GeoJSON ----------------------------------------------------------------------------------------------------------

SIGHTING = Sighting(
    "f1", "https://example.org/f1", "P", "official", "neutral", day("2022-02-18"), day("2022-02-18"), "Russia",
    "Belarus", "troops", "person", "stock", "estimate", "national", Bounds(30000, None), "30,000 troops.",
)  # fmt: skip


def test_points_have_a_radius_and_the_rest_is_listed() -> None:
    """Longitude comes first (RFC 7946, 3.1.1); what has no known place is in the foreign member `unplaced`."""
    nowhere = replace(EVENT, incident=replace(INCIDENT, id="i-b#1", place="Nowhere"))
    told = json.loads(geojson([EVENT, nowhere], [SIGHTING], locate))
    assert set(told) == {"type", "features", "unplaced"} and told["type"] == "FeatureCollection"
    event, sighting = told["features"]
    assert event["geometry"] == {"type": "Point", "coordinates": [23.8258, 53.6884]}
    assert event["properties"]["radius_km"] == 8.0
    assert event["properties"]["when"] == ["2026-02-15T21:00:00.000+00:00", "2026-02-16T20:59:59.999+00:00"]
    assert event["properties"]["counts"] == [{"unit": "person", "least": 1500, "most": None}]
    assert sighting["properties"]["scope"] == "national" and sighting["id"] == "sighting f1"
    assert told["unplaced"] == [{"id": "incident i-b#1", "place": "Nowhere"}]


# --- ClaimReview ------------------------------------------------------------------------------------------------------


def finding(*words: str, status: str = "confirmed") -> Any:
    """What a review reads of a legal finding: the words under each assumption, and how well the law was verified."""
    return SimpleNamespace(
        claims=("a#1",), rule="x", status=status, verdict=words[0], missing=("kind",), sentence="As it says.",
        answers=tuple(SimpleNamespace(words=one) for one in words),
    )  # fmt: skip


def review(of: Any) -> dict[str, Any]:
    report = Report("a", "d", "coded", "https://example.org/a", "P", level="official", published=day("2026-02-19"))
    claim = Claim("a#1", "a", 1, "asserts", "notice-time", "An office", "Under a day is meant.")
    told = json.loads(claim_reviews([of], after([report], [claim], [], [], []), "Belarus", 1_771_500_000_000))
    assert told["@context"] == "https://schema.org"
    (one,) = told["@graph"]
    return dict(one)


def test_a_review_names_claim_author_and_page() -> None:
    """Item, author, day and address are those of claim and report; the body says what is not judged."""
    one = review(finding("breach"))
    assert one["@type"] == "ClaimReview" and one["claimReviewed"] == "Under a day is meant."
    assert one["itemReviewed"]["@type"] == "Claim" and one["itemReviewed"]["author"]["name"] == "An office"
    assert one["itemReviewed"]["temporalCoverage"].startswith("2026-02-18T21:00")
    assert one["url"] == one["itemReviewed"]["appearance"]["url"] == "https://example.org/a"
    assert one["datePublished"].startswith("2026-02-19T")
    assert "Whether it is true is not judged" in one["reviewBody"] and "Not known: kind." in one["reviewBody"]


@pytest.mark.parametrize(
    ("of", "expected"),
    [
        (finding("breach"), ("breach", 1)),
        (finding("lawful"), ("lawful", 5)),
        (finding("lawful", "breach"), ("cannot tell", None)),
        (finding("cannot tell"), ("cannot tell", None)),
        (finding("possible breach", status="unverified"), ("possible breach", None)),
        (finding("breach", status="secondary"), ("breach", None)),
    ],
)
def test_a_number_stands_only_where_the_words_allow_one(of: Any, expected: tuple[str, int | None]) -> None:
    """Verified law that says one thing under every assumption has a number; nothing else has."""
    rating = review(of)["reviewRating"]
    assert (rating["alternateName"], rating.get("ratingValue")) == expected


# --- the whole folder -------------------------------------------------------------------------------------------------


def test_masks_hold_in_everything_that_leaves_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the masking room hides is in no table, no JSON and no export: here, everybody called Nemo."""

    def hide(text: str) -> str:
        return text.replace("Nemo", "[person]")

    def hidden_report(report: Report, *_: object) -> Report:
        return replace(report, title=hide(report.title), text=hide(report.text), note=hide(report.note),
                       cites=tuple(map(hide, report.cites)))  # fmt: skip

    def hidden_claim(claim: Claim, *_: object) -> Claim:
        return replace(claim, who=hide(claim.who), what=hide(claim.what), place=hide(claim.place))

    monkeypatch.setattr(shown, "mask_report", hidden_report)
    monkeypatch.setattr(shown, "mask_claim", hidden_claim)
    monkeypatch.setattr(shown, "mask_text", hide)
    monkeypatch.setattr(shown, "mask_sighting", lambda one: replace(one, what=hide(one.what)))
    report = Report("a", "d", "text", "https://example.org/a", "P", level="social", published=day("2026-02-19"),
                    title="Nemo was called", text="Nemo was called at home.", note="Nemo's wife.",
                    cites=("Nemo",))  # fmt: skip
    claim = Claim("a#1", "a", 1, "asserts", "called-up", "Nemo", "Nemo was called.", "Nemo's home", day("2026-02-18"),
                  "seen", spans=(Span(0, 4),), writer="analyst")  # fmt: skip
    with Store.open(tmp_path / "w", create=True) as store:
        store.add([(report, (claim,))])
        store.add_sightings([replace(SIGHTING, what="Nemo saw troops.")])
        Desk(store).write()
        desk = Desk(store)
        told = [json.dumps(reports_json(desk)), json.dumps(report_json(desk, "a"))]
        told += [exported(desk, form, "by", 0)[0].decode("latin-1") for form in FORMATS]
        tables = [
            pl.read_parquet(tmp_path / "w" / name) for name in ("log.parquet", "claims.parquet", "reports.parquet")
        ]
        told += [table.write_ndjson() for table in tables]
        assert len(desk.written.rows) == 1
    assert [text[:80] for text in told if "Nemo" in text] == []
    assert any("[person]" in text for text in told)


def test_exports_of_a_folder_are_the_same_bytes_again(tmp_path: Path) -> None:
    """Same folder, same moment, same bytes, in every format."""
    report = Report("a", "d", "coded", "https://example.org/a", "P", published=day("2026-02-19"), captured=5)
    claims = [Claim(f"a#{n}", "a", n, "asserts", "numbers", "W", "x", "Grodno", day("2026-02-18"), "seen",
                    Bounds(n, None), "person") for n in (1, 2)]  # fmt: skip
    with Store.open(tmp_path / "w", create=True) as store:
        store.add([(report, claims)])
    for form in FORMATS:
        made = []
        for _ in range(2):
            with Store.open(tmp_path / "w") as store:
                made.append(exported(Desk(store), form, "by", 7)[0])
        assert made[0] == made[1], form


def test_the_table_of_claims_says_when_people_have_to_report(tmp_path: Path) -> None:
    """19 February, 08:00 in Minsk is 05:00 in UTC: a moment in `claims.parquet`, and in CSV a time like the others."""
    due = day("2026-02-19T08:00")
    report = Report("a", "d", "coded", "https://example.org/a", "P", published=day("2026-02-19"), captured=5)
    claim = Claim("a#1", "a", 1, "asserts", "notice-time", "W", "x", "", day("2026-02-18"), "seen", due=due)
    with Store.open(tmp_path / "w", create=True) as store:
        store.add([(report, (claim,))])
        Desk(store).write()
        text = exported(Desk(store), "csv", "by", 7)[0].decode()
    told = dt.datetime(2026, 2, 19, 5, tzinfo=dt.UTC)
    (row,) = pl.read_parquet(tmp_path / "w" / "claims.parquet").to_dicts()
    assert (row["due_least"], row["due_most"]) == (told, told)
    (cells_of,) = csv.DictReader(io.StringIO(text))
    assert (cells_of["due_least"], cells_of["due_most"]) == (told.isoformat(timespec="milliseconds"),) * 2

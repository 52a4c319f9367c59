"""Make the small tables of roads that stand in `src/tocsin/plan/places/`, from the towns that stand there.

    python tools/make_roads.py

No road was looked up: the tables are an ASSUMPTION, a rule that joins towns which no other town lies between.

1. Main roads join the towns with `MAIN_PEOPLE` people or more, local roads all bundled towns.
2. Two towns are joined if no third one lies in the circle that has the line between them as its diameter: then
   a² + b² >= c² for its distances a and b to the two and their own distance c (the Gabriel graph; Gabriel and Sokal
   1969, A New Statistical Approach to Geographic Variation Analysis). Where both rules join two towns, the road is a
   main one.
3. A road is 1.3 times as long as the straight line, to 0.1 km; speeds are 80 and 50 km/h.
4. Its name is made of both towns' names in plain letters, in alphabetical order; a name given already gets a number.

A line across water stands for a ferry as if it were a road: Saaremaa and Hiiumaa are reached so.
"""

from __future__ import annotations

import csv
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from tocsin.plan.assignment import distances_km
from tocsin.plan.geography import COUNTRIES, Town, towns
from tocsin.plan.road_table import ROAD_COLUMNS
from tocsin.plan.roads import DETOUR

PLACES = Path(__file__).resolve().parents[1] / "src" / "tocsin" / "plan" / "places"
MAIN_PEOPLE = {"by": 20_000, "ee": 10_000}
MAIN_KMH, LOCAL_KMH = 80, 50


def neighbours(among: list[Town]) -> Iterator[tuple[Town, Town, float]]:
    """Yield each two towns that the rule joins, and their straight distance in km."""
    lat, lon = np.array([t.lat for t in among]), np.array([t.lon for t in among])
    km = np.array([distances_km(lat, lon, np.float64(t.lat), np.float64(t.lon)) for t in among])
    for i in range(len(among)):
        for j in range(i + 1, len(among)):
            around = km[i] ** 2 + km[j] ** 2
            around[[i, j]] = np.inf
            if km[i, j] > 0 and around.min() >= km[i, j] ** 2:
                yield among[i], among[j], float(km[i, j])


def slug(name: str) -> str:
    """Write a name in lower-case letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def table(country: str) -> str:
    """Return the table of a country as CSV."""
    listed = towns(country)
    main = [t for t in listed if t.population >= MAIN_PEOPLE[country]]
    joined: dict[tuple[int, int], tuple[list[str], float, int]] = {}
    for among, speed in ((main, MAIN_KMH), (listed, LOCAL_KMH)):
        for one, other, km in neighbours(among):
            ends = (min(one.geoname_id, other.geoname_id), max(one.geoname_id, other.geoname_id))
            joined.setdefault(ends, (sorted([slug(one.ascii), slug(other.ascii)]), km * DETOUR, speed))
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(ROAD_COLUMNS)
    given: dict[str, int] = {}
    for ends, (names, km, speed) in sorted(joined.items(), key=lambda item: (-item[1][2], item[1][0], item[0])):
        name = "-".join(names)
        given[name] = given.get(name, 0) + 1
        rows.writerow((name if given[name] == 1 else f"{name}-{given[name]}", *ends, f"{km:.1f}", speed))
    return text.getvalue()


def main() -> int:
    """Write all tables."""
    for country in COUNTRIES:
        (PLACES / f"roads-{country}.csv").write_text(table(country), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

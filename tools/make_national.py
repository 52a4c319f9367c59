"""Make the bundled plan `national.toml`: 300,000 people of all Belarus, 120 assembly points, 240 units.

Run it by hand when the table of towns or a figure below changes; a test says when the file is stale:

    python tools/make_national.py --out src/tocsin/plan/bundled/national.toml

The order of things:

1. take the towns of the bundled table; cut cities with more than 1.5 points' worth of people into sectors;
2. put a point into every sector, and further ones into the largest other towns, until there are 120;
3. send each town to the nearest point of its region, and give each point the layout that fits its people;
4. deal 240 units over the points by their people, and give each the establishment that fits best;
5. write the lists, then the hand-written figures that stand in `FIGURES`.
"""

from __future__ import annotations

import argparse
import math
import textwrap
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from tocsin.plan.geography import Town, distance_km, towns

CALLED = 300_000
POINTS = 120
UNITS = 240
FEWEST_PEOPLE = 1_500  # smaller places are called through the larger ones
WANTED_AT_A_POINT = 2_500  # a city has so many points that each gets about so many
READY = 0.62  # posts for each person called: over-calling by 1.6
SMALL_TOWN = 12_000  # below this, a town has few couriers
GOLDEN_ANGLE = math.pi * (3 - math.sqrt(5))
KM_A_DEGREE = 111.2
RADIUS_KM = 9.0  # Minsk's ring road is about 9 km from its middle; other cities by the root of their people

LAYOUTS = {"small": 1_000, "middle": 1_800, "large": 2_600, "larger": 3_400, "largest": 4_600}
"""Each layout and the most people called that it is meant for."""

CHECKIN_AN_HOUR, MEDICAL_AN_HOUR, KIT_AN_HOUR = 28, 12, 12
PEAK_SHARE = 0.035  # of those called, the people an hour that a station can serve by day
NIGHT_PART = 0.4

SIZES = {"half-battalion": 400, "battalion": 600, "large-battalion": 900, "regiment": 1_300}
TRADES = {"rifleman": 0.5, "driver": 0.2, "gunner": 0.12, "signaller": 0.08, "medic": 0.05, "mechanic": 0.05}
CRITICAL = {"driver": 0.75, "gunner": 0.7, "signaller": 0.7}


class Place(NamedTuple):
    """A town, or a sector of a city."""

    name: str
    region: str
    population: int
    lat: float
    lon: float
    sector: bool


def places() -> list[Place]:
    """Return towns and sectors, most people first in each city's or town's place."""
    table = [t for t in towns("by") if t.population >= FEWEST_PEOPLE]
    whole = sum(t.population for t in table)
    found: list[Place] = []
    taken: set[str] = set()
    for town in table:
        people = CALLED * town.population / whole
        if people > 1.5 * WANTED_AT_A_POINT:
            found += _sectors(town, round(people / WANTED_AT_A_POINT))
        else:  # as `tocsin.plan` calls the second town of a name
            name = f"{town.name} ({town.region})" if town.name in taken else town.name
            found.append(Place(name, town.region, town.population, town.lat, town.lon, sector=False))
            taken.add(name)
    return found


def _sectors(city: Town, number: int) -> list[Place]:
    """Cut a city into sectors of equal population, spread over a disc like the seeds of a sunflower."""
    radius_km = RADIUS_KM * math.sqrt(city.population / 1_742_124)
    sectors = []
    for i in range(number):
        r, angle = radius_km * math.sqrt((i + 0.5) / number), i * GOLDEN_ANGLE
        lat = city.lat + r * math.cos(angle) / KM_A_DEGREE
        lon = city.lon + r * math.sin(angle) / KM_A_DEGREE / math.cos(math.radians(city.lat))
        people = city.population * (i + 1) // number - city.population * i // number
        name = city.name if i == 0 else f"{city.name} {i + 1}"  # the first stands for the town of the table
        sectors.append(Place(name, city.region, people, round(lat, 4), round(lon, 4), sector=True))
    return sectors


def points(all_places: Sequence[Place]) -> list[Place]:
    """Return where the points stand: every sector, then the largest towns."""
    sectors = [p for p in all_places if p.sector]
    others = sorted((p for p in all_places if not p.sector), key=lambda p: -p.population)
    return sectors + others[: POINTS - len(sectors)]


def loads(all_places: Sequence[Place], stands: Sequence[Place]) -> dict[str, float]:
    """Return how many people are called to each point: every town goes to the nearest point of its region."""
    whole = sum(p.population for p in all_places)
    load: dict[str, float] = defaultdict(float)
    for place in all_places:
        near = min(
            (s for s in stands if s.region == place.region),
            key=lambda s: distance_km(place.lat, place.lon, s.lat, s.lon),
        )
        load[near.name] += CALLED * place.population / whole
    return load


def shared_out(number: int, weights: Sequence[float], least: int = 0) -> list[int]:
    """Share a number out by weights, each at least `least`, remainders to the largest."""
    rest = number - least * len(weights)
    exact = [rest * w / sum(weights) for w in weights]
    parts = [int(e) for e in exact]
    for i in sorted(range(len(exact)), key=lambda i: (parts[i] - exact[i], i))[: rest - sum(parts)]:
        parts[i] += 1
    return [least + part for part in parts]


def quoted(names: Iterable[str]) -> str:
    """Write names as a TOML array, wrapped."""
    listed = ", ".join(f'"{name}"' for name in names)
    if len(listed) < 90:
        return f"[{listed}]"
    unbroken = listed.replace(" ", "\0").replace(",\0", ", ")  # break after commas, never inside a name
    lines = textwrap.wrap(unbroken, 106, break_long_words=False, break_on_hyphens=False)
    return "[\n" + "\n".join(f"    {line}" for line in lines).replace("\0", " ") + ",\n]"


def lists(all_places: Sequence[Place]) -> tuple[str, list[str]]:
    """Return the long lists of towns, points and units, and the tasks."""
    stands = points(all_places)
    load = loads(all_places, stands)
    shares = shared_out(UNITS, [load[s.name] for s in stands], least=1)
    town_rows, point_rows, unit_rows = [], [], []
    leading: dict[str, list[str]] = defaultdict(list)
    for p in (p for p in all_places if p.sector):
        town_rows.append(
            f'    {{ name = "{p.name}", region = "{p.region}", population = {p.population},'
            f' lat = {p.lat}, lon = {p.lon}, assumption = "sector" }},'
        )
    for stand, number in zip(stands, shares, strict=True):
        layout = next(name for name, most in LAYOUTS.items() if load[stand.name] <= most or name == "largest")
        point_rows.append(
            f'    {{ name = "{stand.name}", town = "{stand.name}", regions = ["{stand.region}"],'
            f' layout = "{layout}" }},'
        )
        size = READY * load[stand.name] / number
        kind = min(SIZES, key=lambda name: abs(math.log(SIZES[name] / size)))
        first = f"{stand.name} {kind} 1"
        leading[stand.region].append(first)
        for i in range(number):
            needs = f', needs = ["{first}"]' if i else ""
            unit_rows.append(
                f'    {{ name = "{stand.name} {kind} {i + 1}", points = ["{stand.name}"],'
                f' establishment = "{kind}"{needs} }},'
            )
    tasks = [
        f'[[task]]\nname = "{region}: four fifths of the first units"\nunits = {quoted(units)}\n'
        f"at_least = {max(1, math.ceil(0.8 * len(units)))}\n"
        'assumption = "Ours: a first echelon of each region."\n'
        for region, units in leading.items()
    ]
    blocks = [
        "# Cities cut into sectors of equal population, no real districts; the first replaces the city.\n"
        "town = [\n" + "\n".join(town_rows) + "\n]\n",
        "# Each point takes those towns of its region that it is nearest to; its layout fits its people.\n"
        "point = [\n" + "\n".join(point_rows) + "\n]\n",
        "# Units: at least one a point, 240 in all by people; the others of a point need its first.\n"
        "unit = [\n" + "\n".join(unit_rows) + "\n]\n",
    ]
    return "\n".join(blocks), tasks


GROUP = """\
[[group]]
name = "{name}"
called = {called}
towns = {towns}
sex = {{ male = 0.97, female = 0.03 }}
age = [
    {{ from = 19, until = 29, share = 0.3 }},
    {{ from = 30, until = 39, share = 0.4 }},
    {{ from = 40, until = 55, share = 0.3 }},
]
minor_children = {{ 0 = 0.45, 1 = 0.26, 2 = 0.22, 3 = 0.05, 4 = 0.015, 5 = 0.005 }}
medical = {{ fit = 0.82, "minor limitations" = 0.15, "limited in wartime" = 0.03 }}
trade = {{ {trades} }}
employer = {{ "state firm" = 0.55, "private firm" = 0.3, school = 0.04, "own account" = 0.05, none = 0.06 }}
distance_km = {distance_km}
assumption = "{assumption}"
"""


def groups(all_places: Sequence[Place]) -> list[str]:
    """Return the three groups: sectors of cities, towns, small towns; they differ in their couriers."""
    rest = [p for p in all_places if not p.sector]
    tiers = [
        ("Cities", [p for p in all_places if p.sector], 2.0, "Sectors of cities."),
        ("Towns", [p for p in rest if p.population >= SMALL_TOWN], 5.0, "Towns of 12,000 and more."),
        ("Small towns", [p for p in rest if p.population < SMALL_TOWN], 8.0, "Towns below 12,000."),
    ]
    called = shared_out(CALLED, [float(sum(p.population for p in members)) for _, members, _, _ in tiers])
    trades = ", ".join(f"{name} = {share}" for name, share in TRADES.items())
    return [
        GROUP.format(
            name=name,
            called=number,
            towns=quoted(p.name for p in members),
            trades=trades,
            distance_km=distance,
            assumption=f"{words} 300,000 by population; the shares are ours.",
        )
        for (name, members, distance, words), number in zip(tiers, called, strict=True)
    ]


def shifts(servers: int) -> str:
    """Return a calendar: some at all hours, the rest by day."""
    night = max(1, round(NIGHT_PART * servers))
    rest = "" if servers == night else f', {{ from = "07:00", until = "23:00", servers = {servers - night} }}'
    return f'[{{ from = "00:00", until = "24:00", servers = {night} }}{rest}]'


LAYOUT = """\
[[layout]]
name = "{name}"
assumption = "For up to {most} called: {rate} an hour at each station by day, two fifths by night; ours."

[[layout.station]]
name = "checkin"
service = {{ family = "triangular", min_min = 0.8, mode_min = 1.6, max_min = 4.0 }}
hours = {checkin}
patience = {{ family = "lognormal", median_min = 360, sigma = 0.5 }}
impatient = 0.02
release = [
    {{ reason = "wrong record", share = 0.015 }},
    {{ reason = "student", share = 0.01 }},
    {{ reason = "other", share = 0.01 }},
]
assumption = "2.1 min a person; one in fifty leaves after about six hours; shares sent home are ours."

[[layout.station]]
name = "medical"
service = {{ family = "triangular", min_min = 2, mode_min = 4, max_min = 9 }}
hours = {medical}
priority = [{{ trades = ["medic"] }}, {{ sex = ["female"] }}]
release = [
    {{ reason = "medical", share = 0.004, who = {{ medical = ["fit"] }} }},
    {{ reason = "medical", share = 0.09, who = {{ medical = ["minor limitations"] }} }},
    {{ reason = "medical", share = 0.7, who = {{ medical = ["limited in wartime"] }} }},
]
assumption = "5 min a person; medics are seen first, so that they can help; shares are ours."

[[layout.station]]
name = "kit"
service = {{ family = "exponential", mean_min = 5 }}
hours = {kit}
priority = [{{ trades = ["driver"] }}]
assumption = "5 min a person; drivers first, for the vehicles; ours."

[[layout.bus]]
name = "bus"
to = "units"
capacity = 40
timeout_min = 60
fleet = {fleet}
trip = {{ family = "triangular", min_min = 25, mode_min = 50, max_min = 120 }}
assumption = "40 seats, an hour's wait at most, an hour's way; buses for what the stations pass by day."

[layout.instruction]
every_min = 90
assumption = "A round every hour and a half is ours."
"""


def layouts() -> list[str]:
    """Return the five layouts, sized for the people that they are meant for."""
    rows = []
    for name, most in LAYOUTS.items():
        rate = PEAK_SHARE * most
        rows.append(
            LAYOUT.format(
                name=name,
                most=most,
                rate=round(rate),
                checkin=shifts(math.ceil(rate / CHECKIN_AN_HOUR)),
                medical=shifts(math.ceil(rate / MEDICAL_AN_HOUR)),
                kit=shifts(math.ceil(rate / KIT_AN_HOUR)),
                fleet=math.ceil(rate * 130 / 60 / 40),  # a round trip takes 130 min on average
            )
        )
    return rows


def establishments() -> list[str]:
    """Return one establishment a size, all with the same mixture of trades."""
    rows = []
    for name, size in SIZES.items():
        posts = shared_out(size, list(TRADES.values()))
        lines = [
            f'    {{ trade = "{trade}", posts = {number}'
            + (f", critical = true, share = {CRITICAL[trade]} }}," if trade in CRITICAL else " },")
            for trade, number in zip(TRADES, posts, strict=True)
        ]
        rows.append(
            f'[[establishment]]\nname = "{name}"\nformed_at = 0.8\n'
            f'assumption = "{size} posts; sizes and trades are ours."\n'
            "post = [\n" + "\n".join(lines) + "\n]\n"
        )
    return rows


HEAD = """\
# A stress case, not a forecast: 300,000 people of all Belarus are called to 120 points within three days.
#
# No such call-up is known to be planned. The plan asks what Tocsin, and a call-up, can bear: every figure is
# an assumption, and the date lies in the past on purpose. Towns are real (GeoNames, CC BY 4.0).
#
# Made by tools/make_national.py; change that, not this. The long lists come first: TOML wants them so.

format = 1

"""

EXERCISE = """\
[exercise]
name = "national"
title = "Stress case: 300,000 people, 120 points"
country = "by"
kind = "mobilisation"
alert = 2025-06-02T06:00:00+03:00
time_zone = "Europe/Minsk"
announced = 2025-06-02
deadline = { after_delivery_h = 24 }
horizon_h = 72
closes = true
source = "The scale is what Israel claimed for October 2023: 300,000 in 48 h (stripes.com)."
assumption = "Hypothetical throughout: neither the number nor the time is anybody's plan."

[exercise.order]
family = "lognormal"
median_min = 60
sigma = 0.6
assumption = "An hour from the decision to a unit, ours: down three echelons."
"""

REGION = """\
[[region]]
name = "{name}"
places = "by"
min_population = 1500
source = "Populations: GeoNames (CC BY 4.0)."
assumption = "Villages and places below 1,500 are called through the larger ones, in proportion to these."
"""

FIGURES = """\
[[channel]]
name = "sms"
medium = "SMS"
reach = 0.4
starts_min = 15
delay = { family = "lognormal", median_min = 30, sigma = 1.3 }
assumption = "A mass message beside the couriers: two in five see it as a summons; ours."
[channel.capacity]
handling = { family = "constant", value_min = 0.05 }
servers = 40

[[channel]]
name = "couriers-city"
medium = "courier"
groups = ["Cities"]
reach = 0.7
starts_min = 120
fallback = "phone"
fallback_after = { family = "constant", value_min = 60 }
assumption = "Twenty-eight crews a sector of about 2,500: through in about twenty working hours; ours."
[channel.capacity]
handling = { family = "triangular", min_min = 4, mode_min = 10, max_min = 25 }
per = "town"
hours = [{ from = "06:00", until = "23:00", servers = 28 }]

[[channel]]
name = "couriers-town"
medium = "courier"
groups = ["Towns"]
reach = 0.7
starts_min = 120
fallback = "phone"
fallback_after = { family = "constant", value_min = 60 }
assumption = "Twenty-four crews a town of 500 to 3,500: the largest take a day and a half; ours."
[channel.capacity]
handling = { family = "triangular", min_min = 4, mode_min = 10, max_min = 25 }
per = "town"
hours = [{ from = "06:00", until = "23:00", servers = 24 }]

[[channel]]
name = "couriers-small"
medium = "courier"
groups = ["Small towns"]
reach = 0.7
starts_min = 120
fallback = "phone"
fallback_after = { family = "constant", value_min = 60 }
assumption = "Five crews a town of 60 to 500, longer legs, back for more after fifteen visits; ours."
[channel.capacity]
handling = { family = "triangular", min_min = 5, mode_min = 14, max_min = 35 }
per = "town"
hours = [{ from = "06:00", until = "23:00", servers = 5 }]
rounds = { visits = 15, reload = { family = "triangular", min_min = 10, mode_min = 20, max_min = 40 } }

[[channel]]
name = "phone"
medium = "phone"
reach = 0.5
fallback = "radio"
fallback_after = { family = "constant", value_min = 60 }
assumption = "A call to those not found at home: 120 lines a region; ours."
[channel.capacity]
handling = { family = "triangular", min_min = 1, mode_min = 2.5, max_min = 6 }
per = "region"
hours = [{ from = "07:00", until = "22:00", servers = 120 }]

[[channel]]
name = "radio"
medium = "radio"
reach = 0.6
delay = { family = "triangular", min_min = 30, mode_min = 240, max_min = 900 }
assumption = "A general order on air finds three in five of the rest within a day; ours."

[behaviour]
reach = 0.95
acknowledge = 0.8
response = { family = "lognormal", median_min = 20, sigma = 0.9 }
refuse = 0.02
excuse = 0.04
no_show = 0.12
preparation = { family = "lognormal", median_min = 180, sigma = 0.7 }
travel = { speed_kmh = 35, detour = 1.35, overhead = { family = "exponential", mean_min = 30 } }
at_once = 0.4
lead = { family = "lognormal", median_min = 60, sigma = 1.296 }
late_share = 0.05
lag = { family = "lognormal", median_min = 180, sigma = 0.8 }
source = "The lead before the deadline is that fitted on Okas 2017."
assumption = "All else is ours; 82 % of those delivered come, in Estonia it was 77 % (err.ee/994094)."

[[request]]
name = "exemption-plea"
kind = "exemption"
when = "summons"
share = 0.04
answer = { family = "triangular", min_min = 5, mode_min = 12, max_min = 40 }
granted = 0.4
reason = "large family"
per = "region"
waits = true
hours = [{ from = "07:00", until = "21:00", servers = 30 }]
assumption = "One in twenty-five asks; 30 desks a region, 19 min each: about 1,300 a day; ours."

[[request]]
name = "hardship-plea"
kind = "hardship"
when = "gate"
share = 0.02
answer = { family = "triangular", min_min = 5, mode_min = 12, max_min = 30 }
granted = 0.3
reason = "hardship"
servers = 2
assumption = "On arrival; two desks a point; ours."

[[request]]
name = "sick-call"
kind = "medical"
when = "gate"
after = "checkin"
share = 0.05
answer = { family = "lognormal", median_min = 12, sigma = 0.6 }
granted = 0.3
reason = "medical"
servers = 2
assumption = "After check-in; two medics a point; ours."
"""

LIMITS = """\
[limits]
wait_min = 120
idle_min = 90
answer_min = 60
assumption = "Ours: twice the defaults, as the case is one of stress."
"""


def plan() -> str:
    """Return the whole plan as TOML."""
    all_places = places()
    rows, tasks = lists(all_places)
    regions = [REGION.format(name=name) for name in dict.fromkeys(p.region for p in all_places)]
    parts = [EXERCISE, *regions, *groups(all_places), FIGURES, *layouts(), *establishments(), *tasks, LIMITS]
    return HEAD + rows + "\n" + "\n".join(parts)


def main() -> None:
    """Write the plan."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path, required=True, help="file to write")
    parser.parse_args().out.write_text(plan(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()

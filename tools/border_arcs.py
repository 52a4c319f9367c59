"""Borders as shared arcs: cut rings at junctions, simplify every arc once, put rings together again.

Two regions that share a border walk the same arc, one forwards, one backwards; so after simplifying there is
neither a gap nor a sliver between them. `make_places.py` uses this; nothing of Tocsin itself does.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from itertools import pairwise

Point = tuple[int, int]  # longitude, latitude in units of a grid
Ring = list[Point]  # open: the first point is not repeated
Arc = tuple[Point, ...]  # a loop repeats its first point at the end
Step = tuple[int, bool]  # number of an arc, and whether the ring walks it forwards
Frame = tuple[int, int, int, int]  # west, south, east, north

SOURCE_GRID = 100_000  # units a degree: the source gives five decimals
GRID = 1_000  # units a degree in our tables: 111 m north-south, 55-68 m east-west
COARSER = SOURCE_GRID // GRID
KM_A_DEGREE = 111.195  # of latitude, on the sphere that tocsin.plan.geography.distance_km uses
MEASURES = (1.0, 0.6, 1.5, 0.3, 2.5, 0.1, 4.0)  # times the tolerance, tried in turn where arcs cross


# --- rings: cutting -----------------------------------------------------------------------------------------


def doubled_area(ring: Ring) -> int:
    """Return twice the signed area of an open ring in square units of the grid; positive if anticlockwise."""
    return sum(ax * by - bx * ay for (ax, ay), (bx, by) in zip(ring, ring[1:] + ring[:1], strict=True))


def area_km2(ring: Ring, grid: int) -> float:
    """Return the area of a small ring in square kilometres, on a plane fitted at its own latitude."""
    middle = math.radians(ring[0][1] / grid)
    return abs(doubled_area(ring)) / 2 / grid**2 * KM_A_DEGREE**2 * math.cos(middle)


def frame_around(rings: list[Ring]) -> Frame:
    """Return a frame two degrees wider and one degree higher than the rings, on lines of our own grid."""
    xs = [x // COARSER * COARSER for ring in rings for x, _ in ring]
    ys = [y // COARSER * COARSER for ring in rings for _, y in ring]
    wide, high = 2 * SOURCE_GRID, SOURCE_GRID
    return min(xs) - wide, min(ys) - high, max(xs) + wide, max(ys) + high


def cut(ring: Ring, frame: Frame) -> Ring:
    """Cut a ring to a frame (Sutherland and Hodgman 1974), one side of the frame after the other."""
    west, south, east, north = frame
    for axis, limit, sign in ((0, west, 1), (1, south, 1), (0, east, -1), (1, north, -1)):
        kept: Ring = []
        for before, here in zip(ring[-1:] + ring[:-1], ring, strict=True):
            was_in, is_in = sign * before[axis] >= sign * limit, sign * here[axis] >= sign * limit
            if was_in != is_in:
                kept.append(crossing(before, here, axis, limit))
            if is_in:
                kept.append(here)
        ring = without_repeats(kept)
        if len(ring) < 3:
            return []
    return ring


def crossing(a: Point, b: Point, axis: int, limit: int) -> Point:
    """Return the point where the segment from a to b meets the line on which that axis has that value."""
    other = 1 - axis
    share = (limit - a[axis]) / (b[axis] - a[axis])
    value = round(a[other] + share * (b[other] - a[other]))
    return (limit, value) if axis == 0 else (value, limit)


def without_repeats(points: Iterable[Point]) -> Ring:
    """Return the points of an open ring without those that equal the one before them."""
    kept: Ring = []
    for point in points:
        if not kept or kept[-1] != point:
            kept.append(point)
    while len(kept) > 1 and kept[0] == kept[-1]:
        kept.pop()
    return kept


def mend(ring: Ring, borders: list[Ring]) -> Ring:
    """Give a neighbour the few points that only our border has, between two points that both have."""
    between: dict[frozenset[Point], Point] = {}
    for own in borders:
        for a, middle, b in zip(own[-1:] + own[:-1], own, own[1:] + own[:1], strict=True):
            between[frozenset((a, b))] = middle
    present = set(ring)
    mended: Ring = []
    for here, after in zip(ring, ring[1:] + ring[:1], strict=True):
        mended.append(here)
        middle = between.get(frozenset((here, after)), here)
        if middle not in present:
            mended.append(middle)
    return mended


# --- arcs: cutting, simplifying, checking -------------------------------------------------------------------


def arcs_of(rings: list[Ring]) -> tuple[list[Arc], list[list[Step]]]:
    """Cut rings into arcs that neighbours share.

    Returns:
        The arcs, and for each ring its steps along them.
    """
    company: dict[Point, set[frozenset[Point]]] = {}
    for ring in rings:
        for before, here, after in zip(ring[-1:] + ring[:-1], ring, ring[1:] + ring[:1], strict=True):
            company.setdefault(here, set()).add(frozenset((before, after)))
    numbers: dict[Arc, int] = {}
    walks: list[list[Step]] = []
    for ring in rings:
        walk: list[Step] = []
        for stretch in stretches(ring, company):
            forward = stretch <= stretch[::-1]
            number = numbers.setdefault(stretch if forward else stretch[::-1], len(numbers))
            walk.append((number, forward))
        walks.append(walk)
    return list(numbers), walks


def stretches(ring: Ring, company: dict[Point, set[frozenset[Point]]]) -> Iterator[Arc]:
    """Yield the stretches of a ring between points at which the company of the border changes."""
    ends = [place for place, point in enumerate(ring) if len(company[point]) > 1]
    # A ring without such a point is one loop; it starts at its least point: a hole and its filling agree.
    start = ends[0] if ends else ring.index(min(ring))
    turned = ring[start:] + ring[: start + 1]
    cuts = [place - start for place in ends] + [len(ring)] if ends else [0, len(ring)]
    for first, last in pairwise(cuts):
        yield tuple(turned[first : last + 1])


def simplify(arc: Arc, tolerance_km: float) -> Arc:
    """Drop points of an arc within a tolerance of the line without them (Douglas and Peucker 1973)."""
    if tolerance_km <= 0:
        return arc
    keep = {0, len(arc) - 1}
    spans = [(0, len(arc) - 1)]
    if arc[0] == arc[-1]:  # a loop needs a second fixed point, else every distance is to one point
        far = max(range(len(arc)), key=lambda place: stray_km(arc[place], arc[0], arc[0]))
        keep.add(far)
        spans = [(0, far), (far, len(arc) - 1)]
    while spans:
        first, last = spans.pop()
        inner = range(first + 1, last)
        if not inner:
            continue
        far = max(inner, key=lambda place: stray_km(arc[place], arc[first], arc[last]))
        if stray_km(arc[far], arc[first], arc[last]) > tolerance_km:
            keep.add(far)
            spans += [(first, far), (far, last)]
    return tuple(arc[place] for place in sorted(keep))


def stray_km(point: Point, a: Point, b: Point) -> float:
    """Return the distance in km of a point from the segment a to b, on a plane fitted at its latitude."""
    east = KM_A_DEGREE * math.cos(math.radians(point[1] / SOURCE_GRID)) / SOURCE_GRID
    north = KM_A_DEGREE / SOURCE_GRID
    px, py = (point[0] - a[0]) * east, (point[1] - a[1]) * north
    bx, by = (b[0] - a[0]) * east, (b[1] - a[1]) * north
    length = bx * bx + by * by
    share = min(1.0, max(0.0, (px * bx + py * by) / length)) if length else 0.0
    return math.hypot(px - share * bx, py - share * by)


def on_our_grid(arc: Arc) -> Arc:
    """Round an arc to the grid of our tables, without points that fall together."""
    rounded: list[Point] = []
    for x, y in arc:
        point = (round(x / COARSER), round(y / COARSER))
        if not rounded or rounded[-1] != point:
            rounded.append(point)
    return tuple(rounded)


def crossed(arcs: list[Arc], frame: Frame) -> set[int]:
    """Return the numbers of arcs that cross or touch but at shared points; cuts along the frame may."""
    segments = sorted(
        (min(a[0], b[0]), max(a[0], b[0]), a, b, number)
        for number, arc in enumerate(arcs)
        for a, b in pairwise(arc)
        if not (a[0] == b[0] in frame[::2] or a[1] == b[1] in frame[1::2])
    )
    guilty: set[int] = set()
    for place, (_, right, a, b, number) in enumerate(segments):
        for left, _, c, d, other in segments[place + 1 :]:
            if left > right:
                break
            if not {a, b} & {c, d} and meet(a, b, c, d):
                guilty |= {number, other}
    return guilty


def meet(a: Point, b: Point, c: Point, d: Point) -> bool:
    """Say whether the segments a to b and c to d have a point in common."""

    def side(p: Point, q: Point, r: Point) -> int:
        turn = (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])
        return (turn > 0) - (turn < 0)

    one, two, three, four = side(a, b, c), side(a, b, d), side(c, d, a), side(c, d, b)
    if one == two == three == four == 0:  # all on one line
        return max(min(a, b), min(c, d)) <= min(max(a, b), max(c, d))
    return one * two <= 0 and three * four <= 0


def simplified(arcs: list[Arc], tolerances: list[float], frame: Frame) -> list[Arc]:
    """Simplify all arcs, those that would cross others by other measures, until none crosses.

    Mostly a smaller tolerance undoes a crossing. Where rounding made it, on coasts full of inlets narrower
    than our grid, a larger one does.

    Raises:
        ValueError: If arcs cross whatever was tried.
    """
    tried = [0] * len(arcs)
    west, south, east, north = (value // COARSER for value in frame)
    while True:
        kilometres = [km * MEASURES[turn] for km, turn in zip(tolerances, tried, strict=True)]
        small = [on_our_grid(simplify(arc, km)) for arc, km in zip(arcs, kilometres, strict=True)]
        guilty = crossed(small, (west, south, east, north))
        if not guilty:
            return small
        for number in guilty:
            tried[number] += 1
            if tried[number] == len(MEASURES):
                raise ValueError(f"the arc from {small[number][0]} still crosses: try another tolerance")


# --- putting together ---------------------------------------------------------------------------------------


def ring_along(walk: list[Step], arcs: list[Arc]) -> Ring:
    """Put one ring together again from its arcs."""
    points: Ring = []
    for number, forward in walk:
        arc = arcs[number] if forward else arcs[number][::-1]
        points += arc[:-1]
    return without_repeats(points)


def dissolve(walks: list[list[Step]], arcs: list[Arc]) -> list[list[Step]]:
    """Return the walks around a whole country: those steps of its regions that no region makes backwards."""
    steps = {step for walk in walks for step in walk}
    outer = sorted(step for step in steps if (step[0], not step[1]) not in steps)
    leaving: dict[Point, Step] = {}
    for number, forward in outer:
        start = arcs[number][0 if forward else -1]
        if start in leaving:
            raise ValueError(f"two outer borders leave {start}: the country cannot be put together")
        leaving[start] = (number, forward)
    whole: list[list[Step]] = []
    while leaving:
        walk = [leaving.pop(min(leaving))]
        while (end := arcs[walk[-1][0]][-1 if walk[-1][1] else 0]) in leaving:
            walk.append(leaving.pop(end))
        whole.append(walk)
    return whole

"""Which steps can delay each other: the joint components of a network, in an order in which they can be run.

A coupling ties steps together: a person sent back, a room that blocks the step before, a crew, a stock. What lies
between two tied steps of a point is tied too, since people flow through it; tied sets that share a step are one; and so
are sets that lie before each other in a circle over several points. What remains has no circles: a feed-forward
network of components.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from graphlib import CycleError, TopologicalSorter

from tocsin.simulate.network import Joint, Step
from tocsin.simulate.stages import NONE

__all__ = ["joints_of"]

Spans = dict[int, tuple[int, int]]
"""Of each point, the first position of a set of steps and the one after its last."""


def joints_of(layouts: Sequence[Sequence[Step]], layout_of_point: Sequence[int]) -> tuple[Joint, ...]:
    """Find the joint components of a network.

    Args:
        layouts: The steps of each layout, in order.
        layout_of_point: The layout of each point.

    Returns:
        The components, each after those before it at any of its points.
    """
    own = [list(_of_layout(steps)) for steps in layouts]
    sets: list[Spans] = [{p: span} for p, layout in enumerate(layout_of_point) for span in own[layout]]
    sets += _of_stocks(layouts, layout_of_point)
    while True:
        sets = _joined(sets)
        before = {i: {j for j, other in enumerate(sets) if _precedes(other, one)} for i, one in enumerate(sets)}
        try:
            order = list(TopologicalSorter(before).static_order())
        except CycleError as error:
            circle = set(error.args[1])
            sets = [s for i, s in enumerate(sets) if i not in circle] + [_hull([sets[i] for i in circle])]
            continue
        return tuple(_joint(sets[i]) for i in order)


def _of_layout(steps: Sequence[Step]) -> Iterator[tuple[int, int]]:
    """The tied spans of one layout, each step that needs the event loop at least by itself."""
    for at, step in enumerate(steps):
        if step.joint:
            yield at, at + 1
        if step.sent_back is not None:
            yield step.sent_back.to, at + 1
        if step.room != NONE and step.blocks:
            yield _holder(steps, at), at + 1
        if step.crew != NONE:
            yield min(i for i, other in enumerate(steps) if other.crew == step.crew), at + 1


def _holder(steps: Sequence[Step], at: int) -> int:
    """The earliest step from which somebody can come straight to this one: the nearest that concerns everybody."""
    for i in range(at - 1, -1, -1):
        if steps[i].need == NONE and steps[i].who is None:
            return i
    return 0


def _of_stocks(layouts: Sequence[Sequence[Step]], layout_of_point: Sequence[int]) -> list[Spans]:
    """For each stock, the steps that hand it out."""
    found: dict[int, Spans] = {}
    for point, layout in enumerate(layout_of_point):
        for at, step in enumerate(layouts[layout]):
            for issue in step.issues:
                stock = issue.stock_of_point[point]
                if stock != NONE:
                    spans = found.setdefault(stock, {})
                    low, high = spans.get(point, (at, at + 1))
                    spans[point] = min(low, at), max(high, at + 1)
    return list(found.values())


def _joined(sets: Sequence[Spans]) -> list[Spans]:
    """Join the sets that share a step, until none do."""
    done: list[Spans] = []
    for one in sets:
        current = one
        while True:
            touching = [other for other in done if _touch(current, other)]
            if not touching:
                break
            done = [other for other in done if other not in touching]
            current = _hull([current, *touching])
        done.append(current)
    return done


def _touch(one: Spans, other: Spans) -> bool:
    return any(p in other and one[p][0] < other[p][1] and other[p][0] < one[p][1] for p in one)


def _precedes(one: Spans, other: Spans) -> bool:
    return any(p in other and one[p][1] <= other[p][0] for p in one)


def _hull(sets: Sequence[Spans]) -> Spans:
    whole: Spans = {}
    for spans in sets:
        for p, (low, high) in spans.items():
            before = whole.get(p, (low, high))
            whole[p] = min(before[0], low), max(before[1], high)
    return whole


def _joint(spans: Spans) -> Joint:
    points = sorted(spans)
    return Joint(tuple(points), tuple(spans[p][0] for p in points), tuple(spans[p][1] for p in points))

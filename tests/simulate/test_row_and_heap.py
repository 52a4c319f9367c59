"""The two forms of the plain station, a sorted row and a heap, beside an obvious one: the same arrays, with ties."""

from __future__ import annotations

import heapq

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tocsin.simulate import kernels

Ints = NDArray[np.int64]


def by_hand(times: list[int], service: list[int], servers: int) -> tuple[list[tuple[int, ...]], list[tuple[int, int]]]:
    """Serve people, who come in the order of their numbers; ends leave in order of (end, person)."""
    busy: list[tuple[int, int]] = []
    server_of: list[int] = []
    rows, ends = [], []
    for person, time in enumerate(times):
        start, cause, server = time, -1, person
        if person >= servers:
            end, before = heapq.heappop(busy)
            server = server_of[before]
            if end > time:
                start, cause = end, before
        server_of.append(server)
        heapq.heappush(busy, (start + service[person], person))
        ends.append((start + service[person], person))
        rows.append((time, start, start + service[person], server, cause))
    return rows, sorted(ends)


@pytest.mark.parametrize("form", [kernels.row_station, kernels.heap_station, kernels.plain_station])
@given(
    people=st.lists(st.tuples(st.integers(0, 9), st.integers(1, 30)), max_size=90),
    servers=st.integers(1, kernels.ROW + 8),
)
def test_each_form_is_the_recursion(form: kernels.Array, people: list[tuple[int, int]], servers: int) -> None:
    """Gaps of 0 to 9 ms make ties of every sort; more servers than people leave some without work."""
    times: Ints = np.cumsum([gap for gap, _ in people], dtype=np.int64)
    service = np.array([length for _, length in people], np.int64)
    n = len(people)
    q, s, e, out = (np.empty(n, np.int64) for _ in range(4))
    v, f = (np.empty(n, np.int32) for _ in range(2))
    keys = (times << kernels.BITS) | np.arange(n)
    assert form(keys, n, servers, service, q, s, e, v, f, out) == n
    rows, ends = by_hand(times.tolist(), service.tolist(), servers)
    found = [x.tolist() for x in (q, s, e, v, f)]
    assert list(zip(*found, strict=True)) == rows
    assert [(key >> kernels.BITS, key & kernels.MASK) for key in out.tolist()] == ends

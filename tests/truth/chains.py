"""Queues without a formula, as Markov chains: every state that matters, its balance equations solved whole.

Where service, patience and gaps are exponential, what a station does next depends on its state alone. The states are
written down by the rules of docs/mechanisms.md, cut off where nothing is left, and the shares of time solved for; no
chance is involved. Little's law turns a mean number into a mean time.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import TypeVar

import numpy as np

__all__ = ["breaking", "extra_lane", "shares", "two_lines"]

State = TypeVar("State", bound=Hashable)


def shares(start: State, moves: Callable[[State], Iterable[tuple[State, float]]]) -> dict[State, float]:
    """Shares of time that a chain spends in each state that can be reached.

    Args:
        start: Any state.
        moves: States that follow a state, with their rates.

    Returns:
        The shares, which add up to 1.
    """
    from scipy.sparse import csc_matrix
    from scipy.sparse.linalg import spsolve

    number, todo, rates = {start: 0}, [start], []
    while todo:
        state = todo.pop()
        for following, rate in moves(state):
            if following not in number:
                number[following] = len(number)
                todo.append(following)
            rates.append((number[state], number[following], rate))
    size = len(number)
    source, target, flow = (np.array(column) for column in zip(*rates, strict=True))
    rows = np.concatenate([target, source])
    values = np.concatenate([flow, -flow]).astype(np.float64)
    balance = csc_matrix((values, (rows, np.concatenate([source, source]))), shape=(size, size)).tolil()
    balance[0, :] = 1.0  # one equation is superfluous: that of the sum takes its place
    found = spsolve(balance.tocsc(), np.eye(1, size)[0])
    return {state: float(found[i]) for state, i in number.items()}


def two_lines(rate: float, most: int = 40) -> float:
    """Mean wait with two servers of rate 1 and a line for each, the shorter joined (of equal ones the first), and kept.

    Args:
        rate: Arrivals a minute.
        most: Longest line, in people; beyond nothing is left.
    """

    def moves(state: tuple[int, int]) -> Iterable[tuple[tuple[int, int], float]]:
        a, b = state
        if max(a, b) < most:
            yield ((a + 1, b) if a <= b else (a, b + 1)), rate
        if a:
            yield (a - 1, b), 1.0
        if b:
            yield (a, b - 1), 1.0

    found = shares((0, 0), moves)
    return sum(share * (max(a - 1, 0) + max(b - 1, 0)) for (a, b), share in found.items()) / rate


def extra_lane(rate: float, at: int, until: int, most: int = 150) -> float:
    """Mean wait at one server of rate 1, and another one that opens above `at` waiting and closes at `until`.

    A state is (busy with the own server, the extra one, waiting); the extra server is away (0), open and busy (1), or
    closed and about to go when done (2). It cannot be open and idle: it opens when somebody waits, and closes when
    somebody began and at most `until` wait, which is before nobody does.

    Args:
        rate: Arrivals a minute.
        at: Waiting above which it opens.
        until: Waiting at which it closes.
        most: Longest queue.
    """

    def began(own: int, extra: int, waiting: int) -> tuple[int, int, int]:
        return own, (2 if extra == 1 and waiting <= until else extra), waiting

    def arrival(own: int, extra: int, waiting: int) -> tuple[int, int, int]:
        if not own:
            return began(1, extra, waiting)
        if waiting + 1 <= at or extra == 1:
            return own, extra, waiting + 1
        return began(own, 1, waiting) if extra == 0 else (own, 1, waiting + 1)

    def moves(state: tuple[int, int, int]) -> Iterable[tuple[tuple[int, int, int], float]]:
        own, extra, waiting = state
        if waiting < most:
            yield arrival(own, extra, waiting), rate
        if own:
            yield (began(1, extra, waiting - 1) if waiting else (0, extra, 0)), 1.0
        if extra == 1:
            yield (began(own, 1, waiting - 1) if waiting else (own, 0, 0)), 1.0
        if extra == 2:
            yield (own, 0, waiting), 1.0

    return sum(share * waiting for (_, _, waiting), share in shares((0, 0, 0), moves).items()) / rate


def breaking(rate: float, servers: int, fails: float, repaired: float, most: int = 120) -> tuple[float, float]:
    """Mean wait, and mean time from queueing to the end, where servers of rate 1 fail, busy or idle, and keep their
    person.

    A state is (in order and busy, in order and idle, broken with a person, broken and idle, waiting).

    Args:
        rate: Arrivals a minute.
        servers: How many.
        fails: Failures a minute of each server in order.
        repaired: Repairs a minute of each broken one.
        most: Longest queue.
    """
    Five = tuple[int, int, int, int, int]

    def moves(state: Five) -> Iterable[tuple[Five, float]]:
        busy, idle, held, broken, waiting = state
        if idle:
            yield (busy + 1, idle - 1, held, broken, waiting), rate
        elif waiting < most:
            yield (busy, idle, held, broken, waiting + 1), rate
        if busy:
            yield ((busy, idle, held, broken, waiting - 1) if waiting else (busy - 1, 1 + idle, held, broken, 0)), busy
            yield (busy - 1, idle, held + 1, broken, waiting), busy * fails
        if idle:
            yield (busy, idle - 1, held, broken + 1, waiting), idle * fails
        if held:
            yield (busy + 1, idle, held - 1, broken, waiting), held * repaired
        if broken:
            free = (busy + 1, idle, held, broken - 1, waiting - 1) if waiting else (busy, idle + 1, held, broken - 1, 0)
            yield free, broken * repaired

    found = shares((0, servers, 0, 0, 0), moves)
    in_queue = sum(share * state[4] for state, share in found.items())
    served = sum(share * (state[0] + state[2]) for state, share in found.items())
    return in_queue / rate, (in_queue + served) / rate

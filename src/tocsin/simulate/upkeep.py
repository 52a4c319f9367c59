"""Servers that break down: when each fails and is repaired, drawn as far as the horizon needs.

A failure comes so long after the server was last in order, whether it was busy or idle or at home; so breakdowns are
a function of time, and known before anybody queues.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from tocsin.plan.duration import Duration
from tocsin.simulate.stages import Stages

__all__ = ["Failing", "Server", "Upkeep"]

Ints = NDArray[np.int64]
AT_ONCE = 8  # breakdowns drawn in one pass


@dataclass(frozen=True)
class Server:
    """One server that can fail: where it stands, its number there, and after how long it fails and is repaired."""

    point: int
    position: int
    number: int
    name: str
    after: Duration
    repair: Duration


@dataclass(frozen=True)
class Upkeep:
    """The breakdowns of one run, up to the horizon: ordered by time of failure, point, position and server.

    Attributes:
        point, position, server: int64[k].
        fails, repaired: int64[k], ms after the alert; those of one server do not overlap; a repair may lie beyond the
            horizon.
    """

    point: Ints
    position: Ints
    server: Ints
    fails: Ints
    repaired: Ints


class Failing:
    """The servers of a network that can fail.

    Args:
        servers: All of them, by point, position and number.
        horizon_ms: Up to when breakdowns are wanted.
    """

    def __init__(self, servers: Sequence[Server], horizon_ms: int) -> None:
        self.servers = tuple(servers)
        self.horizon_ms = horizon_ms

    def draw(self, seed: int, run: int) -> Upkeep:
        """Draw the breakdowns of one run."""
        n = len(self.servers)
        clock = np.zeros(n, np.int64)
        fails: list[Ints] = []
        repaired: list[Ints] = []
        visit = 1
        while n and (clock <= self.horizon_ms).any():
            drawn = self._stages(visit).draw(seed, run)
            for k in range(AT_ONCE):
                fails.append(clock + drawn[2 * k])
                clock = fails[-1] + drawn[2 * k + 1]
                repaired.append(clock)
            visit += AT_ONCE
        return self._sorted(fails, repaired)

    def _stages(self, visit: int) -> Stages:
        servers = self.servers
        ids = np.array([(crc32(s.name.encode()) << 12) + s.number for s in servers], np.int64)
        stages = Stages(ids, {"server": np.arange(len(servers), dtype=np.int32)})
        for k in range(visit, visit + AT_ONCE):
            stages.duration("server.failure", [s.after for s in servers], "server", floor=1, visit=k)
            stages.duration("server.repair", [s.repair for s in servers], "server", floor=1, visit=k)
        return stages

    def _sorted(self, fails: list[Ints], repaired: list[Ints]) -> Upkeep:
        n, rounds = len(self.servers), len(fails)
        start = np.concatenate(fails) if fails else np.empty(0, np.int64)
        end = np.concatenate(repaired) if repaired else np.empty(0, np.int64)
        about = np.array([[s.point, s.position, s.number] for s in self.servers], np.int64).reshape(n, 3)
        point, position, server = np.tile(about, (rounds, 1)).T if rounds else np.empty((3, 0), np.int64)
        order = np.lexsort((server, position, point, start))
        order = order[start[order] <= self.horizon_ms]
        return Upkeep(*(np.ascontiguousarray(x[order]) for x in (point, position, server, start, end)))

"""What the writers of journeys and of rows share: an outcome by person number, and names as codes.

The engine works by slot; everything that leaves it is by person. `Wide` turns arrays over once, numbers the attempts
of each person in order of time, and knows the labels behind every code.
"""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tocsin.log.schema import NAME
from tocsin.simulate import approach
from tocsin.simulate.components import most_servers
from tocsin.simulate.network import Network
from tocsin.simulate.outcome import Outcome
from tocsin.simulate.told_rows import Telling, telling_of

__all__ = ["Labels", "Wide", "at_closing", "no_time", "number_of", "times_of"]

Ints = NDArray[np.int64]
Codes = NDArray[np.int32]


class Labels:
    """Names for codes: a code of -1 is null; `series_of_all` holds them in order, null last."""

    def __init__(self, names: list[str]) -> None:
        self.names = names
        self.series_of_all = pl.Series("", [*names, None], dtype=NAME)

    def series(self, name: str, codes: NDArray[Any]) -> pl.Series:
        """The names of `codes` as a column of a log."""
        wanted = np.where(codes < 0, len(self.names), codes).astype(np.uint32)
        return self.series_of_all.gather(pl.Series(wanted)).alias(name)


def times_of(name: str, times: Ints) -> pl.Series:
    """Times in ms after the alert as a column; negative ones are null."""
    series = pl.Series(name, times, dtype=pl.Int64)
    return series.set(series < 0, None)


def number_of(values: NDArray[Any], kind: pl.DataType) -> pl.Series:
    """Whole numbers as a column of that type; negative ones are null."""
    series = pl.Series(values)
    return series.set(series < 0, None).cast(kind)


def no_time(n: int) -> Ints:
    """No time for any of n."""
    return np.full(n, -1, np.int64)


@lru_cache(maxsize=1)
def _things(network: Network) -> Labels:
    rides = [f"{network.points[x.point]} {x.name} {k + 1}" for x in network.lines for k in range(x.trips)]
    return Labels([*rides, *_stocks(network)])


def _stocks(network: Network) -> list[str]:
    return list(dict.fromkeys(stock.name for stock in network.stocks))


class Wide:
    """An outcome by person.

    Args:
        outcome: One run.
        by_slot: Leave people in the order of the engine: for readers to whom the order is all the same.
    """

    def __init__(self, outcome: Outcome, *, by_slot: bool = False) -> None:
        self.outcome = outcome
        self.network = outcome.network
        self.n = self.network.size
        self.slot: NDArray[np.int64] | None = None
        if not by_slot:
            self.slot = np.empty(self.n, np.int64)
            self.slot[self.network.person] = np.arange(self.n)

    def by_person(self, values: NDArray[Any]) -> NDArray[Any]:
        """Reorder the last axis of an array from slots to persons."""
        return values if self.slot is None else np.take(values, self.slot, axis=-1)

    def time(self, name: str) -> Ints:
        """An array of the outcome by person; not to be written to."""
        return np.asarray(self.by_person(getattr(self.outcome, name)))

    def step(self, name: str, step: int) -> Ints:
        """One step of an array of the outcome, by person; not to be written to."""
        return np.asarray(self.by_person(getattr(self.outcome, name)[step]))

    def person_of(self, slots: NDArray[Any]) -> Ints:
        """The persons in these slots; negative ones stay."""
        found = self.network.person[np.maximum(slots, 0)] if self.n else np.empty(0, np.int64)
        return np.where(slots >= 0, found, slots)

    # --- attempts ---------------------------------------------------------------------------------------------

    @cached_property
    def summoned(self) -> Ints:
        """int64[channels, n], when each attempt began; an attempt that never began before the horizon is -1."""
        return np.asarray(self.by_person(self.outcome.attempts.began))

    @cached_property
    def concluded(self) -> Ints:
        """int64[channels, n], when each attempt ended."""
        return np.asarray(self.by_person(self.outcome.attempts.done))

    @cached_property
    def found(self) -> NDArray[np.bool_]:
        """bool[channels, n], whether an ended attempt found the person."""
        return np.asarray(self.by_person(self.outcome.attempts.success)).astype(np.bool_)

    @cached_property
    def delivered(self) -> Ints:
        """int64[channels, n], successful ends."""
        return np.where(self.found, self.concluded, -1)

    @cached_property
    def undelivered(self) -> Ints:
        """int64[channels, n], failed ends."""
        return np.where(self.found, -1, self.concluded)

    def numbered(self, times: Ints) -> tuple[Ints, NDArray[np.int8], NDArray[np.int8]]:
        """Attempts by number instead of by channel.

        Returns:
            Times [numbers, n] and channels [numbers, n] of each person's first, second, … attempt, -1 = none, at least
            one row; and the number of each attempt [channels, n].
        """
        first, which, visit = (np.empty(times.shape, kind) for kind in (np.int64, np.int8, np.int8))
        most = max(approach.number(times, first, which, visit), 1)
        return first[:most], which[:most], visit

    def in_order(self, times: Ints, found: int = -1) -> Ints:
        """The times of `numbered` alone: of all attempts, or of those that found the person (1) or did not (0)."""
        first = np.empty(times.shape, np.int64)
        success = np.asarray(self.by_person(self.outcome.attempts.success))
        return first[: max(approach.in_order(times, success, found, first), 1)]

    # --- conduct ----------------------------------------------------------------------------------------------

    @cached_property
    def acts(self) -> NDArray[np.int8]:
        """int8[n], see `Outcome.acts`."""
        return np.asarray(self.by_person(self.outcome.acts))

    @cached_property
    def refused(self) -> Ints:
        """int64[n]."""
        return np.where(self.acts == 0, self.time("answers"), -1)

    @cached_property
    def excused(self) -> Ints:
        """int64[n]: on the own word, or by a granted request."""
        return np.where(self.acts == 1, self.time("answers"), self.time("excused"))

    @cached_property
    def desk(self) -> Codes:
        """int32[n], the request filed at the summons, -1 = none."""
        return np.where(self.time("filed") >= 0, np.asarray(self.by_person(self.outcome.desk)), -1)

    @cached_property
    def granted(self) -> NDArray[np.bool_]:
        """bool[n], whether the request at the summons would be granted."""
        result = np.zeros(self.n, np.bool_)
        for d, desk in enumerate(self.network.desks):
            mine = self.desk == d
            result[mine] = True if desk.granted < 0 else self.by_person(self.outcome.drawn[desk.granted])[mine] == 1
        return result

    @cached_property
    def absent(self) -> Ints:
        """int64[n], the closing for those silent then: neither come, excused, refused, unreached nor on their way."""
        if not self.network.plan.exercise.closes:
            return no_time(self.n)
        tried, ended = self.summoned >= 0, self.concluded >= 0
        unreached = (tried == ended).all(axis=0) & tried.any(axis=0) & (self.time("delivered") < 0)
        silent = (self.excused < 0) & (self.refused < 0) & (self.time("left") < 0) & ~unreached & tried.any(axis=0)
        return np.where(silent, self.network.horizon_ms, -1)

    @cached_property
    def joined(self) -> Ints:
        """int64[n], took a post (or had no unit to find one in)."""
        filled = self.by_person(self.outcome.filled)
        return np.where((filled == 1) | (self.unit < 0), self.time("ready"), -1)

    @cached_property
    def surplus(self) -> Ints:
        """int64[n], came to the unit and found no post."""
        filled = self.by_person(self.outcome.filled)
        return np.where((filled == 0) & (self.unit >= 0), self.time("ready"), -1)

    @cached_property
    def telling(self) -> Telling:
        """The rows that are told one by one."""
        return telling_of(self.outcome)

    # --- codes ------------------------------------------------------------------------------------------------

    @cached_property
    def unit(self) -> Codes:
        """int32[n], -1 = none."""
        return np.asarray(self.by_person(self.network.unit))

    @cached_property
    def point(self) -> Codes:
        """int32[n]."""
        return np.asarray(self.by_person(self.network.point))

    @cached_property
    def due(self) -> Ints:
        """int64[n], the fixed time of report, or -1 where it counts from delivery."""
        return np.full(self.n, self.network.deadline_ms, np.int64)

    @cached_property
    def reason_released(self) -> Codes:
        """int32[n], a row of the network's reasons, -1 = not released."""
        return np.where(self.time("released") >= 0, self.by_person(self.outcome.released_reason), -1).astype(np.int32)

    @cached_property
    def reason_gave_up(self) -> Codes:
        """int32[n], why somebody left unserved; -1 = patience ended, or did not leave."""
        joint = self.outcome.joint
        if joint is None:
            return np.full(self.n, -1, np.int32)
        return np.where(self.by_person(joint.no_room) == 1, self.reason("no room"), -1).astype(np.int32)

    @cached_property
    def reason_excused(self) -> Codes:
        """int32[n], a row of the network's reasons; their number = excused on the own word."""
        reasons = np.array([d.reason for d in self.network.desks] or [0], np.int32)
        granted = np.where(self.excused >= 0, reasons[np.maximum(self.desk, 0)], -1)
        return np.where(self.acts == 1, np.where(self.excused >= 0, len(self.network.reasons), -1), granted).astype(
            np.int32
        )

    @cached_property
    def units(self) -> Labels:
        """Names of units."""
        return Labels([u.name for u in self.network.units])

    @cached_property
    def places(self) -> Labels:
        """Names of points, then of the places where bus lines end."""
        return Labels([*self.network.points, *self.ends])

    @cached_property
    def ends(self) -> list[str]:
        """Where bus lines end, each once."""
        return sorted({line.to for line in self.network.lines} - set(self.network.points))

    @cached_property
    def reasons(self) -> Labels:
        """Reasons of the network, then what the engine itself says."""
        own = ["own word", "granted", "refused", "not found", "medical", "exemption", "hardship", "no room"]
        return Labels([*self.network.reasons, *own])

    def reason(self, name: str) -> int:
        """Code of a reason that the engine itself says."""
        return self.reasons.names.index(name, len(self.network.reasons))

    @property
    def things(self) -> Labels:
        """Names of the trips of all bus lines, then of stocks: the same for every run of a network, so made once."""
        return _things(self.network)

    @cached_property
    def servers(self) -> Labels:
        """Names of servers, then of buses."""
        network = self.network
        owned = [line.fleet or 0 for line in network.lines] + [fleet.buses for fleet in network.fleets]
        buses = max(owned or [0])
        return Labels([*(f"server {k + 1}" for k in range(self.first_bus)), *(f"bus {k + 1}" for k in range(buses))])

    @cached_property
    def steps(self) -> Labels:
        """Names of stations and request desks."""
        return Labels(list(self.network.step_names))

    @cached_property
    def first_bus(self) -> int:
        """Code of the first bus among the servers."""
        most = int(self.outcome.by.max(initial=0))
        joint = self.outcome.joint
        if joint is not None:
            most = max(most, int(joint.upkeep.server.max(initial=0)), most_servers(joint.told))
        return 1 + most

    @property
    def stocks(self) -> list[str]:
        """Names of stocks, each once."""
        return _stocks(self.network)

    @property
    def first_stock(self) -> int:
        """Code of the first stock among the things."""
        return len(self.network.trips.ids)


def at_closing(wide: Wide) -> int | None:
    """When the exercise is closed, ms after the alert, or None if the run leaves it open."""
    return wide.network.horizon_ms if wide.network.plan.exercise.closes else None

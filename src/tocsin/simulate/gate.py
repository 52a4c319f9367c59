"""At the points: stations and desks swept in order, joint components by their event loop, then the buses.

A network without joint components goes through in one call, points shared among threads. Otherwise each point is swept
up to its next component, components whose points have all come so far are run, and so on: components are in an order in
which that always goes on. People stand between two parts as times; sorted by (time, number) they are the stream again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tocsin.errors import RunError
from tocsin.simulate import kernels, loops
from tocsin.simulate.components import Component, Gate, Told
from tocsin.simulate.network import FleetStep, Line, Network
from tocsin.simulate.stages import NONE
from tocsin.simulate.tables import Tables
from tocsin.simulate.upkeep import Upkeep

__all__ = ["JointOutcome", "Passage"]

Ints = NDArray[np.int64]
Arrays = dict[str, NDArray[Any]]
New = Callable[..., NDArray[Any]]
Share = Callable[[Callable[[int, int], object], int], None]


@dataclass(frozen=True)
class JointOutcome:
    """What happened at joint components besides visits.

    Attributes:
        why_queued, why_began: int64[names, n], causes as `tocsin.simulate.components.Gate` has them, -1 = the own
            predecessor; only rows of steps in components say anything.
        no_room: int8[n], 1 where somebody gave up because there was no room.
        handed: int8[handings, n], 1 = handed, 0 = was short, -1 = not asked.
        told: Interruptions, extra servers, stocks.
        upkeep: The breakdowns of the run.
    """

    why_queued: Ints
    why_began: Ints
    no_room: NDArray[np.int8]
    handed: NDArray[np.int8]
    told: Told
    upkeep: Upkeep


class Passage:
    """Takes everybody who arrives through the points of a network.

    Args:
        network: The network.
        tables: The same for the kernels.
    """

    def __init__(self, network: Network, tables: Tables) -> None:
        self.network, self.tables = network, tables
        self.components = [Component(network, spans) for spans in network.joints]
        self.lengths = np.array([len(network.layouts[x]) for x in network.layout_of_point], np.int64)
        apart = [FleetStep(x.name, x.fleet or 0, (i,), x.times, x.lost) for i, x in enumerate(network.lines) if _own(x)]
        self.fleets = [(f, self._members(f)) for f in (*network.fleets, *apart) if f.lines]

    def take(self, seed: int, run: int, drawn: Ints, arrived: Ints, new: New, share: Share) -> dict[str, Any]:
        """Run all points once.

        Args:
            seed: Seed of the exercise.
            run: Number of the run.
            drawn: int64[columns, n].
            arrived: int64[n], -1 = never.
            new: Makes arrays.
            share: Shares work among threads by ranges of people.

        Returns:
            The fields of an outcome from `queued` to `joint`.

        Raises:
            RunError: A line made more trips than were foreseen.
        """
        trip, back, call = self._trips(seed, run)
        arrays = self._arrays(new)
        leaves: Ints = new(self.network.size, np.int64, -1) if self.components or self.fleets else np.empty(0, np.int64)
        joint = None
        if self.components:
            joint = self._in_parts(seed, run, drawn, arrived, arrays, leaves, trip, back)
        else:
            self._at_once(drawn, arrived, arrays, leaves, trip, back, share)
        for fleet, members in self.fleets:
            self._fleet(fleet, members, arrays, leaves, call, trip, back)
        home = np.where(arrays["arrives"] >= 0, arrays["arrives"] + back, -1)
        returned = np.where(home > self.network.horizon_ms, -1, home)
        return {**arrays, "returned": returned, "joint": joint}

    def _arrays(self, new: New) -> Arrays:
        network, n = self.network, self.network.size
        steps, rides = len(network.step_names), len(network.trips.ids)
        return {
            **{name: new((steps, n), np.int64) for name in ("queued", "began", "ended")},
            **{name: new((steps, n), np.int32) for name in ("by", "freed")},
            "released": new(n, np.int64),
            **{name: new(n, np.int8, 0) for name in ("released_reason", "released_step")},
            "gave_up": new(n, np.int64),
            "gave_up_step": new(n, np.int8, 0),
            "boarded": new(n, np.int64),
            "ride": new(n, np.int32),
            "departed": new(rides, np.int64, -1),
            "arrives": new(rides, np.int64, -1),
            "ride_last": new(rides, np.int32, -1),
            "ride_timed": new(rides, np.int8, 0),
            "ride_bus": new(rides, np.int32, -1),
            "ready": new(n, np.int64),
            "ride_sent": new(rides, np.int64, -1),
        }

    def _trips(self, seed: int, run: int) -> tuple[Ints, Ints, Ints]:
        """How long each trip takes there, repair included, back, and before it to the stop."""
        stages = self.network.trips
        if not len(stages.ids):
            return (np.empty(0, np.int64),) * 3
        drawn = stages.draw(seed, run)
        there = drawn[stages.column("bus.trip")]
        back = drawn[stages.column("bus.back")] if stages.column("bus.back") != NONE else there
        call = drawn[stages.column("bus.call")] if stages.column("bus.call") != NONE else np.zeros_like(there)
        if stages.column("bus.repair") != NONE:
            always = stages.column("bus.fails") == NONE
            there = there + (1 if always else drawn[stages.column("bus.fails")]) * drawn[stages.column("bus.repair")]
        return there, back, call

    # --- stations ---------------------------------------------------------------------------------------------

    def _at_once(
        self, drawn: Ints, arrived: Ints, arrays: Arrays, leaves: Ints, trip: Ints, back: Ints, share: Share
    ) -> None:
        """Sweep all points whole, shared among threads."""
        network = self.network
        begins = np.zeros(len(network.points), np.int64)

        def part(lo: int, hi: int) -> None:
            first, last = (int(x) for x in np.searchsorted(network.block, [lo, hi], side="left"))
            last = len(network.points) if hi == network.size else last
            self._sweep(first, last, begins, self.lengths, True, drawn, arrived, arrays, leaves, trip, back)

        share(part, network.size)

    def _sweep(
        self,
        first: int,
        last: int,
        begins: Ints,
        stops: Ints,
        fresh: bool,
        drawn: Ints,
        enters: Ints,
        arrays: Arrays,
        leaves: Ints,
        trip: Ints,
        back: Ints,
    ) -> None:
        """Sweep points from first up to, but without, last."""
        network, t = self.network, self.tables
        written = [array for name, array in arrays.items() if name != "ride_sent"]
        short = kernels.gate(
            first, last, network.horizon_ms, network.block, t.layout_of_point, t.step_from, t.steps,
            t.cal_times, t.cal_servers, t.masks, t.ranks, t.rule_share, t.rule_reason, t.rule_who, t.line_from,
            t.line_number, network.line, t.line_capacity, t.line_timeout, t.line_fleet, t.line_apart, t.trip_from,
            trip, back, begins, stops, fresh, leaves, drawn, enters, *written,
        )  # fmt: skip
        if short:
            self._refuse(short - 1)

    def _refuse(self, number: int) -> None:
        line = self.network.lines[number]
        raise RunError(
            f"the line {line.name!r} made more trips than the {line.trips} that were foreseen",
            place=f"point {self.network.points[line.point]!r}",
        )

    def _in_parts(
        self, seed: int, run: int, drawn: Ints, arrived: Ints, arrays: Arrays, leaves: Ints, trip: Ints, back: Ints
    ) -> JointOutcome:
        """Sweep and run components in turn, until everybody is through."""
        points = len(self.network.points)
        joint, gate = self._joint(seed, run, drawn, arrays)
        stands = arrived.copy()
        at = np.zeros(points, np.int64)
        done = np.zeros(points, np.bool_)
        pending = list(self.components)
        fresh = np.ones(points, np.bool_)
        told: list[Told] = []
        while not done.all():
            stops = self.lengths.copy()
            for component in reversed(pending):
                for p, first in zip(component.spans.points, component.spans.first, strict=True):
                    stops[p] = first
            for p in np.flatnonzero(~done).tolist():
                if at[p] < stops[p] or fresh[p] or stops[p] == self.lengths[p]:
                    here = slice(self.network.block[p], self.network.block[p + 1])
                    leaves[here] = -1
                    self._sweep(p, p + 1, at, stops, bool(fresh[p]), drawn, stands, arrays, leaves, trip, back)
                    fresh[p] = False
                    done[p] = stops[p] == self.lengths[p]
                    at[p] = stops[p]
                    stands[here] = leaves[here]
            for component in [c for c in pending if self._reached(c, at, done)]:
                pending.remove(component)
                count = sum(len(part.time) for part in told)
                told.append(component.run(gate, stands, leaves, count))
                for p, last in zip(component.spans.points, component.spans.last, strict=True):
                    at[p] = last
                stands[component.slots] = leaves[component.slots]
        return JointOutcome(joint[0], joint[1], gate.no_room, gate.handed, Told.of(told), gate.upkeep)

    def _reached(self, component: Component, at: Ints, done: NDArray[np.bool_]) -> bool:
        spans = component.spans
        return all(at[p] == first and not done[p] for p, first in zip(spans.points, spans.first, strict=True))

    def _joint(self, seed: int, run: int, drawn: Ints, arrays: Arrays) -> tuple[tuple[Ints, Ints], Gate]:
        network, n = self.network, self.network.size
        why = tuple(np.full((len(network.step_names), n), -1, np.int64) for _ in range(2))
        supplies = network.supplies.draw(seed, run) if len(network.supplies.ids) else np.empty((0, 0), np.int64)
        same = (
            "queued",
            "began",
            "ended",
            "by",
            "released",
            "released_reason",
            "released_step",
            "gave_up",
            "gave_up_step",
        )
        gate = Gate(
            drawn=drawn,
            supplies=supplies,
            upkeep=network.failing.draw(seed, run),
            why_queued=why[0],
            why_began=why[1],
            handed=np.full((len(network.handings), n), -1, np.int8),
            no_room=np.zeros(n, np.int8),
            **{name: arrays[name] for name in same},
        )
        return (why[0], why[1]), gate

    # --- buses ------------------------------------------------------------------------------------------------

    def _members(self, fleet: FleetStep) -> tuple[Ints, NDArray[np.int32]]:
        """The slots of those who board a fleet, in order of their numbers, and the line of each among the fleet's."""
        network = self.network
        number = np.full(len(network.lines) + 1, NONE, np.int32)
        number[list(fleet.lines)] = np.arange(len(fleet.lines), dtype=np.int32)
        slots = np.flatnonzero(number[network.line] >= 0)
        slots = slots[np.argsort(network.person[slots], kind="stable")]
        return slots, number[network.line[slots]]

    def _fleet(
        self,
        fleet: FleetStep,
        members: tuple[Ints, NDArray[np.int32]],
        arrays: Arrays,
        leaves: Ints,
        call: Ints,
        trip: Ints,
        back: Ints,
    ) -> None:
        """Let people board the buses of one fleet."""
        network, (slots, line_of) = self.network, members
        there = np.flatnonzero(leaves[slots] >= 0)
        keys = (leaves[slots[there]] << kernels.BITS) | there
        kernels.sort_keys(keys, len(keys), np.empty_like(keys))
        here = keys & ((1 << kernels.BITS) - 1)
        slots, line_of = slots[here], line_of[here]
        lines = [network.lines[i] for i in fleet.lines]
        boarded, ride = np.full(len(slots), NONE, np.int64), np.full(len(slots), NONE, np.int32)
        first = self.tables.trip_from[list(fleet.lines)]
        short = loops.run_fleet(
            keys >> kernels.BITS, line_of, network.horizon_ms, fleet.buses, fleet.times, fleet.lost,
            np.array([x.capacity for x in lines], np.int64), np.array([x.timeout_ms for x in lines], np.int64),
            first, first + np.array([x.trips for x in lines], np.int64), call, trip, back, boarded, ride,
            arrays["ride_sent"], arrays["departed"], arrays["arrives"], arrays["ride_last"], arrays["ride_timed"],
            arrays["ride_bus"],
        )  # fmt: skip
        if short:
            self._refuse(fleet.lines[short - 1])
        rows = np.concatenate([np.arange(a, a + x.trips) for a, x in zip(first.tolist(), lines, strict=True)])
        last = arrays["ride_last"][rows]
        arrays["ride_last"][rows] = np.where(last >= 0, slots[np.maximum(last, 0)] if len(slots) else last, -1)
        late = rows[arrays["arrives"][rows] > network.horizon_ms]
        arrays["arrives"][late] = -1
        arrays["boarded"][slots], arrays["ride"][slots] = boarded, ride
        arrives = np.where(ride >= 0, arrays["arrives"][np.maximum(ride, 0)], -1)
        arrays["ready"][slots] = arrives


def _own(line: Line) -> bool:
    """Whether a line's own buses need the event loop of fleets."""
    return line.apart and line.shared == NONE

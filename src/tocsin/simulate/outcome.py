"""What came out of one run: everything that happened, by slot, as the engine's own arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tocsin.simulate.command import Orders
from tocsin.simulate.convoys import Movement
from tocsin.simulate.gate import JointOutcome
from tocsin.simulate.network import Network
from tocsin.simulate.reporting import Picture

__all__ = ["Attempts", "Outcome", "Queue"]

Ints = NDArray[np.int64]
Ints32 = NDArray[np.int32]


@dataclass(frozen=True)
class Queue:
    """What a pool did: times in ms after the alert, -1 = not; `freed` as in `tocsin.simulate.kernels`.

    Attributes:
        freed_try: Which try of the slot in `freed` ended, where crews go again; otherwise None.
    """

    queued: Ints
    began: Ints
    ended: Ints
    by: Ints32
    freed: Ints32
    freed_try: NDArray[np.int8] | None = None


@dataclass(frozen=True)
class Attempts:
    """What the channels did for each slot: when each began, when it ended, whether it found the person.

    Attributes:
        began: int64[channels, n].
        done: int64[channels, n].
        success: int8[channels, n].
        queues: What the couriers or lines of each channel did, None for a channel without limit.
    """

    began: Ints
    done: Ints
    success: NDArray[np.int8]
    queues: tuple[Queue | None, ...]


@dataclass(frozen=True)
class Outcome:
    """Everything that happened in one run, by slot; -1 = did not happen before the horizon.

    Attributes:
        ordered: int64[units], when each acts on its order: with a headquarters later than it has it.
        delivered_by: int8[n], row of the network's channels.
        acts: int8[n], 0 refuses, 1 is excused on the own word, 2 stays away, 3 comes, -1 was not reached.
        queued, began, ended, by, freed: one row a step name; freed is -1 (own arrival), a slot, or -2 - i (shift i).
        ride: int32[n], row of the departures; departed, arrives, ride_last, ride_timed, ride_bus: one row a trip.
        ride_sent: When the bus of each trip was sent to the stop, where it has to be; otherwise -1.
        joint: What else happened at stations that can delay each other; None where there are none.
        filled: int8[n], 1 took a post, 0 surplus, -1 never came to the unit (or has none).
        formed, formed_by: int64[units], int32[units].
        command, picture, movement: Orders, reports and marches; None where the plan has none.
    """

    network: Network
    seed: int
    run: int
    drawn: Ints
    ordered: Ints
    attempts: Attempts
    delivered: Ints
    delivered_by: NDArray[np.int8]
    answers: Ints
    acts: NDArray[np.int8]
    acknowledged: Ints
    desk: Ints32
    filed: Ints
    answered: Ints
    desk_queue: Queue | None
    excused: Ints
    left: Ints
    arrived: Ints
    queued: Ints
    began: Ints
    ended: Ints
    by: Ints32
    freed: Ints32
    released: Ints
    released_reason: NDArray[np.int8]
    released_step: NDArray[np.int8]
    gave_up: Ints
    gave_up_step: NDArray[np.int8]
    boarded: Ints
    ride: Ints32
    departed: Ints
    arrives: Ints
    returned: Ints
    ride_last: Ints32
    ride_timed: NDArray[np.int8]
    ride_bus: Ints32
    ride_sent: Ints
    ready: Ints
    joint: JointOutcome | None
    filled: NDArray[np.int8]
    formed: Ints
    formed_by: Ints32
    command: Orders | None = None
    picture: Picture | None = None
    movement: Movement | None = None

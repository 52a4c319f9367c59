"""Stocks in the reference engine: what is there, what is taken, ordered, delivered and lost."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from tocsin.simulate.network import StockStep
from tocsin.simulate.reference_queues import SHIFT, Cause, Clock

__all__ = ["Stock"]


@dataclass(eq=False)
class Stock:
    """One stock.

    Attributes:
        leads: How long each order takes, in the order of ordering, ms.
        serve: Lets every station that it serves begin, by point and station; given the cause and the time.
        left: How much is there.
        levels: (time, how much is there from then on), at each change; the first at 0.
        orders: When each order was made.
        deliveries: (time, number, amount): number 0, 1, … is that of the planned deliveries and losses, followed by the
            orders; the amount is negative for a loss.
    """

    clock: Clock
    number: int
    step: StockStep
    leads: Sequence[int]
    serve: Callable[[Cause, int], None]
    left: int = 0
    on_order: bool = False
    levels: list[tuple[int, int]] = field(default_factory=list)
    orders: list[int] = field(default_factory=list)
    deliveries: list[tuple[int, int, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        planned = zip(self.step.times.tolist(), self.step.amounts.tolist(), strict=True)
        for i, (time, amount) in enumerate(planned):
            event = partial(self._lose, i, -amount) if amount < 0 else partial(self._deliver, i, amount)
            self.clock.at(time, SHIFT, (1, self.number, 0, i), event)
        self._change(self.step.amount, 0)

    def take(self, amount: int, now: int) -> None:
        """Something is handed out; there must be enough."""
        self._change(-amount, now)

    def _change(self, amount: int, now: int) -> None:
        """More or less is there; if it is too little and nothing is on order, order."""
        self.left += amount
        self.levels.append((now, self.left))
        if self.left < self.step.below and not self.on_order:
            self.on_order = True
            k = len(self.orders)
            self.orders.append(now)
            event = partial(self._receive, len(self.step.times) + k)
            self.clock.at(now + self.leads[k], SHIFT, (1, self.number, 1, k), event)

    def _receive(self, number: int, now: int) -> None:
        self.on_order = False
        self._deliver(number, self.step.reorder, now)

    def _deliver(self, number: int, amount: int, now: int) -> None:
        self.deliveries.append((now, number, amount))
        self._change(amount, now)
        self.serve(("resupplied", self.number, number), now)

    def _lose(self, number: int, thousandths: int, now: int) -> None:
        lost = self.left * thousandths // 1000
        self.deliveries.append((now, number, -lost))
        self._change(-lost, now)

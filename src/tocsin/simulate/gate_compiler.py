"""From the layouts of a plan to the steps that people meet at its points, with crews, stocks and what can fail."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from tocsin.plan.duration import Duration
from tocsin.plan.model import Layout, Plan, Request, Station, Who
from tocsin.plan.shocks import Shock
from tocsin.plan.stations import Issue, Stock
from tocsin.plan.strikes import struck
from tocsin.simulate.calendar import HOUR_MS, Calendar, calendar
from tocsin.simulate.network import CrewStep, IssueStep, Pass, Rule, SentBack, Step, StockStep
from tocsin.simulate.stages import NONE, Stages
from tocsin.simulate.struck import pace_of, servers_left, window_of
from tocsin.simulate.upkeep import Failing, Server

__all__ = ["GateCompiler"]

Item = Station | Request
Mask = NDArray[np.bool_] | None
Columns = dict[tuple[str, int], dict[str, int]]
"""Of each slot, the column of each of its draws."""


class GateCompiler:
    """Compiles what stands at the points, and names its draws.

    Args:
        plan: The plan.
        layouts: The distinct layouts.
        shocks: The shocks that strike each of them.
        layout_of_point: The layout of each point.
        stages: The draws of people, to which those of stations are added.
        who: Gives the mask of the people whom conditions cover.
        size: How many people are called.

    Attributes:
        names, kinds, visits: Of each slot: its step's name and kind, and which visit of it; first visits come first.
    """

    def __init__(
        self,
        plan: Plan,
        layouts: Sequence[Layout],
        shocks: Sequence[tuple[Shock, ...]],
        layout_of_point: Sequence[int],
        stages: Stages,
        who: Callable[[Who], Mask],
        size: int,
    ) -> None:
        self.plan, self.layouts, self.shocks = plan, layouts, shocks
        self.layout_of_point = tuple(layout_of_point)
        self.add, self.who, self.size = stages, who, size
        self.sequences = [self._sequence(layout) for layout in layouts]
        self.handings: list[tuple[int, str]] = []
        self._name_slots()

    def _sequence(self, layout: Layout) -> list[Item]:
        gate = [r for r in self.plan.requests if r.when == "gate"]
        sequence: list[Item] = [r for r in gate if r.after is None]
        for station in layout.stations:
            sequence.append(station)
            sequence.extend(r for r in gate if r.after == station.name)
        return sequence

    def _name_slots(self) -> None:
        """Number the slots: the first visits of all names, then the later ones of each."""
        most: dict[str, int] = {}
        kinds: dict[str, str] = {}
        for sequence in self.sequences:
            for at, item in enumerate(sequence):
                kinds.setdefault(item.name, "station" if isinstance(item, Station) else "request")
                most[item.name] = max(most.get(item.name, 1), _visits(sequence, at))
        later = [(name, visit) for name, visits in most.items() for visit in range(2, visits + 1)]
        slots = [*((name, 1) for name in most), *later]
        self.names = tuple(name for name, _ in slots)
        self.kinds = tuple(kinds[name] for name in self.names)
        self.visits = tuple(visit for _, visit in slots)
        self.slot_of = {slot: i for i, slot in enumerate(slots)}

    # --- steps ------------------------------------------------------------------------------------------------

    def steps(self, reason: Callable[[str], int]) -> tuple[tuple[Step, ...], ...]:
        """Compile the steps of each layout, in the order in which a person meets them."""
        columns = {slot: self._columns(*slot) for slot in self.slot_of}
        compiled = []
        for index, sequence in enumerate(self.sequences):
            steps = [self._step(index, at, item, columns, reason) for at, item in enumerate(sequence)]
            compiled.append(tuple(steps))
        return tuple(compiled)

    def _columns(self, name: str, visit: int) -> dict[str, int]:
        """Draws of all steps of one name at one visit, one row of parameters a layout."""
        items = [next((item for item in sequence if item.name == name), None) for sequence in self.sequences]
        add, stem = self.add, f"station.{name}"

        def rows(station: str, request: str | None) -> list[Any]:
            return [
                None
                if i is None
                else getattr(i, station, None)
                if isinstance(i, Station)
                else request and getattr(i, request)
                for i in items
            ]

        durations: list[Duration | None] = rows("service", "answer")
        patience: list[Duration | None] = rows("patience", None)
        shares = [1.0 if i is None else i.share for i in items]
        impatient = [i.impatient if isinstance(i, Station) else 1.0 for i in items]
        leaves = any(isinstance(i, Request) or (i is not None and i.release) for i in items)
        back = any(isinstance(i, Station) and i.recheck for i in items)
        first = visit == 1
        return {
            "service": add.duration(f"{stem}.service", durations, "layout", floor=1, visit=visit),
            "need": add.chance(f"{stem}.need", shares, "layout") if first and min(shares) < 1 else NONE,
            "patience": add.duration(f"{stem}.patience", patience, "layout", floor=0, visit=visit),
            "impatient": add.chance(f"{stem}.impatient", impatient, "layout") if first and min(impatient) < 1 else NONE,
            "leave": add.lot(f"{stem}.leave", visit) if leaves else NONE,
            "back": add.lot(f"{stem}.back", visit) if back else NONE,
        }

    def _step(
        self,
        index: int,
        at: int,
        item: Item,
        columns: dict[tuple[str, int], dict[str, int]],
        reason: Callable[[str], int],
    ) -> Step:
        first = columns[item.name, 1]
        station = item if isinstance(item, Station) else None
        rules = self._rules(item, reason)
        patient = station is None or station.patience is None
        passes = tuple(
            Pass(
                slot=self.slot_of[item.name, visit],
                service=found["service"],
                patience=NONE if patient else found["patience"],
                leave=found["leave"] if rules else NONE,
                back=found["back"] if station is not None and station.recheck else NONE,
            )
            for visit in range(1, _visits(self.sequences[index], at) + 1)
            for found in (columns[item.name, visit],)
        )
        return Step(
            name=item.name,
            kind="request" if station is None else "station",
            slot=passes[0].slot,
            calendar=self._calendar(index, item),
            service=first["service"],
            need=first["need"] if item.share < 1 else NONE,
            who=self.who(item.who),
            patience=passes[0].patience,
            impatient=NONE if patient else first["impatient"],
            ranks=None if station is None else self._ranks(station),
            leave=passes[0].leave,
            rules=rules,
            passes=passes,
            pace=pace_of(self.shocks[index], item.name, self.plan),
            **({} if station is None else self._joint(index, station, len(passes))),
        )

    def _rules(self, item: Item, reason: Callable[[str], int]) -> tuple[Rule, ...]:
        if isinstance(item, Request):
            return (Rule(item.granted, reason(item.reason), None),)
        return tuple(Rule(r.share, reason(r.reason), self.who(r.who)) for r in item.release)

    def _joint(self, index: int, station: Station, visits: int) -> dict[str, Any]:
        """What a station may have besides a queue and servers."""
        back, extra = station.recheck, station.extra
        names = [item.name for item in self.sequences[index]]
        crews = [crew.name for crew in self.layouts[index].crews]
        return {
            "sent_back": None
            if back is None
            else SentBack(back.share, names.index(back.to or station.name), back.most, self.who(back.who)),
            "crew": NONE if station.crew is None else crews.index(station.crew),
            "each": station.lines == "each",
            "room": NONE if station.room is None else station.room,
            "blocks": station.full == "blocks",
            "preempts": station.preempts,
            "extra": None if extra is None else (extra.at, extra.servers, extra.until),
            "fails": station.breakdown is not None,
            "issues": tuple(self._issue(station.name, visits, issue) for issue in station.issues),
        }

    def _calendar(self, index: int, item: Item) -> Calendar:
        """The servers of a step: its own, or those of its crew, less what shocks take."""
        if isinstance(item, Station) and item.crew is not None:
            crew = next(c for c in self.layouts[index].crews if c.name == item.crew)
            return self._left(index, calendar(crew.servers, crew.hours, self.plan.exercise), crew.name, False)
        unpowered = isinstance(item, Station) and item.unpowered
        return self._left(index, calendar(item.servers, item.hours, self.plan.exercise), item.name, unpowered)

    def _left(self, index: int, hours: Calendar, name: str, unpowered: bool) -> Calendar:
        return servers_left(hours, self.shocks[index], name, unpowered, self.plan)

    def _ranks(self, station: Station) -> NDArray[np.int8] | None:
        if not station.priority:
            return None
        ranks = np.full(self.size, len(station.priority), np.int8)
        for rank in range(len(station.priority) - 1, -1, -1):
            mask = self.who(station.priority[rank])
            ranks[slice(None) if mask is None else mask] = rank
        return ranks

    def crews(self) -> tuple[tuple[CrewStep, ...], ...]:
        """Compile the crews of each layout."""
        return tuple(
            tuple(
                CrewStep(c.name, self._left(i, calendar(c.servers, c.hours, self.plan.exercise), c.name, False))
                for c in layout.crews
            )
            for i, layout in enumerate(self.layouts)
        )

    def failing(self, points: Sequence[str]) -> Failing:
        """Compile the servers that can fail, by point, position and number."""
        servers = []
        for point, index in enumerate(self.layout_of_point):
            for at, item in enumerate(self.sequences[index]):
                if isinstance(item, Station) and item.breakdown is not None:
                    most = calendar(item.servers, item.hours, self.plan.exercise).most
                    name, down = f"{points[point]}/{item.name}", item.breakdown
                    servers += [Server(point, at, k, name, down.after, down.repair) for k in range(most)]
        return Failing(servers, round(self.plan.exercise.horizon_h * HOUR_MS))

    # --- stocks -----------------------------------------------------------------------------------------------

    def _issue(self, station: str, visits: int, issue: Issue) -> IssueStep:
        """One thing handed out; its rows are the same wherever a station of that name hands it out."""
        rows = []
        for visit in range(1, visits + 1):
            handing = self.slot_of[station, visit], issue.stock
            if handing not in self.handings:
                self.handings.append(handing)
            rows.append(self.handings.index(handing))
        return IssueStep(
            issue.stock, self._stock_of_point(issue.stock), issue.amount, issue.short == "waits", tuple(rows)
        )

    def _stock_of_point(self, name: str) -> tuple[int, ...]:
        found = [NONE] * len(self.plan.points)
        for number, (stock, points) in enumerate(self._stock_places()):
            if stock.name == name:
                for point in points:
                    found[point] = number
        return tuple(found)

    def _stock_places(self) -> list[tuple[Stock, tuple[int, ...]]]:
        """Every stock with the points that it serves: one entry a point, or one for all."""
        names = [point.name for point in self.plan.points]
        places: list[tuple[Stock, tuple[int, ...]]] = []
        for stock in self.plan.stocks:
            points = tuple(i for i, name in enumerate(names) if not stock.points or name in stock.points)
            places += [(stock, points)] if stock.per == "all" else [(stock, (point,)) for point in points]
        return places

    def stocks(self, called: NDArray[Any]) -> tuple[tuple[StockStep, ...], Stages]:
        """Compile the stocks and name the draws of their orders.

        Args:
            called: int[points], how many people are called to each point; they bound how often something is ordered.
        """
        stocks, ids, takes, rows = [], [], [], 0
        for stock, points in self._stock_places():
            asked = max([i.amount for s in self._all_stations() for i in s.issues if i.stock == stock.name] or [1])
            orders = 0
            if stock.reorder is not None:
                needed = asked * self._most_visits(stock.name) * int(called[list(points)].sum())
                # After a loss, or at the start, it may take several to come up to `below`.
                rises = (1 + len(self._losses(stock, points))) * (stock.reorder.below // stock.reorder.amount + 2)
                orders = needed // stock.reorder.amount + rises
                place = "all" if stock.per == "all" else self.plan.points[points[0]].name
                entity = crc32(f"{stock.name}/{place}".encode())
                ids += [(entity << 24) + k for k in range(orders)]
                takes += [stock.reorder.takes] * orders
            times, amounts = self._deliveries(stock, points)
            below, reorder = (0, 0) if stock.reorder is None else (stock.reorder.below, stock.reorder.amount)
            stocks.append(
                StockStep(
                    stock.name, points, points[0], stock.amount, times, amounts, below, reorder, (rows, rows + orders)
                )
            )
            rows += orders
        stages = Stages(np.array(ids, np.int64), {"order": np.arange(rows, dtype=np.int32)})
        stages.duration("stock.takes", list(takes), "order", floor=1)
        return tuple(stocks), stages

    def _all_stations(self) -> list[Station]:
        return [item for sequence in self.sequences for item in sequence if isinstance(item, Station)]

    def _most_visits(self, stock: str) -> int:
        """How often one person can be handed something of a stock, at most."""
        return max(
            sum(
                _visits(sequence, at)
                for at, item in enumerate(sequence)
                if isinstance(item, Station)
                for issue in item.issues
                if issue.stock == stock
            )
            for sequence in self.sequences
        )

    def _losses(self, stock: Stock, points: tuple[int, ...]) -> list[Shock]:
        names = {self.plan.points[p].name for p in points}
        return [
            s
            for s in struck(self.plan)
            if s.kind == "stock"
            and (not s.stocks or stock.name in s.stocks)
            and (not s.points or names & set(s.points))
        ]

    def _deliveries(self, stock: Stock, points: tuple[int, ...]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Planned deliveries, and losses as negative thousandths, rising by time; at one instant deliveries first."""
        planned = [(round(d.at_h * HOUR_MS), d.amount) for d in stock.deliveries]
        losses = [
            (window_of(s, self.plan.exercise)[0], -round((1.0 if s.size is None else s.size) * 1000))
            for s in self._losses(stock, points)
        ]
        rows = [*sorted(planned, key=lambda row: row[0]), *losses]
        rows.sort(key=lambda row: row[0])
        return np.array([t for t, _ in rows], np.int64), np.array([a for _, a in rows], np.int64)


def _visits(sequence: Sequence[Item], at: int) -> int:
    """How often a person can visit a step: once, and once more for each time that they can be sent back over it."""
    if isinstance(sequence[at], Request):
        return 1
    names = [item.name for item in sequence]
    again = 0
    for position, item in enumerate(sequence[at:], at):
        if isinstance(item, Station) and item.recheck is not None:
            first = names.index(item.recheck.to or item.name)
            again += item.recheck.most - 1 if first <= at <= position else 0
    return 1 + again

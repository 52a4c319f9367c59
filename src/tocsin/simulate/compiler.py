"""From a plan and its people to a network: who stands in which queue, by which calendar, with which draws."""

from __future__ import annotations

from collections.abc import Sequence
from zlib import crc32

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tocsin.errors import RunError
from tocsin.plan import formed_at_of, layout_of, posts_of
from tocsin.plan.duration import Duration
from tocsin.plan.model import Behaviour, Bus, Channel, Layout, Plan, Request, Travel, Who
from tocsin.plan.roads import RoadNetwork, has_roads, roads_of
from tocsin.plan.shocks import Shock
from tocsin.simulate.calendar import Calendar, calendar, rounds
from tocsin.simulate.command import command_of
from tocsin.simulate.couplings import joints_of
from tocsin.simulate.gate_compiler import GateCompiler
from tocsin.simulate.march import marching_of
from tocsin.simulate.network import ChannelStep, DeskStep, FleetStep, Line, Network, Pool, UnitPosts
from tocsin.simulate.reporting import reporting_of
from tocsin.simulate.shocks import Closed, Struck, called_later, down_of, roads_closed, slow_of
from tocsin.simulate.stages import NONE, Stages
from tocsin.simulate.struck import buses_lost, struck_stations
from tocsin.simulate.ways import ways_ms

__all__ = ["compile"]

MINUTE_MS = 60_000
HOUR_MS = 3_600_000


def compile(plan: Plan, people: pl.DataFrame, roads: RoadNetwork | None = None) -> Network:
    """Compile a plan and its people.

    Args:
        plan: A plan that passed its checks.
        people: One row a person, as `tocsin.plan.people` gives them.
        roads: Its roads, as `tocsin.plan.roads.roads_of` gives them; None = read anew if the plan has any.

    Returns:
        The network, the same for the same input.

    Raises:
        PlanError: Its roads cannot be read, or lead nowhere.
    """
    if roads is None and has_roads(plan):
        roads = roads_of(plan)
    return _Compiler(plan, people, roads).network()


class _Compiler:
    """Holds what the parts of the network share while they are made."""

    def __init__(self, plan: Plan, people: pl.DataFrame, roads: RoadNetwork | None) -> None:
        if not people["person"].is_sorted():
            people = people.sort("person")  # ties go by number, not by the order of a file's rows
        point = people["point"].to_physical().cast(pl.Int32).to_numpy()
        order = np.argsort(point, kind="stable")
        self.plan = plan
        self.people = people
        self.roads = roads
        self.slots = people[order] if len(people) else people
        self.n = len(people)
        self.point = np.ascontiguousarray(point[order])
        self.codes = {
            name: self._codes(name) for name in ("group", "trade", "unit", "medical", "sex", "region", "home")
        }
        self.labels = {name: _labels(people[name]) for name in self.codes}
        self.points = tuple(p.name for p in plan.points)
        self.layouts, self.shocks, self.layout_of_point = self._layouts()
        self.layout = np.array(self.layout_of_point, np.int32)[self.point]
        self.behaviours, self.behaviour = self._behaviours()
        self.person = self.slots["person"].cast(pl.Int64).to_numpy().copy()
        self.stages = Stages(self.person, {"behaviour": self.behaviour, "layout": self.layout})
        self.reasons: list[str] = []

    def network(self) -> Network:
        self._conduct_stages()
        channels = self._channels()
        desks = tuple(self._desk(r) for r in self.plan.requests if r.when == "summons")
        gate = GateCompiler(self.plan, self.layouts, self.shocks, self.layout_of_point, self.stages, self._who, self.n)
        steps = gate.steps(self._reason)
        stocks, supplies = gate.stocks(np.bincount(self.point, minlength=len(self.points)))
        lines, line, trips = self._lines()
        command = command_of(self.plan)
        exercise = self.plan.exercise
        at = exercise.deadline.at
        after = exercise.deadline.after_delivery_h
        return Network(
            plan=self.plan,
            people=self.people,
            person=self.person,
            block=np.searchsorted(self.point, np.arange(len(self.points) + 1)).astype(np.int64),
            group=self.codes["group"],
            trade=self.codes["trade"],
            unit=self.codes["unit"],
            point=self.point,
            layout=self.layout,
            way_ms=ways_ms(self.plan, self.slots, self.behaviours, self.behaviour, self.roads),
            horizon_ms=round(exercise.horizon_h * HOUR_MS),
            deadline_ms=NONE if at is None else round((at - exercise.alert).total_seconds() * 1000),
            deadline_after_ms=NONE if after is None else round(after * HOUR_MS),
            behaviours=self.behaviours,
            channels=channels,
            desks=desks,
            layouts=steps,
            layout_of_point=self.layout_of_point,
            step_names=gate.names,
            step_kinds=gate.kinds,
            step_visits=gate.visits,
            reasons=tuple(self.reasons),
            lines=lines,
            line=line,
            units=self._units(),
            points=self.points,
            rounds=tuple(rounds(layout_of(self.plan, p).instruction, exercise) for p in self.plan.points),
            stages=self.stages,
            trips=trips,
            orders=self._orders(),
            crews=gate.crews(),
            stocks=stocks,
            handings=tuple(gate.handings),
            supplies=supplies,
            fleets=self._fleets(lines),
            joints=joints_of(steps, self.layout_of_point),
            failing=gate.failing(self.points),
            struck=self._struck(),
            command=command,
            reporting=None if command is None else reporting_of(self.plan, command),
            marching=marching_of(self.plan, self.roads),
        )

    # --- people -----------------------------------------------------------------------------------------------

    def _codes(self, name: str) -> NDArray[np.int32]:
        return self.slots[name].to_physical().cast(pl.Int32).fill_null(-1).to_numpy().copy()

    def _who(self, who: Who) -> NDArray[np.bool_] | None:
        """Mask of the people whom all named conditions cover; None where nothing is asked."""
        mask: NDArray[np.bool_] | None = None
        asked = (("group", who.groups), ("trade", who.trades), ("medical", who.medical), ("sex", who.sex))
        for column, wanted in asked:
            if wanted:
                codes = [self.labels[column].index(name) for name in wanted if name in self.labels[column]]
                hit = np.isin(self.codes[column], codes)
                mask = hit if mask is None else mask & hit
        return mask

    def _behaviours(self) -> tuple[tuple[Behaviour, ...], NDArray[np.int32]]:
        own = {g.name: g.behaviour for g in self.plan.groups if g.behaviour is not None}
        behaviours = [self.plan.behaviour]
        index = np.zeros(len(self.labels["group"]) + 1, np.int32)
        for code, name in enumerate(self.labels["group"]):
            if name in own:
                index[code] = len(behaviours)
                behaviours.append(own[name])
        return tuple(behaviours), index[self.codes["group"]]

    def _struck(self) -> Struck:
        """What shocks do before the gate."""

        def in_regions(regions: tuple[str, ...]) -> NDArray[np.bool_]:
            return np.isin(self.codes["region"], [self.labels["region"].index(name) for name in regions])

        return Struck(*called_later(self.plan, self.person), self._closed(), slow_of(self.plan, in_regions))

    def _closed(self) -> tuple[Closed, ...]:
        """Everybody's way in each stretch of time in which the same roads are closed."""
        if self.roads is None:
            return ()
        ways: dict[frozenset[int], NDArray[np.int64]] = {}
        found = []
        for start, end, names in roads_closed(self.plan):
            closed = self.roads.named(names)
            if closed not in ways:
                ways[closed] = ways_ms(self.plan, self.slots, self.behaviours, self.behaviour, self.roads, closed)
            found.append(Closed(start, end, ways[closed]))
        return tuple(found)

    def _orders(self) -> Stages:
        entities = [crc32(unit.name.encode()) for unit in self.plan.units]
        stages = Stages(np.array(entities, np.int64), {})
        stages.duration("order", [self.plan.exercise.order], "", floor=0)
        return stages

    # --- before the gate --------------------------------------------------------------------------------------

    def _conduct_stages(self) -> None:
        """Name the draws of each person's conduct, one row of parameters a behaviour."""
        every = self.behaviours
        add = self.stages
        add.chance("reach", [b.reach for b in every], "behaviour")
        add.duration("response", [b.response for b in every], "behaviour", floor=0)
        add.chance("acknowledge", [b.acknowledge for b in every], "behaviour")
        add.choice("conduct", [(b.refuse, b.excuse, b.no_show) for b in every], "behaviour")
        add.duration("preparation", [b.preparation for b in every], "behaviour", floor=0)
        travel = [b.travel.overhead if isinstance(b.travel, Travel) else b.travel for b in every]
        add.duration("travel", travel, "behaviour", floor=0)
        add.choice("timing", [(max(1 - b.at_once - b.late_share, 0.0), b.late_share) for b in every], "behaviour")
        add.duration("lead", [b.lead for b in every], "behaviour", floor=0)
        add.duration("lag", [b.lag for b in every], "behaviour", floor=0)

    def _channels(self) -> tuple[ChannelStep, ...]:
        """Channels in an order in which every channel stands before its fallback."""
        channels = self.plan.channels
        targets = {c.fallback for c in channels if c.fallback is not None}
        by_name = {c.name: c for c in channels}
        ordered: list[Channel] = []

        def place(channel: Channel) -> None:
            sources = [c for c in channels if c.fallback == channel.name]
            for source in sources:
                if source not in ordered:
                    place(source)
            if channel not in ordered:
                ordered.append(channel)

        for channel in channels:
            place(by_name[channel.name])
        tries = [1 if c.capacity is None or c.capacity.again is None else c.capacity.again.tries for c in ordered]
        first = np.cumsum([0, *tries]).tolist()
        index = {c.name: i for c, i in zip(ordered, first, strict=False)}
        return tuple(
            self._channel(c, c.name not in targets, index, visit, visit == count)
            for c, count in zip(ordered, tries, strict=True)
            for visit in range(1, count + 1)
        )

    def _channel(self, c: Channel, root: bool, index: dict[str, int], visit: int, last: bool) -> ChannelStep:
        """One try of a channel."""
        stem, capacity, first = f"channel.{c.name}", c.capacity, index[c.name]
        eligible = self._who(Who(groups=c.groups))

        def add(name: str, duration: Duration | None, floor: int = 0, times: int = visit) -> int:
            return self.stages.duration(f"{stem}.{name}", [duration], "", floor=floor, visit=times)

        rounds = capacity.rounds if capacity else None
        return ChannelStep(
            name=c.name,
            medium=c.medium,
            eligible=np.ones(self.n, np.bool_) if eligible is None else eligible,
            starts_ms=round(c.starts_min * MINUTE_MS),
            root=root and visit == 1,
            reach=self.stages.chance(f"{stem}.reach", [c.reach], "", visit),
            delay=add("delay", c.delay, 0 if capacity else 1),
            handling=add("handling", capacity.handling, 1) if capacity else NONE,
            reload=add("reload", rounds.reload) if rounds else NONE,
            visits=rounds.visits if rounds else 0,
            fallback=index[c.fallback] if last and c.fallback is not None else NONE,
            fallback_after=add("fallback", c.fallback_after, times=1) if last and c.fallback else NONE,
            pools=self._pools(c.name, capacity.per, calendar(capacity.servers, capacity.hours, self.plan.exercise))
            if capacity and visit == 1
            else (),
            first_try=first,
            next_try=NONE if last else first + visit,
            again_after=add("again", capacity.again.after) if capacity and capacity.again and not last else NONE,
            down=down_of(self.plan, c.name, self.stages, visit),
        )

    def _desk(self, r: Request) -> DeskStep:
        add, stem = self.stages, f"request.{r.name}"
        return DeskStep(
            name=r.name,
            kind=r.kind,
            who=self._who(r.who),
            file=add.chance(f"{stem}.file", [r.share], ""),
            answer=add.duration(f"{stem}.answer", [r.answer], "", floor=1),
            granted=add.chance(f"{stem}.granted", [r.granted], ""),
            reason=self._reason(r.reason),
            waits=r.waits,
            pools=self._pools(r.name, r.per, calendar(r.servers, r.hours, self.plan.exercise)),
        )

    def _pools(self, name: str, per: str, hours: Calendar) -> tuple[Pool, ...]:
        """One pool for all, or one for each region, town or point; members in order of their numbers."""
        by_number = np.argsort(self.person, kind="stable").astype(np.int32)
        if per == "all":
            return (Pool(name, by_number, hours),)
        key = self.point if per == "point" else self.codes["home" if per == "town" else "region"]
        labels = self.points if per == "point" else self.labels["home" if per == "town" else "region"]
        grouped = by_number[np.argsort(key[by_number], kind="stable")]
        edges = np.searchsorted(key[grouped], np.arange(-1, len(labels) + 1))
        return tuple(
            Pool(f"{name} {'elsewhere' if code < 0 else labels[code]}", grouped[edges[i] : edges[i + 1]], hours)
            for i, code in enumerate(range(-1, len(labels)))
            if edges[i] < edges[i + 1]
        )

    # --- at the gate ------------------------------------------------------------------------------------------

    def _reason(self, name: str) -> int:
        if name not in self.reasons:
            self.reasons.append(name)
        return self.reasons.index(name)

    def _layouts(self) -> tuple[list[Layout], list[tuple[Shock, ...]], tuple[int, ...]]:
        """The distinct layouts with the shocks that strike them, and the index of each point's own."""
        layouts: list[Layout] = []
        shocks: list[tuple[Shock, ...]] = []
        seen: dict[tuple[str, tuple[str, ...]], int] = {}
        index = []
        for p in self.plan.points:
            struck = struck_stations(self.plan, p.name)
            name = f"shared {p.layout}" if p.layout is not None else f"own {p.name}"
            key = name, tuple(shock.name for shock in struck)
            if key not in seen:
                seen[key] = len(layouts)
                layouts.append(layout_of(self.plan, p))
                shocks.append(struck)
            index.append(seen[key])
        return layouts, shocks, tuple(index)

    def _lines(self) -> tuple[tuple[Line, ...], NDArray[np.int32], Stages]:
        """Bus lines of all points; each person takes the first line of the point that takes the unit."""
        lines: list[Line] = []
        buses: list[Bus] = []
        fleets = [fleet.name for fleet in self.plan.fleets]
        line_of = np.full(self.n, -1, np.int32)
        horizon = round(self.plan.exercise.horizon_h * HOUR_MS)
        for p, point in enumerate(self.plan.points):
            for bus in layout_of(self.plan, point).buses:
                codes = [self.labels["unit"].index(u) for u in bus.units if u in self.labels["unit"]]
                mine = (self.point == p) & (line_of < 0)
                if bus.units:
                    mine &= np.isin(self.codes["unit"], codes)
                line_of[mine] = len(lines)
                timeout = round(bus.timeout_min * MINUTE_MS)
                members = int(mine.sum())
                most = members if timeout == 0 else min(members, members // bus.capacity + horizon // timeout + 2)
                entity = crc32(f"{point.name}/{bus.name}".encode())
                times, lost = self._lost(p, bus)
                shared = NONE if bus.shared_fleet is None else fleets.index(bus.shared_fleet)
                lines.append(
                    Line(bus.name, p, bus.to, bus.capacity, timeout, bus.fleet, most, entity, shared, times, lost)
                )
                buses.append(bus)
        counts = np.array([line.trips for line in lines], np.int64)
        owner = np.repeat(np.arange(len(lines), dtype=np.int32), counts)
        number = np.arange(len(owner), dtype=np.int64) - np.repeat(np.cumsum(counts) - counts, counts)
        entities = np.array([line.entity for line in lines], np.int64)[owner] if lines else number
        stages = Stages((entities << 20) + number, {"line": owner})
        _name_trips(stages, buses)
        return tuple(lines), line_of, stages

    def _lost(self, point: int, bus: Bus) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """How many of a line's own buses the shocks take, and from when on."""
        name = self.points[point]
        return buses_lost(
            self.plan,
            bus.fleet or 0,
            lambda s: not s.fleets and (not s.buses or bus.name in s.buses) and (not s.points or name in s.points),
        )

    def _fleets(self, lines: Sequence[Line]) -> tuple[FleetStep, ...]:
        """The shared fleets; a shock that names bus lines or points spares them."""
        fleets = []
        for i, fleet in enumerate(self.plan.fleets):

            def hit(shock: Shock, name: str = fleet.name) -> bool:
                return name in shock.fleets or not (shock.fleets or shock.buses or shock.points)

            own = tuple(k for k, line in enumerate(lines) if line.shared == i)
            fleets.append(FleetStep(fleet.name, fleet.buses, own, *buses_lost(self.plan, fleet.buses, hit)))
        return tuple(fleets)

    def _units(self) -> tuple[UnitPosts, ...]:
        by_number = np.argsort(self.person, kind="stable").astype(np.int32)
        by_unit = by_number[np.argsort(self.codes["unit"][by_number], kind="stable")]
        edges = np.searchsorted(self.codes["unit"][by_unit], np.arange(len(self.plan.units) + 1))
        units = []
        for u, unit in enumerate(self.plan.units):
            posts = posts_of(self.plan, unit)
            formed = formed_at_of(self.plan, unit)
            members = by_unit[edges[u] : edges[u + 1]]
            counts: dict[str, list[float]] = {}
            for post in posts:
                entry = counts.setdefault(post.trade, [0, 0])
                entry[0] += post.posts
                if post.critical:
                    entry[1] += share_of(post.posts, formed if post.share is None else post.share)
            trades = tuple(self.labels["trade"].index(t) if t in self.labels["trade"] else -2 for t in counts)
            units.append(
                UnitPosts(
                    name=unit.name,
                    members=members,
                    trades=trades,
                    posts=tuple(int(c[0]) for c in counts.values()),
                    critical=tuple(1 if c[1] else 0 for c in counts.values()),
                    needed=share_of(sum(p.posts for p in posts), formed),
                    needed_critical=tuple(int(c[1]) for c in counts.values()),
                )
            )
        return tuple(units)


def _name_trips(stages: Stages, buses: Sequence[Bus]) -> None:
    """Name the draws of each trip, one row of parameters a line."""
    stages.duration("bus.trip", [bus.trip for bus in buses], "line", floor=1)
    if any(bus.back is not None for bus in buses):
        stages.duration("bus.back", [bus.back or bus.trip for bus in buses], "line", floor=1)
    stages.duration("bus.call", [bus.call for bus in buses], "line", floor=0)
    failing = [bus.breakdown for bus in buses]
    if any(failing):
        stages.chance("bus.fails", [b.share if b else 0.0 for b in failing], "line")
        stages.duration("bus.repair", [b.repair if b else None for b in failing], "line", floor=1)


def share_of(posts: int, share: float) -> int:
    """How many posts are at least this share of them: the ceiling, forgiving the last bits of a decimal share."""
    return int(np.ceil(posts * share - 1e-9))


def _labels(column: pl.Series) -> list[str]:
    """The categories of an Enum column, in the order of their codes."""
    if not isinstance(column.dtype, pl.Enum):
        raise RunError(f"the column {column.name!r} is {column.dtype}; expected an Enum", place="people")
    return column.dtype.categories.to_list()

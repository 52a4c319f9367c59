"""Joint components: laid out once for a network, then filled with the draws of a run, run, and read out again.

`Component` holds what no run changes (stations, servers, lists); `Component.run` makes a `World` for
`tocsin.simulate.joint`, in which people are numbered by their own number, so that the tie rule is the order of numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tocsin.errors import RunError
from tocsin.simulate import joint, joint_records
from tocsin.simulate.network import Joint, Network, Step
from tocsin.simulate.stages import NONE
from tocsin.simulate.upkeep import Upkeep

__all__ = ["Component", "Gate", "Told", "most_servers"]

Ints = NDArray[np.int64]
Records = NDArray[Any]


@dataclass(frozen=True)
class Gate:
    """What components read and write of a run, by slot; see `tocsin.simulate.outcome.Outcome` for each.

    Attributes:
        enters: int64[n], when each person stands before the component, -1 = never; `leaves` when they are through it.
        why_queued, why_began: int64[names, n], causes as `tocsin.simulate.joint` writes them, with rows of names and
            slots, and numbers of `Told`.
    """

    drawn: Ints
    supplies: Ints
    upkeep: Upkeep
    queued: Ints
    began: Ints
    ended: Ints
    by: NDArray[np.int32]
    why_queued: Ints
    why_began: Ints
    handed: NDArray[np.int8]
    released: Ints
    released_reason: NDArray[np.int8]
    released_step: NDArray[np.int8]
    gave_up: Ints
    gave_up_step: NDArray[np.int8]
    no_room: NDArray[np.int8]


@dataclass(frozen=True)
class Told:
    """What components tell besides visits: one row an event, in order of time inside each component.

    Attributes:
        kind: One of INTERRUPTED, RESUMED, OPENED, CLOSED, SUPPLIED of `tocsin.simulate.joint`.
        a, b: A slot and a row of names; a point and a row of names; or a stock and the number of the delivery: those
            that are planned, then the orders.
        amount: Number of the server; how many extra servers; or what came into the stock.
        cause: As in `Gate`.
    """

    time: Ints
    kind: Ints
    a: Ints
    b: Ints
    amount: Ints
    cause: Ints

    @classmethod
    def none(cls) -> Told:
        """No events."""
        return cls(*(np.empty(0, np.int64) for _ in range(6)))

    @classmethod
    def of(cls, parts: list[Told]) -> Told:
        """Put the events of several components one after the other."""
        names = ("time", "kind", "a", "b", "amount", "cause")
        return cls(*(np.concatenate([getattr(p, name) for p in parts]) for name in names)) if parts else cls.none()


class Component:
    """One joint component of a network.

    Args:
        network: The network.
        spans: Its points and the steps at each.
    """

    def __init__(self, network: Network, spans: Joint) -> None:
        self.network, self.spans = network, spans
        slots = np.concatenate([np.arange(network.block[p], network.block[p + 1]) for p in spans.points])
        self.slots: Ints = slots[np.argsort(network.person[slots], kind="stable")]
        if len(self.slots) >= 1 << joint.SUB:
            raise RunError(
                f"{len(self.slots):,} people share one component; the engine takes at most {(1 << joint.SUB) - 1:,}",
                place="people",
            )
        self.steps: list[tuple[int, int, Step]] = [
            (point, at, network.layouts[network.layout_of_point[point]][at])
            for point, first, last in zip(spans.points, spans.first, spans.last, strict=True)
            for at in range(first, last)
        ]
        self.at = {(point, at): k for k, (point, at, _) in enumerate(self.steps)}
        self.home = network.point[self.slots]
        self._lay_out()

    # --- once -------------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self.rows = np.array([p.slot for _, _, step in self.steps for p in step.passes], np.int64)
        self.rows_of_stations = np.array([step.slot for _, _, step in self.steps], np.int64)
        self.stations = np.zeros(len(self.steps), joint_records.STATION)
        self.station_of_row = np.repeat(np.arange(len(self.steps)), [len(s.passes) for _, _, s in self.steps])
        self._groups()
        self._issues()
        row = 0
        paces: list[Records] = []
        for k, (point, _, step) in enumerate(self.steps):
            station = self.stations[k]
            station["point"], station["row"], station["visits"] = point, row, len(step.passes)
            row += len(step.passes)
            station["room"], station["limited"] = step.room, step.room != NONE
            station["blocks"], station["preempts"], station["once"] = step.blocks, step.preempts, step.kind == "request"
            station["standing"] = station["standing_tail"] = station["place"] = station["back_to"] = NONE
            station["extra_at"] = NONE
            if step.extra is not None:
                station["extra_at"], _, station["extra_until"] = step.extra
            if step.sent_back is not None:
                station["back_to"], station["back_most"] = self.at[point, step.sent_back.to], step.sent_back.most
            span = self.spans.points.index(point)
            station["last"] = self.at[point, self.spans.last[span] - 1] + 1
            station["pace_from"] = sum(map(len, paces))
            if step.pace is not None:
                pairs = zip(step.pace.times.tolist(), step.pace.servers.tolist(), strict=True)
                paces.append(np.array(list(pairs), joint_records.PACE))
            station["pace_to"] = sum(map(len, paces))
        self.paces = np.concatenate(paces) if paces else np.empty(0, joint_records.PACE)
        firsts = {p: self.at[p, first] for p, first in zip(self.spans.points, self.spans.first, strict=True)}
        self.first_station = np.array([firsts[p] for p in self.home.tolist()], np.int32)
        self.concerned = np.stack([self._here(k) for k in range(len(self.steps))])

    def _here(self, k: int) -> NDArray[np.bool_]:
        """Who of the component's people can be concerned by a station: those of its point whom it covers."""
        point, _, step = self.steps[k]
        here: NDArray[np.bool_] = self.home == point
        return here if step.who is None else here & step.who[self.slots]

    def _groups(self) -> None:
        """Number the servers: those of each station in order, then those of each crew."""
        network = self.network
        keys: dict[tuple[int, int, bool], list[int]] = {}
        for k, (point, at, step) in enumerate(self.steps):
            crew = step.crew != NONE
            keys.setdefault((point, step.crew if crew else at, crew), []).append(k)
        ordered = sorted(keys.items(), key=lambda item: (item[0][2], item[1][0]))
        self.groups = np.zeros(len(ordered), joint_records.GROUP)
        self.calendars = []
        served: list[int] = []
        first = lanes = 0
        self.servers_of: dict[tuple[int, int], range] = {}
        for g, ((point, number, crew), members) in enumerate(ordered):
            step = self.steps[members[0]][2]
            layout = network.layout_of_point[point]
            hours = network.crews[layout][number].calendar if crew else step.calendar
            self.calendars.append(hours)
            more = 0 if step.extra is None else step.extra[1]
            own = max(hours.most, 1)  # whoever chooses a line chooses one, even if nobody will ever serve there
            group = self.groups[g]
            group["first"], group["own"], group["last"] = first, own, first + own + more
            group["head"] = group["tail"] = NONE
            group["since"], group["until"], group["each"] = len(served), len(served) + len(members), step.each
            served += members
            if not crew:
                self.servers_of[point, number] = range(first, first + own)
            first += own + more
            for k in members:
                self.stations[k]["group"], self.stations[k]["lanes"] = g, lanes
                ranks = self.steps[k][2].ranks
                classes = own if step.each else 1 if ranks is None else int(ranks.max(initial=0)) + 1
                self.stations[k]["classes"] = classes
                lanes += classes
        self.served, self.lanes = np.array(served, np.int32), lanes
        self.servers = np.zeros(first, joint_records.SERVER)
        self.servers["person"] = NONE
        for g, group in enumerate(self.groups):
            self.servers["group"][group["first"] : group["last"]] = g
            self.servers["extra"][group["first"] + group["own"] : group["last"]] = 1

    def _issues(self) -> None:
        """List what is handed out, and the stocks that it comes from."""
        network = self.network
        found: list[tuple[int, int, int, bool]] = []
        self.handings: list[int] = []
        stocks: list[int] = []
        for k, (point, _, step) in enumerate(self.steps):
            self.stations[k]["issue_from"] = len(found)
            for issue in sorted(step.issues, key=lambda issue: not issue.waits):
                number = issue.stock_of_point[point]
                if number == NONE:
                    continue
                if number not in stocks:
                    stocks.append(number)
                found.append((number, issue.amount, len(self.handings), issue.waits))
                self.handings += issue.rows
            self.stations[k]["issue_to"] = len(found)
        self.stock_numbers = sorted(stocks)
        self.issues = np.zeros(len(found), joint_records.ISSUE)
        for i, (number, amount, row, waits) in enumerate(found):
            self.issues[i] = (self.stock_numbers.index(number), amount, row, waits)
        self.stocks = np.zeros(len(stocks), joint_records.STOCK)
        supplied: list[int] = []
        for i, number in enumerate(self.stock_numbers):
            stock, own = network.stocks[number], self.stocks[i]
            own["level"], own["below"], own["reorder"] = stock.amount, stock.below, stock.reorder
            own["lead"], own["since"], own["planned"] = stock.leads[0], len(supplied), len(stock.times)
            supplied += [k for k, s in enumerate(self.stations) if _hands_out(self.issues, s, i)]
            own["until"] = len(supplied)
        self.supplied = np.array(supplied, np.int32)

    def _planned(self, upkeep: Upkeep) -> Records:
        """All planned events up to the horizon, in their order."""
        horizon = self.network.horizon_ms
        rows: list[tuple[int, int, int, int, int]] = []
        for i, number in enumerate(self.stock_numbers):
            stock = self.network.stocks[number]
            for b, (time, amount) in enumerate(zip(stock.times.tolist(), stock.amounts.tolist(), strict=True)):
                rows.append((_key(time, joint.DELIVERY, 2 * i), joint.DELIVERED, i, b, amount))
        for g, hours in enumerate(self.calendars):
            for b, (time, servers) in enumerate(zip(hours.times.tolist(), hours.servers.tolist(), strict=True)):
                rows.append((_key(time, joint.CHANGE, g), joint.CHANGED, g, b, servers))
        planned = np.concatenate([np.array(rows, joint_records.PLANNED), *self._breakdowns(upkeep)])
        planned = planned[(planned["key"] >> joint.TIME) <= horizon]
        return planned[np.argsort(planned["key"], kind="stable")]

    def _breakdowns(self, upkeep: Upkeep) -> list[Records]:
        """Repairs and breakdowns of the component's servers; those that a shock has taken for good are left out."""
        found = []
        for (point, position), servers in self.servers_of.items():
            here = (upkeep.point == point) & (upkeep.position == position) & (upkeep.server < len(servers))
            rows = np.flatnonzero(here)
            if not len(rows):
                continue
            server = servers.start + upkeep.server[rows]
            for kind, times in ((joint.REPAIRED, upkeep.repaired[rows]), (joint.BROKE, upkeep.fails[rows])):
                times = np.minimum(times, self.network.horizon_ms + 1)  # a key has no room for what is far beyond
                events = np.zeros(len(rows), joint_records.PLANNED)
                base = (joint.SHIFT << joint.CLASS) | (joint.UPKEEP << joint.SUB)
                events["key"] = (times << joint.TIME) | base | (2 * server + kind)
                events["kind"], events["a"], events["b"] = kind, server, rows
                found.append(events)
        return found

    # --- a run ------------------------------------------------------------------------------------------------

    def run(self, gate: Gate, enters: Ints, leaves: Ints, told: int) -> Told:
        """Run the component.

        Args:
            gate: The draws of the run, and where to write what happened.
            enters: int64[n], see `Gate`.
            leaves: int64[n], written for the people of its points: when they are through, -1 = not.
            told: How many events other components have told before.

        Returns:
            What happened besides visits.
        """
        horizon = self.network.horizon_ms
        planned = self._planned(gate.upkeep)
        world = self._world(gate, planned)
        entered = enters[self.slots]
        world.people["entered"] = entered
        in_time = np.flatnonzero((entered >= 0) & (entered <= horizon))
        keys = (entered[in_time] << joint.TIME) | (joint.ARRIVAL << joint.CLASS) | in_time
        keys.sort()
        joint.run_component(world, keys, self.first_station, planned)
        self._read_out(world, gate, leaves, told)
        return self._told(world, told)

    def _world(self, gate: Gate, planned: Records) -> joint.World:
        m, rows, stations = len(self.slots), len(self.rows), len(self.steps)
        people = np.zeros(m, joint_records.PERSON)
        for name in ("left", "ends", "fed_up", "station", "server", "row", "released", "gave_up", "going"):
            people[name] = NONE
        visits = np.empty((rows, m), joint_records.VISIT)
        for name in ("patience", "queued", "began", "ended", "why_queued", "why_began", "by", "reason"):
            visits[name] = NONE
        visits["back"] = 0
        stances = np.zeros((stations, m), joint_records.STANCE)
        stances["concerned"] = self.concerned
        for k, (_, _, step) in enumerate(self.steps):
            self._draws(k, step, gate.drawn, visits)
            if step.need != NONE:
                stances["concerned"][k] &= gate.drawn[step.need][self.slots] == 1
            if step.ranks is not None:
                stances["rank"][k] = step.ranks[self.slots]
        timed = int((visits["patience"] >= 0).any(axis=1).sum())
        again = int(sum(self.stations["visits"][self.stations["preempts"] == 1]))
        opening = int(sum(self.stations["visits"][self.stations["extra_at"] >= 0]))
        orders = sum(self.network.stocks[s].leads[1] - self.network.stocks[s].leads[0] for s in self.stock_numbers)
        lanes = np.empty(self.lanes, joint_records.LANE)
        lanes["head"] = lanes["tail"] = NONE
        return joint.World(
            clock=np.array([(self.network.horizon_ms, 0, 0)], joint_records.CLOCK),
            people=people,
            servers=self.servers.copy(),
            groups=self.groups.copy(),
            stations=self.stations.copy(),
            served=self.served,
            issues=self.issues,
            stocks=self.stocks.copy(),
            supplied=self.supplied,
            leads=gate.supplies[0] if len(gate.supplies) else np.empty(0, np.int64),
            paces=self.paces,
            stances=stances,
            visits=visits,
            handed=np.full((len(self.handings), m), NONE, np.int8),
            lanes=lanes,
            heap=np.zeros(m * (3 + timed + again) + 2 * len(planned) + orders + 64, np.int64),
            unsettled=np.zeros(len(self.servers) + len(self.groups) + 16, joint_records.UNSETTLED),
            told=np.zeros(2 * m * (again + opening) + 2 * len(planned) + orders + 64, joint_records.EVENT),
        )

    def _draws(self, k: int, step: Step, drawn: Ints, visits: Records) -> None:
        """Gather what each visit of a station needs."""
        first = int(self.stations[k]["row"])
        for row, visit in enumerate(step.passes, first):
            own = visits[row]
            own["length"] = drawn[visit.service][self.slots]
            if visit.patience != NONE:
                patience = drawn[visit.patience][self.slots]
                if step.impatient != NONE:
                    patience[drawn[step.impatient][self.slots] == 0] = NONE
                own["patience"] = patience
            if visit.leave != NONE:
                own["reason"] = self._reasons(step, (drawn[visit.leave][self.slots] + 0.5) / 2.0**52)
            if visit.back != NONE and step.sent_back is not None:
                sent = (drawn[visit.back][self.slots] + 0.5) / 2.0**52 < step.sent_back.share
                who = step.sent_back.who
                own["back"] = sent if who is None else sent & who[self.slots]

    def _reasons(self, step: Step, lot: NDArray[np.float64]) -> NDArray[np.int8]:
        """For which reason each lot sends its person home: shares add up over the rules that cover them."""
        reasons, total = np.full(len(lot), NONE, np.int8), np.zeros(len(lot))
        for rule in step.rules:
            covered = np.ones(len(lot), np.bool_) if rule.who is None else rule.who[self.slots]
            total += np.where(covered, rule.share, 0.0)
            reasons[(reasons == NONE) & covered & (lot < total)] = rule.reason
        return reasons

    # --- after it -----------------------------------------------------------------------------------------------

    def _read_out(self, world: joint.World, gate: Gate, leaves: Ints, told: int) -> None:
        """Write what happened where the outcome has it, by slot."""
        people, slots = world.people, self.slots
        leaves[slots] = people["left"]
        for row, k in enumerate(self.station_of_row.tolist()):
            here = np.flatnonzero(self.home == self.steps[k][0])
            visit, mine, name = world.visits[row, here], slots[here], self.rows[row]
            for field in ("queued", "began", "ended", "by"):
                getattr(gate, field)[name, mine] = visit[field]
            for field in ("why_queued", "why_began"):
                getattr(gate, field)[name, mine] = self._causes(visit[field], told)
        for row, name in enumerate(self.handings):
            asked = world.handed[row] >= 0
            gate.handed[name, slots[asked]] = world.handed[row, asked]
        gone = np.flatnonzero(people["released"] >= 0)
        rows = people["released"][gone]
        gate.released[slots[gone]] = people["ends"][gone]
        gate.released_reason[slots[gone]] = world.visits["reason"][rows, gone]
        gate.released_step[slots[gone]] = self.rows[rows]
        left = np.flatnonzero(people["gave_up"] >= 0)
        gate.gave_up[slots[left]] = people["fed_up"][left]
        gate.gave_up_step[slots[left]] = self.rows[people["gave_up"][left]]
        gate.no_room[slots[left]] = people["no_room"][left]

    def _causes(self, codes: Ints, told: int) -> Ints:
        """Causes with rows of names, slots, points and numbers of `Told` in place of the component's own numbers."""
        kind, a, b = codes >> 48, (codes >> 32) & 0xFFFF, codes & 0xFFFFFFFF
        personal = (kind >= joint.BY_END) & (kind <= joint.BY_GIVING_UP)
        shift, event = kind == joint.BY_CHANGE, (kind == joint.BY_DELIVERY) | (kind == joint.BY_EXTRA)
        group = self.served[self.groups["since"]][np.where(shift, a, 0)]
        points = np.array([point for point, _, _ in self.steps], np.int64)
        a = np.where(personal, self.rows[np.where(personal, a, 0)], np.where(shift, self.rows_of_stations[group], a))
        b = np.where(personal, self.slots[np.where(personal, b, 0)] if len(self.slots) else b, b + event * told)
        b = np.where(shift, (points[group] << 16) | b, b)
        return np.where(codes < 0, codes, (kind << 48) | (a << 32) | b)

    def _told(self, world: joint.World, told: int) -> Told:
        events = world.told[: world.clock[0]["told"]]
        kind = events["kind"].astype(np.int64)
        a, b = events["a"].astype(np.int64), events["b"].astype(np.int64)
        personal = (kind == joint.INTERRUPTED) | (kind == joint.RESUMED)
        stocked = kind == joint.SUPPLIED
        lane = ~(personal | stocked)
        whom = np.where(personal, self.slots[np.where(personal, a, 0)] if len(self.slots) else a, a)
        points = np.array([point for point, _, _ in self.steps], np.int64)
        names = self.rows_of_stations
        stocks = np.array([*self.stock_numbers, 0], np.int64)
        return Told(
            time=events["time"].copy(),
            kind=kind,
            a=np.where(lane, points[np.where(lane, a, 0)], np.where(stocked, stocks[np.where(stocked, a, 0)], whom)),
            b=np.where(personal, self.rows[np.where(personal, b, 0)], np.where(lane, names[np.where(lane, a, 0)], b)),
            amount=events["amount"].copy(),
            cause=self._causes(events["cause"].copy(), told),
        )


def _hands_out(issues: Records, station: Any, stock: int) -> bool:
    own = issues["stock"][station["issue_from"] : station["issue_to"]]
    return bool((own == stock).any())


def _key(time: int, sub: int, entity: int) -> int:
    return (time << joint.TIME) | (joint.SHIFT << joint.CLASS) | (sub << joint.SUB) | entity


def most_servers(told: Told) -> int:
    """The highest number of a server at which a service was interrupted or went on."""
    personal = (told.kind == joint.INTERRUPTED) | (told.kind == joint.RESUMED)
    return int(told.amount[personal].max(initial=0))

"""An outcome as rows of the log: every row with its cause, in the order of the tie rule, in blocks.

Rows are first laid out by kind (in the catalogue's order), then by person or other entity; a stable sort by time then
gives the order of the log. Causes are numbers of the first layout, turned into numbers of the second at the end.

A cause is the last necessary condition to come true. For a service: the own arrival in the queue if a server was free,
else the end that freed the server, or the shift that brought it. For a bus that left full: the last boarder; for one
that timed out: the first, who set the timer. For a first boarder who had to wait: the bus that came back, or the one
that left before. For `unit_formed`: the join that completed it. Otherwise: the person's previous row.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tocsin.log.journeys import REST_SCHEMA, milliseconds
from tocsin.log.kinds import CHANNELS, KIND_OF
from tocsin.log.schema import CHANNEL, KIND, SCHEMA, TIME, WRITER
from tocsin.simulate.causes import fill_causes
from tocsin.simulate.kernels import BITS, sort_keys
from tocsin.simulate.part import Part
from tocsin.simulate.run import Outcome
from tocsin.simulate.wide import Ints, Wide, number_of

__all__ = ["impersonal", "log_blocks"]

BLOCK = 262_144
"""Rows a block, as the chain of a run folder counts them."""

CODED = ("unit", "place", "station", "visit", "thing", "by", "channel", "amount", "due", "reason")


def log_blocks(outcome: Outcome, rows_per_block: int = BLOCK) -> Iterator[pl.DataFrame]:
    """Give the log of an outcome, block by block.

    Args:
        outcome: One run.
        rows_per_block: Rows a block; the last may be shorter.

    Yields:
        Frames with the columns of a log, in order; `seq` runs through all of them.
    """
    wide = Wide(outcome)
    parts = sorted([*_personal(wide), *_impersonal(wide)], key=lambda part: KIND_OF[part.kind].rank)
    fill_causes(wide, parts)
    table = _Table(wide, parts)
    order, seq = table.order()
    for start in range(0, len(order), rows_per_block):
        yield table.frame(order[start : start + rows_per_block], start, seq)


def impersonal(wide: Wide) -> pl.DataFrame:
    """The rows that no person did, as the rest of journeys: ordered by time, without numbers and causes."""
    parts = sorted(_impersonal(wide), key=lambda part: KIND_OF[part.kind].rank)
    table = _Table(wide, parts)
    order, _ = table.order()
    frame = table.frame(order, 0, None)
    return frame.with_columns(pl.lit(False).alias("in_journeys")).select(list(REST_SCHEMA))


# --- rows about people --------------------------------------------------------------------------------------------


def _personal(wide: Wide) -> Iterator[Part]:
    yield from _attempts(wide)
    yield from _conduct(wide)
    yield from _requests(wide)
    yield from _stations(wide)
    yield _plain(wide, "boarded", wide.time("boarded"), place=wide.point, thing=wide.by_person(wide.outcome.ride))
    for kind, time in (("joined", wide.joined), ("surplus", wide.surplus)):
        yield _plain(wide, kind, time, unit=wide.unit)
    yield _plain(wide, "absent", wide.absent, place=wide.point, unit=wide.unit)


def _plain(wide: Wide, kind: str, time: Ints, **columns: NDArray[Any]) -> Part:
    """Rows of a kind that happens to a person once."""
    del wide
    person = np.flatnonzero(time >= 0)
    return Part(
        kind,
        time[person],
        person,
        np.zeros(len(person), np.int64),
        True,
        {name: np.asarray(values)[person] for name, values in columns.items()},
    )


def _several(kind: str, times: Ints, **columns: NDArray[Any]) -> Part:
    """Rows of a kind with several places to happen (channels, stations); columns fit [places, n]."""
    person, place = np.nonzero(times.T >= 0)
    picked = {}
    for name, values in columns.items():
        whole = np.broadcast_to(np.asarray(values), times.shape)
        picked[name] = whole[place, person]
    return Part(kind, times[place, person], person, place, True, picked)


def _attempts(wide: Wide) -> Iterator[Part]:
    media = np.array([[CHANNELS.index(c.medium)] for c in wide.network.channels])
    for kind, times in (("summoned", wide.summoned), ("undelivered", wide.undelivered), ("delivered", wide.delivered)):
        visit = wide.numbered(times)[2]
        columns: dict[str, NDArray[Any]] = {"channel": media, "visit": np.where(visit > 1, visit, -1)}
        if kind == "summoned":
            columns |= {"due": wide.due, "place": wide.point, "unit": wide.unit}
        if kind == "undelivered":
            columns["reason"] = np.array([wide.reason("not found")])
        yield _several(kind, times, **columns)


def _conduct(wide: Wide) -> Iterator[Part]:
    yield _plain(wide, "acknowledged", wide.time("acknowledged"))
    yield _plain(wide, "refused", wide.refused)
    own = len(wide.network.reasons)
    ground = np.where(wide.reason_excused == own, wide.reason("own word"), wide.reason_excused)
    yield _plain(wide, "excused", wide.excused, reason=ground)
    yield _plain(wide, "set_out", wide.time("left"))
    yield _plain(wide, "arrived", wide.time("arrived"), place=wide.point)
    yield _plain(wide, "released", wide.time("released"), place=wide.point, reason=wide.reason_released)
    yield _plain(
        wide, "gave_up", wide.time("gave_up"), place=wide.point, station=wide.by_person(wide.outcome.gave_up_step)
    )


def _requests(wide: Wide) -> Iterator[Part]:
    """Requests at the summons stand first, then those of each desk at the gate."""
    network = wide.network
    desks = [i for i, kind in enumerate(network.step_kinds) if kind == "request"]
    kinds = {r.name: wide.reason(r.kind) for r in network.plan.requests}
    at_summons = np.array([kinds[d.name] for d in network.desks] or [-1])[np.maximum(wide.desk, 0)]
    granted = np.where(wide.granted, wide.reason("granted"), wide.reason("refused"))
    released, step = wide.time("released"), wide.by_person(wide.outcome.released_step)
    queued, ended = wide.time("queued"), wide.time("ended")
    filed, answered, asked, told = [wide.time("filed")], [wide.time("answered")], [at_summons], [granted]
    for i in desks:
        let_go = (released >= 0) & (step == i)
        filed.append(queued[i])
        answered.append(ended[i])
        asked.append(np.full(wide.n, kinds[network.step_names[i]]))
        told.append(np.where(let_go, wide.reason("granted"), wide.reason("refused")))
    station = np.array([[-1], *([i] for i in desks)])
    visit = np.where(station >= 0, 1, -1)
    place = np.where(station >= 0, wide.point, -1)
    common = {"station": station, "visit": visit, "place": place}
    yield _several("request_filed", np.stack(filed), reason=np.stack(asked), **common)
    yield _several("request_answered", np.stack(answered), reason=np.stack(told), **common)


def _stations(wide: Wide) -> Iterator[Part]:
    stations = [i for i, kind in enumerate(wide.network.step_kinds) if kind == "station"]
    if not stations:
        return
    common = {"station": np.array(stations)[:, None], "visit": np.array([[1]]), "place": wide.point}
    names = {"queued": "queued", "service_began": "began", "service_ended": "ended"}
    for kind, name in names.items():
        more = {"by": wide.time("by")[stations]} if kind == "service_began" else {}
        yield _several(kind, wide.time(name)[stations], **common, **more)


# --- rows about everything else -----------------------------------------------------------------------------------


def _impersonal(wide: Wide) -> Iterator[Part]:
    outcome, network = wide.outcome, wide.network
    if network.units:
        due = np.full(len(network.units), network.deadline_ms)
        yield _entities("ordered", outcome.ordered, unit=np.arange(len(network.units)), due=due)
        yield _entities("unit_formed", outcome.formed, unit=np.arange(len(network.units)))
    yield from _calendars(wide)
    yield from _buses(wide)
    rounds = [(time, p) for p, times in enumerate(network.rounds) for time in times]
    if rounds:
        time, place = np.array(rounds, np.int64).T
        yield _entities("instructed", time, place=place)
    if network.plan.exercise.closes:
        yield _entities("closed", np.array([network.horizon_ms]))


def _entities(kind: str, time: Ints, **columns: NDArray[Any]) -> Part:
    """Rows of things; those that did not happen are left out."""
    rows = np.flatnonzero(time >= 0)
    picked = {name: np.asarray(values)[rows] for name, values in columns.items()}
    return Part(kind, time[rows], rows, np.zeros(len(rows), np.int64), False, picked)


def _calendars(wide: Wide) -> Iterator[Part]:
    """One row a change of the servers at each station of each point; entity = (point, step name, change)."""
    table = wide.network.shifts
    for kind, here in (("station_opened", table[:, 4] > 0), ("station_closed", (table[:, 4] == 0) & (table[:, 0] > 0))):
        time, place, station, change, servers = table[here].T
        columns: dict[str, NDArray[Any]] = {"place": place, "station": station, "change": change}
        if kind == "station_opened":
            columns["amount"] = servers
        yield _entities(kind, time, **columns)


def _buses(wide: Wide) -> Iterator[Part]:
    """Departures and arrivals; for a line with buses of its own also their return."""
    outcome, lines = wide.outcome, wide.network.lines
    if not lines:
        return
    line = np.repeat(np.arange(len(lines)), [x.trips for x in lines])
    point = np.array([x.point for x in lines])[line]
    end = np.array([wide.places.names.index(x.to) for x in lines])[line]
    owned = np.array([x.fleet is not None for x in lines])[line]
    by = np.where(owned, wide.first_bus + outcome.ride_bus, -1)
    thing = np.arange(len(line))
    yield _entities("bus_departed", outcome.departed, place=point, thing=thing, by=by)
    back = np.where(owned & (outcome.departed >= 0), outcome.returned, -1)
    yield _entities(
        "bus_arrived",
        np.concatenate([outcome.arrives, back]),
        place=np.concatenate([end, point]),
        thing=np.concatenate([thing, thing]),
        by=np.concatenate([by, by]),
        visit=np.repeat([-1, 2], len(line)),
    )


# --- all rows -----------------------------------------------------------------------------------------------------


class _Table:
    """Rows of all parts in the first layout, compact; frames are cut from it."""

    def __init__(self, wide: Wide, parts: list[Part]) -> None:
        self.wide = wide
        self.labels = {
            "unit": wide.units,
            "place": wide.places,
            "station": wide.steps,
            "thing": wide.rides,
            "by": wide.servers,
            "reason": wide.reasons,
        }
        self.size = sum(len(part.time) for part in parts)
        self.time = np.concatenate([part.time for part in parts] or [np.empty(0, np.int64)])
        self.kind = self._gather(parts, lambda part: np.full(len(part.time), KIND_OF[part.kind].rank), np.uint8)
        self.person = self._gather(parts, lambda part: part.entity if part.personal else None, np.int32)
        self.columns = {
            name: self._gather(parts, _column(name), kind)
            for name, kind in zip(CODED, _CODES, strict=True)
            if any(name in part.columns for part in parts)
        }
        self.cause = self._gather(parts, lambda part: part.cause, np.int32)
        self.start = milliseconds(wide.network.plan.exercise.alert.astimezone(dt.UTC))

    def _gather(self, parts: list[Part], of: Callable[[Part], NDArray[Any] | None], kind: type[Any]) -> NDArray[Any]:
        result = np.empty(self.size, kind)
        at = 0
        for part in parts:
            values = of(part)
            result[at : at + len(part.time)] = -1 if values is None else values
            at += len(part.time)
        return result

    def order(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """The rows in the order of the log, and the number of each row in it."""
        n = self.size
        if n < 1 << BITS:
            keys = self.time << BITS
            keys |= np.arange(n)
            sort_keys(keys, n, np.empty(n, np.int64))
            order = (keys & ((1 << BITS) - 1)).astype(np.int32)
        else:
            order = np.argsort(self.time, kind="stable").astype(np.int32)
        seq = np.empty(n, np.int32)
        seq[order] = np.arange(n, dtype=np.int32)
        return order, seq

    def frame(self, rows: NDArray[np.int32], start: int, seq: NDArray[np.int32] | None) -> pl.DataFrame:
        """Rows as a frame of the log; without `seq` rows have no number and no cause."""
        n, wide = len(rows), self.wide
        happened = pl.Series(self.time[rows] + self.start).cast(TIME)
        found: dict[str, pl.Series] = {
            "run": pl.Series([wide.outcome.run], dtype=pl.UInt32).new_from_index(0, n),
            "writer": pl.Series(["simulated"], dtype=WRITER).new_from_index(0, n),
            "happened": happened,
            "happened_until": happened,
            "known": happened,
            "kind": pl.Series(self.kind[rows]).cat.to(KIND),
            "person": number_of(self.person[rows], pl.UInt32()),
        }
        for name, values in self.columns.items():
            codes = values[rows]
            if name in ("visit", "amount"):
                found[name] = number_of(codes, SCHEMA[name])
            elif name == "channel":
                found[name] = number_of(codes, pl.UInt8()).cat.to(CHANNEL)
            elif name == "due":
                found[name] = (number_of(codes, pl.Int64()) + self.start).cast(TIME)
            else:
                found[name] = self.labels[name].series(name, codes)
        if seq is not None:
            cause = self.cause[rows]
            found["seq"] = pl.Series(np.arange(start, start + n, dtype=np.uint32))
            found["cause"] = number_of(np.where(cause >= 0, seq[np.maximum(cause, 0)], -1), pl.UInt32())
        return pl.DataFrame(
            [
                found[name].alias(name) if name in found else pl.Series(name, [None], dtype=kind).new_from_index(0, n)
                for name, kind in SCHEMA.items()
            ]
        )


_CODES = (np.int16, np.int16, np.int16, np.int8, np.int32, np.int32, np.int8, np.int32, np.int64, np.int16)


def _column(name: str) -> Callable[[Part], NDArray[Any] | None]:
    return lambda part: part.columns.get(name)

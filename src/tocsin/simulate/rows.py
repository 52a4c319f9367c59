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
from collections.abc import Iterator, Sequence
from threading import Lock
from typing import Any
from weakref import WeakValueDictionary

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tocsin.errors import RunError
from tocsin.log.journeys import REST_SCHEMA, milliseconds
from tocsin.log.kinds import CHANNELS, KIND_NAMES, KIND_OF
from tocsin.log.schema import CHANNEL, KIND, SCHEMA, TIME, WRITER
from tocsin.simulate.causes import fill_causes
from tocsin.simulate.joint_rows import joint_parts
from tocsin.simulate.kernels import BITS, sort_keys
from tocsin.simulate.outcome import Outcome
from tocsin.simulate.part import Part
from tocsin.simulate.row_kernel import cut_rows
from tocsin.simulate.told_rows import overlaid, told_parts
from tocsin.simulate.wide import Ints, Wide, number_of

__all__ = ["BLOCK", "Ordered", "impersonal", "log_blocks", "ordered"]

BLOCK = 262_144
"""Rows a block, as the chain of a run folder counts them."""

CELL = np.dtype(
    {
        "names": [
            *("person", "cause", "thing", "amount", "by", "unit", "place", "reason"),
            *("kind", "station", "visit", "channel", "due"),
        ],
        "formats": ["i4"] * 5 + ["i2"] * 3 + ["i1"] * 5,
        "itemsize": 32,
    }
)
"""What a row says, apart from its time: codes, -1 = null; two rows a line of the processor's cache."""

CELLS = CELL.names or ()
CODED = tuple(name for name in CELLS if name not in ("kind", "person", "cause"))


def log_blocks(outcome: Outcome, rows_per_block: int = BLOCK) -> Iterator[pl.DataFrame]:
    """Give the log of an outcome, block by block.

    Args:
        outcome: One run.
        rows_per_block: Rows a block; the last may be shorter.

    Yields:
        Frames with the columns of a log, in order; `seq` runs through all of them.
    """
    rows = ordered(outcome)
    for start in range(0, rows.size, rows_per_block):
        yield rows.frame(start, start + rows_per_block)


class Ordered:
    """The rows of one run in the order of the log, from which frames are cut.

    Args:
        outcome: The run.
    """

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome
        self._table = _whole(Wide(outcome))
        self._order, self._seq = self._table.order()
        self.size = len(self._order)

    def frame(self, start: int, end: int) -> pl.DataFrame:
        """The rows from `start` up to `end` with the columns of a log."""
        return self._table.frame(self._order[start:end], start, self._seq)

    def of_kinds(self, kinds: Sequence[str]) -> pl.DataFrame:
        """The rows of some kinds."""
        kind = self._table.cells["kind"][self._order]
        rows = np.flatnonzero(np.isin(kind, [KIND_OF[name].rank for name in kinds]))
        return self._table.frame(self._order[rows], 0, self._seq).with_columns(pl.Series("seq", rows, dtype=pl.UInt32))


_MADE: WeakValueDictionary[int, Ordered] = WeakValueDictionary()
_MAKING = Lock()


def ordered(outcome: Outcome) -> Ordered:
    """Put the rows of a run in the order of the log; while somebody has them, others get the same.

    The log is written in one thread while C7 is measured in another, and the rows of a large run are 200 MB.
    """
    with _MAKING:
        found = _MADE.get(id(outcome))
        if found is None or found.outcome is not outcome:
            found = _MADE[id(outcome)] = Ordered(outcome)
        return found


def _whole(wide: Wide) -> _Table:
    parts = sorted([*_personal(wide), *_impersonal(wide)], key=lambda part: KIND_OF[part.kind].rank)
    fill_causes(wide, parts)
    return _Table(wide, parts)


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
    person, place = (found.astype(np.int32) for found in np.nonzero(times.T >= 0))
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
        wide, "gave_up", wide.time("gave_up"), place=wide.point, station=wide.by_person(wide.outcome.gave_up_step),
        reason=wide.reason_gave_up,
    )  # fmt: skip


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
    visits = np.array(wide.network.step_visits)[stations]
    common = {"station": np.array(stations)[:, None], "visit": visits[:, None], "place": wide.point}
    names = {"queued": "queued", "service_began": "began", "service_ended": "ended"}
    for kind, name in names.items():
        more = {"by": wide.time("by")[stations]} if kind == "service_began" else {}
        yield _several(kind, wide.time(name)[stations], **common, **more)


# --- rows about everything else -----------------------------------------------------------------------------------


def _impersonal(wide: Wide) -> Iterator[Part]:
    outcome, network = wide.outcome, wide.network
    if network.units:
        if outcome.command is None:
            due = np.full(len(network.units), network.deadline_ms)
            yield _entities("ordered", outcome.ordered, unit=np.arange(len(network.units)), due=due)
        yield _entities("unit_formed", outcome.formed, unit=np.arange(len(network.units)))
    yield from told_parts(outcome, wide.telling)
    yield from joint_parts(wide)
    yield from _calendars(wide)
    yield from _buses(wide)
    if network.rounds:
        place = np.repeat(np.arange(len(network.rounds)), [len(times) for times in network.rounds])
        yield _entities("instructed", np.concatenate(network.rounds), place=place)
    if network.plan.exercise.closes:
        yield _entities("closed", np.array([network.horizon_ms]))


def _entities(kind: str, time: Ints, **columns: NDArray[Any]) -> Part:
    """Rows of things; those that did not happen are left out."""
    rows = np.flatnonzero(time >= 0)
    picked = {name: np.asarray(values)[rows] for name, values in columns.items()}
    return Part(kind, time[rows], rows, np.zeros(len(rows), np.int8), False, picked)


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
    owned = np.array([x.fleet is not None or x.shared >= 0 for x in lines])[line]
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
    """Rows of all parts in the first layout; frames are cut from it.

    A row is one line of whole numbers (`CELLS`), so that cutting rows in the order of time touches each once.
    """

    def __init__(self, wide: Wide, parts: list[Part]) -> None:
        self.run = wide.outcome.run
        self.start = milliseconds(wide.network.plan.exercise.alert.astimezone(dt.UTC))
        self.names = self._names(wide)
        self.size = sum(len(part.time) for part in parts)
        self.time = np.empty(self.size, np.int64)
        self.cells = np.empty(self.size, CELL)
        self.said, self.saying = _said(parts, self.size)
        at = self.size
        while parts:  # each part goes when it has been copied: all of them are as large as the table
            part = parts.pop()
            at -= len(part.time)
            self._fill(slice(at, at + len(part.time)), part)
        self.nulls = np.array([len(self.names[name]) - 1 if name in self.names else -1 for name in CELLS], np.int32)

    def _names(self, wide: Wide) -> dict[str, pl.Series]:
        """What the codes of a column stand for; the last entry is null, and so is the code -1."""
        due = wide.network.deadline_ms + self.start
        most = max(len(wide.network.channels), *wide.network.step_visits, 0)
        _refuse_too_many(wide)
        return {
            "kind": pl.Series([*KIND_NAMES, None], dtype=KIND),
            "unit": wide.units.series_of_all,
            "place": wide.places.series_of_all,
            "station": wide.steps.series_of_all,
            "visit": pl.Series([*range(most + 3), None], dtype=pl.UInt16),
            "thing": wide.things.series_of_all,
            "by": wide.servers.series_of_all,
            "channel": pl.Series([*CHANNELS, None], dtype=CHANNEL),
            "due": pl.Series([due, None], dtype=pl.Int64).cast(TIME),
            "reason": wide.reasons.series_of_all,
        }

    def _fill(self, here: slice, part: Part) -> None:
        self.time[here] = part.time
        cells = self.cells[here]
        cells["kind"] = KIND_OF[part.kind].rank
        cells["person"] = part.entity if part.personal else -1
        cells["cause"] = -1 if part.cause is None else part.cause
        for name in CODED:
            values = part.columns.get(name)
            cells[name] = -1 if values is None else np.where(values >= 0, 0, -1) if name == "due" else values

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
        n = len(rows)
        cut = np.empty((len(CELLS), n), np.int32)
        happened = np.empty(n, np.int64)
        numbers = np.empty(0, np.int32) if seq is None else seq
        cut_rows(rows, self.time, self.start, self.cells, self.nulls, numbers, happened, cut)
        time = pl.Series(happened).cast(TIME)
        found: dict[str, pl.Series] = {
            "run": pl.Series([self.run], dtype=pl.UInt32).new_from_index(0, n),
            "writer": pl.Series(["simulated"], dtype=WRITER).new_from_index(0, n),
            "happened": time,
            "happened_until": time,
            "known": time,
        }
        for name, values in zip(CELLS, cut, strict=True):
            known = self.names.get(name)
            if known is not None:
                found[name] = known.gather(pl.Series(values.view(np.uint32)))
            elif name != "cause" or seq is not None:
                found[name] = number_of(values, SCHEMA[name])
        if seq is not None:
            found["seq"] = pl.Series(np.arange(start, start + n, dtype=np.uint32))
        frame = pl.DataFrame(
            [
                found[name].alias(name) if name in found else pl.Series(name, [None], dtype=kind).new_from_index(0, n)
                for name, kind in SCHEMA.items()
            ]
        )
        return frame if self.said is None else overlaid(frame, self.said, self.saying[rows], self.start)


def _said(parts: list[Part], size: int) -> tuple[pl.DataFrame | None, NDArray[np.int32]]:
    """What rows say beyond their codes, and for each row where: the row of that frame, -1 = nothing."""
    frames = [part.said for part in parts if part.said is not None]
    if not frames:
        return None, np.empty(0, np.int32)
    saying = np.full(size, -1, np.int32)
    at = told = 0
    for part in parts:
        if part.said is not None:
            saying[at : at + len(part.time)] = np.arange(told, told + len(part.time))
            told += len(part.time)
        at += len(part.time)
    return pl.concat(frames), saying


def _refuse_too_many(wide: Wide) -> None:
    """Refuse more names than the codes of a row can tell apart."""
    for what, names, most in (
        ("units", wide.units, 2**15),
        ("places", wide.places, 2**15),
        ("reasons", wide.reasons, 2**15),
        ("stations and requests", wide.steps, 2**7),
    ):
        if len(names.names) >= most:
            raise RunError(f"found {len(names.names):,} {what}; a log of a run holds fewer than {most:,}", place="plan")

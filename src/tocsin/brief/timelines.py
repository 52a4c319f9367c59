"""Minute by minute: who had arrived, who had joined, who waited where; with the shocks drawn in.

Where the same run without the shocks is known (it has the same luck), its curves stand beside, and a recovery is
told from them: the first minute from which on a curve stays within a tenth of the undisturbed one. Without it all that
can be said is when the flow of people was back at nine tenths of what it was before.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tocsin.brief.case import Case
from tocsin.brief.chart import Axis, Chart, Layer, Line, Rule, Smalls, Span, Tone, count_axis, hours_axis
from tocsin.brief.figures import deadline_rule
from tocsin.brief.shocks import Struck, shocks_of
from tocsin.brief.tables import Cell, Column, Row, Table
from tocsin.brief.whereabouts import counted
from tocsin.brief.words import hours, share, whole
from tocsin.measure.quantiles import NEVER
from tocsin.measure.queues import stays_of
from tocsin.measure.view import MINUTE_MS, View

__all__ = ["Gap", "Minutes", "Timelines", "gap", "minutes_of", "slowed", "timelines"]

Ints = NDArray[np.int64]
NEAR = 0.1
"""Within this share of the undisturbed curve a curve counts as back."""
FEW = 5
"""Or within so many people: a tenth of a short queue is less than one of them."""
LEVEL = 0.9
HOUR = 60
"""Minutes over which a flow is counted."""
MOST_STATIONS = 6
MOST_NAMED = 4
"""With more shocks at once their names would cover the curves; the list above them has all."""
ALONE, BASE, STRUCK = "one run", "the same run undisturbed", "with the shock"


@dataclass(frozen=True, eq=False, slots=True)
class Minutes:
    """Curves of one run, a value a minute from the alert.

    Attributes:
        arrived: People who had arrived.
        joined: People who had taken a post.
        waiting: People in the queue of each station, by station.
    """

    arrived: Ints
    joined: Ints
    waiting: Mapping[str, Ints]

    @property
    def waiting_anywhere(self) -> Ints:
        """People in any queue."""
        return np.sum(list(self.waiting.values()), axis=0) if self.waiting else np.zeros_like(self.arrived)


def minutes_of(view: View) -> Minutes:
    """Count one run minute by minute, up to its end."""
    size = max(view.end_ms, 0) // MINUTE_MS + 1
    nobody = np.zeros(view.people, np.int64)
    never = np.full(view.people, NEVER, np.int64)

    def count(rows: Ints, starts: Ints, ends: Ints) -> Ints:
        found: Ints = counted(rows, starts, ends, 1, size, MINUTE_MS)[0]
        return found

    waiting = {
        stays.station: count(np.zeros_like(stays.queued), stays.queued, stays.left) for stays in stays_of(view)
    }  # fmt: skip
    return Minutes(count(nobody, view.ms("arrived"), never), count(nobody, view.ms("joined"), never), waiting)


@dataclass(frozen=True, slots=True)
class Gap:
    """How far a curve left the undisturbed one, and when it was back.

    Attributes:
        most: The largest distance, with its sign: negative is fewer people than undisturbed.
        at: Minute of it.
        left: The first minute from the shock on at which it was not near; None if it was always near.
        back: The first minute from which on it was near to the end; None if it never left, or never came back.
    """

    most: int
    at: int
    left: int | None
    back: int | None

    @property
    def recovered(self) -> bool:
        """Whether it left and came back."""
        return self.back is not None


def gap(struck: Ints, base: Ints, began: int) -> Gap:
    """Compare a curve with the undisturbed one.

    Args:
        struck: People, minute by minute.
        base: The same without the shock, on equal luck.
        began: Minute at which the shock began.

    Returns:
        Where they are farthest apart from `began` on, and when they were near each other again for good: within a
        tenth of the undisturbed curve, or within five people.
    """
    size = min(len(struck), len(base))
    apart = struck[:size] - base[:size]
    far = np.abs(apart) > np.maximum(NEAR * base[:size], FEW)
    far[: min(began, size)] = False
    at = began + int(np.argmax(np.abs(apart[began:]))) if began < size else size - 1
    where = np.flatnonzero(far)
    if not len(where):
        return Gap(int(apart[at]), at, None, None)
    last = int(where[-1])
    return Gap(int(apart[at]), at, int(where[0]), last + 1 if last + 1 < size else None)


@dataclass(frozen=True, slots=True)
class Slowed:
    """How a flow fell after a shock began, judged from one run alone.

    Attributes:
        before: People in the hour before.
        least: The fewest people in any hour that ended after it began.
        at: The minute at which that hour ended.
        back: The first minute after that at which the last hour had nine tenths of those before again; None if none.
    """

    before: int
    least: int
    at: int
    back: int | None


def slowed(total: Ints, began: int, ended: int | None = None) -> Slowed | None:
    """Say how a flow went before and after a shock.

    Args:
        total: People so far, minute by minute.
        began: Minute at which the shock began.
        ended: Minute at which it ended; None = it lasted to the end. A flow that falls only later than an hour after
            that has not fallen by it.

    Returns:
        None where nobody came in the hour before: there is nothing to fall from.
    """
    ago = np.concatenate([np.zeros(HOUR, np.int64), total])[: len(total)]
    flow = total - ago
    if not 0 <= began < len(flow) or flow[began] <= 0:
        return None
    before = int(flow[began])
    during = flow[began : len(flow) if ended is None else ended + HOUR + 1]
    under = np.flatnonzero(during < LEVEL * before)
    if not len(under):
        least = began + int(np.argmin(during))
        return Slowed(before, int(flow[least]), least, began)
    first = began + int(under[0])
    over = np.flatnonzero(flow[first:] >= LEVEL * before)
    back = first + int(over[0]) if len(over) else None
    least = first + int(np.argmin(flow[first:back]))
    return Slowed(before, int(flow[least]), least, back)


@dataclass(frozen=True, slots=True)
class Timelines:
    """The section: what struck in words, curves of all, queues of stations, and what came of each shock."""

    told: tuple[str, ...]
    charts: tuple[Chart, ...]
    queues: Smalls | None
    recovery: Table


def timelines(case: Case, view: View, base: View | None = None, key: str = "") -> Timelines | None:
    """Draw one run minute by minute, with its shocks; None if there were none.

    Args:
        case: Plan and clock.
        view: The run.
        base: The same run without the shocks, on equal luck; None if it is not known.
        key: What the keys of the drawings begin with, on a page that has several.
    """
    shocks = shocks_of(view)
    if not shocks:
        return None
    run, other = minutes_of(view), None if base is None else minutes_of(base)
    end = _end(shocks, run, other)
    drawn = _Drawn(case, shocks, end, other is not None)
    lines = (
        ("arrived", "Arrived", "people who had arrived", run.arrived, None if other is None else other.arrived),
        ("joined", "Joined", "people who had taken a post", run.joined, None if other is None else other.joined),
    )
    charts = tuple(drawn.chart(f"{key}minutes-{name}", title, y, own, beside) for name, title, y, own, beside in lines)
    table = _against(case, shocks, run, other, key) if other is not None else _by_itself(case, shocks, run, key)
    return Timelines(
        tuple(shock.told(case.clock) for shock in shocks), charts, _queues(case, drawn, run, other, key), table
    )


def _end(shocks: Sequence[Struck], run: Minutes, other: Minutes | None) -> float:
    """The hour after which no curve moves any more, or the last shock's end if that is later; a round one."""
    last = 0
    for minutes in (run, other):
        if minutes is not None:
            for curve in (minutes.arrived, minutes.joined):
                last = max(last, int(np.argmax(curve >= 0.995 * curve[-1])))
            last = max(last, int(np.max(np.flatnonzero(minutes.waiting_anywhere > FEW), initial=0)))
    ends = [shock.began if shock.ended is None else shock.ended for shock in shocks]
    whole_h = math.ceil((max(last / HOUR, *ends) + 0.5) / 6) * 6.0
    return min(whole_h, (len(run.arrived) - 1) / HOUR)


@dataclass(frozen=True, slots=True)
class _Drawn:
    """What all curves of a section share: shading, the axis of time, how lines are called."""

    case: Case
    shocks: tuple[Struck, ...]
    end: float
    beside: bool

    def chart(self, key: str, title: str, y: str, own: Ints, base: Ints | None) -> Chart:
        """A chart of people; the undisturbed curve dashed."""
        values = [own, *([base] if base is not None else [])]
        top = max(int(curve[: self._steps(curve)].max(initial=1)) for curve in values)
        shocks = ", ".join(shock.told(self.case.clock) for shock in self.shocks)
        return Chart(
            key, title, f"{title}, minute by minute. Shaded: {shocks}.", hours_axis(self.case.clock, self.end),
            count_axis(y, top), self.layers(own, base),
        )  # fmt: skip

    def small(self, key: str, title: str, own: Ints, base: Ints | None, y: Axis) -> Chart:
        """A small chart of a queue."""
        shown = own[: self._steps(own)]
        at = int(np.argmax(shown))
        told = f"at most {whole(int(shown[at]))}, {self.case.clock.short(at / HOUR)}"
        if base is not None:
            told += f"; undisturbed {whole(int(base[: self._steps(base)].max(initial=0)))}"
        return Chart(
            key, title, f"People waiting at {title}, minute by minute: {told}.", hours_axis(self.case.clock, self.end),
            y, (*self.layers(own, base), *self._deadline()), told, small=True,
        )  # fmt: skip

    def layers(self, own: Ints, base: Ints | None) -> tuple[Layer, ...]:
        shaded = [
            Span(
                shock.name if len(self.shocks) <= MOST_NAMED else "shocks",
                shock.began,
                min(self.end if shock.ended is None else shock.ended, self.end),
            )
            for shock in self.shocks
            if shock.began < self.end
        ]
        lines = [self._line(STRUCK if self.beside else ALONE, own, "main", False)]
        if base is not None:
            lines.insert(0, self._line(BASE, base, "second", True))
        return (*shaded, *lines)

    def _line(self, name: str, curve: Ints, tone: Tone, dashed: bool) -> Line:
        """A curve as its corners only: in level stretches a minute says what the one before said."""
        values = curve[: self._steps(curve)]
        kept = np.flatnonzero(
            np.concatenate([[True], np.diff(values) != 0]) | np.concatenate([np.diff(values) != 0, [True]])
        )
        x, y = tuple((kept / HOUR).tolist()), tuple(map(float, values[kept].tolist()))
        return Line(name, x, y, tone, dashed)

    def _steps(self, curve: Ints) -> int:
        return min(round(self.end * HOUR) + 1, len(curve))

    def _deadline(self) -> list[Rule]:
        return [rule for rule in deadline_rule(self.case) if (rule.x or 0) < self.end]


def _queues(case: Case, drawn: _Drawn, run: Minutes, other: Minutes | None, key: str) -> Smalls | None:
    most = {name: int(curve.max(initial=0)) for name, curve in run.waiting.items()}
    for name, curve in ({} if other is None else other.waiting).items():
        most[name] = max(most.get(name, 0), int(curve.max(initial=0)))
    named = [name for name in sorted(most, key=lambda name: -most[name]) if most[name] > 0][:MOST_STATIONS]
    if not named:
        return None
    y = count_axis("people waiting", max(most[name] for name in named))
    nobody = np.zeros_like(run.arrived)
    charts = tuple(
        drawn.small(
            f"{key}minutes-queue-{number}", name, run.waiting.get(name, nobody),
            None if other is None else other.waiting.get(name, np.zeros_like(other.arrived)), y,
        )
        for number, name in enumerate(case.stations(named))
    )  # fmt: skip
    note = "People in the queue of each station, all assembly points together, minute by minute; the scale is the same."
    if len(named) < sum(n > 0 for n in most.values()):
        note += f" The {len(named)} stations with the longest queues."
    return Smalls(charts, note, "People waiting, station by station", ("L2",))


def _against(case: Case, shocks: Sequence[Struck], run: Minutes, other: Minutes, key: str) -> Table:
    """What each shock did, against the same run undisturbed."""
    curves = (
        ("arrived", run.arrived, other.arrived),
        ("joined", run.joined, other.joined),
        ("waiting, all stations", run.waiting_anywhere, other.waiting_anywhere),
    )
    rows = []
    for shock in shocks:
        began = round(shock.began * HOUR)
        for name, own, base in curves:
            found = gap(own, base, began)
            rows.append(Row(name, (_most(case, found, base), *_back(case, shock, found)), shock.name))
    note = (
        "Undisturbed: the same run, with the same people and the same luck, without the shock. Back: the first "
        f"minute from which on the curve stays within {share(NEAR)} of the undisturbed one, or within {FEW} people, to "
        "the end. With several shocks at once a distance is that of all together."
    )
    columns = (
        Column("people", False), Column("farthest from undisturbed"), Column("back"), Column("after it began"),
    )  # fmt: skip
    return Table(f"{key}recovery", "How long the recovery took", columns, tuple(rows), note)


def _most(case: Case, found: Gap, base: Ints) -> Cell:
    if not found.most:
        return Cell("no difference")
    more = "more" if found.most > 0 else "fewer"
    when = case.clock.short(found.at / HOUR)
    return Cell(f"{whole(abs(found.most))} {more}", f"{when}, of {whole(int(base[found.at]))}")


def _back(case: Case, shock: Struck, found: Gap) -> tuple[Cell, Cell]:
    if found.left is None:
        return Cell("never far", f"within {share(NEAR)} throughout"), Cell("–")
    if found.back is None:
        return Cell("not by the end"), Cell("–")
    after_end = "" if shock.ended is None or shock.instant else _after(found.back / HOUR - shock.ended)
    return Cell(case.clock.short(found.back / HOUR)), Cell(hours(found.back / HOUR - shock.began), after_end)


def _after(late: float) -> str:
    return f"{hours(late)} after it ended" if late > 0 else "before it ended"


def _by_itself(case: Case, shocks: Sequence[Struck], run: Minutes, key: str) -> Table:
    """What can be said of each shock from this run alone: how the flow of people fell and came back."""
    rows = []
    for shock in shocks:
        for name, curve in (("arrived", run.arrived), ("joined", run.joined)):
            ended = None if shock.ended is None else round(shock.ended * HOUR)
            found = slowed(curve, round(shock.began * HOUR), ended)
            rows.append(Row(name, _flow(case, shock, found), shock.name))
    note = (
        f"People in an hour. Back: the first minute after the fall at which as many as {share(LEVEL)} of those of the "
        "hour before the shock came in an hour again; a fall that began later than an hour after its end is not "
        "told. A flow also falls when a call-up nears its end: only the same run without the shock (tocsin stress) can "
        "tell one fall from the other."
    )
    columns = (
        Column("people an hour", False), Column("before"), Column("least"), Column("back"), Column("after it began"),
    )  # fmt: skip
    return Table(f"{key}recovery", "How the flow fell and came back", columns, tuple(rows), note)


def _flow(case: Case, shock: Struck, found: Slowed | None) -> tuple[Cell, ...]:
    if found is None:
        return Cell("0"), Cell("–"), Cell("nobody came before"), Cell("–")
    least = Cell(whole(found.least), case.clock.short(found.at / HOUR))
    if found.back is None:
        return Cell(whole(found.before)), least, Cell("not by the end"), Cell("–")
    late = found.back / HOUR - shock.began
    back = (
        (Cell("never far"), Cell("–"))
        if late <= 1e-9
        else (Cell(case.clock.short(found.back / HOUR)), Cell(hours(late)))
    )
    return Cell(whole(found.before)), least, *back

"""Summaries: numbers of one simulated run that public reports put bounds on.

They are read off the engine's own arrays (`Outcome`): a run costs a few milliseconds, its journeys or its measures many
times that. What they mean is told in `SUMMARIES`, and tests compute each again from the journeys, which are equal to
the log. Quantiles are order statistics by the rule of the measures (`tocsin.measure.quantiles.rank_of`).

A number that a run cannot give is not a number: +inf for a time that nobody or too few reached before the end of the
run, NaN where the summary has no meaning at all. Neither is ever put into a mean, and JSON says null.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:  # whoever only reads counts does not wait for the engine
    from tocsin.simulate import Network, Outcome

__all__ = ["SUMMARIES", "Frame", "Seen", "Summary", "summed_up"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
HOUR_MS: Final = 3_600_000
DAY_MS: Final = 24 * HOUR_MS
WANTED: Final = 0.8
NEVER: Final = math.inf
UNKNOWN: Final = math.nan


class Frame:
    """What all runs of a plan share.

    Args:
        network: The compiled plan.
    """

    def __init__(self, network: Network) -> None:
        plan, people = network.plan, network.people
        names = people["region"].unique().sort()
        codes = np.asarray(people["region"].rank("dense").to_numpy(), np.int64) - 1
        self.regions = len(names)
        self.region: Ints = codes[network.person]
        self.point: Ints = np.asarray(network.point, np.int64)
        self.points = len(network.points)
        self.stations = np.array([kind == "station" for kind in network.step_kinds], np.bool_)
        self.posts = sum(sum(unit.posts) for unit in network.units)
        self.end_ms = network.horizon_ms
        at = plan.exercise.alert.astimezone(ZoneInfo(plan.exercise.time_zone))
        self.clock_ms = (at.hour * 60 + at.minute) * 60_000 + at.second * 1000

    def day(self, times: Ints) -> Ints:
        """The day of each time by the clock of the place, 1 = the day of the alert."""
        return (times + self.clock_ms) // DAY_MS + 1

    def end_of_day(self, day: int) -> int:
        """When a day ends, ms after the alert."""
        return day * DAY_MS - self.clock_ms


class Seen:
    """One run, as the summaries see it; times in ms after the alert, -1 = did not happen.

    Args:
        outcome: The run.
        frame: What its plan gives all runs.
    """

    def __init__(self, outcome: Outcome, frame: Frame) -> None:
        self.outcome, self.frame = outcome, frame

    @cached_property
    def called(self) -> NDArray[np.bool_]:
        """To whom any summons was sent. Shape (people,)."""
        return np.asarray((self.outcome.attempts.began >= 0).any(axis=0))

    @cached_property
    def told(self) -> Ints:
        """When a summons reached each person. Shape (people,)."""
        return np.asarray(self.outcome.delivered)

    @cached_property
    def notice(self) -> Ints:
        """From being told to the time of report, of those told before it, ms, rising order not promised."""
        network, told = self.outcome.network, self.told
        if network.deadline_ms < 0:
            return np.full(int((told >= 0).sum()), network.deadline_after_ms, np.int64)
        notice = network.deadline_ms - told[told >= 0]
        return notice[notice > 0]

    @cached_property
    def arrived(self) -> Ints:
        """When each person came to the gathering point. Shape (people,)."""
        return np.asarray(self.outcome.arrived)

    @cached_property
    def left(self) -> Ints:
        """When each left it: on the bus, sent home, given up, or (where no bus goes) at the unit. Shape (people,)."""
        out = self.outcome
        left = np.where(out.boarded >= 0, out.boarded, np.where(out.released >= 0, out.released, out.gave_up))
        return np.where(self.arrived >= 0, np.where(left >= 0, left, out.ready), -1)

    @cached_property
    def stay(self) -> Ints:
        """From arrival to leaving, of all who came; past the end of any run for those still there. Shape (came,)."""
        came = self.arrived >= 0
        left = self.left[came]
        return np.where(left >= 0, left - self.arrived[came], _STILL_THERE)

    @cached_property
    def wait(self) -> Ints:
        """In queues of stations, all visits together, of all who came; as `stay` for those still there."""
        out, came = self.outcome, self.arrived >= 0
        queued, began = out.queued[self.frame.stations], out.began[self.frame.stations]
        wait = np.where((queued >= 0) & (began >= 0), began - queued, 0).sum(axis=0)
        return np.where(self.left >= 0, wait, _STILL_THERE)[came]

    @cached_property
    def filled(self) -> Ints:
        """When each post that was filled was. Shape (posts filled,)."""
        out = self.outcome
        return np.asarray(out.ready[(out.filled == 1) & (out.ready >= 0)])


_STILL_THERE: Final = 1 << 60
"""Milliseconds of those who had not left when the run ended: above every time."""


def _hours(times: Ints, share: float) -> float:
    """The quantile of times, in hours; NaN of none, +inf where it falls on somebody who had not left."""
    n = len(times)
    if n == 0:
        return UNKNOWN
    rank = max(0, math.ceil(share * n - 1e-9) - 1)
    found = int(np.partition(times, rank)[rank])
    return NEVER if found >= _STILL_THERE else found / HOUR_MS


def _kth_hour(times: Ints, k: int) -> float:
    """The k-th of times, in hours; +inf where there are fewer."""
    return NEVER if len(times) < k else int(np.partition(times, k - 1)[k - 1]) / HOUR_MS


def _share(part: Any, whole: Any) -> float:
    return float(part) / float(whole) if whole else UNKNOWN


def _busiest_day(seen: Seen, times: Ints) -> float:
    happened = times[times >= 0]
    return float(np.bincount(seen.frame.day(happened)).max()) if len(happened) else 0.0


def _busiest_point(seen: Seen) -> float:
    """Arrivals at one point on one day, where and when they were most."""
    came, frame = seen.arrived >= 0, seen.frame
    if not came.any():
        return 0.0
    day = frame.day(seen.arrived[came])
    return float(np.bincount(day * frame.points + frame.point[came]).max())


def _regions_by(seen: Seen, day: int) -> float:
    """Regions with anybody told by the end of a day; NaN where the run ends before that."""
    end = seen.frame.end_of_day(day)
    if end > seen.frame.end_ms:
        return UNKNOWN
    told = (seen.told >= 0) & (seen.told < end)
    return float(np.count_nonzero(np.bincount(seen.frame.region[told], minlength=seen.frame.regions)))


def _telling_h(seen: Seen) -> float:
    told = seen.told[seen.told >= 0]
    return float(told.max() - told.min()) / HOUR_MS if len(told) else UNKNOWN


def _t80_posts(seen: Seen) -> float:
    posts = seen.frame.posts
    return _kth_hour(seen.filled, math.ceil(WANTED * posts - 1e-9)) if posts else UNKNOWN


def _released(seen: Seen) -> float:
    came = seen.arrived >= 0
    return _share((came & (seen.outcome.released >= 0)).sum(), came.sum())


@dataclass(frozen=True, slots=True)
class Summary:
    """A number of one run.

    Attributes:
        name: As an observation names it.
        unit: Of it and of an observation's bounds and tolerance.
        says: What it is, one sentence.
        of: Computes it.
    """

    name: str
    unit: str
    says: str
    of: Callable[[Seen], float]


def _table() -> tuple[Summary, ...]:
    notice = "from being told to the time of report, of those told before that time"
    stay = "from coming to leaving by bus or sent home; who is still there at the end of the run counts as longest"
    wait = "in the queues of all its stations together; who is still there at the end of the run counts as longest"
    return (
        Summary("notice_h_p05", "h", f"One in twenty had less notice, {notice}.", lambda s: _hours(s.notice, 0.05)),
        Summary("notice_h_median", "h", f"Half had less notice, {notice}.", lambda s: _hours(s.notice, 0.5)),
        Summary("notice_h_p95", "h", f"One in twenty had more notice, {notice}.", lambda s: _hours(s.notice, 0.95)),
        Summary(
            "share_notice_under_12_h",
            "share",
            f"Share with less than 12 h of notice, {notice}.",
            lambda s: _share((s.notice < 12 * HOUR_MS).sum(), len(s.notice)),
        ),
        Summary(
            "share_notice_under_24_h",
            "share",
            f"Share with less than 24 h of notice, {notice}.",
            lambda s: _share((s.notice < 24 * HOUR_MS).sum(), len(s.notice)),
        ),
        Summary(
            "called_total", "persons", "How many a summons was sent to in the run.", lambda s: float(s.called.sum())
        ),
        Summary(
            "told_total", "persons", "How many a summons reached in the run.", lambda s: float((s.told >= 0).sum())
        ),
        Summary(
            "told_day_most",
            "persons",
            "How many a summons reached on the day on which it reached most.",
            lambda s: _busiest_day(s, s.told),
        ),
        Summary("telling_h", "h", "Between the first and the last whom a summons reached.", _telling_h),
        *(
            Summary(
                f"regions_day_{day}",
                "regions",
                f"Regions in which anybody was told by the end of day {day}, the day of the alert being day 1.",
                partial(_regions_by, day=day),
            )
            for day in (1, 2, 3, 5, 7)
        ),
        Summary(
            "came_total", "persons", "How many came to a gathering point.", lambda s: float((s.arrived >= 0).sum())
        ),
        Summary(
            "share_came",
            "share",
            "Share who came, of those whom a summons reached.",
            lambda s: _share((s.arrived >= 0).sum(), (s.told >= 0).sum()),
        ),
        Summary(
            "came_day_most",
            "persons",
            "How many came on the day on which most did.",
            lambda s: _busiest_day(s, s.arrived),
        ),
        Summary(
            "came_point_day_most",
            "persons",
            "How many came to one point on one day, where and when it was most.",
            _busiest_point,
        ),
        Summary(
            "wait_h_median", "h", f"Half waited less at the gathering point, {wait}.", lambda s: _hours(s.wait, 0.5)
        ),
        Summary(
            "wait_h_p90",
            "h",
            f"One in ten waited longer at the gathering point, {wait}.",
            lambda s: _hours(s.wait, 0.9),
        ),
        Summary(
            "stay_h_p05",
            "h",
            f"One in twenty stayed shorter at the gathering point, {stay}.",
            lambda s: _hours(s.stay, 0.05),
        ),
        Summary(
            "stay_h_median", "h", f"Half stayed shorter at the gathering point, {stay}.", lambda s: _hours(s.stay, 0.5)
        ),
        Summary(
            "stay_h_p90",
            "h",
            f"One in ten stayed longer at the gathering point, {stay}.",
            lambda s: _hours(s.stay, 0.9),
        ),
        Summary("share_released", "share", "Share sent home from the gathering point, of those who came.", _released),
        Summary("t80_posts_h", "h", "From the alert until four in five posts were filled (measure A4).", _t80_posts),
    )


SUMMARIES: Final = {one.name: one for one in _table()}
"""All summaries by name, in the order in which they are shown."""


def summed_up(outcome: Outcome, frame: Frame, names: tuple[str, ...]) -> list[float]:
    """Some summaries of one run, in the order of the names.

    Args:
        outcome: The run; its arrays may be the engine's own.
        frame: What its plan gives all runs.
        names: Names of `SUMMARIES`.

    Returns:
        Numbers; +inf for a time that was not reached, NaN where there is none.
    """
    seen = Seen(outcome, frame)
    return [SUMMARIES[name].of(seen) for name in names]

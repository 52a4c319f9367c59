"""All measures of a log, in one tidy frame."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import polars as pl

from tocsin.errors import MeasureError
from tocsin.log.journeys import Journeys
from tocsin.log.lean import Lean
from tocsin.measure.assembly import alert_chain, arrival_curve, arrival_times, funnel, on_time
from tocsin.measure.buses import bus_loading
from tocsin.measure.catalogue import FROM_RERUNS
from tocsin.measure.coordination import co_arrival_spread, dependency_wait, force_complete
from tocsin.measure.counts import COUNTED, only_counts
from tocsin.measure.critical import critical_paths
from tocsin.measure.lawfulness import lawful_share, wrong_summonses
from tocsin.measure.marches import march_table
from tocsin.measure.orders import order_latency
from tocsin.measure.picture import picture_lag
from tocsin.measure.quality import log_quality
from tocsin.measure.requests import medical_answers, request_answers
from tocsin.measure.resilience import resilience
from tocsin.measure.rows import Rows
from tocsin.measure.stocks import fill_rate
from tocsin.measure.stress import bottleneck, utilisation
from tocsin.measure.treatment import idle_without_word
from tocsin.measure.units import unit_fill
from tocsin.measure.view import Context, View, views
from tocsin.measure.waits import waits

__all__ = ["MEASURES", "measures", "measures_of"]

MEASURES: dict[str, Callable[[View, Rows], None]] = {
    "A1": funnel,
    "A2": arrival_curve,
    "A3": arrival_times,
    "A4": unit_fill,
    "A5": on_time,
    "A7": alert_chain,
    "L1": waits,
    "L2": utilisation,
    "L3": bottleneck,
    "L4": fill_rate,
    "L5": bus_loading,
    "L6": march_table,
    "C1": force_complete,
    "C2": co_arrival_spread,
    "C3": dependency_wait,
    "C4": order_latency,
    "C5": picture_lag,
    "C6": resilience,
    "C7": critical_paths,
    "W1": lawful_share,
    "W2": wrong_summonses,
    "W3": request_answers,
    "H1": idle_without_word,
    "H2": medical_answers,
    "Q1": log_quality,
}
"""Which function adds the rows of which measure, in the order of the frame."""


def measures(journeys: Journeys | Lean, context: Context, only: Sequence[str] = ()) -> pl.DataFrame:
    """Compute measures from a log, whoever wrote it.

    Args:
        journeys: One run or several; or one lean run.
        context: The plan and the list of people, as far as there are any.
        only: Numbers of measures ("A3", "L1"); empty = all.

    Returns:
        Columns of `SCHEMA`, ordered by run, then as in the catalogue. A measure without its input has a row
        without a value and the note "not measurable: needs …".

    Raises:
        MeasureError: `only` names a measure that is not in the catalogue.
    """
    return measures_of(views(journeys, context), only)


def measures_of(found: Iterable[View], only: Sequence[str] = ()) -> pl.DataFrame:
    """Compute measures run by run; of runs that are made one at a time, one at a time is held.

    Args:
        found: The runs.
        only: Numbers of measures; empty = all.

    Returns:
        As `measures`.

    Raises:
        MeasureError: `only` names a measure that is not in the catalogue.
    """
    for wanted in only:
        if wanted in FROM_RERUNS:
            raise MeasureError(f"{wanted} is found by running a plan again: tocsin stress PLAN", place="only")
        if wanted not in MEASURES:
            raise MeasureError(f"there is no measure {wanted!r}; expected one of {', '.join(MEASURES)}", place="only")
    return pl.concat([_rows(view, only).frame() for view in found])


def _rows(view: View, only: Sequence[str]) -> Rows:
    rows = Rows(view.run)
    counted = COUNTED if only_counts(view) else {}
    for number, compute in MEASURES.items():
        if not only or number in only:
            counted.get(number, compute)(view, rows)
    return rows

"""What each step of a critical path is, in the words of the field.

A step leads from a cause to its effect. Most are the own way of a person or unit, and the effect says what it was.
Where somebody waits for a server, a courier, a desk, a bus or room that others hold, the causes lead through those
others: from the row that freed it back to where the first of them came to it, all of that is the one wait.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

__all__ = ["Step", "steps_of"]

Row = Mapping[str, Any]
_SERVED: Final = ("service_began", "service_resumed")
_VEHICLE: Final = ("bus_departed", "bus_arrived", "broke_down", "repaired")
_TRIED: Final = ("delivered", "undelivered")
_CARRIED: Final = ("waiting for couriers", "waiting for a line")
AUTHORITY: Final = "the authority"


@dataclass(frozen=True)
class Step:
    """One step of a path.

    Attributes:
        wait: What it was, one of `WAITS`.
        what: Who or what was waited for, or did it: a station, channel, headquarters, unit, thing.
        place: Where.
    """

    wait: str
    what: str
    place: str


def steps_of(path: Sequence[Row]) -> list[Step]:
    """Name the steps of a path.

    Args:
        path: Rows from the first cause to the last effect, with the columns `tocsin.log.causes.TOLD`.

    Returns:
        As many steps as rows: the first leads from the time that is counted from to the first row.
    """
    places = _places(path)
    found: list[Step] = []
    held: Step | None = None
    for at in range(len(path) - 1, 0, -1):
        cause, effect = path[at - 1], path[at]
        if held is not None and _comes(effect, held):
            held = None
        if held is None:
            held = _taken(cause, effect, places)
            found.append(_own(cause, effect, places))
        else:
            found.append(held)
            if held.wait == "waiting for the bus" and _called(cause, effect):
                held = None
    if path:
        first = _first(path[0], places)
        found.append(first if held is None or _comes(path[0], held) else held)
    return found[::-1]


def _places(path: Sequence[Row]) -> dict[int, str]:
    """The place of each person of a path: where their rows say that they were, else where they were to report."""
    found: dict[int, str] = {}
    for row in path:
        if row["person"] is not None and row["place"] is not None and row["kind"] != "joined":
            found[row["person"]] = row["place"]
    return found


def _place(row: Row, places: Mapping[int, str]) -> str:
    return row["place"] or places.get(row["person"], "") or ""


def _other(cause: Row, effect: Row) -> bool:
    """Whether two rows are about different persons."""
    return cause["person"] is not None and effect["person"] is not None and cause["person"] != effect["person"]


# --- what others hold -------------------------------------------------------------------------------------------


def _taken(cause: Row, effect: Row, places: Mapping[int, str]) -> Step | None:
    """What others held until this step, if the effect had to wait for them."""
    kind, place = effect["kind"], _place(effect, places)
    if kind == "boarded" and cause["kind"] in _VEHICLE:
        return Step("waiting for the bus", "bus", place)
    if not _other(cause, effect):
        return None
    if kind in _SERVED or kind == "service_ended":
        return Step("waiting at a station", effect["station"] or "", place)
    if kind == "request_answered":
        return _answer(effect, places, waiting=True)
    if kind in _TRIED and cause["kind"] in _TRIED:
        return _carried(effect, places)
    if kind == "queued":
        return Step("waiting for room", effect["station"] or "", place)
    return None


def _comes(effect: Row, held: Step) -> bool:
    """Whether the effect is somebody's coming to what was held: before it, their way is their own."""
    coming = dict.fromkeys(_CARRIED, ("summoned",)) | {"waiting for the bus": ("boarded",)}
    return effect["kind"] in coming.get(held.wait, ("queued", "request_filed", "summoned", "broke_down", *_UNTIL))


def _called(cause: Row, effect: Row) -> bool:
    """Whether a vehicle came because somebody who had not boarded waited for one."""
    return effect["kind"] in _VEHICLE and cause["person"] is not None and cause["kind"] != "boarded"


# --- the own way ------------------------------------------------------------------------------------------------


def _own(cause: Row, effect: Row, places: Mapping[int, str]) -> Step:
    """Name a step that nobody else held."""
    waited = _UNTIL.get(cause["kind"])
    if waited is not None and effect["kind"] not in _BY_ITSELF:
        return replace(waited(cause), place=_place(effect, places) or cause["place"] or "")
    named = _NAMED.get(effect["kind"])
    return _something(cause, effect, places) if named is None else named(cause, effect, places)


def _something(cause: Row, effect: Row, places: Mapping[int, str]) -> Step:
    return Step("something else", f"{cause['kind']} to {effect['kind']}", _place(effect, places))


def _answer(row: Row, places: Mapping[int, str], *, waiting: bool) -> Step:
    """A request at the summons is one wait; one at the gate is a desk, which serves."""
    if row["station"] is None:
        return Step("waiting for an answer", "request", _place(row, places))
    return Step("waiting at a station" if waiting else "in service", row["station"], _place(row, places))


def _ordered(cause: Row, effect: Row, places: Mapping[int, str]) -> Step:
    return Step("waiting for the order", effect["by"] or AUTHORITY, "")


def _summoned(cause: Row, effect: Row, places: Mapping[int, str]) -> Step:
    again = cause["kind"] == "undelivered"
    wait = "before the next try" if again else "waiting for the summons"
    return Step(wait, effect["channel"] or "", _place(effect, places))


def _tried(cause: Row, effect: Row, places: Mapping[int, str]) -> Step:
    if effect["channel"] == "courier" or _other(cause, effect):
        return _carried(effect, places)
    return Step("message on its way", effect["channel"] or "", _place(effect, places))


def _carried(row: Row, places: Mapping[int, str]) -> Step:
    channel = row["channel"] or ""
    return Step(_CARRIED[0] if channel in ("courier", "") else _CARRIED[1], channel, _place(row, places))


def _began(cause: Row, effect: Row, places: Mapping[int, str]) -> Step:
    return Step("waiting at a station", effect["station"] or "", _place(effect, places))


def _ended(cause: Row, effect: Row, places: Mapping[int, str]) -> Step:
    return Step("in service", effect["station"] or "", _place(effect, places))


def _queued(cause: Row, effect: Row, places: Mapping[int, str]) -> Step:
    wait = "waiting for room" if _other(cause, effect) else "between stations"
    return Step(wait, effect["station"] or "", _place(effect, places))


def _boarded(cause: Row, effect: Row, places: Mapping[int, str]) -> Step:
    wait = "waiting for the bus" if cause["kind"] in _VEHICLE else "between stations"
    return Step(wait, "bus", _place(effect, places))


def _set_out(cause: Row, effect: Row, places: Mapping[int, str]) -> Step:
    if effect["reason"] == "fixed time":
        return Step("waiting for the hour", effect["unit"] or "", effect["place"] or "")
    return Step("preparing to march", effect["unit"] or "", effect["place"] or "")


def _passed(cause: Row, effect: Row, places: Mapping[int, str]) -> Step:
    """A tail that lets others go holds the road; a halt ends when the others have come, or at its hour."""
    unit, place = effect["unit"] or effect["thing"] or "", effect["place"] or ""
    own = cause["unit"] == effect["unit"]
    if (effect["visit"] or 1) % 2 == 0:
        return Step("waiting for the road", unit, place)
    if cause["kind"] == "passed" and not own:
        return Step("waiting for the road", cause["unit"] or cause["thing"] or "", place)
    if cause["kind"] == "halted":
        wait = "waiting for the hour" if own else "waiting for a unit"
        return Step(wait, cause["unit"] or "", place)
    return Step("on the march", unit, place)


def _broke_down(cause: Row, effect: Row, places: Mapping[int, str]) -> Step:
    """A vehicle breaks down on the way; a server after so long in order, whoever waits."""
    if effect["station"] is None:
        return Step("ride", "bus", _place(effect, places))
    return Step("until a breakdown", effect["station"], _place(effect, places))


def _plainly(wait: str, column: str = "", word: str = "") -> Callable[[Row, Row, Mapping[int, str]], Step]:
    """Name a step by its effect alone; what it was about stands in a column, or is a word."""

    def named(cause: Row, effect: Row, places: Mapping[int, str]) -> Step:
        return Step(wait, (effect[column] or "") if column else word, _place(effect, places))

    return named


_NAMED: Final[dict[str, Callable[[Row, Row, Mapping[int, str]], Step]]] = {
    "ordered": _ordered,
    "summoned": _summoned,
    "delivered": _tried,
    "undelivered": _tried,
    "request_filed": _plainly("between stations", word="request"),
    "request_answered": lambda cause, effect, places: _answer(effect, places, waiting=False),
    **dict.fromkeys(("acknowledged", "refused", "excused", "set_out"), _plainly("getting ready")),
    "arrived": _plainly("on the way"),
    "queued": _queued,
    "service_began": _began,
    "service_resumed": _began,
    "service_interrupted": _ended,
    "service_ended": _ended,
    "item_issued": _plainly("in service", "station"),
    "item_short": _plainly("in service", "station"),
    "gave_up": _plainly("waiting at a station", "station"),
    "released": _plainly("between stations"),
    "boarded": _boarded,
    "bus_departed": _plainly("waiting for departure", word="bus"),
    "bus_arrived": _plainly("ride", word="bus"),
    "joined": _plainly("taking a post"),
    "surplus": _plainly("taking a post"),
    "unit_formed": _plainly("taking a post"),
    "unit_set_out": _set_out,
    "halted": _plainly("on the march", "unit"),
    "passed": _passed,
    "in_position": _plainly("on the march", "unit"),
    "resupplied": _plainly("waiting for stock", "thing"),
    "repaired": _plainly("waiting for a repair", "station"),
    "broke_down": _broke_down,
    "shock_began": _plainly("waiting for a shock", "thing"),
    "shock_ended": _plainly("waiting for a shock", "thing"),
    "station_opened": _plainly("waiting for the opening", "station"),
    "station_closed": _plainly("waiting for the opening", "station"),
}

_UNTIL: Final[dict[str, Callable[[Row], Step]]] = {
    "resupplied": lambda row: Step("waiting for stock", row["thing"] or "", ""),
    "repaired": lambda row: Step("waiting for a repair", row["station"] or row["thing"] or "", ""),
    "shock_began": lambda row: Step("waiting for a shock", row["thing"] or "", ""),
    "shock_ended": lambda row: Step("waiting for a shock", row["thing"] or "", ""),
    "station_opened": lambda row: Step("waiting for the opening", row["station"] or "", ""),
    "station_closed": lambda row: Step("waiting for the opening", row["station"] or "", ""),
}
"""Causes that were waited for, whatever the effect is."""
_BY_ITSELF: Final = (
    *("resupplied", "repaired", "broke_down", "shock_ended", "bus_arrived"),
    *("summoned", "delivered", "undelivered"),
)
"""Effects that say what was waited for even after such a cause."""


def _first(row: Row, places: Mapping[int, str]) -> Step:
    """Name the step from the time that is counted from to the first row, which has no cause."""
    nothing = dict.fromkeys(row, None) | {"kind": ""}
    if row["kind"] not in ("ordered", "summoned", "broke_down", *_UNTIL):
        return Step("something else", f"until {row['kind']}", _place(row, places))
    return _NAMED[row["kind"]](nothing, row, places)

"""What the words of a foreign log mean: a mapping of its columns and activities to ours, read and checked.

A mapping is TOML, or the same as a dict:

    writer = "recorded"            # or "reported", "simulated"
    zone = "Europe/Minsk"          # of times that state no offset
    time_format = "iso"            # or "epoch_s", "epoch_ms", a pattern such as "%d.%m.%Y %H:%M", or a list of these
    day = "date"                   # where times are times of day: their column of days, or one day for all rows
    separator = ","
    queued = "since the last end"  # assume when people queued, where a log holds services alone (see `visits`)
    missing = ["", "NULL", "NA"]   # words for nothing; without this line those of `MISSING`

    [columns]                      # our column = theirs; at least kind and happened
    person = "case id"
    kind = "activity"              # or several columns: ["activity", "state"] is told as "Check-in / start"
    happened = "timestamp"

    [fixed]                        # our column = one value for all rows
    place = "Hrodna"

    [activities]                   # theirs = our kind, or a table with the kind, a station and fixed columns
    "Arrival" = "arrived"
    "Check-in start" = {kind = "service_began", station = "checkin"}
    "Lunch" = "ignore"

    [stages]                       # instead of kind, happened and activities: a column for each stage, in their order
    received = "ordered"
    on_scene = "in_position"

    [objects]                      # of a log of objects: their type = our column
    patient = "person"
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from tocsin.errors import LogError
from tocsin.log.clocks import Clock
from tocsin.log.kinds import KIND_OF, WRITERS
from tocsin.log.schema import COLUMNS
from tocsin.log.visits import SINCE_LAST_END

__all__ = ["IGNORE", "MISSING", "STAGE", "STAGE_TIME", "Mapped"]

IGNORE: Final = "ignore"
"""What the mapping says of activities that are none of our business."""

MISSING: Final = ("", "NULL", "null", "Null", "NA", "N/A", "n/a", "#N/A", "None", "none", "NaN", "nan", "-", "?")
"""Words that mean "nothing here" unless the mapping names others."""

STAGE, STAGE_TIME = "(stage)", "(time)"
"""Columns that a table with a column for each stage gets when it is made long."""

_KEYS: Final = (
    *("writer", "zone", "time_format", "day", "separator", "missing", "queued"),
    *("columns", "fixed", "activities", "stages", "objects"),
)


@dataclass(frozen=True, slots=True)
class Mapped:
    """A mapping, read and checked.

    Attributes:
        columns: Our column → theirs, `kind` apart.
        kind: Their columns that say the activity, one or several.
        activities: Their activity (or stage) → our columns and values, `kind` among them.
        fixed: Our column → its value for all rows.
        clock: How they tell the time.
        separator: Of a CSV.
        missing: Words for nothing.
        stages: Whether each activity is a column of times.
        objects: Their type of object → our column.
        implied: Whether waits are assumed to begin with the last end.
    """

    columns: dict[str, str]
    kind: tuple[str, ...]
    activities: dict[str, dict[str, object]]
    fixed: dict[str, object] = field(default_factory=dict)
    clock: Clock = field(default_factory=Clock)
    separator: str = ","
    missing: tuple[str, ...] = MISSING
    stages: bool = False
    objects: dict[str, str] = field(default_factory=dict)
    implied: bool = False

    @classmethod
    def known(cls, told: Mapped | Mapping[str, object] | Path | str) -> Mapped:
        """Take a mapping as it is, check a dict, or read a file."""
        if isinstance(told, Mapped):
            return told
        return cls.read(told) if isinstance(told, Path | str) else cls.of(told)

    @classmethod
    def of(cls, told: Mapping[str, object], place: str = "mapping") -> Mapped:
        """Check a mapping.

        Raises:
            LogError: With the key path, what was found and what was expected.
        """
        _refuse_unknown(told, _KEYS, place, "")
        columns = _table(told, "columns", place)
        _refuse_unknown(columns, COLUMNS, place, "columns.")
        fixed = _table(told, "fixed", place)
        _refuse_unknown(fixed, COLUMNS, place, "fixed.")
        stages = _table(told, "stages", place)
        kind = _kind(columns, bool(stages), place)
        writer = told.get("writer", "recorded")
        if writer not in WRITERS:
            raise LogError(f"found {writer!r}, expected one of {', '.join(WRITERS)}", place=f"{place}: writer")
        separator = told.get("separator", ",")
        if not isinstance(separator, str) or len(separator.encode()) != 1:
            raise LogError(f"found {separator!r}, expected one character", place=f"{place}: separator")
        found = stages or _table(told, "activities", place)
        below = "stages" if stages else "activities"
        return cls(
            {name: str(theirs) for name, theirs in columns.items() if name != "kind"}
            | ({"happened": STAGE_TIME} if stages else {}),
            kind,
            {name: _activity(name, value, place, below) for name, value in found.items()},
            {"run": 0, "writer": writer, **fixed} if "run" not in columns else {"writer": writer, **fixed},
            _clock(told, place),
            separator,
            _texts(told, "missing", MISSING, place),
            bool(stages),
            _objects(told, place),
            _implied(told, place),
        )

    @classmethod
    def read(cls, path: Path | str) -> Mapped:
        """Read a mapping from a TOML file.

        Raises:
            LogError: With the file and the key path or line.
        """
        try:
            told = tomllib.loads(Path(path).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise LogError(f"found {error}, expected a mapping in TOML", place=str(path)) from None
        return cls.of(told, str(path))

    def with_columns(self, more: Mapping[str, str]) -> Mapped:
        """The same with further columns, ours → theirs."""
        fixed = {name: value for name, value in self.fixed.items() if name not in more}
        return replace(self, columns={**self.columns, **more}, fixed=fixed)

    @property
    def theirs(self) -> dict[str, str]:
        """Each column of theirs that is needed, and what for."""
        needed = {name: ours for ours, name in self.columns.items() if name != STAGE_TIME}
        needed |= {name: "a stage" for name in self.activities} if self.stages else dict.fromkeys(self.kind, "kind")
        return needed


def _kind(columns: dict[str, object], stages: bool, place: str) -> tuple[str, ...]:
    """The columns that say the activity; with stages there are none, and no column of times either."""
    if stages:
        for name in ("kind", "happened"):
            if name in columns:
                raise LogError("found a column beside [stages], expected none", place=f"{place}: columns.{name}")
        return (STAGE,)
    for needed in ("kind", "happened"):
        if needed not in columns:
            raise LogError("found nothing, expected the name of their column", place=f"{place}: columns.{needed}")
    kind = columns["kind"]
    if isinstance(kind, list) and kind and all(isinstance(name, str) for name in kind):
        return tuple(kind)
    if not isinstance(kind, str):
        raise LogError(f"found {kind!r}, expected a name or a list of names", place=f"{place}: columns.kind")
    return (kind,)


def _clock(told: Mapping[str, object], place: str) -> Clock:
    forms = _texts(told, "time_format", ("iso",), place)
    zone, day = (None if told.get(key) is None else str(told[key]) for key in ("zone", "day"))
    return Clock(forms, zone, day)


def _texts(told: Mapping[str, object], key: str, otherwise: tuple[str, ...], place: str) -> tuple[str, ...]:
    value = told.get(key, list(otherwise))
    values = value if isinstance(value, list) else [value]
    if not values or not all(isinstance(one, str) for one in values):
        raise LogError(f"found {value!r}, expected text or a list of texts", place=f"{place}: {key}")
    return tuple(values)


def _implied(told: Mapping[str, object], place: str) -> bool:
    if told.get("queued", SINCE_LAST_END) != SINCE_LAST_END:
        raise LogError(f"found {told['queued']!r}, expected {SINCE_LAST_END!r} or nothing", place=f"{place}: queued")
    return "queued" in told


def _objects(told: Mapping[str, object], place: str) -> dict[str, str]:
    objects = {name: str(ours) for name, ours in _table(told, "objects", place).items()}
    for name, ours in objects.items():
        if ours not in ("person", "unit", "place", "station", "thing", "by", "to"):
            expected = "person, unit, place, station, thing, by or to"
            raise LogError(f"found {ours!r}, expected {expected}", place=f"{place}: objects.{name}")
    return objects


def _table(told: Mapping[str, object], key: str, place: str) -> dict[str, object]:
    value = told.get(key, {})
    if not isinstance(value, dict):
        raise LogError(f"found {value!r}, expected a table", place=f"{place}: {key}")
    return dict(value)


def _refuse_unknown(told: Mapping[str, object], known: tuple[str, ...], place: str, path: str) -> None:
    for key in told:
        if key not in known:
            raise LogError(
                f"found the key {key!r}, expected one of {', '.join(known)}",
                place=f"{place}: {path}{key}",
            )


def _activity(name: str, value: object, place: str, below: str) -> dict[str, object]:
    here = f"{place}: {below}.{name}"
    made: dict[str, object] = dict(value) if isinstance(value, dict) else {"kind": value}
    _refuse_unknown(made, COLUMNS, place, f"{below}.{name}.")
    kind = made.get("kind")
    if kind != IGNORE and kind not in KIND_OF:
        raise LogError(f"found the kind {kind!r}, expected one of the catalogue or {IGNORE!r}", place=here)
    entry = KIND_OF.get(str(kind))
    if entry and not entry.stem and entry.station_stem and not made.get("station"):
        raise LogError(f"found '{kind}' without a station, which it needs", place=here)
    return made

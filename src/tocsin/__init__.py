"""Tocsin rehearses, runs and reviews a reserve call-up, and watches one from outside.

Three writers (a simulation, a live record, an observer's reports) write what happens as rows of one event
log. Readers of that log say how quickly the reserves assemble, how logistics hold, how units work together,
and whether each summons was lawful.

>>> import tocsin
>>> plan = tocsin.load("okas-2017")
>>> rehearsal = tocsin.rehearse(plan, runs=2, seed=7)
>>> rehearsal.frame.filter(rehearsal.frame["name"] == "arrived of called")["value"].len()
2
"""

from __future__ import annotations

TYPE_CHECKING = False  # type checkers take it for true; `typing` itself would be most of what this import costs
if TYPE_CHECKING:
    from typing import Any

    from tocsin.brief import Case, page
    from tocsin.errors import TocsinError
    from tocsin.log.folder import RunFolder
    from tocsin.log.journeys import Journeys, journeys_of
    from tocsin.log.table import EventLog
    from tocsin.measure import Context, across, measures
    from tocsin.plan import Plan, load
    from tocsin.sweep import Comparison, Rehearsal, Stressed, compare, rehearse, stress

__version__ = "0.1.0"

_PUBLIC = {
    # what is meant
    "Plan": "tocsin.plan",
    "load": "tocsin.plan",
    # many times
    "Comparison": "tocsin.sweep",
    "Rehearsal": "tocsin.sweep",
    "Stressed": "tocsin.sweep",
    "compare": "tocsin.sweep",
    "rehearse": "tocsin.sweep",
    "stress": "tocsin.sweep",
    # what happened
    "EventLog": "tocsin.log.table",
    "Journeys": "tocsin.log.journeys",
    "RunFolder": "tocsin.log.folder",
    "journeys_of": "tocsin.log.journeys",
    # how well it went
    "Context": "tocsin.measure",
    "across": "tocsin.measure",
    "measures": "tocsin.measure",
    # saying it
    "Case": "tocsin.brief",
    "page": "tocsin.brief",
    # what can go wrong
    "TocsinError": "tocsin.errors",
}
"""Names of the public face and where they live; a room is imported when its first name is used."""

__all__ = [
    "Case",
    "Comparison",
    "Context",
    "EventLog",
    "Journeys",
    "Plan",
    "Rehearsal",
    "RunFolder",
    "Stressed",
    "TocsinError",
    "__version__",
    "across",
    "compare",
    "journeys_of",
    "load",
    "measures",
    "page",
    "rehearse",
    "stress",
]


def __getattr__(name: str) -> Any:
    """Load a public name late: `import tocsin` stays quick."""
    if name not in _PUBLIC:
        raise AttributeError(f"module 'tocsin' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_PUBLIC[name]), name)


def __dir__() -> list[str]:
    """List the public face."""
    return sorted(__all__)

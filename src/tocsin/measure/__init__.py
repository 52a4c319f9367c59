"""The measure room.

For: everybody who asks how well a call-up went: reports, sweeps, the exercise desk.
Takes: journeys of one run or several, whoever wrote them; the plan and the list of people, if there are any.
Gives: numbers with name, unit, denominator, definition and interval, in one tidy frame.
Never: knows who wrote the log; guesses where an input is missing.
Start reading at: catalogue.toml, then compute.py and incidence.py.
"""

from tocsin.measure.bounds import between, if_silent
from tocsin.measure.catalogue import CATALOGUE, Definition
from tocsin.measure.compute import measures
from tocsin.measure.incidence import cumulative_incidence
from tocsin.measure.intervals import across, bootstrap
from tocsin.measure.view import Context

__all__ = [
    "CATALOGUE",
    "Context",
    "Definition",
    "across",
    "between",
    "bootstrap",
    "cumulative_incidence",
    "if_silent",
    "measures",
]

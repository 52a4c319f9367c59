"""The measure room.

For: everybody who asks how well a call-up went: reports, sweeps, the exercise desk.
Takes: journeys of one run or several (simulated, recorded or reported), the plan and the list of people if there are any.
Gives: numbers with name, unit, denominator, definition and interval, in one tidy frame.
Never: knows who wrote the log; guesses where an input is missing.
Start reading at: catalogue.py, then compute.py and incidence.py.
"""

from tocsin.measure.compute import measures
from tocsin.measure.incidence import cumulative_incidence
from tocsin.measure.intervals import across
from tocsin.measure.view import Context

__all__ = ["Context", "across", "cumulative_incidence", "measures"]

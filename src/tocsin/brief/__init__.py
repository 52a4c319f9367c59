"""The brief room.

For: everybody who must understand a call-up without running it: generals, ombudsmen, journalists.
Takes: a plan, its people, the journeys of the first run and the measures of all runs.
Gives: one self-contained page: sentences, charts, tables and a map, each with its denominators and intervals.
Never: computes a measure of its own, asks anything of a network, or says more than the numbers do.
Start reading at: case.py, then chart.py, figures.py and page.py.
"""

from tocsin.brief.case import Case
from tocsin.brief.page import page

__all__ = ["Case", "page"]

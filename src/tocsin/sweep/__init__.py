"""Many times: one plan run again and again on all cores, every measure of every run kept; or several, side by side.

For: everybody who wants an interval instead of one number.
Takes: a plan, its people, a seed, how many runs.
Gives: a rehearsal (measures of every run, the runs to be kept whole), or a comparison and which differences are real.
Never: lets the number of workers, their order or the clock touch a byte of the result.
Start reading at: rehearsal.py, then replicate.py; compare.py and paired.py for differences.
"""

from tocsin.sweep.changes import Change, changes
from tocsin.sweep.compare import Comparison, Contender, compare, contenders
from tocsin.sweep.lawful import with_lawful_notice
from tocsin.sweep.rehearsal import Rehearsal, rehearse
from tocsin.sweep.replicate import replicate

__all__ = [
    "Change",
    "Comparison",
    "Contender",
    "Rehearsal",
    "changes",
    "compare",
    "contenders",
    "rehearse",
    "replicate",
    "with_lawful_notice",
]

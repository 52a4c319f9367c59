"""Many times: one plan run again and again on all cores, every measure of every run kept; or several, side by side.

For: everybody who wants an interval instead of one number.
Takes: a plan, its people, a seed, how many runs.
Gives: a rehearsal (measures of every run, some runs whole), a comparison and what is real of it, or what breaks a plan.
Never: lets the number of workers, their order or the clock touch a byte of the result.
Start reading at: rehearsal.py, then replicate.py; compare.py and paired.py for differences; stress.py.
"""

from tocsin.sweep.changes import Change, changes
from tocsin.sweep.compare import Comparison, Contender, compare, contenders
from tocsin.sweep.goals import Held
from tocsin.sweep.lawful import with_lawful_notice
from tocsin.sweep.margins import Margin
from tocsin.sweep.rehearsal import Rehearsal, rehearse
from tocsin.sweep.replicate import replicate
from tocsin.sweep.stress import Bottleneck, Difference, Scenario, Stressed, stress

__all__ = [
    "Bottleneck",
    "Change",
    "Comparison",
    "Contender",
    "Difference",
    "Held",
    "Margin",
    "Rehearsal",
    "Scenario",
    "Stressed",
    "changes",
    "compare",
    "contenders",
    "rehearse",
    "replicate",
    "stress",
    "with_lawful_notice",
]

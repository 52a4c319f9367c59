"""Many times: one plan run again and again on all cores, every measure of every run kept.

For: everybody who wants an interval instead of one number.
Takes: a plan, its people, a seed, how many runs.
Gives: a rehearsal: measures of every run in one tidy frame, and the runs that were asked to be kept whole.
Never: lets the number of workers, their order or the clock touch a byte of the result.
Start reading at: rehearsal.py, then replicate.py.
"""

from tocsin.sweep.rehearsal import Rehearsal, rehearse
from tocsin.sweep.replicate import replicate

__all__ = ["Rehearsal", "rehearse", "replicate"]

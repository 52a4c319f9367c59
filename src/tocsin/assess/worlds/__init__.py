"""Simulated worlds: hypotheses that are plans, run many times and held against what was reported.

For: analysts who judge how likely a report is if a call-up is routine, larger, or a covert mobilisation.
Takes: a case whose hypotheses have worlds and that has observations; how many runs; a seed.
Gives: how many runs agree with each observation and with several together, and what the worlds show of each summary.
Never: lets a time that was not reached pass as a number, or the number of workers touch a count.
Start reading at: summaries.py, then reject.py, world.py and run.py.
"""

from tocsin.assess.worlds.kept import bundled_worlds, stale, with_worlds
from tocsin.assess.worlds.likelihoods import Likelihood, likelihood, likelihoods
from tocsin.assess.worlds.result import Simulated, Worlds
from tocsin.assess.worlds.run import simulate_worlds
from tocsin.assess.worlds.summaries import SUMMARIES, Summary

__all__ = [
    "SUMMARIES",
    "Likelihood",
    "Simulated",
    "Summary",
    "Worlds",
    "bundled_worlds",
    "likelihood",
    "likelihoods",
    "simulate_worlds",
    "stale",
    "with_worlds",
]

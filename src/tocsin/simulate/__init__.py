"""What could happen: a plan run with chance, to the millisecond.

For: everybody who rehearses a call-up, once or many times.
Takes: a plan, its people, a seed and the number of the run.
Gives: an outcome, as journeys and as rows of the log, each row with its cause.
Never: judges by law, measures, or lets the order of threads touch a result.
Start reading at: run.py (the order of things), then compiler.py, network.py, gate.py and kernels.py.
"""

from tocsin.simulate.compiler import compile
from tocsin.simulate.journeys import journeys, lean
from tocsin.simulate.network import Network
from tocsin.simulate.outcome import Outcome
from tocsin.simulate.rows import log_blocks
from tocsin.simulate.run import Engine
from tocsin.simulate.service import service
from tocsin.simulate.trail import trail

__all__ = ["Engine", "Network", "Outcome", "compile", "journeys", "lean", "log_blocks", "service", "trail"]

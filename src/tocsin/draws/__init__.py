"""Random streams by name and person.

For: every number that chance decides, so that two plans can be compared on equal luck.
Takes: a seed, a run, stage names with visits, stable person ids, and families with parameters.
Gives: int64 milliseconds or outcomes, a column a stream; uniforms for the synthesis of people.
Never: keeps a state, reads a clock, or lets one stream depend on another.
Start reading at: columns.py, then kernels.py.
"""

from tocsin.draws.columns import ONE_CLASS, Column, Columns, draw
from tocsin.draws.families import CAP_MS, FAMILIES, Row, plain_value
from tocsin.draws.streams import stream_keys, uniform, uniforms

__all__ = [
    "CAP_MS",
    "FAMILIES",
    "ONE_CLASS",
    "Column",
    "Columns",
    "Row",
    "draw",
    "plain_value",
    "stream_keys",
    "uniform",
    "uniforms",
]

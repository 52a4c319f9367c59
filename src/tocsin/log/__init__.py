"""The log: one row, one thing that happened, whoever wrote it.

For: every room that writes, keeps or reads what happened.
Takes: rows of `simulate`, `record` and `watch`, CSV and Parquet of others.
Gives: the catalogue of kinds, `EventLog`, journeys, checks, run folders with a chain of hashes.
Never: judges, measures, or knows who wrote the log. Start reading at: kinds.py, then table.py.
"""

from tocsin.log.kinds import CHANNELS, KIND_OF, KINDS, Kind
from tocsin.log.schema import COLUMNS, SCHEMA
from tocsin.log.stems import Stem, parse_stem, stem_name, stems_in
from tocsin.log.table import EventLog, merge

__all__ = [
    "CHANNELS",
    "COLUMNS",
    "KINDS",
    "KIND_OF",
    "SCHEMA",
    "EventLog",
    "Kind",
    "Stem",
    "merge",
    "parse_stem",
    "stem_name",
    "stems_in",
]

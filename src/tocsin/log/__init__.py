"""The log: one row, one thing that happened, whoever wrote it.

For: every room that writes, keeps or reads what happened.
Takes: rows of `simulate`, `record` and `watch`; CSV, Parquet, OCEL and XES of others.
Gives: the catalogue of kinds, `EventLog`, journeys, checks, run folders with a chain of hashes.
Never: judges, measures, or knows who wrote the log.
Start reading at: kinds.py, then table.py, journeys.py, folder.py; for logs of others mapping.py and exchange.
"""

from tocsin.log.atomic import atomic_file, atomic_folder, write_bytes
from tocsin.log.chain import BLOCK_ROWS, ChainResult, chain_of, read_blocks, read_log, write_log
from tocsin.log.check import Problem, check
from tocsin.log.folder import RunFolder, verdict, verify
from tocsin.log.intake import Intake, from_table, read_foreign
from tocsin.log.journeys import (
    REST_SCHEMA,
    Journeys,
    column_type,
    journeys_of,
    log_of,
    milliseconds,
    read_journeys,
    write_journeys,
)
from tocsin.log.kinds import CHANNELS, KIND_OF, KINDS, Kind
from tocsin.log.schema import COLUMNS, SCHEMA
from tocsin.log.stems import Stem, parse_stem, stem_name, stems_in
from tocsin.log.table import EventLog, merge

__all__ = [
    "BLOCK_ROWS",
    "CHANNELS",
    "COLUMNS",
    "KINDS",
    "KIND_OF",
    "REST_SCHEMA",
    "SCHEMA",
    "ChainResult",
    "EventLog",
    "Intake",
    "Journeys",
    "Kind",
    "Problem",
    "RunFolder",
    "Stem",
    "atomic_file",
    "atomic_folder",
    "chain_of",
    "check",
    "column_type",
    "from_table",
    "journeys_of",
    "log_of",
    "merge",
    "milliseconds",
    "parse_stem",
    "read_blocks",
    "read_foreign",
    "read_journeys",
    "read_log",
    "stem_name",
    "stems_in",
    "verdict",
    "verify",
    "write_bytes",
    "write_journeys",
    "write_log",
]

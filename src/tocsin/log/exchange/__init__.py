"""Logs for other tools, and logs of other tools: OCEL 2.0, XES and CSV.

For: whoever opens a call-up in a process-mining tool, or measures what another system recorded.
Takes: an event log, or a file of theirs and a mapping of its words to ours.
Gives: files that give the same rows back; a log of ours, and a list of what had no place in it.
Never: guesses what a foreign word means, or drops something without saying so.
Start reading at: files.py, then objects.py and xes.py.
"""

from tocsin.log.exchange.files import ENDINGS, Reading, ending_of, read_any, write_any

__all__ = ["ENDINGS", "Reading", "ending_of", "read_any", "write_any"]

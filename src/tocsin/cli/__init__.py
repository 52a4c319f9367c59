"""The command line: one command a room, which parses, calls and prints; rooms are imported when their command runs.

For: whoever types.
Takes: the words after `tocsin`.
Gives: tables or JSON on standard output, one line on standard error after a refusal, and an exit code.
Never: decides anything that a room should.
Start reading at: root.py, then the file of a command.
"""

from tocsin.cli import briefing, laws, plans, reading, rehearsing, serving, stressing, tools, watching
from tocsin.cli.root import app, main, run

__all__ = [
    "app", "briefing", "laws", "main", "plans", "reading", "rehearsing", "run", "serving", "stressing", "tools",
    "watching",
]  # fmt: skip

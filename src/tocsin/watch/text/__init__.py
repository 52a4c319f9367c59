"""What the words of a report say: rules find it, a person confirms it.

For: the inbox, the ledger, and whoever wants to see where a number or a place came from.
Takes: the text of a report, its language and its time.
Gives: what was found, each with its characters, its other readings and its rule.
Never: takes a finding for a fact; guesses a day, a number or a place that is not in the words.
Start reading at: found.py.
"""

from tocsin.watch.text.found import Context, Found

__all__ = ["Context", "Found"]

"""What is allowed: the law of a country as data, put to each summons.

For: whoever must know whether a summons was lawful, or would be: planners, ombudsmen, lawyers, journalists.
Takes: a rule pack (TOML, one a country) and a table of summonses with what is known of each.
Gives: a verdict for each rule and summons, with article, values read and one sentence; unknown is never lawful.
Never: asks who wrote the log, treats unverified law as law, or runs anything that stands in a pack.
Start reading at: pack.py and expression.py, then audit.py.
"""

from tocsin.law.audit import audit, tally
from tocsin.law.check import Problem, check
from tocsin.law.load import Law, bundled_packs, law

__all__ = ["Law", "Problem", "audit", "bundled_packs", "check", "law", "tally"]

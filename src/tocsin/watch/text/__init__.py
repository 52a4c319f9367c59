"""Reading texts by rules: language, dates, notice periods, numbers, places, persons, topics.

For: whoever has captured a report and wants to know what it says, without believing it yet.
Takes: a report's title and body, when it was published, and the time zone of its days.
Gives: suggestions, each with the characters that it rests on and the rule that found it, for a person to judge.
Never: decides, guesses beyond its bounds, or takes a legal "seven days" for a date.
Start reading at: found.py, then read.py; the words stand in words/*.toml and concepts/*.toml.
"""

from tocsin.watch.text.found import Context, Found
from tocsin.watch.text.language import language_of
from tocsin.watch.text.read import DEFAULT, LONGEST, Finder, read_text

__all__ = ["DEFAULT", "LONGEST", "Context", "Finder", "Found", "language_of", "read_text"]

"""The case at the desk: weighed once for each view, and made ready for pages.

For: the pages overview, hypotheses, item and use.
Takes: a view of the room, whose case file may be missing or broken.
Gives: rows for templates, drawings, and the answer before and after a change.
Never: weighs twice what has not changed, or writes a case but through `assess.editing`.
Start reading at: answered.py, then shown.py and changing.py.
"""

from tocsin.serve.weighing.answered import Answered, Trouble, answered

__all__ = ["Answered", "Trouble", "answered"]

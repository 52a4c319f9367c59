"""The front door: the evidence desk in a browser, for one user on this machine.

For: analysts who would rather read, confirm and weigh on a page than at a prompt.
Takes: a watch folder and a case.
Gives: pages of inbox, incidents, claims, map, footprint and hypotheses, and the decisions made on them.
Never: asks anything of another machine, runs a script that it did not bring, or shows what a role does not need.
Start reading at: app.py, then room.py, access.py and pages/__init__.py.
"""

from tocsin.serve.app import make_app
from tocsin.serve.room import Room, View

__all__ = ["Room", "View", "make_app"]

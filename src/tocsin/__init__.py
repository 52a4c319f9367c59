"""Tocsin rehearses, runs and reviews a reserve call-up, and watches one from outside.

Three writers (a simulation, a live record, an observer's reports) write what happens as rows of one event
log. Readers of that log say how quickly the reserves assemble, how logistics hold, how units work together,
and whether each summons was lawful.
"""

from __future__ import annotations

__all__ = ["__version__"]

__version__ = "0.1.0"

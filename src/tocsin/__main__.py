"""The beginning of the command: from its first line on, Ctrl-C ends it without a traceback.

An exception in the midst of an import shows the insides of that import, is turned into another one by whoever compiles
something there, or is swallowed in a callback of the import system. So Ctrl-C waits while an import is under way (a few
tenths of a second at most), in the beginning and whenever a command brings in a room. Python's own start, before this
file, is out of reach.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    import signal
    from types import FrameType
else:
    import _signal as signal  # what `signal` dresses up: its import takes longer than all that is done here

__all__ = ["STOPPED", "main"]

STOPPED = 130
"""Exit code after Ctrl-C: 128 and the number of the signal."""

_AGAIN_S = 0.002


def main() -> None:
    """Import the command line and run it; end the process with its exit code."""
    try:
        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # else whoever started us asked for otherwise
            signal.signal(signal.SIGALRM, _ask_again)
            signal.signal(signal.SIGINT, _interrupt)
        from tocsin import cli

        cli.main()
    except KeyboardInterrupt:
        sys.exit(STOPPED)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _interrupt(number: int, frame: FrameType | None) -> None:
    """Raise `KeyboardInterrupt`, or ask again in a moment if an import is under way."""
    if _importing(frame):
        signal.setitimer(signal.ITIMER_REAL, _AGAIN_S)
    else:
        raise KeyboardInterrupt


def _ask_again(number: int, frame: FrameType | None) -> None:
    """Press Ctrl-C once more: whoever holds it by now (a log that is being written) gets it."""
    signal.raise_signal(signal.SIGINT)


def _importing(frame: FrameType | None) -> bool:
    """Tell whether one of the functions that are running belongs to the import system."""
    while frame is not None:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            return True
        frame = frame.f_back
    return False


if __name__ == "__main__":
    main()

"""Work spread over processes: results in the order of the jobs, workers that end with us, no traceback after Ctrl-C."""

from __future__ import annotations

import multiprocessing
import os
import signal
import warnings
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from typing import TypeVar

from tocsin.log.atomic import held_interrupt

__all__ = ["spread"]

POLARS_THREADS = "POLARS_MAX_THREADS"

Job = TypeVar("Job")
Result = TypeVar("Result")


def spread(work: Callable[[Job], Result], jobs: Iterable[Job], workers: int) -> Generator[Result, None, None]:
    """Do jobs in processes that stay for the next call; close it (`closing`) if you may stop before its end.

    Args:
        work: A function of a module.
        jobs: What it is called with.
        workers: Processes.

    Yields:
        The results, in the order of the jobs.
    """
    from joblib import Parallel, delayed, parallel_config

    calls = (delayed(work)(job) for job in jobs)
    with parallel_config("loky", n_jobs=workers, inner_max_num_threads=1), warnings.catch_warnings():
        # A worker that grew is replaced between batches; that is wanted, not a fault.
        warnings.filterwarnings("ignore", message="A worker stopped while some jobs were given")
        warnings.filterwarnings("ignore", message=r"\d+ tasks (have been|which were)")  # after Ctrl-C
        with ExitStack() as stack, _killed_on_failure():
            with _deaf_children(), _lone_polars():
                results = stack.enter_context(closing(Parallel(return_as="generator")(calls)))
            yield from results


@contextmanager
def _killed_on_failure() -> Iterator[None]:
    """End workers at once if we stop: one that is still starting would miss what we tidy up, and print a traceback."""
    try:
        yield
    except BaseException:
        for worker in multiprocessing.active_children():
            if worker.pid is not None:  # loky's processes know no kill()
                os.kill(worker.pid, signal.SIGKILL)
        raise


@contextmanager
def _deaf_children() -> Iterator[None]:
    """Start processes that do not hear Ctrl-C: it goes to all of them at once, and it is the parent that stops them.

    A blocked signal stays blocked in whatever is started meanwhile, threads that start processes later included.
    Ctrl-C meanwhile, which another thread may hear, stops us when all are started: one half-started prints a traceback.
    """
    from multiprocessing import resource_tracker as pythons

    from joblib.externals.loky.backend import resource_tracker as lokys

    for tracker in (pythons, lokys):  # they unblock the signal once they have started, so they must start first
        tracker.ensure_running()
    with held_interrupt():
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            yield
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _lone_polars() -> Iterator[None]:
    """Let processes that are started meanwhile use one Polars thread: there is a process for each core already."""
    before = os.environ.get(POLARS_THREADS)
    os.environ[POLARS_THREADS] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ[POLARS_THREADS]
        else:
            os.environ[POLARS_THREADS] = before

"""Run one function over many tasks in several processes, results in the order of the tasks, few tasks in flight.

Processes are spawned, never forked: a process that has used TensorFlow hangs for ever after a fork.
"""

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from itertools import islice
from multiprocessing.connection import wait
from typing import TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")

#: How often the caller's `on_wait` is called while nothing is ready, seconds.
POLL_S = 0.2
#: One process per core is enough; each must not start threads of its own.
_THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "POLARS_MAX_THREADS")


def map_ordered(
    function: Callable[[Task], Result], tasks: Iterable[Task], workers: int, on_wait: Callable[[], None]
) -> Iterator[Result]:
    """Yield `function(task)` for each task, in order; `on_wait` may raise to stop.

    Raises
    ------
    concurrent.futures.process.BrokenProcessPool
        If a process ends before its task.
    """
    if workers == 1:
        yield from map(function, tasks)
        return
    with _single_threaded(), _processes(workers) as pool:
        remaining = iter(tasks)
        pending: deque[Future[Result]] = deque(pool.submit(function, task) for task in islice(remaining, 2 * workers))
        while pending:
            first = pending.popleft()
            yield _result_of(first, on_wait)
            pending.extend(pool.submit(function, task) for task in islice(remaining, 1))


def _result_of(future: "Future[Result]", on_wait: Callable[[], None]) -> Result:
    while True:
        try:
            return future.result(timeout=POLL_S)
        except TimeoutError:
            if future.done():  # the task itself raised TimeoutError
                raise
            on_wait()


@contextmanager
def _processes(workers: int) -> Iterator[ProcessPoolExecutor]:
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_start_worker)
    try:
        yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _single_threaded() -> Iterator[None]:
    """Let processes that start meanwhile use one thread each; numerical libraries read this when they are loaded."""
    before = {name: os.environ.get(name) for name in _THREAD_VARIABLES}
    os.environ.update(dict.fromkeys(_THREAD_VARIABLES, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _start_worker() -> None:
    """Leave Ctrl-C to the parent, and end with it: without this a killed import would leave processes behind."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)

"""Run a function over files in worker processes that may die without taking the run along.

Pebble keeps the processes: one that crashes, hangs or is killed costs its own task. Around it stand
three things that it leaves open: files reach the workers as descriptors (`lend`), so that they can
be shut in (`isolate`); what a worker answers is read as plain data (`answers`); and a pool that
breaks as a whole is built anew with what was in flight.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import threading
from collections import deque
from collections.abc import Generator, Iterable, Sequence
from concurrent.futures import Future, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import Any

from pebble import ProcessExpired, ProcessPool

from mediaprep.engine import answers
from mediaprep.engine.answers import Died, Ready
from mediaprep.engine.lend import Lender
from mediaprep.engine.worker import Work, enter, perform
from mediaprep.errors import MediaprepError

IN_FLIGHT = 3  # tasks a worker, waiting ones included
TASKS_A_WORKER = 500  # then a fresh one: native libraries leak
_TRIES = 3  # a file that was in flight so often when the pool broke is given up


@dataclass(frozen=True, slots=True)
class Loan:
    """A file that a worker gets open; a writable one is made, or emptied, when it asks for it."""

    path: str
    writable: bool = False


@dataclass(slots=True)
class Task:
    """A call of a function with the files it is lent; the rest is the crew's own."""

    function: Work
    loans: Sequence[Loan]
    payload: Any
    keys: Sequence[tuple[bytes, bool]] = ()
    future: Future[Any] | None = None
    pool: ProcessPool | None = None
    tries: int = 0


def map_isolated(
    function: Work,
    items: Iterable[tuple[str, Any] | Ready],
    *,
    jobs: int | None = None,
    timeout_s: float = 60.0,
    modules: Sequence[str] = (),
) -> Generator[Any, None, None]:
    """Yield `function(file, payload)` for every (path, payload), in order, or a `Died`.

    `function` must be importable by name; payloads and answers are plain data (numbers, text,
    bytes, lists, dicts). It runs shut in: it can read the open file that it is given and use what
    its own module and `modules` import. Closing the generator kills whatever is still running.
    """
    jobs = jobs or _processors()
    crew = Crew(function, jobs, timeout_s, modules)
    queue: deque[Task | Ready] = deque()
    try:
        for item in items:
            if isinstance(item, Ready):
                queue.append(item)
            else:
                queue.append(crew.submit(Task(function, (Loan(item[0]),), item[1])))
            while queue and (len(queue) >= jobs * IN_FLIGHT or crew.done(queue[0])):
                yield crew.answer(queue.popleft())
        while queue:
            yield crew.answer(queue.popleft())
    finally:
        crew.stop()


class Crew:
    """The workers of one run, replaced as a whole when their pool breaks.

    Several threads may use one. Every function that a task names must be in the module of
    `function` or in `modules`; a worker may write `write_bytes` into a file lent for writing.
    """

    def __init__(
        self,
        function: Work,
        jobs: int | None,
        timeout_s: float,
        modules: Sequence[str],
        write_bytes: int = 0,
    ) -> None:
        self._function, self._jobs, self._timeout_s = function, jobs or _processors(), timeout_s
        self._modules, self._write_bytes = modules, write_bytes
        self._lender = Lender()
        self._pool: ProcessPool | None = None
        self._lock = threading.Lock()  # of the pool's coming and going

    def submit(self, task: Task) -> Task:
        """Have a task done; `answer` waits for it."""
        with self._lock:
            if self._pool is None:
                self._pool = self._start()
            task.pool = self._pool
        task.keys = [
            (self._lender.offer(loan.path, writable=loan.writable), loan.writable)
            for loan in task.loans
        ]
        task.tries += 1
        try:
            task.future = task.pool.schedule(
                perform, args=(task.function, task.keys, task.payload), timeout=self._timeout_s
            )
        except (RuntimeError, OSError):  # the pool broke; `answer` finds out
            task.future = None
        return task

    def done(self, task: Task | Ready) -> bool:
        """Whether `answer` would not have to wait."""
        return isinstance(task, Ready) or (task.future is not None and task.future.done())

    def answer(self, task: Task | Ready) -> Any:
        """Return what came of a task, a `Died` if nothing did."""
        if isinstance(task, Ready):
            return task.answer
        while True:
            try:
                return self._wait(task)
            except (BrokenProcessPool, RuntimeError):
                self._drop_pool(task.pool)
            finally:
                for key, _ in task.keys:
                    self._lender.withdraw(key)
            if task.tries >= _TRIES:
                return self._give_up()
            self.submit(task)

    def stop(self) -> None:
        """Kill whatever is still running."""
        self._drop_pool(self._pool)
        self._lender.close()

    def _wait(self, task: Task) -> Any:
        future, pool = task.future, task.pool
        while future is None or not future.done():
            if future is None or pool is None or pool is not self._pool or not pool.active:
                raise BrokenProcessPool
            wait([future], timeout=0.5)
        try:
            status, value = future.result()
        except TimeoutError:
            return Died(f"the decoder was still busy after {self._timeout_s:g} s")
        except ProcessExpired as error:
            return Died(answers.words(error.exitcode))
        except RuntimeError:  # BrokenProcessPool is one
            raise
        except Exception as error:  # noqa: BLE001  an envelope that no worker of ours has packed
            return Died(f"the decoder's answer makes no sense: {error}")
        return value if status == "done" else Died(str(value), opened=status != "unopened")

    def _give_up(self) -> Died:
        if not self._lender.lent:
            raise MediaprepError(
                "the decoding workers do not start",
                'a script that uses them must do its work below `if __name__ == "__main__":`',
            )
        return Died("the workers broke down each time while it was being decoded")

    def _start(self) -> ProcessPool:
        methods = multiprocessing.get_all_start_methods()
        context = multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")
        pool = ProcessPool(
            max_workers=self._jobs,
            max_tasks=TASKS_A_WORKER,
            initializer=enter,
            initargs=(self._lender.counter, self._modules, self._function, self._write_bytes),
            context=context,
        )
        _read_as_data(pool)
        return pool

    def _drop_pool(self, broken: ProcessPool | None) -> None:
        with self._lock:  # until no worker of it can write any more
            if broken is None or self._pool is not broken:
                return  # another thread was first
            self._pool = None
            pool: Any = broken
            pool.stop()
            with contextlib.suppress(RuntimeError):  # a process that even SIGKILL does not end
                pool.join()


def _read_as_data(pool: ProcessPool) -> None:
    """Have the pool read what its workers send without trusting it."""
    manager: Any = pool._pool_manager.worker_manager
    create = manager.create_channels

    def create_channels() -> None:
        create()
        channel = manager.pool_channel
        channel.recv = lambda: answers.loads(channel.reader.recv_bytes())

    manager.create_channels = create_channels


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1

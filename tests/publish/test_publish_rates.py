"""A rate is never passed, as the backend counts it, and never wasted."""

from __future__ import annotations

import itertools
import threading
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mediaprep.backends.values import InFlight, Rate
from mediaprep.publish.rates import Pool, Stopped


def _at_full_speed(pool: Pool, calls: int, threads: int, takes_s: float) -> list[float]:
    arrived: list[float] = []

    def work() -> None:
        for _ in range(calls // threads):
            with pool.acquire() as slot:
                arrived.append(time.monotonic())
                time.sleep(takes_s)
                slot.answered()

    workers = [threading.Thread(target=work) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return sorted(arrived)


@given(calls=st.integers(1, 6), takes_s=st.sampled_from([0.0, 0.002, 0.02]))
@settings(max_examples=8, deadline=None)
def test_no_window_holds_more_than_the_rate(calls: int, takes_s: float) -> None:
    window_s = 0.06
    pool = Pool(Rate(calls, window_s), threading.Event())
    arrived = _at_full_speed(pool, 16, 4, takes_s)
    assert len(arrived) == 16
    pairs = zip(arrived, arrived[calls:], strict=False)
    assert all(later - earlier >= window_s for earlier, later in pairs)


def test_no_more_fly_than_may() -> None:
    pool = Pool(Rate(1000, 0.01, in_flight=3), threading.Event())
    flying, peak, lock = 0, 0, threading.Lock()

    def work() -> None:
        nonlocal flying, peak
        with pool.acquire():
            with lock:
                flying += 1
                peak = max(peak, flying)
            time.sleep(0.005)
            with lock:
                flying -= 1

    workers = [threading.Thread(target=work) for _ in range(12)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert peak == 3


def test_what_an_earlier_run_sent_counts_until_it_settles() -> None:
    stop = threading.Event()
    pool = Pool(Rate(10, in_flight=1, until=InFlight.SETTLED), stop)
    assert pool.until_settled
    earlier = pool.occupy()
    got: list[object] = []
    waiter = threading.Thread(target=lambda: got.append(pool.acquire()))
    waiter.start()
    waiter.join(0.05)
    assert not got
    earlier.release()
    earlier.release()  # twice is once
    waiter.join()
    assert len(got) == 1


def test_a_stopped_run_waits_no_longer() -> None:
    stop = threading.Event()
    pool = Pool(Rate(1, 1000.0), stop)
    pool.acquire().release()
    threading.Timer(0.02, stop.set).start()
    with pytest.raises(Stopped):
        pool.acquire()


def test_a_pause_holds_everybody_back() -> None:
    now = [100.0]
    pool = Pool(Rate(10, 1.0), threading.Event(), clock=lambda: now[0])
    pool.refused(5)
    assert pool._wait_s() == 5
    now[0] += 5
    assert pool._wait_s() <= 0


def test_who_is_told_too_often_spaces_calls_out_until_they_go_well() -> None:
    pool = Pool(Rate(10, 0.1), threading.Event())
    for _ in range(3):  # 0.02, 0.04, 0.08 s apart
        pool.refused(0)
    arrived = _at_full_speed(pool, 4, 4, 0.0)
    pairs = itertools.pairwise(arrived)
    assert all(later - earlier >= 0.07 for earlier, later in pairs)
    for _ in range(200):
        pool.went_well()
    assert pool._gap_s == 0

"""Ctrl-C: whole or not at all, one line, no thread or child that stumbles over it."""

import os
import signal
import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from index.keeping import beside, generations
from index.keeping.generations import LOCK, POINTER, PREFIX, current, new_state
from kb import pipeline
from kb.orphans import uninterrupted
from tests.soak import kills

pytestmark = pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="这个系统不能推迟信号")


@pytest.fixture(autouse=True)
def heard() -> Iterator[None]:
    """Ctrl-C is heard, also where the tests run in the background of a shell, which makes programs deaf to it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def interrupt(*_: Any) -> None:
    os.kill(os.getpid(), signal.SIGINT)


def slowly(job: int) -> Any:
    time.sleep(0.02)
    return job


def test_a_parallel_build_stops_without_a_word(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pool's thread must not stumble over what was given up: it did in five of six such trials."""
    stumbled: list[Any] = []
    monkeypatch.setattr(threading, "excepthook", stumbled.append)

    def take(results: Iterable[Any]) -> None:
        for number in results:
            if number == 2:
                timer = threading.Timer(0.01, interrupt)
                timer.start()

    for _ in range(3):
        begin = time.monotonic()
        with pytest.raises(KeyboardInterrupt):
            pipeline._beside(slowly, list(range(400)), take)
            time.sleep(1)
        assert time.monotonic() - begin < 3, "nobody waits for what is not wanted any more"
    assert not stumbled


def test_all_jobs_are_done_in_their_order() -> None:
    results: list[Any] = []
    pipeline._beside(slowly, list(range(40)), results.extend)
    assert results == list(range(40))


@pytest.mark.parametrize("step", ["_sync_folder", "_point"])
def test_an_interruption_while_the_state_is_put_in_place_comes_too_late(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    with new_state(tmp_path) as old:
        pass
    run = getattr(generations, step)

    def interrupted(*arguments: Any) -> None:
        if (tmp_path / POINTER).exists() and arguments[0] == tmp_path:
            interrupt()
        run(*arguments)

    monkeypatch.setattr(generations, step, interrupted)
    with new_state(tmp_path) as folder:
        pass
    assert current(tmp_path) == folder != old and sorted(p.name for p in tmp_path.iterdir()) == [POINTER, folder.name]


def test_an_interruption_just_before_leaves_the_old_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with new_state(tmp_path) as old:
        pass
    monkeypatch.setattr(generations, "_sync", interrupt)
    with pytest.raises(KeyboardInterrupt), new_state(tmp_path):
        pass
    assert current(tmp_path) == old and sorted(p.name for p in tmp_path.iterdir()) == [POINTER, old.name]


def test_a_disk_that_cannot_sync_folders_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once the pointer names the new state it must not be taken away again."""

    def fail(folder: Path) -> None:
        if folder == tmp_path:
            raise OSError(22, "Invalid argument")

    monkeypatch.setattr(generations, "_sync_folder", fail)
    with new_state(tmp_path) as folder:
        pass
    assert current(tmp_path) == folder


def test_no_lock_is_left_when_the_lock_is_just_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    is_still = generations._is_still

    def interrupted(*arguments: Any) -> bool:
        interrupt()
        return is_still(*arguments)

    monkeypatch.setattr(generations, "_is_still", interrupted)
    with pytest.raises(KeyboardInterrupt), new_state(tmp_path / "kb"):
        raise AssertionError("not reached")
    assert not (tmp_path / "kb" / LOCK).exists() and not list(tmp_path.rglob(f"{PREFIX}*"))


def test_interruptions_come_after_the_block() -> None:
    seen = []
    with pytest.raises(KeyboardInterrupt), uninterrupted():
        interrupt()
        interrupt()
        seen.append("the rest of the block")
    assert seen and not signal.pthread_sigmask(signal.SIG_BLOCK, ())


def test_interruptions_that_another_thread_takes_come_after_the_block_too() -> None:
    """The system gives a signal to any thread that does not hold it back: one of a pool, or of a test runner."""
    done = threading.Event()
    other = threading.Thread(target=done.wait)
    other.start()
    seen = []
    try:
        with pytest.raises(KeyboardInterrupt), uninterrupted():
            interrupt()
            time.sleep(0.05)
            seen.append("the rest of the block")
    finally:
        done.set()
        other.join()
    assert seen


def test_a_process_that_fills_the_index_ends_with_an_interrupted_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import gc
    from multiprocessing import active_children

    from support_search import records

    monkeypatch.setattr(beside, "BESIDE_FROM", 1)
    monkeypatch.setattr(beside, "fill_index", lambda *_: time.sleep(60))
    monkeypatch.setattr(gc, "unfreeze", interrupt)
    with pytest.raises(KeyboardInterrupt), beside.Filling(tmp_path / "index", records(), "whoosh"):
        raise AssertionError("not reached")
    assert not active_children()


def test_a_few_kills_and_interruptions() -> None:
    assert kills.run(3, 7) == []


def test_a_second_interruption_finds_nobody_listening(monkeypatch: pytest.MonkeyPatch) -> None:
    """While Python ends it would print a traceback behind the line that says all: one of 200 trials."""
    from cli import main

    before = signal.getsignal(signal.SIGINT)
    monkeypatch.setattr(main, "run", lambda _: main.INTERRUPTED)
    try:
        with pytest.raises(SystemExit) as ended:
            main.main([])
        assert ended.value.code == 130 and signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)

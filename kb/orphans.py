"""Child processes end with the program that started them, however it ended; what must not be cut in two is kept from Ctrl-C."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from collections.abc import Iterator

EVERY = 0.5  # seconds between two looks


def end_with_parent() -> None:
    """Called first in a child process: from now on it ends by itself when its parent is gone, and leaves Ctrl-C to the parent.

    A parent that was killed cannot tell its children; they would wait for work for ever. Where the system does not give
    an orphan a new parent (Windows) nothing is watched.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = os.getppid()
    if os.name != "nt":
        threading.Thread(target=_watch, args=(parent,), daemon=True).start()


@contextlib.contextmanager
def uninterrupted() -> Iterator[None]:
    """Ctrl-C during the block is raised when it ends; processes started in it never see one.

    For starting children (between their first moment and `end_with_parent` they would print a traceback) and for steps that
    must not be left half done. The signal is held back for this thread and what it starts, and merely noted where another thread
    of the process takes it, as a pool's may. Outside the main thread, and on Windows, the block is as any other.
    """
    if not hasattr(signal, "pthread_sigmask") or threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []
    handler = signal.signal(signal.SIGINT, lambda number, frame: came.append(number))
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)  # what was held back is noted now
        signal.signal(signal.SIGINT, signal.SIG_DFL if handler is None else handler)  # None: not set by Python
        if came and handler is not signal.SIG_IGN:
            raise KeyboardInterrupt


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(EVERY)
    os._exit(1)

"""Child processes end with the program that started them, however it ended."""

from __future__ import annotations

import os
import signal
import threading
import time

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


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(EVERY)
    os._exit(1)

"""Runs a reader in a process of its own, so that no file can hang or fill up the program.

The child gets the file's bytes on standard input and answers line by line; when it stays silent too long, or takes too
long in all, it is killed and what it has said so far is what there is.
"""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parent.parent.parent


class Answer(NamedTuple):
    """What a child said, line by line, and how it ended: done, silent (killed), late (killed), died, or unable to start."""

    lines: tuple[dict[str, Any], ...]
    end: str


def ask(module: str, data: bytes, silence: float, seconds: float) -> Answer:
    """Runs `python -m MODULE` with `data` on its input; at most `silence` seconds between lines, `seconds` in all."""
    # -P: the folder that the user stands in must not lend the child its modules.
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        process = _start(module, environment)
    except OSError:
        return Answer((), "unable")
    with process:
        said: queue.Queue[bytes | None] = queue.Queue()
        threads = [
            threading.Thread(target=_feed, args=(process, data), daemon=True),
            threading.Thread(target=_listen, args=(process, said), daemon=True),
        ]
        for thread in threads:
            thread.start()
        try:
            return _gather(said, silence, time.monotonic() + seconds)
        finally:
            process.kill()
            for thread in threads:
                thread.join(5)


def _start(module: str, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-s", "-P", "-m", module],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
    )


def _feed(process: subprocess.Popen[bytes], data: bytes) -> None:
    try:
        if process.stdin is not None:
            process.stdin.write(data)
            process.stdin.close()
    except OSError:
        pass  # the child ended before it had read everything; its answer says why


def _listen(process: subprocess.Popen[bytes], said: queue.Queue[bytes | None]) -> None:
    if process.stdout is not None:
        for line in process.stdout:
            said.put(line)
    said.put(None)


def _gather(said: queue.Queue[bytes | None], silence: float, deadline: float) -> Answer:
    lines: list[dict[str, Any]] = []
    while True:
        left = deadline - time.monotonic()
        try:
            line = said.get(timeout=max(0.01, min(silence, left)))
        except queue.Empty:
            return Answer(tuple(lines), "late" if left <= silence else "silent")
        if line is None:
            return Answer(tuple(lines), "done" if lines and ("done" in lines[-1] or "refused" in lines[-1]) else "died")
        try:
            lines.append(json.loads(line))
        except ValueError:
            return Answer(tuple(lines), "died")
        if time.monotonic() > deadline:
            return Answer(tuple(lines), "late")

"""Timing: whole processes with their peak memory, and calls in this process."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Run:
    """A finished process: wall seconds, the peak resident memory of it and its children in MB, its output."""

    seconds: float
    peak: float
    output: bytes


def process(command: Sequence[str]) -> Run:
    """Runs a command and measures it. RuntimeError when it fails."""
    begin = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    output, errors = child.communicate() if os.name == "nt" else _communicate(child)
    seconds = time.perf_counter() - begin
    if child.returncode not in (0, 1):
        raise RuntimeError(f"{' '.join(command)}: {errors.decode(errors='replace')[-300:]}")
    return Run(seconds, _PEAKS.pop(child.pid, 0.0), output)


_PEAKS: dict[int, float] = {}


def _communicate(child: subprocess.Popen[bytes]) -> tuple[bytes, bytes]:
    """Output and errors of the child, with its own peak memory (wait4 gives it for this child alone)."""
    import threading

    parts: dict[str, bytes] = {}
    readers = [
        threading.Thread(target=lambda n=n, s=s: parts.__setitem__(n, s.read())) for n, s in (("out", child.stdout), ("err", child.stderr))
    ]
    for reader in readers:
        reader.start()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    _PEAKS[child.pid] = usage.ru_maxrss / 1024
    for reader in readers:
        reader.join()
    return parts["out"], parts["err"]


def median_process(command: Sequence[str], times: int) -> float:
    """Median wall milliseconds of a command."""
    return statistics.median(process(command).seconds for _ in range(times)) * 1000


def calls(function: Callable[[str], object], inputs: Sequence[str], rounds: int = 3) -> tuple[float, float]:
    """(median, 99th percentile) milliseconds of a call over all inputs, after a round to warm up."""
    for value in inputs:
        function(value)
    spent = []
    for _ in range(rounds):
        for value in inputs:
            begin = time.perf_counter()
            function(value)
            spent.append((time.perf_counter() - begin) * 1000)
    spent.sort()
    return statistics.median(spent), spent[min(len(spent) - 1, int(len(spent) * 0.99))]

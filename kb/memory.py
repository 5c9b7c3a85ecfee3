"""The garbage collector rests while much is made that is kept."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator

SELDOM = (100_000, 50, 100)  # thresholds of the three generations


@contextlib.contextmanager
def seldom_collected() -> Iterator[None]:
    """Within the block the collector looks seldom, and never at what is there already.

    A build holds millions of values that refer to each other in no circle; to look through them again and again took 40 %
    of the time of linking all statutes.
    """
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(*SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


@contextlib.contextmanager
def uncollected() -> Iterator[None]:
    """Within the block the collector does not look at all, nor behind it at once at all that was made there: for work whose values
    refer to each other in no circle."""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.freeze()
            gc.unfreeze()  # what was young is old now
            gc.enable()

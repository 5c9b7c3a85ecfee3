"""Fixtures for all tests."""

import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

PURE = Path(__file__).parent / "pure"  # its sitecustomize.py takes the compiled parts away from child processes

if os.environ.get("POLICYKB_PURE"):  # the whole suite without compiled parts: POLICYKB_PURE=1 python -m pytest
    sys.path.insert(0, str(PURE))
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(PURE), os.environ.get("PYTHONPATH")]))
    sys.modules.pop("sitecustomize", None)
    import sitecustomize  # noqa: F401


class NetworkUsed(Exception):
    """A test that must do without the network opened a socket, or asked for a name."""


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """While a test runs with this, any socket (but those between processes of this machine) is an error."""

    class Blocked(socket.socket):
        def __init__(self, family: int = -1, *arguments: Any, **named: Any) -> None:
            if family != getattr(socket, "AF_UNIX", None):
                raise NetworkUsed(f"socket({family})")
            super().__init__(family, *arguments, **named)

    def refuse(*arguments: Any, **_: Any) -> Any:
        raise NetworkUsed(f"{arguments}")

    monkeypatch.setattr(socket, "socket", Blocked)
    for name in ("create_connection", "getaddrinfo", "gethostbyname", "create_server"):
        monkeypatch.setattr(socket, name, refuse)
    yield

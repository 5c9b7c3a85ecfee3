"""Fixtures for all tests."""

import socket
from collections.abc import Iterator
from typing import Any

import pytest


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

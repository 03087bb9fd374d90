"""The door of the server: where it listens, and what it asks for."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest

from kamsim.errors import ConfigError

pytest.importorskip("voila", reason="the extra `dashboard` is not installed")

from kamsim.apps import server
from kamsim.apps.server import Door, is_loopback, open_door


def opened(**asked: Any) -> closing[Door]:
    return closing(open_door(**asked))


@contextmanager
def taken() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield int(other.getsockname()[1])


def test_by_default_this_machine_alone_and_no_token() -> None:
    with opened() as door:
        assert door.socket.getsockname()[0] == "127.0.0.1"
        assert door.address == f"http://127.0.0.1:{door.port}/"


def test_a_free_port_where_the_usual_one_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    with taken() as port:
        monkeypatch.setattr(server, "PORT", port)
        with opened() as door:
            assert door.port != port


def test_a_port_that_was_asked_for_and_is_taken_is_refused() -> None:
    with taken() as port, pytest.raises(ConfigError, match=f"--port {port} cannot be listened on"):
        open_door(port=port)


@pytest.mark.parametrize("port", [None, 8899])
def test_an_address_of_another_machine_is_refused(port: int | None) -> None:
    with pytest.raises(ConfigError, match=r"--host 203\.0\.113\.7 .* cannot be listened on"):
        open_door("203.0.113.7", port)


def test_beyond_this_machine_there_is_a_token() -> None:
    with opened(host="0.0.0.0") as first, opened(host="0.0.0.0") as second:
        assert len(first.token) >= 32
        assert first.token != second.token
        assert first.address.endswith(f":{first.port}/?token={first.token}")
        assert "0.0.0.0" not in first.address


def test_a_token_that_is_given_is_asked_for_here_too() -> None:
    with opened(token="sesame") as door:
        assert door.address.endswith("/?token=sesame")


def test_an_empty_token_is_refused() -> None:
    with pytest.raises(ConfigError, match="--token must not be empty"):
        open_door("0.0.0.0", token="")


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("127.0.0.1", True),
        ("localhost", True),
        ("::1", True),
        ("0.0.0.0", False),
        ("::", False),
        ("kam", False),
    ],
)
def test_what_this_machine_alone_is(host: str, local: bool) -> None:
    assert is_loopback(host) is local

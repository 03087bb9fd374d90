"""The verb `dashboard`: what it refuses, and what it hands to the server."""

from __future__ import annotations

import socket
import sys
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("voila", reason="the extra `dashboard` is not installed")


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """Take down what would be served, and serve nothing."""
    calls: list[tuple[Any, ...]] = []

    def serve(response: Any, locale: Any, door: Any, *, tell: Any) -> None:
        calls.append((response, locale, door))
        tell(door.address)

    monkeypatch.setattr("kamsim.apps.server.serve", serve)
    return calls


def test_a_run_is_served_and_the_address_told(kamsim_: Any, run: Path, served: list[Any]) -> None:
    done = kamsim_("dashboard", run, "--no-browser", "--no-moves", "--lang", "fr")

    assert done.exit_code == 0, done.output
    response, locale, door = served[0]
    assert (len(response.potential), locale.lang, door.token) == (60, "fr", "")
    assert f"Tableau de bord\N{NO-BREAK SPACE}: http://127.0.0.1:{door.port}/" in done.stdout


def test_settings_are_computed_with(kamsim_: Any, run: Path, served: list[Any]) -> None:
    done = kamsim_(
        "dashboard", run, "--no-browser", "--no-moves", "--set", "coverage.strategic.accounts_per_ae=2"
    )

    assert done.exit_code == 0, done.output
    assert served[0][0].today.accounts_per_ae[0] == 2


def test_beyond_this_machine_a_token_is_made_and_told(kamsim_: Any, run: Path, served: list[Any]) -> None:
    done = kamsim_("dashboard", run, "--no-browser", "--no-moves", "--host", "0.0.0.0")

    token = served[0][2].token
    assert len(token) >= 32
    assert f"?token={token}" in done.stdout
    assert "unencrypted" in done.stderr


def test_a_folder_that_is_no_run_ends_in_a_sentence(kamsim_: Any, tmp_path: Path, served: list[Any]) -> None:
    refused = kamsim_("dashboard", tmp_path, "--no-browser")

    assert refused.exit_code == 2
    assert "holds no stage 'portfolio'" in refused.output
    assert served == []


def test_a_taken_port_ends_in_a_sentence(kamsim_: Any, run: Path, served: list[Any]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        refused = kamsim_("dashboard", run, "--no-browser", "--port", port)

    assert refused.exit_code == 2
    assert f"--port {port} cannot be listened on" in refused.output
    assert served == []


def test_without_the_extra_it_says_what_to_install(
    kamsim_: Any, run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def absent(name: str) -> Any:
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)

    # The package hands on the verb under the name of its module.
    monkeypatch.setattr(sys.modules["kamsim.cli.dashboard"], "import_module", absent)
    refused = kamsim_("dashboard", run)

    assert refused.exit_code == 2
    assert "wants ipywidgets, which is not installed: pip install 'kamsim[dashboard]'" in refused.output

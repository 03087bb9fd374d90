"""One sweep at a time on a folder, whatever an owner leaves behind."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from kamsim.errors import SweepError
from kamsim.runs.sweeps.lock import LOCK, locked

HOLD = """
import fcntl, json, os, socket, sys
handle = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT)
fcntl.flock(handle, fcntl.LOCK_EX)
os.write(handle, json.dumps({"pid": os.getpid(), "host": socket.gethostname(), "since": "noon"}).encode())
print("held", flush=True)
sys.stdin.read()
"""

unix = pytest.mark.skipif(sys.platform == "win32", reason="the holder is written for Unix")


def hold(folder: Path) -> subprocess.Popen[str]:
    """Hold the folder in another process, and leave as a killed one would."""
    words = [sys.executable, "-c", HOLD, str(folder / LOCK)]
    holder = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    return holder


def end(holder: subprocess.Popen[str]) -> None:
    holder.send_signal(signal.SIGKILL)
    holder.communicate()


@unix
def test_the_second_is_refused_naming_the_owner(tmp_path: Path) -> None:
    holder = hold(tmp_path)
    try:
        with pytest.raises(SweepError) as caught, locked(tmp_path):
            pass
    finally:
        end(holder)
    named = f"process {holder.pid} on host {socket.gethostname()}, since noon"
    assert str(caught.value) == f"{tmp_path}: another sweep runs there ({named})"


@unix
def test_the_lock_of_a_killed_owner_is_taken_over(tmp_path: Path) -> None:
    end(hold(tmp_path))
    assert json.loads((tmp_path / LOCK).read_text())["since"] == "noon"

    with locked(tmp_path):
        assert json.loads((tmp_path / LOCK).read_text())["pid"] == os.getpid()


def test_a_number_that_another_process_has_by_now_does_not_count(tmp_path: Path) -> None:
    left = {"pid": os.getppid(), "host": socket.gethostname(), "since": "noon"}
    (tmp_path / LOCK).write_text(json.dumps(left))

    with locked(tmp_path):
        pass


def test_an_owner_on_another_host_is_named_and_not_overruled(tmp_path: Path) -> None:
    (tmp_path / LOCK).write_text(json.dumps({"pid": 7, "host": "elsewhere", "since": "noon"}))

    with (
        pytest.raises(SweepError, match=r"process 7 on host elsewhere, since noon.*delete .*lock"),
        locked(tmp_path),
    ):
        pass


@pytest.mark.parametrize("left", ["", "{", "[]", "null"])
def test_text_that_cannot_be_read_stops_nobody(tmp_path: Path, left: str) -> None:
    (tmp_path / LOCK).write_text(left)

    with locked(tmp_path):
        pass


def test_the_folder_is_free_again_whatever_ends_the_sweep(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), locked(tmp_path):
        raise KeyboardInterrupt
    assert (tmp_path / LOCK).read_text() == ""
    with locked(tmp_path), pytest.raises(SweepError, match="another sweep runs"), locked(tmp_path):
        pass
    assert (tmp_path / LOCK).read_text() == ""


def test_a_disk_that_cannot_lock_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(38, "Function not implemented")

    monkeypatch.setattr("kamsim.runs.sweeps.lock._lock", refuse)

    with pytest.raises(SweepError, match="cannot lock a file"), locked(tmp_path):
        pass

"""One sweep at a time on a folder: a lock of the operating system, with its owner's name beside it.

The system drops the lock with the process that holds it, however that ends, so nothing has to be guessed
from a process number, which another process may have by now. What a dead owner leaves is its name.
"""

from __future__ import annotations

import json
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from errno import EACCES, EAGAIN, EDEADLK
from pathlib import Path
from typing import Any

from kamsim.errors import SweepError

LOCK = ".sweep.lock"

if sys.platform == "win32":
    import msvcrt

    _FAR = 1 << 30
    """Windows lets nobody read the bytes that are locked: those lie far beyond the owner's name."""

    def _lock(handle: int) -> None:
        os.lseek(handle, _FAR, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold a folder for this sweep alone.

    Parameters
    ----------
    folder : Path
        It must be there.

    Raises
    ------
    SweepError
        At once, naming the owner, when another sweep holds it; when a sweep on another host held it last and
        never said that it ended; when the disk cannot lock.
    """
    path = folder / LOCK
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as caught:
        raise SweepError(f"{folder}: cannot be written ({caught.strerror})") from None
    try:
        _take(handle, path, folder)
        _write_owner(handle)
        try:
            yield
        finally:
            os.ftruncate(handle, 0)  # it could say that it ended: nobody has to ask after the owner
    finally:
        os.close(handle)


def _take(handle: int, path: Path, folder: Path) -> None:
    try:
        _lock(handle)
    except OSError as caught:
        if caught.errno in (EACCES, EAGAIN, EDEADLK):
            raise SweepError(f"{folder}: another sweep runs there ({_say(_owner(path))})") from None
        raise SweepError(
            f"{folder}: its disk cannot lock a file ({caught.strerror}); choose another"
        ) from None
    owner = _owner(path)
    # A disk shared by hosts may lock for one host only.
    if owner.get("host", socket.gethostname()) != socket.gethostname():
        raise SweepError(
            f"{folder}: a sweep on another host held it and did not say that it ended ({_say(owner)});"
            f" if it runs no more, delete {path}"
        )


def _write_owner(handle: int) -> None:
    since = datetime.now(UTC).isoformat(timespec="seconds")
    text = json.dumps({"pid": os.getpid(), "host": socket.gethostname(), "since": since})
    os.ftruncate(handle, 0)
    os.lseek(handle, 0, os.SEEK_SET)
    os.write(handle, text.encode())
    os.fsync(handle)


def _owner(path: Path) -> dict[str, Any]:
    """Read who holds or held the folder; nothing when it ended as it should."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _say(owner: dict[str, Any]) -> str:
    if not owner:
        return "its owner is not named"
    return f"process {owner.get('pid')} on host {owner.get('host')}, since {owner.get('since')}"

"""One writer a folder: the second is refused at once and told who the first is.

The operating system holds the lock and lets go of it when its owner ends, however that comes about. So there
is no stale lock: whoever gets it knows that what an earlier owner left half done is nobody's any more.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from kamsim.runs.faults import FolderInUseError

LOCK = ".lock"
OPENED = os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
"""Not through a link: what the file holds is overwritten."""
FAR = 1 << 30
"""Windows locks bytes, and a locked byte cannot be read: it locks one far behind the owner's name."""


@contextmanager
def folder_lock(folder: Path) -> Iterator[None]:
    """Be the only writer of a folder; it is made if absent, and goes again if it is left empty.

    Parameters
    ----------
    folder : Path

    Raises
    ------
    FolderInUseError
        When another process writes to it.
    OSError
        When the folder cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder, folder_lock(Path(folder)):
    ...     [p.name for p in Path(folder).iterdir()]
    ['.lock']
    """
    made = [path for path in (folder, *folder.parents) if not path.exists()]
    file = None
    try:
        file = _acquire(folder)
        yield
    finally:
        if file is not None:
            _release(file, folder / LOCK)
        for path in made:
            with suppress(OSError):  # it holds something: all went well
                path.rmdir()


def _acquire(folder: Path) -> TextIO:
    """Open the lock file and lock it; again if its last owner deleted it in between."""
    path = folder / LOCK
    while True:
        folder.mkdir(parents=True, exist_ok=True)
        try:
            file = os.fdopen(os.open(path, OPENED, 0o666), "a+", encoding="utf-8")
        except FileNotFoundError:
            if folder.is_dir():
                raise
            continue
        try:
            _lock(file)
        except BlockingIOError:
            file.seek(0)
            owner = file.read().strip() or "another process"
            file.close()
            raise FolderInUseError(f"{folder}: in use by {owner}") from None
        except BaseException:
            file.close()
            raise
        if _is_at(file, path):
            return _signed(file, path)
        file.close()


def _lock(file: TextIO) -> None:
    """Lock the file, or raise BlockingIOError where somebody else has it locked."""
    if os.name == "nt":
        import msvcrt

        file.seek(FAR)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        except PermissionError as caught:
            raise BlockingIOError from caught
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _is_at(file: TextIO, path: Path) -> bool:
    with suppress(FileNotFoundError):
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    return False


def _signed(file: TextIO, path: Path) -> TextIO:
    """Write into a lock file whose it is, or do without the lock where there is no room for that."""
    since = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    try:
        file.truncate(0)
        file.write(f"process {os.getpid()} on {platform.node()} since {since}\n")
        file.flush()
    except BaseException:
        _release(file, path)
        raise
    return file


def _release(file: TextIO, path: Path) -> None:
    with suppress(OSError):  # Windows deletes no open file
        path.unlink()
    with suppress(OSError):  # what could not be written cannot be flushed either
        file.close()

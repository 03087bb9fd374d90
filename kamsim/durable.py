"""Bytes and names that are on the disk before anything points to them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


def settle(file: Path) -> None:
    """Have a file's bytes on the disk."""
    with file.open("rb+") as opened:
        os.fsync(opened.fileno())


def settle_folder(folder: Path) -> None:
    """Have the names in a folder on the disk, where the system can do that."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # some file systems sync no folders
            os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def file_aside(path: Path) -> Iterator[Path]:
    """Give a file to write; it takes the place of `path`, all or nothing."""
    aside = path.with_name(f".{path.name}.new")
    try:
        yield aside
        settle(aside)
        os.replace(aside, path)
    finally:
        aside.unlink(missing_ok=True)
    settle_folder(path.parent)


def replace_text(path: Path, text: str) -> None:
    """Write a text in place of a file's, all or nothing."""
    with file_aside(path) as aside:
        aside.write_text(text, encoding="utf-8", newline="\n")

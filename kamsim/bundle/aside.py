"""A folder filled aside, which takes its place only when it is whole and safe on disk."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from kamsim.durable import settle, settle_folder
from kamsim.errors import BundleError


@contextmanager
def folder_aside(run: Path, stage: str) -> Iterator[Path]:
    """Give a folder to fill; it takes the stage's place only if all went well.

    Whatever fails, an interruption included, leaves nothing behind: no half-filled folder, nor a run folder
    that was not there before. An earlier result of the stage stays as it was.

    Raises
    ------
    BundleError
        When the run folder cannot be written.
    """
    run = Path(run)
    made: list[Path] = []
    aside = None
    try:
        with refuse_unwritable(run):
            made = [path for path in (run, *run.parents) if not path.exists()]
            run.mkdir(parents=True, exist_ok=True)
            aside = Path(tempfile.mkdtemp(prefix=f".{stage}-", dir=run))
            aside.chmod(0o755)
        yield aside
        with refuse_unwritable(run / stage):
            for path in aside.rglob("*"):
                (settle_folder if path.is_dir() else settle)(path)
            settle_folder(aside)
            _take_place(aside, run / stage)
            settle_folder(run)
    finally:
        if aside is not None:
            shutil.rmtree(aside, ignore_errors=True)
        for path in made:
            with suppress(OSError):  # it is in use: all went well
                path.rmdir()


@contextmanager
def refuse_unwritable(place: Path) -> Iterator[None]:
    """Say of an error of the operating system that `place` cannot be written."""
    try:
        yield
    except OSError as caught:
        reason = os.strerror(caught.errno) if caught.errno else str(caught)
        raise BundleError(f"{place}: cannot be written ({reason})") from None


def _take_place(new: Path, place: Path) -> None:
    """Put a finished folder in the place of an older one, which comes back if that fails."""
    if not place.exists():
        new.rename(place)
        return
    old = place.with_name(f"{new.name}-old")
    place.rename(old)
    try:
        new.rename(place)
    except BaseException:
        os.rename(old, place)
        raise
    shutil.rmtree(old, ignore_errors=True)

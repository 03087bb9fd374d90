"""A run folder that appears or changes only when everything in it is done."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kamsim.bundle import STAGES, read_portfolio
from kamsim.errors import BundleError


@contextmanager
def whole_run(out: Path) -> Iterator[Path]:
    """Give a folder to run in; its stages take their places in `out` only if all went well.

    Parameters
    ----------
    out : Path
        The run folder to be; it may exist, and other files in it are left alone.

    Yields
    ------
    Path
        An empty folder on the same disk, with the name of `out`.

    Raises
    ------
    BundleError
        When `out` cannot be written.
    """
    try:
        ground = next(p for p in (out, *out.absolute().parents) if p.exists())
        aside = Path(tempfile.mkdtemp(prefix=".run-", dir=ground))
    except OSError as caught:
        raise BundleError(f"{out}: cannot be written ({caught.strerror})") from None
    try:
        run = aside / out.absolute().name
        run.mkdir()
        yield run
        _publish(run, out)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def adopt_portfolio(bundle: Path, run: Path, *, calibrated: bool = False) -> None:
    """Copy the portfolio stage of one run folder into another, with its manifest and fingerprint.

    Parameters
    ----------
    bundle, run : Path
    calibrated : bool
        Copy its calibration, too.

    Raises
    ------
    BundleError
        When the stage is absent, or was changed after it was written.
    """
    read_portfolio(bundle)
    for stage in ("portfolio", *(["calibration"] if calibrated else [])):
        shutil.copytree(bundle / stage, run / stage)


def _publish(run: Path, out: Path) -> None:
    """Move finished stages to their places; what they replace goes only after they are there."""
    moves: list[tuple[Path, Path]] = []
    try:
        out.mkdir(parents=True, exist_ok=True)
        for stage in STAGES:
            if not (run / stage).exists():
                continue
            if (out / stage).exists():
                _move(out / stage, run / f"old-{stage}", moves)
            _move(run / stage, out / stage, moves)
    except OSError as caught:
        for source, target in reversed(moves):
            os.rename(target, source)
        raise BundleError(f"{out}: cannot be written ({caught.strerror})") from None


def _move(source: Path, target: Path, moves: list[tuple[Path, Path]]) -> None:
    os.rename(source, target)
    moves.append((source, target))

"""A full disk and one that cannot be written, in earnest: a small one in memory, where one may be mounted."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.runs.faults.conftest import Bench, write_stub

pytestmark = pytest.mark.slow

FILL = """
import os
def room():
    disk = os.statvfs('.')
    return disk.f_bavail * disk.f_frsize
with open('fill', 'wb') as file:
    file.write(bytes(room() - 4096))
"""


def mount(*words: str) -> None:
    if shutil.which("mount") is None or subprocess.run(["mount", *words], capture_output=True).returncode:
        pytest.skip("no disk may be mounted here")


@pytest.fixture
def disk(bench: Bench) -> Iterator[Path]:
    """A disk of a megabyte under the bench's folder of results, with the good result on it."""
    good = bench.folder / "good"
    shutil.move(bench.out, good)
    bench.out.mkdir()
    mount("-t", "tmpfs", "-o", "size=1m", "none", str(bench.out))
    try:
        shutil.copytree(good, bench.out, dirs_exist_ok=True)
        yield bench.out
    finally:
        subprocess.run(["umount", str(bench.out)], check=True)


def test_full_disk(bench: Bench, disk: Path) -> None:
    write_stub(bench.folder, FILL)

    ended, said = bench.start().finish()

    assert ended == 7, said
    assert "cannot be written (No space left on device)" in said
    assert bench.standing() == 1
    assert bench.kernels_left() == []
    assert {p.name for p in disk.iterdir()} == {"manifest.json", "side.txt", "stub.html", "stub.ipynb"}


def test_read_only_disk(bench: Bench, disk: Path) -> None:
    write_stub(bench.folder)
    mount("-o", "remount,ro", str(disk))

    ended, said = bench.start().finish()

    assert ended == 7, said
    assert "cannot be written (Read-only file system)" in said
    assert bench.standing() == 1

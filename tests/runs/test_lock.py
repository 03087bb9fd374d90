"""One writer a folder, and no lock that outlives its owner."""

from __future__ import annotations

import multiprocessing
import os
import signal
from pathlib import Path
from typing import Any

import pytest

from kamsim.runs.faults import FolderInUseError
from kamsim.runs.lock import LOCK, folder_lock


def hold(folder: Path, ear: Any) -> None:
    with folder_lock(folder):
        ear.send("locked")
        signal.pause()


def test_the_second_is_refused_and_told_who_the_first_is(tmp_path: Path) -> None:
    with (
        folder_lock(tmp_path),
        pytest.raises(FolderInUseError, match=rf"in use by process {os.getpid()} on .* since 20"),
        folder_lock(tmp_path),
    ):
        pass

    with folder_lock(tmp_path):
        pass


def test_a_dead_owner_holds_nothing(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    mouth, ear = context.Pipe(duplex=False)
    owner = context.Process(target=hold, args=(tmp_path, ear))
    owner.start()
    assert mouth.recv() == "locked"
    with pytest.raises(FolderInUseError, match=f"process {owner.pid} "), folder_lock(tmp_path):
        pass

    owner.kill()
    owner.join()

    assert (tmp_path / LOCK).exists()
    with folder_lock(tmp_path):
        assert f"process {os.getpid()} " in (tmp_path / LOCK).read_text()


def test_it_leaves_nothing(tmp_path: Path) -> None:
    with folder_lock(tmp_path / "deep" / "folder"):
        assert (tmp_path / "deep" / "folder" / LOCK).exists()

    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_was_filled_stays(tmp_path: Path) -> None:
    with folder_lock(tmp_path / "deep"):
        (tmp_path / "deep" / "result").touch()

    assert [p.name for p in (tmp_path / "deep").iterdir()] == ["result"]


def test_a_lock_file_deleted_by_its_last_owner_is_no_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who opened the file just before its owner deleted it must not believe to hold the folder."""
    from kamsim.runs import lock

    take, taken = lock._lock, []

    def after_a_deletion(file: Any) -> None:
        if not taken:
            (tmp_path / LOCK).unlink()
        taken.append(file)
        take(file)

    monkeypatch.setattr(lock, "_lock", after_a_deletion)

    with folder_lock(tmp_path):
        assert len(taken) == 2
        with pytest.raises(FolderInUseError), folder_lock(tmp_path):
            pass


@pytest.mark.skipif(not hasattr(os, "O_NOFOLLOW"), reason="this system opens files through links only")
def test_a_link_in_the_place_of_a_lock_is_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("mine")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / LOCK).symlink_to(tmp_path / "precious")

    with pytest.raises(OSError, match="symbolic links"), folder_lock(tmp_path / "out"):
        pass
    assert (tmp_path / "precious").read_text() == "mine"

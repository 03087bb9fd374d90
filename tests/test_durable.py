"""A text put in a file's place, all or nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from kamsim.durable import replace_text


def test_it_takes_the_place_of_the_old_text(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text("old")

    replace_text(path, "new é\n")

    assert path.read_bytes() == "new é\n".encode()
    assert list(tmp_path.iterdir()) == [path]


def test_the_old_text_stays_when_the_new_one_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a"
    path.write_text("old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        replace_text(path, "new")

    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]

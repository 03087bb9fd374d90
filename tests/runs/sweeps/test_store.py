"""A point counts as finished only if every file of it is what was recorded."""

from __future__ import annotations

from pathlib import Path

import pytest

from kamsim.runs.sweeps import state_measures
from kamsim.runs.sweeps.store import RECORD, TABLE, Store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(tmp_path)
    with store.aside("abc") as folder:
        (folder / "deep").mkdir()
        (folder / "deep" / "side.txt").write_text("kept")
        store.record(folder, "abc", state_measures({"nrr": 1.5}).table, {"seed": 1})
    return store


def test_a_recorded_point_is_held_and_read(store: Store) -> None:
    assert store.holds("abc")
    assert store.keys() == {"abc"}
    assert store.read("abc")["value"].tolist() == [1.5]


@pytest.mark.parametrize("name", [TABLE, "deep/side.txt", RECORD])
def test_a_file_that_was_changed_or_lost_makes_it_unfinished(store: Store, name: str) -> None:
    path = store.folder / "abc" / name
    content = path.read_bytes()
    path.write_bytes(content[:-3])
    assert not store.holds("abc")
    path.write_bytes(content)
    assert store.holds("abc")
    path.unlink()
    assert not store.holds("abc")


def test_a_point_under_another_name_is_not_that_point(store: Store) -> None:
    (store.folder / "abc").rename(store.folder / "abd")

    assert not store.holds("abd")


def test_what_fails_leaves_the_earlier_result(store: Store) -> None:
    def fail() -> None:
        with store.aside("abc") as folder:
            (folder / TABLE).write_text("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()

    assert store.holds("abc")


def test_what_was_begun_is_cleared_and_named(store: Store) -> None:
    (store.folder / ".def-x1_y").mkdir()

    assert store.clear_begun() == ["def"]
    assert [path.name for path in store.folder.iterdir()] == ["abc"]

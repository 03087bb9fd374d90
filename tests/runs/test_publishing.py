"""A set of files that takes its place as one, inside its folder and nowhere else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kamsim.errors import NotebookError
from kamsim.runs import publishing
from kamsim.runs.faults import ResultNotWrittenError
from kamsim.runs.publishing import (
    MANIFEST,
    PUBLISHING,
    publish,
    read_manifest,
    recover,
    refuse_unwritable,
    scratch_folder,
)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


def made(out: Path, **files: str) -> Path:
    """Fill a folder of results; a double underscore stands for a subfolder."""
    results = out / ".results"
    for name, text in files.items():
        path = results / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return results


def texts(out: Path) -> dict[str, str]:
    return {p.relative_to(out).as_posix(): p.read_text() for p in out.rglob("*") if p.is_file()}


def test_the_earlier_set_goes_and_other_files_stay(out: Path) -> None:
    publish(made(out, a="1", deep__er__b="1", deep__c="1"), out, {"run": 1})
    (out / "note").write_text("mine")

    publish(made(out, a="2", deep__c="2"), out, {"run": 2})

    manifest = read_manifest(out)
    assert manifest["run"] == 2
    assert sorted(manifest["files"]) == ["a", "deep/c"]
    assert texts(out) | {MANIFEST: ""} == {"a": "2", "deep/c": "2", "note": "mine", MANIFEST: ""}
    assert not (out / "deep" / "er").exists()


def test_a_changed_file_is_seen(out: Path) -> None:
    publish(made(out, a="1"), out, {})
    (out / "a").write_text("2")

    with pytest.raises(NotebookError, match="a is not the file that was written with manifest"):
        read_manifest(out)


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"files": []}', '{"files": {"../a": ""}}', '{"files": {"/a": ""}}']
)
def test_what_is_no_manifest_of_ours_is_no_finished_run(out: Path, text: str) -> None:
    (out / MANIFEST).write_text(text)

    with pytest.raises(NotebookError, match="holds no finished run"):
        read_manifest(out)


@pytest.mark.parametrize("stop", range(3))
def test_whatever_it_is_stopped_at_the_next_one_finishes(
    out: Path, stop: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three renames follow the one that decides: two files and the manifest."""
    publish(made(out, a="1", b="1", gone="1"), out, {"run": 1})
    replace, remaining = publishing.os.replace, [stop]

    def until_stopped(*paths: Path) -> None:
        if not remaining[0]:
            raise KeyboardInterrupt
        remaining[0] -= 1
        replace(*paths)

    monkeypatch.setattr("kamsim.runs.publishing.os.replace", until_stopped)
    results = made(out, a="2", b="2")
    with pytest.raises(KeyboardInterrupt):
        publish(results, out, {"run": 2})
    monkeypatch.undo()
    assert (out / PUBLISHING).exists()

    recover(out)

    assert read_manifest(out)["run"] == 2
    assert set(texts(out)) == {"a", "b", MANIFEST}


def test_a_set_read_in_between_is_seen_to_be_neither(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(made(out, a="1", b="1"), out, {"run": 1})
    results = made(out, a="2", b="2")
    calls: list[object] = []
    replace = publishing.os.replace

    def once(*paths: Path) -> None:
        calls.append(paths)
        if len(calls) == 2:
            raise KeyboardInterrupt
        replace(*paths)

    monkeypatch.setattr("kamsim.runs.publishing.os.replace", once)
    with pytest.raises(KeyboardInterrupt):
        publish(results, out, {"run": 2})

    with pytest.raises(NotebookError, match="a is not the file"):
        read_manifest(out)


def test_a_link_in_the_place_of_a_result_is_not_written_through(out: Path, tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("mine")
    (out / "a").symlink_to(tmp_path / "precious")

    publish(made(out, a="1"), out, {})

    assert (tmp_path / "precious").read_text() == "mine"
    assert (out / "a").read_text() == "1"
    assert not (out / "a").is_symlink()


def test_a_linked_folder_leads_nowhere(out: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (out / "deep").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(NotebookError, match="a symbolic link would put deep/a outside of it"):
        publish(made(out, deep__a="1"), out, {})

    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_result_that_is_a_link_is_refused(out: Path, tmp_path: Path) -> None:
    publish(made(out, a="1"), out, {"run": 1})
    results = made(out, a="2")
    (results / "b").symlink_to("/etc/hostname")

    with pytest.raises(NotebookError, match="wrote b, which is no plain file"):
        publish(results, out, {"run": 2})

    assert read_manifest(out)["run"] == 1


def test_a_folder_in_the_place_of_a_file_is_refused(out: Path) -> None:
    (out / "a").mkdir()

    with pytest.raises(NotebookError, match="a folder stands where the file a is to be written"):
        publish(made(out, a="1"), out, {})


@pytest.mark.parametrize("name", [".lock", ".publishing/a", ".running-1/a"])
def test_names_that_the_runner_needs_are_refused(out: Path, name: str) -> None:
    with pytest.raises(NotebookError, match="a name that the runner keeps for itself"):
        publish(made(out, **{name: "1"}), out, {})


def test_a_forged_plan_moves_and_deletes_nothing_outside(out: Path, tmp_path: Path) -> None:
    """A folder from elsewhere may claim to be half published."""
    (tmp_path / "precious").write_text("mine")
    staged = out / PUBLISHING
    staged.mkdir()
    (staged / MANIFEST).write_text(json.dumps({"files": {"../precious": ""}}))
    (out / "precious").write_text("theirs")

    recover(out)

    assert (tmp_path / "precious").read_text() == "mine"
    assert not staged.exists()


def test_a_forged_plan_takes_nothing_from_outside(out: Path, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "precious").write_text("mine")
    staged = out / PUBLISHING
    staged.mkdir()
    (staged / "deep").symlink_to(tmp_path / "home", target_is_directory=True)
    (staged / MANIFEST).write_text(json.dumps({"files": {"deep/precious": ""}}))

    recover(out)

    assert (tmp_path / "home" / "precious").read_text() == "mine"
    assert not staged.exists()


def test_a_link_in_the_place_of_a_plan_is_dropped(out: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "a").write_text("mine")
    (elsewhere / MANIFEST).write_text(json.dumps({"files": {"a": ""}}))
    (out / PUBLISHING).symlink_to(elsewhere, target_is_directory=True)

    recover(out)

    assert sorted(texts(elsewhere)) == ["a", MANIFEST]
    assert list(out.iterdir()) == []


def test_scratch_goes_whatever_happens_and_so_does_that_of_the_dead(out: Path) -> None:
    (out / ".running-dead").mkdir()

    def work() -> None:
        with scratch_folder(out) as scratch:
            assert [p.name for p in out.iterdir()] == [scratch.name]
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        work()

    assert list(out.iterdir()) == []


@pytest.mark.parametrize(
    ("error", "reason"), [(OSError(28, ""), "No space left on device"), (MemoryError(), "out of memory")]
)
def test_why_it_cannot_be_written_is_told(error: Exception, reason: str) -> None:
    with (
        pytest.raises(ResultNotWrittenError, match=rf"out: cannot be written \({reason}\)"),
        refuse_unwritable(Path("out")),
    ):
        raise error

import contextlib
import os
from pathlib import Path

import pytest

from kamsim.bundle import read_manifest
from kamsim.errors import BundleError, KamsimError
from kamsim.runs.whole import adopt_portfolio, whole_run


def put_stage(run: Path, stage: str, text: str) -> None:
    (run / stage).mkdir(parents=True)
    (run / stage / "table.csv").write_text(text)


def tree(folder: Path) -> dict[str, str]:
    return {str(p.relative_to(folder)): p.read_text() for p in folder.rglob("*") if p.is_file()}


def test_stages_appear_when_all_are_done(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "out"
    with whole_run(out) as run:
        put_stage(run, "portfolio", "a")
        assert not out.exists()

    assert tree(tmp_path) == {"deep/out/portfolio/table.csv": "a"}


def test_failure_leaves_everything_as_it_was(tmp_path: Path) -> None:
    out = tmp_path / "out"
    put_stage(out, "portfolio", "old")
    (out / "notes.txt").write_text("mine")
    before = tree(tmp_path)

    with contextlib.suppress(KeyboardInterrupt), whole_run(out) as run:
        put_stage(run, "portfolio", "new")
        raise KeyboardInterrupt

    assert tree(tmp_path) == before


def test_stages_are_replaced_and_other_files_left_alone(tmp_path: Path) -> None:
    put_stage(tmp_path, "portfolio", "old")
    put_stage(tmp_path, "report", "old")
    (tmp_path / "notes.txt").write_text("mine")

    with whole_run(tmp_path) as run:
        put_stage(run, "portfolio", "new")

    assert tree(tmp_path) == {"portfolio/table.csv": "new", "report/table.csv": "old", "notes.txt": "mine"}


def test_a_move_that_fails_is_undone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for stage in ("portfolio", "scores"):
        put_stage(tmp_path / "out", stage, "old")
    before = tree(tmp_path / "out")
    rename = os.rename

    def refuse_new_scores(source: Path, target: Path) -> None:
        if target == tmp_path / "out" / "scores" and not source.name.startswith("old-"):
            raise OSError(28, "No space left on device")
        rename(source, target)

    monkeypatch.setattr(os, "rename", refuse_new_scores)
    making = whole_run(tmp_path / "out")
    run = making.__enter__()
    put_stage(run, "portfolio", "new")
    put_stage(run, "scores", "new")
    with pytest.raises(BundleError, match="No space left"):
        making.__exit__(None, None, None)

    assert tree(tmp_path / "out") == before


def test_folder_in_the_making_has_the_name_of_the_run(tmp_path: Path) -> None:
    with whole_run(tmp_path / "demo") as run:
        assert run.name == "demo"


def test_out_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("mine")

    with pytest.raises(BundleError, match="cannot be written"), whole_run(tmp_path / "taken"):
        pass

    assert tree(tmp_path) == {"taken": "mine"}


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write anywhere")
def test_out_without_permission_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(BundleError, match="cannot be written"), whole_run(tmp_path / "out"):
        pass
    tmp_path.chmod(0o700)


def test_adopted_portfolio_keeps_its_fingerprint(tiny_run: Path, tmp_path: Path) -> None:
    adopt_portfolio(tiny_run, tmp_path)

    assert read_manifest(tmp_path, "portfolio") == read_manifest(tiny_run, "portfolio")


def test_portfolio_changed_by_hand_is_not_adopted(tiny_run: Path, tmp_path: Path) -> None:
    adopt_portfolio(tiny_run, tmp_path / "a")
    table = tmp_path / "a" / "portfolio" / "team.parquet"
    table.write_bytes((tmp_path / "a" / "portfolio" / "deals.parquet").read_bytes())

    with pytest.raises(KamsimError):
        adopt_portfolio(tmp_path / "a", tmp_path / "b")

    assert not (tmp_path / "b").exists()

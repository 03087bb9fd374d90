import errno
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest

from kamsim.bundle import read_table, stage_writer, write_stage
from kamsim.config import Scenario
from kamsim.errors import BundleError

Tiers = Callable[..., pd.DataFrame]
Contents = Callable[[Path], dict[str, bytes]]


class TestAllOrNothing:
    """Whatever fails on the way, the folder holds the old result and nothing else."""

    @pytest.fixture(params=[True, False], ids=["old result", "no result"])
    def run(self, request: pytest.FixtureRequest, tmp_path: Path, scenario: Scenario, tiers: Tiers) -> Path:
        tmp_path.joinpath("elsewhere").touch()
        if request.param:
            write_stage(tmp_path, "scores", {"tiers": tiers(1, 2, 3)}, scenario)
        return tmp_path

    @pytest.fixture(autouse=True)
    def nothing_changes(self, run: Path, contents: Contents) -> Iterator[None]:
        before = contents(run)
        yield
        assert contents(run) == before
        assert {p.name for p in run.iterdir()} <= {"scores", "elsewhere"}

    def test_a_write_that_fails_midway(
        self, run: Path, scenario: Scenario, monkeypatch: pytest.MonkeyPatch, tiers: Tiers
    ) -> None:
        def fail(*_: Any, **__: Any) -> None:
            raise OSError(28, "in the words of a library")

        monkeypatch.setattr(pq.ParquetWriter, "write_table", fail)
        with pytest.raises(BundleError, match=r"scores: cannot be written \(No space left on device\)$"):
            write_stage(run, "scores", {"tiers": tiers(1)}, scenario)

    def test_an_interruption(
        self, run: Path, scenario: Scenario, monkeypatch: pytest.MonkeyPatch, tiers: Tiers
    ) -> None:
        def interrupt(*_: Any, **__: Any) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(pd.DataFrame, "to_csv", interrupt)
        with pytest.raises(KeyboardInterrupt):
            write_stage(run, "scores", {"tiers": tiers(1)}, scenario, file_format="csv")

    def test_an_interruption_between_blocks(self, run: Path, scenario: Scenario, tiers: Tiers) -> None:
        making = stage_writer(run, "scores", scenario)
        making.__enter__().append({"tiers": tiers(1)})

        assert not making.__exit__(KeyboardInterrupt, KeyboardInterrupt(), None), "it goes on upwards"

    @pytest.mark.parametrize("end", [PermissionError(13, "Permission denied"), KeyboardInterrupt()])
    def test_a_stage_that_cannot_take_its_place(
        self,
        end: BaseException,
        run: Path,
        scenario: Scenario,
        monkeypatch: pytest.MonkeyPatch,
        tiers: Tiers,
    ) -> None:
        rename = Path.rename

        def refuse(self: Path, target: Path) -> Path:
            if Path(target).name == "scores":
                raise end
            return rename(self, target)

        monkeypatch.setattr(Path, "rename", refuse)
        with pytest.raises((BundleError, KeyboardInterrupt), match=r"cannot be written \(Perm|^$"):
            write_stage(run, "scores", {"tiers": tiers(1)}, scenario)

    def test_a_disk_that_fails_at_the_last(
        self, run: Path, scenario: Scenario, monkeypatch: pytest.MonkeyPatch, tiers: Tiers
    ) -> None:
        def fail(_: int) -> None:
            raise OSError(5, "Input/output error")

        monkeypatch.setattr(os, "fsync", fail)
        with pytest.raises(BundleError, match=r"scores: cannot be written \(Input/output error\)"):
            write_stage(run, "scores", {"tiers": tiers(1)}, scenario)


DISK_FULL = """
import resource, sys
import pandas as pd
from kamsim.bundle import stage_writer, tables
from kamsim.config import Scenario
from kamsim.errors import BundleError

tables.ROW_GROUP = tables.BUFFER = 1_000
ids = pd.Series([f"account {i:05d} {i**7 % 9973}" for i in range(20_000)], dtype="str")
frame = pd.DataFrame({"account_id": ids, "tier": 1})
scenario = Scenario.load("saas_midmarket")
resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))
for file_format in sys.argv[2:]:
    try:
        with stage_writer(sys.argv[1], "scores", scenario, file_format=file_format) as writer:
            writer.append({"tiers": frame[:1_000]})
            print(1, flush=True)
            writer.append({"tiers": frame[1_000:]})
            print(2, flush=True)
    except BundleError as caught:
        print(caught)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="limits of a process are POSIX")
def test_a_disk_that_is_full_keeps_the_old_result(
    tmp_path: Path, scenario: Scenario, tiers: Tiers, contents: Contents
) -> None:
    write_stage(tmp_path, "scores", {"tiers": tiers(1, 2, 3)}, scenario)
    before = contents(tmp_path)

    command = [sys.executable, "-c", DISK_FULL, str(tmp_path), "parquet", "csv"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)

    told = f"{tmp_path / 'scores'}: cannot be written ({os.strerror(errno.EFBIG)})"
    assert done.stdout.splitlines() == ["1", told, "1", told]
    assert done.stderr == ""
    assert contents(tmp_path) == before
    assert [p.name for p in tmp_path.iterdir()] == ["scores"]


def test_a_new_result_takes_the_place_of_the_old_one(
    tmp_path: Path, scenario: Scenario, tiers: Tiers
) -> None:
    write_stage(tmp_path, "scores", {"tiers": tiers(1)}, scenario, files={"old.txt": "x"})
    write_stage(tmp_path, "scores", {"tiers": tiers(2)}, scenario, file_format="csv")

    assert {p.name for p in tmp_path.iterdir()} == {"scores"}
    assert {p.name for p in (tmp_path / "scores").iterdir()} == {
        "tiers.csv",
        "scenario.toml",
        "manifest.json",
    }
    assert read_table(tmp_path, "scores", "tiers")["tier"].tolist() == [2]


def test_a_folder_that_cannot_be_made(tmp_path: Path, scenario: Scenario) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(BundleError, match=r"run: cannot be written \(Not a directory\)"):
        write_stage(tmp_path / "file" / "run", "scores", {}, scenario)


def test_a_run_folder_made_in_vain_goes_again(tmp_path: Path, scenario: Scenario) -> None:
    (tmp_path / "kept").mkdir()
    with pytest.raises(ZeroDivisionError), stage_writer(tmp_path / "kept/a/b", "scores", scenario):
        raise ZeroDivisionError

    assert [p.name for p in tmp_path.rglob("*")] == ["kept"]

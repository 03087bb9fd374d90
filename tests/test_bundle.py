import dataclasses
import datetime
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kamsim import bundle
from kamsim.bundle import (
    Portfolio,
    fingerprint,
    has_table,
    read_manifest,
    read_portfolio,
    read_scenario,
    read_table,
    stale_stages,
    write_stage,
)
from kamsim.config import Scenario
from kamsim.errors import BundleError, SchemaError
from kamsim.schemas import DATE, FLAG, NUMBER, OPTIONAL_FLAG, TABLES, TEXT, TIERS, Column, Table, check

FORMATS: tuple[bundle.Format, ...] = ("parquet", "csv")
AWKWARD = st.sampled_from(
    ["NA", "nan", "None", "a,b", 'say "x"', "l1\nl2", "l1\rl2", "l\r\n2", " x ", "'", "é"]
)
NAMES = st.one_of(AWKWARD, st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1))
DAYS = st.dates(datetime.date(1900, 1, 1), datetime.date(2200, 1, 1)).map(pd.Timestamp)


def tiers(*tier: int) -> pd.DataFrame:
    ids = pd.Series([f"A{i}" for i in range(len(tier))], dtype="str")
    return pd.DataFrame({"account_id": ids, "tier": pd.Series(tier, dtype="int64")})


def cells(column: Column) -> st.SearchStrategy[Any]:
    low = 0 if column.at_least is None else int(column.at_least)
    high = 10**6 if column.at_most is None else int(column.at_most)
    if column.one_of is not None:
        value: st.SearchStrategy[Any] = st.sampled_from(column.one_of)
    elif column.dtype == TEXT:
        value = NAMES
    elif column.dtype == NUMBER:
        value = st.floats(column.at_least, column.at_most, allow_nan=False, allow_infinity=False)
    elif column.dtype == DATE:
        value = DAYS
    elif column.dtype in (FLAG, OPTIONAL_FLAG):
        value = st.booleans()
    else:
        value = st.integers(low, high)
    return st.one_of(st.none(), value) if column.nullable else value


def frames(table: Table) -> st.SearchStrategy[pd.DataFrame]:
    row = st.fixed_dictionaries({name: cells(column) for name, column in table.columns.items()})
    rows = st.lists(row, max_size=3, unique_by=lambda r: tuple(r[k] for k in table.key))
    return rows.map(lambda some: _frame(some, table))


def _frame(rows: list[dict[str, Any]], table: Table) -> pd.DataFrame:
    return pd.DataFrame(
        {name: pd.Series([r[name] for r in rows], dtype=c.dtype) for name, c in table.columns.items()}
    )


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("run")


@pytest.fixture
def chain(tmp_path: Path, scenario: Scenario) -> Path:
    """A run with three stages, each computed from the one before."""
    write_stage(tmp_path, "scores", {"tiers": tiers(1, 2)}, scenario)
    write_stage(tmp_path, "values", {"tiers": tiers(1)}, scenario, inputs=("scores",))
    write_stage(tmp_path, "allocation", {"tiers": tiers(3)}, scenario, inputs=("values",))
    return tmp_path


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.mark.parametrize("file_format", FORMATS)
@pytest.mark.parametrize("table", TABLES.values(), ids=lambda t: t.name)
def test_every_table_comes_back_as_it_was(
    table: Table, file_format: bundle.Format, scratch: Path, scenario: Scenario
) -> None:
    @settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(frames(table))
    def round_trip(frame: pd.DataFrame) -> None:
        write_stage(scratch, "portfolio", {table.name: frame}, scenario, file_format=file_format)

        back = read_table(scratch, "portfolio", table.name)

        expected = frame.sort_values(list(table.key), ignore_index=True)
        pd.testing.assert_frame_equal(back, expected, check_exact=True)

    round_trip()


@given(st.lists(NAMES, min_size=1, unique=True))
@settings(max_examples=40, deadline=None)
def test_any_name_survives_a_csv_file(tmp_path_factory: pytest.TempPathFactory, names: list[str]) -> None:
    frame = _frame([{"account_id": name, "tier": 1} for name in names], TIERS)
    path = tmp_path_factory.mktemp("csv") / "tiers.csv"

    bundle._write_table(check(frame, TIERS), path, "csv")

    assert bundle._read_csv(path, TIERS)["account_id"].tolist() == sorted(names)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (pd.Series(["nan"], dtype="str"), pd.Series([None], dtype="str")),
        (pd.Series(["nan", None], dtype="str"), pd.Series([None, "nan"], dtype="str")),
        (pd.Series([0.0]), pd.Series([np.nan])),
        (pd.Series([0.1 + 0.2]), pd.Series([0.3])),
        (pd.Series([1], dtype="int64"), pd.Series([1.0])),
        (pd.Series([1], dtype="Int64"), pd.Series([None], dtype="Int64")),
        (pd.Series([False], dtype="boolean"), pd.Series([None], dtype="boolean")),
        (pd.Series([1, 2]), pd.Series([2, 1])),
        (pd.Series([None], dtype=DATE), pd.Series(["1970-01-01"], dtype=DATE)),
    ],
)
def test_a_fingerprint_tells_other_content(one: pd.Series, other: pd.Series) -> None:
    assert fingerprint(one.to_frame("x")) != fingerprint(other.to_frame("x"))


def test_a_fingerprint_tells_other_names() -> None:
    assert fingerprint(tiers(1)) != fingerprint(tiers(1).rename(columns={"tier": "level"}))
    assert fingerprint(tiers(1)) != fingerprint(tiers(1)[["tier", "account_id"]])


def test_a_manifest_says_what_a_stage_came_from(tmp_path: Path, scenario: Scenario) -> None:
    first = write_stage(tmp_path, "scores", {"tiers": tiers(1)}, scenario, facts={"cutoff": "2026-01-01"})
    second = write_stage(
        tmp_path, "values", {}, scenario, inputs=("scores",), files={"a.txt": "é", "b": b"1"}
    )

    assert read_manifest(tmp_path, "scores") == first
    assert first.facts == {"cutoff": "2026-01-01"}
    assert second.inputs == {"scores": first.fingerprint}
    assert (tmp_path / "values" / "a.txt").read_text(encoding="utf-8") == "é"
    assert (tmp_path / "values" / "b").read_bytes() == b"1"
    assert read_scenario(tmp_path, "values") == scenario


def test_a_stage_s_fingerprint_covers_tables_inputs_scenario_and_facts(
    tmp_path: Path, scenario: Scenario
) -> None:
    def write(run: str, tier: int = 1, facts: dict[str, int] | None = None, seed: int = 1) -> str:
        chosen = scenario.override({"seed": seed})
        write_stage(tmp_path / run, "scores", {"tiers": tiers(tier)}, chosen)
        return write_stage(
            tmp_path / run, "values", {"tiers": tiers(1)}, chosen, inputs=("scores",), facts=facts
        ).fingerprint

    same = [write("a"), write("b")]
    others = [write("c", tier=2), write("d", facts={"x": 1}), write("e", seed=2)]

    assert same[0] == same[1]
    assert len({same[0], *others}) == 4


def test_stages_go_stale_with_what_they_came_from(chain: Path, scenario: Scenario) -> None:
    assert stale_stages(chain) == []

    write_stage(chain, "scores", {"tiers": tiers(1, 2)}, scenario)
    assert stale_stages(chain) == [], "the same content again changes nothing"

    write_stage(chain, "scores", {"tiers": tiers(1, 3)}, scenario)
    assert stale_stages(chain) == ["values", "allocation"]

    write_stage(chain, "values", {"tiers": tiers(1)}, scenario, inputs=("scores",))
    assert stale_stages(chain) == ["allocation"]


def test_a_stage_whose_input_is_gone_is_stale(chain: Path) -> None:
    (chain / "scores").rename(chain / "away")

    assert stale_stages(chain) == ["values", "allocation"]


def test_a_stage_wants_its_inputs(tmp_path: Path, scenario: Scenario) -> None:
    with pytest.raises(BundleError, match="holds no stage 'scores': run the step that writes it first"):
        write_stage(tmp_path / "run", "values", {}, scenario, inputs=("scores",))

    assert not (tmp_path / "run").exists()


def test_a_table_that_breaks_its_contract_is_not_written(tmp_path: Path, scenario: Scenario) -> None:
    with pytest.raises(SchemaError, match="tier must be one of"):
        write_stage(tmp_path / "run", "scores", {"tiers": tiers(7)}, scenario)

    assert not (tmp_path / "run").exists()


class TestAllOrNothing:
    """Whatever fails on the way, the folder holds the old result and nothing else."""

    @pytest.fixture(params=[True, False], ids=["old result", "no result"])
    def run(self, request: pytest.FixtureRequest, tmp_path: Path, scenario: Scenario) -> Path:
        tmp_path.joinpath("elsewhere").touch()
        if request.param:
            write_stage(tmp_path, "scores", {"tiers": tiers(1, 2, 3)}, scenario)
        return tmp_path

    @pytest.fixture(autouse=True)
    def nothing_changes(self, run: Path) -> Iterator[None]:
        before = contents(run)
        yield
        assert contents(run) == before
        assert {p.name for p in run.iterdir()} <= {"scores", "elsewhere"}

    def test_a_write_that_fails_midway(
        self, run: Path, scenario: Scenario, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def write_half(frame: pd.DataFrame, path: Path, **_: Any) -> None:
            path.write_bytes(b"half")
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(pd.DataFrame, "to_parquet", write_half)
        with pytest.raises(BundleError, match=r"scores: cannot be written \(No space left on device\)$"):
            write_stage(run, "scores", {"tiers": tiers(1)}, scenario)

    def test_an_interruption(self, run: Path, scenario: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
        def interrupt(*_: Any, **__: Any) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(pd.DataFrame, "to_csv", interrupt)
        with pytest.raises(KeyboardInterrupt):
            write_stage(run, "scores", {"tiers": tiers(1)}, scenario, file_format="csv")

    def test_a_stage_that_cannot_take_its_place(
        self, run: Path, scenario: Scenario, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        rename = Path.rename

        def refuse(self: Path, target: Path) -> Path:
            if Path(target).name == "scores":
                raise PermissionError(13, "Permission denied")
            return rename(self, target)

        monkeypatch.setattr(Path, "rename", refuse)
        with pytest.raises(BundleError, match=r"cannot be written \(Permission denied\)"):
            write_stage(run, "scores", {"tiers": tiers(1)}, scenario)


DISK_FULL = """
import resource, sys
import pandas as pd
from kamsim.bundle import write_stage
from kamsim.config import Scenario
from kamsim.errors import BundleError

ids = pd.Series([f"account {i}" for i in range(20_000)], dtype="str")
frame = pd.DataFrame({"account_id": ids, "tier": 1})
scenario = Scenario.load("saas_midmarket")
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
for file_format in sys.argv[2:]:
    try:
        write_stage(sys.argv[1], "scores", {"tiers": frame}, scenario, file_format=file_format)
    except BundleError as caught:
        print(caught)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="limits of a process are POSIX")
def test_a_disk_that_is_full_keeps_the_old_result(tmp_path: Path, scenario: Scenario) -> None:
    write_stage(tmp_path, "scores", {"tiers": tiers(1, 2, 3)}, scenario)
    before = contents(tmp_path)

    done = subprocess.run(
        [sys.executable, "-c", DISK_FULL, str(tmp_path), *FORMATS], capture_output=True, text=True, check=True
    )

    assert [line.partition("scores: ")[2][:19] for line in done.stdout.splitlines()] == [
        "cannot be written ("
    ] * 2
    assert contents(tmp_path) == before
    assert [p.name for p in tmp_path.iterdir()] == ["scores"]


def test_a_new_result_takes_the_place_of_the_old_one(tmp_path: Path, scenario: Scenario) -> None:
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


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_forbids_writing(tmp_path: Path, scenario: Scenario) -> None:
    tmp_path.chmod(0o555)
    with pytest.raises(BundleError, match=r"cannot be written \(Permission denied\)"):
        write_stage(tmp_path, "scores", {}, scenario)
    tmp_path.chmod(0o755)


def edit(path: Path) -> None:
    path.write_text(path.read_text(encoding="utf-8").replace('"A0",1', '"A0",2'), encoding="utf-8")


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


def drop_a_row(path: Path) -> None:
    path.write_text("\n".join(path.read_text(encoding="utf-8").splitlines()[:-1]) + "\n", encoding="utf-8")


@pytest.mark.parametrize(
    ("file_format", "damage", "message"),
    [
        ("csv", edit, "its content is not what its manifest says; run the step again"),
        ("csv", drop_a_row, "its content is not what its manifest says; run the step again"),
        ("csv", Path.unlink, "cannot be read"),
        ("parquet", Path.unlink, "cannot be read"),
        ("parquet", cut, "cannot be read"),
    ],
)
def test_a_damaged_table_is_found_out(
    file_format: bundle.Format,
    damage: Callable[[Path], None],
    message: str,
    tmp_path: Path,
    scenario: Scenario,
) -> None:
    write_stage(tmp_path, "scores", {"tiers": tiers(1, 2)}, scenario, file_format=file_format)
    assert read_table(tmp_path, "scores", "tiers")["tier"].tolist() == [1, 2]

    damage(tmp_path / "scores" / f"tiers.{file_format}")

    with pytest.raises(BundleError, match=message):
        read_table(tmp_path, "scores", "tiers")


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"stage": "scores"'])
def test_a_damaged_manifest_is_found_out(text: str, chain: Path) -> None:
    (chain / "scores" / "manifest.json").write_text(text, encoding="utf-8")

    with pytest.raises(BundleError, match="not a readable manifest"):
        read_manifest(chain, "scores")


def test_a_manifest_is_json_for_everyone(chain: Path) -> None:
    tree = json.loads((chain / "values" / "manifest.json").read_text(encoding="utf-8"))

    assert tree == dataclasses.asdict(read_manifest(chain, "values"))


def test_what_is_not_there_is_said(chain: Path) -> None:
    assert has_table(chain, "scores", "tiers")
    assert not has_table(chain, "scores", "values")
    assert not has_table(chain, "report", "tiers")
    with pytest.raises(BundleError, match="holds no stage 'report'"):
        read_table(chain, "report", "tiers")
    with pytest.raises(BundleError, match="stage 'scores' holds no table 'values'"):
        read_table(chain, "scores", "values")


def test_a_portfolio_comes_back_with_the_tables_it_has(tmp_path: Path, scenario: Scenario) -> None:
    bare = Portfolio(*(TABLES[n].empty() for n in ("accounts", "history", "opportunities", "team")))
    write_stage(tmp_path, "portfolio", bare.tables(), scenario)

    back = read_portfolio(tmp_path)

    assert list(back.tables()) == ["accounts", "history", "opportunities", "team"]
    assert back.truth is None
    with pytest.raises(BundleError, match="holds no stage 'portfolio'"):
        read_portfolio(tmp_path / "nowhere")

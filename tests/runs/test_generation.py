"""Generation streams its parts to disk, tells how far it is, and leaves nothing behind where it fails."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numba
import pandas as pd
import pytest

from kamsim.bundle import Format, Portfolio, StageWriter, read_manifest, read_table, write_stage
from kamsim.config import Scenario
from kamsim.errors import SchemaError
from kamsim.portfolio.generate import portfolio_parts
from kamsim.runs import GenerationSummary, generate_stage, generation
from kamsim.schemas import ACCOUNTS, HISTORY, OPPORTUNITIES, TEAM

CHILD = Path(__file__).with_name("generate_and_fail.py")
FORMATS: tuple[Format, ...] = ("parquet", "csv")


def part(*revenue: float, first: int) -> Portfolio:
    """Make accounts with these revenues and nothing else."""
    ids = pd.Series([f"A{first + i}" for i in range(len(revenue))], dtype="str")
    columns = {n: pd.Series(None, index=ids.index, dtype=c.dtype) for n, c in ACCOUNTS.columns.items()}
    known = {"account_id": ids, "name": ids, "segment": "smb", "revenue_eur_per_month": revenue}
    accounts = pd.DataFrame(columns).assign(**known).astype({"segment": "str"})
    return Portfolio(accounts, HISTORY.empty(), OPPORTUNITIES.empty(), TEAM.empty())


@pytest.fixture
def two_parts(monkeypatch: pytest.MonkeyPatch) -> list[Portfolio]:
    made = [part(5.0, 0.0, 7.0, first=0), part(1.0, 0.0, first=3)]
    monkeypatch.setattr(generation, "portfolio_parts", lambda scenario, **_: iter(made))
    return made


def test_parts_become_one_portfolio(two_parts: list[Portfolio], tmp_path: Path, scenario: Scenario) -> None:
    told: list[tuple[int, int]] = []
    plan = scenario.override({"portfolio.accounts": 5})

    summary = generate_stage(tmp_path, plan, progress=lambda done, total: told.append((done, total)))

    assert summary == GenerationSummary(
        accounts=5,
        customers=3,
        revenue_eur_per_month=13.0,
        rows={"accounts": 5, "history": 0, "opportunities": 0, "team": 0},
    )
    assert summary.all_rows == 5
    assert told == [(3, 5), (5, 5)]
    accounts = read_table(tmp_path, "portfolio", "accounts")
    assert accounts["revenue_eur_per_month"].tolist() == [5, 0, 7, 1, 0]
    assert read_manifest(tmp_path, "portfolio").facts == {
        "origin": "generated",
        "cutoff": plan.portfolio.cutoff.isoformat(),
    }


def test_stage_is_that_of_the_whole_portfolio(
    two_parts: list[Portfolio], tmp_path: Path, scenario: Scenario
) -> None:
    generate_stage(tmp_path / "parts", scenario)
    whole = {
        name: pd.concat([p.tables()[name] for p in two_parts])
        for name in ("accounts", "history", "opportunities", "team")
    }
    facts = read_manifest(tmp_path / "parts", "portfolio").facts

    at_once = write_stage(tmp_path / "whole", "portfolio", whole, scenario, facts=facts)

    assert read_manifest(tmp_path / "parts", "portfolio").fingerprint == at_once.fingerprint


def test_parts_in_a_wrong_order_are_refused(
    two_parts: list[Portfolio], tmp_path: Path, scenario: Scenario
) -> None:
    two_parts.reverse()

    with pytest.raises(SchemaError, match="keys must rise from block to block"):
        generate_stage(tmp_path / "out", scenario)

    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("workers", [1, 2])
def test_a_table_that_breaks_its_contract_ends_it_whoever_writes(
    workers: int, two_parts: list[Portfolio], tmp_path: Path, scenario: Scenario
) -> None:
    two_parts.append(part(-1.0, first=9))

    with pytest.raises(SchemaError, match=r"revenue_eur_per_month must be >= 0, got -1\.0"):
        generate_stage(tmp_path / "out", scenario, workers=workers)

    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("workers", [1, 2])
def test_what_breaks_outside_waits_for_the_writing(
    workers: int,
    two_parts: list[Portfolio],
    tmp_path: Path,
    scenario: Scenario,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    append, writing = StageWriter.append, []

    def slowly(self: StageWriter, tables: dict[str, pd.DataFrame]) -> None:
        writing.append("begun")
        time.sleep(0.1)
        append(self, tables)
        writing.append("done")

    monkeypatch.setattr(StageWriter, "append", slowly)

    def stop(*_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        generate_stage(tmp_path / "out", scenario, workers=workers, progress=stop)

    assert writing == ["begun", "done"]
    assert not (tmp_path / "out").exists()


@pytest.mark.skipif(numba.config.NUMBA_NUM_THREADS < 2, reason="one processor has one number of threads")
def test_bytes_do_not_depend_on_workers(
    tmp_path: Path, scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of several blocks: one is recorded over another that may still be on its way to disk."""
    monkeypatch.setattr(generation, "portfolio_parts", partial(portfolio_parts, block_accounts=13))
    small = scenario.override({"portfolio.accounts": 60, "portfolio.history_months": 24})
    before = numba.get_num_threads()
    for workers in (1, 2):
        generate_stage(tmp_path / str(workers), small, workers=workers)

    assert numba.get_num_threads() == before
    prints = [read_manifest(tmp_path / str(workers), "portfolio") for workers in (1, 2)]
    assert prints[0].tables == prints[1].tables
    assert prints[0].fingerprint == prints[1].fingerprint


# --- halfway through ------------------------------------------------------------------------------


FAULTS = ("nothing", "full", "interrupt", "forbidden")
"""The last one for good."""

CASES = [(fault, file_format, old) for fault in FAULTS for file_format in FORMATS for old in (True, False)]

Case = tuple[str, Format, bool]
Files = dict[str, bytes]


def files(folder: Path) -> Files:
    return {str(p.relative_to(folder)): p.read_bytes() if p.is_file() else b"" for p in folder.rglob("*")}


@dataclass(frozen=True)
class Failure:
    """How a run ended, and what there was before and after."""

    out: Path
    before: Files
    after: Files
    code: int
    told: str
    halfway: bool


@pytest.fixture(scope="module")
def failures(scenario: Scenario) -> Iterator[dict[Case, Failure]]:
    """All runs in one process, below a folder that anybody may look into."""
    if sys.platform == "win32":
        pytest.skip("signals, users and limits of a process are POSIX")
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        places = {case: Path(folder, *map(str, case)) for case in CASES}
        for case, place in places.items():
            place.mkdir(parents=True)
            if case[2]:
                write_stage(place / "run", "portfolio", part(1.0, first=0).tables(), scenario)
        before = {case: files(place) for case, place in places.items()}
        words = [word for case, place in places.items() for word in (*case[:2], str(place / "run"))]
        command = [sys.executable, str(CHILD), *words]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        for forbidden in Path(folder, "forbidden").rglob("*/"):
            forbidden.chmod(0o755)
        told = [json.loads(line) for line in done.stdout.splitlines()]
        if done.stderr.startswith("nobody may read"):
            told += [None] * (len(CASES) - len(told))
        assert len(told) == len(CASES), done.stderr
        yield {
            case: Failure(place / "run", before[case], files(place), **line)
            for (case, place), line in zip(places.items(), told, strict=True)
            if line is not None
        }


@pytest.mark.parametrize(
    ("fault", "code", "sentence"),
    [
        ("full", 2, f"error: {{out}}/portfolio: cannot be written ({os.strerror(errno.EFBIG)})\n"),
        ("interrupt", 130, "interrupted\n"),
        ("forbidden", 2, f"error: {{out}}: cannot be written ({os.strerror(errno.EACCES)})\n"),
    ],
)
@pytest.mark.parametrize("file_format", FORMATS)
@pytest.mark.parametrize("old", [True, False], ids=["old result", "no result"])
def test_a_fault_costs_one_sentence_and_changes_nothing(
    fault: str, code: int, sentence: str, file_format: Format, old: bool, failures: dict[Case, Failure]
) -> None:
    failure = failures.get((fault, file_format, old))
    if failure is None:
        pytest.skip("nobody but root may read the package here")

    assert (failure.code, failure.told) == (code, sentence.format(out=failure.out))
    assert failure.halfway == (fault != "forbidden")
    assert failure.after == failure.before


@pytest.mark.parametrize("file_format", FORMATS)
def test_without_a_fault_the_parts_are_there(file_format: Format, failures: dict[Case, Failure]) -> None:
    """Else the test above could pass for another reason."""
    for old in (True, False):
        done = failures["nothing", file_format, old]
        assert (done.code, done.halfway) == (0, True)
        assert len(read_table(done.out, "portfolio", "accounts")) == 3_000

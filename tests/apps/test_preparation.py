"""What is read from a run, and what is computed."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from kamsim.apps.preparation import Ground, gather, precompute
from kamsim.bundle import read_table
from kamsim.config import Scenario
from kamsim.errors import BundleError, InfeasibleAllocationError
from kamsim.runs import allocate_stage


@pytest.fixture
def copied(tiny_run: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny_run, tmp_path / "run"))


def test_a_current_allocation_is_read_and_not_computed(copied: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kamsim.apps.preparation.lay_out", None)
    ground = gather(copied)

    assert ground.book.equals(read_table(copied, "allocation", "book"))
    assert ground.scenario.name == "tiny"
    assert ground.frontier is None


def test_without_an_allocation_it_is_computed_the_same(copied: Path, ground: Ground) -> None:
    for stage in ("allocation", "simulation", "scores", "values"):
        shutil.rmtree(copied / stage)
    before = sorted(copied.rglob("*"))
    again = gather(copied)

    assert again.book.equals(ground.book)
    assert sorted(copied.rglob("*")) == before


def test_a_stale_allocation_is_not_read(copied: Path, ground: Ground) -> None:
    shutil.rmtree(copied / "values")

    assert gather(copied).book.equals(ground.book)


def test_a_scenario_that_is_told_is_computed_with(copied: Path, ground: Ground) -> None:
    told = ground.scenario.override({"coverage.strategic.accounts_per_ae": 2})
    again = gather(copied, told)

    assert again.scenario == told
    assert again.book["workload_hours"].sum() > ground.book["workload_hours"].sum()


def test_a_folder_without_a_portfolio_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="holds no stage 'portfolio'"):
        gather(tmp_path)


def test_without_a_run_a_portfolio_is_generated() -> None:
    small = Scenario.load("saas_midmarket", {"portfolio.accounts": 60, "value.replications": 2})

    assert len(gather(scenario=small).book) == 60


def test_a_frontier_that_the_run_holds_is_taken(
    copied: Path, ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    allocate_stage(copied, ground.scenario, frontier=True)
    kept = gather(copied)
    monkeypatch.setattr("kamsim.apps.preparation.move_frontier", None)

    assert kept.frontier is not None
    assert precompute(kept).frontier.equals(read_table(copied, "allocation", "frontier"))
    assert precompute(kept, moves=False).frontier.empty


def test_a_frontier_that_is_not_known_is_found(ground: Ground) -> None:
    found = precompute(replace(ground, frontier=None)).frontier

    assert (found["gain_eur"] <= found["gain_bound_eur"]).all()
    assert len(found)


def test_why_there_is_no_frontier_is_kept(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise InfeasibleAllocationError("too few hours")

    monkeypatch.setattr("kamsim.apps.preparation.move_frontier", refuse)
    response = precompute(replace(ground, frontier=None))

    assert response.frontier.empty
    assert response.remark == "too few hours"

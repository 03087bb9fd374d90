"""The stage "territories": what it writes, what it reads, and what it refuses."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kamsim.bundle import read_manifest, read_portfolio, read_scenario, read_table, stale_stages
from kamsim.errors import BundleError, ConfigError
from kamsim.runs import score_stage, territory_stage
from kamsim.schemas import TERRITORY_ACCOUNTS, check


@pytest.fixture
def run(tiny_run: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny_run, tmp_path / "run"))


def test_every_account_is_in_the_tables(run: Path) -> None:
    done = territory_stage(run, k=3, tolerance=0.5)

    accounts = read_table(run, "territories", "territory_accounts")
    assert accounts["account_id"].tolist() == read_portfolio(run).accounts["account_id"].tolist()
    assert check(done.accounts, TERRITORY_ACCOUNTS).equals(accounts)
    assert read_table(run, "territories", "territories").equals(done.result.frame())
    assert len(read_table(run, "territories", "territory_shapes")) == 3
    assert set(read_table(run, "territories", "territory_balance")["attribute"]) == {
        "clients", "prospects", "potential_36m_eur", "workload_hours",
    }  # fmt: skip


def test_the_manifest_says_what_it_was_made_from(run: Path) -> None:
    done = territory_stage(run, k=3, tolerance=0.5)

    manifest = read_manifest(run, "territories")
    assert set(manifest.inputs) == {"portfolio", "allocation"}
    assert manifest.facts["largest_deviation"] == done.result.largest_deviation
    assert stale_stages(run) == []
    score_stage(run, read_scenario(run).override({"segmentation.tier_2_from_eur": 90_000.0}))
    assert "territories" in stale_stages(run)
    with pytest.raises(BundleError, match="stage 'allocation' was computed from a stage that has changed"):
        territory_stage(run, k=3)


def test_without_a_book_revenue_is_balanced(run: Path) -> None:
    shutil.rmtree(run / "allocation")
    territory_stage(run, k=2, tolerance=0.9)

    assert set(read_manifest(run, "territories").inputs) == {"portfolio"}
    assert set(read_table(run, "territories", "territory_balance")["attribute"]) == {
        "clients", "prospects", "revenue_eur_per_month",
    }  # fmt: skip


def test_one_territory_for_each_ae_unless_told(run: Path) -> None:
    done = territory_stage(run, attributes=["clients"], tolerance=0.5)

    team = read_portfolio(run).team
    reps = team.loc[team["role"] == "AE", "rep_id"]
    assert sorted(done.staff.values()) == sorted(reps)


def test_unknown_attribute_has_its_nearest_name(run: Path) -> None:
    with pytest.raises(ConfigError, match="unknown attribute 'clint': did you mean 'clients'"):
        territory_stage(run, attributes=["clint"])

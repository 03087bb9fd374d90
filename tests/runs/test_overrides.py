"""Which settings a later verb may still change, and that it sees what an earlier verb was told."""

import shutil
from pathlib import Path

import pytest

from kamsim.bundle import write_stage
from kamsim.config import Scenario
from kamsim.errors import BundleError, ConfigError
from kamsim.runs import allocate_stage, check_plan, scenario_for, scenario_for_run
from kamsim.schemas import ACCOUNTS, HISTORY, OPPORTUNITIES, REJECTED, TEAM


@pytest.fixture
def imported(tmp_path: Path, scenario: Scenario) -> Path:
    """A run folder whose portfolio came from an export in dollars."""
    tables = {t.name: t.empty() for t in (ACCOUNTS, HISTORY, OPPORTUNITIES, TEAM, REJECTED)}
    write_stage(tmp_path, "portfolio", tables, scenario.override({"currency": "USD"}))
    return tmp_path


def test_a_stage_starts_from_the_scenario_of_the_stage_before(tiny_run: Path, tmp_path: Path) -> None:
    run = Path(shutil.copytree(tiny_run, tmp_path / "run"))
    allocate_stage(run, scenario_for(run, "allocation", {"coverage.margin": 0.5}))

    assert scenario_for(run, "simulation", {}).coverage.margin == 0.5
    assert scenario_for(run, "allocation", {}).coverage.margin != 0.5


@pytest.mark.parametrize(
    ("stage", "key", "verb"),
    [
        ("scores", "portfolio.accounts", "kamsim generate"),
        ("simulation", "portfolio.survey_share", "kamsim generate"),
        ("scores", "currency", "kamsim generate"),
        ("values", "scoring.small_sample", "kamsim score"),
        ("simulation", "segmentation.tier_2_from_eur", "kamsim score"),
        ("simulation", "coverage.margin", "kamsim allocate"),
        ("simulation", "value.replications", "kamsim allocate"),
        ("report", "experiment.confidence", "kamsim simulate"),
        ("report", "seed", "kamsim simulate"),
    ],
)
def test_a_settled_setting_is_refused_with_the_verb_to_use(
    tiny_run: Path, stage: str, key: str, verb: str
) -> None:
    value = {"currency": "USD", "seed": 4}.get(
        key, 0.25 if "share" in key or "con" in key or "margin" in key else 90
    )

    with pytest.raises(ConfigError, match=f"{key} has no effect any more.*set it on `{verb}`"):
        scenario_for(tiny_run, stage, {key: value})


def test_the_horizon_is_settled_with_the_values(tiny_run: Path) -> None:
    with pytest.raises(ConfigError, match=r"experiment.months has no effect any more: stage 'values'"):
        scenario_for(tiny_run, "simulation", {"experiment.months": 12})
    assert scenario_for(tiny_run, "values", {"experiment.months": 12}).experiment.months == 12


@pytest.mark.parametrize("stage", ["scores", "values", "allocation", "simulation"])
def test_the_future_may_be_unlike_the_past(tiny_run: Path, stage: str) -> None:
    overrides = {"dynamics.price_change": 0.04, "experiment.draws": 24, "seed": 5}

    scenario = scenario_for(tiny_run, stage, overrides)

    assert (scenario.dynamics.price_change, scenario.experiment.draws, scenario.seed) == (0.04, 24, 5)


def test_priors_of_an_imported_portfolio_stay_open(imported: Path) -> None:
    assert scenario_for(imported, "scores", {"portfolio.attainable_share_alpha": 5.0})
    with pytest.raises(ConfigError, match="currency has no effect"):
        scenario_for(imported, "scores", {"currency": "EUR"})


def test_absent_stage_is_named(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="holds no stage 'allocation'"):
        scenario_for(tmp_path, "simulation", {})


def test_whole_run_on_data_keeps_the_scenario_of_the_data(tiny_run: Path) -> None:
    assert scenario_for_run(None, tiny_run, {}).name == "tiny"


def test_another_preset_on_synthetic_data_keeps_what_they_were_made_with(tiny_run: Path) -> None:
    scenario = scenario_for_run("saas_midmarket", tiny_run, {"seed": 3})

    assert (scenario.name, scenario.portfolio.accounts, scenario.seed) == ("saas_midmarket", 60, 3)


def test_preset_in_another_currency_than_the_data_is_refused(imported: Path) -> None:
    with pytest.raises(ConfigError, match=r"saas_midmarket is in EUR, but .* in USD"):
        scenario_for_run("saas_midmarket", imported, {})


def test_portfolio_settings_are_refused_on_given_synthetic_data(tiny_run: Path) -> None:
    with pytest.raises(ConfigError, match=r"portfolio.accounts has no effect"):
        scenario_for_run(None, tiny_run, {"portfolio.accounts": 70})


@pytest.mark.parametrize(
    ("overrides", "why"),
    [
        (
            {"allocation.policies": ["status_quo", "balnced"]},
            "unknown policy 'balnced': did you mean 'balanced'",
        ),
        (
            {"experiment.baseline": "nearst"},
            "experiment.baseline must be one of allocation.policies .*'nearst'",
        ),
    ],
)
def test_plan_is_checked_before_anything_runs(
    scenario: Scenario, overrides: dict[str, object], why: str
) -> None:
    with pytest.raises(ConfigError, match=why):
        check_plan(scenario.override(overrides))

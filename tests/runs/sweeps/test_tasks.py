"""What runs at a point: a notebook or the main job, each known by what its result depends on."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kamsim.bundle import read_table
from kamsim.config import Scenario
from kamsim.errors import BundleError, SweepError
from kamsim.runs.sweeps.tasks import MainJob
from tests.runs.sweeps.conftest import BODY, Maker, task_for


def test_the_key_of_a_notebook_s_point_is_code_parameters_and_data(
    make_notebook: Maker, tiny_run: Path, tmp_path: Path
) -> None:
    task = task_for(make_notebook())
    one = task.content({"seed": 1})

    assert task.content({}) == one, "a default is the same when it is spelled out"
    assert task.content({"seed": 2}) != one
    assert task_for(make_notebook(BODY + "\n1")).content({"seed": 1}) != one
    with_data = task_for(make_notebook(), tiny_run).content({"seed": 1})
    assert with_data != one
    copy = tmp_path / "copy"
    shutil.copytree(tiny_run, copy)
    assert task.content({"seed": 1, "run": str(copy)}) == with_data, "the data count, not where they lie"
    with pytest.raises(BundleError, match="holds no stage 'portfolio'"):
        task.content({"seed": 1, "run": str(tmp_path / "absent")})


def test_data_that_would_have_no_effect_is_refused(make_notebook: Maker, tiny_run: Path) -> None:
    with pytest.raises(SweepError, match="has no parameter 'run'"):
        task_for(make_notebook(parameters="seed: int = 1  # any"), tiny_run)
    with pytest.raises(SweepError, match="leave one out"):
        task_for(make_notebook(), tiny_run).accept({"run": "elsewhere"})


def test_the_main_job_states_the_key_figures_of_its_run(
    tiny_run: Path, tiny_preset: Path, tmp_path: Path
) -> None:
    """The same scenario, once in the run of the fixture and once as a point: the same figures to the bit."""
    job = MainJob(str(tiny_preset))
    assert job.accept({"experiment.draws": 4, "portfolio.accounts": 60}) == {
        "experiment.draws": 4,
        "portfolio.accounts": 60,
    }

    stated = job.run({}, tmp_path)

    figures = read_table(tiny_run, "simulation", "key_figures")
    whole = figures[(figures["tier"] == 0) & (figures["year"] == 0)].set_index(["policy", "figure"])
    baseline = Scenario.load(tiny_preset).experiment.baseline
    differences = stated[stated["measure"].str.endswith("_difference")].set_index(["item", "measure"])
    assert baseline not in differences.index.get_level_values(0)
    row = differences.loc[("nearest", "contribution_eur_difference")]
    assert row["low"] == whole.loc[("nearest", "contribution_eur"), "difference_low"]
    assert row["value"] == whole.loc[("nearest", "contribution_eur"), "difference"]
    value = stated.set_index(["item", "measure"]).loc[(baseline, "revenue_eur"), "value"]
    assert value == whole.loc[(baseline, "revenue_eur"), "value"]
    assert list(tmp_path.iterdir()) == [], "of the run folder nothing is left"


def test_the_key_of_the_main_job_is_the_whole_scenario(tiny_preset: Path, tiny_run: Path) -> None:
    job = MainJob(str(tiny_preset))

    assert job.content({"experiment.draws": 4}) != job.content({"experiment.draws": 5})
    assert job.content({})["data"] is None
    assert MainJob(None, tiny_run).content({})["data"]

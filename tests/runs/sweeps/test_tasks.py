"""What runs at a point: notebooks on kernels of their own, and the main job's key figures."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from nbformat import v4

from kamsim.bundle import read_table
from kamsim.config import Scenario
from kamsim.errors import BundleError, NotebookError, SweepError
from kamsim.runs.sweeps import Grid, task_of
from kamsim.runs.sweeps.measures import MIME
from kamsim.runs.sweeps.tasks import MainJob, NotebookTask
from kamsim.runs.sweeps.warm import NAME

PARAMETERS = 'seed: int = 1  # root of all luck [0..]\nrun: str = ""  # folder of a run'
BODY = f"""\
import json, os
import matplotlib.pyplot as plt
fresh = not hasattr(json, "marked")
json.marked = True
plt.plot([1, seed])
rows = {{"alone": 1.0 * fresh, "seed": 1.0 * seed, "parent": 1.0 * os.getppid()}}
shown = [{{"item": None, "measure": m, "value": v, "low": None, "high": None}} for m, v in rows.items()]
display({{"{MIME}": shown}}, raw=True)"""

Maker = Callable[..., Path]


@pytest.fixture
def make_notebook(tmp_path: Path) -> Maker:
    def make(body: str = BODY, parameters: str = PARAMETERS) -> Path:
        cells = [
            v4.new_markdown_cell("# Small"),
            v4.new_code_cell(parameters, metadata={"tags": ["parameters"]}),
            v4.new_code_cell(f"%matplotlib inline\n{body}"),
        ]
        path = tmp_path / "small.ipynb"
        nbformat.write(v4.new_notebook(cells=cells), path)
        return path

    return make


def task_for(notebook: Path, data: Path | None = None) -> NotebookTask:
    task = task_of(Grid(str(notebook), None, data, False, {}, [{"seed": 1}]))
    assert isinstance(task, NotebookTask)
    return task


def test_each_point_has_a_kernel_of_its_own_and_pictures(make_notebook: Maker, tmp_path: Path) -> None:
    """What one kernel does to a module that both have loaded does not reach the next."""
    task = task_for(make_notebook())

    for seed in (3, 4):
        (tmp_path / str(seed)).mkdir()
        stated = task.run({"seed": seed}, tmp_path / str(seed)).set_index("measure")["value"]

        assert stated["alone"] == 1.0
        assert stated["seed"] == seed
        if sys.platform == "linux":
            assert stated["parent"] != os.getpid()  # forked from the process that has imported all
        shown = nbformat.read(tmp_path / str(seed) / "small.ipynb", as_version=4).cells[-1].outputs
        assert [o for o in shown if "image/png" in o.get("data", {})]


def test_kernels_start_as_ever_afterwards(make_notebook: Maker, tmp_path: Path) -> None:
    from jupyter_client.provisioning.factory import KernelProvisionerFactory

    with pytest.raises(NotebookError, match="cell 3 failed: ZeroDivisionError"):
        task_for(make_notebook("1 / 0")).run({"seed": 1}, tmp_path / "out")

    assert KernelProvisionerFactory.instance().default_provisioner_name != NAME


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

"""Sweeps: a short notebook over 20 parameter sets beside papermill in a loop; and the main job's rate."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import nbformat
import papermill
from nbformat import v4

from benchmarks.row import Row, at_least, measured
from kamsim.runs.sweeps import Grid, run_sweep, task_of

SETS, WORKERS, ROUNDS = 20, 2, 3
JOB_POINTS = 6

IMPORTS = "import pandas as pd\nimport seaborn as sns\nfrom sklearn.linear_model import LinearRegression\n"
KAMSIM = "from kamsim import kpis, runs\nfrom kamsim.config import Scenario\n"
BODY = """\
table = pd.DataFrame({"x": range(200)}).assign(y=lambda f: 3.0 * f["x"] + seed)
fit = LinearRegression().fit(table[["x"]], table["y"])
runs.state_measures({"intercept": float(fit.intercept_)})"""


def rows() -> Iterator[Row]:
    """Ratios of wall times within one run of the benchmark; both sides take turns."""
    with tempfile.TemporaryDirectory() as folder:
        notebook = _notebook(Path(folder))
        bare, swept = [], []
        for turn in range(ROUNDS):
            bare.append(_timed(lambda turn=turn: _loop(notebook, Path(folder) / f"loop-{turn}")))
            swept.append(_timed(lambda turn=turn: _sweep(notebook, Path(folder) / f"sweep-{turn}")))
        ratios = [a / b for a, b in zip(bare, swept, strict=True)]
        yield measured("sweep.papermill_loop", statistics.median(bare), "s")
        yield measured("sweep.notebook_2_workers", statistics.median(swept), "s")
        yield at_least("sweep.faster_than_papermill_loop", statistics.median(ratios), "ratio", 1.8)
        yield measured("sweep.main_job_points", _main_job(Path(folder) / "jobs"), "points/s")


def _notebook(folder: Path) -> Path:
    cells = [
        v4.new_markdown_cell("# A short notebook"),
        v4.new_code_cell("seed: int = 1  # any number", metadata={"tags": ["parameters"]}),
        v4.new_code_cell(IMPORTS + KAMSIM),
        v4.new_code_cell(BODY),
    ]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    path = folder / "short.ipynb"
    nbformat.write(v4.new_notebook(cells=cells, metadata=kernel), path)
    return path


def _loop(notebook: Path, out: Path) -> None:
    out.mkdir()
    for seed in range(SETS):
        result = str(out / f"{seed}.ipynb")
        papermill.execute_notebook(str(notebook), result, {"seed": seed}, progress_bar=False)


def _sweep(notebook: Path, out: Path) -> None:
    from joblib.externals.loky import get_reusable_executor

    grid = Grid(str(notebook), None, None, False, {}, [{"seed": seed} for seed in range(SETS)])
    done = run_sweep(grid, task_of(grid), out, workers=WORKERS)
    assert done.table["value"].round(6).tolist() == [float(seed) for seed in range(SETS)]
    # The next turn pays for its workers and their imports again.
    get_reusable_executor().shutdown(wait=True, kill_workers=True)


def _main_job(out: Path) -> float:
    fixed = {
        "portfolio.accounts": 100,
        "value.replications": 8,
        "experiment.replications": 20,
        "allocation.policies": ["status_quo", "balanced"],
    }
    varied = [{"seed": seed} for seed in range(JOB_POINTS)]
    grid = Grid(None, "saas_midmarket", None, False, fixed, varied)
    seconds = _timed(lambda: run_sweep(grid, task_of(grid), out, workers=WORKERS))
    return JOB_POINTS / seconds


def _timed(job: object) -> float:
    clock = time.perf_counter()
    job()  # type: ignore[operator]
    return time.perf_counter() - clock

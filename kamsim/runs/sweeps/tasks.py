"""What runs at a point of a sweep: a notebook, or the main job (`kamsim run`) without its report."""

from __future__ import annotations

import ast
import hashlib
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Protocol

import nbformat
import pandas as pd

from kamsim.bundle import read_table
from kamsim.config import Scenario
from kamsim.errors import SweepError
from kamsim.experiments.key_figures import FIGURES
from kamsim.experiments.periods import ALL_TIERS, WHOLE_HORIZON
from kamsim.runs.generation import generate_stage
from kamsim.runs.notebook import run_notebook
from kamsim.runs.notebook_files import Notebook, find_notebook, read_notebook
from kamsim.runs.overrides import scenario_for_run
from kamsim.runs.parameters import accept_all
from kamsim.runs.stages import allocate_stage, score_stage, simulate_stage, value_stage
from kamsim.runs.sweeps.content import data_fingerprint
from kamsim.runs.sweeps.grid import Grid
from kamsim.runs.sweeps.measures import measure_table, stated_measures
from kamsim.runs.sweeps.warm import warm_kernels
from kamsim.runs.whole import adopt_portfolio

Values = dict[str, Any]

RUN = "run"
"""The parameter by which every notebook takes a run folder."""


class Task(Protocol):
    """What runs at every point. It is sent to workers, so it can be pickled."""

    def accept(self, given: Mapping[str, Any]) -> Values:
        """Return the given parameters, typed; raise a `KamsimError` for one that is unknown or bad."""
        ...

    def content(self, values: Mapping[str, Any]) -> Values:
        """Say, in JSON, what the result depends on beside the code."""
        ...

    def run(self, values: Mapping[str, Any], folder: Path) -> pd.DataFrame:
        """Run with these parameters; return MEASURES, and leave in `folder` what is to be kept."""
        ...


def task_of(grid: Grid) -> Task:
    """Return what a grid file asks to run.

    Raises
    ------
    NotebookError, ConfigError, BundleError, SweepError
        When there is no such notebook, scenario or portfolio.
    """
    # Workers may stand in another folder: they get full paths.
    data = None if grid.data is None else grid.data.resolve()
    if grid.notebook is None:
        scenario_for_run(grid.scenario, data, {}, calibrated=grid.calibrated)
        is_file = grid.scenario is not None and grid.scenario.endswith(".toml")
        return MainJob(
            str(Path(grid.scenario or "").resolve()) if is_file else grid.scenario, data, grid.calibrated
        )
    notebook = read_notebook(find_notebook(grid.notebook).resolve())
    if data is not None and RUN not in notebook.parameters:
        raise SweepError(f"data = {grid.data} has no effect: {notebook.path.name} has no parameter {RUN!r}")
    return NotebookTask(notebook, None if data is None else str(data))


@dataclass(frozen=True)
class NotebookTask:
    """A notebook run with other parameters; its measures are what it states (`state_measures`)."""

    notebook: Notebook
    run_folder: str | None = None

    def accept(self, given: Mapping[str, Any]) -> Values:
        """Check names, types and ranges against the notebook's parameters cell."""
        if self.run_folder is not None and RUN in given:
            raise SweepError(f"parameter {RUN!r} is set, and so is data: leave one out")
        return dict(accept_all(self.notebook.parameters, given))

    def content(self, values: Mapping[str, Any]) -> Values:
        """Code of the notebook, all its parameters, and the portfolio of its run folder."""
        whole = self._whole(values)
        run = whole.pop(RUN, "")
        data = data_fingerprint(Path(str(run))) if run else None
        code = hashlib.sha256("\0".join(self._code()).encode()).hexdigest()
        return {"notebook": self.notebook.name, "code": code, "parameters": whole, "data": data}

    def run(self, values: Mapping[str, Any], folder: Path) -> pd.DataFrame:
        """Run it on a kernel of its own, and keep the executed notebook."""
        given = self._whole(values)
        with warm_kernels(imported_modules(self._code())):
            done = run_notebook(self.notebook.path, given, folder, page=False)
        return stated_measures(nbformat.read(done.notebook, as_version=4))

    def _whole(self, values: Mapping[str, Any]) -> Values:
        """All parameters of the notebook; a run folder by its full path, as the notebook runs elsewhere."""
        whole = {name: p.default for name, p in self.notebook.parameters.items()} | dict(values)
        if self.run_folder is not None:
            whole[RUN] = self.run_folder
        elif whole.get(RUN):
            whole[RUN] = str(Path(str(whole[RUN])).resolve())
        return whole

    def _code(self) -> list[str]:
        cells = nbformat.read(self.notebook.path, as_version=4).cells
        return [cell.source for cell in cells if cell.cell_type == "code"]


@dataclass(frozen=True)
class MainJob:
    """`kamsim run` up to its comparison; its measures are the key figures of each policy with intervals."""

    preset: str | None = None
    data: Path | None = None
    calibrated: bool = False

    def accept(self, given: Mapping[str, Any]) -> Values:
        """Check dotted keys and values against the scenario."""
        scenario = self._scenario(given)
        return {key: _plain(_value_at(scenario, key)) for key in given}

    def content(self, values: Mapping[str, Any]) -> Values:
        """The whole scenario, and the portfolio where it is not generated."""
        data = None if self.data is None else data_fingerprint(self.data)
        return {"scenario": self._scenario(values).dump(), "data": data, "calibrated": self.calibrated}

    def run(self, values: Mapping[str, Any], folder: Path) -> pd.DataFrame:
        """Run all stages aside; of the run folder only the key figures are kept."""
        scenario = self._scenario(values)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".run-") as aside:
            run = Path(aside)
            if self.data is None:
                generate_stage(run, scenario)
            else:
                adopt_portfolio(self.data, run, calibrated=self.calibrated)
            for stage in (score_stage, value_stage, allocate_stage, simulate_stage):
                stage(run, scenario)
            return _key_measures(run, scenario.experiment.baseline)

    def _scenario(self, values: Mapping[str, Any]) -> Scenario:
        return scenario_for_run(self.preset, self.data, values, calibrated=self.calibrated)


def _key_measures(run: Path, baseline: str) -> pd.DataFrame:
    """Lay out the key figures of the whole portfolio and horizon: differences and contribution first."""
    figures = read_table(run, "simulation", "key_figures")
    whole = figures[(figures["tier"] == ALL_TIERS) & (figures["year"] == WHOLE_HORIZON)]
    places = {figure: place for place, figure in enumerate(FIGURES)} | {"contribution_eur": -1}
    whole = whole.assign(place=whole["figure"].map(places))
    whole = whole.sort_values(["place", "policy"]).rename(columns={"policy": "item", "figure": "measure"})
    columns = ["item", "measure", "value", "low", "high"]
    ends = {"difference": "value", "difference_low": "low", "difference_high": "high"}
    apart = whole.drop(columns=["value", "low", "high"]).rename(columns=ends)
    apart = apart[apart["item"] != baseline].assign(measure=lambda f: f["measure"] + "_difference")
    return measure_table(pd.concat([apart[columns], whole[columns]]))


def _value_at(scenario: Scenario, key: str) -> Any:
    value: Any = scenario
    for part in key.split("."):
        value = getattr(value, part)
    return value


def _plain(value: Any) -> Any:
    """Spell a value of the scenario as TOML would."""
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value


def imported_modules(code: Sequence[str]) -> list[str]:
    r"""Name the modules that the cells of a notebook import, lines of IPython's own left aside.

    A name that is imported from a package may be a module of it; those that are not do no harm.

    Examples
    --------
    >>> imported_modules(["%matplotlib inline\nimport pandas as pd", "from kamsim import runs"])
    ['kamsim', 'kamsim.runs', 'pandas']
    """
    found: set[str] = set()
    for source in code:
        lines = [line for line in source.splitlines() if not line.lstrip().startswith(("%", "!"))]
        try:
            statements = ast.walk(ast.parse("\n".join(lines)))
        except SyntaxError:
            continue
        for statement in statements:
            if isinstance(statement, ast.Import):
                found |= {alias.name for alias in statement.names}
            elif isinstance(statement, ast.ImportFrom) and statement.module and not statement.level:
                found |= {statement.module, *(f"{statement.module}.{a.name}" for a in statement.names)}
    return sorted(found)

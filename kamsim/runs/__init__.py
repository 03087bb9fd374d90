"""Stages on a run folder, and notebooks run with checked parameters.

The names below are loaded when they are first used: a notebook runs in a kernel of its own, and what starts
it should not wait for what only the kernel needs.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kamsim.runs.account_review import AccountReview, review_account
    from kamsim.runs.breakeven import (
        BreakEvenStage,
        FlipStage,
        analysis_scenario,
        breakeven_stage,
        flip_stage,
    )
    from kamsim.runs.calibration import calibrate_stage, calibrated_scenario, read_draws
    from kamsim.runs.coverage import coverage_stage
    from kamsim.runs.desk import Desk, lay_out
    from kamsim.runs.execution import Limits, check_executed
    from kamsim.runs.gains import gains_stage, read_gains
    from kamsim.runs.generation import GenerationSummary, generate_stage
    from kamsim.runs.notebook import NotebookRun, read_run, run_notebook
    from kamsim.runs.notebook_files import Notebook, find_notebook, list_notebooks, read_notebook
    from kamsim.runs.overrides import check_plan, scenario_for, scenario_for_run
    from kamsim.runs.parameters import parse_assignments
    from kamsim.runs.progress import CellLine, StageLines
    from kamsim.runs.provenance_line import Provenance, provenance
    from kamsim.runs.refresh import committed_notebooks, refresh_notebook
    from kamsim.runs.stages import allocate_stage, import_stage, score_stage, simulate_stage, value_stage
    from kamsim.runs.standing import constraints_of, cutoff_of, require_current
    from kamsim.runs.sweeps import state_measures
    from kamsim.runs.territories import TerritoryStage, territory_stage
    from kamsim.runs.whole import adopt_portfolio, whole_run

_NAMES = {
    "breakeven": "BreakEvenStage FlipStage analysis_scenario breakeven_stage flip_stage",
    "calibration": "calibrate_stage calibrated_scenario read_draws",
    "coverage": "coverage_stage",
    "desk": "Desk lay_out",
    "execution": "Limits check_executed",
    "generation": "GenerationSummary generate_stage",
    "notebook": "NotebookRun read_run run_notebook",
    "notebook_files": "Notebook find_notebook list_notebooks read_notebook",
    "overrides": "check_plan scenario_for scenario_for_run",
    "parameters": "parse_assignments",
    "progress": "CellLine StageLines",
    "provenance_line": "Provenance provenance",
    "refresh": "committed_notebooks refresh_notebook",
    "stages": "allocate_stage import_stage score_stage simulate_stage value_stage",
    "standing": "constraints_of cutoff_of require_current",
    "territories": "TerritoryStage territory_stage",
    "whole": "adopt_portfolio whole_run",
    "sweeps": "state_measures",
    "account_review": "AccountReview review_account",
    "gains": "gains_stage read_gains",
}

_HOME = {name: module for module, names in _NAMES.items() for name in names.split()}

__all__ = [
    "AccountReview",
    "BreakEvenStage",
    "CellLine",
    "Desk",
    "FlipStage",
    "GenerationSummary",
    "Limits",
    "Notebook",
    "NotebookRun",
    "Provenance",
    "StageLines",
    "TerritoryStage",
    "adopt_portfolio",
    "allocate_stage",
    "analysis_scenario",
    "breakeven_stage",
    "calibrate_stage",
    "calibrated_scenario",
    "check_executed",
    "check_plan",
    "committed_notebooks",
    "constraints_of",
    "coverage_stage",
    "cutoff_of",
    "find_notebook",
    "flip_stage",
    "gains_stage",
    "generate_stage",
    "import_stage",
    "lay_out",
    "list_notebooks",
    "parse_assignments",
    "provenance",
    "read_draws",
    "read_gains",
    "read_notebook",
    "read_run",
    "refresh_notebook",
    "require_current",
    "review_account",
    "run_notebook",
    "scenario_for",
    "scenario_for_run",
    "score_stage",
    "simulate_stage",
    "state_measures",
    "territory_stage",
    "value_stage",
    "whole_run",
]


def __getattr__(name: str) -> Any:
    """Load a public name from the module that it lives in."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"kamsim.runs.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOME])

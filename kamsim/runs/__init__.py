"""Stages on a run folder, and notebooks run with checked parameters."""

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
from kamsim.runs.gains import gains_stage, read_gains
from kamsim.runs.generation import GenerationSummary, generate_stage
from kamsim.runs.notebook import (
    Notebook,
    NotebookRun,
    check_executed,
    find_notebook,
    list_notebooks,
    read_notebook,
    run_notebook,
)
from kamsim.runs.overrides import check_plan, scenario_for, scenario_for_run
from kamsim.runs.parameters import parse_assignments
from kamsim.runs.progress import StageLines
from kamsim.runs.provenance import Provenance, provenance
from kamsim.runs.stages import (
    allocate_stage,
    import_stage,
    score_stage,
    simulate_stage,
    value_stage,
)
from kamsim.runs.standing import constraints_of, cutoff_of, require_current
from kamsim.runs.territories import TerritoryStage, territory_stage
from kamsim.runs.whole import adopt_portfolio, whole_run

__all__ = [
    "BreakEvenStage",
    "Desk",
    "FlipStage",
    "GenerationSummary",
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
    "require_current",
    "run_notebook",
    "scenario_for",
    "scenario_for_run",
    "score_stage",
    "simulate_stage",
    "territory_stage",
    "value_stage",
    "whole_run",
]

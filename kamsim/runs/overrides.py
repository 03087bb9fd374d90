"""Which scenario a stage runs with, and which settings may still change at that stage.

A stage starts from the scenario of the stage just before it, so an override given to one verb holds
for the verbs that follow. A setting that an earlier stage has used up can no longer take effect and is
refused. `dynamics.*` stays open to the end: what if the future were unlike the past is a fair question,
even of a portfolio whose history is recorded.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kamsim.allocation import POLICIES
from kamsim.bundle import BESIDE, STAGES, has_table, read_scenario
from kamsim.config import Scenario
from kamsim.errors import ConfigError, unknown_name
from kamsim.runs.calibration import calibrated_scenario

DEFAULT = "saas_midmarket"
"""The preset of a run that names none."""

SETTLED_BY = {
    "portfolio": "portfolio",
    "currency": "portfolio",
    "name": "simulation",
    "description": "simulation",
    # The horizon is what values are sampled over, so a plan made for one is not tried on another.
    "experiment.months": "values",
    "scoring": "scores",
    "segmentation": "scores",
    "value": "values",
    "coverage": "allocation",
    "allocation": "allocation",
    "experiment": "simulation",
    "dynamics": "simulation",
    "seed": "simulation",
}
"""The last stage that may still change a part of the scenario, or a single key."""

VERBS = {
    "portfolio": "kamsim generate",
    "scores": "kamsim score",
    "values": "kamsim allocate",
    "allocation": "kamsim allocate",
    "simulation": "kamsim simulate",
}


def scenario_for(run: Path, stage: str, overrides: Mapping[str, Any]) -> Scenario:
    """Return the scenario that a stage of a run folder is to be computed with.

    Parameters
    ----------
    run : Path
        The run folder; the stage before `stage` must stand.
    stage : str
        One of `kamsim.bundle.STAGES`, not the first.
    overrides : mapping
        Dotted key to value.

    Returns
    -------
    Scenario
        That of the stage before, overridden.

    Raises
    ------
    ConfigError
        For an unknown key or a bad value, or a key that an earlier stage has settled.
    BundleError
        When the stage before is absent.
    """
    scenario = check_plan(read_scenario(run, _before(stage)).override(overrides))
    refuse_settled(run, stage, overrides)
    return scenario


def scenario_for_run(
    preset: str | None, data: Path | None, overrides: Mapping[str, Any], *, calibrated: bool = False
) -> Scenario:
    """Return the scenario of a whole run.

    Parameters
    ----------
    preset : str, optional
        Name of a preset or path of a TOML file.
    data : Path, optional
        A run folder whose portfolio is taken as it is. Its own scenario holds unless `preset` is given;
        what a synthetic portfolio was made with stays in either case.
    overrides : mapping
        Dotted key to value.
    calibrated : bool
        Take the scenario that `data` was calibrated to.

    Returns
    -------
    Scenario

    Raises
    ------
    ConfigError
        As for `scenario_for`, when the preset's currency is not that of the data, or when a calibrated run
        names no data, or a preset beside them.
    """
    if calibrated:
        return _calibrated(preset, data, overrides)
    if data is None:
        return check_plan(Scenario.load(preset or DEFAULT, overrides))
    scenario = made_with = read_scenario(data)
    if preset is not None:
        scenario = Scenario.load(preset)
        if scenario.currency != made_with.currency:
            raise ConfigError(
                f"scenario {preset} is in {scenario.currency}, but {data} in {made_with.currency}"
            )
        if has_table(data, "portfolio", "truth"):
            scenario = scenario.model_copy(update={"portfolio": made_with.portfolio})
    refuse_settled(data, "scores", overrides)
    return check_plan(scenario.override(overrides))


def _calibrated(preset: str | None, data: Path | None, overrides: Mapping[str, Any]) -> Scenario:
    if data is None:
        raise ConfigError("--calibrated wants --data, the run folder that was calibrated")
    if preset is not None:
        raise ConfigError(f"--calibrated brings its own scenario: leave --scenario {preset} out")
    refuse_settled(data, "scores", overrides)
    return check_plan(calibrated_scenario(data).override(overrides))


def refuse_settled(run: Path, stage: str, overrides: Mapping[str, Any]) -> None:
    """Raise for a setting that a stage before `stage` has settled.

    Of an imported portfolio, `portfolio.*` stays open: there it is the prior of what the export does
    not tell, and nothing was made with it.
    """
    synthetic = has_table(run, "portfolio", "truth")
    for key in overrides:
        part = key.split(".")[0]
        settled = "simulation" if part == "portfolio" and not synthetic else _settled_by(key, stage)
        if STAGES.index(settled) < STAGES.index(stage):
            raise ConfigError(
                f"{key} has no effect any more: stage {settled!r} of {run} was computed with it;"
                f" set it on `{VERBS[settled]}`"
            )


def _settled_by(key: str, stage: str) -> str:
    return SETTLED_BY.get(key, SETTLED_BY.get(key.split(".")[0], stage))


def check_plan(scenario: Scenario) -> Scenario:
    """Return the scenario if its policies exist and its baseline is one of them.

    Raises
    ------
    ConfigError
        For an unknown policy, with the nearest name, or a baseline that does not take part.

    Examples
    --------
    >>> check_plan(Scenario.load("saas_midmarket")).experiment.baseline
    'status_quo'
    """
    policies = scenario.allocation.policies
    for policy in policies:
        if policy not in POLICIES:
            raise ConfigError(unknown_name("policy", policy, POLICIES))
    if scenario.experiment.baseline not in policies:
        raise ConfigError(
            f"experiment.baseline must be one of allocation.policies ({', '.join(policies)}),"
            f" got {scenario.experiment.baseline!r}"
        )
    return scenario


def _before(stage: str) -> str:
    return [name for name in STAGES[: STAGES.index(stage)] if name not in BESIDE][-1]

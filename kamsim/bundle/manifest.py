"""What a stage holds and what it came from, as its manifest says."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from kamsim.config import Scenario
from kamsim.errors import BundleError, ConfigError

Format = Literal["parquet", "csv"]
STAGES = (
    "portfolio", "calibration", "scores", "values", "allocation", "simulation", "report", "territories",
    "coverage", "breakeven", "flips", "gains",
)  # fmt: skip
"""In an order in which none comes before what it reads."""
BESIDE = ("calibration", "territories", "coverage", "breakeven", "flips", "gains")
"""Stages beside the chain: no stage needs them."""
MANIFEST = "manifest.json"
SCENARIO = "scenario.toml"


@dataclass(frozen=True)
class Manifest:
    """What a stage holds and what it came from.

    Attributes
    ----------
    stage : str
        One of `STAGES`.
    fingerprint : str
        Of the whole stage: tables, inputs, scenario and facts.
    inputs : dict
        Fingerprint of each stage this one was computed from.
    tables : dict
        Fingerprint of each table's file.
    format : {"parquet", "csv"}
    scenario : str
        Name of the scenario; all of it stands beside the tables.
    seed : int
    version : str
        kamsim's.
    created : str
        When, in UTC. The one part that two runs of the same do not share.
    facts : dict
        Remarks of the stage for later readers.
    """

    stage: str
    fingerprint: str
    inputs: dict[str, str]
    tables: dict[str, str]
    format: Format
    scenario: str
    seed: int
    version: str
    created: str
    facts: dict[str, Any]


def read_manifest(run: Path, stage: str) -> Manifest:
    """Read a stage's manifest.

    Raises
    ------
    BundleError
        When the stage is not there or its manifest is not readable.
    """
    path = Path(run) / stage / MANIFEST
    try:
        return Manifest(**json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise BundleError(f"{run} holds no stage {stage!r}: run the step that writes it first") from None
    except (OSError, ValueError, TypeError) as caught:
        raise BundleError(f"{path}: not a readable manifest ({caught})") from None


def read_scenario(run: Path, stage: str = "portfolio") -> Scenario:
    """Read the scenario that a stage was computed with.

    Raises
    ------
    BundleError
        When the stage is absent, or its scenario is not one of this version of kamsim.
    """
    read_manifest(run, stage)
    try:
        return Scenario.load(Path(run) / stage / SCENARIO)
    except ConfigError as error:
        raise BundleError(
            f"{run}: the scenario of stage {stage!r} is not one of this version of kamsim ({error}); make the"
            " run again, or import it again"
        ) from error


def has_table(run: Path, stage: str, name: str) -> bool:
    """Tell whether a stage holds a table, an absent stage included."""
    return _stands(run, stage) and name in read_manifest(run, stage).tables


def stale_stages(run: Path) -> list[str]:
    """Name the stages computed from an input that has changed since, itself stale included."""
    prints = {s: read_manifest(run, s) for s in STAGES if _stands(run, s)}
    stale: list[str] = []
    for stage, manifest in prints.items():
        for name, seen in manifest.inputs.items():
            if name in stale or name not in prints or prints[name].fingerprint != seen:
                stale.append(stage)
                break
    return stale


def _stands(run: Path, stage: str) -> bool:
    try:
        return (Path(run) / stage / MANIFEST).exists()
    except PermissionError as caught:
        raise BundleError(f"{run}: cannot be read ({caught.strerror})") from None

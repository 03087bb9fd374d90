"""The outer loop: each draw of the latent state may have its own draw of the parameters, too.

Every policy meets the same draws, so differences stay paired; intervals over draws then hold the doubt about
the parameters beside that about the accounts and the luck of the months.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from kamsim.config import Scenario
from kamsim.dynamics import State
from kamsim.errors import ConfigError
from kamsim.schemas import CALIBRATION_DRAWS, check
from kamsim.value import draw_states

JUDGED = "judged"
"""Luck of the latent states that plans are played on. Values are believed on other draws: a plan judged on
the draws that it was optimised on would look better than it is."""


def scenarios_by_draw(scenario: Scenario, parameters: pd.DataFrame, draws: int) -> tuple[Scenario, ...]:
    """Give each draw a scenario with its own parameters.

    Parameters
    ----------
    scenario : Scenario
        A figure that was set for this run holds in every draw.
    parameters : DataFrame
        CALIBRATION_DRAWS.
    draws : int

    Returns
    -------
    tuple of Scenario

    Raises
    ------
    ConfigError
        When there are fewer draws of the parameters than are asked for.
    """
    wide = check(parameters, CALIBRATION_DRAWS).pivot_table("value", "draw", "parameter")
    if len(wide) < draws:
        raise ConfigError(
            f"experiment.draws must be <= {len(wide)}, the draws that the calibration wrote, got {draws}"
        )
    fixed = [key for key in wide.columns if scenario.sources.get(key) == "override"]
    rows = wide.drop(columns=fixed).iloc[:draws].to_dict("records")
    return tuple(scenario.override({str(key): value for key, value in row.items()}) for row in rows)


def count_draws(parameters: pd.DataFrame) -> int:
    """Count the draws of CALIBRATION_DRAWS."""
    return int(parameters["draw"].nunique())


def states_by_draw(
    accounts: pd.DataFrame,
    opportunities: pd.DataFrame,
    scores: pd.DataFrame,
    scenarios: Sequence[Scenario],
    *,
    first: int = 0,
    cutoff: pd.Timestamp,
) -> State:
    """Draw the latent states from number `first` on, each with the parameters of its draw."""
    lanes = [
        draw_states(accounts, opportunities, scores, own, 1, cutoff=cutoff, first=k, luck=JUDGED)
        for k, own in enumerate(scenarios, first)
    ]
    return State.side_by_side(lanes)

"""The outer loop: each draw of the latent state may have its own draw of the parameters, too.

Every policy meets the same draws, so differences stay paired; intervals over draws then hold the doubt about
the parameters beside that about the accounts and the luck of the months.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from kamsim.config import DynamicsSettings, Scenario
from kamsim.dynamics import State
from kamsim.dynamics.state import Counts
from kamsim.errors import ConfigError
from kamsim.schemas import CALIBRATION_DRAWS, check
from kamsim.value import draw_states


def scenarios_by_draw(
    scenario: Scenario, parameters: pd.DataFrame, first: int, last: int
) -> tuple[Scenario, ...]:
    """Give each draw a scenario with its own parameters.

    Parameters
    ----------
    scenario : Scenario
        A figure that was set for this run holds in every draw.
    parameters : DataFrame
        CALIBRATION_DRAWS.
    first, last : int
        Draws from `first` up to `last`.

    Returns
    -------
    tuple of Scenario

    Raises
    ------
    ConfigError
        When there are fewer draws of the parameters than are asked for.
    """
    wide = check(parameters, CALIBRATION_DRAWS).pivot_table("value", "draw", "parameter")
    if len(wide) < last:
        raise ConfigError(
            f"experiment.draws must be <= {len(wide)}, the draws that the calibration wrote, got {last}"
        )
    fixed = [key for key in wide.columns if scenario.sources.get(key) == "override"]
    rows = wide.drop(columns=fixed).iloc[first:last].to_dict("records")
    return tuple(scenario.override({str(key): value for key, value in row.items()}) for row in rows)


def states_by_draw(
    accounts: pd.DataFrame,
    opportunities: pd.DataFrame,
    scores: pd.DataFrame,
    scenarios: Sequence[Scenario],
    first: int = 0,
    *,
    cutoff: pd.Timestamp,
) -> State:
    """Draw the latent states, each with the parameters of its draw; lane k belongs to draw `first` + k."""
    lanes = [
        draw_states(accounts, opportunities, scores, own, 1, cutoff=cutoff, first=first + k)
        for k, own in enumerate(scenarios)
    ]
    return State.side_by_side(lanes)


def alike(
    dynamics: Sequence[DynamicsSettings], draw: Counts, first: int, last: int
) -> Iterator[tuple[slice, DynamicsSettings]]:
    """Cut the lanes from `first` up to `last` into runs of lanes that share their parameters."""
    if len(dynamics) == 1:
        yield slice(first, last), dynamics[0]
        return
    ends = np.flatnonzero(np.diff(draw[first:last])) + 1 + first
    for start, stop in zip([first, *ends.tolist()], [*ends.tolist(), last], strict=True):
        yield slice(start, stop), dynamics[int(draw[start] - draw[0])]

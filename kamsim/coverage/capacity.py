"""Cut-offs between tiers that a team's hours can serve."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kamsim.config import CoverageSettings, SegmentationSettings
from kamsim.coverage.segmentation import TIER_SEGMENTS
from kamsim.coverage.workload import tier_coverage
from kamsim.errors import ConfigError, InfeasibleAllocationError
from kamsim.schemas import SCORES, check

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class FittedBounds:
    """Cut-offs between tiers, and what they ask of the team.

    Attributes
    ----------
    tier_1_above_eur, tier_2_from_eur : float
        EUR over 36 months.
    factor : float
        Both cut-offs against those that the search started from.
    accounts : tuple of int
        Accounts in tiers 1, 2 and 3.
    hours_needed, hours_available : float
        AE hours a month.
    """

    tier_1_above_eur: float
    tier_2_from_eur: float
    factor: float
    accounts: tuple[int, int, int]
    hours_needed: float
    hours_available: float

    def settings(self, start: SegmentationSettings) -> SegmentationSettings:
        """Return `start` with these cut-offs; scores want to be made anew for their tier probabilities."""
        bounds = {"tier_1_above_eur": self.tier_1_above_eur, "tier_2_from_eur": self.tier_2_from_eur}
        return start.model_copy(update=bounds)

    def frame(self) -> pd.DataFrame:
        """Return one row with all of it, accounts by tier in columns of their own."""
        plain = asdict(self)
        counts = plain.pop("accounts")
        return pd.DataFrame([{**plain, **{f"tier_{t}_accounts": n for t, n in enumerate(counts, start=1)}}])


def fit_bounds_to_capacity(
    scores: pd.DataFrame,
    team_hours: float,
    settings: CoverageSettings,
    segmentation: SegmentationSettings,
) -> FittedBounds:
    """Find the cut-offs at which the tiers' workload fills the AE hours there are, and does not exceed them.

    Two cut-offs and one equation: both are multiplied by one factor, so that tier 1 stays as far above tier 2
    as it starts (five times, D-TIER-1 and D-TIER-2). The workload falls in steps as the factor rises; of all
    factors whose workload the hours can serve, those with the largest workload are taken, and of these 1
    if it is among them (the cut-offs then stay to the cent), else the middle of their range on a log scale.
    Hours of travel are not in the workload (`service_levels`): take them off `team_hours`.

    Parameters
    ----------
    scores : DataFrame
        SCORES.
    team_hours : float
        AE hours a month with clients, all AEs together.
    settings : CoverageSettings
        Service levels.
    segmentation : SegmentationSettings
        The cut-offs to start from.

    Returns
    -------
    FittedBounds
        With hours to spare where even all accounts in tier 1 would leave some.

    Raises
    ------
    InfeasibleAllocationError
        When all accounts in tier 3 ask for more hours than there are.
    ConfigError
        When `team_hours` is no number from 0 on, or a tier asks for more hours an account than the one above.
    SchemaError
        When `scores` breaks its contract.

    Examples
    --------
    >>> from kamsim.config import Scenario
    >>> scenario = Scenario.load("base")
    >>> scores = pd.DataFrame({"account_id": ["a", "b", "c"], "potential_36m_eur": [9e5, 6e5, 2e5]})
    >>> scores = scores.reindex(columns=list(SCORES.columns), fill_value=0.0)
    >>> found = fit_bounds_to_capacity(scores, 21.0, scenario.coverage, scenario.segmentation)
    >>> found.accounts, round(found.hours_needed, 2), found.tier_1_above_eur > 6e5
    ((1, 2, 0), 19.96, True)
    """
    potential = np.sort(check(scores, SCORES)["potential_36m_eur"].to_numpy())
    if not (np.isfinite(team_hours) and team_hours >= 0):
        raise ConfigError(f"team_hours must be a number >= 0, got {team_hours:g}")
    hours = _hours_by_tier(settings)
    least = len(potential) * hours[-1]
    if least > team_hours * (1 + 1e-12):
        raise InfeasibleAllocationError(
            f"no cut-off fits {team_hours:,.1f} AE hours a month: {len(potential)} accounts, all in tier 3,"
            f" ask for {least:,.1f}, {least - team_hours:,.1f} too many"
        )
    start = np.array([segmentation.tier_1_above_eur, segmentation.tier_2_from_eur])
    # Factor 1 comes first, so that it wins against others of the same workload.
    factors = np.concatenate([[1.0], _representatives(potential, start)])
    counts = _counts(potential, factors[:, None] * start)
    needed = counts @ hours
    best = int(np.where(needed <= team_hours * (1 + 1e-12), needed, -1.0).argmax())
    above, middle, rest = (int(n) for n in counts[best])
    bounds = factors[best] * start
    return FittedBounds(
        float(bounds[0]),
        float(bounds[1]),
        float(factors[best]),
        (above, middle, rest),
        float(needed[best]),
        float(team_hours),
    )


def _hours_by_tier(settings: CoverageSettings) -> Floats:
    hours = np.array([settings.ae_hours / tier_coverage(t, settings).accounts_per_ae for t in TIER_SEGMENTS])
    if (np.diff(hours) > 0).any():
        raise ConfigError(
            "coverage: a tier must not ask for more hours an account than the tier above,"
            f" got {', '.join(f'{h:g}' for h in hours)} hours a month for tiers 1 to 3"
        )
    return hours


def _representatives(potential: Floats, start: Floats) -> Floats:
    """Give one factor from each range of factors that puts the same accounts in the same tiers."""
    steps = np.unique((potential[potential > 0, None] / start).ravel())
    if not steps.size:
        return np.ones(1)
    between = np.sqrt(steps[:-1] * steps[1:])
    return np.concatenate([[steps[0] / 2], between, [steps[-1] * 2]])


def _counts(potential: Floats, bounds: Floats) -> NDArray[np.int64]:
    """Count the accounts of each tier for rows of cut-offs; a cut-off itself is tier 2, as in `tier_of`."""
    above = len(potential) - np.searchsorted(potential, bounds[:, 0], side="right")
    from_2 = len(potential) - np.searchsorted(potential, bounds[:, 1], side="left")
    return np.column_stack([above, from_2 - above, len(potential) - from_2])

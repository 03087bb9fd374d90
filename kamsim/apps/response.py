"""The precomputed response: all that a setting's answer needs, so that it takes milliseconds.

SEs and CSMs stay with the accounts as they are today, and so do the owners: what a setting turns is who
is in which tier, what each tier asks of the AEs, and how many AEs there are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from kamsim.apps.what_if import Answer, Floats, Money, Moves, TierAnswer, WhatIf
from kamsim.config import Scenario
from kamsim.coverage import TIER_SEGMENTS, BestUse, net_hours, service_levels, tier_of
from kamsim.schemas import TEAM_VALUE, check
from kamsim.value import AdbugResponse

Tiers = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class CoverageResponse:
    """What a portfolio is believed to answer to any setting.

    Attributes
    ----------
    scenario : Scenario
    today : WhatIf
        The setting as it is: the scenario's ratios and cut-offs, and the AEs of the team.
    potential, complexity : array, shape (accounts,)
        EUR over 36 months, and technical complexity in [0, 1] (NaN where unknown).
    road : array, shape (accounts,)
        Hours on the road for an hour with the client, from the home of today's owner.
    curves : AdbugResponse
        Believed value of effort, EUR over the horizon.
    gain_sd : array, shape (accounts,)
        Standard deviation of the belief about the curves' gain, EUR.
    pools : array, shape (accounts,)
        Effort of SEs and CSMs in AE-equivalent hours a month, as today.
    best : BestUse
        What AE hours bring at most beside it.
    frontier : DataFrame
        FRONTIER for today's team and tiers; empty where none is known.
    remark : str
        Why the frontier is empty; "" where it is not.
    """

    scenario: Scenario
    today: WhatIf
    potential: Floats
    complexity: Floats
    road: Floats
    curves: AdbugResponse
    gain_sd: Floats
    pools: Floats
    best: BestUse
    frontier: pd.DataFrame
    remark: str

    def answer(self, setting: WhatIf) -> Answer:
        """Say what a setting comes to.

        Parameters
        ----------
        setting : WhatIf

        Returns
        -------
        Answer

        Raises
        ------
        ConfigError
            When a ratio or a cut-off breaks a rule of the scenario.
        """
        asked, tier, levels = self._asked(setting)
        coverage = self.scenario.coverage
        with_road = float((asked * (1 + self.road)).sum())
        per_ae = net_hours("AE", coverage) * float(asked.sum()) / with_road
        there = setting.aes * per_ae
        reached = self._reached(there * asked / asked.sum())
        ratios = np.array(setting.accounts_per_ae)
        cost = setting.aes * coverage.ae_cost_eur * self.scenario.experiment.months
        return Answer(
            setting=setting,
            tiers=self._tiers(tier, levels, there / float(asked.sum())),
            aes_by_ratio=float((np.bincount(tier, minlength=4)[1:] / ratios).sum()),
            aes_by_hours=with_road / net_hours("AE", coverage),
            ses=float(levels["se_hours"].sum()) / net_hours("SE", coverage),
            csms=float(levels["csm_hours"].sum()) / net_hours("CSM", coverage),
            hours_there=there,
            hours_asked=float(asked.sum()),
            gross=self._money(float(np.sum(self.curves.base)), reached),
            cost_eur=cost,
            best_net_eur=float(self.best.respond(there)) - cost,
            moves=self._moves(setting.most_moves),
            reached=reached,
        )

    def difference(self, answer: Answer, other: Answer) -> Money:
        """Say what one answer leaves more than another, both after the AEs' cost.

        An account whose gain is believed too large is so in both: the interval is that of the difference, and
        narrower than those of its two sides suggest.
        """
        return self._money(other.cost_eur - answer.cost_eur, answer.reached - other.reached)

    def team_value(self, setting: WhatIf, counts: Floats) -> pd.DataFrame:
        """Return TEAM_VALUE of a setting for teams of other sizes."""
        asked, _, _ = self._asked(setting)
        coverage, share = self.scenario.coverage, asked / asked.sum()
        hours = counts * net_hours("AE", coverage) * float(asked.sum() / (asked * (1 + self.road)).sum())
        frame = pd.DataFrame(
            {
                "aes": counts,
                "hours": hours,
                "spread_eur": [float(self.curves.respond(self.pools + h * share).sum()) for h in hours],
                "best_eur": self.best.respond(hours),
                "cost_eur": counts * coverage.ae_cost_eur * self.scenario.experiment.months,
                "hour_eur": self.best.price(hours),
            }
        )
        return check(frame, TEAM_VALUE)

    def _asked(self, setting: WhatIf) -> tuple[Floats, Tiers, dict[str, Floats]]:
        """Return AE hours asked by account, tiers, and all service levels."""
        scenario = setting.applied_to(self.scenario)
        tier = tier_of(self.potential, scenario.segmentation)
        levels = service_levels(tier, self.complexity, scenario.coverage)
        return levels["workload_hours"], tier, levels

    def _tiers(self, tier: Tiers, levels: dict[str, Floats], fill: float) -> tuple[TierAnswer, ...]:
        def of(number: int) -> TierAnswer:
            members = tier == number
            count = int(members.sum())
            asked, least = (
                float(levels[name][members].mean()) if count else 0.0
                for name in ("workload_hours", "minimum_hours")
            )
            return TierAnswer(number, count, asked, asked * fill, least)

        return tuple(of(number) for number in TIER_SEGMENTS)

    def _reached(self, hours: Floats) -> Floats:
        """Return the share of each account's gain that AE hours beside the pools reach."""
        whole = AdbugResponse(0.0, 0.0, 1.0, self.curves.half, self.curves.exponent)
        return whole.respond(self.pools + hours)

    def _money(self, fixed: float, reached: Floats) -> Money:
        """Add up believed gains, with the interval that accounts in doubt by themselves leave."""
        value = fixed + float((self.curves.gain * reached).sum())
        sd = float(np.sqrt(((reached * self.gain_sd) ** 2).sum()))
        half = float(stats.norm.ppf(0.5 + self.scenario.experiment.confidence / 2)) * sd
        return Money(value, value - half, value + half)

    def _moves(self, most: int) -> Moves | None:
        within = self.frontier[self.frontier["moves_allowed"] <= most]
        if within.empty:
            return None
        row = within.iloc[-1]
        return Moves(
            allowed=most,
            accounts_moved=int(row["accounts_moved"]),
            gain_hours_eur=float(row["gain_hours_eur"]),
            gain_moves_eur=float(row["gain_moves_eur"]),
            bound_moves_eur=float(row["gain_bound_eur"] - row["gain_hours_eur"]),
        )

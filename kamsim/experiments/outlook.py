"""What the dynamics bring from the cut-off on, at the status quo and around it: for targets no past shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kamsim.bundle import Portfolio
from kamsim.config import Scenario
from kamsim.dynamics import (
    MONTHS_A_YEAR,
    State,
    compile_parameters,
    effective_hours,
    foresee,
    play,
    state_from_tables,
)
from kamsim.dynamics.parameters import Parameters
from kamsim.dynamics.state import Floats
from kamsim.schemas import SEGMENTS
from kamsim.streams import luck_key

EFFORTS = (0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0)
"""Multiples of the status quo between which the best effort is looked for."""

HORIZON, LATER = 36, 60
"""Months of the cumulative figures, and the later month printed beside."""


@dataclass(frozen=True, eq=False)
class Outlook:
    """Futures of the accounts, each figure a mean over replications under common luck.

    Attributes
    ----------
    efforts : array, shape (levels,)
        Multiples of the status quo's effort, rising.
    revenue : array, shape (accounts, levels)
        EUR over 36 months.
    around : array, shape (accounts, 3, 2)
        EUR over 36 months, in month 36 and in month 60, with a little less and a little more effort.
    change : float
        What "a little" is.
    stays : array, shape (accounts, years)
        Probability that the customer of the cut-off never leaves until the end of each year.
    """

    efforts: Floats
    revenue: Floats
    around: Floats
    change: float
    stays: Floats

    def keep(self, accounts: NDArray[np.bool_]) -> Outlook:
        """Keep some of the accounts."""
        return Outlook(
            self.efforts, self.revenue[accounts], self.around[accounts], self.change, self.stays[accounts]
        )

    @classmethod
    def pool(cls, books: Sequence[Outlook]) -> Outlook:
        """Put the accounts of several books in one."""
        return cls(
            books[0].efforts,
            np.concatenate([b.revenue for b in books]),
            np.concatenate([b.around for b in books]),
            books[0].change,
            np.concatenate([b.stays for b in books]),
        )


def look_ahead(
    portfolio: Portfolio,
    hours: Floats,
    scenario: Scenario,
    cutoff: pd.Timestamp,
    months_known: int,
    number: int,
) -> Outlook | None:
    """Play the accounts on from the truth, or return None where there is none.

    Parameters
    ----------
    portfolio : Portfolio
    hours : array, shape (3, accounts)
        The status quo, hours a month of AE, SE and CSM by sorted account id; where the CRM holds none of an
        account, the median of the others stands in.
    scenario : Scenario
    cutoff : Timestamp
    months_known : int
        Months of history: survival is played on from there to the longest `survival_years`.
    number : int
        Address of the luck.
    """
    if portfolio.truth is None or portfolio.deals is None:
        return None
    settings = scenario.validation
    state = state_from_tables(portfolio.accounts, portfolio.truth, portfolio.deals)
    ids = pd.Index(np.sort(portfolio.accounts["account_id"].to_numpy(str)))
    row = ids.get_indexer(pd.Index(state.account_ids))
    ae, se, csm = _filled(hours[:, row])
    own = effective_hours(ae, se, csm, scenario.dynamics)
    first = (cutoff.year - 1970) * MONTHS_A_YEAR + cutoff.month - 1
    player = _Player(state, compile_parameters(scenario.dynamics), first, settings.replications, number)
    longest = max(getattr(settings, name).survival_years for name in SEGMENTS)
    c = settings.effort_change
    levels = player.levels(own)
    around = np.stack([player.path(own * (1 - c)), player.path(own * (1 + c))], axis=2)
    stays = player.survival(own, max(1, longest - months_known // MONTHS_A_YEAR))
    placed = (_place(values, row, len(ids)) for values in (levels, around, stays))
    revenue, near, survival = placed
    return Outlook(np.array(EFFORTS), revenue, near, c, survival)


@dataclass(frozen=True)
class _Player:
    """Plays one book under different efforts and the same luck."""

    state: State
    parameters: Parameters
    first: int
    replications: int
    number: int

    def levels(self, effort: Floats) -> Floats:
        """Revenue over the horizon at each level of effort, shape (accounts, levels)."""
        found = []
        for factor in EFFORTS:
            years = foresee(
                self.state, effort * factor, self.parameters, key=self._key, first_month=self.first,
                months=HORIZON, replications=np.arange(self.replications),
            )  # fmt: skip
            found.append(years.revenue.astype(np.float64).sum(axis=0).mean(axis=1))
        return np.stack(found, axis=1)

    def path(self, effort: Floats) -> Floats:
        """Revenue over the horizon, in its last month and in a later one, shape (accounts, 3)."""
        lanes = np.arange(self.replications)
        years, then = play(
            self.state, effort, self.parameters, key=self._key, first_month=self.first, months=HORIZON,
            replications=lanes,
        )  # fmt: skip
        _, later = play(
            then, effort, self.parameters, key=self._key, first_month=self.first + HORIZON,
            months=LATER - HORIZON, replications=lanes,
        )  # fmt: skip
        total = years.revenue.astype(np.float64).sum(axis=0)
        return np.stack([x.mean(axis=1) for x in (total, then.revenue, later.revenue)], axis=1)

    def survival(self, effort: Floats, years: int) -> Floats:
        """Share of futures in which the customer never leaves, shape (accounts, years)."""
        outcome = foresee(
            self.state, effort, self.parameters, key=self._key, first_month=self.first,
            months=years * MONTHS_A_YEAR, replications=np.arange(self.replications),
        )  # fmt: skip
        return np.asarray(np.logical_and.accumulate(outcome.retained, axis=0).mean(axis=2).T)

    @property
    def _key(self) -> int:
        return luck_key(self.number, "validation")


def _filled(hours: Floats) -> Floats:
    """Put the median of a role's known hours where the CRM holds none."""
    usual = [np.median(own[~np.isnan(own)]) if (~np.isnan(own)).any() else 0.0 for own in hours]
    return np.where(np.isnan(hours), np.array(usual)[:, None], hours)


def _place(values: Floats, row: NDArray[np.intp], accounts: int) -> Floats:
    """Put values of the truth's accounts in the rows of all; a duplicate in the CRM brings nothing."""
    whole = np.zeros((accounts, *values.shape[1:]))
    whole[row] = values
    return whole

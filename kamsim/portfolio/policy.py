"""The historical policy: whom the past gave its hours to, planned anew each year.

An AE's hours go to the accounts of the book in proportion to a weight that follows a habit; SE and CSM hours
follow the service level of the segment, within their pools. A plan needs sums over whole books, while
accounts are made in blocks: `Demand.sums` of the blocks are added up, and `settle` turns the total into
prices that every block can apply alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd

from kamsim.config import Scenario
from kamsim.dynamics import Plan, State, habit_money
from kamsim.dynamics.state import Counts, Floats
from kamsim.portfolio.wallets import wallet_law
from kamsim.schemas import SEGMENTS
from kamsim.travel import great_circle_km, trip_hours

_GRID = 1024.0
_THOUSAND = 1000.0


@dataclass(frozen=True)
class Sums:
    """What the accounts of a block add to a year's plan.

    Attributes
    ----------
    accounts, money : float
        Accounts that are there, and the money that attention follows.
    book_money, book_lift : array, shape (reps,)
        By book: money and accounts, each times the lift of the choosy and the hours that an hour costs.
    se, csm : float
        Hours a month asked of the pools.
    """

    accounts: float
    money: float
    book_money: Floats
    book_lift: Floats
    se: float
    csm: float

    def __add__(self, other: Self) -> Sums:
        """Add up two blocks."""
        return Sums(*(a + b for a, b in zip(vars(self).values(), vars(other).values(), strict=True)))


@dataclass(frozen=True)
class Prices:
    """A year's plan: AE hours for a unit of weight by book, the floor of the weight, shares of the pools."""

    hours_per_weight: Floats
    floor: float
    se_share: float
    csm_share: float


@dataclass(frozen=True)
class Demand:
    """What one block asks for in a year; arrays shaped (accounts,).

    Attributes
    ----------
    owner : array of int
        Position among the AEs.
    money : array
        What attention follows.
    lift : array
        How much more attention a promising account gets than its money explains; 0 before it has arrived.
    rate : array
        Hours that one hour with the client costs, the road included.
    se, csm : array
        Hours asked of the pools.
    """

    owner: Counts
    money: Floats
    lift: Floats
    rate: Floats
    se: Floats
    csm: Floats

    def sums(self, reps: int) -> Sums:
        """Add up the block by book.

        Terms are rounded to 1/1024, so that these sums are exact: blocks of any size give the same bits.
        """
        weight = self.lift * self.rate
        book_money, book_lift = (
            np.asarray(np.bincount(self.owner, np.round(term * _GRID) / _GRID, reps), np.float64)
            for term in (self.money * weight, weight)
        )
        there = self.lift > 0
        money, se, csm = (
            float((np.round(term * _GRID) / _GRID).sum()) for term in (self.money * there, self.se, self.csm)
        )
        return Sums(float(there.sum()), money, book_money, book_lift, se, csm)

    def plan(self, prices: Prices) -> Plan:
        """Give each account its hours."""
        ae = prices.hours_per_weight[self.owner] * self.lift * (self.money + prices.floor)
        return Plan(ae, self.se * prices.se_share, self.csm * prices.csm_share)


def ask(state: State, facts: pd.DataFrame, team: pd.DataFrame, last_month: int, scenario: Scenario) -> Demand:
    """Work out what the accounts of a block ask for in a year.

    Parameters
    ----------
    state : State
        At the start of the year, one lane, with owners.
    facts : DataFrame
        Of the same accounts, from `draw_accounts`.
    team : DataFrame
        TEAM, AEs first.
    last_month : int
        Last month of the year: who arrives within it is planned for from its start.
    scenario : Scenario

    Returns
    -------
    Demand
    """
    settings = scenario.portfolio
    habit = settings.historical_habit
    money = habit_money(habit, state.revenue[:, 0], facts["firm_revenue_eur"].to_numpy())
    owner, there = state.owner[:, 0], state.arrival <= last_month
    by_segment = [getattr(scenario.coverage, name) for name in SEGMENTS]
    se, csm = (np.array([getattr(s, name) for s in by_segment]) for name in ("se_hours", "csm_hours"))
    return Demand(
        owner=owner,
        money=money / _THOUSAND if habit == "size" else money,
        lift=np.where(there, np.exp(settings.confounding * _promise(state, scenario)), 0.0),
        rate=1 + _road(facts, team, owner, scenario) / scenario.coverage.hours_per_visit,
        se=se[state.segment] * facts["technical_complexity"].to_numpy() * there,
        csm=csm[state.segment] * there,
    )


def settle(sums: Sums, team: pd.DataFrame) -> Prices:
    """Turn the sums over all blocks into the prices of a year."""
    capacity = team.loc[team["role"] == "AE", "capacity_hours"].to_numpy()
    mean = sums.money / max(sums.accounts, 1.0)
    floor = mean / 4 if mean > 0 else 1.0
    weight = sums.book_money + floor * sums.book_lift
    pools = team.groupby("role")["capacity_hours"].sum()
    return Prices(
        hours_per_weight=np.divide(capacity, weight, out=np.zeros_like(capacity), where=weight > 0),
        floor=floor,
        se_share=min(1.0, pools.get("SE", 0.0) / max(sums.se, 1e-9)),
        csm_share=min(1.0, pools.get("CSM", 0.0) / max(sums.csm, 1e-9)),
    )


def _promise(state: State, scenario: Scenario) -> Floats:
    """Tell how far an account's attainable wallet lies above its segment's, in standard deviations.

    Representatives sense it and choose accordingly (knob `portfolio.confounding`, 0 = they do not), so that
    in the record effort goes with potential.
    """
    law = wallet_law(scenario.portfolio)
    centre, spread = np.log(law.median)[state.segment], np.maximum(law.log_sd, 0.1)[state.segment]
    wallet = np.log(np.maximum(state.attainable * state.wallet, 1e-6))[:, 0]
    alpha, beta = scenario.portfolio.attainable_share_alpha, scenario.portfolio.attainable_share_beta
    return np.asarray(np.clip((wallet - centre - np.log(alpha / (alpha + beta))) / spread, -3.0, 3.0))


def _road(facts: pd.DataFrame, team: pd.DataFrame, owner: Counts, scenario: Scenario) -> Floats:
    """Give the hours on the road that a visit by the owner takes."""
    home = team[["latitude", "longitude"]].to_numpy()[owner]
    place = facts[["latitude", "longitude"]].to_numpy()
    return trip_hours(great_circle_km(place[:, 0], place[:, 1], home[:, 0], home[:, 1]), scenario.coverage)

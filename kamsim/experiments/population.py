"""The accounts that a coverage ratio is for, and what they bring when assumptions are turned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import pandas as pd

from kamsim.bundle import Portfolio
from kamsim.config import Scenario
from kamsim.coverage import TIER_SEGMENTS
from kamsim.dynamics import (
    MONTHS_A_YEAR,
    State,
    compile_parameters,
    effective_hours,
    foresee,
    state_from_tables,
)
from kamsim.dynamics.state import Counts, Floats
from kamsim.errors import ConfigError, SchemaError, unknown_name
from kamsim.experiments.assumptions import Values, shift_dynamics, shift_state
from kamsim.experiments.outer import JUDGED
from kamsim.experiments.win_rate import WinRates, measure_win_rates
from kamsim.schemas import BOOK, SCORES, SEGMENTS, check
from kamsim.streams import luck_key
from kamsim.value import draw_states

SAMPLING, CHECKING = "breakeven", "frontier"
"""Names of two independent streams of luck: what a curve is sampled with, and what it is checked with."""

_CELLS_A_CALL = 1_500_000
"""Accounts x lanes played in one call; bounds memory to some hundred MB."""

EVERY = "every"
"""Segment of a population of all accounts."""


@dataclass(frozen=True, eq=False)
class Population:
    """Accounts of one tier, each with the same hours, and the world they are played in.

    Attributes
    ----------
    segment : str
        Whose ratio of the guide the accounts take: tier 1 the strategic one, and so on; or `EVERY`.
    state : State
        One lane where the truth is known, else one a draw of the latent state.
    support_hours, support_cost_eur : float
        What SEs and CSMs add to each account a month, in AE-equivalent hours and in EUR, whatever the ratio.
    first_month : int
        Months since January 1970.
    truth_known : bool
    scenario : Scenario
    win_rates : WinRates
        Win rate at the scenario's own ratio, by factor of the loss rate.
    """

    segment: str
    state: State
    support_hours: float
    support_cost_eur: float
    first_month: int
    truth_known: bool
    scenario: Scenario
    win_rates: WinRates

    @property
    def accounts(self) -> int:
        """Number of accounts."""
        return self.state.accounts

    @property
    def months(self) -> int:
        """Horizon."""
        return self.scenario.experiment.months

    @property
    def preset(self) -> dict[str, float]:
        """The value of every assumption as the scenario has it."""
        coverage = self.scenario.coverage
        values = dict.fromkeys(type(self.scenario.breakeven.ranges).model_fields, 1.0)
        own = {name: float(getattr(coverage, name)) for name in ("ae_cost_eur", "margin", "ae_hours")}
        return values | own | {"win_rate": self.win_rates.base}

    def range_of(self, assumption: str) -> tuple[float, float]:
        """Give the plausible range of an assumption, widened to hold the preset's own value.

        A win rate goes no further than the loss rates that were tried can bring it.
        """
        ranges, preset = self.scenario.breakeven.ranges, self.preset
        if assumption not in preset:
            raise ConfigError(unknown_name("assumption", assumption, preset))
        low, high = getattr(ranges, assumption)
        if assumption == "win_rate":
            low, high = (float(np.clip(end, *self.win_rates.reach)) for end in (low, high))
        return min(low, preset[assumption]), max(high, preset[assumption])

    def effort(self, ratio: float, values: Values) -> float:
        """AE-equivalent hours a month on each account at so many accounts an AE."""
        return (values["ae_hours"] / ratio) + self.support_hours

    def cost(self, ratio: float, values: Values) -> float:
        """Cost of the team over the horizon, EUR; AEs are counted in fractions."""
        monthly = values["ae_cost_eur"] / ratio + self.support_cost_eur
        return self.accounts * self.months * monthly

    def lanes(self, replications: int) -> tuple[Counts, Counts]:
        """Give the starting state and the replication number of each lane; the start is the cluster.

        Where the truth is not known, each draw is played as often as `replications` lanes want.
        """
        starts = self.state.lanes
        if starts == 1:
            return np.zeros(replications, np.int64), np.arange(replications)
        times = max(1, -(-replications // starts))
        return np.repeat(np.arange(starts), times), np.arange(starts * times)

    def clusters(self, replications: int) -> Counts:
        """Say which lanes are not independent of one another."""
        origin, numbers = self.lanes(replications)
        return numbers if self.state.lanes == 1 else origin

    def revenue(self, efforts: Floats, values: Values, replications: int, luck: str = SAMPLING) -> Floats:
        """Play the horizon at several constant efforts under the same luck.

        Parameters
        ----------
        efforts : array, shape (levels,) or (levels, accounts)
            AE-equivalent hours a month on each account.
        values : mapping of str to float
            Of the assumptions.
        replications : int
            Lanes wanted.
        luck : str
            Name of the stream.

        Returns
        -------
        array, shape (levels, lanes)
            EUR of all accounts.
        """
        efforts = np.broadcast_to(
            np.asarray(efforts, float).reshape(len(efforts), -1), (len(efforts), self.accounts)
        )
        some = max(1, _CELLS_A_CALL // (self.accounts * self.lanes(replications)[0].size))
        parts = [
            self._play(efforts[first : first + some], values, replications, luck)
            for first in range(0, len(efforts), some)
        ]
        return np.concatenate(parts)

    def contributions(
        self, ratios: Floats, values: Values, replications: int, luck: str = SAMPLING
    ) -> Floats:
        """Play the horizon at several ratios; contribution of each lane in EUR, shape (ratios, lanes)."""
        efforts = np.array([self.effort(ratio, values) for ratio in ratios])
        costs = np.array([[self.cost(ratio, values)] for ratio in ratios])
        return np.asarray(values["margin"] * self.revenue(efforts, values, replications, luck) - costs)

    def _play(self, efforts: Floats, values: Values, replications: int, luck: str) -> Floats:
        """Play some efforts side by side, each in lanes of its own."""
        factor = self.win_rates.factor_for(values["win_rate"])
        state = shift_state(self.state, values, self.scenario.dynamics)
        origin, numbers = self.lanes(replications)
        levels = len(efforts)
        years = foresee(
            state if state.lanes == 1 else state.pick(np.tile(origin, levels)),
            np.repeat(efforts.T, origin.size, axis=1),
            compile_parameters(shift_dynamics(self.scenario.dynamics, values, factor)),
            key=luck_key(self.scenario.seed, luck),
            first_month=self.first_month,
            months=self.months,
            replications=np.tile(numbers, levels),
        )
        total = years.revenue.astype(np.float64).sum(axis=(0, 1))
        return np.asarray(total.reshape(levels, origin.size))


def gather_population(
    portfolio: Portfolio,
    book: pd.DataFrame,
    scores: pd.DataFrame,
    scenario: Scenario,
    segment: str | None,
    *,
    cutoff: pd.Timestamp,
) -> Population:
    """Gather the accounts of one tier, or all, as they stand at the cut-off.

    Parameters
    ----------
    portfolio : Portfolio
        Its truth is played where there is one; else latent states are drawn, `scenario.experiment.draws`
        of them.
    book, scores : DataFrame
        BOOK and SCORES.
    scenario : Scenario
    segment : str, optional
        Whose ratio the accounts take: "strategic" for tier 1, "mid_market" for tier 2, "smb" for tier 3. None
        takes every account.
    cutoff : Timestamp
        First day of the horizon.

    Returns
    -------
    Population

    Raises
    ------
    ConfigError
        For an unknown segment, or one whose tier holds no account.
    SchemaError
        When the book is not of this portfolio.
    """
    if segment is not None and segment not in SEGMENTS:
        raise ConfigError(unknown_name("segment", segment, SEGMENTS))
    book = check(book, BOOK)
    state, truth_known = starting_state(portfolio, scores, scenario, cutoff)
    if state.account_ids != book["account_id"].tolist():
        raise SchemaError("the book and the portfolio must hold the same accounts")
    rows = _rows(book, segment)
    coverage = scenario.coverage
    # SE and CSM hours are the tier's mean: what is asked is what AE hours do.
    se, csm = (float(book[f"{role}_hours"].to_numpy()[rows].mean()) for role in ("se", "csm"))
    support = float(effective_hours(np.zeros(1), np.array([se]), np.array([csm]), scenario.dynamics)[0])
    cost = se * coverage.se_cost_eur / coverage.se_hours + csm * coverage.csm_cost_eur / coverage.csm_hours
    first_month = (cutoff.year - 1970) * MONTHS_A_YEAR + cutoff.month - 1
    own = accounts_of(state, rows)
    win_rates = measure_win_rates(
        own,
        book["workload_hours"].to_numpy()[rows] + support,
        scenario.dynamics,
        key=luck_key(scenario.seed, SAMPLING),
        first_month=first_month,
        months=scenario.experiment.months,
    )
    return Population(segment or EVERY, own, support, cost, first_month, truth_known, scenario, win_rates)


def _rows(book: pd.DataFrame, segment: str | None) -> Counts:
    """Places of the accounts of a segment's tier in the book."""
    if segment is None:
        return np.arange(len(book))
    tier = next(number for number, name in TIER_SEGMENTS.items() if name == segment)
    rows = np.flatnonzero(book["tier"].to_numpy() == tier)
    if not rows.size:
        raise ConfigError(f"no account is in tier {tier}: the {segment} ratio covers nobody")
    return rows


def starting_state(
    portfolio: Portfolio, scores: pd.DataFrame, scenario: Scenario, cutoff: pd.Timestamp
) -> tuple[State, bool]:
    """Return the truth's state where there is one, else possible states; and whether it is the truth."""
    if portfolio.truth is not None and portfolio.deals is not None:
        return state_from_tables(portfolio.accounts, portfolio.truth, portfolio.deals), True
    scores = check(scores, SCORES)
    draws = scenario.experiment.draws
    state = draw_states(
        portfolio.accounts, portfolio.opportunities, scores, scenario, draws, cutoff=cutoff, luck=JUDGED
    )
    return state, False


def accounts_of(state: State, rows: Counts) -> State:
    """Take some accounts of a state; the posts of the team stay."""
    parts = {f.name: getattr(state, f.name) for f in fields(state)}
    taken: dict[str, Any] = {
        name: [values[row] for row in rows] if isinstance(values, list) else values[rows]
        for name, values in parts.items()
        if name not in ("tenure", "vacancy")
    }
    return replace(state, **taken)


def complete_values(population: Population, values: Mapping[str, float]) -> dict[str, float]:
    """Fill up what is not said with the preset's own values.

    Raises
    ------
    ConfigError
        For an assumption that there is not.
    """
    preset = population.preset
    for name in values:
        if name not in preset:
            raise ConfigError(unknown_name("assumption", name, preset))
    return preset | dict(values)

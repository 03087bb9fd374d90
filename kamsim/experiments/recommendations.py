"""Recommendations that assumptions may flip: a ratio of the guide, the team's size, one policy over another.

Each is played against its best rival under the same luck; the lead is the difference in contribution.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from kamsim.coverage import TIER_SEGMENTS
from kamsim.dynamics import effective_hours, hand_over
from kamsim.dynamics.state import Floats
from kamsim.errors import ConfigError, SchemaError, unknown_name
from kamsim.experiments.assumptions import Values
from kamsim.experiments.breakeven import guide_range, rival_ratios
from kamsim.experiments.paired import Interval, paired_interval
from kamsim.experiments.population import Population, complete_values
from kamsim.schemas import ASSIGNMENT, BOOK, check

OVER = " over "
"""Between two policies in the name of a recommendation."""
RATIO = "_ratio"
"""After the segment in the name of a recommended ratio."""
_COMPARED = "simulation"
"""The luck that policies are compared with (`compare_policies`)."""
ALL = (
    "response", "win_rate", "ae_cost_eur", "potential", "margin", "ae_hours", "churn", "opening_rate",
    "deal_size", "goodwill_gain",
)  # fmt: skip
OF_THE_CLIENTS = tuple(n for n in ALL if n not in ("ae_cost_eur", "margin", "ae_hours"))
"""Where hours are planned and the team is paid either way, its cost and hours and the margin flip nothing."""
_RIVALS = 4

Play = Callable[[Values, int], tuple[Floats, Floats]]
"""From values and paired runs to the contribution by lane of the recommended and of its best rival, EUR."""


@dataclass(frozen=True, eq=False)
class Side:
    """One side of a comparison of plans.

    Attributes
    ----------
    people : Population
        After the plan's hand-overs.
    hours : array, shape (accounts,)
        Hours a month that the plan gives each account, in AE-equivalents, those of SEs and CSMs among them.
    """

    people: Population
    hours: Floats

    def margin(self, values: Values, replications: int, hours: Floats | None = None) -> Floats:
        """Play the plan, or other hours of it, and return revenue times margin by lane, EUR."""
        played = (self.hours if hours is None else hours)[None]
        return np.asarray(values["margin"] * self.people.revenue(played, values, replications, _COMPARED)[0])


@dataclass(frozen=True, eq=False)
class Recommendation:
    """A recommendation and what plays it.

    Attributes
    ----------
    name : str
    population : Population
        Knows the preset and the ranges.
    play : callable
    assumptions : tuple of str
        Those that can flip it.
    """

    name: str
    population: Population
    play: Play
    assumptions: tuple[str, ...]

    def lead(self, values: Mapping[str, float], replications: int) -> Interval:
        """Play it at some values, the other assumptions as preset, and return its lead over the best rival.

        Parameters
        ----------
        values : mapping of str to float
        replications : int
            Paired runs.

        Raises
        ------
        ConfigError
            For an assumption that there is not.
        """
        people = self.population
        own, rival = self.play(complete_values(people, values), replications)
        confidence = people.scenario.experiment.confidence
        return paired_interval(own, rival, people.clusters(replications), confidence)


def recommend_ratio(population: Population) -> Recommendation:
    """Recommend the guide's range of accounts per AE: its best ratio against the best a step outside."""
    low, high = guide_range(population)
    outside = rival_ratios(population)
    inside = np.unique([low, (low * high) ** 0.5, high])
    rivals = np.concatenate([_spread(outside[outside < low]), _spread(outside[outside > high])])

    def play(values: Values, replications: int) -> tuple[Floats, Floats]:
        played = population.contributions(np.concatenate([inside, rivals]), values, replications)
        return _best(played[: inside.size]), _best(played[inside.size :])

    return Recommendation(f"{population.segment}{RATIO}", population, play, ALL)


def recommend_team(population: Population, book: pd.DataFrame) -> Recommendation:
    """Recommend the team that the scenario's ratios ask for, against one a step smaller or larger.

    Parameters
    ----------
    population : Population
        Of every account of `book`.
    book : DataFrame
        BOOK.
    """
    book, settings = _same_accounts(population, book), population.scenario
    step = settings.breakeven.step
    ratio_of = {
        tier: getattr(settings.coverage, name).accounts_per_ae for tier, name in TIER_SEGMENTS.items()
    }
    people = 1 / book["tier"].map(ratio_of).to_numpy(float)
    support = effective_hours(
        np.zeros(len(book)), book["se_hours"].to_numpy(), book["csm_hours"].to_numpy(), settings.dynamics
    )

    sizes = np.array([1.0, 1 / step, step])

    def play(values: Values, replications: int) -> tuple[Floats, Floats]:
        efforts = np.outer(values["ae_hours"] * sizes, people) + support
        costs = values["ae_cost_eur"] * sizes * people.sum() * population.months
        played = values["margin"] * population.revenue(efforts, values, replications) - costs[:, None]
        return played[0], _best(played[1:])

    return Recommendation("team_size", population, play, ALL)


def recommend_policy(
    population: Population, assignment: pd.DataFrame, policy: str, rival: str
) -> Recommendation:
    """Recommend one policy over another; as preset the lead is that of `compare_policies`, luck and all.

    Parameters
    ----------
    population : Population
        Of every account.
    assignment : DataFrame
        ASSIGNMENT with both policies.
    policy, rival : str

    Raises
    ------
    ConfigError
        For a policy that is not in `assignment`.
    SchemaError
        When a policy does not cover exactly the population's accounts.
    """
    assignment = check(assignment, ASSIGNMENT)
    sides = [side_of(population, assignment, name) for name in (policy, rival)]
    return Recommendation(f"{policy}{OVER}{rival}", population, play_sides(*sides), OF_THE_CLIENTS)


def play_sides(own: Side, rival: Side) -> Play:
    """Return what plays two plans of the same team, whose cost both have to pay."""
    return lambda values, replications: (own.margin(values, replications), rival.margin(values, replications))


def side_of(population: Population, assignment: pd.DataFrame, policy: str) -> Side:
    """Return the side of a policy of an ASSIGNMENT: its hand-overs done, its hours in the population's order.

    Raises
    ------
    ConfigError
        For a policy that is not in `assignment`.
    SchemaError
        When a policy does not cover exactly the population's accounts.
    """
    there = assignment["policy"].unique().tolist()
    if policy not in there:
        raise ConfigError(unknown_name("policy", policy, there))
    plan = _same_accounts(population, assignment[assignment["policy"] == policy])
    dynamics = population.scenario.dynamics
    ae, se, csm = (plan[f"{role}_hours"].to_numpy() for role in ("ae", "se", "csm"))
    state = hand_over(population.state, plan["moved"].to_numpy(), dynamics)
    return Side(replace(population, state=state), effective_hours(ae, se, csm, dynamics))


def _same_accounts(population: Population, table: pd.DataFrame) -> pd.DataFrame:
    table = (check(table, BOOK) if "tier" in table else table).sort_values("account_id", ignore_index=True)
    if table["account_id"].tolist() != population.state.account_ids:
        raise SchemaError("the table and the population must hold the same accounts")
    return table


def _spread(ratios: Floats) -> Floats:
    """Take a few of many ratios, the ends among them."""
    if not ratios.size:
        return ratios
    return np.asarray(ratios[np.unique(np.linspace(0, ratios.size - 1, _RIVALS).round().astype(int))])


def _best(contributions: Floats) -> Floats:
    return np.asarray(contributions[contributions.mean(axis=1).argmax()])

"""Recommendations that change effort and move nobody: attention to a list of accounts, and one more AE."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

from kamsim.dynamics.state import Floats
from kamsim.errors import ConfigError
from kamsim.experiments.assumptions import Values
from kamsim.experiments.population import Population
from kamsim.experiments.recommendations import ALL, OF_THE_CLIENTS, Recommendation, play_sides, side_of
from kamsim.schemas import ASSIGNMENT, BOOK, check

ATTENTION, ONE_MORE_AE = "attention", "one_more_ae"
"""Names of the recommendations."""

MOST_TAKEN = 0.5
"""Share of the hours of the other accounts of a book that attention may take, at most."""


def shift_hours(assignment: pd.DataFrame, book: pd.DataFrame, accounts: Collection[str]) -> pd.DataFrame:
    """Give some accounts the AE hours that their tier asks for, paid by the others of the same AE.

    Parameters
    ----------
    assignment : DataFrame
        ASSIGNMENT of one policy.
    book : DataFrame
        BOOK.
    accounts : collection of str
        Who gets hours: those below their service level are raised to it, or as near as the others of the
        book can pay, who give the same share of theirs each, `MOST_TAKEN` at most.

    Returns
    -------
    DataFrame
        ASSIGNMENT with the hours shifted; every AE works as many hours as before.

    Raises
    ------
    ConfigError
        For an account that is not in the assignment.
    """
    rows = check(assignment, ASSIGNMENT)
    strangers = sorted(set(accounts) - set(rows["account_id"]))
    if strangers:
        raise ConfigError(f"attention must go to accounts of the assignment, got {strangers[0]!r}")
    chosen, hours = rows["account_id"].isin(list(accounts)), rows["ae_hours"]
    asked = rows["account_id"].map(check(book, BOOK).set_index("account_id")["workload_hours"])
    lacks = (asked - hours).clip(lower=0.0).where(chosen, 0.0)
    others = hours.where(~chosen, 0.0)
    owner = rows["rep_id"]
    wanted, there = lacks.groupby(owner).transform("sum"), others.groupby(owner).transform("sum")
    paid = np.minimum(wanted, MOST_TAKEN * there)
    given = lacks * (paid / wanted.where(wanted > 0, 1.0))
    taken = others * (paid / there.where(there > 0, 1.0))
    return check(rows.assign(ae_hours=hours + given - taken), ASSIGNMENT)


def recommend_attention(
    population: Population, assignment: pd.DataFrame, book: pd.DataFrame, accounts: Collection[str]
) -> Recommendation:
    """Recommend attention to a list of accounts within today's hours, against the hours as they are.

    Parameters
    ----------
    population : Population
        Of every account.
    assignment : DataFrame
        ASSIGNMENT of one policy: the hours as they are.
    book : DataFrame
        BOOK.
    accounts : collection of str
        The list, as for `shift_hours`.

    Raises
    ------
    ConfigError
        For an account that is not in the assignment, or an assignment of several policies.
    """
    policy = _only_policy(assignment)
    before = side_of(population, assignment, policy)
    after = side_of(population, shift_hours(assignment, book, accounts), policy)
    return Recommendation(ATTENTION, population, play_sides(after, before), OF_THE_CLIENTS)


def recommend_one_more_ae(
    population: Population, assignment: pd.DataFrame, wider: pd.DataFrame
) -> Recommendation:
    """Recommend a plan with one more AE, at that AE's cost, against the plan of the team as it is.

    Parameters
    ----------
    population : Population
        Of every account.
    assignment, wider : DataFrame
        ASSIGNMENT of one policy: of the team as it is, and of the team with one more AE. What `wider` gives
        an account more, or less, grows with the assumption ``ae_hours``.

    Raises
    ------
    ConfigError
        For an assignment of several policies.
    """
    before = side_of(population, assignment, _only_policy(assignment))
    after = side_of(population, wider, _only_policy(wider))
    usual = population.preset["ae_hours"]

    def play(values: Values, replications: int) -> tuple[Floats, Floats]:
        more = values["ae_hours"] / usual * (after.hours - before.hours)
        own = after.margin(values, replications, np.maximum(before.hours + more, 0.0))
        return own - values["ae_cost_eur"] * population.months, before.margin(values, replications)

    return Recommendation(ONE_MORE_AE, population, play, ALL)


def _only_policy(assignment: pd.DataFrame) -> str:
    names = assignment["policy"].unique().tolist()
    if len(names) != 1:
        raise ConfigError(f"an assignment of one policy is wanted, got {len(names)}")
    return str(names[0])

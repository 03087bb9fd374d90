"""The Markov model of customer value (Pfeifer & Carraway 2000), bought and won back in the engine.

The engine knows no recency. Here the caller keeps it, as a campaign's owner would: before each period it sets
the accounts' responsiveness so that a prospect opens an opportunity with the chance its recency gives. The
engine then draws the opening (first month), and wins and books it (second month); the purchase is taken
from the revenue it reports, and the account is a prospect again.

The values at recency 3 and 4 are small differences of large sums, so they take millions of customers, most of
whom are soon gone. There each period seats those who are left on new prospects. That is exact: between two
periods a customer is nothing but a recency, and an address of luck holds the month, so no draw comes twice.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from kamsim.config import DynamicsSettings
from kamsim.dynamics import compile_parameters, foresee

from .agreement import check_agreement
from .closed_forms import customer_value
from .neutral import neutral_settings
from .portfolio import FIRST_MONTH, KEY, play_plain, uniform_state

PURCHASE = np.array([0.3, 0.2, 0.15, 0.05])
CONTRIBUTION, MAILING, DISCOUNT = 40.0, 4.0, 0.2
PERIODS = 40
SEATS = 96
SURE = 20.0
"""A milestone hazard at which all four are passed at once."""


def market() -> DynamicsSettings:
    """Settings in which an opening is a purchase a month later."""
    return neutral_settings(
        strategic__opening_rate=1.0,
        strategic__deal_share=1.0,
        strategic__milestone_pace=SURE,
        strategic__loss_rate=0.0,
        strategic__renewals_per_year=12,
    )


def hazard_at(recency: np.ndarray) -> np.ndarray:
    """Opening hazard that gives the purchase its chance at a recency; 0 for a customer who is gone."""
    chance = np.append(PURCHASE, 0.0)
    return -np.log1p(-chance[np.minimum(recency, len(chance)) - 1])


def values_by_lane(recency: int, key: int, accounts: int = 450, lanes: int = 128) -> np.ndarray:
    """Discounted value of customers who start at a recency, mean over the accounts of each lane."""
    settings = market()
    state = uniform_state(settings, accounts, lanes, wallet=CONTRIBUTION, revenue=0.0)
    at = np.full((accounts, lanes), recency)
    entered = at <= len(PURCHASE)
    value = CONTRIBUTION * (recency == 1) - MAILING * entered.astype(float)
    for period in range(1, PERIODS + 1):
        month = FIRST_MONTH + 2 * period
        opens = hazard_at(at)
        _, state = play_plain(replace(state, responsiveness=opens), settings, 1, first_month=month, key=key)
        closed = replace(state, responsiveness=np.zeros_like(opens))
        played, state = play_plain(closed, settings, 1, first_month=month + 1, key=key)
        bought = played.revenue[0]
        at = np.where(bought > 0, 1, at + 1)
        value = value + (bought - MAILING * (at <= len(PURCHASE))) / (1.0 + DISCOUNT) ** period
        state = replace(state, revenue=np.zeros_like(bought))
    return value.mean(axis=0)


def values_by_crowd(recency: int, key: int, crowds: int = 64, each: int = 9000) -> np.ndarray:
    """The same, mean over each of some crowds of customers; those who are gone take no seat any more."""
    settings = market()
    value = np.full(crowds * each, -MAILING)
    customer, at = np.arange(value.size), np.full(value.size, recency)
    for period in range(1, PERIODS + 1):
        seats = np.full((-(-at.size // SEATS), SEATS), len(PURCHASE) + 1)
        seats.flat[: at.size] = at
        state = uniform_state(settings, *seats.shape, wallet=CONTRIBUTION, revenue=0.0)
        # What opens in the second month is not won before the third, which nobody plays.
        chosen = replace(state, responsiveness=hazard_at(seats))
        played = foresee(
            chosen, np.zeros(seats.shape), compile_parameters(settings), key=key,
            first_month=FIRST_MONTH + 2 * period, months=2,
        )  # fmt: skip
        bought = played.revenue[0].ravel()[: at.size]
        at = np.where(bought > 0, 1, at + 1)
        stays = at <= len(PURCHASE)
        value[customer] += (bought - MAILING * stays) / (1.0 + DISCOUNT) ** period
        customer, at = customer[stays], at[stays]
        if not at.size:
            break
    return value.reshape(crowds, each).mean(axis=1)


def check_value(recency: int, campaigns: int) -> None:
    expected = customer_value(PURCHASE, CONTRIBUTION, MAILING, DISCOUNT)[recency - 1]
    values = np.concatenate([values_by_lane(recency, KEY + campaign) for campaign in range(campaigns)])
    check_agreement(values, expected, f"value at recency {recency}")


def test_value_of_a_customer_who_has_just_bought() -> None:
    check_value(recency=1, campaigns=1)


def test_crowds_and_lanes_bring_the_same() -> None:
    """Seating customers anew changes the draws and not the law: both ways agree within four errors."""
    crowds, lanes = values_by_crowd(3, KEY, each=900), values_by_lane(3, KEY + 1)

    error = np.hypot(crowds.std() / np.sqrt(crowds.size), lanes.std() / np.sqrt(lanes.size))
    assert abs(crowds.mean() - lanes.mean()) < 4 * error


@pytest.mark.evidence
def test_value_of_a_customer_who_bought_a_period_ago() -> None:
    check_value(recency=2, campaigns=32)


@pytest.mark.evidence
@pytest.mark.parametrize(("recency", "campaigns"), [(3, 40), (4, 8)])
def test_value_of_a_customer_who_is_nearly_gone(recency: int, campaigns: int) -> None:
    expected = customer_value(PURCHASE, CONTRIBUTION, MAILING, DISCOUNT)[recency - 1]
    values = np.concatenate([values_by_crowd(recency, KEY + campaign) for campaign in range(campaigns)])
    check_agreement(values, expected, f"value at recency {recency}")

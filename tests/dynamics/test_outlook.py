"""The outlook is the probability of leaving: it agrees with counting, and wants far fewer replications."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest

from kamsim.dynamics import (
    Parameters,
    Plan,
    State,
    Surroundings,
    Team,
    churn_outlook,
    compile_parameters,
    foresee,
    team_outlook,
)
from kamsim.errors import ConfigError

TIME = {"key": 23, "first_month": 650}
COUNTED = 20_000


@pytest.fixture(scope="module")
def crowd(start: State) -> State:
    """Accounts whose fate is open, with contractions that matter: they feed back through new deals."""
    rng = np.random.default_rng(4)
    copies = 6
    every = np.repeat(np.arange(start.accounts), copies)
    arrays = {
        f.name: getattr(start, f.name)[every]
        for f in fields(State)
        if f.name not in ("account_ids", "tenure", "vacancy")
    }
    arrays |= {
        "account_ids": [f"A{i:03d}" for i in range(every.size)],
        "entities": rng.integers(0, 2**63, every.size).astype(np.uint64),
        "goodwill": rng.random((every.size, 1)),
        "owner": rng.integers(-1, 3, (every.size, 1)),
        "handover": rng.integers(0, 4, (every.size, 1)),
        "handover_quality": rng.random((every.size, 1)),
    }
    return replace(start, **arrays)


@pytest.fixture(scope="module")
def thirsty(parameters: Parameters) -> Parameters:
    """Contracts that fill the wallet: only a contraction makes room for new units, which bind the client."""
    settings = parameters.settings
    smb = settings.smb.model_copy(
        update={
            "contraction_rate": 0.5, "opening_rate": 10.0, "milestone_pace": 20.0, "loss_rate": 0.0,
            "minimum_cycle_months": 0, "wallet_drift": 0.0, "wallet_event_rate": 0.0,
        }
    )  # fmt: skip
    return compile_parameters(
        settings.model_copy(
            update={
                "smb": smb, "contraction_factor": 0.01, "cross_sell_share": 1.0, "cross_sell_pace": 10.0,
                "churn_units_effect": 15.0, "churn_units_centre": 0.1,
            }
        )
    )  # fmt: skip


def counted(state: State, plan: Plan, parameters: Parameters, months: int, **others: object) -> np.ndarray:
    """Share of replications in which a customer left."""
    years = foresee(
        state, plan, parameters, months=months, replications=np.arange(10_000, 10_000 + COUNTED), **TIME,
        **others,
    )  # fmt: skip
    return (years.customer[0] & ~years.retained[0]).mean(axis=1)


def assert_agree(found: np.ndarray, counts: np.ndarray, error_found: float) -> None:
    """Within what chance allows, for each account and for the mean."""
    variance = counts * (1 - counts) / COUNTED + error_found**2
    z = (found - counts) / np.sqrt(variance + 1e-12)
    assert np.abs(z).max() < 4.5
    assert abs((found - counts).mean()) < 4 * np.sqrt(variance.mean() / counts.size)


@pytest.mark.parametrize("months", [12, 7])
def test_the_outlook_is_what_counting_finds(crowd: State, parameters: Parameters, months: int) -> None:
    plan = Plan(np.linspace(0.0, 6.0, crowd.accounts))
    customer = crowd.revenue[:, 0] > 0

    found = churn_outlook(crowd, plan, parameters, months=months, replications=4000, **TIME)

    counts = counted(crowd, plan, parameters, months)
    assert_agree(found[customer], counts[customer], 0.15 / np.sqrt(4000))
    assert (found[~customer] == 0).all()
    assert found[customer].max() > 0.3


def test_who_stays_contracts_as_often_as_before(crowd: State, thirsty: Parameters) -> None:
    """Were those who would have left all to contract, they would be bound too soon: 0.1 less would leave."""
    full = replace(
        crowd,
        segment=np.full_like(crowd.segment, 2),
        revenue=crowd.attainable * crowd.wallet,
        propensity=np.full_like(crowd.propensity, 0.9),
        units=np.full_like(crowd.units, 8),
        units_penetrated=np.ones_like(crowd.units),
    )
    plan = Plan(np.full(crowd.accounts, 2.0))

    found = churn_outlook(full, plan, thirsty, replications=4000, **TIME)

    assert_agree(found, counted(full, plan, thirsty, 12), 0.3 / np.sqrt(4000))


def test_with_a_team_the_owners_come_and_go(crowd: State, parameters: Parameters) -> None:
    """Books planned at their posts' capacity: the run with the team says the same."""
    settings = parameters.settings
    people = settings.people.model_copy(update={"attrition_rate": 0.15})
    restless = compile_parameters(settings.model_copy(update={"people": people}))
    plan = Plan(np.full(crowd.accounts, 1.5))
    load = np.array([1.5 * (crowd.owner == r).sum() for r in range(3)])
    team = Team(["R1", "R2", "R3"], load)
    posts = replace(crowd, tenure=np.array([[2], [50], [0]]), vacancy=np.array([[0], [0], [1]]))
    customer = crowd.revenue[:, 0] > 0

    people = team_outlook(
        team, restless, replications=4000, tenure=posts.tenure, vacancy=posts.vacancy, **TIME
    )
    found = churn_outlook(posts, plan, restless, replications=4000, people=people, **TIME)

    counts = counted(posts, plan, restless, 12, surroundings=Surroundings(team=team))
    assert_agree(found[customer], counts[customer], 0.15 / np.sqrt(4000))
    calm = churn_outlook(posts, plan, restless, replications=4000, **TIME)
    owned = customer & (crowd.owner[:, 0] >= 0)
    assert (found - calm)[owned].mean() > 0.01


def test_sixteen_replications_do_better_than_two_hundred_counted(
    crowd: State, parameters: Parameters
) -> None:
    plan = Plan(np.linspace(0.0, 6.0, crowd.accounts))
    customer = crowd.revenue[:, 0] > 0
    true = churn_outlook(crowd, plan, parameters, replications=4000, **TIME)[customer]

    few = churn_outlook(crowd, plan, parameters, key=99, first_month=650)[customer]

    assert ((few - true) ** 2).mean() < 0.7 * (true * (1 - true)).mean() / 200


def test_order_blocks_and_precision_do_not_matter(
    crowd: State, parameters: Parameters, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = Plan(np.linspace(0.0, 6.0, crowd.accounts))
    whole = churn_outlook(crowd, plan, parameters, **TIME)
    part = churn_outlook(crowd.some_accounts(20, 61), plan.some_accounts(20, 61), parameters, **TIME)
    double = churn_outlook(crowd, plan, parameters, precision="float64", **TIME)
    monkeypatch.setattr("kamsim.dynamics.lanes._BLOCKS_AT_ONCE", 1)
    pieces = churn_outlook(crowd, plan, parameters, **TIME)

    np.testing.assert_array_equal(part, whole[20:61])
    np.testing.assert_array_equal(pieces, whole)
    np.testing.assert_allclose(double, whole, atol=0.02)
    assert np.abs(double - whole).mean() < 1e-4


def test_without_replications_it_is_refused(crowd: State, parameters: Parameters) -> None:
    with pytest.raises(ConfigError, match="replications must be >= 1, got 0"):
        churn_outlook(crowd, np.ones(crowd.accounts), parameters, replications=0, **TIME)
    with pytest.raises(ConfigError, match="replications must be >= 1, got 0"):
        team_outlook(Team(["R1"], np.full(1, 80.0)), parameters, replications=0, **TIME)


def test_people_of_other_replications_months_or_posts_are_refused(
    crowd: State, parameters: Parameters
) -> None:
    plan = np.ones(crowd.accounts)
    people = team_outlook(Team(["R1", "R2"], np.full(2, 80.0)), parameters, replications=4, **TIME)
    own = replace(crowd, owner=np.minimum(crowd.owner, 1))

    with pytest.raises(ConfigError, match="people must be played 5 times, got 4"):
        churn_outlook(own, plan, parameters, replications=5, people=people, **TIME)
    with pytest.raises(ConfigError, match="the run's 6 months, got 12"):
        churn_outlook(own, plan, parameters, months=6, replications=4, people=people, **TIME)
    with pytest.raises(ConfigError, match="from -1 to 1, got 2"):
        churn_outlook(crowd, plan, parameters, replications=4, people=people, **TIME)

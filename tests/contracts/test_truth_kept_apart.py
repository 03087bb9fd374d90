"""TRUTH stays with the dynamics, the oracle and the assessment: nothing a policy rests on may see it."""

import dataclasses
import inspect

import numpy as np
import pandas as pd
import pytest

from kamsim.allocation import allocate
from kamsim.bundle import Portfolio
from kamsim.config import Scenario
from kamsim.coverage import assign_tiers, build_book
from kamsim.portfolio import generate_portfolio
from kamsim.scoring import score_accounts
from kamsim.streams import stream
from kamsim.value import believe_values, draw_states

pytestmark = pytest.mark.filterwarnings("ignore::kamsim.errors.SmallSampleWarning")


@pytest.fixture(scope="module")
def small(scenario: Scenario) -> Scenario:
    return scenario.override(
        {
            "portfolio.accounts": 60,
            "coverage.smb.accounts_per_ae": 20,
            "coverage.mid_market.accounts_per_ae": 8,
            "value.replications": 8,
        }
    )


@pytest.fixture(scope="module")
def portfolio(small: Scenario) -> Portfolio:
    return generate_portfolio(small)


def shuffled(portfolio: Portfolio) -> Portfolio:
    """Every latent value goes to another account; ids and all that is observed stay."""
    assert portfolio.truth is not None
    assert portfolio.deals is not None
    order = stream(1, "shuffle").permutation(len(portfolio.truth))
    truth = portfolio.truth.iloc[order].assign(account_id=portfolio.truth["account_id"].to_numpy())
    deals = portfolio.deals.assign(amount_eur_per_month=portfolio.deals["amount_eur_per_month"] * 7)
    return dataclasses.replace(portfolio, truth=truth.reset_index(drop=True), deals=deals)


def decisions(portfolio: Portfolio, scenario: Scenario) -> dict[str, pd.DataFrame]:
    """All that is computed between the portfolio and the experiments."""
    observed = portfolio.accounts, portfolio.opportunities
    result = score_accounts(
        portfolio.accounts,
        portfolio.history,
        portfolio.opportunities,
        scenario,
        cutoff=pd.Timestamp(scenario.portfolio.cutoff),
    )
    tiers = assign_tiers(result.scores, scenario.segmentation)
    values = believe_values(
        *observed, result.scores, scenario, cutoff=pd.Timestamp(scenario.portfolio.cutoff)
    )
    book = build_book(*observed, result.scores, tiers, values, scenario.coverage)
    assignment = allocate(book, portfolio.team, scenario).assignment
    return {"scores": result.scores, "tiers": tiers, "values": values, "book": book, "assignment": assignment}


@pytest.fixture(scope="module")
def before(portfolio: Portfolio, small: Scenario) -> dict[str, pd.DataFrame]:
    return decisions(portfolio, small)


def test_shuffling_the_truth_moves_no_decision_by_a_bit(
    before: dict[str, pd.DataFrame], portfolio: Portfolio, small: Scenario
) -> None:
    other = shuffled(portfolio)
    assert not portfolio.truth.equals(other.truth)  # type: ignore[union-attr]

    after = decisions(other, small)

    for name, frame in before.items():
        pd.testing.assert_frame_equal(frame, after[name], check_exact=True, obj=name)
    assert before["assignment"]["policy"].nunique() >= 5


def test_what_is_observed_does_move_decisions(
    before: dict[str, pd.DataFrame], portfolio: Portfolio, small: Scenario
) -> None:
    """Else the shuffle could not have shown anything."""
    firm = portfolio.accounts["firm_revenue_eur"].to_numpy()[::-1]
    other = dataclasses.replace(portfolio, accounts=portfolio.accounts.assign(firm_revenue_eur=firm))

    after = decisions(other, small)

    for name in ("scores", "values", "assignment"):
        numbers = before[name].select_dtypes("number").columns
        assert not np.array_equal(before[name][numbers], after[name][numbers]), name


@pytest.mark.parametrize(
    "function", [score_accounts, assign_tiers, believe_values, draw_states, build_book, allocate]
)
def test_no_step_is_handed_a_portfolio_or_a_truth(function) -> None:
    signature = inspect.signature(function)

    assert not {"truth", "deals", "portfolio"} & set(signature.parameters)
    assert "Portfolio" not in str(signature).replace("PortfolioSettings", "")

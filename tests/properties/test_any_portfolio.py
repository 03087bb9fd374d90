"""What holds in every portfolio, whatever the seed and the settings."""

import numpy as np
import pandas as pd
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from kamsim.bundle import Portfolio
from kamsim.config import Scenario, figures
from kamsim.portfolio import generate_portfolio
from kamsim.schemas import SEGMENTS

DIRT = [key for key, _, _ in figures() if key.startswith("portfolio.dirt.")]
"""A CRM's dirt breaks some of what holds in the world."""

CHANGES = st.fixed_dictionaries(
    {
        "seed": st.integers(0, 2**63 - 1),
        "portfolio.accounts": st.integers(1, 12),
        "portfolio.history_months": st.integers(24, 40),
        "portfolio.burn_in_months": st.integers(0, 12),
        "portfolio.historical_habit": st.sampled_from(["revenue", "size", "equal"]),
        "portfolio.survey_share": st.floats(0, 1),
        "portfolio.observation_noise": st.floats(0, 1),
        "portfolio.team_slack": st.floats(-0.9, 5),
        "dynamics.wallet_jump_log_sd": st.floats(0, 2),
        "dynamics.smb.wallet_event_rate": st.floats(0, 1),
        "dynamics.smb.opening_rate": st.floats(0, 10),
        "dynamics.smb.milestone_pace": st.floats(0.01, 20),
        "dynamics.smb.minimum_cycle_months": st.integers(0, 24),
        "dynamics.price_change": st.floats(-0.5, 0.5),
        "dynamics.goodwill_gain": st.floats(0, 1),
        "dynamics.sponsorless_months": st.integers(0, 12),
    }
)


# A portfolio takes a third of a second: shrinking one that fails would take minutes.
@settings(max_examples=8, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(CHANGES)
def test_invariants(changes: dict[str, object]) -> None:
    scenario = Scenario.load("base", dict.fromkeys(DIRT, 0) | changes)
    portfolio = generate_portfolio(scenario)

    _revenue_stays_within_the_wallet(portfolio)
    _deals_are_in_order(portfolio, scenario)
    _money_won_is_found_again(portfolio)


def _revenue_stays_within_the_wallet(portfolio: Portfolio) -> None:
    truth = portfolio.truth
    assert truth is not None
    assert (truth["revenue_eur_per_month"] <= truth["wallet_eur_per_month"]).all()
    assert (truth["units_penetrated"] <= truth["business_units"]).all()
    assert ((truth["units_penetrated"] > 0) == (truth["revenue_eur_per_month"] > 0)).all()


def _deals_are_in_order(portfolio: Portfolio, scenario: Scenario) -> None:
    deals = portfolio.opportunities.merge(portfolio.accounts[["account_id", "segment"]], on="account_id")
    won = deals[(deals["status"] == "won") & (deals["kind"] != "renewal")]
    opened, closed = (won[day].dt.year * 12 + won[day].dt.month for day in ("opened_on", "closed_on"))
    minimum = {s: getattr(scenario.dynamics, s).minimum_cycle_months for s in SEGMENTS}
    assert (closed - opened >= won["segment"].map(minimum).astype("int64")).all()
    assert (deals["amount_eur"] > 0).all()
    assert portfolio.deals is not None
    assert ((deals["status"] == "open") & (deals["kind"] != "renewal")).sum() == len(portfolio.deals)


def _money_won_is_found_again(portfolio: Portfolio) -> None:
    deals = portfolio.opportunities
    won = deals[(deals["status"] == "won") & (deals["kind"] != "renewal")]
    by_account = won.groupby("account_id")["amount_eur"].sum()
    recorded = portfolio.history.groupby("account_id")["won_eur"].sum()
    assert isinstance(recorded, pd.Series)
    np.testing.assert_allclose(recorded, by_account.reindex(recorded.index, fill_value=0.0))

"""Compiles the model once, so that the first run does not have to: `python -m tools.compile_model`."""

from __future__ import annotations

import pandas as pd

from kamsim.config import Scenario
from kamsim.portfolio import generate_portfolio
from kamsim.schemas import SCORES
from kamsim.value import believe_values


def main() -> None:
    """Generate a handful of accounts, and play states that were drawn and not known, as imports do."""
    scenario = Scenario.load("saas_midmarket", {"portfolio.accounts": 5})
    portfolio = generate_portfolio(scenario)
    scores = pd.DataFrame(dict.fromkeys(SCORES.columns, 0.0), index=portfolio.accounts.index)
    scores["account_id"] = portfolio.accounts["account_id"]
    cutoff = pd.Timestamp(scenario.portfolio.cutoff)
    believe_values(portfolio.accounts, portfolio.opportunities, scores, scenario, cutoff=cutoff)


if __name__ == "__main__":
    main()

"""Compiles the model once, so that the first run does not have to: `python -m tools.compile_model`."""

from __future__ import annotations

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingRegressor

from kamsim.config import Scenario
from kamsim.portfolio import generate_portfolio
from kamsim.schemas import SCORES
from kamsim.scoring.tree_effects import tree_effects
from kamsim.value import believe_values


def main() -> None:
    """Generate a handful of accounts, play states that were drawn (as imports do), explain a tree."""
    scenario = Scenario.load("saas_midmarket", {"portfolio.accounts": 5})
    portfolio = generate_portfolio(scenario)
    scores = pd.DataFrame(dict.fromkeys(SCORES.columns, 0.0), index=portfolio.accounts.index)
    scores["account_id"] = portfolio.accounts["account_id"]
    cutoff = pd.Timestamp(scenario.portfolio.cutoff)
    believe_values(portfolio.accounts, portfolio.opportunities, scores, scenario, cutoff=cutoff)
    rows = np.arange(60.0)[:, None]
    tree_effects(HistGradientBoostingRegressor(max_iter=1).fit(rows, rows[:, 0]), rows[:1], rows[:2])


if __name__ == "__main__":
    main()

"""Compiles the model once, so that the first run does not have to: `python -m tools.compile_model`."""

from __future__ import annotations

from kamsim.config import Scenario
from kamsim.portfolio import generate_portfolio

if __name__ == "__main__":
    generate_portfolio(Scenario.load("saas_midmarket", {"portfolio.accounts": 5}))

"""A portfolio to turn knobs on: 300 accounts, played 36 months ahead under 100 paired replications."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest

from kamsim import kpis
from kamsim.config import Scenario
from kamsim.dynamics import State, compile_parameters, effective_hours, hand_over, play, state_from_tables
from kamsim.portfolio import generate_portfolio
from kamsim.streams import luck_key

REPLICATIONS = 100


@dataclass(frozen=True)
class Outlook:
    """What 36 months brought, one figure a replication."""

    revenue: np.ndarray
    nrr: np.ndarray
    logo_retention: np.ndarray


@dataclass(frozen=True)
class Bench:
    """Where the accounts stand and the hours they get."""

    scenario: Scenario
    start: State
    hours: tuple[np.ndarray, np.ndarray, np.ndarray]

    def play(
        self,
        changes: dict[str, object] | None = None,
        *,
        effort: float = 1.0,
        handed_over: bool = False,
        luck: str = "direction",
    ) -> Outlook:
        dynamics = self.scenario.override(changes or {}).dynamics
        start = hand_over(self.start, np.full(len(self.start.account_ids), handed_over), dynamics)
        years, _ = play(
            start.repeat(REPLICATIONS),
            effort * effective_hours(*self.hours, dynamics),
            compile_parameters(dynamics),
            key=luck_key(self.scenario.seed, luck),
            first_month=672,
            months=36,
        )
        return Outlook(
            years.revenue.sum(axis=(0, 1)),
            kpis.nrr(years.revenue[:-1], years.revenue[1:], axis=1).mean(axis=0),
            kpis.logo_retention(years.customer[:-1], years.customer[1:], axis=1).mean(axis=0),
        )


@pytest.fixture(scope="session")
def bench(scenario: Scenario) -> Bench:
    small = scenario.override({"portfolio.accounts": 300})
    portfolio = generate_portfolio(small)
    assert portfolio.truth is not None
    assert portfolio.deals is not None
    last = portfolio.history[portfolio.history["month"] == "2025-12-01"].sort_values("account_id")
    hours = tuple(last[f"{role}_hours"].to_numpy() for role in ("ae", "se", "csm"))
    return Bench(small, state_from_tables(portfolio.accounts, portfolio.truth, portfolio.deals), hours)


@pytest.fixture(scope="session")
def baseline(bench: Bench) -> Outlook:
    return bench.play()


@pytest.fixture(scope="session")
def lower_limit() -> Callable[[np.ndarray], float]:
    """The mean of paired differences less four standard errors."""
    return lambda pairs: float(pairs.mean() - 4 * pairs.std(ddof=1) / np.sqrt(pairs.size))

"""Portfolios with a planted signal: churn follows AE hours, wallets follow the firm's revenue."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

from kamsim.config import Scenario
from kamsim.schemas import ACCOUNTS, HISTORY, OPPORTUNITIES, SEGMENTS, complete
from kamsim.scoring.features import dated_features, lasting_features, standing_features
from kamsim.scoring.panel import record_panel
from kamsim.scoring.potential import PotentialScores, score_potential
from kamsim.scoring.potential_prior import wallet_months
from kamsim.streams import stream

CUTOFF = pd.Timestamp("2026-01-01")
MEAN_ATTAINABLE_SHARE = 0.6  # of the preset


@dataclass(frozen=True)
class Planted:
    """The tables that scoring reads, and what was planted."""

    accounts: pd.DataFrame
    history: pd.DataFrame
    opportunities: pd.DataFrame
    wallet: pd.Series

    @property
    def tables(self) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
        return self.accounts, self.history, self.opportunities

    @property
    def hidden(self) -> np.ndarray:
        """Which accounts did not disclose their wallet."""
        return self.accounts["disclosed_wallet_eur_per_month"].isna().to_numpy()

    @property
    def true_potential(self) -> np.ndarray:
        """What the wallets come to at the mean attainable share, grown as the preset expects."""
        months = wallet_months(self.accounts["segment"], Scenario.load("saas_midmarket"))
        return MEAN_ATTAINABLE_SHARE * months * self.wallet.to_numpy()


def plant(
    accounts: int = 300,
    months: int = 36,
    seed: int = 1,
    churn_effect: float = 1.5,
    survey: float = 0.3,
    lumpy: bool = False,
    churn_logit: float = -4.0,
) -> Planted:
    """Make a portfolio whose monthly churn logit falls by `churn_effect` per log of AE hours."""
    draw = stream(seed, "planted")
    ids = [f"A{i:04d}" for i in range(accounts)]
    segment = draw.choice(SEGMENTS, size=accounts, p=[0.05, 0.25, 0.7])
    scale = pd.Series({"strategic": 2e9, "mid_market": 2e8, "smb": 2e7})[segment].to_numpy()
    firm = scale * np.exp(0.8 * draw.standard_normal(accounts))
    wallet = 1e-4 * firm * np.exp(0.3 * draw.standard_normal(accounts))
    care = draw.standard_normal(accounts)
    revenue = _revenue(wallet, care, months, churn_effect, churn_logit, lumpy, draw)
    frame = pd.DataFrame(
        {
            "account_id": pd.Series(ids, dtype="str"),
            "name": pd.Series(ids, dtype="str"),
            "segment": pd.Series(segment, dtype="str"),
            "industry": pd.Series(draw.choice(["steel", "banks", "retail"], size=accounts), dtype="str"),
            "region": pd.Series(draw.choice(["north", "south"], size=accounts), dtype="str"),
            "latitude": 48.0,
            "longitude": 2.0,
            "parent_id": pd.Series([None] * accounts, dtype="str"),
            "owner_id": pd.Series(["AE-1"] * accounts, dtype="str"),
            "customer_since": pd.Series([pd.NaT] * accounts, dtype="datetime64[us]"),
            "revenue_eur_per_month": revenue[:, -12:].mean(axis=1) if lumpy else revenue[:, -1],
            "disclosed_wallet_eur_per_month": np.where(draw.random(accounts) < survey, wallet, np.nan),
            "firm_revenue_eur": firm,
            "headcount": np.round(firm / 2e5),
            "business_units": pd.Series(draw.integers(1, 9, size=accounts), dtype="Int64"),
            "units_penetrated": pd.Series([1] * accounts, dtype="Int64"),
            "relationship": draw.random(accounts),
            "roles_engaged": draw.random(accounts),
            "sponsor_identified": pd.Series(draw.random(accounts) < 0.5, dtype="boolean"),
            "technical_complexity": draw.random(accounts),
        }
    )
    hours = np.exp(care[:, None] + 0.3 * draw.standard_normal(revenue.shape))
    return Planted(
        complete(frame, ACCOUNTS),
        _history(ids, revenue, hours),
        _opportunities(ids, months, draw),
        pd.Series(wallet, index=ids),
    )


def _revenue(wallet, care, months, churn_effect, churn_logit, lumpy, draw) -> np.ndarray:
    accounts = len(wallet)
    logit = churn_logit - churn_effect * care
    hazard = 1 / (1 + np.exp(-logit))
    leaves = draw.random((accounts, months)) < hazard[:, None]
    start = np.where(draw.random(accounts) < 0.6, 0, draw.integers(0, 2 * months, size=accounts))
    month = np.arange(months)
    end = np.where(leaves & (month >= start[:, None]), month, months).min(axis=1)
    active = (month >= start[:, None]) & (month < end[:, None])
    sold = wallet * 0.4 * np.exp(-0.5 * draw.random(accounts))
    revenue = np.where(active, sold[:, None], 0.0)
    if lumpy:
        revenue = revenue * 4 * (draw.random(revenue.shape) < 0.25) * draw.random(revenue.shape)
    return revenue


def _history(ids: list[str], revenue: np.ndarray, hours: np.ndarray) -> pd.DataFrame:
    accounts, months = revenue.shape
    first = CUTOFF - pd.DateOffset(months=months)
    calendar = pd.date_range(first, periods=months, freq="MS").astype("datetime64[us]")
    frame = pd.DataFrame(
        {
            "account_id": pd.Series(np.repeat(ids, months), dtype="str"),
            "month": np.tile(calendar, accounts),
            "revenue_eur": revenue.ravel(),
            "ae_hours": hours.ravel(),
            "se_hours": np.nan,
            "csm_hours": 0.0,
            "won_eur": 0.0,
        }
    )
    for name in ("deals_opened", "deals_won", "deals_lost"):
        frame[name] = np.arange(len(frame)) % 7 // 6
    return complete(frame, HISTORY)


def _opportunities(ids: list[str], months: int, draw: np.random.Generator) -> pd.DataFrame:
    count = 2 * len(ids)
    opened = CUTOFF - pd.to_timedelta(draw.integers(1, 30 * months, size=count), unit="D")
    closed = opened + pd.to_timedelta(draw.integers(10, 300, size=count), unit="D")
    status = np.where(closed < CUTOFF, draw.choice(["won", "lost"], size=count), "open")
    text = pd.Series([None] * count, dtype="str")
    frame = pd.DataFrame(
        {
            "opportunity_id": pd.Series([f"O{i:05d}" for i in range(count)], dtype="str"),
            "account_id": pd.Series(draw.choice(ids, size=count), dtype="str"),
            "owner_id": text,
            "product": text,
            "kind": pd.Series(["new"] * count, dtype="str"),
            "stage": text,
            "status": pd.Series(status, dtype="str"),
            "opened_on": pd.Series(opened).astype("datetime64[us]"),
            "closed_on": pd.Series(closed).where(closed < CUTOFF).astype("datetime64[us]"),
            "amount_eur": draw.random(count) * 1e4,
        }
    )
    return complete(frame, OPPORTUNITIES)


@pytest.fixture(scope="session")
def planted() -> Planted:
    return plant()


@pytest.fixture(scope="session")
def make_planted() -> Callable[..., Planted]:
    return plant


@pytest.fixture(scope="session")
def cutoff() -> pd.Timestamp:
    return CUTOFF


def score_planted_potential(planted: Planted, scenario: Scenario) -> PotentialScores:
    accounts = planted.accounts
    panel = record_panel(accounts["account_id"].tolist(), planted.history, CUTOFF)
    features = lasting_features(accounts).join(standing_features(accounts))
    return score_potential(accounts, features.join(dated_features(panel, planted.opportunities)), scenario)


@pytest.fixture(scope="session")
def potential_of() -> Callable[[Planted, Scenario], PotentialScores]:
    return score_planted_potential


@pytest.fixture(scope="session")
def potential_scores(planted: Planted, scenario: Scenario) -> PotentialScores:
    return score_planted_potential(planted, scenario)

"""Draws the accounts: who they are, and the latent values behind them.

Every account draws from its own row of uniform numbers, addressed by its id: adding an account, or a column
at the end, changes nobody else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from kamsim.config import Scenario, SegmentPortfolio
from kamsim.dynamics import State, entity_uniforms, new_state
from kamsim.dynamics.state import Counts, Floats
from kamsim.schemas import SEGMENTS
from kamsim.streams import entity_keys, luck_key

_DRAWS = (
    "wallet", "attainable", "responsiveness", "propensity", "goodwill", "roles", "units", "attained",
    "prospect", "renewal", "industry", "place", "north", "east", "firm_revenue", "headcount", "complexity",
    "rating", "survey", "first_word", "second_word", "since", "rated_roles",
)  # fmt: skip

_NAME_STARTS = (
    "Alto", "Borea", "Cala", "Deltra", "Elio", "Ferro", "Gala", "Helio", "Iris", "Juno", "Kéra", "Luma",
    "Méla", "Nova", "Orion", "Pala", "Quarta", "Rivo", "Sola", "Terra", "Ura", "Véga", "Wila", "Zéni",
)  # fmt: skip
_NAME_ENDS = (
    "tech",
    "pharm",
    "logis",
    "mat",
    "nergie",
    "services",
    "systèmes",
    "distribution",
    "group",
    "lab",
)


@dataclass(frozen=True)
class InitialPortfolio:
    """Accounts before any month was played: their state, and what never changes.

    `facts` holds one row an account, sorted by id: segment, industry, region, coordinates, firm size,
    complexity, and the uniform numbers that later steps of the generator use.
    """

    state: State
    facts: pd.DataFrame
    uniforms: pd.DataFrame


def draw_accounts(scenario: Scenario) -> InitialPortfolio:
    """Draw all accounts of a scenario.

    Parameters
    ----------
    scenario : Scenario

    Returns
    -------
    InitialPortfolio
        Accounts sorted by id.
    """
    settings = scenario.portfolio
    width = max(5, len(str(settings.accounts)))
    ids = [f"A{number:0{width}d}" for number in range(1, settings.accounts + 1)]
    entities = entity_keys(ids)
    drawn = entity_uniforms(luck_key(scenario.seed, "portfolio"), entities, len(_DRAWS))
    u = pd.DataFrame(drawn, columns=list(_DRAWS))
    segment = _segments(settings.accounts, [_of(scenario, s).share for s in SEGMENTS])
    state = _draw_state(scenario, ids, segment, u)
    return InitialPortfolio(state, _draw_facts(scenario, ids, segment, state.wallet[:, 0], u), u)


def _of(scenario: Scenario, segment: str) -> SegmentPortfolio:
    settings: SegmentPortfolio = getattr(scenario.portfolio, segment)
    return settings


def _segments(accounts: int, shares: list[float]) -> Counts:
    """Spread the segments evenly over the ids, so that a longer list only appends."""
    bounds = np.cumsum(shares)
    golden = (np.arange(1, accounts + 1) * 0.6180339887498949) % 1.0
    return np.minimum(np.searchsorted(bounds, golden, side="right"), len(shares) - 1).astype(np.int64)


def _draw_state(scenario: Scenario, ids: list[str], segment: Counts, u: pd.DataFrame) -> State:
    settings, dynamics = scenario.portfolio, scenario.dynamics
    median, log_sd, attained, prospects, typical_units = (
        np.array([getattr(_of(scenario, s), name) for s in SEGMENTS])[segment]
        for name in (
            "wallet_median_eur",
            "wallet_log_sd",
            "attained_share",
            "prospect_share",
            "business_units",
        )
    )
    mean, concentration = (
        np.array([getattr(getattr(dynamics, s), name) for s in SEGMENTS])[segment]
        for name in ("churn_mean", "churn_concentration")
    )
    wallet = median * np.exp(log_sd * stats.norm.ppf(u["wallet"]))
    attainable = stats.beta.ppf(
        u["attainable"], settings.attainable_share_alpha, settings.attainable_share_beta
    )
    units = 1 + stats.poisson.ppf(u["units"], np.maximum(typical_units - 1, 1e-9))
    share = stats.beta.ppf(u["attained"], 4 * attained, 4 * (1 - attained))
    revenue = np.where(u["prospect"] < prospects, 0.0, attainable * wallet * share)
    penetrated = np.where(revenue > 0, np.maximum(1, np.round(share * units)), 0)
    return new_state(
        dynamics,
        account_ids=ids,
        segment=segment,
        wallet=_lane(wallet),
        revenue=_lane(revenue),
        attainable=_lane(attainable),
        responsiveness=_lane(np.exp(settings.responsiveness_log_sd * stats.norm.ppf(u["responsiveness"]))),
        propensity=_lane(
            np.clip(
                stats.beta.ppf(u["propensity"], mean * concentration, (1 - mean) * concentration),
                1e-6,
                1 - 1e-6,
            )
        ),
        goodwill=_lane(stats.beta.ppf(u["goodwill"], 3, 3)),
        roles=_lane(stats.beta.ppf(u["roles"], 3, 3)),
        renewal_month=_lane(np.floor(12 * u["renewal"])).astype(np.int64),
        units=_lane(units).astype(np.int64),
        units_penetrated=_lane(penetrated).astype(np.int64),
    )


def _lane(values: Any) -> Floats:
    return np.asarray(values)[:, None]


def _draw_facts(
    scenario: Scenario, ids: list[str], segment: Counts, wallet: Floats, u: pd.DataFrame
) -> pd.DataFrame:
    """Draw what a CRM knows about a firm. Firm size follows the wallet, loosely."""
    settings = scenario.portfolio
    regions = np.array(list(settings.places), dtype=object)
    centres = np.array(list(settings.places.values()))
    # The first places are the largest: their shares fall as 1, 1/2, 1/3, …
    weights = np.cumsum(1 / np.arange(1, len(regions) + 1))
    place = np.searchsorted(weights / weights[-1], u["place"])
    firm_revenue = 12 * wallet / 0.02 * np.exp(0.6 * stats.norm.ppf(u["firm_revenue"]))
    headcount = np.maximum(1, np.round(firm_revenue / 180_000 * np.exp(0.4 * stats.norm.ppf(u["headcount"]))))
    industries = np.array(settings.industries, dtype=object)
    first = np.array(_NAME_STARTS, dtype=object)[(u["first_word"] * len(_NAME_STARTS)).astype(int)]
    second = np.array(_NAME_ENDS, dtype=object)[(u["second_word"] * len(_NAME_ENDS)).astype(int)]
    texts = {
        "account_id": ids,
        "name": [f"{a}{b} {i.lstrip('A0')}" for a, b, i in zip(first, second, ids, strict=True)],
        "segment": np.array(SEGMENTS, dtype=object)[segment],
        "industry": industries[(u["industry"] * len(industries)).astype(int)],
        "region": regions[place],
    }
    numbers = {
        "latitude": centres[place, 0] + settings.scatter_degrees * stats.norm.ppf(u["north"]),
        "longitude": centres[place, 1] + settings.scatter_degrees * stats.norm.ppf(u["east"]),
        "firm_revenue_eur": firm_revenue,
        "headcount": headcount,
        "technical_complexity": stats.beta.ppf(u["complexity"], 2, 3),
    }
    return pd.DataFrame({k: pd.Series(v, dtype="str") for k, v in texts.items()} | numbers)

"""Draws the accounts: who they are, and the latent values behind them.

Every account draws from its own row of uniform numbers, addressed by its id: adding an account, or a column
at the end, changes nobody else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import betaincinv, ndtri

from kamsim.config import PortfolioSettings, Scenario
from kamsim.dynamics import MONTHS_A_YEAR, State, entity_uniforms, new_state
from kamsim.dynamics.state import Counts, Floats
from kamsim.portfolio.cities import choose_cities, scatter
from kamsim.portfolio.families import ID_DIGITS, account_ids, draw_parents, segments_of
from kamsim.portfolio.firms import firm_fit, firm_names, firm_size
from kamsim.portfolio.leads import draw_arrivals
from kamsim.portfolio.quantiles import beta_quantile, poisson_quantile
from kamsim.portfolio.texts import column, numbered, pick_words
from kamsim.portfolio.wallets import draw_attainable, draw_attained, wallet_law
from kamsim.schemas import SEGMENTS
from kamsim.streams import entity_keys, luck_key

DRAWS = (
    "city", "complexity", "industry", "wallet", "attainable", "responsiveness", "propensity", "goodwill",
    "roles", "units", "attained", "prospect", "renewal", "north", "east", "firm_revenue", "headcount",
    "maturity", "budget", "survey", "rating", "rated_roles", "since",
)  # fmt: skip
"""What each column of an account's draws is for: append only. The first ones are all that a census needs."""

DRAWN_FOR_LATER = ("survey", "rating", "rated_roles", "since")
"""Columns that the tables are written with, once the months have been played."""

_ALMOST = 1e-6
"""Propensities keep this far from 0 and 1."""


@dataclass(frozen=True)
class InitialPortfolio:
    """Accounts before any month was played: their state, and what never changes.

    Attributes
    ----------
    state : State
        One lane; nobody owns an account yet.
    facts : DataFrame
        One row an account, sorted by id: what ACCOUNTS says of the firm.
    uniforms : DataFrame
        The uniform numbers behind, and those that later steps of the generator use; columns `DRAWS`.
    """

    state: State
    facts: pd.DataFrame
    uniforms: pd.DataFrame


def draw_accounts(scenario: Scenario, first: int = 0, last: int | None = None) -> InitialPortfolio:
    """Draw the accounts of a scenario, or some of them: the same, whichever are drawn together.

    Parameters
    ----------
    scenario : Scenario
    first, last : int, optional
        Account numbers from `first` up to `last`, counted from 0; all of them if absent.

    Returns
    -------
    InitialPortfolio
        Accounts sorted by id.

    Raises
    ------
    ConfigError
        For an unknown place, or a concentration of revenue that the mix of segments cannot have.

    Examples
    --------
    >>> scenario = Scenario.load("saas_midmarket")
    >>> draw_accounts(scenario, 2, 4).facts["account_id"].tolist()
    ['A0000003', 'A0000004']
    """
    numbers = np.arange(first, scenario.portfolio.accounts if last is None else last)
    ids = account_ids(numbers)
    entities = entity_keys(ids)
    drawn = entity_uniforms(luck_key(scenario.seed, "portfolio"), entities, len(DRAWS))
    # One piece of memory for each column: NumPy may round otherwise where numbers stand apart.
    u = dict(zip(DRAWS, np.ascontiguousarray(drawn.T), strict=True))
    segment = segments_of(numbers, scenario.portfolio)
    arrival = draw_arrivals(entities, scenario)
    state = _draw_state(scenario, ids, entities, segment, arrival, u)
    parents = draw_parents(first, first + numbers.size, scenario, entities)
    facts = _draw_facts(scenario, numbers, segment, parents, state.wallet[:, 0], u)
    return InitialPortfolio(state, facts, pd.DataFrame(u, copy=False))


def _draw_state(
    scenario: Scenario,
    ids: list[str],
    entities: NDArray[np.uint64],
    segment: Counts,
    arrival: Counts,
    u: dict[str, Floats],
) -> State:
    settings = scenario.portfolio
    prospects = np.array([getattr(settings, name).prospect_share for name in SEGMENTS])[segment]
    wallet = wallet_law(settings).draw(segment, u["wallet"])
    attainable = draw_attainable(settings, u["attainable"])
    buys = (u["prospect"] >= prospects) & (arrival == 0)
    units, attained, propensity = _draw_by_segment(scenario, segment, buys, u)
    revenue = np.where(buys, attainable * wallet * attained, 0.0)
    penetrated = np.where(revenue > 0, np.maximum(1, np.round(attained * units)), 0)
    relationship = settings.relationship_alpha, settings.relationship_beta
    return new_state(
        scenario.dynamics,
        account_ids=ids,
        entities=entities,
        segment=segment,
        arrival=arrival,
        wallet=_lane(wallet),
        revenue=_lane(revenue),
        attainable=_lane(attainable),
        responsiveness=_lane(np.exp(settings.responsiveness_log_sd * ndtri(u["responsiveness"]))),
        propensity=_lane(propensity),
        goodwill=_lane(beta_quantile(u["goodwill"], *relationship)),
        roles=_lane(beta_quantile(u["roles"], *relationship)),
        renewal_month=_lane(np.floor(12 * u["renewal"])).astype(np.int64),
        units=_lane(units).astype(np.int64),
        units_penetrated=_lane(penetrated).astype(np.int64),
    )


def _draw_by_segment(
    scenario: Scenario, segment: Counts, buys: NDArray[np.bool_], u: dict[str, Floats]
) -> tuple[Counts, Floats, Floats]:
    """Draw business units, the attained share and the churn propensity, whose laws differ by segment.

    Who has stayed for n years is less likely to leave than a newcomer: given n yearly renewals survived, a
    Beta(a, b) propensity is Beta(a, b + n) (Fader & Hardie 2007). So a portfolio does not begin with
    customers who all have just arrived.
    """
    settings = scenario.portfolio
    units, attained, propensity = np.ones(segment.size, np.int64), *np.zeros((2, segment.size))
    for code, name in enumerate(SEGMENTS):
        rows = np.flatnonzero(segment == code)
        moved = getattr(scenario.dynamics, name)
        typical = getattr(settings, name).business_units
        units[rows] += poisson_quantile(u["units"][rows], typical - 1.0)
        attained[rows] = draw_attained(settings, name, u["attained"][rows])
        years = np.where(buys[rows], customer_months(settings, name, u["since"][rows]) // MONTHS_A_YEAR, 0)
        alpha, beta = (m * moved.churn_concentration for m in (moved.churn_mean, 1 - moved.churn_mean))
        propensity[rows] = betaincinv(alpha, beta + years, u["propensity"][rows])
    return units, attained, np.clip(propensity, _ALMOST, 1 - _ALMOST)


def customer_months(settings: PortfolioSettings, segment: str, u: Floats) -> Counts:
    """Tell how long customers of a segment have been there when the history begins.

    Parameters
    ----------
    settings : PortfolioSettings
    segment : str
    u : array
        Column "since" of their draws.

    Returns
    -------
    array of int, same shape
        Months; geometric, with the mean `customer_years`.
    """
    years = getattr(settings, segment).customer_years
    return np.asarray(np.floor(-np.log(u) * years * MONTHS_A_YEAR).astype(np.int64))


def _lane(values: Any) -> Any:
    return values[:, None]


def _draw_facts(
    scenario: Scenario,
    numbers: Counts,
    segment: Counts,
    parents: Counts,
    wallet: Floats,
    u: dict[str, Floats],
) -> pd.DataFrame:
    """Draw what a CRM knows about a firm."""
    settings = scenario.portfolio
    cities = choose_cities(settings)
    city = cities.pick(u["city"])
    industry = (u["industry"] * len(settings.industries)).astype(np.int64)
    latitude, longitude = scatter(cities, city, settings.scatter_km, ndtri(u["north"]), ndtri(u["east"]))
    revenue, headcount = firm_size(scenario, wallet, u)
    texts = {
        "account_id": numbered("A", numbers + 1, ID_DIGITS),
        "name": firm_names(numbers, parents, city, cities, scenario.seed),
        "segment": pick_words(SEGMENTS, segment),
        "industry": pick_words(settings.industries, industry),
        "region": pick_words(cities.regions, cities.region[city]),
        "city": pick_words(cities.name, city),
        "country": pick_words(cities.country, city),
        "parent_id": numbered("A", np.where(parents < 0, -1, parents + 1), ID_DIGITS),
    }
    values = {
        "latitude": latitude,
        "longitude": longitude,
        "firm_revenue_eur": revenue,
        "headcount": headcount,
    }
    fit = firm_fit(scenario, u)
    fit["budget_confirmed"] = pd.array(fit["budget_confirmed"], dtype="boolean")
    return pd.DataFrame({name: column(t) for name, t in texts.items()} | values | fit, copy=False)

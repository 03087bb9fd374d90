"""Leads of the recorded months: those that became accounts, and those that were turned down (D-ROU-1)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kamsim.config import PortfolioSettings, Scenario
from kamsim.dynamics import MONTHS_A_YEAR, entity_uniforms
from kamsim.dynamics.state import Counts, Floats
from kamsim.portfolio.cities import choose_cities
from kamsim.portfolio.dates import first_days
from kamsim.portfolio.families import ID_DIGITS, account_number
from kamsim.portfolio.posts import Posts, positions, posts_of
from kamsim.portfolio.quantiles import category, poisson_quantile
from kamsim.portfolio.routing import route
from kamsim.portfolio.texts import column, numbered, pick_words
from kamsim.schemas import LEADS, SEGMENTS
from kamsim.streams import entity_keys, luck_key

_OF_ACCOUNT = ("arrived", "turned_down", "month", "day", "source", "route")
_OF_TURNED_DOWN = ("month", "day", "source", "route", "size", "industry", "city")
"""What each column of the draws is for: append only."""


def draw_arrivals(entities: NDArray[np.uint64], scenario: Scenario) -> Counts:
    """Draw which accounts arrived as leads, and when.

    Parameters
    ----------
    entities : array of uint64, shape (accounts,)
        From `kamsim.streams.entity_keys` of the account ids.
    scenario : Scenario

    Returns
    -------
    array of int, shape (accounts,)
        Months since January 1970, any month of the history alike; 0 for an account that was there before.
    """
    leads = scenario.portfolio.leads
    if leads.share == 0:
        return np.zeros(entities.size, np.int64)
    u = _draws(entities, _OF_ACCOUNT, scenario)
    return np.where(u["arrived"] < leads.share, _month(u["month"], scenario.portfolio), 0)


def route_accounts(
    facts: pd.DataFrame, entities: NDArray[np.uint64], posts: Posts, scenario: Scenario
) -> Counts:
    """Send accounts that arrived as leads to AEs, by the routing rules.

    Parameters
    ----------
    facts : DataFrame
        Of these accounts, from `draw_accounts`.
    entities : array of uint64, shape (accounts,)
    posts : Posts
    scenario : Scenario

    Returns
    -------
    array of int, shape (accounts,)
        Position among the AEs.
    """
    settings = scenario.portfolio
    return route(
        positions(facts["segment"], SEGMENTS),
        positions(facts["industry"], settings.industries),
        positions(facts["region"], posts.regions),
        _draws(entities, _OF_ACCOUNT, scenario)["route"],
        posts,
        settings,
    )


def lead_table(
    facts: pd.DataFrame,
    arrival: Counts,
    team: pd.DataFrame | Posts,
    scenario: Scenario,
    entities: NDArray[np.uint64] | None = None,
) -> pd.DataFrame:
    """Write the leads that go with accounts: their own, and those turned down.

    How many were turned down is drawn account by account, with the mean
    `leads.share` × `leads.turned_down_per_accepted`, so that an added account adds leads and changes none.

    Parameters
    ----------
    facts : DataFrame
        From `draw_accounts`.
    arrival : array of int, shape (accounts,)
        From the state of the same accounts.
    team : DataFrame or Posts
        TEAM, or what `posts_of` read from it.
    scenario : Scenario
    entities : array of uint64, shape (accounts,), optional
        Of the same accounts, where they are at hand: saves hashing the ids.

    Returns
    -------
    DataFrame
        LEADS, sorted by key.
    """
    posts = posts_of(team, scenario)
    if entities is None:
        entities = entity_keys(facts["account_id"].tolist())
    number = account_number(facts["account_id"]) + 1
    came = np.flatnonzero(arrival > 0)
    tables = [
        _accepted(facts.iloc[came].reset_index(drop=True), number[came], arrival[came], entities[came], posts,
                  scenario),
        _turned_down(number, entities, posts, scenario),
    ]  # fmt: skip
    filled = [table for table in tables if len(table)] or [LEADS.empty()]
    return pd.concat(filled).sort_values("lead_id", ignore_index=True)


def _accepted(
    facts: pd.DataFrame, number: Counts, arrival: Counts, entities: NDArray[np.uint64], posts: Posts,
    scenario: Scenario,
) -> pd.DataFrame:  # fmt: skip
    u = _draws(entities, _OF_ACCOUNT, scenario)
    return pd.DataFrame(
        {
            "lead_id": _lead_ids(number, np.zeros_like(number)),
            "account_id": facts["account_id"],
            "arrived_on": _day(arrival, u["day"]),
            "source": _source(u["source"], scenario),
            "industry": facts["industry"],
            "size": facts["segment"],
            "region": facts["region"],
            "routed_to": column(pick_words(posts.rep_ids, route_accounts(facts, entities, posts, scenario))),
            "status": column(pick_words(["accepted"], np.zeros_like(number))),
        }
    )


def _turned_down(
    number: Counts, entities: NDArray[np.uint64], posts: Posts, scenario: Scenario
) -> pd.DataFrame:
    settings = scenario.portfolio
    mean = settings.leads.share * settings.leads.turned_down_per_accepted
    count = poisson_quantile(_draws(entities, _OF_ACCOUNT, scenario)["turned_down"], mean)
    of = np.repeat(number, count)
    turn = np.arange(of.size) - np.repeat(np.cumsum(count) - count, count) + 1
    ids = _lead_ids(of, turn)
    u = _draws(entity_keys(list(ids)), _OF_TURNED_DOWN, scenario)
    cities = choose_cities(settings)
    size = category(u["size"], np.array([getattr(settings, name).share for name in SEGMENTS]))
    industry = (u["industry"] * len(settings.industries)).astype(np.int64)
    region = cities.region[cities.pick(u["city"])]
    return pd.DataFrame(
        {
            "lead_id": ids,
            "account_id": column(pick_words([], np.full(of.size, -1))),
            "arrived_on": _day(_month(u["month"], settings), u["day"]),
            "source": _source(u["source"], scenario),
            "industry": column(pick_words(settings.industries, industry)),
            "size": column(pick_words(SEGMENTS, size)),
            "region": column(pick_words(cities.regions, region)),
            "routed_to": column(
                pick_words(posts.rep_ids, route(size, industry, region, u["route"], posts, settings))
            ),
            "status": column(pick_words(["turned_down"], np.zeros_like(of))),
        }
    )


def _draws(entities: NDArray[np.uint64], purposes: tuple[str, ...], scenario: Scenario) -> dict[str, Floats]:
    drawn = entity_uniforms(luck_key(scenario.seed, "leads"), entities, len(purposes))
    return dict(zip(purposes, np.ascontiguousarray(drawn.T), strict=True))


def _lead_ids(number: Counts, turn: Counts) -> Any:
    """Write lead ids: the account number beside which a lead was drawn, and its turn there."""
    return column(numbered("L", number * 100 + turn, ID_DIGITS + 2))


def _month(u: Floats, settings: PortfolioSettings) -> Counts:
    cutoff = (settings.cutoff.year - 1970) * MONTHS_A_YEAR + settings.cutoff.month - 1
    return cutoff - settings.history_months + (u * settings.history_months).astype(np.int64)


def _day(month: Counts, u: Floats) -> NDArray[np.datetime64]:
    """Pick a day of a month."""
    start, end = first_days(month), first_days(month + 1)
    days = (u * (end - start).astype(np.int64)).astype(np.int64)
    return np.asarray((start + days).astype("datetime64[us]"))


def _source(u: Floats, scenario: Scenario) -> Any:
    sources = scenario.portfolio.leads.sources
    return column(pick_words(list(sources), category(u, np.array(list(sources.values())))))
